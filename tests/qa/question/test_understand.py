"""A follow-up is made to stand alone; a question that stands alone is left as it is, to the byte."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.qa.question.followup import resolve_followup
from rag.qa.question.understand import understand
from rag.types import Message

TODAY = date(2026, 11, 24)  # a Tuesday


def talk(*turns: str) -> list[Message]:
    """A question, its answer, a question, ..."""
    return [{"role": "assistant" if n % 2 else "user", "content": turn} for n, turn in enumerate(turns)]


MISSION = talk("When does the coalition mission in Syria end?", "It continues until September 2026 [1].")
TROOPS = talk("How many U.S. troops are in Syria?", "About 900 [1, 2].")
LEADER = talk("Who is the leader of Hezbollah?", "Naim Qassem leads Hezbollah [1].")
KILLED = talk("Where was Hassan Nasrallah killed?", "In Beirut [1].")
RATE = talk("What is the Bank of England's interest rate?", "It is 4.5% [1].")
CUT = talk("Why did the Fed cut rates?", "Because inflation fell [3].")
AIRLINE = talk("Which airline went bankrupt?", "Flybe went bankrupt [1].")
BRIDGE = talk("When will the Narrows Bridge reopen?", "In August [1].")
MASTERS = talk("Who won the Masters this year?", "Rory McIlroy [1].")
PLOT = talk("Who met whom in Oslo?", "Ann Kessel met Jonas Brandt [1].")


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (MISSION, "And in Iraq?", "When does the coalition mission in Iraq end?"),
        (MISSION, "in Iraq?", "When does the coalition mission in Iraq end?"),
        (MISSION, "Why?", "Why does the coalition mission in Syria end?"),
        (MISSION, "Why does it end?", "Why does the coalition mission in Syria end?"),
        (MISSION, "How many people live there?", "How many people live in Syria?"),
        (MISSION, "And who is the leader of Hamas?", "Who is the leader of Hamas?"),
        (TROOPS, "And in Iraq?", "How many U.S. troops are in Iraq?"),
        (TROOPS, "And in March?", "How many U.S. troops are in Syria in March?"),
        (LEADER, "How old is he?", "How old is Naim Qassem?"),
        (LEADER, "What is his wife's name?", "What is Naim Qassem's wife's name?"),
        (KILLED, "When was he born?", "When was Hassan Nasrallah born?"),
        (KILLED, "How many people live there?", "How many people live in Beirut?"),
        (RATE, "What about the Fed?", "What is the Fed's interest rate?"),
        (AIRLINE, "Where is it based?", "Where is Flybe based?"),
        (AIRLINE, "What are their debts?", "What are Flybe's debts?"),
        (AIRLINE, "Which law did it break?", "Which law did Flybe break?"),
        (BRIDGE, "How long is it?", "How long is the Narrows Bridge?"),
        (MASTERS, "And last year?", "Who won the Masters last year?"),
        (MASTERS, "And in 2019?", "Who won the Masters in 2019?"),
    ],
)
def test_words_are_exchanged_where_that_is_safe(history: list[Message], question: str, expected: str) -> None:
    assert resolve_followup(question, history).text == expected


@pytest.mark.parametrize(
    ("history", "question"),
    [
        (MISSION, "Where was that?"),
        (MISSION, "Who said so?"),
        (MISSION, "What about the UN?"),  # it stands for the mission, not for Syria
        (MISSION, "And last year?"),  # 'when ... last year' asks nothing
        (MISSION, "How many died?"),
        (LEADER, "And then?"),
        (MASTERS, "What about women?"),
        (CUT, "When?"),
        (CUT, "Is it true?"),
        (CUT, "Why did they raise taxes?"),  # how far the name goes cannot be told: 'the Fed cut'
        (RATE, "Where is it?"),  # the bank or the rate
        (BRIDGE, "How long did it take?"),  # the repair
        (PLOT, "How old is he?"),  # one of two
    ],
)
def test_where_it_is_not_safe_the_topic_is_added_and_one_question_is_asked(
    history: list[Message], question: str
) -> None:
    text = resolve_followup(question, history).text
    assert text.count("?") == 1
    assert question.rstrip("?").removeprefix("And ").lower() in text.lower()
    topic = re.search(r"\? \(about (.+)\)$", text)
    assert topic and topic[1] in history[0]["content"]


@pytest.mark.parametrize(
    "question",
    [
        "Who won the Oscars?",
        "Is it raining in Paris?",
        "How many people does it take to sail a yacht?",
        "What happened this week?",
        "Who announced that the strike is over?",
        "What did Ann Kessel say about her health?",
        "How many troops are there in Iraq?",
        "Why did the Riksbank raise rates in September?",
        "Which  city has   the most trams? ",
        "What is inflation?",
        "Which airline lost a plane, and how many passengers did it carry?",
    ],
)
def test_a_question_of_its_own_stands(question: str) -> None:
    assert resolve_followup(question, MISSION).text == question
    assert resolve_followup(question, []).text == question


@pytest.mark.parametrize(
    ("request_", "question", "expected"),
    [
        ("Compare what the outlets say about the ferry", "How many were aboard it?", "(about ferry)"),
        ("Summarise the bridge story", "When was it closed?", "(about bridge)"),
        ("Tell me about the Marlow Bridge", "What is its toll?", "(about Marlow Bridge)"),
        ("What changed about the toll?", "When did it change?", "(about toll)"),
    ],
)
def test_after_a_wider_request_the_topic_is_its_matter(request_: str, question: str, expected: str) -> None:
    assert resolve_followup(question, talk(request_, "Two are told [1].")).text == f"{question} {expected}"


def test_without_a_history_nothing_changes() -> None:
    assert resolve_followup("And in Iraq?", []).text == "And in Iraq?"


def test_a_follow_up_of_a_follow_up() -> None:
    history = [*MISSION, *talk("And in Iraq?", "In 2025 [1].", "Why?", "Baghdad asked for it [2].")]
    assert resolve_followup("And in Jordan?", history).text == "Why does the coalition mission in Jordan end?"
    assert resolve_followup("Who said so?", history).text == "Who said so? (about the coalition mission in Iraq)"


def test_the_topic_that_is_added_does_not_grow() -> None:
    history = [*MISSION, *talk("Who said so?", "Lloyd Austin said so [1].")]
    assert resolve_followup("How old is he?", history).text == "How old is Lloyd Austin?"
    assert resolve_followup("Really?", history).text == "Really? (about the coalition mission in Syria)"


SYRIA = talk("When does the Syria mission end?", "The Syria mission ends by September 2026 [1].")


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (SYRIA, "And in Iraq?", "When does the Iraq mission end?"),
        (SYRIA, "How many troops are there?", "How many troops are in Syria?"),
        ([*SYRIA, *talk("And in Iraq?", "It ends in September 2025 [1].")], "How many troops are there?",
         "How many troops are in Iraq?"),
        (talk("How much is a single on the Tarrow ferry?", "£6 [1]."), "And on the Skell one?",
         "How much is a single on the Skell ferry?"),
        ([*SYRIA, *talk("thanks", "You are welcome.")], "And in Iraq?", "When does the Iraq mission end?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_one_question_on_the_topic_in_view(history: list[Message], question: str, expected: str) -> None:
    assert resolve_followup(question, history).text == expected


@pytest.mark.parametrize(
    "question", ["hi", "Hello there!", "thanks", "Thank you very much.", "What can you do?", "ok", "help"]
)
def test_small_talk_is_no_follow_up(question: str) -> None:
    assert resolve_followup(question, SYRIA).text == question


def test_citation_marks_are_no_part_of_a_name() -> None:
    history = talk("Who leads the union?", "Mira Solberg [1][2] leads the union.")
    assert resolve_followup("When was she elected?", history).text == "When was Mira Solberg elected?"


def test_what_was_understood_is_told() -> None:
    assert ("he", "Naim Qassem") in understand("How old is he?", LEADER, asked=TODAY).notes
    assert ("in Iraq", "in place of in Syria") in understand("And in Iraq?", MISSION, asked=TODAY).notes


def test_the_days_of_a_follow_up_are_its_own_or_those_of_the_question_before() -> None:
    history = talk("What did the Fed decide last week?", "It cut rates [1].")
    assert understand("Who said so?", history, asked=TODAY).since == date(2026, 11, 16)
    assert understand("Who objected to that yesterday?", history, asked=TODAY).since == date(2026, 11, 23)
    assert understand("And yesterday?", history, asked=TODAY).since == date(2026, 11, 23)


WORDS = (
    "And in what about the it he there Why that last week May 31 February 2024 since by next Q3 Friday [1] according",
    "to Reuters CNN's news sports section 5 - ? . ' \n Will U.S. A 99999 ago 0 days the Bank of England years 999",
)
words = st.sampled_from(" ".join(WORDS).split(" "))
texts = st.one_of(st.text(max_size=200), st.lists(words, max_size=40).map(" ".join))
messages = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system"]), "content": texts}), max_size=6
)


@settings(max_examples=300, deadline=None)
@given(texts, messages, st.dates(), st.lists(texts, max_size=3), st.lists(texts, max_size=3))
def test_any_text_is_understood(
    question: str, history: list[Message], asked: date, outlets: list[str], sections: list[str]
) -> None:
    found = understand(question, history, asked=asked, outlets=outlets, sections=sections)
    assert found.question == resolve_followup(question, history).text
    assert set(found.sources) <= set(outlets)
    assert set(found.sections) <= set(sections)
    if found.since and found.until:
        assert found.since <= found.until
    if found.publication:
        assert found.since or found.until
        assert found.since is None or found.since <= asked
    if not history:
        assert found.question == question


@pytest.mark.parametrize("asked", [date.min, date.max])
@pytest.mark.parametrize(
    "question",
    [
        "What happened last week?",
        "What happened yesterday?",
        "What will happen tomorrow?",
        "Who won next year?",
        "What happened 900 years ago?",
        "What changed in the last 999 decades?",
        "What happened in December?",
        "Who left last weekend, on Friday and after Sunday?",
        "What happened before Monday?",
        "What happened last winter and last quarter?",
    ],
)
def test_the_ends_of_the_calendar(question: str, asked: date) -> None:
    assert understand(question, asked=asked).question == question


@pytest.mark.parametrize(
    "piece", ["in May 2024 ", "last week ", "The ", "it was ", "A'", "according to CNN and ", "- "]
)
@pytest.mark.timeout(60)
def test_a_long_question_takes_no_long_time(piece: str) -> None:
    long = piece * (40_000 // len(piece))
    history = talk(long, long, long, long)
    understand(long, history, asked=TODAY, outlets=["CNN", "Reuters"], sections=["Sports"])


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("How many beds does the clinic of Kelda "
        "have?", "And the clinic of Wick?", "How many beds does the clinic of Wick have?"),
        ("When did the tunnel at Kelda open?", "And the bridge at Wick?", "When did the bridge at Wick open?"),
        ("How long is the Kelda bridge?", "What about the Wick bridge?", "How long is the Wick bridge?"),
        ("Who won the women's race in Kelda?", "And the men's race?", "Who won the men's race in Kelda?"),
        ("How much does a ticket to the zoo "
        "cost?", "And a ticket to the baths?", "How much does a ticket to the baths cost?"),
        ("How many work at the mill in Kelda?", "And at the forge in Wick?", "How many work at the forge in Wick?"),
        ("What did the mayor of Kelda say?", "And the mayor of Wick?", "What did the mayor of Wick say?"),
    ],
)  # fmt: skip
def test_a_thing_takes_the_place_of_its_like(before: str, question: str, expected: str) -> None:
    assert resolve_followup(question, talk(before, "It says so [1].")).text == expected


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("How much grain did the port of Kelda handle?", "And the mayor?"),
        ("How much grain did the port of Kelda handle?", "And the port?"),
        ("Why was the bridge at Kelda closed?", "And the cost of the repairs?"),
        ("Did the port of Kelda buy the port of Wick?", "And the port of Holm?"),
    ],
)
def test_where_two_or_none_are_alike_what_it_was_about_follows(before: str, question: str) -> None:
    assert resolve_followup(question, talk(before, "It says so [1].")).glued
