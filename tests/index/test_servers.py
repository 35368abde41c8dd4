"""An index on PostgreSQL and Chroma's server: several writers, one after another; what cuts them off; what is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from rag import News, Settings
from rag.errors import IndexMismatch, StoreError, Unreachable, UsageError
from rag.index.base import RowsAndVectors
from rag.index.postgres.connecting import server_address
from rag.index.postgres.database import PostgresDatabase, translated_statement
from rag.index.postgres.full_text import plain_words
from rag.ops.rebuild import rebuild
from rag.ops.rebuild_servers import Rebuilt
from rag.types import Article, CheckResult, Filters, Withdrawn
from tests.support.fakes import FakeEmbedder
from tests.support.paths import ROOT
from tests.support.patience import PATIENCE

Open = Callable[..., News]


@pytest.fixture
def opened(postgres_url: str, chroma_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("rag.ops.rebuild_servers.READERS_END", 0.2)
    made: list[News] = []

    def open_(**given: Any) -> News:
        how: dict[str, Any] = {"embedder": FakeEmbedder(), "llm": "none", "reranker": "none"}
        how |= {"vectors": SecretStr(chroma_url)} | given
        made.append(News.open(postgres_url, **how))
        return made[-1]

    yield open_
    for news in made:
        news.close()


def article(n: int | str, version: int = 1, **fields: Any) -> Article:
    words = " ".join(f"town{n}x{i}" for i in range(6))
    return Article(f"a{n}", f"Title {n}", f"Word{n} was said in version{version}. {words}", **fields)


def lexical(news: News, question: str) -> set[str]:
    return {i.rsplit(":", 2)[0] for i, _ in news.store.lexical(question, 50, Filters())}


# -- several writers ----------------------------------------------------------------------------------------------


@pytest.mark.fault("server-writers")
def test_what_two_writers_read_at_once_is_stored_once(opened: Open) -> None:
    writers = [opened() for _ in range(3)]
    batch = [Article("", f"Story {n}", article(n).body, url=f"https://post.example/{n}") for n in range(12)]
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda news: news.put(batch), writers))
    assert sum(r.added for r in reports) == 12
    assert sum(r.unchanged for r in reports) == 24
    assert writers[0].check() == CheckResult((), 12, 12, 12)


def test_what_two_threads_of_a_chat_read_at_once_is_stored_once(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    news = opened()
    both = threading.Barrier(2, timeout=PATIENCE)
    embed = news.embedder.embed
    monkeypatch.setattr(news.embedder, "embed", lambda texts: (both.wait(), embed(texts))[1])
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: news.put([article(1), article(2)]), range(2)))
    assert sorted([i.status for i in r.items] for r in reports) == [["added"] * 2, ["unchanged"] * 2]


def test_a_writer_says_that_it_waits_for_another_ones_long_turn(
    opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rebuilding, other = opened(), opened()
    monkeypatch.setattr("rag.index.postgres.database.LONG_TURN", 0.05)
    with ThreadPoolExecutor(1) as pool:
        with rebuilding.store.writing(mending=True):
            done = pool.submit(other.put, [article(1)])
            while "another writer has the turn" not in caplog.text:
                assert not done.done()
        assert done.result().added == 1


@pytest.mark.fault("server-writers")
def test_a_writer_that_embedded_before_another_one_stored_places_its_articles_again(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = opened(), opened()
    slow.put([article(0)])
    embed, read = slow.embedder.embed, threading.Event()

    def embed_after_the_other(texts: Any) -> Any:
        if not read.is_set():
            read.set()
            assert quick.put([article(1), article(0, 2)]).added == 1
        return embed(texts)

    monkeypatch.setattr(slow.embedder, "embed", embed_after_the_other)
    report = slow.put([article(1), article(0, 3), article(2)])
    assert [i.status for i in report.items] == ["unchanged", "updated", "added"]
    assert slow.article("a0").body == quick.article("a0").body == article(0, 3).body
    assert [v.article.body for v in quick.history("a0")] == [article(0, 2).body, article(0).body]
    assert quick.check().ok


@pytest.mark.fault("server-writers")
def test_updates_of_one_article_by_many_are_ordered_and_none_is_half(opened: Open) -> None:
    writers = [opened() for _ in range(3)]

    def update(k: int) -> None:
        for n in range(4):
            writers[k].put([article(0, 100 * k + n), article(k + 1, n)])

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(update, k) for k in range(3)]
        while not all(d.done() for d in done):
            for hit in writers[0].search("word0"):
                assert hit.chunk.text == hit.article.body[hit.chunk.start : hit.chunk.end]
        assert all(d.result() is None for d in done)
    history = writers[1].history("a0")
    bodies = [writers[2].article("a0").body, *(v.article.body for v in history)]
    assert len(bodies) == len(set(bodies)) == 12
    assert writers[0].check() == CheckResult((), 4, 4, 4)


@pytest.mark.fault("server-writers")
def test_a_reader_sees_what_another_process_wrote_at_its_next_question(opened: Open) -> None:
    reader, writer = opened(), opened()
    assert reader.search("word1") == []
    writer.put([article(1)])
    assert [h.article.id for h in reader.search("word1")] == ["a1"]
    writer.remove("a1")
    assert reader.search("word1") == []


# -- what cuts a writer off ---------------------------------------------------------------------------------------

_WRITE = """
import os, sys
from pydantic import SecretStr
from rag import News
from rag.index.base import RowsAndVectors
from tests.index.test_servers import article
from tests.support.fakes import FakeEmbedder

news = News.open(
    os.environ["INDEX"], vectors=SecretStr(os.environ["VECTORS"]), embedder=FakeEmbedder(), llm="none", reranker="none"
)
news.put([article(1)])
print("stored", flush=True)
def stop(*_):
    print("between", flush=True)
    sys.stdin.read()
RowsAndVectors._chunk_ids = stop  # after its vectors are written, before its rows are
news.put([article(1, 2), article(2)])
"""


@pytest.mark.fault("kill")
def test_a_writer_that_is_killed_between_vectors_and_rows_leaves_nothing(
    opened: Open, postgres_url: str, chroma_url: str
) -> None:
    reader = opened()
    given = os.environ | {"INDEX": postgres_url, "VECTORS": chroma_url, "PYTHONPATH": str(ROOT)}
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITE], cwd=ROOT, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert [writer.stdout.readline() for _ in range(2)] == [b"stored\n", b"between\n"]
    assert reader.being_written()
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert {h.article.body for h in reader.search("word1 word2")} == {article(1).body}
    assert reader.put([article(3)]).added == 1  # the lock died with its holder
    assert reader.check() == CheckResult((), 2, 2, 2)
    assert not reader.being_written()


@pytest.mark.fault("server-cut")
def test_a_connection_that_is_cut_while_it_stores_is_made_again(
    opened: Open, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    news, other = opened(), PostgresDatabase(server_address(postgres_url))
    monkeypatch.setattr("rag.ingest.pipeline.STORE_PAUSES", (0.01,))
    forget, cut = RowsAndVectors._forget, iter([True])

    def cut_once(self: RowsAndVectors, ids: Any) -> None:
        if next(cut, False):
            other.rows(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where usename = current_user and pid != pg_backend_pid()"
            )
        forget(self, ids)

    monkeypatch.setattr(RowsAndVectors, "_forget", cut_once)
    assert news.put([article(1), article(2)]).added == 2
    assert news.check() == CheckResult((), 2, 2, 2)
    other.close()


@pytest.mark.fault("server-cut")
def test_a_question_after_the_server_was_started_again_is_answered(
    own_postgres: Any, chroma_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("rag.index.postgres.database.READERS_PATIENCE", 0.3)
    how: dict[str, Any] = {"embedder": FakeEmbedder(), "llm": "none", "reranker": "none"}
    url = own_postgres.url
    with News.open(url, vectors=SecretStr(chroma_url), **how) as news:
        news.put([article(1)])
        own_postgres.stop()
        with pytest.raises(Unreachable, match="cannot be reached") as caught:
            news.search("word1")
        assert url.partition("@")[0].rpartition(":")[2] not in str(caught.value)
        own_postgres.start()
        if own_postgres.url == url:  # else it has another port now
            assert [h.article.id for h in news.search("word1")] == ["a1"]
            monkeypatch.setattr("rag.index.postgres.database.READERS_PATIENCE", 60.0)
            with ThreadPoolExecutor(1) as pool:
                own_postgres.kill()
                asked = pool.submit(news.search, "word1")
                own_postgres.start()  # while it is tried again
                assert [h.article.id for h in asked.result()] == ["a1"]
    assert "Traceback" not in caplog.text


# -- what is told -------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_without_it(postgres_url: str, chroma_url: str) -> None:
    before, _, after = postgres_url.partition("@")
    wrong = f"{before.rpartition(':')[0]}:s3cret@{after}"
    with pytest.raises(StoreError, match="the user or the password is refused") as caught:
        News.open(wrong, vectors=SecretStr(chroma_url), embedder=FakeEmbedder(), llm="none")
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_database_that_is_not_there_is_told(postgres_url: str, chroma_url: str) -> None:
    with pytest.raises(StoreError, match="there is no such database; make it with: createdb"):
        News.open(f"{postgres_url}_not", vectors=SecretStr(chroma_url), embedder=FakeEmbedder(), llm="none")


def test_no_index_in_the_database_is_told_with_the_way_to_make_one(opened: Open) -> None:
    with pytest.raises(StoreError, match=r"no index in postgresql://\w+@[\w.:/]+; make one with: rag add FOLDER"):
        opened(create=False)


def test_an_index_in_a_database_needs_a_server_of_vectors(postgres_url: str) -> None:
    with pytest.raises(UsageError, match="set RAG_VECTORS"):
        News.open(postgres_url, embedder=FakeEmbedder(), llm="none")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://host/news", "names no user"),
        ("postgresql://me@host", "names no user, host or database"),
        ("postgresql://me:pw@host:port/news", "cannot be read"),
        ("postgresql://me:s3cret/part@host/news", "written as %2F"),
        ("postgresql://me@host/news?schema=a;b", "small letters"),
        ("postgresql://me@host/news?sslmode=perhaps", "give disable, require or verify-full"),
        ("postgresql://me@host/news?target=x", "only schema and sslmode"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        server_address(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.fault("mismatch")
def test_two_versions_of_the_program_do_not_share_an_index(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    opened().put([article(1)])
    monkeypatch.setattr("rag.index.schema.SCHEMA", 99)
    with pytest.raises(IndexMismatch, match="was made with schema 3, this program uses schema 99"):
        opened()


def test_the_names_of_an_index_are_without_a_password(postgres_url: str, chroma_url: str, rag: Any) -> None:
    run = rag("add", "nowhere.txt", "--index", postgres_url)
    assert run.status == 2 or "RAG_VECTORS" in run.err
    password = postgres_url.partition("@")[0].rpartition(":")[2]
    assert password not in run.out + run.err


# -- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("delete from words where rowid in (select number from chunks limit 2)", "chunks without an entry: 2"),
        ("update word_totals set passages = 7", "7 passages are counted, 3 are there"),
        ("delete from chunks where article_id = 'a1'", "1 articles without a chunk"),
    ],
)
def test_lost_rows_are_found_and_mended(opened: Open, postgres_url: str, statement: str, problem: str) -> None:
    news, other = opened(), PostgresDatabase(server_address(postgres_url))
    news.put([article(n) for n in range(3)])
    other.db.run(statement)
    other.close()
    assert problem in " ".join(news.check().problems)
    assert news.check(repair=True) == CheckResult((), 3, 3, 3)
    assert lexical(news, "word1") == {"a1"}


def test_the_ranking_is_that_of_the_folder(opened: Open, tmp_path: Path) -> None:
    """BM25 with the rarity of words: on the articles of this project the ten best are nearly always the same."""
    here, there = opened(), News.open(tmp_path / "index", embedder=FakeEmbedder(), llm="none", reranker="none")
    with there:
        for news in (here, there):
            news.add(ROOT / "corpus")
        same = every = 0
        for a in there.articles():
            found = [{i for i, _ in news.store.lexical(a.title, 10, Filters())} for news in (here, there)]
            same, every = same + len(found[0] & found[1]), every + len(found[1])
        assert same > 0.97 * every
        assert here.mentioning("ferr") == there.mentioning("ferr") != set()


def test_words_are_those_of_sqlite() -> None:
    assert (
        plain_words("Café-Bar, the U.N.'s e_mail: 20% of naïve 日本") == "cafe bar the u n s e mail 20 of naive 日 本"
    )


def test_statements_are_put_into_the_words_of_postgresql() -> None:
    text, lists = translated_statement("select 'a%?' where x = ? and y not in (select value from json_each(?)) and z")
    assert text == "select 'a%%?' where x = %s and y <> all(%s) and z"
    assert lists == {1}


def test_many_questions_at_once_share_a_few_connections(opened: Open) -> None:
    news = opened()
    news.put([article(n) for n in range(5)])
    with ThreadPoolExecutor(40) as pool:
        found = list(pool.map(lambda n: [h.article.id for h in news.search(f"word{n % 5}")][:1], range(120)))
    assert found == [[f"a{n % 5}"] for n in range(120)]


# -- rebuilding ---------------------------------------------------------------------------------------------------


def test_a_rebuild_beside_readers_loses_nothing_and_they_notice_nothing(
    opened: Open, postgres_url: str, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = opened()
    reader.put([article(n) for n in range(6)])
    reader.put([article(1, 2), article(2, 2, correction="It was wrong before.")])
    with reader.store.writing():
        reader.store.withdraw(Withdrawn("a5", "withdrawn", datetime(2024, 5, 3)))
    before = [(a, reader.history(a.id)) for a in reader.articles(bodies=True)], reader.withdrawn()
    settings = Settings.load(index=postgres_url, vectors=SecretStr(chroma_url), llm="none", reranker="none")
    read, embedder = threading.Event(), FakeEmbedder()
    embed = embedder.embed
    # It begins to write when a reader has asked.
    monkeypatch.setattr(embedder, "embed", lambda texts: (read.wait(PATIENCE), embed(texts))[1])
    with ThreadPoolExecutor(2) as pool:
        done = pool.submit(rebuild, settings, embedder=embedder)
        while not done.done():
            assert [h.article.id for h in reader.search("word1")][:1] == ["a1"]
            read.set()
        assert done.result() == Rebuilt(5)
    assert read.is_set()
    assert [h.article.id for h in reader.search("word1")][:1] == ["a1"]
    assert ([(a, reader.history(a.id)) for a in reader.articles(bodies=True)], reader.withdrawn()) == before
    assert reader.put([article(9)]).added == 1
    assert reader.check().ok


def test_a_rebuild_for_another_embedder_that_is_cut_off_can_be_repeated(
    opened: Open, postgres_url: str, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = opened()
    old.put([article(n) for n in range(3)])
    settings = Settings.load(index=postgres_url, vectors=SecretStr(chroma_url), llm="none", reranker="none")
    other = FakeEmbedder("another", dimension=48)
    with monkeypatch.context() as patch:
        patch.setattr(News, "cut_versions", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rebuild(settings, embedder=other)
    assert [h.article.id for h in old.search("word1")][:1] == ["a1"]
    assert rebuild(settings, embedder=other) == Rebuilt(3)
    new = opened(embedder=other)
    assert [h.article.id for h in new.search("word1")][:1] == ["a1"]
    assert new.check().ok
    with pytest.raises(IndexMismatch, match="was made with embedder another"):
        old.search("word1")
    database = PostgresDatabase(server_address(postgres_url))
    names = {n for (n,) in database.rows("select schema_name from information_schema.schemata")}
    assert not {"rag_rebuilding", "rag_replaced"} & names
    database.close()
