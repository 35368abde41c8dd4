"""A parsed page -> its blocks of text, each with what its place in the page says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BREAKING = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption thead tbody tfoot tr section article main "
    "header footer aside figure figcaption form fieldset address center hr body html details summary hgroup".split()
)
"""Elements that begin and end a line; all others run on in it."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNREAD = frozenset(
    "script style head title template svg math select option optgroup textarea button input object embed iframe "
    "canvas audio video map datalist nav menu dialog progress meter noscript".split()
)  # what holds no text of an article
_TAGS = HEADINGS | {"p", "li", "blockquote", "td", "th", "dt", "dd", "pre", "figcaption", "tr"}
# The names that pages give, in class and id, to what surrounds an article. Words of other languages are there
# where many sites use them.
_APART = frozenset(
    """related recommended recommend recommendation recommendations recirc recirculation newsletter newsletters signup
    subscribe subscription share sharing shares sharebar sharedaddy social comment comments commenting disqus respond
    promo promos promotion promoted sponsored sponsor advert adverts ad ads advertisement adsense sidebar breadcrumb
    breadcrumbs byline author authors bio caption captions credit credits tags taglist tagcloud footer foot nav
    navigation navbar menu toolbar popup modal overlay cookie cookies consent gdpr teaser teasers outbrain taboola
    revcontent trending popular mostread readmore pagination pager paging login register copyright rating ratings
    timestamp postmeta kicker topics eyebrow sitemap masthead donate donation follow followus infobox upsell lightbox
    jp-relatedposts yarpp crp inread morestories readnext nextup callout poll quiz survey pullquote""".split()
)
_PAIRS = (("read", "time"), ("reading", "time"), ("see", "also"), ("read", "more"), ("read", "next"), ("read", "also"),
          ("more", "stories"), ("more", "news"), ("more", "articles"), ("most", "read"), ("sign", "up"),
          ("post", "meta"), ("entry", "meta"), ("article", "meta"), ("skip", "link"), ("up", "next"),
          ("publish", "date"), ("post", "date"), ("posted", "on"), ("entry", "date"))  # fmt: skip
_APART_TAGS = frozenset(("aside", "footer", "figcaption", "figure", "form"))
_NEVER_APART = frozenset(("html", "body", "article", "main"))
_BODY_NAMES = frozenset(
    """articlebody article-body article_body story-body storybody entry-content post-content article-content post-body
    article__body article__content articlecontent story-content body-content content-body articletext article-text
    storytext story-text postcontent entry-body article-main-body post__content post_content entry_content""".split()
)
_HOVER = re.compile(r"(?:tool-?tip|popover|pop-?up|rollover)[\w-]*[-_](?:block|content|body|box|text|inner|card)", re.I)
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STOP = re.compile(r"[.!?。！？…؟۔।:][\"”’»)\]」』\s]*$")
_WIDE = re.compile("[\u2e80-\U0010ffff]")
_SHARE = 0.4  # of the page's prose; what holds more than that is the page itself, whatever its name
_SHARE_OF_OTHERS = 0.6  # of what is named for other articles
_SHARE_OF_COMMENTS = 0.9  # readers may write nine times what the newsroom did
_OTHERS = re.compile(r"\b(?:related|recommended|recirc|sidebar|trending|most-?read|popular)\b", re.I)
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:user-?)?comments?(?:$|[\s_-]|list|area|content|section|thread)|disqus|livefyre", re.I
)


@dataclass(slots=True, eq=False)
class Block:
    """A line of the page. ``place`` names the element that holds it by its ancestors' tags and classes: the
    paragraphs of an article share it."""

    text: str
    linked: int  # characters that are links
    element: HtmlElement
    tag: str
    place: str
    hrefs: tuple[str, ...] = ()
    prose: bool = False  # reads as a paragraph: of some length, mostly not links, ending as sentences do
    apart: bool = False  # by its name or element no text of the article
    body: bool = False  # inside what the page names its article's body
    emphasis: bool = False  # all italic

    @property
    def links(self) -> float:
        """The share of its characters that are links, 0 to 1."""
        return self.linked / len(self.text)

    @property
    def heading(self) -> bool:
        return self.tag in HEADINGS


def _reads_as_prose(text: str, linked: int) -> bool:
    return wide(text) >= 60 and linked < 0.5 * len(text) and (len(text) > 140 or bool(_STOP.search(text)))


def wide(text: str) -> int:
    """Its length; a character of a script without spaces counts double."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def blocks(tree: HtmlElement) -> list[Block]:
    """The page's lines, in order. What is apart is marked by names, but never the greater part of the prose."""
    found = list(_Walk(tree).lines())
    weight: dict[HtmlElement, int] = {}
    total = 0
    for block in found:
        if block.prose:
            total += len(block.text)
            for element in (block.element, *block.element.iterancestors()):
                weight[element] = weight.get(element, 0) + len(block.text)
    apart: dict[HtmlElement, bool] = {}
    body: dict[HtmlElement, bool] = {}
    for block in found:
        chain = [block.element, *block.element.iterancestors()]
        for element in reversed(chain):
            if element in apart:
                continue
            parent = element.getparent()
            above = parent is not None and apart.get(parent, False)
            share = weight.get(element, 0) / total if total else 0.0
            apart[element] = above or (element.tag not in _NEVER_APART and _named_apart(element, share))
            holds = share > 0.25
            inside = parent is not None and body.get(parent, False)
            body[element] = inside or (holds and named_body(element))
        block.apart = apart[block.element]
        block.body = body[block.element]
    return found


def _named_apart(element: HtmlElement, share: float) -> bool:
    """Whether the names of an element with that share of the page's prose set it apart from the article."""
    names = _names(element)
    if (share <= _SHARE_OF_OTHERS and _OTHERS.search(names)) or (
        share <= _SHARE_OF_COMMENTS and _COMMENTS.search(names)
    ):
        return True
    if share > _SHARE:
        return False
    if element.tag == "figure" and next(element.iter("table", "blockquote", "pre"), None) is not None:
        return False
    return element.tag in _APART_TAGS or _apart_words(names)


def _names(element: HtmlElement) -> str:
    return f"{(element.get('class') or '')[:400]} {(element.get('id') or '')[:100]}"


@lru_cache(maxsize=4096)
def _apart_words(names: str) -> bool:
    for word in names.split()[:16]:
        if len(word) > 80:
            continue
        parts = [p for p in re.split(r"[^A-Za-z0-9]+", word) if p]
        parts = [*parts, *(c for p in parts for c in _CAMEL.findall(p))]
        lower = [p.lower() for p in parts]
        if not _APART.isdisjoint(lower) or any(a in lower and b in lower for a, b in _PAIRS):
            return True
    return False


def named_body(element: HtmlElement) -> bool:
    """Whether its name says that it holds an article's text."""
    if element.get("itemprop") == "articleBody":
        return True
    return not _BODY_NAMES.isdisjoint(_names(element).lower().split())


def _place(element: HtmlElement, tag: str) -> str:
    """Tags and classes of the two elements that hold the line's element."""
    parts = [tag]
    for parent in element.iterancestors():
        parts.append(f"{parent.tag}.{(parent.get('class') or '')[:120]}")
        if len(parts) == 3:
            break
    return " < ".join(parts)


class _Line:
    """The pieces of text since the last break."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, bool, bool]] = []  # text, in a link, in italics
        self.hrefs: list[str] = []

    def take(self) -> Iterator[tuple[str, int, bool]]:
        """Its lines as (text, linked characters, all italic); a <br> inside a sentence does not end it."""
        out: list[tuple[list[str], int, bool]] = []
        text: list[str] = []
        linked, plain = 0, 0
        for piece, link, italic in [*self.pieces, ("\n", False, True)]:
            if piece != "\n":
                text.append(piece)
                linked += len(piece.strip()) if link else 0
                plain += 0 if italic else len(piece.strip())
                continue
            line = " ".join("".join(text).split())
            line = line.strip("| ") if "|" in line else line
            if line:
                if out and line[0].islower() and not _STOP.search(out[-1][0][-1][-20:]):
                    lines, before, all_italic = out[-1]
                    lines.append(line)
                    out[-1] = (lines, before + linked, all_italic and not plain)
                else:
                    out.append(([line], linked, not plain))
            text, linked, plain = [], 0, 0
        self.pieces.clear()
        for lines, linked, all_italic in out:
            yield " ".join(lines), linked, all_italic


def _is_unread(element: HtmlElement) -> bool:
    return element.tag in _UNREAD or (element.tag == "span" and bool(_HOVER.search(element.get("class") or "")))


class _Walk:
    """One pass through a page's tree: the open elements, and the line that is being gathered."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._line = _Line()
        self._holders: list[HtmlElement] = [tree]  # open elements that begin and end lines
        self._links = self._italics = 0  # open elements of each kind
        self._first_of_item = False

    def lines(self) -> Iterator[Block]:
        from lxml import etree

        skipped: HtmlElement | None = None
        for event, element in etree.iterwalk(self._tree, events=("start", "end", "comment", "pi")):
            if event in ("comment", "pi") or not isinstance(element.tag, str):
                if skipped is None and event != "end":
                    self._text(element.tail)
            elif event == "start":
                if skipped is None and _is_unread(element):
                    skipped = element
                elif skipped is None:
                    yield from self._open(element)
                    self._text(element.text)
            elif skipped is None or skipped is element:
                if skipped is None:
                    yield from self._close(element)
                skipped = None
                self._text(element.tail)
        yield from self._end_line()

    def _text(self, text: str | None) -> None:
        if text:
            self._line.pieces.append((text.replace("\n", " "), self._links > 0, self._italics > 0))

    def _open(self, element: HtmlElement) -> Iterator[Block]:
        tag = element.tag
        if tag in BREAKING:
            yield from self._end_line()
            self._holders.append(element)
            self._first_of_item = self._first_of_item or tag == "li"
        elif tag in ("br", "td", "th"):
            self._line.pieces.append(("\n" if tag == "br" else " | ", False, True))
        elif tag == "a":
            self._links += 1
            self._line.hrefs.append(element.get("href") or "")
        elif tag in ("em", "i"):
            self._italics += 1

    def _close(self, element: HtmlElement) -> Iterator[Block]:
        if element.tag in BREAKING:
            yield from self._end_line()
            self._holders.pop()
        elif element.tag == "a":
            self._links -= 1
        elif element.tag in ("em", "i"):
            self._italics -= 1

    def _end_line(self) -> Iterator[Block]:
        holder = self._holders[-1]
        tag = next((h.tag for h in reversed(self._holders) if h.tag in _TAGS), holder.tag)
        hrefs = tuple(self._line.hrefs)
        for text, linked, italic in self._line.take():
            shown = f"- {text}" if self._first_of_item and tag == "li" and text[0] not in "-•*–—·" else text
            self._first_of_item = False
            if any(c.isalnum() for c in text):
                prose = _reads_as_prose(text, linked)
                place = _place(holder, tag)
                yield Block(shown, min(linked, len(text)), holder, tag, place, hrefs, prose, emphasis=italic)
        self._line.hrefs.clear()
