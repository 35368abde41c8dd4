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
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, ValidationError, model_validator

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


class Record(BaseModel):
    """The fields of an object that are read, with their types. Other fields are ignored; null is the same as absent."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, fields: Any) -> Any:
        return {k: v for k, v in fields.items() if v is not None} if isinstance(fields, dict) else fields


R = TypeVar("R", bound=Record)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


def _day(value: Any) -> date | None:
    found = as_date(_text(value))
    if value and value != str(found):
        raise ValueError("must be a day such as 2024-05-31")
    return found


Text = Annotated[str, PlainValidator(_text)]
"""Any text: pydantic's own type refuses halves of UTF-16 characters, which published sets have."""
Filled = Annotated[Text, AfterValidator(_filled)]
"""Text that is not blank."""
Day = Annotated[date | None, PlainValidator(_day)]
Texts = tuple[Text, ...]
Groups = tuple[Texts, ...]

_FAULTS = {"tuple_type": "must be a list", "bool_type": "must be true or false"}
_FAULTS_IN_LIST = {
    "value_error": "must be a list of text", "tuple_type": "must be a list of lists of text",
    "model_type": "must be a list of objects",
}  # fmt: skip
"""What is wrong with a field, and with an item of it, by the type of pydantic's error."""


@dataclass(frozen=True, slots=True)
class Row:
    """An object of a file, and where it was read."""

    place: str
    fields: Mapping[str, Any]

    def wrong(self, what: str) -> UsageError:
        return UsageError(f"{self.place}: {what}; correct the record or take it out")

    def read(self, form: type[R]) -> R:
        """The row in this form. Raises ``UsageError`` for the first field that is missing or of a wrong type."""
        try:
            return form.model_validate(self.fields)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
        place, loc, kind = self.place, list(first["loc"]), first["type"]
        while len(loc) > 2 and isinstance(loc[2], str):  # a field of an object in a list
            place, loc = f"{place}, {loc[0]} {int(loc[1]) + 1}", loc[2:]
        fault = (_FAULTS_IN_LIST if len(loc) > 1 else _FAULTS).get(kind)
        if kind == "missing":
            line = f"field '{loc[0]}' is missing"
        elif kind == "literal_error":
            line = f"'{loc[0]}' must be " + first["ctx"]["expected"].replace("'", "")
        else:
            line = f"'{loc[0]}' {fault or first['ctx']['error']}"
        raise Row(place, {}).wrong(line)


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
    raise UsageError(f"{path}, line {line}: {why}; correct that line or take it out")


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
