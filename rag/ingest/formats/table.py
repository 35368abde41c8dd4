"""CSV and TSV: a header row that names columns, then an article a row. Read as a stream, in the memory of one row."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from rag.ingest.encoding import MENDING, Prefixed, encoding, foreign, one_line
from rag.ingest.formats.records import FIELDS, Wrong, failed, page, until_hopeless
from rag.ingest.page import Page
from rag.text.timex import stamps
from rag.types import ReportItem

MAX_ROW = 16 << 20
"""The most characters that one row may have; a longer one is reported and passed over."""

SAMPLE = 1 << 20
"""The first bytes, which decide encoding, delimiter and the order of day and month."""

_DELIMITERS = ",;\t|"
_LIMIT = threading.Lock()
_SEP = re.compile(r'"?sep=(\t|[^\w\s"])"?\r?', re.IGNORECASE)
_ROW_NUMBER = re.compile(r"\d{1,9}")


class _TooLong(Exception):
    """A row that has more than ``MAX_ROW`` characters, perhaps because a quote is never closed."""


class _Lines:
    """The lines of a table for the ``csv`` module, which asks for more of them while a quote is open."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self.number = 0  # of the line that was read last
        self._row = 0  # characters of the row so far

    def start(self) -> None:
        self._row = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        found = self._text.readline(MAX_ROW + 1)
        if not found:
            raise StopIteration
        self.number += 1
        self._row += len(found)
        if self._row > MAX_ROW:
            while found and not found.endswith(("\n", "\r")):
                found = self._text.readline(1 << 20)
            raise _TooLong
        return found.replace("\0", "")  # what some exports pad with


def read(origin: str, stream: BinaryIO, *, tabs: bool = False) -> Iterator[Page | ReportItem]:
    """The articles of a table; a row that is none fails alone, under the line at which it begins.

    The delimiter is the one of ``, ; tab |`` that makes the best header, a tab first where ``tabs`` is set.
    """
    yield from until_hopeless(origin, _rows(origin, stream, tabs))


def _rows(origin: str, stream: BinaryIO, tabs: bool) -> Iterator[Page | ReportItem]:
    sample = _first(stream)
    if not sample.strip():
        yield failed(origin, "no text: the file is empty")
        return
    named = None if foreign(sample) else _encoding(sample)
    if named is None:
        yield failed(
            origin, f"not text but binary data ({foreign(sample) or 'no known encoding'}); export it as CSV again"
        )
        return
    head = sample.decode(named, errors=MENDING).replace("\0", "")
    skipped, delimiter = _delimiter(head, tabs)
    raw = io.BufferedReader(Prefixed(sample, stream))
    lines = _Lines(io.TextIOWrapper(cast(BinaryIO, raw), named, errors=MENDING, newline=""))
    for _ in range(skipped):
        next(lines)
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        first = _next_row(rows, lines)
        if first is None:
            yield failed(origin, "no text: the file holds only blanks")
            return
        header = [one_line(cell) for cell in first[1]]
        columns = _columns(header)
    except (Wrong, _TooLong) as wrong:
        yield failed(origin, str(wrong) or "the first row does not end; is it a table with a header row?")
        return
    day_first = _day_first(head, delimiter, skipped, columns)
    empty = True
    while True:
        begins = lines.number + 1
        try:
            row = _next_row(rows, lines)
            if row is None:
                break
            begins, cells = row
            empty = False
            yield page(f"{origin}#line {begins}", _record(cells, header, columns), day_first=day_first)
        except (Wrong, _TooLong) as wrong:
            empty = False
            reason = str(wrong) or f"the row is longer than {MAX_ROW >> 20} MiB; is a quote not closed?"
            yield failed(f"{origin}#line {begins}", f"line {begins}: {reason}")
    if empty:
        yield failed(origin, "no text: there are no rows under the header")


def count_rows(stream: BinaryIO, ending: str) -> tuple[int, bool]:
    """(rows under the header in the first ``SAMPLE`` bytes, whether these are all)."""
    sample = _first(stream)
    named = _encoding(sample) if sample.strip() else None
    if named is None:
        return 1, True
    head = sample.decode(named, errors=MENDING).replace("\0", "")
    skipped, delimiter = _delimiter(head, ending == ".tsv")
    return sum(1 for _ in _beginning(head, delimiter, skipped)) - 1, len(sample) < SAMPLE


def _first(stream: BinaryIO) -> bytes:
    parts: list[bytes] = []
    while (missing := SAMPLE - sum(map(len, parts))) > 0 and (part := stream.read(missing)):
        parts.append(part)
    return b"".join(parts)


def _encoding(sample: bytes) -> str | None:
    """The encoding by the first part of the file, which may end inside a character; zeros are no letters."""
    whole_lines = sample[: sample.rfind(b"\n") + 1] if len(sample) >= SAMPLE else sample
    named = encoding(whole_lines or sample)
    if named is None and sample.count(0) < 0.1 * len(sample):
        named = encoding(sample.replace(b"\0", b""))
    strange = sum(c < 32 and c not in b"\0\t\n\r\x0b\x0c\x1b" for c in sample[:100_000])
    wide = named is not None and named.startswith(("utf-16", "utf-32"))
    return None if not wide and strange > 2 + 0.02 * len(sample[:100_000]) else named


def _delimiter(head: str, tabs: bool) -> tuple[int, str]:
    """(lines before the header, the delimiter). Excel's own first line 'sep=;' says what it is."""
    named = _SEP.fullmatch(head.split("\n", 1)[0])
    if named:
        return 1, named[1]
    best = max(
        "\t,;|" if tabs else _DELIMITERS,
        key=lambda d: _known(next(iter(_beginning(head[:100_000], d, 0)), [])),
    )
    return 0, best


def _known(header: Sequence[str]) -> tuple[int, int]:
    """(columns of a header that are known, all columns)."""
    names = {_key(cell) for cell in header}
    return sum(not names.isdisjoint(map(_key, known)) for known in FIELDS.values()), len(header)


def _next_row(rows: Iterator[list[str]], lines: _Lines) -> tuple[int, list[str]] | None:
    """(line at which it begins, cells) of the next row that holds anything. Raises ``Wrong`` and ``_TooLong``."""
    while True:
        begins = lines.number + 1
        lines.start()
        cells = _limited(rows)
        if cells is None or any(cell and not cell.isspace() for cell in cells):
            return None if cells is None else (begins, cells)


def _beginning(head: str, delimiter: str, skipped: int) -> Iterator[list[str]]:
    """The rows of the beginning of a file, as far as they can be read; the last may be cut off."""
    lines = _Lines(io.StringIO(head, newline=""))
    for _ in range(skipped):
        next(lines, None)
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        while row := _next_row(rows, lines):
            yield row[1]
    except (Wrong, _TooLong):
        return


def _limited(rows: Iterator[list[str]]) -> list[str] | None:
    """A row by the ``csv`` module, whose bound on a cell's length is one for the whole process: raised for the row."""
    with _LIMIT:
        before = csv.field_size_limit(MAX_ROW + 1)
        try:
            return next(rows, None)
        except csv.Error as error:
            raise Wrong(f"not a row of a table ({' '.join(str(error).split())})") from None
        finally:
            csv.field_size_limit(before)


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Field -> the columns that may hold it, best first. Raises ``Wrong`` where the title or the text has none."""
    keys = [_key(cell) for cell in header]
    columns = {
        field: [i for known in names for i, cell in enumerate(keys) if cell == _key(known)]
        for field, names in FIELDS.items()
    }
    missing = [f for f in ("title", "text") if not columns[f]]
    if missing:
        found = ", ".join(repr(cell[:30]) for cell in header[:12] if cell) + (", ..." if len(header) > 12 else "")
        needed = " and ".join(f"for the {f} ({', '.join(FIELDS[f][:4])})" for f in missing)
        raise Wrong(f"no column {needed}; the first row names {found or 'none'}")
    return columns


def _record(cells: list[str], header: Sequence[str], columns: dict[str, list[int]]) -> dict[str, object]:
    """The row as a record of :func:`rag.ingest.formats.records.page`. Raises ``Wrong``."""
    while len(cells) > len(header) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(header):
        many = "more" if len(cells) > len(header) else "fewer"
        raise Wrong(
            f"has {len(cells)} cells, {many} than the header's {len(header)}; quote cells that hold the delimiter"
        )
    record: dict[str, object] = {
        field: next((cells[i] for i in places if cells[i].strip()), None) for field, places in columns.items()
    }
    if authors := record["authors"]:
        bare = re.sub(r"^by\s+", "", one_line(str(authors)), flags=re.IGNORECASE)
        record["authors"] = re.split(r"\s*;\s*(?:and\s+)?|,?\s+and\s+", bare)
    if _ROW_NUMBER.fullmatch(str(record["id"] or "").strip()):
        record["id"] = None  # numbers of rows: those of two tables would make two articles one
    return record


def _day_first(head: str, delimiter: str, skipped: int, columns: dict[str, list[int]]) -> bool | None:
    """Whether the table writes the day before the month, by the dates in its first part."""
    places = [i for field in ("published", "updated") for i in columns[field]]
    rows = list(_beginning(head, delimiter, skipped))[1:]
    return stamps.day_first_on("\n".join(row[i][:40] for row in rows for i in places if i < len(row)))


def _key(name: str) -> str:
    """'Publish-Date', 'publish_date' and 'PubDate' with other signs and cases are one name."""
    return re.sub(r"[\W_]+", "", name.casefold())
