"""CSV and TSV: a header row that names columns, then an article a row. Read as a stream, in the memory of one row."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, cast

from rag.ingest.encoding import MENDING, Pieces, encoding, foreign, one_line
from rag.ingest.formats.fields import SUMMARIES, plain_record
from rag.ingest.formats.parts.columns import FIELDS, KEYS, known_key
from rag.ingest.formats.parts.reading_lists import reading_list
from rag.ingest.formats.records import page
from rag.ingest.formats.shapes import key_of
from rag.ingest.page import TO_FETCH, LeftOut, Page, Withdrawal, Wrong, failed, instead_of_article, not_news
from rag.text.timex import stamps
from rag.types import ReportItem

MAX_ROW = 16 << 20
"""The most characters that one row may have; a longer one is reported and passed over."""

SAMPLE = 1 << 20
"""The first bytes, which decide encoding, delimiter and the order of day and month."""

_DELIMITERS = ",;\t|"
_LIMIT = threading.Lock()
_SEP = re.compile(r'"?sep=(\t|[^\w\s"])"?\r?', re.IGNORECASE)
_MOST_BEFORE = 30  # rows before the header that say what the table is
_TOTALS = re.compile(
    r"(?:(?:grand|sub)[- ]?)?(?:totals?|totale?s?|totaux|totaal|totalt|sum|summe|suma|somme|gesamt\w*|insgesamt)\b"
    r"|(?:razem|итого|всего|count|anzahl|number of \w+|end of (?:report|export|file|list|results)|generated|exported)\b"
    r"|合计|合計|总计",
    re.IGNORECASE,
)
"""How a row at the foot of a table begins that is none of its articles."""
_SETTINGS = re.compile(
    r"(?:[\w -]+[_ -])?(?:settings?|preferences|options|config(?:uration)?|profile|account|members|subscribers|users"
    r"|subscriptions?|followers|following|contacts)(?:[_ -]\w+)?"
    r"|(?:followed|following|email|subscriber|member)[_ -]\w+",
    re.IGNORECASE,
)
"""Names of tables that exports of blogs and networks have beside the posts."""
_MAIL = re.compile(r"(?:\w*e?mail(?:s|address|addresses)?|correo(?:electrónico)?|courriel)")
_LONGEST_SETTING = 400  # characters of a cell
_MOST_COLUMNS = 200
_LEAST_KNOWN = 3  # of the columns of a table that is named plain text
_ROW_NUMBER = re.compile(r"\d{1,9}")


class _Rows:
    """The rows of a table that hold anything. After ``Wrong`` for one the next can be asked for."""

    def __init__(self, text: io.TextIOBase, delimiter: str, skipped: int) -> None:
        self._text = text
        self._line = 0  # that was read last
        self._size = 0  # characters of the row so far
        for _ in range(skipped):
            self._next_line()
        self._cells = csv.reader(iter(self._next_line, None), delimiter=delimiter)
        self.begins = 0  # line of the row that was asked for last

    def _next_line(self) -> str | None:
        """A line for the ``csv`` module, which asks for more of them while a quote is open."""
        found = self._text.readline(MAX_ROW + 1)
        if not found:
            return None
        self._line += 1
        self._size += len(found)
        if self._size > MAX_ROW:
            while found and not found.endswith(("\n", "\r")):
                found = self._text.readline(1 << 20)
            raise Wrong  # without words: what is likely depends on where it happens
        return found.replace("\0", "")  # what some exports pad with

    def __iter__(self) -> _Rows:
        return self

    def __next__(self) -> list[str]:
        while True:
            self.begins, self._size = self._line + 1, 0
            with _LIMIT:  # the csv module's bound on a cell is one for the whole process: raised for the row
                before = csv.field_size_limit(MAX_ROW + 1)
                try:
                    cells = next(self._cells)
                except csv.Error as error:
                    raise Wrong(f"not a row of a table ({' '.join(str(error).split())})") from None
                finally:
                    csv.field_size_limit(before)
            if any(cell and not cell.isspace() for cell in cells):
                return cells


def read(origin: str, stream: BinaryIO, *, tabs: bool = False) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a table; a row that is none fails alone, under the line at which it begins.

    The delimiter is the one of ``, ; tab |`` that makes the best header, a tab first where ``tabs`` is set.
    """
    sample = stream.read(SAMPLE)
    if not sample.strip():
        yield failed(origin, "no text: the file is empty")
        return
    if len(sample) < SAMPLE and reading_list(".csv", sample):
        yield failed(origin, f"holds only web addresses; to fetch them: rag add {origin.split('#', maxsplit=1)[0]}")
        return
    opened = _opened(sample, tabs)
    if opened is None:
        yield failed(
            origin, f"not text but binary data ({foreign(sample) or 'no known encoding'}); export it as CSV again"
        )
        return
    named, head, delimiter, skipped = opened
    start = io.BytesIO(sample)
    again = io.BufferedReader(Pieces(lambda most: start.read(most) or stream.read(most)))
    text = io.TextIOWrapper(cast(BinaryIO, again), named, errors=MENDING, newline="")
    rows = _Rows(text, delimiter, skipped)
    try:
        header = [one_line(cell) for cell in next(rows, ())]
        if not header:
            yield failed(origin, "no text: the file holds only blanks")
            return
        known = list(_beginning(head, delimiter, skipped))[1:]
        dated = _dated(header) if not (other := _of_no_articles(origin, header, known)) else []
        if other:
            yield not_news(origin, other)
            return
    except Wrong as wrong:
        yield failed(origin, str(wrong) or "the first row does not end; is it a table with a header row?")
        return
    day_first = stamps.day_first_on("\n".join(row[i][:40] for row in known for i in dated if i < len(row)))
    empty = True
    while True:
        try:
            cells = next(rows, None)
            if cells is None:
                break
            yield page(f"{origin}#line {rows.begins}", _record(cells, header), day_first=day_first)
        except Wrong as wrong:
            where, line = f"{origin}#line {rows.begins}", f"line {rows.begins}: "
            if str(wrong):
                yield instead_of_article(where, wrong, line)
            else:
                yield failed(where, f"{line}the row is longer than {MAX_ROW >> 20} MiB; is a quote not closed?")
        empty = False
    if empty:
        yield failed(origin, "no text: there are no rows under the header")


def rows_by_column(data: bytes, *, tabs: bool = False) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by the names of their columns) of a table that is in memory; rows of another width are left out."""
    opened = _opened(data, tabs)
    if opened is None:
        return
    _, text, delimiter, skipped = opened
    rows = _Rows(io.StringIO(text, newline=""), delimiter, skipped)
    with suppress(Wrong):
        header = [one_line(cell) for cell in next(rows, ())]
        for cells in rows:
            if len(cells) == len(header):
                yield rows.begins, dict(zip(header, cells, strict=True))


def is_table(data: bytes) -> bool:
    """Whether bytes that are named plain text are a table: the first row names the columns of title, text and one more
    field of an article and nothing that reads as a sentence, and rows of as many cells follow."""
    sample = data[:SAMPLE]
    first = sample[:8192].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").split(b"\n", 1)[0]
    if not 2 <= max(first.count(mark.encode()) for mark in _DELIMITERS) <= _MOST_COLUMNS:
        return False
    opened = _opened(sample, tabs=True)
    if opened is None or opened[3]:
        return False
    header, *rows = list(_beginning(*opened[1:]))[:3] or [[]]
    names = [known_key(cell) for cell in header]
    named = _known(header)[0] >= _LEAST_KNOWN and not _missing(names)
    return named and all(len(cell) <= 40 for cell in header) and any(len(row) == len(header) for row in rows)


def count_rows(sample: bytes, *, tabs: bool = False) -> int:
    """How many rows the beginning of a table holds under its header."""
    opened = _opened(sample, tabs) if sample.strip() else None
    return sum(1 for _ in _beginning(*opened[1:])) - 1 if opened else 1


def _opened(sample: bytes, tabs: bool) -> tuple[str, str, str, int] | None:
    """(encoding, text of the sample, delimiter, lines before the header); ``None`` for what is no text."""
    named = None if foreign(sample) else _encoding(sample)
    if named is None:
        return None
    head = sample.decode(named, errors=MENDING).replace("\0", "")
    if said := _SEP.fullmatch(head.split("\n", 1)[0]):  # Excel's own first line: 'sep=;'
        return named, head, said[1], _header(head[:100_000], said[1], 1)[1]
    delimiters = "\t,;|" if tabs else _DELIMITERS
    headers = {delimiter: _header(head[:100_000], delimiter, 0) for delimiter in delimiters}
    best = max(headers, key=lambda delimiter: _known(headers[delimiter][0]))
    return named, head, best, headers[best][1]


def _header(head: str, delimiter: str, skipped: int) -> tuple[list[str], int]:
    """(the row that names the columns, the lines before it): the first that names those of an article, where the rows
    under it are as wide; else the first of all."""
    rows = _Rows(io.StringIO(head, newline=""), delimiter, skipped)
    first: list[str] = []
    waiting: tuple[list[str], int] | None = None  # what may be the header, till a row under it is seen
    with suppress(Wrong):
        for number, cells in enumerate(rows):
            if waiting and _width(cells) <= len(waiting[0]) and _width(cells) > 1:
                return waiting
            first = first or cells
            waiting = (cells, rows.begins - 1) if not _missing(list(map(known_key, cells))) else None
            if number == 0 and waiting:
                return waiting
            if number == _MOST_BEFORE:
                break
    return first, skipped


def _width(cells: Sequence[str]) -> int:
    """How many cells a row has up to the last that is not empty."""
    return max((i for i, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _encoding(sample: bytes) -> str | None:
    """The encoding by the first part of the file, which may end inside a character; zeros are no letters."""
    whole_lines = sample[: sample.rfind(b"\n") + 1] if len(sample) >= SAMPLE else sample
    named = encoding(whole_lines or sample)
    if named is None and sample.count(0) < 0.1 * len(sample):
        named = encoding(sample.replace(b"\0", b""))
    strange = sum(c < 32 and c not in b"\0\t\n\r\x0b\x0c\x1b" for c in sample[:100_000])
    wide = named is not None and named.startswith(("utf-16", "utf-32"))
    return None if not wide and strange > 2 + 0.02 * len(sample[:100_000]) else named


def _known(header: Sequence[str]) -> tuple[int, int]:
    """(columns of a header that are known, all columns)."""
    names = {known_key(cell) for cell in header}
    return sum(not names.isdisjoint(keys) for keys in KEYS.values()), len(header)


def _beginning(head: str, delimiter: str, skipped: int) -> Iterator[list[str]]:
    """The rows of the beginning of a file, as far as they can be read; the last may be cut off."""
    with suppress(Wrong):
        yield from _Rows(io.StringIO(head, newline=""), delimiter, skipped)


def _missing(names: Sequence[str]) -> list[str]:
    """Of title and text, those for which there is no column."""
    missing = [field for field in ("title", "text") if not set(KEYS[field]) & set(names)]
    if "title" in missing and "name" in names and not {"slug", "detailtext", *KEYS["url"]}.isdisjoint(names):
        missing.remove("title")
    if "text" in missing and set(SUMMARIES) & set(names):
        missing.remove("text")
    return missing


def _of_no_articles(origin: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    """Why a table without columns for headline and text has no articles: exports put the settings of a site and the
    lists of its readers beside its posts. ``None`` where it may have some under names that are not known."""
    names = list(map(known_key, header))
    if not _missing(names) or any(len(cell) > _LONGEST_SETTING for row in rows for cell in row):
        return None
    stem = re.split(r"[/\\#]", origin)[-1].split(".", maxsplit=1)[0]
    if _SETTINGS.fullmatch(stem):
        return f"{stem!r} of an account or a site, by its name; no article"
    mails = [i for i, name in enumerate(names) if _MAIL.fullmatch(name)]
    listed = any("@" in row[i] for row in rows for i in mails if i < len(row))
    return f"a list of people, by {header[mails[0]]!r}; no article" if mails and listed else None


def _dated(header: Sequence[str]) -> list[int]:
    """The columns of days. Raises ``Wrong`` where there is none for the title or for the text."""
    names = [known_key(cell) for cell in header]
    missing = _missing(names)
    if missing:
        found = ", ".join(repr(cell[:30]) for cell in header[:12] if cell) + (", ..." if len(header) > 12 else "")
        needed = " and ".join(f"for the {f} ({', '.join(FIELDS[f][:4])})" for f in missing)
        fetch = f"; {TO_FETCH}" if set(KEYS["url"]) & set(names) else ""
        raise Wrong(f"no column {needed}; the first row names {found or 'none'}{fetch}")
    return [i for i, name in enumerate(names) if name in KEYS["published"] or name in KEYS["updated"]]


def _record(cells: list[str], header: Sequence[str]) -> dict[str, object]:
    """The row as a record of :func:`rag.ingest.formats.records.page`. Raises ``Wrong``."""
    if _is_foot(cells, header):
        said = " ".join(cell.strip() for cell in cells if cell.strip())
        raise LeftOut(f"{said[:80]!r} is a row of totals or a note at the foot, no article")
    while len(cells) > len(header) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(header):
        many = "more" if len(cells) > len(header) else "fewer"
        raise Wrong(
            f"has {len(cells)} cells, {many} than the header's {len(header)}; quote cells that hold the delimiter"
        )
    named: dict[str, tuple[str, str]] = {}
    for name, cell in zip(header, cells, strict=True):
        if name and (cell.strip() or known_key(name) in KEYS["published"]):
            named.setdefault(key_of(name), (name, cell))
    record: dict[str, object] = plain_record(dict(named.values()))
    if _ROW_NUMBER.fullmatch(str(record["id"] or "").strip()):
        record["id"] = None  # numbers of rows: those of two tables would make two articles one
    return record


def _is_foot(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row says how many there are: 'Total: 2', or 'Sum' and a number, in a table of more columns."""
    said = [cell.strip() for cell in cells if cell.strip()]
    alone = 0 < len(said) <= 3 and not any(any(map(str.isalpha, cell)) for cell in said[1:])
    return alone and len(header) > len(said) and len(said[0]) <= 80 and _TOTALS.match(said[0]) is not None
