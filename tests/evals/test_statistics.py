"""Intervals, against what is known of them."""

from __future__ import annotations

import math
import random

import pytest

from evals.measure.statistics import paired, paired_percentile, percentile, ratio


def test_a_rate_has_the_interval_that_theory_gives_it() -> None:
    # Of 400 questions 120: 0.3 +- 1.96 * sqrt(0.3 * 0.7 / 400), by the normal approximation of the binomial.
    found = ratio([(1.0, 1.0)] * 120 + [(0.0, 1.0)] * 280)
    assert found and (found.value, found.n) == (0.3, 400)
    half = 1.96 * math.sqrt(0.3 * 0.7 / 400)
    assert (found.low, found.high) == pytest.approx((0.3 - half, 0.3 + half), abs=0.004)


def test_it_is_the_same_each_time_and_nothing_of_nothing() -> None:
    pairs = [(float(i % 3 == 0), 1.0) for i in range(50)]
    assert ratio(pairs) == ratio(pairs)
    assert ratio([]) is ratio([(0.0, 0.0)]) is percentile([], 50) is None
    one = ratio([(1.0, 1.0)])
    assert one and (one.value, one.low, one.high) == (1.0, 1.0, 1.0)


def test_a_ratio_of_sums_draws_whole_questions() -> None:
    # Ten citations of one answer are one draw: the interval is that of two questions, 0 to 1.
    found = ratio([(10.0, 10.0), (0.0, 10.0)])
    assert found and (found.value, found.n, found.low, found.high) == (0.5, 20, 0.0, 1.0)


def test_percentiles() -> None:
    found = percentile([float(i) for i in range(101)], 95)
    assert found and found.value == 95.0 and 85 < found.low < 95 < found.high <= 100


def test_a_paired_difference_is_narrower_than_the_two_apart() -> None:
    draw = random.Random(1)
    before = [(float(draw.random() < 0.5), 1.0) for _ in range(300)]
    after = [(1.0, 1.0) if i < 20 else pair for i, pair in enumerate(before)]  # a few fixed, none broken
    result = paired(before, after)
    assert result
    old, new, difference = result
    assert difference.value == pytest.approx(new - old) and difference.low > 0
    apart = [ratio(before), ratio(after)]
    assert apart[0] and apart[1] and apart[0].high > apart[1].low  # taken apart they overlap
    assert paired([(0.0, 0.0)], [(1.0, 1.0)]) is None


def test_a_paired_percentile() -> None:
    result = paired_percentile([100.0, 200.0, 300.0], [150.0, 250.0, 350.0], 50)
    assert result and result[:2] == (200.0, 250.0)
    assert (result[2].value, result[2].low, result[2].high) == (50.0, 50.0, 50.0)
