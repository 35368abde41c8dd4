"""Books and issues (.epub): each chapter with a headline is an article; one that goes on in the next file is joined.

Covers, contents and what else has no headline above its text are left out, and the report tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.errors import ReadError
from rag.ingest.documents.package import Package
from rag.ingest.documents.written import Paragraph, Properties, document_pages
from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import blocks
from rag.ingest.html.page import decoded, parse
from rag.ingest.page import Page, Withdrawal, failed, not_news
from rag.ingest.web.urls import is_web
from rag.ingest.wire.markup import inside_of, words_at
from rag.types import ReportItem

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from lxml.html import HtmlElement

MAX_CHAPTERS = 5000
"""Files of a book that are read."""

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbncx+xml")
_LEAST = 150  # characters under a headline; a title page has less
_MATTER = re.compile(
    r"\b(?:cover|title-?page|copyright(?:-page)?|toc|landmarks|dedication|index|loi|lot|page-list|halftitlepage|colophon)\b"
)
_DOWNLOADED = re.compile(r"this article was downloaded by\s+calibre\s+from", re.IGNORECASE)
_MENU = re.compile(
    r"[|\s]*(?:(?:next|previous|section menu|main menu|articles|sections|table of contents|contents)[|\s]*)+", re.I
)
_ISSUE = re.compile(r"\s*\[[^\[\]]{4,40}\]\s*$")  # 'Northway Wire [Tue, 05 Mar 2024]', as calibre calls what it fetched


def read_epub(origin: str, package: Package) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a book. Raises ``ReadError``."""
    root = package.xml("META-INF/container.xml")
    path = next((e.get("full-path") or "" for e in inside_of(root, "*", "rootfile")), "")
    opf = package.xml(path)
    if opf is None:
        raise ReadError("not a book that can be read (it names no contents); save its text as .txt")
    sealed = package.part("META-INF/encryption.xml") or b""
    if re.search(rb"URI=\"[^\"]+\.x?html?\"", sealed):
        raise ReadError("protected against copying; it cannot be read")
    properties = _properties(opf)
    chapters: list[tuple[list[Paragraph], str | None]] = []
    headless = broken = 0
    for name in _spine(opf, path)[:MAX_CHAPTERS]:
        try:
            paragraphs, url, matter = _chapter(package.part(name) or b"")
        except ReadError:
            broken += 1
            continue
        size = sum(len(p.text) for p in paragraphs)
        head = next((p for p in paragraphs[:8] if p.level), None)
        if matter:
            continue
        if head is None and chapters:
            chapters[-1][0].extend(paragraphs)
        elif head is None or size - len(head.text) < _LEAST:
            headless += size >= _LEAST
        else:
            chapters.append((paragraphs, url))
    for number, (paragraphs, url) in enumerate(chapters, 1):
        yield from document_pages(f"{origin}#item {number}", paragraphs, replace(properties, title="", url=url))
    if broken:
        yield failed(origin, f"{broken} of its chapters cannot be read; save the book again")
    if not chapters:
        yield failed(origin, "no chapter with a headline and a text; save its text as .txt")
    elif headless:
        yield not_news(origin, f"{headless} parts without a headline" if headless > 1 else "a part without a headline")


def _properties(opf: Element) -> Properties:
    meta = next(inside_of(opf, "metadata"), None)
    title, publisher = words_at(meta, "title"), words_at(meta, "publisher")
    fetched = publisher.lower() == "calibre"
    return Properties(
        author="" if fetched else words_at(meta, "creator"),
        created=words_at(meta, "date"),
        language=words_at(meta, "language"),
        source=_ISSUE.sub("", title) if fetched else publisher,
        what="issued",
    )


def _spine(opf: Element, path: str) -> list[str]:
    """The names of the chapters' parts in their order, without the table of contents."""
    parts: dict[str, str] = {}
    for item in inside_of(opf, "manifest", "item"):
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split():
            href = unquote((item.get("href") or "").split("#")[0])
            parts[item.get("id") or ""] = normpath(join(dirname(path), href))
    order = [item.get("idref") or "" for item in inside_of(opf, "spine", "itemref")]
    return list(dict.fromkeys(parts[name] for name in order if name in parts))


def _chapter(data: bytes) -> tuple[list[Paragraph], str | None, bool]:
    """The paragraphs of a chapter, its address, and whether it is a cover or the like. Raises ``ReadError``."""
    if not data.strip():
        return [], None, False
    try:
        tree, _ = parse(decoded(data, None), None)
    except (ValueError, AssertionError) as error:
        raise ReadError(str(error)) from None
    kinds = [e.get("epub:type") or "" for e in tree.iter("body", "section", "nav", "div")][:3]
    found: list[Paragraph] = []
    url = None
    for block in blocks(tree):
        text = one_line(block.text)
        if _DOWNLOADED.match(text):
            url = next(filter(is_web, block.hrefs), None) or next((w for w in text.split() if is_web(w)), None)
        elif not (_MENU.fullmatch(text) or _is_note(block.element)):
            found.append(Paragraph(text, int(block.tag[1]) if block.heading else 0))
    return found, url, any(_MATTER.search(kind) for kind in kinds)


def _is_note(element: HtmlElement) -> bool:
    kinds = (f"{e.get('epub:type') or ''} {e.get('role') or ''}" for e in (element, *element.iterancestors()))
    return any(re.search(r"\b(?:footnotes?|endnotes?|rearnotes?|doc-(?:foot|end)notes?)\b", kind) for kind in kinds)
