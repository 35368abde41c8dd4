"""The same asked in other words: ways without 'list', 'compare', 'summary' or 'news' at their beginning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.qa.requests.kinds import kind_of
from rag.qa.requests.matter import topic
from rag.text.reading.wordings import MAX_WORDED, worded
from tests.support.growth import grows_linearly

SET = Path(__file__).parents[3] / "evals" / "sets" / "requests-kinds-2.jsonl"
ROWS = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
MOST_WRONG = 13
"""Of the requests that the rules were written with: most are lists that say so by a plural only."""


def test_the_same_in_other_words() -> None:
    rows = [row for row in ROWS if not row["held"]]
    wrong = [(row["request"], row["kind"], found) for row in rows if (found := kind_of(row["request"])) != row["kind"]]
    assert len(rows) == 238
    assert len(wrong) <= MOST_WRONG, wrong


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("I have been away for a month. What is new about the dam?", "latest"),
        ("My mother baked for them: who said the bread was stale?", "who-says"),
        ("The dam - why did it break?", "reason"),
        ("The dam broke in May. Who repaired it?", "fact"),
        ("I walk there daily. Is the dam safe?", "fact"),
    ],
)
def test_of_several_sentences_the_last_one_asks(asked: str, kind: str) -> None:
    assert kind_of(asked) == kind


@pytest.mark.parametrize(
    "asked",
    [
        "What happened at 14:30 in the assembly?",
        "What was behind the mattresses in the storage unit?",
        "Where does the statue stand?",
        "What became of the painting?",
        "Which company said it will close its shop?",
        "What are the names of the two towers?",
        "Rates increased by how much between 2021 and 2022?",
        "What did the mayor put next to her desk?",
        "Who explained the delay to the council?",
        "How did the fire start?",
        "What is the name of the news agency?",
    ],
)
def test_a_question_after_one_fact_stays_one(asked: str) -> None:
    assert kind_of(asked) == "fact"


@pytest.mark.parametrize(
    ("asked", "about"),
    [
        ("Where are we with the tram extension?", "tram extension"),
        ("What became of the bank's rate over 2024?", "bank's rate"),
        ("What's the story with the parks contract?", "parks contract"),
        ("Are there conflicting figures for the value of the painting?", "value of the painting"),
        ("The fire, day by day", "fire"),
        ("What sets the dam apart from the canal?", "dam and the canal"),
        ("What's the difference in cost between the dam and the canal?", "cost"),
        ("Latest?", ""),
    ],
)
def test_what_it_is_about(asked: str, about: str) -> None:
    assert topic(asked) == about


def test_two_things_are_kept_apart() -> None:
    way = worded("How does the dam stack up against the canal")
    assert way is not None and way.pair == ("the dam", "the canal")
    assert worded("x" * (MAX_WORDED + 1)) is None


@pytest.mark.parametrize("words", ["how does the and ", "what is the difference in between and ", "a from to ", "the "])
def test_time_does_not_explode(words: str) -> None:
    assert grows_linearly(lambda n: worded((words * (n // len(words) + 1))[:n]), 4_000)
