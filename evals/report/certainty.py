"""What a run tells of its certainty: whether it can be believed, and what each threshold on it would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..measure.lines import Line, absent, plain, removed
from ..measure.statistics import area, ratio
from ..records import holds

BINS = 8
"""Groups of answers that are equally many, from the least certain to the most certain."""

FEWEST = 5
"""Answers of a group, at least: fewer tell nothing."""


def certainty(lines: Sequence[Line]) -> dict[str, Any] | None:
    """The reliability of what was said to be so likely right, and the trade-off; None where no certainty is known.

    An answer counts whether it was shown or withheld. Without evidence, and where the articles hold no answer, none is
    right.
    """
    told = [(line["certainty"], _right(line)) for line in lines if line.get("certainty") is not None]
    if len(told) < 2 * FEWEST:
        return None
    return {
        "n": len(told),
        "area": _or_none(area([c for c, _ in told], [right for _, right in told])),
        "reliability": reliability(told),
        "tradeoff": _tradeoff(lines),
    }


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value  # NaN is no JSON


def _right(line: Line) -> bool:
    """Whether what a line says, or would have said, is right."""
    said = line.get("withheld") or ("" if line["refused"] else plain(line["answer"] or ""))
    return not absent(line) and holds(line["answers"], said)


def reliability(told: Sequence[tuple[float, bool]]) -> list[dict[str, Any]]:
    """For each group what was said on the mean, and how many are right, with the interval.

    ``told`` are how likely each was said to be, 0..1, and whether it is right.
    """
    told = sorted(told)
    bins = max(min(BINS, len(told) // FEWEST), 1)
    found = []
    for k in range(bins):
        part = told[len(told) * k // bins : len(told) * (k + 1) // bins]
        if estimate := ratio([(float(right), 1.0) for _, right in part]):
            found.append({"said": sum(c for c, _ in part) / len(part), **estimate.record()})
    return found


def _tradeoff(lines: Sequence[Line]) -> dict[str, Any]:
    """By the threshold, from the lowest: refused although answerable, right, and refused where no answer is."""
    asked = [line for line in lines if line["answerable"] and not removed(line)]
    nowhere = [line for line in lines if absent(line)]

    def kept(line: Line, least: float) -> bool:
        said = line.get("certainty")
        return not line["refused"] if said is None else said >= least and bool(line.get("withheld") or line["answer"])

    points = []
    for least in sorted({0.0, 1.0, *(round(line["certainty"], 2) for line in lines if line.get("certainty"))}):
        answered = [line for line in asked if kept(line, least)]
        refused = [line for line in nowhere if not kept(line, least)]
        points.append(
            {
                "least": least,
                "refused": 1 - len(answered) / len(asked) if asked else None,
                "right": sum(map(_right, answered)) / len(asked) if asked else None,
                "absent": len(refused) / len(nowhere) if nowhere else None,
            }
        )
    return {"asked": len(asked), "absent": len(nowhere), "points": points}
