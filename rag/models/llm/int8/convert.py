"""Turns a GGUF file into a graph in 8 bits that onnxruntime maps into memory.

``conversion.py`` beside it runs this file as a process of its own, so that its memory goes back to the system. Written
into the output folder: ``weights.bin``, ``wide.onnx`` and ``narrow.onnx`` (``LEVELS`` of the graph); ``embeddings.npy``
int8 of shape (vocabulary, hidden), and ``scales.npy`` float32 (vocabulary, 1); ``tokenizer.json`` and ``about.json``.
A line of JSON, ``{"done": 3, "of": 30}``, is printed after each step; the last line is ``{"error": ...}`` if it failed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np


def convert(path: Path, out: Path, report: Callable[[int, int], None]) -> None:
    """Raises ``ValueError`` for a model that is not known here, and ``OSError``."""
    from numpy.lib.format import write_array_header_1_0
    from onnx import save_model

    from rag.models.graph import TINY, WEIGHT_LEVELS
    from rag.models.llm.int8.gguf_file import GgufFile
    from rag.models.llm.int8.graph import LEVELS, DecoderGraph, inner_layer
    from rag.models.llm.int8.rotation import Rotation
    from rag.models.llm.int8.weights_file import WeightsFile

    source = GgufFile(path)
    steps = source.layers + 2
    with WeightsFile(out / "weights.bin") as weights:
        graph = DecoderGraph(source, weights)
        x = "embeddings"
        for i in range(source.layers):
            x = graph.layer(i, x)
            if i + 1 == inner_layer(source.layers):
                graph.inner(x)
            weights.keep()
            report(i + 1, steps)
        graph.logits(x)
        weights.keep()
        report(steps - 1, steps)
    for levels in LEVELS:
        save_model(graph.model(levels), str(out / f"{levels}.onnx"))
    rotation = Rotation(source.hidden)
    shape = (source.vocabulary, source.hidden)
    scales = np.empty((source.vocabulary, 1), np.float32)
    with (out / "embeddings.npy").open("wb") as table:  # not mapped: a full disk would end the process without a word
        write_array_header_1_0(table, {"descr": "|i1", "fortran_order": False, "shape": shape})
        for part in source.parts("token_embd.weight"):
            rotated = rotation.rows(source.weights("token_embd.weight", part))
            scales[part] = np.maximum(np.abs(rotated).max(axis=1, keepdims=True), TINY) / WEIGHT_LEVELS
            table.write(np.rint(rotated / scales[part]).astype(np.int8).data)
    np.save(out / "scales.npy", scales)
    source.tokenizer().save(str(out / "tokenizer.json"))
    (out / "about.json").write_text(json.dumps(source.about()), "utf-8")
    report(steps, steps)


def main(path: Path, out: Path) -> int:
    def report(done: int, of: int) -> None:
        print(json.dumps({"done": done, "of": of}), flush=True)

    try:
        convert(path, out, report)
    except Exception as error:  # whatever gguf or onnx raises: the parent judges it
        why = " ".join(str(error).split())[:300] or type(error).__name__
        print(json.dumps({"error": why}), flush=True)
        return 1
    return 0


def _end_with_parent() -> None:
    """The parent holds the other end of standard input, and never writes to it."""
    os.read(sys.stdin.fileno(), 1)  # not sys.stdin.read(): a thread inside it keeps Python from ending
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.path.append(str(Path(__file__).resolve().parents[4]))  # where rag is: it may run without being installed
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
