"""Properties inside notes: lines 'key:: value' of Logseq and Dataview, '[key:: value]' in a text, links to the page
that a note was made of."""

from __future__ import annotations

import re

from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.shapes import key_of

_LINE = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?[*_]{0,2}(?P<key>[^\W\d_][\w -]{0,30})[*_]{0,2}::[*_]{0,2}"
    r"(?:[ \t]+(?P<value>[^\n]*))?$\n?",
    re.MULTILINE,
)
_INSIDE = re.compile(
    r"[\[(](?P<key>[^\W\d_][\w -]{0,30})::[ \t]*(?P<value>(?:\[\[[^\[\]\n]*\]\]|[^\[\]()\n]){1,300})[\])]"
)
_BULLET = re.compile(r"^[ \t]*-(?:[ \t]+|$)", re.MULTILINE)
_ORIGINAL = re.compile(
    r"^[ \t]*[*_>-]{0,3}[ \t]*\[(?:(?:read|view|open|see)[ \t]+)?(?:the[ \t]+)?(?:original(?:[ \t]+(?:source"
    r"|article|page|post))?|source|web[ \t]?page"
    r"|quelle|original(?:artikel|seite)|source originale|lire l['’]original|fuente|ver original|fonte|bron)\]"
    r"\((?P<url>https?://[^()\s]+)\)[*_]{0,3}[ \t]*$\n?"
    r"|^[ \t]*[*_>-]{0,3}[ \t]*(?:source|original|url|link|from|clipped from|saved from|quelle|fuente|fonte|bron"
    r"|źródło|lien|enlace)[*_]{0,3}"
    r"[ \t]*[:：][*_]{0,3}[ \t]*(?:\[[^\]\n]{0,300}\]\()?<?(?P<bare>https?://[^\s<>()]+)>?\)?[*_]{0,3}[ \t]*$\n?",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that leads to the page: '[Read Original](...)', 'Source: https://...'."""
_MOSTLY = 0.8  # of the lines of an outline are its items
_NEAR = 1500  # characters at the top and the foot of a note in which it says where it is from


def properties_inside(text: str) -> tuple[dict[str, str], str]:
    """The properties of a note, by the names of ``key_of``, and its text without them; none, and the text as it is,
    where no field of an article is among them. The items of an outline become paragraphs."""
    found: dict[str, str] = {}
    for match in (*_LINE.finditer(text), *_INSIDE.finditer(text)):
        if value := (match["value"] or "").strip():
            found.setdefault(key_of(match["key"]), value)
    if not any(name in keys for keys in KEYS.values() for name in found):
        return {}, text
    rest = _INSIDE.sub(lambda match: "" if _is_alone(match) else match["value"].strip(), _LINE.sub("", text))
    lines = [line for line in rest.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    items = sum(1 for line in lines if _BULLET.match(line))
    if lines and items >= _MOSTLY * len(lines):
        rest = re.sub(r"^[ \t]+", "", _BULLET.sub("\n", rest), flags=re.MULTILINE)
    return found, rest


def page_of_note(text: str) -> tuple[str | None, str]:
    """The address that a line at the top or the foot of a note names as its page's, and the text without that line."""
    for found in _ORIGINAL.finditer(text):
        if found.start() < _NEAR or found.end() > len(text) - _NEAR:
            return found["url"] or found["bare"], text[: found.start()] + text[found.end() :]
    return None, text


def _is_alone(found: re.Match[str]) -> bool:
    """Whether nothing else is on its line but other properties."""
    begins = found.string.rfind("\n", 0, found.start()) + 1
    ends = found.string.find("\n", found.end())
    line = found.string[begins : ends if ends >= 0 else None]
    return not re.search(r"\w", _INSIDE.sub("", line))
