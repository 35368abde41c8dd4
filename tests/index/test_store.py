"""The index on disk: text, words and vectors that agree, one writer, many readers, and what is told of damage."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rag import News
from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, StoreError
from rag.index import schema
from rag.index.chroma.vectors import ChromaVectors
from rag.index.lock import beside
from rag.index.store import SqliteChromaStore, open_store
from rag.news import manifest as manifest_of
from rag.ops.rebuild import rebuild
from rag.types import Article, CheckResult, Filters
from tests.conftest import OpenNews, Tally
from tests.support.fakes import FakeEmbedder, on_disk
from tests.support.paths import ROOT
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.both_kinds


def article(n: int | str, body: str | None = None, **fields: object) -> Article:
    body = body or f"Word{n} was said. It was said in town{n}."
    return Article(f"a{n}", f"Title {n}", body, **fields)  # type: ignore[arg-type]


def found(news: News, question: str, filters: Filters = Filters()) -> list[str]:  # noqa: B008
    """The ids of the articles that either search finds for a word, sorted."""
    return sorted({h.article.id for h in news.search(question, filters=filters)})


def lexical(news: News, question: str) -> list[str]:
    return sorted({i.rsplit(":", 2)[0] for i, _ in news.store.lexical(question, 50, Filters())})


# -- replacing and removing ---------------------------------------------------------------------------------------


def test_a_replaced_article_leaves_no_text_word_or_vector(news: News) -> None:
    news.put([article(1, "Old " * 200 + "oldword."), article(2)])
    news.put([article(1, "New newword.")])
    assert news.article("a1").body == "New newword."
    assert lexical(news, "oldword") == []
    assert lexical(news, "newword") == ["a1"]
    assert news.check() == CheckResult((), 2, 2, 2)


def test_an_article_of_more_chunks_than_one_statement_inserts_is_whole(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "CHUNKS_AT_ONCE", 3)
    news.put(
        [article(1, " ".join(f"Word{n} was said of town{n} and of its river by all who came." for n in range(60)))]
    )
    chunks = news.size()[1]
    assert chunks > 9
    assert news.check() == CheckResult((), 1, chunks, chunks)
    ids = [f"{name}" for name, _ in news.store.lexical("word0 word59 river", 100, Filters())]
    found = news.store.chunks(ids)
    assert len(found) == chunks
    numbers = dict(on_disk(news)._rows("select id, number from chunks order by number", ()))
    assert list(numbers) == sorted(found, key=lambda name: found[name].start), "in the order of the text"


def test_what_looks_for_stories_to_group_does_not_read_all_articles(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    news.put([article(n) for n in range(3)])
    store, said = on_disk(news), list[str]()
    monkeypatch.setattr(store, "_rows", lambda statement: said.append(statement) or [])  # type: ignore[func-returns-value]
    assert store.loose() == []
    monkeypatch.undo()
    if isinstance(store, SqliteChromaStore):
        plan = store._rows(f"explain query plan {said[0]}", ())
    else:
        store._rows("insert into articles (id, title, body, authors, digest, body_digest, added_at, story) select "
                    "'b' || n, '', '', '[]', '', '', 0, 'b' || n from generate_series(1, 3000) as n", ())  # fmt: skip
        plan = store._rows(f"explain {said[0]}", ())
    assert "articles_loose" in str(plan)


@pytest.mark.folder_only
def test_a_search_reads_of_its_candidates_no_text(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of an earlier program gets the index for that from the next writer."""
    news.put([article(1)])
    store, said = on_disk(news), list[str]()
    store._rows("drop index articles_owners", ())
    news.put([article(2)])
    [(chunk_id, _)] = store.lexical("word2", 1, Filters())
    assert store.owners([chunk_id, "gone"])[chunk_id].id == "a2"
    monkeypatch.setattr(store, "_rows", lambda statement, values: said.append(statement) or [])  # type: ignore[func-returns-value]
    assert store.owners([chunk_id]) == {}
    monkeypatch.undo()
    assert "COVERING INDEX articles_owners" in str(store._rows(f"explain query plan {said[0]}", ("[]",)))


def test_a_source_that_is_gone_is_gone_from_the_vectors_too(news: News, embedder: FakeEmbedder) -> None:
    news.put([article(1, source="The Post", published=date(2024, 1, 1))])
    news.put([article(1)])
    vector = embedder.embed(["word1"])[0]
    assert news.store.dense(vector, 5, Filters(sources=("The Post",))) == []
    assert news.store.dense(vector, 5, Filters(since=date(2020, 1, 1))) == []


def test_a_vector_without_a_chunk_takes_no_place_of_another(news: News, embedder: FakeEmbedder) -> None:
    news.put([article(1), article(2)])
    vectors = embedder.embed(["word1"])
    on_disk(news)._all_vectors.upsert(["ghost:0:0"], vectors, [{"article": "ghost"}])
    [(chunk, _)] = news.store.dense(vectors[0], 1, Filters())
    assert chunk.startswith("a1:")


def test_removing_takes_everything(news: News) -> None:
    news.put([article(1), article(2)])
    assert news.remove("a1", "nobody") == 1
    assert lexical(news, "word1") == []
    assert news.check() == CheckResult((), 1, 1, 1)


def test_ids_of_any_characters(news: News) -> None:
    for name in ("a:b:0", "it's", 'x"; drop table articles; --', "ü/ß 漢", "%", "a" * 300):
        news.put([Article(name, f"T {name}", f"Body of {name}.")])
        assert news.article(name).body == f"Body of {name}."
        assert news.remove(name) == 1
    assert news.check() == CheckResult((), 0, 0, 0)


def test_many_ids_at_once(news: News) -> None:
    news.put([article(n) for n in range(1200)])
    assert len(news.store.articles([f"a{n}" for n in range(1200)])) == 1200
    assert news.remove(*[f"a{n}" for n in range(1100)]) == 1100
    assert news.check() == CheckResult((), 100, 100, 100)


# -- filters ------------------------------------------------------------------------------------------------------


@pytest.fixture
def dated(news: News) -> News:
    zone = timezone(timedelta(hours=-5))
    news.put(
        [
            article(1, "Word here one.", published=date(2024, 9, 27), source="The Post", section="World"),
            article(2, "Word here two.", published=datetime(2024, 9, 28, 0, 0), source="The Echo"),
            article(3, "Word here three.", published=datetime(2024, 9, 28, 23, 59, 59), source="The Post"),
            article(4, "Word here four.", published=datetime(2024, 9, 28, 23, 30, tzinfo=zone), source='L\'Écho "x"'),
            article(5, "Word here five.", published=datetime(2024, 9, 29, 0, 0, tzinfo=UTC), source="The Post"),
            article(6, "Word here six.", section="Sport"),
        ]
    )
    return news


D = date.fromisoformat


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), "123456"),
        (Filters(since=D("2024-09-28")), "2345"),
        (Filters(until=D("2024-09-28")), "1234"),  # the day as printed, whatever the zone
        (Filters(as_of=D("2024-09-28")), "1234"),
        (Filters(since=D("2024-09-28"), until=D("2024-09-28")), "234"),
        (Filters(until=D("2024-09-29"), as_of=D("2024-09-27")), "1"),
        (Filters(since=D("2025-01-01")), ""),
        (Filters(sources=("The Post",)), "135"),
        (Filters(sources=("The Echo", 'L\'Écho "x"')), "24"),
        (Filters(sources=("Nobody",)), ""),
        (Filters(since=D("2024-09-28"), sources=("The Post",)), "35"),
        (Filters(since=date.min, until=date.max), "12345"),
        (Filters(only=frozenset(["a2", "a6", "none"])), "26"),
        (Filters(only=frozenset()), ""),
        (Filters(without=frozenset(["a2", "a6", "none"])), "1345"),
        (Filters(sections=("World", "Sport")), "16"),
        (Filters(sections=("Sport",), sources=("The Post",)), ""),
        (Filters(sections=("World", "Sport"), without=frozenset(["a1"])), "6"),
        (Filters(sources=("The Post",), only=frozenset(["a1", "a2", "a3"]), without=frozenset(["a3"])), "1"),
    ],
)
def test_filters_hold_in_both_searches_and_in_the_list(dated: News, filters: Filters, expected: str) -> None:
    ids = [f"a{n}" for n in expected]
    vector = dated.embedder.embed(["word here"])[0]
    assert sorted(i.split(":")[0] for i, _ in dated.store.dense(vector, 50, filters)) == ids
    assert sorted(i.split(":")[0] for i, _ in dated.store.lexical("word here", 50, filters)) == ids
    assert sorted(a.id for a in dated.articles(filters)) == ids


@pytest.mark.parametrize(("wider", "named", "compared"), [(1, 0, 0), (1, 2000, 0), (4, 2000, 0), (1, 2000, 12)])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_filter_never_costs_places(
    dated: News, monkeypatch: pytest.MonkeyPatch, k: int, wider: int, named: int, compared: int
) -> None:
    monkeypatch.setattr(ChromaVectors, "compared", compared)
    monkeypatch.setattr("rag.index.lookup.WIDER", wider)
    monkeypatch.setattr("rag.index.lookup.MAX_FILTER_IDS", named)
    vector = dated.embedder.embed(["word here"])[0]
    for filters in (
        Filters(since=D("2024-09-28")),
        Filters(since=D("2024-09-28"), sources=("The Post",)),
        Filters(sources=("The Echo", 'L\'Écho "x"'), without=frozenset(["a4"])),
        Filters(since=D("2025-01-01")),
        Filters(sections=("Sport", "World")),
        Filters(sections=("Sport", "World"), without=frozenset(["a6"])),
        Filters(sections=("World",), only=frozenset(["a1", "a2"])),
    ):
        passing = {a.id for a in dated.articles(filters)}
        found = [i.split(":")[0] for i, _ in dated.store.dense(vector, k, filters)]
        assert len(found) == len(set(found)) == min(k, len(passing))
        assert set(found) <= passing


def test_the_list_is_newest_first_and_undated_last(dated: News) -> None:
    assert [a.id for a in dated.articles()] == ["a5", "a3", "a4", "a2", "a1", "a6"]
    assert all(a.body == "" for a in dated.articles())


def test_outlets_and_sections_are_those_of_the_last_commit(news: News) -> None:
    assert news.store.scopes() == ([], [])
    news.put([Article("b1", "Ferry", "It sails on Sundays.", source="The Echo", section="Harbour")])
    assert news.store.scopes() == (["The Echo"], ["Harbour"])
    news.put([Article(f"b{n}", f"Tram {n}", f"Line {n} is late.", source="The Post") for n in (2, 3)])
    assert news.store.scopes() == (["The Post", "The Echo"], ["Harbour"])
    news.remove("b1")
    assert news.store.scopes() == (["The Post"], [])


# -- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ['" OR x NOT (', "word1 AND", "word1*", "NEAR(word1)", "^word1", "title:word1", "-word1"]
)
def test_no_query_is_taken_for_a_query_language(news: News, query: str) -> None:
    news.put([article(1)])
    assert lexical(news, query) == (["a1"] if "word1" in query else [])


@pytest.mark.parametrize("query", ["", "?!", "\0", "\ud800", " ", "🚆"])
def test_a_query_without_a_word_finds_no_words(news: News, query: str) -> None:
    news.put([article(1)])
    assert lexical(news, query) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("wor", {"a1", "a2"}), ("Town1", {"a1"}), ("title", {"a1", "a2"}), ("ord1", set()), ("", set()), ('"*', set()),
        ("word1.*", {"a1"}), ("bridg", {"b"}), ("bridges", {"b"}), ("co-op", {"b"}), ("op-co", set()), ("橋", {"b"}),
    ],
)  # fmt: skip
def test_articles_that_mention_a_word_or_its_beginning(news: News, word: str, expected: set[str]) -> None:
    news.put([article(1), article(2), Article("b", "Bridging", "The co-op owns it. 鉄橋がある。")])
    assert news.mentioning(word) == expected


def test_an_endless_query_is_cut(news: News) -> None:
    news.put([article(1)])
    assert lexical(news, "word1 " + " ".join(f"w{n}" for n in range(20_000))) == ["a1"]


def test_words_of_other_scripts_accents_and_forms(news: News) -> None:
    news.put(
        [article(1, "東京で新しい橋が開通した。"), article(2, "Müllers Flüge."), article(3, "The ships were sinking.")]
    )
    assert [lexical(news, q) for q in ("橋", "flüge", "fluge", "sink ship")] == [["a1"], ["a2"], ["a2"], ["a3"]]


# -- awkward texts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "Before\0after. And more\0.",
        "A lone \ud800 surrogate. Another \udfff.",
        "x" * 5_000 + " end.",
        "שלום עולם. \u202eright to left\u202c. مرحبا.",
        "👩‍👩‍👧‍👦 came. 🇺🇳 voted.",
        "A \u2028 line\u2029 separator.\r\nAnd\ttabs.",
    ],
)
def test_awkward_bodies_keep_their_offsets(news: News, body: str) -> None:
    report = news.put([article(1, body), article(2, "Another.")])
    assert (report.added, report.failed) == (2, 0)
    stored = news.article("a1").body
    assert len(stored) == len(body)
    for hit in news.search("came more another surrogate end"):
        assert hit.article.body[hit.chunk.start : hit.chunk.end] == hit.chunk.text != ""
        stored.encode()  # whatever it was, it can be printed
    assert news.check().ok
    assert news.put([article(1, body)]).unchanged == 1


def test_an_article_of_five_megabytes(open_news: OpenNews) -> None:
    news = open_news(embedder=FakeEmbedder(dimension=8, max_tokens=2_000))
    body = "".join(f"Sentence number {n} of a very long report.\n" for n in range(115_000))
    assert len(body) > 5_000_000
    assert news.put([article(1, body)]).added == 1
    [(chunk_id, _), *_] = news.store.lexical("114999", 1, Filters())
    chunk = news.store.chunks([chunk_id])[chunk_id]
    assert "number 114999 of" in chunk.text
    assert body[chunk.start : chunk.end] == chunk.text


# -- opening ------------------------------------------------------------------------------------------------------


@pytest.mark.fault("mismatch")
def test_another_embedder_is_refused_with_both_names_and_the_way_out(open_news: OpenNews) -> None:
    open_news().put([article(1)])
    with pytest.raises(IndexMismatch) as caught:
        open_news(embedder=FakeEmbedder("other"))
    line = str(caught.value)
    assert "embedder fake " in line
    assert "embedder other " in line
    assert "rag rebuild --index" in line
    assert "\n" not in line


def test_the_same_weights_under_another_name_are_the_same_embedder(open_news: OpenNews) -> None:
    open_news().put([article(1)])
    renamed = FakeEmbedder()
    renamed.name = "/models/" + "fake" * 20
    assert found(open_news(embedder=renamed), "word1") == ["a1"]


@pytest.mark.folder_only
@pytest.mark.fault("mismatch")
@pytest.mark.parametrize("key", ["schema", "chunking"])
def test_another_schema_or_chunking_is_refused_with_both(open_news: OpenNews, tmp_path: Path, key: str) -> None:
    open_news().close()
    with sqlite3.connect(tmp_path / "index/news.sqlite") as db:
        db.execute("update manifest set value = 'ancient' where key = ?", (key,))
    with pytest.raises(IndexMismatch, match=rf"made with {key} ancient, this program uses {key} \S+; .*rag rebuild"):
        open_news()


@pytest.mark.folder_only
def test_no_index_is_told_with_the_way_to_make_one(open_news: OpenNews, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no index at .*; make one with: rag add FOLDER"):
        open_news(create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.folder_only
def test_a_file_is_no_index(open_news: OpenNews, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("x")
    with pytest.raises(StoreError, match="is a file; the index needs a folder"):
        open_news()


@pytest.mark.folder_only
@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_cannot_be_a_folder(open_news: OpenNews, tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="cannot write the index"):
        open_news(tmp_path / name)


@pytest.mark.folder_only
def test_a_relative_folder_stays_the_same_folder(
    open_news: OpenNews, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    news = open_news(Path("relative"))
    monkeypatch.chdir("/")
    news.put([article(1)])
    assert (tmp_path / "relative/news.sqlite").exists()


def test_two_processes_that_begin_at_once_make_one_index(tmp_path: Path) -> None:
    manifest = manifest_of(FakeEmbedder())
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: open_store(tmp_path / "index", manifest, create=True), range(8)))
    assert len({s._revision() for s in stores}) == 1
    assert not list((tmp_path / "index").glob("*.new*"))


def test_an_empty_index_finds_nothing_and_is_whole(news: News) -> None:
    assert news.search("anything") == []
    assert news.check() == CheckResult((), 0, 0, 0)
    assert (news.articles(), news.sources()) == ([], [])


# -- damage -------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(open_news: OpenNews, tmp_path: Path) -> Callable[[Callable[[Path], None]], News]:
    """Makes an index of 1,500 short articles, lets the test break its folder, and opens it again."""

    def break_(how: Callable[[Path], None]) -> News:
        with open_news() as news:
            news.put([article(n, f"Word{n}.") for n in range(1_100)])  # enough that Chroma writes its graph to disk
        how(tmp_path / "index")
        return open_news()

    return break_


def execute(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "news.sqlite") as db:
        db.execute(statement)
    db.close()


def drop_graph(folder: Path) -> None:
    for path in (folder / "vectors").iterdir():
        if path.is_dir():
            shutil.rmtree(path)


@pytest.mark.folder_only
@pytest.mark.parametrize(
    ("how", "problem"),
    [
        (lambda f: shutil.rmtree(f / "vectors"), "vectors: 1100 missing, the first is a0:"),
        (drop_graph, "vectors: cannot be read"),
        (lambda f: (f / "vectors/chroma.sqlite3").write_bytes(b"garbage" * 999), "vectors: cannot be read"),
    ],
    ids=["folder gone", "graph gone", "garbage"],
)
def test_lost_vectors_are_told_by_question_and_check_and_writer_and_mended(
    broken: Callable[..., News], how: Callable[[Path], None], problem: str
) -> None:
    news = broken(how)
    for _ in range(2):  # not only the first time
        with pytest.raises(IndexDamaged, match="rag check --repair"):
            news.search("word7")
    with pytest.raises(IndexDamaged, match="rag check --repair"):
        news.put([article("new")])
    assert news.check().problems[0].startswith(problem)
    steps: list[tuple[str, int, int | None]] = []
    assert news.check(repair=True, progress=lambda *step: steps.append(step)) == CheckResult((), 1100, 1100, 1100)
    assert steps[-1] == ("repairing", 1100, 1100)
    assert "a7" in found(news, "word7")
    assert news.put([article("new")]).added == 1


def test_a_machine_that_fails_says_nothing_about_a_vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Locked:
        def get(self, **_: object) -> None:
            raise RuntimeError("error returned from database: (code: 5) database is locked")

    vectors = ChromaVectors(tmp_path / "vectors")
    monkeypatch.setattr(vectors, "_open", Locked)
    with pytest.raises(StoreError, match="nothing is lost") as told:
        vectors.readable("a1:0:0")
    assert not isinstance(told.value, IndexDamaged)


def test_missing_and_extra_vectors_are_counted_and_mended(news: News) -> None:
    news.put([article(n) for n in range(9)])
    with news.store.writing():
        on_disk(news)._all_vectors.delete([f"{i}" for i in on_disk(news)._chunk_ids(["a3", "a4"])])
        on_disk(news)._all_vectors.upsert(["ghost:0:0"], news.embedder.embed(["ghost"]), [{"article": "ghost"}])
    result = news.check()
    assert [p.split(",")[0] for p in result.problems] == ["vectors: 2 missing", "vectors: 1 extra"]
    assert (result.articles, result.chunks, result.vectors) == (9, 9, 8)
    assert news.check(repair=True) == CheckResult((), 9, 9, 9)


@pytest.mark.folder_only
@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("delete from words where rowid in (select number from chunks limit 2)", "words: chunks without an entry: 2"),
        ("insert into words (rowid, title, text) values (99, 'x', 'y')", "words: entries without a chunk: 1"),
        ("delete from words_data where id > 10", "words: the search index is broken"),
        ("delete from words_docsize", "words: "),
    ],
)
def test_lost_words_are_found_and_mended(open_news: OpenNews, tmp_path: Path, statement: str, problem: str) -> None:
    with open_news() as news:
        news.put([article(n) for n in range(3)])
    execute(tmp_path / "index", statement)
    news = open_news()
    assert any(p.startswith(problem) for p in news.check().problems)
    assert news.check(repair=True) == CheckResult((), 3, 3, 3)
    assert lexical(news, "word1") == ["a1"]


def test_a_repair_of_a_whole_index_changes_nothing(news: News, embedder: FakeEmbedder) -> None:
    news.put([article(n) for n in range(3)])
    embedder.embedded.clear()
    assert news.check(repair=True) == CheckResult((), 3, 3, 3)
    assert embedder.embedded == []


@pytest.mark.folder_only
@pytest.mark.parametrize("at", [0, 40, 4096 * 9])
def test_a_damaged_text_file_is_one_clear_line_wherever_it_is_met(open_news: OpenNews, tmp_path: Path, at: int) -> None:
    with open_news() as news:
        news.put([article(n, f"Word{n} " * 300) for n in range(60)])
    with (tmp_path / "index/news.sqlite").open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(at)
        file.write(b"\xff" * min(100_000, size - at))
    with pytest.raises(
        IndexDamaged, match=r"index damaged: .*news\.sqlite: .*(rag rebuild|add the articles again)"
    ) as caught:
        news = open_news()
        news.articles()
        news.search("word7 word50")
    assert "\n" not in str(caught.value)


@pytest.mark.folder_only
def test_a_missing_text_file_beside_vectors_is_damage_and_not_a_new_index(open_news: OpenNews, tmp_path: Path) -> None:
    with open_news() as news:
        news.put([article(1)])
    for path in (tmp_path / "index").glob("news.sqlite*"):
        path.unlink()
    with pytest.raises(IndexDamaged, match=r"news\.sqlite is missing"):
        open_news()


# -- one writer, many readers -------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}]
from tests.support.fakes import FakeEmbedder
from rag.news import News
from rag.types import Article
news = News.open(Path({folder!r}), embedder=FakeEmbedder(), llm="none", reranker="none")
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""


class Other:
    """Another process that has ``news`` open on the same index and runs one line at a time."""

    def __init__(self, folder: Path) -> None:
        code = WRITER.format(root=str(ROOT), folder=str(folder))
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, line: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def other(tmp_path: Path) -> object:
    process = Other(tmp_path / "index")
    yield process
    process.end()


WRITERS = int(os.environ.get("WRITERS", "3"))  # rounds of a writer beside two readers


def put(n: object) -> str:
    return f"news.put([Article('a{n}', 'Title {n}', 'Word{n} was said.')])"


@pytest.mark.folder_only
@pytest.mark.fault("writers")
def test_a_reader_sees_at_its_next_question_what_another_process_wrote(
    open_news: OpenNews, other: Other, tally: Tally
) -> None:
    other.run(put(1))
    reader, second = open_news(), open_news()
    for news in (reader, second):
        assert found(news, "word1") == ["a1"]
    tally("rounds", WRITERS)
    for n in range(2, 2 + WRITERS):
        other.run(put(n))
        for news in (reader, second):  # two in one process, each with its own client
            # The words that were embedded, and some hits: the fake embedder knows 63 words apart, so the vectors of
            # two texts can be one, and to half of the words another text can be as near.
            vector = news.embedder.embed([f"Title {n}. Word{n} was said."])[0]
            same = [i for i, likeness in news.store.dense(vector, 5, Filters()) if likeness > 0.999]
            assert any(i.startswith(f"a{n}:") for i in same), same
            assert lexical(news, f"word{n}") == [f"a{n}"]
    other.run("news.remove('a1')")
    assert "a1" not in found(reader, "word1")


@pytest.mark.folder_only
@pytest.mark.fault("writers")
def test_a_second_writer_is_told_who_holds_the_index_and_readers_are_not_hindered(
    open_news: OpenNews, other: Other
) -> None:
    other.run(put(1))
    other.run("held = news.store.writing(); held.__enter__()")
    news = open_news()
    with pytest.raises(IndexLocked, match=rf"being written by process {other.process.pid} \(-c, since \d\d:\d\d\)"):
        news.put([article(2)])
    assert found(news, "word1") == ["a1"]
    assert news.check().ok
    other.end()  # kill -9: the lock goes with the process
    assert news.put([article(2)]).added == 1


@pytest.mark.folder_only
def test_a_reader_goes_on_with_an_index_that_was_made_anew_in_its_place(open_news: OpenNews, tmp_path: Path) -> None:
    reader = open_news()
    reader.put([article(1)])
    assert found(reader, "word1") == ["a1"]
    shutil.rmtree(tmp_path / "index")
    with pytest.raises(StoreError, match="cannot be read: No such file"):
        reader.search("word1")
    writer = open_news()
    writer.put([article(2)])
    assert found(reader, "word2") == ["a2"]
    shutil.rmtree(tmp_path / "index")
    open_news(embedder=FakeEmbedder("other", dimension=32))
    with pytest.raises(IndexMismatch):
        reader.search("word2")


def test_many_threads_ask_one_news_while_another_adds(open_news: OpenNews) -> None:
    news = open_news()
    news.put([article(n) for n in range(20)])
    begin = threading.Barrier(5)

    def ask(n: int) -> list[bool]:
        begin.wait(PATIENCE)
        return [f"a{n}" in found(news, f"word{n}") for _ in range(15)]

    def add() -> int:
        begin.wait(PATIENCE)
        return sum(news.put([article(n)]).added for n in range(20, 30))

    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(ask, n) for n in range(4)]
        assert pool.submit(add).result(PATIENCE) == 10
        assert all(all(a.result(PATIENCE)) for a in asked)
    assert news.check() == CheckResult((), 30, 30, 30)


@pytest.mark.folder_only
def test_connections_end_with_their_threads_and_with_the_store(news: News) -> None:
    news.put([article(1)])
    for _ in range(5):
        thread = threading.Thread(target=news.search, args=("word1",))
        thread.start()
        thread.join()
    store = on_disk(news)
    assert isinstance(store, SqliteChromaStore)
    assert len(store._connections._open) == 1
    stay, asked = threading.Event(), threading.Event()

    def ask_and_stay() -> None:
        news.search("word1")
        asked.set()
        stay.wait(PATIENCE)

    thread = threading.Thread(target=ask_and_stay)
    thread.start()
    assert asked.wait(PATIENCE)
    [*held] = store._connections._open
    assert len(held) == 2
    news.close()
    for one in held:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            one.connection.execute("select 1")
    stay.set()
    thread.join()


# -- rebuilding ---------------------------------------------------------------------------------------------------


@pytest.fixture
def rebuilt() -> FakeEmbedder:
    """The embedder that ``rebuild`` is given."""
    return FakeEmbedder("other", dimension=32)


@pytest.mark.folder_only
def test_a_rebuild_changes_the_embedder_and_loses_nothing(
    open_news: OpenNews, tmp_path: Path, rebuilt: FakeEmbedder
) -> None:
    with open_news() as old:
        old.put([article(n, source=f"Paper {n}", authors=("A", "B"), origin=f"/x#line {n}") for n in range(30)])
        before = [old.article(a.id) for a in old.articles()]
    assert rebuild(old.settings, embedder=rebuilt).articles == 30
    new = open_news(embedder=rebuilt)
    assert [new.article(a.id) for a in new.articles()] == before
    assert new.check() == CheckResult((), 30, 30, 30)
    assert "a7" in found(new, "word7")
    assert [p.name for p in tmp_path.iterdir()] == ["index"]
    assert new.put(before).unchanged == 30


@pytest.mark.folder_only
def test_a_rebuild_waits_for_no_writer(open_news: OpenNews, rebuilt: FakeEmbedder) -> None:
    news = open_news()
    with news.store.writing(), pytest.raises(IndexLocked):
        rebuild(news.settings, embedder=rebuilt)


class Cut(BaseException):
    """Stands for a kill: nothing of ours catches it."""


@pytest.mark.folder_only
@pytest.mark.parametrize("step", ["while it builds", "before the swap", "within the swap", "after the swap"])
def test_a_rebuild_that_is_cut_off_loses_nothing_and_can_be_repeated(
    open_news: OpenNews, tmp_path: Path, rebuilt: FakeEmbedder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Each step leaves the folders as a kill at that moment would: see ``rag/ops/rebuild.py``."""
    with open_news() as old:
        old.put([article(n) for n in range(5)])
    folder = tmp_path / "index"
    new_folder, old_folder = beside(folder)
    if step == "while it builds":
        new_folder.mkdir()
        (new_folder / "news.sqlite").write_bytes(b"half")
    elif step == "before the swap":
        shutil.copytree(folder, new_folder)
    elif step == "within the swap":
        shutil.copytree(folder, new_folder)
        folder.rename(old_folder)
        folder.mkdir()  # make chat does so
    else:
        shutil.copytree(folder, old_folder)
        (old_folder / "news.sqlite").unlink()  # half deleted already
    assert len(open_news(create=False).articles()) == 5
    assert rebuild(old.settings, embedder=rebuilt).articles == 5
    assert [p.name for p in tmp_path.iterdir()] == ["index"]
    assert open_news(embedder=rebuilt).check().ok


@pytest.mark.folder_only
def test_a_rebuild_that_fails_leaves_the_old_index_as_it_was(
    open_news: OpenNews, tmp_path: Path, rebuilt: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_news() as old:
        old.put([article(n) for n in range(5)])
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name.endswith(".rebuilding"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(StoreError, match="No space left on device"):
        rebuild(old.settings, embedder=rebuilt)
    assert open_news(create=False).check() == CheckResult((), 5, 5, 5)


# -- what is written ----------------------------------------------------------------------------------------------


@pytest.mark.folder_only
def test_the_manifest_says_what_shaped_the_index(news: News, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "index/news.sqlite") as db:
        manifest = dict(db.execute("select key, value from manifest"))
    assert manifest.items() >= {"schema": str(schema.SCHEMA), "embedder": "fake", "dimension": "64"}.items()
    assert set(manifest) == {"schema", "embedder", "digest", "dimension", "chunking", "created", "revision"}


@pytest.mark.folder_only
def test_the_writers_name_is_there_while_it_writes(news: News, tmp_path: Path) -> None:
    file = tmp_path / "index/writer.json"
    with news.store.writing():
        assert json.loads(file.read_text())["pid"] == os.getpid()
    assert not file.exists()


@pytest.mark.folder_only
def test_whether_an_index_is_being_written_is_known_and_a_dead_writer_is_none(news: News) -> None:
    assert not news.being_written()
    with news.store.writing():
        assert news.being_written()
    assert not news.being_written()
    note = news.settings.index / "writer.json"
    for left in ('{"pid": 2147483646}', "{}", "not json", '{"pid": "x"}'):
        note.write_text(left)
        assert not news.being_written(), left
