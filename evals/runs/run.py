"""A run: a set of questions asked one by one, written down as they are answered, and summed up at the end.

A run is a folder: ``run.json`` (settings, versions, machine), ``results.jsonl`` (a line a question), ``summary.json``
and ``report.html``. A run that was cut off goes on where it stopped: each line is on the disk before the next question.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rag import News, Settings
from rag.errors import UsageError
from rag.types import Answer, Article, Filters, Hit, Progress, iso_day

from ..adapters import load_set
from ..measure.gold import Shelf, about
from ..measure.judge import Judge
from ..measure.metrics import failure, map_choice
from ..records import EvalSet, Question
from ..report.page import write_report
from ..report.summary import summarise
from .folder import (
    RESULTS,
    RUN,
    SUMMARY,
    RunBusy,
    alone,
    begin,
    now,
    read_lines,
    read_run,
    replace_file,
    resume,
    text_of,
    write,
)
from .index import OpenNews, corpus_digest, open_index
from .machine import code_digest, peak_memory_mb

ASKED, REMOVED = "asked", "evidence removed"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run, or as much of it as was asked."""

    folder: Path
    summary: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    report: Path


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the results to come: a question, asked as it is or with its evidence removed."""

    question: Question
    variant: str = ASKED

    @property
    def id(self) -> str:
        return self.question.id if self.variant == ASKED else f"{self.question.id}#evidence-removed"


def run(  # noqa: PLR0913 - one name for each thing that the command line takes
    eval_set: EvalSet | str | Path,
    *,
    out: str | Path | None = None,
    limit: int | None = None,
    seed: int = 0,
    llm: str | None = None,
    retrieval_only: bool = False,
    as_of_question_date: bool | None = None,
    evidence_removed: int = 0,
    kinds: Sequence[str] = (),
    all_questions: bool = False,
    articles: Sequence[str | Path] = (),
    index: str | Path | None = None,
    judge: str | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], None] = lambda _: None,
    open_news: OpenNews = News.open,
    **settings: Any,
) -> Run:
    """Asks the questions of a set and returns what came out; the folder ``out`` holds all of it.

    ``limit`` questions are drawn with ``seed`` (default: all, in their order). ``evidence_removed`` so many of the
    answerable ones are asked again with every article that holds the answer's words kept from the search.
    ``as_of_question_date`` hides what was published after the question's day (default: as the set wants). ``judge`` is
    a model that marks free text. ``settings`` are the program's, by name. ``tell`` gets a line for whatever a reader of
    the figures should know. The same call with the same ``out`` goes on with a run that was cut off.

    Raises ``UsageError``: no such set, a wrong option, or a folder that holds another run.
    """
    if not isinstance(eval_set, EvalSet):
        eval_set = load_set(eval_set, articles=articles, all_questions=all_questions)
    for note in eval_set.notes:
        tell(note)
    as_of = eval_set.as_of_question_date if as_of_question_date is None else as_of_question_date
    options = Settings.load(
        **{"llm": llm, "index": index, "reproducible": True} | settings | ({"llm": "none"} if retrieval_only else {})
    )
    tasks = choose(eval_set, kinds=kinds, limit=limit, seed=seed, evidence_removed=evidence_removed)
    asked = {
        "retrieval_only": retrieval_only,
        "as_of_question_date": as_of,
        "limit": limit,
        "seed": seed,
        "evidence_removed": evidence_removed,
        "kinds": list(kinds),
        "judge": judge,
    }
    described = _described(eval_set, tasks, asked, options)
    folder = (Path(out) if out is not None else Path("runs") / _default_name(eval_set, described)).absolute()
    with ExitStack() as stack:
        marker = stack.enter_context(closing(Judge.open(judge, options))) if judge else None
        stack.enter_context(alone(folder))
        done = resume(folder, described)
        if done:
            tell(f"going on with the run in {folder}: {len(done)} of {len(tasks)} questions are done")
        news, info = open_index(eval_set, described["set"]["articles"], options, progress, open_news)
        if info.failed:
            tell(f"{info.failed} articles of the set could not be read and are not in the index")
        stack.enter_context(closing(news))
        about_run = begin(folder, described, asdict(info))
        left = [task for task in tasks if task.id not in done]
        if left:
            if not retrieval_only:
                _load(news, progress)
            asker = Asker(news, eval_set, retrieval_only=retrieval_only, as_of=as_of, judge=marker)
            _ask(asker, left, folder / RESULTS, len(done), progress)
            about_run["finished"] = now()
            write(folder / RUN, about_run)
        return finish(folder)


def _described(eval_set: EvalSet, tasks: Sequence[Task], asked: dict[str, Any], options: Settings) -> dict[str, Any]:
    """What the figures of a run depend on: a folder goes on only with a run of the same."""
    return {
        "set": {
            "name": eval_set.name,
            "format": eval_set.format,
            "digest": questions_digest(tasks),
            "articles": corpus_digest(eval_set),
            "notes": list(eval_set.notes),
        },
        "settings": {"llm": options.llm, "embedder": options.embedder}
        | asked
        | {"choice_method": "mapping"}
        | {name: getattr(options, name) for name in SHAPING},
        "code": code_digest(),
    }


def _load(news: News, progress: Progress | None) -> None:
    """Loads the model before the first question, whose time it would count to."""
    if progress:
        progress("loading the model", 0, None)
    news.warm(wait=True)


def _ask(asker: Asker, tasks: Sequence[Task], file: Path, done: int, progress: Progress | None) -> None:
    """Writes a line a task; each is on the disk before the next is asked."""
    with file.open("a", encoding="utf-8") as results:
        for n, task in enumerate(tasks, done + 1):
            results.write(text_of(asker.line(task)))
            results.flush()
            os.fsync(results.fileno())
            if progress:
                progress("asking", n, done + len(tasks))


SHAPING = (
    "max_tokens", "deadline", "candidates", "hits", "per_article", "support", "evidence_tokens", "evidence_sentences",
    "reproducible", "reranker", "nli", "passages", "certainty",
)  # fmt: skip
"""The program's settings that shape an answer; they are part of what a run is."""


def again(folder: str | Path) -> Run:
    """Classifies the failures of a run again and sums it up, as after a change of the metrics; asks nothing.

    A run that is going on is only summed up, as far as it has come. Raises ``UsageError`` where there is no run.
    """
    folder = Path(folder).absolute()
    read_run(folder)
    try:
        with alone(folder):
            lines = [line | {"failure": failure(line)} for line in read_lines(folder)]
            replace_file(folder / RESULTS, "".join(map(text_of, lines)))
            return finish(folder)
    except RunBusy:
        return finish(folder)


def finish(folder: Path) -> Run:
    """Sums up the lines of a run as they are now: writes ``summary.json`` and ``report.html``."""
    about_run = read_run(folder)
    lines = read_lines(folder)
    summary = summarise(lines, about_run)
    write(folder / SUMMARY, summary)
    return Run(folder, summary, lines, write_report(folder, about_run, summary, lines))


def choose(
    eval_set: EvalSet, *, kinds: Sequence[str] = (), limit: int | None = None, seed: int = 0, evidence_removed: int = 0
) -> list[Task]:
    """The questions to ask, in the order of the set, then those to ask again with their evidence removed."""
    there = list(dict.fromkeys(q.kind for q in eval_set.questions))
    unknown = [kind for kind in kinds if kind not in there]
    if unknown:
        raise UsageError(f"{eval_set.name} has no questions of kind {unknown[0]!r}; it has: {', '.join(there)}")
    questions = [q for q in eval_set.questions if not kinds or q.kind in kinds]
    if not questions:
        raise UsageError(f"{eval_set.name} has no questions to ask")
    draw = random.Random(seed)
    if limit is not None and limit < len(questions):
        questions = [questions[i] for i in sorted(draw.sample(range(len(questions)), limit))]
    tasks = [Task(q) for q in questions]
    with_answer = [q for q in questions if q.answerable and q.answers]
    again = sorted(draw.sample(range(len(with_answer)), min(evidence_removed, len(with_answer))))
    return tasks + [Task(with_answer[i], REMOVED) for i in again]


def scope(task: Task, shelf: Shelf, *, as_of: bool) -> Filters:
    """Where a question may look: as of its own day where the set has one or ``as_of`` says so, and without its evidence
    where that is removed."""
    question = task.question
    without = shelf.with_answer(question) if task.variant == REMOVED else frozenset()
    return Filters(as_of=question.as_of or (question.date if as_of else None), only=question.only, without=without)


class Asker:
    """Asks one question after another and describes what came back."""

    def __init__(
        self, news: News, eval_set: EvalSet, *, retrieval_only: bool = False, as_of: bool = False,
        judge: Judge | None = None, reading: bool = True,
    ) -> None:  # fmt: skip
        """``reading`` is :meth:`News.search`'s, of ``retrieval_only``."""
        self._news = news
        self._set = eval_set
        self._retrieval_only = retrieval_only
        self._as_of = as_of
        self._judge = judge
        self._reading = reading
        self._shelf = Shelf(news)

    def line(self, task: Task) -> dict[str, Any]:
        """The line of ``results.jsonl`` for one question: see ``docs/evaluation.md``."""
        question = task.question
        filters = scope(task, self._shelf, as_of=self._as_of)
        answer: Answer | None = None
        if self._retrieval_only:
            begun = time.perf_counter()
            hits: Sequence[Hit] = self._news.search(
                question.question, history=question.history, filters=filters, asked=question.date,
                reading=self._reading,
            )  # fmt: skip
            timings = {
                "retrieve": round((time.perf_counter() - begun) * 1000),
                "evidence": 0,
                "first_token": 0,
                "total": 0,
            }
        else:
            answer = self._news.ask(question.question, history=question.history, filters=filters, asked=question.date)
            hits, timings = answer.hits, dict(answer.timings_ms)
        found: dict[str, Any] = {
            "id": task.id,
            "question": question.question,
            "answers": list(question.answers),
            "answerable": _answerable(task),
            "answer": answer.text if answer else None,
            "short_answer": answer.short if answer else None,
            "refused": answer.refused if answer else None,
            "citations": [c.record() for c in answer.citations] if answer else [],
            "retrieved": [_retrieved(hit) for hit in hits],
            "evidence": "\n".join(" ".join(e.quote.split()) for e in answer.evidence) if answer else "",
            "prediction_choice": None,
            "timings_ms": timings,
            "tokens": dict(answer.tokens) if answer else {},
            "failure": None,
            # What is needed to work out every figure from this line alone:
            "variant": task.variant,
            "format": self._set.format,
            "kind": question.kind,
            "date": iso_day(question.date),
            "as_of": iso_day(filters.as_of),
            "choices": list(question.choices),
            "answer_index": list(question.answer_index),
            "facts": list(question.facts),
            "parts": [list(part) for part in question.parts],
            "wrong_answers": list(question.wrong_answers),
            "supporting_articles": about(self._shelf.supporting(question)),
            "removed_articles": len(filters.without),
            "offsets_exact": [self._exact(c.article, c.start, c.end, c.quote) for c in answer.citations]
            if answer
            else [],
            "model": answer.model if answer else None,
            "note": answer.note if answer else None,
            "certainty": answer.certainty if answer else None,
            "withheld": answer.withheld if answer else None,
            "peak_memory_mb": round(peak_memory_mb(), 1),
            "judge": None,
        }
        if answer and question.choices and not answer.refused:
            found["prediction_choice"] = map_choice(question.choices, answer.short, answer.text)
        if self._judge and answer and task.variant == ASKED and question.answerable and question.answers:
            found["judge"] = self._judge.mark(question, answer)
        found["failure"] = failure(found)
        return found

    def _exact(self, article: Article, start: int, end: int, quote: str) -> bool:
        """Whether the stored article, not the answer's copy of it, has the quote at that place."""
        return self._news.article(article.id).body[start:end] == quote


def _answerable(task: Task) -> bool | None:
    if task.variant == REMOVED:
        return False
    # Where a set has planted a falsehood no article holds the truth: such questions have figures of their own.
    return None if task.question.wrong_answers else task.question.answerable


def _retrieved(hit: Hit) -> dict[str, Any]:
    return {
        "article_id": hit.article.id,
        "url": hit.article.url,
        "chunk_id": hit.chunk.id,
        "text": hit.chunk.text,
        "score": hit.score,
        "title": hit.article.title,
        "source": hit.article.source,
        "published": iso_day(hit.article.published),
    }


# -- names ---------------------------------------------------------------------------------------------------------


def questions_digest(tasks: Sequence[Task]) -> str:
    """A hash of what is asked: ids, questions, answers, and what they are asked about."""
    found = hashlib.sha256()
    for task in tasks:
        plain = asdict(replace(task.question, only=None))
        plain["only"] = sorted(task.question.only or ())
        found.update(json.dumps([task.id, plain], default=str, sort_keys=True).encode())
    return found.hexdigest()[:16]


def _default_name(eval_set: EvalSet, described: Mapping[str, Any]) -> str:
    """The same command gives the same name, so that it goes on with its run."""
    short = hashlib.sha256(json.dumps(described, sort_keys=True, default=str).encode()).hexdigest()[:8]
    return f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', eval_set.name)}-{short}"
