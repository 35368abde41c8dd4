"""Whether a page holds several complete articles, and where each of them is.

Three forms are known: several <article> elements (a blog's front page, a page that scrolls on into the next article),
several articles with their text in JSON-LD, and headings of one kind that are each followed by a date and paragraphs.
A page with one article and teasers of others is one article, and so is a live blog: its entries tell one story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import Block, block_key, names_of
from rag.ingest.html.body import block_shingles, share_taken
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
    r"|lire la suite|leer más|leia mais|leggi tutto|full (?:story|article))\W*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|von|par|por)\s+\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several articles on a page."""

    title: str
    found: list[Block]  # what its body is chosen from
    element: HtmlElement | None  # that holds it and nothing else
    node: dict[str, Any]  # its JSON-LD
    link: str | None = None  # where its headline leads


def page_parts(tree: HtmlElement, found: Sequence[Block], facts: Facts) -> list[Part]:
    """The articles of a page that holds several, in its order; nothing for a page of one."""
    live = any("LiveBlog" in str(node.get("@type")) for node in facts.nodes) or _LIVE.search(facts.url or "")
    if live or any(_LIVE.search(names_of(e)) for e in tree.iter("article", "main", "section", "body", "div")):
        return []
    forms = (form(found, facts) for form in (_elements, _declared, _headed))
    return next((several for several in forms if len(several) > 1), [])


def _prose(found: Iterable[Block]) -> int:
    return sum(len(b.text) for b in found if b.paragraph)


def _headlined(above: Iterable[Block], facts: Facts) -> bool:
    """Whether the headline of the whole page is among the blocks."""
    titles = {block_key(t) for t in facts.titles}
    return any(b.tag == "h1" and block_key(b.text) in titles and len(b.text) > 10 for b in above)


def _elements(found: Sequence[Block], facts: Facts) -> list[Part]:
    """The <article> elements that are complete articles, if they are what the page is made of."""
    holders: dict[HtmlElement | None, list[Block]] = {}
    for block in found:
        holders.setdefault(_holder(block.element), []).append(block)
    outside = holders.pop(None, [])
    full = {e: p for e, blocks in holders.items() if (p := _complete(e, blocks, facts))}
    longest = max((_prose(p.found) for p in full.values()), default=0)
    kept = [p for p in full.values() if not (p.link and _prose(p.found) < 0.25 * longest)]
    rest = _prose(outside) + sum(_prose(b) for e, b in holders.items() if e not in full)
    if rest > 0.5 * sum(_prose(p.found) for p in kept) or len({block_key(p.title) for p in kept}) < len(kept):
        return []
    own_rank = all(next((b.tag for b in p.found if b.heading), "") == "h1" for p in kept)
    if _headlined(outside, facts) and not own_rank and not all(p.link for p in kept):
        return []  # chapters under the headline of one story
    return kept


def _holder(element: HtmlElement) -> HtmlElement | None:
    """The article element that the element is in."""
    for e in (element, *element.iterancestors()):
        if e.tag == "article" or e.get("role") == "article" or (e.get("itemtype") or "").endswith("Article"):
            return e
    return None


def _complete(element: HtmlElement, found: list[Block], facts: Facts) -> Part | None:
    """The article if it has a headline of its own and paragraphs under it that do not end in 'read more'."""
    head = next((i for i, b in enumerate(found) if b.tag in ("h1", "h2", "h3") and not b.apart), None)
    prose = [i for i, b in enumerate(found) if b.paragraph]
    if head is None or len(prose) < 2 or head > prose[0] or _prose(found) < _LEAST_PROSE:
        return None
    last = next(b for b in reversed(found) if not b.apart)
    if _TEASING.search(last.text) or _TEASING.search(found[prose[-1]].text):
        return None
    link = next((h for h in found[head].hrefs if h and not h.startswith("#")), None)
    return _part(found[head].text, found, facts, element, link)


def _part(headline: str, found: list[Block], facts: Facts, element: HtmlElement | None, link: str | None) -> Part:
    """An article with the JSON-LD that has its headline."""
    title = one_line(headline)
    key = block_key(title)
    node = next((n for n in facts.nodes if block_key(json_ld_name(n.get("headline")) or "") == key), {})
    return Part(title, found, element, node, link)


def _declared(found: Sequence[Block], facts: Facts) -> list[Part]:
    """Articles whose text is in JSON-LD, as far as it is on the page too."""
    out: list[Part] = []
    used: set[int] = set()
    for node in facts.nodes[:50]:
        body, title = node.get("articleBody"), json_ld_name(node.get("headline"))
        if not isinstance(body, str) or not title or len(body) < _LEAST_PROSE:
            continue
        if any(block_key(p.title) == block_key(title) for p in out):
            continue
        taken = set(block_shingles(body))
        shown = (i for i, block in enumerate(found) if not block.apart and share_taken(block.text, taken) >= 0.6)
        own = [i for i in shown if i not in used]
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
        full = all(_prose(s) >= _LEAST_PROSE and sum(b.paragraph for b in s) >= 2 for s in stretches)
        ends = (next(b.text for b in reversed(s) if b.prose or b.heading) for s in stretches)
        distinct = len({block_key(s[0].text) for s in stretches}) == len(stretches)
        if full and distinct and not any(map(_TEASING.search, ends)) and not _headlined(found[: dated[0]], facts):
            return [_part(s[0].text, s, facts, None, next(iter(s[0].hrefs), None)) for s in stretches]
    return []


def _dated(found: Sequence[Block], head: int) -> bool:
    """Whether a day or a byline is between the heading and the first paragraph."""
    for block in found[head + 1 : head + 6]:
        stamp = stamps.stamp(block.text) if len(block.text) <= 160 else None
        if (stamp and stamp.published) or (len(block.text) < 80 and _BYLINE.match(block.text)):
            return True
        if block.prose or block.heading:
            return False
    return False
