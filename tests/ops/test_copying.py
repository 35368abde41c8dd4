"""``rag copy``: from a folder to servers and back, with everything that an index has."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from rag import News, Settings
from rag.errors import StoreError
from rag.index.base import RowsAndVectors
from rag.ops.copying import CopiedIndex, copy_index
from rag.types import Article, FeedState, Filters, Withdrawn
from tests.conftest import Rag
from tests.support.fakes import FakeEmbedder

HOW: dict[str, Any] = {"llm": "none", "reranker": "none"}
DAY = date(2024, 5, 1)


def article(n: int, said: str = "said", **fields: Any) -> Article:
    return Article(f"a{n}", f"Title {n}", f"Word{n} was {said}. It was said in town{n}.", DAY, **fields)


@pytest.fixture
def places(tmp_path: Path, postgres_url: str, chroma_url: str) -> list[Settings]:
    """A folder, servers, another folder."""
    given = {"vectors": SecretStr(chroma_url), **HOW}
    return [Settings.load(index=place, **given) for place in (tmp_path / "one", postgres_url, tmp_path / "two")]


def fill(settings: Settings) -> None:
    with News.open(settings=settings, embedder=FakeEmbedder()) as news:
        news.put([article(n, authors=("Ann Low",), source="The Post") for n in range(7)])
        news.put([article(1, "changed"), article(2, "changed", correction="It was wrong before.")])
        news.put([article(1, "changed again")])
        with news.store.writing():
            news.store.withdraw(Withdrawn("a3", "withdrawn", datetime(2024, 5, 3)))
            news.store.remember(FeedState("https://post.example/feed", "The Post", "etag", None, {"x": "y"}, {}))
        answer = news.ask("What was changed again?")
        news.keep(answer)


def seen(settings: Settings) -> Any:
    """All that a reader can see of an index."""
    with News.open(settings=settings, embedder=FakeEmbedder(), create=False) as news:
        assert news.check().ok
        everything = [(a, news.history(a.id)) for a in news.articles(bodies=True)]
        vector = news.embedder.embed(["word1 changed"])[0]
        found = [[round(s, 4) for _, s in news.store.dense(vector, 5, Filters(as_of=d))] for d in (None, DAY)]
        kept = [(a.id, a.question, a.text, a.state) for a in news.answers()]
        return everything, found, kept, news.withdrawn(), [f for f, _ in news.feeds()], news.authors()


def test_there_and_back_everything_is_the_same(places: list[Settings]) -> None:
    folder, servers, other = places
    fill(folder)
    one = copy_index(folder, servers)
    two = copy_index(servers, other)
    assert one == two == CopiedIndex(6, 6, 4, 1, one.digest)
    assert seen(folder) == seen(servers) == seen(other)
    with News.open(settings=servers, embedder=FakeEmbedder()) as news:
        assert news.put([article(9), article(1, "new")]).added == 1  # numbers go on after those that were copied
        assert {h.article.id for h in news.search("word9")} >= {"a9"}
        assert news.check().ok


def test_a_copy_that_is_cut_off_goes_on_and_cannot_be_asked_before(
    places: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, servers, _ = places
    fill(folder)
    monkeypatch.setattr("rag.ops.copying.ARTICLES_AT_ONCE", 2)
    embedded: list[int] = []

    def stop(stage: str, done: int, total: int | None) -> None:
        embedded.append(done)
        if len(embedded) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_index(folder, servers, stop)
    with pytest.raises(StoreError, match="is being copied there; run rag copy again to finish it"):
        News.open(settings=servers, embedder=FakeEmbedder())
    done = copy_index(folder, servers, lambda stage, n, total: embedded.append(n))
    assert embedded[:3] == [2, 4, 6]  # what was there is not copied again
    assert done.articles == 6
    assert seen(folder) == seen(servers)


def test_what_changed_since_a_copy_was_cut_off_is_copied(
    places: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, servers, _ = places
    fill(folder)
    with monkeypatch.context() as patch:
        patch.setattr(RowsAndVectors, "count_chunks", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            copy_index(folder, servers)
    with News.open(settings=folder, embedder=FakeEmbedder()) as news:
        news.put([article(0, "other"), article(20)])
    assert copy_index(folder, servers).articles == 7
    assert seen(folder) == seen(servers)


def test_a_place_with_an_index_is_left_as_it_is(places: list[Settings]) -> None:
    folder, servers, other = places
    fill(folder)
    with News.open(settings=other, embedder=FakeEmbedder()) as news:
        news.put([article(30)])
    with pytest.raises(StoreError, match=r"there is an index in .* already; name an empty place"):
        copy_index(folder, other)
    with News.open(settings=other, embedder=FakeEmbedder()) as news:
        assert [a.id for a in news.articles()] == ["a30"]
    with pytest.raises(StoreError, match="no index in postgresql://"):
        copy_index(servers, other)
    with pytest.raises(StoreError, match="onto itself"):
        copy_index(folder, folder)


def test_the_command_says_what_it_copied_without_a_password(
    rag: Rag, places: list[Settings], postgres_url: str, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(places[0])
    monkeypatch.setenv("RAG_VECTORS", chroma_url)
    run = rag("copy", "--from", str(places[0].index), "--to", postgres_url)
    assert run.status == 0, run.err
    assert "copied 6 articles, 6 chunks, 4 earlier versions, 1 answers and questions of the ledger" in run.out
    assert f"use it with: RAG_INDEX={places[1].index_name}" in run.out
    assert postgres_url.partition("@")[0].rpartition(":")[2] not in run.out + run.err
    assert rag("list", "--index", postgres_url, "--json").json
