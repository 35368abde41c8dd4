"""Which of two versions of an article counts where one of them waits for its time or was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time

from rag.ingest.page import Withdrawal
from rag.text.timex import stamps
from rag.types import Article, Withdrawn

MAX_CORRECTION = 1_000
"""Characters of a paragraph that is a note on a correction, and no article about one."""


def withdrawn_of(name: str, gone: Withdrawal, now: datetime) -> Withdrawn:
    """What is stored of a withdrawal. Without a time of its own it counts from now."""
    at = gone.at or now
    moment = at if isinstance(at, datetime) else datetime.combine(at, time())
    return Withdrawn(name, gone.why, moment, gone.version, gone.notice)


def later_than(article: Article, gone: Withdrawn) -> bool:
    """Whether an article surely came out after it was taken back: by its provider's numbers, else by its times."""
    if article.version is not None and gone.version is not None:
        return article.version > gone.version
    updated = article.updated
    return updated is not None and stamps.earlier(gone.at, updated)


def replaces(article: Article, digest: str, held: Article, held_digest: str) -> bool:
    """Whether what waits under an article's name has nothing left to say once the article is out."""
    if digest == held_digest:
        return True
    if article.version is not None and held.version is not None:
        return article.version >= held.version
    return bool(article.updated and held.updated and not stamps.earlier(article.updated, held.updated))


def correction_in(article: Article) -> str | None:
    """The paragraph in which an article says what it had wrong, as one line; None where none begins like that."""
    from rag.ingest.html.body import CORRECTS

    notes = (part for part in article.body.split("\n\n") if CORRECTS.match(part) and len(part) <= MAX_CORRECTION)
    found = next(notes, None)
    return " ".join(found.split()).lstrip("•·*–— ") if found and " " in found.strip() else None


def embargo_words(article: Article) -> str:
    """'embargoed until 2024-09-28 06:00 UTC'"""
    until = article.embargo
    if not isinstance(until, datetime):
        return f"embargoed until {until}"
    zone = until.tzinfo or UTC
    return f"embargoed until {until:%Y-%m-%d %H:%M} {zone.tzname(until) or 'UTC'}"
