"""Dates as programs write them, in feeds and exports, brought into a form that :mod:`.stamps` reads.

RFC 822 with years of two digits, zones by other names and weekdays in any language, seconds and milliseconds since
1970, and what Go prints. A person does not write so; these forms mean nothing in an article's text.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from rag.text.timex.stamps import parse_stamp
from rag.types import When

_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})|(\d{15,16})|(\d{18,19})")
"""Seconds, and thousandths, millionths and billionths of them."""
_WRAPPED = re.compile(
    r"\\?/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\\?/"  # ASP.NET
    r"|(?:pd\.|pandas\.)?(?:Timestamp|ISODate|new Date|Date|DateTime)\(\s*['\"]([^'\"]{4,40})['\"].{0,40}\)"
)
_OF_PYTHON = re.compile(r"datetime\.date(?:time)?\((\d{4}), (\d{1,2}), (\d{1,2})(?:, \d{1,2}.{0,80})?\)")
_REWRITTEN = tuple(
    (re.compile(form), plain)
    for form, plain in (
        (r"(.{10,40}?)\[[A-Z]\w+/[\w/+-]+\]", r"\1"),  # Java: 2024-05-07T09:15:00+02:00[Europe/Berlin]
        (r"\w{3} (\w{3} \d\d \d{4} [\d:]{8})(?: GMT([+-]\d{4}))?(?: \(.*\))?", r"\1 \2"),  # JavaScript
        (r"\w{3} (\w{3}) +(\d{1,2}) ([\d:]{8}) (\d{4}) ([+-]\d{4})", r"\2 \1 \4 \3 \5"),  # git
        (r"\[?(\d\d)/(\w{3})/(\d{4}):([\d:]{8})( [+-]\d{4})?\]?", r"\1 \2 \3 \4\5"),  # logs of web servers
        (r"(\d{4}):(\d\d):(\d\d) ([\d:]{8})", r"\1-\2-\3 \4"),  # pictures
        (r"(\d{4}-\d\d-\d\d)-(\d\d)\.(\d\d)\.(\d\d)(?:\.\d+)?", r"\1 \2:\3:\4"),  # Db2
        (
            r"(?:D:)?((?:19|20)\d\d)([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d)(Z|[+-]\d\d)?'?(\d\d)?'?",
            r"\1-\2-\3T\4:\5:\6\7\8",  # PDF, and databases
        ),
    )
)
"""What other programs write, and the same in a form that is read."""
_WEEKDAY = re.compile(r"^(?:[^\W\d_]{1,14}\.?|\d{1,3})\s*,\s*(?=\d)")
"""Before the day: RFC 822 has three English letters there, programs write their own language or a number."""
_SHORT_YEAR = re.compile(r"(\d{1,2}[ -][^\W\d_]{3,10}\.?[ -])(\d\d)(?=\s+\d{1,2}:\d\d|\s*$)")
_CENTURY = 50  # years from here on are of the last one: RFC 2822, section 4.3
_GO = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d{4}) [A-Z+-]\w{1,5}(?: m=\S+)?")
_ZONES = {
    "UT": "UTC", "Z": "UTC", "MET": "+0100", "MEST": "+0200", "NST": "-0330", "NDT": "-0230", "ADT": "-0300",
    "CLT": "-0400", "CLST": "-0300", "COT": "-0500", "PET": "-0500", "BOT": "-0400", "VET": "-0400", "GYT": "-0400",
    "UYT": "-0300", "CVT": "-0100", "MUT": "+0400", "GET": "+0400", "AZT": "+0400", "IRST": "+0330", "AFT": "+0430",
    "UZT": "+0500", "NPT": "+0545", "MYT": "+0800", "WITA": "+0800", "WIT": "+0900", "ACST": "+0930", "ACDT": "+1030",
    "CHST": "+1000", "ChST": "+1000", "PGT": "+1000", "FJT": "+1200", "TOT": "+1300",
}  # fmt: skip
"""Names of zones that are words in a text, and mean one zone behind a clock."""
_OF_NO_ZONE = re.compile(r"(?<=\d:\d\d)((?::\d\d(?:\.\d+)?)?)\s+\(?(?![AP]M)(?:[A-Z]{2,5}|[A-Z]\w+/[\w/+-]+)\)?$")
"""Other names behind a clock: 'AST' is a zone of America and one of Arabia."""
_ZONE = re.compile(rf"(?<=\d\s)(?:{'|'.join(_ZONES)})$")
_HOURS_ONLY = re.compile(r"(?<=\d:\d\d)((?:\.\d+)?\s?[+-]\d\d)$")  # of PostgreSQL: 06:15:00+00
_SHEETS_BEGIN = date(1899, 12, 30)
_AHEAD = 36_525  # days: as many centuries keep the meaning of a year of two digits
_LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)  # seconds of before name no news, but numbers of something else


def parse_machine_stamp(
    text: str,
    *,
    now: datetime | None = None,
    published: When = None,
    day_first: bool | None = None,
    language: str | None = None,
) -> When:
    """As :func:`rag.text.timex.stamps.parse_stamp`, of more forms; None where it names no moment or several."""
    text = text.strip()
    latest = now or datetime.now(UTC)
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1] or wrapped[2]
    if printed := _OF_PYTHON.fullmatch(text):
        text = f"{printed[1]}-{printed[2]:0>2}-{printed[3]:0>2}"
    for form, plain in _REWRITTEN:
        if written := form.fullmatch(text):
            text = written.expand(plain).strip()
    if seconds := _EPOCH.fullmatch(text):
        unit = seconds.lastindex or 1
        when = datetime.fromtimestamp(int(seconds[unit]) // 1000 ** (unit - 1), UTC)
        return when if _LONG_AGO <= when <= latest else None
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):  # days since 1900, as spreadsheets keep them
        when_kept = _SHEETS_BEGIN + timedelta(days=int(text[:5]))
        return when_kept if _LONG_AGO.date() <= when_kept <= latest.date() else None
    if re.fullmatch(r"\d{4}-(?:W\d\d-\d|\d{3})", text):  # ISO 8601: a day of a week, a day of a year
        with suppress(ValueError):
            return datetime.strptime(text, "%G-W%V-%u" if "W" in text else "%Y-%j").date()
        return None
    if written := _GO.fullmatch(text):
        text = f"{written[1]} {written[2]}"
    text = _SHORT_YEAR.sub(_whole_year, _WEEKDAY.sub("", text, count=1), count=1)
    text = _HOURS_ONLY.sub(r"\g<1>00", text)
    text = _ZONE.sub(lambda zone: _ZONES[zone[0]], text)
    for stated in dict.fromkeys((text, _OF_NO_ZONE.sub(r"\1", text))):
        if when_stated := parse_stamp(stated, now=now, published=published, day_first=day_first, language=language):
            return when_stated
    # By a clock that is set wrong, or of a local time with the zone of Greenwich.
    a_day_on = latest + timedelta(days=1)
    soon = parse_stamp(text, now=a_day_on, published=published, day_first=day_first, language=language)
    return soon if isinstance(soon, datetime) and soon.tzinfo else None


def _whole_year(found: re.Match[str]) -> str:
    year = int(found[2])
    return f"{found[1]}{year + (2000 if year < _CENTURY else 1900)}"


def parse_stamp_ahead(text: str) -> When:
    """The moment that a text names, also one that lies ahead."""
    return parse_machine_stamp(text, now=datetime.now(UTC) + timedelta(days=_AHEAD))


def still_ahead(text: str) -> bool:
    """Whether a text names a moment that is not over; a day alone is when it begins."""
    when, now = parse_stamp_ahead(text), datetime.now(UTC)
    if isinstance(when, datetime):
        return (when if when.tzinfo else when.replace(tzinfo=UTC)) > now
    return when is not None and when > now.date()
