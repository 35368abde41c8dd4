"""``python -m evals.bench.both_kinds SET``: does an index on servers find what one in a folder finds?

The index of a set (made once, in the cache) is copied to servers of this run's own, with its vectors, and both are
asked every question in turn. The search is the whole one, by meaning and words, without reading what it finds,
which would hide what differs. Words alone are compared too: how many of the ten best passages are the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import News, Settings
from rag.ops.copying import copy_index
from rag.types import Filters

from ..adapters import load_set
from ..measure.metrics import METRICS
from ..measure.statistics import Estimate, paired, ratio
from ..records import EvalSet
from ..runs.index import OpenNews, corpus_digest, open_index
from ..runs.run import Asker, choose
from .growth import Site, sites

ROOT = Path(__file__).resolve().parents[2]
TOP = 10
FIGURES = (f"answer_recall@{TOP}", f"article_recall@{TOP}", f"mrr@{TOP}")


@dataclass(frozen=True, slots=True)
class Compared:
    """What two indexes of the same articles find: (folder, servers, the difference) of each figure, and how many of the
    ``TOP`` best passages are the same, of the words alone and of the whole search."""

    figures: dict[str, tuple[float, float, Estimate]]
    same_words: Estimate
    same: Estimate


def compared(eval_set: EvalSet, here: News, there: News, *, as_of: bool) -> Compared:
    """Asks both every question, as of its own day where ``as_of`` says so."""
    tasks = choose(eval_set)
    askers = [Asker(news, eval_set, retrieval_only=True, as_of=as_of, reading=False) for news in (here, there)]
    lines: tuple[list[Any], list[Any]] = ([], [])
    same: list[tuple[float, float]] = []
    same_words: list[tuple[float, float]] = []
    for task in tasks:
        for asker, found in zip(askers, lines, strict=True):
            found.append(asker.line(task))
        same.append(_shared(*([_place(hit) for hit in found[-1]["retrieved"]] for found in lines)))
        day = task.question.as_of or (task.question.date if as_of else None)
        words = [news.library(day).lexical(task.question.question, TOP, Filters()) for news in (here, there)]
        same_words.append(_shared(*([name for name, _ in found] for found in words)))
    figures = {}
    for name in FIGURES:
        before, after = ([score for line in found if (score := METRICS[name](line))] for found in lines)
        if (difference := paired(before, after)) is not None:
            figures[name] = difference
    alike = [ratio(pairs) for pairs in (same_words, same)]
    assert alike[0] and alike[1]
    return Compared(figures, alike[0], alike[1])


def _place(hit: dict[str, Any]) -> tuple[Any, ...]:
    return hit["article_id"], hit["text"]


def _shared(one: Sequence[Any], other: Sequence[Any]) -> tuple[float, float]:
    """Of the ``TOP`` first those that are in both, and how many there are."""
    return float(len({*one[:TOP]} & {*other[:TOP]})), float(max(len(one[:TOP]), len(other[:TOP])))


def on_both(
    eval_set: EvalSet, settings: Settings, site: Site, open_news: OpenNews = News.open
) -> list[tuple[str, Compared]]:
    """Copies the index of a set to the servers of ``site`` and compares: over all days, and as of each question's."""
    here, _ = open_index(eval_set, corpus_digest(eval_set), settings, open_news=open_news)
    with here:
        servers = Settings.load(**(settings.model_dump() | site.places))
        copy_index(here.settings, servers)
        site.settle()
        with News.open(settings=servers, embedder=here.embedder) as there:
            return [
                ("any date", compared(eval_set, here, there, as_of=False)),
                ("as of the question's day", compared(eval_set, here, there, as_of=True)),
            ]


def main(arguments: Sequence[str]) -> None:
    """Asks an index in a folder and its copy on servers the questions of a set."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.both_kinds", description=main.__doc__)
    parser.add_argument("set", type=Path, nargs="?", default=ROOT / "evals/sets/corpus.jsonl", help="default: our own")
    given = parser.parse_args(arguments)
    settings = Settings.load(llm="none", reranker="none", nli="none", reproducible=True)
    eval_set = load_set(given.set)
    with sites(["servers"]) as [site]:
        for when, found in on_both(eval_set, settings, site):
            print(f"\n{eval_set.name}, {when}\n{told(found)}")


def told(found: Compared) -> str:
    """A line a figure."""
    lines = ["folder, servers, difference [95% interval] (n questions)"]
    for name, (one, other, by) in found.figures.items():
        lines.append(f"{name:20}{one:.3f}  {other:.3f}  {by.value:+.3f} [{by.low:+.3f}, {by.high:+.3f}] ({by.n})")
    for name, alike in (("words alone", found.same_words), ("whole search", found.same)):
        shown = f"{alike.value:.3f} [{alike.low:.3f}, {alike.high:.3f}] ({alike.n} passages)"
        lines.append(f"the same {TOP} passages, {name}: {shown}")
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
