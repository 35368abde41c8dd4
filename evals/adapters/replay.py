"""Sets for a replay: articles fed day by day and standing questions, our own or made of a set with dated articles."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any, Literal

from pydantic import StrictBool

from rag.errors import UsageError

from ..records import DueChange, EvalSet, FedArticle, ReplaySet, StandingQuestion
from .rows import Day, Filled, Record, Row, Text, Texts, article, as_date, find, read_rows

QUESTIONS, ARTICLES = "questions.jsonl", "articles"


class _Due(Record):
    value: Texts = ()
    article: Filled
    kind: Literal["changed", "corrected", "contested", "withdrawn"]
    quote: Text = ""
    known: StrictBool = False


class _Standing(Record):
    id: Filled
    question: Filled
    story: Filled
    asked: Day
    value: Texts = ()
    article: Text = ""
    quote: Text = ""
    apart: StrictBool = False


class _Fed(Record):
    fed: Day
    role: Filled


def is_replay(path: Path) -> bool:
    """Whether a folder holds standing questions and articles with the days on which they are fed."""
    return path.is_dir() and find(path, QUESTIONS) is not None and any((path / ARTICLES).glob("*.jsonl"))


def load_replay(path: str | Path, *, apart: bool = False) -> ReplaySet:
    """The stories of a folder of ours: those that are worked on, or those kept ``apart``, which nothing is tuned on.

    Articles of the other stories are not fed. Raises ``UsageError``: where, what is wrong, what to do.
    """
    path = Path(path)
    if not is_replay(path):
        raise UsageError(f"{path}: no set for a replay; give a folder with {QUESTIONS} and {ARTICLES}/STORY.jsonl")
    found = [(row.read(_Standing).apart, _question(row)) for row in read_rows(path / QUESTIONS)]
    questions = tuple(question for is_apart, question in found if is_apart == apart)
    if not questions:
        raise UsageError(f"{path}: no story is {'kept apart' if apart else 'worked on'}; ask for the others")
    stories = {question.story for question in questions}
    fed = [_fed(row, file.stem) for file in sorted((path / ARTICLES).glob("*.jsonl")) if file.stem in stories
           for row in read_rows(file)]  # fmt: skip
    # The order of a day's articles is that of their stories, and in a story that of its file.
    return ReplaySet(path.resolve().name, questions, tuple(sorted(fed, key=lambda a: a.day)))


def replay_of(
    eval_set: EvalSet, *, first: dt.date | None = None, days: int = 60, limit: int = 30, seed: int = 0
) -> ReplaySet:
    """A set whose articles have days, as a replay of ``days`` days from ``first`` on: alerts are then read by a person.

    What was published before is fed at once on the day before, on which ``limit`` of the questions asked until then
    are followed. ``first`` is by default the day after the first one until which so many were asked. Raises
    ``UsageError``.
    """
    asked = sorted(q.date for q in eval_set.questions if q.date)
    if eval_set.records is None or len(asked) < limit:
        raise UsageError(f"{eval_set.name}: a replay needs records of articles, and {limit} questions with their days")
    eve = (first - dt.timedelta(days=1)) if first else asked[limit - 1]
    early = [q for q in eval_set.questions if q.date and q.date <= eve]
    if len(early) < limit:
        raise UsageError(f"{eval_set.name}: only {len(early)} questions were asked before {first}; give a later --from")
    drawn = [early[i] for i in sorted(random.Random(seed).sample(range(len(early)), limit))]
    fed = []
    for record in eval_set.records():
        day = as_date(str(record.get("published") or "")[:10]) or dt.date.min
        if day <= eve + dt.timedelta(days=days):
            fed.append(FedArticle(max(day, eve), record))
    questions = tuple(StandingQuestion(q.id, q.question, eve, values=q.answers, changes=None) for q in drawn)
    return ReplaySet(eval_set.name, questions, tuple(sorted(fed, key=lambda a: a.day)))


def _question(row: Row) -> StandingQuestion:
    q = row.read(_Standing)
    listed = {name: [_inner(row, name, item) for item in row.fields.get(name) or ()] for name in _LISTS}
    return StandingQuestion(
        id=q.id,
        question=q.question,
        asked=_required(row, "asked", q.asked),
        story=q.story,
        values=q.value,
        article=q.article,
        quote=q.quote,
        changes=tuple(_due(inner) for inner in listed["changes"]),
        allowed=tuple((_day(inner, "on"), tuple(inner.fields.get("value") or ())) for inner in listed["allowed"]),
        reworded=tuple(_day(inner, "on") for inner in listed["reworded"]),
    )


_LISTS = ("changes", "allowed", "reworded")


def _inner(row: Row, name: str, item: Any) -> Row:
    if not isinstance(item, dict):
        raise row.wrong(f"'{name}' must be a list of objects")
    return Row(f"{row.place}, {name}", item)


def _due(row: Row) -> DueChange:
    due = row.read(_Due)
    return DueChange(_day(row, "from"), due.value, due.article, due.kind, due.quote, due.known)


def _day(row: Row, name: str) -> dt.date:
    return _required(row, name, as_date(str(row.fields.get(name) or "")))


def _required(row: Row, name: str, day: dt.date | None) -> dt.date:
    if day is None:
        raise row.wrong(f"'{name}' must be a day such as 2025-03-05")
    return day


def _fed(row: Row, story: str) -> FedArticle:
    fed, record = row.read(_Fed), row.fields.get("article")
    if not isinstance(record, dict):
        raise row.wrong("'article' must be an article record")
    return FedArticle(_required(row, "fed", fed.fed), record if "uri" in record else article(**record), fed.role, story)
