"""RSS, RDF, Atom and JSON feeds -> their entries, read safely: what a feed holds can come from anyone.

XML is surveyed before it is parsed: declared entities (which can unfold without end), markup without measure and
depth are refused. Broken XML gives what can be read of it.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ReadError
from rag.ingest.dispatches.ninjs import own_id
from rag.ingest.encoding import one_line
from rag.ingest.feeds.cut import before_cut
from rag.ingest.feeds.full import full_text
from rag.ingest.feeds.json_feed import json_feed
from rag.ingest.feeds.posts import is_locked_post, is_post_out, kinds_of_post
from rag.ingest.feeds.wordpress import MAX_POSTS, is_export, is_unsorted, moment_of_post, with_paragraphs
from rag.ingest.html.fragment import cut_short, plain_line
from rag.ingest.identity import of_other_words
from rag.ingest.page import date_not_understood
from rag.ingest.segment.bylines import letters, names_joined
from rag.ingest.web.urls import absolute, is_web
from rag.ingest.wire.markup import DECLARES, OF_OTHERS, ROOT, bare, coded_language, survey, xml_text
from rag.text.timex import stamps
from rag.text.timex.machine import parse_machine_stamp
from rag.types import When

MAX_ENTRIES = 2000
"""Entries of one feed that are read, from its top; feeds hold the newest 10 to 500."""

_MAX_BROKEN = 4 << 20  # characters of XML that is not well-formed, which is searched rather than parsed
_MAX_OPML = 10_000  # addresses of one list
_CLOSE = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>")
_JSON_FEED = re.compile(r'\s*\{.{0,2000}?"version"\s*:\s*"https?://(?:www\.)?jsonfeed\.org/version/', re.S)
_NO_SECTION = re.compile(r"^post_tag$|g/2005#kind$")
_DC_PREFIX = re.compile(r"xmlns:([\w.-]{1,30})\s*=\s*[\"']http://purl\.org/dc/elements/1\.1/[\"']")
_OUT = ("published", "dc_outdate", "_publicationdate", "dcterms_available", "dcterms_date", "created")
"""Fields of the day on which an entry came out, best first."""
_CHANGED = ("updated", "_modificationdate")
_RELATED = re.compile(
    rf"<((?:[\w.-]{{1,30}}:)?{OF_OTHERS.pattern})\b[^<>]*(?<!/)>(?:(?!</?\1\b).){{0,20000}}</\1\s*>", re.I | re.S
)
_CAPTION = re.compile(r"(</?)media:description\b")
_TAIL = re.compile(
    r"\s+[|»–—:·-]+\s+(?:rss|rss 2\.0|atom|feed|rss[ -]feed|news feed|latest(?: news| posts| articles| stories)?"
    r"|(?:all|top|breaking|home|world|local|international)(?: news| stories| headlines)?|news|headlines|home ?page"
    r"|posts|articles|aktuell|startseite|actualités|à la une|portada|últimas noticias)\s*$",
    re.IGNORECASE,
)
_OF_PART = re.compile(
    r"/(?:category|categor[iy]\w*|catégorie|kategori\w*|kategoria|tags?|topics?|author|section|sections|rubri[kq]u?\w*"
    r"|archives?|schlagwort|thema|tema|temas)/",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(
    r"\b(?:archive[sn]?|archiv|archivi|archivos|archieven|archief|arkiv|arquivos?|archiwa|архивы?)\b", re.I
)
_HEAD = re.compile(r"^(?:rss|feed|latest(?: news| posts)?|news)\s+[|»–—:·-]+\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article. ``summary`` and ``content`` are HTML, empty where there is none."""

    key: str  # what stays the same when the entry changes: its id, else its link, else a hash of its title
    url: str | None = None
    title: str | None = None
    published: When = None
    updated: When = None
    authors: tuple[str, ...] = ()
    summary: str = ""
    content: str = ""
    section: str | None = None
    language: str | None = None
    note: str | None = None  # what the reader should know of it: a date that was not understood
    source: str | None = None  # the outlet of an entry that the feed took from another one
    whole: bool = False  # of the export of a blog, which holds whole articles, or in a field for the full text
    id: str | None = None  # the article's own, in an export of this program; what is fetched may name nobody else's

    @property
    def digest(self) -> str:
        """Of everything that the feed says of it."""
        times = (str(self.published or ""), str(self.updated or ""))
        parts = (self.url or "", self.title or "", *times, *self.authors, self.summary, self.content)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its entries in the order of the file, each key once."""

    title: str | None
    entries: tuple[Entry, ...]
    left_out: int = 0  # entries that are no news that is out: drafts, pages, comments
    locked: tuple[str, ...] = ()  # headlines of posts that only readers with a password see
    broken: str | None = None  # where it breaks off

    @property
    def outlet(self) -> str | None:
        """The title without what only says that it is a feed: 'Northway Wire' of 'Northway Wire - Latest News'."""
        name = self.title or ""
        for pattern in (_TAIL, _TAIL, _HEAD):
            name = pattern.sub("", name) or name
        return name.strip() or None


OWN_GENERATOR = "rag export"
"""The generator of feeds that this program wrote: each entry is a whole article."""

NEVER = "1970-01-01T00:00:00-00:00"
"""The time of change of an entry without a day, in such a feed."""


def is_feed(data: bytes) -> bool:
    """Whether the bytes are a feed, by their first element or by what JSON feeds say of themselves."""
    text = xml_text(data[:65536], None) or ""
    if _JSON_FEED.match(text):
        return True
    root = ROOT.match(text)
    if root and root[1].lower() == "rdf":
        return bool(re.search(r"purl\.org/rss|netscape\.com/rdf|<channel\b", text[root.start(1) :][:20_000]))
    return root is not None and root[1].lower() in ("rss", "feed")


def parse_feed(data: bytes, *, url: str = "", charset: str | None = None) -> Feed:
    """The feed, whose relative links are meant from ``url``. Raises ``ReadError`` without the address."""
    text = xml_text(data, charset)
    if text is None:
        raise ReadError("not text but binary data; give the address of a feed")
    try:
        about, items, old, broken = json_feed(text, MAX_ENTRIES) if text.lstrip()[:1] == "{" else _xml(text, url)
        language = coded_language(_str(about.get("language")))
        base = url if is_web(url) else _link(about, url) or ""
        own = one_line(_str(about.get("generator"))) == OWN_GENERATOR
        items = [_exported(raw) for raw in items] if own else items
        above = {} if own else about  # what its entries inherit
        items = items[: _most(text)]
        read = [_entry(raw, base, language, old, above) for raw in items if is_post_out(raw)]
        read = [replace(entry, whole=True, id=own_id(entry.key)) for entry in read] if own else read
        entries: dict[str, Entry] = {}  # one of each key: the newest by its days, else the first
        for entry in _told_apart([e for e in read if e.title or e.url or e.summary or e.content]):
            other = entries.setdefault(entry.key, entry)
            if stamps.earlier(other.updated or other.published, entry.updated or entry.published):
                entries[entry.key] = entry
        locked = [plain_line(_str(raw.get("title"))) for raw in items if is_locked_post(raw)]
        left_out = len(items) - len(read) - len(locked)
        title = None if own else _without_part(plain_line(_str(about.get("title"))), _link(about, url) or "") or None
        return Feed(title, tuple(entries.values()), left_out, tuple(locked), broken)
    except ReadError:
        raise
    except Exception as error:
        # feedparser meets any bytes that the web can hold; none of it may stop the other feeds.
        raise ReadError(f"cannot be read as a feed ({type(error).__name__}: {one_line(str(error))[:100]})") from None


def _without_part(title: str, address: str) -> str:
    """The title of a feed without the part of a site that it is of, which WordPress puts before the site's name:
    'Northway Wire' of 'Sport Archives - Northway Wire', or of 'Sport – Northway Wire' by the ``address``."""
    part, *rest = re.split(r"\s+[|»–—·-]+\s+", title)
    if len(rest) != 1 or not (_OF_PART.search(address) or (_ARCHIVE.search(part) and len(part.split()) > 1)):
        return title
    host = letters(urlsplit(address).hostname or "")
    hosted = letters(part).removeprefix("the") in host and letters(rest[0]) not in host
    return part if hosted and not _ARCHIVE.search(part) else rest[0]


def opml(data: bytes) -> list[str] | None:
    """The feed addresses of an OPML file (a list of subscriptions), each once; ``None`` for what is none."""
    text = xml_text(data, None) or ""
    root = ROOT.match(text)
    if root is None or root[1].lower() != "opml":
        return None
    found: dict[str, None] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        lower = {key.lower(): value for key, value in attributes.items()}
        address = (lower.get("xmlurl") or "").strip()
        if name.lower() == "outline" and is_web(address) and len(found) < _MAX_OPML:
            found.setdefault(address)

    try:
        survey(bare(text), start)
    except ReadError:
        return None
    return list(found)


def addresses(text: str) -> list[str] | None:
    """The web addresses of a text that is nothing but a list of them, one a line; ``None`` for any other text.

    Blank lines and lines that start with '#' are passed over.
    """
    rows = [row.strip() for row in text.splitlines()]
    rows = [row.removeprefix("<").removesuffix(">") for row in rows if row and not row.startswith("#")]
    return list(dict.fromkeys(rows)) if rows and all(is_web(row) for row in rows) else None


# -- XML -------------------------------------------------------------------------------------------------------------


Parsed = tuple[Mapping[str, Any], Sequence[Mapping[str, Any]], bool, str | None]
"""What a feed says of itself and its entries, in fields as feedparser names them, whether it is a kind of RSS, and
where it breaks off."""


def _xml(text: str, url: str) -> Parsed:
    import feedparser

    given = bare(text)
    text, broken = _shortened(given)
    # feedparser takes it for the description or, behind one, for the content.
    text = _RELATED.sub("", _CAPTION.sub(r"\1media:legend", text))  # whose links it takes for the entry's own
    # feedparser takes it for a change, as what it says of one, of which the last stands.
    prefixes = "|".join(re.escape(prefix) for prefix in {"dc", *_DC_PREFIX.findall(text[:20_000])})
    text = re.sub(rf"(</?(?:{prefixes})):date(?:\s[^<>]{{0,500}})?(?<!/)>", r"\1:outdate>", text)
    if not survey(text):
        if "<!entity" in re.split(r"<\w", text, maxsplit=1)[0].lower():
            raise ReadError(DECLARES)
        if len(text) > _MAX_BROKEN or re.search(r"<[^<>]{16384}", text):
            raise ReadError("is broken XML, and too large to be repaired; tell the site, or try again later")
        text, broken = before_cut(text)[0], before_cut(given)[1]
    place = {"content-location": url} if is_web(url) else {}
    headers = {"content-type": "application/xml; charset=utf-8"} | place
    # A stream, since feedparser takes bytes for the name of a file that it may open.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    parsed = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries and not parsed.get("version"):
        raise ReadError("not a feed that can be read; give the address of an RSS or Atom feed")
    shown = dict(_wordpress_authors(text))
    for entry in parsed.entries:  # of an export; elsewhere an author is no login
        if entry.get("author") in shown:
            entry["authors"] = [{"name": shown[entry["author"]]}]
    return parsed.feed, parsed.entries, str(parsed.get("version") or "").startswith("rss"), broken


_WORDPRESS_AUTHOR = re.compile(r"<wp:author>(?:(?!</wp:author>).){0,4000}</wp:author>", re.DOTALL)


def _wordpress_authors(text: str) -> Iterator[tuple[str, str]]:
    """Login and name of the authors of a WordPress export."""
    for author in _WORDPRESS_AUTHOR.findall(text):
        both = [
            re.search(rf"<wp:author_{part}>(.*?)</wp:author_{part}>", author, re.S)
            for part in ("login", "display_name")
        ]
        login, name = (one_line(re.sub(r"<!\[CDATA\[|\]\]>", "", found[1])) if found else "" for found in both)
        if login and name:
            yield login, name


def _most(text: str) -> int:
    """The entries that are read of a feed, or of an export of a blog, which has all there are."""
    return MAX_POSTS if is_export(text) else MAX_ENTRIES


def _shortened(text: str) -> tuple[str, str | None]:
    """Without the entries beyond those that are read: parsing costs 0.1 ms for each. What is to be told of it,
    where they are not only the old ones of a feed."""
    bound = _most(text)
    ends = [match.end() for match in _CLOSE.finditer(text)] if text.count("</") > bound else []
    if len(ends) <= bound:
        return text, None
    told = f"holds {len(ends):,} posts, of which the first {bound:,} were read; split it" if is_export(text) else None
    return text[: ends[bound - 1]] + text[ends[-1] :], told


def _entry(raw: Any, base: str, language: str | None, old: bool, about: Mapping[str, Any]) -> Entry:
    title = plain_line(_str(raw.get("title"))) or None
    language = coded_language(_str((raw.get("title_detail") or {}).get("language"))) or language
    url = _link(raw, base, language)
    days = [day for day in (moment_of_post(raw, "date"), *(_dated(raw, name) for name in _OUT)) if day]
    stated = next((day for day in days if _when(day)), days[0] if days else "")
    published = _when(stated)
    changed = next((day for name in _CHANGED if (day := _dated(raw, name))), moment_of_post(raw, "modified"))
    updated = _when(changed, published)
    if published is None and old:
        published, updated = updated, None  # RSS that has no other date
    contents = [_html(c) for c in raw.get("content") or () if re.search("html|text", _str(c.get("type")))]
    summary = _html(raw.get("summary_detail") or {}) or html.escape(_str(raw.get("media_legend")))
    content = max(contents, key=len, default="")
    content = with_paragraphs(content) if raw.get("wp_status") else content
    full = full_text(raw)
    full = full if len(full) > max(len(content), len(summary)) else ""
    content = full or content
    return Entry(
        key=_key(_str(raw.get("id")), url, title, summary or content),
        url=url,
        title=title,
        published=published,
        updated=None if updated == published else updated,
        authors=_inherited(raw, None if old else about),  # RSS names an editor there
        summary="" if summary == content else summary,
        content=content,
        section=_section(raw.get("tags")),
        language=language,
        note=date_not_understood(one_line(stated)) if stated and published is None else None,
        source=plain_line(_str((raw.get("source") or {}).get("title"))) or _named_source(raw),
        whole=bool(
            raw.get("wp_status") or raw.get("blogger_status") or kinds_of_post(raw) or (full and not cut_short(full))
        ),
    )


def _dated(raw: Mapping[str, Any], name: str) -> str:
    """What a field of a day holds, not what feedparser has instead; of PRISM in whatever name space."""
    found = (_str(value) for key, value in raw.items() if key == name or (name[0] == "_" and key.endswith(name)))
    return next(filter(None, found), "")


def _exported(raw: Any) -> Any:
    """An entry of ``rag export``, with days and times as they were stored: without what Atom demands."""
    for name in ("published", "updated"):
        if stated := _str(dict.get(raw, name)):
            raw[name] = "" if stated == NEVER else stated.removesuffix("-00:00").removesuffix("T00:00:00")
    return raw


def _named_source(raw: Mapping[str, Any]) -> str | None:
    """The outlet in an element of another name space: News:Source of Bing."""
    found = (plain_line(_str(value)) for name, value in raw.items() if name.endswith("_source"))
    return next((name for name in found if 2 <= len(name) <= 60 and not is_web(name)), None)


def _told_apart(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, with another key for those that share theirs with an entry of another text, and of another headline
    or time: it names none of them. The next best is the link, if they have it alone, then headline and day, or time
    where a column has one headline for all."""

    def text(entry: Entry) -> str:
        return entry.content or entry.summary

    sharing: dict[str, list[Entry]] = {}
    for entry in entries:
        sharing.setdefault(entry.key, []).append(entry)
    links = Counter(entry.url for entry in entries)
    found = []
    for entry in entries:
        others = sharing[entry.key]
        differing = [other for other in others if text(other) != text(entry)]
        column = any(
            other.title == entry.title
            and other.published != entry.published
            and of_other_words(plain_line(text(other)), plain_line(text(entry)))
            for other in differing
        )
        if column or any(other.title != entry.title for other in differing):
            own = entry.url if entry.url and links[entry.url] == 1 else None
            told = str(entry.published or "")
            key = _key("", own, f"{entry.title}\0{told if column else told[:10]}" if entry.title else None, text(entry))
            found.append(replace(entry, key=key))
        else:
            found.append(entry)
    return found


def _key(given: str, url: str | None, title: str | None, text: str) -> str:
    key = one_line(given) or url or hashlib.sha256((title or text).encode("utf-8", "replace")).hexdigest()[:24]
    return key if len(key) <= 500 else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _html(detail: Mapping[str, Any]) -> str:
    value = _str(detail.get("value"))
    return html.escape(value) if detail.get("type") == "text/plain" else value


def _link(raw: Any, base: str, language: str | None = None) -> str | None:
    """The page, by the link that leads to it rather than to a file or a comment form; of several in different
    languages the one in the entry's own."""
    links = [x for x in raw.get("links") or () if isinstance(x, Mapping)]
    own = [
        x
        for x in links
        if x.get("rel") == "alternate" and language and coded_language(_str(x.get("hreflang"))) == language
    ]
    found = [_str(raw.get("feedburner_origlink")), *(_str(x.get("href")) for x in own), _str(raw.get("link"))]
    found += [_str(x.get("href")) for x in links if x.get("rel") in (None, "alternate")]
    return next((url for address in found if (url := absolute(one_line(address), base))), None)


def _authors(raw: Any) -> tuple[str, ...]:
    if match := re.fullmatch(r"\s*\S+@\S+\s+\(([^()@]+)\)\s*", _str(raw.get("author"))):
        return _names([match[1]])  # RSS: 'desk@wire.example (Jane Doe)'
    people = [_str(a.get("name")) for a in raw.get("authors") or () if isinstance(a, Mapping)]
    return _names(people if any(people) else [_str(raw.get("author"))])


def _inherited(raw: Mapping[str, Any], above: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The authors of an entry: its own, else those of the feed that it was taken from, else those of this feed (RFC
    4287, section 4.2.1), unless that is only the outlet's name."""
    if own := _authors(raw):
        return own
    source = raw.get("source")
    places = [place for place in (source, above) if isinstance(place, Mapping)]
    outlets = {letters(title) for place in places for title in _titles(place)}
    found = (tuple(name for name in _authors(place) if letters(name) not in outlets) for place in places)
    return next(filter(None, found), ())


def _titles(about: Mapping[str, Any]) -> tuple[str, ...]:
    """The names by which a feed goes."""
    title = plain_line(_str(about.get("title")))
    return title, Feed(title, ()).outlet or ""


def _names(lines: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for name in lines:
        plain = plain_line(re.sub(r"\S+@\S+", " ", name)).strip("() ")
        bare = re.sub(r"^(?:by|von|par|por)\s+", "", plain, flags=re.IGNORECASE)
        parts = [n for n in re.split(r"\s*[,;]\s*|\s+(?:and|&)\s+", bare) if n and not n.startswith("http")]
        names += [n for part in parts for n in names_joined(part)]
    return tuple(dict.fromkeys(n for n in names if len(n) <= 60))[:10]


def _section(tags: Any) -> str | None:
    known = (
        [tag for tag in tags if not isinstance(tag, Mapping) or not _NO_SECTION.search(_str(tag.get("scheme")))]
        if isinstance(tags, list)
        else []
    )
    named = (
        plain_line(_str(tag.get("label")) or _str(tag.get("term")) if isinstance(tag, Mapping) else _str(tag))
        for tag in known
    )
    name = next(named, None)
    if name and is_unsorted(name):
        return None
    return name if name and len(name) <= 40 and len(name.split()) <= 4 and "/" not in name else None


def _when(text: str, published: When = None) -> When:
    """The raw text, not feedparser's reading of it, which has no zone and an hour that nobody stated."""
    return parse_machine_stamp(one_line(text), published=published) if text else None


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""
