"""Feeds whose end is missing: the items before the break, and what a report says of it."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from rag.errors import ReadError
from rag.ingest.encoding import one_line

_CLOSED = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_OPENED = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ENDED = re.compile(r"</(?:[\w.-]+:)?(?:rss|rdf|feed)\s*>", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,200})")
_ITEMS = re.compile(r'(?<!\\)"items"\s*:\s*\[')
_JSON_TITLE = re.compile(r'(?<!\\)"title"\s*:\s*"([^"\\]{1,200})')
_BETWEEN = re.compile(r"[\s,]*")


def before_cut(text: str) -> tuple[str, str | None]:
    """XML of a feed without the item in which it breaks off, and what is to be told of that; all of it and ``None``
    where it goes on to its end."""
    whole = list(_CLOSED.finditer(text))
    end = whole[-1].end() if whole else 0
    if _ENDED.search(text, end):
        return text, None
    opened = _OPENED.search(text, end)
    title = _TITLE.search(text, opened.start()) if opened else None
    kept = text[: opened.start()] if opened else text
    return kept, _told(len(whole), bool(opened), title[1] if title else "")


def json_before_cut(text: str) -> tuple[dict[str, Any], str]:
    """The JSON feed with the items before the place from which it cannot be read, and what is to be told of that.
    Raises ``ReadError`` where there is no whole one."""
    items: list[Any] = []
    document: dict[str, Any] = {}
    at = start.end() if (start := _ITEMS.search(text)) else 0
    try:
        document = json.loads(text[:at] + "]}")
        while text.startswith("{", at := _after_space(text, at)):
            item, at = json.JSONDecoder().raw_decode(text, at)
            items.append(item)
    except (ValueError, RecursionError):
        pass
    if not items:
        raise ReadError("not valid JSON, though it calls itself a JSON feed; tell the site, or try again later")
    opened = text.startswith("{", at)
    title = _JSON_TITLE.search(text, at) if opened else None
    return document | {"items": items}, _told(len(items), opened, title[1] if title else "")


def _after_space(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _told(whole: int, inside: bool, title: str) -> str:
    """Where a feed breaks off, and what to do."""
    name = f" ({one_line(html.unescape(title))[:60]!r})" if title.strip() else ""
    place = f"in the middle of its item {whole + 1}{name}, which is left out" if inside else f"behind its item {whole}"
    place = place if whole or inside else "before its first item"
    read = f"; the {whole} before it {'is' if whole == 1 else 'are'} read" if inside and whole else ""
    return f"the feed is broken off {place}{read}; fetch or save it again, and add that"
