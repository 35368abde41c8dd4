"""How likely a draft is right, by what the embedded language model had in mind while it wrote it.

A linear probe on the mean of a middle layer over the words of the draft (Azaria and Mitchell, "The Internal State of an
LLM Knows When It's Lying", Findings of EMNLP 2023). It sees what the scores of sentences cannot: whether the quotes
answered the question, or the model made something up from what stood near. The weights are made by
``evals.train.confidence``, for the default model in the engine that tells its inner state.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import mul

from rag.qa.learnt.stored import stored_weights

REPLY_WEIGHTS = "replies.json.gz"


@cache
def reply_weights() -> tuple[tuple[float, ...], float]:
    """A weight for each number of an inner state, and the constant."""
    stored = stored_weights(REPLY_WEIGHTS)
    return tuple(stored["weights"]), stored["bias"]


def log_odds_by_state(inner: Sequence[float] | None) -> float | None:
    """The natural log-odds that a reply is right, from ``Usage.inner``; None for that of another model, or none."""
    if inner is None:
        return None
    weights, bias = reply_weights()
    return bias + sum(map(mul, weights, inner)) if len(inner) == len(weights) else None
