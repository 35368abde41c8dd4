"""What is weighed where nothing is due: real news, and questions after facts that do not change in the days replayed.

``python -m evals.train.following.quiet SET --from 2023-02-01 --days 14 --out FILE`` writes lines as ``gathering`` does,
of a set whose articles have days (RealTimeQA). Each question stands on a sentence that holds its answer and two of its
words; every other value is a false alarm. With ``--open`` none has an answer yet: what is no answer is a false alarm.
Articles of more than ``SINCE`` days before the first are left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from rag.text.answer_type import FACTUAL, answer_type
from rag.text.sentences import sentence_spans
from rag.text.tokens import content

from ...adapters import load_set
from ...adapters.replay import replay_of
from ...adapters.rows import as_date
from ...records import ArticleRecord, FedArticle, ReplaySet, StandingQuestion, holds
from .gathering import gather

SINCE = 45
MIN_WORDS = 2


def quiet_set(folder: Path, first: date, days: int, limit: int) -> ReplaySet:
    """A replay of questions that nothing changes the answer of, each of a story of its own."""
    given = load_set(folder)
    since, until = first - timedelta(days=SINCE), first + timedelta(days=days)
    records = [r for r in given.records() if since <= _day(r) <= until] if given.records else []
    asked = tuple(
        q
        for q in given.questions
        if q.date and since <= q.date < first and answer_type(q.question) in FACTUAL and q.answers
    )
    whole = replace(given, questions=asked, records=lambda: iter(records))
    replayed = replay_of(whole, first=first, days=days, limit=len(asked))
    known = [a for a in replayed.articles if a.day < first]
    standing = [found for q in replayed.questions if (found := _standing(q, known))]
    return replace(replayed, questions=tuple(standing[:limit]))


def left_open(found: ReplaySet) -> ReplaySet:
    """The same questions, none of which has an answer yet."""
    questions = tuple(replace(q, values=(), article="", quote="") for q in found.questions)
    return replace(found, questions=questions)


def _standing(q: StandingQuestion, known: Iterable[FedArticle]) -> StandingQuestion | None:
    words = set(content(q.question))
    for fed in known:
        text = str(fed.record.get("text") or "")
        for start, end in sentence_spans(text):
            quote = text[start:end]
            if len(words & set(content(quote))) >= MIN_WORDS and holds(q.values, quote):
                return replace(q, story=q.id, article=fed.id, quote=quote, changes=())
    return None


def _day(record: ArticleRecord) -> date:
    return as_date(str(record.get("published") or "")[:10]) or date.min


def lines(found: ReplaySet, *, without_answers: bool) -> Iterator[str]:
    """The lines of :func:`gather`, without those of the first day, on which all articles from before come in; of
    questions left open the answer is right when it is found."""
    answers = {q.id: q.values for q in found.questions}
    for line in gather(left_open(found) if without_answers else found):
        for c in line["changes"] if without_answers else ():
            c["right"] = line["values"][c["place"]]["right"] = holds(answers[line["id"]], c["value"])
        if not line["first"]:
            yield json.dumps(line) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.train.following.quiet")
    parser.add_argument("set", type=Path)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--open", action="store_true", help="the questions have no answer yet")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    found = quiet_set(given.set, given.first, given.days, given.limit)
    print(f"{len(found.questions)} questions, {len(found.articles)} articles")
    with given.out.open("w", encoding="utf-8") as out:
        for line in lines(found, without_answers=given.open):
            out.write(line)
            out.flush()


if __name__ == "__main__":
    main()
