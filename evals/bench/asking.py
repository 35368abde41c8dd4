"""What the benches of questions share: which questions, programs that answer them, and whose turn it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]
Ask = Callable[[Row], Row]


def own_questions(count: int) -> list[Row]:
    """``count`` questions of our own set, spread evenly over it."""
    lines = (ROOT / "evals/sets/corpus.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines][:: max(1, len(lines) // count)][:count]


def turn_by_turn(asked: Sequence[Row], asking: Mapping[str, Ask]) -> dict[str, list[Row]]:
    """What each of ``asking`` answers; who begins changes, so that whoever else uses the machine slows all alike."""
    found: dict[str, list[Row]] = {name: [] for name in asking}
    for i, item in enumerate(asked):
        for name in list(asking)[:: -1 if i % 2 else 1]:
            found[name].append(asking[name](item))
    return found


@contextmanager
def answering(program: Path, path: Sequence[Path], variables: Mapping[str, str] | None = None) -> Iterator[Ask]:
    """A ``program`` that answers one question a line, with the packages in the folders of ``path``."""
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), **(variables or {})},
    )
    assert process.stdin and process.stdout
    writing, reading = process.stdin, process.stdout

    def ask(item: Row) -> Row:
        print(json.dumps(item), file=writing, flush=True)
        line = reading.readline()
        if not line:
            sys.exit(f"{program.name} failed with {path[0]}")
        told: Row = json.loads(line)
        return told

    try:
        yield ask
    finally:
        writing.close()
        process.wait()
