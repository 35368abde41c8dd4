"""The weights of the confidence, learnt from the product's own answers to questions of sets.

``python -m evals.train.confidence gather SET --out FILE --removed N`` has each question drafted, and writes down what
the confidence weighs of what passes, and the model's inner state; N of them again with their evidence removed, where
every answer is wrong. What is in the file already is not done again. ``python -m evals.train.confidence fit FILE...``
prints ``CONFIDENCE_WEIGHTS`` of ``rag/qa/answer/confidence.py``, or where inner states were told
``WEIGHTS_WITH_STATE``, the area under the curve, what each threshold would give, and how often what is said to
be so likely is right, all on questions that were left out; with ``--replies FILE`` it writes the weights of
``rag.qa.learnt.reply_model`` there.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import mul
from pathlib import Path
from typing import Any, TypeVar, cast

from rag import News
from rag.qa.answer.confidence import CONFIDENCE_WEIGHTS, views_of
from rag.qa.answer.drafting import Drafter, cited
from rag.qa.attribution.claims import Verdict
from rag.qa.conflicts.resolution import UNLIKELY
from rag.qa.learnt.stored import packed_weights
from rag.qa.pipeline import Pipeline
from rag.qa.retrieval.calibration import logistic, weighted
from rag.types import Evidence, Filters

from ..measure.lenient import holds_lenient
from ..measure.statistics import area
from ..records import holds
from ..report.certainty import reliability
from ..runs.run import REMOVED, Task
from .ranking import commands, read, write_lines
from .regression import FOLDS, cross_validated, fit, folds

RIDGE = 3.0
INVERSE_PENALTY = 1.0
DECIMALS = 5
THRESHOLDS = tuple(n / 20 for n in range(18))

Line = dict[str, Any]
T = TypeVar("T")


def gather(news: News, task: Task, filters: Filters) -> Line:
    """What passes of the draft, with what the confidence weighs and whether it is right."""
    question = task.question
    draft, verdict, scored, inner = undecided(news.pipeline, question.question, filters, question.date)
    found: Line = {
        "id": task.id,
        "question": question.question,
        "answers": question.answers,
        "removed": task.variant == REMOVED,
        "draft": draft,
        "draft_right": holds(question.answers, draft),
        "inner": None if inner is None else [round(number, 3) for number in inner],
    }
    if not verdict.claims:
        return {**found, "views": None}
    text, _ = cited(verdict)
    return {
        **found,
        "short": verdict.short,
        "views": views_of(question.question, verdict, scored),
        "right": holds(question.answers, text),
        "lenient": holds_lenient(question.answers, text),
    }


def undecided(
    pipeline: Pipeline, text: str, filters: Filters, asked: date | None
) -> tuple[str, Verdict, tuple[Evidence, ...], Sequence[float] | None]:
    """The draft for one fact, what passes of it however likely it is, all sentences for it, best first, and what the
    model had in mind, as far as its engine tells.

    Raises ``LlmError``; ``ValueError`` where there is no language model.
    """
    if pipeline.llm is None:
        raise ValueError("drafts need a language model")
    question = pipeline.understand(text, (), filters, asked, as_written=False)
    ranked = pipeline.rank(question, pipeline.find(question))
    ranked = replace(ranked, sentences=pipeline.sentences_that_answer(question, ranked)[0])
    evidence = pipeline.picker(question)(ranked.sentences)
    if not evidence:
        return "", UNLIKELY, ranked.sentences, None
    whatever = pipeline.settings.model_copy(update={"certainty": 0.0})
    drafter = Drafter(pipeline.llm, whatever, question.query, question.request.time, ranked)
    draft, usage = finished(drafter.draft(evidence, lambda: None))
    verdict = drafter.passing(draft, evidence)
    return draft, verdict, ranked.sentences, usage.inner if usage else None


def finished(steps: Generator[Any, None, T]) -> T:
    """What a generator gives in the end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast(T, end.value)


def answers(lines: Sequence[Line]) -> list[tuple[Line, bool]]:
    """What passed of the drafts, and whether it is right: with the evidence removed nothing is.

    An article that puts the answer in other words, and so was not removed, tells nothing.
    """
    told = [line for line in lines if line["views"] and not (line["removed"] and line["lenient"])]
    return [(line, bool(line["right"]) and not line["removed"]) for line in told]


def outcome(line: Line, odds: Mapping[str, float], least: float) -> str:
    """What becomes of a question by the log-odds of each id: 'right', 'wrong', 'refused'."""
    if not line["views"] or logistic(odds[line["id"]]) < least:
        return "refused"
    return "right" if line["right"] else "wrong"


def table(lines: Sequence[Line], odds: Mapping[str, float]) -> str:
    """For each threshold the shares of what becomes of the questions, and of those without their evidence."""
    asked, removed = ([line for line in lines if line["removed"] is kind] for kind in (False, True))
    out = ["least  right  wrong  refused | refused with the evidence removed"]
    for least in THRESHOLDS:
        kinds = [outcome(line, odds, least) for line in asked]
        shares = "  ".join(f"{kinds.count(kind) / max(len(kinds), 1):.3f}" for kind in ("right", "wrong", "refused"))
        gone = [outcome(line, odds, least) for line in removed]
        out.append(f"{least:.2f}   {shares}  | {gone.count('refused') / max(len(gone), 1):.3f}")
    return "\n".join(out)


def learn_state(lines: Sequence[Line]) -> tuple[list[float], float]:
    """A weight for each number of an inner state, and the constant: whether the draft is right, by all drafts."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    x = np.array([line["inner"] for line in lines])
    mean = x.mean(axis=0)
    length = np.sqrt(((x - mean) ** 2).sum(axis=1).mean())  # so that the penalty does not depend on the layer
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=3_000)
    model.fit((x - mean) / length, [line["draft_right"] and not line["removed"] for line in lines])
    weights = np.round(model.coef_[0] / length, DECIMALS)
    return weights.tolist(), round(float(model.intercept_[0] - weights @ mean), DECIMALS)


def states(lines: Sequence[Line]) -> dict[str, float]:
    """Of each id with an inner state the log-odds by weights that were learnt without its question, in five folds."""
    told = [line for line in lines if line.get("inner")]
    fold = folds([line["id"].partition("#")[0] for line in told])
    out: dict[str, float] = {}
    for k in range(FOLDS):
        apart = [line for line, part in zip(told, fold, strict=True) if part == k]
        seen = [line for line, part in zip(told, fold, strict=True) if part != k]
        weights, bias = learn_state(seen) if apart else ([], 0.0)
        out |= {line["id"]: bias + sum(map(mul, weights, line["inner"])) for line in apart}
    return out


def fitted(lines: Sequence[Line]) -> str:
    """What ``fit`` prints."""
    state = states(lines)
    lines = [
        {**line, "views": {**line["views"], "state": state[line["id"]]}}
        if line["views"] and line["id"] in state
        else line
        for line in lines
        if not state or not line["views"] or line["id"] in state
    ]
    found = answers(lines)
    rows = [{name: v for name, v in line["views"].items() if name != "always"} for line, _ in found]
    right = [kind for _, kind in found]
    wanted = [(float(kind), 1.0) for kind in right]
    groups = [line["id"].partition("#")[0] for line, _ in found]
    weights = fit(rows, wanted, RIDGE)
    named = {**{name: weights[name] for name in rows[0]}, "always": weights[""]}
    scores = cross_validated(rows, wanted, groups, RIDGE)
    name = "WEIGHTS_WITH_STATE" if state else "CONFIDENCE_WEIGHTS"
    now = [weighted(CONFIDENCE_WEIGHTS, {key: line["views"][key] for key in CONFIDENCE_WEIGHTS}) for line, _ in found]
    odds = {line["id"]: weighted(named, line["views"]) for line in lines if line["views"]}
    odds |= {line["id"]: score for (line, _), score in zip(found, scores, strict=True)}
    return "\n".join(
        (
            f"{name} = {json.dumps(named)}",
            f"answers {len(rows)} to {len(set(groups))} questions; area: without a state {area(now, right):.3f}, "
            f"learnt and cross-validated {area(scores, right):.3f}",
            table(lines, odds),
            *(
                f"n={p['n']}: said {p['said']:.2f}, right {p['value']:.2f}"
                for p in reliability(list(zip(map(logistic, scores), right, strict=True)))
            ),
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser, _, fitting = commands("confidence", __doc__, gather="have the questions of a set drafted")
    fitting.add_argument("--replies", type=Path, help="where to write the weights of inner states")
    options = parser.parse_args(arguments)
    if options.command == "gather":
        write_lines(options, gather)
        return
    lines = read(options.files)
    print(fitted(lines))
    if options.replies:
        weights, bias = learn_state([line for line in lines if line["inner"]])
        options.replies.write_bytes(packed_weights({"weights": weights, "bias": bias}))


if __name__ == "__main__":
    main()
