"""Why an item of an agency is no article that is out: its status, its embargo, or that it holds no text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.ingest.page import LeftOut, Page, Wrong
from rag.ingest.wire.markup import said_at
from rag.ingest.wire.nitf import when_wired

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_UNPUBLISHED = {
    "canceled": "was canceled by its provider; to remove an earlier version: rag remove {}",
    "cancelled": "was canceled by its provider; to remove an earlier version: rag remove {}",
    "withheld": "is withheld by its provider; add it when it is usable",
}


def refuse_unpublished(status: str, name: str) -> None:
    if why := _UNPUBLISHED.get(status.lower()):
        raise LeftOut(why.format(name or "its id"))


def refuse_embargoed(stated: str, words: str) -> None:
    """Refuses what may not be told yet. A day alone is over when it begins."""
    until = when_wired(stated, ahead=True)
    now = datetime.now(UTC)
    over = until is None or (
        (until if until.tzinfo else until.replace(tzinfo=UTC)) <= now
        if isinstance(until, datetime)
        else until <= now.date()
    )
    if not over:
        raise LeftOut(f"{words} {stated}; add it again then")


def refuse_empty(page: Page, item: Element | None = None) -> None:
    if page.text.strip():
        if not page.title:
            raise Wrong("no headline; an article needs one")
        return
    elsewhere = said_at(item, "href", "contentset", "remotecontent")
    where = f"; it is at {elsewhere}" if elsewhere else ""
    raise Wrong(f"no text in it{where}")
