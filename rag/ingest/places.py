"""Where in its source a text stands: 'page 3' from one offset on, 'page 5' from another. Kept while the text is cut."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.types import Places

_AHEAD = 20_000  # characters in which the next paragraph is looked for; more lies between two articles of one text


def joined_paragraphs(paragraphs: Iterable[tuple[str, Places]]) -> tuple[str, Places]:
    """Paragraphs as one text with blank lines between, with the places in it."""
    texts: list[str] = []
    places: list[tuple[int, str]] = []
    at = 0
    for text, inside in paragraphs:
        places += [(at + offset, name) for offset, name in inside if not places or places[-1][1] != name]
        texts.append(text)
        at += len(text) + 2
    return "\n\n".join(texts), tuple(places)


def carried_places(places: Places, text: str, body: str) -> Places:
    """The places of ``body``, whose lines are lines of ``text`` in their order, maybe not all of them.

    >>> carried_places(((0, "page 1"), (7, "page 2")), "Head\\n\\nA b c\\n\\nd", "A b c\\n\\nd")
    ((0, 'page 1'), (2, 'page 2'))
    """
    if not places:
        return ()
    found: list[tuple[int, str]] = []
    at = 0
    for line in re.finditer(r"[^\n]+", body):
        there = text.find(line[0], at, at + len(line[0]) + _AHEAD)
        if there < 0 and (there := text.find(line[0])) < 0:
            continue
        at = there + len(line[0])
        before = [name for offset, name in places if offset <= there]
        inside = [(line.start() + offset - there, name) for offset, name in places if there < offset < at]
        for offset, name in ([(line.start(), before[-1])] if before else []) + inside:
            if not found or found[-1][1] != name:
                found.append((offset if found else 0, name))
    return tuple(found)
