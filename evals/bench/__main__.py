"""``make bench``: what starting, indexing, searching and answering cost on this machine.

CPU seconds are the process's own and its children's (user + system), so they say less about who else is busy than wall
seconds do. Each line is the median of some runs; machines are noisy, so compare figures of one run only.
``python -m evals.bench embedding`` (or another of ``PARTS``) measures that part alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "When does the coalition mission in Syria end?"
PARTS = ("start", "reading", "papers", "embedding", "question", "answer")


def timed(arguments: Sequence[str], environment: dict[str, str], runs: int) -> tuple[float, float, float]:
    """Runs a command ``runs`` times; medians of (wall seconds, CPU seconds, peak memory in MB of the largest child)."""
    walls, cpus = [], []
    for _ in range(runs):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.monotonic() - begun)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return statistics.median(walls), statistics.median(cpus), after.ru_maxrss / 1024


def main() -> None:
    """Measures and prints what starting costs, how fast crawls are read and chunks embedded,
    what questions cost, how fast answers are."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=main.__doc__)
    parser.add_argument("part", nargs="?", choices=("all", *PARTS), default="all", help="default: all")
    parser.add_argument("--runs", type=int, default=3, help="runs a line (default 3)")
    parser.add_argument("--no-llm", action="store_true", help="leave out what needs the embedded language model")
    parser.add_argument("--precision", choices=("auto", "int8", "fp32"), default="auto", help="of our embedder")
    parser.add_argument("--tree", type=Path, help="another source tree, which is asked the same questions as this one")
    parser.add_argument("--questions", type=int, default=40, help="questions that answers are timed with (default 40)")
    parser.add_argument("--before", metavar="COMMIT", help="a build before, which answers the same questions too")
    parser.add_argument("--peer", action="store_true", help="ask LangChain too (installs it into a folder of its own)")
    parser.add_argument("--busy", action="store_true", help="ask this tree also with two processes spinning beside it")
    options = parser.parse_args()
    parts = PARTS if options.part == "all" else (options.part,)
    if "start" in parts:
        start(options.runs, llm=not options.no_llm)
    if "reading" in parts:
        from .reading import reading

        reading(runs=options.runs)
    if "papers" in parts:
        from .papers import papers

        papers()
    if "embedding" in parts:
        from .embedding import embedding

        embedding(precision=options.precision)
    if "question" in parts:
        from .question import question

        question(options.tree)
    if "answer" in parts and not options.no_llm:
        from .answer import answer

        answer(options.before, peer=options.peer, busy=options.busy, count=options.questions)


def start(runs: int, *, llm: bool) -> None:
    """Prints what each command costs, from nothing to its last line."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RAG_INDEX": f"{folder}/index", "RAG_LLM": "none"}
        rag = [sys.executable, "-m", "rag"]
        rows = [
            ("rag ask --help", [*rag, "ask", "--help"], environment, runs),
            ("rag add corpus (first)", [*rag, "add", "corpus"], environment, 1),
            ("rag add corpus (again)", [*rag, "add", "corpus"], environment, runs),
            ("rag ask, RAG_LLM=none", [*rag, "ask", QUESTION], environment, runs),
        ]
        if llm:
            embedded = environment | {"RAG_LLM": "embedded"}
            rows.append(("rag ask, embedded model", [*rag, "ask", QUESTION], embedded, runs))
        print(f"{'':28}{'wall s':>8}{'CPU s':>8}")
        for name, arguments, where, times in rows:
            wall, cpu, _ = timed(arguments, where, times)
            print(f"{name:28}{wall:8.2f}{cpu:8.2f}", flush=True)


if __name__ == "__main__":
    main()
