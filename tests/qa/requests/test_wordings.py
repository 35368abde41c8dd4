"""The same asked in other words: ways without 'list', 'compare', 'summary' or 'news' at their beginning."""

from __future__ import annotations

import pytest

from rag.qa.requests.kinds import kind_of
from rag.qa.requests.matter import topic
from rag.text.reading.wordings import MAX_WORDED, worded
from tests.support.growth import grows_linearly

WAYS: dict[str, tuple[str, ...]] = {
    "latest": (
        "Where are we with the tram extension?", "How is the tram extension going?", "How are things with the dam?",
        "What's the state of play on the dam?", "Any movement on the dam?", "Anything on the dam lately?", "Latest?",
        "What's the word on the dam?", "Status of the dam repairs", "How do things stand with the dam?",
        "Where does the dam project stand?", "Is there an update on the dam?", "I'd like an update on the dam",
        "What's the current state of the dam talks?", "Dam news please", "What happened lately at the dam?",
        "What's making news in Verrin?", "What's the buzz about the dam?", "Got anything new on the dam?",
        "What are the most recent developments at the dam?", "Updates on the dam since May?",
        "What are people saying about the dam lately?", "Tell me the news about the dam",
        "What is known about the dam?",
        "Give me today's top stories", "What came out yesterday about the dam?",
    ),
    "summary": (
        "Walk me through the dam row", "Talk me through the dam row", "The dam row in brief", "In brief: the dam row",
        "In short, what happened at the dam?", "Outline the dam row", "Sketch the dam row for me", "dam row summary",
        "Give me the background on the dam row", "Background on the dam row", "Break down the dam row for me",
        "Get me up to speed on the dam row", "I missed the dam row, what happened?", "Digest the dam row for me",
        "Quick recap: dam row", "Describe the dam row", "Tell me what happened with the dam",
        "Give a précis of the row",
        "What happened with the dam?", "the essentials of the dam row", "What were the main points of the dam report?",
        "dam row: what happened?", "Who, what, when: the dam row", "Break the dam row down", "the dam row explained",
        "Paraphrase this article", "What does this article say?", "What is in this article?",
        "Main message of this article?", "How would you sum up the dam row?", "What's the story with the dam?",
        "Put the dam row in a few words",
    ),
    "comparison": (
        "The dam compared with the canal", "How does the dam stack up against the canal?", "dam vs canal",
        "How do the dam and the canal stack up?", "What's the difference in cost between the dam and the canal?",
        "What distinguishes the dam from the canal?", "What sets the dam apart from the canal?",
        "In what do the dam and the canal differ?", "Set the dam beside the canal", "Put the dam next to the canal",
        "The first figure for the dam against the one for the canal", "How do reports of the flood vary?",
        "Do the reports of the flood agree?", "What figures do the different papers give for the dead?",
        "Which numbers of dead did the papers report?", "Who gives which number of dead?",
        "Are there conflicting reports about the dead?", "Which numbers of dead are going around?",
        "Where do the papers contradict each other on the flood?", "Conflicting figures on the dead?",
        "How was the flood reported in the different papers?", "What do the various outlets make of the flood?",
        "Discrepancies between the papers on the dead", "Differences in how the papers tell the flood",
    ),
    "change": (
        "What became of the toll over 2024?", "What became of the rate in the course of the year?",
        "The toll from May to October", "The toll through the year", "How did the death toll rise?",
        "How did the number of dead go up?", "Follow the toll through the months", "Show the changes in the toll",
        "What was the toll at first and what is it now?", "What was the toll at the start and at the end?",
        "From what to what did the toll fall?", "How much did the toll change over the summer?",
        "A timeline, please: the flood", "Give me the flood day by day", "The flood, day by day",
        "Chronicle the flood", "How did the story of the flood go on?", "When did what happen in the flood?",
        "Sequence of the flood", "Lay out the course of the flood", "Describe the evolution of the toll plan",
        "How did the forecast get revised?", "How did the fire spread day by day?", "From first plan to now: the toll",
        "What were the stages of the repair?",
    ),
    "list": (
        "Name three of the guests", "Name them: the winners of the prize", "Tell me the names of the cheeses",
        "Tell me which cheeses were recalled, all of them", "Every town that flooded", "Write down the guests",
        "Which towns flooded? Give all", "Itemise the costs", "Show the guest list", "What all was recalled?",
        "Let me have the names of the guests", "Which ones were recalled, please list",
    ),
    "who-says": (
        "Who was first to report the flood?", "Which paper was first with the flood?", "Who called the dam a disgrace?",
        "Which outlet broke the flood story?", "Where was the flood first reported?", "Who spoke of a disgrace?",
        "Who is it that claims the dam is safe?", "Who is quoted as saying the dam is safe?",
        "Who made the remark about goats?", "Whose quote is this: a timetable is a promise",
        "By whom was it said that the dam is safe?", "Who put the cost at 3 million?", "Who joked about goats?",
        "Who used the words 'poor judgment'?", "Who mentioned the smell of oil?", "Who gave the number of 3 million?",
        "Who accused the county of dragging its feet?", "From whom do we know that the dam is safe?",
        "Who is behind the claim that the dam is safe?", "Which expert said the dam is safe?",
    ),
    "reason": (
        "What was behind the break of the dam?", "What led the dam to break?", "What brought the dam down?",
        "How did it come about that the dam broke?", "What was to blame for the break?",
        "What reasons were given for the delay?", "Which reason was given for the delay?",
        "How do they explain the delay?", "How did the company justify the delay?", "How is the delay explained?",
        "What did the company give as its reason?", "The dam broke because of what?",
        "What forced the plant to close?", "What persuaded the council to move the vote?",
        "What was the thinking behind the move?", "What's behind the delay?",
    ),
    "check": (
        "The dam broke - fact or fiction?", "Correct me if I'm wrong, but the dam broke", "Surely the dam broke?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "asked"), [(kind, asked) for kind, ways in WAYS.items() for asked in ways])
def test_the_same_in_other_words(kind: str, asked: str) -> None:
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
