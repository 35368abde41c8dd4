"""Pairs of our own: real changes and look-alikes, claims that a quote carries and claims that it takes back.

Half of each was written down before the rules, half was kept aside until they held on the first; docs/experiments.md
has what the second half gave when it was first looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from rag.qa.attribution import claims
from rag.qa.attribution.claims import Verdict
from rag.qa.conflicts.values import value_change
from rag.qa.question.request import request
from rag.types import Article, Evidence
from tests.support.paths import DATA


def verify(question: str, draft: str, evidence: Sequence[Evidence]) -> Verdict:
    return claims.verify(question, draft, evidence, time=request(question).time)


PAIRS = DATA / "pairs"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (PAIRS / name).read_text(encoding="utf-8").splitlines()]


def evidence(row: dict[str, Any], key: str) -> Evidence:
    article = Article(
        key, row["title"], row["text"], published=date.fromisoformat(row["published"]), source=row["source"]
    )
    start = article.body.index(row["quote"])
    return Evidence(article, start, start + len(row["quote"]), row["quote"], 0.7)


def told(row: dict[str, Any]) -> bool:
    cited, other = evidence(row["cited"], "cited"), evidence(row["other"], "other")
    return value_change(row["question"], row["claim"], row["short"], cited, [cited, other]) is not None


def carried(row: dict[str, Any]) -> bool:
    return bool(verify(row["question"], row["claim"], [evidence(row["article"], "article")]).claims)


CHANGES, CLAIMS = rows("changes.jsonl"), rows("claims.jsonl")


@pytest.mark.parametrize("row", [r for r in CHANGES if not r["same"]], ids=lambda r: f"{r['id']}-{r['kind']}")
def test_no_look_alike_is_told_as_a_change(row: dict[str, Any]) -> None:
    assert not told(row)


def test_most_real_changes_are_told() -> None:
    real = [r for r in CHANGES if r["same"]]
    assert len(real) == 30
    assert sum(map(told, real)) >= 24


@pytest.mark.parametrize(("label", "least"), [(True, 36), (False, 36)])
def test_the_check_tells_what_a_quote_carries_from_what_it_takes_back(label: bool, least: int) -> None:
    some = [r for r in CLAIMS if r["carried"] is label]
    assert len(some) == 40
    right = [r["id"] for r in some if carried(r) is label]
    assert len(right) >= least, sorted({r["id"] for r in some} - set(right))
