"""Intervals: how far a figure of a sample may be from the figure of all such questions.

The percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13): questions are
drawn with replacement ``RESAMPLES`` times, and the middle 95% of the figures so found are the interval. Of single
trials, such as alerts: Wilson's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
Z = 1.959964  # of the normal distribution, for LEVEL
SEED = 20_220_617  # fixed, so that the same results always have the same interval
BLOCK = 2_000_000  # numbers that are drawn at once, at most


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval. ``n`` is the number of what was measured: questions, citations, sentences."""

    value: float
    n: int
    low: float
    high: float

    def record(self) -> dict[str, Any]:
        return {"value": self.value, "n": self.n, "low": self.low, "high": self.high}


def ratio(pairs: Sequence[tuple[float, float]]) -> Estimate | None:
    """Sum of numerators over sum of denominators, drawn by question; None where there is nothing to divide by."""
    import numpy as np

    table = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
    top, bottom = table.sum(axis=0)
    if not bottom:
        return None
    return _estimate(float(top / bottom), round(float(bottom)), len(table), lambda rows: _ratios(table, rows))


def wilson(successes: int, n: int) -> Estimate | None:
    """A share of ``n`` independent trials with Wilson's score interval, which holds also near 0 and 1 and for small n.

    Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927). None where n is 0.
    """
    if not n:
        return None
    share, z2 = successes / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Estimate(share, n, max(0.0, middle - half), min(1.0, middle + half))


def percentile(values: Sequence[float], q: float) -> Estimate | None:
    """The ``q``-th percentile (0..100, linear between ranks) of values, one a question."""
    import numpy as np

    array = np.asarray(values, dtype=np.float64)
    if not len(array):
        return None
    return _estimate(float(np.percentile(array, q)), len(array), len(array), lambda rows: _percentiles(array, q, rows))


def paired(
    before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]]
) -> tuple[float, float, Estimate] | None:
    """Both ratios and their difference (after - before), drawn by question with its pairs of both runs.

    Row i of both is the same question; (0, 0) where a metric does not apply to it. None where either has nothing to
    divide by.
    """
    import numpy as np

    tables = [np.asarray(pairs, dtype=np.float64).reshape(-1, 2) for pairs in (before, after)]
    if not all(table[:, 1].sum() for table in tables):
        return None
    old, new = (float(table[:, 0].sum() / table[:, 1].sum()) for table in tables)

    def figure(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return _ratios(tables[1], rows) - _ratios(tables[0], rows)

    return old, new, _estimate(new - old, len(before), len(before), figure)


def paired_percentile(
    before: Sequence[float], after: Sequence[float], q: float
) -> tuple[float, float, Estimate] | None:
    """Both ``q``-th percentiles and their difference (after - before), drawn by question."""
    import numpy as np

    arrays = [np.asarray(values, dtype=np.float64) for values in (before, after)]
    if not len(arrays[0]):
        return None
    old, new = (float(np.percentile(array, q)) for array in arrays)

    def figure(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return _percentiles(arrays[1], q, rows) - _percentiles(arrays[0], q, rows)

    return old, new, _estimate(new - old, len(before), len(before), figure)


def area(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The area under the receiver operating characteristic: how often a right one is above a wrong one.

    Mann and Whitney's U over the number of pairs; ties count half. NaN where there are no pairs.
    """
    import numpy as np

    good, bad = (np.array([s for s, r in zip(scores, right, strict=True) if r is kind]) for kind in (True, False))
    if not len(good) or not len(bad):
        return float("nan")
    return float(((good[:, None] > bad).mean() + 0.5 * (good[:, None] == bad).mean()).item())


def _ratios(table: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    import numpy as np

    above, below = table[:, 0][rows].sum(axis=-1), table[:, 1][rows].sum(axis=-1)
    found: NDArray[np.float64] = np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)
    return found


def _percentiles(values: NDArray[np.float64], q: float, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    import numpy as np

    found: NDArray[np.float64] = np.percentile(values[rows], q, axis=-1)
    return found


def _estimate(value: float, n: int, rows: int, figure: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> Estimate:
    import numpy as np

    random = np.random.default_rng(SEED)
    step = max(1, BLOCK // rows)
    found = np.concatenate(
        [figure(random.integers(0, rows, (min(step, RESAMPLES - i), rows))) for i in range(0, RESAMPLES, step)]
    )
    tail = 50 * (1 - LEVEL)
    low, high = np.nanpercentile(found, [tail, 100 - tail])
    return Estimate(value, n, float(low), float(high))
