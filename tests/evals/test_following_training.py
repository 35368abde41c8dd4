"""The weights of followed questions: what is learnt from a replay, and what a question stands on meanwhile."""

from __future__ import annotations

import json
import random
import sys
from datetime import date
from pathlib import Path

import pytest

from evals.records import DueChange, StandingQuestion
from evals.train.following import fitting, quiet
from evals.train.following.gathering import Line, accepted_before, stands_on


def lines(stories: int = 12, days: int = 12) -> list[Line]:
    """Values of which the best of its article is right, and the changes among them that a rule sees too."""
    draw = random.Random(4)
    found = []
    for n in range(stories):
        for d in range(days):
            due = d % 4 == 0
            values, changes = [], []
            for place in range(3):
                right = place == d % 3
                views = {"best": draw.gauss(0.0 if right else -2.0, 1.0), "score": draw.gauss(0.0, 1.0)}
                values.append({"views": views, "right": right})
                told = views | {"r_all": float(due and (draw.random() < 0.9) == right)}
                changes.append({"place": place, "views": told, "right": due and right, "value": str(place)})
            story = f"story {n}"
            found.append({"story": story, "id": story, "day": str(d), "first": False, "due": due, "values": values,
                          "changes": changes})  # fmt: skip
    return found


def test_weights_are_learnt_of_what_tells_and_judged_without_their_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = lines()
    value, change, odds = fitting.learn(made)
    assert value["best"] > 5 * abs(value["score"])
    assert change["value"] > 0 and change["r_all"] > 1
    assert [len(own) for own in odds] == [3] * len(made)
    right, told, due = fitting.counted(made, odds, 0.0)
    assert due == 36 and right >= 25 and right >= 0.8 * told
    assert fitting.counted(made, odds, 1e9) == (0, 0, 36)


def change(on: int, kind: str, *values: str) -> DueChange:
    return DueChange(date(2025, 3, on), values, f"article {on}", kind, f"quote {on}")


def test_a_question_stands_on_what_was_right_the_day_before() -> None:
    told = (change(5, "changed", "nine"), change(8, "contested", "ten"), change(11, "withdrawn"))
    q = StandingQuestion("q", "How many?", date(2025, 3, 3), "s", ("six",), "article 3", "quote 3", told)
    stood = {on: stands_on(q, date(2025, 3, on))[:2] for on in (4, 5, 6, 9, 12)}
    assert stood == {
        4: (("six",), "article 3"),
        5: (("six",), "article 3"),
        6: (("nine",), "article 5"),
        9: (("nine",), "article 5"),  # two outlets differ: the first value stands
        12: ((), "article 11"),
    }
    assert stands_on(q, date(2025, 3, 5), after=True)[0] == ("nine",)
    assert accepted_before(q, date(2025, 3, 9)) == [("nine",), ("ten",)]


def test_the_command_writes_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "made.jsonl", tmp_path / "weights.json.gz"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines()))
    monkeypatch.setattr(sys, "argv", ["fitting", str(file), "--out", str(out)])
    fitting.main()
    assert "from +0.5 on, made: " in capsys.readouterr().out and out.stat().st_size > 50


FERRY = "The Tarn ferry is named Heron, the council said. It has room for ninety people and sails from the north quay."


@pytest.fixture
def news_set(tmp_path: Path) -> Path:
    """A set with days: a question that its first article answers, one that none does, and two later articles."""
    asked = [
        {"id": "ferry", "question": "Which company named the Tarn ferry?", "answers": ["Heron"], "date": "2025-03-01"},
        {"id": "mayor", "question": "Who is the mayor of Corbo?", "answers": ["Ida Lund"], "date": "2025-03-01"},
    ]
    fed = [
        ("ferry-1", "Tarn ferry is named", "2025-02-28", FERRY),
        ("ferry-2", "Tarn ferry sails", "2025-03-04", "The Tarn ferry Heron sailed on Tuesday, named after the bird, "
         "and the company that built it, Marl Yards, sent its chief. Ninety people were aboard."),
        ("bread", "Bakery closes", "2025-03-05", "The bakery in Mill Street has closed after ninety years."),
        ("late", "Later news", "2025-06-01", "The Tarn ferry was renamed in June, long after all of this."),
    ]  # fmt: skip
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in asked))
    rows = [{"id": a, "title": b, "published": c, "text": d} for a, b, c, d in fed]
    (folder / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_where_nothing_is_due_questions_stand_on_a_sentence_with_their_answer(news_set: Path) -> None:
    found = quiet.quiet_set(news_set, date(2025, 3, 2), 14, 10)
    [question] = found.questions
    assert (question.id, question.story, question.article) == ("ferry", "ferry", "ferry-1")
    assert question.values == ("Heron",) and question.quote.startswith("The Tarn ferry is named Heron")
    assert {a.id for a in found.articles} == {"ferry-1", "ferry-2", "bread"}
    assert [q.values for q in quiet.left_open(found).questions] == [()]


@pytest.mark.parametrize("without_answers", [False, True])
def test_every_other_value_is_a_false_alarm(
    news_set: Path, without_answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = news_set / "lines.jsonl"
    given = ["quiet", str(news_set), "--from", "2025-03-02", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", [*given, *(["--open"] if without_answers else [])])
    quiet.main()
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(line["day"], line["due"], line["first"]) for line in found] == [("2025-03-04", False, False)]
    changes = {c["value"]: c["right"] for line in found for c in line["changes"]}
    assert changes.get("Marl Yards") is False
    assert ("Heron" in changes) == without_answers and changes.get("Heron", True) is True
