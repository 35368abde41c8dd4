"""Days and ranges in words, counted from the day of asking, and whether news of those days is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from rag.qa.question.period import period_text
from rag.qa.question.understand import understand
from rag.text.timex.expressions import timexes

TODAY = date(2026, 11, 24)  # a Tuesday


def span(question: str, asked: date = TODAY) -> tuple[str | None, str | None, bool]:
    found = understand(question, asked=asked)
    return (
        found.since.isoformat() if found.since else None,
        found.until.isoformat() if found.until else None,
        found.publication,
    )


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What did the council vote on today?", "2026-11-24", "2026-11-24"),
        ("What did the Riksbank decide yesterday?", "2026-11-23", "2026-11-23"),
        ("Who resigned the day before yesterday?", "2026-11-22", "2026-11-22"),
        ("Which road was closed last night?", "2026-11-23", "2026-11-23"),
        ("Which ferry sank this week?", "2026-11-23", "2026-11-29"),
        ("Which ferry sank last week?", "2026-11-16", "2026-11-22"),
        ("Which ferry sank over the past week?", "2026-11-17", "2026-11-24"),
        ("Who was arrested last weekend?", "2026-11-21", "2026-11-22"),
        ("Which bridges closed this weekend?", "2026-11-21", "2026-11-22"),
        ("Who was elected last month?", "2026-10-01", "2026-10-31"),
        ("Which laws were passed last quarter?", "2026-07-01", "2026-09-30"),
        ("Which storms hit Norway this year?", "2026-01-01", "2026-12-31"),
        ("Which storms hit Norway in the last 10 days?", "2026-11-14", "2026-11-24"),
        ("Who was sacked in the past fortnight?", "2026-11-10", "2026-11-24"),
        ("What has changed in the past three months?", "2026-08-24", "2026-11-24"),
        ("Which mine collapsed 3 days ago?", "2026-11-21", "2026-11-21"),
        ("Who left the cabinet two weeks ago?", "2026-11-09", "2026-11-15"),
        ("Which mine collapsed two quarters ago?", "2026-04-01", "2026-06-30"),
        ("Which satellite failed three months ago?", "2026-08-01", "2026-08-31"),
        ("Who was killed last Friday?", "2026-11-20", "2026-11-20"),
        ("What did the minister say on Friday?", "2026-11-20", "2026-11-20"),
        ("Which volcano erupted on Tuesday?", "2026-11-24", "2026-11-24"),
        ("Which volcano erupted last Tuesday?", "2026-11-17", "2026-11-17"),
        ("Who won Sunday's regatta?", "2026-11-22", "2026-11-22"),
        ("The singer Lena Voss died Sunday. How old was she?", "2026-11-22", "2026-11-22"),
        ("Who won the by-election in September?", "2026-09-01", "2026-09-30"),
        ("Who won the by-election in December?", "2025-12-01", "2025-12-31"),
        ("Who won the by-election last November?", "2025-11-01", "2025-11-30"),
        ("What did Volvo announce in September 2024?", "2024-09-01", "2024-09-30"),
        ("What did Volvo announce in august last year?", "2025-08-01", "2025-08-31"),
        ("Which dam broke in early September?", "2026-09-01", "2026-09-11"),
        ("What has been announced since Boxing Day?", "2025-12-26", None),
        ("What has been announced since Christmas?", "2025-12-25", None),
        ("Who resigned after New Year?", "2026-01-02", None),
        ("What has been announced since Thanksgiving?", "2025-11-27", None),
        ("Any news from after Easter?", "2026-04-06", None),
        ("What has happened since Good Friday?", "2026-04-03", None),
        ("What has been announced since Labour Day?", "2026-09-07", None),
        ("Which dams broke after Halloween?", "2026-11-01", None),
        ("Which dams broke from 3 November on?", "2026-11-03", None),
        ("Which dams broke on or after 3 November?", "2026-11-03", None),
        ("Which dam broke in mid-November?", "2026-11-10", "2026-11-21"),
        ("Which dam broke between 3 and 9 May 2025?", "2025-05-03", "2025-05-09"),
        ("Which dams broke from March to June?", "2026-03-01", "2026-06-30"),
        ("Who struck from 28 March to 5 April 2025?", "2025-03-28", "2025-04-05"),
        ("Which trains stopped from November to February?", "2025-11-01", "2026-02-28"),
        ("Which dam broke on 5 May?", "2026-05-05", "2026-05-05"),
        ("Which dam broke on May 5th, 2025?", "2025-05-05", "2025-05-05"),
        ("Which dam broke on 2025-05-03?", "2025-05-03", "2025-05-03"),
        ("Which dam broke on 7/5/2024?", "2024-05-07", "2024-05-07"),
        ("Who was arrested on Tuesday, 3 November 2026?", "2026-11-03", "2026-11-03"),
        ("Which laws were passed in Q3?", "2026-07-01", "2026-09-30"),
        ("Which laws were passed in the third quarter of 2024?", "2024-07-01", "2024-09-30"),
        ("What did ministers announce in H1 2025?", "2025-01-01", "2025-06-30"),
        ("What did ministers announce in the second half of 2025?", "2025-07-01", "2025-12-31"),
        ("Who won the Nobel Prize for Physics in 2024?", "2024-01-01", "2024-12-31"),
        ("What has happened in Syria since March?", "2026-03-01", None),
        ("What did Volvo announce before June 2024?", None, "2024-05-31"),
        ("Which island flooded in spring 2025?", "2025-03-01", "2025-05-31"),
        ("Which film was shot over the summer?", "2026-06-01", "2026-08-31"),
        ("Who joined the band in the last week of October?", "2026-10-25", "2026-10-31"),
    ],
)
def test_news_of_these_days_is_asked_for(question: str, since: str | None, until: str | None) -> None:
    assert span(question) == (since, until, True)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Which mine collapsed eighteen months ago?", "2025-05-01", "2025-05-31"),
        ("Which mines will open over the next fortnight?", "2026-11-30", "2026-12-13"),
        ("Which mines will open in two quarters?", "2027-04-01", "2027-06-30"),
    ],
)
def test_days_long_ago_or_to_come_are_no_days_of_reporting(question: str, since: str, until: str) -> None:
    assert span(question) == (since, until, False)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Who won the 2022 World Cup?", "2022-01-01", "2022-12-31"),
        ("Who lost in the 2024 election?", "2024-01-01", "2024-12-31"),
        ("What is the word of the year for 2025?", "2025-01-01", "2025-12-31"),
        ("How much has rent risen since 2014?", "2014-01-01", None),
        ("Which poet was born in 1960?", "1960-01-01", "1960-12-31"),
        ("Which bands were big in the 1990s?", "1990-01-01", "1999-12-31"),
        ("How much must emissions fall by 2030?", None, "2030-12-31"),
        ("Who hosts the games in 2032?", "2032-01-01", "2032-12-31"),
        ("What was Volvo's revenue in Q3 2024?", "2024-07-01", "2024-09-30"),  # it was told after the quarter
        ("How many births were there last year?", "2025-01-01", "2025-12-31"),
        ("How much dearer is bread than a year ago?", "2025-01-01", "2025-12-31"),
        ("Will the Riksbank cut rates in March?", "2027-03-01", "2027-03-31"),
        ("Which film will be released on Friday?", "2026-11-27", "2026-11-27"),
        ("Who will speak next week?", "2026-11-30", "2026-12-06"),
        ("What happens tomorrow?", "2026-11-25", "2026-11-25"),
        ("Who is set to sing this weekend?", "2026-11-28", "2026-11-29"),
        ("How many pandas are alive today?", "2026-11-24", "2026-11-24"),
        ("Who plays on Friday?", "2026-11-20", "2026-11-20"),  # the last or the next one
        ("Which treaty was signed on 4 July 1776?", "1776-07-04", "1776-07-04"),
    ],
)
def test_days_of_a_name_of_history_or_of_a_plan(question: str, since: str | None, until: str | None) -> None:
    assert span(question) == (since, until, False)


@pytest.mark.parametrize(
    "question",
    [
        "Who may run for president?",
        "What did Theresa May say?",
        "When did troops march on the city?",
        "Who spoke at the March on Washington?",
        "How much was spent on Black Friday?",
        "Who owns Sheffield Wednesday?",
        "Who writes for The Sunday Times?",
        "Why did Will Smith apologise?",
        "How hot is the sun?",
        "Who hosts Last Week Tonight?",
        "Who sang Yesterday?",
        "Who owns USA TODAY?",
        "Which dam broke on 31 February?",
        "Which dam broke on 30 February 2024?",
        "How much did 2000 people pay?",
        "How many died in the fall of Saigon?",
        "Who scored in the fourth quarter of the game?",
        "Which bank is older, 1,850 or 2,024 months?",
        "Which parade is held every Friday?",
        "Which parade marks the Fourth of July?",
        "Who was chosen to host the awards in January?",  # the last one or the next
        "When will the tunnel open?",
        "What ended on December 1?",  # the next one is a week away, the last one a year
    ],
)
def test_what_is_no_date_gives_none(question: str) -> None:
    assert span(question) == (None, None, False)


def test_a_comparison_does_not_widen_the_days() -> None:
    assert span("For the first time since 2017, what fell this week?") == ("2026-11-23", "2026-11-29", True)


def test_two_times_give_the_range_around_both() -> None:
    assert span("What did they say in June 2025 and in September 2025?")[:2] == ("2025-06-01", "2025-09-30")


def test_a_leap_day_without_a_year() -> None:
    assert span("Who was arrested on 29 February?", date(2024, 3, 5)) == ("2024-02-29", "2024-02-29", True)


def test_this_winter_runs_over_the_new_year() -> None:
    assert span("Which pipes froze this winter?", date(2026, 1, 20))[:2] == ("2025-12-01", "2026-02-28")


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("Which ferry sank last week?", ("last week", "16 to 22 November 2026")),
        ("Who resigned yesterday?", ("yesterday", "23 November 2026")),
        ("What has changed since March?", ("since March", "from 1 March 2026")),
        ("How much must emissions fall by 2030?", ("by 2030", "until 31 December 2030")),
    ],
)
def test_the_days_are_told_in_words(question: str, note: tuple[str, str]) -> None:
    assert note in understand(question, asked=TODAY).notes


def test_days_in_words() -> None:
    assert period_text(date(2026, 10, 30), date(2026, 11, 2)) == "30 October to 2 November 2026"
    assert period_text(date(2025, 12, 30), date(2026, 1, 2)) == "30 December 2025 to 2 January 2026"


@pytest.mark.parametrize(
    "question",
    [
        "Which ferry sank this week?",
        "Who is now the richest woman?",
        "What is the latest on the strike?",
        "Who currently leads the union?",
        "Which actor recently retired?",
        "Which club has just hired a coach?",
        "How many have died so far?",
        "Today's top stories?",
    ],
)
def test_the_newest_state_is_asked_for(question: str) -> None:
    assert understand(question, asked=TODAY).latest


@pytest.mark.parametrize(
    "question",
    [
        "Who directed Apocalypse Now?",
        "Who owns USA TODAY?",
        "How is electric current measured?",
        "When must they vote at the latest?",
        "Is it just under a mile?",
        "What were the latest strikes in March 2024?",
        "Who won the 2022 World Cup?",
    ],
)
def test_the_newest_state_is_not_asked_for(question: str) -> None:
    assert not understand(question, asked=TODAY).latest


@pytest.mark.parametrize(
    "question", ["Who led the Thanksgiving parade?", "What came after Halloween costume sales fell?"]
)
def test_a_feast_that_nothing_is_counted_from_is_no_day(question: str) -> None:
    assert span(question)[:2] == (None, None)


@pytest.mark.parametrize("asked", [date(2026, 11, 24), date(2027, 1, 1)])
def test_the_next_new_year_s_day_is_the_first_of_january_still_to_come(asked: date) -> None:
    (named,) = timexes("The line will reopen on New Year's Day.", asked)
    assert named.first == date(2027, 1, 1)


def test_a_new_year_s_day_that_has_passed_is_not_still_to_come() -> None:
    (named,) = timexes("The line will reopen on New Year's Day.", date(2027, 1, 15))
    assert named.first == date(2028, 1, 1)
