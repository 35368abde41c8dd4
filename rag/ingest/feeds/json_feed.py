"""JSON feeds -> entries as feedparser gives them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from rag.errors import ReadError
from rag.ingest.feeds.cut import json_before_cut


def json_feed(text: str, most: int) -> tuple[dict[str, Any], list[dict[str, Any]], bool, str | None]:
    """What the feed says of itself, at most ``most`` of its items, whether it is of an old kind (it is not), and what
    is to be told where it breaks off. Versions 1.0 and 1.1: https://www.jsonfeed.org/version/1.1/. Raises
    ``ReadError`` where it has no items."""
    broken = None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document, broken = json_before_cut(text)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise ReadError("a JSON feed without items; give the address of another feed")
    about = document | {"link": document.get("feed_url") or document.get("home_page_url"), "authors": _people(document)}
    return about, [_item(item) for item in items[:most] if isinstance(item, dict)], False, broken


def _item(item: dict[str, Any]) -> dict[str, Any]:
    given, written = item.get("id"), re.split(r"\n\s*\n", _words(item.get("content_text")))
    text = "".join(f"<p>{html.escape(p)}</p>" for p in written if p.strip())
    return {
        "id": str(given) if isinstance(given, str | int | float) else "",
        "title": item.get("title"),
        "title_detail": {"language": item.get("language")},
        "link": item.get("url"),
        "links": [{"href": item.get("external_url")}],
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "authors": _people(item),
        "summary_detail": {"type": "text/plain", "value": item.get("summary")},
        "content": [{"type": "text/html", "value": _words(item.get("content_html")) or text}],
        "tags": item.get("tags"),
    }


def _people(about: Mapping[str, Any]) -> list[Any]:
    """The authors by either version: a list, or the one of 1.0."""
    listed = about.get("authors")
    return listed if isinstance(listed, list) and listed else [about.get("author")]


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
