"""``rag eval replay``: articles are fed day by day to an index of their own, and followed questions tell what changed.

A replay is a folder: ``results.jsonl`` (a line a question and feeding day, written as the day ends) and
``summary.json``. Its state is that of an index which is gone when it ends, so it is never continued.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, cast

from rag import News, Settings
from rag.errors import UsageError
from rag.types import Progress, Report

from ..adapters import load_set
from ..adapters.replay import is_replay, load_replay, replay_of
from ..measure.alerts import Alert, alert_line, mark, value_right
from ..records import FedArticle, ReplaySet, StandingQuestion
from ..report.alerts import summarise_replay
from .folder import LOCK, RESULTS, SUMMARY, alone, now, text_of, write
from .machine import code_digest, git, machine, versions


class Followed(Protocol):
    """A followed question (``rag.types.FollowedQuestion``)."""

    @property
    def id(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def changes(self) -> Sequence[Alert]: ...


class FollowingNews(Protocol):
    """The part of ``News`` that a replay needs; ``asked`` is the day that it takes for today."""

    def add(self, *sources: str | Path) -> Report: ...
    def asking_later(self) -> AbstractContextManager[None]: ...
    def follow(self, question: str, *, asked: dt.date) -> Followed: ...
    def followed(self) -> Sequence[Followed]: ...
    def settle(self, *, asked: dt.date) -> None: ...
    def close(self) -> None: ...


OpenFollowing = Callable[..., FollowingNews]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A finished replay."""

    folder: Path
    summary: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]


def replay(
    replay_set: ReplaySet | str | Path,
    *,
    out: str | Path | None = None,
    limit: int | None = None,
    seed: int = 0,
    apart: bool = False,
    first: dt.date | None = None,
    days: int = 60,
    llm: str | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], None] = lambda _: None,
    open_news: OpenFollowing | None = None,
    **settings: Any,
) -> Replayed:
    """Feeds a set day by day, asks its standing questions, and marks what they tell; the folder ``out`` holds it all.

    ``limit`` questions are drawn with ``seed``. ``apart`` takes the stories that nothing is tuned on. Of a set without
    standing questions, but with dated articles, ``days`` days from ``first`` on are replayed, and its alerts are for a
    person to read. ``settings`` are the program's, by name. Raises ``UsageError``.
    """
    if not isinstance(replay_set, ReplaySet):
        replay_set = _load(Path(replay_set), limit, seed, apart=apart, first=first, days=days)
    elif limit is not None:
        replay_set = _drawn(replay_set, limit, seed)
    options = Settings.load(**{"llm": llm, "reproducible": True} | settings)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", f"replay-{replay_set.name}-{dt.datetime.now():%Y%m%d-%H%M%S}")
    folder = (Path(out) if out is not None else Path("runs") / name).absolute()
    with alone(folder), TemporaryDirectory(prefix="rag-replay-") as scratch:
        if any(found.name != LOCK for found in folder.iterdir()):
            raise UsageError(f"{folder} is not empty, and a replay is not continued; choose another folder with --out")
        started = now()
        opened = (open_news or cast(OpenFollowing, News.open))(Path(scratch) / "index", settings=options, create=True)
        with closing(opened) as news, (folder / RESULTS).open("w", encoding="utf-8") as results:
            feed = Feed(news, replay_set, Path(scratch), tell)
            lines: list[dict[str, Any]] = []
            for n, day in enumerate(feed.days, 1):
                new = feed.day(day)
                results.write("".join(map(text_of, new)))
                results.flush()
                lines += new
                if progress:
                    progress("days", n, len(feed.days))
        about = {
            "set": replay_set.name,
            "apart": apart,
            "settings": {"llm": options.llm, "embedder": options.embedder, "reranker": options.reranker},
            "limit": limit,
            "seed": seed,
            "command": shlex.join([Path(sys.argv[0]).name.replace("__main__.py", "rag"), *sys.argv[1:]]),
            "versions": versions(),
            "git": git(),
            "code": code_digest(),
            "machine": machine(),
            "started": started,
            "finished": now(),
        }
        summary = summarise_replay(lines) | {
            "articles": len(replay_set.articles),
            "seconds": {"feeding": feed.feeding, "settling": feed.settling, "following": feed.following},
            "run": about,
        }
        write(folder / SUMMARY, summary)
    return Replayed(folder, summary, lines)


def _load(path: Path, limit: int | None, seed: int, *, apart: bool, first: dt.date | None, days: int) -> ReplaySet:
    if not path.is_dir() or not is_replay(path):
        made = {} if limit is None else {"limit": limit}
        return replay_of(load_set(path), first=first, days=days, seed=seed, **made)
    found = load_replay(path, apart=apart)
    return found if limit is None else _drawn(found, limit, seed)


def _drawn(replay_set: ReplaySet, limit: int, seed: int) -> ReplaySet:
    """With so many of its questions; all articles stay, as what else is in the news."""
    if limit >= len(replay_set.questions):
        return replay_set
    chosen = sorted(random.Random(seed).sample(range(len(replay_set.questions)), limit))
    return replace(replay_set, questions=tuple(replay_set.questions[i] for i in chosen))


@dataclass
class Feed:
    """Feeds one day after another and describes what each followed question told within it."""

    news: FollowingNews
    replay_set: ReplaySet
    scratch: Path
    tell: Callable[[str], None]
    ids: dict[str, str] = field(default_factory=dict)  # question -> what the program calls it
    seen: dict[str, int] = field(default_factory=dict)  # question -> changes told so far
    feeding: float = 0.0
    settling: float = 0.0
    following: float = 0.0

    @property
    def days(self) -> list[dt.date]:
        return self.replay_set.days()

    def day(self, day: dt.date) -> list[dict[str, Any]]:
        """Feeds a day, reads what changed, then follows the questions that are asked on it: a line each."""
        begun = time.monotonic()
        self._add(day, [a for a in self.replay_set.articles if a.day == day])
        self.feeding += time.monotonic() - begun
        begun = time.monotonic()
        self.news.settle(asked=day)
        self.settling += time.monotonic() - begun
        said = {found.id: found for found in self.news.followed()}
        asked = [q for q in self.replay_set.questions if q.id in self.ids]
        fed = sorted((a for a in self.replay_set.articles if a.day <= day), key=lambda a: a.day, reverse=True)
        lines = [self._told(question, day, fed, said[self.ids[question.id]]) for question in asked]
        begun = time.monotonic()
        new = [q for q in self.replay_set.questions if q.id not in self.ids and q.asked <= day]
        lines += [self._followed(question, day) for question in new]
        self.following += time.monotonic() - begun
        return lines

    def _add(self, day: dt.date, fed: Sequence[FedArticle]) -> None:
        file = self.scratch / f"{day}.jsonl"
        file.write_text("".join(json.dumps(a.record, ensure_ascii=False) + "\n" for a in fed), encoding="utf-8")
        with self.news.asking_later():  # the day that counts as today is not that of the clock
            report = self.news.add(file)
        for item in report.items:
            if item.status == "failed":
                self.tell(f"{day}: not read: {item.reason}")

    def _followed(self, question: StandingQuestion, day: dt.date) -> dict[str, Any]:
        found = self.news.follow(question.question, asked=day)
        self.ids[question.id], self.seen[question.id] = found.id, len(found.changes)
        return self._line(question, day, found.value) | {"first": True}

    def _told(
        self, question: StandingQuestion, day: dt.date, fed: Sequence[FedArticle], found: Followed
    ) -> dict[str, Any]:
        before, told = found.changes[: self.seen[question.id]], found.changes[self.seen[question.id] :]
        self.seen[question.id] = len(found.changes)
        marks = mark(question, day, told, before, fed)
        due = question.due(day)
        return self._line(question, day, found.value) | {
            "touched": any(a.story == question.story and a.day == day for a in fed),
            "reworded": day in question.reworded,
            "due": due and {
                "kind": due.kind, "values": list(due.values), "article": due.article, "quote": due.quote,
            },
            "alerts": [alert_line(a, v, w, fed) for a, v, w in zip(told, marks.verdicts, marks.reasons, strict=True)],
            "missed": marks.missed,
        }  # fmt: skip

    def _line(self, question: StandingQuestion, day: dt.date, value: str | None) -> dict[str, Any]:
        return {
            "id": f"{question.id}@{day}",
            "question_id": question.id,
            "question": question.question,
            "story": question.story,
            "day": day.isoformat(),
            "still": None if question.changes is None else not question.changes,
            "first": False,
            "value": value,
            "expected": list(question.accepted(day)[-1]),
            "right": value_right(question, day, value),
            "touched": False,
            "reworded": False,
            "due": None,
            "alerts": [],
            "missed": None,
        }
