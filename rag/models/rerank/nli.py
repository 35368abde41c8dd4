"""Any natural language inference model of sentence-transformers, for one more check of what an answer claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.errors import ModelError
from rag.models.rerank.cross_encoder import CrossEncoder


class Entailment(CrossEncoder):
    """A cross-encoder that gives three numbers for a premise and a hypothesis.

    Its configuration says which of them is entailment (``id2label``), as those on hubs do.
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
