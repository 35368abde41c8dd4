"""Zones of time as dates print them: '+02:00', 'EDT', 'Eastern Time'."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rag.text.timex.names import alternation

_ZONE_HOURS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "WAT": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "SAST": 2, "CAT": 2, "EEST": 3, "EAT": 3, "GST": 4, "WIB": 7, "ICT": 7, "AWST": 8, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "ART": -3, "BRT": -3,
}  # fmt: skip
"""Names that state their hours."""
_PLACES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "MSK": "Europe/Moscow", "TRT": "Europe/Istanbul", "PKT": "Asia/Karachi", "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong", "PHT": "Asia/Manila", "JST": "Asia/Tokyo", "KST": "Asia/Seoul",
}  # fmt: skip
"""Names that mean the clock of a place, whatever its hours on the day."""
ZONE = (
    r"(?P<z>(?:GMT|UTC)\s?[+-]\s?\d{1,2}(?::?\d\d)?|[+-]\d\d:?\d\d"
    r"|(?:Eastern|Central|Mountain|Pacific)(?:\sStandard|\sDaylight)?\sTime"
    # IST is India, Israel or Ireland: read as a zone, kept as unknown
    rf"|(?:{alternation([*_ZONE_HOURS, *_PLACES, 'IST'])})\b)"
)
"""A pattern of them."""


def zone_named(name: str | None, on: date) -> tzinfo | None:
    """The zone that a name or an offset means on a day; ``None`` for an unknown one."""
    if not name:
        return None
    offset = re.fullmatch(r"(?:GMT|UTC)?\s?([+-])\s?(\d{1,2}):?(\d\d)?", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes > 14 * 60:
            return None
        return _offset(minutes if offset[1] == "+" else -minutes)
    words = name.upper().split()
    short = "".join(word[0] for word in words) if len(words) > 1 else words[0]  # 'EDT' for 'Eastern Daylight Time'
    if short in _ZONE_HOURS:
        return _offset(_ZONE_HOURS[short] * 60)
    place = _PLACES.get(short)
    try:
        there = ZoneInfo(place).utcoffset(datetime(on.year, on.month, on.day, 12)) if place else None
    except ZoneInfoNotFoundError:  # a system without a zone database
        return None
    return timezone(there) if there is not None else None


def _offset(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC
