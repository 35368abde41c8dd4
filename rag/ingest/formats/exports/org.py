"""Files of Emacs' Org mode: one article under '#+TITLE:', or one under each heading that has properties of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.ingest.encoding import clean, decode
from rag.ingest.formats.markdown import OF_A_NOTE, article_in
from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.shapes import key_of
from rag.ingest.page import Page, Withdrawal, failed
from rag.ingest.web.urls import is_web
from rag.types import ReportItem

_KEYWORD = re.compile(r"^[ \t]*#\+(?P<key>[A-Za-z][\w-]*):[ \t]*(?P<value>[^\n]*)\n?", re.MULTILINE)
_DRAWER = re.compile(
    r"^[ \t]*:(?P<name>[A-Za-z][\w-]*):[ \t]*\n(?P<held>.*?)^[ \t]*:END:[ \t]*(?:\n|\Z)", re.M | re.S | re.I
)
_PROPERTY = re.compile(r"^[ \t]*:(?P<key>[\w-]+)\+?:[ \t]+(?P<value>[^\n]+)$", re.MULTILINE)
_DROPPED = re.compile(
    r"^[ \t]*#\+begin_(?P<kind>comment|export)\b.*?^[ \t]*#\+end_(?P=kind)[^\n]*\n?"
    r"|^[ \t]*(?:#(?:[ \t][^\n]*)?|#\+(?!begin_|end_)[^\n]*|#\+(?:begin|end)_(?!src|example)\w+[^\n]*"
    r"|(?:CLOSED|SCHEDULED|DEADLINE):[^\n]*)(?:\n|\Z)|^\[fn:[^\]\n]+\][^\n]*(?:\n(?![ \t]*\n|\*|\[fn:)[^\n]+)*\n?",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
"""What is not for readers: comments, settings, planning, the texts of footnotes."""
_FENCE = re.compile(r"^[ \t]*#\+(?:begin|end)_(?:src|example)[^\n]*$", re.IGNORECASE | re.MULTILINE)
_HEADING = re.compile(
    r"^(?P<stars>\*{1,6})[ \t]+(?:(?P<state>TODO|DONE|NEXT|WAIT(?:ING)?|HOLD|DRAFT"
    r"|CANCELL?ED)[ \t]+)?(?:\[#\w\][ \t]+)?"
    r"(?P<title>[^\n]*?)(?:[ \t]+:[\w@#%:]+:)?[ \t]*$",
    re.MULTILINE,
)
_NOT_SHOWN = re.compile(
    r"^(?P<stars>\*+)[ \t]+(?:COMMENT\b|[^\n]*:(?i:noexport|nopublish|private|archive):(?:[\w@#%]+:)*[ \t]*$)"
    r"[^\n]*(?:\n(?!\*+[ \t])[^\n]*|\n(?P=stars)\*+[ \t][^\n]*)*\n?",
    re.MULTILINE,
)
"""What is under a heading that Org leaves out of what it publishes, with the headings below it."""
_IMAGE = re.compile(r"\[\[[^\[\]\n]+\.(?:png|jpe?g|gif|svg|webp)\]\]", re.IGNORECASE)
_LINK = re.compile(r"\[\[(?P<to>[^\[\]\n]+)\](?:\[(?P<shown>[^\[\]\n]+)\])?\]")
_NOTE_MARK = re.compile(r"[ ]?\[fn:[^\]\n]*\]")
_EMPHASIS = re.compile(r"(?<![^\s({'\"“‘—-])([*/_=~+])(?=\S)([^\n]*?\S)\1(?![^\s.,;:!?'\")}”’—\[-])")
_MOMENT = re.compile(r"[<\[](\d{4}-\d\d-\d\d)(?:[ ]+[^\W\d]+\.?)?(?:[ ]+(\d{1,2}:\d\d))?[^>\]]*[>\]]")


def read_org(origin: str, data: bytes, charset: str | None = None) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a file; under ``origin`` with '#item 2' where there are several."""
    decoded = decode(data, charset)
    if decoded is None:
        yield failed(origin, "not text but binary data; save what it shows as .org or .txt")
        return
    text = _NOT_SHOWN.sub("", clean(decoded))
    parts = [part for part in _under_headings(text) if _knows(_properties(part))]
    if len(parts) > 1 or (len(parts) == 1 and not re.search(r"^[ \t]*#\+title:", text, re.IGNORECASE | re.MULTILINE)):
        for number, part in enumerate(parts, 1):
            yield from _article(f"{origin}#item {number}" if len(parts) > 1 else origin, part)
    else:
        yield from _article(origin, text)


def _under_headings(text: str) -> list[str]:
    """What is under each heading of the first level, with the heading."""
    starts = [found.start() for found in _HEADING.finditer(text) if found["stars"] == "*"]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=False)]


def _properties(text: str) -> dict[str, str]:
    """The properties in the first drawer of a file or below a heading, if it is at its top."""
    drawer = _DRAWER.search(text)
    above = text[: drawer.start()] if drawer else ""
    if drawer is None or drawer["name"].upper() != "PROPERTIES" or len([r for r in above.split("\n") if r.strip()]) > 2:
        return {}
    found = ((key_of(one["key"]), _value(one["value"])) for one in _PROPERTY.finditer(drawer["held"]))
    return {name: value for name, value in found if name not in OF_A_NOTE}


def _knows(properties: dict[str, str]) -> bool:
    """Whether a field of an article is among them that no note has by itself."""
    return any(name in KEYS[field] for field in ("published", "url", "source", "authors") for name in properties)


def _article(origin: str, text: str) -> Iterator[Page | ReportItem | Withdrawal]:
    fields: dict[str, str] = {}
    for found in _KEYWORD.finditer(text):
        if value := _value(found["value"]):
            fields.setdefault(key_of(found["key"].lower().removeprefix("hugo_")), value)
    fields = _properties(text) | fields
    first = _HEADING.search(text)
    if first and first["state"] == "DRAFT" and "title" not in fields:
        fields["draft"] = "true"
    yield from article_in(origin, {k: v for k, v in fields.items() if k != "id"}, _as_markdown(text))


def _value(text: str) -> str:
    """A value with the day of a time stamp as it is written elsewhere, and what links show."""
    return _LINK.sub(_shown, _MOMENT.sub(lambda m: f"{m[1]} {m[2]}" if m[2] else m[1], text)).strip()


def _shown(found: re.Match[str]) -> str:
    return found["shown"] or found["to"]


def _linked(found: re.Match[str]) -> str:
    """A link to a page as Markdown has it; of any other what it shows."""
    return f"[{found['shown']}](<{found['to']}>)" if found["shown"] and is_web(found["to"]) else _shown(found)


def _as_markdown(text: str) -> str:
    """Headings, links, emphasis and code as Markdown has them, without what is not for readers."""
    text = _NOTE_MARK.sub("", _IMAGE.sub("", _DROPPED.sub("", _DRAWER.sub("", text))))
    text = _EMPHASIS.sub(r"\2", _LINK.sub(_linked, _FENCE.sub("```", text)))
    text = re.sub(r"^[ \t]*\|[-+]+\|[ \t]*$", lambda rule: rule[0].replace("+", "|"), text, flags=re.MULTILINE)
    return _HEADING.sub(lambda found: f"\n{'#' * len(found['stars'])} {found['title']}\n", text)
