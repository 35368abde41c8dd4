"""The ways to run an embedding model: its ONNX export, in 8 or in 32 bits, or sentence-transformers through torch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelError
from rag.models.opening import error_line
from rag.models.threads import Crew, open_session
from rag.protocols import Vectors

BATCH_TOKENS = 1024  # texts times their length in one run: more is slower (it leaves the processor's caches)
BATCH_TEXTS = 1024  # tokenized at once: word pieces of a whole archive would fill the memory


class OnnxEmbedder:
    """An exported model: ``model.onnx`` and ``tokenizer.json`` in ``folder``, the rest in its manifest.

    Safe to share between threads. The graph is loaded when the first text is embedded.
    """

    file = "model.onnx"
    _as_written = False

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self._folder = folder
        self._meta = manifest
        self.name: str = manifest["source"]
        self.digest: str = manifest["digest"]
        self.dimension: int = manifest["dimension"]
        self._lock = threading.Lock()
        self._session_: Any = None
        from tokenizers import Tokenizer

        self._plain = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._plain.no_truncation()
        self._plain.no_padding()
        self._cut = Tokenizer.from_str(self._plain.to_str())
        self._cut.enable_truncation(manifest["sequence_length"])
        special = self._plain.num_special_tokens_to_add(False)
        self.max_tokens: int = manifest["sequence_length"] - special - sum(self.count([manifest["prompt"]]))

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without special tokens and without truncation."""
        return [len(e) for e in self._plain.encode_batch_fast(list(texts), add_special_tokens=False)]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit length, float32, shape (len(texts), dimension); longer texts than ``max_tokens`` are cut."""
        out: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH_TEXTS):
            prompted = [self._meta["prompt"] + text for text in texts[start : start + BATCH_TEXTS]]
            self._run(self._cut.encode_batch_fast(prompted), out[start : start + BATCH_TEXTS])
        return out

    def _run(self, encodings: Sequence[Any], out: Vectors) -> None:
        """The vectors of tokenized texts into ``out``, a row each: texts of like length together, padded."""
        session, meta = self._session(), self._meta
        side = "left" if meta["pad_left"] else "right"
        columns = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        wanted = {i.name: columns[i.name] for i in session.get_inputs()}
        lengths = [max(1, len(e)) for e in encodings]
        for rows in batches(lengths, BATCH_TOKENS):
            texts = [encodings[i] for i in rows]
            for text in texts:
                text.pad(lengths[rows[0]], direction=side, pad_id=meta["pad_id"], pad_type_id=meta["pad_type_id"])
            tensors = {name: np.array([getattr(t, c) for t in texts], dtype=np.int64) for name, c in wanted.items()}
            out[rows] = session.run(None, tensors)[0]

    def _session(self) -> Any:
        with self._lock:
            if self._session_ is None:
                file = self._folder / self.file
                try:
                    self._session_ = open_session(str(file), as_written=self._as_written)
                except Exception as error:  # onnxruntime's errors share no base
                    why = error_line(error)
                    raise ModelError(f"{file} cannot be loaded ({why}): delete its folder, and try again.") from error
            return self._session_


class Int8Embedder(OnnxEmbedder):
    """The same model in 8 bits (``rag/models/embedding/int8.py``): ``model.int8.onnx`` beside the export.

    Every text goes through alone, on as many threads as there are cores. So a text has the same vector to the last
    bit whatever is embedded beside it, nothing is padded, and memory is that of one text a thread.
    """

    file = "model.int8.onnx"
    _as_written = True

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        super().__init__(folder, manifest)
        self.digest = manifest["int8"]["digest"]
        self._crew = Crew("embed")

    def _run(self, encodings: Sequence[Any], out: Vectors) -> None:
        session = self._session()

        def work(i: int) -> None:
            ids = np.array([encodings[i].ids], dtype=np.int64)
            out[i] = session.run(None, {"input_ids": ids})[0][0]

        self._crew.each([len(e) for e in encodings], work)


class TorchEmbedder:
    """A model that sentence-transformers itself runs: several seconds to load, half as fast on a processor.

    Safe to share between threads; they take turns. Raises whatever torch or the model's code raises.
    """

    def __init__(self, name: str, digest: str, folder: Path) -> None:
        from rag.models.embedding.export import default_prompt, quiet_load, sequence_length

        self.name = name
        self.digest = digest
        self._model = quiet_load(folder)
        self._lock = threading.Lock()
        self._tokenizer = self._model.tokenizer
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        special = self._tokenizer.num_special_tokens_to_add(False)
        prompt = sum(self.count([default_prompt(self._model)]))
        self.max_tokens = sequence_length(self._model) - special - prompt

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without special tokens and without truncation."""
        if not texts:
            return []
        if hasattr(self._tokenizer, "encode_batch_fast"):  # of tokenizers itself, as static embeddings have
            return [len(e) for e in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]
        with self._lock:  # a tokenizer of transformers keeps its truncation in shared state
            ids = self._tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(i) for i in ids["input_ids"]]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit length, float32, shape (len(texts), dimension); longer texts than ``max_tokens`` are cut."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(list(texts), batch_size=16, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Indices grouped by like length, longest first; padded, a group has at most ``tokens``."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    while order:
        size = max(1, tokens // lengths[order[0]])
        yield order[:size]
        order = order[size:]
