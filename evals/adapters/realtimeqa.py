"""RealTimeQA as published: weekly news quizzes with what a search brought for each question.

Kasai et al., "RealTime QA: What's the Answer Right Now?", NeurIPS 2023 (Datasets and Benchmarks);
github.com/realtimeqa/realtimeqa_public, folder ``past``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..records import ArticleRecord, Question, holds_normalised, normalise
from .rows import Filled, Loaded, Placed, Record, Row, Text, Texts, apart, article, as_date, read_rows

KNOWN_BY = "RealTimeQA (YYYYMMDD_qa.jsonl with YYYYMMDD_qa_nota.jsonl and YYYYMMDD_gcs.jsonl, also in sub-folders)"

DATED = re.compile(r"\d{8}[_-]")
"""How the names of all published files start, also of those that are not read."""
WEEK = re.compile(r"(\d{8})_(qa|qa_nota|gcs)\.jsonl(?:\.gz)?", re.ASCII)

_NONE = "none of the above"


class _Quiz(Record):
    question_id: Filled
    question_sentence: Filled
    question_date: Text = ""
    choices: Texts
    answer: tuple[Any, ...]


class _Result(Record):
    url: Text = ""
    title: Text = ""
    text: Text = ""
    publish_date: Text = ""


class _Search(Record):
    question_id: Filled
    search_result: tuple[_Result, ...] = ()


def load(path: Path) -> Loaded | None:
    """All weeks under a folder, or the one week of a file, as one set about the articles of all searches.

    A question is known to be answerable where an article that its own search brought holds the answer's words.
    """
    weeks = _weeks(path)
    asked = [(file, week, kind) for file, week, kind in weeks if kind != "gcs"]
    if not asked:
        return None
    found: dict[tuple[str, str], list[str]] = {}
    pool: dict[str, ArticleRecord] = {}
    for file, week, kind in weeks:
        if kind != "gcs":
            continue
        for row in read_rows(file):
            search = row.read(_Search)
            found.setdefault((week, search.question_id), []).extend(_pooled(pool, search.search_result))
    texts: dict[str, str] = {}

    def supporting(answers: Iterable[str], urls: Iterable[str]) -> tuple[str, ...]:
        wanted = [normalise(answer) for answer in answers]
        for url in (known := [url for url in dict.fromkeys(urls) if url in pool]):
            if url not in texts:
                texts[url] = normalise(f"{pool[url]['title']} {pool[url]['text']}")
        return tuple(url for url in known if holds_normalised(wanted, texts[url]))

    questions: list[Placed] = []
    twins: dict[tuple[str, str], tuple[str, ...]] = {}
    for file, week, kind in asked:  # a week's qa comes before its qa_nota
        for row in read_rows(file):
            quiz = row.read(_Quiz)
            key, right = (week, quiz.question_id.removesuffix("_nota")), _right(row, quiz)
            answers = tuple(quiz.choices[i] for i in right)
            if kind == "qa":
                twins.setdefault(key, answers)
            else:
                others = tuple(answer for answer in answers if answer.strip().lower() != _NONE)
                answers = others or twins.get(key, ())
            support = supporting(twins.get(key, answers), found.get(key, ()))
            question = Question(
                id=quiz.question_id,
                question=quiz.question_sentence,
                answers=answers,
                date=as_date(quiz.question_date),
                choices=quiz.choices,
                answer_index=right,
                supporting=support,
                answerable=True if support else None,
                kind="qa" if kind == "qa" else "nota",
            )
            questions.append((row.place, question))
    kept, notes = apart(questions)
    name = path.resolve().name if path.is_dir() else asked[0][1]
    records = list(pool.values())
    return Loaded("realtimeqa", name, kept, (lambda: records) if records else None, notes=notes)


def _weeks(path: Path) -> list[tuple[Path, str, str]]:
    """(file, week, kind) of the files to read, in the order of their names."""
    if path.is_file():
        given = WEEK.fullmatch(path.name)
        files = path.parent.glob(f"{given[1]}_*") if given else ()
    else:
        files = path.rglob("*_*.jsonl*")
    named = ((file, WEEK.fullmatch(file.name)) for file in sorted(files, key=lambda file: (file.name, str(file))))
    return [(file, name[1], name[2]) for file, name in named if name and file.is_file()]


def _pooled(pool: dict[str, ArticleRecord], results: Iterable[_Result]) -> list[str]:
    """Puts the articles of a search into the pool; their URLs. The first text of a URL stays."""
    urls = []
    for result in results:
        url, published = result.url, as_date(result.publish_date)
        if url and url not in pool and result.title.strip() and result.text.strip():
            pool[url] = article(
                url=url, title=result.title, text=result.text, published=published.isoformat() if published else None,
                source=_host(url),
            )  # fmt: skip
        urls.append(url)
    return urls


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bracket that opens no IPv6 address
        return ""


def _right(row: Row, quiz: _Quiz) -> tuple[int, ...]:
    """The places of the right choices; the files write them as text."""
    found = [str(index) for index in quiz.answer]
    choices = [str(i) for i in range(len(quiz.choices))]
    if not found or not set(found) <= set(choices):
        raise row.wrong("'answer' must list places in 'choices', the first is \"0\"")
    return tuple(int(index) for index in found)
