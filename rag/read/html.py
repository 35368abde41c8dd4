"""HTML pages -> one article: the text by trafilatura, the facts by what the page declares about itself."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag import dates
from rag.read.bytes import clean, decode, line
from rag.types import Page, ReportItem, When

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST = 40  # characters; less is a menu, not an article
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:\w*Article|Report|BlogPosting|LiveBlogPosting|AdvertiserContentArticle)$")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "pubdate", "publishdate", "publish-date", "publication_date", "date",
    "dc.date", "dc.date.issued", "dcterms.created",
    "og:pubdate", "cxenseparse:recs:publishtime",
)  # fmt: skip
_UPDATED = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
)


def read(origin: str, data: bytes) -> Iterator[Page | ReportItem]:
    try:
        page = _page(origin, data)
    except Exception as error:
        # The parsers below meet any bytes that the web can hold; none of it may stop the other files.
        page = ReportItem(
            origin, "failed", reason=f"cannot be read as HTML ({type(error).__name__}: {line(str(error))})"
        )
    yield page


def _page(origin: str, data: bytes) -> Page | ReportItem:
    from lxml import html as lxml_html

    declared = _CHARSET.search(data[:4096])
    text = decode(data, declared[1].decode("ascii") if declared else None)
    if text is None:
        return ReportItem(origin, "failed", reason="not text but binary data; save the page as .html again")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses text that declares an encoding
    if "<" not in text:
        return ReportItem(origin, "failed", reason="holds no HTML; if it is plain text, name it .txt")
    tree = lxml_html.document_fromstring(text)
    facts = _Facts(tree)
    title = facts.title()
    _drop_hidden(tree)
    printed = _printed_stamp(tree, title)
    _unlay_tables(tree)
    body = _body(tree)
    if not body:
        return ReportItem(origin, "failed", reason="no article text found on the page; save the text as .txt")
    published = facts.when("datePublished", _PUBLISHED) or printed.published or facts.first_time()
    updated = facts.when("dateModified", _UPDATED) or printed.updated
    if updated == published:
        updated = None  # publishing systems fill in both from the start
    return Page(
        origin,
        body,
        whole=True,
        title=title,
        published=published,
        updated=updated,
        source=facts.source(),
        section=facts.section(),
        url=facts.url(),
        authors=facts.authors(),
        language=facts.language(),
    )


def _body(tree: HtmlElement) -> str:
    """The article's text, a line a block; a page that is too small for precision is read again with recall."""
    from copy import deepcopy

    import trafilatura

    for precision, recall in ((True, False), (False, False), (False, True)):
        found = trafilatura.extract(
            deepcopy(tree), include_comments=False, favor_precision=precision, favor_recall=recall
        )
        if found and len((text := clean(found)).strip()) >= _LEAST:
            return "\n\n".join(row.strip() for row in text.split("\n") if row.strip())
    return ""


def _hidden_names(tree: HtmlElement) -> tuple[set[str], set[str]]:
    """(classes, ids) that a <style> element hides on a screen."""
    css = re.sub(r"/\*.*?\*/", "", " ".join(style.text or "" for style in tree.iter("style")), flags=re.DOTALL)
    css = re.sub(r"@media[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    names: dict[str, set[str]] = {".": set(), "#": set()}
    for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if _HIDDEN_STYLE.search(rules):
            for selector in selectors.split(","):
                if match := re.fullmatch(r"\s*[\w-]*([.#])([\w-]+)\s*", selector):
                    names[match[1]].add(match[2])
    return names["."], names["#"]


def _printed_stamp(tree: HtmlElement, title: str | None) -> dates.Stamp:
    """The first date stamp that the page prints under its headline (above it, where none is under it)."""
    wanted = " ".join(re.findall(r"\w+", (title or "").lower()))
    reached = False
    above: dates.Stamp | None = None
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in (
            "head",
            "script",
            "style",
            "title",
            "a",
            "nav",
            "footer",
        ):
            continue
        text = element.text_content() if len(element) <= 12 else (element.text or "")
        if not 6 <= len(text) <= 2000 or len(text := line(text)) > 160:
            continue
        if wanted and not reached and " ".join(re.findall(r"\w+", text.lower())) == wanted:
            reached = True
        stamp = dates.stamp(text)
        if stamp and (stamp.published or stamp.updated):
            if reached:
                return stamp
            above = above or stamp
    return above or dates.Stamp()


def _unlay_tables(tree: HtmlElement) -> None:
    """Turn tables that only lay out the page (with paragraphs, headings, tables in them) into plain divisions,
    which extraction reads as such; tables of data stay."""
    for table in list(tree.iter("table")):
        if (
            next(table.iter("p", "h1", "h2", "h3", "hr", "ul", "ol"), None) is not None
            or len(list(table.iter("table"))) > 1
        ):
            for element in table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th"):
                element.tag = "div"


def _drop_hidden(tree: HtmlElement) -> None:
    """Remove what a reader of the page never sees; extraction by structure alone would keep it.

    Rules of the page's own style sheet count where they name a class or an id alone and do not hide most of the
    text (then a script would show it).
    """
    classes, ids = _hidden_names(tree)
    full = len(tree.text_content())
    sheet = {
        e
        for e in tree.iter()
        if isinstance(e.tag, str) and (e.get("id") in ids or not classes.isdisjoint((e.get("class") or "").split()))
    }
    if sum(len(e.text_content()) for e in sheet) > 0.4 * full:
        sheet = set()
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body"):
            continue
        hidden = (
            ("hidden" in element.attrib and element.get("hidden", "").lower() != "until-found")
            or element.get("aria-hidden", "").strip().lower() == "true"
            or _HIDDEN_STYLE.search(element.get("style", ""))
            or element.tag in ("template", "noscript")
            or element in sheet
        )
        if hidden and element.getparent() is not None:
            element.drop_tree()


class _Facts:
    """What a page declares about its article: JSON-LD first, then meta elements, then its visible elements."""

    def __init__(self, tree: HtmlElement) -> None:
        self.tree = tree
        self.metas: dict[str, str] = {}
        for element in tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            content = line(element.get("content") or "")
            if name and content:
                self.metas.setdefault(name.lower(), content)
        self.ld = self._json_ld()
        self.page_title = line("".join(tree.xpath("//head/title[1]//text()")))

    def _json_ld(self) -> dict[str, Any]:
        """The JSON-LD object that describes the article, or an empty one."""
        nodes: list[Any] = []
        for script in self.tree.xpath("//script[contains(@type, 'ld+json')]"):
            source = re.sub(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*;?\s*$|;\s*$", "", script.text_content())
            try:
                nodes.append(json.loads(source, strict=False))
            except (ValueError, RecursionError):
                continue
        best: dict[str, Any] = {}
        while nodes:
            node = nodes.pop(0)
            if isinstance(node, list):
                nodes = [*node[:50], *nodes]
            elif isinstance(node, dict):
                kinds = node.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                article = any(isinstance(k, str) and _ARTICLE.match(k.rsplit("/", 1)[-1]) for k in kinds)
                if article and len(node) > len(best):
                    best = node
                nodes += [
                    node[k]
                    for k in ("@graph", "mainEntity", "mainEntityOfPage")
                    if isinstance(node.get(k), dict | list)
                ]
        return best

    def title(self) -> str | None:
        site = self.source()
        headings = [line(h.text_content()) for h in self.tree.iter("h1")]
        told = [_named(self.ld.get("headline")), self.metas.get("og:title"), self.metas.get("twitter:title")]
        for raw in (*told, *[h for h in headings if len(h) > 10][:1], self.page_title, *headings):
            title = _without_site(entities.unescape(raw or ""), site).strip()
            if title:
                # A heading that the declared title shortens ('...') is the better one.
                fuller = [h for h in headings if title.endswith(("…", "...")) and h.startswith(title.rstrip(".… "))]
                return fuller[0] if fuller else title
        return None

    def when(self, field: str, names: tuple[str, ...]) -> When:
        told = [_named(self.ld.get(field)), *(self.metas.get(n) for n in names)]
        told += [
            e.get("datetime") or e.get("content") or e.text_content()
            for e in self.tree.xpath(f"//*[@itemprop='{field}']")[:3]
        ]
        return next((when for value in told if value and (when := dates.parse(line(value)))), None)

    def first_time(self) -> When:
        """The first <time>, inside the article if it has one."""
        for path in (
            "//article//time[@datetime]",
            "//main//time[@datetime]",
            "//header//time[@datetime]",
            "//time[@datetime]",
        ):
            for element in self.tree.xpath(path)[:3]:
                if when := dates.parse(line(element.get("datetime"))):
                    return when
        return None

    def source(self) -> str | None:
        told = self.metas.get("og:site_name") or _named(self.ld.get("publisher")) or self.metas.get("application-name")
        if not told and self.page_title:
            # 'Headline | Northway Wire', where the page has the headline alone as a heading
            head, bar, tail = self.page_title.rpartition(" | ")
            shown = {line(h.text_content()) for h in self.tree.iter("h1", "h2")}
            told = tail if bar and head in shown else None
        name = line(entities.unescape(told or ""))
        return name if name and not name.startswith("http") else None

    def url(self) -> str | None:
        links = self.tree.xpath("//link[@rel='canonical']/@href")
        told = [*links[:1], self.metas.get("og:url"), _named(self.ld.get("url"))]
        return next((u.strip() for u in told if u and re.match(r"https?://\S+$", u.strip())), None)

    def authors(self) -> tuple[str, ...]:
        value = self.ld.get("author")
        told = [_named(v) for v in (value if isinstance(value, list) else [value])]
        if not any(told):
            told = [self.metas.get("author") or self.metas.get("parsely-author")]
        if not any(told):
            lines = self.tree.xpath("//*[@rel='author' or @itemprop='author' or contains(@class, 'byline')]")
            shown = [line(e.text_content()) for e in lines[:1]]
            told = [re.split(r"\s*[|·•]\s*", s)[0] for s in shown if len(s) <= 80 and not any(c.isdigit() for c in s)]
        names: list[str] = []
        for name in told:
            bare = re.sub(r"^by\s+", "", line(entities.unescape(name or "")), flags=re.IGNORECASE)
            names += [n for n in re.split(r"\s*[,;]\s*|\s+(?:and|&)\s+", bare) if n and not n.startswith(("http", "@"))]
        return tuple(dict.fromkeys(n for n in names if len(n) <= 60))[:10]

    def section(self) -> str | None:
        value = self.ld.get("articleSection")
        value = value[0] if isinstance(value, list) and value else value
        told = value if isinstance(value, str) else self.metas.get("article:section")
        name = line(entities.unescape(told or ""))
        if not name:
            crumbs = self.tree.xpath("//*[contains(@class, 'breadcrumb') or contains(@aria-label, 'readcrumb')]")
            links = [line(a.text_content()) for a in crumbs[0].iter("a")] if crumbs else []
            names = [n for n in links if n.lower() not in ("home", "start", "") and len(n.split()) <= 4]
            name = names[0] if names else ""
        return name if name and len(name) <= 40 else None

    def language(self) -> str | None:
        told = (
            (self.tree.get("lang") or "").strip()
            or _named(self.ld.get("inLanguage"))
            or self.metas.get("og:locale")
            or ""
        )
        match = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", told)
        return match[0].lower() if match else None


def _named(value: Any) -> str | None:
    """A JSON-LD value that is a text, an object with a name, or a list of such."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@id")
    return value if isinstance(value, str) and value.strip() else None


def _without_site(title: str, site: str | None) -> str:
    """'Headline - Northway Wire' without the outlet that the page names itself."""
    title = line(title)
    match = re.fullmatch(r"(?P<head>.{8,}?)\s+[-|–—•·:]+\s+(?P<tail>[^|–—•·]{2,50})", title)
    if match and site and re.sub(r"\W", "", match["tail"].lower()) in re.sub(r"\W", "", site.lower()) + "com":
        return match["head"]
    return title
