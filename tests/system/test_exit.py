"""The end of a program, whatever it was doing: no thread of ours keeps the interpreter from going."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import ROOT

LIMIT = 240.0  # seconds; each takes some five of a processor, and one that hangs would take for ever

PROGRAM = """
import sys, time
from pathlib import Path
from rag.models.llm.chat_model import open_llm

class Server:
    def reply(self, messages, max_tokens, reuse, on_chunk):
        while not on_chunk({"choices": [{"index": 0, "delta": {"content": ""}}]}):
            time.sleep(0.001)

    def close(self):
        pass

model = open_llm(sys.argv[1], model_file=lambda: Path("none"), open_server=lambda *_: Server())
model.warm([{"role": "system", "content": "You answer."}])
after = float(sys.argv[2])
while after and not hasattr(sys.modules.get("litellm"), "acompletion"):
    time.sleep(0.01)
time.sleep(after)
%s
"""


def programs(llm: str, end: str, moments: list[float]) -> list[tuple[int, str]]:
    """Exit status and last line on standard error of a program that warms a model and ends at each moment: seconds
    from when litellm is there on, 0 for at once."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM % end, llm, str(moment)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for moment in moments
    ]
    found = []
    try:
        for process in running:
            said = process.communicate(timeout=LIMIT)[1]
            found.append((process.returncode, (said.splitlines() or [""])[-1]))
    finally:
        for process in running:
            process.kill()
    return found


@pytest.mark.parametrize(("llm", "moments"), [("embedded", [0, 0.1, 0.4, 0.7]), ("openai/any", [0.1])])
def test_a_program_that_fails_while_the_model_is_warmed_ends(llm: str, moments: list[float]) -> None:
    """At these moments litellm imports its parts, and its finalizers import too."""
    found = programs(llm, "raise AttributeError('a fault of the program')", moments)
    assert found == [(1, "AttributeError: a fault of the program")] * len(moments)


def test_a_program_that_leaves_with_a_status_has_it() -> None:
    assert programs("embedded", "sys.exit(3)", [0, 0.3]) == [(3, "")] * 2
