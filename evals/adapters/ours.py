"""Question records of the project's own form, with articles beside them or named in a side file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import UsageError
from rag.types import Message

from ..records import ArticleRecord, Question
from . import realtimeqa
from .rows import JSONL, Loaded, Row, apart, article, find, read_rows

KNOWN_BY = "question records (a .jsonl file, or a folder with questions.jsonl or one such file)"

_SIDE = ("articles", "as_of_question_date", "name")


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
        loaded.name = side.text("name", optional=True) or loaded.name
        loaded.as_of_question_date = bool(side.flag("as_of_question_date"))
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
        raise UsageError(f"{file}: must hold one object with {', '.join(_SIDE)}; mend it")
    if unknown := sorted(set(rows[0].fields) - set(_SIDE)):
        raise UsageError(f"{file}: unknown key {unknown[0]!r}; known are {', '.join(_SIDE)}")
    return rows[0]


def _articles(folder: Path, side: Row | None) -> list[Path]:
    if side and side.fields.get("articles") is not None:
        named = [(folder / name).resolve() for name in side.texts("articles")]
        for given, found in zip(side.texts("articles"), named, strict=True):
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
    answers, choices = row.texts("answers"), row.texts("choices", optional=True)
    parts, only = row.groups("parts", optional=True), row.texts("only", optional=True)
    supporting = row.texts("supporting_urls", optional=True) + row.texts("supporting", optional=True)
    answerable = row.flag("answerable")
    if "answerable" not in row.fields:
        known = "answer_in_corpus" not in row.fields
        answerable = bool(answers) if known else bool(row.fields.get("supporting_urls")) or None
    if answerable and not answers and not parts:
        raise row.wrong("answerable, but 'answers' is empty")
    right = row.items("answer_index", optional=True)
    if not all(type(index) is int and 0 <= index < len(choices) for index in right):
        raise row.wrong("'answer_index' must be a list of places in 'choices', the first is 0")
    return Question(
        id=row.text("id"),
        question=row.text("question"),
        answers=answers,
        date=row.day("date"),
        choices=choices,
        answer_index=tuple(right),
        supporting=tuple(dict.fromkeys(supporting)),
        answerable=answerable,
        kind=row.text("kind", optional=True),
        history=tuple(_message(said) for said in row.rows("history", optional=True)),
        as_of=row.day("as_of"),
        only=frozenset(only) if row.fields.get("only") is not None else None,
        facts=row.texts("facts", optional=True),
        parts=parts,
        wrong_answers=row.texts("wrong_answers", optional=True),
    )


def _message(said: Row) -> Message:
    if said.text("role") not in ("user", "assistant"):
        raise said.wrong("'role' must be user or assistant")
    return {"role": said.text("role"), "content": said.text("content")}
