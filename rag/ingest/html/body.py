"""The blocks of a page -> those that are its article.

trafilatura says which text it takes for the article. Alone it loses the lead above the article, the second half of one
that is laid out in two columns, text outside paragraphs; and it takes in captions, calls to subscribe and comments. Two
logistic regressions (``evals/train/bodies.py`` learns their weights) judge each block by trafilatura's word, its form
and its surroundings: the first by itself, the second also by what the first says of its neighbours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise
from math import exp
from typing import TYPE_CHECKING

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import ENDS_SENTENCE, Block, block_key, names_of
from rag.ingest.html.features import Features, around, features, masses
from rag.ingest.over_time import CORRECTS
from rag.ingest.segment.bylines import byline
from rag.text.timex import stamps
from rag.text.tokens import content

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Weights = tuple[Mapping[str, float], Mapping[str, float]]
"""Of the two regressions: by feature, '' for the constant."""

_WORD = re.compile(r"\w+")
# Lines by which a newsroom, in the languages it was worth writing them for, ends a page rather than an article.
_TAIL = re.compile(
    r"\(?(?:additional |with )?(?:reporting|writing|editing) by\b.{0,300}|.{0,20}(?:©|\(c\) ?\d{4}|copyright\b).{0,200}"
    r"|.{0,60}\ball rights reserved\b.{0,200}"
    r"|(?:follow|like|join|find) .{0,60}\bon (?:facebook|twitter|instagram)\b.{0,80}"
    r"|.{0,80}\bletters? to the editor\b.{0,250}|(?:sign up|subscribe)\b.{0,160}"
    r"|.{0,80}\b(?:newsletter|inbox)\b.{0,120}"
    r"|(?:click|tap) here\b.{0,120}|.{0,100}\bclick here for more\b.{0,60}"
    r"|(?:read|see|get) (?:more|also|next)\b.{0,100}|you (?:may|might) (?:also )?(?:like|be interested)\b.{0,60}"
    r"|(?:related|recommended|more)(?: \w+){0,3}:?|(?:tags?|topics?|filed under|categor(?:y|ies)|labels)\s*:.{0,200}"
    r"|(?:share|comment|comments|advertisement|advert|next|previous)\b.{0,30}|(?:tell us what|what do) you think.{0,60}"
    r"|.{0,60}\bcomments? .{0,60}\b(?:moderat|approv|aprovad)\w*.{0,80}|ISSN.{0,30}|.{0,5}source\s*:.{0,60}",
    re.IGNORECASE | re.DOTALL,
)
_RIGHTS = re.compile(
    r"\W*(?:(?:©|\(c\)|copyright\b).{0,80}|all rights reserved|riproduzione (?:riservata|vietata)|tous droits réservés"
    r"|reproduction (?:interdite|prohibited)|todos los derechos reservados|prohibida (?:la|su) reproducción"
    r"|todos os direitos reservados|alle (?:rechte vorbehalten|rechten voorbehouden)|wszelkie prawa zastrzeżone"
    r"|všechna práva vyhrazena|все права защищены|tüm hakları saklıdır|무단 ?전재.{0,40}|版权所有)\W*",
    re.IGNORECASE,
)
"""A line that says whose the text is, which some pages have above it."""
_UNDER_DECK = 4  # blocks at the top of a text, among which a stamp may stand under the standfirst
_END = re.compile(
    r"\W*(?:(?:\d+|all|top rated|latest|reader|user|post|leave|add|view|show|write)? ?(?:a |your )?"
    r"(?:comments?|replies|discussion)(?: \(?\d+\)?)?|leave a reply|join the (?:conversation|discussion)"
    r"|(?:related|recommended|similar|more) (?:articles?|stories|news|posts?|content|coverage|topics|links|roundups?)"
    r"|(?:more|latest) (?:in|from|on) .{2,40}"
    r"|about the authors?|about us|disclaimer|tags:?|most (?:read|popular|viewed)|trending(?: now)?"
    r"|you (?:may|might) also like|sharing is caring!?|share this(?: article| story| post)?:?"
    r"|kommentare|ähnliche artikel|mehr zum thema"
    r"|commentaires|sur le même sujet|à lire aussi|comentarios|noticias relacionadas|comentários|leia também|commenti"
    r"|articoli correlati|комментарии|читайте также|komentar|댓글|コメント|评论|相关(?:新闻|阅读|文章))\W*",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"\W*(?:related|read (?:more|also|next)|also read|see also|more(?! than\b)(?: on this)?|watch|recommended"
    r"|lesen sie"
    r"|mehr zum thema|lire aussi|à lire|lea también|también lea|czytaj też|leia|leggi anche|читайте|lees ook)\b",
    re.IGNORECASE,
)
_INVITES = re.compile(
    r"\W*(?:click|tap|sign up|subscribe|follow|download|listen|join|discover|explore|learn more|find out|check out"
    r"|don['’]t miss|get (?:the|our|your)|support|donate|jetzt|hier"
    r"|abonnieren|>+|inscrivez|abonnez|suscr[ií]b"
    r"|s[ií]guenos"
    r"|haz clic|assine|clique|iscriviti|clicca|klik|schrijf|подпис)",
    re.IGNORECASE,
)
"""How a link begins that asks readers to do something."""
_NO_ARTICLE = re.compile(
    r"/(?:topics?|tags?|themen?|thema|temas?|sujets?|dossiers?|documents?|files?|uploads?|wiki|search|people|person)/"
    r"|\.(?:pdf|docx?|xlsx?|csv|jpe?g|png)$|^(?:mailto|tel):",
    re.IGNORECASE,
)
"""Addresses of what is no other article."""
_SENTENCE = re.compile(r"\w[.!?…。！？][\"”’»)\]」』\s]*$")
_SENTENCES = re.compile(r"[^\W\d_]{3}[.!?] [A-ZÀ-Þ“\"].*\.\W*$", re.DOTALL)  # more than one: no headline
_LEAST_SHARED = 3  # words that it has in common with the rest, not to be the call to another article
_WRAPS = ("figure", "div")  # what a table may be wrapped in
_LABEL = 20  # characters of 'Published:', 'Autor'
_LEAST_LAST = 50  # characters of a last sentence
_DECK = re.compile(
    r"(?:^|[\s_-])(?:dek|deck|standfirst|sub-?(?:title|head(?:line|ing)?|titel|titulo)|strapline|summary|intro|lead|lede|ingress"
    r"|entradilla|bajada|copete|chapo|vorspann|unterzeile|sapo|sommario|catenaccio|occhiello|linha-?fina|zajawka|perex)(?![a-z])",
    re.IGNORECASE,
)
"""Names of what stands between a headline and its text."""
_DECK_NEAR = 9  # lines above the text in which the headline is
_LEAST_DECK = 7  # words
_LEAST_WOVEN = 300  # characters of paragraphs full of links, to be an article without others
_LEAST_SENTENCE = 60  # characters of a paragraph that is a link, to be no headline
_SHORTCODE = re.compile(
    r"\[(\w+)(?:\s[^\]]*)?\].*\[/\1\]|\[\w+\s+\w+=[^\]]*\]", re.DOTALL
)  # of a blog, not carried out


def choose_body(found: Sequence[Block], witness: str, titles: Iterable[str], hosts: frozenset[str]) -> list[Block]:
    """The blocks of the article. ``witness`` is a text that is taken for it, ``titles`` what its headline may be,
    ``hosts`` the page's own site (see :func:`rag.ingest.web.urls.site_of`)."""
    headlines = frozenset(block_key(t) for t in titles) - {""}
    votes = (
        votes_of(found, witness) if witness else [float(mass > 0.5) for mass, _ in masses(found, [0.0] * len(found))]
    )
    rows = features(found, votes, headlines, hosts)
    return chosen(found, rows, both(found, rows, _weights()), headlines)


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
    get = weights.get
    sums = [weights[""] + sum([value * get(name, 0.0) for name, value in row.items() if value]) for row in rows]
    return [1 / (1 + exp(-max(-30.0, min(30.0, s)))) for s in sums]


def chosen(
    found: Sequence[Block],
    rows: Sequence[Features],
    likely: Sequence[float],
    headlines: frozenset[str],
) -> list[Block]:
    """The blocks that are more likely of the article than not, as far as they can be, up to the line that ends it."""
    seen: set[str] = set()
    kept: list[Block] = []
    ends = []  # how many blocks are before each line that may end the article
    for block, row, chance in zip(found, rows, likely, strict=True):
        key = block_key(block.text)
        if not block.prose and len(block.text) <= 60 and _END.fullmatch(block.text):
            ends.append(len(kept))
        if chance < 0.5 and not _offers(block, row):
            continue
        repeated = len(key) >= 80 and key in seen and not block.text.endswith("?")  # a pull quote, or for small screens
        elsewhere = row["other article"] and row["vote"] < 0.5
        headline = block.heading and key in headlines
        if not (headline or repeated or elsewhere or _calls(block, row) or _SHORTCODE.fullmatch(block.text)):
            kept.append(block)
            seen.add(key)
    return _trimmed(linked_inside(found, _within_prose(kept[: _end(kept, ends[:20])])))


def with_standfirst(
    found: Sequence[Block], kept: Sequence[Block], headlines: Collection[str], described: Collection[str]
) -> list[Block]:
    """``kept`` with the standfirst between headline and text where extraction took it for a part of the headline: the
    page's own description, or a whole sentence in a heading or under a name that means one."""
    first = next((i for i, block in enumerate(found) if kept and block is kept[0]), 0)
    above = range(first - 1, max(-1, first - _DECK_NEAR), -1)
    head = next((i for i in above if block_key(found[i].text) in headlines), None)
    text = block_key(" ".join(block.text for block in kept))
    for block in found[head + 1 : first] if head is not None else ():
        key = block_key(block.text)
        holders = (block.element, *islice(block.element.iterancestors(), 1))
        named = block.heading or any(_DECK.search(names_of(e)) for e in holders)
        if not named or block.links > 0.3 or len(key.split()) < _LEAST_DECK or key in text or key in headlines:
            continue
        stated = any(key.startswith(d) or d.startswith(key) for d in described if len(d.split()) >= _LEAST_DECK)
        if stated or (ENDS_SENTENCE.search(block.text) and not block.text.rstrip().endswith((":", "?"))):
            return [block, *kept]
    return list(kept)


def linked_inside(found: Sequence[Block], kept: Sequence[Block]) -> list[Block]:
    """``kept`` with what is all link, or mostly, and yet part of the prose: a sentence or a quotation among its
    paragraphs, the items of a list that one of them announces with a colon, the rows of a table and the terms of a
    definition list, headings of chapters. Links to other articles are none of these."""
    paragraphs = [block for block in kept if block.paragraph] or [block for block in kept if block.woven]
    if not paragraphs and (paragraphs := _woven(found)):
        kept = paragraphs
    if not paragraphs:
        return list(kept)
    have = {id(block) for block in kept}
    prose = _Prose(paragraphs)
    alike = {block.place for block in paragraphs}  # also of short sentences
    told = [b for b in kept if b in paragraphs or (b.place in alike and not b.linked and _SENTENCE.search(b.text))]
    first, last = id(told[0]), id(told[-1])
    places = {id(block): i for i, block in enumerate(found)}
    chapters = _linked_chapters(found, have, prose)
    announced = False
    out = []
    for i, block in enumerate(found):
        inside = places[first] < i < places[last]
        if id(block) in have:
            out.append(block)
            if block.tag != "li" or block.text.endswith(":"):
                announced = block.text.rstrip().endswith(":") and not _CALLS.match(block.text)
        elif block.apart:
            continue
        elif block.links > 0.5 and inside and announced and block.tag == "li":
            out += [block] if prose.holds_list(block) else []
        elif (inside and (prose.tells(block) or prose.tabulates(block) or id(block) in chapters)) or (
            (i == places[first] - 1 and block.place == told[0].place and prose.tells(block))
            or (
                i == places[last] + 1
                and block.place == told[-1].place
                and (prose.ends(block) or prose.tells(block, _LEAST_SHARED))
            )
        ):
            out.append(block)
    return out


class _Prose:
    """The paragraphs of an article, by which it is judged what else belongs to them."""

    def __init__(self, paragraphs: Sequence[Block]) -> None:
        self._first = paragraphs[0].element.getparent()
        self._beside = {block.element.getparent() for block in paragraphs}
        self._around = {holder.getparent() for holder in self._beside if holder is not None}
        self._places = {block.place for block in paragraphs}
        self._told = {word for block in paragraphs for word in content(block.text)}
        self._tables: dict[object, bool] = {}

    def beside(self, element: HtmlElement | None) -> bool:
        """Whether the element is among the paragraphs."""
        return element is not None and element.getparent() in self._beside

    def opens(self, holder: HtmlElement | None) -> bool:
        """Whether the element holds the first paragraph."""
        return holder is not None and holder is self._first

    def holds_list(self, block: Block) -> bool:
        """Whether it is an item of a list that stands beside paragraphs."""
        return self.beside(block.element.getparent())

    def tells(self, block: Block, least: int = 1) -> bool:
        """Whether it is a link beside paragraphs, or quoted between two, that reads as a sentence on their matter."""
        element, text = block.element, block.text.rstrip()
        around = element.getparent()
        quoted = around is not None and around.tag == "blockquote" and self.beside(around)
        alike = block.place in self._places
        formed = (block.tag == "p" or alike) and self.beside(element)
        formed = formed or (alike and around is not None and around.getparent() in self._around)
        if (
            block.links <= 0.5
            or _CALLS.match(text)
            or _INVITES.match(text)
            or not (quoted or formed or element.tag == "blockquote")
        ):
            return False
        if _TAIL.fullmatch(text) or len(text) < _LEAST_SENTENCE or not _SENTENCE.search(text):
            return False
        if block.woven:
            return True
        asks = text.endswith(("?", "!", "…", "..."))  # as headlines may end, and few end with a full stop
        free = quoted or _SENTENCES.search(text) or all(map(_NO_ARTICLE.search, block.hrefs))
        least = _LEAST_SHARED if asks else 0 if free and least == 1 else least
        words = set(content(text))
        if len(self._told & words) < least:
            return False
        self._told |= words
        return True

    def tabulates(self, block: Block) -> bool:
        """Whether it is of a table of data or a definition list beside paragraphs, whose first cells or terms are
        links and the others are not."""
        table = next((e for e in block.element.iterancestors("table", "dl", "ul", "ol")), None)
        few = block.tag == "li" and (len(block.text.split()) < 3 or not block.text.startswith("- "))
        if block.tag not in ("tr", "dt", "dd", "td", "li") or few or table is None:
            return False
        if table not in self._tables:
            around = table.getparent()
            among = self.beside(table) or (around is not None and around.tag in _WRAPS and self.beside(around))
            self._tables[table] = among and _half_linked(table)
        return self._tables[table]

    def ends(self, block: Block) -> bool:
        """Whether it is a last short sentence with links in it, as encyclopedias write."""
        known = not self._told.isdisjoint(content(block.text))
        linked = len(block.hrefs) > (1 if known else 2) and 0.1 < block.links <= 0.5
        return linked and len(block.text) >= _LEAST_LAST and bool(_SENTENCE.search(block.text))


def _woven(found: Sequence[Block]) -> list[Block]:
    """The paragraphs in one place of the page whose words a program made into links, where they are a text."""
    places: dict[str, list[Block]] = {}
    for block in found:
        if block.woven:
            places.setdefault(block.place, []).append(block)
    most = max(places.values(), key=lambda blocks: sum(len(b.text) for b in blocks), default=[])
    return most if len(most) > 1 and sum(len(b.text) for b in most) >= _LEAST_WOVEN else []


def _half_linked(table: HtmlElement) -> bool:
    """Whether most rows (or the terms) of a table (or a definition list) have links, beside cells without any, or each
    term is told of in a sentence."""
    if table.tag == "dl":
        terms, told = list(table.iter("dt")), [e for e in table.iter("dd") if _SENTENCE.search(e.text_content())]
        named = len(told) >= len(terms) and not any(_SENTENCE.search(e.text_content()) for e in terms)
        named = named or any(next(e.iter("a"), None) is None for e in told)
        return named and any(next(e.iter("a"), None) is not None for e in terms)
    if table.tag in ("ul", "ol"):
        beside = [_words_beside_links(item) for item in table.iter("li")]
        return min(beside, default=0) > 0 and 2 * sum(words > 1 for words in beside) >= len(beside)
    rows = [[next(cell.iter("a"), None) is not None for cell in row.iter("td", "th")] for row in table.iter("tr")]
    mixed = sum(any(row) and not all(row) for row in rows)
    headed = len(rows) > 2 and len(rows[0]) > 1 and not any(rows[0])  # all links under the names of the columns
    return (mixed > 1 and 2 * mixed >= len(rows)) or (headed and all(map(all, rows[1:])))


def _words_beside_links(item: HtmlElement) -> int:
    """How many words stand beside the links of a list's item: two for 'Ada Quist, captain since 1999'. None are few
    beside a long link, and a day."""
    text = one_line(item.text_content())
    beside = text
    for link in item.iter("a"):
        beside = beside.replace(one_line(link.text_content()) or "\0", " ", 1)
    words = re.findall(r"[^\W\d_]{2,}", beside)
    stamp = stamps.stamp(beside.strip(" ,:;.-–—|()"))
    return len(words) if len(beside.strip()) >= 0.3 * len(text) and stamp is None else 0


def _linked_chapters(found: Sequence[Block], have: Container[int], prose: _Prose) -> set[int]:
    """The headings that are all link, right above a paragraph of the article, and built like one that it has or, where
    several are, beside its first paragraph."""
    above: dict[str, list[Block]] = {}
    for block, under in pairwise(found):
        called = _CALLS.match(block.text) or _INVITES.match(block.text)
        linked = block.heading and block.links > 0.5 and not called and under.paragraph and id(under) in have
        if linked and under.element.getparent() is block.element.getparent() and prose.beside(block.element):
            above.setdefault(block.place, []).append(block)
    kept = {block.place for block in found if block.heading and id(block) in have}
    return {
        id(block)
        for place, blocks in above.items()
        for block in blocks
        if place in kept or (len(blocks) > 1 and prose.opens(block.element.getparent()))
    }


def _calls(block: Block, row: Features) -> bool:
    """Whether it is a link to another article of the outlet."""
    return block.links >= 0.7 and len(block.text) <= 200 and not row["leads away"]


def _offers(block: Block, row: Features) -> bool:
    """Whether it is a link to another site, among paragraphs of the article."""
    return bool(row["a link away"] and row["inside"] and row["near"] > 0) and not block.apart


def _end(kept: Sequence[Block], ends: Iterable[int]) -> int:
    """How many blocks are before the line that ends an article on many pages ('Comments', 'Related stories'), unless
    as much follows it as came before, or a paragraph beside those before."""
    for end in ends:
        before, behind = ([b for b in part if b.paragraph] for part in (kept[:end], kept[end:]))
        beside = {b.element.getparent() for b in before}
        fewer = sum(len(b.text) for b in behind) < sum(len(b.text) for b in before)
        if fewer and not any(b.element.getparent() in beside for b in behind):
            return end
    return len(kept)


def votes_of(found: Sequence[Block], witness: str) -> list[float]:
    """The share of each block's words that the witness took; without one, all of the paragraphs in the places that have
    most of the page's."""
    if witness:
        return shares_taken(found, witness)
    alone = masses(found, [0.0] * len(found))
    return [float(block.paragraph and mass > 0.5) for block, (mass, _) in zip(found, alone, strict=True)]


def shares_taken(found: Sequence[Block], text: str) -> list[float]:
    """The share of each block's words, three at a time, that are in the text."""
    taken = {*block_shingles(text), *map(block_key, text.split("\n"))}
    return [share_taken(block.text, taken) for block in found]


def block_shingles(text: str) -> list[str]:
    """Its words, three at a time; all of them where there are fewer."""
    words = _WORD.findall(text.lower())
    return [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))] if words else []


def share_taken(text: str, taken: set[str]) -> float:
    """The share of a text's words, three at a time, that are among those taken."""
    parts = block_shingles(text)
    return sum(p in taken for p in parts) / len(parts) if parts else 0.0


def _within_prose(kept: Sequence[Block]) -> list[Block]:
    """Without the headings before the first paragraph that are not beside it (the headline, its deck), and
    the headings that nothing follows."""
    first = next((i for i, block in enumerate(kept) if not block.heading), 0)
    beside = kept[first].element.getparent() if kept else None
    leading = [b for b in kept[:first] if b.tag != "h1" and b.element.getparent() is beside]
    out = [*leading, *kept[first:]]
    while out and out[-1].heading:
        out.pop()
    return out


def _trimmed(kept: list[Block]) -> list[Block]:
    """Without the stamps and bylines before the first paragraph, and at most six of its notes behind the last."""
    while kept and (lines := _heading_lines(kept)):
        kept = kept[lines:]
    kept = [b for i, b in enumerate(kept) if not (0 < i < _UNDER_DECK and _stamped(b, labelled=True))]
    italic = sum(len(b.text) for b in kept if b.emphasis) > 0.3 * sum(len(b.text) for b in kept)
    end = len(kept)
    while end > max(1, len(kept) - 6):
        last = kept[end - 1]
        noted = last.heading or (
            last.emphasis and not italic and len(last.text) < 400 and not CORRECTS.match(last.text)
        )
        if not (noted or _TAIL.fullmatch(last.text) or _stamped(last)):
            break
        end -= 1
    return kept[:end]


def _heading_lines(kept: Sequence[Block]) -> int:
    """How many lines at the top are a stamp or a byline: one, or a label and what it says in two cells; else none."""
    first = kept[0].text
    rights = not kept[0].prose and len(kept) > 1 and _RIGHTS.fullmatch(first)
    if rights or _stamped(kept[0]) or byline(first) is not None:
        return 1
    if len(kept) < 2 or len(first) > _LABEL:
        return 0
    dated = stamps.is_label(first) and _stamped(kept[1])
    return 2 if dated or byline(f"{first.rstrip(': ')}: {kept[1].text}") else 0


def _stamped(block: Block, *, labelled: bool = False) -> bool:
    stamp = stamps.stamp(block.text) if len(block.text) < 120 else None
    return stamp is not None and (stamp.labelled or not labelled) and all(byline(piece) for piece in stamp.rest)
