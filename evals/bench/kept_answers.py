"""What an added article costs where many answers are kept: ``python -m evals.bench.kept_answers SET --kept 10000``.

The questions of a set are kept again and again, with other names, over the articles of the set; then articles of it are
stored one by one, each as a new one, and those that are cited are changed. No model is loaded; vectors are of hashed
words, by which far more questions seem near than by a real embedder, so the figure is an upper bound. Seconds are those
of the processor, so that it does not matter what else the machine does.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from rag import Article, News
from rag.ingest.identity import digest
from rag.types import KeptAnswer

from ..adapters import load_set
from ..measure.corruption import OTHER_NAMES, Case, cases, open_plain
from ..measure.statistics import percentile


def fill(news: News, found: Sequence[Case], count: int) -> None:
    """Keeps ``count`` answers: those of the cases, and the same again under other names."""
    from datetime import UTC, datetime

    articles = {c.answer.citations[0].article.id: c.answer.citations[0].article for c in found}
    news.put(list(articles.values()))
    news.keep(found[0].answer)
    for n in range(count - 1):
        case = found[n % len(found)]
        name = OTHER_NAMES[n // len(found) % len(OTHER_NAMES)]
        words = case.question.question.rsplit(maxsplit=1)
        question = case.question.question if n < len(found) else f"{words[0]} {name} {n // len(found)} {words[-1]}"
        a = case.answer
        kept = KeptAnswer(
            "", question, question, a.short, a.text, datetime.now(UTC), None, a.citations,
            tuple(digest(c.article) for c in a.citations),
        )  # fmt: skip
        news.ledger.keep(kept, news.embedder.embed([question])[0].astype("<f4").tobytes())


def seconds(news: News, articles: Sequence[Article]) -> list[float]:
    """Of each article the processor seconds that its comparing takes, storing not counted."""
    out = []
    for article in articles:
        with patch.object(News, "_settle_quietly"):
            news.put([article])
        began = time.process_time()
        news.settle()
        out.append(time.process_time() - began)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--kept", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=40)
    options = parser.parse_args()
    found = [c for c in cases([load_set(p) for p in options.sets]) if c.kind == "words"]
    with tempfile.TemporaryDirectory() as scratch, closing(open_plain(Path(scratch))) as news:
        fill(news, found, options.kept)
        cited = list({c.answer.citations[0].article.id: c for c in found}.values())[: options.articles]
        again = [c.answer.citations[0].article for c in cited]
        new = [replace(a, id=f"new-{i}", url=None, origin=None, title=f"{i}: {a.title}") for i, a in enumerate(again)]
        for what, articles in (("new articles", new), ("cited articles changed", [c.changed for c in cited])):
            spent = seconds(news, articles)
            middle, high = percentile(spent, 50), percentile(spent, 95)
            if middle and high:
                shown = f"median {middle.value:.3f} s, 95th percentile {high.value:.3f} s, most {max(spent):.3f} s"
                print(f"{what}: {shown}, n={len(spent)}, {options.kept} kept answers")


if __name__ == "__main__":
    main()
