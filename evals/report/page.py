"""``report.html``: one page that shows what a run measured, where it goes wrong, and every question with its search.

The page loads nothing. All that it shows of articles, models and questions goes in as JSON and is put on the page as
text by the script in ``report.html``, the template beside this file; what is counted is counted here.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..measure.citations import citation_good
from ..measure.lines import Line, absent, plain, removed, right
from ..measure.metrics import FAILURES, LOWER_IS_BETTER, METRICS, K, first_with_answer
from ..measure.statistics import ratio
from ..records import holds_normalised, normalise
from .certainty import certainty
from .summary import latencies

TEMPLATE = Path(__file__).with_name("report.html")
TITLE, DATA = "<!--title-->", "<!--data-->"  # neither can come out of what is escaped, so order does not matter

FINE = "fine"
UNTOLD = "cannot be told"
"""Of questions that may have no answer in the articles, and of measures that need an answer."""

TILES = {
    "contains_answer": "Answers right",
    "f1": "F1 of the short answer",
    "refused_answerable": "Refused although answerable",
    "refused_unanswerable": "Refused where unanswerable",
    "citation_precision": "Citations that carry the claim",
    "citation_recall": "Sentences with a citation",
    "answer_recall@10": "Answer in the first 10 chunks",
    "total_ms_p50": "Whole answer, median time",
}
SEARCH_TILES = {
    "answer_recall@1": "Answer in the first chunk",
    "answer_recall@10": "Answer in the first 10 chunks",
    "article_recall@10": "Right article in the first 10 chunks",
    "mrr@10": "MRR@10 of the right article",
    "retrieve_ms_p50": "Search, median time",
}
"""The first figures, of a run with answers and of one of the search alone: name -> label."""

SECTIONS = {
    "Search": ("answer_recall", "article_recall", "mrr", "ndcg", "evidence_recall"),
    "Answers": ("contains_answer", "exact_match", "f1", "choice_accuracy"),
    "Refusals": ("refused_",),
    "Citations": ("citation_", "offsets_"),
    "The set's own measures": ("multihop_", "rgb_"),
}
COST = "Cost"
"""The section of a metric in the full table, by the beginning of its name; ``COST`` has the rest."""

MEANINGS = {
    "first_token": "Time from the question to the first word of the answer",
    "total": "Time from the question to the whole answer",
    "retrieve": "Time of the search alone",
    "index_seconds": "Time to index the articles",
    "index_mb": "Size of the index on disk",
    "peak_memory_mb": "The most memory that the process had taken at any question",
}
UNITS = {"ms": "_ms_", "tokens": "_tokens$", "MB": "_mb$", "s": "^index_seconds$", "ratio": "mrr|ndcg|map@"}
"""The unit of a metric, by a part of its name; the rest are shares."""

COUNTED = {"citation_precision": "citations", "offsets_exact": "citations", "citation_recall": "sentences"}
"""What ``n`` counts where it is not questions."""

AGES = {"same day": 0, "1 to 3 days": 3, "4 to 7 days": 7, "8 to 30 days": 30}
"""Buckets of a question's age with their last day."""
OLDER, LATER, UNKNOWN, OTHER = "31 days or more", "article is later", "unknown", "other"

OUTLETS = 8
"""Outlets that have a row of their own."""


def write_report(folder: Path, run: Mapping[str, Any], summary: Mapping[str, Any], lines: Sequence[Line]) -> Path:
    """Writes ``report.html`` into ``folder`` and returns its path."""
    path = folder / "report.html"
    path.write_text(report_html(run, summary, lines), encoding="utf-8", errors="replace")
    return path


def report_html(run: Mapping[str, Any], summary: Mapping[str, Any], lines: Sequence[Line]) -> str:
    """The page: ``run`` as in ``run.json``, ``summary`` as of :func:`evals.report.summary.summarise`, ``lines`` of the
    run."""
    title = html.escape(f"{run['set']['name']}: evaluation")
    template = TEMPLATE.read_text(encoding="utf-8")
    return template.replace(TITLE, title).replace(DATA, script_json(page_data(run, summary, lines)))


def script_json(data: Any) -> str:
    """JSON that is safe inside a ``<script>``: ASCII, so no U+2028 either, and without ``<``, ``>``, ``&``."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def page_data(run: Mapping[str, Any], summary: Mapping[str, Any], lines: Sequence[Line]) -> dict[str, Any]:
    """All that the page shows, counted and worded; the template only draws it."""
    answered = any(line["answer"] is not None for line in lines)
    main, labels = ("contains_answer", TILES) if answered else ("answer_recall@10", SEARCH_TILES)
    found = summary["metrics"]
    chunks = _Chunks()
    rows = [_row(line, chunks) for line in lines]
    return {
        "title": run["set"]["name"],
        "answered": answered,
        "facts": _facts(run, lines, answered),
        "notes": run["set"]["notes"],
        "tiles": [_figure(n, found[n]) | {"label": label} for n, label in labels.items() if n in found],
        "classes": _classes(rows, answered),
        "funnel": funnel(lines),
        "recall": _recall(found),
        "latency": _latency(lines, found, answered),
        "certainty": certainty(lines),
        "groups": _groups(lines, main, summary),
        "sections": _sections(found),
        "kinds": _kinds(summary["kinds"], labels),
        "judge": summary["judge"],
        **{name: run[name] for name in ("command", "settings", "versions", "index")},
        "chunks": chunks.records,
        "lines": rows,
    }


# -- the head ----------------------------------------------------------------------------------------------------


def _facts(run: Mapping[str, Any], lines: Sequence[Line], answered: bool) -> list[str]:
    """The line under the title."""
    settings, index, git, machine = run["settings"], run["index"] or {}, run["git"], run["machine"]
    without = sum(map(removed, lines))
    started = dt.datetime.fromisoformat(run["started"])
    facts = [
        f"{len(lines) - without:,} questions" + (f" and {without:,} with their evidence removed" if without else "")
    ]
    if index:
        facts.append(f"{index['articles']:,} articles in {index['chunks']:,} chunks")
    model = next((line["model"] for line in lines if line.get("model")), settings.get("llm", "not stated"))
    facts.append(f"model {model}" if answered else "search alone, no answers")
    facts.append(f"embedder {index.get('embedder') or settings.get('embedder', 'not stated')}")
    facts.append(f"{started.day} {started:%b %Y, %H:%M}{_took(started, run['finished'])}")
    if git:
        facts.append(f"commit {git['commit'][:10]}" + (" with uncommitted changes" if git["dirty"] else ""))
    memory = f", {machine['memory_gb']:.0f} GB" if machine["memory_gb"] else ""
    facts.append(f"{machine['cpu']}, {machine['cores']} cores{memory}")
    return facts


def _took(started: dt.datetime, finished: str | None) -> str:
    if finished is None:
        return ", not finished"
    minutes = (dt.datetime.fromisoformat(finished) - started).total_seconds() / 60
    return f", took {minutes / 60:.1f} h" if minutes >= 100 else f", took {minutes:.0f} min"


def _figure(name: str, estimate: Mapping[str, Any]) -> dict[str, Any]:
    """A figure with what is needed to write it down. Of what a run has once there is no sample, so no interval."""
    unit = next((unit for unit, names in UNITS.items() if re.search(names, name)), "share")
    once = unit in ("s", "MB")
    lower = once or name in LOWER_IS_BETTER
    counted = COUNTED.get(name, "questions")
    return {"name": name, **estimate, "unit": unit, "counted": counted, "lower": lower, "sampled": not once}


# -- where it goes wrong -----------------------------------------------------------------------------------------


def verdict(line: Line) -> str:
    """The class of failure of a line, ``FINE`` or ``UNTOLD``."""
    if line["failure"]:
        return str(line["failure"])
    known = line["answer"] is not None if absent(line) else METRICS["answer_recall@20"](line) is not None
    return FINE if known else UNTOLD


def _classes(rows: Iterable[Mapping[str, Any]], answered: bool) -> list[dict[str, Any]]:
    """How many lines each class has, 'fine' first."""
    fine = "right and cited well, or refused where the articles hold no answer"
    meanings = {FINE: fine if answered else "a retrieved chunk holds the answer"} | FAILURES
    nobody = "nobody knows whether the articles hold the answer, or a false one was planted in them"
    meanings[UNTOLD] = nobody if answered else "only an answer would tell; none was asked for"
    counts = Counter(row["verdict"] for row in rows)
    always = meanings.keys() - {UNTOLD} if answered else {FINE, "not retrieved"}
    return [{"name": n, "meaning": m, "n": counts[n]} for n, m in meanings.items() if counts[n] or n in always]


def funnel(lines: Iterable[Line]) -> dict[str, Any] | None:
    """How many answerable questions are left after each stage, each counted among those left by the one before.

    ``beside`` are right answers that were lost on the way: given, but in no retrieved chunk or no sentence given.
    """
    left = asked = [line for line in lines if METRICS["contains_answer"](line) is not None]
    if not asked:
        return None
    stages: tuple[tuple[str, str, Callable[[Line], bool]], ...] = (
        ("a retrieved chunk holds the answer", "search", lambda line: _true("answer_recall@20", line)),
        ("so does a sentence given to the model", "evidence", lambda line: _true("evidence_recall", line)),
        ("answered, not refused", "refusal", lambda line: not line["refused"]),
        ("the answer is right", "reading", right),
        ("and every citation carries it", "citation", lambda line: line["failure"] is None),
    )
    steps = [{"label": "answerable questions", "stage": None, "n": len(asked)}]
    beside = sum(map(right, asked))
    for label, stage, passes in stages:
        left = [line for line in left if passes(line)]
        steps.append({"label": label, "stage": stage, "n": len(left)})
        if stage == "reading":
            beside -= len(left)
    return {"steps": steps, "beside": beside}


def _true(name: str, line: Line) -> bool:
    score = METRICS[name](line)
    return score is not None and score[0] > 0


# -- plots -------------------------------------------------------------------------------------------------------


def _recall(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    series = {"answer_recall": "a chunk holds the answer", "article_recall": "a chunk is of a supporting article"}
    return [
        {"label": label, "n": found[f"{name}@{K[-1]}"]["n"], "points": [{"k": k, **found[f"{name}@{k}"]} for k in K]}
        for name, label in series.items()
        if f"{name}@{K[-1]}" in found
    ]


def _latency(lines: Sequence[Line], found: Mapping[str, Any], answered: bool) -> list[dict[str, Any]]:
    """For each stage the share of questions done after so many milliseconds, at most 400 points of it."""
    stages = {"first_token": "first word", "total": "whole answer"} if answered else {"retrieve": "search"}
    series = []
    for name, label in stages.items():
        times = sorted(latencies(lines, name))
        if times:
            step = -(-len(times) // 400)
            points = [[ms, (i + 1) / len(times)] for i, ms in enumerate(times) if i % step == 0 or i == len(times) - 1]
            marks = [{"q": q, **found[f"{name}_ms_p{q}"]} for q in (50, 95)]
            series.append({"label": label, "n": len(times), "points": points, "marks": marks})
    return series


def _groups(lines: Sequence[Line], main: str, summary: Mapping[str, Any]) -> dict[str, Any] | None:
    """The main metric by the question's age, by outlet and by kind, where there is something to compare."""
    asked = [line for line in lines if METRICS[main](line) is not None]
    if not asked:
        return None
    outlets = _outlets(asked)
    often = sorted(set(outlets), key=lambda name: (name in (OTHER, UNKNOWN), -outlets.count(name), name))
    named = {
        "By the age of the news": ([*AGES, OLDER, LATER, UNKNOWN], list(map(age, asked))),
        "By outlet": (often, outlets),
        "By kind of question": (list(summary["kinds"]), [line["kind"] for line in asked]),
    }
    plots = [{"title": title, "rows": _estimates(asked, main, *parts)} for title, parts in named.items()]
    label = "answers right" if main == "contains_answer" else "answer in the first 10 chunks"
    plots = [plot for plot in plots if len(plot["rows"]) > 1]
    return {"label": label, "all": summary["metrics"][main]["value"], "plots": plots}


def _estimates(lines: Sequence[Line], name: str, order: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    """A metric of each group of lines; ``names`` says of each line which group it is in."""
    rows = []
    for label in order:
        part = [line for line, own in zip(lines, names, strict=True) if own == label]
        if part and (estimate := ratio([s for line in part if (s := METRICS[name](line)) is not None])):
            rows.append({"label": label, **estimate.record()})
    return rows


def age(line: Line) -> str:
    """The bucket of the days from the newest supporting article to the question."""
    days = [a["published"] for a in line["supporting_articles"] if a["published"]]
    if not line["date"] or not days:
        return UNKNOWN
    asked, published = (dt.date.fromisoformat(day[:10]) for day in (line["date"], max(days)))
    between = (asked - published).days
    if between < 0:
        return LATER
    return next((name for name, last in AGES.items() if between <= last), OLDER)


def _outlets(lines: Sequence[Line]) -> list[str]:
    """The outlet of each line's first supporting article; all but the most frequent are 'other'."""
    names = [next((a["source"] or UNKNOWN for a in line["supporting_articles"]), UNKNOWN) for line in lines]
    counts = Counter(name for name in names if name != UNKNOWN)
    own = {name for name, _ in counts.most_common(OUTLETS)} | {UNKNOWN}
    return [name if name in own else OTHER for name in names]


# -- tables ------------------------------------------------------------------------------------------------------


def _sections(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All metrics, in sections."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (*SECTIONS, COST)}
    for name, estimate in found.items():
        section = next((s for s, begins in SECTIONS.items() if name.startswith(begins)), COST)
        rows[section].append(_figure(name, estimate) | {"meaning": meaning(name)})
    return [{"name": name, "rows": figures} for name, figures in rows.items() if figures]


def meaning(name: str) -> str:
    """What a metric means, in one sentence: that of its function's docstring, or of the function that made it."""
    if name not in METRICS:
        stage, _, p = name.partition("_ms_p")
        return MEANINGS.get(stage, name) + (f", {p}th percentile" if p else "")
    maker = METRICS[name].__qualname__.partition(".")[0]  # 'answer_recall.<locals>.score'
    text = " ".join((getattr(sys.modules[METRICS[name].__module__], maker).__doc__ or "").split())
    first = re.split(r"\.(?:\s+(?=[A-Z\"])|$)", text, maxsplit=1)[0]
    first = re.sub(r"\s*\((?::func:|[^)]*\b\d{4}\b)[^)]*\)|``", "", first)  # no references
    return re.sub(r"\bk\b", name.partition("@")[2], first)


def _kinds(kinds: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any] | None:
    """The main metrics of each kind: the columns that any of them has, and a row each."""
    if not kinds:
        return None
    names = [n for n in labels if any(n in part["metrics"] for part in kinds.values())]
    rows = []
    for kind, part in kinds.items():
        cells = [_figure(n, part["metrics"][n]) if n in part["metrics"] else None for n in names]
        rows.append({"kind": kind, "n": part["n"], "cells": cells})
    return {"columns": [labels[n] for n in names], "rows": rows}


# -- questions ---------------------------------------------------------------------------------------------------


class _Chunks:
    """Each retrieved chunk once, however many questions it was retrieved for."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self._normalised: list[str] = []
        self._places: dict[tuple[str, str], int] = {}

    def place(self, hit: Mapping[str, Any]) -> int:
        """The index of a chunk in ``records``."""
        key = (hit["chunk_id"], hit["text"])
        if key not in self._places:
            self._places[key] = len(self.records)
            self.records.append({name: hit[name] for name in ("article_id", "title", "source", "published", "text")})
            self._normalised.append(normalise(hit["text"]))
        return self._places[key]

    def holds(self, answers: Sequence[str], place: int) -> bool:
        """Whether a chunk holds any of the answers, which are in the normal form already."""
        return holds_normalised(answers, self._normalised[place])


COPIED = (
    "id question date kind variant choices answer_index facts wrong_answers supporting_articles removed_articles "
    "answer short_answer refused note prediction_choice timings_ms tokens judge"
).split()
"""What of a line goes onto the page as it is."""


def _row(line: Line, chunks: _Chunks) -> dict[str, Any]:
    """A line as the page shows it: with its verdict, and marks where the answer's words stand."""
    groups = line.get("parts") or [[answer] for answer in line["answers"]]
    words = [normalise(answer) for group in line.get("parts") or [line["answers"]] for answer in group]
    places = [chunks.place(hit) for hit in line["retrieved"]]
    sentences = [text for text in line["evidence"].split("\n") if text]
    return {
        **{name: line.get(name) for name in COPIED},
        "verdict": verdict(line),
        "gold": [" or ".join(group) for group in groups],
        "all_parts": bool(line.get("parts")),
        "words": [word for word in words if word],
        "rank": first_with_answer(line) if words else None,
        "plain": plain(line["answer"]) if line["answer"] else None,
        "citations": [
            {**citation, "exact": exact, "good": citation_good(line, citation)}
            for citation, exact in zip(line["citations"], line["offsets_exact"], strict=True)
        ],
        "evidence": [[text, holds_normalised(words, normalise(text))] for text in sentences],
        "retrieved": [[place, chunks.holds(words, place)] for place in places],
    }
