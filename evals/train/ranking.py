"""The weights of the ranking, learnt from what the search brings for the questions of sets.

``python -m evals.train.ranking gather SET --out FILE`` searches and reads, a line a question; what is in the file
already is not done again. ``python -m evals.train.ranking fit FILE...`` prints ``RERANKING_WEIGHTS``, ``SCALE`` and
``SHIFT`` of ``rag/qa/retrieval/reranking.py``, with what they are worth on questions that were left out.

A sentence is right if it holds the answer's words. The weights make one of the right ones likely among all (a softmax),
held near those that the program has: a view that hardly varies in a set keeps its weight.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from rag import News, Settings
from rag.errors import LlmError
from rag.models.rerank.reader import FOLDER, Reader
from rag.qa.limits import where_to_look
from rag.qa.pipeline import Pipeline
from rag.qa.retrieval.calibration import weighted
from rag.qa.retrieval.reranking import RERANKING_WEIGHTS, sentence_views, sentences_of
from rag.qa.retrieval.retriever import Wanted
from rag.types import Filters, Hit

from ..adapters import load_set
from ..measure.gold import Shelf
from ..records import holds
from ..runs.index import corpus_digest, open_index
from ..runs.run import REMOVED, Task, choose, scope
from .regression import fit

KEPT = 60  # sentences of a question that are written down, best first
RIDGE = 2.0  # how strongly the weights are held near the present ones, in units of one question
TOGETHER = (1, 2, 4, 6, 10)  # best sentences, among which a right one is looked for

Line = dict[str, Any]


def search(pipeline: Pipeline, text: str, filters: Filters, asked: date | None) -> tuple[str, list[Hit], Wanted]:
    """A question as it is searched for, the passages that the search brings, in its order, and where it looked."""
    question = pipeline.understand(text, (), filters, asked, as_written=False)
    return question.query, pipeline.find(question), where_to_look(question)


def gather(news: News, task: Task, filters: Filters, reader: Reader) -> Line:
    """The sentences that are found for a question, with what the ranking weighs."""
    question = task.question
    asked, hits, wanted = search(news.pipeline, question.question, filters, question.date)
    readings = reader.read(asked, [hit.chunk for hit in hits])
    where = sentences_of(hits, readings)
    views = sentence_views(asked, hits, where, wanted, news.embedder)
    rows: list[Line] = []
    for (n, sentence), view in zip(where, views, strict=True):
        body = hits[n].article.body
        quote = body[sentence.start : sentence.end]
        span = body[slice(*sentence.span)] if sentence.span else ""
        rows.append(
            {
                "views": view,
                "passage": readings[n].passage,
                "quote": quote,
                "span": span,
                "right": holds(question.answers, quote),
                "span_right": holds(question.answers, span),
            }
        )
    rows.sort(key=lambda row: -weighted(RERANKING_WEIGHTS, row["views"]))
    return {
        "id": task.id,
        "question": asked,
        "answers": question.answers,
        "removed": task.variant == REMOVED,
        "found": any(holds(question.answers, hit.chunk.embedded_text) for hit in hits),
        "rows": rows[:KEPT],
    }


def tasks_left(folder: Path, out: Path, limit: int | None, removed: int) -> Iterator[tuple[News, Task, Filters]]:
    """The questions of a set with an answer that are not in a file yet, each with where it may look."""
    eval_set = load_set(folder)
    done = {json.loads(line)["id"] for line in out.open(encoding="utf-8")} if out.exists() else set()
    settings = Settings.load(reproducible=True)
    news, _ = open_index(eval_set, corpus_digest(eval_set), settings)
    with closing(news):
        shelf = Shelf(news)
        tasks = [t for t in choose(eval_set, limit=limit, evidence_removed=removed) if t.question.answers]
        for n, task in enumerate(tasks, 1):
            if task.id not in done:
                yield news, task, scope(task, shelf, as_of=eval_set.as_of_question_date)
            if n % 20 == 0 or n == len(tasks):
                print(f"{n} of {len(tasks)}", file=sys.stderr, flush=True)


def learn(lines: Sequence[Line]) -> dict[str, float]:
    """The weights that make a right sentence likely among those of its question."""
    import torch

    names = list(RERANKING_WEIGHTS)
    start = torch.tensor([RERANKING_WEIGHTS[name] for name in names], dtype=torch.float64)
    asked = [
        (
            torch.tensor(
                [[row["views"].get(name, 0.0) for name in names] for row in line["rows"]], dtype=torch.float64
            ),
            torch.tensor([row["right"] for row in line["rows"]]),
        )
        for line in lines
        if any(row["right"] for row in line["rows"])
    ]
    spread = torch.cat([x for x, _ in asked]).std(dim=0) + 1e-9
    moved = torch.zeros_like(start, requires_grad=True)  # in units of each view's spread
    optimizer = torch.optim.LBFGS([moved], max_iter=200, line_search_fn="strong_wolfe")

    def surprise() -> Any:
        optimizer.zero_grad()
        weights = start + moved / spread
        loss: Any = RIDGE * (moved**2).sum()
        for x, right in asked:
            scores = x @ weights
            loss = loss + scores.logsumexp(0) - scores[right].logsumexp(0)
        loss.backward()
        return loss

    optimizer.step(surprise)  # type: ignore[no-untyped-call]
    found = (start + moved.detach() / spread).tolist()
    return {name: round(weight, 3) for name, weight in zip(names, found, strict=True)}


def calibrated(lines: Sequence[Line], weights: dict[str, float]) -> tuple[float, float]:
    """``SCALE`` and ``SHIFT``: from the sum of weighted views to the log-odds that the sentence is right."""
    rows = [
        ({"total": weighted(weights, row["views"])}, (float(row["right"]), 1.0))
        for line in lines
        for row in line["rows"]
    ]
    found = fit([row for row, _ in rows], [wanted for _, wanted in rows], 1e-3)
    return found["total"], found[""]


def recalls(lines: Sequence[Line], weights: dict[str, float]) -> dict[int, float]:
    """Of the questions, the share with a right sentence among the best, by how many of these."""
    asked = [line for line in lines if not line["removed"]]
    found = dict.fromkeys(TOGETHER, 0)
    for line in asked:
        best: dict[str, bool] = {}
        for row in sorted(line["rows"], key=lambda row: -weighted(weights, row["views"])):
            best.setdefault(row["quote"], row["right"])
        for k in found:
            found[k] += any(list(best.values())[:k])
    return {k: round(n / len(asked), 3) for k, n in found.items()}


def validated(lines: Sequence[Line]) -> dict[int, float]:
    """:func:`recalls` by weights that were learnt from the other four fifths of the questions."""
    asked = [line for line in lines if not line["removed"]]
    total = dict.fromkeys(TOGETHER, 0.0)
    for k in range(5):
        weights = learn([line for n, line in enumerate(asked) if n % 5 != k])
        part = [line for n, line in enumerate(asked) if n % 5 == k]
        for top, share in recalls(part, weights).items():
            total[top] += share * len(part)
    return {top: round(n / len(asked), 3) for top, n in total.items()}


def read(files: Sequence[Path]) -> list[Line]:
    """The lines of files."""
    return [json.loads(line) for file in files for line in file.open(encoding="utf-8")]


def commands(
    name: str, says: str, *, gather: str
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser, argparse.ArgumentParser]:
    """The parser of a module of weights, and those of its commands ``gather`` and ``fit``."""
    parser = argparse.ArgumentParser(
        prog=f"python -m evals.train.{name}", description=says.split("\n\n", maxsplit=1)[0]
    )
    both = parser.add_subparsers(dest="command", required=True)
    gathering = both.add_parser("gather", help=gather)
    gathering.add_argument("set", type=Path)
    gathering.add_argument("--out", type=Path, required=True)
    gathering.add_argument("--limit", type=int, help="questions, drawn at random; default: all")
    gathering.add_argument("--removed", type=int, default=0, help="so many again without their evidence")
    fitting = both.add_parser("fit", help="learn the weights from what was gathered")
    fitting.add_argument("files", nargs="+", type=Path)
    return parser, gathering, fitting


def write_lines(options: argparse.Namespace, line: Callable[[News, Task, Filters], Line]) -> None:
    """The line of each question that is not in the file yet, written as soon as it is known."""
    with options.out.open("a", encoding="utf-8") as out:
        for news, task, filters in tasks_left(options.set, options.out, options.limit, options.removed):
            try:
                out.write(json.dumps(line(news, task, filters)) + "\n")
            except LlmError as error:
                raise SystemExit(f"{task.id}: {error}; the same command goes on from here") from None
            out.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    parser, gathering, _ = commands("ranking", __doc__, gather="search and read for the questions of a set")
    gathering.add_argument("--reader", type=Path, default=FOLDER, help="the folder of another reader")
    options = parser.parse_args(arguments)
    if options.command == "gather":
        reader = Reader(options.reader)
        write_lines(options, lambda news, task, filters: gather(news, task, filters, reader))
        return
    lines = read(options.files)
    weights = learn(lines)
    scale, shift = calibrated([line for line in lines if not line["removed"]], weights)
    print(f"RERANKING_WEIGHTS = {json.dumps(weights, indent=4)}\nSCALE, SHIFT = {scale:.3f}, {shift:.2f}")
    for name, found in (
        ("now", recalls(lines, RERANKING_WEIGHTS)),
        ("learnt, cross-validated", validated(lines)),
        ("learnt", recalls(lines, weights)),
    ):
        print(f"a right sentence among the best, {name}: {found}")


if __name__ == "__main__":
    main()
