"""Hits + what a reranker made of them -> the hits in a better order, and all their sentences, best first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.protocols import Embedder, Reading, Sentence
from rag.qa.retrieval.calibration import log_odds, logistic, weighted
from rag.qa.retrieval.retriever import FRESH, Wanted
from rag.qa.retrieval.sentence_scoring import Place, meaning, type_fit, wording
from rag.types import Evidence, Hit

RERANKING_WEIGHTS = {
    "sentence": 0.14,
    "span": 0.22,
    "fresh": 2.42,
    "age": -0.55,
    "named": 2.0,
    "place": 1.62,
    "words": 3.53,
    "kind": 1.67,
    "meaning": 3.57,
}
"""Of the logits of sentence and span, of freshness (0..1, see ``Wanted.fresh``) and the logarithm of 1 + the days from
those asked about, which tells old from very old, of being named by the question (0 or 1), of the search's place (1 for
the first, 1/2 for the sixth), of the question's words, the kind of thing asked for and the meaning (0..1, see
``rag.qa.retrieval.sentence_scoring``). A reader that was trained on few questions and what needs no training fail in
different ways. How
they were found: docs/experiments.md."""

SCALE, SHIFT = 0.455, -4.07
"""From that sum to a log-odds: Platt scaling."""

PASSAGE_WEIGHT = 0.15
"""Of a passage's own logit, beside the log-odds that any of its sentences holds the answer."""

EMBEDDED = 40
"""Sentences whose meaning is compared: those that are best without. All of 240 in their place changed nothing."""


@dataclass(frozen=True, slots=True)
class MinScores:
    """What a sentence must score (``Evidence.score``) at least, by who gave the scores."""

    quote: float  # to be quoted without a model's word
    show: float  # to be shown with a refusal
    retry: float  # as the best one, for a second try of the embedded model whose draft failed
    retry_other: float  # the same for another model, whose second try costs more


MIN_SCORES_BY_EMBEDDER = MinScores(quote=0.5, show=0.5, retry=0.66, retry_other=math.inf)
MIN_SCORES_BY_RERANKER = MinScores(quote=0.15, show=0.07, retry=0.12, retry_other=0.5)


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with all that its score was made of: ``views`` are what ``RERANKING_WEIGHTS`` weighs, ``hit`` is the
    place of its passage, from 0, and ``passage`` the reranker's logit of that."""

    item: Evidence
    views: Mapping[str, float]
    hit: int
    passage: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The passages found and all of their sentences, both best first.

    ``calibrated``: the scores of the sentences are probabilities, from a reranker; else they are the embedder's.
    ``read`` are the sentences as the reranker read them, in the order of the search.
    """

    hits: tuple[Hit, ...]
    sentences: tuple[Evidence, ...]
    calibrated: bool
    read: tuple[ReadSentence, ...] = ()

    @property
    def min_scores(self) -> MinScores:
        return MIN_SCORES_BY_RERANKER if self.calibrated else MIN_SCORES_BY_EMBEDDER


def rank(
    question: str, hits: Sequence[Hit], readings: Sequence[Reading], wanted: Wanted, embedder: Embedder
) -> tuple[list[Hit], list[Evidence]]:
    """The hits, best first, and their sentences, best first; ``score`` of both is the probability (0..1) that it holds
    the answer, as far as all that is known tells.

    ``readings`` are those of the hits, in their order, which is that of the search. A hit counts as much as its
    sentences together, and what the reader makes of it as a whole. A sentence that stands in several articles counts
    once.
    """
    return ordered(hits, readings, read_sentences(question, hits, readings, wanted, embedder), wanted)


def read_sentences(
    question: str, hits: Sequence[Hit], readings: Sequence[Reading], wanted: Wanted, embedder: Embedder
) -> list[ReadSentence]:
    """All sentences of the hits, in their order: one that two passages share twice."""
    where = sentences_of(hits, readings)
    found = []
    for (n, sentence), views in zip(where, sentence_views(question, hits, where, wanted, embedder), strict=True):
        article, start, end = hits[n].article, sentence.start, sentence.end
        score = logistic(SCALE * weighted(RERANKING_WEIGHTS, views) + SHIFT)
        item = Evidence(article, start, end, article.body[start:end], score, sentence.span)
        found.append(ReadSentence(item, views, n, readings[n].passage))
    return found


def ordered(
    hits: Sequence[Hit], readings: Sequence[Reading], read: Sequence[ReadSentence], wanted: Wanted
) -> tuple[list[Hit], list[Evidence]]:
    """What :func:`rank` gives, of hits whose sentences are read."""
    ages = wanted.ages([hit.article for hit in hits])
    none = [1.0] * len(hits)  # the probability that no sentence of it holds the answer
    for sentence in read:
        none[sentence.hit] *= 1 - sentence.item.score
    once: dict[str, Evidence] = {}
    for e in sorted((sentence.item for sentence in read), key=lambda e: -e.score):
        once.setdefault(e.quote, e)
    ranked = [
        replace(hit, score=_passage(1 - none[n], reading.passage, ages[n]) if reading.sentences else 0.0)
        for n, (hit, reading) in enumerate(zip(hits, readings, strict=True))
    ]
    return sorted(ranked, key=lambda hit: -hit.score), list(once.values())


def sentences_of(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[tuple[int, Sentence]]:
    """All sentences of the readings, each with the place of its hit, from 0. ``ValueError``: readings of other hits."""
    return [(n, s) for n, (_, reading) in enumerate(zip(hits, readings, strict=True)) for s in reading.sentences]


def sentence_views(
    question: str, hits: Sequence[Hit], where: Sequence[tuple[int, Sentence]], wanted: Wanted, embedder: Embedder
) -> list[dict[str, float]]:
    """What ``RERANKING_WEIGHTS`` weighs, of each of the sentences (:func:`sentences_of`) in their order; the meaning
    only of those that are best without it."""
    ages = wanted.ages([hit.article for hit in hits])
    places: list[Place] = [(hits[n].article, sentence.start, sentence.end) for n, sentence in where]
    views = [
        {
            "sentence": sentence.score,
            "span": sentence.span_score,
            "fresh": math.exp(-ages[n] / FRESH),
            "age": math.log1p(ages[n]),
            "named": float(wanted.named(hits[n].article)),
            "place": 1 / (1 + n / 5),
            "words": share,
            "kind": type_fit(question, article.body[start:end]),
        }
        for (n, sentence), (article, start, end), share in zip(where, places, wording(question, places), strict=True)
    ]
    order = sorted(range(len(places)), key=lambda i: -weighted(RERANKING_WEIGHTS, views[i]))
    best = order[:EMBEDDED]
    for i, cosine in zip(best, meaning(question, [places[i] for i in best], embedder), strict=True):
        views[i]["meaning"] = cosine
    return views


def _passage(any_sentence: float, passage: float, age: int) -> float:
    """The probability of a passage. What age takes from its sentences is given back: that an old article holds the
    answer's words is as likely, only they answer less often."""
    aged = SCALE * RERANKING_WEIGHTS["age"] * math.log1p(age)
    return logistic(log_odds(any_sentence) + PASSAGE_WEIGHT * passage - aged)
