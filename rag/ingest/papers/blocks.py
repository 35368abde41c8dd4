"""Lines of a printed page -> blocks of lines that stand under each other, and the order in which people read them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag.ingest.encoding import clean, one_line
from rag.ingest.papers.layout.printed import PrintedLine
from rag.ingest.papers.layout.tables import with_tables

_ALIKE = 1.18  # times the size that the next line of a block may have at most
_LEADING = 1.75  # times its size that a line may stand below the one before in its block
_WORDS_APART = 0.9  # times the size, that words of a line in large print may be apart
_GUTTER = 3  # lines that begin at one place show that a column does
_NEAR = 6  # lines above and below that show whether a gap goes on
_DROP_CAP = 1.8  # times the size of the text that a letter over several lines has
_MIN_GUTTER = 3.0  # points between two columns
MOST_BLOCKS = 500
"""Blocks of a page that are put in order by columns; a page of a newspaper has some 100, a map of words thousands."""
_MOST_OPEN = 100  # blocks that a line may go on with
_MOST_IN_ROW = 40  # runs of one line
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
"""Letters that are cast as one: 'ﬁ' for 'fi'."""
_CAP = re.compile(r"[\"“„«‘']?[^\W\d_]")


@dataclass(slots=True)
class PrintBlock:
    """Lines of one look that stand under each other in one column."""

    lines: list[PrintedLine]
    x0: float = field(init=False)
    x1: float = field(init=False)
    size: float = field(init=False)
    words: int = field(init=False)

    def __post_init__(self) -> None:
        self.x0 = min(line.x0 for line in self.lines)
        self.x1 = max(line.x1 for line in self.lines)
        self.size = max(line.size for line in self.lines)
        self.words = sum(line.words for line in self.lines)

    def add(self, line: PrintedLine) -> None:
        self.lines.append(line)
        self.x0, self.x1 = min(self.x0, line.x0), max(self.x1, line.x1)
        self.size, self.words = max(self.size, line.size), self.words + line.words

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def y0(self) -> float:
        return self.lines[0].y0

    @property
    def y1(self) -> float:
        return self.lines[-1].y1

    @property
    def bold(self) -> bool:
        return sum(len(line.text) for line in self.lines if line.bold) * 2 > sum(len(line.text) for line in self.lines)

    @property
    def italic(self) -> bool:
        return all(line.italic for line in self.lines)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines).replace("\u00ad ", "").replace("\u00ad", "-")


def printed_lines(pages: Sequence[dict[str, Any]]) -> list[list[PrintedLine]]:
    """The lines of each page, with those runs joined that are one line though the file has them apart; what is printed
    twice in one place, as some programs make letters bold, once."""
    raw = [
        [
            PrintedLine(number, x0, y0, x1, y1, size, bold, italic, text, at)
            for at, (x0, y0, x1, y1, size, bold, italic, shown) in enumerate(page["lines"])
            if (text := _plain(shown))
        ]
        for number, page in enumerate(pages, 1)
    ]
    raw = [
        list({(line.text, round(line.x0 / 2), round(line.y1 / 2)): line for line in lines}.values()) for lines in raw
    ]
    body = body_size(raw)
    out = []
    for lines in raw:
        rest, rows = with_tables(lines)
        out.append(sorted([*_level(rest, body), *rows], key=lambda one: one.y1) if rows else _level(lines, body))
    return out


def _plain(text: str) -> str:
    """The words of a line as people type them; a hyphen where its last word is cut stays the sign that it is."""
    text = text.translate(_LIGATURES)
    cut = text.endswith("\u00ad")
    return one_line(clean(text)) + ("\u00ad" if cut else "")


def body_size(pages: Iterable[Iterable[PrintedLine]]) -> float:
    """The size in which most of the text is printed; 0 where there is none."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _level(lines: list[PrintedLine], body: float) -> list[PrintedLine]:
    """The runs that stand on one line and in one column, joined."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda one: (one.y1, one.x0)):
        row = rows[-1] if rows else None
        if row and abs(row[0].y1 - line.y1) < 0.25 * min(row[0].size, line.size):
            row.append(line)
        else:
            rows.append([line])
    out: list[PrintedLine] = []
    for number, row in enumerate(rows):
        low, high = max(number - 3 * _NEAR, 0), number + 3 * _NEAR + 1
        near = [one for other in rows[low:high] if other is not row for one in other]
        held: PrintedLine | None = None
        for line in _unspread(sorted(row, key=lambda one: one.x0), near):
            if held and _one_line(held, line, near, body):
                held = replace(
                    held, x1=max(held.x1, line.x1), size=max(held.size, line.size), text=_beside(held, line),
                    bold=held.bold and line.bold, italic=held.italic and line.italic, at=line.at,
                )  # fmt: skip
            else:
                out += [held] if held else []
                held = line
        out += [held] if held else []
    return out


def _unspread(row: list[PrintedLine], near: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The runs of a row, with those joined that fill a line from edge to edge of a column, as lines around them do."""
    out: list[PrintedLine] = []
    start = 0
    while start < len(row):
        end = start
        while end + 1 < min(len(row), start + _MOST_IN_ROW) and row[end + 1].at == row[end].at + 1:
            end += 1
        while end > start and not _fills(row[start], row[end], near):
            end -= 1
        out.append(row[start])
        for line in row[start + 1 : end + 1]:
            out[-1] = replace(out[-1], x1=line.x1, text=f"{out[-1].text} {line.text}", at=line.at)
        start = end + 1
    return out


def _fills(first: PrintedLine, last: PrintedLine, near: Sequence[PrintedLine]) -> bool:
    alike = [line for line in near if line.size < _ALIKE * first.size and first.size < _ALIKE * line.size]
    return sum(abs(line.x0 - first.x0) < 1.5 and abs(line.x1 - last.x1) < 1.5 for line in alike) > 1


def _beside(left: PrintedLine, right: PrintedLine) -> str:
    close = right.x0 - left.x1 < 0.12 * left.size
    return f"{left.text}{'' if close else ' '}{right.text}"


def _one_line(left: PrintedLine, right: PrintedLine, near: Sequence[PrintedLine], body: float) -> bool:
    """Whether two runs beside each other are one line: close by, or one after the other in the file, spread apart, and
    no gutter between them."""
    size, gap = min(left.size, right.size), right.x0 - left.x1
    if gap < -0.5 * size or max(left.size, right.size) > 1.5 * size:
        return False
    if gap < min(0.3 * size, 5.0):
        return True
    if right.at != left.at + 1 or gap > 15 * size:
        return False
    close = [line for line in near if abs(line.y1 - left.y1) < max(_NEAR * 1.5 * size, 100)]
    begun = sum(abs(line.x0 - right.x0) < 1.5 for line in close)
    if gap < _WORDS_APART * size and begun < 2:
        return True
    alike = [line for line in close if line.size < _ALIKE * size]
    across = sum(line.x0 < left.x1 and line.x1 > right.x0 for line in alike)
    if gap < (4 if across < 2 else 15) * size and across > begun:
        return True
    return gap < (5 if begun < 2 else 3) * size and begun < _GUTTER and size < 1.3 * body


def page_blocks(lines: Sequence[PrintedLine], body: float) -> list[PrintBlock]:
    """The blocks of a page, from above."""
    found: list[PrintBlock] = []
    open_blocks: list[PrintBlock] = []
    for line in _with_capitals(lines, body):
        open_blocks = [block for block in open_blocks if line.y1 - block.y1 < 60 + 3 * line.size][-_MOST_OPEN:]
        fitting = [block for block in open_blocks if _goes_on(block, line, open_blocks)]
        if fitting:
            max(fitting, key=lambda block: block.y1).add(line)
        else:
            found.append(PrintBlock([line]))
            open_blocks.append(found[-1])
    return found


def _with_capitals(lines: Sequence[PrintedLine], body: float) -> list[PrintedLine]:
    """The lines, with a large first letter put before its word, and those beside it moved to its edge."""
    out = list(lines)
    words = {word.lower().strip('.,;:!?"”’') for line in lines for word in line.text.split()}
    for cap in [line for line in lines if _CAP.fullmatch(line.text) and body and line.size > _DROP_CAP * body]:
        beside = [
            line for line in out
            if line is not cap and -2 <= line.x0 - cap.x1 < 1.5 * body
            and cap.y0 - body < line.y1 <= cap.y1 + 0.5 * body
            and line.size < cap.size / 1.5
        ]  # fmt: skip
        if not beside:
            continue
        first = beside[0].text.split()[0]
        apart = cap.text in ("A", "I") and f"{cap.text}{first}".lower() not in words and len(first) > 1
        out.remove(cap)
        for number, line in enumerate(beside):
            text = f"{cap.text}{' ' if apart else ''}{line.text}" if not number else line.text
            out[out.index(line)] = replace(line, x0=cap.x0, text=text)
    return out


def _goes_on(block: PrintBlock, line: PrintedLine, blocks: Sequence[PrintBlock]) -> bool:
    last = block.lines[-1]
    size = max(last.size, line.size)
    if last.row or line.row:
        return last.row and line.row and (last.x0, last.x1) == (line.x0, line.x1)
    if size > _ALIKE * min(last.size, line.size) or last.bold != line.bold:
        return False
    step = line.y1 - last.y1
    if not 0.5 * size < step < _LEADING * size:
        return False
    overlap = min(block.x1, line.x1) - max(block.x0, line.x0)
    width = min(block.x1 - block.x0, line.x1 - line.x0)
    if overlap < 0.5 * width:
        return False
    near = abs(line.x0 - block.x0) < 3 * size or abs((line.x0 + line.x1) - (block.x0 + block.x1)) < 2 * size
    # A line over two columns is the line of neither.
    across = any(
        other is not block
        and _overlap(other, block) <= 0
        and other.lines[-1].size < _ALIKE * line.size
        and abs(other.y1 - last.y1) < _LEADING * size
        and min(other.x1, line.x1) - max(other.x0, line.x0) > 0.3 * (other.x1 - other.x0)
        for other in blocks
    )
    return (near or line.x0 > block.x0) and not across


def read_order(blocks: Sequence[PrintBlock]) -> list[PrintBlock]:
    """The blocks in the order of reading: columns one after the other, what goes over several columns between what is
    above it and what is below."""
    if len(blocks) < 2:
        return list(blocks)
    columns = _columns(blocks)
    if len(columns) > 1:
        return [block for column in columns for block in read_order(column)]
    if spanner := _spanner(blocks):
        middle = (spanner.y0 + spanner.y1) / 2
        above = [b for b in blocks if b is not spanner and (b.y0 + b.y1) / 2 < middle]
        below = [b for b in blocks if b is not spanner and (b.y0 + b.y1) / 2 >= middle]
        return [*read_order(above), spanner, *read_order(below)]
    return sorted(blocks, key=lambda block: (block.y0, block.x0))


def _columns(blocks: Sequence[PrintBlock]) -> list[list[PrintBlock]]:
    """The blocks by columns that no block crosses and that stand beside each other; one where there are no several."""
    columns: list[list[PrintBlock]] = []
    edge = 0.0
    for block in sorted(blocks, key=lambda one: one.x0):
        if columns and block.x0 < edge + _MIN_GUTTER:
            columns[-1].append(block)
        else:
            columns.append([block])
        edge = max(edge, block.x1) if len(columns[-1]) > 1 else block.x1
    joined = columns[:1]
    for column in columns[1:]:
        beside = joined[-1]
        low, high = (
            max(min(b.y0 for b in beside), min(b.y0 for b in column)),
            min(max(b.y1 for b in beside), max(b.y1 for b in column)),
        )
        if high - low > 0 and all(sum(b.words for b in side) > 5 for side in (beside, column)):
            joined.append(column)
        else:
            beside.extend(column)
    return joined


def _spanner(blocks: Sequence[PrintBlock]) -> PrintBlock | None:
    """The widest block over or under several that stand beside each other."""
    if len(blocks) > MOST_BLOCKS:
        return None
    for block in sorted(blocks, key=lambda one: one.x0 - one.x1):
        under = sorted((b for b in blocks if b is not block and _overlap(b, block) > 0), key=lambda b: b.x0)
        edge = under[0].x1 if under else 0.0
        for other in under[1:]:
            if other.x0 > edge:
                return block
            edge = min(edge, other.x1)
    return None


def _overlap(one: PrintBlock, other: PrintBlock) -> float:
    return min(one.x1, other.x1) - max(one.x0, other.x0)
