"""Hits + what a reranker made of them -> the hits in a better order, and all their sentences, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.odds import logistic
from rag.retrieve import Wanted
from rag.types import Evidence, Hit, Reading, Sentence

WEIGHTS = {"passage": 0.01, "sentence": 0.09, "span": 0.36, "fresh": 2.9, "named": 2.0, "place": 2.1}
"""Of the logits of passage, sentence and span (the passage adds next to nothing), of freshness (0..1), of being
named by the question (0 or 1), and of the search's place (1 for the first, 1/2 for the sixth). How they were found:
docs/evaluation.md."""

SCALE, SHIFT = 0.47, -3.15
"""From that sum to a log-odds: Platt scaling."""


def rank(hits: Sequence[Hit], readings: Sequence[Reading], wanted: Wanted) -> tuple[list[Hit], list[Evidence]]:
    """The hits, best first, and their sentences, best first; ``score`` of both is the probability (0..1) that it holds
    the answer, as far as the reranker can tell.

    ``readings`` are those of the hits, in their order, which is that of the search. A hit counts as much as its best
    sentence. A sentence that stands in several articles counts once.
    """
    found: list[Evidence] = []
    best: list[tuple[float, Hit]] = []
    texts: set[str] = set()
    for place, (hit, reading) in enumerate(zip(hits, readings, strict=True)):
        fresh, named = wanted.fresh(hit.article), wanted.named(hit.article)
        scores = [probability(reading.passage, s, fresh, named, place) for s in reading.sentences]
        best.append((max(scores, default=0.0), hit))
        for sentence, score in zip(reading.sentences, scores, strict=True):
            quote = hit.article.body[sentence.start : sentence.end]
            found.append(Evidence(hit.article, sentence.start, sentence.end, quote, score, sentence.span))
    found.sort(key=lambda e: -e.score)
    once = [e for e in found if not (e.quote in texts or texts.add(e.quote))]  # type: ignore[func-returns-value]
    best.sort(key=lambda pair: -pair[0])
    return [replace(hit, score=score) for score, hit in best], once


def probability(passage: float, sentence: Sentence, fresh: float, named: bool, place: int) -> float:
    """That a sentence holds the answer, from all that is known of it."""
    views = {
        "passage": passage,
        "sentence": sentence.score,
        "span": sentence.span_score,
        "fresh": fresh,
        "named": float(named),
        "place": 1 / (1 + place / 5),
    }
    total = sum(WEIGHTS[name] * value for name, value in views.items())
    return logistic(SCALE * total + SHIFT)
