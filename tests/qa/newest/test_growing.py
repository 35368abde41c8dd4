"""The newest whole that is given of a count, in whatever words, takes the place of an older one."""

from __future__ import annotations

from datetime import date

import pytest

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.newest.growing import newest_count
from rag.qa.newest.totals import totals
from rag.types import Article, Evidence


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Two more hikers were found, which brings the dead to nine.", 9),
        ("A guest of 34 died on Tuesday, taking the number of dead in the hotel fire to six.", 6),
        ("The death toll of the flood has reached 23, the army said.", 23),
        ("The number of people killed in the landslide has risen to 17.", 17),
        ("The toll rose from 12 to 15 overnight.", 15),
        ("The storm has now claimed 15 lives.", 15),
        ("The injured now number 18.", 18),
        ("That brings the number of arrests to 29.", 29),
        ("Eighteen people are now known to have died.", 18),
        ("She became the sixth victim of the crash.", 6),
        ("The tally of cases stands at 31.", 31),
        ("Police raised the number of injured in the derailment at Low Fenn from 27 to 35.", 35),
        ("In all 66 houses burned down.", 66),
    ],
)
def test_a_whole_is_found(text: str, value: float) -> None:
    assert [t.value.value for t in totals(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Two more hikers were found on Sunday.",
        "The bus takes 50 children to school at eight.",
        "The dead are aged 20 to 45.",
        "The victims were between 12 and 30 years old.",
        "Firefighters came from 30 towns.",
    ],
)
def test_what_is_no_whole_is_not(text: str) -> None:
    assert totals(text) == []


def report(key: str, day: date, text: str, title: str = "News") -> Evidence:
    return Evidence(Article(key, title, text, published=day, source="The Echo"), 0, len(text), text, 0.5)


FIRST = report("1", date(2024, 9, 10), "Storm Ilse killed nine people in Kelda and tore roofs off the harbour.")
LATER = report(
    "2", date(2024, 9, 11), "Three bodies were found at Kelda harbour, bringing the dead of the storm to 12."
)
LAST = report("3", date(2024, 9, 14), "Kelda mourned at the harbour on Saturday. The storm has now claimed 15 lives.")
OTHER = report("4", date(2024, 9, 15), "The toll of the bus crash in Kelda rose to 31.")
LONG_AFTER = report("5", date(2025, 6, 1), "The toll of this year's storm in Kelda rose to 40.")
QUESTION = "How many people died in the storm in Kelda?"


def told(question: str, cited: Evidence, short: str, *others: Evidence) -> Verdict | None:
    verdict = Verdict((Claim(f"“{cited.quote}”", (cited,)),), short)
    return newest_count(question, verdict, [cited, *others])


def test_the_newest_count_is_told_first_and_the_older_one_with_its_day() -> None:
    verdict = told(QUESTION, FIRST, "nine", LATER, LAST, OTHER, LONG_AFTER)
    assert verdict is not None and verdict.short == "15"
    assert verdict.claims[0].quotes == (LAST,)
    assert verdict.claims[1].text == "Earlier reports gave nine (10 September 2024)."


@pytest.mark.parametrize("other", [OTHER, LONG_AFTER, report("6", date(2024, 9, 12), "Kelda counts its boats.")])
def test_another_event_does_not_raise_it(other: Evidence) -> None:
    assert told(QUESTION, FIRST, "nine", other) is None


def test_neither_another_fate_nor_what_came_before_does() -> None:
    assert told("How many people were injured in the storm in Kelda?", FIRST, "nine", LATER) is None
    assert told(QUESTION, LAST, "15", LATER) is None


def test_jobs_and_cases_are_counted_too() -> None:
    few = report("a", date(2024, 2, 1), "Norrwick Steel will cut 300 jobs at its mill in Wick.")
    more = report("b", date(2024, 2, 20), "Norrwick Steel wants to cut a further 150 jobs, taking the total to 450.")
    verdict = told("How many jobs will Norrwick Steel cut?", few, "300", more)
    assert verdict is not None and verdict.short == "450"


def test_those_who_fell_ill_are_counted_in_whatever_words() -> None:
    few = report("a", date(2024, 9, 3), "Listeria from Marl cheese has sickened 22 people.")
    more = report("b", date(2024, 10, 18), "The Marl listeria outbreak is over, with a final count of 27 illnesses.")
    verdict = told("How many people fell ill in the Marl outbreak?", few, "22", more)
    assert verdict is not None and verdict.short == "27"


def test_where_nothing_passed_the_newest_stated_count_is_told() -> None:
    verdict = newest_count(QUESTION, Verdict((), None, "why"), [FIRST, LATER, OTHER])
    assert verdict is not None and verdict.short == "12"
    assert newest_count("How many people died in the fire in Kelda?", Verdict((), None), [FIRST, OTHER]) is None
    assert newest_count("Who died in the storm in Kelda?", Verdict((), None), [FIRST]) is None


def test_where_only_more_are_told_the_older_count_gets_its_day_and_the_report_follows() -> None:
    more = report("7", date(2024, 9, 12), "Two more people died of their injuries after the storm in Kelda.")
    verdict = told(QUESTION, FIRST, "nine", more)
    assert verdict is not None and verdict.short == "nine"
    assert verdict.claims[0].text.startswith("As of 10 September 2024: ")
    assert verdict.claims[1].text == f"Later (12 September 2024, The Echo): “{more.quote}”"
    saved = report("8", date(2024, 9, 12), "Two more people were saved after the storm in Kelda.")
    assert told(QUESTION, FIRST, "nine", saved) is None
