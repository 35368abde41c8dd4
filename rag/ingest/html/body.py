"""The blocks of a page -> those that are its article.

trafilatura says which text it takes for the article. Alone it loses the lead above the article, the second half of one
that is laid out in two columns, text outside paragraphs; and it takes in captions, calls to subscribe and comments. Two
logistic regressions (``evals/train/bodies.py`` learns their weights) judge each block by trafilatura's word, its form
and its surroundings: the first by itself, the second also by what the first says of its neighbours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp

from rag.ingest.html.blocks import Block, block_key
from rag.ingest.html.features import Features, around, features, masses

Weights = tuple[Mapping[str, float], Mapping[str, float]]
"""Of the two regressions: by feature, '' for the constant."""

_WORD = re.compile(r"\w+")


def choose_body(found: Sequence[Block], witness: str, titles: Iterable[str], hosts: frozenset[str]) -> list[Block]:
    """The blocks of the article. ``witness`` is a text that is taken for it, ``titles`` what its headline may be,
    ``hosts`` the page's own site (see :func:`rag.ingest.web.urls.site_of`)."""
    headlines = frozenset(block_key(t) for t in titles) - {""}
    votes = (
        votes_of(found, witness) if witness else [float(mass > 0.5) for mass, _ in masses(found, [0.0] * len(found))]
    )
    rows = features(found, votes, headlines, hosts)
    return chosen(found, both(found, rows, _weights()), headlines)


@cache
def _weights() -> Weights:
    first, second = json.loads(files("rag.ingest.html").joinpath("body_weights.json").read_text(encoding="utf-8"))
    return first, second


def both(found: Sequence[Block], rows: Sequence[Features], weights: Weights) -> list[float]:
    """The chance of each block to be of the article, by both regressions."""
    first = chances(rows, weights[0])
    return chances([a | b for a, b in zip(rows, around(found, first), strict=True)], weights[1])


def chances(rows: Sequence[Features], weights: Mapping[str, float]) -> list[float]:
    """What a logistic regression makes of each row."""
    sums = (weights[""] + sum(value * weights.get(name, 0.0) for name, value in row.items()) for row in rows)
    return [1 / (1 + exp(-max(-30.0, min(30.0, s)))) for s in sums]


def chosen(found: Sequence[Block], likely: Sequence[float], headlines: frozenset[str]) -> list[Block]:
    """The blocks that are more likely of the article than not, without its headline, and without a paragraph that is
    there already: a pull quote, the text again for small screens."""
    seen: set[str] = set()
    out = []
    for block, chance in zip(found, likely, strict=True):
        key = block_key(block.text)
        repeated = len(key) >= 80 and key in seen and not block.text.endswith("?")
        if chance >= 0.5 and not repeated and not (block.heading and key in headlines):
            out.append(block)
            seen.add(key)
    return out


def votes_of(found: Sequence[Block], text: str) -> list[float]:
    """The share of each block's words, three at a time, that are in the text."""
    taken = {*block_shingles(text), *map(block_key, text.split("\n"))}
    return [share_taken(block.text, taken) for block in found]


def by_mass(found: Sequence[Block]) -> list[float]:
    """Votes where there is no witness: for the paragraphs in the places that have most of the page's."""
    masses_ = masses(found, [0.0] * len(found))
    return [float(block.paragraph and mass > 0.5) for block, (mass, _) in zip(found, masses_, strict=True)]


def block_shingles(text: str) -> list[str]:
    """Its words, three at a time; all of them where there are fewer."""
    words = _WORD.findall(text.lower())
    return [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))] if words else []


def share_taken(text: str, taken: set[str]) -> float:
    """The share of a text's words, three at a time, that are among those taken."""
    parts = block_shingles(text)
    return sum(p in taken for p in parts) / len(parts) if parts else 0.0
