"""ONNX graphs that take one text at a time, on as many threads as there are cores: what embedder and reader share."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import math
import os
import platform
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class Crew:
    """Threads that share out work; any number of callers may use one at once."""

    def __init__(self, name: str, threads: int | None = None) -> None:
        self._pool = ThreadPoolExecutor(threads or usable_cores(), name)  # starts threads only when it has work

    def each(self, sizes: Sequence[int], work: Callable[[int], T]) -> list[T]:
        """What ``work`` gives for each place of ``sizes``; raises what it raises, and begins nothing more then."""
        order = sorted(range(len(sizes)), key=lambda i: -sizes[i])  # the longest never comes last
        failures: list[BaseException] = []

        def begin(i: int) -> T:
            if failures:
                raise failures[0]
            try:
                return work(i)
            except BaseException as error:
                failures.append(error)
                raise

        done = dict(zip(order, self._pool.map(begin, order), strict=True))
        return [done[i] for i in range(len(sizes))]


# Another number when `open_session` asks for other arithmetic: what was judged under the one before is judged again.
ARITHMETIC_VERSION = 2


def open_session(
    model: str | bytes, *, as_written: bool = False, unoptimized: bool = False, threads: int | None = None
) -> Any:
    """The graph in a file or in its bytes, ready to run. Raises whatever onnxruntime raises.

    ``as_written`` is for a graph of our own that a :class:`Crew` runs: one thread for each call, and no other graph
    made of it. Else a call takes ``threads``, by default as many as there are cores. ``unoptimized`` is for a graph
    that is as good as it gets and so large that looking for a better one takes seconds.
    """
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # only builds for Windows have any
    options = onnxruntime.SessionOptions()
    # threads that wait by spinning take the cores from the language model, and from each other
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    options.intra_op_num_threads = 1 if as_written else threads or usable_cores()
    if unoptimized:
        options.enable_mem_pattern = False  # no two runs are of the same length
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    if as_written:
        if adds_in_16_bits():
            # Scores of the reranker were off by .8. With this setting onnxruntime makes the signed weights unsigned,
            # which is exact and an eighth slower. With VNNI too, where nothing overflows and unsigned ones take twice
            # as long. It is one of the extended optimizations.
            options.add_session_config_entry("session.x64quantprecision", "1")
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def trim_memory() -> None:
    """Have the allocator give back to the system what it keeps of memory that was freed; glibc alone needs telling."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def processor() -> str:
    """Its kind, and its model where the system says that cheaply: not all of them multiply 8 bits alike."""
    kind = platform.machine()
    if about := _processor_info():
        return f"{kind}, {about.get('model name', '').strip()}{', VNNI' if 'vnni' in about.get('flags', '') else ''}"
    return f"{kind}, {platform.processor()}"


def adds_in_16_bits() -> bool:
    """Whether sums of two products of 8-bit numbers may overflow here: on x86 without VNNI or AMX, or unknown."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    return not re.search("vnni|amx_int8", _processor_info().get("flags", ""))


def lacks_avx2() -> bool:
    """Whether the processor is known to be an x86 without AVX2, on which programs built for it end at once."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    return "avx2" not in _processor_info().get("flags", "avx2")


def _processor_info() -> dict[str, str]:
    """What Linux says of the first core; elsewhere nothing."""
    with contextlib.suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
        first = itertools.takewhile(str.strip, lines)
        return {name.strip(): value for name, _, value in (line.partition(":") for line in first)}
    return {}


def usable_cores() -> int:
    """Cores that this process may keep busy: affinity and container quota respected, one for two hyperthreads."""
    try:
        cpus = os.sched_getaffinity(0)
    except AttributeError:  # not on macOS and Windows, whose processors have two threads a core or slow cores
        return max(1, (os.cpu_count() or 2) // 2)
    files = {cpu: Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list") for cpu in cpus}
    cores = len({file.read_text("ascii") if file.is_file() else str(cpu) for cpu, file in files.items()})
    with contextlib.suppress(OSError, ValueError):  # "max 100000" or "200000 100000"; absent with cgroup v1
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        cores = min(cores, math.ceil(int(quota) / int(period)))
    return max(1, cores)
