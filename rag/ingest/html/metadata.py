"""What a page declares about its article: JSON-LD first, then meta elements, then what the page shows."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import block_key, elsewhere, in_a_list_of_others, names_of, wide
from rag.ingest.html.stated.authors import author_lines, signed_in
from rag.ingest.html.stated.headline import headline_in_print
from rag.ingest.html.stated.json_ld import json_ld_name
from rag.ingest.html.stated.microdata import marked_article, of_another_item
from rag.ingest.html.stated.section import printed_sections
from rag.ingest.segment.bylines import letters, people
from rag.ingest.web.archives import is_keeper
from rag.ingest.web.urls import absolute, is_web, site_of
from rag.text.lexicon import CJK_AND_HANGUL
from rag.text.timex import stamps
from rag.text.timex.labels import JOINING, PUBLISHED, UPDATED
from rag.text.timex.machine import parse_machine_stamp
from rag.types import When, day

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PUBLISHED = (
    "article:published_time article:published og:article:published_time og:published_time datepublished "
    "date_published parsely-pub-date sailthru.date article.published published-date publication-date pubdate "
    "publishdate publish-date publish_date publication_date article:post_date cxenseparse:recs:publishtime "
    "dc.date.issued dcterms.issued dcterms.created dc.date.created dc.date dcterms.date og:pubdate date pub_date "
    "rnews:datepublished displaydate originalpublicationdate article_date_original bt:pubdate".split()
)
_UPDATED = (
    "article:modified_time article:modified og:article:modified_time og:updated_time datemodified date_modified "
    "lastmod last-modified last_modified dcterms.modified dc.date.modified article.updated revision_date "
    "bt:moddate".split()
)
_PUBLISHED_LIKE = re.compile(
    r"(?:^|[-_.:])(?:post|pub|publish(?:ed|ing)?|publication|article|creat(?:ed|ion)|issued?)[-_.:]?date|^pdate$"
)
_CHANGED_NAME = re.compile(r"modified|updated", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?:\?|&)(?:page|p|pg|seite|pagina|página)=(\d{1,2})$|/(?:page|seite|pagina)[/-]?(\d{1,2})/?$|/(\d)/?$"
    r"|[-_,](?:p|page|seite)?-?(\d)(?=\.s?html?$)"
)
_LEAF = re.compile(
    r"\b(?:seite|page|página|pagina|strona|strana|stránka|stran(?:ica)?|sida|side|sivu|oldal|страница|сторінка|sayfa"
    r"|trang|halaman|σελίδα|lehekülg|lapa|puslapis|säida|bladsy|siða|صفحة|صفحه|עמוד|पृष्ठ|পৃষ্ঠা|หน้า)\s*(\d{1,2})\s*"
    r"(?:/|von|of|de|di|van|z(?:e)?|av|af|из|от|од|із|з|sur|od|din|iš|no|dari|από|من|از|מתוך|trên|(?:จาก))\s*(\d{1,2})\b"
    r"|第\s*(\d{1,2})\s*[页頁]\s*[/／,，、]?\s*[共全]\s*(\d{1,2})\s*[页頁]"
    r"|(?<![\d/])(\d{1,2})\s*[/／]\s*(\d{1,2})\s*(?:ページ|[页頁]|페이지|\.? oldal|sayfa)",
    re.IGNORECASE,
)
"""'Page 1 of 2'."""
_LABELLED = re.compile(rf"(?:{UPDATED.pattern})[\s:：.,(]*(?:(?:{JOINING})[\s:]*)?$", re.IGNORECASE)
_PUBLISHED_NAME = re.compile(r"publish|pubdate|created", re.IGNORECASE)
_WIDE_TITLE = 8  # half-widths of a headline in a script without spaces
_ISSUERS = ("publisher", "sourceOrganization", "provider", "copyrightHolder")
_NO_SECTION = frozenset(
    ("post", "posts", "all", "article", "articles", "general", "uncategorized", "uncategorised", "news article", "page")
)
_HOME = re.compile(r"/*(?:(?:index|home|default|homepage)(?:\.\w{2,5})?|[a-z]{2}(?:[-_][a-z]{2})?)?/*$", re.IGNORECASE)
_FRONT_PAGE = re.compile(r"(?:https?:)?//[^/?#\s]+/?", re.IGNORECASE)
_WIDE = rf"[{CJK_AND_HANGUL}」』）】]"
_BAR_OF_WIDE = rf"\s*｜\s*|(?<={_WIDE})[|_-]+(?=[{CJK_AND_HANGUL}])"
"""What scripts without spaces put between a headline and the outlet, without spaces around it."""
_SITE_BEHIND = re.compile(rf"(?:\s+([|–—:«»·•-])\s+|({_BAR_OF_WIDE}))([^|｜–—«»]{{2,40}})$")
_BEGINS = re.compile(r"(.{3,60}?)(?:\s+[|–—·»«•-]|:)\s+\S")


class Facts:
    """Facts of one article. ``address`` is where the page was fetched from, ``nodes`` its JSON-LD (``json_ld``)."""

    def __init__(self, tree: HtmlElement, address: str | None = None, nodes: Sequence[dict[str, Any]] = ()) -> None:
        self.tree = tree
        self.address = address
        self.metas: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            content = one_line((element.get("content") or "")[:2000])
            if name and content and not (element.get("itemprop") and of_another_item(element)):
                self.metas.setdefault(name.strip().lower(), []).append(content)
        self.page_title = one_line("".join(tree.xpath("//head/title[1]//text()"))[:1000])
        heads = [(h, text) for h in tree.iter("h1") if (text := _shown(h))][:10]
        banners = {text for h, text in heads if self.page_title and _is_banner(h)}
        self.headings = [text for _, text in heads if text not in banners or letters(text) == letters(self.page_title)]
        self.nodes = list(nodes)
        self.ld = self._own_node()

    def meta(self, *names: str) -> str | None:
        return next((self.metas[n][0] for n in names if n in self.metas), None)

    def _own_node(self) -> dict[str, Any]:
        """The JSON-LD of this page's article: the one whose headline the page has, else the fullest."""
        heads = [letters(t) for t in (self.meta("og:title"), self.page_title, *self.headings) if t]

        def rank(node: dict[str, Any]) -> tuple[bool, int]:
            own = letters(str(node.get("headline") or node.get("name") or ""))
            return bool(own) and any(own in h or h in own for h in heads if h), len(node)

        return max(self.nodes, key=rank, default={})

    @cached_property
    def _marked(self) -> dict[str, Any]:
        """What microdata and RDFa say of the article."""
        return marked_article(self.tree)

    def _ld(self, name: str) -> str | None:
        return json_ld_name(self.ld.get(name))

    def _said(self, *names: str) -> str | None:
        """The first of the fields that JSON-LD names, else microdata."""
        stated = next(filter(None, map(self._ld, names)), None)
        return stated or next(filter(None, (json_ld_name(self._marked.get(name)) for name in names)), None)

    @cached_property
    def title(self) -> str | None:
        """The headline as readers see it where the site's name can be taken off, else as the page declares it."""
        shown = [t for h in self.headings if (len(h) > 10 or wide(h) >= _WIDE_TITLE) and (t := self._bare(h))]
        if not self._titles:
            return next(iter(shown or self.headings), None)
        if not self.headings and len(self._titles) == 1 and (printed := headline_in_print(self.tree, self.page_title)):
            return printed
        alike = next((h for h in shown if any(are_alike(h, t) for t in self._titles)), "")
        return alike if 0 < len(alike) <= 300 else self._titles[0]

    @cached_property
    def _titles(self) -> list[str]:
        """The headline as the page declares it, by each witness."""
        metas = (self.meta(name) for name in ("og:title", "twitter:title", "dc.title"))
        site, _, behind = self.page_title.partition(": ")  # of blogs: 'Northway Notes: Headline'
        named = behind if letters(site) in self._site_names else self.page_title
        return [t for raw in (self._ld("headline"), *metas, named) if raw and (t := self._bare(raw))]

    def _bare(self, raw: str) -> str | None:
        """Without the outlet; ``None`` for a title that is nothing but the outlet."""
        title = _without_days(_plain(raw))
        for site in self.outlets:
            title = without_site(title, site)
        return None if not title or any(letters(title) == letters(s) for s in self.outlets) else title

    @cached_property
    def titles(self) -> set[str]:
        """All that the headline may read like on the page."""
        return {*self._titles, *self.headings}

    @cached_property
    def described(self) -> set[str]:
        """What the page says that its article is about, as keys of lines."""
        metas = (self.meta(name) for name in ("og:description", "description", "twitter:description"))
        told = (*metas, self._ld("description"), self._ld("alternativeHeadline"))
        return {block_key(_plain(text).rstrip("…. ")) for text in told if text} - {""}

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """All names of the page's outlet: as it gives it, and as its address has it."""
        declared = (self.meta("og:site_name"), self._said(*_ISSUERS), self.meta("application-name"), self.source)
        label = max(_host(self.url).split(".")[:-1] or [""], key=len)
        return tuple(dict.fromkeys(_plain(t) for t in (*declared, label) if t and not t.startswith("http")))

    @cached_property
    def published(self) -> When:
        """As declared: in JSON-LD, in a meta element, in marked-up text."""
        like = [values[0] for name, values in self.metas.items() if _PUBLISHED_LIKE.search(name)]
        return _best([*self._moments("datePublished", _PUBLISHED), self._ld("dateCreated"), *like])

    @cached_property
    def updated(self) -> When:
        changed = [e for e in self.tree.xpath("//time")[:12] if not elsewhere(e) and of_a_change(e)]
        told = (e.get("datetime") or e.text_content() for e in changed[:1])
        return _best([*self._moments("dateModified", _UPDATED), *told])

    @cached_property
    def unread(self) -> str | None:
        """What stands where the page says when it was published, if that is no date: 'last night'."""
        times = (one_line(e.text_content()[:60]) for e in self.tree.xpath("//article//time | //main//time")[:1])
        told = (value.strip() for value in (*self._moments("datePublished", _PUBLISHED), *times) if value)
        return next((value[:60] for value in told if value), None)

    def _moments(self, field: str, names: Sequence[str]) -> list[str | None]:
        """What JSON-LD, meta elements of these names and marked-up text say of the field."""
        metas = [value for name in names for value in self.metas.get(name, ())[:2]]
        marked = self.tree.xpath(f"//*[@itemprop='{field}' or @property='{field}' or @property='schema:{field}']")[:4]
        own = (e for e in marked if not elsewhere(e) and not of_another_item(e))
        shown = [e.get("content") or e.get("datetime") or _of_abbreviation(e) or e.text_content() for e in own]
        name = "updated" if field == "dateModified" else "published"  # of hAtom
        short = self.tree.xpath(f"//abbr[contains(concat(' ', @class, ' '), ' {name} ')][@title]")[:4]
        return [self._ld(field), *metas, *shown, *(_of_abbreviation(e) for e in short if not elsewhere(e))]

    @cached_property
    def first_time(self) -> When:
        """The first <time> of the article: inside it, else inside what holds the page's text, else anywhere."""
        for path in ("//article//time", "//main//time", "//header//time", "//time"):
            found = [e for e in self.tree.xpath(f"{path}[@datetime or @pubdate]")[:12] if not elsewhere(e)]
            found = [e for e in found if not of_a_change(e)]
            declared = [e.get("datetime") or e.text_content() for e in found[:3]]
            if when := _best(declared[:1]) or _best(declared):
                return when
        return None

    @cached_property
    def source(self) -> str | None:
        """The outlet's name: as it gives it, else the end of the page's title, else the host of its address."""
        host = _host(self.url)
        apps = ("application-name", "al:ios:app_name", "al:iphone:app_name", "al:android:app_name")
        declared = [self.meta("og:site_name"), self._said(*_ISSUERS), self.meta("publisher", "dc.publisher", *apps)]
        if end := _SITE_BEHIND.search(self.page_title):
            # 'Headline | Northway Wire', where the page has the headline alone as a heading, or its host the name
            shown = (_shown(h) for h in self.tree.iter("h1", "h2"))
            alone = (end[2] or end[1]).strip() in "|｜_" and self.page_title[: end.start()] in shown
            name = letters(end[3])
            hosted = (len(name) > 3 and name in letters(host)) or name == site_of(self.url or "").split(".")[0]
            if alone or hosted or name in self._site_names:
                declared.append(end[3])
        if (first := _BEGINS.match(self.page_title)) and letters(first[1]) in self._site_names:
            declared.append(first[1])
        for raw in declared:
            name = _plain(raw or "")
            parts = re.split(r"\s+[|–—-]\s+", name)
            name = parts[0] if len(parts[0]) >= 3 else name  # 'Northway Wire | News from the north'
            if 2 <= len(name) <= 60 and not is_keeper(name) and not re.match(r"https?:|www\.|@", name):
                return name
        return host or None

    @cached_property
    def _site_names(self) -> set[str]:
        """What the links to the site's front page read, the pictures in them, a logo: its name, on most sites."""
        links = [a for a in self.tree.iter("a") if "home" in (a.get("rel") or "") or _leads_home(a)][:24]
        logos = self.tree.xpath("//img[contains(translate(@src, 'LOG', 'log'), 'logo')]/@alt")[:12]
        read = (part for a in links for part in (a.text_content()[:60], *a.xpath(".//img/@alt")))
        return {name for text in (*read, *logos) if len(name := letters(text)) > 3}

    @cached_property
    def url(self) -> str | None:
        """The article's address: what the page calls its own, unless that is a front page; else where it came from."""
        return self.own_url or (self.address if is_web(self.address or "") else None)

    @cached_property
    def own_url(self) -> str | None:
        """The address that the page calls its own: canonical link, og:url or JSON-LD, no front page."""
        written = self.tree.xpath("//a[contains(@class, 'p-canonical')]/@href")[:1]  # in the exports of Medium
        told = (self._said("url"), self._said("mainEntityOfPage"))
        for raw in (*self._canonical, *told, *written):
            address = absolute(raw, self.base)
            if address and not _HOME.fullmatch(urlsplit(address).path):
                return address
        return None

    @cached_property
    def base(self) -> str | None:
        """What relative addresses on the page are relative to."""
        declared = next(iter(self.tree.xpath("//base/@href")), None)
        whole = (absolute(raw, None) for raw in self._canonical)
        return absolute(declared, self.address) or self.address or next(filter(None, whole), None)

    @cached_property
    def leaf(self) -> tuple[int | None, str | None, str | None]:
        """Of an article over several pages: which of them this is, from 1, the address of the first one as it may be
        without its own, and that of the next one."""
        if not self.url:
            return None, None, None
        stem, _ = _numbered(self.url)
        for path in ("//link", "//a"):
            beside = {rel: next(iter(self.tree.xpath(f"{path}[@rel='{rel}']/@href")), None) for rel in ("prev", "next")}
            whole = {rel: absolute(raw, self.base) for rel, raw in beside.items()}
            at = {rel: _numbered(found) for rel, found in whole.items() if found}
            before, behind = (at[rel][1] if rel in at and at[rel][0] == stem else None for rel in ("prev", "next"))
            if before or (behind and behind > 1):
                number = before + 1 if before else (behind or 2) - 1
                return number, stem if number > 1 else self.url, whole["next"] if behind else None
        return self._told_leaf()

    def _told_leaf(self) -> tuple[int | None, str | None, str | None]:
        """The same by what a pager says ('Page 1 of 2'), where the page's own address is without its number."""
        for pager, said in self._pagers():
            number, most = (int(group) for group in said.groups() if group)
            if 1 <= number <= most and most > 1 and self.own_url:
                links = (absolute(a.get("href"), self.base) for a in pager.iter("a"))
                behind = next((link for link in links if link and link != self.own_url), None)
                return number, self.own_url, None if number == most else behind
        return None, None, None

    def _pagers(self) -> Iterator[tuple[HtmlElement, re.Match[str]]]:
        """What says which page of several this is, with where it says so: an element by its name, or what holds a line
        that says nothing else."""
        for pager in self.tree.xpath("//*[contains(@class, 'pag') or contains(@class, 'seiten')]")[:12]:
            said = _LEAF.search(one_line(pager.text_content()[:200])) if not in_a_list_of_others(pager) else None
            if said:
                yield pager, said
        for text in self.tree.xpath("//body//text()[string-length(normalize-space(.)) < 41]"):
            element = text.getparent()
            if (said := leaf_in(text)) and not in_a_list_of_others(element):
                around = element.getparent()
                yield element if around is None or next(element.iter("a"), None) is not None else around, said

    @cached_property
    def _canonical(self) -> tuple[str | None, ...]:
        """The addresses, relative or not, that the page's head names as its own."""
        links = self.tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
        return (*links[:1], self.meta("og:url"))

    @cached_property
    def authors(self) -> tuple[str, ...]:
        """The persons who wrote it: by JSON-LD, meta elements, then bylines on the page; at most 10."""
        told = chain(author_lines(self.tree, self.ld, self.metas), [[self._said("author", "creator")]])
        said = ([signed_in(line, self.language) for line in lines if line] for lines in told)
        return next((names for lines in said if (names := people(lines, self.outlets))), ())

    @cached_property
    def section(self) -> str | None:
        """The section: by JSON-LD, meta elements, breadcrumbs, then what the page prints; at most 40 characters."""
        declared = self._said("articleSection") or self.meta("article:section", "parsely-section", "section")
        name = _plain(declared or "")
        if not name or name.startswith("/") or is_web(name):  # the address of what microdata marks
            own = set(map(letters, self.outlets))
            name = next((one for one in printed_sections(self.tree) if letters(one) not in own), "")
        first, _, second = name.partition(" - ")
        name = first if first == second else name
        return name if name and len(name) <= 40 and name.lower() not in _NO_SECTION else None

    @cached_property
    def free(self) -> bool:
        """Whether all may read it; not what a page calls locked: schema.org's isAccessibleForFree, content tiers."""
        told = self.ld.get("isAccessibleForFree", self._marked.get("isAccessibleForFree"))
        tier = self.meta("article:content_tier", "content_tier", "og:content_tier") or ""
        return str(told).lower() != "false" and tier.lower() not in ("locked", "metered", "premium", "paid")

    @cached_property
    def language(self) -> str | None:
        """The ISO 639 code in lower case: of <html lang>, JSON-LD or meta elements."""
        root = self.tree.get("lang") or self.tree.get("xml:lang") or ""
        metas = self.meta("og:locale", "content-language", "language", "dc.language")
        match = re.match(r"[A-Za-z]{2,3}(?=$|[-_,])", root.strip() or self._ld("inLanguage") or metas or "")
        return match[0].lower() if match else None


def leaf_in(line: str) -> re.Match[str] | None:
    """What a line that says which page of several this is says: 'Page 1 of 2'; None for any other."""
    told = len(line) < 99 and any(map(str.isdigit, line))
    return _LEAF.fullmatch(one_line(line).strip("-–—()[]|·<>«» ")) if told else None


def of_a_change(element: HtmlElement) -> bool:
    """Whether a <time> is that of a later change: by its itemprop or class, by the words in it or just before it."""
    said = one_line(element.text_content()[:100])
    if UPDATED.match(said) and not PUBLISHED.search(said):
        return True
    parent, before = element.getparent(), element.getprevious()
    near = [element, *([parent] if parent is not None and len(parent.text_content()) <= 80 else [])]
    names = " ".join(f"{e.get('itemprop') or ''} {e.get('property') or ''} {names_of(e)}" for e in near)
    if _PUBLISHED_NAME.search(names) or _CHANGED_NAME.search(names):
        return not _PUBLISHED_NAME.search(names)
    words = (parent.text or "" if before is None else before.tail or "") if parent is not None else ""
    if not words.strip() and before is not None and before.tag != "time":
        words = before.text_content()
    labelled = _LABELLED.search(words[-60:]) or UPDATED.search(said)
    return bool(labelled) and not PUBLISHED.search(said)


def _numbered(address: str) -> tuple[str, int]:
    """An address without the number of its page, and that number: 1 where it has none."""
    found = _PAGE_NUMBER.search(address)
    if found is None:
        return address.rstrip("/"), 1
    number = next(group for group in found.groups() if group)
    return (address[: found.start()] + address[found.end() :]).rstrip("/"), int(number)


def _of_abbreviation(element: HtmlElement) -> str | None:
    """The moment that microformats have in the title of what they show as '19:03'."""
    return element.get("title") if element.tag == "abbr" else None


def _is_banner(heading: HtmlElement) -> bool:
    """Whether a heading is all link to a front page: the name of the site above every page of it."""
    links = [a for a in (*heading.iterancestors("a"), *heading.iter("a")) if a.get("href")]
    whole = len(links) == 1 and one_line(links[0].text_content()[:600]) == _shown(heading)
    return whole and _leads_home(links[0])


def _leads_home(link: HtmlElement) -> bool:
    address = (link.get("href") or "").strip()
    return address in ("/", "./", "index.html", "/index.html") or bool(_FRONT_PAGE.fullmatch(address))


def _plain(text: str) -> str:
    return one_line(entities.unescape(text))


def _shown(heading: HtmlElement) -> str:
    return one_line(heading.text_content()[:600])


def _host(url: str | None) -> str:
    return (urlsplit(url or "").hostname or "").removeprefix("www.")


def _best(declared: Sequence[str | None]) -> When:
    """The first moment that can be believed; where it is a day alone, the time of that day that another gives."""
    found = [when for value in declared if value and (when := parse_machine_stamp(one_line(value[:100])))]
    exact = (when for when in found if isinstance(when, datetime) and day(when) == day(found[0]))
    return next(exact, found[0] if found else None)


def are_alike(a: str, b: str) -> bool:
    """Whether two lines can be the headline of one article: in their words, or one begins the other."""
    one, other = (set(re.findall(r"\w+", t.lower())) for t in (a, b))
    short = min(len(one), len(other))
    behind = b[len(a) : len(a) + 1] if not a.isascii() and wide(a) >= _WIDE_TITLE and b.startswith(a) else ""
    if behind and behind in " _-|｜–—":
        return True  # '渡轮停航_海岸网'
    begins = len(a) > 15 and len(b) > 15 and (letters(a).startswith(letters(b)) or letters(b).startswith(letters(a)))
    return begins or (short > 0 and len(one & other) >= 0.45 * short)


def _without_days(title: str) -> str:
    """'Headline' of 'Calder Ledger | 01/31/2003 | Headline': without what is a day between bars."""
    parts = re.split(r"\s+[|–—»]\s+", title)
    kept = [p for p in parts if not ((stamp := stamps.stamp(p)) and not stamp.rest)] if 1 < len(parts) < 6 else parts
    return " | ".join(kept) if 0 < len(kept) < len(parts) else title


def without_site(title: str, site: str) -> str:
    """'Headline - Northway Wire' (or the other way round) without the outlet that the page names itself."""
    title, own = one_line(title), letters(site)
    parts = re.split(rf"\s+(?:[-|–—•·»«]+|::)\s+|:\s+(?=[^:]{{2,40}}$)|{_BAR_OF_WIDE}", title)
    if len(parts) < 2:
        return title
    last, first = letters(parts[-1]), letters(parts[0])
    short = len(last) >= 3 and last in own and (2 * len(last) >= len(own) or parts[-1].isupper())
    long = len(own) >= 3 and last.removeprefix("the").startswith(own) and len(last) <= 2 * len(own)
    if last and (last == own or short or long):
        # A section between the two ('Headline - World - Northway Wire') stays.
        head = title[: title.rindex(parts[-1])].rstrip(" -|｜_–—•·»«:")
        return head if len(head) >= 8 else title
    if first == own:
        return title[len(parts[0]) :].lstrip(" -|｜_–—•·»«:")
    return title
