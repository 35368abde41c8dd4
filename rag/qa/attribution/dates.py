"""The days that a quote speaks of, with what its article's own day makes of 'Friday', 'last year' and '5 May'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from rag.text.quantities import Day, Quantity

_RELATIVE = re.compile(
    r"\b(?P<day>today|tonight|this (?:morning|afternoon|evening)|yesterday|last night|tomorrow)\b|"
    r"\b(?P<which>last|this|next|the previous|the coming) (?P<unit>week|month|year)\b|"
    r"\b(?P<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<span>day|week|month|year)s? "
    r"(?P<way>ago|earlier|later|from now)\b",
    re.I,
)
_SMALL = dict(zip("a an one two three four five six seven eight nine ten".split(), (1, 1, *range(1, 11)), strict=True))


def days(text: str, found: Sequence[Quantity], published: date | None) -> list[Day]:
    """Every date that ``text`` may mean: as printed, and resolved against ``published`` where parts are left out.

    ``found`` are the quantities of ``text``. A weekday gives two days, the one before and the one after.
    """
    out: list[Day] = []
    for q in found:
        if q.day is None:
            continue
        out.append(q.day)
        if published is not None:
            out += _resolved(q.day, published)
    if published is not None:
        for m in _RELATIVE.finditer(text):
            out += _relative(m, published)
    return out


def states(shown: Sequence[Day], said: Day) -> bool:
    """Whether one of the dates ``shown`` has every part of the date ``said``."""
    return any(
        all(a is None or a == b for a, b in zip(_parts(said), _parts(day), strict=True)) for day in map(_whole, shown)
    )


def _parts(day: Day) -> tuple[int | None, ...]:
    return day.year, day.month, day.day, day.weekday


def _whole(day: Day) -> Day:
    """With its weekday, where it is a whole date."""
    if day.year and day.month and day.day:
        try:
            return Day(day.year, day.month, day.day, date(day.year, day.month, day.day).weekday())
        except ValueError:
            return day
    return day


def _of(when: date) -> Day:
    return Day(when.year, when.month, when.day, when.weekday())


def _resolved(day: Day, published: date) -> list[Day]:
    """A weekday alone, or a date without its year, as the nearest ones before and after ``published``."""
    if day.year is not None:
        return []
    if day.month is None:
        if day.weekday is None:
            return []
        back = (published.weekday() - day.weekday) % 7
        return [_of(published + timedelta(days=shift)) for shift in (-back, 7 - back) if _safe(published, shift)]
    years = {published.year, published.year - 1 if day.month > published.month else published.year + 1}
    return [Day(year, day.month, day.day, None) for year in sorted(years)]


def _safe(published: date, shift: int) -> bool:
    return date.min.toordinal() <= published.toordinal() + shift <= date.max.toordinal()


def _relative(m: re.Match[str], published: date) -> list[Day]:
    if m["day"]:
        word = m["day"].lower()
        shift = -1 if word in ("yesterday", "last night") else 1 if word == "tomorrow" else 0
        return [_of(published + timedelta(days=shift))] if _safe(published, shift) else []
    if m["which"]:
        sign = {"last": -1, "the previous": -1, "this": 0}.get(m["which"].lower(), 1)
        unit = m["unit"].lower()
    else:
        amount = int(m["n"]) if m["n"].isdigit() else _SMALL[m["n"].lower()]
        sign = -amount if m["way"].lower() in ("ago", "earlier") else amount
        unit = m["span"].lower()
    if unit == "year":
        return [Day(published.year + sign)]
    if unit == "month":
        index = published.year * 12 + published.month - 1 + sign
        return [Day(index // 12, index % 12 + 1)]
    if unit == "day":
        return [_of(published + timedelta(days=sign))] if _safe(published, sign) else []
    start = sign * 7 - published.weekday()
    return [_of(published + timedelta(days=start + i)) for i in range(7) if _safe(published, start + i)]
