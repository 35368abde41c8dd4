"""Our own questions over ``corpus/``: what the set holds, and what the real models make of it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from evals import load_set, run
from evals.measure.gold import Shelf
from rag.types import day
from tests.conftest import OpenNews
from tests.support.paths import ROOT

SET = ROOT / "evals" / "sets" / "corpus.jsonl"


def test_the_set_holds_questions_of_every_sort() -> None:
    found = load_set(SET)
    kinds = Counter(q.kind for q in found.questions)
    assert len(found.questions) >= 120 and kinds["unanswerable"] >= 30
    assert all(kinds[kind] >= 10 for kind in ("single", "two-article", "as-of", "follow-up", "outlet", "trap"))
    for q in found.questions:
        assert q.date, q.id
        assert q.answerable == bool(q.answers) == bool(q.supporting), q.id
        assert not (q.kind == "unanswerable" and q.answerable), q.id
        assert bool(q.history) >= (q.kind == "follow-up"), q.id


def test_every_supporting_article_is_there_and_was_out_on_the_day(open_news: OpenNews) -> None:
    found = load_set(SET)
    news = open_news()
    assert news.add(*found.paths).failed == 0
    shelf = Shelf(news)
    for q in found.questions:
        articles = shelf.supporting(q)
        assert len(articles) == len(q.supporting), f"{q.id}: not all of {q.supporting} are in the corpus"
        out = [published for a in articles if (published := day(a.published))]
        last = q.as_of or q.date
        assert last and all(published <= last for published in out), f"{q.id}: asked before {max(out)}"


@pytest.fixture
def cache() -> Path:
    """The models' cache; the index that is made there is kept for the next run of the tests."""
    return Path(os.environ.get("RAG_CACHE") or user_cache_path("rag"))


@pytest.mark.model
@pytest.mark.timeout(900)
def test_the_search_alone(tmp_path: Path, cache: Path) -> None:
    done = run(SET, out=tmp_path / "run", limit=20, seed=1, retrieval_only=True, cache=cache)
    figures = done.summary["metrics"]
    assert figures["answer_recall@10"]["n"] >= 12
    # Measured: 1.00, 1.00 and .88. Well below, so that only a fault of the search gets here, not a close call.
    assert figures["answer_recall@10"]["value"] > 0.95
    assert figures["article_recall@10"]["value"] > 0.95
    assert figures["mrr@10"]["value"] > 0.8


@pytest.mark.model
@pytest.mark.timeout(900)
def test_a_sample_with_the_embedded_model(tmp_path: Path, cache: Path) -> None:
    done = run(
        SET, out=tmp_path / "run", limit=4, seed=1, evidence_removed=1, llm="embedded", cache=cache, deadline=240
    )
    figures = done.summary["metrics"]
    assert done.summary["n"] == 5 and len(done.lines) == 5
    assert figures["model_failed"]["value"] == 0
    assert figures["offsets_exact"]["value"] == figures["citation_recall"]["value"] == 1.0
    # Measured here: 4 of 5; of a larger draw .68. Half leaves room for another processor's rounding, none for a fault.
    assert figures["contains_answer"]["value"] >= 0.5
    for line in done.lines:
        assert line["refused"] != bool(line["citations"])
        assert line["tokens"]["prompt"] > 100 and line["timings_ms"]["first_token"] > 0
