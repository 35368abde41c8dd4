"""Settings: arguments over environment over defaults; what is wrong is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.settings import Settings, visible_index


def test_arguments_go_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("RAG_LLM=from-file\nRAG_HITS=3\nRAG_DEADLINE=7\nOTHER=x\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    monkeypatch.setenv("RAG_LLM", "from-environment")
    monkeypatch.setenv("RAG_HITS", "4")
    found = Settings.load(hits=5)
    assert (found.llm, found.hits, found.deadline) == ("from-environment", 5, 7)


def test_none_and_an_empty_variable_mean_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_INDEX", "")
    assert Settings.load(index=None).index.name == "index"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("deadline", "abc", "number"),
        ("deadline", "0", "greater than 0"),
        ("hits", "1.5", "integer"),
        ("hits", "0", "1"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"RAG_{name.upper()}", value)
    with pytest.raises(UsageError) as caught:
        Settings.load()
    assert all(part in str(caught.value) for part in (f"RAG_{name.upper()}", repr(value), told))
    assert "\n" not in str(caught.value)


def test_an_unknown_setting_is_refused_with_the_one_that_is_meant_or_all() -> None:
    with pytest.raises(UsageError, match=r"unknown setting deadlin; did you mean deadline\?$"):
        Settings.load(deadlin=3)
    with pytest.raises(UsageError, match=r"unknown setting zzz; there are: .*deadline"):
        Settings.load(zzz=3)


# -- misspelt names and values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "meant"), [("RAG_EMBEDER", "RAG_EMBEDDER"), ("RAG_LLMM", "RAG_LLM"),
                                             ("RAG_APIKEY", "RAG_API_KEY"), ("rag_index_", "RAG_INDEX")])  # fmt: skip
def test_a_variable_that_is_almost_a_setting_is_no_use_to_anybody(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(
        UsageError, match=rf"^{name.upper()} \(in the environment\) is no setting; did you mean {meant}"
    ):
        Settings.load()


def test_so_it_is_in_the_settings_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAG_RERANKR=none\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    with pytest.raises(UsageError, match=r"RAG_RERANKR \(in the file .env\) is no setting; did you mean RAG_RERANKER"):
        Settings.load()


def test_other_names_are_told_once_and_pass(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("rag.settings._warned", set())
    monkeypatch.setenv("RAG_COLLECTION_OF_MINE", "x")
    monkeypatch.setenv("RAG_EMBEDDING", "x")
    monkeypatch.setenv("RAG_LOG", "error")  # read elsewhere
    for _ in range(2):
        Settings.load()
    assert [r.getMessage() for r in caplog.records] == [
        "RAG_COLLECTION_OF_MINE (in the environment) is no setting of this program",
        "RAG_EMBEDDING (in the environment) is no setting of this program; RAG_EMBEDDER is one",
    ]


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("llm", "embeded", "embedded"),
        ("llm", "non", "none"),
        ("reranker", "embeded", "embedded"),
        ("nli", "nne", "none"),
        ("embed_precision", "in8", "int8"),
    ],
)
def test_a_misspelt_value_is_told_with_the_one_that_is_meant(name: str, value: str, meant: str) -> None:
    with pytest.raises(UsageError, match=rf"RAG_{name.upper()}\) = '{value}': .*; did you mean {meant}\?$"):
        Settings.load(**{name: value})


def test_what_names_a_model_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "embeded").mkdir()
    monkeypatch.chdir(tmp_path)
    found = Settings.load(llm="openai/embedded", reranker="embeded", nli="cross-encoder/nli")
    assert (found.llm, found.reranker, found.nli) == ("openai/embedded", "embeded", "cross-encoder/nli")
    assert Settings.load(llm=" Embedded ", reranker="NONE").reranker == "none"


# -- where the index is ------------------------------------------------------------------------------------------------


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("rag.settings.user_data_path", lambda name: tmp_path / "data" / name)
    (tmp_path / "desk/below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path


def test_elsewhere_the_index_is_in_the_data_of_the_user(at_home: Path) -> None:
    assert Settings.load().index == at_home / "data/rag/index"


@pytest.mark.parametrize("below", ["", "below"])
@pytest.mark.parametrize("clone", [True, False])
def test_in_a_clone_or_beside_an_index_it_is_that_one(
    at_home: Path, monkeypatch: pytest.MonkeyPatch, below: str, clone: bool
) -> None:
    if clone:  # where there is no index yet
        (at_home / "desk/pyproject.toml").write_text('[project]\nname = "rag-news"\n')
    else:
        (at_home / "desk/.rag/index").mkdir(parents=True)
    monkeypatch.chdir(at_home / "desk" / below)
    assert Settings.load().index == at_home / "desk/.rag/index"
    assert Settings.load(index="other").index == Path("other")
    monkeypatch.setenv("RAG_INDEX", "named")
    assert Settings.load().index == Path("named")


def test_a_folder_above_that_is_somebody_elses_does_not_count(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (at_home / ".rag/index").mkdir(parents=True)
    assert Settings.load().index == at_home / ".rag/index"
    monkeypatch.setattr("rag.settings.os.getuid", lambda: -1)
    assert Settings.load().index == at_home / "data/rag/index"


def test_an_index_that_can_be_seen_is_named_as_one_writes_it_here(at_home: Path) -> None:
    assert visible_index(Path("nowhere")) is None
    (at_home / "data/rag/index").mkdir(parents=True)
    assert visible_index(Path("nowhere")) == at_home / "data/rag/index"
    (at_home / "desk/.rag/index").mkdir(parents=True)
    assert visible_index(Path("nowhere")) == Path(".rag/index")
    assert visible_index(Path(".rag/index")) == at_home / "data/rag/index"


@pytest.mark.parametrize("name", [n for n, f in Settings.model_fields.items() if "SecretStr" in str(f.annotation)])
def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"RAG_{name.upper()}", "sk-secret")
    assert "sk-secret" not in repr(Settings.load())
    with pytest.raises(UsageError) as caught:
        Settings.load(**{name: ["sk-secret"]})
    assert "sk-secret" not in str(caught.value)


def test_a_settings_file_that_is_no_text_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00RAG")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    with pytest.raises(UsageError, match=r"\.env cannot be read"):
        Settings.load()
