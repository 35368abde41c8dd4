"""What work costs: how time grows with input, a ratio in one process and of several tries the least, whatever else is
running; and how much memory is taken at once."""

import gc
import time
import tracemalloc
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TRIES = 6
SLACK_S = 0.02  # below this a clock's steps and a first call's costs are all that is seen


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """Whether ``work(4 * size)`` takes well under the 16 times of ``work(size)`` that its square would: at most 9.

    The collector is off meanwhile, since what other tests left behind is none of this work; a try that fits is
    enough, since noise only ever adds.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        work(size // 10)  # compiles patterns, loads tables
        small = large = float("inf")
        for _ in range(TRIES):
            small = min(small, _seconds(lambda: work(size)))
            large = min(large, _seconds(lambda: work(4 * size)))
            if large <= 9 * small + SLACK_S:
                return True
        return False
    finally:
        if was_on:
            gc.enable()


def traced(work: Callable[[], T]) -> tuple[T, int]:
    """What ``work`` gives, and the most bytes that Python's objects took meanwhile. It takes seven times as long."""
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
