"""How many cores a process may keep busy, and what they can do."""

import os
import platform

import pytest

from rag.models import threads
from rag.models.threads import adds_in_16_bits, lacks_avx2, usable_cores


def test_usable_cores_is_at_least_one() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


def test_usable_cores_keeps_to_the_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert usable_cores() == 1


def test_two_hyperthreads_are_one_core_where_the_affinity_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert usable_cores() == 4


@pytest.mark.parametrize(
    ("machine", "flags", "narrow", "old"),
    [
        ("x86_64", "sse2 avx avx2", True, False),
        ("x86_64", "avx2 avx512f avx512_vnni", False, False),
        ("AMD64", "avx2 avx_vnni", False, False),
        ("x86_64", "avx2 amx_tile amx_int8", False, False),
        ("x86_64", "sse2 avx", True, True),
        ("x86_64", None, True, False),  # not Linux: unknown, so nothing may overflow
        ("arm64", None, False, False),
        ("aarch64", "asimd asimddp", False, False),
    ],
)
def test_what_a_processor_can_do(
    machine: str, flags: str | None, narrow: bool, old: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(threads, "_processor_info", lambda: {} if flags is None else {"flags": flags})
    assert (adds_in_16_bits(), lacks_avx2()) == (narrow, old)
