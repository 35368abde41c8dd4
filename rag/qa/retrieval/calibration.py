"""Weighted sums, and probabilities and log-odds kept away from 0 and 1 so that neither is ever infinite."""

from __future__ import annotations

import math
from collections.abc import Mapping


def logistic(log_odds: float) -> float:
    """The probability (0..1) of natural log-odds; beyond 30 in either direction it stays as it is at 30."""
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))


def log_odds(probability: float) -> float:
    """The natural log-odds of a probability, which is taken to be 0.0001 away from 0 and 1 at least."""
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def weighted(weights: Mapping[str, float], views: Mapping[str, float]) -> float:
    """The sum of what is known, each view of it times its weight."""
    return sum(weights[name] * value for name, value in views.items())
