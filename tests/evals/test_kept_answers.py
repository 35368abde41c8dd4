"""The measures of how kept answers fare, on a few cases of each."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals import EvalSet, load_set
from evals.bench import kept_answers
from evals.measure import corruption, kept_over_days
from evals.runs.replay import replay
from tests.support.paths import ROOT

SETS = ROOT / "evals" / "sets"


def test_a_value_that_was_changed_is_told_from_words_that_were(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    every = corruption.cases
    all_cases = list(every([load_set(SETS / "corpus.jsonl")]))
    few = [*[case for case in all_cases if not case.held][:12], *[case for case in all_cases if case.held][:4]]

    def cases(sets: Sequence[EvalSet]) -> list[corruption.Case]:
        assert sets
        return few

    monkeypatch.setattr(corruption, "cases", cases)
    corruption.main([str(SETS / "corpus.jsonl")])
    told = capsys.readouterr().out
    assert "development  value: 1.000" in told and "development  words: 1.000" in told
    assert "stands" not in told
    assert {case.kind for case in few} == {"value", "words"} and any(case.held for case in few)


def test_answers_are_kept_on_their_days_and_compared_on_each_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [json.loads(line) for line in (kept_over_days.SET / "questions.jsonl").read_text("utf-8").splitlines()]
    stories = {row["story"] for row in rows if not row.get("apart") and row["changes"]}
    story = min(stories)
    (tmp_path / "articles").mkdir()
    shutil.copy(kept_over_days.SET / "articles" / f"{story}.jsonl", tmp_path / "articles")
    mine = [json.dumps(row) + "\n" for row in rows if row["story"] == story]
    (tmp_path / "questions.jsonl").write_text("".join(mine), encoding="utf-8")
    monkeypatch.setattr(kept_over_days, "SET", tmp_path)
    monkeypatch.setattr(sys, "argv", ["kept_over_days"])
    kept_over_days.main()
    *_, told, false = capsys.readouterr().out.splitlines()
    assert told.startswith("told ") and " changed answers" in told
    assert false.startswith("false alarms at 0 of ")


def test_what_a_change_costs_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["kept_answers", str(SETS / "corpus.jsonl"), "--kept", "20", "--articles", "2"]
    monkeypatch.setattr(sys, "argv", arguments)
    kept_answers.main()
    new, changed = capsys.readouterr().out.splitlines()
    assert new.startswith("new articles: median ") and changed.startswith("cited articles changed: median ")
    assert new.endswith("n=2, 20 kept answers")


@pytest.mark.model
@pytest.mark.timeout(600)
def test_followed_questions_tell_what_changed(tmp_path: Path) -> None:
    """With the real embedder and reranker, on a dozen questions of the stories that are worked on."""
    done = replay(SETS / "replay", out=tmp_path / "run", limit=12, seed=2, llm="none")
    metrics = done.summary["metrics"]
    assert metrics["false_days"]["value"] <= 0.01
    assert metrics["recall"]["value"] >= 0.6  # of all of them .9
