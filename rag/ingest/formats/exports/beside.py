"""Lists whose articles have their texts in files beside them.

Substack exports ``posts.csv`` and ``posts/140011.the-title.html``, Omnivore ``metadata_0_to_20.json`` and
``content/the-title.html``; collections of texts come as ``metadata.csv`` and ``texts/0001.txt``. What such a list says
of an article goes before what its text seems to say.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from rag.ingest.encoding import Bomb, Budget, decode, unpacked
from rag.ingest.formats import archive, records, table
from rag.ingest.formats.fields import has_own_text, is_titled, plain_record, records_in
from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.shapes import key_of
from rag.ingest.page import Page, ReadItems, Withdrawal, Wrong, instead_of_article, not_news
from rag.text.timex import stamps
from rag.types import ReportItem

BytesReader = Callable[[str, str, bytes], ReadItems]
"""Reads bytes in the format of an ending: (origin, ending, data) -> pages."""

_LISTS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
_TEXTS = (".html", ".htm", ".xhtml", ".md", ".markdown", ".txt")  # the best form of a text first
_MARKED_IN = frozenset("highlights annotations notes comments".split())
"""Folders in which programs that keep pages put what was marked in the texts."""
_OF_READERS = re.compile(r"\d+\.(?:opens|delivers)\.csv")
"""Who got and who opened a post of Substack."""
_NAMING = re.compile(r"(?:.*(?:file|path|slug|filename)|(?:\w{0,12}id)|uuid|key|document|local)")
"""Fields of a record that may hold the name of its file."""
_DAYS = frozenset((*KEYS["published"], *KEYS["updated"]))
_MOST_LISTS = 20  # in one folder: more of them are articles, a file each
_MOST_FOLDERS = 200
_MOST_FILES = 100_000
_MOST_BYTES = 8 << 20  # of a list, and of a text


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, its records with what each is called in it ('line 2'), and the files of their texts, by name."""

    name: str
    records: Sequence[tuple[str, Mapping[str, Any]]]
    texts: Mapping[str, int]  # name of the file -> number of its record
    marks: frozenset[str]  # files of what was marked in the texts, and of their readers
    day_first: bool | None  # in its days with slashes

    def page(
        self, origin: str, name: str, data: bytes, reader: BytesReader
    ) -> Iterator[Page | ReportItem | Withdrawal]:
        """The article whose text is the file ``name``; ``origin`` is that of the list."""
        where, record = self.records[self.texts[name]]
        ending = PurePosixPath(name).suffix.lower()
        found = [page for page in reader(f"{origin}#{where}", ending, data) if isinstance(page, Page)]
        text = found[0].text if len(found) == 1 else decode(data) or ""
        try:
            page = records.page(f"{origin}#{where}", plain_record({**record, "text": text}), day_first=self.day_first)
        except Wrong as wrong:
            yield instead_of_article(f"{origin}#{where}", wrong, f"{where}: ")
            return
        if len(found) == 1:
            told = found[0]
            page = replace(page, authors=page.authors or told.authors, language=page.language or told.language)
            page = page.noted(told.note)
        yield page

    def others(self, origin: str) -> Iterator[Page | ReportItem | Withdrawal]:
        """The records without a file of their own: why each is no article, or the article that it is itself."""
        have = set(self.texts.values())
        for number, (where, record) in enumerate(self.records):
            if number not in have:
                try:
                    yield records.page(f"{origin}#{where}", plain_record(record), day_first=self.day_first)
                except Wrong as wrong:
                    yield instead_of_article(f"{origin}#{where}", wrong, f"{where}: ")

    def holds(self, name: str) -> bool:
        """Whether a file is the list itself, one of its texts, or marks in one."""
        return name == self.name or name in self.texts or name in self.marks

    def member(self, archive_path: str, name: str, packed: BinaryIO, reader: BytesReader) -> ReadItems:
        """What one of its files gives, as a member of an archive."""
        if name in self.texts:
            yield from self.page(f"{archive_path}#{self.name}", name, packed.read(_MOST_BYTES), reader)
        elif name == self.name:
            yield from self.others(f"{archive_path}#{self.name}")
        else:
            yield mark_left_out(f"{archive_path}#{name}")


def lists_among(names: Sequence[str], opened: Callable[[str], bytes | None]) -> list[Listed]:
    """The lists among files (their names with '/' between folders) whose articles have their texts in others of them;
    ``opened`` gives the bytes of a list, None where it cannot be read."""
    lists = [name for name in names if name.lower().endswith(_LISTS) and not _OF_READERS.search(name)]
    in_folder = Counter(str(PurePosixPath(name).parent) for name in lists)
    texts: dict[str, list[PurePosixPath]] = {}
    for path in map(PurePosixPath, names):
        if path.suffix.lower() in _TEXTS:
            for folder in {str(path.parent), str(path.parent.parent)}:
                texts.setdefault(folder, []).append(path)
    out = []
    for name in lists:
        folder = str(PurePosixPath(name).parent)
        if in_folder[folder] <= _MOST_LISTS and (beside := texts.get(folder)):
            data = opened(name)
            if data and len(data) <= _MOST_BYTES and (found := _listed(name, data, beside, names)):
                out.append(found)
    return out


def list_beside(path: Path) -> Listed | None:
    """The same of one file in a folder; names are those from its folder on. ``None`` for any other file."""
    if path.suffix.lower() not in _LISTS:
        return None
    names: list[str] = []
    folders = lists = 0
    try:
        for one in os.scandir(path.parent):
            lists += one.name.lower().endswith(_LISTS) and not _OF_READERS.search(one.name)
            if one.name.startswith("."):
                continue
            if one.is_dir():
                folders += 1
                names += [f"{one.name}/{inner.name}" for inner in islice(os.scandir(one.path), _MOST_FILES)]
            else:
                names.append(one.name)
            if lists > _MOST_LISTS or folders > _MOST_FOLDERS or len(names) > _MOST_FILES:
                return None
        wanted = [name for name in names if not name.lower().endswith(_LISTS) or name == path.name or "/" in name]
        found = lists_among(sorted(wanted), lambda name: _bytes(path) if name == path.name else None)
    except OSError:
        return None
    return next(iter(found), None)


def files_of_lists(found: Sequence[Path]) -> set[Path]:
    """The files that lists among those of a folder speak of: they are read with their list."""
    lists = ((path, list_beside(path)) for path in found)
    return {path.parent / name for path, listed in lists if listed for name in (*listed.texts, *listed.marks)}


def lists_of_archive(path: Path) -> list[Listed]:
    """The lists in a zip archive. Raises what :func:`rag.ingest.formats.archive.members` does."""
    names = [archive.shown_name(name) for name in archive.member_names(path, lambda name: name)]
    if not any(name.lower().endswith(_LISTS) for name in names):
        return []
    data: dict[str, bytes] = {}
    budget = Budget(path.stat().st_size)
    for member in archive.members(path, budget, lambda name: name.lower().endswith(_LISTS)):
        if isinstance(member, tuple):
            try:
                data[member[0]] = member[1].read(_MOST_BYTES + 1)
            except (Bomb, *archive.BROKEN_ARCHIVE, zlib.error):
                continue
    return lists_among(names, data.get)


def read_list(path: Path, listed: Listed, reader: BytesReader) -> ReadItems:
    """The articles of a list in a folder, and what else belongs to it."""
    origin = str(path)
    for name in listed.texts:
        yield from listed.page(origin, name, _bytes(path.parent / name) or b"", reader)
    yield from listed.others(origin)
    for name in sorted(listed.marks):
        yield mark_left_out(str(path.parent / name))


def mark_left_out(origin: str) -> ReportItem:
    """What is told of a file of marks."""
    return not_news(origin, "marks in a text, or its readers, which its list has; no article")


def _bytes(path: Path) -> bytes | None:
    try:
        with unpacked(path) as stream:
            return stream.read(_MOST_BYTES + 1)
    except (OSError, EOFError, ValueError, Bomb):
        return None


def _listed(name: str, data: bytes, beside: Sequence[PurePosixPath], names: Sequence[str]) -> Listed | None:
    rows = [(where, row) for where, row in _rows(name, data) if isinstance(row, Mapping)]
    if not rows or any(has_own_text(row) for _, row in rows) or not any(is_titled(row) for _, row in rows):
        return None
    stems: dict[str, list[PurePosixPath]] = {}
    for path in sorted(beside, key=lambda path: _TEXTS.index(path.suffix.lower())):
        if path.parent.name.lower() not in _MARKED_IN:
            stems.setdefault(path.stem.casefold(), []).append(path)
    keys = dict.fromkeys(str(key) for _, row in rows for key in row if _NAMING.fullmatch(key_of(str(key))))
    texts = max((_matched(key, rows, stems) for key in keys), key=len, default={})
    if not texts or 2 * len(texts) < min(len(rows), len(beside)):
        return None
    stems_found = {PurePosixPath(text).stem.casefold() for text in texts}
    folders = {str(PurePosixPath(text).parent) for text in texts}
    marks = {
        str(path) for path in map(PurePosixPath, names)
        if (path.parent.name.lower() in _MARKED_IN and path.stem.casefold() in stems_found
            and str(path.parent.parent) in {str(PurePosixPath(folder).parent) for folder in folders})
        or (_OF_READERS.fullmatch(path.name) and str(path.parent) in folders)
    }  # fmt: skip
    days = (str(value)[:40] for _, row in rows for key, value in row.items() if key_of(str(key)) in _DAYS)
    return Listed(name, rows, texts, frozenset(marks), stamps.day_first_on("\n".join(days)))


def _matched(
    key: str, rows: Sequence[tuple[str, Mapping[str, Any]]], stems: Mapping[str, Sequence[PurePosixPath]]
) -> dict[str, int]:
    """The files that the values of a field name, each with the number of its record; none that two records name."""
    found: dict[str, int] = {}
    twice = set()
    for number, (_, row) in enumerate(rows):
        value = row.get(key)
        said = PurePosixPath(str(value).strip().replace("\\", "/")) if isinstance(value, str | int) else None
        if said is None or not said.name:
            continue
        stem = said.stem if said.suffix.lower() in _TEXTS else said.name
        if paths := stems.get(stem.casefold()):
            text = str(next((path for path in paths if path.name == said.name), paths[0]))
            twice |= {text} if text in found else set()
            found[text] = number
    return {text: number for text, number in found.items() if text not in twice}


def _rows(name: str, data: bytes) -> Iterator[tuple[str, Any]]:
    """The records of a list, each with what it is called in it."""
    ending = PurePosixPath(name).suffix.lower()
    if ending in (".csv", ".tsv"):
        yield from ((f"line {line}", row) for line, row in table.rows_by_column(data, tabs=ending == ".tsv"))
        return
    text = (decode(data) or "").lstrip("\ufeff")
    try:
        if ending == ".json":
            document = json.loads(text)
            found = document if isinstance(document, list) else records_in(document) or []
            yield from ((f"item {number}", row) for number, row in enumerate(found, 1))
        else:
            for number, line in enumerate(text.splitlines(), 1):
                if line.strip():
                    yield f"line {number}", json.loads(line)
    except (ValueError, RecursionError):
        return
