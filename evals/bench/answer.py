"""``python -m evals.bench answer``: the embedded model at work, beside the build before or another engine.

Questions of our own set are asked of our sample articles in warm processes, turn by turn: whoever else uses the machine
slows all alike, and ratios are of one question at a time. ``--before COMMIT`` checks that commit out into a folder and
asks it too, ``--peer`` asks LangChain with the same model files (:mod:`.peer`); without either this tree is asked with
each engine. ``--busy`` asks this tree once more with two processes spinning beside it. This file also runs as the
process that answers, with the tree's ``rag`` first on its path.
"""

from __future__ import annotations

import inspect
import json
import math
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = 40
MEASURES = {
    "search": "search, ms",
    "ranked": "search and rerank, ms",
    "first": "first word, s",
    "whole": "whole, s",
    "prompt": "prompt, tokens/s",
    "answer": "answer, tokens/s",
}

_BUSY = "beside two busy ones"
Row = dict[str, Any]
Ask = Callable[[Row], Row]


def answer(before: str | None = None, *, peer: bool = False, busy: bool = False, count: int = QUESTIONS) -> None:
    """Measures and prints: search, first word, whole answer, tokens a second, memory, how many are right."""
    from .asking import answering, own_questions, turn_by_turn  # this file also runs as a program of its own

    asked = own_questions(count)
    with ExitStack() as stack:
        ours = Path(__file__)
        ways: dict[str, tuple[Path, list[Path], dict[str, str]]] = {"this tree": (ours, [ROOT], {})}
        if before:
            ways[before] = (ours, [stack.enter_context(checked_out(before))], {})
        if peer:
            from .peer import installed

            folder = installed(Path(stack.enter_context(tempfile.TemporaryDirectory())))
            ways["LangChain"] = (ours.with_name("peer.py"), [ROOT, folder], {})
        if busy:
            ways[_BUSY] = (ours, [ROOT], {})
        if len(ways) == 1:
            names = ("onnxruntime", "xllamacpp")
            ways = {f"this tree, {name}": (ours, [ROOT], {"RAG_ENGINE": name}) for name in names}
        asking = {name: stack.enter_context(answering(*way)) for name, way in ways.items()}
        if busy:
            asking[_BUSY] = _beside_spinning(asking[_BUSY])
        found = turn_by_turn(asked, asking)
    print(f"\nanswer: {len(asked)} questions, embedded model, warm; {instructions()}; median (quartiles)")
    print(
        f"{'':26}"
        + "".join(f"{head:>24}" for head in MEASURES.values())
        + f"{'peak, MB':>10}{'at rest':>9}{'right':>7}"
    )
    for name, rows in found.items():
        columns = "".join(f"{_spread(rows, key):>24}" for key in MEASURES)
        memory = f"{rows[-1].get('peak', math.nan):10.0f}{rows[-1].get('rest', math.nan):9.0f}"
        print(f"{name:26}{columns}{memory}{_right(asked, rows):>7}")
    one, *others = found
    for other in others:
        pairs = list(zip(found[one], found[other], strict=True))
        ratios = {key: [a[key] / b[key] for a, b in pairs if a.get(key) and b.get(key)] for key in MEASURES}
        told = ", ".join(f"{key} {statistics.median(values):.2f}" for key, values in ratios.items() if values)
        same = sum(a["text"] == b["text"] for a, b in pairs)
        print(f"{one} to {other}, medians of the ratios: {told}; the same words {same} of {len(pairs)}")


def _beside_spinning(ask: Ask) -> Ask:
    """Asks while two processes do nothing but keep the processor busy."""

    def asked_beside(item: Row) -> Row:
        spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
        try:
            return ask(item)
        finally:
            for process in spinning:
                process.kill()
                process.wait()

    return asked_beside


def instructions() -> str:
    """What the processor can multiply with."""
    try:
        flags = set(re.findall(r"\b(?:avx2|avx512f|avx512_vnni|avx_vnni|amx_int8|amx_bf16|avx512_bf16)\b",
                               Path("/proc/cpuinfo").read_text("utf-8")))  # fmt: skip
    except OSError:
        return "unknown processor"
    return " ".join(sorted(flags)) or "no vector instructions that are known here"


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A folder with the files of ``commit``."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", str(tree), commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def _spread(rows: Sequence[Row], key: str) -> str:
    values = [row[key] for row in rows if row.get(key)]
    if len(values) < 2:
        return "-"
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.2f} ({low:.2f}-{high:.2f})" if middle < 20 else f"{middle:.0f} ({low:.0f}-{high:.0f})"


def _right(asked: Sequence[Row], rows: Sequence[Row]) -> str:
    """How many of the questions that have an answer are answered in its words."""
    from ..records import holds

    pairs = [(item["answers"], row["text"]) for item, row in zip(asked, rows, strict=True) if item.get("answers")]
    right = sum(holds(answers, text) for answers, text in pairs)
    return f"{right}/{len(pairs)}"


def _serve() -> None:
    """Reads questions as JSON lines, writes times and answers as such."""
    from rag.news import News
    from rag.types import Answer, Filters

    with tempfile.TemporaryDirectory() as folder, News.open(folder, llm="embedded") as news:
        news.add(ROOT / "corpus")
        model: Any = news.llm
        streams: list[Any] = []  # of the question that is asked: replies, and when each began

        def stream(*args: Any, **kwargs: Any) -> Any:
            reply = begun_stream(*args, **kwargs)
            streams.append((reply, time.perf_counter()))
            return reply

        begun_stream, model.stream = model.stream, stream
        news.ask("Who leads the harbor board?")  # loads the models
        for line in sys.stdin:
            item = json.loads(line)
            day = date.fromisoformat(item["date"][:10]) if item.get("date") else None
            filters = Filters(as_of=day)
            row: Row = {}
            ways: dict[str, dict[str, Any]] = {"search": {"reading": False}, "ranked": {}}
            if "reading" not in inspect.signature(news.search).parameters:
                del ways["search"]
            for name, how in ways.items():
                begun = time.perf_counter()
                news.search(item["question"], filters=filters, asked=day, **how)
                row[name] = 1000 * (time.perf_counter() - begun)
            streams.clear()
            begun, first, told = time.perf_counter(), None, None
            for event in news.stream(item["question"], filters=filters, asked=day):
                if type(event).__name__ == "Delta" and first is None:
                    first = time.perf_counter() - begun
                told = event
            whole = time.perf_counter() - begun
            assert isinstance(told, Answer)
            row |= {"first": first, "whole": whole, "text": told.text}
            usage = streams[0][0].usage if len(streams) == 1 else None
            if usage and first and usage.completion_tokens and usage.completion_tokens > 3:
                reading = begun + first - streams[0][1]
                fresh = usage.prompt_tokens - (usage.cached_tokens or 0)
                row |= {"prompt": fresh / reading, "answer": (usage.completion_tokens - 1) / max(1e-3, whole - first)}
            row["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
            row["rest"] = _resident()
            print(json.dumps(row), flush=True)


def _resident() -> float:
    """MB of this process in memory now, pages of files that it shares with others among them."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    _serve()
