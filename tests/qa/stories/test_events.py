"""When what a sentence tells happened: its own days, those of its report, or days to come."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.qa.stories.events import Telling, tellings
from rag.types import Article

PUBLISHED = date(2024, 9, 29)  # a Sunday


def told(text: str, published: date | None = PUBLISHED) -> list[Telling]:
    return list(tellings(Article("a", "A headline", text, published=published, source="The Echo")))


def days(text: str, published: date = PUBLISHED) -> str:
    """'2024-09-27', '2024-05-01/2024-05-31', 'none'; of a plan with '?' before it."""
    [only] = told(text, published)
    if only.first is None or only.last is None:
        found = "none"
    else:
        found = only.first.isoformat() + (f"/{only.last.isoformat()}" if only.last != only.first else "")
    return f"?{found}" if only.planned else found


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The ferry ran aground on Friday off the Isle of Marl.", "2024-09-27"),
        ("The harbour opened in May after two years of work.", "2024-05-01/2024-05-31"),
        ("The bridge has been closed since Tuesday.", "2024-09-24"),
        ("The council approved the plan last week.", "2024-09-16/2024-09-22"),
        ("The works was founded by two brothers in 1952.", "1952-01-01/1952-12-31"),
        ("Nobody was hurt in the fire at the mill.", "2024-09-29"),  # as reported
    ],
)
def test_what_happened(sentence: str, expected: str) -> None:
    assert days(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The new terminal will open on October 12.", "?2024-10-12"),
        ("Tolling will begin on the day the bridge reopens, October 16, Ms. Teague said.", "?2024-10-16"),
        ("The pilots will walk out on December 20, their union said on Thursday.", "?2024-12-20"),
        ("The mill is due to close in the first quarter of 2026.", "?2026-01-01/2026-03-31"),
        ("Tess Marlow takes over from Ivo Brand on February 3.", "?2025-02-03"),
        ("The deadline has been pushed back to October 30.", "?2024-10-30"),
        ("The council will choose a new clerk.", "?none"),
    ],
)
def test_what_is_to_come(sentence: str, expected: str) -> None:
    assert days(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # a time of something else that the sentence names
        ("The painting, stolen from the gallery in March, has been found in a shed.", "2024-09-29"),
        ("The astronauts who flew to the station in June will not come home until February.", "2024-09-29"),
        ("Mr. Darrow, who in June spoke of a mistake, said the company had paid.", "2024-09-29"),
        ("The grounding of the ferry in June was caused by a broken pump.", "2024-09-29"),
        ("She is the first mayor to resign since 1974.", "2024-09-29"),
        ("Cases have been found in five counties, up from three two weeks ago.", "2024-09-29"),
        ("The pump should have been replaced in 2022, the report found.", "2024-09-29"),
        ("More than 2,700 people have been killed since fighting broke out in October 2023.", "2024-09-29"),
        # two times: of the event, and of the word on it
        ("The strike set for Friday was called off after a deal on Thursday night.", "2024-09-26"),
        ("She will be sworn in on November 18 and will serve the term of Bo Ek, who left in July.", "?2024-11-18"),
        # what will not come is news on the day of its report
        ("The bridge will not reopen on October 1 as hoped.", "2024-09-29"),
    ],
)  # fmt: skip
def test_times_that_are_not_of_the_event(sentence: str, expected: str) -> None:
    assert days(sentence) == expected


def test_a_report_of_yesterday_dates_what_follows_in_it() -> None:
    lead, after, state = told(
        "The mayor resigned on Friday over a contract.\n\nShe apologised to the council.\n\nThe office is now empty."
    )
    assert lead.first == after.first == date(2024, 9, 27) and not after.stated
    assert state.first == PUBLISHED  # how things are, when it was written


def test_without_a_day_of_publication_only_nothing_is_known() -> None:
    [only] = told("The mayor resigned on Friday over a contract.", None)
    assert only.first is None and not only.planned


def test_questions_and_headings_are_no_events() -> None:
    assert not told("Was the bridge closed on Friday by the council?")
    first, last = told("The bridge was closed on Friday.\n\nMore on what happened on Friday\n\nIt was opened again.")
    assert first.quote == "The bridge was closed on Friday." and last.quote == "It was opened again."


@given(st.text(max_size=400))
def test_every_telling_is_verbatim(text: str) -> None:
    for t in told(text):
        assert t.quote == t.article.body[t.start : t.end]
        assert t.first is None or (t.last is not None and t.first <= t.last)
