"""``rag eval``: what it prints, its exit status, and one plain line for whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Rag
from tests.support.towns import town_articles, town_questions


@pytest.fixture
def town_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with question and article records; runs and caches go to folders of the test."""
    monkeypatch.setenv("RAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "towns"
    folder.mkdir()
    (folder / "articles.jsonl").write_text("".join(json.dumps(a) + "\n" for a in town_articles()))
    questions = [{"id": q.id, "question": q.question, "answers": list(q.answers)} for q in town_questions()]
    (folder / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions))
    return folder


def test_a_run_prints_its_figures_and_where_the_page_is(rag: Rag, town_set: Path, tmp_path: Path) -> None:
    done = rag("eval", "run", str(town_set), "--retrieval-only")
    assert done.status == 0
    assert "answer_recall@10             1.000  [1.000, 1.000]  n=8\n" in done.out
    report = tmp_path / done.out.splitlines()[-1]
    assert report.name == "report.html" and report.exists() and report.parent.parent.name == "runs"
    assert "asking: 8 of 8" in done.err


def test_json_is_the_summary(rag: Rag, town_set: Path) -> None:
    done = rag("eval", "run", str(town_set), "--out", "one", "--limit", "3", "--json")
    assert done.json == json.loads(Path("one/summary.json").read_text())
    assert done.json["n"] == 3


def test_the_same_command_goes_on_with_its_run(rag: Rag, town_set: Path) -> None:
    first = rag("eval", "run", str(town_set), "--retrieval-only")
    again = rag("eval", "run", str(town_set), "--retrieval-only")
    assert again.out == first.out
    assert "8 of 8 questions are done" in again.err


def test_figures_are_worked_out_anew(rag: Rag, town_set: Path) -> None:
    rag("eval", "run", str(town_set), "--out", "one", "--retrieval-only")
    results = Path("one/results.jsonl")
    lines = [json.loads(text) for text in results.read_text().splitlines()]
    lines[0]["retrieved"] = []
    results.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = rag("eval", "report", "one", "--json")
    assert done.json["metrics"]["answer_recall@10"]["value"] == 7 / 8
    assert done.json["failures"]["not retrieved"] == 1
    assert json.loads(results.read_text().splitlines()[0])["failure"] == "not retrieved"


def spoil(folder: str, name: str, **fields: Any) -> None:
    """A copy of the run in ``folder`` with these fields in half of its lines."""
    copy = Path(name)
    copy.mkdir()
    (copy / "run.json").write_bytes(Path(folder, "run.json").read_bytes())
    lines = [json.loads(text) for text in Path(folder, "results.jsonl").read_text().splitlines()]
    for n in range(0, len(lines), 2):
        lines[n] |= fields
    (copy / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_comparison_ends_with_1_where_a_chosen_metric_fell(rag: Rag, town_set: Path) -> None:
    rag("eval", "run", str(town_set), "--out", "good", "--retrieval-only")
    spoil("good", "bad", retrieved=[], failure="not retrieved")
    worse = rag("eval", "compare", "good", "bad")
    assert worse.status == 1
    assert "answer_recall@10              1.000    0.500   -0.500" in worse.out and "worse" in worse.out
    assert "broken: 4" in worse.out and "fixed: 0" in worse.out and "retrieved -> not retrieved" in worse.out
    better = rag("eval", "compare", "bad", "good")
    assert better.status == 0 and "better" in better.out and "fixed: 4" in better.out
    same = rag("eval", "compare", "good", "good", "--metric", "answer_recall@5", "--json")
    assert same.status == 0 and same.json["common"] == 8 and same.json["flips"] == []
    assert rag("eval", "compare", "good", "bad", "--metric", "retrieve_ms_p50").status == 0


def test_where_lower_is_better_a_rise_is_worse(rag: Rag, town_set: Path) -> None:
    rag("eval", "run", str(town_set), "--out", "one")
    spoil("one", "answers", refused=False, answer="It has eleven.", short_answer=None)
    spoil("one", "refuses", refused=True, answer="The articles do not say.", citations=[])
    assert rag("eval", "compare", "answers", "refuses", "--metric", "refused_answerable").status == 1
    assert rag("eval", "compare", "refuses", "answers", "--metric", "refused_answerable").status == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["run", "nowhere"], "nowhere: no such file or folder"),
        (["run", "{set}", "--kind", "odd"], "has no questions of kind 'odd'"),
        (["run", "{set}", "--articles", "none.jsonl"], "none.jsonl: no such file or folder of articles"),
        (["run", "{set}", "--judge", "none"], "--judge none: a judge has to be a language model"),
        (["report", "nowhere"], "nowhere holds no run"),
        (["compare", "{set}", "{set}"], "holds no run"),
    ],
)
def test_what_is_wrong_is_one_line(rag: Rag, town_set: Path, command: list[str], said: str) -> None:
    done = rag("eval", *(part.format(set=town_set) for part in command))
    assert done.status == 2
    assert said in done.err.splitlines()[-1] and done.out == ""


def test_an_unknown_metric_names_those_that_are_there(rag: Rag, town_set: Path) -> None:
    rag("eval", "run", str(town_set), "--out", "one", "--retrieval-only")
    done = rag("eval", "compare", "one", "one", "--metric", "speed")
    assert done.status == 2 and "no metric 'speed' in both runs; there are: answer_recall@1," in done.err


def test_runs_over_different_sets_are_not_compared(rag: Rag, town_set: Path, tmp_path: Path) -> None:
    rag("eval", "run", str(town_set), "--out", "one", "--retrieval-only")
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"id": "x", "question": "Who?", "answers": ["Nobody"]}) + "\n")
    rag("eval", "run", str(other), "--articles", str(town_set / "articles.jsonl"), "--out", "two", "--retrieval-only")
    done = rag("eval", "compare", "one", "two")
    assert done.status == 2 and "have no question in common" in done.err
