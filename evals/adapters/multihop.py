"""MultiHop-RAG: questions over several news articles, with the sentences that answer them.

Tang and Yang, "MultiHop-RAG: Benchmarking Retrieval-Augmented Generation for Multi-Hop Queries", COLM 2024;
github.com/yixuantt/MultiHop-RAG, folder ``dataset``.
"""

from __future__ import annotations

from pathlib import Path

from ..records import ArticleRecord, Question
from .rows import Loaded, Row, article, find, read_rows

KNOWN_BY = "MultiHop-RAG (a folder with MultiHopRAG.json and corpus.json)"

_QUERIES, _CORPUS = "MultiHopRAG.json", "corpus.json"


def load(path: Path) -> Loaded | None:
    """The folder that holds the queries, or their file; None where they are not there."""
    folder = path.parent if path.name.removesuffix(".gz") in (_QUERIES, _CORPUS) and path.is_file() else path
    queries, corpus = find(folder, _QUERIES), find(folder, _CORPUS)
    if not queries:
        return None
    questions = [(row.place, _question(n, row)) for n, row in enumerate(read_rows(queries), 1)]
    if not corpus:
        note = f"no {_CORPUS} beside {_QUERIES}: the set brings no articles"
        return Loaded("multihop-rag", "multihop-rag", questions, notes=[note])
    records = [record for row in read_rows(corpus) if (record := _record(row))]
    return Loaded("multihop-rag", "multihop-rag", questions, lambda: records)


def _question(number: int, row: Row) -> Question:
    kind, evidence = row.text("question_type"), row.rows("evidence_list")
    answerable = kind != "null_query"
    return Question(
        id=f"multihop-{number:04d}",
        question=row.text("query"),
        answers=(row.text("answer"),) if answerable else (),
        supporting=tuple(dict.fromkeys(one.text("url") for one in evidence)),
        answerable=answerable,
        kind=kind,
        facts=tuple(one.text("fact") for one in evidence),
    )


def _record(row: Row) -> ArticleRecord | None:
    """The record of an article; None without a headline or text, which an article must have."""
    title, text, author = (row.text(name, optional=True) for name in ("title", "body", "author"))
    if not title.strip() or not text.strip():
        return None
    return article(
        url=row.text("url", optional=True),
        title=title,
        text=text,
        published=row.text("published_at", optional=True),
        source=row.text("source", optional=True),
        section=row.text("category", optional=True),
        authors=[author] if author.strip() else [],
    )
