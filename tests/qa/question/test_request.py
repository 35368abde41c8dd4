"""What a question wants: one fact of now, of then or of the beginning, or more than one fact; and small talk."""

from __future__ import annotations

import pytest

from rag.qa.question.request import request
from rag.qa.requests.matter import topic


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("hi", "talk"),
        ("Thanks a lot!", "talk"),
        ("What can you do?", "about-us"),
        ("Who won the marathon?", "fact"),
        ("Give me a summary of the cheese recall", "summary"),
        ("Summarise this article", "summary"),
        ("Who is it about?", "summary"),
        ("Compare what outlets say about the ferry", "comparison"),
        ("What changed about the bridge toll over time?", "change"),
        ("How has the toll changed?", "change"),
        ("List the Nobel laureates of 2024", "list"),
        ("What is the latest news about Kestrel?", "latest"),
        ("What happened in August 2024?", "latest"),
        ("What did the Meridian Post report about troops in Syria?", "latest"),
        ("What did Upland Radio say about how many acres had burned?", "fact"),
        ("What is the latest death toll?", "fact"),
        ("What did the mayor say about the dam?", "fact"),
        ("What happened to the ferry?", "fact"),
        ("Hi-tech firm Kestrel cuts jobs, why?", "fact"),
    ],
)
def test_the_kind_of_request(question: str, kind: str) -> None:
    assert request(question).kind == kind


@pytest.mark.parametrize(
    ("question", "time"),
    [
        ("Who is the mayor of Ashcombe?", "now"),
        ("Who runs Kestrel Cells?", "now"),
        ("How many jobs will the plant create?", "now"),
        ("Is the Starliner crew home yet?", "now"),
        ("How many people died in the fire?", "now"),  # the last count is meant
        ("How many people were aboard the Solvei Star?", "then"),
        ("Who won the marathon?", "then"),
        ("How much was the toll first going to be?", "first"),
        ("When was the station first meant to open?", "first"),
        ("What was the fire originally blamed on?", "first"),
        ("Who was the first woman on the board?", "then"),
    ],
)
def test_the_time_that_is_asked_about(question: str, time: str) -> None:
    assert (request(question).way, request(question).time) == ("fact", time)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What changed about the bridge toll over time?", "bridge toll"),
        ("Compare what outlets say about the ferry", "ferry"),
        ("Give me a summary of the cheese recall", "cheese recall"),
        ("What is the latest news about Kestrel?", "Kestrel"),
        ("What did the Meridian Post report about troops in Syria?", "troops in Syria"),
        ("List the Nobel laureates of 2024", "Nobel laureates of 2024"),
    ],
)
def test_the_topic_of_a_request(question: str, about: str) -> None:
    assert topic(question) == about
