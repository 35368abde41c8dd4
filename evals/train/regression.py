"""Logistic regression of a few views, and how well it parts right from wrong on what it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDS = 5
STEPS = 30  # of Newton's method, at most


def fit(rows: Sequence[Mapping[str, float]], wanted: Sequence[tuple[float, float]], ridge: float) -> dict[str, float]:
    """Weights by feature, '' for the constant: penalised logistic regression, by Newton's method."""
    import numpy as np

    names = sorted({name for row in rows for name in row})
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float64)
    y, weight = np.array(wanted, dtype=np.float64).T
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale == 0] = 1.0
    z = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])
    penalty = np.full(z.shape[1], ridge)
    penalty[-1] = 1e-6
    w: NDArray[np.float64] = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(z @ w)))
        gradient = z.T @ (weight * (p - y)) + penalty * w
        hessian = (z.T * (weight * np.maximum(p * (1 - p), 1e-6))) @ z + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-5:
            break
    raw = w[:-1] / scale
    out = {name: round(float(v), 4) for name, v in zip(names, raw, strict=True)}
    return {**out, "": round(float(w[-1] - raw @ mean), 4)}


def log_odds_of(weights: Mapping[str, float], row: Mapping[str, float]) -> float:
    """What :func:`fit` gives for one row."""
    return weights[""] + sum(weights[name] * value for name, value in row.items())


def folds(groups: Sequence[str], parts: int = FOLDS) -> list[int]:
    """The fold of each row, from 0: all rows of a group are in one of them."""
    fold = {name: n % parts for n, name in enumerate(sorted(set(groups)))}
    return [fold[group] for group in groups]


def cross_validated(
    rows: Sequence[Mapping[str, float]],
    wanted: Sequence[tuple[float, float]],
    groups: Sequence[str],
    ridge: float,
    parts: int = FOLDS,
) -> list[float]:
    """The log-odds of each row by weights that were fitted without its group and others of its fold."""
    fold, out = folds(groups, parts), [0.0] * len(rows)
    for k in range(parts):
        seen = [i for i, part in enumerate(fold) if part != k]
        weights = fit([rows[i] for i in seen], [wanted[i] for i in seen], ridge)
        for i, part in enumerate(fold):
            if part == k:
                out[i] = log_odds_of(weights, rows[i])
    return out


def parted(odds: Sequence[Sequence[float]], sets: Sequence[Sequence[Any]]) -> Iterator[Sequence[Sequence[float]]]:
    """The log-odds of each set, of those of the lines of all sets in a row."""
    at = 0
    for own in sets:
        yield odds[at : at + len(own)]
        at += len(own)
