"""How time grows with input: a ratio in one process, and of several tries the least, whatever else is running."""

import gc
import time
from collections.abc import Callable

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
