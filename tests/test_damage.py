"""Files of an index that are cut short, gone or overwritten: ``rag check`` names them, ``--repair`` mends them."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import News, graph_files
from rag.config import Settings
from rag.errors import IndexDamaged
from rag.news import _manifest
from rag.opening import open_store
from rag.types import Article, Filters
from tests.fakes import FakeEmbedder

COUNT = 1_100  # enough that Chroma writes its graph to disk
GRAPH = ("data_level0.bin", "length.bin", "link_lists.bin", "header.bin", "index_metadata.pickle")

Open = Callable[[], News]


def open_(folder: Path) -> News:
    embedder = FakeEmbedder()
    return News(
        Settings.load(index=folder, llm="none"), embedder, open_store(folder, _manifest(embedder), create=True), None
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "index"
    with open_(folder) as news:
        news.put([Article(f"a{n}", f"Title {n}", f"Word{n} was said in town{n}.") for n in range(COUNT)])
    return folder


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_files, "PAUSE", 0)


def file_of(index: Path, name: str) -> Path:
    [found] = index.rglob(name)
    return found


def overwritten(data: bytes) -> bytes:
    rng = random.Random(1)
    out = bytearray(data)
    for _ in range(200):
        out[rng.randrange(len(out))] ^= 0xFF
    return bytes(out)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "short": lambda data: data[:-1],
}


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", GRAPH)
def test_a_truncated_file_is_named_before_it_is_opened(index: Path, name: str, how: str) -> None:
    file = file_of(index, name)
    file.write_bytes(DAMAGE[how](file.read_bytes()))
    with open_(index) as news:
        result = news.check()
        assert not result.ok
        assert any(name in problem and "truncated" in problem for problem in result.problems)
        assert (result.articles, result.chunks) == (COUNT, COUNT)
        with pytest.raises(IndexDamaged, match="check --repair"):
            news.search("word77")


@pytest.mark.parametrize("name", GRAPH)
def test_a_missing_file_is_named(index: Path, name: str) -> None:
    file_of(index, name).unlink()
    with open_(index) as news:
        assert any(name in problem and "missing" in problem for problem in news.check().problems)


@pytest.mark.parametrize(
    "name", ["data_level0.bin", "header.bin", "length.bin", "index_metadata.pickle", "chroma.sqlite3"]
)
def test_what_was_overwritten_is_told_and_mended_from_the_text(index: Path, name: str) -> None:
    file = file_of(index, name)
    file.write_bytes(overwritten(file.read_bytes()))
    with open_(index) as news:
        before = news.check()
        assert any(problem.startswith("vectors: ") for problem in before.problems)
        after = news.check(repair=True)
        assert (after.problems, after.articles, after.vectors) == ((), COUNT, COUNT)
        assert news.search("word77 was said in town77")[0].article.id == "a77"


def test_a_vector_that_was_changed_is_told_and_mended(index: Path) -> None:
    with open_(index) as news, news.store.writing():
        [(chunk_id, _)] = news.store.lexical("word3", 1, Filters())
        changed = news.embedder.embed(["quite another text"])
        news.store._all_vectors.upsert([chunk_id], changed, [{"article": "a3"}])
    with open_(index) as news:
        assert news.check().problems == (f"vectors: 1 damaged, the first is {chunk_id}",)
        assert news.check(repair=True).ok


def test_rows_that_sqlite_lost_sight_of_are_told_and_mended(index: Path) -> None:
    with sqlite3.connect(index / "news.sqlite") as db:
        db.execute("pragma writable_schema = on")  # an index of SQLite's that does not know the last rows
        db.execute("update sqlite_master set sql = replace(sql, ' (story)', ' (title)') where name = 'articles_story'")
    with open_(index) as news:
        assert any(problem.startswith("text: ") for problem in news.check().problems)
        assert news.check(repair=True).ok


def test_articles_without_chunks_are_cut_and_embedded_again(index: Path) -> None:
    with sqlite3.connect(index / "news.sqlite") as db:
        db.execute("delete from words where rowid in (select number from chunks where article_id = 'a5')")
        db.execute("delete from chunks where article_id = 'a5'")
    with open_(index) as news:
        assert "text: 1 articles without a chunk, the first is a5" in news.check().problems
        after = news.check(repair=True)
        assert (after.problems, after.articles, after.chunks, after.vectors) == ((), COUNT, COUNT, COUNT)
        assert news.search("word5 was said in town5")[0].article.id == "a5"


def test_text_that_is_no_text_is_told_without_a_traceback(index: Path) -> None:
    file = index / "news.sqlite"
    file.write_bytes(overwritten(file.read_bytes()[:4096]) + file.read_bytes()[4096:])
    with pytest.raises(IndexDamaged, match="index damaged"), open_(index) as news:
        news.check()
