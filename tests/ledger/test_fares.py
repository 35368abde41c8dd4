"""How an answer fares when its own article changes: what counts as other words, and what as another value."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from rag.ledger.faring.facts import Taken
from rag.ledger.faring.own_article import compared_versions
from rag.types import Article, Citation

HEAD = "Storm damage kept crews busy along the coast on Thursday. "
TAIL = " Repairs to the sea wall are to be paid for by the county. Schools open again on Monday."
PUBLISHED = date(2024, 5, 3)  # a Friday


def article(sentence: str, head: str = HEAD, tail: str = TAIL, correction: str | None = None) -> Article:
    return Article("a", "Storm on the coast", f"{head}{sentence}{tail}".strip(), PUBLISHED, correction=correction)


def fared(question: str, answer: str, short: str | None, old: str, new: Article) -> tuple[str, str | None]:
    before = article(old)
    start = before.body.index(old)
    cited = Citation(1, before, old, start, start + len(old))
    standing = compared_versions(Taken(question, short, answer), cited, before, new)
    return standing.state, standing.value


DEAD = ("How many people died at Fenwray?", "Twelve people died at Fenwray [1].", "12")
DEAD_OLD = "Twelve people died when the pier at Fenwray gave way, and 40 were hurt."
WHO = ("Who leads the harbour board?", "Dana Holt leads the harbour board [1].", "Dana Holt")
WHO_OLD = "Dana Holt, who leads the harbour board, asked for more boats."
WHEN = ("When does the ferry sail again?", "The ferry sails again on 14 May [1].", "14 May")
WHEN_OLD = "The ferry to Oldmouth sails again on 14 May, the operator said."
WHY = ("Why was the line closed?", "The line was closed because of a burst pipe [1].", "a burst pipe")
WHY_OLD = "The railway line was closed because of a burst pipe under the platform."


@pytest.mark.parametrize(
    ("asked", "old", "new"),
    [
        (DEAD, DEAD_OLD, "The collapse of the pier at Fenwray killed 12 people and left forty injured."),
        (DEAD, DEAD_OLD, "12 people died when the pier at Fenwray gave way. Another 40 were hurt."),
        (WHO, WHO_OLD, "More boats are needed, said Dana Holt, who leads the harbour board."),
        (WHO, WHO_OLD, "Holt, the leader of the harbour board, asked for more boats."),
        (WHEN, WHEN_OLD, "Sailings of the ferry to Oldmouth begin again on May 14, according to its operator."),
        (WHEN, WHEN_OLD, "The ferry to Oldmouth sails again on Tuesday, 14 May, the operator said."),
        (WHY, WHY_OLD, "A burst pipe under the platform was why the railway line was closed."),
    ],
)
def test_other_words_for_the_same_value(asked: tuple[str, str, str], old: str, new: str) -> None:
    assert fared(*asked, old, article(new)) == ("reworded", None)


@pytest.mark.parametrize(
    ("asked", "old", "new", "value"),
    [
        (DEAD, DEAD_OLD, "Fifteen people died when the pier at Fenwray gave way, and 40 were hurt.", "Fifteen"),
        (DEAD, DEAD_OLD, "Forty people died when the pier at Fenwray gave way, and 12 were hurt.", "Forty"),
        (DEAD, DEAD_OLD, "Twelve people died when the pier at Ashcombe gave way, and 40 were hurt.", None),
        (DEAD, DEAD_OLD, "The toll at Fenwray rose from 12 to 14 people dead; 40 were hurt.", "14"),
        (WHO, WHO_OLD, "Dana Hollt, who leads the harbour board, asked for more boats.", "Dana Hollt"),
        (WHO, WHO_OLD, "Ruth Amber, who leads the harbour board, asked for more boats.", "Ruth Amber"),
        (WHEN, WHEN_OLD, "The ferry to Oldmouth sails again on 21 May, the operator said.", "21 May"),
        (WHEN, WHEN_OLD, "The ferry to Oldmouth does not sail again on 14 May, the operator said.", None),
        (WHY, WHY_OLD, "The railway line was closed because of a fallen tree under the platform.", "fallen tree"),
    ],
)
def test_another_value(asked: tuple[str, str, str], old: str, new: str, value: str | None) -> None:
    assert fared(*asked, old, article(new)) == ("corrected", value)


def test_what_is_not_of_the_answer_may_change() -> None:
    new = "Twelve people died when the pier at Fenwray gave way, and 41 were hurt."
    assert fared(*DEAD, DEAD_OLD, article(new))[0] == "reworded"


def test_the_same_words_at_another_place_and_beside_other_sentences() -> None:
    assert fared(*DEAD, DEAD_OLD, article(DEAD_OLD, tail=" The wall held."))[0] == "stands"
    assert fared(*DEAD, DEAD_OLD, article(DEAD_OLD, head="", tail=f" {HEAD}"))[0] == "reworded"


def test_a_sentence_that_was_taken_out() -> None:
    assert fared(*DEAD, DEAD_OLD, article("")) == ("corrected", None)
    elsewhere = article("", tail=" At Fenwray the pier gave way, and it is known that 12 people died there." + TAIL)
    assert fared(*DEAD, DEAD_OLD, elsewhere)[0] == "reworded"


def test_a_correction_beside_an_untouched_sentence() -> None:
    note = " Correction: An earlier version misstated the number of people who died at Fenwray. It is 14, not 12."
    assert fared(*DEAD, DEAD_OLD, article(DEAD_OLD, tail=TAIL + note))[0] == "corrected"
    other = " Correction: An earlier version misstated the number of schools that are closed. It is 9, not 8."
    assert fared(*DEAD, DEAD_OLD, article(DEAD_OLD, tail=TAIL + other))[0] == "stands"


WORDINGS = [
    json.loads(line) for line in (Path(__file__).parents[1] / "data" / "wordings.jsonl").read_text().splitlines()
]


def test_sentences_that_say_the_same_or_not() -> None:
    """The quick version of ``evals.measure.corruption``: 88 pairs of sentences."""
    wrong = [
        w
        for w in WORDINGS
        if fared(w["question"], w["answer"], w["value"], w["old"], article(w["new"]))[0] != w["state"]
    ]
    assert not wrong
