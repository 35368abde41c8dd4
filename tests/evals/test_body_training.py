"""Weights for the blocks of pages are learnt from pages with true bodies and with segments."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from evals.measure.extraction import third
from evals.train import bodies
from evals.train.regression import fit
from rag.ingest.html.body import chances

STORY = (
    "The last ferry on the Sund will sail on day {} of May, the company said on Tuesday after a long meeting.",
    "It has carried people, sheep and one piano across the water since 19{}, and never once on a Sunday.",
    "A bridge will take its place. It cost {} million crowns, and nobody has asked for the sheep at all.",
)
MENU = "<ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li><li><a href='/about'>About us</a></li></ul>"
TEASERS = "".join(
    f"<div class='related'><p><a href='/{i}'>Bridge number {i} to open in autumn</a></p></div>" for i in range(3)
)


def page(i: int) -> tuple[str, list[str]]:
    story = [text.format(i + 11) for text in STORY]
    prose = "".join(f"<p>{text}</p>" for text in story)
    head = f"<html><head><title>Ferry line {i} to close</title></head>"
    main = f"<main><article><h1>Ferry line {i} to close</h1>{prose}</article></main>"
    return f"{head}<body>{MENU}{main}{TEASERS}<footer><p>© Wire {i}</p></footer></body></html>", story


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    sites = [url for i in range(60) if third(url := f"https://wire{i}.example/a") in bodies.THIRDS][:8]
    bodies_, segments = {}, {}
    for i, url in enumerate(sites):
        text, story = page(i)
        for folder in (whole, parts):
            (folder / f"{i}.html.gz").write_bytes(gzip.compress(text.encode()))
        bodies_[str(i)] = {"articleBody": "\n".join(story), "url": url}
        segments[str(i)] = {"url": url, "with": story[:1], "without": ["Sport", "Bridge number 2 to open in autumn"]}
    (whole / "truth.json").write_text(json.dumps(bodies_))
    (parts / "truth.json").write_text(json.dumps(segments))
    return whole, parts


def test_blocks_are_labelled_by_the_body_and_by_segments(folders: tuple[Path, Path]) -> None:
    whole, parts = (bodies.examples(folder, (0, 1, 2)) for folder in folders)
    for examples in (whole, parts):
        for example in examples:
            known = {b.text: label[0] for b, label in zip(example.found, example.labels, strict=True) if label}
            assert {text: kept for text, kept in known.items() if "ferry on the Sund" in text and kept != 1.0} == {}
            assert known["Bridge number 2 to open in autumn"] == 0.0


def test_what_is_learnt_tells_blocks_of_other_sites_apart(folders: tuple[Path, Path]) -> None:
    read = [example for folder in folders for example in bodies.examples(folder, (0, 1, 2))]
    told = bodies.validate(read)
    assert told == "F1 1.0000 (1.0000, 1.0000) on 8; segments 1.0000 on 8"


def test_the_command_writes_the_weights(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bodies, "WEIGHTS", tmp_path / "weights.json")
    monkeypatch.setattr(bodies, "FOLDS", 2)
    bodies.main([str(folder) for folder in folders])
    first, second = json.loads((tmp_path / "weights.json").read_text())
    assert {"", "vote"} <= set(first) < set(second)
    bodies.main([*(str(folder) for folder in folders), "--validate"])
    assert capsys.readouterr().out.count("segments 1.0000") == 3


def test_a_regression_finds_the_odds() -> None:
    rows = [{"wet": 1.0}] * 8 + [{"wet": 0.0}] * 8
    wanted = [(1.0, 1.0)] * 6 + [(0.0, 1.0)] * 2 + [(1.0, 1.0)] * 2 + [(0.0, 1.0)] * 6
    weights = fit(rows, wanted, 1e-6)
    wet, dry = chances([{"wet": 1.0}, {"wet": 0.0}], weights)
    assert math.isclose(wet, 0.75, abs_tol=1e-3) and math.isclose(dry, 0.25, abs_tol=1e-3)
