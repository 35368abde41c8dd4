"""Paragraphs of a document, and what the document says of itself -> its articles.

The text goes before the properties: a title, an author and a day in these are used only where the text has none, and
the report tells of the day, which is that on which somebody began to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.errors import ReadError
from rag.ingest.encoding import clean, one_line
from rag.ingest.formats.records import read_items
from rag.ingest.page import Page, Withdrawal, failed
from rag.ingest.places import carried_places, joined_paragraphs
from rag.ingest.segment.bylines import byline, people
from rag.ingest.segment.exports import exported
from rag.ingest.segment.segmenter import segment
from rag.ingest.wire.markup import coded_language
from rag.text.timex import stamps
from rag.text.timex.machine import parse_machine_stamp
from rag.types import Places, ReportItem, When, day

_PREAMBLE = 300  # characters above the first of several articles that are no article
_PROSE = 25  # words of a paragraph that cannot be above a headline
_HEAD = 60  # paragraphs in which a day and an author are looked for
_MOST_CUT = 400_000  # characters of a document that is cut without headings
_HEADER = 4  # paragraphs between a headline and the text
_NOBODY = re.compile(
    r"\b(?:admin\w*|user|owner|office|microsoft|windows|python-docx|libreoffice|openoffice|un-?named|unknown|author|calibre"
    r"|pandoc|google|apple|default|client|guest|root|pc|dell|hp|lenovo)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:microsoft word - .*|(?:untitled|unbenannt|document|dokument|sans titre|sin título|senza titolo)\b[\s\d-]*"
    r"|(?:word|powerpoint|pdf)[ -]?(?:document|dokument)?[\s\d]*|.*\.(?:docx?|odt|rtf|pdf|dotx?))",
    re.IGNORECASE,
)
_CODED = re.compile(r"^([A-Z]{2,3}) \| ?", re.MULTILINE)  # of a table in exports of Factiva
_SMALL = re.compile(r"^(?:[-•*]|\d+[.)]) ")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, an item of a list or a row of a table; ``level`` is that of a heading, 0 of all else. ``places`` are
    the printed pages that it stands on."""

    text: str
    level: int = 0
    places: Places = ()


@dataclass(frozen=True, slots=True)
class Properties:
    """What a document says of itself, as it is written there."""

    title: str = ""
    author: str = ""
    created: str = ""
    language: str = ""
    source: str = ""
    url: str | None = None
    what: str = "created"  # what its day is of
    published: When = None  # the day that is printed on its pages


def document_pages(
    origin: str, paragraphs: Sequence[Paragraph], properties: Properties
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a document: several where headlines with a day or a byline under them show it, else one."""
    found = [replace(p, text=text) for p in paragraphs if (text := "\n".join(filter(None, _lines(p.text))))]
    if not found:
        yield failed(origin, "no text in it; save what it shows as .txt")
        return
    text, places = _text_of(found)
    if records := exported(_CODED.sub(r"\1  ", text)):
        yield from (_placed(item, text, places) for item in read_items(origin, records))
        return
    if starts := _starts(found):
        for number, (start, end) in enumerate(pairwise([*starts, len(found)]), 1):
            body, inside = _text_of(found[start + 1 : end])
            page = Page(f"{origin}#item {number}", body, whole=True, title=one_line(found[start].text), places=inside)
            yield _completed(page, properties)
        return
    if _several(origin, text):
        yield Page(origin, text, language=coded_language(properties.language), places=places)
        return
    head = _headline(found)
    body, inside = _text_of([p for i, p in enumerate(found) if i != head])
    title = one_line(found[head].text)[:400] if head is not None else _title(found, properties)
    page = Page(origin, body or text, whole=True, title=title, url=properties.url, places=inside if body else places)
    yield _completed(page, properties)


def _text_of(found: Sequence[Paragraph]) -> tuple[str, Places]:
    return joined_paragraphs((p.text, p.places) for p in found)


def _placed(item: Page | ReportItem | Withdrawal, text: str, places: Places) -> Page | ReportItem | Withdrawal:
    """The article of an export, with the pages of the document that it stands on."""
    if not places or not isinstance(item, Page):
        return item
    return replace(item, places=carried_places(places, text, item.text))


def _lines(text: str) -> Iterator[str]:
    return (" ".join(line.split()) for line in clean(text).split("\n"))


def _starts(found: Sequence[Paragraph]) -> list[int]:
    """The headings of one level that each have a day or a byline and text under them; nothing where there are no two
    or where one has neither."""
    for level in sorted({p.level for p in found if p.level}):
        heads = [i for i, p in enumerate(found) if p.level == level]
        full = all(b - a > 1 and _is_headline(found, a) for a, b in pairwise([*heads, len(found)]))
        above = sum(len(p.text) for p in found[: heads[0]])
        if len(heads) > 1 and full and above < _PREAMBLE:
            return heads
    return []


def _is_headline(found: Sequence[Paragraph], head: int) -> bool:
    for paragraph in found[head + 1 : head + 1 + _HEADER]:
        if len(paragraph.text) > 160:
            return False
        if byline(paragraph.text) or ((stamp := stamps.stamp(paragraph.text)) and stamp.published):
            return True
    return False


def _several(origin: str, text: str) -> bool:
    """Whether the text holds several articles, each with a headline and a day or an author of its own."""
    if len(text) > _MOST_CUT:
        return False
    try:
        articles = segment(Page(origin, text))
    except ReadError:
        return False
    return len(articles) > 1 and all(a.published or a.authors for a in articles)


def _headline(found: Sequence[Paragraph]) -> int | None:
    """The first heading, if no prose is above it."""
    for i, paragraph in enumerate(found[:12]):
        if paragraph.level:
            return i
        if len(paragraph.text.split()) > _PROSE:
            return None
    return None


def _title(found: Sequence[Paragraph], properties: Properties) -> str | None:
    """The title by the properties, where the text does not begin with a line that can be one."""
    stated = one_line(properties.title)[:400]
    first = found[0].text
    like = len(first.split()) <= 20 and not _SMALL.match(first) and not first.endswith((".", ":", "。", ","))
    if len(found) > 1 and like:
        return None
    return stated if stated and not _NO_TITLE.fullmatch(stated) else None


def _completed(page: Page, properties: Properties) -> Page:
    """The page with what its text leaves open, as the properties have it."""
    page = replace(page, language=coded_language(properties.language), source=one_line(properties.source)[:100] or None)
    try:
        articles = segment(replace(page, text="\n\n".join(page.text.split("\n\n")[:_HEAD])))
    except ReadError:
        return page  # which tells what is wrong
    article = articles[0]
    if not article.authors and not _NOBODY.search(properties.author):
        named = [name for name in re.split(r"\s*;\s*", one_line(properties.author)[:400]) if len(name.split()) > 1]
        page = replace(page, authors=people(named))
    if article.published is None and properties.published:
        page = replace(page, published=properties.published)
    elif article.published is None and (written := parse_machine_stamp(properties.created.strip())):
        told = f"its text names no day; by its properties it was {properties.what} on {day(written):%Y-%m-%d}"
        page = replace(page, published=written).noted(told)
    return page
