"""What a reader in a folder does with the commits of others: it finds what they brought, in the graph it has open."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from rag import News
from rag.index.base import new_revision
from rag.index.chroma import newer
from rag.index.chroma.vectors import ChromaVectors
from rag.types import Article, Filters
from tests.conftest import OpenNews
from tests.support.fakes import FakeEmbedder

NONE = Filters()


def article(n: int, text: str = "", **fields: Any) -> Article:
    return Article(f"a{n}", f"Title {n}", text or f"Word{n} was said. It was said in town{n}.", **fields)


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder(dimension=256)  # so wide that few words share a direction


@pytest.fixture
def writer(open_news: OpenNews) -> News:
    news = open_news()
    news.put([article(n) for n in range(1, 6)])
    return news


@pytest.fixture
def reader(open_news: OpenNews, writer: News) -> News:
    news = open_news()
    assert nearest(news, "Word1 was said.") == "a1"
    return news


def nearest(news: News, text: str, filters: Filters = NONE) -> str:
    [(chunk, _)] = news.store.dense(news.embedder.embed([text])[0], 1, filters)
    return chunk.split(":")[0]


def all_found(news: News, vector: Any) -> list[tuple[str, float]]:
    return sorted((name, round(score, 4)) for name, score in news.store.dense(vector, 1_000, NONE))


def graph(news: News) -> Any:
    return news.store._all_vectors._client  # type: ignore[attr-defined]


def test_what_others_add_change_and_remove_is_seen_without_opening_the_graph_again(writer: News, reader: News) -> None:
    opened = graph(reader)
    for n in range(6, 9):
        writer.put([article(n)])
        assert nearest(reader, f"Word{n} was said.") == f"a{n}"
    writer.put([article(2, "Something else altogether happened.")])
    assert nearest(reader, "Something else altogether happened.") == "a2"
    assert nearest(reader, "Word2 was said.") != "a2"
    writer.remove("a6")
    assert nearest(reader, "Word6 was said.") != "a6"
    assert graph(reader) is opened


@pytest.mark.parametrize("compared", [20_000, 0])
def test_a_filter_that_few_pass_opens_it_only_where_chroma_is_given_the_condition(
    writer: News, reader: News, compared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChromaVectors, "compared", compared)
    writer.put([article(n, published=date(2025, 1, n)) for n in range(6, 30)])
    opened = graph(reader)
    assert nearest(reader, "Word9 was said.", Filters(only=frozenset({"a9"}))) == "a9"
    assert (graph(reader) is opened) == bool(compared)
    assert nearest(reader, "Word7 was said.", Filters(since=date(2025, 1, 8))) != "a7"


@pytest.mark.parametrize("way", ["many vectors", "many commits", "an earlier program", "a repair"])
def test_it_is_opened_again_where_not_all_is_known_or_it_is_too_much(
    writer: News, reader: News, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = graph(reader)
    if way == "many vectors":
        monkeypatch.setattr(newer, "FEW", 3)
    if way == "many commits":
        monkeypatch.setattr(newer, "COMMITS_KEPT", 2)
    for n in range(6, 10):
        writer.put([article(n)])
    if way == "an earlier program":
        with writer.store.db as db:  # type: ignore[attr-defined]
            db.execute("update manifest set value = ? where key = 'revision'", (new_revision(),))
        writer.put([article(10)])
    if way == "a repair":
        writer.check(repair=True)
    assert nearest(reader, "Word8 was said.") == "a8"
    assert graph(reader) is not opened


def test_an_index_of_an_earlier_program_has_no_notes_until_it_is_written(writer: News, reader: News) -> None:
    with writer.store.db as db:  # type: ignore[attr-defined]
        db.execute("drop table commits")
        db.execute("update manifest set value = ? where key = 'revision'", (new_revision(),))
    opened = graph(reader)
    assert nearest(reader, "Word3 was said.") == "a3"
    assert graph(reader) is not opened
    writer.put([article(6)])
    opened = graph(reader)
    assert nearest(reader, "Word6 was said.") == "a6"
    assert graph(reader) is opened


def test_who_writes_after_others_loses_nothing_of_theirs(writer: News, reader: News) -> None:
    writer.put([article(6)])
    assert nearest(reader, "Word6 was said.") == "a6"
    reader.put([article(7)])
    assert nearest(reader, "Word7 was said.") == "a7"
    assert nearest(writer, "Word7 was said.") == "a7"
    for news in (reader, writer):
        assert news.check().ok


@pytest.mark.parametrize("seed", range(4))
def test_two_that_write_by_turns_find_the_same_as_one_that_opens_it_anew(
    open_news: OpenNews, writer: News, reader: News, seed: int
) -> None:
    drawn = random.Random(seed)
    for _ in range(12):
        who = drawn.choice([writer, writer, reader])
        numbers = drawn.sample(range(1, 12), drawn.randint(1, 3))
        if drawn.random() < 0.3:
            for name in who.store.articles([f"a{n}" for n in numbers]):
                who.remove(name)
        else:
            who.put([article(n, f"Word{drawn.randint(1, 40)} was said by {n}.") for n in numbers])
        vector = reader.embedder.embed([f"Word{drawn.randint(1, 40)} was said."])[0]
        anew = open_news()
        expected = all_found(anew, vector)
        assert all_found(reader, vector) == expected
        assert all_found(writer, vector) == expected
        anew.close()
