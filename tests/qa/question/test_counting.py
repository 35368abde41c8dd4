"""Counts of events over a time are told apart from counts that one report gives."""

import pytest

from rag.qa.question.counting import counted_events, counts_them


@pytest.mark.parametrize(
    "question",
    [
        "How many bakeries have shut in Corwen this year?",
        "How many coaches has Kelda Rovers had since 2020?",
        "How many trials have begun over the fraud so far?",
        "How often has Kelda Rovers won the cup in the past ten years?",
        "How many strikes did the union call this year?",
    ],
)
def test_a_count_over_a_time(question: str) -> None:
    assert counted_events(question) is not None


@pytest.mark.parametrize(
    "question",
    [
        "How many people have died in the storm this year?",
        "How many bakeries are there in Corwen?",
        "How many seats did the Greens win in the 2022 election?",
        "How much has the bridge cost since 2020?",
        "Who has left the government this year?",
    ],
)
def test_no_count_over_a_time(question: str) -> None:
    assert counted_events(question) is None


@pytest.mark.parametrize(
    ("nouns", "text", "counted"),
    [
        ({"bakeri"}, "Eleven bakeries have shut this year.", True),
        ({"bakeri"}, "It is the third bakery to shut.", True),
        ({"bakeri"}, "The bakery in Mill Street shut after 90 years.", False),
        ({"bakeri"}, "The bakery sold 300 rolls a day.", False),
        ({"week"}, "The strike has lasted eleven weeks.", True),
        ({"soldier"}, "Some 300 troops were sent.", True),
        (set(), "Rovers won the cup for the third time.", True),
        (set(), "Both goals came in the second half.", False),
    ],
)
def test_a_sentence_gives_their_number_or_not(nouns: set[str], text: str, counted: bool) -> None:
    assert counts_them(frozenset(nouns), text) is counted
