"""The lines by which live blogs begin an entry: a clock, also with the name of who wrote it, and headings of days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import Block
from rag.ingest.segment.bylines import byline, looks_like_name
from rag.text.timex import stamps
from rag.text.timex.labels import JOINING, month_of, weekdays_named, with_whole_clocks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ENTRY_CLOCK = re.compile(
    r"(?P<h>[01]?\d|2[0-3])(?:[:.h](?P<mi>[0-5]\d)|(?= ?[aApP]\.?[mM]))(?: ?(?P<half>[aApP])\.?[mM]\b\.?)?"
    r"(?: ?(?:Uhr|uur|h|hrs?|hs|[A-Z]{2,4})\b)?"
)
_DAY = r"(?P<day>(?:[^\W\d]{2,12}[.,]? )?\d{1,2}\.? [^\W\d]{3,10}[.,]? )?"
LEADING_CLOCK = re.compile(
    rf"[\W_]{{0,6}}{_DAY}(?:um )?{ENTRY_CLOCK.pattern}\s*(?:[:|–—-]+|\+{{2,3}})\s*(?P<rest>[\w¡¿\"“„«].*)", re.DOTALL
)
"""An entry of one line: '14:05 Uhr: ...', '2.05pm - ...'."""
GLUED_CLOCK = re.compile(rf"{ENTRY_CLOCK.pattern}(?=[A-ZÀ-Þ\"“„«])")
"""A clock in an element of its own, on a line of its own only by the page's style."""
_MINUTE = re.compile(r"(?P<minute>\d{1,3}(?:\s?\+\s?\d{1,2})?)\s?['’′]")
"""Of a match."""
_SIGNED = re.compile(rf"(?:(?i:{JOINING})\s+)?{ENTRY_CLOCK.pattern}[\s|·,/–—-]+(?P<name>\S.*)")
_JOINED = re.compile(rf"(?i:{JOINING})\s+(?={ENTRY_CLOCK.pattern}$)")
_LONGEST = 60  # characters of such a line
_NUMBER = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.|日|일)?|(?:19|20)\d\d")


def hours_of(clock: re.Match[str]) -> str | None:
    """'14:05' of a clock, also of one with twelve hours."""
    hour, half = int(clock["h"]), (clock["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{hour:02}:{clock['mi'] or '00'}"


def clock_of(block: Block) -> str | None:
    """The time of a line that is a clock and nothing else, but for the name of who wrote the entry: '14:05', '87'' of
    a match."""
    text = line_of_entry(block.text)
    if len(text) > _LONGEST:
        return None
    if minute := _MINUTE.fullmatch(text):
        return f"{minute['minute']}'"
    if clock := ENTRY_CLOCK.fullmatch(_JOINED.sub("", text)):
        return hours_of(clock)
    signed = _SIGNED.fullmatch(text)
    return hours_of(signed) if signed and _signs(signed["name"], block.element) else None


def is_clock(block: Block) -> bool:
    """Whether a line is a clock, also with its day."""
    if len(block.text) > _LONGEST:
        return False
    stamped = stamps.stamp(line_of_entry(block.text), bare_time=True)
    return bool(stamped and not stamped.rest) or clock_of(block) is not None


def is_day(text: str) -> bool:
    """Whether a line names a day and nothing else, as the heading of the entries of that day does: 'Saturday, 14
    March'."""
    words = re.findall(r"[^\s,،、]+", line_of_entry(text))
    named = [word.strip(".()（）") for word in words]
    days = [word for word in named if weekdays_named(word) or month_of(word)]
    rest = [word for word in words if word.strip(".()（）") not in days]
    numbers = [word for word in rest if _NUMBER.fullmatch(word)]
    small = re.compile(rf"(?:{JOINING}|de|of|г\.?|р\.?)", re.IGNORECASE)
    return bool(days) and len(words) <= 6 and all(word in numbers or small.fullmatch(word) for word in rest)


def line_of_entry(text: str) -> str:
    """A line without the mark of a list, its clocks with 24 hours."""
    text = one_line(text).removeprefix("- ")
    return text if text.isascii() else with_whole_clocks(text)


def _signs(name: str, element: HtmlElement) -> bool:
    """Whether what is behind a clock is a writer's name, which the markup sets apart."""
    apart = any(one_line(part.text_content()[:_LONGEST]) == name for part in element.iterdescendants())
    return byline(name) is not None or (apart and len(name.split()) > 1 and looks_like_name(name))
