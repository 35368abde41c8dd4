"""A text that somebody gives as the only source of an answer, and that is not added."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.index.schema import storable_text
from rag.types import Answer, Event, Found, Report


def text_file(text: str | Path, folder: Path) -> Path:
    """The file that a text is read from: its own path, or one written into ``folder``."""
    if isinstance(text, Path):
        return text
    file = folder / "text.txt"
    file.write_text(storable_text(text), encoding="utf-8")
    return file


def require_article(report: Report) -> None:
    """Raises ``UsageError`` with the reason where nothing in the text is an article."""
    if not any(item.article_id for item in report.items):
        reason = next((item.reason for item in report.items if item.reason), None)
        raise UsageError(reason or "there is no article in the text; give a few sentences")


def unstored(event: Event) -> Event:
    """An event over a text that is not stored: its articles have no id to be looked up by."""

    def bare(place: Any) -> Any:
        return replace(place, article=replace(place.article, id="", origin=None))

    if isinstance(event, Found):
        return replace(event, evidence=tuple(map(bare, event.evidence)), hits=tuple(map(bare, event.hits)))
    if not isinstance(event, Answer):
        return event
    places: dict[str, Any] = {
        name: tuple(map(bare, getattr(event, name))) for name in ("citations", "quotes", "hits", "evidence")
    }
    return replace(event, nearest=(), **places)
