"""The measure of reading, by hand on small bodies, and what it says of real pages."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evals.measure.extraction import (
    FOLDER,
    SEGMENTS,
    Overlap,
    interval,
    main,
    measure,
    overlap,
    scores,
    segments_right,
    shingles,
    stored,
    third,
    trafilatura_precise,
)  # fmt: skip
from evals.measure.statistics import ratio

TRUE = "the last ferry will sail in May"


def test_shingles_are_four_words_as_often_as_they_stand_there() -> None:
    assert shingles("a b, c d. A b c d") == {
        ("a", "b", "c", "d"): 1, ("b", "c", "d", "A"): 1, ("c", "d", "A", "b"): 1, ("d", "A", "b", "c"): 1,
        ("A", "b", "c", "d"): 1,
    }  # fmt: skip
    assert shingles("two words") == {("two", "words"): 1}
    assert shingles("a a a a a") == {("a", "a", "a", "a"): 2}
    assert not shingles(" ... ")


@pytest.mark.parametrize(
    ("read", "shared", "precision", "recall"),
    [
        (TRUE, Overlap(4, 0, 0), 1, 1),
        ("Share this: " + TRUE, Overlap(4, 2, 0), 4 / 6, 1),
        ("the last ferry will sail", Overlap(2, 0, 2), 1, 0.5),
        ("nothing of it is here", Overlap(0, 2, 4), 0, 0),
        ("", Overlap(0, 0, 4), 0, 0),
    ],
)
def test_precision_and_recall_of_a_page(read: str, shared: Overlap, precision: float, recall: float) -> None:
    found = overlap(read, TRUE)
    assert found == shared
    assert (found.precision, found.recall) == (precision, recall)


def test_f1_is_of_the_averages_and_an_empty_page_has_no_precision() -> None:
    pages = [overlap(TRUE, TRUE), overlap("the last ferry will sail", TRUE), overlap("", TRUE)]
    f1, precision, recall = scores(pages)
    assert (precision, recall) == (1, 0.5)
    assert f1 == pytest.approx(2 / 3)
    low, high = interval(pages)
    assert low <= f1 <= high
    assert low < high
    assert scores([overlap("", "")])[1:] == (0, 0)


def test_the_command_on_a_folder_and_without_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = [
        f"The last ferry will sail on day {i} of May, the company said after a meeting in the old hall."
        for i in range(6)
    ]
    page = "<html><body><article><h1>Ferry line to close</h1>" + "".join(f"<p>{s}</p>" for s in story)
    for name in ("a", "b"):
        (tmp_path / f"{name}.html.gz").write_bytes(gzip.compress(page.encode()))
    truth = {name: {"articleBody": "\n".join(story), "url": "https://a.example/x"} for name in ("a", "b")}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    main([str(tmp_path)])
    shown = capsys.readouterr().out
    assert shown.splitlines()[2].split()[:3] == ["stored", "articles", "1.000"]
    assert "trafilatura, favor_precision" in shown
    with pytest.raises(SystemExit, match=r"no truth\.json there"):
        main([str(tmp_path / "gone")])


def test_segments_are_right_where_they_belong_whatever_the_spaces() -> None:
    true = {"with": ["the last ferry", "in  May"], "without": ["Share this", "Comments"]}
    assert segments_right("Share this:\nthe last\nferry will sail in May", true) == (3, 4)
    assert segments_right("the last fer\u00adry", {"with": ["the last ferry"]}) == (1, 1)
    assert segments_right("", {}) == (0, 0)


def test_days_and_titles_count_where_they_are_known(tmp_path: Path) -> None:
    page = (
        "<html><head><title>Ferry line to close</title><meta property='article:published_time' content='2024-05-0{}'>"
    )
    page += "<body><article><h1>Ferry line to close</h1>" + f"<p>{TRUE}, and nobody has asked for the sheep.</p>" * 3
    for i in range(3):
        (tmp_path / f"{i}.html.gz").write_bytes(gzip.compress(page.format(i + 1).encode()))
    known = {"title": "Ferry line to close", "date": "2024-05-02", "with": [TRUE], "without": ["Home"]}
    truth = {"0": known, "1": known, "2": {**known, "date": "", "title": ""}}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    found = measure(tmp_path, stored)
    assert found.days == {"0": False, "1": True}
    assert found.titles == {"0": True, "1": True}
    assert list(found.segments.values()) == [(2, 2)] * 3


def test_a_site_is_in_one_third() -> None:
    addresses = [f"https://wire{i}.example/news" for i in range(60)]
    assert {third(a) for a in addresses} == {0, 1, 2}
    assert third("https://www.wire.example/a") == third("https://wire.example/b")


@pytest.mark.volume
@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real pages are not beside this checkout (../shared/data/html-pages)"
)
def test_f1_on_real_pages() -> None:
    found = measure(FOLDER, stored)
    assert scores(list(found.bodies.values()))[0] >= 0.97


@pytest.mark.volume
@pytest.mark.skipif(
    not SEGMENTS.is_dir(), reason="the real pages are not beside this checkout (../shared/data/html-segments)"
)
def test_more_segments_are_right_than_trafilatura_has_right() -> None:
    ours, theirs = (ratio(list(measure(SEGMENTS, way, [0]).segments.values())) for way in (stored, trafilatura_precise))
    assert ours is not None
    assert theirs is not None
    assert ours.value > theirs.value
