"""Turns a sentence-transformers folder into an ONNX graph: ids of word pieces in, unit vectors out.

``rag.models.embedding.embedder`` runs this file as a process of its own, so that torch's memory goes back to the system
when it is done, nothing that torch or transformers print reaches the user, and a crash costs only the export. It
imports everything heavy inside functions. Written into the output folder:

- ``model.onnx``: inputs ``input_ids``, ``attention_mask`` and, where the model has them, ``token_type_ids``,
  each int64 of shape (texts, tokens); output ``vectors``, float32 of shape (texts, dimension);
- ``model.int8.onnx``, the same in 8 bits (``rag/models/embedding/int8.py``), where that is known for the model;
- ``tokenizer.json``; ``probe.npy``, the original's own vectors of the texts in ``probe.json``;
- ``meta.json``: dimension, sequence length, padding and prompt, and why there is no ``model.int8.onnx``, if so; or,
  after a failure, ``error.json``: at which stage (``load``: the model itself does not work; ``export``: torch can run
  it, ONNX cannot) and why.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OPSET = 17  # the first with LayerNormalization as one operator
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
DEFAULT_MAX_TOKENS = 8192  # tokens, for tokenizers that state no limit


def quiet_load(folder: Path, device: str | None = None) -> SentenceTransformer:
    """The model in ``folder`` in float32, ready to run; no download, no progress bar, no remote code.

    ``device`` as torch names it; ``None`` takes the best there is.
    """
    import transformers
    from sentence_transformers import SentenceTransformer

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = SentenceTransformer(str(folder), device=device, local_files_only=True, trust_remote_code=False)
    return model.float().eval()


def sequence_length(model: SentenceTransformer) -> int:
    """The longest input in tokens, special tokens included, by the tightest limit that the model states."""
    positions = getattr(getattr(model[0], "config", None), "max_position_embeddings", None)
    stated = (model.max_seq_length, positions, DEFAULT_MAX_TOKENS)  # of which no limit is None, inf or 1e30
    return int(min(n for n in stated if n))


def default_prompt(model: SentenceTransformer) -> str:
    """What ``model.encode`` puts before every text when it is asked for nothing special."""
    return str((model.prompts or {}).get(model.default_prompt_name or "", "") or "")


def graph(model: SentenceTransformer, names: list[str]) -> Any:
    """A torch module over positional tensors that runs all modules of ``model`` and normalises."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features: dict[str, Any] = dict(zip(names, tensors, strict=True)) | {"modality": "text"}
            vectors = self.model(features)["sentence_embedding"]
            if model.truncate_dim:
                vectors = vectors[:, : model.truncate_dim]
            return torch.nn.functional.normalize(vectors.float(), dim=1)

    return Graph().eval()


def export(model: SentenceTransformer, probe: list[str], out: Path) -> dict[str, Any]:
    """Write ``model.onnx``, ``tokenizer.json`` and ``probe.npy`` into ``out``; return what ``meta.json`` holds.

    Raises ``ValueError`` for what the export does not know, and whatever torch raises.
    """
    import numpy as np
    import torch

    tokenizer = model.tokenizer
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ValueError("it has no fast tokenizer of transformers")
    vectors = model.encode(probe, batch_size=8, normalize_embeddings=True, show_progress_bar=False)
    np.save(out / "probe.npy", np.asarray(vectors, dtype=np.float32))
    backend.save(str(out / "tokenizer.json"))

    # two texts of unlike length, so that padding is part of what is traced
    example = model.preprocess(["one short text", "and a text that is longer than the one before it"])
    names = [name for name, value in example.items() if torch.is_tensor(value)]
    if unknown := set(names) - set(INPUTS):
        raise ValueError(f"it takes inputs that the export does not know: {', '.join(sorted(unknown))}")
    axes = {name: {0: "texts", 1: "tokens"} for name in names} | {"vectors": {0: "texts"}}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about branches that tracing fixes: the probe shows whether that matters
        torch.onnx.export(
            graph(model, names),
            tuple(example[name] for name in names),
            str(out / "model.onnx"),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,  # the newer exporter needs onnxscript, which nothing else here does
        )
    return {
        "opset": OPSET,
        "dimension": int(vectors.shape[1]),
        "sequence_length": sequence_length(model),
        "pad_id": int(tokenizer.pad_token_id or 0),
        "pad_type_id": int(getattr(tokenizer, "pad_token_type_id", 0) or 0),
        "pad_left": tokenizer.padding_side == "left",
        "prompt": default_prompt(model),
        "int8": {} if (why := _in_8_bits(model, probe, out)) is None else {"why": why},
    }


def _in_8_bits(model: SentenceTransformer, probe: list[str], out: Path) -> str | None:
    """Write ``model.int8.onnx``; or say in a line why there is none."""
    try:
        from rag.models.embedding.int8 import int8_graph

        (out / "model.int8.onnx").write_bytes(int8_graph(model, probe).SerializeToString())
    except Exception as error:  # whatever a model's code or onnx raises: there is the graph in 32 bits
        (out / "model.int8.onnx").unlink(missing_ok=True)
        return " ".join(str(error).split())[:300] or type(error).__name__
    return None


def main(folder: Path, out: Path) -> int:
    """Export ``folder`` into ``out``, which holds ``probe.json``: exit status 0, or 1 and ``error.json``."""
    stage = "load"
    try:
        model = quiet_load(folder, "cpu")
        stage = "export"
        meta = export(model, json.loads((out / "probe.json").read_text("utf-8")), out)
        (out / "meta.json").write_text(json.dumps(meta), "utf-8")
    except Exception as error:  # whatever torch or a model's code raises: the parent judges it
        why = " ".join(str(error).split())[:300] or type(error).__name__
        (out / "error.json").write_text(json.dumps({"stage": stage, "error": why}), "utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[3]))  # where rag is: it may run without being installed
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
