"""Quotes are shown with what their article makes of 'he' and 'Friday', and never otherwise changed."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.qa.answer.in_context import in_context, insertions
from rag.text.timex.insertion import find_days
from rag.types import Article, Evidence, When
from tests.support.growth import grows_linearly

WEDNESDAY = date(2024, 9, 25)


def evidence(body: str, quote: str, published: When = WEDNESDAY) -> Evidence:
    start = body.index(quote)
    return Evidence(Article("a", "A headline", body, published), start, start + len(quote), quote, 0.5)


def shown(text: str, published: When = WEDNESDAY) -> str:
    return in_context(evidence(text, text, published))


@pytest.mark.parametrize(
    "text",
    [
        "The council approved the plan on Friday [20 Sep 2024].",
        "The council approved the plan Wednesday [25 Sep 2024].",
        "The council will vote on Friday [27 Sep 2024].",
        "The museum is scheduled to open Monday [30 Sep 2024].",
        "The trial, which begins Monday [30 Sep 2024], is the first of its kind.",
        "On Tuesday [24 Sep 2024], the minister resigned.",
        "On Tuesday [1 Oct 2024], the minister will resign.",
        "The mayor said Monday [23 Sep 2024] that the bridge will open on Sunday [29 Sep 2024].",
        "The ferry has been closed since Saturday [21 Sep 2024].",
        "The vote was held last Friday [20 Sep 2024].",
        "Tuesday night [24 Sep 2024] the river rose by a metre.",
        "The ship sank yesterday [24 Sep 2024].",
        "She will speak tomorrow [26 Sep 2024].",
        "Sales fell last month [Aug 2024].",
        "Sales fell last year [2023].",
        "The law takes effect next year [2025].",
        "A report published earlier this week [week of 23 Sep 2024] blamed the pilot.",
        "The team won last week's [week of 16 Sep 2024] match.",
        "He resigned in March [Mar 2024].",
        "The law will take effect in January [Jan 2025].",
        "The plant closed on 5 May [2024].",
        "The plant will close on Dec. 1 [2024].",
        "The race was held this summer [summer 2024].",
        "The fair opened on Sunday, Sept. 1 [2024].",
    ],
)
def test_days_are_told_from_the_day_of_the_article(text: str) -> None:
    assert shown(re.sub(r" \[[^]]*\]", "", text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Black Friday sales rose.",
        "She watched Friday Night Lights.",
        "The Sunday Times reported it.",
        "Voters went to the polls on Super Tuesday.",
        "The storm hit on Friday, Sept. 27, 2024.",
        "The shop is open Monday through Friday.",
        "Every Friday he cooked for the street.",
        "They met on a Friday.",
        "The meeting scheduled for Friday was called off.",
        "He said it would be over by Friday.",
        "Next Friday the choir sings.",
        "Over the last year he lost a stone.",
        "It was his last year of school.",
        "Today, most people own a telephone.",
        "The attacks of Sept. 11 changed the law.",
        "In June 1944 the troops landed, and in August they reached the city.",
        "He may go in the spring.",
        "“We arrived on Friday and leave tomorrow,” she said.",
        "The storm came last May.",
    ],
)
def test_nothing_is_inserted_where_it_is_not_sure(text: str) -> None:
    assert shown(text, date(2024, 6, 12)) == text


def test_an_article_without_a_day_gives_none() -> None:
    assert shown("The council voted on Friday.", None) == "The council voted on Friday."


def test_a_time_of_publication_counts_as_its_day() -> None:
    assert "[20 Sep 2024]" in shown("The council voted on Friday.", datetime(2024, 9, 25, 23, 59))


def test_a_weekday_that_would_be_six_days_old_is_left_alone() -> None:
    """An article updated on the day after the one that it bears says 'Thursday' of its own day."""
    assert shown("The council voted on Thursday.") == "The council voted on Thursday."


def test_days_are_found_with_their_ends() -> None:
    text = "The mayor said Monday that work from 3 March 2021 to June 2022 had cost more than last year."
    assert [(text[d.timex.start : d.timex.end], d.timex.first, d.timex.last) for d in find_days(text, WEDNESDAY)] == [
        ("Monday", date(2024, 9, 23), date(2024, 9, 23)),
        ("last year", date(2023, 1, 1), date(2023, 12, 31)),
    ]  # what says its year itself needs nothing
    assert find_days(text, None) == []


def test_a_day_within_a_quotation_that_began_before_the_sentence_is_left_alone() -> None:
    body = "“The roof is gone. We came home on Friday. It was dark,” said the baker."
    quote = "We came home on Friday."
    assert in_context(evidence(body, quote)) == quote


@pytest.mark.parametrize(
    ("before", "quote"),
    [
        ("Maria Lindholm, 42, opened the bakery.", "She [Maria Lindholm] sold it again."),
        ("“It is a fine day,” said Gov. Tobias Renner.", "But he [Tobias Renner] also warned of rain."),
        ("Maria Lindholm runs the bakery. She bought it cheaply.", "She [Maria Lindholm] sold it again."),
        (
            "Maria Lindholm, 42, opened the bakery. Her brother Peter Lindholm, 39, helped.",
            "The 42-year-old [Maria Lindholm] sold it.",
        ),
        ("The researchers have left the island.", "They [the researchers] return in spring."),
        ("Brightwater CEO Ann Cole left. Brightwater shares fell.", "The company [Brightwater] has 300 workers."),
    ],
)
def test_a_pronoun_gets_the_name_that_came_before(before: str, quote: str) -> None:
    bare = re.sub(r" \[[^]]*\]", "", quote)
    assert in_context(evidence(f"{before} {bare}", bare, None)) == quote


@pytest.mark.parametrize(
    ("before", "quote"),
    [
        ("Maria Lindholm met Anna Berg.", "She sold the bakery."),  # two women
        ("Maria Lindholm opened the bakery.", "He sold it again."),  # no man
        ("Maria Lindholm called the police about a man. The suspect fled.", "She was not hurt."),  # another between
        ("Maria Lindholm opened the bakery.", "“She sold it again,” a neighbour said."),  # in speech
        ("He told Peter Lindholm to leave.", "He closed the door."),  # not the subject
        ("Maria Lindholm opened the bakery. It rained. It snowed. It froze.", "She sold it again."),  # too far
        ("Brightwater CEO Ann Cole met Northway CEO Eve Hall.", "The company has 300 workers."),  # two companies
        ("The researchers met the farmers.", "They returned."),
        ("Brightwater CEO Ann Cole left.", "It rained."),
    ],
)
def test_a_pronoun_of_several_readings_gets_none(before: str, quote: str) -> None:
    assert in_context(evidence(f"{before} {quote}", quote, None)) == quote


def test_a_surname_gets_the_full_name_once() -> None:
    body = "Maria Lindholm, 42, opened the bakery. The shop made Lindholm rich, and Lindholm’s brother poor."
    quote = "The shop made Lindholm rich, and Lindholm’s brother poor."
    assert in_context(evidence(body, quote)) == (
        "The shop made Lindholm [Maria Lindholm] rich, and Lindholm’s brother poor."
    )


@pytest.mark.parametrize(
    ("before", "quote"),
    [
        ("Maria Lindholm and Peter Lindholm, 39, own it.", "The shop made Lindholm rich."),  # which of them
        ("Maria York opened the bakery.", "She moved to New York."),  # part of another name
        ("Maria Lindholm opened the bakery.", "The Lindholm bakery is small."),
        ("Maria Lindholm opened the bakery.", "They drove to Malmo from Lindholm."),  # a place
        ("The White House was painted.", "The House was painted."),
        ("Ann Stone spoke.", "Stone was the building’s name, and stone its walls."),
    ],
)
def test_a_surname_that_may_be_another_gets_none(before: str, quote: str) -> None:
    assert in_context(evidence(f"{before} {quote}", quote, None)) == quote


def test_names_do_not_run_across_the_end_of_a_sentence() -> None:
    body = "They thanked Maria Lindholm. Bakers cheered. Then Bakers left."
    assert in_context(evidence(body, "Then Bakers left.")) == "Then Bakers left."


TEXT = st.text(max_size=200)
NEWSLIKE = st.lists(
    st.sampled_from(
        "He She They It company 42-year-old Maria Lindholm Lindholm’s said will on Friday, Sept. 27 2024 last week’s"
        " today tomorrow. “ ” \" ' ( ) [x] \n \n\n In March 5 May 31 February this next year weekend St. J.D. a,".split(
            " "
        )
    ),
    max_size=40,
).map(" ".join)


@given(st.one_of(TEXT, NEWSLIKE), st.one_of(TEXT, NEWSLIKE), st.one_of(st.none(), st.dates(), st.datetimes()))
def test_without_what_was_inserted_the_quote_is_as_it_was(before: str, quote: str, published: When) -> None:
    body = before + quote
    item = Evidence(Article("", "", body, published), len(before), len(body), quote, 0.0)
    found = insertions(item)
    assert found == sorted(found)
    assert all(0 <= at <= len(quote) and text.startswith(" [") and text.endswith("]") for at, text in found)
    out = in_context(item)
    expected = quote
    for at, text in reversed(found):
        expected = expected[:at] + text + expected[at:]
    assert out == " ".join(expected.split())
    if not found:
        assert out == " ".join(quote.split())
    for mention in find_days(quote, published):
        assert 0 <= mention.timex.start < mention.timex.end <= mention.end <= len(quote)
        assert mention.timex.first <= mention.timex.last


@pytest.mark.parametrize(
    "piece", ["Maria Lindholm said Friday ", "A", "“Friday” ", "He ", "A.B. ", "in May 5 ", "Brightwater CEO ", "\n\n"]
)
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    def work(n: int) -> None:
        body = piece * (n // len(piece)) + "\n\nHe met Maria Lindholm on Friday."
        start = len(body) - 32
        item = Evidence(Article("", "", body, WEDNESDAY), start, len(body), body[start:], 0.0)
        in_context(item)
        find_days(body, WEDNESDAY)

    assert grows_linearly(work, 50_000)
