"""``rag ask --keep`` and ``rag answers``: what is printed, and one line for whatever is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.types import Article
from tests.conftest import OpenNews, Rag

SANK = "The Marl ferry sank off Kelda on Friday. Nine people were killed when the Marl ferry sank, the coastguard said."
FERRY = Article("ferry", "Marl ferry sinks", SANK, date(2024, 9, 28), source="The Post")
QUESTION = "How many people were killed when the Marl ferry sank?"


@pytest.fixture
def stocked(rag: Rag, open_news: OpenNews) -> Rag:
    with open_news() as news:
        news.put([FERRY])
    return rag


def change(open_news: OpenNews) -> None:
    with open_news() as news:
        news.put([replace(FERRY, body=SANK.replace("Nine", "Eleven"), updated=date(2024, 9, 30))])


def test_an_answer_is_kept_and_tells_how_it_fares(stocked: Rag, open_news: OpenNews) -> None:
    done = stocked("ask", QUESTION, "--keep")
    assert done.status == 0 and "kept as answer 1; see: rag answers show 1" in done.err
    assert "stands" in stocked("answers").out
    change(open_news)
    shown = stocked("answers").out
    assert "1. How many people were killed" in shown and "corrected by its article on 2024-09-30" in shown
    assert "was: Nine people were killed when the Marl ferry sank, the coastguard said. (The Post, 2024-09-28)" in shown
    assert "now: Eleven: Eleven people were killed" in shown and ", 2024-09-30) ferry" in shown
    assert stocked("answers", "--state", "stands").out == ""
    assert "[1] Marl ferry sinks (The Post, 2024-09-28) ferry" in stocked("answers", "show", "1").out


def test_json_is_the_contract(stocked: Rag, open_news: OpenNews) -> None:
    printed = stocked("ask", QUESTION, "--keep", "--json").json  # the number is on standard error
    change(open_news)
    [found] = stocked("answers", "--json").json
    wanted = {"id", "question", "value", "answer", "asked", "as_of", "state", "since", "now", "citations"}
    assert wanted <= found.keys() and {"value", "quote", "article_id", "published"} <= found["now"].keys()
    assert found["citations"] == printed["citations"] and found["answer"] == printed["answer"]
    assert (found["state"], found["since"], found["now"]["published"]) == ("corrected", "2024-09-30", "2024-09-30")
    assert stocked("answers", "--state", "corrected", "--json").json == [found]
    assert stocked("answers", "show", "1", "--json").json == found


def test_answers_are_forgotten(stocked: Rag) -> None:
    for _ in range(3):
        stocked("ask", QUESTION, "--keep")
    assert stocked("answers", "forget", "2").out == "forgot 1 answer\n"
    assert [a["id"] for a in stocked("answers", "--json").json] == ["3", "1"]
    assert stocked("answers", "forget", "--all").out == "forgot 2 answers\n"
    done = stocked("answers")
    assert (done.status, done.out) == (0, "") and "no answer is kept" in done.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("answers", "show", "7"), "no kept answer 7; see: rag answers"),
        (("answers", "forget", "7"), "no kept answer 7; see: rag answers"),
        (("answers", "forget"), "name the numbers of answers, or --all"),
        (("answers", "forget", "1", "--all"), "name the numbers of answers, or --all"),
        (("answers", "--json", "show", "1"), "write options after the command"),
        (("ask", QUESTION, "--keep", "--only", "-"), "--keep needs an article of the index"),
    ],
)
def test_one_line_for_what_is_wrong(stocked: Rag, arguments: tuple[str, ...], line: str) -> None:
    done = stocked(*arguments)
    assert done.status == 2 and line in done.err and len(done.err.strip().splitlines()) == 1


def test_a_refusal_is_not_kept(stocked: Rag) -> None:
    done = stocked("ask", "Who won the Zurich regatta of 1931?", "--keep")
    assert done.status == 0 and "not kept: this answer has no source to stand on" in done.err
