"""``python -m evals.train.bodies [WHOLE SEGMENTS] [--validate]``: the weights by which a page's blocks are read.

Learns from the folders that ``evals.measure.extraction`` measures: blocks of pages with whole bodies, blocks that hold
a segment, and, with a small weight, blocks on which trafilatura and the share of the page's paragraphs agree. Two
logistic regressions are fitted, the second also on what the first says of a block's neighbours (on pages that the
first has not seen). Writes ``rag/ingest/html/body_weights.json``; with ``--validate`` it writes nothing and prints how
well pages of other sites are read.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from evals.measure.extraction import FOLDER, SEGMENTS, overlap, pages_of, scores, segments_right, spaced
from rag.errors import ReadError
from rag.ingest.html import body as bodies
from rag.ingest.html import page as html_page
from rag.ingest.html.blocks import Block, block_key, blocks
from rag.ingest.html.features import Features, around, features
from rag.ingest.web.urls import site_of

from .regression import fit

FOLDS = 5  # of sites, for what the second regression learns from, and for validation
AGREED = 0.08  # weight of a block that only the witnesses judge, of which one in EVERY is taken
EVERY = 4
THIRDS = (1, 2)  # of the sites with segments; the others are for judging
WEIGHTS = Path(bodies.__file__).with_name("body_weights.json")
RIDGE = (20.0, 10.0)  # of the two regressions, on features of unit variance


@dataclass(slots=True)
class Example:
    """A page's blocks with what is true of them."""

    site: str
    true: Mapping[str, Any]
    found: Sequence[Block]
    votes: list[float]
    rows: list[Features]
    headlines: frozenset[str]
    labels: list[tuple[float, float] | None] = field(default_factory=list)  # (in the body, weight)
    chances: list[float] = field(default_factory=list)

    def body(self) -> str:
        kept = bodies.chosen(self.found, self.rows, self.chances, self.headlines)
        return "\n\n".join(block.text for block in kept)


def labels(example: Example) -> list[tuple[float, float] | None]:
    """Whether each block is of the body, and how much that counts; None where nothing says."""
    texts = [spaced(b.text) for b in example.found]
    out: list[tuple[float, float] | None] = [None] * len(texts)
    if "articleBody" in example.true:
        taken = bodies.shares_taken(example.found, example.true["articleBody"])
        for i, share in enumerate(taken):
            if not 0.4 <= share <= 0.6:
                out[i] = (float(share > 0.5), 0.5 * min(1.0, len(texts[i]) / 150))
        return out
    for i, vote in islice(enumerate(example.votes), None, None, EVERY):
        row = example.rows[i]
        if (vote >= 0.8 and row["near"] >= 0.8) or (vote < 0.1 and row["near"] < 0.1):
            out[i] = (float(vote > 0.5), AGREED)
    for wanted, name in ((0.0, "without"), (1.0, "with")):
        for part in map(spaced, example.true.get(name, ())):
            held = [i for i, text in enumerate(texts) if part in text]
            for i in held if not wanted or len(held) == 1 else ():
                out[i] = (wanted, 1.0)
    return out


def _learn(examples: Sequence[Example], rows: Callable[[Example], list[Features]], ridge: float) -> dict[str, float]:
    chosen = [(row, label) for e in examples for row, label in zip(rows(e), e.labels, strict=True) if label is not None]
    return fit([row for row, _ in chosen], [label for _, label in chosen], ridge)


def learn(examples: Sequence[Example], seed: int = 0) -> bodies.Weights:
    """Both regressions."""
    folds = _folds(examples, seed)
    chances: dict[int, list[float]] = {}
    for i in range(FOLDS):
        weights = _learn([e for e in examples if folds[e.site] != i], lambda e: e.rows, RIDGE[0])
        chances |= {id(e): bodies.chances(e.rows, weights) for e in examples if folds[e.site] == i}

    def both(e: Example) -> list[Features]:
        return [a | b for a, b in zip(e.rows, around(e.found, chances[id(e)]), strict=True)]

    return _learn(examples, lambda e: e.rows, RIDGE[0]), _learn(examples, both, RIDGE[1])


def _folds(examples: Sequence[Example], seed: int) -> dict[str, int]:
    sites = sorted({e.site for e in examples})
    random.Random(seed).shuffle(sites)
    return {site: i % FOLDS for i, site in enumerate(sites)}


def validate(examples: Sequence[Example], seed: int = 1) -> str:
    """How well pages are read by weights that were learnt on other sites."""
    folds = _folds(examples, seed)
    for i in range(FOLDS):
        weights = learn([e for e in examples if folds[e.site] != i])
        for e in examples:
            if folds[e.site] == i:
                e.chances = bodies.both(e.found, e.rows, weights)
    whole = [overlap(e.body(), e.true["articleBody"]) for e in examples if "articleBody" in e.true]
    parts = [segments_right(e.body(), e.true) for e in examples if "articleBody" not in e.true]
    f1, precision, recall = scores(whole)
    right = sum(r for r, _ in parts) / max(1, sum(n for _, n in parts))
    return f"F1 {f1:.4f} ({precision:.4f}, {recall:.4f}) on {len(whole)}; segments {right:.4f} on {len(parts)}"


def examples(folder: Path, thirds: Sequence[int]) -> list[Example]:
    """The pages of a folder that holds them with what is true of them."""
    out = []
    for name, data, true in pages_of(folder, thirds):
        url = true.get("url") or None
        try:
            tree, facts = html_page.parse(html_page.decoded(data, None), url)
        except ReadError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        found = blocks(tree)
        votes = bodies.votes_of(found, html_page.witness(tree))
        headlines, hosts = frozenset(map(block_key, html_page.titles(facts))) - {""}, html_page.hosts(facts)
        rows = features(found, votes, headlines, hosts)
        example = Example(site_of(url or "") or name, true, found, votes, rows, headlines)
        example.labels = labels(example)
        out.append(example)
    return out


def main(arguments: Sequence[str] | None = None) -> None:
    """Learns the weights and writes them, or prints how well they do on sites that they were not learnt from."""
    parser = argparse.ArgumentParser(prog="python -m evals.train.bodies", description=main.__doc__)
    parser.add_argument("whole", nargs="?", type=Path, default=FOLDER, metavar="WHOLE")
    parser.add_argument("segments", nargs="?", type=Path, default=SEGMENTS, metavar="SEGMENTS")
    parser.add_argument("--validate", action="store_true", help="print how well other sites are read; write nothing")
    options = parser.parse_args(arguments)
    read = [*examples(options.whole, (0, 1, 2)), *examples(options.segments, THIRDS)]
    if options.validate:
        for seed in (1, 2, 3):
            print(validate(read, seed), flush=True)
    else:
        WEIGHTS.write_text(json.dumps(learn(read), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
