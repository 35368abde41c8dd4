"""Questions of ours about the articles of published sets, which stay where they are (``evals/sets/news-questions``).

A line each: ``id``, the article's ``url``, ``question``, ``answers``, and as [start, end) in the article's text the
``sentences`` that answer. Where ``answerable`` is false the question is one that anybody would take this article to
answer, and it does not; ``wrong_answers`` are its words that tempt most.

Of questions after yes or no, and of claims (``evals/sets/news-claims``), a line has ``id``, ``url``, ``question``, the
one ``sentence`` as [start, end), and as ``label`` what it says: 'yes', 'no', or 'open' where it only seems to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from ..records import ArticleRecord, EvalSet, Question
from .rows import Filled, Record, Texts, as_date, read_rows

AFTERWARDS = timedelta(days=3)
"""How long after its article a question is taken to be asked."""


class _Written(Record):
    id: Filled
    url: Filled
    question: Filled
    answers: Texts = ()
    wrong_answers: Texts = ()
    sentences: tuple[tuple[int, int], ...] = ()
    answerable: bool = True


class _Label(Record):
    id: Filled
    url: Filled
    question: Filled
    sentence: tuple[int, int]
    label: Literal["yes", "no", "open"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A question after yes or no, or a claim, and what a sentence says to it, as its place in ``VERDICTS``."""

    text: str
    url: str
    sentence: str
    verdict: int


VERDICTS = ("yes", "no", "open")


def claims_about(eval_set: EvalSet, file: Path, without: str | None = None) -> Iterator[Claim]:
    """The claims of a file about articles of a set; those whose id starts with ``without`` are left out.

    Raises ``UsageError`` for a file that cannot be read.
    """
    articles = _by_url(eval_set)
    for row in read_rows(file):
        given = row.read(_Label)
        if given.url in articles and not (without and given.id.startswith(without)):
            start, end = given.sentence
            said = str(articles[given.url]["text"])[start:end]
            yield Claim(given.question, given.url, said, VERDICTS.index(given.label))


def _by_url(eval_set: EvalSet) -> Mapping[str, ArticleRecord]:
    return {str(record.get("url") or ""): record for record in (eval_set.records or tuple)()}


def questions_about(eval_set: EvalSet, file: Path, without: str | None = None) -> Iterator[Question]:
    """The questions of a file about articles of a set; those whose id starts with ``without`` are left out.

    Raises ``UsageError`` for a file that cannot be read.
    """
    articles = _by_url(eval_set)
    for row in read_rows(file):
        written = row.read(_Written)
        if written.url not in articles or (without and written.id.startswith(without)):
            continue
        record = articles[written.url]
        text, published = str(record["text"]), as_date(str(record.get("published") or ""))
        yield Question(
            written.id,
            written.question,
            written.answers,
            date=published and published + AFTERWARDS,
            supporting=(written.url,),
            answerable=written.answerable,
            kind="written",
            facts=tuple(text[start:end] for start, end in written.sentences),
            wrong_answers=written.wrong_answers,
        )
