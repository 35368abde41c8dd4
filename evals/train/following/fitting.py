"""The weights by which a followed question tells a new value, learnt from what ``gathering`` wrote down.

``python -m evals.train.following.fitting FILE... --out rag/qa/learnt/follows.json.gz`` learns both regressions of
``rag.ledger.weighing.decision`` and prints how many changes each threshold would tell, rightly and in all, each story
weighed without itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rag.qa.learnt.stored import packed_weights

from ..ranking import read
from ..regression import cross_validated, fit, parted
from .gathering import Line

VALUE_RIDGE, CHANGE_RIDGE = 10.0, 3.0
CHANGE_VIEWS = frozenset(
    "value score names names_whole marked in_title fate kind turns versions share corrects nothing old_title outlet "
    "new_before r_kind r_speaks r_all shared margin contrasted old_named same_unit times less_of_risen "
    "weekday_only".split()
)
"""Of all views those that tell a change: chosen one after the other by the likelihood of stories that were left out."""


def learn(lines: Sequence[Line]) -> tuple[dict[str, float], dict[str, float], list[list[float]]]:
    """The weights of a value, those of a change, and of each line the log-odds of its changes without its story."""
    values = [(line["story"], v) for line in lines for v in line["values"]]
    groups = [story for story, _ in values]
    wanted = [(float(v["right"]), 1.0) for _, v in values]
    rows = [v["views"] for _, v in values]
    left_out = iter(cross_validated(rows, wanted, groups, VALUE_RIDGE, len(set(groups))))
    odds = [[next(left_out) for _ in line["values"]] for line in lines]
    changed, stories, is_right = [], [], []
    for line, own in zip(lines, odds, strict=True):
        for c in line["changes"]:
            whole = c["views"] | {"value": own[c["place"]]}
            changed.append({name: number for name, number in whole.items() if name in CHANGE_VIEWS})
            stories.append(line["story"])
            is_right.append((float(c["right"]), 1.0))
    without = iter(cross_validated(changed, is_right, stories, CHANGE_RIDGE, len(set(stories))))
    by_line = [[next(without) for _ in line["changes"]] for line in lines]
    return fit(rows, wanted, VALUE_RIDGE), fit(changed, is_right, CHANGE_RIDGE), by_line


def counted(lines: Sequence[Line], odds: Sequence[Sequence[float]], least: float) -> tuple[int, int, int]:
    """(right, told, due) where the likeliest change of each question and day is told from some log-odds on."""
    right = told = 0
    for line, own in zip(lines, odds, strict=True):
        if own and max(own) >= least:
            told += 1
            right += line["changes"][own.index(max(own))]["right"]
    return right, told, sum(line["due"] for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.train.following.fitting")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    sets = [read([file]) for file in given.files]
    lines = [line for found in sets for line in found]
    value, change, odds = learn(lines)
    given.out.write_bytes(packed_weights({"value": value, "change": change}))
    for least in (-1.0, -0.5, 0.0, 0.5, 1.0):
        for file, found, own in zip(given.files, sets, parted(odds, sets), strict=True):
            right, told, due = counted(found, own, least)
            print(f"from {least:+.1f} on, {file.stem}: {right} of {told} told, {due} due")


if __name__ == "__main__":
    main()
