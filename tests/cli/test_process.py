"""The process around the command: its exit status, and what is still done before it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEFORE = "import atexit, sys, rag.cli.commands as c; atexit.register(print, 'left'); sys.argv = ['rag', {arguments}]; "


def ended(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    before = BEFORE.format(arguments=", ".join(map(repr, arguments)))
    return subprocess.run(
        [sys.executable, "-c", f"{before}{code}; from rag.__main__ import run; run()"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_was_ordered_for_the_end_is_done_and_all_output_written() -> None:
    done = ended("print('x' * 100_000)", "--help")
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.startswith("x" * 100_000) and done.stdout.endswith("left\n")


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [("SystemExit(3)", 3, ""), ("SystemExit(None)", 0, ""), ("SystemExit('no room')", 1, "no room\n")],
)
def test_the_status_is_what_the_command_ended_with(raised: str, status: int, told: str) -> None:
    done = ended(f"c.main = lambda: (_ for _ in ()).throw({raised})")
    assert (done.returncode, done.stderr, done.stdout) == (status, told, "left\n")


def test_a_wrong_use_is_status_2() -> None:
    assert ended("pass", "bogus").returncode == 2
