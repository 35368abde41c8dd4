"""From the lines of a run to its figures: ``summary.json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..measure.lines import Line, Score, removed
from ..measure.metrics import FAILURES, LATENCIES, METRICS, PERCENTILES
from ..measure.statistics import Estimate, percentile, ratio


def summarise(lines: Sequence[Line], run: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a run, each with n and a 95% bootstrap interval.

    ``metrics`` are over all lines (each metric says which lines it applies to), ``kinds`` the same for each part of the
    set, ``failures`` the counts of each class, ``judge`` the marks of a judge model, which enter no other figure.
    """
    kinds = sorted({line["kind"] for line in lines if line["kind"]})
    scored = [(line, {name: metric(line) for name, metric in METRICS.items()}) for line in lines]
    return {
        "n": len(lines),
        "set": run["set"]["name"],
        "metrics": figures(scored) | _whole(lines, run),
        "kinds": {
            kind: {"n": len(part), "metrics": figures(part)}
            for kind in kinds
            if (part := [(line, scores) for line, scores in scored if line["kind"] == kind])
        },
        "failures": failures(lines),
        "judge": _judge(lines),
        "settings": run["settings"],
    }


def figures(scored: Sequence[tuple[Line, Mapping[str, Score]]]) -> dict[str, dict[str, Any]]:
    """The metrics that apply to any of the lines, by name; each line comes with its scores."""
    lines = [line for line, _ in scored]
    found: dict[str, Estimate | None] = {}
    for name in METRICS:
        found[name] = ratio([pair for _, scores in scored if (pair := scores[name]) is not None])
    for name in LATENCIES:
        for label, q in PERCENTILES.items():
            found[f"{name}_ms_{label}"] = percentile(latencies(lines, name), q)
    return {name: estimate.record() for name, estimate in found.items() if estimate is not None}


def latencies(lines: Iterable[Line], name: str) -> list[float]:
    """The times of one stage, in milliseconds, of the lines in which it took place."""
    return [float(ms) for line in lines if (ms := line["timings_ms"].get(name))]


def failures(lines: Iterable[Line]) -> dict[str, int]:
    """How many lines each class of failure has, in the order of ``FAILURES``."""
    counts = Counter(line["failure"] for line in lines)
    return {name: counts[name] for name in FAILURES}


def _whole(lines: Sequence[Line], run: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Figures that a run has once: no sample, so no interval."""
    index = run.get("index") or {}
    once = {
        "index_seconds": index.get("seconds"),
        "index_mb": index["bytes"] / 1e6 if index.get("bytes") else None,
        "peak_memory_mb": max((line["peak_memory_mb"] for line in lines), default=None),
    }
    return {k: {"value": v, "n": 1, "low": v, "high": v} for k, v in once.items() if v is not None}


def _judge(lines: Sequence[Line]) -> dict[str, Any] | None:
    """A judge model's marks of the answers to answerable questions; kept apart from all other figures."""
    judged = [line["judge"] for line in lines if line.get("judge") and not removed(line)]
    marked = [j for j in judged if j["correct"] is not None]
    if not judged:
        return None
    estimate = ratio([(float(j["correct"]), 1.0) for j in marked])
    return {
        "model": judged[0]["model"],
        "correct": estimate.record() if estimate else None,
        "without_verdict": len(judged) - len(marked),
    }
