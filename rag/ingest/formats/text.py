"""Plain text: a page as it was scraped or copied, with any number of articles on it."""

from __future__ import annotations

from collections.abc import Iterator

from rag.ingest.encoding import clean, decode
from rag.ingest.formats.records import failed
from rag.ingest.page import Page
from rag.types import ReportItem


def read(origin: str, data: bytes, *, charset: str | None = None) -> Iterator[Page | ReportItem]:
    """One page. ``charset`` is what its sender says of its encoding; it counts where the bytes are not UTF-8."""
    text = decode(data, charset)
    if text is None:
        yield failed(origin, "not text but binary data; save what it shows as .txt or .html")
    elif not (text := clean(text)).strip():
        yield failed(origin, "no text: the file holds only blanks")
    else:
        yield Page(origin, text)
