"""Exports of Evernote: notes with what was clipped from the web, each with the page's address and the day of filing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from rag.errors import ReadError
from rag.ingest.encoding import decode
from rag.ingest.html import page as html_page
from rag.ingest.page import Page, failed
from rag.ingest.web.urls import is_web
from rag.ingest.wire.markup import parse_xml
from rag.types import ReportItem

MAX_NOTES = 5000
"""Notes of one export that are read."""
_MOST_MARKUP = 200_000  # tags around the notes
_FILES = re.compile(r"<resource>.*?</resource>", re.DOTALL)
"""Pictures and other files, as letters."""
_PROLOGUE = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>]*>\s*)?")
_HOLDER = re.compile(r"</?en-note\b[^>]*>", re.IGNORECASE)
_MEDIA = re.compile(r"<en-(?:media|todo|crypt)\b[^>]*/?>|</en-(?:media|todo|crypt)>", re.IGNORECASE)


def read_notes(origin: str, data: bytes) -> Iterator[Page | ReportItem]:
    """The notes as the pages that they were clipped from, under ``origin`` with '#item 3'. The day of filing is not
    that of publication, and whoever filed it is no author."""
    try:
        root, _ = parse_xml(_FILES.sub("", decode(data) or ""), most=_MOST_MARKUP)
    except ReadError as error:
        yield failed(origin, str(error))
        return
    notes = list(root.iter("note"))[: MAX_NOTES + 1]
    if not notes:
        yield failed(origin, "no notes in this export; export them again")
        return
    for number, note in enumerate(notes[:MAX_NOTES], 1):
        title, filed = (note.findtext(name) or "" for name in ("title", "created"))
        address = (note.findtext("note-attributes/source-url") or "").strip()
        text = _MEDIA.sub("", _HOLDER.sub("", _PROLOGUE.sub("", note.findtext("content") or "", count=1)))
        own = re.search(r"<h1\b", text, re.IGNORECASE)
        head = "" if own else f"<h1>{html.escape(title)}</h1>"
        whole = (
            f"<html><head><title>{html.escape(title)}</title></head><body><article>{head}{text}</article></body></html>"
        )
        where = f"{origin}#item {number}" if len(notes) > 1 else origin
        for found in html_page.read(where, whole.encode("utf-8"), url=address if is_web(address) else None):
            day = f" ({filed[:4]}-{filed[4:6]}-{filed[6:8]})" if filed[:8].isdecimal() else ""
            undated = isinstance(found, Page) and found.published is None
            told = f"the day of filing{day} is not used as that of publication" if undated else None
            yield found.noted(told) if isinstance(found, Page) else found
    if len(notes) > MAX_NOTES:
        yield failed(origin, f"holds more than {MAX_NOTES:,} notes; what follows was not read; export fewer at a time")
