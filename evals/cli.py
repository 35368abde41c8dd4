"""The commands ``rag eval run``, ``compare``, ``report``, ``timeline`` and ``replay``: thin over ``evals.runs``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from .runs.comparison import Comparison
    from .runs.replay import Replayed
    from .runs.run import Run
    from .runs.timelines import EntityScores, StoryScores

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
Articles = Annotated[
    list[Path] | None,
    typer.Option("--articles", metavar="PATH", help="Ask about these articles; default: the articles of the set."),
]
Index = Annotated[
    Path | None,
    typer.Option(
        "--index", metavar="FOLDER", help="The index for a set without articles (or RAG_INDEX).", show_default=False
    ),
]
JudgeModel = Annotated[
    str | None,
    typer.Option(
        "--judge",
        metavar="MODEL",
        help="A language model that also marks the answers; its marks enter no other figure.",
        show_default=False,
    ),
]

MAIN = (
    "contains_answer", "contains_answer_lenient", "exact_match", "f1", "choice_accuracy", "refused_answerable",
    "refused_unanswerable",
    "refused_evidence_removed", "citation_precision", "citation_recall", "offsets_exact", "answer_recall@5",
    "answer_recall@10", "answer_recall@20", "evidence_recall", "article_recall@10", "mrr@10", "ndcg@10",
    "multihop_hits@4", "multihop_hits@10", "multihop_map@10", "multihop_mrr@10", "multihop_accuracy", "multihop_strict",
    "rgb_accuracy", "rgb_misled", "first_token_ms_p50", "total_ms_p50", "total_ms_p95",
)  # fmt: skip
"""The metrics that the command prints; ``summary.json`` has all."""


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
    limit: Annotated[int | None, typer.Option(min=1, help="Ask this many, drawn at random; default: all.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw: the same seed draws the same questions.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder of the run; default: one in runs/, named after set and settings."),
    ] = None,
    llm: Annotated[
        str | None, typer.Option("--llm", help="The language model that answers (or RAG_LLM).", show_default=False)
    ] = None,
    retrieval_only: Annotated[
        bool,
        typer.Option("--retrieval-only", help="Measure only the search, without a language model."),
    ] = False,
    as_of_question_date: Annotated[
        bool | None,
        typer.Option(
            "--as-of-question-date/--any-date",
            help="Hide what was published after the day of the question, or not; default: the set decides.",
            show_default=False,
        ),
    ] = None,
    evidence_removed: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Ask N of the answerable questions again without the articles that hold the answer: a refusal is then "
            "right.",
        ),
    ] = 0,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Only this part of the set; repeatable.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Also ask questions that may have no answer in the articles.")
    ] = False,
    articles: Articles = None,
    index: Index = None,
    judge: JudgeModel = None,
    as_json: AsJson = False,
) -> None:
    """Ask the questions of a set and measure the answers.

    Writes results.jsonl (one line per question, as it is answered), summary.json and report.html to the folder of the
    run. If interrupted, the same command continues. The articles are indexed once and kept in the cache.

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
    """Recompute the figures of a run from its results.jsonl.

    Writes summary.json and report.html again: for an unfinished run, or after a change of the metrics.
    """
    from .runs.run import again

    _print_run(again(folder), as_json)


@app.command()
def timeline(
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD",
            help="A folder with the files of SemEval-2015 Task 4, or a file of our own stories.",
        ),
    ],
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Measure timelines against gold ones.

    Of SemEval's entities: F1 of the days, of (day, sentence), and of the order, each beside the baseline, every
    sentence with the name, dated by its article. Of our own stories, asked of --index: the rows with a wrong day, plan
    or replacement, and the events that are missing.

    Example: rag eval timeline evals/sets/timelines.jsonl --index .rag/index
    """
    from rag.cli.output import progress_bar

    from .runs.timelines import entity_record, entity_scores, story_scores

    if gold.is_dir():
        with progress_bar() as progress:
            found = entity_scores(gold, progress)
        if as_json:
            print(json.dumps(entity_record(found), ensure_ascii=False))
        else:
            _print_entities(found)
        return
    from rag.cli.options import open_news

    with open_news(index) as (news, _):
        stories = story_scores(news, gold)
    if as_json:
        print(json.dumps({"stories": [asdict(s) for s in stories]}, ensure_ascii=False))
    else:
        _print_stories(stories)


@app.command()
def replay(
    set_: Annotated[
        Path,
        typer.Argument(
            metavar="SET",
            help="A folder with standing questions and articles by the day on which they are fed, or any set whose "
            "articles have days.",
        ),
    ] = Path("evals/sets/replay"),
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder of the replay; default: a new one in runs/.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="How many questions, drawn at random; default: all, of any other set 30.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw: the same seed draws the same questions.")] = 0,
    apart: Annotated[
        bool, typer.Option("--apart", help="Only the stories that are kept apart, on which nothing is tuned.")
    ] = False,
    first: Annotated[
        datetime | None,
        typer.Option("--from", metavar="DAY", formats=["%Y-%m-%d"], help="First day, of any other set."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="So many days of any other set.")] = 60,
    llm: Annotated[
        str | None, typer.Option("--llm", help="The language model that answers (or RAG_LLM).", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Feed articles day by day and measure what followed questions tell.

    An alert is right if the value changed on the day that is fed and the new one is told; a repeat is false. Prints the
    figures with 95% intervals, and in words each false and each missed alert. Of a set that does not say what changes,
    each alert is printed to be read. Writes results.jsonl and summary.json to the folder.

    Example: rag eval replay --llm none --out runs/replay
    """
    from rag.cli.output import progress_bar

    from .runs.replay import replay as replay_set

    with progress_bar() as progress:
        done = replay_set(
            set_,
            out=out,
            limit=limit,
            seed=seed,
            apart=apart,
            first=first.date() if first else None,
            days=days,
            llm=llm,
            progress=progress,
            tell=lambda line: print(line, file=sys.stderr),
        )
    if as_json:
        print(json.dumps(done.summary, ensure_ascii=False))
    else:
        _print_replay(done)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="The folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="The folder of the later run.")],
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            help="Exit with 1 if this metric got worse by more than its interval; repeatable. Default: "
            "contains_answer, or answer_recall@10 if only the search was measured.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs over the same questions.

    Prints paired differences with 95% intervals, and the questions that flipped. Exit status 1 if a chosen metric got
    worse by more than its interval, so that chance alone is an unlikely cause.

    Example: rag eval compare runs/before runs/after --metric contains_answer --metric refused_evidence_removed
    """
    from .runs.comparison import compare as compare_runs

    found = compare_runs(before, after)
    measured = {change.metric for change in found.changes}
    default = [name for name in ("contains_answer", "answer_recall@10") if name in measured][:1]
    chosen = [found.change(name) for name in metric or default]
    if as_json:
        print(json.dumps(found.record(), ensure_ascii=False))
    else:
        _print_comparison(found)
        for change in chosen:
            print(f"{change.metric}: {change.verdict}")
    if any(change.verdict == "worse" for change in chosen):
        raise typer.Exit(1)


def _print_entities(found: Sequence[EntityScores]) -> None:
    from .runs.timelines import means

    print(f"{'F1':28}{'days':>7}{'pairs':>7}{'order':>7}{'baseline:':>13}{'days':>7}{'pairs':>7}{'order':>7}")
    for s in found:
        own, base = (s.days, s.pairs, s.order), (s.baseline_days, s.baseline_pairs, s.baseline_order)
        print(f"{s.entity[:28]:28}{_figures(x.f1 for x in own)}{'':13}{_figures(x.f1 for x in base)}")
    mean = list(means(found).values())
    print(f"{'mean of ' + str(len(found)):28}{_figures(mean[:3])}{'':13}{_figures(mean[3:])}")


def _figures(values: Iterable[float]) -> str:
    return "".join(f"{value:7.3f}" for value in values)


def _print_stories(found: Sequence[StoryScores]) -> None:
    for s in found:
        print(f"{s.topic}: {s.right} of {s.known} known rows right ({s.rows} rows), {s.there} of {s.must} events there")
        for line in s.wrong:
            print(f"  {line}")
    right, known = sum(s.right for s in found), sum(s.known for s in found)
    there, must = sum(s.there for s in found), sum(s.must for s in found)
    print(
        f"rows right: {right / max(known, 1):.3f} (n = {known}); events there: {there / max(must, 1):.3f} (n = {must})"
    )


def _print_replay(done: Replayed) -> None:
    from .report.alerts import in_words

    for text in in_words(done.lines):
        print(text)
    s = done.summary
    print(f"\n{s['questions']} questions, {s['articles']} articles, {s['days']} days, {s['alerts']} alerts")
    for name, figure in s["metrics"].items():
        print(_row(name, figure))
    for kind, figure in s["recall_by_kind"].items():
        print(_row(f"recall, {kind}", figure))
    for title in ("false_by_role", "false_by_reason", "missed_by_reason"):
        if s[title]:
            print(f"{title.replace('_', ' ')}: " + ", ".join(f"{name} {n}" for name, n in s[title].items()))
    for was, told in s["states"].items():
        print(f"{was}: told as " + ", ".join(f"{name} {n}" for name, n in told.items()))
    print(done.folder)


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
        print(f"the judge {judge['model']} (its marks are in no other figure):")
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
