"""Objects of Notion's programming interface: pages whose properties each say of what type they are, and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.shapes import key_of

_DEEP = 6  # levels of blocks inside blocks
_MOST_BLOCKS = 5000
_OF_THE_NOTE = ("created_time", "last_edited_time", "created_by", "last_edited_by", "unique_id", "formula", "relation")
"""Types of properties that tell of the note and not of what was written into it."""
_BESIDE = frozenset("image video file pdf bookmark embed link_preview audio unsupported child_page".split())
"""Blocks that are no text, but a caption perhaps."""


def notion_record(document: Any) -> dict[str, Any] | None:
    """The record of a page as Notion's interface gives it, by itself or with its blocks under ``children``, ``blocks``
    or ``content``; ``None`` for any other object."""
    if not isinstance(document, Mapping) or not isinstance(properties := document.get("properties"), Mapping):
        return None
    typed = {str(n): v for n, v in properties.items() if isinstance(v, Mapping) and isinstance(v.get("type"), str)}
    if not typed or len(typed) < len(properties) or not (document.get("object") == "page" or _has_title(typed)):
        return None
    record: dict[str, Any] = {}
    for name, value in typed.items():
        kind = value["type"]
        if kind not in _OF_THE_NOTE and (plain := _plain(value.get(kind))) not in (None, "", []):
            own = "title" if kind == "title" else "authors" if kind == "people" and not _is_known(name) else name
            record.setdefault(own, plain)
    blocks = next((found for n in ("children", "blocks", "content") if (found := document.get(n))), None)
    if text := "\n\n".join(_texts(blocks, 0)):
        record["text"] = text
    record.setdefault("url", document.get("public_url"))
    record["id"] = document.get("id")
    if document.get("archived") is True or document.get("in_trash") is True:
        record["status"] = "trash"
    return record


def _has_title(typed: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(value["type"] == "title" for value in typed.values())


def _is_known(name: str) -> bool:
    return any(key_of(name) in keys for keys in KEYS.values())


def _plain(value: Any) -> Any:
    """What a property holds: the words of rich text, the names of persons and options, the start of a date."""
    if isinstance(value, list):
        words = [str(piece["plain_text"]) for piece in value if isinstance(piece, Mapping) and "plain_text" in piece]
        if words:
            return "".join(words)
        return [name for item in value if isinstance(item, Mapping) and isinstance(name := item.get("name"), str)]
    if isinstance(value, Mapping):
        return value.get("start") or value.get("name")
    return value


def _texts(blocks: Any, depth: int) -> Iterator[str]:
    """The paragraphs of blocks, those inside others behind them."""
    found = blocks.get("results") if isinstance(blocks, Mapping) else blocks
    for block in found[:_MOST_BLOCKS] if isinstance(found, list) and depth < _DEEP else ():
        kind = block.get("type") if isinstance(block, Mapping) else None
        held = block.get(kind) if isinstance(kind, str) and kind not in _BESIDE else None
        if isinstance(held, Mapping):
            words = _plain(held.get("rich_text") or held.get("text") or [])
            if isinstance(words, str) and words.strip():
                yield words
            elif isinstance(cells := held.get("cells"), list):
                yield " | ".join(str(_plain(cell) or "") for cell in cells)
            yield from _texts(block.get("children") or held.get("children"), depth + 1)
