"""What ``make bench-growth`` and ``python -m evals.bench.both_kinds`` measure, at sizes that take a moment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from evals import load_set
from evals.bench import growth
from evals.bench.both_kinds import on_both, told
from evals.bench.growth import Site, cost, fill, main, measured, sites, table
from evals.bench.made_up import PASSAGE, SeededEmbedder, made_up_article, made_up_questions
from rag import News, Settings
from rag.ops.servers import LocalChroma, LocalPostgres
from tests.support.fakes import FakeEmbedder
from tests.support.paths import ROOT
from tests.support.web_server import Clock

# -- made-up news -------------------------------------------------------------------------------------------------


def test_an_article_of_a_number_is_always_the_same_and_its_chunks_are_pieces_of_it() -> None:
    article, chunks = made_up_article(7)
    assert made_up_article(7) == (article, chunks) != made_up_article(8)
    assert all(article.body[c.start : c.end] == c.text for c in chunks)
    assert " ".join(c.text for c in chunks).split() == article.body.split()


def test_words_and_lengths_are_those_of_news() -> None:
    made = [made_up_article(n) for n in range(300)]
    lengths = [len(chunk.text.split()) for _, chunks in made for chunk in chunks]
    assert abs(np.mean(lengths) - PASSAGE) < 0.1 * PASSAGE
    assert 1000 < np.mean([len(article.body.split()) for article, _ in made]) < 2200
    words = Counter(word for article, _ in made for word in article.body.lower().replace(".", "").split())
    shares = [count / words.total() for _, count in words.most_common()]
    assert 0.04 < shares[0] < 0.07 and 0.0002 < shares[299] < 0.0005
    assert len(words) > 10_000, "and many are rare"


def test_a_question_has_words_of_one_passage_but_not_the_commonest() -> None:
    passages = [set(c.text.lower().replace(".", "").split()) for n in range(5) for c in made_up_article(n)[1]]
    for question in made_up_questions(5, 20):
        words = question.split()
        assert len(set(words)) == len(words) and min(map(len, words)) > 2
        assert any(passage.issuperset(words) for passage in passages)


def test_a_text_has_one_vector_of_unit_length() -> None:
    vectors = SeededEmbedder().embed(["one", "two", "one"])
    assert vectors.shape == (3, 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert (vectors[0] == vectors[2]).all() and abs(vectors[0] @ vectors[1]) < 0.3


# -- growth -------------------------------------------------------------------------------------------------------


@pytest.fixture
def servers(own_postgres: LocalPostgres, own_chroma: LocalChroma) -> Site:
    assert own_postgres.folder.parent == own_chroma.folder.parent
    return Site("servers", own_postgres.folder.parent)


@pytest.fixture(params=["folder", "servers"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site("folder", tmp_path) if request.param == "folder" else request.getfixturevalue("servers")


def test_an_index_is_filled_and_measured(site: Site) -> None:
    with site.open() as news:
        articles = fill(news, 0, 30)
        assert 30 <= news.size()[1] < 30 + 50
        assert fill(news, articles, 30) == articles, "it is full"
        whole = news.check()
        assert whole.ok and whole.articles == articles
    site.settle()
    found = measured(site, articles, 0, 4, 2)
    assert (found.articles, found.chunks) == (articles, whole.chunks), "before the commits"
    with site.open() as news:
        assert news.size()[0] == articles + 5, "one that is not counted, two, and two of another process"
    assert found.search.n == 4 and found.commit.n == 2
    assert 0 < found.dense[0] <= found.dense[1] < found.search.p95 + found.search.p50
    assert 0 < found.lexical[0] <= found.lexical[1]
    assert min(found.opening) > 0 and found.after > 0 and found.memory > 50
    assert all(size > 0 for size in found.disk.values()) and len(found.disk) == 2
    assert (found.server_memory > 20) == (site.kind == "servers")
    assert [line.count("|") for line in table([found]).splitlines()] == [11] * 3


def test_each_size_is_measured_in_a_process_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "growth.json"
    main(["--kinds", "folder", "--sizes", "40", "20", "--questions", "2", "--commits", "1", "--json", str(file),
          "--folder", str(tmp_path)])  # fmt: skip
    rows = json.loads(file.read_text())["rows"]
    assert [row["kind"] for row in rows] == ["folder"] * 2
    assert 20 <= rows[0]["chunks"] < 40 <= rows[1]["chunks"]
    assert capsys.readouterr().out.count("| folder |") == 2
    assert not list(tmp_path.glob("rag-growth-*"))


def test_the_slowest_of_a_hundred_is_not_the_95th(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    took, clock = iter([20.0, *[1.0] * 99]), Clock()
    monkeypatch.setattr(growth, "time", SimpleNamespace(perf_counter=clock))
    monkeypatch.setattr(growth, "_cpu", lambda _: clock() / 2)
    found = cost(Site("folder", tmp_path), range(100), lambda _: clock.sleep(next(took)))
    assert (found.n, found.p50, found.p95) == (100, 1000, 1000)
    assert found.cpu == 1000 * 119 / 2 / 100


def test_servers_of_a_bench_run_while_it_measures_and_no_longer() -> None:
    with sites(["servers"]) as [site]:
        assert len(site.processes()) > 3
        processes, folder = site.processes(), site.folder
        assert site.places["index"].startswith("postgresql://")
    assert not folder.exists()
    assert not any(Path(f"/proc/{pid}/exe").exists() and "chroma" in Path(f"/proc/{pid}/cmdline").read_text()
                   for pid in processes)  # fmt: skip


# -- both kinds ---------------------------------------------------------------------------------------------------


def test_a_folder_and_its_copy_on_servers_find_the_same(servers: Site, tmp_path: Path) -> None:
    settings = Settings.load(llm="none", reranker="none", nli="none", cache=tmp_path)
    open_news: Callable[..., News] = partial(News.open, embedder=FakeEmbedder())
    for when, found in on_both(load_set(ROOT / "evals/sets/roles.jsonl"), settings, servers, open_news):
        for name, (_, _, by) in found.figures.items():
            assert abs(by.value) <= 0.06 and by.n > 10, (when, name)
        assert found.same_words.value > 0.97
        assert "answer_recall@10" in told(found)
