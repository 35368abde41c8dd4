"""What a request is in words that no rule knows: what was learnt, with the embedder it was learnt for."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from evals.train import kinds as training
from evals.train.ranking import read
from rag.models.factory import open_embedder
from rag.protocols import Embedder
from rag.qa.learnt.kind_model import learnt_kind, runs_of_words
from rag.qa.question.request import request
from rag.qa.requests.kinds import KINDS_OF_ONE_FACT
from rag.settings import Settings
from tests.support.fakes import FakeEmbedder


@pytest.fixture(scope="module")
def real() -> Embedder:
    return open_embedder(Settings.load())


def test_of_requests_held_apart_far_more_are_taken_for_what_they_are(real: Embedder) -> None:
    by_rules, all_ = training.taken_rightly(real, learnt=False)
    learnt, _ = training.taken_rightly(real, learnt=True)
    assert all_ == 60
    assert by_rules >= 29  # 31 when they were written, by somebody who saw no rule
    assert learnt >= by_rules + 6  # 39


def test_questions_after_one_fact_stay_what_they_are(real: Embedder) -> None:
    rows = read([training.SETS / "requests-kinds.jsonl"])
    facts = [row["request"] for row in rows if row["kind"] == "fact" and row["held"]]
    assert len(facts) >= 15
    taken = [kind for text in facts if (kind := learnt_kind(text, real))]
    assert len(taken) <= 1
    assert {*taken} <= KINDS_OF_ONE_FACT


def test_what_the_rules_see_is_not_asked_and_another_embedder_leaves_them_alone(real: Embedder) -> None:
    said = "Walk me through how the baths went from doomed to rescued"
    assert request(said).kind == "fact"
    assert request(said, lambda text: learnt_kind(text, real)).kind == "change"
    assert learnt_kind(said, FakeEmbedder()) is None
    assert request("List the bidders", pytest.fail).kind == "list"


def test_names_and_numbers_are_each_one_word() -> None:
    assert runs_of_words("Was Ada Lovelace 36?") == [
        "was", "name", "num", "?", "was name", "name num", "num ?", "was name num", "name num ?",
    ]  # fmt: skip


def test_what_is_saved_is_what_was_learnt(tmp_path: Path) -> None:
    given = [(f"compare town{n} and city{n}", "comparison") for n in range(6)]
    given += [(f"who runs town{n}", "fact") for n in range(6)]
    embedder = FakeEmbedder()
    model = training.learn(given, embedder)
    kind, chance = model.likeliest("compare the port and the dam", embedder)
    assert kind == "comparison"
    assert 0.5 < chance <= 1
    training.save(model, tmp_path / "kinds")
    stored = json.loads(gzip.decompress((tmp_path / "kinds").read_bytes()))
    assert stored == json.loads(json.dumps(asdict(model)))
