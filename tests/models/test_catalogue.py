"""What `rag models` lists."""

from __future__ import annotations

from pathlib import Path

from rag.models.catalogue import catalogue
from rag.models.llm.download import QWEN


def test_the_catalogue_says_what_is_here_and_what_would_be_fetched(tmp_path: Path) -> None:
    before = {model.name: model for model in catalogue(tmp_path)}
    assert before["all-MiniLM-L6-v2"].kind == "embedder"
    assert (before["embedded"].where, before["embedded"].ready, before["embedded"].size) == (
        "not fetched",
        False,
        1_117_320_768,
    )
    (tmp_path / "models").mkdir()
    with (tmp_path / "models" / QWEN.file).open("wb") as file:
        file.truncate(QWEN.size)  # a hole: takes no room
    (tmp_path / "models" / "own.gguf").write_bytes(b"GGUF")
    after = {model.name: model for model in catalogue(tmp_path)}
    assert after["embedded"].ready
    assert after["own.gguf"].size == 4
