"""What a format gives: the text of a file or record, before it is cut into articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rag.errors import ReadError
from rag.ingest.encoding import one_line
from rag.text.timex.machine import still_ahead
from rag.types import FeedState, Places, ReportItem, When

TO_FETCH = "to read the pages, save their addresses as a .urls file, one a line, and add that"
"""What to do with addresses that come without their pages."""

LOCKED = "for readers with its password; no news that is out"
"""What is told of a post behind a password."""


class Wrong(Exception):
    """What is wrong with a record, or with an archive of files."""


class LeftOut(Wrong, ReadError):
    """Why what was read is no news that is out: a draft, a copy, a row of totals. Nothing is lost by it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from one file or record.

    ``text`` is plain text with one line a block. Fields that the format itself states (front matter, HTML
    metadata, a JSON record) are filled in; ``None`` means the format does not say and segmentation may find it.
    ``whole`` says that the page is known to be exactly one article (a record, a Markdown file, an HTML page).
    """

    origin: str  # path or URL, with "#line 3" or similar where one file holds several
    text: str
    whole: bool = False
    id: str | None = None
    title: str | None = None
    published: When = None
    updated: When = None
    source: str | None = None
    section: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    number: int | None = None  # of a page of an article that goes over several, from 1
    version: int | None = None  # the provider's number of this version; a lower one never replaces a higher one
    embargo: When = None  # not to be shown before, also where it is over; a day alone is over when it begins
    captured: datetime | None = None  # when a crawler read it from the web, aware
    correction: str | None = None  # what the format says was corrected, one line
    places: Places = ()  # from which offset of the text on it stands on which page of a printed paper
    note: str | None = None  # what the report says of it beside its status: 'only the summary that the feed gives'
    entry: tuple[str, str] | None = None  # its feed, and what that knows it by

    def noted(self, *notes: str | None) -> Page:
        """The page with more in its note."""
        return replace(self, note="; ".join(filter(None, (self.note, *notes))) or None)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a provider says of an article that it takes back: it leaves every search, list and count."""

    origin: str
    id: str | None  # as its articles have it; else ``url``
    why: str  # 'canceled', 'withheld', 'killed'
    version: int | None = None
    at: When = None  # of the notice
    url: str | None = None
    notice: str | None = None  # its public words, one line
    or_earlier: tuple[str, ...] = ()  # ids that it may mean where nothing is stored under its own


class TakenBack(LeftOut):
    """Instead of an article: what takes one back."""

    def __init__(self, gone: Withdrawal) -> None:
        super().__init__(gone.why)
        self.gone = gone


def failed(source: str, reason: str) -> ReportItem:
    """The report item of a file or record that cannot be read; ``reason`` says what is wrong and what to do."""
    return ReportItem(source, "failed", reason=reason)


def not_news(source: str, reason: str, title: str | None = None) -> ReportItem:
    """The report item of what was read and is no news that is out; ``reason`` says what it is instead."""
    return ReportItem(source, "left_out", title=title, reason=reason)


def instead_of_article(source: str, error: Exception, before: str = "") -> ReportItem | Withdrawal:
    """What a record gives that is no article: what it takes back, or why it is left out or not read."""
    return error.gone if isinstance(error, TakenBack) else refused(source, error, before)


def refused(source: str, error: Exception, before: str = "") -> ReportItem:
    """The report item of what an error says, after the words ``before``: left out on purpose, or not read."""
    return (not_news if isinstance(error, LeftOut) else failed)(source, f"{before}{error}")


def date_not_understood(stated: str) -> str:
    """What a report says of words that stand where a day of publication should, and name none that can be."""
    ahead = still_ahead(one_line(stated[:200]))
    return f"date {'in the future, not used' if ahead else 'not understood'}: {stated[:60]!r}"


def embargo_not_understood(stated: str) -> str:
    """What a report says of an item whose embargo nobody knows the end of."""
    return f"under an embargo whose end is not understood ({one_line(stated)[:60]!r}); add it when it is over"


ReadItems = Iterator[Page | ReportItem | FeedState | Withdrawal]
"""What reading gives: pages, what failed, what is to be remembered of a feed, and what was taken back, in the order of
the source."""
