"""``rag doctor``: what is well, what is not, and what to do, without changing anything."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from rag import News, Settings
from rag.ops.doctor import FERRY, Finding, examine
from tests.conftest import OpenNews, Rag
from tests.support.fake_model_server import FakeModelServer
from tests.support.fakes import FakeEmbedder, on_disk
from tests.support.patience import free_port

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("rag.models.factory.open_embedder", lambda *_: FakeEmbedder("fake"))
    return Settings.load(index=tmp_path / "index", cache=tmp_path / "cache", llm="none", reranker="none")


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(settings)}


def test_a_machine_that_is_well(settings: Settings, tmp_path: Path) -> None:
    with News.open(settings=settings) as news:
        news.put([FERRY])
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    well = found(settings)
    assert {f.what: f.state for f in well.values() if f.state != "ok"} == {}
    assert "1 articles, 1 passages" in well["index"].told
    assert "14 May" in well["test answer"].told
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before


def test_without_an_index_it_says_how_to_make_one_and_makes_none(settings: Settings) -> None:
    index = found(settings)["index"]
    assert (index.state, index.todo) == ("warning", "add articles with: rag add FOLDER")
    assert not settings.index.exists()


def test_a_damaged_index_is_named_with_the_command_that_mends_it(settings: Settings) -> None:
    with News.open(settings=settings) as news:
        news.put([FERRY])
        with news.store.writing():
            on_disk(news)._all_vectors.delete(on_disk(news)._chunk_ids([FERRY.id]))
    index = found(settings)["index"]
    assert (index.state, index.todo) == ("error", "run: rag check --repair")
    assert "missing" in index.told


def test_a_model_that_cannot_be_reached_is_told_without_its_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://127.0.0.1:{free_port()}/v1"
    unreachable = settings.model_copy(
        update={"llm": "openai/some", "api_base": address, "api_key": Settings.load(api_key="s3cret").api_key}
    )
    findings = found(unreachable)
    model = findings["language model"]
    assert (model.state, address in model.told) == ("error", True)
    assert "RAG_API_BASE" in (model.todo or "")
    assert "s3cret" not in str(model)
    assert "test answer" not in findings


@pytest.mark.parametrize(
    ("behaviour", "state", "told"),
    [("normal", "ok", "openai/some says “"), ("404", "error", "was not found"), ("401", "error", "refused the key")],
)
def test_the_model_that_the_setting_names_is_asked(settings: Settings, behaviour: str, state: str, told: str) -> None:
    with FakeModelServer(behaviour) as server:
        model = found(settings.model_copy(update={"llm": "openai/some", "api_base": server.url}))["language model"]
        assert len(server.requests) >= 1
    assert (model.state, told in model.told) == (state, True)


def test_a_model_that_nobody_provides_is_an_error(settings: Settings) -> None:
    model = found(settings.model_copy(update={"llm": "lama3"}))["language model"]
    assert (model.state, "write provider/model in RAG_LLM" in model.told) == ("error", True)


def test_the_reranker_is_tried(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(settings.model_copy(update={"reranker": "embedded"}))["reranker"].told.startswith("embedded, ready")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    findings = found(settings.model_copy(update={"reranker": "no/such"}))
    reranker = findings["reranker"]
    assert (reranker.state, reranker.todo) == ("error", "set RAG_RERANKER to embedded or none")
    assert "no/such cannot be loaded" in reranker.told
    assert "test answer" not in findings


def test_variables_that_are_no_settings_are_warned_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_COLLECTION_OF_MINE", "x")
    [_, other] = [f for f in examine(settings) if f.what == "settings"]
    assert (other.state, "RAG_COLLECTION_OF_MINE" in other.told) == ("warning", True)


@pytest.mark.parametrize(("name", "value"), [("RAG_EMBEDER", "x"), ("RAG_LLM", "embeded")])
def test_misspelt_settings_are_a_finding(rag: Rag, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    done = rag("doctor")
    assert (done.status, done.out.startswith("error   settings: ")) == (1, True)
    assert "did you mean" in done.out
    assert [f["state"] for f in rag("doctor", "--json").json["findings"]] == ["error"]


def test_an_index_that_can_be_seen_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "desk/.rag/index").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "desk")
    assert found(settings)["index"].told.endswith("there is one at .rag/index: --index .rag/index")


def test_an_embedded_model_that_is_not_there_is_not_fetched(settings: Settings) -> None:
    findings = found(settings.model_copy(update={"llm": "embedded"}))
    model = findings["language model"]
    assert (model.state, model.todo) == ("warning", "run: rag models --fetch")
    assert "test answer" not in findings


@pytest.mark.parametrize(("free", "state"), [(50_000_000, "error"), (900_000_000, "warning"), (9_000_000_000, "ok")])
def test_a_full_disk_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    assert found(settings)["disk of the index"].state == state


def test_a_folder_that_may_not_be_written_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    disk = found(settings)["disk of the models"]
    assert disk.state == "error"
    assert "not writable" in disk.told


def test_the_command_prints_and_its_exit_status_tells(rag: Rag, open_news: OpenNews) -> None:
    with open_news() as news:
        news.put([FERRY])
        well = rag("doctor")
        assert well.status == 0
        assert "ok      test answer: " in well.out
        with news.store.writing():
            on_disk(news)._all_vectors.delete(on_disk(news)._chunk_ids([FERRY.id]))
    wrong = rag("doctor", "--json")
    assert (wrong.status, wrong.json["ok"]) == (1, False)
    assert "        -> run: rag check --repair" in rag("doctor").out
