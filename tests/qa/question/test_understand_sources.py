"""Outlets and sections count where they are named as where to look, not as what is asked about."""

from __future__ import annotations

from datetime import date

import pytest

from rag.qa.question.understand import understand

TODAY = date(2026, 11, 24)
OUTLETS = (
    "BBC News", "usatoday.com", "cnn.com", "theweek.co.uk", "Associated Press", "Reuters", "The Guardian",
    "New York Times", "The Times", "Harbor Ledger", "Time",
)  # fmt: skip
SECTIONS = ("Sports", "Business", "World", "Local")


def sources(question: str) -> tuple[str, ...]:
    return understand(question, asked=TODAY, outlets=OUTLETS).sources


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("According to Reuters, who won?", ("Reuters",)),
        ("Who won, according to the AP?", ("Associated Press",)),
        ("What did the BBC report about the flood?", ("BBC News",)),
        ("What did bbc news say about the flood?", ("BBC News",)),
        ("What was in the Guardian about the strike?", ("The Guardian",)),
        ("how many died according to the guardian", ("The Guardian",)),
        ("Who resigned, as reported by USA TODAY?", ("usatoday.com",)),
        ("According to CNN.com, who won?", ("cnn.com",)),
        ("What did The Week say about the king?", ("theweek.co.uk",)),
        ("What does the NYT report on tariffs?", ("New York Times",)),
        ("What is in the Times about tax?", ("The Times",)),
        ("According to Time, who is person of the year?", ("Time",)),
        ("According to the Harbor Ledger, how many crew did the tug carry?", ("Harbor Ledger",)),
        ("What did Reuters and the BBC report?", ("Reuters", "BBC News")),
        ("According to Reuters and AP, how many died?", ("Reuters", "Associated Press")),
        ("What did the BBC's report on water find?", ("BBC News",)),
        ("What did the minister tell the BBC?", ("BBC News",)),
    ],
)
def test_a_source(question: str, expected: tuple[str, ...]) -> None:
    assert sources(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Why did CNN fire its anchor?",
        "Which candidate leads in a CNN poll?",
        "According to a CNN poll, who leads?",
        "According to the Reuters Institute, how many read news?",
        "What did CNN say about its layoffs?",
        "Who was fired by the BBC?",
        "Who bought shares in the Guardian?",
        "Who is the new editor of the Times?",
        "According to the Financial Times, who won?",  # not known
        "In time for winter, what was built?",
        "What happened this week?",
        "Which town is in the news?",
    ],
)
def test_no_source(question: str) -> None:
    assert sources(question) == ()


def test_without_known_outlets_none_is_found() -> None:
    assert understand("According to Reuters, who won?", asked=TODAY).sources == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is in the sports section?", ("Sports",)),
        ("Any business news about Volvo?", ("Business",)),
        ("World news: what happened in Oslo?", ("World",)),
        ("Which world leader resigned?", ()),
        ("Which sports team won?", ()),
        ("Who works at a local news station?", ()),
        ("Who dominated the business headlines?", ()),
    ],
)
def test_sections(question: str, expected: tuple[str, ...]) -> None:
    assert understand(question, asked=TODAY, sections=SECTIONS).sections == expected


def test_sources_and_sections_are_told() -> None:
    found = understand(
        "What did the BBC report in the sports section?", asked=TODAY, outlets=OUTLETS, sections=SECTIONS
    )
    assert ("BBC", "outlet BBC News") in found.notes
    assert ("sports", "section Sports") in found.notes
