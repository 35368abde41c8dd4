"""Answers that were kept: what they stood on, how they fare since, and what followed questions were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from rag.types.articles import Citation, iso_day

AnswerState = Literal["stands", "reworded", "corrected", "superseded", "contested", "withdrawn"]
"""How an answer fares. What it says is still said; so it is in other words or at another place; its article now says
otherwise; a newer article says otherwise; another outlet says otherwise; its article is gone or was taken back."""

STATE_WORDS: dict[AnswerState, str] = {
    "stands": "stands",
    "reworded": "stands, in other words",
    "corrected": "corrected by its article",
    "superseded": "superseded by a newer article",
    "contested": "contested by another outlet",
    "withdrawn": "withdrawn: its article is gone",
}
"""Each state, for a person."""


@dataclass(frozen=True, slots=True)
class SaidNow:
    """What is said now in place of what an answer stood on: ``quote`` is ``body[start:end]`` of the article."""

    value: str | None
    quote: str
    article_id: str
    source: str | None
    published: date | None
    start: int = 0
    end: int = 0

    def record(self) -> dict[str, Any]:
        """As ``rag answers --json`` has it under 'now'."""
        return {
            "value": self.value,
            "quote": self.quote,
            "article_id": self.article_id,
            "source": self.source,
            "published": iso_day(self.published),
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer in the ledger, as it was given, and how it fares."""

    id: str
    question: str  # as it was asked
    understood: str  # as it stands alone
    value: str | None  # the short answer
    text: str
    asked: datetime  # in UTC
    as_of: date | None
    citations: tuple[Citation, ...]  # of articles without their bodies
    digests: tuple[str, ...] = ()  # of the version that each citation's article had, in their order
    state: AnswerState = "stands"
    since: date | None = None  # from which day on the state is so; None while the answer stands
    now: SaidNow | None = None
    cited: int | None = None  # the number of the citation that is reworded, corrected or withdrawn

    @property
    def was(self) -> Citation | None:
        """The citation that the state is about: the one that changed, else the first."""
        return next((c for c in self.citations if c.n == self.cited), next(iter(self.citations), None))

    def record(self) -> dict[str, Any]:
        """One of the answers that ``rag answers --json`` prints."""
        return {
            "id": self.id,
            "question": self.question,
            "understood": self.understood,
            "value": self.value,
            "answer": self.text,
            "asked": self.asked.isoformat(),
            "as_of": iso_day(self.as_of),
            "state": self.state,
            "since": iso_day(self.since),
            "now": self.now.record() if self.now else None,
            "cited": self.cited,
            "citations": [c.record() for c in self.citations],
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A followed question got another value: which, by which sentence of which article, and on which day."""

    day: date
    old: str
    new: str
    old_quote: str
    new_quote: str
    article_id: str
    source: str | None
    kind: AnswerState = "superseded"

    def record(self) -> dict[str, Any]:
        """One of the changes that ``rag follow --list --json`` prints."""
        return {
            "day": iso_day(self.day),
            "old": self.old,
            "new": self.new,
            "old_quote": self.old_quote,
            "new_quote": self.new_quote,
            "article_id": self.article_id,
            "source": self.source,
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class FollowedQuestion:
    """A standing question: asked again whenever what comes in touches it."""

    id: str
    question: str
    value: str | None  # now; None while the articles do not say
    quote: str
    since: datetime  # when it was first asked, in UTC
    changes: tuple[Change, ...] = ()  # the oldest first
    unread: int = 0

    def record(self) -> dict[str, Any]:
        """One of the questions that ``rag follow --list --json`` prints."""
        return {
            "id": self.id,
            "question": self.question,
            "value": self.value,
            "quote": self.quote,
            "since": self.since.isoformat(),
            "unread": self.unread,
            "changes": [c.record() for c in self.changes],
        }
