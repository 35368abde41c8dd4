"""The blocks of a page -> numbers from which :mod:`rag.ingest.html.body` tells those of its article.

A block is described by what trafilatura made of it and of what is around it, by its own form, by the elements that
hold it and their names, and by where it is on the page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from itertools import islice
from math import log, log1p
from typing import TYPE_CHECKING

from rag.ingest.html.blocks import ENDS_SENTENCE, Block, block_key, names_of, wide
from rag.ingest.web.urls import site_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Features = dict[str, float]
"""What is not zero, by name."""

_PROSE = 60  # characters from which a block that the witness took counts as text of the article
_HOLDERS = frozenset("article main header footer aside figure form li table section blockquote".split())
# What pages call, in class and id, the parts of a page; part of a word is enough.
_NAMES = {
    "lead": "lead|intro|teaser|standfirst|excerpt|subtitle|sub-?head|deck|vorspann|bajada|summary|abstract|chapo|perex"
    "|entradilla|sapo|anriss|hero|description",
    "others": "relat|recommend|recirc|sidebar|trend|most|popular|more|next|prev|suggest|also|similar|widget|aside",
    "comments": "comment|kommentar|respon|disqus|reply|replies|discuss|forum",
    "picture": "caption|credit|figure|image|photo|bild|foto|img|media|gallery|slide|carousel",
    "author": "author|autor|byline|bio|profile|vcard|person|contact",
    "facts": "meta|date|time|tag|categor|topic|breadcrumb|stamp|kicker|eyebrow|label",
    "frame": r"nav|menu|header|footer|foot|head|toolbar|tool|share|social|button|btn|cookie|consent|login|subscri"
    r"|newsletter|promo|banner|ads?\b|advert|popup|modal|toc|inhalt",
    "body": "body|content|text|article|story|entry|post|main",
    "box": "box|card|module|panel|info|note|callout|quote|fact|list|item|table|ingredient|recipe",
}
_NAMED = {kind: re.compile(words, re.IGNORECASE) for kind, words in _NAMES.items()}


def features(
    found: Sequence[Block], votes: Sequence[float], headlines: frozenset[str], hosts: frozenset[str]
) -> list[Features]:
    """Each block by itself. ``votes`` are the shares of their words that the witness took (:func:`votes_of`),
    ``headlines`` the keys of what the headline may be, ``hosts`` the page's own site."""
    sizes = [wide(b.text) for b in found]
    core = [i for i, size in enumerate(sizes) if votes[i] >= 0.5 and size >= _PROSE]
    first, last = (core[0], core[-1]) if core else (0, len(found) - 1)
    head = _headline(found, headlines, first)
    keys = [block_key(b.text) for b in found]
    repeats = Counter(keys)
    articles = [next((e for e in _chain(b) if e.tag == "article"), None) for b in found]
    main = _main_article(articles, sizes, votes)
    passed: set[str] = set()  # kinds of short lines since the text began: 'Comments', 'Related stories'
    rows = []
    for i, block in enumerate(found):
        row = _form(block, sizes[i])
        row |= _surroundings(block)
        under = head is not None and head < i < first
        away = bool(block.hrefs) and leads_away(block, hosts)
        row |= {
            "inside": first <= i <= last, "above": i < first, "below": i > last,
            "blocks above": log1p(max(0, first - i)), "blocks below": log1p(max(0, i - last)),
            "under headline": under, "over headline": head is not None and i < head,
            "blocks under headline": log1p(max(0, i - head)) if head is not None else 0.0,
            "headline": keys[i] in headlines, "repeated": repeats[keys[i]] > 1,
            "lead": under and block.prose, "lead by name": under and "near lead" in row,
            "lead in heading": under and block.heading and len(block.text) > _PROSE,
            "lead in text": under and block.prose and not block.heading,
            "leads away": away, "a link away": block.links > 0.7 and away,
            "other article": main is not None and articles[i] is not main,
            "behind comments": "comments" in passed, "behind others": "others" in passed,
        }  # fmt: skip
        rows.append(row)
        if i >= first and sizes[i] <= _PROSE and not block.prose:
            passed.update(_kinds(block.text))
    _add_groups(rows, found, sizes, votes)
    for row, block, vote in zip(rows, found, votes, strict=True):
        _combine(row, block, vote)
    return rows


def around(found: Sequence[Block], chances: Sequence[float]) -> list[Features]:
    """What a first reading of all blocks says of the neighbours of each."""
    sizes = [min(wide(b.text), 400) for b in found]
    total = sum(s * c for s, c in zip(sizes, chances, strict=True)) or 1.0
    groups = [_shares(found, sizes, chances, key, chances)[0] for key in (_place, _parent, _grandparent)]
    padded = [0.0] * 3 + list(chances) + [0.0] * 3
    rows = []
    read = 0.0
    for i, chance in enumerate(chances):
        read += sizes[i] * chance / total
        rows.append({
            "of place": groups[0][i], "of parent": groups[1][i], "of grandparent": groups[2][i],
            "before": padded[i + 2], "after": padded[i + 4],
            "three before": sum(padded[i : i + 3]) / 3, "three after": sum(padded[i + 4 : i + 7]) / 3,
            "itself": log((chance + 1e-4) / (1 - chance + 1e-4)), "read": read,
        })  # fmt: skip
    return rows


def leads_away(block: Block, hosts: frozenset[str]) -> bool:
    """Whether its links lead to other sites than the page's own."""
    sites = [site_of(h) for h in block.hrefs if h.startswith(("http:", "https:", "//"))]
    return bool(sites) and all(s and s not in hosts for s in sites)


def _headline(found: Sequence[Block], headlines: frozenset[str], first: int) -> int | None:
    """The last headline above the text, else the first on the page; where none is, a heading of the first rank."""
    heads = [i for i, b in enumerate(found) if b.heading and block_key(b.text) in headlines]
    heads = heads or [i for i, b in enumerate(found) if b.tag == "h1"]
    return next((i for i in reversed(heads) if i <= first), heads[0] if heads else None)


def _main_article(
    articles: Sequence[HtmlElement | None], sizes: Sequence[int], votes: Sequence[float]
) -> HtmlElement | None:
    """The <article> that holds most of what the witness took, if one does."""
    weights: dict[HtmlElement | None, float] = defaultdict(float)
    for article, size, vote in zip(articles, sizes, votes, strict=True):
        weights[article] += size * vote
    most = max(weights, key=weights.__getitem__, default=None)
    return most if weights and weights[most] >= 0.6 * sum(weights.values()) > 0 else None


def _form(block: Block, size: int) -> Features:
    return {
        "length": log(size + 1), "tiny": size < 25, "short": 25 <= size < _PROSE,
        "linked": block.links, "a link": block.links > 0.7, "sentence": bool(ENDS_SENTENCE.search(block.text)),
        "prose": block.prose, "apart": block.apart, "body": block.body, "heading": block.heading,
    }  # fmt: skip


def _surroundings(block: Block) -> Features:
    """By the elements that hold the block, and the names of the nearest two and three."""
    chain = [e for e in _chain(block) if e.tag not in ("body", "html")]
    kinds = [_kinds(names_of(e)) for e in islice(chain, 3)]
    row: Features = {f"in {e.tag}": 1.0 for e in chain if e.tag in _HOLDERS}
    row |= {f"near {kind}": 1.0 for some in kinds for kind in some}
    return row | {f"own {kind}": 1.0 for some in kinds[:2] for kind in some}


def _chain(block: Block) -> tuple[HtmlElement, ...]:
    """The element that holds the block, and those around it."""
    return (block.element, *block.element.iterancestors())


@lru_cache(maxsize=4096)
def _kinds(names: str) -> tuple[str, ...]:
    return tuple(kind for kind, pattern in _NAMED.items() if pattern.search(names)) if names.strip() else ()


def _add_groups(rows: list[Features], found: Sequence[Block], sizes: Sequence[int], votes: Sequence[float]) -> None:
    """The share that the witness took of what is beside each block, by place and by the elements around it."""
    total = sum(sizes) or 1
    alone = [-0.2] * len(found)  # what has nothing beside it
    for name, key in (("place", _place), ("parent", _parent), ("grandparent", _grandparent), ("third", _third)):
        shares, weights = _shares(found, sizes, votes, key, alone)
        for row, share, weight in zip(rows, shares, weights, strict=True):
            row[f"votes in {name}"] = share
            row[f"size of {name}"] = weight / total
    for row, (mass, near) in zip(rows, masses(found, votes), strict=True):
        row |= {"mass": mass, "near": near}


def masses(found: Sequence[Block], votes: Sequence[float]) -> list[tuple[float, float]]:
    """How much of the page's paragraphs are in places of each block's kind, relative to the fullest; and the share of
    them that the witness took, at least a part of that."""
    voted: dict[str, float] = defaultdict(float)  # characters of paragraphs by place, by their votes
    full: dict[str, int] = defaultdict(int)  # all of them
    for block, vote in zip(found, votes, strict=True):
        if block.paragraph:
            voted[block.place] += len(block.text) * vote
            full[block.place] += len(block.text)
    most = max(full.values(), default=1)
    out = []
    for block in found:
        size = full.get(block.place, 0)
        near = max(voted[block.place] / size, 0.7 * min(1.0, 1.5 * size / most)) if size else 0.0
        out.append((size / most, near))
    return out


def _shares(
    found: Sequence[Block],
    sizes: Sequence[int],
    values: Sequence[float],
    key: Callable[[Block], Hashable],
    alone: Sequence[float],
) -> tuple[list[float], list[float]]:
    """The mean value of the other blocks of each block's group, by size; and the size of the group."""
    weights: dict[Hashable, float] = defaultdict(float)
    sums: dict[Hashable, float] = defaultdict(float)
    keys = [key(block) for block in found]
    for k, size, value in zip(keys, sizes, values, strict=True):
        weights[k] += size
        sums[k] += size * value
    shares = [
        (sums[k] - size * value) / (weights[k] - size) if weights[k] > size else lone
        for k, size, value, lone in zip(keys, sizes, values, alone, strict=True)
    ]
    return shares, [weights[k] for k in keys]


def _place(block: Block) -> object:
    return block.place


def _parent(block: Block) -> object:
    return _above(block, 1)


def _grandparent(block: Block) -> object:
    return _above(block, 2)


def _third(block: Block) -> object:
    return _above(block, 3)


def _above(block: Block, steps: int) -> HtmlElement:
    element = block.element
    for parent in islice(element.iterancestors(), steps):
        if parent.tag in ("body", "html"):
            break
        element = parent
    return element


def _combine(row: Features, block: Block, vote: float) -> None:
    """What counts otherwise together than by itself."""
    row |= {
        "vote": vote, "vote, linked": vote * block.links, "vote, apart": vote * block.apart,
        "vote, below": vote * row["below"], "vote, heading": vote * block.heading,
        "vote, no prose": vote * (not block.prose), "body, no vote": block.body * (1 - vote),
        "prose, no vote": block.prose * row["votes in grandparent"] * (1 - vote),
        "prose inside, no vote": row["inside"] * block.prose * (1 - vote),
        "no prose inside, no vote": row["inside"] * (not block.prose) * (1 - vote),
        "apart, votes in grandparent": block.apart * row["votes in grandparent"],
        "prose, near": block.prose * row["near"],
    }  # fmt: skip
