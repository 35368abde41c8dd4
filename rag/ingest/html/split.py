"""Whether a page holds several complete articles, and where each of them is.

Three forms are known: several <article> elements (a blog's front page, a page that scrolls on into the next article),
several articles with their text in JSON-LD, and headings of one kind that are each followed by a date and paragraphs.
A page with one article and teasers of others is one article, and so is a live blog: its entries tell one story.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import HEADINGS, Block
from rag.ingest.html.body import block_key, block_shingles
from rag.ingest.html.metadata import Facts, json_ld_name
from rag.text.timex import stamps

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST_PROSE = 300  # characters in paragraphs; less is a teaser
_LIVE = re.compile(
    r"\blive[-_]?(?:blog|feed|updates?|ticker|coverage|stream|post|entry)|\bliveticker|minute-by-minute", re.I
)
_TEASING = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|(?:read|see|show) (?:more|on|full.{0,20})|continue reading.{0,80}|weiterlesen|mehr"
    r"|lire la suite"
    r"|leer más|leia mais|leggi tutto|full (?:story|article))\W*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|von|par|por)\s+\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several articles on a page."""

    title: str
    found: list[Block]  # what its body is chosen from
    element: HtmlElement | None = None  # that holds it and nothing else
    node: dict[str, Any] = field(default_factory=dict)  # its JSON-LD
    link: str | None = None  # where its headline leads


def page_parts(tree: HtmlElement, found: Sequence[Block], facts: Facts) -> list[Part]:
    """The articles of a page that holds several, in its order; nothing for a page of one."""
    if _live(facts, tree):
        return []
    for form in (_elements, _declared, _headed):
        several = form(found, facts)
        if len(several) > 1:
            return several
    return []


def _live(facts: Facts, tree: HtmlElement) -> bool:
    kinds = {str(node.get("@type")) for node in facts.nodes}
    if any("LiveBlog" in kind for kind in kinds) or _LIVE.search(facts.url or ""):
        return True
    marked = sum(
        bool(_LIVE.search(f"{(e.get('class') or '')[:400]} {(e.get('id') or '')[:100]}"))
        for e in tree.iter("article", "main", "section", "body", "div")
    )
    return marked > 0


def _prose(found: Sequence[Block]) -> int:
    return sum(len(b.text) for b in found if b.prose and not b.apart)


def _elements(found: Sequence[Block], facts: Facts) -> list[Part]:
    """The <article> elements that are complete articles, if they are what the page is made of."""
    holders: dict[HtmlElement, list[Block]] = {}
    nearest: dict[HtmlElement, HtmlElement | None] = {}
    outside: list[Block] = []
    for block in found:
        holder = _holder(block.element, nearest)
        (outside if holder is None else holders.setdefault(holder, [])).append(block)
    full = {e: p for e, blocks in holders.items() if (p := _complete(e, blocks, facts)) is not None}
    if len(full) < 2:
        return []
    longest = max(_prose(p.found) for p in full.values())
    kept = [p for p in full.values() if not (p.link and _prose(p.found) < 0.25 * longest)]
    rest = _prose(outside) + sum(_prose(b) for e, b in holders.items() if e not in full)
    if rest > 0.5 * sum(_prose(p.found) for p in kept) or len({block_key(p.title) for p in kept}) < len(kept):
        return []
    titles = {block_key(t) for t in facts.titles}
    over_all = any(b.tag == "h1" and block_key(b.text) in titles and len(b.text) > 10 for b in outside)
    own_rank = all(next((b.tag for b in p.found if b.heading), "") == "h1" for p in kept)
    if over_all and not own_rank and not all(p.link for p in kept):
        return []  # chapters under the headline of one story
    return kept


def _holder(element: HtmlElement, nearest: dict[HtmlElement, HtmlElement | None]) -> HtmlElement | None:
    chain = []
    at: HtmlElement | None = element
    while at is not None and at not in nearest:
        chain.append(at)
        if at.tag == "article" or at.get("role") == "article" or (at.get("itemtype") or "").endswith("Article"):
            nearest[at] = at
            break
        at = at.getparent()
    found = nearest.get(at) if at is not None else None
    for passed in chain:
        nearest.setdefault(passed, found)
    return found


def _complete(element: HtmlElement, found: list[Block], facts: Facts) -> Part | None:
    """The article if it has a headline of its own and paragraphs under it that do not end in 'read more'."""
    head = next((i for i, b in enumerate(found) if b.tag in ("h1", "h2", "h3") and not b.apart), None)
    prose = [i for i, b in enumerate(found) if b.prose and not b.apart]
    if head is None or len(prose) < 2 or head > prose[0] or _prose(found) < _LEAST_PROSE:
        return None
    last = next(b for b in reversed(found) if not b.apart)
    if _TEASING.search(last.text) or _TEASING.search(found[prose[-1]].text):
        return None
    title = one_line(found[head].text)
    node = _node(title, facts)
    link = next((h for h in found[head].hrefs if h and not h.startswith("#")), None)
    return Part(title, found, element, node, link)


def _node(title: str, facts: Facts) -> dict[str, Any]:
    """The JSON-LD with that headline."""
    return next((n for n in facts.nodes if block_key(json_ld_name(n.get("headline")) or "") == block_key(title)), {})


def _declared(found: Sequence[Block], facts: Facts) -> list[Part]:
    """Articles whose text is in JSON-LD, as far as it is on the page too."""
    out: list[Part] = []
    used: set[int] = set()
    for node in facts.nodes[:50]:
        body, title = node.get("articleBody"), json_ld_name(node.get("headline"))
        if (
            not isinstance(body, str)
            or not title
            or len(body) < _LEAST_PROSE
            or any(block_key(p.title) == block_key(title) for p in out)
        ):
            continue
        taken = set(block_shingles(body))
        own = []
        for i, block in enumerate(found):
            shown = block_shingles(block.text)
            if i not in used and shown and not block.apart and sum(s in taken for s in shown) >= 0.6 * len(shown):
                own.append(i)
        if sum(len(found[i].text) for i in own) >= 0.6 * len(body):
            used.update(own)
            out.append(Part(one_line(title), [found[i] for i in own], None, node))
    return out


def _headed(found: Sequence[Block], facts: Facts) -> list[Part]:
    """Stretches of the page that each begin with a heading of one kind, a day or a byline, and go on in paragraphs."""
    for tag in ("h1", "h2"):
        heads = [i for i, b in enumerate(found) if b.tag == tag and not b.apart and len(b.text) > 10]
        dated = [i for i in heads if _dated(found, i)]
        places = {found[i].place for i in dated}
        if len(dated) < 2 or len(places) > 1 or any(found[i].place in places and i not in dated for i in heads):
            continue
        stretches = [list(found[a:b]) for a, b in zip(dated, [*dated[1:], len(found)], strict=True)]
        titles = {block_key(t) for t in facts.titles}
        over_all = any(b.tag == "h1" and block_key(b.text) in titles and len(b.text) > 10 for b in found[: dated[0]])
        full = all(_prose(s) >= _LEAST_PROSE and sum(b.prose and not b.apart for b in s) >= 2 for s in stretches)
        teasing = any(
            _TEASING.search(next(b for b in reversed(s) if b.prose or b.tag in HEADINGS).text) for s in stretches
        )
        if full and not teasing and not over_all and len({block_key(s[0].text) for s in stretches}) == len(stretches):
            return [
                Part(one_line(s[0].text), s, None, _node(one_line(s[0].text), facts), next(iter(s[0].hrefs), None))
                for s in stretches
            ]
    return []


def _dated(found: Sequence[Block], head: int) -> bool:
    """Whether a day or a byline is between the heading and the first paragraph."""
    for block in found[head + 1 : head + 6]:
        stamp = stamps.stamp(block.text) if len(block.text) <= 160 else None
        if (stamp and stamp.published) or (len(block.text) < 80 and _BYLINE.match(block.text)):
            return True
        if block.prose or block.tag in HEADINGS:
            return False
    return False
