"""The changes of followed questions as an Atom feed (RFC 4287)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from xml.etree import ElementTree

from rag.errors import StoreError
from rag.text.sanitize import fit_for_xml
from rag.types import Change, FollowedQuestion

MAX_CHANGES_TOLD = 200
_ATOM = "http://www.w3.org/2005/Atom"
_SPACE = uuid.UUID("0b3f6a52-6a0e-4a8e-9f0e-6f0b7a1f7c11")


def atom_of_changes(followed: Sequence[FollowedQuestion]) -> str:
    """The feed: an entry a change, the newest day first, at most ``MAX_CHANGES_TOLD``; ids stay the same for ever."""
    found = [(change, f, n) for f in followed for n, change in enumerate(f.changes)]
    found.sort(key=lambda each: each[0].day, reverse=True)
    began = max((f.since for f in followed), default=datetime.fromtimestamp(0, UTC))
    newest = [_moment(change) for change, *_ in found[:1]]
    feed = ElementTree.Element("feed", {"xmlns": _ATOM})
    _add(feed, "title", "Changed answers")
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(_SPACE, 'changes')}")
    _add(feed, "updated", max([*newest, began]).isoformat())
    _add(ElementTree.SubElement(feed, "author"), "name", "rag follow")
    for change, f, n in found[:MAX_CHANGES_TOLD]:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "title", f"{f.question} {said_briefly(change)}")
        _add(entry, "id", f"urn:uuid:{uuid.uuid5(_SPACE, f'{f.since.isoformat()} {f.id} {n}')}")
        _add(entry, "updated", _moment(change).isoformat())
        _add(entry, "content", said_in_full(f.question, change), type="text")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode") + "\n"


def said_briefly(change: Change) -> str:
    """'now 15, before 12'; 'withdrawn, before 12'."""
    return (
        f"now {change.new}" * bool(change.new)
        + "withdrawn" * (not change.new)
        + f", before {change.old}" * bool(change.old)
    )


def said_in_full(question: str, change: Change) -> str:
    """Lines for a reader: the question, both values with their sentences, who says so and on which day."""
    kinds = {"corrected": "Corrected", "contested": "Another outlet differs", "withdrawn": "Withdrawn"}
    lines = [question, f"{kinds.get(change.kind, 'Now')}: {change.new or 'no article says so any more'}"]
    if change.new_quote:
        lines.append(f"  “{' '.join(change.new_quote.split())}”")
    lines.append(f"  {change.source or 'unknown outlet'}, {change.day.isoformat()} ({change.article_id})")
    if change.old:
        lines.append(f"Before: {change.old}")
    if change.old_quote:
        lines.append(f"  “{' '.join(change.old_quote.split())}”")
    return "\n".join(lines)


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a reader finds the old or the new one, never a part. Raises ``StoreError``."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"the feed {path} cannot be written: {error.strerror or error}; check the folder, or name another file"
        ) from None


def _moment(change: Change) -> datetime:
    return datetime.combine(change.day, time(), UTC)


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = fit_for_xml(text)
