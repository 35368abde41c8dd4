"""PDF files -> their articles, each with the pages that it stands on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from rag.errors import ReadError
from rag.ingest.documents.written import Paragraph, Properties, document_pages
from rag.ingest.encoding import clean, one_line
from rag.ingest.formats.records import read_items
from rag.ingest.page import Page, Withdrawal, failed
from rag.ingest.papers import stories as cutting
from rag.ingest.papers.blocks import PrintBlock, body_size, page_blocks, printed_lines, read_order
from rag.ingest.papers.furniture import PaperFacts, without_furniture
from rag.ingest.papers.paragraphs import Hyphens, PrintedParagraph, printed_paragraphs
from rag.ingest.papers.worker import WORKER
from rag.ingest.places import carried_places, joined_paragraphs
from rag.ingest.segment.exports import exported
from rag.types import Places, ReportItem

Ocr = Callable[[bytes], str]
"""Reads the picture of a page (PNG): its text, paragraphs apart by blank lines. Raises ``ReadError``."""

OCR_DPI = 300
MAX_LAYOUT_SECONDS = 120.0
"""The longest that the order of the lines of one file may take."""
_SCANNED = 40  # characters of a page, fewer of which are no text of it
_COVERED = 0.4  # of a page, that a picture on it covers at least where it is a scan
_UNREAD = 0.3  # of the letters without a meaning, where a font does not say which they are
_NO_AUTHOR = re.compile(r"\(?(?:anonymous|unspecified|unknown)\)?", re.IGNORECASE)
_DAY = re.compile(r"D:((?:19|20)\d\d)(\d\d)?(\d\d)?")


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does; some have a little before it."""
    return b"%PDF-" in data[:1024]


def read_pdf(
    origin: str, data: bytes, url: str | None = None, ocr: Ocr | None = None
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a PDF, or why there is none. ``ocr`` reads pages that are pictures."""
    try:
        found = WORKER.read(data)
    except ReadError as error:
        yield failed(origin, str(error))
        return
    pages = found["pages"]
    scanned = [number for number, page in enumerate(pages, 1) if _is_scan(page)]
    unread = [number for number, page in enumerate(pages, 1) if page["bad"] > _UNREAD]
    texts: dict[int, list[str]] = {}
    if ocr and (scanned or unread):
        try:
            texts = {n: _recognized(ocr(WORKER.picture(data, n - 1, OCR_DPI))) for n in sorted({*scanned, *unread})}
        except ReadError as error:
            yield failed(origin, str(error))
            return
    if not texts and (why := _why_not(pages, scanned, unread)):
        yield failed(origin, why)
        return
    for number in unread:
        pages[number - 1]["lines"] = []
    told = _told(found, [] if texts else scanned, [] if texts else unread)
    for item in _articles(origin, found, texts, url):
        yield item.noted(told) if isinstance(item, Page) and told else item


def _is_scan(page: dict[str, Any]) -> bool:
    if sum(len(line[-1]) for line in page["lines"]) >= _SCANNED:
        return False
    whole = max(page["width"] * page["height"], 1)
    return any((right - left) * (bottom - top) > _COVERED * whole for left, top, right, bottom in page["images"])


def _recognized(text: str) -> list[str]:
    parts = re.split(r"\n\s*\n", clean(text).replace("\f", "\n\n"))
    joined = (re.sub(r"(?<=[^\W\d_])-\n(?=[^\W\d_a-z]*[a-z])", "", part) for part in parts)
    return [line for part in joined if (line := " ".join(part.split()))]


def _why_not(pages: Sequence[dict[str, Any]], scanned: Sequence[int], unread: Sequence[int]) -> str | None:
    letters = sum(len(line[-1]) for page in pages for line in page["lines"] if page["bad"] <= _UNREAD)
    if letters >= _SCANNED and not (len(scanned) > len(pages) / 2 and letters < 200):
        return None
    ask = "set RAG_OCR to a command that reads pictures of pages, or add its text"
    if scanned:
        return f"a scan: its pages are pictures without text; {ask}"
    if unread:
        return f"its fonts do not say which letters they show; {ask}"
    return None if letters else "no text in it; if it shows some, add that as .txt"


def _told(found: dict[str, Any], scanned: Sequence[int], unread: Sequence[int]) -> str | None:
    told = []
    if len(found["pages"]) < found["count"]:
        told.append(f"only the first {len(found['pages']):,} of {found['count']:,} pages were read")
    for numbers, what in ((scanned, "pictures without text"), (unread, "printed in a font without letters")):
        if numbers:
            shown = ", ".join(map(str, numbers[:5])) + (", ..." if len(numbers) > 5 else "")
            told.append(f"page {shown}: {what}" if len(numbers) == 1 else f"pages {shown}: {what}")
    if broken := [n for n, page in enumerate(found["pages"], 1) if page.get("broken")]:
        told.append(f"page {broken[0]} is damaged" if len(broken) == 1 else f"{len(broken)} pages are damaged")
    return "; ".join(told) or None


def _articles(
    origin: str, found: dict[str, Any], texts: dict[int, list[str]], url: str | None
) -> Iterator[Page | ReportItem | Withdrawal]:
    pages = found["pages"]
    lines = printed_lines(pages)
    body = body_size(lines)
    lines, facts = without_furniture(lines, [page["height"] for page in pages], body)
    body = body_size(lines)
    hyphens = Hyphens(line for page in lines for line in page)
    blocks: list[list[PrintBlock]] = []
    latest = time.monotonic() + MAX_LAYOUT_SECONDS
    for page, raw in zip(lines, pages, strict=True):
        blocks.append(cutting.without_extras(page_blocks(page, body), raw["images"], body))
        if time.monotonic() > latest:
            yield failed(origin, f"takes longer than {MAX_LAYOUT_SECONDS:.0f} s to be put in order; split it")
            return
    for number, label in enumerate(found.get("labels", ()), 1):
        if label:
            facts.labels.setdefault(label.upper(), number)
    if not texts and (records := exported(text := _lines_of(blocks))):
        places = tuple((start, f"page {page}") for start, page in _starts_of(blocks))
        for item in read_items(origin, records):
            yield replace(item, places=carried_places(places, text, item.text)) if isinstance(item, Page) else item
        return
    cut = [cutting.page_stories(page, body, number) for number, page in enumerate(blocks, 1)]
    if not texts and cutting.is_paper(cut, masthead=bool(facts.source or facts.published)):
        yield from _paper(origin, cut, facts, hyphens, body)
        return
    properties = _properties(found["info"], facts, url)
    yield from document_pages(origin, _document(blocks, texts, hyphens, body), properties)


def _lines_of(blocks: Sequence[Sequence[PrintBlock]]) -> str:
    """The text line by line, blocks apart by blank lines, as exports are read."""
    return "\n\n".join("\n".join(line.text for line in block.lines) for page in blocks for block in read_order(page))


def _starts_of(blocks: Sequence[Sequence[PrintBlock]]) -> Iterator[tuple[int, int]]:
    """Where each page begins in :func:`_lines_of`."""
    at = 0
    for page in blocks:
        if page:
            yield at, page[0].page
        at += sum(len(line.text) + 1 for block in page for line in block.lines) + len(page)


def _paper(
    origin: str, cut: Sequence[Sequence[cutting.PrintedStory]], facts: PaperFacts, hyphens: Hyphens, body: float
) -> Iterator[Page]:
    """The stories of a newspaper's pages."""
    stories = [story for page in cut for story in page]
    for story in stories:
        cutting.written_story(story, hyphens, body)
    stories = cutting.joined_stories(stories, facts.labels, hyphens)
    stories = [story for story in stories if cutting.is_worth(story)]
    for number, story in enumerate(stories, 1):
        text, places = joined_paragraphs((p.text, _named(p)) for p in story.text)
        yield Page(
            f"{origin}#item {number}" if len(stories) > 1 else origin,
            text,
            whole=True,
            title=one_line(story.title)[:400] or None,
            published=facts.published,
            source=facts.source,
            section=facts.sections.get(story.page),
            places=places,
        )


def _document(
    blocks: Sequence[Sequence[PrintBlock]], texts: dict[int, list[str]], hyphens: Hyphens, body: float
) -> list[Paragraph]:
    """All pages as one text, with the levels of its headings."""
    ordered: list[PrintBlock] = []
    out: list[Paragraph] = []
    sizes = _heading_sizes(blocks, body)

    def flush() -> None:
        out.extend(_paragraph(p, _level_of(p, sizes, body)) for p in printed_paragraphs(ordered, hyphens))
        ordered.clear()

    for number, page in enumerate(blocks, 1):
        if number in texts:
            flush()
            out += [Paragraph(text, 0, ((0, f"page {number}"),)) for text in texts[number]]
        else:
            ordered += read_order(page)
    flush()
    return out


def _heading_sizes(blocks: Sequence[Sequence[PrintBlock]], body: float) -> list[int]:
    """The sizes of headings, the largest first."""
    sizes = {round(b.size) for page in blocks for b in page if b.size >= 1.15 * body and b.words <= 40}
    return sorted(sizes, reverse=True)[:6]


def _level_of(paragraph: PrintedParagraph, sizes: Sequence[int], body: float) -> int:
    words = len(paragraph.text.split())
    if words > 40 or not any(map(str.isalpha, paragraph.text)):
        return 0
    if paragraph.size >= 1.15 * body:
        return min(sizes.index(round(paragraph.size)) + 1, 6) if round(paragraph.size) in sizes else 0
    short = paragraph.bold and words <= 14 and not paragraph.text.endswith((".", ":", ",", ";"))
    return 6 if short and paragraph.size > 0.95 * body else 0


def _paragraph(printed: PrintedParagraph, level: int) -> Paragraph:
    return Paragraph(printed.text, level, _named(printed))


def _named(printed: PrintedParagraph) -> Places:
    return tuple((start, f"page {page}") for start, page in printed.places)


def _properties(info: dict[str, str], facts: PaperFacts, url: str | None) -> Properties:
    told = {name: "" if _NO_AUTHOR.fullmatch(value) else value for name, value in info.items()}
    made = _DAY.match(told.get("CreationDate", ""))
    created = ""
    if made and made[2] and made[3]:
        try:
            created = date(int(made[1]), int(made[2]), int(made[3])).isoformat()
        except ValueError:
            created = ""
    return Properties(
        told.get("Title", ""), told.get("Author", ""), created, source=facts.source or "", url=facts.url or url,
        published=facts.published,
    )  # fmt: skip
