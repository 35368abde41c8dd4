"""Lists of addresses that services export: Pocket, Instapaper, Raindrop, Readwise's Reader, Pinboard, browsers'
bookmarks, Google Takeout, Media Cloud and GDELT. Named itself, such a file gives its addresses; nothing else of it is
an article."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rag.ingest.encoding import decode
from rag.ingest.web.urls import is_web

MAX_LIST_ADDRESSES = 5000
"""Addresses that one list may hold; a longer one is no reading list."""

_MOST = 8 << 20  # bytes
_LISTS = (
    {"title", "url", "time_added", "tags", "status"},  # Pocket
    {"url", "title", "selection", "folder", "timestamp"},  # Instapaper
    {"id", "title", "excerpt", "url", "folder", "created", "cover", "favorite"},  # Raindrop
    {"title", "url", "id", "saved date", "location"},  # Readwise Reader
    {"title", "note", "url"},  # Google Takeout, Saved
    {"stories_id", "title", "url", "media_name"},  # Media Cloud
    {"id", "publish_date", "title", "url", "media_name"},
    {"url", "mobileurl", "date", "title"},  # GDELT
)
"""The columns that tell the tables of these services, in lower case."""
_TEXTS = frozenset("text body content article full_text story maintext article_text".split())
_BOOKMARKS = re.compile(r"\s*(?:<!doctype netscape-bookmark|.{0,600}<title>\s*Pocket Export\s*</title>)", re.I | re.S)
_CLUES = {
    **dict.fromkeys((".html", ".htm"), (b"netscape-bookmark", b"pocket export")),
    ".json": (b'"seendate"', b'"toread"', b'"text/x-moz-place"', b'"bookmark_bar"'),
}
"""Words that a list of this kind begins with: any other page is told by them, before all of it is decoded."""
_CLUES_WITHIN = 80_000  # bytes
_LINK = re.compile(r"<a\b[^>]{0,500}?\bhref\s*=\s*[\"']([^\"']{1,2000})[\"']", re.IGNORECASE)


def reading_list(ending: str, data: bytes) -> list[str] | None:
    """The addresses of a list by the ending of its file, in its order; ``None`` for any other file."""
    if len(data) > _MOST or ending not in (".csv", ".html", ".htm", ".json"):
        return None
    start = data[:_CLUES_WITHIN].lower()
    if ending in _CLUES and b"\0" not in start and not any(clue in start for clue in _CLUES[ending]):
        return None
    text = decode(data)
    if text is None:
        return None
    found = _of_table(text) if ending == ".csv" else _of_json(text) if ending == ".json" else _of_bookmarks(text)
    listed = list(dict.fromkeys(address.strip() for address in found if is_web(address.strip())))
    return listed if 0 < len(listed) <= MAX_LIST_ADDRESSES else None


def _of_table(text: str) -> list[str]:
    first = next(iter(text.lstrip("\ufeff").splitlines()), "")
    columns = [name.strip().strip('"').lower() for name in first.split(",")]
    if not _TEXTS.isdisjoint(columns) or not any(names <= set(columns) for names in _LISTS):
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")))
    except csv.Error:
        return []
    named = next((name for name in rows[0] if name and name.strip().lower() == "url"), None) if rows else None
    return [row[named] or "" for row in rows] if named else []


def _of_bookmarks(text: str) -> Iterable[str]:
    return map(html.unescape, _LINK.findall(text)) if _BOOKMARKS.match(text[:2000]) else ()


def _of_json(text: str) -> list[str]:
    """The list of articles that GDELT's search gives: addresses, titles and when they were seen; or the bookmarks of
    Pinboard, Firefox or Chrome."""
    try:
        document = json.loads(text.lstrip("\ufeff"))
        if '"seendate"' not in text[:20_000]:
            return list(_bookmarked(document))
        return [item["url"] for item in document["articles"] if "text" not in item and "content" not in item]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def _bookmarked(document: Any) -> Iterator[str]:
    """The addresses in bookmarks, folder by folder."""
    if isinstance(document, list):
        yield from (address for inner in document for address in _bookmarked(inner))
    elif isinstance(document, dict):
        named = document.get("href") or document.get("uri") or (document.get("type") == "url" and document.get("url"))
        yield from [named] if isinstance(named, str) else []
        yield from _bookmarked([inner for inner in document.values() if isinstance(inner, list | dict)])
