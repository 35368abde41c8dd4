"""Probabilities and log-odds, kept away from 0 and 1 so that neither is ever infinite."""

from __future__ import annotations

import math


def logistic(log_odds: float) -> float:
    """The probability (0..1) of natural log-odds; beyond 30 in either direction it stays as it is at 30."""
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))


def log_odds(probability: float, least: float = 1e-4) -> float:
    """The natural log-odds of a probability, which is taken to be ``least`` away from 0 and 1 at least."""
    bounded = min(max(probability, least), 1 - least)
    return math.log(bounded / (1 - bounded))
