"""The kinds of requests, measured on a set of ours; and that a request of any length is read in linear time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.qa.question.request import request
from rag.qa.requests.kinds import KINDS_AT_ONCE, KINDS_OF_ONE_FACT, TAKEN_AS, kind_of
from tests.support.growth import grows_linearly

SET = Path(__file__).parents[3] / "evals" / "sets" / "requests-kinds.jsonl"
ROWS = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
FLOORS = {False: 0.97, True: 0.95}
"""The least share of requests of the right kind: of those that the rules were written with, and of those held apart."""


@pytest.mark.parametrize("held", [False, True])
def test_the_kinds_of_our_requests(held: bool) -> None:
    rows = [row for row in ROWS if row["held"] is held]
    wrong = [(row["request"], row["kind"], found) for row in rows if (found := kind_of(row["request"])) != row["kind"]]
    assert len(rows) >= (100 if held else 220)
    assert 1 - len(wrong) / len(rows) >= FLOORS[held], wrong


def test_a_question_after_one_fact_is_never_taken_for_more() -> None:
    rows = [row for row in ROWS if row["kind"] in KINDS_OF_ONE_FACT and not row["held"]]
    assert [row["request"] for row in rows if request(row["request"]).way != "fact"] == []


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("Somebody told me that the bridge is closed", "check"),
        ("I read that 90 people were aboard. Is that right?", "check"),
        ("Who says that the bridge is closed?", "who-says"),
        ("Who warned of the flood?", "who-says"),
        ("How do the Echo and the Post differ on the price?", "comparison"),
        ("What is the painting worth according to each paper?", "comparison"),
        ("What does each outlet say about the fire?", "comparison"),
        ("How did the opening keep slipping?", "change"),
        ("How has the fire grown?", "change"),
        ("How did the fire start?", "fact"),
        ("The director resigned, didn't she?", "check"),
        ("Shorten this for me", "summary"),
        ("Anything recent about the painting?", "latest"),
        ("What is the news on the census?", "latest"),
        ("What went on in September?", "latest"),
    ],
)
def test_more_ways_to_say_it(asked: str, kind: str) -> None:
    assert kind_of(asked) == kind


def test_every_kind_has_a_way() -> None:
    assert {row["kind"] for row in ROWS} == KINDS_AT_ONCE | KINDS_OF_ONE_FACT | set(TAKEN_AS)


@pytest.mark.parametrize(
    "words",
    [
        "ha",
        "that's great ",
        "which outlets do you have ",
        "difference between ",
        "how did it ",
        "and so please ",
        "a. B ",
    ],
)
def test_time_is_linear_in_the_request(words: str) -> None:
    assert grows_linearly(lambda n: kind_of((words * (n // len(words) + 1))[:n]), 50_000)


@pytest.mark.parametrize("words", ["ha", "that's great ", "which outlets do you do you ", "ok cool "])
def test_small_talk_of_any_kind_is_read_at_once(words: str) -> None:
    assert grows_linearly(lambda n: [kind_of((words * 99)[:90] + "x") for _ in range(n)], 100)
