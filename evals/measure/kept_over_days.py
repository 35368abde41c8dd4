"""How kept answers fare over days: ``python -m evals.measure.kept_over_days [--apart] [--reader]``.

Each question of ``evals/sets/replay`` is answered by its gold answer on the day it is asked and kept; then the articles
come day by day. After each day the state must be other than 'stands' and 'reworded' from the day of the first change on
(found in time, or later, or never), and never before it or where nothing changes (a false alarm).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import Answer, Article, Citation, News
from rag.types import KeptAnswer

from .corruption import WordHash

SET = Path(__file__).parents[1] / "sets" / "replay"
UNCHANGED = ("stands", "reworded")


@dataclass(frozen=True, slots=True)
class Course:
    """A question with the states of its answer, by day."""

    question: dict[str, Any]
    states: list[tuple[str, KeptAnswer]]

    @property
    def change(self) -> str | None:
        """The day of the first change."""
        return min((c["from"] for c in self.question["changes"]), default=None)

    @property
    def false(self) -> list[tuple[str, KeptAnswer]]:
        return [(d, a) for d, a in self.states if a.state not in UNCHANGED and (not self.change or d < self.change)]

    @property
    def found(self) -> str | None:
        """The first day from that of the change on whose state tells of it."""
        change = self.change
        return next((d for d, a in self.states if change and d >= change and a.state not in UNCHANGED), None)


def courses(news: News, questions: list[dict[str, Any]]) -> list[Course]:
    """The courses of some questions, whose articles are fed to an empty index."""
    stories = {q["story"] for q in questions}
    fed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in sorted((SET / "articles").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if file.stem in stories:
                fed[row["fed"]].append(row)
    kept: dict[str, str] = {}
    states: dict[str, list[tuple[str, KeptAnswer]]] = defaultdict(list)
    for day in sorted(fed):
        _feed(news, fed[day])
        now = {a.id: a for a in news.answers()}
        for name, number in kept.items():
            states[name].append((day, now[number]))
        for q in questions:
            if q["asked"] == day:
                kept[q["id"]] = news.keep(_gold(news, q)).id
    return [Course(q, states[q["id"]]) for q in questions]


def _feed(news: News, rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        gone = [r["remove"] for r in rows if r.get("remove")]
        articles = [r["article"] for r in rows if r.get("article")]
        file = Path(scratch) / "day.jsonl"
        file.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
        if articles:
            news.add(file)
        if gone:
            news.remove(*gone)


def _gold(news: News, q: dict[str, Any]) -> Answer:
    article: Article = news.article(q["article"])
    start = article.body.index(q["quote"])
    cited = Citation(1, article, q["quote"], start, start + len(q["quote"]))
    return Answer(q["question"], f"{q['quote']} [1]", q["value"][0], False, (cited,), "none")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apart", action="store_true", help="the stories that nothing is tuned on")
    parser.add_argument("--reader", action="store_true", help="with the embedded embedder and reranker")
    options = parser.parse_args()
    rows = map(json.loads, (SET / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    answered = (q for q in rows if q.get("article") and q.get("value"))
    questions = [q for q in answered if bool(q.get("apart")) == options.apart]
    models: dict[str, Any] = {} if options.reader else {"embedder": WordHash(), "reranker": "none"}
    with tempfile.TemporaryDirectory() as scratch:
        news = News.open(index=Path(scratch) / "index", create=True, llm="none", **models)
        with closing(news):
            found = courses(news, questions)
    changing = [c for c in found if c.change]
    for c in found:
        if not options.apart:
            _print_wrong(c)
    told, in_time = sum(bool(c.found) for c in changing), sum(c.found == c.change for c in changing)
    days, false = sum(len(c.states) for c in found), sum(bool(c.false) for c in found)
    print(f"told {told} of {len(changing)} changed answers, {in_time} on the day")
    print(f"false alarms at {false} of {len(found)} answers over {days} answer-days")


def _print_wrong(c: Course) -> None:
    asked = c.question["question"]
    for day, a in c.false[:1]:
        print(f"FALSE {day} {a.state}: {asked} {a.value}\n    {a.was and a.was.quote}")
        print(f"    {a.now and (a.now.value, a.now.quote, a.now.article_id)}")
    if c.change and not c.found:
        change = min(c.question["changes"], key=lambda each: each["from"])
        print(f"MISSED {change['kind']}: {asked} {c.question['value'][0]} -> {(change['value'] or [None])[0]}")
        print(f"    {c.question['quote']}\n    {change.get('quote')}")


if __name__ == "__main__":
    main()
