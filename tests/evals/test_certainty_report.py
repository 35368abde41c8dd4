"""What the report tells of certainty: counted by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.report.certainty import BINS, certainty


def line(sure: float | None, right: bool, *, shown: bool = True, absent: bool = False) -> dict[str, Any]:
    said = "In Oldhaven [1]." if right else "In Corwen [1]."
    return {
        "answers": ["Oldhaven"],
        "answerable": not absent,
        "variant": "evidence removed" if absent else "asked",
        "answer": said if shown else "The articles do not say.",
        "refused": not shown,
        "withheld": None if shown or sure is None else said,
        "certainty": sure,
    }


def test_few_answers_and_models_without_certainty_tell_nothing() -> None:
    assert certainty([line(None, True)] * 40) is None
    assert certainty([line(0.5, True)] * 9) is None


def test_what_was_said_stands_beside_what_was_right() -> None:
    found = certainty([line(0.2, n < 1, shown=False) for n in range(5)] + [line(0.8, n < 4) for n in range(5)])
    assert found is not None
    assert [(round(p["said"], 2), p["value"], p["n"]) for p in found["reliability"]] == [(0.2, 0.2, 5), (0.8, 0.8, 5)]
    assert found["area"] == pytest.approx(0.8)  # 25 pairs: 16 in order, 8 level, 1 the other way


def test_the_trade_off_counts_all_questions_and_what_has_no_certainty_stays_as_it_is() -> None:
    lines = [
        line(0.9, True), line(0.6, False), line(0.3, True, shown=False), line(None, True),
        line(None, False, shown=False),
        *[line(0.5, True, absent=True)] * 3, line(0.1, True, shown=False, absent=True),
        line(None, True, absent=True),
        *[line(0.9, True)] * 3,
    ]  # fmt: skip
    found = certainty(lines)
    assert found is not None
    trade = found["tradeoff"]
    assert (trade["asked"], trade["absent"]) == (8, 5)
    by = {p["least"]: (round(p["refused"] * 8), round(p["right"] * 8), round(p["absent"] * 5)) for p in trade["points"]}
    assert by[0.0] == (1, 6, 0)
    assert by[0.5] == (2, 5, 1)
    assert by[0.9] == (3, 5, 4)
    assert by[1.0] == (7, 1, 4)  # those that nothing was said of stay


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans(), st.booleans()), min_size=10, max_size=60))
def test_no_run_breaks_it_and_silence_only_grows(parts: list[tuple[float, bool, bool, bool]]) -> None:
    found = certainty([line(sure, right, shown=shown, absent=absent) for sure, right, shown, absent in parts])
    assert found is not None
    assert sum(p["n"] for p in found["reliability"]) == found["n"] == len(parts)
    assert len(found["reliability"]) <= BINS
    for name, sign in (("refused", 1), ("right", -1), ("absent", 1)):
        values = [p[name] for p in found["tradeoff"]["points"]]
        if None not in values:
            assert values == sorted(values, key=lambda v: sign * v)
