"""Files of an index that are cut short, gone or overwritten: ``rag check`` names them, ``--repair`` mends them."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag import News
from rag.errors import IndexDamaged, IndexMismatch
from rag.index.check import MAX_ROUNDING, _unfound
from rag.index.chroma import hnsw
from rag.index.chroma.vectors import ChromaVectors
from rag.ops.rebuild import rebuild
from rag.settings import Settings
from rag.types import ALTERED, Article, Filters
from tests.conftest import Tally
from tests.support.fakes import FakeEmbedder, on_disk

COUNT = 1_100  # enough that Chroma writes its graph to disk
GRAPH = ("data_level0.bin", "length.bin", "link_lists.bin", "header.bin", "index_metadata.pickle")

pytestmark = pytest.mark.fault("damage")

FLIPS = int(os.environ.get("FLIPS", "12"))  # single bits, each in an index of its own
FLIP_SEED = int(os.environ.get("FLIP_SEED", "1"))


def open_(folder: Path) -> News:
    return News.open(folder, embedder=FakeEmbedder(), llm="none", reranker="none")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "index"
    with open_(folder) as news:
        news.put([Article(f"a{n}", f"Title {n}", f"Word{n} was said in town{n}.") for n in range(COUNT)])
        on_disk(news).db.execute("pragma wal_checkpoint(truncate)")
    return folder


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hnsw, "PAUSE", 0)


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


def test_a_graph_that_has_lost_its_links_is_told_and_mended(index: Path) -> None:
    """Each vector is whole where it lies, and no search comes by."""
    file = file_of(index, "data_level0.bin")
    head = hnsw._header(file.parent)
    assert head
    stored, size = head[3:5]
    data = bytearray(file.read_bytes())
    for element in range(stored):
        data[element * size : element * size + 2] = b"\0\0"
    file.write_bytes(bytes(data))
    with open_(index) as news:
        [problem] = news.check().problems
        assert problem.startswith("vectors: the search does not find ")
        assert news.check(repair=True).ok
        assert news.search("word77 was said in town77")[0].article.id == "a77"


def test_what_a_whole_graph_passes_by_is_no_damage(tmp_path: Path) -> None:
    """The search is approximate: among many texts that are nearly alike it misses some, and so does one made anew."""
    rng = random.Random(1)
    words = [f"word{n}" for n in range(300)]
    kinds = [rng.choices(words, k=30) for _ in range(37)]
    texts = []
    for _ in range(6_000):
        text = list(rng.choice(kinds))
        for _ in range(rng.choice((0, 0, 1, 2))):
            text[rng.randrange(30)] = rng.choice(words)
        texts.append(" ".join(text))
    names = [f"a{n}:0:0" for n in range(len(texts))]
    vectors = ChromaVectors(tmp_path / "vectors")
    vectors.upsert(names, FakeEmbedder().embed(texts), [{"article": name} for name in names])
    missed = [i for i, distance in vectors.found(names).items() if distance is None or distance > MAX_ROUNDING]
    assert len(missed) > len(names) / 20  # else this shows nothing
    assert list(_unfound(vectors, names)) == []
    vectors.close()


def test_files_that_are_deleted_while_they_are_open_are_made_again(index: Path) -> None:
    """An open file can be read after it is gone: a repair must not take it for what is there."""
    with open_(index) as news:
        assert news.search("word77")
        shutil.rmtree(index / "vectors")
        assert news.check(repair=True).ok
        assert news.search("word77 was said in town77")[0].article.id == "a77"


def test_a_vector_that_was_changed_is_told_and_mended(index: Path) -> None:
    with open_(index) as news, news.store.writing():
        [(chunk_id, _)] = news.store.lexical("word3", 1, Filters())
        changed = news.embedder.embed(["quite another text"])
        on_disk(news)._all_vectors.upsert([chunk_id], changed, [{"article": "a3"}])
    with open_(index) as news:
        assert news.check().problems == (f"vectors: 1 damaged, the first is {chunk_id}",)
        assert news.check(repair=True).ok


def test_rows_that_sqlite_lost_sight_of_are_told_and_mended(index: Path) -> None:
    with sqlite3.connect(index / "news.sqlite") as db:
        db.execute("pragma writable_schema = on")  # an index of SQLite's that does not know the last rows
        db.execute(
            "update sqlite_master set sql = replace(sql, ' (story, id)', ' (title, id)') where name = 'articles_story'"
        )
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


# -- the text itself -----------------------------------------------------------------------------------------------


def overwrite(index: Path, what: bytes, by: bytes) -> int:
    """Changes bytes of the text on the disk, as a failing disk does; returns how many places there were."""
    file = index / "news.sqlite"
    data = file.read_bytes()
    file.write_bytes(data.replace(what, by))
    return data.count(what)


def test_a_text_that_was_changed_on_the_disk_is_told_and_the_next_add_mends_it(index: Path) -> None:
    assert overwrite(index, b"Word77 was said in town77.", b"Word77 was sold in town77.")
    with open_(index) as news:
        told = f"text: 1 articles {ALTERED}, the first is a77"
        assert told in news.check().problems
        assert told in news.check(repair=True).problems
        report = news.put([Article("a77", "Title 77", "Word77 was said in town77.")])
        assert report.updated == 1
        assert news.check().ok
        assert news.article("a77").body == "Word77 was said in town77."


def test_a_rebuild_saves_the_articles_that_can_be_read(index: Path) -> None:
    with sqlite3.connect(index / "news.sqlite") as db:
        [(page,)] = db.execute(
            "select rootpage from sqlite_master where name = 'articles'"
        ).fetchall()  # its last leaf is found from the end of the file, where a row of it stands
        size = db.execute("pragma page_size").fetchone()[0]
    file = index / "news.sqlite"
    data = bytearray(file.read_bytes())
    leaf = data.rindex(b"Word700 was said in town700.") // size
    assert leaf != page - 1
    data[leaf * size : leaf * size + 8] = b"\xff" * 8  # the head of the page: what it holds cannot be found
    file.write_bytes(bytes(data))
    with pytest.raises(IndexDamaged, match="run: rag rebuild"), open_(index) as news:
        news.articles(bodies=True)
    done = rebuild(Settings.load(index=index, llm="none"), embedder=FakeEmbedder())
    assert "a700" in done.lost
    assert 0 < len(done.lost) < 60
    assert done.articles + len(done.lost) == COUNT
    assert done.old and (done.old / "news.sqlite").exists()
    with open_(index) as news:
        assert news.check().ok
        assert {a.id for a in news.articles()} == {f"a{n}" for n in range(COUNT)} - set(done.lost)


def test_a_history_that_cannot_be_read_is_told_by_a_rebuild(index: Path) -> None:
    with open_(index) as news:
        for edition in range(60):
            news.put([Article("a5", "Title 5", f"Word5 was said in town5, and {'again ' * edition}", source="Wire")])
        on_disk(news).db.execute("pragma wal_checkpoint(truncate)")
    with sqlite3.connect(index / "news.sqlite") as db:
        [(page,)] = db.execute("select rootpage from sqlite_master where name = 'versions'")
        size = db.execute("pragma page_size").fetchone()[0]
    file = index / "news.sqlite"
    data = bytearray(file.read_bytes())
    data[(page - 1) * size : (page - 1) * size + 8] = b"\xff" * 8
    file.write_bytes(bytes(data))
    done = rebuild(Settings.load(index=index, llm="none"), embedder=FakeEmbedder())
    assert (done.articles, done.lost, done.broken) == (COUNT, (), ("versions",))
    assert done.old and done.old.exists()
    with open_(index) as news:
        assert news.check().ok


def test_single_bits_are_harmless_or_told_and_mended(whole: Path, tmp_path: Path, tally: Tally) -> None:
    """Whatever bit of whatever file: no crash, no wrong text that a check calls right, and a way back."""
    files = sorted(f.relative_to(whole) for f in whole.rglob("*") if f.is_file() and f.stat().st_size)
    with open_(whole) as news:
        before = {a.id: replace(a, story=None) for a in news.articles(bodies=True)}
    rng = random.Random(FLIP_SEED)
    for number in range(FLIPS):
        folder = tmp_path / str(number) / "index"
        shutil.copytree(whole, folder)
        # half of them in the text, which nothing else can mend
        file = folder / (rng.choice(files) if number % 2 else "news.sqlite")
        data = bytearray(file.read_bytes())
        at = rng.randrange(len(data))
        data[at] ^= 1 << rng.randrange(8)
        file.write_bytes(data)
        named = f"FLIP_SEED={FLIP_SEED}, number {number}: bit of byte {at} of {file.name}"
        excused: set[str] = set()
        try:
            with open_(folder) as news:
                result = news.check() if news.check().ok else news.check(repair=True)
            broken = any(ALTERED not in problem for problem in result.problems)
        except (IndexDamaged, IndexMismatch) as error:
            assert "rag rebuild" in str(error) or "restore it from a copy" in str(error), named
            broken = True
        if broken:
            try:
                done = rebuild(Settings.load(index=folder, llm="none"), embedder=FakeEmbedder())
            except IndexDamaged as error:  # the first page: there is nothing to go by
                assert file.name == "news.sqlite" and at < 4096, named
                assert "restore it from a copy" in str(error) or "no article" in str(error), named
                continue
            excused = set(done.lost)
        with open_(folder) as news:
            result = news.check()
            assert all(ALTERED in problem for problem in result.problems), (named, result)
            after = {a.id: replace(a, story=None) for a in news.articles(bodies=True)}
            wrong = {i for i, article in before.items() if after.get(i) != article} - excused
            renamed = [replace(a, id="") for i, a in after.items() if i not in before]  # its id alone was hit
            wrong = {i for i in wrong if replace(before[i], id="") not in renamed}
            assert len(wrong) <= (1 if result.problems else 0), (named, wrong)
            assert len(excused) < COUNT / 10, (named, len(excused))
            if "a77" in after and "a77" not in wrong | excused:
                assert news.search("word77 was said in town77")[0].article.id == "a77", named
        shutil.rmtree(folder.parent)
    tally("bits", FLIPS)


def test_text_that_is_no_text_is_told_without_a_traceback(index: Path) -> None:
    file = index / "news.sqlite"
    file.write_bytes(overwritten(file.read_bytes()[:4096]) + file.read_bytes()[4096:])
    with pytest.raises(IndexDamaged, match="index damaged"), open_(index) as news:
        news.check()
