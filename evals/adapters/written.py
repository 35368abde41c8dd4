"""Questions of ours about the articles of published sets, which stay where they are (``evals/sets/news-questions``).

A line each: ``id``, the article's ``url``, ``question``, ``answers``, and as [start, end) in the article's text the
``sentences`` that answer. Where ``answerable`` is false the question is one that anybody would take this article to
answer, and it does not; ``wrong_answers`` are its words that tempt most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from ..records import EvalSet, Question
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


def questions_about(eval_set: EvalSet, file: Path, without: str | None = None) -> Iterator[Question]:
    """The questions of a file about articles of a set; those whose id starts with ``without`` are left out.

    Raises ``UsageError`` for a file that cannot be read.
    """
    articles = {str(record.get("url") or ""): record for record in (eval_set.records or tuple)()}
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
