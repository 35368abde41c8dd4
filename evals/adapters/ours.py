"""Question records of the project's own form, with articles beside them or named in a side file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import StrictBool

from rag.errors import UsageError

from ..records import ArticleRecord, Question
from . import realtimeqa
from .rows import (
    JSONL,
    Day,
    Filled,
    Groups,
    Loaded,
    Record,
    Row,
    Text,
    Texts,
    apart,
    article,
    find,
    read_rows,
)

KNOWN_BY = "question records (a .jsonl file, or a folder with questions.jsonl or one such file)"


class _Side(Record):
    """A side file."""

    articles: Texts | None = None
    as_of_question_date: StrictBool = False
    name: Text = ""


class _Message(Record):
    role: Literal["user", "assistant"]
    content: Filled


class _Question(Record):
    id: Filled
    question: Filled
    answers: Texts
    date: Day = None
    choices: Texts = ()
    answer_index: tuple[Any, ...] = ()
    supporting_urls: Texts = ()
    supporting: Texts = ()
    answerable: StrictBool | None = None
    kind: Text = ""
    history: tuple[_Message, ...] = ()
    as_of: Day = None
    only: Texts | None = None
    facts: Texts = ()
    parts: Groups = ()
    wrong_answers: Texts = ()


def load(path: Path) -> Loaded | None:
    """A file of question records, or the folder that holds it; None where there is none.

    Beside it may lie ``articles.jsonl`` or a folder ``articles``; or NAME.set.json (``set.json``) says where the
    articles are, whether each question is asked as of its day, and what the set is called.
    """
    file = _question_file(path)
    if not file:
        return None
    stem = file.name.removesuffix(".gz").removesuffix(".jsonl")
    side = _side(file.parent, stem)
    rows = list(read_rows(file))
    questions = [(row.place, _question(row)) for row in rows]
    notes: list[str] = []
    if any("answer_in_corpus" in row.fields for row in rows):  # derived from RealTimeQA
        questions, notes = apart(questions)
    loaded = Loaded("records", stem if stem != "questions" else file.resolve().parent.name, questions, notes=notes)
    if side:
        found = side.read(_Side)
        loaded.name = found.name or loaded.name
        loaded.as_of_question_date = found.as_of_question_date
    articles = _articles(file.parent, side)
    if len(articles) == 1 and articles[0].is_file() and articles[0].name.endswith(JSONL):
        loaded.records = _reader(articles[0])
    else:
        loaded.paths = tuple(articles)
    return loaded


def _question_file(path: Path) -> Path | None:
    if path.is_file():
        return path if path.name.endswith(JSONL) and not realtimeqa.WEEK.fullmatch(path.name) else None
    if named := find(path, "questions.jsonl"):
        return named
    found = sorted(
        file for file in path.iterdir()
        if file.name.endswith(JSONL) and not file.name.startswith("articles.jsonl")
        and not realtimeqa.DATED.match(file.name) and file.is_file()
    )  # fmt: skip
    if len(found) > 1:
        names = ", ".join(file.name for file in found[:5])
        raise UsageError(f"{path}: holds {len(found)} files that may be the questions ({names}); give one of them")
    return found[0] if found else None


def _side(folder: Path, stem: str) -> Row | None:
    file = find(folder, f"{stem}.set.json", "set.json")
    if not file:
        return None
    rows = list(read_rows(file))
    if len(rows) != 1:
        raise UsageError(f"{file}: must hold one object with {', '.join(_Side.model_fields)}; correct it")
    if unknown := sorted(set(rows[0].fields) - set(_Side.model_fields)):
        raise UsageError(f"{file}: unknown key {unknown[0]!r}; known are {', '.join(_Side.model_fields)}")
    return rows[0]


def _articles(folder: Path, side: Row | None) -> list[Path]:
    given_names = side.read(_Side).articles if side else None
    if side and given_names is not None:
        named = [(folder / name).resolve() for name in given_names]
        for given, found in zip(given_names, named, strict=True):
            if not found.exists():
                raise side.wrong(f"articles {given!r} are not there")
        return named
    beside = find(folder, "articles.jsonl") or folder / "articles"
    return [beside] if beside.exists() else []


def _reader(path: Path) -> Callable[[], Iterator[ArticleRecord]]:
    def records() -> Iterator[ArticleRecord]:
        for row in read_rows(path):
            text = row.fields.get("text") or row.fields.get("body")
            yield article(**{**row.fields, "text": text})

    return records


def _question(row: Row) -> Question:
    q = row.read(_Question)
    answerable = q.answerable
    if "answerable" not in row.fields:
        known = "answer_in_corpus" not in row.fields
        answerable = bool(q.answers) if known else bool(q.supporting_urls) or None
    if answerable and not q.answers and not q.parts:
        raise row.wrong("answerable, but 'answers' is empty")
    if not all(type(index) is int and 0 <= index < len(q.choices) for index in q.answer_index):
        raise row.wrong("'answer_index' must be a list of places in 'choices', the first is 0")
    return Question(
        id=q.id,
        question=q.question,
        answers=q.answers,
        date=q.date,
        choices=q.choices,
        answer_index=q.answer_index,
        supporting=tuple(dict.fromkeys(q.supporting_urls + q.supporting)),
        answerable=answerable,
        kind=q.kind,
        history=tuple({"role": message.role, "content": message.content} for message in q.history),
        as_of=q.as_of,
        only=None if q.only is None else frozenset(q.only),
        facts=q.facts,
        parts=q.parts,
        wrong_answers=q.wrong_answers,
    )
