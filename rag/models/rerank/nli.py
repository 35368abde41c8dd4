"""Any natural language inference model of sentence-transformers, for one more check of what an answer claims."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from rag.errors import ModelError
from rag.models.rerank.cross_encoder import error_line, open_cross_encoder


class Entailment:
    """The model ``name``, a folder or a name on a hub; safe to share between threads, loaded on first use.

    It is a cross-encoder that gives three numbers for a premise and a hypothesis; its configuration tells which of them
    stands for entailment (``id2label``), as those on hubs do.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: Any = None
        self._column = 0

    def carried(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """For each (premise, hypothesis) the probability, 0..1, that the one follows from the other.

        Raises ``ModelError``.
        """
        if not pairs:
            return []
        try:
            with self._lock:
                model = self._open()
                found = model.predict(list(pairs), apply_softmax=True, show_progress_bar=False)
        except ModelError:
            raise
        except Exception as error:  # torch's and transformers' errors share no base
            raise ModelError(f"the inference model {self.name} failed ({error_line(error)})") from error
        return [float(row[self._column]) for row in found]

    def _open(self) -> Any:
        if self._model is None:
            model = open_cross_encoder(self.name, "inference model", "set RAG_NLI to none")
            labels = {int(i): str(label).lower() for i, label in model.config.id2label.items()}
            columns = [i for i, label in labels.items() if label.startswith("entail")]
            if len(columns) != 1:
                raise ModelError(
                    f"the inference model {self.name} has no label for entailment (it has {', '.join(labels.values())})"
                )
            self._model, self._column = model, columns[0]
        return self._model
