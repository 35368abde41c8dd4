"""``python -m evals.measure.extraction [FOLDER]``: how much of an article, and of nothing else, is read from an HTML
page.

The measure is that of the public benchmark https://github.com/scrapinghub/article-extraction-benchmark: a body is the
bag of its words, four at a time; what a page's two bodies share is counted in these; precision and recall are averaged
over pages, and F1 is of the two averages. The folder holds ``<id>.html.gz`` and ``truth.json`` with
``{id: {"articleBody": ..., "url": ...}}``. Beside our reader, trafilatura alone is measured in the same run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ReadError
from rag.ingest.html import page as html_page
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "html-pages"
WORDS = 4
RESAMPLES = 1000
WORST = 5

Body = Callable[[bytes, str], str]
"""(bytes of the page, its address) -> the body that was read."""


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


def deviation(pages: Sequence[Overlap]) -> float:
    """Standard deviation of F1 over pages drawn again with replacement."""
    draw = random.Random(0)
    return statistics.stdev(scores(draw.choices(pages, k=len(pages)))[0] for _ in range(RESAMPLES))


def reader(data: bytes, url: str) -> str:
    """The text of the reader's pages."""
    return "\n\n".join(page.text for page in html_page.read(url, data, url=url) if isinstance(page, Page))


def stored(data: bytes, url: str) -> str:
    """The bodies of the articles that are stored."""
    bodies: list[str] = []
    for page in html_page.read(url, data, url=url):
        if isinstance(page, Page):
            try:
                bodies += [article.body for article in segment(page)]
            except ReadError:
                continue
    return "\n\n".join(bodies)


def trafilatura_precise(data: bytes, url: str) -> str:
    import trafilatura

    return trafilatura.extract(data, favor_precision=True, include_comments=False) or ""


def trafilatura_default(data: bytes, url: str) -> str:
    import trafilatura

    return trafilatura.extract(data) or ""


WAYS: Mapping[str, Body] = {
    "stored articles": stored,
    "our reader": reader,
    "trafilatura, favor_precision": trafilatura_precise,
    "trafilatura, default": trafilatura_default,
}


def measure(folder: Path, body: Body) -> tuple[dict[str, Overlap], float]:
    """What each page of the folder shares with its true body, and the median CPU milliseconds a page."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    found: dict[str, Overlap] = {}
    times: list[float] = []
    for name, true in truth.items():
        data = gzip.decompress((folder / f"{name}.html.gz").read_bytes())
        begun = time.process_time()
        read = body(data, true.get("url", ""))
        times.append((time.process_time() - begun) * 1000)
        found[name] = overlap(read, true["articleBody"])
    return found, statistics.median(times)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table, and the pages that our reader reads worst."""
    parser = argparse.ArgumentParser(prog="python -m evals.measure.extraction", description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, metavar="FOLDER")
    folder = parser.parse_args(arguments).folder
    if not (folder / "truth.json").is_file():
        sys.exit(f"{folder}: no truth.json there; name the folder that holds the pages and their true bodies")
    print(f"{'':30}{'F1':>7}{'+-':>7}{'precision':>11}{'recall':>8}{'CPU ms':>8}")
    pages: dict[str, dict[str, Overlap]] = {}
    for name, body in WAYS.items():
        pages[name], milliseconds = measure(folder, body)
        values = list(pages[name].values())
        f1, precision, recall = scores(values)
        print(
            f"{name:30}{f1:7.4f}{deviation(values):7.4f}{precision:11.4f}{recall:8.4f}{milliseconds:8.1f}", flush=True
        )
    found = pages["stored articles"]
    print(f"\nworst of {len(found)} pages: precision, recall")
    for name in sorted(found, key=lambda n: found[n].precision + found[n].recall)[:WORST]:
        print(f"{found[name].precision:6.3f}{found[name].recall:7.3f}  {name}")


if __name__ == "__main__":
    main()
