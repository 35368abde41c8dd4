"""Names of months and weekdays in lower case and without a dot, from the locale data of babel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from babel import Locale

Width = Literal["wide", "abbreviated"]


def month_names(locale: str, *widths: Width) -> dict[str, int]:
    """Name -> number, 1 to 12, of each width, as names stand alone and within a date."""
    return _names(Locale.parse(locale).months, widths)


def weekday_names(locale: str, *widths: Width) -> dict[str, int]:
    """Name -> number as ``date.weekday()`` gives it, 0 for Monday."""
    return _names(Locale.parse(locale).days, widths)


def _names(table, widths: Iterable[Width]) -> dict[str, int]:  # type: ignore[no-untyped-def]  # babel's own mapping
    found = {
        name.lower().rstrip("."): int(number)
        for width in widths
        for context in ("format", "stand-alone")
        for number, name in table[context][width].items()
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


def alternation(names: Iterable[str]) -> str:
    """A pattern of all names, the longest first, so that 'sept' does not stop at 'sep'."""
    return "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))


FULL_MONTHS = month_names("en", "wide")
MONTHS = FULL_MONTHS | month_names("en", "abbreviated") | month_names("en_GB", "abbreviated")  # which has 'Sept'
SHORT_MONTHS = tuple(name.title() for name in month_names("en", "abbreviated"))
"""'Jan' to 'Dec'."""
WEEKDAYS = weekday_names("en", "wide")


def short_month(when: date) -> str:
    """'Sep 2024'"""
    return f"{SHORT_MONTHS[when.month - 1]} {when.year}"


def short_day(when: date) -> str:
    """'27 Sep 2024'"""
    return f"{when.day} {short_month(when)}"
