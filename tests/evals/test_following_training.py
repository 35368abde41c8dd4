"""The weights of followed questions: what is learnt from a replay, and what a question stands on meanwhile."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from evals.records import DueChange, StandingQuestion
from evals.train.following import fitting
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
