"""How likely an answer is right, from all that is known of how it was found: logistic regression.

A small model says of nearly every answer that it is right, and the best sentence is a close one also where none
answers. Each view alone tells little; together they tell enough to refuse by. From which answers the weights were
found, and what they are worth: docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.odds import log_odds, logistic
from rag.terms import tokens
from rag.types import Evidence
from rag.verify import Verdict

WRITTEN = {"declined": -0.5, "support": 0.3, "score": 0.9, "stories": 0.3, "always": -1.0}
"""Of an answer that the embedded model wrote as it liked: the log-probability with which it would rather have declined;
how much likelier 'yes' than 'no' it finds it, shown answer and quotes alone, that it is right; the log-odds that the
ranking gives the best quote; the logarithm of 1 + the stories that say the same; and 1."""

POINTED = {"declined": -1.03, "score": 0.92, "stories": 0.29, "always": -1.16}
"""The same of an answer of the embedded model with its adapter."""

LOOKED_AT = 60
"""Sentences, best first, in which the same answer is looked for."""


def certainty(verdict: Verdict, scored: Sequence[Evidence], weights: Mapping[str, float], **known: float) -> float:
    """That an answer is right, 0..1. ``scored`` are all sentences, best first; ``known`` are the other views."""
    said = set(tokens(verdict.short or ""))
    stories = {e.article.story or e.article.id for e in scored[:LOOKED_AT] if said and said <= set(tokens(e.quote))}
    views = known | {
        "score": log_odds(max(e.score for claim in verdict.claims for e in claim.quotes)),
        "stories": math.log1p(len(stories)),
        "always": 1.0,
    }
    return logistic(sum(weight * views[name] for name, weight in weights.items()))
