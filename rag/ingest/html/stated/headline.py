"""The headline of a page without headings, whose title names only the site: what it prints large or bold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import elsewhere
from rag.ingest.segment.bylines import byline, copyright_holder, letters
from rag.text.timex import stamps

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SAYS_NOTHING = re.compile(
    r"untitled(?: document| page)?|new page \d+|(?:welcome|willkommen) .+"
    r"|print(?:er)?[- ]friendly(?: (?:version|page))?"
    r"|(?:news|story|stories|article|articles|home ?page|home|page|document|print)"
    r"(?: (?:\d+|page|version|view|archive))?",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[:|»]\s+|\s+[–—|-]\s+")
_LONGEST, _SHORTEST = 160, 12  # characters of a headline
_MOST = 40  # elements that are tried
_LARGE = re.compile(r"\+?[3-7]|\+[12]")


def headline_in_print(tree: HtmlElement, title: str) -> str | None:
    """The first line in large or bold letters, where ``title``, the page's own, is no headline; ``None`` elsewhere."""
    if not _names_site(tree, title):
        return None
    lines = tree.xpath("//font[@size] | //b | //strong | //big")[:_MOST]
    found = [(element, one_line(element.text_content()[: 2 * _LONGEST])) for element in lines]
    likely = [(e, text) for e, text in found if _reads_as_headline(e, text, title)]
    large = [
        text for e, text in likely if e.tag == "big" or (e.tag == "font" and _LARGE.fullmatch(e.get("size") or ""))
    ]
    return next(iter(large or [text for e, text in likely if e.tag != "font"]), None)


def _names_site(tree: HtmlElement, title: str) -> bool:
    """Whether a title is a word for any page, or begins with what a banner or the line of copyright calls the site."""
    if _SAYS_NOTHING.fullmatch(title.strip()):
        return True
    alts = tree.xpath("//img/@alt")[:12]
    copyright_lines = tree.xpath("//text()[contains(., 'opyright') or contains(., '©')]")[:4]
    holders = (copyright_holder(one_line(line[:200])) for line in copyright_lines)
    names = {name for text in (*alts, *filter(None, holders)) if len(name := letters(text)) > 5}
    first = letters(_PARTS.split(title)[0])
    return any(first == name or (first.startswith(name) and len(first) <= len(name) + 8) for name in names)


def _reads_as_headline(element: HtmlElement, text: str, title: str) -> bool:
    if not _SHORTEST <= len(text) <= _LONGEST or len(text.split()) < 3 or text.endswith((".", ":", ",", ";")):
        return False
    linked = next(element.iter("a"), None) is not None or any(part.tag == "a" for part in element.iterancestors())
    own = letters(text) in letters(title) or byline(text) is not None or stamps.stamp(text) is not None
    return not linked and not own and not elsewhere(element)
