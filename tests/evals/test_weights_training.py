"""What the weights of the ranking and of the confidence are learnt from, and that they are learnt."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import EvalSet, Question
from evals.measure.statistics import area
from evals.train import confidence, ranking
from evals.train.ranking import recalls
from evals.train.regression import cross_validated, fit, log_odds_of
from rag import News, Settings
from rag.index.store import open_store
from rag.news import manifest
from rag.protocols import Reading, Sentence
from rag.qa.answer.confidence import CONFIDENCE_WEIGHTS, WEIGHTS_WITH_STATE
from rag.qa.retrieval.reranking import RERANKING_WEIGHTS
from rag.text.sentences import sentence_spans
from rag.types import Chunk
from tests.support.fakes import FakeEmbedder, FakeLlm

TOWNS = ("Ashcombe", "Brannock", "Corwen", "Dunmore", "Elham", "Fenwray")


def town_set() -> EvalSet:
    records = [
        {
            "id": town,
            "title": f"Harbour of {town}",
            "text": f"The harbour of {town} has {n + 11} boats. Its mayor is Ada {town[:3]}.",
            "published": "2024-09-01",
        }
        for n, town in enumerate(TOWNS)
    ]
    questions = tuple(
        Question(town, f"How many boats has the harbour of {town}?", (str(n + 11),), supporting=(town,))
        for n, town in enumerate(TOWNS)
    )
    return EvalSet("towns", "records", questions, lambda: records)


class Marker:
    """Marks the number of every sentence."""

    name = "marker"

    def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
        def sentence(chunk: Chunk, start: int, end: int) -> Sentence:
            text = chunk.text[start:end]
            at = next((i for i, c in enumerate(text) if c.isdigit()), None)
            span = None if at is None else (chunk.start + start + at, chunk.start + start + at + 2)
            return Sentence(chunk.start + start, chunk.start + end, 2.0 if span else -2.0, span, 1.0)

        return [
            Reading(0.0, tuple(sentence(chunk, *found) for found in sentence_spans(chunk.text))) for chunk in chunks
        ]


@pytest.fixture
def towns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[News]:
    """Each call of the commands gets its own; the model says of every harbour that it has eleven boats."""
    opened: list[News] = []

    def open_index(eval_set: EvalSet, digest: str | None, settings: Settings) -> tuple[News, None]:
        embedder = FakeEmbedder()
        store = open_store(tmp_path / f"index{len(opened)}", manifest(embedder), create=True)
        llm = FakeLlm([["The harbour of Ashcombe has 11 boats."]], can_score=True)
        news = News(settings, embedder, store, llm, Marker())
        assert eval_set.records is not None
        file = tmp_path / "articles.jsonl"
        file.write_text("".join(json.dumps(record) + "\n" for record in eval_set.records()))
        news.add(file)
        opened.append(news)
        return news, None

    monkeypatch.setattr(ranking, "open_index", open_index)
    monkeypatch.setattr(ranking, "load_set", lambda _: town_set())
    monkeypatch.setattr(ranking, "Reader", lambda _: Marker())
    return opened


# -- what is gathered --------------------------------------------------------------------------------------------------


def test_sentences_are_gathered_with_what_is_weighed_and_go_on_where_they_stopped(
    towns: list[News], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sentences.jsonl"
    command = ["gather", "towns", "--out", str(out), "--removed", "2"]
    ranking.main(command)
    whole = out.read_text()
    lines = [json.loads(line) for line in whole.splitlines()]
    assert [line["id"] for line in lines[:6]] == list(TOWNS)
    assert [line["removed"] for line in lines] == [False] * 6 + [True] * 2
    for line in lines:
        right = [row for row in line["rows"] if row["right"]]
        assert [row["span"] for row in right] == ([] if line["removed"] else line["answers"])
        assert set(line["rows"][0]["views"]) == set(RERANKING_WEIGHTS)
        assert line["found"] is not line["removed"]
    out.write_text("".join(whole.splitlines(keepends=True)[:5]))
    ranking.main(command)
    assert out.read_text() == whole
    ranking.main(["fit", str(out)])
    told = capsys.readouterr().out
    assert "RERANKING_WEIGHTS = {" in told and "SCALE, SHIFT = " in told
    assert told.count("a right sentence among the best") == 3


def test_drafts_are_gathered_with_what_is_weighed(
    towns: list[News], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "drafts.jsonl"
    confidence.main(["gather", "towns", "--out", str(out), "--removed", "3"])
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == 9
    first, *others = lines
    assert first["draft"] == "The harbour of Ashcombe has 11 boats."
    assert first["right"] and set(first["views"]) == set(CONFIDENCE_WEIGHTS)
    assert not any(line["views"] and line["right"] for line in others)
    assert not any(right for _, right in confidence.answers([line for line in lines if line["removed"]]))


def draft(name: str, right: bool, score: float, *, removed: bool = False) -> dict[str, Any]:
    views = {"score": score, "share": 0.5, "unspoken": 0.0, "always": 1.0}
    return {"id": name, "removed": removed, "views": views, "right": right, "lenient": right}


def test_the_confidence_is_learnt_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(4)
    lines = [draft(f"q{n}", n % 2 == 0, draw.gauss(1.0 if n % 2 == 0 else -1.0, 0.7)) for n in range(60)]
    lines += [draft(f"q{n}#evidence-removed", False, -2.0, removed=True) for n in range(8)]
    lines.append({"id": "none", "removed": False, "views": None})
    (tmp_path / "lines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    confidence.main(["fit", str(tmp_path / "lines.jsonl")])
    told = capsys.readouterr().out
    weights = json.loads(told.splitlines()[0].removeprefix("CONFIDENCE_WEIGHTS = "))
    assert weights["score"] > 1 and set(weights) == set(CONFIDENCE_WEIGHTS)
    assert float(told.split("cross-validated ")[1].split()[0]) > 0.9
    assert "refused with the evidence removed" in told and ", right " in told


def test_what_the_model_had_in_mind_is_learnt_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(5)
    lines = []
    for n in range(80):
        right = n % 2 == 0
        inner = [draw.gauss(0, 1), draw.gauss(2.0 if right else -2.0, 1), draw.gauss(5, 1)]
        lines.append({**draft(f"q{n}", right, draw.gauss(0, 1)), "draft_right": right, "inner": inner})
    file, weights = tmp_path / "lines.jsonl", tmp_path / "replies.json.gz"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    confidence.main(["fit", str(file), "--replies", str(weights)])
    told = capsys.readouterr().out
    named = json.loads(told.splitlines()[0].removeprefix("WEIGHTS_WITH_STATE = "))
    assert set(named) == set(WEIGHTS_WITH_STATE) and named["state"] > 0
    assert float(told.split("cross-validated ")[1].split()[0]) > 0.9
    stored = json.loads(gzip.decompress(weights.read_bytes()))
    assert stored["weights"][1] > 2 * abs(stored["weights"][0]) and len(stored["weights"]) == 3


# -- what is learnt ----------------------------------------------------------------------------------------------------


def line(draw: random.Random, n: int) -> dict[str, Any]:
    """A question in which the reader's sentence score alone tells the right sentence, and words mislead."""
    rows = []
    for i in range(12):
        right = i == 5
        views = {name: draw.random() for name in RERANKING_WEIGHTS}
        views |= {"sentence": 3.0 * right + draw.random(), "words": 0.5 * (not right) + 0.1 * draw.random()}
        rows.append({"views": views, "quote": f"{n}.{i}", "right": right})
    return {"id": str(n), "removed": False, "rows": rows}


def test_the_ranking_learns_what_tells_and_keeps_what_does_not_vary() -> None:
    draw = random.Random(1)
    lines = [line(draw, n) for n in range(60)]
    for one in lines:
        for row in one["rows"]:
            row["views"]["named"] = 0.0
    weights = ranking.learn(lines[:40])
    assert recalls(lines[40:], RERANKING_WEIGHTS)[1] < 0.6
    assert recalls(lines[40:], weights)[1] > 0.9
    assert weights["named"] == RERANKING_WEIGHTS["named"]
    assert weights["sentence"] > RERANKING_WEIGHTS["sentence"] and weights["words"] < RERANKING_WEIGHTS["words"]
    assert ranking.validated(lines)[1] > 0.9
    scale, shift = ranking.calibrated(lines, weights)
    assert scale > 0 > shift


def test_a_regression_finds_the_weights_it_was_made_with_and_is_checked_on_others() -> None:
    draw = random.Random(2)
    rows = [{"a": draw.gauss(0, 1), "b": draw.gauss(0, 1)} for _ in range(3000)]
    odds = [1.5 * row["a"] - 0.5 * row["b"] - 1.0 for row in rows]
    wanted = [(float(draw.random() < 1 / (1 + math.exp(-o))), 1.0) for o in odds]
    weights = fit(rows, wanted, 1e-3)
    assert weights == pytest.approx({"a": 1.5, "b": -0.5, "": -1.0}, abs=0.15)
    groups = [str(n % 50) for n in range(len(rows))]
    scores = cross_validated(rows, wanted, groups, 1e-3)
    assert scores == pytest.approx([log_odds_of(weights, row) for row in rows], abs=0.25)
    assert scores != [log_odds_of(weights, row) for row in rows]


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=12))
def test_the_area_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    good, bad = ([s for s, right in pairs if right is kind] for kind in (True, False))
    found = area([float(s) for s, _ in pairs], [right for _, right in pairs])
    if not good or not bad:
        assert math.isnan(found)
    else:
        wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
        assert found == pytest.approx(wins / (len(good) * len(bad)))


def test_what_becomes_of_a_question_by_the_threshold() -> None:
    good, bad, none = (
        draft("good", True, 0.0),
        draft("bad", False, 0.0),
        {"id": "none", "removed": False, "views": None},
    )
    odds = {"good": 1.0, "bad": 0.0}
    assert [confidence.outcome(one, odds, 0.5) for one in (good, bad, none)] == ["right", "wrong", "refused"]
    assert confidence.outcome(good, odds, 0.9) == "refused"
    told = confidence.table([good, bad, none], odds).splitlines()
    assert told[1].split()[1:4] == ["0.333", "0.333", "0.333"]
    assert told[-1].split()[1:4] == ["0.000", "0.000", "1.000"]


def test_an_article_that_says_it_in_other_words_tells_nothing() -> None:
    kept = draft("a#evidence-removed", False, 0.0, removed=True)
    assert confidence.answers([draft("b#evidence-removed", True, 0.0, removed=True), kept]) == [(kept, False)]
