"""What ``python -m evals.bench embedding`` measures: on small made-up vectors, where the right figures are known."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from evals.bench.embedding import answered, drawn, loss, race, sample
from evals.records import EvalSet, Question
from rag.types import Chunk


def chunk(text: str, n: int = 0) -> Chunk:
    return Chunk(id=f"c{n}", article_id="a", start=0, end=len(text), text=text, embedded_text=text)


def test_a_sample_has_all_lengths_alike() -> None:
    chunks = [chunk("x" * (i % 50), i) for i in range(1000)]
    found = sample(chunks, 100)
    assert len(found) == 100
    assert sorted({len(c.text) for c in found}) == sorted({len(c.text) for c in chunks})
    assert sample(chunks[::-1], 100) == found, "whatever their order"
    assert len(sample(chunks, 5000)) == 1000


def test_both_embed_every_text_once_and_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, list[str]]] = []
    now = 0.0
    monkeypatch.setattr("evals.bench.embedding.time.perf_counter", lambda: now)

    def embed(name: str, pause: float) -> Any:
        def run(texts: list[str]) -> Any:
            nonlocal now
            calls.append((name, texts))
            now += pause * len(texts)
            return np.array([[float(text)] for text in texts])

        return run

    texts = [str(i) for i in range(12)]
    speed, vectors = race(embed("ours", 0.001), embed("theirs", 0.01), texts, blocks=4)
    assert [name for name, _ in calls] == ["theirs", "ours", "ours", "theirs"] * 2
    assert sorted(t for name, part in calls if name == "ours" for t in part) == sorted(texts)
    for side in vectors:
        assert side[:, 0].tolist() == [float(text) for text in texts], "in the order of the texts"
    assert [speed.lowest, speed.ratio] == pytest.approx([10, 10])
    assert [speed.ours, speed.theirs] == pytest.approx([1000, 100])


def test_the_loss_is_none_between_equal_vectors_and_seen_between_others() -> None:
    theirs = np.eye(12, dtype=np.float32)
    holding = [{0}, {1}]
    none = loss((theirs, theirs), (theirs[:2], theirs[:2]), holding)
    assert (none.mean, none.lowest, none.questions) == (1, 1, 2)
    assert (none.theirs, none.ours, none.overlap) == (1, 1, 1)
    ours = theirs[::-1].copy()  # each question finds the chunk at the other end, then the rest in their order
    lost = loss((ours, theirs), (theirs[:2], theirs[:2]), [{8}, {1}])
    assert (lost.mean, lost.theirs, lost.ours) == (0, 0.5, 0.5)
    assert lost.overlap < 1


def test_questions_are_those_whose_answer_stands_in_a_chunk() -> None:
    asked = (Question("1", "Who won?", ("Ada Lovelace",)), Question("2", "Who lost?", ("Nobody at all",)))
    chunks = [chunk("A dull day."), chunk("It was Ada Lovelace, again.")]
    assert answered(EvalSet("set", "records", asked), chunks) == (["Who won?"], [{1}])


@pytest.mark.parametrize("n", [1, 5, 10, 30])
def test_articles_are_drawn_with_what_supports_questions_first(n: int) -> None:
    records = [{"url": f"u{i}", "title": f"T{i}", "text": "Body.", "published": "2025-01-02"} for i in range(20)]
    asked = tuple(Question(str(i), "?", ("a",), supporting=(f"u{i}", "gone")) for i in range(0, 20, 2))
    found = drawn(EvalSet("set", "records", asked, records=lambda: records), n, random.Random(0))
    assert len(found) == len({a.id for a in found}) == min(n, 20)
    assert all(int(a.id) % 2 == 0 for a in found[: min(n * 4 // 5, 10)])
    assert drawn(EvalSet("set", "records", asked, records=lambda: records), n, random.Random(0)) == found
