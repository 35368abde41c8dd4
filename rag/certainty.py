"""How likely an answer is right, from the sentences found for the question: logistic regression.

The best sentence is a close one also where none answers, and a small model says of nearly every answer that it is
right. How strong the sentence is that an answer stands on, whether other stories say the same, and whether the answer
is what the reader marked in the sentence tell more, and cost nothing. From which answers the weights were found, and
what they are worth: docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.odds import log_odds, logistic
from rag.terms import tokens
from rag.types import Evidence
from rag.verify import Verdict

WEIGHTS = {"score": 1.3, "stories": 0.8, "marked": 0.6, "always": 0.0}
"""Of the log-odds that the ranking gives the best quote, the logarithm of 1 + the stories that say the same, whether a
word of the answer is among those that the reader marked (0 or 1), and 1."""

LOOKED_AT = 60
"""Sentences, best first, in which the same answer is looked for."""


def certainty(verdict: Verdict, scored: Sequence[Evidence]) -> float:
    """That an answer is right, 0..1. ``scored`` are all sentences, best first, with their probabilities."""
    said = set(tokens(verdict.short or ""))
    quotes = [e for claim in verdict.claims for e in claim.quotes]
    stories = {e.article.story or e.article.id for e in scored[:LOOKED_AT] if said and said <= set(tokens(e.quote))}
    views = {
        "score": log_odds(max(e.score for e in quotes)),
        "stories": math.log1p(len(stories)),
        "marked": float(any(said & set(tokens(e.article.body[slice(*e.span)])) for e in quotes if e.span)),
        "always": 1.0,
    }
    return logistic(sum(weight * views[name] for name, weight in WEIGHTS.items()))
