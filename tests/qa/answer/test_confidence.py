"""How likely an answer is right: what raises it and what lowers it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.qa.answer.confidence import LOOKED_AT, certainty
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.learnt import reply_model
from rag.types import Article, Evidence

BODY = "The ferry sails from 14 May."
OTHER = "The harbour is old."
ASKED = "When does the ferry sail?"


def said(score: float = 0.5, name: str = "a", body: str = BODY) -> Evidence:
    return Evidence(Article(name, "Ferry news", body, source="Echo"), 0, len(body), body, score)


def sure(quote: Evidence, *others: Evidence) -> float:
    return certainty(ASKED, Verdict((Claim("It sails from 14 May.", (quote,)),), "14 May"), [quote, *others])


@given(score=st.floats(0, 1), more=st.floats(0, 1))
def test_it_is_a_probability_and_grows_with_the_strength_of_the_sentence(score: float, more: float) -> None:
    plain = sure(said(score), said(0.2, "b", OTHER))
    assert 0 <= plain <= 1
    assert sure(said(min(1.0, score + more)), said(0.2, "b", OTHER)) >= plain


def test_what_says_the_same_counts_for_it_and_what_says_something_else_against_it() -> None:
    alone = sure(said(), said(0.3, "b", OTHER))
    assert sure(said(), said(0.3, "b", OTHER), said(0.3, "c")) > alone
    assert sure(said(), said(0.3, "b", OTHER), said(0.3, "c", OTHER)) < alone


def test_the_quote_itself_says_the_answer_though_a_pronoun_stands_for_it() -> None:
    he = said(body="He took over in May, after a strike killed his predecessor.")
    verdict = Verdict((Claim("Ada Long took over in May.", (he,)),), "Ada Long")
    other = said(0.3, "b", OTHER)
    assert certainty(ASKED, verdict, [he, other]) > certainty(ASKED, verdict, [said(0.5, "c", OTHER), other])


def test_only_the_best_sentences_count() -> None:
    many = [said(0.2, "b", OTHER)] * LOOKED_AT
    assert sure(said(), *many) == sure(said(), *many, said(0.2, "c"))


def test_an_answer_without_a_short_form_is_weighed_too() -> None:
    quote = said()
    assert 0 < certainty(ASKED, Verdict((Claim(BODY, (quote,)),), None), [quote]) < 1


def test_words_of_the_question_that_stand_nowhere_near_the_quote_count_against_it() -> None:
    bill = said(body="Lawmakers of the United States passed a bill to ban an app from phones of the government.")

    def on(claim: str) -> float:
        question = "Which country has passed a bill that will ban the sale of tobacco to future generations?"
        return certainty(question, Verdict((Claim(claim, (bill,)),), "United States"), [bill])

    all_of_it = on("The United States has passed a bill that will ban the sale of tobacco to future generations.")
    assert all_of_it < on("The United States has passed a bill that will ban the sale of tobacco.")
    assert on("The United States has passed a bill.") == on("The United States.")


def test_what_the_model_had_in_mind_counts_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_model, "reply_weights", lambda: ((1.0, -1.0), 0.0))
    verdict, quotes = Verdict((Claim("It sails from 14 May.", (said(),)),), "14 May"), [said()]
    right, wrong = (certainty(ASKED, verdict, quotes, inner) for inner in ((2.0, 0.0), (0.0, 2.0)))
    assert 0 < wrong < right < 1
    other_model = certainty(ASKED, verdict, quotes, (2.0, 0.0, 1.0))
    assert other_model == certainty(ASKED, verdict, quotes)


def test_the_weights_that_are_shipped_fit_the_default_model() -> None:
    weights, bias = reply_model.reply_weights()
    assert len(weights) == 1536 and all(map(math.isfinite, (*weights, bias)))
