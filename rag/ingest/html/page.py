"""HTML pages -> articles: the text that a reader sees as the article, the facts that the page declares about it.

How the text is found is in :mod:`rag.ingest.html.body`, what is hidden in ``hidden``, what a page declares in
``metadata``, and when a page holds several articles in ``split``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.ingest.encoding import clean, decode, one_line
from rag.ingest.html.blocks import (
    ENDS_SENTENCE,
    Block,
    block_key,
    blocks,
    names_of,
    paid_parts,
    with_callouts,
    with_quotations,
)
from rag.ingest.html.body import choose_body, with_standfirst
from rag.ingest.html.fragment import has_sentence
from rag.ingest.html.hidden import drop_hidden
from rag.ingest.html.metadata import Facts, leaf_in
from rag.ingest.html.split import Part, is_live, page_parts, with_all_entries, with_times
from rag.ingest.html.stated.authors import signed_in
from rag.ingest.html.stated.days import (
    Printed,
    day_of_lines,
    day_of_page,
    likely_day,
    printed_days,
    published_on,
)
from rag.ingest.html.stated.embedded import embedded_article
from rag.ingest.html.stated.json_ld import json_ld
from rag.ingest.over_time import CORRECTS, MAX_CORRECTION
from rag.ingest.page import TO_FETCH, LeftOut, Page, date_not_understood, failed, refused
from rag.ingest.segment.boilerplate import provides
from rag.ingest.segment.bylines import byline, letters, looks_like_name, people
from rag.ingest.segment.no_article import why_no_article
from rag.ingest.segment.segmenter import day_in_name
from rag.ingest.segment.walls import stub, without_wall
from rag.ingest.web.archives import drop_keepers_bar, original_address, saved_from
from rag.ingest.web.urls import absolute, site_of
from rag.text.reading.datelines import opening_day
from rag.text.timex import stamps
from rag.types import ReportItem, When

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_HTML = 8 << 20
"""Bytes of a page. News pages have 0.1 to 1 MB; a larger one costs more time and memory than it can be worth."""

MAX_TAGS = 150_000  # elements of a page: what its tree in memory is proportional to
MAX_ATTRIBUTES = 2_000  # of one element; parsers take the square of their number
_WITNESSED = (3 << 20, 40_000)  # characters and elements up to which trafilatura is asked; it takes minutes for more
_STUB = 1500  # characters; an article that is for subscribers and has fewer is its beginning
_THIN = 400  # characters of its paragraphs; a page that shows fewer may hold its article as data
_LEAST = 40  # characters; less is a menu, not an article
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_MEANT = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
          "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
          "iso-8859-9": "cp1254", "tis-620": "cp874"}  # fmt: skip
# What browsers read by these names: https://encoding.spec.whatwg.org/#names-and-labels
_TEMPLATE = re.compile(r"<\$Blog\w+\$>|<b:(?:skin|section|widget)\b", re.IGNORECASE)  # of a blog of Blogger
_BOOKMARKS = re.compile(r"\s*<!doctype netscape-bookmark", re.IGNORECASE)  # what browsers export
_COMMENTS = re.compile(
    r"\s+(?:\d+|no|one|ein|keine?|un|uno|aucun|sin|nessun)\s+(?:comment|kommentar|coment[aá]rio|comentario)\w*$",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(?:words|texte?|texto|testo|story|report|written|by|von|par|por|di|door)\b", re.IGNORECASE)
_LAST_LINE = re.compile(r"(?!.*(?:©|(?i:copyright)|@|https?:))[\"“„«‘]?[^\W\d_a-z].{18,200}[.!?][\"”“»’]?")
_LABEL = re.compile(r"(?:author|autor(?:in|en)?|auteur|autore|автор)s?", re.IGNORECASE)
_MEDIUM = re.compile(r"Exported from (?:<a [^>]{0,200}>)?Medium\b")
_LONGEST_ISSUER = 80  # characters
_OUTLET_NAME = re.compile(
    r"(?:publication|newspaper|journal|outlet|source|media|paper|zeitung|quelle|fuente|fonte|testata)[-_]?(?:name|title)",
    re.IGNORECASE,
)
"""Names of what holds the name of an outlet."""
_LINES_BEHIND = 12  # in which a note on a correction is
_NEAR = 6  # lines within which a page prints both of its days


def read(
    origin: str, data: bytes, *, url: str | None = None, charset: str | None = None
) -> Iterator[Page | ReportItem]:
    """The articles of a page: one, or several where it holds several complete ones (``origin`` then with '#item N').

    ``url`` is the address that the page was fetched from: what relative addresses are relative to, and the article's
    own where the page names none. ``charset`` is what the HTTP header named. Never raises for what the bytes hold.
    """
    try:
        yield from _read(origin, data, url, charset)
        return
    except ReadError as error:
        yield refused(origin, error)
    except Exception as error:
        # The parsers below meet any bytes that the web can hold; none of it may stop the other files.
        yield failed(origin, f"cannot be read as HTML ({type(error).__name__}: {one_line(str(error)[:200])})")


def _read(origin: str, data: bytes, url: str | None, charset: str | None) -> list[Page]:
    text = decoded(data, charset)
    if _MEDIUM.search(text) and "dt-published" not in text:
        raise LeftOut("a draft in an export of Medium; add it when it is out")
    if _TEMPLATE.search(text):
        raise LeftOut("the template of a blog, no article")
    if _BOOKMARKS.match(text):
        raise ReadError(f"a list of {text.lower().count('<a ')} links, no article; {TO_FETCH}")
    tree, facts = parse(text, url)
    found = blocks(tree)
    if paid := paid_parts(found):
        for part in paid:
            if part.getparent() is not None:
                part.drop_tree()
        found = blocks(tree)
    live = is_live(tree, facts, found)
    parts = [] if live else page_parts(found, facts)
    several = [_part(f"{origin}#item {n}", part, facts) for n, part in enumerate(parts, 1)]
    complete = [page for page in several if page]
    if len(complete) > 1:
        return complete
    bounded = len(text) <= _WITNESSED[0] and text.count("<") <= 2 * _WITNESSED[1]
    return [_page(origin, tree, found, facts, live=live, bounded=bounded)]


def decoded(data: bytes, charset: str | None) -> str:
    """The page's text, of a size that can be parsed. Raises ``ReadError``."""
    if len(data) > MAX_HTML:
        raise ReadError(f"larger than {MAX_HTML >> 20} MiB of HTML; save the article alone, or its text as .txt")
    declared = _CHARSET.search(data[:4096])
    name = charset or (declared[1].decode("ascii", "replace") if declared else None)
    text = decode(data, _MEANT.get(name.lower(), name) if name else None)
    if text is None:
        raise ReadError("not text but binary data; save the page as .html again")
    if "<" not in text:
        raise ReadError("holds no HTML; if it is plain text, name it .txt")
    if text.count("<") > 2 * MAX_TAGS:
        raise ReadError(f"more than {MAX_TAGS} elements; save the article alone, or its text as .txt")
    if any(_attributes(tag[0]) > MAX_ATTRIBUTES for tag in re.finditer(r"<[a-zA-Z][^<>]{4000,}", text)):
        raise ReadError(f"an element with more than {MAX_ATTRIBUTES} attributes; save the article's text as .txt")
    return text


def parse(text: str, url: str | None) -> tuple[HtmlElement, Facts]:
    """The page's tree without what is hidden, and what it declares."""
    from lxml import html as lxml_html

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses text that declares an encoding
    tree = lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(huge_tree=False))
    nodes = json_ld(tree)
    named = drop_keepers_bar(tree)
    drop_hidden(tree)
    _unlay_tables(tree)
    address = original_address(url or saved_from(text) or named or "") or None
    return tree, Facts(tree, address, nodes)


def _page(origin: str, tree: HtmlElement, found: Sequence[Block], facts: Facts, *, live: bool, bounded: bool) -> Page:
    shown = sum(len(block.text) for block in found if block.paragraph)
    if shown < _THIN and (page := embedded_article(origin, tree, facts, 2 * shown)):
        return page
    if not facts.ld.get("articleBody") and (links := _only_links(found)):
        raise ReadError(f"a list of {links} links, no article; {TO_FETCH}")
    heard = witness(tree) if bounded else ""
    chosen = choose_body(found, heard, titles(facts), hosts(facts))
    chosen = with_all_entries(found, chosen, facts) if live else chosen
    chosen = _with_last_lines(found, chosen)
    chosen = with_callouts(found, with_quotations(found, chosen))
    chosen = with_standfirst(found, chosen, set(map(block_key, titles(facts))), facts.described)
    chosen = [block for block in _with_correction(found, chosen) if not leaf_in(block.text)]
    kept, walled = without_wall([block.text for block in chosen])
    open_to_all = [chosen[i] for i in kept]
    walled = walled or _wall_behind(found, open_to_all)
    body = "\n\n".join(with_times(found, open_to_all, facts)) if live else _text(open_to_all)
    if len(body) < max(_LEAST, 0.3 * len(heard)):
        fallback = heard if len(heard) >= _LEAST or not bounded else witness(tree, recall=True)
        rows = [row for line in clean(fallback).split("\n") if (row := line.strip())]
        kept, walled = without_wall(rows)
        body = "\n\n".join(rows[i] for i in kept)
    printed = printed_days(tree, facts)
    if not facts.ld and not facts.published:
        lines = [block.text for block in chosen] or [block.text for block in found if block.links < 0.5]
        headlines = (facts.page_title, *facts.headings, facts.title or "")
        if why := why_no_article(headlines, lines, dated=bool(printed.stamp.published)):
            raise ReadError(f"no article: the page {why}")
    if len(body) < _LEAST or not (facts.ld or facts.published or has_sentence(body)):
        raise ReadError("no article text found on the page; save the text as .txt")
    page = _stated(origin, body, facts, printed)
    if not page.authors and open_to_all:
        page = replace(page, authors=_signed(found, open_to_all[0], facts))
    page = replace(page, text=_unsigned(page.text, page.authors))
    page = page if page.source else replace(page, source=_issuer(found))
    beginning = len(body) < _STUB and (not facts.free or walled)
    number, first_page, next_page = facts.leaf
    page = replace(page, url=first_page or page.url, number=number).noted(
        "for subscribers: only its beginning can be read" if beginning else None,
        f"page {number} of it" if number and number > 1 else None,
        f"goes on at {next_page}" if next_page else None,
    )
    if facts.published is None and not (printed.beside or printed.stamp.labelled or facts.first_time):
        page = replace(page, published=opening_day(body, facts.language) or page.published)
    if page.published is None and page.updated is None:
        page = replace(page, published=opening_day(body, facts.language) or day_of_lines(found, facts))
    if page.published is None and page.updated is not None:
        page = _dated_before_its_change(page, day_of_page(tree))
    if page.published is None and page.updated is None and facts.unread:
        page = page.noted(date_not_understood(facts.unread))
    undated = page.published is None and page.updated is None and day_in_name(facts.url) is None
    return replace(page, published=likely_day(tree)) if bounded and undated else page


def _unsigned(body: str, authors: Sequence[str]) -> str:
    """The text without a last line that is the names of its authors and nothing else."""
    above, _, last = body.rpartition("\n\n")
    signed = people([last.strip("()[]–—-/ ")]) if above and len(last) <= _LONGEST_ISSUER else ()
    names = {*map(letters, authors)}
    return above if signed and names.issuperset(map(letters, signed)) and letters(last) in _joined(signed) else body


def _joined(names: Sequence[str]) -> set[str]:
    """Names one after another, as ``letters`` has a line of them."""
    return {
        letters(word.join(names)) for word in (" ", " and ", " und ", " et ", " y ", " e ", " en ", " och ", " og ")
    }


def _dated_before_its_change(page: Page, stated: When) -> Page:
    """The page with the day that is stated of it, unless that is later than the day of its last change."""
    return page if stated is None or stamps.earlier(page.updated, stated) else replace(page, published=stated)


def _with_last_lines(found: Sequence[Block], chosen: list[Block]) -> list[Block]:
    """With the short sentences behind the text that only a line break sets apart from it, at most two."""
    if not chosen or chosen[-1].element.tag == "p":
        return chosen
    last = next((i for i, block in enumerate(found) if block is chosen[-1]), len(found))
    behind = takewhile(
        lambda b: b.element is chosen[-1].element and not b.linked and _LAST_LINE.fullmatch(b.text) is not None,
        found[last + 1 : last + 3],
    )
    return [*chosen, *behind]


def _with_correction(found: Sequence[Block], chosen: list[Block]) -> list[Block]:
    """With the note on what was corrected that stands under the text in the same article, in a footer of it."""
    place = {id(block) for block in chosen}
    last = max((i for i, block in enumerate(found) if id(block) in place), default=len(found))
    own = set(chosen[-1].element.iterancestors("article", "main")) if chosen else set()
    behind = (b for b in found[last + 1 : last + 1 + _LINES_BEHIND] if CORRECTS.match(b.text) and b.links < 0.5)
    notes = (b for b in behind if len(b.text) <= MAX_CORRECTION and own.intersection(b.element.iterancestors()))
    return [*chosen, *islice((b for b in notes if b.text[-1] != ":" and ENDS_SENTENCE.search(b.text)), 1)]


def _signed(found: Sequence[Block], first: Block, facts: Facts) -> tuple[str, ...]:
    """The authors in a line above the first of the text that is a byline and nothing else."""
    at = next((i for i, block in enumerate(found) if block is first), 0)
    above = [block.text for block in found[max(0, at - _NEAR) : at + 1] if len(block.text) <= 120 and _is_beside(block)]
    stamped = [stamps.stamp(text, language=facts.language) for text in above]
    near = [
        *above,
        *(_COMMENTS.sub("", piece) for stamp in stamped if stamp for piece in stamp.rest),
    ]  # '4 Nov 2024 | By Jane Roe'
    near += [f"{label}: {text}" for label, text in pairwise(above) if _LABEL.fullmatch(label)]  # 'Autor' in a cell
    signed = (line.authors for text in near if (line := byline(signed_in(text, facts.language))))
    if names := next((names for authors in signed if (names := people(authors, facts.outlets))), ()):
        return names
    # 'Jan de Vries, 3 uur geleden': with a day it may be a place
    beside = (piece for s in stamped if s and not (s.published or s.updated or s.labelled) for piece in s.rest)
    return next((people([name], facts.outlets) for name in beside if " " in name and looks_like_name(name)), ())


def _is_beside(block: Block) -> bool:
    """Whether a line may sign the text: nothing sets it apart, or it is among the credits and names who wrote."""
    around = (block.element, *islice(block.element.iterancestors(), 1))
    credited = any("credit" in names_of(part).lower() for part in around)
    return not block.apart or (credited and bool(_WROTE.match(block.text) or byline(block.text)))


def _signed_above(found: Sequence[Block], facts: Facts) -> tuple[str, ...]:
    """The authors in a line above the first paragraph."""
    first = next((block for block in found if block.prose), None)
    return _signed(found, first, facts) if first is not None else ()


def _issuer(found: Sequence[Block]) -> str | None:
    """Who issued a press release, where the page says so: 'News provided by', and a name on the next line."""
    behind = (below.text for label, below in pairwise(found) if provides(label.text))
    return next((name for name in behind if len(name) <= _LONGEST_ISSUER), None)


def _wall_behind(found: Sequence[Block], chosen: Sequence[Block]) -> bool:
    """Whether readers are told to stop right behind the text."""
    last = {id(block) for block in chosen[-1:]}
    at = next((i for i, block in enumerate(found) if id(block) in last), len(found))
    return any(block.links < 0.5 and stub(block.text) for block in found[at + 1 : at + 7])


def _only_links(found: Sequence[Block]) -> int:
    """How many links a page is made of that has no paragraph; 0 for any other page."""
    if any(block.prose or block.woven for block in found):
        return 0
    links = [block for block in found if block.links > 0.6]
    listed = sum(len(b.text) for b in links) > 0.8 * sum(len(b.text) for b in found if not b.heading)
    return len(links) if listed and len(links) > 1 else 0


def _part(origin: str, part: Part, page: Facts) -> Page | None:
    """One of several articles: what it says itself, and from the page only what holds for all of them."""
    from lxml import html as lxml_html

    body = _text(choose_body(part.found, "", {part.title}, hosts(page)))
    if len(body) < _LEAST:
        return None
    read = (stamps.stamp(b.text, language=page.language) for b in part.found if len(b.text) <= 160)
    printed = next((stamp for stamp in read if stamp and (stamp.published or stamp.updated)), stamps.Stamp())
    lines = [b.text for b in part.found if len(b.text) <= 90 and re.match(r"by\s", b.text, re.IGNORECASE)]
    alone = lxml_html.document_fromstring("<html><body></body></html>")
    if part.element is not None:
        alone.body.append(deepcopy(part.element))
    own = Facts(alone, page.base, [part.node])
    return replace(
        _stated(origin, body, own, Printed(printed)),
        title=part.title,
        source=_outlet_of_part(part) or page.source,
        url=absolute(part.link, page.base) or own.own_url,
        authors=own.authors or people(lines[:1], page.outlets) or _signed_above(part.found, page),
        language=page.language,
    )


def _outlet_of_part(part: Part) -> str | None:
    """The outlet that one of several articles names in an element for it, as databases of many papers do."""
    named = (b.text for b in part.found if len(b.text) <= _LONGEST_ISSUER and _OUTLET_NAME.search(names_of(b.element)))
    return next(named, None)


def _stated(origin: str, body: str, facts: Facts, printed: Printed) -> Page:
    """The article with all that its page declares about it; its dates by the first witness that can be believed."""
    published = published_on(facts, printed)
    updated = facts.updated or printed.stamp.updated
    if updated and published and (updated == published or stamps.earlier(updated, published)):
        updated = None  # publishing systems fill in both from the start
    return Page(
        origin,
        body,
        whole=True,
        title=facts.title,
        published=published,
        updated=updated,
        source=facts.source,
        section=facts.section,
        url=facts.url,
        authors=facts.authors,
        language=facts.language,
    )


def titles(facts: Facts) -> set[str]:
    """All that the article's headline may be."""
    return facts.titles | {facts.title or ""}


def hosts(facts: Facts) -> frozenset[str]:
    """The page's own site, by each of its addresses."""
    return frozenset(site_of(a) for a in (facts.address, facts.url, facts.base) if a)


def _text(chosen: Sequence[Block]) -> str:
    return "\n\n".join(text for block in chosen if (text := one_line(block.text)))


def _attributes(tag: str) -> int:
    """How many attributes a tag has at most; what is in quotes, such as a picture's bytes, is one."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", " ", tag)
    return max(len(re.split(r"[\s/]+", bare)), bare.count("=")) - 1


def witness(tree: HtmlElement, *, recall: bool = False) -> str:
    """What trafilatura takes for the article."""
    import trafilatura

    copy = deepcopy(tree)
    try:
        return trafilatura.extract(copy, include_comments=False, favor_precision=not recall, favor_recall=recall) or ""
    except Exception:  # it is one witness of several
        return ""


def _unlay_tables(tree: HtmlElement) -> None:
    """Turn tables that only lay out the page (with paragraphs, headings, tables or long texts in them) into plain
    divisions, which extraction reads as such; tables of data stay."""
    for table in list(tree.iter("table")):
        if table.tag != "table":
            continue
        inner = table.iterdescendants("p", "h1", "h2", "h3", "hr", "ul", "ol", "table")
        if next(inner, None) is not None or any(len(cell.text_content()) > 400 for cell in table.iter("td")):
            for element in table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th"):
                element.tag = "div"
