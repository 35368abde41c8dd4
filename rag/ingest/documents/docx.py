"""Documents of Word (.docx): paragraphs, headings, lists and tables in their order.

Left out is what the page does not show as text of the article: deleted and hidden words, notes, comments, fields'
instructions, headers and footers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.ingest.documents.package import Package
from rag.ingest.documents.written import Paragraph, Properties
from rag.ingest.wire.markup import attribute_of, inside_of, local, words_at

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LONG_CELL = 400
"""Characters of a cell of a table that lays out a page."""

_LEFT_OUT = frozenset(
    "del movefrom fallback footnotereference endnotereference instrtext deltext commentreference rpr ppr sectpr pict "
    "drawing object".split()
)
_HOLDERS = frozenset(
    ("sdt", "sdtcontent", "ins", "moveto", "smarttag", "customxml", "body", "alternatecontent", "choice")
)
_MAX_DEPTH = 40


@dataclass(slots=True)
class _Styles:
    """What styles and lists mean: the level of headings, how items of lists begin."""

    levels: dict[str, int] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)  # style -> number of its list
    formats: dict[tuple[str, str], str] = field(default_factory=dict)  # (list, level) -> its numbers' format
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


def read_docx(package: Package) -> tuple[list[Paragraph], Properties]:
    """The paragraphs of a document, and what it says of itself. Raises ``ReadError``."""
    root = package.xml("word/document.xml")
    if root is None:
        raise ReadError("not a document of Word; save it again as .docx")
    styles = _Styles()
    _read_styles(package, styles)
    _read_lists(package, styles)
    found = [p for body in inside_of(root, "body") for child in body for p in _block(child, styles, 0)]
    return found, core_properties(package)


def core_properties(package: Package) -> Properties:
    core = package.xml("docProps/core.xml")
    return Properties(
        words_at(core, "title"), words_at(core, "creator"), words_at(core, "created"), words_at(core, "language")
    )


def _read_styles(package: Package, styles: _Styles) -> None:
    for style in inside_of(package.xml("word/styles.xml"), "style"):
        name = _value(style, "styleId")
        called = next((_value(e) for e in inside_of(style, "name")), "").lower()
        outline = next((_value(e) for e in inside_of(style, "ppr", "outlinelvl")), "")
        if called == "title" or called.startswith("heading "):
            styles.levels[name] = 1 if called == "title" else int(called[8:9]) if called[8:9].isdecimal() else 1
        elif outline.isdecimal() and int(outline) < 9:
            styles.levels[name] = int(outline) + 1
        if listed := next((_value(e) for e in inside_of(style, "ppr", "numpr", "numid")), ""):
            styles.listed[name] = listed


def _read_lists(package: Package, styles: _Styles) -> None:
    root = package.xml("word/numbering.xml")
    abstract = {
        _value(e, "abstractNumId"): {
            _value(level, "ilvl"): next((_value(f) for f in inside_of(level, "numfmt")), "")
            for level in inside_of(e, "lvl")
        }
        for e in inside_of(root, "abstractnum")
    }
    for number in inside_of(root, "num"):
        refers = next((_value(e) for e in inside_of(number, "abstractnumid")), "")
        styles.formats |= {(_value(number, "numId"), level): f for level, f in abstract.get(refers, {}).items()}


def _block(element: Element, styles: _Styles, depth: int) -> Iterator[Paragraph]:
    name = local(element)
    if depth > _MAX_DEPTH:
        return
    if name == "p":
        yield from _paragraph(element, styles, depth)
    elif name == "tbl":
        yield from _table(element, styles, depth)
    elif name in _HOLDERS:
        for child in element:
            yield from _block(child, styles, depth + 1)


def _paragraph(element: Element, styles: _Styles, depth: int) -> Iterator[Paragraph]:
    boxes: list[Element] = []
    text = "".join(_run(element, boxes, 0))
    style = next((_value(e) for e in inside_of(element, "ppr", "pstyle")), "")
    outline = next((_value(e) for e in inside_of(element, "ppr", "outlinelvl")), "")
    level = int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else styles.levels.get(style, 0)
    if text.strip():
        mark = "" if level else _mark(element, style, styles)
        yield Paragraph(mark + text.strip(), level if len(text) <= 300 else 0)
    for box in boxes:
        for child in box:
            yield from _block(child, styles, depth + 1)


def _mark(element: Element, style: str, styles: _Styles) -> str:
    """'- ' or '2. ' before an item of a list."""
    numbered = next(inside_of(element, "ppr", "numpr"), None)
    listed = next((_value(e) for e in inside_of(numbered, "numid")), "") or styles.listed.get(style, "")
    depth = next((_value(e) for e in inside_of(numbered, "ilvl")), "") or "0"
    if listed in ("", "0"):
        return ""
    kind = styles.formats.get((listed, depth), "")
    if kind in ("", "bullet", "none"):
        return "" if kind == "none" else "- "
    styles.counts[listed, depth] += 1
    for deeper in [key for key in styles.counts if key[0] == listed and key[1] > depth]:
        del styles.counts[deeper]
    return f"{styles.counts[listed, depth]}. "


def _run(element: Element, boxes: list[Element], depth: int) -> Iterator[str]:
    """The words of a paragraph; text boxes in it are put aside."""
    for child in element:
        name = local(child)
        if name == "txbxcontent":
            boxes.append(child)
        elif name == "t":
            yield (child.text or "").replace("\n", " ")
        elif name in ("tab", "ptab"):
            yield " "
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "nobreakhyphen":
            yield "-"
        elif name in ("pict", "drawing", "object"):
            boxes += inside_of(child, "*", "txbxcontent")
        elif name == "r" and _hidden(child):
            continue
        elif name not in _LEFT_OUT and depth < _MAX_DEPTH:
            yield from _run(child, boxes, depth + 1)


def _hidden(run: Element) -> bool:
    vanish = next(inside_of(run, "rpr", "vanish"), None)
    return vanish is not None and _value(vanish) not in ("0", "false")


def _table(element: Element, styles: _Styles, depth: int) -> Iterator[Paragraph]:
    """Its rows with bars between the cells; a table that only lays out the page as what is in its cells."""
    rows = [[_cell(cell, styles, depth) for cell in inside_of(row, "tc")] for row in inside_of(element, "tr")]
    yield from table_rows(rows)


def _cell(cell: Element, styles: _Styles, depth: int) -> list[Paragraph]:
    return [p for child in cell for p in _block(child, styles, depth + 1)]


def table_rows(rows: list[list[list[Paragraph]]]) -> Iterator[Paragraph]:
    """The rows of a table, by the paragraphs of their cells."""
    lays_out = all(len(row) <= 1 for row in rows) or any(
        p.level or len(p.text) > LONG_CELL for row in rows for cell in row for p in cell
    )
    for row in rows:
        if lays_out:
            for cell in row:
                yield from cell
        elif any(row):
            yield Paragraph(" | ".join(" ".join(" ".join(p.text for p in cell).split()) for cell in row))


def _value(element: Element, name: str = "val") -> str:
    return attribute_of(element, name)
