"""What a format gives: the text of a file or record, before it is cut into articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.ingest.encoding import one_line
from rag.text.timex.machine import still_ahead
from rag.types import FeedState, Places, ReportItem, When

TO_FETCH = "to read the pages, save their addresses as a .urls file, one a line, and add that"
"""What to do with addresses that come without their pages."""

LOCKED = "for readers with its password; no news that is out"
"""What is told of a post behind a password."""


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
    places: Places = ()  # from which offset of the text on it stands on which page of a printed paper
    note: str | None = None  # what the report says of it beside its status: 'only the summary that the feed gives'

    def noted(self, *notes: str | None) -> Page:
        """The page with more in its note."""
        return replace(self, note="; ".join(filter(None, (self.note, *notes))) or None)


def date_not_understood(stated: str) -> str:
    """What a report says of words that stand where a day of publication should, and name none that can be."""
    ahead = still_ahead(one_line(stated[:200]))
    return f"date {'in the future, not used' if ahead else 'not understood'}: {stated[:60]!r}"


ReadItems = Iterator[Page | ReportItem | FeedState]
"""What reading gives: pages, what failed, and what is to be remembered of a feed, in the order of the source."""
