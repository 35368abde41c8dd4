"""Pages that a browser saved with everything in them (.mht, .mhtml): read as the page that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesParser

from rag.ingest.encoding import one_line
from rag.ingest.html import page as html_page
from rag.ingest.page import Page, failed
from rag.ingest.web.urls import is_web
from rag.text.timex.machine import parse_machine_stamp
from rag.types import ReportItem, When

_HEADERS = re.compile(rb"\s*(?:[\w-]{2,40}:[^\n]*\n(?:[ \t]+[^\n]*\n)*){2,60}")
_KEPT = re.compile(
    rb"^snapshot-content-location:|^from:[ \t]*\"?<?saved by|^x-maf(?:-version|:)|^content-location:",
    re.I | re.MULTILINE,
)
_SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile.{0,3000}?\bsaved date:\s*([^\r\n]{10,90})", re.DOTALL)
_WAYBACK = re.compile(rb"FILE ARCHIVED ON (\d\d:\d\d:\d\d \w{3} \d\d, \d{4})")
_PAGES = ("text/html", "application/xhtml+xml")
_MOST_PARTS = 20_000
_BROKEN = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


def is_saved(data: bytes) -> bool:
    """Whether the bytes begin with the headers that browsers write above a page with its parts."""
    found = _HEADERS.match(data[:16384])
    return found is not None and b"multipart/related" in found[0].lower() and bool(_KEPT.search(found[0]))


def read_saved(origin: str, data: bytes, url: str | None = None) -> Iterator[Page | ReportItem]:
    """The articles of the page, under the address that it was saved from; or why there is none."""
    try:
        whole = BytesParser(policy=policy.compat32).parsebytes(data.lstrip())
        found = _page_of(whole)
        content = found.get_payload(decode=True) if found is not None else None
        address = _address(found, whole) if found is not None else None
        charset = found.get_content_charset() if found is not None else None
    except _BROKEN as error:
        yield failed(origin, f"a saved page that cannot be read ({type(error).__name__}); save it as .html")
        return
    if not isinstance(content, bytes) or not content.strip():
        yield failed(origin, "holds no page (MHTML); save the page again, or as .html")
        return
    at = kept_at(content) or parse_machine_stamp(one_line(str(whole.get("date") or "")))
    for item in html_page.read(origin, content, url=address or url, charset=charset):
        yield as_kept(item, at)


def kept_at(data: bytes) -> When:
    """When a page was saved or captured, as SingleFile and the Wayback Machine note it in the page; None for others."""
    found = _SINGLE_FILE.search(data[:16384]) or _WAYBACK.search(data[-4000:])
    return parse_machine_stamp(one_line(found[1].decode("utf-8", "replace"))) if found else None


def as_kept(item: Page | ReportItem, at: When) -> Page | ReportItem:
    """An article of a page that was saved at a time."""
    if not isinstance(item, Page) or not isinstance(at, datetime):
        return item
    return replace(item, captured=item.captured or (at if at.tzinfo else at.replace(tzinfo=UTC)))


def _page_of(whole: Message) -> Message | None:
    """The part that is the page: the one that the headers name as the start, else the first in HTML."""
    pages = [
        part for _, part in zip(range(_MOST_PARTS), whole.walk(), strict=False) if part.get_content_type() in _PAGES
    ]
    start = whole.get_param("start")
    return next((part for part in pages if start and part.get("content-id") == start), pages[0] if pages else None)


def _address(found: Message, whole: Message) -> str | None:
    stated = (found.get("content-location"), whole.get("snapshot-content-location"), whole.get("content-location"))
    return next((line for name in stated if name and is_web(line := re.sub(r"\s", "", one_line(str(name))))), None)
