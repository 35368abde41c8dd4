"""Causes the faults that a user may meet, and prints what became of each as a table.

python -m tests.support.torture [--nightly] [ROW ...]    `make torture`: some minutes; `make torture-nightly`: hours

The faults are ordinary tests, marked ``@pytest.mark.fault(ROW)``; `make test` runs them too, in their quick form.
How often a fault is caused is told by the test itself (the fixture ``tally``), so a figure in the table was done.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter, defaultdict
from typing import Any

import pytest

FAULTS = {
    "kill": ("kill -9 while adding, updating, removing, repairing, rebuilding", "the next start goes on, nothing lost"),
    "writers": ("a second writer; readers beside a writer", "the holder is named; readers see new articles"),
    "damage": ("index files deleted, cut, bits flipped", "'index damaged: ...', mended from the text"),
    "mismatch": ("another embedder, dimension, chunking or schema", "both are named, and the command to run"),
    "disk": ("disk full, folder read-only, no permission", "one clear line, old data intact"),
    "malformed": ("malformed inputs of every format", "a line each, the rest goes in"),
    "fetch": ("private addresses, redirects, DNS changes, bombs, slow pages", "refused or bounded"),
    "model": ("model refused, hanging, 401, 429, 500, empty, cut, garbage, endless", "quotes and a plain word; no key"),
    "injection": ("articles that speak to the model, forged turns and citations, copies of a lie", "nothing of theirs"),
    "inert": ("scripts, links, templates, bidi, invisible characters in every field", "inert, visible text"),
    "sessions": ("many sessions at once, each with its own secret", "own answers only; memory stays"),
    "clocks": ("clock jumps, locales, time zones, other languages", "right dates, no crash"),
    "server-kill": (
        "kill -9 of PostgreSQL or of Chroma's server while adding",
        "tried again; nothing stored is lost",
    ),
    "server-cut": ("connection to a server cut and back", "made again; nothing lost, nothing twice"),
    "server-writers": ("several writers and readers of an index on servers", "each article once, none of them half"),
    "stop": ("SIGTERM while answering and adding", "gone within 5 s, nothing lost"),
}
"""A row of the table: what is caused, and what a user sees."""

NIGHTLY = {
    "KILLS": 500, "MUTATIONS": 50_000, "FLIPS": 200, "WRITERS": 50, "SESSIONS": 200, "PROMPTS": 20, "EVERY_LIMIT": 1,
    "SOAK": 600,
}  # fmt: skip
"""How often, in the nightly form; the tests know the quick one. ``KILLS`` is of add, and as many of the rest."""
HOURS = 8.0
"""A nightly run begins no test after that, and none may last longer."""


class Table:
    """A pytest plugin: counts what the marked tests did, by row."""

    def __init__(self) -> None:
        self.tests: Counter[str] = Counter()
        self.skipped: dict[str, list[str]] = defaultdict(list)
        self.failed: dict[str, list[str]] = defaultdict(list)
        self.seconds: dict[str, float] = defaultdict(float)
        self.tallies: dict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        rows = [value for key, value in report.user_properties if key == "fault"]
        for row in map(str, rows):
            self.seconds[row] += report.duration
            if report.failed:
                self.failed[row].append(report.nodeid)
            elif report.skipped:
                self.skipped[row].append(report.nodeid)
            elif report.when == "call":
                self.tests[row] += 1
            if report.when == "call":
                for key, value in report.user_properties:
                    if key.startswith("tally:"):
                        self.tallies[row][key.removeprefix("tally:")] += int(str(value))

    def print(self, rows: list[str]) -> None:
        lines = [("fault", "what a user sees", "caused", "result")]
        for row in rows:
            done = ", ".join(f"{n:,} {what}" for what, n in self.tallies[row].items())
            tests = self.tests[row] + len(self.failed[row])
            result = f"{len(self.failed[row])} of {tests} tests FAILED" if self.failed[row] else f"{tests} tests pass"
            if self.skipped[row]:
                result += f", {len(self.skipped[row])} skipped"
            lines.append((*FAULTS[row], done or f"{tests} cases", f"{result} ({self.seconds[row]:.0f} s)"))
        widths = [max(len(line[i]) for line in lines) for i in range(4)]
        lines.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
        for line in lines:
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
        for row in rows:
            for name in self.failed[row]:
                print(f"failed: {name}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.torture", description=__doc__.split("\n")[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these: {', '.join(FAULTS)}")
    parser.add_argument("--nightly", action="store_true", help="each fault often: hours")
    parser.add_argument("--workers", type=int, default=2, help="processes side by side (default: 2)")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.rows) - set(FAULTS)):
        parser.error(f"no row {unknown[0]!r}; there are: {', '.join(FAULTS)}")
    given: list[Any] = ["-m", "fault", "-p", "no:cacheprovider", f"--numprocesses={asked.workers}", "--dist=loadfile"]
    if asked.nightly:
        for name, number in NIGHTLY.items():
            os.environ.setdefault(name, str(number))
        os.environ["FAULTS_UNTIL"] = str(time.time() + 3600 * HOURS)
        given.append(f"--timeout={3600 * HOURS:.0f}")
    rows = asked.rows or list(FAULTS)
    os.environ["FAULTS"] = " ".join(rows)
    table, begun = Table(), time.monotonic()
    status = pytest.main(given, plugins=[table])
    print(f"\n{'Nightly' if asked.nightly else 'Quick'} form, {time.monotonic() - begun:.0f} s\n")
    table.print(rows)
    missing = [row for row in rows if not table.tests[row]]
    for row in missing:
        print(f"not one test of {row!r} ran to its end")
    return int(status) or bool(missing)


if __name__ == "__main__":
    sys.exit(main())
