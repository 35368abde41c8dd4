"""Hits + what a reader made of them -> the hits in a better order, and all their sentences by how well they answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from rag.types import Evidence, Hit, Reading, Sentence

WEIGHTS = {"passage": 1.0, "sentence": 1.0, "span": 0.2, "fresh": 1.5, "rank": 2.0}
"""Of the logits of passage, sentence and span, of freshness (0..1) and of the search's rank (1 for the first, 1/2 for
the sixth). How they were found: docs/evaluation.md."""

SCALE, SHIFT = 1.0, 0.0
"""From that sum to a log-odds: Platt scaling, fitted with the weights."""


def rank(hits: Sequence[Hit], readings: Sequence[Reading], fresh: Sequence[float]) -> tuple[list[Hit], list[Evidence]]:
    """The hits, best first, and their sentences, best first; ``score`` of both is the probability (0..1) that it holds
    the answer, as far as the reader can tell.

    ``readings`` and ``fresh`` (0..1) are those of the hits, in their order, which is that of the search. A hit counts
    as much as its best sentence. A sentence that stands in several articles counts once.
    """
    found: list[Evidence] = []
    best: list[tuple[float, Hit]] = []
    texts: set[str] = set()
    for place, (hit, reading, new) in enumerate(zip(hits, readings, fresh, strict=True)):
        scores = [probability(reading.passage, s, new, place) for s in reading.sentences]
        best.append((max(scores, default=0.0), hit))
        for sentence, score in zip(reading.sentences, scores, strict=True):
            found.append(
                Evidence(
                    hit.article,
                    sentence.start,
                    sentence.end,
                    hit.article.body[sentence.start : sentence.end],
                    score,
                    sentence.span,
                )
            )
    found.sort(key=lambda e: -e.score)
    once = [e for e in found if not (e.quote in texts or texts.add(e.quote))]  # type: ignore[func-returns-value]
    best.sort(key=lambda pair: -pair[0])
    return [replace(hit, score=score) for score, hit in best], once


def probability(passage: float, sentence: Sentence, fresh: float, place: int) -> float:
    """That a sentence holds the answer, from all that is known of it."""
    views = {
        "passage": passage,
        "sentence": sentence.score,
        "span": sentence.span_score,
        "fresh": fresh,
        "rank": 1 / (1 + place / 5),
    }
    total = sum(WEIGHTS[name] * value for name, value in views.items())
    return 1 / (1 + math.exp(-max(min(SCALE * total + SHIFT, 30.0), -30.0)))
