"""An embargo that is printed above a text, as agencies and press offices write it, and when it ends."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from rag.ingest.encoding import one_line
from rag.ingest.page import LeftOut, Page, embargo_not_understood
from rag.text.timex.machine import parse_stamp_ahead
from rag.text.timex.zones import ZONE
from rag.types import When, day

_CLOCK = re.compile(
    r"(?:\bat\s+|\bum\s+|\bà\s+|\ba las\s+|\balle\s+|\bkl\.?\s*)?"
    r"(?:(?P<word>noon|midday|midnight)|(?P<h>[0-2]?\d)(?:[:.h](?P<m>[0-5]\d))\s*(?P<half>[ap]\.?\s?m\b\.?)?"
    r"|(?P<hour>1?\d)\s*(?P<of>[ap]\.?\s?m\b\.?)"
    r"|(?P<hh>[0-2]\d)(?P<mm>[0-5]\d)(?=\s*(?:h\b|hrs|hours|GMT|UTC|BST|[CEMP][DES]?T\b))"
    r"|(?P<uhr>[0-2]?\d)\s*(?:uhr|h\b|hrs\b|hours\b|heures\b))"
    rf"\s*(?:uhr|hrs|hours|h\b)?\s*[,(]?\s*(?:{ZONE})?\s*\)?",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"\b(?:until|till|for (?:immediate )?(?:release|publication|use)|not before|strictly|on|at|from|of|the"
    r"|le|du|am|den|el|il"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thu(?:rs)?|fri|sat|sun"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|local time|london time)\b",
    re.IGNORECASE,
)
_OF_PLACE = re.compile(
    r"\(?\b(?:uk|british|london|local) time\b\)?|\bU\.?S\.?(?= (?:Eastern|Central|Mountain|Pacific))", re.IGNORECASE
)
_PRINTED = re.compile(
    r"\W*(?:(?:strictly|press|media|news|under|sous|bajo)[ :-]+){0,2}"
    r"(?:embargo(?:ed)?(?:\s+(?:notice|terms|details))?"
    r"(?:\s*[:–—-]+|\s+(?:until|till|to|for(?:\s+release)?|lifts?|ends?|expires?|hasta|fino|jusqu\S*|bis|til)\b|(?=\s+\d))"
    r"|not for (?:release|publication|broadcast|use)(?:[\w ,]{0,40}?) (?:before|until)\b"
    r"|hold(?: for release)? until\b|sperrfrist\b\s*:?|gesperrt bis\b|spärrtid\b\s*:?)\s*(?P<when>.{3,90}?)\W*",
    re.IGNORECASE,
)
_HEAD_LINES = 10
_LONGEST = 140  # characters of such a line
_LEEWAY = timedelta(days=30)  # by which a day without a year may lie before it was sent


def embargo_end(stated: str, near: When = None) -> datetime | None:
    """When an embargo is over that is stated in words ('5:00 A.M. EST, JAN. 2, 2031'); None where nobody can tell. A
    day without a year is the one next to ``near``, else to now; one without a time is over when it begins."""
    words = _OF_PLACE.sub("", one_line(stated)).strip(" .()[]")
    clock = _CLOCK.search(words)
    midnight = clock is not None and (clock["word"] or "").lower() == "midnight"
    if not midnight and isinstance(whole := parse_stamp_ahead(words), datetime):
        return whole
    rest = words if clock is None else f"{words[: clock.start()]} {words[clock.end() :]}"
    on = _day_in(_FILLERS.sub(" ", rest), near)
    if on is None:
        return None
    hour, minute = _hour(clock) if clock else (0, 0)
    if hour > 23:
        return None
    zone = (clock["z"] or "") if clock else ""
    at = parse_stamp_ahead(f"{on.isoformat()} {hour:02}:{minute:02} {zone.upper() if len(zone) < 5 else zone}".strip())
    end = at if isinstance(at, datetime) else datetime(on.year, on.month, on.day, hour, minute)
    return end + timedelta(days=1) if midnight else end  # of the two midnights of a day the later one


def under_printed_embargo(page: Page) -> Page:
    """The page with the embargo that a line above its text, or its headline, states. Raises ``LeftOut`` where that line
    stands alone and names an end that nobody can tell."""
    if page.embargo:
        return page
    title = re.split(r"\s+[|–—-]+\s+|:\s+", page.title or "")
    lines = [line.strip() for line in page.text[:4000].split("\n") if line.strip()][:_HEAD_LINES]
    for line in [page.title or "", title[0], *lines]:
        found = _PRINTED.fullmatch(line) if len(line) <= _LONGEST else None
        if not found:
            continue
        if end := embargo_end(found["when"], page.published):
            text = (
                page.text if page.places else re.sub(rf"(?m)^[ \t]*{re.escape(line)}[ \t]*$\n?", "", page.text, count=1)
            )
            return replace(page, text=text if text.strip() else page.text, embargo=end)
        if line.isupper() and re.search(r"\d", line) and not page.url:
            raise LeftOut(embargo_not_understood(line))
    return page


def _day_in(words: str, near: When) -> date | None:
    """The day that is all that words name."""
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", one_line(words).strip(" ,.;:/()-–—"))
    words = re.sub(r"\s+([,.])|,\s*,", r"\1", words).strip(" ,.")
    if found := day(parse_stamp_ahead(words)):
        return found
    sent = day(near) or datetime.now(UTC).date()
    for year in (sent.year, sent.year + 1):
        on = day(parse_stamp_ahead(f"{words} {year}")) or day(parse_stamp_ahead(f"{words}, {year}"))
        if on and on >= sent - _LEEWAY:
            return on
    return None


def _hour(clock: re.Match[str]) -> tuple[int, int]:
    if clock["word"]:
        return (0 if clock["word"].lower() == "midnight" else 12), 0
    hour = int(clock["h"] or clock["hour"] or clock["hh"] or clock["uhr"])
    minute = int(clock["m"] or clock["mm"] or 0)
    half = (clock["half"] or clock["of"] or "").lower()[:1]
    return (hour % 12 + 12 * (half == "p") if half else hour), minute
