"""What ``python -m evals.bench answer`` and ``question`` print, of programs whose times are known."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evals.bench import answer as bench
from evals.bench import asking
from evals.bench import question as beside_models

PROGRAM = """
import json, os, sys
for line in sys.stdin:
    item = json.loads(line)
    row = {"first": 2.0, "whole": 4.0, "search": 5.0, "text": os.environ["SAID"], "peak": 900.0, "rest": 800.0}
    print(json.dumps(row | {"path": os.environ["PYTHONPATH"], "asked": item["question"]}), flush=True)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "answers.py").write_text(PROGRAM)
    return tmp_path / "answers.py"


def test_a_program_answers_a_line_for_a_line(program: Path) -> None:
    with asking.answering(program, [Path("a"), Path("b")], {"SAID": "May"}) as ask:
        rows = [ask({"question": question}) for question in ("When?", "Who?")]
    assert [row["asked"] for row in rows] == ["When?", "Who?"]
    assert (rows[0]["path"], rows[0]["text"]) == ("a:b", "May")


def test_a_program_that_ends_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit(1)")
    with (
        pytest.raises(SystemExit, match=r"broken\.py failed with"),
        asking.answering(tmp_path / "broken.py", [tmp_path], {}) as ask,
    ):
        ask({})


def told(factor: float) -> Callable[..., Any]:
    """A stand-in for ``answering``: of its programs all but the first take ``factor`` times as long."""
    opened = 0

    @contextmanager
    def answering(program: Path, path: object, variables: object) -> Iterator[Callable[[Any], Any]]:
        nonlocal opened
        opened += 1
        slow = 1.0 if opened == 1 else factor

        def ask(item: dict[str, Any]) -> dict[str, Any]:
            row = {"first": slow, "whole": 2 * slow, "text": " or ".join(item["answers"]), "prompt": None}
            return row | {"peak": 1500.0, "rest": 1400.0}

        yield ask

    return answering


def test_ratios_and_right_answers_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asking, "answering", told(4.0))
    bench.answer(count=8)
    out = capsys.readouterr().out
    assert "this tree, onnxruntime" in out and "this tree, xllamacpp" in out
    assert "medians of the ratios: first 0.25, whole 0.25" in out
    lines = [line.split() for line in out.splitlines() if line.startswith("this tree, ") and " to " not in line]
    right, asked = lines[0][-1].split("/")
    assert right == asked and int(asked) > 3


def test_another_commit_is_checked_out_and_put_away(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: asked.append(command))
    with bench.checked_out("v1") as tree:
        assert asked == [["git", "worktree", "add", "--detach", "--quiet", str(tree), "v1"]]
    assert asked[1][:4] == ["git", "worktree", "remove", "--force"] and not tree.parent.exists()


def test_the_spread_is_of_what_was_measured() -> None:
    rows: list[dict[str, Any]] = [{"first": value} for value in (1.0, 2.0, 3.0, None)]
    assert bench._spread(rows, "first") == "2.00 (1.00-3.00)"
    assert bench._spread(rows, "whole") == "-"
    assert bench._spread([{"prompt": 100.0}, {"prompt": 300.0}], "prompt").startswith("200 (")
    assert bench.instructions()


def test_the_time_beside_the_models_is_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    @contextmanager
    def answering(program: Path, path: list[Path]) -> Iterator[Callable[[Any], Any]]:
        slow = 2.0 if path == [tmp_path] else 1.0
        yield lambda item: {"wall": 10 * slow, "cpu": 5 * slow, "answer": item["question"]}

    monkeypatch.setattr(asking, "answering", answering)
    beside_models.question(tmp_path, count=5)
    out = capsys.readouterr().out
    assert "ratio of the wall means, this tree to the other: 0.50" in out and "answers alike: 5 of 5" in out
