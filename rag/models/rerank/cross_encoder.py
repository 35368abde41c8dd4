"""Any cross-encoder of sentence-transformers as the reranker, where its files are here or a hub can be reached."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.protocols import Reading, Sentence
from rag.text.sentences import sentence_spans
from rag.types import Chunk

log = logging.getLogger(__name__)

BATCH = 16
HUB_SECONDS = 10.0  # that a hub may take to say whether it has a model


class CrossEncoderReader:
    """The cross-encoder ``name``, a folder or a name on a hub; safe to share between threads, loaded on first use.

    It scores each passage and each of its sentences under the passage's headline. It marks no words in them.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: Any = None

    def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
        """What it makes of each passage, in their order. Raises ``ModelError``."""
        if not chunks:
            return []
        spans = [sentence_spans(chunk.text) for chunk in chunks]
        texts = [chunk.embedded_text for chunk in chunks]
        for chunk, found in zip(chunks, spans, strict=True):
            before = chunk.embedded_text.removesuffix(chunk.text)
            texts += [before + chunk.text[start:end] for start, end in found]
        try:
            with self._lock:
                scores = [float(s) for s in self._open().predict([(question, t) for t in texts], **_QUIETLY)]
        except ModelError:
            raise
        except Exception as error:  # torch's and transformers' errors share no base
            raise ModelError(f"the reranker {self.name} failed ({error_line(error)})") from error
        readings, at = [], len(chunks)
        for chunk, passage, found in zip(chunks, scores, spans, strict=False):
            readings.append(
                Reading(
                    passage,
                    tuple(
                        Sentence(chunk.start + start, chunk.start + end, scores[at + i])
                        for i, (start, end) in enumerate(found)
                    ),
                )
            )
            at += len(found)
        return readings

    def _open(self) -> Any:
        if self._model is None:
            import torch

            logits = torch.nn.Identity()
            model = open_cross_encoder(
                self.name, "reranker", "set RAG_RERANKER to embedded or none", activation_fn=logits
            )
            if int(model.config.num_labels) != 1:
                raise ModelError(
                    f"the reranker {self.name} gives several numbers for a pair; name one that gives a single score"
                )
            self._model = model
        return self._model


def open_cross_encoder(name: str, what: str, instead: str, **options: Any) -> Any:
    """The cross-encoder ``name``, a folder or a name on a hub. Raises ``ModelError``: it is no such thing, not here.

    ``what`` it is for, and what to do ``instead``, stand in the error's line; ``options`` are of its class.
    """
    here = Path(name).is_dir() or _is_cached(name)
    try:
        if not here:
            from huggingface_hub import HfApi

            HfApi().model_info(name, timeout=HUB_SECONDS)  # asked once; the loader would try for two minutes
        from sentence_transformers import CrossEncoder

        return CrossEncoder(name, local_files_only=here, trust_remote_code=False, **options)
    except Exception as error:  # torch's, transformers' and the hub's errors share no base
        raise ModelError(
            f"the {what} {name} cannot be loaded ({error_line(error)}): name a cross-encoder by its folder "
            f"or by its name on a hub that can be reached, or {instead}"
        ) from error


def _is_cached(name: str) -> bool:
    """Whether the hub's cache has the model whole, its weights too."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, local_files_only=True))
    except Exception as error:  # nothing cached; huggingface_hub has a dozen ways to say so
        log.debug("%s is not in the hub's cache: %s", name, error)
        return False
    return any(folder.rglob("*.safetensors")) or any(folder.rglob("pytorch_model*.bin"))


_QUIETLY = {"batch_size": BATCH, "show_progress_bar": False}


def error_line(error: Exception) -> str:
    """What an error says, in one short line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
