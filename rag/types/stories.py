"""What several articles say together: timelines, outlets side by side, the names a library writes about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from rag.types.articles import Article, Evidence, iso_day

DayPrecision = Literal["day", "week", "month", "quarter", "year"]
"""How exactly the day of an event is known."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A dated sentence of a timeline, verbatim: ``quote == article.body[start:end]``.

    ``first`` to ``last``, both included, are the days of what it tells, not of its publication; both None where they
    are not known. ``planned``: when its article came out, it was still to come. ``others`` are further reports of the
    same event, the best one of each article; ``outlets`` are those that report it independently, the one quoted first:
    reprints of one text count once. ``replaced_by`` is the index (from 0) of the row that gives a later value for the
    same, or drops the plan. ``new``: reported after the day given as ``new_since``.
    """

    article: Article
    start: int
    end: int
    quote: str
    first: date | None
    last: date | None
    precision: DayPrecision = "day"
    planned: bool = False
    others: tuple[Evidence, ...] = ()
    outlets: tuple[str, ...] = ()
    replaced_by: int | None = None
    new: bool = False

    def record(self) -> dict[str, Any]:
        """One of the rows that ``rag timeline --json`` prints."""
        a = self.article
        return {
            "day": iso_day(self.first),
            "last": iso_day(self.last) if self.last != self.first else None,
            "precision": self.precision,
            "planned": self.planned,
            "article_id": a.id,
            "title": a.title,
            "source": a.source or "",
            "url": a.url,
            "published": iso_day(a.published),
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "outlets": max(len(self.outlets), 1),
            "reported_by": list(self.outlets),
            "replaced_by": self.replaced_by,
            "new": self.new,
        }


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dated sentences on one topic, in the order of the days they tell of; those without a day come last.

    ``articles`` are how many were read for it; ``left_out`` how many events had no room."""

    topic: str
    rows: tuple[TimelineRow, ...]
    articles: int = 0
    left_out: int = 0

    def replaces(self, index: int) -> tuple[int, ...]:
        """The indices of the rows that the row ``index`` replaces."""
        return tuple(i for i, row in enumerate(self.rows) if row.replaced_by == index)

    def record(self) -> dict[str, Any]:
        """The object that ``rag timeline --json`` prints."""
        return {
            "topic": self.topic,
            "rows": [row.record() for row in self.rows],
            "articles": self.articles,
            "left_out": self.left_out,
        }


Relation = Literal["agrees", "differs", "other"]
"""Of a value to the first one of a comparison: the same; surely another one of the same thing; or said of something
that may not be the same."""


@dataclass(frozen=True, slots=True)
class OutletSaying:
    """What one outlet says of the matter, in its own sentence: ``quote == article.body[start:end]``.

    ``value`` is the part of it that answers, where there is one. ``first`` to ``last`` are the days it speaks of.
    ``speaker`` is whose word it is ('' where the words leave that open); None where the outlet says it itself.
    ``agency`` is the wire service that the text is credited to; ``reprints`` are other outlets that carry the same
    text.
    """

    article: Article
    start: int
    end: int
    quote: str
    value: str | None = None
    first: date | None = None
    last: date | None = None
    speaker: str | None = None
    agency: str | None = None
    reprints: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """One of the sayings that ``rag compare --json`` prints."""
        a = self.article
        return {
            "source": a.source or "",
            "article_id": a.id,
            "title": a.title,
            "url": a.url,
            "published": iso_day(a.published),
            "day": iso_day(self.first),
            "last": iso_day(self.last) if self.last != self.first else None,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "value": self.value,
            "voice": "asserted" if self.speaker is None else "attributed",
            "speaker": self.speaker or None,
            "agency": self.agency,
            "reprints": list(self.reprints),
        }


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """The outlets that give one value, and how it stands to the first group's."""

    value: str | None
    relation: Relation
    sayings: tuple[OutletSaying, ...]


@dataclass(frozen=True, slots=True)
class OutletComparison:
    """What the outlets say of one matter, grouped by value, the one that most say first.

    ``silent`` are outlets that write about the matter and do not say it."""

    question: str
    groups: tuple[ValueGroup, ...]
    silent: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """The object that ``rag compare --json`` prints."""
        groups = [
            {"value": g.value, "relation": g.relation, "sayings": [s.record() for s in g.sayings]} for g in self.groups
        ]
        return {"question": self.question, "groups": groups, "silent": list(self.silent)}


@dataclass(frozen=True, slots=True)
class NameTopic:
    """Somebody or something that the library writes about: in how many ``articles``, by outlet and by day of
    publication, most first and in order; ``newest`` is the newest sentence with the name."""

    name: str
    articles: int
    outlets: tuple[tuple[str, int], ...]
    days: tuple[tuple[date, int], ...]
    newest: Evidence

    def record(self) -> dict[str, Any]:
        """One of the names that ``rag topics --json`` prints."""
        a = self.newest.article
        return {
            "name": self.name,
            "articles": self.articles,
            "outlets": dict(self.outlets),
            "days": {when.isoformat(): n for when, n in self.days},
            "newest": {
                "article_id": a.id,
                "title": a.title,
                "source": a.source or "",
                "published": iso_day(a.published),
                "quote": self.newest.quote,
                "start": self.newest.start,
                "end": self.newest.end,
            },
        }
