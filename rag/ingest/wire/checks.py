"""What an agency says of an item beside its text: its status, its embargo, its version; or that it holds no text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.ingest.dispatches.marks import bare_title
from rag.ingest.dispatches.story import story_in_prose
from rag.ingest.encoding import one_line
from rag.ingest.page import Page, Withdrawal, Wrong, embargo_not_understood
from rag.ingest.wire.markup import said_at
from rag.ingest.wire.nitf import when_wired
from rag.types import When

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WITHDRAWN = {
    "canceled": "canceled", "cancelled": "canceled", "withheld": "withheld", "withdrawn": "withdrawn",
    "killed": "killed", "kill": "killed",
}  # fmt: skip
_SHOUTED = re.compile(r"(?<![\w'’-])[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’-]{2,}[A-ZÀ-ÖØ-Þ](?![\w'’-])")
UNTOLD_CORRECTION = "Correction"
"""What is told of a correction that says nowhere what it mends."""
MAX_NOTICE = 300  # characters


def withdrawal(
    origin: str, status: str, name: str, *, version: int | None = None, at: When = None, notice: str = ""
) -> Withdrawal | None:
    """What a status that is none of an article that is out says of the one under a name; ``None`` for 'usable'.

    Raises ``Wrong`` where it does not say of which.
    """
    why = _WITHDRAWN.get(status.lower())
    if why is None:
        return None
    if not name:
        raise Wrong(f"was {why} by its provider, and has no identifier; remove it by its id: rag list, rag remove")
    return Withdrawal(origin, name, why, version, at, notice=one_line(notice)[:MAX_NOTICE] or None)


def without_notes(page: Page) -> Page:
    """The page without what its agency says to editors in its text and its headline: of a correction what it mends is
    kept. Whom a credit at the end names wrote it, where there is no byline."""
    told = story_in_prose(page.title or "", page.text)
    stated = page.correction if page.correction != UNTOLD_CORRECTION else None
    return replace(
        page,
        title=bare_title(page.title) if page.title else None,
        text="\n\n".join(told.body) or page.text,
        authors=tuple(map(_in_usual_case, page.authors or told.authors)),
        correction=stated or (told.correction or "")[:MAX_NOTICE] or page.correction,
    )


def _in_usual_case(name: str) -> str:
    """A name that an agency sets in capitals, or of which it does so with the surname; initials stay."""
    if " " not in name:
        return name
    return name.title() if name.isupper() else _SHOUTED.sub(lambda word: word[0].title(), name)


def embargo_of(stated: str, *, required: bool = False) -> When:
    """Until when an item may not be told, also in time to come; ``None`` where that is not said.

    Raises ``Wrong`` where it is said and not understood, or ``required`` and not said: what nobody knows the end of
    is not told.
    """
    until = when_wired(stated, ahead=True)
    if until is None and (required or re.search(r"[1-9a-z]", stated, re.IGNORECASE)):
        raise Wrong(embargo_not_understood(stated))
    return until


def refuse_empty(page: Page, item: Element | None = None) -> None:
    if page.text.strip():
        if not page.title:
            raise Wrong("no headline; an article needs one")
        return
    elsewhere = said_at(item, "href", "contentset", "remotecontent")
    where = f"; it is at {elsewhere}" if elsewhere else ""
    raise Wrong(f"no text in it{where}")
