"""Live blogs in records: an article whose text is a list of entries, each with its time.

The Guardian's API has ``blocks.body``, JSON-LD ``liveBlogUpdate``; publishing systems have ``updates`` or ``posts`` in
a record that calls itself live.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rag.ingest.encoding import one_line
from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.shapes import key_of, stated_day
from rag.ingest.html.fragment import fragment_text
from rag.text.timex import stamps
from rag.text.timex.names import entry_label
from rag.types import day

_LIVE = ("liveblogupdate", "liveblogupdates", "liveupdates", "liveblog", "liveblogposts", "liveposts", "liveentries")
_IF_LIVE = ("updates", "entries", "posts", "items", "blocks", "timeline")  # of a record that says that it is live
_KINDS = ("@type", "type", "kind", "format", "layout", "design", "articletype", "contenttype")
_TEXTS = ("bodyhtml", "articlebody", "html", "body", "text", "content", "bodytextsummary", "summary", "message")
_HEADS = ("title", "headline", "heading", "name")
_TIMES = ("firstpublisheddate", "publisheddate", "datepublished", "time", *KEYS["published"], "createddate")
_MOST_ENTRIES = 2000


def has_entries(record: Any) -> bool:
    """Whether the text of a record is a list of entries with their times."""
    return isinstance(record, Mapping) and bool(_entries(record))


def text_of_entries(record: Mapping[str, Any]) -> str | None:
    """The text of such a record, its paragraphs apart by an empty line: '14:05 – The doors are open'. An entry alone
    is an article's whole text, without a time. ``None`` for any other record."""
    entries = _entries(record)
    if len(entries) < 2:
        return entries[0][2] if entries else None
    moments = [moment for moment, _, _ in entries if moment]
    of_page = day(min(moments, key=lambda moment: moment.replace(tzinfo=None))) if moments else None
    lines = []
    for moment, headline, text in entries:
        clock = f"{entry_label(moment, of_page)} – " if moment else ""
        lines.append(f"{clock}{headline}\n\n{text}" if headline else f"{clock}{text}")
    return "\n\n".join(lines)


def _entries(record: Mapping[str, Any]) -> list[tuple[datetime | None, str, str]]:
    """Each entry's time, headline and text."""
    for inside in _lists(record):
        told = [_entry({key_of(str(n)): v for n, v in one.items()}) for one in inside if isinstance(one, Mapping)]
        found = [entry for entry in told if entry[2]]
        if found and len(told) == len(inside) and all(moment for moment, _, _ in found):
            return found
    return []


def _lists(record: Mapping[str, Any]) -> list[list[Any]]:
    named = {key_of(str(name)): value for name, value in record.items()}
    live = any("live" in str(named.get(key_of(kind))).lower() for kind in _KINDS)
    blocks = named.get("blocks")
    found = [blocks.get("body")] if isinstance(blocks, Mapping) else []
    found += [named.get(name) for name in (*_LIVE, *(_IF_LIVE if live else ()))]
    found = [[value] if isinstance(value, Mapping) else value for value in found]
    return [value[:_MOST_ENTRIES] for value in found if isinstance(value, list)]


def _entry(named: Mapping[str, Any]) -> tuple[datetime | None, str, str]:
    stated = (stamps.parse_stamp(str(stated_day(named[key]))[:60]) for key in _TIMES if named.get(key))
    moment = next((when for when in stated if isinstance(when, datetime)), None)
    head = next((one_line(named[key]) for key in _HEADS if isinstance(named.get(key), str)), "")
    text = next((named[key] for key in _TEXTS if isinstance(named.get(key), str) and named[key].strip()), "")
    return moment, head, fragment_text(text)
