"""What a text begins with before its first sentence: the place, the agency, the day."""

from __future__ import annotations

import re
from itertools import islice

from rag.text.reading.detection import detected_language
from rag.text.timex import stamps
from rag.types import When

DATELINE = re.compile(
    r"^(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ .,'’/-]{2,40}?)"
    r"(?:,\s+(?:[A-Z][a-z]+\.?(?:\s+\d{1,2}){0,2}|\d{1,2}\s+[A-Z][a-z]+\.?))?(?:,?\s+\d{4})?"
    r"\s*(?:\((?P<agency>[A-Z][\w&.' ]{1,40})\))?\s*(?:--|[-–—])\s+(?=\S)"
)
"""What a paragraph begins with like 'BEIRUT (Northway Wire) - '."""
_NAMED_DAY = (
    r"\d{1,2}\.? ?(?:\d{1,2}\.|(?:de |of )?[^\W\d_]{3,12}\.?,?) ?(?:de )?\d{4}|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d"
    r"|[^\W\d_a-z][^\W\d_A-Z]{2,8}\.? \d{1,2},? \d{4}|\d{4}年\d{1,2}月\d{1,2}日"
)
_IN_PLACE = (
    r"(?!(?i:seit|nach|since|from|until|after|before|depuis|desde|stand|posted|updated|published|erschienen|aktualisiert"
    r"|veröffentlicht)\b)[^\W\d_a-z](?:[^\d\n.!?]|(?<=\b(?i:St))\.|(?<=[A-Z])\.(?=[A-Z,])){1,60}?"
    r"(?:,\s*|\s[-–—]{1,2}\s|(?<=\w{4})\s(?=\d{1,2}\.))(?:[^\W\d_]{3,12},\s*)?(?:(?:den|le|el|dne|dnia|il|li|am)\s)?"
)
_OPENING = re.compile(
    rf"\W{{0,3}}(?:[A-ZÄÖÜ][\w-]+(?: \w+)? (?:vom|of|from|du|del|dal) |{_IN_PLACE}|[\u3400-\u9fff]{{2,12}}[，、,\s]*)?"
    rf"(?P<day>{_NAMED_DAY})(?:\s[rг]\.|\sг(?=\W))?(?:,\s[^\W\d_a-z][^\d\n.!?,]{{2,30}}?)?"
    rf"[\s.]{{0,3}}(?=[-–—|:„“”\"«»()/（）】讯電电])"
)
_ROWS = 3  # rows of a text in which it may begin with its day


def opening_day(body: str, language: str | None = None) -> When:
    """The day with which one of the first paragraphs begins: '27.1.2022 - ...', 'Press release of 25 January 2022 |',
    'OSLO, March 12, 2024 (Newswire) --'. Its month is one of the text's language, ``language`` or as detected."""
    for row in islice((row for row in body.split("\n") if row.strip()), _ROWS):
        if found := _OPENING.match(row[:140]):
            language = language or detected_language(body)
            if when := stamps.parse_stamp(found["day"], language=language):
                return when
    return None


def dateline(text: str) -> re.Match[str] | None:
    """The ``DATELINE`` of a paragraph, where its place is more than initials."""
    match = DATELINE.match(text)
    return match if match and sum(c.isalpha() for c in match["place"]) >= 3 else None
