"""Tables in the text of an article, a row a line with ' | ' between its cells: which row names the columns, and what a
row says in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

BETWEEN_CELLS = " | "
_UNIT = re.compile(r"^(?P<what>.*?),?\s*(?:\((?:in )?(?P<bracketed>[^()]+)\)|\bin (?P<unit>[^\W\d][^\d]*))$", re.S)
_BARE = re.compile(r"[-–−+]?\d[\d.,\u202f\u00a0]*")
_AMOUNT = re.compile(r"\d")
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_SIGN = re.compile(r"^[$€£¥]")
MAX_ROWS = 400
"""Rows of one table that are read."""


@dataclass(frozen=True, slots=True)
class Row:
    """``body[start:end]`` is one row. ``header`` has the cells that name its columns, empty where the table has none or
    the row is the header itself (``names_columns``)."""

    start: int
    end: int
    cells: tuple[str, ...]
    header: tuple[str, ...]
    names_columns: bool

    def in_words(self) -> str:
        """'Vehicles: Cost 16.2 million euros; Year 2021'; the row as it is where nothing names its columns."""
        if not self.header:
            return BETWEEN_CELLS.join(self.cells)
        first, *others = self.cells
        told = [_told(name, cell) for name, cell in zip(self.header[1:], others, strict=True) if cell]
        return f"{first}: {'; '.join(told)}"


def _told(name: str, cell: str) -> str:
    found = _UNIT.match(name)
    unit = (found["bracketed"] or found["unit"] or "").strip() if found else ""
    if _A_YEAR.fullmatch(name):
        return f"{name}: {cell}"
    if not found or not unit or not _BARE.fullmatch(cell):
        return f"{name} {cell}" if cell not in name else cell
    what = found["what"].strip()
    if sign := _SIGN.match(unit):
        shown = f"{sign[0]}{cell}{unit[1:] if unit[1:2].isspace() else ' ' + unit[1:] if unit[1:] else ''}"
    else:
        shown = f"{cell}{'' if unit.startswith('%') else ' '}{unit}"
    return f"{what} {shown}".strip()


def row_at(body: str, start: int, end: int) -> Row | None:
    """The row of a table that a sentence is, or stands in."""
    if BETWEEN_CELLS.strip() not in body[start:end]:
        return None
    return next((row for row in rows(body) if row.start < end and start < row.end), None)


@lru_cache(maxsize=64)
def rows(body: str) -> tuple[Row, ...]:
    """All rows of all tables of a text. A table is two lines at least with as many cells each, blank lines aside."""
    found: list[Row] = []
    table: list[tuple[int, int, tuple[str, ...]]] = []
    for start, end in _lines(body):
        cells = tuple(cell.strip() for cell in body[start:end].split(BETWEEN_CELLS.strip()))
        if table and len(cells) != len(table[-1][2]):
            found += _read(table)
            table = []
        if len(cells) > 1 and len(table) < MAX_ROWS:
            table.append((start, end, cells))
    found += _read(table)
    return tuple(found)


def _lines(body: str) -> Iterator[tuple[int, int]]:
    for m in re.finditer(r"[^\n]+", body):
        if line := m[0].strip():
            at = m.start() + m[0].index(line[0])
            yield at, at + len(line)


def _read(table: list[tuple[int, int, tuple[str, ...]]]) -> list[Row]:
    """The rows of one table. Its first row names the columns where it has no number in a column that has some below."""
    if len(table) < 2:
        return []
    first, *others = (cells for *_, cells in table)
    columns = list(zip(*others, strict=True))
    counted = [n for n, column in enumerate(columns) if any(map(_AMOUNT.search, column))]
    named = any(counted) and not any(_is_value(first[n], columns[n]) for n in counted)
    header = first if named else ()
    return [
        Row(start, end, cells, () if n == 0 and named else header, n == 0 and named)
        for n, (start, end, cells) in enumerate(table)
    ]


def _is_value(cell: str, below: tuple[str, ...]) -> bool:
    """Whether the first cell of a column is a number like those below it; a year above other numbers is a name."""
    year = _A_YEAR.fullmatch(cell) and not any(map(_A_YEAR.fullmatch, below))
    return bool(_BARE.fullmatch(cell)) and not year
