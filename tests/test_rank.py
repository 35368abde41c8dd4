"""How hits are ordered by what a reader made of them: one score for all views, and each view pulls one way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.rank import WEIGHTS, probability, rank
from rag.retrieve import Wanted
from rag.types import Article, Hit, Reading, Sentence
from tests.fakes import chunk_of

VIEWS: dict[str, float] = {"passage": 0.0, "sentence": 0.0, "span": 0.0, "fresh": 0.0, "named": 0.0, "place": 10.0}
NOWHERE = Wanted()


def score(views: dict[str, float]) -> float:
    sentence = Sentence(0, 1, views["sentence"], None, views["span"])
    return probability(views["passage"], sentence, views["fresh"], bool(views["named"]), int(views["place"]))


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


def ranked(bodies: Sequence[str], *scores: Sequence[float]) -> tuple[list[str], list[str]]:
    """The articles' names ('a' for the first body) and the quotes, best first."""
    hits = [hit(chr(ord("a") + n), body) for n, body in enumerate(bodies)]
    readings = [reading(body, *given_scores) for body, given_scores in zip(bodies, scores, strict=True)]
    found, evidence = rank(hits, readings, NOWHERE)
    return [h.article.id for h in found], [e.quote for e in evidence]


def test_hits_go_by_their_best_sentence_and_sentences_by_their_own() -> None:
    bodies = ["Fog lay low. Gulls cried.", "The ferry sank. Tea is hot."]
    articles, quotes = ranked(bodies, [-9.0, 4.0], [20.0, -20.0])
    assert articles == ["b", "a"]
    assert quotes == ["The ferry sank.", "Gulls cried.", "Fog lay low.", "Tea is hot."]


def test_the_score_is_the_probability_and_the_rest_of_a_hit_stays() -> None:
    bodies = ["Fog lay low. Gulls cried.", "The ferry sank."]
    today = date(2024, 9, 28)
    hits = [hit("a", bodies[0], published=today), hit("b", bodies[1], source="Echo")]
    readings = [reading(bodies[0], -9.0, -8.0, passage=-0.5), reading(bodies[1], 15.0, passage=0.5, span=(4, 9))]
    [first, second], evidence = rank(hits, readings, Wanted((today, today), ("Echo",)))
    expected = [
        probability(0.5, readings[1].sentences[0], 0.0, True, 1),
        probability(-0.5, readings[0].sentences[1], 1.0, False, 0),
        probability(-0.5, readings[0].sentences[0], 1.0, False, 0),
    ]
    assert [e.score for e in evidence] == expected
    assert [first.score, second.score] == expected[:2]
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
    hits, evidence = rank([hit(n, b) for n, b in zip("abc", bodies, strict=True)], readings, NOWHERE)
    told = [(e.article.id, e.quote) for e in evidence]
    assert sorted(told) == [("a", "It was late."), ("b", "The ferry sank."), ("c", "Nobody drowned.")]
    assert told[0] == ("b", "The ferry sank.")
    assert len(hits) == 3, "the articles stay: each is a source"


def test_what_reads_the_same_stays_in_the_order_of_the_search() -> None:
    bodies = [f"Boat {n} came home." for n in range(12)]
    articles, quotes = ranked(bodies, *([[-0.5]] * 12))
    assert articles == sorted(articles)
    assert quotes == bodies


@pytest.mark.parametrize("field", [{"published": date(2024, 9, 28)}, {"source": "Echo"}, {"section": "Sea"}])
def test_of_two_that_read_the_same_the_one_that_was_asked_for_wins(field: dict[str, Any]) -> None:
    bodies = ["Boat one came home.", "Boat two came home."]
    day_before = date(2024, 9, 28) - timedelta(days=60)
    hits = [hit("a", bodies[0], published=day_before), hit("b", bodies[1], **{"published": day_before} | field)]
    wanted = Wanted((date(2024, 9, 27), date(2024, 9, 28)), ("Echo",), ("Sea",))
    [first, _], _ = rank(hits, [reading(b, 0.0) for b in bodies], wanted)
    assert first.article.id == "b"


def test_a_passage_without_a_sentence_comes_last() -> None:
    hits = [hit("a", ""), hit("b", "Rain.")]
    found, evidence = rank(hits, [Reading(30.0, ()), reading("Rain.", -30.0)], NOWHERE)
    assert [h.article.id for h in found] == ["b", "a"]
    assert found[1].score == 0
    assert [e.article.id for e in evidence] == ["b"]


def test_nothing_gives_nothing() -> None:
    assert rank([], [], NOWHERE) == ([], [])


@pytest.mark.parametrize("readings", [0, 2])
def test_readings_of_other_hits_are_refused(readings: int) -> None:
    with pytest.raises(ValueError, match="zip"):
        rank([hit("a", "Rain.")], [reading("Rain.", 0.0)] * readings, NOWHERE)


def test_every_view_has_a_weight_and_nothing_else_has() -> None:
    assert sorted(WEIGHTS) == sorted(VIEWS)


logits = st.floats(-1e6, 1e6)
views = st.fixed_dictionaries(
    {
        "passage": logits,
        "sentence": logits,
        "span": logits,
        "fresh": st.floats(0, 1),
        "named": st.sampled_from([0.0, 1.0]),
        "place": st.integers(0, 500).map(float),
    }
)


@given(values=views, view=st.sampled_from(sorted(VIEWS)), more=st.floats(0, 100))
def test_no_sentence_is_worse_for_what_speaks_for_it(values: dict[str, float], view: str, more: float) -> None:
    better = dict(values)
    if view == "place":
        better[view] = max(0.0, values[view] - more)  # an earlier one
    elif view in ("fresh", "named"):
        better[view] = min(1.0, values[view] + more)
    else:
        better[view] += more
    assert 0 < score(values) <= score(better) < 1


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_every_view_tells_where_the_others_do_not(view: str) -> None:
    assert score(VIEWS | {view: 0.0 if view == "place" else 1.0}) > score(VIEWS)
