"""``rag eval timeline``: timelines of entities against SemEval's gold, and of our own stories against ours."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..adapters.semeval_timelines import GoldTimeline, Pair, load_timelines
from rag import News
from rag.errors import UsageError
from rag.types import Progress, Timeline, TimelineRow, iso_day

EVERY_ROW = 100_000
_LENGTH = {"day": 10, "week": 7, "month": 7, "quarter": 4, "year": 4}


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1, each 0..1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class EntityScores:
    """One entity's timeline: ``days`` alone, (day, sentence) ``pairs`` and the ``order`` of pairs of sentences; and the
    same of the baseline, every sentence with the name, dated by its article."""

    entity: str
    gold: int  # (day, sentence) pairs
    days: Scores
    pairs: Scores
    order: Scores
    baseline_days: Scores
    baseline_pairs: Scores
    baseline_order: Scores


def scores(found: set[Any] | frozenset[Any], gold: set[Any] | frozenset[Any]) -> Scores:
    """Of what was found, how much is right (precision); of the gold, how much was found (recall); their harmonic mean."""
    both = len(found & gold)
    precision, recall = both / len(found) if found else 0.0, both / len(gold) if gold else 0.0
    return Scores(precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0)


def order_scores(found: Iterable[Pair], gold: Iterable[Pair]) -> Scores:
    """How far two timelines put sentences into the same order.

    As in the task, which compares temporal relations (UzZaman and Allen, "Temporal Evaluation", ACL 2011): each pair of
    sentences is before, after or on the same day; of these relations precision, recall and F1.
    """
    return scores(_relations(found), _relations(gold))


def _relations(pairs: Iterable[Pair]) -> set[tuple[Any, str, Any]]:
    ordered = sorted(set(pairs))
    out: set[tuple[Any, str, Any]] = set()
    for i, (day, sentence) in enumerate(ordered):
        for other_day, other in ordered[i + 1 :]:
            if sentence != other:
                first, second = sorted((sentence, other))
                out.add((first, "same", second) if day == other_day else (sentence, "before", other))
    return out


def entity_scores(folder: Path, progress: Progress | None = None, **settings: Any) -> list[EntityScores]:
    """The scores of every entity below a folder with SemEval's files. Raises ``UsageError``."""
    golds = load_timelines(folder)
    out: list[EntityScores] = []
    with tempfile.TemporaryDirectory() as scratch:
        opened: dict[int, News] = {}
        for n, gold in enumerate(golds):
            key = id(gold.documents)
            if key not in opened:
                opened[key] = News.open(Path(scratch) / str(n), llm="none", **settings)
                opened[key].put([d.article for d in gold.documents.values()])
            found = opened[key].timeline(entity=gold.entity, limit=EVERY_ROW)
            out.append(_scored(gold, found))
            if progress:
                progress("timelines", n + 1, len(golds))
        for news in opened.values():
            news.close()
    return out


def _scored(gold: GoldTimeline, found: Timeline) -> EntityScores:
    pairs = set(_pairs(gold, found.rows))
    base = set(_baseline(gold))

    def days(of: Iterable[Pair]) -> set[str]:
        return {day for day, _ in of}

    return EntityScores(
        gold.entity, len(gold.pairs), scores(days(pairs), days(gold.pairs)), scores(pairs, gold.pairs),
        order_scores(pairs, gold.pairs), scores(days(base), days(gold.pairs)), scores(base, gold.pairs),
        order_scores(base, gold.pairs),
    )  # fmt: skip


def _pairs(gold: GoldTimeline, rows: Sequence[TimelineRow]) -> Iterable[Pair]:
    """Each report of each row that has a day."""
    for row in rows:
        if row.first is not None:
            day = row.first.isoformat()[: _LENGTH[row.precision]]
            for article_id, start in ((row.article.id, row.start), *((o.article.id, o.start) for o in row.others)):
                number = gold.documents[article_id].sentence_at(start)
                if number is not None:
                    yield day, (article_id, number)


def _baseline(gold: GoldTimeline) -> Iterable[Pair]:
    name = gold.entity.lower()
    for key, document in gold.documents.items():
        published = iso_day(document.article.published) or ""
        for number, (start, end) in document.sentences.items():
            if name in document.article.body[start:end].lower():
                yield published, (key, number)


def means(found: Sequence[EntityScores]) -> dict[str, float]:
    """The mean F1 over the entities, of each figure."""
    names = ("days", "pairs", "order", "baseline_days", "baseline_pairs", "baseline_order")
    return {name: sum(getattr(s, name).f1 for s in found) / len(found) for name in names}


def entity_record(found: Sequence[EntityScores]) -> dict[str, Any]:
    """The object that ``rag eval timeline --json`` prints of SemEval's timelines."""
    return {"entities": [asdict(s) for s in found], "mean_f1": means(found)}


# -- our own stories ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoryScores:
    """One story: how many of the rows that were given are known to the gold, and right in day, plan and replacement;
    how many of the events that must be there are; and what is wrong, in words."""

    topic: str
    rows: int
    known: int
    right: int
    must: int
    there: int
    wrong: tuple[str, ...]


def story_scores(news: News, gold: Path) -> list[StoryScores]:
    """The stories of a file of ours, asked of the articles of ``news``. Raises ``UsageError``."""
    try:
        stories = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [_story(news, story) for story in stories]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{gold}: is no file of timelines ({error})") from None


def _story(news: News, story: dict[str, Any]) -> StoryScores:
    found = news.timeline(story["topic"], as_of=story.get("as_of"), limit=story.get("limit", 20))
    known = right = 0
    wrong: list[str] = []
    seen: set[int] = set()
    for row in found.rows:
        match = next((i for i, g in enumerate(story["rows"]) if row.quote.startswith(g["begins"])), None)
        if match is None:
            continue
        seen.add(match)
        known += 1
        gold = story["rows"][match]
        told: dict[str, Any] = {"day": iso_day(row.first), "last": iso_day(row.last) if row.last != row.first else None}
        told |= {"planned": row.planned, "replaced": row.replaced_by is not None}
        differs = {key: value for key, value in told.items() if value != gold.get(key, _DEFAULTS.get(key))}
        right += not differs
        if differs:
            wrong.append(f"{row.quote[:60]}: {differs}, not { ({k: gold.get(k, _DEFAULTS.get(k)) for k in differs}) }")
    must = [i for i, g in enumerate(story["rows"]) if g.get("must")]
    wrong += [f"missing: {story['rows'][i]['begins']}" for i in must if i not in seen]
    return StoryScores(
        story["topic"], len(found.rows), known, right, len(must), sum(i in seen for i in must), tuple(wrong)
    )


_DEFAULTS = {"last": None, "planned": False, "replaced": False}
