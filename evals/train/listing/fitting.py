"""The weights by which a list takes an item, learnt from what ``gathering`` wrote down.

``python -m evals.train.listing.fitting FILE... --out rag/qa/learnt/lists.json.gz`` prints how many lists would be whole
from each log-odds on, with how many lines and what share of them right, each request weighed without its fold.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rag.qa.forms import MAX_WEIGHED_LINES
from rag.qa.learnt.stored import packed_weights

from ..ranking import read
from ..regression import cross_validated, fit, parted
from .gathering import Line

RIDGE, FOLDS = 10.0, 10


def learn(lines: Sequence[Line]) -> tuple[dict[str, float], list[list[float]]]:
    """The weights, and of each request the log-odds of its candidates by weights that were learnt without it."""
    rows = [c["views"] for line in lines for c in line["candidates"]]
    wanted = [(float(c["right"]), 1.0) for line in lines for c in line["candidates"]]
    groups = [line["request"] for line in lines for _ in line["candidates"]]
    left_out = iter(cross_validated(rows, wanted, groups, RIDGE, FOLDS))
    return fit(rows, wanted, RIDGE), [[next(left_out) for _ in line["candidates"]] for line in lines]


def counted(lines: Sequence[Line], odds: Sequence[Sequence[float]], least: float) -> tuple[int, int, int]:
    """(whole lists, lines, right lines) where what is likelier than ``least`` is taken, a sentence once."""
    whole = told = right = 0
    for line, own in zip(lines, odds, strict=True):
        taken: dict[str, Line] = {}
        for c, x in sorted(zip(line["candidates"], own, strict=True), key=lambda pair: -pair[1]):
            if x >= min(least, max(own)):
                taken.setdefault(c["quote"], c)
        chosen = list(taken.values())[:MAX_WEIGHED_LINES]
        whole += len({n for c in chosen for n in c["has"]}) == line["musts"]
        told, right = told + len(chosen), right + sum(c["right"] for c in chosen)
    return whole, told, right


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.train.listing.fitting")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    sets = [read([file]) for file in given.files]
    weights, odds = learn([line for found in sets for line in found])
    given.out.write_bytes(packed_weights(weights))
    for least in (-2.0, -1.5, -1.25, -1.0, -0.5):
        for file, found, own in zip(given.files, sets, parted(odds, sets), strict=True):
            whole, told, right = counted(found, own, least)
            print(f"from {least:+.2f} on, {file.stem}: {whole} of {len(found)} whole, {right} of {told} lines right")


if __name__ == "__main__":
    main()
