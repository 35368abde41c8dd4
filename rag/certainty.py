"""How likely an answer is right, from the sentences found for the question: logistic regression.

The best sentence is a close one also where none answers, and a small model says of nearly every answer that it is
right. How strong the sentence is that an answer stands on, how near its article is to the days asked about, and how
much of what bears on the question says the same, tell more, and cost nothing. From which answers the weights were
found, and what they are worth: docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.odds import log_odds, logistic
from rag.retrieve import Wanted
from rag.terms import tokens
from rag.types import Evidence
from rag.verify import Verdict

WEIGHTS = {"score": 0.74, "age": -0.28, "share": 3.5, "always": -0.08}
"""Of the log-odds that the ranking gives the best quote, the logarithm of 1 + the days between its article and those
asked about, the share (0..1) of all that bears on the question which says the same, and 1."""

LOOKED_AT = 60
"""Sentences, best first, in which the same answer is looked for."""


def certainty(verdict: Verdict, scored: Sequence[Evidence], wanted: Wanted) -> float:
    """That an answer is right, 0..1. ``scored`` are all sentences, best first, with their probabilities."""
    said = set(tokens(verdict.short or ""))
    best = max((e for claim in verdict.claims for e in claim.quotes), key=lambda e: e.score)
    looked_at = scored[:LOOKED_AT]
    [age, *_] = wanted.ages([best.article, *(e.article for e in looked_at)])
    saying = sum(e.score for e in looked_at if said and said <= set(tokens(e.quote)))
    views = {
        "score": log_odds(best.score),
        "age": math.log1p(age),
        "share": saying / (sum(e.score for e in looked_at) or 1.0),
        "always": 1.0,
    }
    return logistic(sum(weight * views[name] for name, weight in WEIGHTS.items()))
