"""``python -m evals.measure.extraction [FOLDER ...]``: what is read from HTML pages, beside trafilatura and htmldate.

A folder holds ``<id>.html.gz`` and ``truth.json``, of one of two kinds:

- whole bodies, ``{id: {"articleBody": ..., "url": ...}}``, measured as in the public benchmark
  https://github.com/scrapinghub/article-extraction-benchmark: a body is the bag of its words, four at a time; what a
  page's two bodies share is counted in these; precision and recall are averaged over pages, and F1 is of the averages;
- segments, ``{id: {"with": [...], "without": [...], "title": ..., "date": ..., "url": ...}}``, measured as in
  trafilatura's own evaluation: the share of segments that are in the body (``with``) or not (``without``) as they ought
  to be; and the share of days and titles that are right, of those that are known.

``--thirds`` takes a fixed part of the sites, so that what is developed on two thirds can be judged on the other.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.measure.statistics import Estimate, ratio
from rag.errors import ReadError
from rag.ingest.html import page as html_page
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment
from rag.ingest.web.urls import site_of
from rag.types import day

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FOLDER = DATA / "html-pages"
SEGMENTS = DATA / "html-segments"
WORDS = 4
RESAMPLES = 1000
WORST = 5
LANGUAGES = 8


@dataclass(frozen=True, slots=True)
class Read:
    """What one way reads from a page; ``None`` for what it does not look for."""

    body: str
    title: str | None = None
    day: str | None = None  # YYYY-MM-DD, empty where none was found
    language: str | None = None


Way = Callable[[bytes, str], Read]
"""(bytes of the page, its address) -> what was read."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a body that was read shares with the true one, in shingles."""

    both: int
    only_read: int
    only_true: int

    @property
    def precision(self) -> float:
        """Share of what was read that is true; 0 where there is nothing in common."""
        return self.both / (self.both + self.only_read) if self.both else float(not (self.only_read or self.only_true))

    @property
    def recall(self) -> float:
        """Share of what is true that was read."""
        return self.both / (self.both + self.only_true) if self.both else float(not (self.only_read or self.only_true))


@dataclass(slots=True)
class Found:
    """What one way made of a folder's pages, by their ids."""

    bodies: dict[str, Overlap] = field(default_factory=dict)
    segments: dict[str, tuple[int, int]] = field(default_factory=dict)  # right, all
    titles: dict[str, bool] = field(default_factory=dict)
    days: dict[str, bool | None] = field(default_factory=dict)  # None where none was found
    languages: dict[str, str] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)  # CPU time, one a page


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The text's words, four at a time, as often as they stand in it; fewer where it has fewer."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1)) if words)


def overlap(read: str, true: str) -> Overlap:
    found, wanted = shingles(read), shingles(true)
    return Overlap((found & wanted).total(), (found - wanted).total(), (wanted - found).total())


def scores(pages: Sequence[Overlap]) -> tuple[float, float, float]:
    """F1, precision and recall over pages. A page of which nothing was read has no precision, as in the benchmark."""
    precision = statistics.fmean([p.precision for p in pages if p.both + p.only_read] or [0.0])
    recall = statistics.fmean([p.recall for p in pages if p.both + p.only_true] or [0.0])
    return (2 * precision * recall / (precision + recall) if precision + recall else 0.0), precision, recall


def interval(pages: Sequence[Overlap]) -> tuple[float, float]:
    """The middle 95% of F1 over pages drawn again with replacement."""
    draw = random.Random(0)
    drawn = sorted(scores(draw.choices(pages, k=len(pages)))[0] for _ in range(RESAMPLES))
    return drawn[round(0.025 * RESAMPLES)], drawn[round(0.975 * RESAMPLES) - 1]


def segments_right(body: str, true: Mapping[str, Any]) -> tuple[int, int]:
    """How many of a page's segments are in the body, or not in it, as they ought to be, and how many there are."""
    text = spaced(body)
    kept = [spaced(s) in text for s in true.get("with", ())]
    left = [spaced(s) not in text for s in true.get("without", ())]
    return sum(kept) + sum(left), len(kept) + len(left)


def spaced(text: str) -> str:
    """The text with one space for any, and without the soft hyphens of the page."""
    return " ".join(text.replace("\u00ad", "").split())


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


# --- the ways ------------------------------------------------------------------------------------------------------


def reader(data: bytes, url: str) -> Read:
    """The text of the reader's pages, and the facts of the first."""
    pages = [page for page in html_page.read(url, data, url=url) if isinstance(page, Page)]
    first = pages[0] if pages else Page(url, "")
    published = str(day(first.published) or "")
    return Read("\n\n".join(p.text for p in pages), first.title or "", published, first.language)


def stored(data: bytes, url: str) -> Read:
    """The bodies of the articles that are stored, and the facts of the first."""
    articles = []
    for page in html_page.read(url, data, url=url):
        if isinstance(page, Page):
            try:
                articles += segment(page)
            except ReadError:
                continue
    if not articles:
        return Read("", "", "")
    first = articles[0]
    published = str(day(first.published) or "")
    return Read("\n\n".join(a.body for a in articles), first.title, published, first.language)


def trafilatura_precise(data: bytes, url: str) -> Read:
    import trafilatura

    return Read(trafilatura.extract(data, favor_precision=True, include_comments=False) or "")


def trafilatura_default(data: bytes, url: str) -> Read:
    import trafilatura

    return Read(trafilatura.extract(data) or "")


def trafilatura_metadata(data: bytes, url: str) -> Read:
    """trafilatura's title and day, which is htmldate's."""
    import trafilatura

    found = trafilatura.extract_metadata(data, default_url=url or None)
    return Read("", found.title or "", found.date or "")


WAYS: Mapping[str, Way] = {
    "stored articles": stored,
    "our reader": reader,
    "trafilatura, favor_precision": trafilatura_precise,
    "trafilatura, default": trafilatura_default,
    "trafilatura, metadata": trafilatura_metadata,
}
WITHOUT_BODY = ("trafilatura, metadata",)


# --- measuring -----------------------------------------------------------------------------------------------------


def third(url: str) -> int:
    """The part of the sites, 0 to 2, that the address belongs to: by chance, and always the same."""
    return hashlib.sha256(f"third {site_of(url)}".encode()).digest()[0] % 3


def pages_of(folder: Path, thirds: Sequence[int] = (0, 1, 2)) -> Iterator[tuple[str, bytes, Mapping[str, Any]]]:
    """Id, bytes and truth of the folder's pages in these parts of the sites."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for name, true in truth.items():
        path = folder / f"{name.removesuffix('.html')}.html.gz"
        if path.is_file() and third(true.get("url", "")) in thirds:
            yield name, gzip.decompress(path.read_bytes()), true


def measure(folder: Path, way: Way, thirds: Sequence[int] = (0, 1, 2)) -> Found:
    """What the way makes of each page of the folder."""
    found = Found()
    for name, data, true in pages_of(folder, thirds):
        begun = time.process_time()
        read = way(data, true.get("url", ""))
        found.milliseconds.append((time.process_time() - begun) * 1000)
        found.languages[name] = read.language or ""
        if read.body and "articleBody" in true:
            found.bodies[name] = overlap(read.body, true["articleBody"])
        elif "articleBody" in true:
            found.bodies[name] = Overlap(0, 0, shingles(true["articleBody"]).total())
        else:
            found.segments[name] = segments_right(read.body, true)
        if true.get("title") and read.title is not None:
            found.titles[name] = _letters(read.title) == _letters(true["title"])
        if true.get("date") and read.day is not None:
            found.days[name] = read.day == true["date"] if read.day else None
    return found


def _shown(estimate: Estimate | None) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f})" if estimate else ""


def body_figure(found: Found) -> str:
    """F1 with its interval, precision and recall of whole bodies; the share of segments right."""
    values = list(found.bodies.values())
    if not values:
        return _shown(ratio(list(found.segments.values())))
    f1, precision, recall = scores(values)
    low, high = interval(values)
    return f"{f1:.3f} ({low:.3f}-{high:.3f}), {precision:.3f}, {recall:.3f}"


def report(folder: Path, thirds: Sequence[int]) -> Iterator[str]:
    """The lines of the table of one folder."""
    every = {name: measure(folder, way, thirds) for name, way in WAYS.items()}
    found = every["stored articles"]
    measured = "body: F1, precision, recall" if found.bodies else "body: segments right"
    yield f"{folder.name}, {len(found.languages)} pages"
    yield f"{'':30}{measured:36}{'title':22}{'day':22}{'wrong, none':13}{'CPU ms':>7}"
    for name, one in every.items():
        days = list(one.days.values())
        share = _shown(ratio([(float(bool(d)), 1.0) for d in days]))
        title = _shown(ratio([(float(t), 1.0) for t in one.titles.values()]))
        wrong = f"{days.count(False)}, {days.count(None)}" if days else ""
        milliseconds = statistics.median(one.milliseconds)
        body = "" if name in WITHOUT_BODY else body_figure(one)
        yield f"{name:30}{body:36}{title:22}{share:22}{wrong:13}{milliseconds:7.1f}"
    yield from _by_language(every, found.languages)
    yield from _worst(found)


def _by_language(every: Mapping[str, Found], languages: Mapping[str, str]) -> Iterator[str]:
    """Segments right of each way, by the language that the page states."""
    if not every["stored articles"].segments:
        return
    groups: dict[str, list[str]] = defaultdict(list)
    for page, language in languages.items():
        groups[language or "not stated"].append(page)
    yield "segments right by language: " + ", ".join(name for name in WAYS if name not in WITHOUT_BODY)
    for language, pages in sorted(groups.items(), key=lambda item: -len(item[1]))[:LANGUAGES]:
        shares = (ratio([one.segments[p] for p in pages]) for name, one in every.items() if name not in WITHOUT_BODY)
        yield f"{language:12}{len(pages):5} pages" + "".join(f"{share.value:8.3f}" for share in shares if share)


def _worst(found: Found) -> Iterator[str]:
    bodies = sorted(found.bodies.items(), key=lambda item: item[1].precision + item[1].recall)
    segments = sorted(found.segments.items(), key=lambda item: item[1][0] - item[1][1])
    yield "worst pages: precision, recall, or segments right"
    for name, body in bodies[:WORST]:
        yield f"{body.precision:6.3f}{body.recall:7.3f}  {name}"
    for name, (right, count) in segments[:WORST]:
        yield f"{right:3} of {count:2}  {name}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a table for each folder, and the pages that are read worst."""
    parser = argparse.ArgumentParser(prog="python -m evals.measure.extraction", description=main.__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[FOLDER, SEGMENTS], metavar="FOLDER")
    parser.add_argument(
        "--thirds", nargs="+", type=int, choices=(0, 1, 2), default=(0, 1, 2), help="parts of the sites"
    )
    options = parser.parse_args(arguments)
    for folder in options.folders:
        if not (folder / "truth.json").is_file():
            sys.exit(f"{folder}: no truth.json there; name a folder that holds pages and what is true of them")
    for folder in options.folders:
        for line in report(folder, options.thirds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
