"""What a request is in words that no rule knows: what was learnt, with the embedder it was learnt for."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from evals.train import kinds as training
from evals.train.ranking import read
from rag.models.factory import open_embedder
from rag.protocols import Embedder
from rag.qa.learnt.kind_model import learnt_kind, parts_of, words_and_marks
from rag.qa.question.request import request
from rag.qa.requests.kinds import KINDS_OF_ONE_FACT
from rag.settings import Settings
from tests.support.fakes import FakeEmbedder


@pytest.fixture(scope="module")
def real() -> Embedder:
    return open_embedder(Settings.load())


@pytest.mark.parametrize(
    ("name", "least", "of"),
    [
        ("requests-kinds-2.jsonl", 50, 60),
        ("requests-kinds-3.jsonl", 303, 350),
        ("requests-kinds-4.jsonl", 675, 803),
        ("requests-kinds-5.jsonl", 530, 617),
    ],
)
def test_of_requests_held_apart_far_more_are_taken_for_what_they_are(
    real: Embedder, name: str, least: int, of: int
) -> None:
    by_rules, all_ = training.taken_rightly(name, real, learnt=False)
    learnt, _ = training.taken_rightly(name, real, learnt=True)
    assert all_ == of
    assert learnt >= least > by_rules + of / 6  # 53, 310, 683 and 541 when it was learnt


def test_nothing_that_is_held_apart_is_learnt_from() -> None:
    learnt_from = list(training.examples([]))
    held = {row["request"] for name in training.HELD_FILES for row in read([training.SETS / name]) if row["held"]}
    assert len(held) >= 1800
    assert not held & {text for text, _ in learnt_from}
    kinds = Counter(training.learnt_as(kind) for _, kind in learnt_from)
    assert kinds["list"] > 1500 and kinds["fact"] > 3000 and kinds["yes-no"] > 900  # with those about real news
    assert {"which", "who", "the"} <= training.common_words(text for text, _ in learnt_from)


def test_questions_after_one_fact_stay_what_they_are(real: Embedder) -> None:
    rows = read([training.SETS / "requests-kinds.jsonl"])
    facts = [row["request"] for row in rows if row["kind"] == "fact" and row["held"]]
    assert len(facts) >= 15
    taken = [kind for kind, _ in training.taken_otherwise(facts, real)]
    assert len(taken) <= 1
    assert {*taken} <= KINDS_OF_ONE_FACT


def test_what_the_rules_see_stays_unless_another_kind_is_far_likelier(real: Embedder) -> None:
    assert learnt_kind("List the stages of the Corwen tram line", "list", real) == "list"
    assert learnt_kind("Why was the vote moved?", "reason", real) == "reason"
    assert learnt_kind("how many newspapers feed into you", "count", real) == "about-us"
    assert learnt_kind("how many newspapers has Ashcombe got", "count", real) == "count"
    assert learnt_kind("Tell me all about how the fare rose from 2 to 4 pounds", "summary", real) == "change"


def test_another_embedder_leaves_the_rules_alone(real: Embedder) -> None:
    said = "Walk me through how the baths went from doomed to rescued"
    assert request(said).kind == "fact"
    assert request(said, lambda text, kind: learnt_kind(text, kind, real)).kind == "change"
    assert learnt_kind(said, "fact", FakeEmbedder()) == "fact"
    assert learnt_kind("Do they all tell the same story, the papers?", "yes-no", real) != "fact"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Was Ada Lovelace 36?", "^ was NAME NUM ? $"),
        ("Who sings 'Who Says So' now", "^ who sings QUOTE now $"),
        ("I wonder who won. Any news?", "^ i wonder ^ who won . ^ any news ? $"),
        ("Harcourt Castle: Sold?", "^ harcourt NAME : ^ sold ? $"),
        ("Ash Dam: Where Things Are Now", "^ ash NAME : ^ where NAME are now $"),
    ],
)
def test_the_words_of_a_request(text: str, words: str) -> None:
    assert " ".join(words_and_marks(text, {"where", "are", "now"})) == words


def test_a_word_of_the_matter_is_its_ending_and_its_letters() -> None:
    parts = parts_of("Which towns flooded", {"which"})
    assert {"^ which towns", "~^ which _s _ed", "#tow", "#wns "} <= {*parts}
    assert not any(part.startswith("~") and "town" in part for part in parts)


def test_what_is_saved_is_what_was_learnt(tmp_path: Path) -> None:
    given = [(f"compare town{n} and city{n}", "comparison") for n in range(6)]
    given += [(f"who runs town{n}", "fact") for n in range(6)]
    given += [(f"list all towns near town{n}", "list") for n in range(6)]
    embedder = FakeEmbedder()
    model = training.learn(given, training.common_words(text for text, _ in given * 2), embedder)
    assert model.common >= {"compare", "and", "who", "runs"}
    scores = model.scores("compare the port and the dam", embedder)
    assert scores["comparison"] > scores["fact"]
    training.save(model, tmp_path / "kinds")
    stored = json.loads(gzip.decompress((tmp_path / "kinds").read_bytes()))
    assert stored == json.loads(json.dumps(asdict(model) | {"common": sorted(model.common)}))
