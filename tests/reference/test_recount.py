"""The figures of a run counted again from ``results.jsonl`` alone, by code that shares nothing with ``evals``."""

from __future__ import annotations

import json
import math
import re
import statistics
import string
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from tests.conftest import RunEval
from tests.support.towns import knowing, towns


def squad(text: str) -> list[str]:
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return [word for word in text.split() if word not in ("a", "an", "the")]


def within(answer: str, text: str) -> bool:
    short, long = squad(answer), squad(text)
    return any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1)) if short else False


def overlap(said: str, gold: str) -> float:
    common = (Counter(squad(said)) & Counter(squad(gold))).total()
    return 2 * common / (len(squad(said)) + len(squad(gold))) if common else 0.0


def mean(values: Iterable[float]) -> float:
    return statistics.fmean(values)


def recount(lines: list[dict[str, Any]]) -> dict[str, float]:
    answerable = [x for x in lines if x["answerable"]]
    unanswerable = [x for x in lines if x["answerable"] is False]
    cited = [x for x in lines if not x["refused"]]

    def text(x: dict[str, Any]) -> str:
        return "" if x["refused"] else re.sub(r"\[\d+\]", "", x["answer"])

    def short(x: dict[str, Any]) -> str:
        return "" if x["refused"] else x["short_answer"] or text(x)

    def gain(x: dict[str, Any]) -> float:
        gold = {a["article_id"] for a in x["supporting_articles"]}
        ranked = list(dict.fromkeys(hit["article_id"] for hit in x["retrieved"]))[:10]
        best = sum(1 / math.log2(n + 2) for n in range(min(len(gold), 10)))
        return sum(1 / math.log2(n + 2) for n, a in enumerate(ranked) if a in gold) / best

    return {
        "contains_answer": mean(any(within(a, text(x)) for a in x["answers"]) for x in answerable),
        "exact_match": mean(any(squad(a) == squad(short(x)) for a in x["answers"]) for x in answerable),
        "f1": mean(max(overlap(short(x), a) for a in x["answers"]) for x in answerable),
        "refused_answerable": mean(x["refused"] for x in answerable),
        "refused_unanswerable": mean(x["refused"] for x in unanswerable),
        "answer_recall@3": mean(
            any(within(a, hit["text"]) for hit in x["retrieved"][:3] for a in x["answers"]) for x in answerable
        ),
        "ndcg@10": mean(gain(x) for x in answerable),
        "citation_recall": sum(bool(re.search(r"\[\d+\]", x["answer"])) for x in cited) / len(cited),
        "total_ms_p50": statistics.median(x["timings_ms"]["total"] for x in lines),
    }


@pytest.mark.parametrize("seed", [0, 1])
def test_another_count_comes_to_the_same(run_eval: RunEval, seed: int) -> None:
    done = run_eval(towns(), llm=knowing(), limit=7, seed=seed, evidence_removed=4)
    lines = [json.loads(text) for text in (done.folder / "results.jsonl").read_text().splitlines()]
    summary = json.loads((done.folder / "summary.json").read_text())
    for name, value in recount(lines).items():
        assert summary["metrics"][name]["value"] == pytest.approx(value, abs=5e-4), name
