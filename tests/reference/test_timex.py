"""The grammar of dates against ``timex.jsonl``: sentences of ours with the days that a reader takes them to name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rag.qa.attribution.dates import quote_days, states
from rag.qa.question.period import window
from rag.text.quantities import quantities
from rag.text.timex.calendar import Day
from rag.text.timex.expressions import Timex, timexes
from rag.text.timex.insertion import find_days
from rag.text.timex.stamps import parse_stamp


@dataclass(frozen=True)
class Gold:
    published: date
    text: str
    expression: str
    days: tuple[date, date] | None

    @property
    def span(self) -> tuple[int, int]:
        start = self.text.index(self.expression)
        return start, start + len(self.expression)


def read(line: str) -> Gold:
    row = json.loads(line)
    first, last = row["first"], row["last"]
    named = (date.fromisoformat(first), date.fromisoformat(last)) if first else None
    return Gold(date.fromisoformat(row["published"]), row["text"], row["expression"], named)


GOLD = [read(line) for line in Path(__file__).with_name("timex.jsonl").read_text(encoding="utf-8").splitlines()]
# Names and numbers that no word nearby shows to be none of a date.
MISSES = {
    ("1999", "Call extension 1999 for help."),
    ("August", "The crew wore August colours of red and gold, an august sight."),
    ("2008", "The garage sells the Peugeot 2008 and the 3008."),
    ("2002", "He drives a BMW 2002 from Munich."),
    ("June", "He was June's husband for forty years."),
    ("Friday", "Robinson met Friday on an island."),
}


def found(gold: Gold) -> list[Timex]:
    start, end = gold.span
    return [t for t in timexes(gold.text, gold.published) if t.start < end and start < t.end]


@pytest.mark.parametrize("gold", GOLD, ids=lambda g: f"{g.text[:60]}|{g.expression}")
def test_a_sentence_names_these_days(gold: Gold) -> None:
    right = [(t.first, t.last) for t in found(gold)] == ([gold.days] if gold.days else [])
    assert right is ((gold.expression, gold.text) not in MISSES)


@pytest.mark.parametrize("gold", GOLD, ids=lambda g: f"{g.text[:60]}|{g.expression}")
def test_the_policies_agree_wherever_they_read_a_date(gold: Gold) -> None:
    """A period asked about, a day inserted into the prompt, a day that a quote states and a printed stamp."""
    if (gold.expression, gold.text) in MISSES:
        return
    start, end = gold.span
    inserted = [
        (d.timex.first, d.timex.last)
        for d in find_days(gold.text, gold.published)
        if d.timex.start < end and start < d.end
    ]
    assert inserted in ([], [gold.days])
    asked = window(gold.text, gold.published)
    if len(timexes(gold.text, gold.published)) == 1 and gold.days:
        assert asked.since in (None, gold.days[0])
        assert asked.until in (None, gold.days[1])
    if gold.days and gold.days[0] == gold.days[1]:
        day = gold.days[0]
        printed = Day(day.year, day.month, day.day, day.weekday())
        assert states(quote_days(gold.text, quantities(gold.text), gold.published), printed)
        now = datetime(gold.published.year + 10, 1, 1, tzinfo=UTC)
        assert parse_stamp(gold.expression, now=now) in (None, day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Troops left on Monday.", "2024-09-23"),
        ("Troops left the day before yesterday.", "2024-09-25"),
        ("Troops will leave on Monday.", "2024-09-30"),
        ("Troops left on 5 May.", "2024-05-05"),
    ],
)
def test_one_day_for_question_prompt_and_quote(text: str, day: str) -> None:
    published, named = date(2024, 9, 27), date.fromisoformat(day)
    assert [(d.timex.first, d.timex.last) for d in find_days(text, published)] == [(named, named)]
    assert (window(text, published).since, window(text, published).until) == (named, named)
    shown = quote_days(text, quantities(text), published)
    assert states(shown, Day(named.year, named.month, named.day))
    for other in (named - timedelta(7), named + timedelta(7)):
        assert not states(shown, Day(other.year, other.month, other.day))
