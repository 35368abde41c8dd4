"""What is new in a library: stories with their newest sentence, and what was corrected or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from rag.types.articles import Article, Withdrawn, iso_day
from rag.types.ledger import KeptAnswer
from rag.types.stories import TimelineRow


@dataclass(frozen=True, slots=True)
class BriefStory:
    """One story of a brief. ``newest`` is the newest sentence that says what happened, verbatim, with its day and the
    outlets that carry the story independently: reprints of one text, and texts of one agency, count once.

    ``replaces`` are older sentences whose value or plan it changes, the latest first. ``reports`` are how many new
    articles the story has, ``reprints`` of them included. ``begun`` is the day of its first report, which may be older
    than what the brief is of. ``others`` are some of its other new reports, the newest first. ``correction`` is what
    the article quoted, or a notice on the story, says that it had wrong, as one line.
    """

    newest: TimelineRow
    replaces: tuple[TimelineRow, ...] = ()
    reports: int = 1
    reprints: int = 0
    begun: date | None = None
    others: tuple[Article, ...] = ()
    correction: str | None = None

    def record(self) -> dict[str, Any]:
        """One of the stories that ``rag brief --json`` prints."""
        return row_record(self.newest) | {
            "outlets": max(len(self.newest.outlets), 1),
            "reported_by": list(self.newest.outlets),
            "reports": self.reports,
            "reprints": self.reprints,
            "begun": iso_day(self.begun),
            "correction": self.correction,
            "replaces": [row_record(row) for row in self.replaces],
            "also": [
                {"article_id": a.id, "title": a.title, "source": a.source or "", "published": iso_day(a.published)}
                for a in self.others
            ],
        }


@dataclass(frozen=True, slots=True)
class BriefCorrection:
    """An article that says what it had wrong: ``note`` is its own words, as one line.

    ``was`` is a sentence of the version before, with its offsets in that version's body, and ``now`` the one that took
    its place; both are None where no earlier version is stored, or no sentence of it has another value.
    """

    article: Article
    note: str
    at: date | None  # when, as far as the article or its reading says
    was: TimelineRow | None = None
    now: TimelineRow | None = None

    def record(self) -> dict[str, Any]:
        """One of the corrections that ``rag brief --json`` prints."""
        a = self.article
        return {
            "article_id": a.id,
            "title": a.title,
            "source": a.source or "",
            "url": a.url,
            "published": iso_day(a.published),
            "corrected": iso_day(self.at),
            "note": self.note,
            "was": row_record(self.was) if self.was else None,
            "now": row_record(self.now) if self.now else None,
        }


@dataclass(frozen=True, slots=True)
class BriefWithdrawal:
    """An article that its provider has taken back; nothing of its text or headline is told."""

    gone: Withdrawn
    source: str | None = None  # the outlet, where an earlier version is stored

    def record(self) -> dict[str, Any]:
        """One of the withdrawn articles that ``rag brief --json`` prints."""
        gone = self.gone
        return {
            "article_id": gone.article_id,
            "source": self.source or "",
            "why": gone.why,
            "withdrawn": gone.at.isoformat(),
            "notice": gone.notice,
        }


@dataclass(frozen=True, slots=True)
class BriefMark:
    """Up to where a reader has seen the library: what comes in later is new in the next brief.

    ``scope`` names reader, outlets and topic; ``through`` is the second of the newest arrival, and ``seen`` what had
    arrived in it, since more may come in the same second. ``withdrawn`` are the ids that were withdrawn by then.
    """

    scope: str
    made: datetime  # aware
    through: int
    seen: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """What is new, by story; what more independent outlets carry comes first.

    ``since`` is the first day that counts, and None where the brief is of what came in after ``last``, the time of the
    last one. ``articles`` are how many are new, of how many ``outlets``. ``left_out`` counts the stories that had no
    room, ``unquoted`` those without a sentence of news, ``reprinted`` new articles that only reprint older ones,
    ``more_corrected`` and ``more_withdrawn`` what had no room of these. ``changed`` are kept answers that the news has
    changed. ``mark`` is what :meth:`rag.News.mark_read` keeps; None for a brief of days that were named.
    """

    stories: tuple[BriefStory, ...]
    since: date | None = None
    last: datetime | None = None
    as_of: date | None = None
    topic: str = ""
    articles: int = 0
    outlets: int = 0
    left_out: int = 0
    unquoted: int = 0
    reprinted: int = 0
    corrected: tuple[BriefCorrection, ...] = ()
    more_corrected: int = 0
    withdrawn: tuple[BriefWithdrawal, ...] = ()
    more_withdrawn: int = 0
    changed: tuple[KeptAnswer, ...] = ()
    mark: BriefMark | None = field(default=None, compare=False)

    def record(self) -> dict[str, Any]:
        """The object that ``rag brief --json`` prints."""
        return {
            "since": iso_day(self.since),
            "last": self.last.isoformat() if self.last else None,
            "as_of": iso_day(self.as_of),
            "topic": self.topic,
            "articles": self.articles,
            "outlets": self.outlets,
            "stories": [story.record() for story in self.stories],
            "left_out": self.left_out,
            "unquoted": self.unquoted,
            "reprinted": self.reprinted,
            "corrected": [correction.record() for correction in self.corrected],
            "more_corrected": self.more_corrected,
            "withdrawn": [withdrawal.record() for withdrawal in self.withdrawn],
            "more_withdrawn": self.more_withdrawn,
            "changed": [answer.record() for answer in self.changed],
        }


def row_record(row: TimelineRow) -> dict[str, Any]:
    """A sentence of a brief in JSON, with its day, its article and its place in it."""
    told = row.record()
    return {name: value for name, value in told.items() if name not in ("outlets", "reported_by", "replaced_by", "new")}
