"""How hits are ordered by what a reader made of them: one score for all views, and each view pulls one way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.protocols import Reading, Sentence, Vectors
from rag.qa.retrieval.reranking import EMBEDDED, RERANKING_WEIGHTS, rank
from rag.qa.retrieval.retriever import Wanted
from rag.types import Article, Hit
from tests.support.fakes import FakeEmbedder, chunk_of

NOWHERE = Wanted((date.min, date.min))
QUESTION = "Which?"  # has no word of any sentence


def hit(name: str, body: str, **fields: Any) -> Hit:
    article = Article(name, name.upper(), body, **fields)
    return Hit(chunk_of(article, 0, len(body)), article, 0.5, dense=0.25, lexical=3.0)


def reading(body: str, *scores: float, passage: float = 0.0, span: tuple[int, int] | None = None) -> Reading:
    """Of a body of short sentences; one score for each."""
    found, start = [], 0
    for text, given_score in zip(body.removesuffix(".").split(". "), scores, strict=True):
        found.append(Sentence(start, start + len(text) + 1, given_score, span))
        start += len(text) + 2
    return Reading(passage, tuple(found))


def ranking(hits: Sequence[Hit], readings: Sequence[Reading], question: str = QUESTION) -> Any:
    return rank(question, hits, readings, NOWHERE, FakeEmbedder())


def ranked(bodies: Sequence[str], *scores: Sequence[float]) -> tuple[list[str], list[str]]:
    """The articles' names ('a' for the first body) and the quotes, best first."""
    hits = [hit(chr(ord("a") + n), body) for n, body in enumerate(bodies)]
    readings = [reading(body, *given_scores) for body, given_scores in zip(bodies, scores, strict=True)]
    found, evidence = ranking(hits, readings)
    return [h.article.id for h in found], [e.quote for e in evidence]


def test_a_hit_counts_as_its_sentences_together_and_as_a_whole() -> None:
    bodies = ["Fog lay low. Gulls cried.", "Fog lay high. Gulls cried."]
    hits = [hit(n, body) for n, body in zip("ab", bodies, strict=True)]

    def first(*readings: Reading) -> str:
        return str(ranking(hits, readings)[0][0].article.id)

    assert first(reading(bodies[0], 0.0, 0.0), reading(bodies[1], 0.0, 0.0)) == "a"
    assert first(reading(bodies[0], 4.0, -40.0), reading(bodies[1], 4.0, 9.0)) == "b"
    assert first(reading(bodies[0], 0.0, 0.0), reading(bodies[1], 0.0, 0.0, passage=9.0)) == "b"


def test_hits_go_by_their_sentences_and_sentences_by_their_own() -> None:
    bodies = ["Fog lay low. Gulls cried.", "The ferry sank. Tea is hot."]
    articles, quotes = ranked(bodies, [-9.0, 4.0], [20.0, -20.0])
    assert articles == ["b", "a"]
    assert quotes == ["The ferry sank.", "Gulls cried.", "Fog lay low.", "Tea is hot."]


def test_the_score_is_a_probability_and_the_rest_of_a_hit_stays() -> None:
    bodies = ["Fog lay low. Gulls cried.", "The ferry sank."]
    today = date(2024, 9, 28)
    hits = [hit("a", bodies[0], published=today), hit("b", bodies[1], source="Echo")]
    readings = [reading(bodies[0], -9.0, -8.0), reading(bodies[1], 25.0, span=(4, 9))]
    [first, second], evidence = rank(QUESTION, hits, readings, Wanted((today, today), ("Echo",)), FakeEmbedder())
    assert 1 > evidence[0].score > evidence[1].score > evidence[2].score > 0
    assert 1 > first.score > second.score > 0
    assert (first.chunk, first.article, first.dense, first.lexical) == (hits[1].chunk, hits[1].article, 0.25, 3.0)
    assert [(e.article.id, e.quote, e.span) for e in evidence] == [
        ("b", "The ferry sank.", (4, 9)),
        ("a", "Gulls cried.", None),
        ("a", "Fog lay low.", None),
    ]
    assert all(e.quote == e.article.body[e.start : e.end] for e in evidence)


def test_a_sentence_of_several_articles_counts_once_where_it_scores_best() -> None:
    bodies = ["It was late. The ferry sank.", "The ferry sank.", "The ferry sank. Nobody drowned."]
    readings = [reading(bodies[0], 0.0, 1.0), reading(bodies[1], 20.0), reading(bodies[2], 2.0, 3.0)]
    hits, evidence = ranking([hit(n, b) for n, b in zip("abc", bodies, strict=True)], readings)
    told = [(e.article.id, e.quote) for e in evidence]
    assert sorted(told) == [("a", "It was late."), ("b", "The ferry sank."), ("c", "Nobody drowned.")]
    assert told[0] == ("b", "The ferry sank.")
    assert len(hits) == 3, "the articles stay: each is a source"


def test_what_reads_the_same_stays_in_the_order_of_the_search() -> None:
    class Same(FakeEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            return np.full((len(texts), 4), 0.5, dtype=np.float32)

    bodies = [f"Boat {n} came home." for n in range(12)]
    hits = [hit(chr(ord("a") + n), body) for n, body in enumerate(bodies)]
    found, evidence = rank(QUESTION, hits, [reading(body, -0.5) for body in bodies], NOWHERE, Same())
    assert [h.article.id for h in found] == [h.article.id for h in hits]
    assert [e.quote for e in evidence] == bodies


@pytest.mark.parametrize("field", [{"published": date(2024, 9, 28)}, {"source": "Echo"}, {"section": "Sea"}])
def test_of_two_that_read_the_same_the_one_that_was_asked_for_wins(field: dict[str, Any]) -> None:
    bodies = ["Boat one came home.", "Boat two came home."]
    day_before = date(2024, 9, 28) - timedelta(days=60)
    hits = [hit("a", bodies[0], published=day_before), hit("b", bodies[1], **{"published": day_before} | field)]
    wanted = Wanted((date(2024, 9, 27), date(2024, 9, 28)), ("Echo",), ("Sea",))
    [first, _], _ = rank(QUESTION, hits, [reading(b, 0.0) for b in bodies], wanted, FakeEmbedder())
    assert first.article.id == "b"


def test_a_passage_without_a_sentence_comes_last() -> None:
    hits = [hit("a", ""), hit("b", "Rain.")]
    found, evidence = ranking(hits, [Reading(30.0, ()), reading("Rain.", -30.0)])
    assert [h.article.id for h in found] == ["b", "a"]
    assert found[1].score == 0
    assert [e.article.id for e in evidence] == ["b"]


def test_nothing_gives_nothing() -> None:
    assert ranking([], []) == ([], [])


@pytest.mark.parametrize("readings", [0, 2])
def test_readings_of_other_hits_are_refused(readings: int) -> None:
    with pytest.raises(ValueError, match="zip"):
        ranking([hit("a", "Rain.")], [reading("Rain.", 0.0)] * readings)


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("Who sank the ferry?", "Storms sank one ferry.", "Gulls cried all day."),  # words and meaning
        ("When did it happen?", "It was on 3 May.", "It was very cold."),  # the kind of thing asked for
    ],
)
def test_the_question_itself_tells_where_the_reader_does_not(question: str, better: str, worse: str) -> None:
    hits = [hit("a", f"{worse} {better}")]
    _, evidence = ranking(hits, [reading(hits[0].article.body, 0.0, 0.0)], question)
    assert [e.quote for e in evidence] == [better, worse]


def test_only_the_best_are_embedded() -> None:
    bodies = [f"Boat {n} came home." for n in range(EMBEDDED + 10)]
    embedder = FakeEmbedder()
    readings = [reading(body, float(n)) for n, body in enumerate(bodies)]
    rank(QUESTION, [hit(f"a{n}", b) for n, b in enumerate(bodies)], readings, NOWHERE, embedder)
    assert len(embedder.embedded) == 1 + EMBEDDED
    assert f"A49. {bodies[49]}" in embedder.embedded
    assert f"A5. {bodies[5]}" not in embedder.embedded


def test_all_that_is_known_speaks_for_a_sentence_but_its_age() -> None:
    assert {name for name, weight in RERANKING_WEIGHTS.items() if weight <= 0} == {"age"}


def test_old_is_better_than_very_old_where_the_pile_reaches_the_day() -> None:
    bodies = ["Boat one came home.", "Boat two came home.", "Gulls cried."]
    today = date(2024, 9, 28)
    ages = [900, 100, 0]
    hits = [hit(n, b, published=today - timedelta(a)) for n, b, a in zip("abc", bodies, ages, strict=True)]
    readings = [reading(bodies[0], 0.0), reading(bodies[1], 0.0), reading(bodies[2], -90.0)]
    _, [first, *_] = rank(QUESTION, hits, readings, Wanted((today, today)), FakeEmbedder())
    assert first.article.id == "b"
    _, [first, *_] = rank(QUESTION, hits, readings, Wanted((date(2030, 1, 1),) * 2), FakeEmbedder())
    assert first.article.id == "a"  # the pile ended long before: the order of the search stands


@given(
    scores=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5),
    which=st.integers(0, 4),
    more=st.floats(0, 100),
)
def test_no_sentence_is_worse_for_what_speaks_for_it(scores: list[float], which: int, more: float) -> None:
    which %= len(scores)
    bodies = [f"Boat {n} came home." for n in range(len(scores))]
    hits = [hit(chr(ord("a") + n), body) for n, body in enumerate(bodies)]

    def probability(values: Sequence[float]) -> float:
        _, evidence = ranking(hits, [reading(b, v) for b, v in zip(bodies, values, strict=True)])
        [found] = [e.score for e in evidence if e.quote == bodies[which]]
        return float(found)

    better = [v + more * (n == which) for n, v in enumerate(scores)]
    assert 0 < probability(scores) <= probability(better) < 1
