"""Notes that models leave beside their files."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from rag.models.opening import read_note, write_note


def test_a_note_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_note(tmp_path / "note.json", {"size": 3})
    assert read_note(tmp_path / "note.json") == {"size": 3}
    assert [p.name for p in tmp_path.iterdir()] == ["note.json"]


@pytest.mark.parametrize("left", [None, "{", "[1]"])
def test_what_is_no_note_is_none(left: str | None, tmp_path: Path) -> None:
    if left is not None:
        (tmp_path / "note.json").write_text(left)
    assert read_note(tmp_path / "note.json") is None


def test_a_read_only_file_system_keeps_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)  # which fails even where there is no such file
    write_note(tmp_path / "note.json", {"size": 3})
    assert list(tmp_path.iterdir()) == []
