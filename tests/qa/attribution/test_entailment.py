"""A model for natural language inference: a real one, tiny and untrained, and what becomes of claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from rag.errors import ModelError
from rag.models.factory import open_nli
from rag.models.rerank.cross_encoder import Entailment
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.entailment import MIN_ENTAILMENT, entailed
from rag.qa.attribution.support import Claim
from rag.types import Article, Evidence
from tests.models.rerank.test_cross_encoder import save

BODY = "The ferry sails from 14 May. It has two boats."
ARTICLE = Article("a", "Ferry news", BODY, date(2024, 3, 1), source="Echo")
SAILS, BOATS = Evidence(ARTICLE, 0, 28, BODY[:28], 0.9), Evidence(ARTICLE, 29, len(BODY), BODY[29:], 0.5)


class Scripted:
    """Finds that what says one of ``words`` follows."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.asked: list[tuple[str, str]] = []

    def carried(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.asked += pairs
        return [
            MIN_ENTAILMENT if any(w in hypothesis for w in self.words) else MIN_ENTAILMENT - 0.01
            for _, hypothesis in pairs
        ]


def check(verdict: Verdict, model: object) -> Verdict:
    return entailed(verdict, cast(Entailment, model))


TWO = Verdict((Claim("It sails from 14 May.", (SAILS,)), Claim("Two boats sail.", (SAILS, BOATS))), "14 May")


def test_claims_that_do_not_follow_are_cut() -> None:
    model = Scripted("14 May")
    left = check(TWO, model)
    assert [claim.text for claim in left.claims] == ["It sails from 14 May."] and left.short == "14 May"
    assert model.asked[0] == ("(Ferry news) The ferry sails from 14 May.", "It sails from 14 May.")
    assert len(model.asked) == 1 + 3, "each quote alone, and both together"
    assert check(TWO, Scripted("boats")).short is None, "the short answer went with its claim"
    assert check(TWO, Scripted("boats", "May")) == TWO


def test_where_nothing_follows_it_is_a_refusal_with_its_reason() -> None:
    left = check(TWO, Scripted())
    assert not left.claims and left.reason == "the answer does not follow from the quotes"
    refusal = Verdict((), None, "no sentence bears on it")
    assert check(refusal, Scripted()) is refusal


def test_a_failing_model_leaves_the_answer_as_it_is(tmp_path: Path) -> None:
    assert check(TWO, Entailment(str(tmp_path))) is TWO


def labelled(folder: Path, *labels: str) -> str:
    name = save(folder, labels=len(labels))
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {str(i): label for i, label in enumerate(labels)}
    config["label2id"] = {label: i for i, label in enumerate(labels)}
    (folder / "config.json").write_text(json.dumps(config))
    return name


def test_the_column_of_entailment_is_a_probability(tmp_path: Path) -> None:
    pairs = [("The ferry sank off Ilsaholm.", "The ferry sank."), ("Tickets cost nine crowns.", "Nobody drowned.")]
    orders = {}
    for i in range(3):
        labels = ["contradiction", "neutral"]
        labels.insert(i, "Entailment")
        model = open_nli(labelled(tmp_path / str(i), *labels))
        assert model is not None
        orders[i] = model.carried(pairs)
        assert model.carried([]) == []
    for row in zip(*orders.values(), strict=True):
        assert sum(row) == pytest.approx(1, abs=1e-5) and len(set(row)) == 3
    assert open_nli("none") is None


def test_a_model_without_entailment_is_named(tmp_path: Path) -> None:
    model = Entailment(labelled(tmp_path / "m", "yes", "no", "perhaps"))
    with pytest.raises(ModelError, match=r"has no label for entailment \(it has yes, no, perhaps\)"):
        model.carried([("a", "b")])
