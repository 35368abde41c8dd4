"""``python -m evals.bench question``: what one question costs outside the models, in milliseconds.

The questions of our own set are asked of our sample articles without a language model; the time in embedder and
reranker is taken off. ``--tree FOLDER`` asks the source tree there the same questions, each right before or after ours,
and compares the answers: whoever else uses the machine slows both alike. This file also runs as the process that
answers, with the tree's ``rag`` first on its path.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = 40


def question(tree: Path | None = None, count: int = QUESTIONS) -> None:
    """Measures and prints; with ``tree`` both trees, and whether they answer alike."""
    from .asking import answering, own_questions, turn_by_turn  # this file also runs as a program of its own

    asked = own_questions(count)
    trees = {"this tree": ROOT} | ({str(tree): tree.resolve()} if tree else {})
    with ExitStack() as stack:
        program = Path(__file__)
        asking = {name: stack.enter_context(answering(program, [folder])) for name, folder in trees.items()}
        found = turn_by_turn(asked, asking)
    print(f"\nquestion: {len(asked)} questions, no language model; outside embedder and reranker, median (mean)")
    for name, rows in found.items():
        print(f"{name:28}{_line(rows, 'wall')} ms, CPU {_line(rows, 'cpu')} ms")
    if tree:
        ours, theirs = found.values()
        for unit in ("wall", "cpu"):
            ratio = sum(row[unit] for row in ours) / sum(row[unit] for row in theirs)
            print(f"ratio of the {unit} means, this tree to the other: {ratio:.2f}")
        unlike = [q["question"] for q, a, b in zip(asked, ours, theirs, strict=True) if a["answer"] != b["answer"]]
        print("\n".join([f"answers alike: {len(asked) - len(unlike)} of {len(asked)}", *unlike]))


def _line(rows: Sequence[dict[str, Any]], unit: str) -> str:
    values = [row[unit] for row in rows]
    return f"{statistics.median(values):.0f} ({statistics.fmean(values):.0f})"


def _serve() -> None:
    """Reads questions as JSON lines, writes times and answers as such."""
    from rag.news import News

    with tempfile.TemporaryDirectory() as folder, News.open(folder, llm="none") as news:
        news.add(ROOT / "corpus")
        spent = [0.0, 0.0]

        def timed(call: Callable[..., Any]) -> Callable[..., Any]:
            def run(*args: Any, **kwargs: Any) -> Any:
                wall, cpu = time.perf_counter(), time.process_time()
                try:
                    return call(*args, **kwargs)
                finally:
                    spent[0] += time.perf_counter() - wall
                    spent[1] += time.process_time() - cpu

            return run

        news.embedder.embed = timed(news.embedder.embed)  # type: ignore[method-assign]
        if news.reranker is not None:
            news.reranker.read = timed(news.reranker.read)  # type: ignore[method-assign]
        news.ask("Who leads the harbor board?")  # loads the models
        for line in sys.stdin:
            item = json.loads(line)
            spent[:] = [0.0, 0.0]
            wall, cpu = time.perf_counter(), time.process_time()
            answer = news.ask(item["question"], as_of=item.get("date"))
            wall, cpu = time.perf_counter() - wall - spent[0], time.process_time() - cpu - spent[1]
            shown = {"text": answer.text, "short": answer.short, "citations": [_shown(c) for c in answer.citations]}
            shown["quotes"] = [_shown(c) for c in answer.quotes]
            print(json.dumps({"wall": 1000 * wall, "cpu": 1000 * cpu, "answer": shown}), flush=True)


def _shown(citation: Any) -> list[Any]:
    return [citation.article.title, citation.start, citation.end]


if __name__ == "__main__":
    _serve()
