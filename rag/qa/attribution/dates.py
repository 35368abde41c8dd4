"""The days that a quote speaks of, with what its article's own day makes of 'Friday', 'last year' and '5 May'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import date, timedelta

from rag.text.quantities import Quantity
from rag.text.timex.calendar import Day, valid_date
from rag.text.timex.expressions import Timex, timexes
from rag.text.timex.insertion import LATEST_BACK
from rag.text.timex.tense import direction

MAX_SPAN_DAYS = 31  # days of an expression, listed one by one


def quote_days(text: str, found: Sequence[Quantity], published: date | None) -> list[Day]:
    """Every date that ``text`` may mean: as printed, and resolved against ``published`` where parts are left out.

    ``found`` are the quantities of ``text``. Where neither words nor verb say which Friday or which May is meant, both
    the one before and the one after are given.
    """
    out = [q.day for q in found if q.day is not None]
    if published is None:
        return out
    resolved = [t for t in timexes(text, published) if t.printed.year is None]
    for item in resolved:
        out += _days_of(item)
    for q in found:
        same = next((t for t in resolved if t.start < q.end and q.start < t.end), None)
        if q.day is not None and (same is None or _is_unsure(same, text, published)):
            out += _around(q.day, published)
    return out


def _is_unsure(item: Timex, text: str, published: date) -> bool:
    long_ago = item.printed.weekday is not None and (published - item.first).days >= LATEST_BACK
    return long_ago or (item.guessed and direction(text, item.start, item.end) == "open")


def states(shown: Sequence[Day], said: Day) -> bool:
    """Whether one of the dates ``shown`` has every part of the date ``said``."""
    return any(
        all(a is None or a == b for a, b in zip(astuple(said), astuple(_whole(day)), strict=True)) for day in shown
    )


def _whole(day: Day) -> Day:
    """With its weekday, where it is a whole date."""
    found = valid_date(day.year, day.month, day.day) if day.year and day.month and day.day else None
    return _of(found) if found else day


def _of(when: date) -> Day:
    return Day(when.year, when.month, when.day, when.weekday())


def _days_of(item: Timex) -> Iterator[Day]:
    """A day, the days of a week, a month, the months of a season, or a year; nothing of a decade or a rolling time."""
    first, last = item.first, item.last
    if item.unit in ("month", "quarter", "season"):
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        yield from (Day(n // 12, n % 12 + 1) for n in months)
    elif item.unit == "year":
        yield Day(first.year)
    elif item.unit in ("day", "week") and (last - first).days < MAX_SPAN_DAYS:
        yield from (_of(first + timedelta(n)) for n in range((last - first).days + 1))


def _around(day: Day, published: date) -> Iterator[Day]:
    """A weekday alone, or a date without its year, as the nearest ones before and after ``published``."""
    if day.year is None and day.month is not None:
        other = published.year - 1 if day.month > published.month else published.year + 1
        yield from (Day(year, day.month, day.day) for year in sorted((published.year, other)))
    elif day.year is None and day.weekday is not None:
        back = (published.weekday() - day.weekday) % 7
        for shift in (-back, 7 - back):
            if date.min.toordinal() <= published.toordinal() + shift <= date.max.toordinal():
                yield _of(published + timedelta(shift))
