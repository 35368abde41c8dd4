"""The time of day that a question names: 'What happened in the assembly at 14:30?'."""

from __future__ import annotations

import re
from datetime import time

_BEFORE = (
    r"(?:at|around|about|by|um|gegen|à|vers|om|rond|omstreeks|kl\.?|klokken|klo|klockan|a las|sobre las|às|alle"
    r"|verso le|o|około|v|ve|в)"
)
_CLOCK = re.compile(
    rf"\b{_BEFORE} (?P<h>[01]?\d|2[0-4])(?:[:.h](?P<mi>[0-5]\d))?(?: ?(?P<half>[ap])\.?m\b\.?)?"
    r"(?P<uhr> ?(?:Uhr|heures?|h)\b)?"
    r"(?![\d.,]?\d|:\d| ?%| (?:million|billion|percent|degrees|years?|months?|points?|euros?|dollars?|pounds?)\b)"
    rf"|\b{_BEFORE} (?P<word>noon|midday|midnight|Mittag|Mitternacht|midi|minuit|mediodía|medianoche)\b",
    re.IGNORECASE,
)
_NOON = ("noon", "midday", "mittag", "midi", "mediodía")


def asked_clock(question: str) -> time | None:
    """The time of day that a question binds to: 'at 14:30', 'at 2.30 pm', 'um 14 Uhr', 'at noon'."""
    found = clock_words(question)
    if found is None:
        return None
    if word := found["word"]:
        return time(12 if word.lower() in _NOON else 0)
    hour = int(found["h"]) % 24
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    return time(hour, int(found["mi"] or 0))


def clock_words(question: str) -> re.Match[str] | None:
    """Where a question names that time. An hour alone is one only with 'pm', 'Uhr' or the like: 'at 14' is an age."""
    return next((m for m in _CLOCK.finditer(question) if m["word"] or m["mi"] or m["half"] or m["uhr"]), None)
