"""Which of two is more: from one figure of each; with one of them unknown there is no answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from rag.qa.attribution.claims import Verdict, verify
from rag.qa.comparison.in_tables import most_in_table
from rag.qa.comparison.two_things import NOT_BOTH, two_things, which_is_more
from rag.text.sentences import sentence_spans
from rag.types import Article, Evidence


def sentences(*texts: str) -> list[Evidence]:
    found = []
    for n, body in enumerate(texts):
        article = Article(str(n), "News", body, published=date(2024, 5, 2 + n))
        found += [Evidence(article, a, b, body[a:b], 0.5) for a, b in sentence_spans(body)]
    return found


PILE = sentences(
    "The Tarn bridge is 410 metres long and 12 metres wide.",
    "The Moss bridge, which is 0.6 km long, turned fifty.",
    "Holm airport counted 2.4 million passengers in 2023.",
    "Wick airport had 900,000 passengers in 2023, and 3 million in 2019.",
    "Bell Glass lets 120 workers go.",
    "Orchard Foods lets 85 workers go in autumn.",
    "A ticket to the Holm zoo costs 18 euros.",
    "A ticket to the Wick aquarium costs 22 euros.",
    "A ticket to the Kelda museum costs 900 yen.",
)


def told(question: str, pile: Sequence[Evidence] = tuple(PILE)) -> Verdict:
    asked = two_things(question)
    assert asked is not None
    return which_is_more(asked, lambda _: pile)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Which bridge is longer, the Tarn bridge or the Moss bridge?", "Moss bridge"),
        ("Which bridge is shorter, the Tarn bridge or the Moss bridge?", "Tarn bridge"),
        ("Which airport had more passengers in 2023, Wick or Holm?", "Holm"),
        ("Which company lets fewer workers go, Bell Glass or Orchard Foods?", "Orchard Foods"),
        ("Which ticket is cheaper, the one to the Holm zoo or the one to the Wick aquarium?", "Holm zoo"),
        ("Did Wick or Holm have more passengers in 2023?", "Holm"),
    ],
)
def test_code_compares_what_two_quotes_say(question: str, short: str) -> None:
    verdict = told(question)
    assert verdict.short == short
    assert len(verdict.claims) == 2 and verdict.claims[0].text.startswith(short[0].upper() + short[1:])
    assert all(claim.quotes for claim in verdict.claims)


@pytest.mark.parametrize(
    "question",
    [
        "Which bridge is longer, the Tarn bridge or the Low bridge?",
        "Which bridge is wider, the Tarn bridge or the Moss bridge?",
        "Which airport had more flights in 2023, Wick or Holm?",
        "Which ticket is cheaper, the one to the Holm zoo or the one to the Kelda museum?",
    ],
)
def test_where_one_figure_is_not_known_there_is_no_answer(question: str) -> None:
    verdict = told(question)
    assert not verdict.claims and verdict.reason == NOT_BOTH


@pytest.mark.parametrize(
    "question",
    [
        "Who won, Ann Marsh or Ruth Okoro?",
        "How many passengers did Holm airport have?",
        "Is the Tarn bridge longer than the Moss bridge?",
        "Which bridge is longer?",
    ],
)
def test_other_questions_are_none_of_these(question: str) -> None:
    assert two_things(question) is None


def test_one_of_the_things_offered_is_an_answer_but_only_the_right_one() -> None:
    quote = sentences("Holm United won the cup final on Saturday, beating Wick Town 2-0.")
    question = "Who won the cup final, Holm United or Wick Town?"
    assert verify(question, "Holm United won the cup final.", quote, time="then").short == "Holm United"
    assert not verify(question, "Wick Town won the cup final.", quote, time="then").claims


TABLE = sentences(
    "Kelda hospital gave its sums on Monday.\n\nWard | Beds | Cost (million euros)\n\nChildren | 40 | 3.1\n\n"
    "Surgery | 64 | 9.8\n\nTotal | 104 | 12.9"
)


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("Which ward of Kelda hospital is the most expensive?", "Surgery"),
        ("Which ward of Kelda hospital is the cheapest?", "Children"),
        ("Which ward of Kelda hospital has the fewest beds?", "Children"),
    ],
)
def test_a_superlative_takes_the_row_of_a_table(question: str, row: str) -> None:
    verdict = most_in_table(question, TABLE)
    assert verdict is not None and verdict.short == row
    assert verdict.claims[0].quotes[0].quote.startswith(row)


@pytest.mark.parametrize(
    "question",
    ["Which nurse of Kelda hospital is the oldest?", "Which ward of Kelda hospital is new?", "How much did it cost?"],
)
def test_a_table_of_other_things_answers_nothing(question: str) -> None:
    assert most_in_table(question, TABLE) is None
