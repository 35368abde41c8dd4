"""A year before a noun binds: what is of another year answers nothing about it."""

from datetime import date

import pytest

from rag.qa.attribution.claims import quoted, verify
from rag.qa.attribution.objections.bound_days import borne, bound_times, of_bound_times
from rag.types import Article, Evidence

ASKED = date(2025, 3, 1)


def sentence(text: str, published: date | None, title: str = "News", before: str = "") -> Evidence:
    body = f"{before}{text}"
    return Evidence(Article("a", title, body, published=published), len(before), len(body), text, 0.6)


def answers(question: str, item: Evidence, asked: date | None = ASKED) -> bool:
    return all(borne(time, item) for time in bound_times(question, asked))


REGATTA = sentence("Ines Corbo won the Wick regatta on Sunday.", date(2024, 5, 13))
BUDGET = sentence("The council passed the 2024 budget of 61 million crowns on Monday.", date(2023, 11, 20))
FRAUD = sentence("Emil Dahl was jailed on Monday over the 2019 lottery fraud.", date(2024, 3, 18))
PAY = sentence("Drivers earned 3.8 percent more last year, the union said on Monday.", date(2024, 2, 12))


@pytest.mark.parametrize(
    ("question", "item", "borne_"),
    [
        ("Who won the 2024 Wick regatta?", REGATTA, True),
        ("Who won the 2023 Wick regatta?", REGATTA, False),
        ("Who won last year's Wick regatta?", REGATTA, True),
        ("Who won this year's Wick regatta?", REGATTA, False),
        ("Who won the Wick regatta?", REGATTA, True),
        ("Who won the Wick regatta in 2022?", REGATTA, False),
        ("Who has won the Wick regatta since 2022?", REGATTA, True),
        ("How large is the 2024 budget of Thornby?", BUDGET, True),
        ("How large was the 2023 budget of Thornby?", BUDGET, False),
        ("Who was jailed over the 2019 lottery fraud?", FRAUD, True),
        ("Who was jailed over the 2015 lottery fraud?", FRAUD, False),
        ("By how much did pay rise in 2023?", PAY, True),
        ("How large was the 2023 pay rise?", PAY, True),
        ("How large was the 2020 pay rise?", PAY, False),
    ],
)
def test_a_sentence_is_of_the_bound_year_or_not(question: str, item: Evidence, borne_: bool) -> None:
    assert answers(question, item) is borne_


@pytest.mark.parametrize(
    "question",
    [
        "What did the 2000 workers at the mill want?",
        "Who won the 1500 metres in Wick?",
        "Is the regatta larger than the 2019 regatta?",
        "Who has led the club since the 2019 season?",
        "What happened on Sunday?",
    ],
)
def test_what_binds_nothing(question: str) -> None:
    assert bound_times(question, ASKED) == []


def test_what_stands_above_tells_of_which_year_it_is() -> None:
    line = "The winner got 900 crowns."
    item = sentence(line, date(2024, 1, 9), before="The 2023 Wick regatta was the last one. ")
    assert answers("How much did the winner of the 2023 regatta get?", item)
    assert not answers("How much did the winner of the 2021 regatta get?", item)


def test_an_undated_article_is_of_no_year_but_those_it_names() -> None:
    assert not answers("Who won the 2023 regatta?", sentence("Ines Corbo won the regatta on Sunday.", None))
    assert answers("Who won the 2023 regatta?", sentence("Ines Corbo won the 2023 regatta.", None))


def test_the_time_that_no_sentence_is_of_is_named() -> None:
    assert of_bound_times("Who won the 2023 regatta?", ASKED, [REGATTA]) == ((), "2023")
    kept, missing = of_bound_times("Who won the 2024 regatta?", ASKED, [REGATTA])
    assert list(kept) == [REGATTA] and missing is None


def test_a_draft_that_repeats_the_questions_year_does_not_pass() -> None:
    question = "Who won the 2023 Wick regatta?"
    assert not verify(question, "Ines Corbo won the 2023 Wick regatta.", [REGATTA], time="then").claims
    assert not quoted(question, [REGATTA]).claims
    assert verify("Who won the 2024 Wick regatta?", "Ines Corbo won it.", [REGATTA], time="then").claims


def test_this_year_beside_last_year_is_the_articles_own() -> None:
    item = sentence("The fair had 48,000 visitors this year, 3,000 more than last year.", date(2024, 9, 1))
    question = "How many visitors did the 2024 fair have?"
    assert verify(question, "The 2024 fair had 48,000 visitors.", [item], time="then").claims
    wrong = "How many visitors did the 2021 fair have?"
    assert not verify(wrong, "The 2021 fair had 48,000 visitors.", [item], time="then").claims
