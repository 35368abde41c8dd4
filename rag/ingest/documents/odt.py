"""Documents of LibreOffice and others (.odt): paragraphs, headings, lists and tables in their order.

Deleted text, notes, comments and tables of contents are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.ingest.documents.docx import table_rows
from rag.ingest.documents.package import Package
from rag.ingest.documents.written import Paragraph, Properties
from rag.ingest.wire.markup import attribute_of, inside_of, local, words_at

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LEFT_OUT = frozenset(
    "tracked-changes table-of-content note annotation annotation-end alphabetical-index bibliography "
    "illustration-index table-index sequence-decls forms object plugin title desc event-listeners".split()
)
_MAX_DEPTH = 40
_MOST_SPACES = 100


def read_odt(package: Package) -> tuple[list[Paragraph], Properties]:
    """The paragraphs of a document, and what it says of itself. Raises ``ReadError``."""
    if b"encryption-data" in (package.part("META-INF/manifest.xml") or b""):
        raise ReadError("encrypted; save it without a password")
    root = package.xml("content.xml")
    text = next(inside_of(root, "body", "text"), None)
    if root is None or text is None:
        raise ReadError("not a text document; save it again as .odt")
    numbered = {
        attribute_of(style, "name")
        for part in (root, package.xml("styles.xml"))
        for place in ("automatic-styles", "styles")
        for style in inside_of(part, place, "list-style")
        if (first := next((e for e in style if local(e).startswith("list-level-style")), None)) is not None
        and local(first) == "list-level-style-number"
        and attribute_of(first, "num-format")
    }
    titles = {attribute_of(s, "name") for s in inside_of(root, "automatic-styles", "style") if _is_title(s)} | {"Title"}
    meta = next(inside_of(package.xml("meta.xml"), "meta"), None)
    properties = Properties(
        words_at(meta, "title"),
        words_at(meta, "initial-creator") or words_at(meta, "creator"),
        words_at(meta, "creation-date"),
        words_at(meta, "language"),
    )
    return [p for child in text for p in _block(child, numbered, titles, 0)], properties


def _is_title(style: Element) -> bool:
    return attribute_of(style, "parent-style-name") == "Title"


def _block(element: Element, numbered: set[str], titles: set[str], depth: int) -> Iterator[Paragraph]:
    name = local(element)
    if depth > _MAX_DEPTH or name in _LEFT_OUT:
        return
    if name in ("p", "h"):
        boxes: list[Element] = []
        text = "".join(_words(element, boxes, 0)).strip()
        stated = attribute_of(element, "outline-level")
        level = int(stated[:2]) if name == "h" and stated[:2].isdecimal() else 1 if name == "h" else 0
        level = 1 if attribute_of(element, "style-name") in titles else level
        if text:
            yield Paragraph(text, level if len(text) <= 300 else 0)
        for box in boxes:
            for child in box:
                yield from _block(child, numbered, titles, depth + 1)
    elif name == "list":
        yield from _list(element, numbered, titles, depth)
    elif name == "table":
        rows = [
            [
                [p for child in cell for p in _block(child, numbered, titles, depth + 1)]
                for cell in inside_of(row, "table-cell")
            ]
            for row in (*inside_of(element, "table-header-rows", "table-row"), *inside_of(element, "table-row"))
        ]
        yield from table_rows(rows)
    else:
        for child in element:
            yield from _block(child, numbered, titles, depth + 1)


def _list(element: Element, numbered: set[str], titles: set[str], depth: int) -> Iterator[Paragraph]:
    counts = attribute_of(element, "style-name") in numbered
    number = 0
    for item in element:
        if local(item) not in ("list-item", "list-header"):
            continue
        number += local(item) == "list-item"
        first = local(item) == "list-item"
        for child in item:
            for paragraph in _block(child, numbered, titles, depth + 1):
                mark = "" if not first or paragraph.level else f"{number}. " if counts else "- "
                first = False
                yield Paragraph(mark + paragraph.text, paragraph.level)


def _words(element: Element, boxes: list[Element], depth: int) -> Iterator[str]:
    yield (element.text or "").replace("\n", " ")
    for child in element:
        name = local(child)
        if name == "s":
            count = attribute_of(child, "c")
            yield " " * min(int(count[:4]) if count[:4].isdecimal() else 1, _MOST_SPACES)
        elif name == "tab":
            yield " "
        elif name == "line-break":
            yield "\n"
        elif name == "text-box":
            boxes.append(child)
        elif name not in _LEFT_OUT and depth < _MAX_DEPTH:
            yield from _words(child, boxes, depth + 1) if name not in ("frame", "image") else _framed(child, boxes)
        yield (child.tail or "").replace("\n", " ")


def _framed(frame: Element, boxes: list[Element]) -> Iterator[str]:
    boxes += inside_of(frame, "text-box")
    yield ""
