"""Names of months, weekdays and languages in lower case and without a dot, from the locale data of babel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from babel import Locale

Width = Literal["wide", "abbreviated"]


def calendar_names(locale: str, kind: Literal["months", "days"], *widths: Width) -> dict[str, int]:
    """Name -> number of each width, as names stand alone and within a date: months 1 to 12, days 0 (Monday) to 6."""
    table = getattr(Locale.parse(locale), kind)
    found = {
        name.lower().rstrip("."): int(number)
        for width in widths
        for context in ("format", "stand-alone")
        for number, name in table[context][width].items()
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    return {name.lower(): code for code, name in Locale("en").languages.items() if len(code) <= 3}


def language_code(name: str) -> str | None:
    """The ISO 639 code of a language by its English name: 'en' of 'English'."""
    return _languages().get(name.lower())


def short_code(code: str) -> str:
    """The code of a language in two letters, where it has one: 'en' of 'eng', 'de' of 'ger' and 'deu'."""
    from babel.core import get_global

    found = str(get_global("language_aliases").get(code, code))
    return found if re.fullmatch(r"[a-z]{2,3}", found) else code


def alternation(names: Iterable[str]) -> str:
    """A pattern of all names, the longest first, so that 'sept' does not stop at 'sep'."""
    return "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))


FULL_MONTHS = calendar_names("en", "months", "wide")
MONTHS = (
    FULL_MONTHS | calendar_names("en", "months", "abbreviated") | calendar_names("en_GB", "months", "abbreviated")
)  # which has 'Sept'
SHORT_MONTHS = tuple(name.title() for name in calendar_names("en", "months", "abbreviated"))
"""'Jan' to 'Dec'."""
WEEKDAYS = calendar_names("en", "days", "wide")


def short_month(when: date) -> str:
    """'Sep 2024'"""
    return f"{SHORT_MONTHS[when.month - 1]} {when.year}"


def short_day(when: date) -> str:
    """'27 Sep 2024'"""
    return f"{when.day} {short_month(when)}"


def entry_label(moment: datetime, of_page: date | None) -> str:
    """'14:05', with its day where that is not the page's."""
    clock = f"{moment:%H:%M}"
    return clock if of_page in (None, moment.date()) else f"{short_day(moment)}, {clock}"
