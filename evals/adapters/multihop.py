"""MultiHop-RAG: questions over several news articles, with the sentences that answer them.

Tang and Yang, "MultiHop-RAG: Benchmarking Retrieval-Augmented Generation for Multi-Hop Queries", COLM 2024;
github.com/yixuantt/MultiHop-RAG, folder ``dataset``.
"""

from __future__ import annotations

from pathlib import Path

from ..records import ArticleRecord, Question
from .rows import Filled, Loaded, Record, Row, Text, article, find, read_rows

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


class _Evidence(Record):
    url: Filled
    fact: Filled


class _Query(Record):
    query: Filled
    answer: Text = ""
    question_type: Filled
    evidence_list: tuple[_Evidence, ...]


class _Article(Record):
    title: Text = ""
    body: Text = ""
    author: Text = ""
    url: Text = ""
    published_at: Text = ""
    source: Text = ""
    category: Text = ""


def _question(number: int, row: Row) -> Question:
    found = row.read(_Query)
    answerable = found.question_type != "null_query"
    if answerable and not found.answer.strip():
        raise row.wrong("'answer' is empty")
    return Question(
        id=f"multihop-{number:04d}",
        question=found.query,
        answers=(found.answer,) if answerable else (),
        supporting=tuple(dict.fromkeys(one.url for one in found.evidence_list)),
        answerable=answerable,
        kind=found.question_type,
        facts=tuple(one.fact for one in found.evidence_list),
    )


def _record(row: Row) -> ArticleRecord | None:
    """The record of an article; None without a headline or text, which an article must have."""
    a = row.read(_Article)
    if not a.title.strip() or not a.body.strip():
        return None
    return article(
        url=a.url,
        title=a.title,
        text=a.body,
        published=a.published_at,
        source=a.source,
        section=a.category,
        authors=[a.author] if a.author.strip() else [],
    )
