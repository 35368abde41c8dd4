"""What a page declares about its article: JSON-LD first, then meta elements, then what the page shows."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.ingest.encoding import one_line
from rag.ingest.segment.bylines import letters, people
from rag.ingest.web.urls import absolute, is_web
from rag.text.timex import stamps
from rag.types import When, day

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:\w*Article|Report|BlogPosting|LiveBlogPosting|Review|AdvertiserContentArticle|Recipe)$")
_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "date_published", "parsely-pub-date", "sailthru.date", "article.published", "published-date", "publication-date",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "article:post_date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "og:pubdate",
    "date", "pub_date", "rnews:datepublished", "displaydate", "originalpublicationdate", "article_date_original",
    "bt:pubdate",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "article:modified", "og:article:modified_time", "og:updated_time", "datemodified",
    "date_modified", "lastmod", "last-modified", "last_modified", "dcterms.modified", "dc.date.modified",
    "article.updated", "revision_date", "bt:moddate",
)  # fmt: skip
_ELSEWHERE = re.compile(
    r"related|recommend|comment|sidebar|trending|popular|latest|most-?read|recirc|promo|teaser|widget-area", re.I
)
_PUBLISHED_LIKE = re.compile(
    r"(?:^|[-_.:])(?:post|pub|publish(?:ed|ing)?|publication|article|creat(?:ed|ion)|issued?)[-_.:]?date|^pdate$"
)
_MAX_NODES = 2000  # of JSON-LD
_NO_SECTION = (
    "post", "posts", "all", "article", "articles", "general", "uncategorized", "uncategorised", "news article", "page",
)  # fmt: skip
_HOME = re.compile(r"/*(?:(?:index|home|default|homepage)(?:\.\w{2,5})?|[a-z]{2}(?:[-_][a-z]{2})?)?/*$", re.IGNORECASE)


class Facts:
    """Facts of one article. ``address`` is where the page was fetched from, ``nodes`` its JSON-LD (``json_ld``)."""

    def __init__(self, tree: HtmlElement, address: str | None = None, nodes: Sequence[dict[str, Any]] = ()) -> None:
        self.tree = tree
        self.address = address
        self.metas: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            content = one_line((element.get("content") or "")[:2000])
            if name and content:
                self.metas.setdefault(name.strip().lower(), []).append(content)
        self.page_title = one_line("".join(tree.xpath("//head/title[1]//text()"))[:1000])
        self.nodes = list(nodes)
        self.ld = self._own_node()

    def meta(self, *names: str) -> str | None:
        return next((self.metas[n][0] for n in names if n in self.metas), None)

    @cached_property
    def headings(self) -> list[str]:
        """What the page's first headings of the first rank say."""
        return [text for h in self.tree.iter("h1") if (text := one_line(h.text_content()[:600]))][:10]

    def _own_node(self) -> dict[str, Any]:
        """The JSON-LD of this page's article: the one whose headline the page has, else the fullest."""
        heads = [letters(t) for t in (self.meta("og:title"), self.page_title, *self.headings) if t]

        def rank(node: dict[str, Any]) -> tuple[bool, int]:
            own = letters(str(node.get("headline") or node.get("name") or ""))
            return bool(own) and any(own in h or h in own for h in heads if h), len(node)

        return max(self.nodes, key=rank, default={})

    @cached_property
    def title(self) -> str | None:
        """The headline as readers see it where the site's name can be taken off, else as the page declares it."""
        declared = [t for raw in self._declared_titles() if (t := self._bare(raw))]
        shown = [t for h in self.headings if len(h) > 10 and (t := self._bare(h))]
        if not declared:
            return next(iter(shown), None) or next(iter(self.headings), None)
        alike = [h for h in shown if any(_alike(h, t) for t in declared)]
        if alike and len(alike[0]) <= 300:
            return alike[0]
        return declared[0]

    def _declared_titles(self) -> list[str]:
        declared = [
            json_ld_name(self.ld.get("headline")),
            self.meta("og:title"),
            self.meta("twitter:title"),
            self.meta("dc.title"),
        ]
        return [t for t in (*declared, self.page_title) if t]

    def _bare(self, raw: str) -> str | None:
        """Without the outlet; ``None`` for a title that is nothing but the outlet."""
        title = one_line(entities.unescape(raw))
        for site in self.outlets:
            title = without_site(title, site)
        return None if not title or any(letters(title) == letters(s) for s in self.outlets) else title

    @cached_property
    def titles(self) -> set[str]:
        """All that the headline may read like on the page."""
        return {t for raw in self._declared_titles() if (t := self._bare(raw))} | set(self.headings)

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """All names of the page's outlet: as it gives it, and as its address has it."""
        declared = (
            self.meta("og:site_name"),
            json_ld_name(self.ld.get("publisher")),
            self.meta("application-name"),
            self.source,
        )
        host = urlsplit(self.url or "").hostname or ""
        label = max(host.removeprefix("www.").split(".")[:-1] or [""], key=len)
        return tuple(
            dict.fromkeys(one_line(entities.unescape(t)) for t in (*declared, label) if t and not t.startswith("http"))
        )

    @cached_property
    def published(self) -> When:
        """As declared: in JSON-LD, in a meta element, in marked-up text."""
        declared = [
            json_ld_name(self.ld.get("datePublished")),
            *self._declared(_PUBLISHED),
            *self._marked("datePublished"),
        ]
        return self._best([*declared, json_ld_name(self.ld.get("dateCreated")), *self._named_like(_PUBLISHED_LIKE)])

    @cached_property
    def updated(self) -> When:
        declared = [json_ld_name(self.ld.get("dateModified")), *self._declared(_UPDATED), *self._marked("dateModified")]
        return self._best(declared)

    @cached_property
    def first_time(self) -> When:
        """The first <time> of the article: inside it, else inside what holds the page's text, else anywhere."""
        return self._best(self._times())

    def _best(self, declared: Sequence[str | None]) -> When:
        """The first moment that can be believed; where it is a day alone, the time of that day that another gives."""
        found = [when for value in declared if value and (when := stamps.parse_stamp(one_line(value[:100])))]
        if not found:
            return None
        exact = [w for w in found if isinstance(w, datetime) and day(w) == day(found[0])]
        return exact[0] if exact else found[0]

    def _declared(self, names: tuple[str, ...]) -> list[str]:
        return [value for name in names for value in self.metas.get(name, ())[:2]]

    def _named_like(self, pattern: re.Pattern[str]) -> list[str]:
        return [values[0] for name, values in self.metas.items() if pattern.search(name)]

    def _marked(self, field: str) -> list[str]:
        found = self.tree.xpath(f"//*[@itemprop='{field}' or @property='{field}' or @property='schema:{field}']")[:4]
        return [e.get("content") or e.get("datetime") or e.text_content()[:200] for e in found if not elsewhere(e)]

    def _times(self) -> list[str]:
        for path in ("//article//time", "//main//time", "//header//time", "//time"):
            found = [e for e in self.tree.xpath(f"{path}[@datetime or @pubdate]")[:12] if not elsewhere(e)]
            declared = [e.get("datetime") or e.text_content()[:200] for e in found[:3]]
            if any(stamps.parse_stamp(one_line(t[:100])) for t in declared):
                return declared[:1] if stamps.parse_stamp(one_line(declared[0][:100])) else declared
        return []

    @cached_property
    def source(self) -> str | None:
        """The outlet's name: as it gives it, else the end of the page's title, else the host of its address."""
        host = (urlsplit(self.url or "").hostname or "").removeprefix("www.")
        apps = ("application-name", "al:ios:app_name", "al:iphone:app_name", "al:android:app_name")
        declared = [
            self.meta("og:site_name"),
            json_ld_name(self.ld.get("publisher")),
            self.meta("publisher", "dc.publisher", *apps),
        ]
        if end := re.search(r"\s+([|–—-])\s+([^|–—]{2,40})$", self.page_title):
            # 'Headline | Northway Wire', where the page has the headline alone as a heading, or its host the name
            shown = {one_line(h.text_content()[:600]) for h in self.tree.iter("h1", "h2")}
            alone = end[1] == "|" and self.page_title[: end.start()] in shown
            declared.append(
                end[2] if alone or (len(letters(end[2])) > 3 and letters(end[2]) in letters(host)) else None
            )
        for raw in declared:
            name = one_line(entities.unescape(raw or ""))
            parts = re.split(r"\s+[|–—-]\s+", name)
            name = parts[0] if len(parts[0]) >= 3 else name  # 'Northway Wire | News from the north'
            if 2 <= len(name) <= 60 and not re.match(r"https?:|www\.|@", name):
                return name
        return host or None

    @cached_property
    def url(self) -> str | None:
        """The article's address: what the page calls its own, unless that is a front page; else where it came from."""
        address = self.address if self.address and is_web(self.address) else None
        return self.own_url or address

    @cached_property
    def own_url(self) -> str | None:
        """The address that the page calls its own: canonical link, og:url or JSON-LD, no front page."""
        base = self.base
        main = self.ld.get("mainEntityOfPage")
        declared = [
            *self.tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")[:1],
            self.meta("og:url"),
            json_ld_name(self.ld.get("url")),
            main if isinstance(main, str) else json_ld_name(main),
        ]
        for raw in declared:
            address = absolute(raw, base)
            if address and not _HOME.fullmatch(urlsplit(address).path):
                return address
        return None

    @cached_property
    def base(self) -> str | None:
        """What relative addresses on the page are relative to."""
        declared = next(iter(self.tree.xpath("//base/@href")), None)
        base = absolute(declared, self.address) or self.address
        if base:
            return base
        links = self.tree.xpath("//link[@rel='canonical']/@href")
        return next((a for raw in (*links[:1], self.meta("og:url")) if (a := absolute(raw, None))), None)

    @cached_property
    def authors(self) -> tuple[str, ...]:
        """The persons who wrote it: by JSON-LD, meta elements, then bylines on the page; at most 10."""
        outlets = self.outlets
        value = self.ld.get("author") or self.ld.get("creator")
        given = value if isinstance(value, list) else [value]
        persons = [v for v in given if not (isinstance(v, dict) and "Organization" in str(v.get("@type")))]
        if names := people([json_ld_name(v) for v in persons], outlets):
            return names
        metas = "author article:author parsely-author sailthru.author dc.creator dcterms.creator byl".split()
        if self.meta("twitter:label1") == "Written by":
            metas.append("twitter:data1")
        for name in metas:
            if names := people(self.metas.get(name, []), outlets):
                return names
        for path in (
            "//*[@itemprop='author']//*[@itemprop='name']",
            "//*[@rel='author']",
            "//*[@itemprop='author']",
            "//*[contains(@class, 'byline') or contains(@class, 'author-name') or contains(@class, 'author__name')]",
        ):
            lines = [e for e in self.tree.xpath(path)[:12] if not elsewhere(e)]
            shown = [t for e in lines[:4] if (t := one_line(" ".join(e.itertext())[:300])) and len(t) <= 90]
            if names := people(shown if "rel" in path or "name" in path else shown[:1], outlets):
                return names
        return ()

    @cached_property
    def section(self) -> str | None:
        """The section: by JSON-LD, meta elements, then breadcrumbs; at most 40 characters."""
        value = self.ld.get("articleSection")
        value = value[0] if isinstance(value, list) and value else value
        declared = value if isinstance(value, str) else self.meta("article:section", "parsely-section", "section")
        name = one_line(entities.unescape(declared or ""))
        if not name:
            crumbs = self.tree.xpath("//*[contains(@class, 'breadcrumb') or contains(@aria-label, 'readcrumb')]")
            links = [one_line(a.text_content()[:200]) for a in crumbs[0].iter("a")] if crumbs else []
            names = [
                n for n in links if n.lower() not in ("home", "start", "startseite", "accueil", "inicio", "início", "")
            ]
            name = next(
                (n for n in names if len(n.split()) <= 4 and letters(n) not in {letters(o) for o in self.outlets}), ""
            )
        first, _, second = name.partition(" - ")
        name = first if first == second else name
        return name if name and len(name) <= 40 and name.lower() not in _NO_SECTION else None

    @cached_property
    def language(self) -> str | None:
        """The ISO 639 code in lower case: of <html lang>, JSON-LD or meta elements."""
        declared = (
            (self.tree.get("lang") or self.tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
            or json_ld_name(self.ld.get("inLanguage"))
            or self.meta("og:locale", "content-language", "language", "dc.language")
            or ""
        )
        match = re.match(r"[A-Za-z]{2,3}(?=$|[-_,])", declared)
        return match[0].lower() if match else None


def json_ld_name(value: Any) -> str | None:
    """A JSON-LD value that is a text, an object with a name, or a list of such."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
        value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, str) and value.strip() else None


def json_ld(tree: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD objects that describe articles, in the order of the page."""
    out: list[dict[str, Any]] = []
    seen = 0
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:50]:
        source = (script.text or "").strip()
        source = re.sub(r"^(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)\s*;?$|;$", "", source)
        try:
            nodes: list[Any] = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        while nodes and seen < _MAX_NODES:
            node = nodes.pop()
            seen += 1
            if isinstance(node, list):
                nodes += reversed(node[:200])
            elif isinstance(node, dict):
                kinds = node.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(k, str) and _ARTICLE.match(k.rsplit("/", 1)[-1]) for k in kinds):
                    out.append(node)
                inner = (
                    node.get(k)
                    for k in ("itemListElement", "item", "mainEntityOfPage", "mainEntity", "hasPart", "@graph")
                )
                nodes += [i for i in inner if isinstance(i, dict | list)]
    return out


def _alike(a: str, b: str) -> bool:
    """Whether two lines can be the headline of one article: in their words, or one begins the other."""
    one, other = (set(re.findall(r"\w+", t.lower())) for t in (a, b))
    short = min(len(one), len(other))
    begins = len(a) > 15 and len(b) > 15 and (letters(a).startswith(letters(b)) or letters(b).startswith(letters(a)))
    return begins or (short > 0 and len(one & other) >= 0.45 * short)


def elsewhere(element: HtmlElement) -> bool:
    """Whether it is in a part of the page that is about other articles."""
    for part in (element, *element.iterancestors()):
        if part.tag in ("aside", "footer", "nav"):
            return True
        if part.tag in ("body", "main", "html"):
            return False
        if (
            _ELSEWHERE.search(f"{(part.get('class') or '')[:400]} {(part.get('id') or '')[:100]}")
            and part.tag != "article"
        ):
            return True
    return False


def without_site(title: str, site: str | None) -> str:
    """'Headline - Northway Wire' (or the other way round) without the outlet that the page names itself."""
    title = one_line(title)
    if not site:
        return title
    own = letters(site)
    parts = re.split(r"\s+(?:[-|–—•·»«]+|::)\s+|:\s+(?=[^:]{2,40}$)", title)
    if len(parts) < 2:
        return title
    last, first = letters(parts[-1]), letters(parts[0])
    short = len(last) >= 3 and last in own and (2 * len(last) >= len(own) or parts[-1].isupper())
    long = len(own) >= 3 and last.removeprefix("the").startswith(own) and len(last) <= 2 * len(own)
    if last and (last == own or short or long):
        return _before(title, parts[-1])
    if first == own:
        return title[title.index(parts[0]) + len(parts[0]) :].lstrip(" -|–—•·»«:")
    return title


def _before(title: str, tail: str) -> str:
    """The title without its last part; a section between the two ('Headline - World - Northway Wire') stays."""
    head = title[: title.rindex(tail)].rstrip(" -|–—•·»«:")
    return head if len(head) >= 8 else title
