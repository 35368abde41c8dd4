"""Names in a text: runs of capitalised words, which in English news are names."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.text.lexicon import STOPWORDS

PARTICLES = "al|bin|da|de|del|della|den|der|di|dos|du|el|ibn|la|le|van|von"
"""Small words within the names of persons and places, as alternatives of a pattern."""
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_WORD = (
    rf"(?:(?:[{_CAPITAL}]\.)+(?=\W|$)"  # U.S., J.
    rf"|(?:St|Ste|Mt|Ft|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Prof)\.(?= [{_CAPITAL}])"
    rf"|(?:[ae]l-)?[{_CAPITAL}]\w*(?:(?:[-.&]|['’](?!s\b))\w+)*)"
)
_JOINED = rf"(?:(?:of|&|{PARTICLES}) (?:the |der |den |de |la |los )?)?"
NAME_PATTERN = re.compile(
    rf"(?<![\w&'’])(?:(?:van|von)(?: der| den| de)? )?{_WORD}(?:\s+{_JOINED}{_WORD})*(?:, [JS]r\b)?(?:(?<=\b[JS]r)\.)?"
)
"""One name, without a possessive 's; :func:`find_names` leaves out what is none at the beginning of a sentence."""
_ENDED = re.compile(r"[.!?:][\"”’)\]]*\s+[\"“‘(]*$")


class Name(NamedTuple):
    """``text[start:end]`` of the text that it was found in, without a possessive 's."""

    start: int
    end: int
    text: str


def find_names(text: str) -> list[Name]:
    """The names of ``text`` in order. The first word of a sentence may be one too, but no common word there is.

    What joins the words of one name stays in it ('Bank of England', 'Ursula von der Leyen'), so do initials.
    """
    found: list[Name] = []
    for match in NAME_PATTERN.finditer(text):
        start, end = match.span()
        first = match[0].split(maxsplit=1)[0]
        opening = not text[:start].strip(" \"“‘('") or _ENDED.search(text, max(0, start - 8), start)
        if opening and first.lower() in STOPWORDS and not (first.isupper() and len(first) > 1):
            rest = match[0][len(first) :].lstrip()
            start = end - len(rest)
        if start < end and text[start:end].lower() not in STOPWORDS - {"us", "it"}:
            found.append(Name(start, end, text[start:end]))
    return found


def names(text: str) -> list[str]:
    """The texts of :func:`find_names`."""
    return [name.text for name in find_names(text)]


def question_names(question: str) -> list[str]:
    """:func:`names` of a question, whose first word has a capital anyway."""
    return names(question[:1].lower() + question[1:])
