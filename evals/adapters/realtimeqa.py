"""RealTimeQA as published: weekly news quizzes with what a search brought for each question.

Kasai et al., "RealTime QA: What's the Answer Right Now?", NeurIPS 2023 (Datasets and Benchmarks);
github.com/realtimeqa/realtimeqa_public, folder ``past``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from ..records import ArticleRecord, Question, holds_normalised, normalise
from .rows import Loaded, Placed, Row, apart, article, as_date, read_rows

KNOWN_BY = "RealTimeQA (YYYYMMDD_qa.jsonl with YYYYMMDD_qa_nota.jsonl and YYYYMMDD_gcs.jsonl, also in sub-folders)"

DATED = re.compile(r"\d{8}[_-]")
"""How the names of all published files start, also of those that are not read."""
WEEK = re.compile(r"(\d{8})_(qa|qa_nota|gcs)\.jsonl(?:\.gz)?", re.ASCII)

_NONE = "none of the above"


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
            urls = found.setdefault((week, row.text("question_id")), [])
            urls.extend(_pooled(pool, row.rows("search_result", optional=True)))
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
            name = row.text("question_id")
            key = (week, name.removesuffix("_nota"))
            choices, right = row.texts("choices"), _right(row)
            answers = tuple(choices[i] for i in right)
            if kind == "qa":
                twins.setdefault(key, answers)
            else:
                said = tuple(answer for answer in answers if answer.strip().lower() != _NONE)
                answers = said or twins.get(key, ())
            support = supporting(twins.get(key, answers), found.get(key, ()))
            question = Question(
                id=name,
                question=row.text("question_sentence"),
                answers=answers,
                date=as_date(row.text("question_date", optional=True)),
                choices=choices,
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


def _pooled(pool: dict[str, ArticleRecord], results: list[Row]) -> list[str]:
    """Puts the articles of a search into the pool; their URLs. The first text of a URL stays."""
    urls = []
    for result in results:
        url, title, text = (result.text(name, optional=True) for name in ("url", "title", "text"))
        published = as_date(result.text("publish_date", optional=True))
        if url and url not in pool and title.strip() and text.strip():
            pool[url] = article(
                url=url, title=title, text=text, published=published.isoformat() if published else None,
                source=_host(url),
            )  # fmt: skip
        urls.append(url)
    return urls


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bracket that opens no IPv6 address
        return ""


def _right(row: Row) -> tuple[int, ...]:
    """The places of the right choices; the files write them as text."""
    found = [str(index) for index in row.items("answer")]
    choices = [str(i) for i in range(len(row.texts("choices")))]
    if not found or not set(found) <= set(choices):
        raise row.wrong("'answer' must list places in 'choices', the first is \"0\"")
    return tuple(int(index) for index in found)
