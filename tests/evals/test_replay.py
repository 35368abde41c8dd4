"""``rag eval replay``: what is fed, what counts as right, false and missed, and what a person reads of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from evals.adapters import load_set
from evals.adapters.replay import load_replay, replay_of
from evals.cli import app
from evals.measure.statistics import wilson
from evals.runs.replay import Replayed, replay
from rag import UsageError
from rag.types import Change, FollowedQuestion, Report, ReportItem

TOLL, OWNER, OLD = "How many died at Varn?", "Who owns the mill at Varn?", "How old is the bell of Ilm?"


def fed(day: int, name: str, text: str, role: str = "news") -> dict[str, Any]:
    article = {"id": name, "title": name, "text": text, "published": f"2025-03-{day:02}", "source": "The Varn Bell"}
    return {"fed": f"2025-03-{day:02}", "role": role, "article": article}


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    """Two stories, one of them kept apart: a toll that rises, is doubted and is taken back, and an owner who stays."""
    folder = tmp_path / "varn"
    (folder / "articles").mkdir(parents=True)
    changes = [
        {"from": "2025-03-04", "value": ["five", "5"], "article": "b", "kind": "changed", "quote": "Five died."},
        {"from": "2025-03-05", "value": ["9"], "article": "c", "kind": "contested", "quote": "No, 9 died."},
        {"from": "2025-03-07", "value": [], "article": "e", "kind": "withdrawn"},
    ]
    asked: dict[str, Any] = {"story": "varn", "asked": "2025-03-03"}
    toll = asked | {"id": "toll", "question": TOLL, "value": ["three", "3"], "article": "a", "changes": changes}
    toll["allowed"] = [{"on": "2025-03-06", "value": ["five"], "article": "d"}]
    owner = asked | {"id": "owner", "question": OWNER, "value": ["Halm"], "article": "a", "changes": []}
    owner["reworded"] = [{"on": "2025-03-04", "article": "b"}]
    bell = asked | {"id": "bell", "question": OLD, "story": "ilm", "value": ["90"], "changes": [], "apart": True}
    questions = "".join(json.dumps(q) + "\n" for q in (toll, owner, bell))
    (folder / "questions.jsonl").write_text(questions)
    varn = [fed(3, "a", "Three died."), fed(4, "b", "Five died."), fed(5, "c", "No, 9 died.", "denial"),
            fed(6, "d", "Ilm lost two.", "other"), fed(7, "e", "We were wrong.", "retraction")]  # fmt: skip
    (folder / "articles" / "varn.jsonl").write_text("".join(json.dumps(a) + "\n" for a in varn))
    (folder / "articles" / "ilm.jsonl").write_text(json.dumps(fed(3, "z", "The bell is 90.")) + "\n")
    return folder


def told(day: int, old: str, new: str, article: str, kind: Any = "superseded") -> Change:
    return Change(date(2025, 3, day), old, new, "", f"{new} said {article}.", article, "The Varn Bell", kind)


@dataclass
class ScriptedNews:
    """Tells what it was given: question -> its first value, and by day what changes within that day's feed."""

    first: Mapping[str, str | None]
    script: Mapping[tuple[str, int], Sequence[Change]]
    fed: list[str] = field(default_factory=list)
    asked: list[FollowedQuestion] = field(default_factory=list)
    closed: bool = False

    def add(self, *sources: str | Path) -> Report:
        records = [json.loads(line) for s in sources for line in Path(s).read_text(encoding="utf-8").splitlines()]
        self.fed += [record["id"] for record in records]
        return Report(tuple(ReportItem("day", "failed", reason="no text") for r in records if not r["text"]))

    def follow(self, question: str, *, asked: date) -> FollowedQuestion:
        number, since = f"f{len(self.asked)}", SimpleNamespace(isoformat=str)
        self.asked.append(FollowedQuestion(number, question, self.first[question], "", since))  # type: ignore[arg-type]
        return self.asked[-1]

    def followed(self) -> Sequence[FollowedQuestion]:
        return self.asked

    def asking_later(self) -> AbstractContextManager[None]:
        return nullcontext()

    def settle(self, *, asked: date) -> None:
        for n, q in enumerate(self.asked):
            changes = (*q.changes, *self.script.get((q.question, asked.day), ()))
            value = changes[-1].new if changes else q.value
            self.asked[n] = FollowedQuestion(q.id, q.question, value or None, "", q.since, changes)

    def close(self) -> None:
        self.closed = True


FIRST = {TOLL: "three people", OWNER: "Halm", OLD: "90 years"}
PERFECT = {
    (TOLL, 4): [told(4, "three", "five", "b")],
    (TOLL, 5): [told(5, "five", "9 people", "c", "contested")],
    (TOLL, 7): [told(7, "five", "", "e", "withdrawn")],
}
Play = Callable[..., Replayed]


@pytest.fixture
def play(stories: Path, tmp_path: Path) -> Play:
    def play_(script: Any, first: Any = FIRST, **options: Any) -> Replayed:
        news = ScriptedNews(first, script)
        done = replay(stories, out=tmp_path / "out", open_news=lambda *_, **__: news, llm="none", **options)
        assert news.closed
        return done

    return play_


def value(done: Replayed, name: str) -> tuple[float, int]:
    figure = done.summary["metrics"][name]
    return figure["value"], figure["n"]


def test_all_told_and_nothing_else(play: Play, tmp_path: Path) -> None:
    done = play(PERFECT)
    assert value(done, "precision") == value(done, "recall") == (1.0, 3)
    assert value(done, "false_days") == (0.0, 8) and value(done, "left_alone") == (1.0, 1)
    assert value(done, "kind_right") == (1.0, 3) and value(done, "dated") == (1.0, 3)
    assert value(done, "first_right") == (1.0, 2) and value(done, "value_right") == (1.0, 8)
    assert done.summary["recall_by_kind"]["contested"]["n"] == 1
    assert done.summary["states"] == {
        "contested": {"contested": 1}, "reworded": {"nothing": 1}, "stands": {"nothing": 4},
        "superseded": {"superseded": 1}, "withdrawn": {"withdrawn": 1},
    }  # fmt: skip
    lines = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    assert lines == list(done.lines) and len(lines) == 10
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == done.summary


@pytest.mark.parametrize(
    ("script", "reason", "missed"),
    [
        ({(OWNER, 6): [told(6, "Halm", "Ilm", "d")]}, "of something else that sounds alike", None),
        ({(OWNER, 6): [told(6, "Halm", "Orr", "c")]}, "a wrong value", None),
        ({(OWNER, 4): [told(4, "Halm", "Halm & Co", "b")]}, "right, but nothing had changed", None),
        ({(TOLL, 6): [told(6, "9", "three", "a")]}, "an old value told as new", None),
        ({(OWNER, 4): [told(4, "Halm", "", "b", "withdrawn")]}, "still said, but told as gone", None),
        ({(TOLL, 4): [*PERFECT[TOLL, 4], told(4, "three", "five", "b")]}, "told before", None),
        ({(TOLL, 4): [told(4, "three", "14", "b")]}, "a wrong value", "another value was told"),
        ({(TOLL, 4): [], (TOLL, 5): [told(5, "three", "five", "b"), *PERFECT[TOLL, 5]]},
         "late: it changed on an earlier day", "nothing was told"),
    ],
)  # fmt: skip
def test_a_false_alert_says_why(play: Play, script: Any, reason: str, missed: str | None) -> None:
    done = play(PERFECT | script)
    assert done.summary["false_by_reason"] == {reason: 1}
    assert done.summary["missed_by_reason"] == ({missed: 1} if missed else {})
    assert value(done, "recall") == ((2 / 3, 3) if missed else (1.0, 3))
    assert value(done, "precision") == ((2 / 3, 3) if missed else (0.75, 4))
    assert value(done, "false_days") == (1 / 8, 8)


def test_what_may_be_told_counts_neither_way(play: Play) -> None:
    done = play(PERFECT | {(TOLL, 6): [told(6, "9", "five", "d")]})
    assert value(done, "precision") == (1.0, 3) and done.summary["alerts"] == 4


def test_a_missed_change_is_no_false_alert(play: Play) -> None:
    done = play({}, first={TOLL: None, OWNER: "Halm"})
    assert value(done, "recall") == (0.0, 3) and "precision" not in done.summary["metrics"]
    assert done.summary["missed_by_reason"] == {"nothing was told": 3}
    assert value(done, "first_right") == (0.5, 2)
    assert value(done, "value_right") == (5 / 8, 8)  # nothing is right again once all is withdrawn


def test_stories_kept_apart_are_fed_and_asked_alone(play: Play, stories: Path) -> None:
    done = play({}, apart=True)
    assert [line["question_id"] for line in done.lines] == ["bell"] and done.summary["articles"] == 1
    assert {q.id for q in load_replay(stories).questions} == {"toll", "owner"}


def test_fewer_questions_over_the_same_articles(play: Play) -> None:
    done = play(PERFECT, limit=1, seed=3)
    assert done.summary["questions"] == 1 and done.summary["articles"] == 5


def test_the_command_prints_the_false_and_the_missed(
    stories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = PERFECT | {(OWNER, 6): [told(6, "Halm", "Ilm", "d")], (TOLL, 7): []}
    news = SimpleNamespace(open=lambda *_, **__: ScriptedNews(FIRST | {OWNER: "Orr"}, script))
    monkeypatch.setattr("evals.runs.replay.News", news)
    done = CliRunner().invoke(app, ["replay", str(stories), "--out", str(tmp_path / "out"), "--llm", "none"])
    assert done.exit_code == 0, done.output
    assert (
        f"2025-03-06  owner  {OWNER}\n    false (of something else that sounds alike): Halm -> Ilm [superseded]\n"
        "    The Varn Bell (d, other): Ilm said d.\n"
    ) in done.output
    assert f"2025-03-07  toll  {TOLL}\n    missed (nothing was told): withdrawn to nothing\n" in done.output
    assert f"2025-03-03  owner  {OWNER}\n    first value wrong: Orr, not Halm\n" in done.output
    assert (
        "precision                    0.667  [" in done.output and "recall, withdrawn            0.000" in done.output
    )
    again = CliRunner().invoke(app, ["replay", str(stories), "--out", str(tmp_path / "out")])
    assert isinstance(again.exception, UsageError) and "choose another folder with --out" in str(again.exception)


def test_a_set_without_written_changes_is_replayed_to_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "quiz"
    folder.mkdir()
    days = ["2024-05-01", "2025-03-02", "2025-03-04", "2025-03-09"]
    articles = [{"id": day, "title": day, "text": f"News of {day}.", "published": day} for day in days]
    (folder / "articles.jsonl").write_text("".join(json.dumps(a) + "\n" for a in articles))
    questions = [{"id": "q1", "question": TOLL, "answers": ["x"], "date": "2025-03-02"},
                 {"id": "q2", "question": OWNER, "answers": ["x"], "date": "2025-03-30"}]  # fmt: skip
    (folder / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions))
    made = replay_of(load_set(folder), limit=1, days=5)
    assert [(str(a.day), a.id) for a in made.articles] == [
        ("2025-03-02", "2024-05-01"), ("2025-03-02", "2025-03-02"), ("2025-03-04", "2025-03-04"),
    ]  # fmt: skip
    assert [q.id for q in made.questions] == ["q1"] and not made.judged
    news = ScriptedNews(FIRST, {(TOLL, 4): [told(4, "three", "five", "b")]})
    done = replay(made, out=tmp_path / "out", open_news=lambda *_, **__: news, llm="none")
    assert value(done, "alert_days") == (1.0, 1) and set(done.summary["metrics"]) == {"alert_days", "dated"}
    with pytest.raises(UsageError, match="only 0 questions were asked before 2025-01-01"):
        replay_of(load_set(folder), limit=1, first=date(2025, 1, 1))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"id": "a"}, "field 'question' is missing"),
        ({"id": "a", "question": "Who?", "story": "s", "asked": "Monday"}, "'asked' must be a day such as 2024-05-31"),
        ({"id": "a", "question": "Who?", "story": "s", "asked": ""}, "'asked' must be a day such as 2025-03-05"),
        ({"id": "a", "question": "Who?", "story": "s", "asked": "2025-03-03", "changes": ["x"]}, "a list of objects"),
        (
            {"id": "a", "question": "Who?", "story": "s", "asked": "2025-03-03", "changes": [{"article": "b"}]},
            "line 1, changes: field 'kind' is missing",
        ),
    ],
)
def test_a_wrong_record_is_one_clear_line(stories: Path, line: dict[str, Any], fault: str) -> None:
    (stories / "questions.jsonl").write_text(json.dumps(line) + "\n")
    with pytest.raises(UsageError, match=fault):
        load_replay(stories)


def test_the_interval_of_few_trials() -> None:
    found = wilson(9, 10)
    assert found and (found.value, found.n) == (0.9, 10)
    assert found.low == pytest.approx(0.5958, abs=1e-4) and found.high == pytest.approx(0.9821, abs=1e-4)
    assert wilson(0, 0) is None
    nothing = wilson(0, 20)
    assert nothing and nothing.low == 0.0 and nothing.high == pytest.approx(0.1611, abs=1e-4)
