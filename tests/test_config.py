"""Settings: arguments over environment over defaults; what is wrong is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.config import Settings
from rag.errors import UsageError


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


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown setting deadlin; there are: .*deadline"):
        Settings.load(deadlin=3)


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(Settings.load())
    with pytest.raises(UsageError) as caught:
        Settings.load(api_key=["sk-secret"])
    assert "sk-secret" not in str(caught.value)


def test_a_settings_file_that_is_no_text_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00RAG")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    with pytest.raises(UsageError, match=r"\.env cannot be read"):
        Settings.load()
