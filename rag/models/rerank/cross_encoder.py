"""Any cross-encoder of sentence-transformers, as the reranker or to infer: its files are here, or a hub has them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.models.opening import cached_model, error_line, hub_files
from rag.protocols import Reading, Sentence
from rag.text.sentences import sentence_spans
from rag.types import Chunk

PAIRS_PER_BATCH = 16  # pairs


class CrossEncoder:
    """The cross-encoder ``name``, a folder or a name on a hub; safe to share between threads, loaded on first use.

    A subclass says ``what`` it is for and what to do ``instead`` of it, for the lines of errors, and checks the model
    that was opened.
    """

    what: str
    instead: str

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: Any = None

    def _predict(self, pairs: Sequence[tuple[str, str]], **options: Any) -> Any:
        """What the model gives for the pairs, an array with a row each. Raises ``ModelError``."""
        try:
            with self._lock:
                if self._model is None:
                    model = self._open()
                    self._check(model)
                    self._model = model
                return self._model.predict(list(pairs), show_progress_bar=False, **options)
        except ModelError:
            raise
        except Exception as error:  # torch's and transformers' errors share no base
            raise ModelError(f"the {self.what} {self.name} failed ({error_line(error)})") from error

    def _check(self, model: Any) -> None:
        """Raises ``ModelError`` for a model that does not give the numbers that are needed."""
        raise NotImplementedError

    def _open(self) -> Any:
        here = Path(self.name).is_dir() or cached_model(self.name) is not None
        try:
            if not here:
                hub_files(self.name)
            import sentence_transformers

            return sentence_transformers.CrossEncoder(self.name, local_files_only=here, trust_remote_code=False)
        except Exception as error:  # torch's, transformers' and the hub's errors share no base
            raise ModelError(
                f"the {self.what} {self.name} cannot be loaded ({error_line(error)}): name a cross-encoder by its "
                f"folder or by its name on a hub that can be reached, or {self.instead}"
            ) from error


class CrossEncoderReader(CrossEncoder):
    """A reranker that scores each passage and each of its sentences under the passage's headline.

    It marks no words in them.
    """

    what = "reranker"
    instead = "set RAG_RERANKER to embedded or none"

    def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
        """The logits of each passage and of its sentences, in the order of ``chunks``. Raises ``ModelError``."""
        if not chunks:
            return []
        import torch

        spans = [sentence_spans(chunk.text) for chunk in chunks]
        texts = [chunk.embedded_text for chunk in chunks]
        for chunk, found in zip(chunks, spans, strict=True):
            before = chunk.embedded_text.removesuffix(chunk.text)
            texts += [before + chunk.text[start:end] for start, end in found]
        logits = self._predict(
            [(question, text) for text in texts], activation_fn=torch.nn.Identity(), batch_size=PAIRS_PER_BATCH
        )
        scores = iter([float(logit) for logit in logits])
        passages = [next(scores) for _ in chunks]
        return [
            Reading(
                score, tuple(Sentence(chunk.start + start, chunk.start + end, next(scores)) for start, end in found)
            )
            for chunk, score, found in zip(chunks, passages, spans, strict=True)
        ]

    def _check(self, model: Any) -> None:
        if int(model.config.num_labels) != 1:
            raise ModelError(
                f"the reranker {self.name} gives several numbers for a pair; name one that gives a single score"
            )


class Entailment(CrossEncoder):
    """A natural language inference model: one more check of what an answer claims.

    It gives three numbers for a premise and a hypothesis; its configuration says which of them is entailment
    (``id2label``), as those on hubs do.
    """

    what = "inference model"
    instead = "set RAG_NLI to none"
    _column = 0  # of entailment

    def carried(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """For each (premise, hypothesis) the probability, 0 to 1, that the premise entails the hypothesis.

        Raises ``ModelError``.
        """
        if not pairs:
            return []
        found = self._predict(pairs, apply_softmax=True)
        return [float(row[self._column]) for row in found]

    def _check(self, model: Any) -> None:
        labels = {int(i): str(label).lower() for i, label in model.config.id2label.items()}
        columns = [i for i, label in labels.items() if label.startswith("entail")]
        if len(columns) != 1:
            raise ModelError(
                f"the inference model {self.name} has no label for entailment (it has {', '.join(labels.values())})"
            )
        self._column = columns[0]
