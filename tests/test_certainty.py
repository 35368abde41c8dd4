"""How likely an answer is right: what raises it and what lowers it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rag.certainty import LOOKED_AT, certainty
from rag.retrieve import AGE, REACHED, Wanted
from rag.types import Article, Evidence
from rag.verify import Claim, Verdict

BODY = "The ferry sails from 14 May."
OTHER = "The harbour is old."
ASKED = date(2024, 3, 1)
NOW = Wanted((ASKED, ASKED))


def said(score: float = 0.5, name: str = "a", body: str = BODY, published: date | None = ASKED) -> Evidence:
    article = Article(name, "Ferry news", body, published, source="Echo")
    return Evidence(article, 0, len(body), body, score)


def sure(quote: Evidence, *others: Evidence, wanted: Wanted = NOW) -> float:
    return certainty(Verdict((Claim("It sails from 14 May.", (quote,)),), "14 May"), [quote, *others], wanted)


def days_before(days: int) -> date:
    return date.fromordinal(ASKED.toordinal() - days)


@given(score=st.floats(0, 1), more=st.floats(0, 1), days=st.integers(0, REACHED), older=st.integers(0, 9000))
def test_it_is_a_probability_and_grows_with_what_speaks_for_the_answer(
    score: float, more: float, days: int, older: int
) -> None:
    fresh = said(0.2, "b", OTHER)
    plain = sure(said(score, published=days_before(days)), fresh)
    assert 0 <= plain <= 1
    assert sure(said(min(1.0, score + more), published=days_before(days)), fresh) >= plain
    assert sure(said(score, published=days_before(days + older)), fresh) <= plain


def test_what_says_the_same_counts_for_it_and_what_says_something_else_against_it() -> None:
    alone = sure(said(), said(0.3, "b", OTHER))
    assert sure(said(), said(0.3, "b", OTHER), said(0.3, "c")) > alone
    assert sure(said(), said(0.3, "b", OTHER), said(0.3, "c", OTHER)) < alone


def test_only_the_best_sentences_count() -> None:
    many = [said(0.2, "b", OTHER)] * LOOKED_AT
    assert sure(said(), *many) == sure(said(), *many, said(0.2, "c"))


def test_age_says_nothing_where_the_pile_ends_long_before() -> None:
    late = date.fromordinal(ASKED.toordinal() + REACHED)
    long_after = Wanted((date(2026, 1, 1), date(2026, 1, 1)))
    assert sure(said(published=days_before(900)), said(0.1, "b", OTHER), wanted=long_after) == sure(
        said(), said(0.1, "b", OTHER), wanted=long_after
    )
    assert sure(said(published=days_before(AGE))) == sure(said(), wanted=long_after)
    assert sure(said(published=days_before(90)), said(0.1, "b", OTHER, late)) < sure(said(), said(0.1, "b", OTHER))


def test_an_article_without_a_date_is_as_good_as_old() -> None:
    fresh = said(0.1, "b", OTHER)
    assert sure(said(published=None), fresh) < sure(said(published=days_before(90)), fresh)
    assert sure(said(published=None)) == sure(said(), wanted=Wanted())


def test_an_answer_without_a_short_form_is_weighed_too() -> None:
    quote = said()
    assert 0 < certainty(Verdict((Claim(BODY, (quote,)),), None), [quote], NOW) < 1
