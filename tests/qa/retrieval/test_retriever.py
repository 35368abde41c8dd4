"""Fusion against a hand computation, and what the search keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from rag.protocols import Vectors
from rag.qa.retrieval.retriever import Wanted, fuse, retrieve
from rag.types import Article, Chunk, Filters, Hit
from tests.support.fakes import FakeEmbedder


class FakeStore:
    """Two given rankings over one-sentence articles: ``{"a:0": "text"}`` is the first chunk of article ``a``."""

    def __init__(self, texts: dict[str, str], dense: Sequence[str], lexical: Sequence[str]) -> None:
        self.texts = texts
        self.rankings = {"dense": dense, "lexical": lexical}
        self.asked: list[tuple[str, int, Filters]] = []

    def at(self, as_of: date | None) -> FakeStore:
        return self

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        assert np.linalg.norm(vector) == pytest.approx(1)
        self.asked.append(("dense", k, filters))
        return [(i, 0.9 - n / 10) for n, i in enumerate(self.rankings["dense"][:k])]

    def lexical(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        self.asked.append((query, k, filters))
        return [(i, 9.0 - n) for n, i in enumerate(self.rankings["lexical"][:k])]

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        return {i: self._chunk(i) for i in ids if i in self.texts}

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        return {i: Article(i, i.upper(), self._body(i)) for i in ids}

    def owners(self, ids: Sequence[str]) -> dict[str, Article]:
        return {i: Article(name := i.split(":")[0], name.upper(), "") for i in ids if i in self.texts}

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        articles = self.articles([i.split(":")[0] for i in ids])
        return {i: (chunk, articles[chunk.article_id]) for i, chunk in self.chunks(ids).items()}

    def scopes(self) -> tuple[list[str], list[str]]:
        return [], []

    def count(self) -> int:
        return len(self.texts)

    def sources(self) -> list[tuple[str, int]]:
        return []

    def authors(self) -> list[tuple[str, int]]:
        return []

    def mentioning(self, word: str) -> set[str]:
        return set()

    def all(self, filters: Filters | None = None, *, bodies: bool = False) -> list[Article]:
        return []

    def oldest_and_newest(self) -> None:
        return None

    def _body(self, article_id: str) -> str:
        return "\n".join(text for i, text in self.texts.items() if i.startswith(f"{article_id}:"))

    def _chunk(self, chunk_id: str) -> Chunk:
        text, article_id = self.texts[chunk_id], chunk_id.split(":", maxsplit=1)[0]
        before = [t for i, t in self.texts.items() if i.startswith(f"{article_id}:") and i < chunk_id]
        start = sum(len(t) + 1 for t in before)
        return Chunk(chunk_id, article_id, start, start + len(text), text, text)


def search(store: FakeStore, limit: int = 10, per_article: int = 10, candidates: int = 10) -> list[Hit]:
    return retrieve(
        "what happened", FakeEmbedder(), store, filters=Filters(sources=("A",)), candidates=candidates, limit=limit,
        per_article=per_article, wanted=Wanted((date.min, date.min)),
    )  # fmt: skip


def test_reciprocal_rank_fusion_by_hand() -> None:
    # a: 1/(60+1) + 1/(60+3), b: 1/(60+2), c: 1/(60+3) + 1/(60+1), d: 1/(60+2)
    found = fuse(["a", "b", "c"], ["c", "d", "a"])
    assert [i for i, _ in found] == ["a", "c", "b", "d"]
    assert [score for _, score in found] == pytest.approx([0.0322665, 0.0322665, 0.0161290, 0.0161290], abs=1e-6)


def test_fusion_of_nothing_is_nothing() -> None:
    assert fuse([], []) == []


def test_hits_carry_both_scores_and_their_article() -> None:
    store = FakeStore({"a:0": "One.", "b:0": "Two.", "c:0": "Three."}, ["a:0", "b:0"], ["b:0", "c:0"])
    hits = search(store)
    assert [(h.article.title, h.dense, h.lexical) for h in hits] == [
        ("B", 0.8, 9.0),
        ("A", 0.9, None),
        ("C", None, 8.0),
    ]
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_both_searches_get_the_filters_and_the_number_of_candidates() -> None:
    store = FakeStore({}, [], [])
    assert search(store, candidates=7) == []
    assert store.asked == [("dense", 7, Filters(sources=("A",))), ("what happened", 7, Filters(sources=("A",)))]


def test_one_article_gives_only_so_many_chunks() -> None:
    texts = {f"a:{n}": f"Text {n}." for n in range(5)} | {"b:0": "Other."}
    hits = search(FakeStore(texts, list(texts), []), per_article=2)
    assert [h.chunk.id for h in hits] == ["a:0", "a:1", "b:0"]


def test_a_text_that_several_articles_carry_stands_once() -> None:
    texts = {"a:0": "The wire story.", "b:0": "The wire story.", "c:0": "Another."}
    assert [h.chunk.id for h in search(FakeStore(texts, list(texts), []))] == ["a:0", "c:0"]


def test_the_limit_counts_what_is_kept() -> None:
    texts = {"a:0": "Same.", "b:0": "Same.", "c:0": "Other.", "d:0": "Third."}
    assert [h.chunk.id for h in search(FakeStore(texts, list(texts), []), limit=2)] == ["a:0", "c:0"]


def test_what_was_removed_since_the_search_is_passed_over() -> None:
    assert [h.chunk.id for h in search(FakeStore({"b:0": "Here."}, ["a:0", "b:0"], ["a:0"]))] == ["b:0"]


def test_an_article_that_is_replaced_during_a_search_is_searched_for_again() -> None:
    """Between two of its steps a writer may put another version in an article's place."""
    store = FakeStore({"a:0": "The old text.", "b:0": "Another."}, ["a:0", "b:0"], [])
    read, new = store.passages, "The new text, longer than before."

    def passages(ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        if "a:0" in store.texts:
            store.texts = {"a:1": new, "b:0": "Another."}
            store.rankings["dense"] = ["a:1", "b:0"]
        return read(ids)

    store.passages = passages  # type: ignore[method-assign]
    assert [(h.chunk.text, h.article.body) for h in search(store)] == [(new, new), ("Another.", "Another.")]
