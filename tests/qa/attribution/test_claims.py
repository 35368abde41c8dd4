"""A claim passes only with a quote that carries it, and the quote is found in code, not taken from the model."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.qa.attribution import claims
from rag.qa.attribution.claims import Verdict, quoted
from rag.qa.question.request import request
from rag.text.sanitize import plain_draft
from rag.types import Article, Evidence


def verify(question: str, draft: str, evidence: Sequence[Evidence]) -> Verdict:
    return claims.verify(question, draft, evidence, time=request(question).time)


COALITION = Article(
    id="a",
    title="Coalition to leave Iraq first, Syria a year later",
    body=(
        "The coalition's mission in Iraq closes by September 2025, the two governments said. "
        "Its work in neighbouring Syria goes on until September 2026. "
        "Some 2,500 American troops are in Iraq and roughly 900 in Syria. "
        "Officials call it a transition and not a withdrawal."
    ),
    published=date(2024, 9, 28),
)
LEADER = Article(
    id="b",
    title="Army says it killed the leader of Hezbollah",
    body=(
        "Hassan Nasrallah was killed in Beirut on Friday, the army said. "
        "He took over in February 1992, at the age of 31, after the death of Abbas al-Musawi."
    ),
    published=date(2024, 9, 28),
)


def evidence(*articles: Article) -> list[Evidence]:
    found = []
    for article in articles:
        start = 0
        for sentence in article.body.split(". "):
            quote = sentence if sentence.endswith(".") else f"{sentence}."
            found.append(Evidence(article, start, start + len(quote), quote, 0.6))
            start += len(quote) + 1
    assert all(e.article.body[e.start : e.end] == e.quote for e in found)
    return found


BOTH = evidence(COALITION, LEADER)


def test_a_claim_is_cited_with_the_quote_that_carries_it() -> None:
    verdict = verify("When does the Syria mission end?", "The Syria mission ends in September 2026.", BOTH)
    assert [c.quotes[0].quote for c in verdict.claims] == [BOTH[1].quote]
    assert verdict.short == "September 2026"


def test_the_models_own_numbers_are_thrown_away() -> None:
    verdict = verify("How many U.S. troops are in Syria?", "There are roughly 900 troops in Syria [4] [2].", BOTH)
    assert verdict.claims[0].text == "There are roughly 900 troops in Syria."
    assert verdict.claims[0].quotes == (BOTH[2],)


def test_what_no_quote_holds_is_cut_from_the_end_of_a_short_answer() -> None:
    fire = Article("c", "Guard to come", "The National Guard will be sent to Memphis, the president said.")
    verdict = verify("Which city will the National Guard be sent to?", "Memphis, Tennessee.", evidence(fire))
    assert [c.text for c in verdict.claims] == ["Memphis"]
    assert not verify("Which city will the National Guard be sent to?", "Dover, Tennessee.", evidence(fire)).claims
    # a sentence is not cut: what follows its comma may be the point
    assert not verify(
        "Where will the Guard go?", "The Guard will be sent to Memphis, but only in May.", evidence(fire)
    ).claims


@pytest.mark.parametrize(
    "planted",
    [
        "https://evil.example/x?d=1",
        "![](https://evil.example/a.png)",
        "[1](https://evil.example)",
        "[here](javascript:alert(1))",
        "<https://evil.example>",
        "www.evil.example",
        "data:text/html,x",
        "\u202e\u200b",
    ],
)
def test_no_address_of_the_models_own_passes(planted: str) -> None:
    verdict = verify("When does the Syria mission end?", f"The Syria mission {planted} ends in September 2026.", BOTH)
    assert [" ".join(c.text.split()).replace("mission here", "mission") for c in verdict.claims] == [
        "The Syria mission ends in September 2026."
    ]


def test_an_address_that_a_quote_holds_may_be_the_answer() -> None:
    site = Article(
        "e", "Where to apply", "People can apply at https://help.example.org/apply until Friday, the city said."
    )
    answer = "People can apply at https://help.example.org/apply."
    [claim] = verify("Where can people apply?", answer, evidence(site)).claims
    assert "https://help.example.org/apply" in claim.text


def test_a_company_named_by_letters_is_an_answer() -> None:
    deal = Article("d", "Settlement", "AT&T agreed to pay 177 million dollars over data breaches in 2024.")
    question = "Which company agreed to settle claims over data breaches in 2024?"
    assert verify(question, "AT&T agreed to settle claims over data breaches in 2024.", evidence(deal)).short == "AT&T"


def test_a_number_that_no_quote_holds_does_not_pass() -> None:
    verdict = verify("How many U.S. troops are in Syria?", "There are 4,000 troops in Syria.", BOTH)
    assert not verdict.claims
    assert verdict.reason


def test_a_name_that_no_quote_holds_does_not_pass() -> None:
    assert not verify("Who was killed in Beirut?", "The victim was Walid Karam.", BOTH).claims


def test_a_name_may_stand_in_the_sentence_before_the_quote_but_a_number_may_not() -> None:
    answer = "Nasrallah took over in February 1992."
    verdict = verify("Who followed Abbas al-Musawi?", answer, [BOTH[5]])
    assert [c.quotes[0].quote for c in verdict.claims] == [BOTH[5].quote]
    assert not verify("Who followed Abbas al-Musawi?", "Nasrallah took over in 1992.", [BOTH[4]]).claims


def test_a_question_about_a_name_that_the_article_lacks_is_refused() -> None:
    verdict = verify("When does the mission in Afghanistan end?", "It ends in September 2026.", BOTH)
    assert not verdict.claims
    assert "afghanistan" in (verdict.reason or "").lower()


def test_the_carried_claim_stays_when_another_is_cut() -> None:
    draft = "The Syria mission ends in September 2026. It costs 12 billion dollars."
    verdict = verify("When does the Syria mission end?", draft, BOTH)
    assert [c.text for c in verdict.claims] == ["The Syria mission ends in September 2026."]


def test_refusals_of_any_wording_are_refusals() -> None:
    for draft in (
        "NOT FOUND",
        "The quotes do not contain the answer.",
        "There is no information about that in the quotes.",
        "It is not mentioned.",
        "",
    ):
        assert not verify("Who won the men's 100 metres?", draft, BOTH).claims, draft


def test_a_draft_that_repeats_the_question_says_nothing() -> None:
    assert not verify("Who killed Nasrallah?", "Nasrallah was killed.", BOTH).claims
    assert not verify("Who was killed with Nasrallah?", "Nasrallah was killed with Hassan Nasrallah.", BOTH).claims


def test_a_fragment_is_enough() -> None:
    verdict = verify("How old was Nasrallah when he took over?", "31", BOTH)
    assert verdict.short == "31"
    assert verdict.claims[0].quotes[0].article.id == "b"


def test_without_a_model_the_best_sentence_is_quoted() -> None:
    strong = [Evidence(e.article, e.start, e.end, e.quote, 0.8 if "2026" in e.quote else 0.3) for e in BOTH]
    verdict = quoted("When does the Syria mission end?", sorted(strong, key=lambda e: -e.score))
    assert [c.quotes[0].quote for c in verdict.claims] == [BOTH[1].quote]
    assert verdict.short == "September 2026"


def test_without_a_model_the_neighbour_of_what_was_asked_about_is_not_quoted() -> None:
    strong = [Evidence(e.article, e.start, e.end, e.quote, 0.8 - i / 100) for i, e in enumerate([BOTH[1], BOTH[0]])]
    verdict = quoted("When does the Syria mission end?", strong)
    assert [c.quotes[0].quote for c in verdict.claims] == [BOTH[1].quote]


def test_without_a_model_weak_sentences_are_no_answer() -> None:
    weak = [Evidence(e.article, e.start, e.end, e.quote, 0.2) for e in BOTH]
    assert not quoted("Who paints the bridge?", weak).claims


def test_markup_and_lead_ins_are_cleaned() -> None:
    assert plain_draft("**Answer:** September 2026 [1], [2].") == "September 2026."


@given(st.text(), st.text(min_size=1))
def test_any_draft_and_question_are_survived(draft: str, question: str) -> None:
    verdict = verify(question, draft, BOTH)
    assert all(claim.quotes for claim in verdict.claims)
