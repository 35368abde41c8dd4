"""How likely what a sentence names is one of the things that a list is asked of: views without a word of the matter,
weighed by a logistic regression that ``evals.train.listing`` makes.

They are weights of the reranker that comes with the program: without its readings the rules of
:mod:`rag.qa.listing.items` decide alone, whose word is one of the views.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rag.protocols import Embedder
from rag.qa.attribution.subjects import LIGHT, SOFT_NAMES, asked_names, meant_in
from rag.qa.learnt.stored import stored_weights
from rag.qa.listing.items import each_once, head, longest_row, named_alone, named_first, row_of_names, ruled_items
from rag.qa.retrieval.calibration import log_odds, weighted
from rag.text.sentences import passage
from rag.text.tokens import content, tokens
from rag.types import Evidence

LISTING_WEIGHTS = "lists.json.gz"
MAX_WEIGHED = 40
"""Sentences, best first, whose items are weighed."""
ITEM_FROM = -1.25
"""Log-odds from which on an item is one of the list: two in five of a list's lines are right there, as by the rules
alone, which find half as many of them."""
MAX_WORDS_ALONE = 6
UNKNOWN_SHARE = 0.5
"""What counts as the share of words that a sentence has where the request has none but names."""

ItemViews = dict[str, float]


@dataclass(frozen=True, slots=True)
class ListCandidate:
    """What a sentence may add to a list: ``items`` as one of ``row``, ``things``, ``other`` (a row that the reader does
    not take), ``span``, ``words`` and ``front`` (the name with which it begins)."""

    item: Evidence
    items: tuple[str, ...]
    way: str


def list_candidates(e: Evidence) -> list[ListCandidate]:
    """What a sentence may add, by the ways in which it may name it."""
    row, found = row_of_names(e), list[ListCandidate]()
    taken = e.article.body[slice(*e.span)].strip(' ,.;:“”"') if e.span else ""
    alone = named_alone(e)
    if row:
        found.append(ListCandidate(e, tuple(row), "row" if all(map(_has_capital, row[1:])) else "things"))
    elif other := longest_row(e.quote):
        found.append(ListCandidate(e, tuple(other), "other"))
    if row:
        return found
    if alone:
        found.append(ListCandidate(e, tuple(alone), "span"))
    elif taken and len(taken.split()) <= MAX_WORDS_ALONE:
        found.append(ListCandidate(e, (taken,), "words"))
    first = named_first(e.quote)
    if first and not any(first in item or item in first for item in alone):
        found.append(ListCandidate(e, (first,), "front"))
    return found


def list_views(
    request: str, about: str, scored: Sequence[Evidence], least: float, embedder: Embedder
) -> list[tuple[ListCandidate, ItemViews]]:
    """What tells whether each candidate is of the list; ``scored`` are sentences, best first, and ``least`` what one
    must score to be quoted."""
    asked, pool = set(content(request)), scored[:MAX_WEIGHED]
    named = {t for run in asked_names(request) for t in run if not t.isdigit()}
    keys = [t for t in content(about) if t not in named | LIGHT | SOFT_NAMES and not t.isdigit()]
    found = [c for e in pool for c in list_candidates(e) if {t for item in c.items for t in content(item)} - asked]
    if not found:
        return []
    vectors = embedder.embed([head(about) or about, about, *(", ".join(c.items[:3]) for c in found)])
    kind, matter, own = vectors[0], vectors[1], vectors[2:]
    by_rules = {_place(e): set(items) for e, items in ruled_items(about, scored, least)}
    ruled = [n for n, c in enumerate(found) if by_rules.get(_place(c.item), set()) & set(c.items)]
    best = pool[0]
    views = []
    for n, c in enumerate(found):
        e, bag = c.item, {t for item in c.items for t in content(item)}
        said, near = set(tokens(e.quote)), set(tokens(f"{e.article.title} {passage(e)}"))
        score = log_odds(e.score)
        views.append(
            {
                "score": score,
                "below_best": score - log_odds(best.score),
                "items": math.log(len(c.items)),
                "keys": _share(keys, said),
                "keys_near": _share(keys, near),
                "words": sum(" " in item for item in c.items) / len(c.items),
                "capital": sum(map(_has_capital, c.items)) / len(c.items),
                "asked": len(bag & asked) / len(bag),
                "same_article": float(e.article.id == best.article.id),
                "length": math.log(len(e.quote.split())),
                "headline": float(not re.search(r"[.!?:][\"”’]?$", e.quote.strip())),
                **{way: float(c.way == way) for way in ("things", "span", "front")},
                "rule": float(n in ruled),
                "rules": float(bool(by_rules)),
                "like_kind": float(own[n] @ kind),
                "like_matter": float(own[n] @ matter),
                "like_ruled": max((float(own[n] @ own[m]) for m in ruled if m != n), default=0.0),
            }
        )
    return list(zip(found, views, strict=True))


@cache
def listing_weights() -> Mapping[str, float]:
    """The weights by view, '' for the constant."""
    weights: Mapping[str, float] = stored_weights(LISTING_WEIGHTS)
    return weights


def weighed_items(
    request: str, about: str, scored: Sequence[Evidence], least: float, embedder: Embedder
) -> list[tuple[Evidence, list[str]]]:
    """Sentences with the items that each is the first to name, the likeliest first; at least the likeliest."""
    weights = listing_weights()
    found = list_views(request, about, scored, least, embedder)
    weighed = [(weights[""] + weighted(weights, views), c) for c, views in found]
    weighed.sort(key=lambda pair: -pair[0])
    likely = [c for odds, c in weighed if odds >= ITEM_FROM] or [c for _, c in weighed[:1]]
    once: dict[tuple[str, int], ListCandidate] = {}
    for c in likely:
        once.setdefault(_place(c.item), c)
    return each_once(set(content(about)), [(c.item, list(c.items)) for c in once.values()])


def _has_capital(item: str) -> bool:
    return re.match(r"\W?[A-Z]", item) is not None


def _place(e: Evidence) -> tuple[str, int]:
    return e.article.id, e.start


def _share(words: Sequence[str], bag: set[str]) -> float:
    return sum(meant_in(t, bag) for t in words) / len(words) if words else UNKNOWN_SHARE
