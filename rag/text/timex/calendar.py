"""A match of a date in words -> its first and last day: calendar arithmetic for ``rag.text.timex.expressions``.

Every reader takes the match and the ``Scene``, and gives a day, the first and the last of several, or ``None``.
Impossible days raise ``ValueError`` or ``OverflowError``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from rag.text.lexicon import NUMBER_WORDS
from rag.text.timex.names import MONTHS, WEEKDAYS
from rag.text.timex.tense import direction

Days = tuple[date, date]

_UP_TO = re.compile(r"\b(?:until|till|by)(?: the)? $", re.I)


@dataclass(frozen=True, slots=True)
class Day:
    """The parts of a date that a text gives; weekday is 0 for Monday."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rule may look at besides its match; ``asked`` is the day that relative words count from."""

    text: str
    asked: date

    def ahead(self, match: re.Match[str]) -> bool:
        look = direction(self.text, match.start(), match.end())
        start = match.end("prep") + 1 if match.groupdict().get("prep") else match.start()
        return look == "future" or (look == "open" and bool(_UP_TO.search(self.text, max(0, start - 12), start)))

    def back(self, match: re.Match[str]) -> bool:
        return direction(self.text, match.start(), match.end()) == "past"


COUNTS = NUMBER_WORDS | {"a": 1, "an": 1, "couple of": 2, "few": 5, "several": 7, "hundred": 100}
_ORDER = {w: n for n, words in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th final last"), 1)
          for w in words.split()}  # fmt: skip
HOLIDAYS = {
    "new year's day": (1, 1), "christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26),
    "new year's eve": (12, 31), "christmas": (12, 25), "new year": (1, 1), "halloween": (10, 31),
    "valentine's day": (2, 14), "independence day": (7, 4),
}  # fmt: skip
WEEKDAY_FEASTS = {
    "thanksgiving": (11, 3, 4), "labor day": (9, 0, 1), "labour day": (9, 0, 1), "memorial day": (5, 0, -1),
}  # fmt: skip
"""Feasts on the nth weekday of a month, as in the United States: (month, weekday from Monday 0, n; -1 is the last)."""
MOVED_FEASTS = {"good friday": -2, "easter": 0, "easter sunday": 0, "easter monday": 1}
"""Feasts so many days after Easter."""
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_WINTER = 12  # its months run into the next year


def valid_date(year: int, month: int, day: int) -> date | None:
    """The day, or ``None`` where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shift(month: date, months: int) -> date:
    """The first day of the month that is so many months away."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _months(first: date, count: int = 1) -> Days:
    end = _shift(first, count - 1)
    return first, date(end.year, end.month, monthrange(end.year, end.month)[1])


def _year(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def _of_year(match: re.Match[str], asked: date) -> int | None:
    g = match.groupdict()
    if g.get("y"):
        return int(g["y"])
    if g.get("ry"):
        return asked.year + {"last": -1, "this": 0, "next": 1}[g["ry"].lower()]
    return None


def _guess(month: int, asked: date, ahead: bool, day: int = 1) -> date:
    """The latest such day that is not after ``asked``; the next one where the words look ahead."""
    year = asked.year
    if ahead:
        # a month that has begun is still to come in part
        gone = month < asked.month if day == 1 else (month, day) < (asked.month, asked.day)
        year += gone
    else:
        year -= (month, day) > (asked.month, asked.day)
    if (month, day) == (2, 29):
        while monthrange(year, 2)[1] < day:
            year += 1 if ahead else -1
    return date(year, month, day)


def _part(days: Days, part: str) -> Days:
    """A third of a period, more or less: 'early', 'mid', 'late'."""
    if not part:
        return days
    first, last = days
    place = 0 if re.search("early|begin|start", part) else 1 if "mid" in part else 2
    if (last - first).days > 360:  # of a year, four months
        return _months(_shift(first, 4 * place), 4)
    third, one = timedelta(((last - first).days + 1) // 3), timedelta(1)
    return ((first, first + third), (first + third - one, last - third + one), (last - third, last))[place]


def week_of(asked: date, away: int) -> Days:
    monday = asked - timedelta(asked.weekday()) + timedelta(7 * away)
    return monday, monday + timedelta(6)


def read_iso(m: re.Match[str], s: Scene) -> date:
    return date(int(m["y"]), int(m["mon"]), int(m["d"]))


def read_numeric(m: re.Match[str], s: Scene) -> date:
    a, b, year = int(m["a"]), int(m["b"]), int(m["y"])
    return date(year, b, a) if b <= 12 else date(year, a, b)  # the day first, as in stamps, where both may be


def read_day(m: re.Match[str], s: Scene) -> Days | None:
    month, year = MONTHS[m["m"].lower()], _of_year(m, s.asked)
    days = [int(d) for d in (m["d"], m.groupdict().get("d2")) if d]
    if not all(1 <= d <= (monthrange(year, month)[1] if year else 31) for d in days):
        return None
    made = [date(year, month, d) if year else _guess(month, s.asked, s.ahead(m), d) for d in days]
    if made[-1] < made[0]:  # the guesses fell into different years, or the range runs backwards
        made[0] = made[0].replace(year=made[-1].year)
    return (made[0], made[-1]) if made[0] <= made[-1] else None


def read_across_months(m: re.Match[str], s: Scene) -> Days | None:
    """From a month, or a day of it, to another one."""
    g = m.groupdict()
    a, b, number = MONTHS[m["m"].lower()], MONTHS[m["m2"].lower()], int(g.get("d") or 1)
    turn = a > b  # of the year

    def from_year(year: int) -> Days:
        ends = int(m["y2"] or year + turn)
        last = date(ends, b, int(g["d2"])) if g.get("d2") else _months(date(ends, b, 1))[1]
        return date(year, a, number), last

    if g.get("y") or m["y2"]:
        first, last = from_year(int(g.get("y") or int(m["y2"]) - turn))
    else:
        first, last = from_year(_guess(a, s.asked, s.ahead(m), number).year)
        end = last if g.get("d2") else last.replace(day=28)
        if turn and not s.ahead(m) and (s.asked - first).days < (end - first).days / 2:
            first, last = from_year(first.year - 1)  # less than half of it is over: the one before is meant
    return (first, last) if first <= last else None


def read_month(m: re.Match[str], s: Scene) -> Days | None:
    month, year = MONTHS[m["m"].lower()], _of_year(m, s.asked)
    which = (m.groupdict().get("which") or "").lower()
    if which in ("last", "past"):
        # 'last May', asked in May, is the one a year ago
        return _months(_guess(month, s.asked.replace(day=1) - timedelta(1), False))
    ahead = which in ("next", "coming") or s.ahead(m)
    days = _months(date(year, month, 1) if year else _guess(month, s.asked, ahead))
    return _part(days, (m.groupdict().get("part") or "").lower())


def read_week_of_month(m: re.Match[str], s: Scene) -> Days:
    first, last = read_month(m, s) or (s.asked, s.asked)
    which = m["nth"].lower()
    if which in ("last", "final"):
        return last - timedelta(6), last
    start = first + timedelta(7 * (_ORDER[which] - 1))
    return start, start + timedelta(6)


def read_quarter(m: re.Match[str], s: Scene) -> Days:
    g = m.groupdict()
    count = 6 if g.get("half") or g.get("h") else 3
    number = int(g.get("half") or g.get("q") or 0) or _ORDER[g["nth"].lower()]
    year = _of_year(m, s.asked)
    first = date(year or s.asked.year, (number - 1) * count + 1, 1)
    if year is None and not g.get("h") and first > s.asked and not s.ahead(m):
        first = first.replace(year=first.year - 1)
    return _months(first, count)


def read_season(m: re.Match[str], s: Scene) -> Days | None:
    start = SEASONS[m["season"].lower()]  # of the northern half of the Earth, whole months
    year = _of_year(m, s.asked)
    if year is None:
        which = (m.groupdict().get("which") or "this").lower()
        year = s.asked.year - (start == _WINTER and s.asked.month <= 6)
        if which in ("last", "past") and _months(date(year, start, 1), 3)[1] >= s.asked:
            year -= 1
        elif which in ("next", "coming") and date(year, start, 1) <= s.asked:
            year += 1
        elif which.startswith(("over", "during")):
            if not s.back(m):
                return None  # of every summer, or of the one to come
            year -= date(year, start, 1) > s.asked
    return _months(date(year, start, 1), 3)


def read_relative(m: re.Match[str], s: Scene) -> Days | None:
    which, unit, asked = m["which"].lower(), m["unit"].lower(), s.asked
    away = {"this": 0, "current": 0, "next": 1, "coming": 1}.get(which, -1)
    if unit == "weekend":
        return _weekend(asked, which, s.ahead(m), s.back(m))
    if away == -1 and (which in ("past", "this past") or m["the"]):
        return _moved(asked, -1, unit), asked  # 'over the past week' ends today, 'last week' ended on Sunday
    if unit == "fortnight":
        monday, _ = week_of(asked, 1 if away > 0 else -2)
        return monday, monday + timedelta(13)
    return _around(unit, _moved(asked, away, unit))


def _weekend(asked: date, which: str, ahead: bool, back: bool) -> Days:
    saturday = asked - timedelta(asked.weekday()) + timedelta(5)  # of this week, which ends with Sunday
    if which in ("next", "coming"):
        saturday += timedelta(7 * (which == "next" or saturday < asked))
    elif (
        which in ("last", "past", "this past", "previous")
        or (back and not ahead and saturday > asked)
        or which.endswith(" the")
    ):
        saturday -= timedelta(7 * (saturday > asked or which == "last"))
    return saturday, saturday + timedelta(1)


_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_DAYS_IN = {"day": 1, "weekend": 7, "week": 7, "fortnight": 14}


def _moved(asked: date, count: int, unit: str) -> date:
    """The day that is so many units away; the last one of a month that is too short for it."""
    if unit in _DAYS_IN:
        return asked + timedelta(count * _DAYS_IN[unit])
    start = _shift(asked, count * _MONTHS_IN[unit])
    return start.replace(day=min(asked.day, monthrange(start.year, start.month)[1]))


def _around(unit: str, asked: date) -> Days:
    """The week, month, quarter or year that holds a day, as exactly as a number of such units tells one."""
    if unit in ("week", "fortnight"):
        return week_of(asked, 0)
    if unit == "month":
        return _months(asked.replace(day=1))
    if unit == "quarter":
        return _months(date(asked.year, (asked.month - 1) // 3 * 3 + 1, 1), 3)
    return _year(asked.year) if unit in ("year", "decade") else (asked, asked)


def _amount(m: re.Match[str]) -> tuple[int, str]:
    """How many of which unit, no unit smaller than a day: '36 hours' reach back two days. 'Days ago' are a week."""
    unit = m["unit"].lower().removesuffix("s")
    words = (m["n"] or ("7" if unit == "day" else "8")).lower()
    count = int(words) if words.isdigit() else COUNTS[words]
    return (1 + count // 24, "day") if unit == "hour" else (count, unit)


def read_past_units(m: re.Match[str], s: Scene) -> Days:
    count, unit = _amount(m)
    return _moved(s.asked, -count, unit), s.asked


def read_in_units(m: re.Match[str], s: Scene) -> Days | None:
    """'In two weeks': a day, week, month or year to come, unless it is how long something took."""
    if not (s.ahead(m) or m["now"]) or m["unit"].lower().startswith(("hour", "weekend")):
        return None
    count, unit = _amount(m)
    return _around(unit, _moved(s.asked, count, unit))


def read_coming_units(m: re.Match[str], s: Scene) -> Days:
    first, _ = read_past_units(m, s)
    return s.asked + timedelta(1), s.asked + (s.asked - first)


def read_ago(m: re.Match[str], s: Scene) -> Days:
    first, _ = read_past_units(m, s)
    return _around(_amount(m)[1], first) if m["n"] else (first, s.asked)


_SPOKEN = {"day before yesterday": -2, "yesterday": -1, "last night": -1, "tomorrow": 1, "day after tomorrow": 2}


def read_spoken(m: re.Match[str], s: Scene) -> date:
    return s.asked + timedelta(_SPOKEN.get(m[0].lower().removeprefix("the "), 0))


def read_weekday(m: re.Match[str], s: Scene) -> date:
    which, wanted, asked = (m["which"] or "").lower(), WEEKDAYS[m["wd"].lower()], s.asked
    since = (asked.weekday() - wanted) % 7  # days back to the last one, 0 today
    if which in ("last", "past", "this past"):
        return asked - timedelta(since or 7)
    if which == "next":
        return week_of(asked, 1)[0] + timedelta(wanted)
    if which in ("coming", "this coming"):
        return asked + timedelta(7 - since)
    if s.ahead(m) or (which == "this" and not s.back(m)):
        return asked + timedelta((7 - since) % 7)
    return asked - timedelta(since)


def read_one_year(m: re.Match[str], s: Scene) -> Days | None:
    year = _of_year(m, s.asked)
    return _part(_year(year), (m.groupdict().get("part") or "").lower()) if year is not None else None


def read_years_between(m: re.Match[str], s: Scene) -> Days | None:
    first, last = _year(int(m["y"]))[0], _year(int(m["y2"]))[1]
    return (first, last) if first <= last else None


def read_season_year(m: re.Match[str], s: Scene) -> Days | None:
    year, last = int(m["y"]), int(m["last"])
    return (date(year, 1, 1), date(year + 1, 12, 31)) if (year + 1) % 100 == last else None


def read_decade(m: re.Match[str], s: Scene) -> Days:
    year, part = int(m["y"]), (m["part"] or "").lower()
    first, last = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(part, (0, 9))
    return date(year + first, 1, 1), date(year + last, 12, 31)


def read_part_of_unit(m: re.Match[str], s: Scene) -> Days:
    away = {"last": -1, "next": 1}.get(m["which"].lower(), 0)
    unit = m["unit"].lower()
    return _part(_around(unit, _moved(s.asked, away, unit)), m["part"].lower())


def read_holiday(m: re.Match[str], s: Scene) -> date:
    name = m["holiday"].lower().replace("’", "'")
    year = _of_year(m, s.asked)

    def on(year: int) -> date:
        return date(year, *HOLIDAYS[name]) if name in HOLIDAYS else _feast(name, year)

    if year:
        return on(year)
    this_year = on(s.asked.year)
    if s.ahead(m):
        return this_year if this_year >= s.asked else on(s.asked.year + 1)
    return this_year if this_year <= s.asked else on(s.asked.year - 1)


def _feast(name: str, year: int) -> date:
    """A feast that is on another day each year."""
    if name in MOVED_FEASTS:
        from dateutil.easter import easter

        return cast(date, easter(year)) + timedelta(days=MOVED_FEASTS[name])
    month, weekday, nth = WEEKDAY_FEASTS[name]
    days = [date(year, month, n) for n in range(1, monthrange(year, month)[1] + 1)]
    return [day for day in days if day.weekday() == weekday][nth - 1 if nth > 0 else nth]
