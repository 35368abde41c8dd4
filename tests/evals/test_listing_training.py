"""The weights of lists: what is written down of a request, and what is learnt from it."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

import pytest

from evals.train.listing import fitting, gathering
from evals.train.ranking import read
from rag.qa.learnt.stored import packed_weights
from rag.qa.listing.weighing import listing_weights

HARBOUR = {
    "url": "https://ledger.example/crews",
    "title": "Crews of the harbour race are named",
    "published": "2025-03-02",
    "source": "The Ledger",
    "text": "The crews of the harbour race are Hollin, Marl Bay and Corwen, the club said on Sunday. A new boat was "
    "bought for the juniors. The race begins at noon beside the old customs house.",
}
BAKERY = {
    **HARBOUR,
    "url": "https://ledger.example/bread",
    "title": "Bakery closes",
    "text": "The bakery is closed now.",
}


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    rows = [
        {"pile": "harbour", "request": "List the crews of the harbour race", "kind": "list",
         "must": ["Hollin", ["Marl Bay", "Marl"], "Corwen"]},
        {"pile": "harbour", "request": "Who bought a boat?", "kind": "fact", "must": ["club"]},
        {"pile": "other", "request": "List the bakeries", "kind": "list", "must": ["bakery"]},
    ]  # fmt: skip
    (tmp_path / gathering.PILES).write_text(json.dumps({"harbour": [HARBOUR["url"]], "other": []}))
    (tmp_path / "lists.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(article) + "\n" for article in (HARBOUR, BAKERY))
    return tmp_path


def test_what_a_list_may_take_is_written_with_what_is_right(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = lists / "lines.jsonl"
    given = ["gathering", str(lists / "lists.jsonl"), "--articles", str(lists / "articles.jsonl.gz")]
    monkeypatch.setattr(sys, "argv", [*given, "--pile", "harbour", "--out", str(out)])
    gathering.main()
    [line] = read([out])
    assert (line["request"], line["musts"]) == ("List the crews of the harbour race", 3)
    right = [c for c in line["candidates"] if c["right"]]
    assert right and all(set(c["views"]) == set(listing_weights()) - {""} for c in line["candidates"])
    assert any(c["has"] == [0, 1, 2] for c in right)
    assert not any("bakery" in c["quote"] for c in line["candidates"])


def made(requests: int = 30) -> list[gathering.Line]:
    """Requests each with six candidates, of which the two with a high 'rule' hold the two things wanted."""
    draw = random.Random(7)
    return [
        {
            "request": f"request {n}",
            "musts": 2,
            "candidates": [
                {"views": {"rule": draw.gauss(3.0 if place < 2 else 0.0, 0.5), "length": draw.gauss(0.0, 1.0)},
                 "right": place < 2, "quote": f"sentence {place}", "has": [place] if place < 2 else []}
                for place in range(6)
            ],
        }
        for n in range(requests)
    ]  # fmt: skip


def test_weights_are_learnt_of_what_tells_and_judged_without_their_request() -> None:
    lines = made()
    weights, odds = fitting.learn(lines)
    assert weights["rule"] > 5 * abs(weights["length"])
    whole, told, right = fitting.counted(lines, odds, 0.0)
    assert whole >= 28 and right >= 0.95 * told
    assert fitting.counted(lines, odds, 1e9)[1] == len(lines)  # at least the likeliest


def test_the_command_writes_the_weights_and_prints_what_each_threshold_is_worth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "made.jsonl", tmp_path / "weights.json.gz"
    file.write_text("".join(json.dumps(line) + "\n" for line in made()))
    monkeypatch.setattr(sys, "argv", ["fitting", str(file), "--out", str(out)])
    fitting.main()
    assert out.read_bytes() == packed_weights(fitting.learn(made())[0])
    assert "from -1.25 on, made: " in capsys.readouterr().out
