"""Compares two runs over the same questions: what changed, by how much, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import UsageError

from ..measure.lines import Line, right
from ..measure.metrics import LATENCIES, LOWER_IS_BETTER, METRICS, PERCENTILES
from ..measure.statistics import Estimate, paired, paired_percentile
from .folder import read_lines, read_run


@dataclass(frozen=True, slots=True)
class Change:
    """One metric in both runs, over the questions that both have, and the difference B - A with its interval."""

    metric: str
    before: float
    after: float
    difference: Estimate

    @property
    def verdict(self) -> str:
        """'better' or 'worse' if the whole interval of the difference is on one side of 0, else 'same'."""
        if self.difference.low <= 0 <= self.difference.high:
            return "same"
        return "better" if (self.difference.low > 0) != (self.metric in LOWER_IS_BETTER) else "worse"

    def record(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "before": self.before,
            "after": self.after,
            "difference": self.difference.record(),
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that came out right in one run and not in the other."""

    id: str
    question: str
    before: str
    after: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two runs over the same questions differ."""

    before: Path
    after: Path
    common: int
    only_before: int
    only_after: int
    settings: Mapping[str, tuple[Any, Any]]  # those that differ
    changes: Sequence[Change]
    flips: Sequence[Flip]

    def change(self, metric: str) -> Change:
        """The change of one metric. Raises ``UsageError`` where the runs do not have it."""
        for change in self.changes:
            if change.metric == metric:
                return change
        known = ", ".join(c.metric for c in self.changes)
        raise UsageError(f"no metric {metric!r} in both runs; there are: {known}")

    def record(self) -> dict[str, Any]:
        return {
            "before": str(self.before),
            "after": str(self.after),
            "common": self.common,
            "only_before": self.only_before,
            "only_after": self.only_after,
            "settings": {name: list(pair) for name, pair in self.settings.items()},
            "changes": [change.record() for change in self.changes],
            "flips": [asdict(flip) for flip in self.flips],
        }


def compare(before: str | Path, after: str | Path) -> Comparison:
    """Compares the run in folder ``after`` with the one in ``before``, question by question.

    Differences are paired: the bootstrap draws questions, each with its lines of both runs. Raises ``UsageError``
    where a folder holds no run or the runs have no question in common.
    """
    a, b = Path(before), Path(after)
    runs = [read_run(folder) for folder in (a, b)]
    old, new = ({line["id"]: line for line in read_lines(folder)} for folder in (a, b))
    common = [i for i in old if i in new and old[i]["question"] == new[i]["question"]]
    if not common:
        raise UsageError(f"{a} and {b} have no question in common: they are runs over different sets")
    pairs = [(old[i], new[i]) for i in common]
    settings = [run["settings"] | {"code": run["code"]} for run in runs]
    return Comparison(
        a,
        b,
        len(common),
        len(old) - len(common),
        len(new) - len(common),
        {k: (settings[0].get(k), v) for k, v in settings[1].items() if settings[0].get(k) != v},
        _changes(pairs),
        [flip for one, other in pairs if (flip := _flip(one, other))],
    )


def _changes(pairs: Sequence[tuple[Line, Line]]) -> list[Change]:
    found = []
    for name, metric in METRICS.items():
        scored = [(metric(one), metric(other)) for one, other in pairs]
        rows = [(x or (0.0, 0.0), y or (0.0, 0.0)) for x, y in scored if x or y]
        if result := paired([x for x, _ in rows], [y for _, y in rows]):
            found.append(Change(name, *result))
    for name in LATENCIES:
        times = [(one["timings_ms"].get(name), other["timings_ms"].get(name)) for one, other in pairs]
        both = [(float(x), float(y)) for x, y in times if x and y]
        for label, q in PERCENTILES.items():
            if result := paired_percentile([x for x, _ in both], [y for _, y in both], q):
                found.append(Change(f"{name}_ms_{label}", *result))
    return found


def _flip(one: Line, other: Line) -> Flip | None:
    before, after = (_outcome(line) for line in (one, other))
    if before[0] is None or after[0] is None or before[0] == after[0]:
        return None
    return Flip(one["id"], one["question"], before[1], after[1], fixed=after[0])


def _outcome(line: Line) -> tuple[bool | None, str]:
    """Whether a question came out right, and what it came out as; None if that is unknown."""
    if line["answer"] is None:
        known = line["answerable"] and bool(line["answers"])
        return (line["failure"] is None, line["failure"] or "retrieved") if known else (None, "")
    given = line["short_answer"] or line["answer"]
    if line["answerable"] is False:
        return bool(line["refused"]), "refused" if line["refused"] else given
    if not line["answerable"]:
        return None, given
    return right(line), "refused" if line["refused"] else given
