"""The commands ``rag eval run``, ``rag eval compare`` and ``rag eval report``: thin over ``evals.runs.run`` and its
kin."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from .report.comparison import Comparison
    from .runs.run import Run

app = typer.Typer(
    name="eval",
    help="""Measure answers on question sets, and compare runs.

    \b
    To begin:
      rag eval run evals/sets/corpus.jsonl --limit 20
      rag eval compare runs/BEFORE runs/AFTER
    """,
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]

MAIN = (
    "contains_answer", "exact_match", "f1", "choice_accuracy", "refused_answerable", "refused_unanswerable",
    "refused_evidence_removed", "citation_precision", "citation_recall", "offsets_exact", "answer_recall@5",
    "answer_recall@10", "answer_recall@20", "evidence_recall", "article_recall@10", "mrr@10", "ndcg@10",
    "multihop_hits@4", "multihop_hits@10", "multihop_map@10", "multihop_mrr@10", "multihop_accuracy", "multihop_strict",
    "rgb_accuracy", "rgb_misled", "first_token_ms_p50", "total_ms_p50", "total_ms_p95",
)  # fmt: skip
"""What the command prints; ``summary.json`` has all."""


@app.command()
def run(
    set_: Annotated[
        str,
        typer.Argument(
            metavar="SET",
            help="A file or folder of question records, or a folder with the published files of RealTimeQA, "
            "MultiHop-RAG or RGB.",
        ),
    ],
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many, drawn at random; default: all.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draw: the same seed draws the same questions.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The run's folder; default: one in runs/ named after set and settings."),
    ] = None,
    llm: Annotated[
        str | None, typer.Option("--llm", help="The language model that answers (or RAG_LLM).", show_default=False)
    ] = None,
    retrieval_only: Annotated[
        bool,
        typer.Option("--retrieval-only", help="Measure the search alone: no language model."),
    ] = False,
    as_of_question_date: Annotated[
        bool | None,
        typer.Option(
            "--as-of-question-date/--any-date",
            help="Hide what was published after the question's day, or not; default: as the set wants.",
            show_default=False,
        ),
    ] = None,
    evidence_removed: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Ask N of the answerable questions again, with every article that holds the answer kept from the "
            "search: a refusal is right then.",
        ),
    ] = 0,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this part of the set; may be repeated.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Also questions of which nobody knows whether an article holds the answer.")
    ] = False,
    articles: Annotated[
        list[Path] | None,
        typer.Option("--articles", metavar="PATH", help="Ask about these articles; default: those of the set."),
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option(
            "--index", metavar="FOLDER", help="The index for a set without articles (or RAG_INDEX).", show_default=False
        ),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge",
            metavar="MODEL",
            help="A language model that also marks the answers; its opinion enters no other figure.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the questions of a set and measure what comes back.

    The run's folder gets results.jsonl (a line a question, as it is answered), summary.json and report.html, a page to
    look at. Cut off, the same command goes on where it stopped. The articles are indexed once and kept in the cache.

    Example: rag eval run evals/sets/corpus.jsonl --kind trap --evidence-removed 20
    """
    from rag.cli.output import progress_bar

    from .runs.run import run as run_set

    with progress_bar() as progress:
        done = run_set(
            set_,
            out=out,
            limit=limit,
            seed=seed,
            llm=llm,
            retrieval_only=retrieval_only,
            as_of_question_date=as_of_question_date,
            evidence_removed=evidence_removed,
            kinds=kind or (),
            all_questions=all_,
            articles=articles or (),
            index=index,
            judge=judge,
            progress=progress,
            tell=lambda line: print(line, file=sys.stderr),
        )
    _print_run(done, as_json)


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    as_json: AsJson = False,
) -> None:
    """Work out the figures of a run again, from its results.jsonl, and write summary.json and report.html anew.

    For a run that is still going on, and after a change of the measures themselves.
    """
    from .runs.run import again

    _print_run(again(folder), as_json)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="The folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="The folder of the later run.")],
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            help="Exit with 1 if this one got worse by more than its interval; may be repeated. Default: "
            "contains_answer, or answer_recall@10 of searches alone.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs over the same questions: paired differences with 95% intervals, and the questions that flipped.

    Exit status 1 if a chosen metric fell by more than its interval, that is if chance alone is no likely cause.

    Example: rag eval compare runs/before runs/after --metric contains_answer --metric refused_evidence_removed
    """
    from .report.comparison import compare as compare_runs

    found = compare_runs(before, after)
    told = {change.metric for change in found.changes}
    default = [name for name in ("contains_answer", "answer_recall@10") if name in told][:1]
    chosen = [found.change(name) for name in metric or default]
    if as_json:
        print(json.dumps(found.record(), ensure_ascii=False))
    else:
        _print_comparison(found)
        for change in chosen:
            print(f"{change.metric}: {change.verdict}")
    if any(change.verdict == "worse" for change in chosen):
        raise typer.Exit(1)


def _print_run(done: Run, as_json: bool) -> None:
    if as_json:
        print(json.dumps(done.summary, ensure_ascii=False))
        return
    metrics = done.summary["metrics"]
    for name in MAIN:
        if name in metrics:
            print(_row(name, metrics[name]))
    for name, count in done.summary["failures"].items():
        if count:
            print(f"{name + ':':26}{count:5}")
    if judge := done.summary["judge"]:
        print(f"the judge {judge['model']} (an opinion, in no other figure):")
        print(_row("correct", judge["correct"]) if judge["correct"] else "  no verdict")
    print(f"{done.report}")


def _row(name: str, figure: dict[str, Any]) -> str:
    digits = 0 if "_ms_" in name else 3
    value, low, high = (f"{figure[part]:.{digits}f}" for part in ("value", "low", "high"))
    return f"{name:26}{value:>8}  [{low}, {high}]  n={figure['n']}"


def _print_comparison(found: Comparison) -> None:
    print(f"{found.common} questions in both" + _only(found))
    for name, (old, new) in found.settings.items():
        print(f"{name}: {old} -> {new}")
    print(f"\n{'':26}{'before':>9}{'after':>9}{'change':>9}  95% interval")
    for c in found.changes:
        d, digits = c.difference, 0 if "_ms_" in c.metric else 3
        mark = "" if c.verdict == "same" else f"  {c.verdict}"
        row = f"{c.metric:26}{c.before:9.{digits}f}{c.after:9.{digits}f}{d.value:+9.{digits}f}"
        print(f"{row}  [{d.low:+.{digits}f}, {d.high:+.{digits}f}]{mark}")
    for title, fixed in (("fixed", True), ("broken", False)):
        flips = [f for f in found.flips if f.fixed == fixed]
        print(f"\n{title}: {len(flips)}")
        for f in flips:
            print(f"  {f.id}  {f.question}\n      {_short(f.before)} -> {_short(f.after)}")
    print()


def _only(found: Comparison) -> str:
    parts = [(found.only_before, found.before), (found.only_after, found.after)]
    return "".join(f", {n} only in {folder}" for n, folder in parts if n)


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."
