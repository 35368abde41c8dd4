"""What the adapters share: rows of JSON and JSONL files, also .gz, each with its place, and what they become."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from rag.errors import UsageError

from ..records import ArticleRecord, Question

JSONL = (".jsonl", ".jsonl.gz")
"""How the name of a file with a record a line ends."""

Placed = tuple[str, Question]
"""Where a question was read, and the question."""

_ARTICLE = ("id", "url", "title", "text", "published", "updated", "source", "section", "authors", "language")


@dataclass(slots=True)
class Loaded:
    """What an adapter makes of a set: all its questions, whether or not they will be asked."""

    format: str
    name: str
    questions: list[Placed]
    records: Callable[[], Iterable[ArticleRecord]] | None = None
    paths: tuple[Path, ...] = ()
    as_of_question_date: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """An object of a file. A field is asked for by its type: a missing or wrong one raises ``UsageError``.

    A field that is ``optional`` may be absent or null; extra fields are passed over.
    """

    place: str
    fields: Mapping[str, Any]

    def wrong(self, what: str) -> UsageError:
        return UsageError(f"{self.place}: {what}; mend the record or take it out")

    def value(self, name: str, optional: bool = False, kind: type = object, called: str = "") -> Any:
        found = self.fields.get(name)
        if found is None and not optional:
            raise self.wrong(f"field '{name}' is missing")
        if found is not None and not isinstance(found, kind):
            raise self.wrong(f"'{name}' must be {called}")
        return found

    def text(self, name: str, optional: bool = False) -> str:
        found: str = self.value(name, optional, str, "text") or ""
        if not optional and not found.strip():
            raise self.wrong(f"'{name}' is empty")
        return found

    def flag(self, name: str) -> bool | None:
        found: bool | None = self.value(name, True, bool, "true or false")
        return found

    def day(self, name: str) -> date | None:
        text = self.text(name, optional=True)
        found = as_date(text)
        if text and text != str(found):
            raise self.wrong(f"'{name}' must be a day such as 2024-05-31")
        return found

    def items(self, name: str, optional: bool = False) -> list[Any]:
        return self.value(name, optional, list, "a list") or []

    def texts(self, name: str, optional: bool = False) -> tuple[str, ...]:
        return self.all_text(name, self.items(name, optional))

    def groups(self, name: str, optional: bool = False) -> tuple[tuple[str, ...], ...]:
        """A list of lists of text."""
        found = self.items(name, optional)
        if not all(isinstance(group, list) for group in found):
            raise self.wrong(f"'{name}' must be a list of lists of text")
        return tuple(self.all_text(name, group) for group in found)

    def rows(self, name: str, optional: bool = False) -> list[Row]:
        """A list of objects."""
        found = self.items(name, optional)
        if not all(isinstance(item, dict) for item in found):
            raise self.wrong(f"'{name}' must be a list of objects")
        return [Row(f"{self.place}, {name} {n}", item) for n, item in enumerate(found, 1)]

    def all_text(self, name: str, found: list[Any]) -> tuple[str, ...]:
        if not all(isinstance(item, str) for item in found):
            raise self.wrong(f"'{name}' must be a list of text")
        return tuple(found)


def read_rows(path: Path) -> Iterator[Row]:
    """The objects of a file: a line each (.jsonl, read as a stream), or a line each or in one list (.json)."""
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig") as file:
            if path.name.endswith(JSONL):
                lines: Iterable[str] = file
            else:
                text = file.read().strip()
                # RGB's .json files are lines; no other JSON has a bracket at the start of a later line.
                lines = text.split("\n") if "\n{" in text and text[0] != "[" else [text]
            for number, line in enumerate(lines, 1):
                if line := line.strip():
                    yield from _rows(path, number, _parse(path, number, line))
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8; save the file as UTF-8") from None
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{path}: cannot be read ({error}); fetch the file again or change its permissions") from None


def _parse(path: Path, line: int, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line, why = line + error.lineno - 1, f"not valid JSON ({error.msg.lower()})"
    except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
        why = "not JSON that can be read"
    raise UsageError(f"{path}, line {line}: {why}; mend that line or take it out")


def _rows(path: Path, line: int, value: Any) -> Iterator[Row]:
    listed = isinstance(value, list) and not path.name.endswith(JSONL)
    for number, item in enumerate(value, 1) if listed else [(line, value)]:
        row = Row(f"{path}, {'item' if listed else 'line'} {number}", item)
        if not isinstance(item, dict):
            raise row.wrong("not an object with named fields")
        yield row


def as_date(text: str) -> date | None:
    """The day of YYYY-MM-DD or YYYY/MM/DD; None for anything else."""
    found = re.fullmatch(r"(\d{4})[-/](\d\d?)[-/](\d\d?)", text, re.ASCII)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def article(**fields: Any) -> ArticleRecord:
    """An article record: of ``fields`` those that such a record has and that have a value."""
    return {name: fields[name] for name in _ARTICLE if fields.get(name) not in (None, "", [])}


def find(folder: Path, *names: str) -> Path | None:
    """The first of ``names``, plain or as .gz, that is a file of ``folder``."""
    files = (folder / (name + end) for name in names for end in ("", ".gz"))
    return next((file for file in files if file.is_file()), None)


def apart(questions: Iterable[Placed]) -> tuple[list[Placed], list[str]]:
    """Each question once and under an id of its own, with notes of what was changed for that.

    RealTimeQA as published needs it: some weeks list questions twice, and a few reuse an id of another week.
    """
    kept: list[Placed] = []
    of_id: dict[str, list[Question]] = {}
    repeated, notes = 0, []
    for place, question in questions:
        same = of_id.setdefault(question.id, [])
        if question in same:
            repeated += 1
            continue
        same.append(question)
        if len(same) > 1:
            new = f"{question.id}#{len(same)}"
            notes.append(f"{question.id} names {len(same)} questions; the one of {place} is called {new}")
            question = replace(question, id=new)  # noqa: PLW2901
        kept.append((place, question))
    if repeated:
        notes.append(f"listed again, word for word, and asked once: {repeated}")
    return kept, notes
