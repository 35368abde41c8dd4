"""Files of our own, read as `rag add` reads them."""

from __future__ import annotations

from pathlib import Path

from rag.ingest.formats.files import read
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment
from rag.types import Article, ReportItem


def found(path: Path, data: str | bytes) -> list[Page | ReportItem]:
    """What reading gives for a file with this content."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return [item for item in read(path) if isinstance(item, Page | ReportItem)]


def pages(path: Path, data: str | bytes) -> list[Page]:
    """The same, where nothing in it may fail."""
    items = found(path, data)
    assert all(isinstance(item, Page) for item in items), items
    return [item for item in items if isinstance(item, Page)]


def articles(path: Path, data: str | bytes) -> list[Article]:
    """The articles of such a file."""
    return [article for page in pages(path, data) for article in segment(page)]


def reason(path: Path, data: str | bytes) -> str:
    """Why such a file is not read."""
    (item,) = found(path, data)
    assert isinstance(item, ReportItem), item
    return item.reason or ""
