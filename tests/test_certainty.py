"""How likely an answer is right: what raises it and what lowers it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rag.certainty import LOOKED_AT, certainty
from rag.types import Article, Evidence
from rag.verify import Claim, Verdict

BODY = "The ferry sails from 14 May."


def said(score: float = 0.5, story: str = "a", span: tuple[int, int] | None = None) -> Evidence:
    article = Article(story, "Ferry news", BODY, date(2024, 3, 1), source="Echo")
    return Evidence(article, 0, len(BODY), BODY, score, span)


def sure(quote: Evidence, *others: Evidence) -> float:
    return certainty(Verdict((Claim("It sails from 14 May.", (quote,)),), "14 May"), [quote, *others])


@given(score=st.floats(0, 1), more=st.floats(0, 1))
def test_it_is_a_probability_and_grows_with_what_speaks_for_the_answer(score: float, more: float) -> None:
    plain = sure(said(score))
    assert 0 <= plain <= 1
    assert sure(said(min(1.0, score + more))) >= plain
    assert sure(said(score), said(0.1, "b")) >= plain
    assert sure(said(score, span=(21, 27))) >= plain


def test_a_story_counts_once_and_only_among_the_best() -> None:
    alone = sure(said())
    assert sure(said(), said(0.4), said(0.3)) == alone
    far = [said(0.4)] * LOOKED_AT
    assert sure(said(), *far, said(0.1, "b")) == alone
    assert sure(said(), said(0.1, "b")) > alone


def test_what_the_reader_marked_counts_where_the_answer_says_it() -> None:
    assert sure(said(span=(21, 27))) > sure(said(span=(4, 9))) == sure(said())


def test_an_answer_without_a_short_form_is_weighed_too() -> None:
    quote = said()
    assert 0 < certainty(Verdict((Claim(BODY, (quote,)),), None), [quote]) < 1
