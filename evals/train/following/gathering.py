"""What is weighed of the values that the articles of a replay may give its followed questions, with what is right.

``python -m evals.train.following.gathering SET --out FILE`` (``--apart`` for the stories kept apart) feeds a set day by
day and writes a line a question and day on which articles of its matter came in. The question stands on what was right
the day before, so that mistakes do not add up.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag import News, Settings
from rag.index.chroma.arrays import packed
from rag.ledger.faring.touched import near_matters, near_questions
from rag.ledger.following_again import AskingAgain
from rag.ledger.following_matter import Old
from rag.ledger.weighing.decision import differing, viewed
from rag.ledger.weighing.views import Before, change_views
from rag.types import Article, Evidence, day

from ...adapters.replay import load_replay
from ...records import DueChange, ReplaySet, StandingQuestion, holds

Line = dict[str, Any]


def gather(replay_set: ReplaySet) -> Iterator[Line]:
    """A line a question and day on which articles of its matter came in."""
    options = Settings.load(llm="none", reproducible=True)
    with TemporaryDirectory() as folder, closing(News.open(f"{folder}/index", settings=options, create=True)) as news:
        feed = _Feed(news, replay_set, Path(folder))
        for today in replay_set.days():
            yield from feed.day(today)


class _Feed:
    def __init__(self, news: News, replay_set: ReplaySet, folder: Path):
        self.news, self.set, self.folder = news, replay_set, folder
        self.vectors = {q.id: packed(news.embedder.embed([q.question]))[0] for q in replay_set.questions}
        self.held: dict[tuple[str, str], Article] = {}  # (question, article it stands on) -> as it was

    def day(self, today: date) -> Iterator[Line]:
        store, before = self.news.store, self.news.store.shelf.digests()
        fed = [a for a in self.set.articles if a.day == today]
        file = self.folder / f"{today}.jsonl"
        file.write_text("".join(json.dumps(a.record, ensure_ascii=False) + "\n" for a in fed), encoding="utf-8")
        with self.news.asking_later():
            self.news.add(file)
        new = [i for i, digest in store.shelf.digests().items() if before.get(i) != digest]
        articles = list(store.articles(new).values())
        asked = [q for q in self.set.questions if q.asked <= today]
        near = near_questions([(n, self.vectors[q.id]) for n, q in enumerate(asked)], new, store.shelf)
        stands = [(n, q.question, self.vectors[q.id], stands_on(q, today)[1]) for n, q in enumerate(asked)]
        wider = near_matters(stands, articles, store.shelf)
        of_story = {s: {a.id for a in fed if a.story == s and a.id in new} for s in {q.story for q in asked}}
        for n, q in enumerate(asked):
            if about := {*near.get(n, ()), *wider.get(n, ()), *of_story[q.story]}:
                yield self._line(q, today, frozenset(about))
        for q in asked:
            for article in store.articles([stands_on(q, today, after=True)[1]]).values():
                self.held[q.id, article.id] = article

    def _line(self, q: StandingQuestion, today: date, about: frozenset[str]) -> Line:
        values, on, quote = stands_on(q, today)
        held = self.held.get((q.id, on)) if values and q.asked < today else None
        asking = AskingAgain(self.news.pipeline, self.news.store, lambda *_: None, today)  # type: ignore[arg-type]
        there = asking.readings(q.question, about | ({held.id} if held else frozenset()))
        readings = [r for r in there if r.item.article.id in about]
        before = None
        if held is not None:
            start = max(held.body.find(quote), 0)
            own = [r for r in there if r.item.article.id == held.id and r.item.quote in quote]
            cited = Evidence(held, start, start + len(quote), quote, own[0].item.score if own else 0.3)
            value = next((v for v in values if v in quote), values[0])
            old = Old(q.question, value, quote, cited)
            same = own[0] if own and held.body == own[0].item.article.body else None
            before = Before(old, same, day(held.updated or held.published))
        found = viewed(q.question, readings)
        right = [value for spellings in q.accepted(today) for value in spellings]
        passed = [value for on, spellings in q.allowed if on == today for value in spellings]
        known = [v for spellings in accepted_before(q, today) for v in spellings]
        due = q.due(today)
        line: Line = {"story": q.story, "id": q.id, "day": today.isoformat(), "first": q.asked == today}
        line["due"] = bool(due)
        line["values"] = [{"views": v, "right": holds(right, c.value)} for c, v in found]
        line["changes"] = []
        for place, (c, views) in enumerate(found):
            others = [replace(before, old=replace(before.old, value=v)) for v in known] if before else [None]
            differs = all(differing(q.question, [(c, views)], other) for other in others)
            if q.asked < today and differs and not holds(passed, c.value):
                all_views = views | change_views(q.question, c, before)
                is_right = bool(due and due.values and holds(due.values, c.value))
                line["changes"].append({"place": place, "views": all_views, "right": is_right, "value": c.value})
        return line


def _told(q: StandingQuestion, today: date, *, after: bool) -> list[DueChange]:
    return [c for c in q.changes or () if c.day < today or (after and c.day == today)]


def stands_on(q: StandingQuestion, today: date, *, after: bool = False) -> tuple[Sequence[str], str, str]:
    """The values, the article and the quote that a question stands on before a day, or after it. What is contested
    stands."""
    told = _told(q, today, after=after)
    while told and told[-1].kind == "contested":
        told.pop()
    return (told[-1].values, told[-1].article, told[-1].quote) if told else (q.values, q.article, q.quote)


def accepted_before(q: StandingQuestion, today: date) -> list[Sequence[str]]:
    """What is known before a day: the value that stands, and those that contest it."""
    found = [stands_on(q, today)[0]]
    for change in reversed(_told(q, today, after=False)):
        if change.kind != "contested":
            break
        found.append(change.values)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.train.following.gathering")
    parser.add_argument("set", type=Path)
    parser.add_argument("--apart", action="store_true", help="the stories of the set that are kept apart")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    with given.out.open("w", encoding="utf-8") as out:
        for line in gather(load_replay(given.set, apart=given.apart)):
            out.write(json.dumps(line) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
