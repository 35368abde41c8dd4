"""``rag doctor``: what is well, what is not, and what to do, without changing anything."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from rag import News, Settings
from rag.doctor import FERRY, Finding, examine
from tests.conftest import OpenNews, Rag
from tests.fakes import FakeEmbedder
from tests.test_app import free_port

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("rag.embed.open_embedder", lambda *_: FakeEmbedder("fake"))
    return Settings.load(index=tmp_path / "index", cache=tmp_path / "cache", llm="none", reranker="none")


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(settings)}


def test_a_machine_that_is_well(settings: Settings, tmp_path: Path) -> None:
    with News.open(settings=settings) as news:
        news.put([FERRY])
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    well = found(settings)
    assert {f.what: f.state for f in well.values() if f.state != "well"} == {}
    assert "1 articles, 1 passages" in well["index"].told
    assert "14 May" in well["test answer"].told
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before


def test_without_an_index_it_says_how_to_make_one_and_makes_none(settings: Settings) -> None:
    index = found(settings)["index"]
    assert (index.state, index.todo) == ("beware", "add articles: rag add FOLDER")
    assert not settings.index.exists()


def test_a_damaged_index_is_named_with_the_command_that_mends_it(settings: Settings) -> None:
    with News.open(settings=settings) as news:
        news.put([FERRY])
        with news.store.writing():
            news.store._all_vectors.delete(news.store._chunk_ids([FERRY.id]))
    index = found(settings)["index"]
    assert (index.state, index.todo) == ("wrong", "rag check --repair")
    assert "missing" in index.told


def test_a_model_that_cannot_be_reached_is_told_without_its_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://127.0.0.1:{free_port()}/v1"
    unreachable = settings.model_copy(
        update={"llm": "openai/some", "api_base": address, "api_key": Settings.load(api_key="s3cret").api_key}
    )
    answer = found(unreachable)["test answer"]
    assert answer.state == "wrong"
    assert "RAG_API_BASE" in (answer.todo or "")
    assert "s3cret" not in str(answer)


def test_an_embedded_model_that_is_not_there_is_not_fetched(settings: Settings) -> None:
    findings = found(settings.model_copy(update={"llm": "embedded"}))
    model = findings["language model"]
    assert (model.state, model.todo) == ("beware", "rag models --fetch")
    assert "test answer" not in findings


@pytest.mark.parametrize(("free", "state"), [(50_000_000, "wrong"), (900_000_000, "beware"), (9_000_000_000, "well")])
def test_a_full_disk_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    assert found(settings)["disk of the index"].state == state


def test_a_folder_that_may_not_be_written_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    disk = found(settings)["disk of the models"]
    assert disk.state == "wrong"
    assert "not writable" in disk.told


def test_the_command_prints_and_its_exit_status_tells(rag: Rag, open_news: OpenNews) -> None:
    with open_news() as news:
        news.put([FERRY])
        well = rag("doctor")
        assert well.status == 0
        assert "well    test answer: " in well.out
        with news.store.writing():
            news.store._all_vectors.delete(news.store._chunk_ids([FERRY.id]))
    wrong = rag("doctor", "--json")
    assert (wrong.status, wrong.json["ok"]) == (1, False)
    assert "        -> rag check --repair" in rag("doctor").out
