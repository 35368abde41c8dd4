"""Tables of a printed page: the words that stand in rows and columns, as one line a row, 'Port | 2022 | 2023'."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from rag.ingest.encoding import one_line
from rag.ingest.papers.layout.printed import PrintedLine

_PROSE = 6  # words of a run that is a line of a text rather than a cell
_LEAST_ROWS = 3
_ROWS_APART = 4.0  # times the size of its letters that a row stands below the one before
_WRAPPED = 1.6  # the same of the lines of one cell
_FEW_WORDS = 3.0  # of a cell on the average, in a table without figures
_MOST_RUNS = 3000  # of a page; more of them are a map or a drawing
_FIGURE = re.compile(
    r"[~≈<>±+(–—-]*[$€£¥]?\s?\d[\d.,'’\s]*(?:[%‰)*†]|[-–/:]\d[\d.,/:-]*|\s?\w{1,4})?\)?|[-–—]|n/?a|\.\.", re.I
)
_FIGURES = 0.6  # of the cells of a column that show that it is one of figures

RunRow = list[PrintedLine]


def with_tables(lines: Sequence[PrintedLine]) -> tuple[list[PrintedLine], list[PrintedLine]]:
    """(the runs of a page that stand in no table, the rows of its tables, each as one line)."""
    if not 2 * _LEAST_ROWS <= len(lines) <= _MOST_RUNS:
        return list(lines), []
    columns = _text_columns(lines)
    pieces = [piece for row in _rows_of(lines) for piece in _pieces(row, columns)]
    taken: set[int] = set()
    rows: list[PrintedLine] = []
    for table in _candidates(pieces):
        found = _as_table(table, pieces)
        if found and not any(id(run) in taken for run in found[1]):
            taken.update(id(run) for run in found[1])
            rows += found[0]
    return [line for line in lines if id(line) not in taken], rows


def _rows_of(lines: Sequence[PrintedLine]) -> list[RunRow]:
    """The runs that stand on one line, from the left."""
    rows: list[RunRow] = []
    for line in sorted(lines, key=lambda one: (one.y1, one.x0)):
        if rows and abs(rows[-1][0].y1 - line.y1) < 0.25 * min(rows[-1][0].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda one: one.x0) for row in rows]


def _text_columns(lines: Sequence[PrintedLine]) -> list[float]:
    """Where each column begins in which the text of the page is set, after the first."""
    begun: dict[int, list[PrintedLine]] = {}
    for line in lines:
        if line.words >= _PROSE:
            begun.setdefault(round(line.x0 / 2), []).append(line)
    starts: list[float] = []
    right = 0.0
    for _, column in sorted(begun.items()):
        if len(column) < 2:
            continue
        if right and column[0].x0 > right:
            starts.append(column[0].x0)
        right = median(line.x1 for line in column)
    return starts


def _pieces(row: RunRow, columns: Sequence[float]) -> list[RunRow]:
    """A row cut where another column of the text begins, and before each line of a text."""
    out = [row[:1]]
    for before, line in pairwise(row):
        if _column_of(before, columns) != _column_of(line, columns) or line.words >= _PROSE:
            out.append([line])
        else:
            out[-1].append(line)
    return out


def _column_of(line: PrintedLine, columns: Sequence[float]) -> int:
    return bisect_right(columns, (line.x0 + line.x1) / 2)


def _candidates(pieces: Sequence[RunRow]) -> list[list[RunRow]]:
    """Rows of several cells that stand below each other."""
    tables: list[list[RunRow]] = []
    for row in pieces:
        if len(row) < 2:
            continue
        for table in reversed(tables[-8:]):
            last = table[-1]
            near = 0 < row[0].y1 - last[0].y1 < _ROWS_APART * max(row[0].size, last[0].size)
            if near and min(last[-1].x1, row[-1].x1) - max(last[0].x0, row[0].x0) > 0:
                table.append(row)
                break
        else:
            tables.append([row])
    return [table for table in tables if len(table) >= _LEAST_ROWS]


def _as_table(rows: Sequence[RunRow], pieces: Sequence[RunRow]) -> tuple[list[PrintedLine], list[PrintedLine]] | None:
    """(a line for each row, the runs in them); None for what stands in columns for another reason."""
    edges = _edges([run for row in rows for run in row])
    if len(edges) < 2:
        return None
    cells: list[list[list[PrintedLine]]] = []
    for row in rows:
        placed: list[list[PrintedLine]] = [[] for _ in edges]
        for run in row:
            placed[_cell_of(run, edges)].append(run)
        cells.append(placed)
    if not _is_table(cells):
        return None
    _take_wrapped(cells, rows, pieces, edges)
    x0, x1 = edges[0][0], edges[-1][1]
    out = []
    for row, placed in zip(rows, cells, strict=True):
        texts = [" ".join(run.text for run in sorted(cell, key=lambda one: (one.y1, one.x0))) for cell in placed]
        text = one_line(" | ".join(texts).replace("\u00ad ", "").replace("\u00ad", "-")).strip()
        out.append(replace(row[0], x0=x0, x1=x1, text=text, bold=False, italic=False, row=True))
    return out, [run for placed in cells for cell in placed for run in cell]


def _edges(runs: Sequence[PrintedLine]) -> list[tuple[float, float]]:
    """From where to where each column of a table goes; a heading over several of them makes none one."""
    out: list[tuple[float, float]] = []
    for run in sorted(runs, key=lambda one: one.x0):
        if out and run.x0 < out[-1][1] - 1:
            out[-1] = out[-1][0], max(out[-1][1], run.x1)
        else:
            out.append((run.x0, run.x1))
    return out


def _cell_of(run: PrintedLine, edges: Sequence[tuple[float, float]]) -> int:
    return next(n for n, (x0, x1) in enumerate(edges) if x0 <= run.x0 <= x1)


def _is_table(cells: Sequence[Sequence[RunRow]]) -> bool:
    """Whether the columns hold figures, or short words in three columns and more."""
    count = len(cells[0])
    texts = [[" ".join(run.text for run in cell) for cell in row] for row in cells]
    filled = [sum(bool(text) for text in row) for row in texts]
    if sum(n >= min(count, max(2, count - 1)) for n in filled) < 0.7 * len(texts):
        return False
    for n in range(1, count):
        told = [row[n] for row in texts[1:] if row[n]]
        if len(told) > 1 and sum(bool(_FIGURE.fullmatch(text)) for text in told) >= _FIGURES * len(told):
            return True
    words = [len(text.split()) for row in texts for text in row if text]
    return (
        count > 2
        and sum(words) <= _FEW_WORDS * len(words)
        and not any(t.endswith((".", "\u00ad")) for r in texts for t in r)
    )


def _take_wrapped(
    cells: Sequence[Sequence[RunRow]],
    rows: Sequence[RunRow],
    pieces: Sequence[RunRow],
    edges: Sequence[tuple[float, float]],
) -> None:
    """Adds to each cell the lines of it that stand alone above or below its row."""
    for piece in pieces:
        run = piece[0]
        if len(piece) > 1 or not rows[0][0].y1 < run.y1 < rows[-1][0].y1 + _WRAPPED * run.size:
            continue
        ends = [*(x0 for x0, _ in edges[1:]), edges[-1][1] + 2]
        inside = [n for n, (x0, _) in enumerate(edges) if x0 - 2 <= run.x0 and run.x1 <= ends[n]]
        near = min(range(len(rows)), key=lambda n: abs(rows[n][0].y1 - run.y1))
        if inside and abs(rows[near][0].y1 - run.y1) < _WRAPPED * run.size:
            below = run.y1 > rows[-1][0].y1
            if not below or run.text[:1].islower():
                cells[near][inside[0]].append(run)
