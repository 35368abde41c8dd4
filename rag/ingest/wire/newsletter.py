"""A newsletter with several stories -> each of them, where headings that are links and paragraphs show them surely."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.ingest.encoding import clean, one_line
from rag.ingest.html.blocks import Block, block_key, blocks
from rag.ingest.html.hidden import find_hidden
from rag.ingest.web.urls import absolute, behind_counter
from rag.ingest.wire.letters import is_footer

_LEAST_STORIES = 2
_LEAST_LINES = 3  # of lines that are links and no headings, which are less sure
_LEAST_TEXT = 60  # characters of a story
_SHARE = 0.6  # of the text that the stories must have; else the mail is a letter with links
_MORE = re.compile(
    r"(?:read|see|learn|find out|view|watch|listen|continue|full|mehr|weiter|zum|lire|voir|leer|ver|leggi|ler|leia|lees"
    r"|läs|les)\b.{0,50}|.{0,40}(?:»|→|>)",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a newsletter."""

    title: str
    text: str
    url: str | None


def stories(written: str) -> list[Story]:
    """The stories of a newsletter in HTML, in its order; nothing where it is one text or cannot be cut surely."""
    from lxml import etree
    from lxml import html as lxml_html

    try:
        tree = lxml_html.document_fromstring(clean(written[: 1 << 20]))
        for hidden in find_hidden(tree):
            hidden.drop_tree()
        found = [block for block in blocks(tree) if not is_footer(block.text)]
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    for tag in _HEADINGS:
        heads = [i for i, block in enumerate(found) if block.tag == tag and _linked(block)]
        if len(cut := _cut(found, heads)) >= _LEAST_STORIES:
            return cut
    lines = [
        i for i, b in enumerate(found) if b.links > 0.9 and 15 <= len(b.text) <= 160 and not _MORE.fullmatch(b.text)
    ]
    places = {found[i].place for i in lines}
    for place in sorted(places):
        heads = [i for i in lines if found[i].place == place]
        if len(heads) >= _LEAST_LINES and len(cut := _cut(found, heads)) == len(heads):
            return cut
    return []


def _linked(block: Block) -> bool:
    return block.links > 0.8 and len(block.text) > 10 and any(map(_web, block.hrefs))


def _web(href: str) -> bool:
    return href.startswith(("http://", "https://"))


def _cut(found: Sequence[Block], heads: Sequence[int]) -> list[Story]:
    """The stories under these headings, if they are what the mail is made of and each has a text of its own."""
    out: list[Story] = []
    for head, end in pairwise([*heads, len(found)]):
        text: list[str] = []
        for block in found[head + 1 : end]:
            if block.heading and block.tag <= found[head].tag:
                break  # the name of a section
            if block.links > 0.8 or _MORE.fullmatch(block.text):
                if text:
                    break
                continue
            text.append(one_line(block.text))
        if sum(map(len, text)) < _LEAST_TEXT or not any(block.prose for block in found[head + 1 : end]):
            continue
        href = next(filter(_web, found[head].hrefs), None)
        out.append(Story(one_line(found[head].text), "\n\n".join(text), behind_counter(absolute(href, None) or "")))
    prose = sum(len(block.text) for block in found if block.prose)
    titles = {block_key(story.title) for story in out}
    own = sum(len(story.text) for story in out)
    return out if len(titles) == len(out) and own >= _SHARE * prose and 2 * len(out) > len(heads) else []
