"""Articles, what is made of them, and what comes of storing and finding them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

When = date | datetime | None
"""A ``date`` where only the day is known, a naive ``datetime`` where the zone is not, else an aware one."""


ENTRY_TIME = re.compile(
    r"^(?:\d{1,2} [A-Z][a-z]{2} \d{4}, )?(?:\d\d:\d\d|\d{1,3}:[0-5]\d:[0-5]\d)(?= – )", re.MULTILINE
)
"""The time with which an entry of a live blog begins, as :mod:`rag.ingest.html.split` writes it, or the time code of a
paragraph of a transcript, as :mod:`rag.ingest.documents.captions` does."""

Places = tuple[tuple[int, str], ...]
"""From which offset of a body on it stands where in its source: ``((0, "page 3"), (2310, "page 5"))``."""

_IN_FILE = re.compile(r"#((?:mail|line|item|message|record) \d+)(?:#[^#]*)?$")
_PDF = re.compile(r"\.pdf(?:\?[^#]*)?$", re.IGNORECASE)


def epoch_seconds(when: When) -> int | None:
    """Seconds since 1970-01-01 UTC; a bare day counts as its midnight and a naive time as UTC."""
    if when is None:
        return None
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day)
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def day(when: When) -> date | None:
    """The calendar day as printed in the article (no zone conversion)."""
    return when.date() if isinstance(when, datetime) else when


def iso_day(when: When) -> str | None:
    """The calendar day as YYYY-MM-DD, as records have it."""
    found = day(when)
    return found.isoformat() if found else None


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed since it was read last. A reader yields one after the pages it speaks of: it is true,
    and may be remembered, once everything that was yielded before it is stored.
    """

    url: str
    title: str | None = None
    etag: str | None = None  # as the server sent it; None while entries are left that must be read again
    modified: str | None = None  # the Last-Modified header, as the server sent it
    seen: Mapping[str, str] = field(default_factory=dict)  # entry -> digest of what the feed said of it
    tried: Mapping[str, str] = field(default_factory=dict)  # entry that could not be had -> its digest, and how often


@dataclass(frozen=True, slots=True)
class Article:
    """One news article. ``body`` is the text that offsets of chunks and citations point into."""

    id: str  # empty until the store has given it one
    title: str
    body: str
    published: When = None
    updated: When = None
    source: str | None = None  # the outlet
    section: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    origin: str | None = None
    story: str | None = None  # the same for all prints of one story; None until it is stored
    version: int | None = None  # the provider's number of this version; a lower one never replaces a higher one
    correction: str | None = None  # the note that says what was corrected, as one line
    embargo: When = None  # not to be shown before
    # When this version was read or, of an archive, captured; it makes no other article.
    read_at: datetime | None = field(default=None, compare=False)
    places: Places = ()  # the pages of a printed article

    def record(self, body: bool = True) -> dict[str, Any]:
        """The object that ``rag list --json`` prints; with ``body`` also ``text`` and ``body``, as in ``rag show``."""
        out: dict[str, Any] = {
            "id": self.id,
            "url": self.url,
            "title": self.title,
            "published": self.published.isoformat() if self.published else None,
            "updated": self.updated.isoformat() if self.updated else None,
            "source": self.source,
            "section": self.section,
            "authors": list(self.authors),
            "language": self.language,
        }
        stated = {"version": self.version, "correction": self.correction}
        out |= {name: value for name, value in stated.items() if value is not None}
        if self.places:
            out["places"] = [{"start": start, "place": name} for start, name in self.places]
        return out | {"text": self.body, "body": self.body} if body else out


@dataclass(frozen=True, slots=True)
class Copy:
    """One print of a story. ``share`` is how much of its text (0..1, by runs of three words) stands in the article
    ``of``, the print that it was found to be a copy of; both are None for the first one."""

    article: Article  # without its body
    of: str | None
    share: float | None

    def record(self) -> dict[str, Any]:
        """One of the copies that ``rag show --json`` prints."""
        a = self.article
        return {
            "id": a.id,
            "source": a.source,
            "title": a.title,
            "url": a.url,
            "published": a.published.isoformat() if a.published else None,
            "copy_of": self.of,
            "share": None if self.share is None else round(self.share, 3),
        }


@dataclass(frozen=True, slots=True)
class Version:
    """What an article was before a later version replaced it."""

    article: Article
    replaced: datetime  # when this program did so, in UTC
    # From which and until which moment it was the newest, as printed where it appeared, without a zone; ``since`` is
    # None for the first version, which counts from its publication.
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An article that its provider has taken back: it is found only as of days before."""

    article_id: str
    why: str  # 'canceled', 'withheld', 'killed'
    at: datetime  # from when on, as the notice says or when it was read
    version: int | None = None
    notice: str | None = None  # the public words of the notice


@dataclass(frozen=True, slots=True)
class Embargoed:
    """An article that waits for its time; nothing of its text or headline is told before."""

    article_id: str
    origin: str | None
    until: datetime  # aware

    def record(self) -> dict[str, Any]:
        """One of the articles that ``rag list --embargoed --json`` prints."""
        return {"id": self.article_id, "origin": self.origin, "until": self.until.isoformat()}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one article: ``text == article.body[start:end]``."""

    id: str
    article_id: str
    start: int
    end: int
    text: str
    embedded_text: str  # title and date before the text; what the embedder reads


def _reference(article: Article) -> dict[str, Any]:
    """How records name an article."""
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source or "",
        "url": article.url,
        "published": iso_day(article.published),
    }


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk with its article. ``score`` orders hits of one search and means nothing across searches."""

    chunk: Chunk
    article: Article
    score: float
    dense: float | None = None  # cosine similarity, None where only the words matched
    lexical: float | None = None  # BM25, higher is better, None where only the vectors matched

    def record(self) -> dict[str, Any]:
        """One of the hits that ``rag search --json`` prints."""
        return _reference(self.article) | {
            "text": self.chunk.text,
            "start": self.chunk.start,
            "end": self.chunk.end,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that may bear on the question: ``quote == article.body[start:end]``."""

    article: Article
    start: int
    end: int
    quote: str
    score: float  # 0..1, how strongly it bears on the question
    span: tuple[int, int] | None = None  # offsets in the body of the words that answer, as far as a reader says


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote that carries a claim of the answer: ``quote == article.body[start:end]``."""

    n: int
    article: Article
    quote: str
    start: int
    end: int

    @property
    def entry(self) -> str | None:
        """The time of the entry that the quote is in: '14:05' of a live blog, '1:02:05' of a transcript."""
        before = ENTRY_TIME.findall(self.article.body, 0, self.end)
        return before[-1] if before else None

    @property
    def place(self) -> str | None:
        """Where in its source the quote is: 'page 3', the time of its entry, or where the article has no address the
        'mail 12', 'line 5' or 'item 2' of a file that holds several."""
        pages = [name for start, name in self.article.places if start <= self.start]
        if pages or self.entry:
            return pages[-1] if pages else self.entry
        record = None if self.article.url else _IN_FILE.search(self.article.origin or "")
        return record[1] if record else None

    @property
    def url(self) -> str | None:
        """The article's address; of a PDF on the web opened at the page of the quote."""
        url, page = self.article.url, re.fullmatch(r"page (\d+)", self.place or "")
        return f"{url}#page={page[1]}" if url and page and "#" not in url and _PDF.search(url) else url

    def record(self) -> dict[str, Any]:
        """One of the citations that ``rag ask --json`` prints."""
        quoted: dict[str, Any] = {"quote": self.quote, "start": self.start, "end": self.end}
        if self.place:
            quoted["place"] = self.place
        if self.article.correction:
            quoted["correction"] = self.article.correction
        return {"n": self.n} | _reference(self.article) | {"url": self.url} | quoted


Status = Literal["added", "updated", "unchanged", "duplicate", "left_out", "failed", "withdrawn", "embargoed"]


@dataclass(frozen=True, slots=True)
class ReportItem:
    """What became of one article, of what is no news that is out, or of what could not be read.

    ``reason`` says why; of an article that was stored it says what could not be read of it.
    """

    source: str  # the file or URL that was read
    status: Status
    article_id: str | None = None
    title: str | None = None
    reason: str | None = None
    story: str | None = None  # the first print of the story that it belongs to, where it is a copy


@dataclass(frozen=True, slots=True)
class Report:
    """What became of everything that was added, in the order it was read; ``passed_over`` are the files inside of
    folders whose kind is not read."""

    items: tuple[ReportItem, ...] = ()
    passed_over: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        """How many items have this status; 'added' and the others are properties too."""
        return sum(item.status == status for item in self.items)

    @property
    def added(self) -> int:
        return self.count("added")

    @property
    def updated(self) -> int:
        return self.count("updated")

    @property
    def unchanged(self) -> int:
        return self.count("unchanged")

    @property
    def duplicate(self) -> int:
        return self.count("duplicate")

    @property
    def left_out(self) -> int:
        return self.count("left_out")

    @property
    def failed(self) -> int:
        return self.count("failed")

    def record(self) -> dict[str, Any]:
        """The object that ``rag add --json`` prints."""
        names: tuple[Status, ...] = ("added", "updated", "unchanged", "duplicate", "failed")
        out: dict[str, Any] = {name: self.count(name) for name in names}
        rare: tuple[Status, ...] = ("left_out", "withdrawn", "embargoed")
        out |= {name: count for name in rare if (count := self.count(name))}
        out["items"] = [
            {name: getattr(i, name) for name in ("source", "status", "article_id", "title", "reason")}
            for i in self.items
        ]
        return out | ({"passed_over": list(self.passed_over)} if self.passed_over else {})


ALTERED = "whose text has changed on the disk (rag check --repair, then add their files again)"
"""What a check says of articles that only their sources can mend."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What ``rag check`` found: counts of what is stored, and a line for everything that is wrong."""

    problems: tuple[str, ...]
    articles: int
    chunks: int
    vectors: int

    @property
    def ok(self) -> bool:
        return not self.problems

    def record(self) -> dict[str, Any]:
        """The object that ``rag check --json`` prints."""
        return {"ok": self.ok} | asdict(self) | {"problems": list(self.problems)}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may return. Days are inclusive; articles without a date pass only without days.

    ``as_of`` hides everything published after that day, as if it had not been written yet, and shows each article in
    the version that was the newest on that day. ``only`` and ``without`` are ids of articles: the only ones that pass,
    and ones that never do. Outlets, sections and authors are named as they
    are spelled in the index; of several any one passes.
    """

    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    sources: tuple[str, ...] = ()
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    @property
    def last_day(self) -> date | None:
        return min((d for d in (self.until, self.as_of) if d), default=None)


Message = Mapping[str, str]
"""``{"role": "system" | "user" | "assistant", "content": str}``"""

Progress = Callable[[str, int, int | None], None]
"""Called with (what is being done, done so far, total or None)."""


Precision = Literal["auto", "int8", "fp32"]
"""Of an embedder's products; "auto" is int8 where an int8 export exists."""

EngineChoice = Literal["auto", "onnxruntime", "xllamacpp"]
"""What runs the embedded language model; "auto" is what was measured to be fastest on this machine."""
