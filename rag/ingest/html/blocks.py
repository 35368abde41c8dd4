"""A parsed page -> its blocks of text, each with what its place in the page says about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BREAKING = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption thead tbody tfoot tr section article main "
    "header footer aside figure figcaption form fieldset address center hr body html details summary hgroup".split()
)
"""What begins and ends a line; all else runs on in it."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNREAD = frozenset(
    "script style head title template svg math select option optgroup textarea button input object embed iframe "
    "canvas audio video map datalist nav menu dialog progress meter noscript".split()
)  # what holds no text of an article
_TAGS = _HEADINGS | {"p", "li", "blockquote", "td", "th", "dt", "dd", "pre", "figcaption", "tr"}
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
    didomi onetrust optanon iubenda cookiebot cybot usercentrics truste trustarc rodo rgpd cookiebar cookiebanner
    advertorial advertorials branded patrocinado publieditorial publireportage publirreportaje paidcontent paidpost
    relatedposts yarpp crp inread morestories readnext nextup poll quiz survey pullquote""".split()
)
_PAIRS = re.findall(
    r"(\w+) (\w+)",
    "read time, reading time, see also, read more, read next, read also, more stories, more news, more articles, "
    "most read, sign up, post meta, entry meta, article meta, skip link, up next, publish date, post date, posted on, "
    "entry date",
)
_APART_TAGS = frozenset(("aside", "footer", "figcaption", "figure", "form"))
_NEVER_APART = frozenset(("html", "body", "article", "main"))
_BODY_NAMES = frozenset(
    """articlebody article-body article_body story-body storybody entry-content post-content article-content post-body
    article__body article__content articlecontent story-content body-content content-body articletext article-text
    storytext story-text postcontent entry-body article-main-body post__content post_content entry_content""".split()
)
_CALLOUT = re.compile(r"(?:^|[\s_-])call-?out(?=[\s_-]|$)", re.IGNORECASE)
"""Names of a box that newsrooms put a note of the text in, and others a call to write to them."""
_HOVER = re.compile(r"(?:tool-?tip|popover|pop-?up|rollover)[\w-]*[-_](?:block|content|body|box|text|inner|card)", re.I)
_OF_NETWORKS = re.compile(
    r"twitter|tweet|instagram|tiktok|facebook|fb-|reddit|bluesky|mastodon|threads|telegram|imgur|embed", re.IGNORECASE
)
"""Names of what shows something of another site, by a quotation until its script has run."""
_LEAST_QUOTED = 5  # words
_LEAST_WOVEN, _LEAST_SENTENCE = 3, 60  # links and characters of a paragraph, to be no link to another article
_OF_A_BOX = 2  # elements: a quotation and who said it
_PART_OF_NAME = r"(?:[A-ZÀ-ÞŐŰŁŠČŽ][\w.'’-]*|d[aeiou]s?|v[ao]n|den?r?|al)"
_FULL_NAME = re.compile(rf"{_PART_OF_NAME}(?: {_PART_OF_NAME}){{1,4}}")
_LONGEST_SPEAKER = 80  # characters of who is quoted
_PAID = re.compile(
    r"advertisement|advertorial|paid (?:content|post|partnership|promotion)|(?:partner|branded|promoted|sponsored)"
    r"(?: (?:content|post|story|article|by .{2,25}))?|anzeige|werbung|gesponsert(?:er inhalt)?|publicité"
    r"|publi-?(?:reportage|rédactionnel)|contenu (?:sponsorisé|partenaire)|contenido (?:patrocinado|de marca)"
    r"|publicidad|patrocinado|publirreportaje|conteúdo (?:patrocinado|de marca)|publicidade|informe publicitário"
    r"|contenuto sponsorizzato|pubblicità|sponsorizzato|advertentie|gesponsord(?:e inhoud)?|annonse?|annonce"
    r"|reklam[ae]?|sponsrat(?: innehåll)?|annonsørinnhold|sponsoreret(?: indhold)?|mainos|artykuł sponsorowany"
    r"|materiał (?:sponsorowany|partnera)|реклама|на правах рекламы|广告|廣告|広告|광고",
    re.IGNORECASE,
)
_SHARE_OF_PAID = 0.3  # of the page's prose that such a part has at most
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
ENDS_SENTENCE = re.compile(r"[.!?。！？…؟۔।:][\"”’»)\]」』\s]*$")
_WORD = re.compile(r"\w+")
_WIDE = re.compile("[\u2e80-\U0010ffff]")
_SHARE = 0.4  # of the page's prose; what holds more than that is the page itself, whatever its name
_SHARE_OF_OTHERS = 0.6  # of what is named for other articles
_SHARE_OF_COMMENTS = 0.9  # readers may write nine times what the newsroom did
_OTHERS = re.compile(r"\b(?:related|recommended|recirc|sidebar|trending|most-?read|popular)\b", re.I)
COMMENTS = (
    r"comments?|kommentar(?:e[nr]?)?|comentari(?:os?|s|i)?|comentários?|commenti|commentaires?|reacties|reactions"
    r"|lesermeinung(?:en)?|komentar(?:z[ey]?|[aei]|ji)?|komentá[rř]e?|kommentit|hozzaszolas(?:ok)?|yorum(?:lar)?"
)
"""What the texts of readers are called in names of elements."""
_COMMENTS = re.compile(
    rf"(?:^|[\s_-])(?:user-?)?(?:{COMMENTS})(?:$|[\s_-]|list|area|content|section|thread)|disqus|livefyre", re.I
)

_ELSEWHERE = re.compile(
    r"related|recommend|comment|sidebar|trending|popular|latest|most-?read|recirc|promo|teaser|widget-area", re.I
)


@dataclass(slots=True, eq=False)
class Block:
    """A line of the page. ``place`` names the element that holds it by the tags and classes of the two around it: the
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
        return self.tag in _HEADINGS

    @property
    def woven(self) -> bool:
        """Whether it is a paragraph whose words a program made into links, with others between them."""
        linked = self.tag == "p" and not self.apart and len(self.hrefs) >= _LEAST_WOVEN and self.links < 1
        return linked and len(self.text) >= _LEAST_SENTENCE and bool(ENDS_SENTENCE.search(self.text))

    @property
    def paragraph(self) -> bool:
        """Whether it is prose that nothing sets apart."""
        return self.prose and not self.apart


def block_key(text: str) -> str:
    """What two lines have in common that say the same."""
    return " ".join(_WORD.findall(text.lower()))


def wide(text: str) -> int:
    """Its length; a character of a script without spaces counts double."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def blocks(tree: HtmlElement) -> list[Block]:
    """The page's lines, in order. What is apart is marked by names, but never the greater part of the prose."""
    found = list(_Walk(tree).lines())
    weight: Counter[HtmlElement] = Counter()  # characters of prose in each element that holds lines
    for block in found:
        for element in (block.element, *block.element.iterancestors()):
            weight[element] += len(block.text) if block.prose else 0
    total = weight[tree] or 1
    apart: dict[HtmlElement | None, bool] = {None: False}
    body: dict[HtmlElement | None, bool] = {None: False}
    for element in filter(weight.__contains__, tree.iter()):  # each before what is in it
        share, parent = weight[element] / total, element.getparent()
        apart[element] = apart[parent] or (element.tag not in _NEVER_APART and _named_apart(element, share))
        body[element] = body[parent] or (share > 0.25 and named_body(element))
    for block in found:
        block.apart, block.body = apart[block.element], body[block.element]
    return found


def with_quotations(found: Sequence[Block], kept: Sequence[Block]) -> list[Block]:
    """``kept`` with the quotations between its paragraphs that stand in blocks of their own, and who said them; what
    the text has already is a pull quote, and what another site shows is none."""
    have = {id(block) for block in kept}
    at = [i for i, block in enumerate(found) if id(block) in have and block.paragraph]
    quoted = {id(block) for block in found[at[0] : at[-1]] if _quotes(block) is not None} if len(at) > 1 else set()
    if not quoted:
        return list(kept)
    text = block_key(" ".join(block.text for block in kept))
    around = [_holders(found[i].element) for i in at]
    out: list[Block] = []
    for i, block in enumerate(found):
        said = out[-1] if out else None
        if id(block) in have or not at[0] < i < at[-1]:
            out += [block] if id(block) in have else []
        elif id(block) in quoted and not block.links > 0.5 and _is_quotation(block, text):
            k = next(k for k, place in enumerate(at) if place > i)
            beside = _holders(block.element) & around[k - 1] & around[k]
            out += [block] if beside else []
        elif said is not None and said is found[i - 1] and block.tag in ("figcaption", "cite", "footer"):
            own = id(said) in quoted and id(said) not in have
            out += [block] if own and len(block.text) <= _LONGEST_SPEAKER else []
        elif said is not None and said is found[i - 1] and _speaks(block, said):
            out.append(block)
    return out


def with_callouts(found: Sequence[Block], kept: Sequence[Block]) -> list[Block]:
    """``kept`` with the sentences between its paragraphs that stand in a box of the newsroom's own, by its name."""
    have = {id(block) for block in kept}
    at = [i for i, block in enumerate(found) if id(block) in have and block.paragraph]
    inside = range(at[0], at[-1]) if at else range(0)
    return [
        block
        for i, block in enumerate(found)
        if id(block) in have or (i in inside and not block.apart and not block.linked and _is_of_callout(block))
    ]


def _is_of_callout(block: Block) -> bool:
    near = (block.element, *islice(block.element.iterancestors(), 2))
    return bool(ENDS_SENTENCE.search(block.text)) and any(_CALLOUT.search(names_of(part)) for part in near)


def _speaks(block: Block, said: Block) -> bool:
    """Whether a short line right behind a quotation, in its box or in the quotation itself, names who said it."""
    quotation = _quotes(said)
    if quotation is None or len(block.text) > _LONGEST_SPEAKER or block.links > 0.5 or block.heading:
        return False
    box, holder = quotation.getparent(), block.element.getparent()
    within = quotation in block.element.iterancestors()
    alone = (
        holder is box and sum(1 for part in box if isinstance(part.tag, str)) == _OF_A_BOX if box is not None else False
    )
    name = re.split(r"\s*[,;(|]\s*", block.text.lstrip("-–—― "), maxsplit=1)[0]
    return (within or alone) and _FULL_NAME.fullmatch(name) is not None


def _is_quotation(block: Block, text: str) -> bool:
    """Whether it is a quotation of some length that the ``text`` does not have."""
    key = block_key(block.text)
    quoted = _quotes(block)
    if quoted is None:
        return False
    foreign = any(_OF_NETWORKS.search(names_of(part)) for part in (quoted, *islice(quoted.iterancestors(), 3)))
    named = any(_apart_words(names_of(part)) for part in (quoted, *islice(quoted.iterancestors(), 3)))
    return len(key.split()) >= _LEAST_QUOTED and key not in text and not (foreign or named or elsewhere(quoted))


def _quotes(block: Block) -> HtmlElement | None:
    """The element of a quotation that the block is in."""
    near = (block.element, *islice(block.element.iterancestors(), 2))
    return next((part for part in near if part.tag == "blockquote"), None)


def _holders(element: HtmlElement) -> set[HtmlElement]:
    """The elements near around one that may hold the text of an article."""
    return {part for part in islice(element.iterancestors(), 4) if part.tag not in ("body", "html", "blockquote")}


def paid_parts(found: Sequence[Block]) -> list[HtmlElement]:
    """The elements that begin with a line that says that somebody paid for them: 'Sponsored content', 'Anzeige'.
    None that holds much of the page."""
    total = sum(len(block.text) for block in found if block.prose)
    parts: list[HtmlElement] = []
    for i, block in enumerate(found):
        if len(block.text) > 40 or not _PAID.fullmatch(block.text.strip("-–—:.[]() ")):
            continue
        holder = block.element if block.element.tag in ("div", "section", "aside") else block.element.getparent()
        if holder is None or (i and holder in (found[i - 1].element, *found[i - 1].element.iterancestors())):
            continue
        own = {*holder.iter()}
        inside = (b for b in found[i:] if b.element in own)
        if holder.tag not in _NEVER_APART and sum(len(b.text) for b in inside if b.prose) <= _SHARE_OF_PAID * total:
            parts.append(holder)
    return list(dict.fromkeys(parts))


def _named_apart(element: HtmlElement, share: float) -> bool:
    """Whether the names of an element with that share of the page's prose set it apart from the article."""
    names = names_of(element)
    if share <= _SHARE_OF_OTHERS and _OTHERS.search(names):
        return True
    if share <= _SHARE_OF_COMMENTS and _COMMENTS.search(names):
        return True
    tabular = element.tag == "figure" and next(element.iter("table", "blockquote", "pre"), None) is not None
    calls = _CALLOUT.search(names) and next(element.iter("a", "form", "input", "button"), None) is not None
    own = element.tag == "figure" and not calls and _CALLOUT.search(names) is not None
    aside = element.tag in _APART_TAGS and not own
    return share <= _SHARE and not tabular and (aside or bool(calls) or _apart_words(names))


def names_of(element: HtmlElement) -> str:
    """Its class and id, as far as a page has them that is not meant to harm."""
    return f"{(element.get('class') or '')[:400]} {(element.get('id') or '')[:100]}"


@lru_cache(maxsize=4096)
def _apart_words(names: str) -> bool:
    for word in names.split()[:16]:
        parts = re.findall("[A-Za-z0-9]+", word) if len(word) <= 80 else []
        lower = {p.lower() for part in parts for p in (part, *_CAMEL.findall(part))}
        if not _APART.isdisjoint(lower) or any(lower.issuperset(pair) for pair in _PAIRS):
            return True
    return False


def in_a_list_of_others(element: HtmlElement) -> bool:
    """Whether it is around or in what is about other articles, or readers' comments."""
    return any(_ELSEWHERE.search(names_of(part)) for part in (element, *element.iterancestors()) if part.tag != "body")


def elsewhere(element: HtmlElement) -> bool:
    """Whether it is in a part of the page that is about other articles."""
    for part in (element, *element.iterancestors()):
        if part.tag in ("aside", "footer", "nav"):
            return True
        if part.tag in ("body", "main", "html"):
            return False
        if part.tag != "article" and _ELSEWHERE.search(names_of(part)):
            return True
    return False


def named_body(element: HtmlElement) -> bool:
    """Whether its name says that it holds an article's text."""
    return element.get("itemprop") == "articleBody" or not _BODY_NAMES.isdisjoint(names_of(element).lower().split())


def _lines(pieces: Iterable[tuple[str, bool, bool]]) -> Iterator[tuple[str, int, bool]]:
    """Pieces (text, in a link, in italics) -> lines (text, linked characters, all italic); a <br>, which is the piece
    "\\n", does not end a line inside a sentence."""
    out: list[tuple[list[str], int, int]] = []  # the texts of one line, characters that are links, that are upright
    for is_break, group in groupby(pieces, key=lambda piece: piece[0] == "\n"):
        run = list(group)
        text = " ".join("".join(piece for piece, _, _ in run).split())
        text = text.strip("| ") if "|" in text else text
        if is_break or not text:
            continue
        linked = sum(len(piece.strip()) for piece, link, _ in run if link)
        upright = sum(len(piece.strip()) for piece, _, italic in run if not italic)
        if out and text[0].islower() and not ENDS_SENTENCE.search(out[-1][0][-1][-20:]):
            texts, linked_before, upright_before = out.pop()
            texts.append(text)
            out.append((texts, linked_before + linked, upright_before + upright))
        else:
            out.append(([text], linked, upright))
    return ((" ".join(texts), linked, not upright) for texts, linked, upright in out)


def _is_unread(element: HtmlElement) -> bool:
    return element.tag in _UNREAD or (element.tag == "span" and bool(_HOVER.search(element.get("class") or "")))


class _Walk:
    """One pass through a page's tree: the open elements, and the line that is being gathered."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._pieces: list[tuple[str, bool, bool]] = []  # of the line: text, in a link, in italics
        self._hrefs: list[str] = []
        self._holders: list[HtmlElement] = [tree]  # open elements that begin and end lines
        self._open: Counter[str] = Counter()  # tags of the open elements
        self._first_of_item = False

    def lines(self) -> Iterator[Block]:
        from lxml import etree

        walk = etree.iterwalk(self._tree, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                if _is_unread(element):
                    walk.skip_subtree()
                else:
                    yield from self._begin(element)
                    self._text(element.text)
            else:
                if event == "end" and not _is_unread(element):
                    yield from self._end(element)
                self._text(element.tail)
        yield from self._end_line()

    def _text(self, text: str | None) -> None:
        if text:
            italic = self._open["em"] + self._open["i"] > 0
            self._pieces.append((text.replace("\n", " "), self._open["a"] > 0, italic))

    def _begin(self, element: HtmlElement) -> Iterator[Block]:
        tag = element.tag
        self._open[tag] += 1
        if tag in BREAKING:
            yield from self._end_line()
            self._holders.append(element)
            self._first_of_item = self._first_of_item or tag == "li"
        elif tag in ("br", "td", "th"):
            self._pieces.append(("\n" if tag == "br" else " | ", False, True))
        elif tag == "a":
            self._hrefs.append(element.get("href") or "")

    def _end(self, element: HtmlElement) -> Iterator[Block]:
        self._open[element.tag] -= 1
        if element.tag in BREAKING:
            yield from self._end_line()
            self._holders.pop()

    def _end_line(self) -> Iterator[Block]:
        holder = self._holders[-1]
        tag = next((h.tag for h in reversed(self._holders) if h.tag in _TAGS), holder.tag)
        hrefs = tuple(self._hrefs)
        for text, linked, italic in _lines(self._pieces):
            shown = f"- {text}" if self._first_of_item and tag == "li" and text[0] not in "-•*–—·" else text
            self._first_of_item = False
            if any(c.isalnum() for c in text):
                prose = (
                    wide(text) >= 60
                    and linked < 0.5 * len(text)
                    and (len(text) > 140 or bool(ENDS_SENTENCE.search(text)))
                )
                around = (f"{e.tag}.{(e.get('class') or '')[:120]}" for e in islice(holder.iterancestors(), 2))
                place = " < ".join((tag, *around))
                yield Block(shown, min(linked, len(text)), holder, tag, place, hrefs, prose, emphasis=italic)
        self._pieces.clear()
        self._hrefs.clear()
