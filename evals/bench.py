"""``make bench``: what starting, indexing, searching and answering cost on this machine.

CPU seconds are the process's own and its children's (user + system), so they say less about who else is busy than wall
seconds do. Each line is the median of some runs; machines are noisy, so compare figures of one run only.
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

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "When does the coalition mission in Syria end?"


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
    """Prints the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs a line (default 3)")
    parser.add_argument("--no-llm", action="store_true", help="leave out what needs the embedded language model")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RAG_INDEX": f"{folder}/index", "RAG_LLM": "none"}
        rag = [sys.executable, "-m", "rag"]
        rows = [
            ("rag ask --help", [*rag, "ask", "--help"], environment, options.runs),
            ("rag add corpus (first)", [*rag, "add", "corpus"], environment, 1),
            ("rag add corpus (again)", [*rag, "add", "corpus"], environment, options.runs),
            ("rag ask, RAG_LLM=none", [*rag, "ask", QUESTION], environment, options.runs),
        ]
        if not options.no_llm:
            embedded = environment | {"RAG_LLM": "embedded"}
            rows.append(("rag ask, embedded model", [*rag, "ask", QUESTION], embedded, options.runs))
        print(f"{'':28}{'wall s':>8}{'CPU s':>8}")
        for name, arguments, where, runs in rows:
            wall, cpu, _ = timed(arguments, where, runs)
            print(f"{name:28}{wall:8.2f}{cpu:8.2f}", flush=True)
        embedding(options.runs)


def embedding(runs: int) -> None:
    """Chunks a second of our embedder beside sentence-transformers with torch in fp32, same texts, same process."""
    from sentence_transformers import SentenceTransformer

    from rag.config import Settings
    from rag.embed import default_folder, open_embedder

    settings = Settings.load()
    ours = open_embedder("all-MiniLM-L6-v2", settings.cache)
    reference = SentenceTransformer(str(default_folder()), device="cpu")
    texts = [
        f"Report {i}. " + "The council met on Friday to settle the date of the vote. " * (4 + i % 12) for i in range(64)
    ]
    rates: dict[str, list[float]] = {"ours": [], "sentence-transformers": []}
    for _ in range(runs):
        for name, embed in (("ours", ours.embed), ("sentence-transformers", reference.encode)):
            begun = time.monotonic()
            embed(texts)
            rates[name].append(len(texts) / (time.monotonic() - begun))
    fast, slow = (statistics.median(rates[name]) for name in ("ours", "sentence-transformers"))
    print(f"embedding: {fast:.0f} chunks/s, sentence-transformers {slow:.0f}, ratio {fast / slow:.2f}")


if __name__ == "__main__":
    main()
