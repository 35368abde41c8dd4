"""Web addresses and feeds -> pages.

A feed's entry is an article of its own where the feed holds the text; else the page that it links to is read, and what
the page does not state is taken from the entry. Where the page cannot be read, the feed's summary is kept with a note,
and the next reading tries again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from rag.errors import ReadError
from rag.ingest.encoding import decode, one_line
from rag.ingest.formats import feed as feeds
from rag.ingest.formats.feed import Entry, Feed
from rag.ingest.formats.files import read_bytes
from rag.ingest.formats.records import failed
from rag.ingest.html.fragment import cut_short, estimate_words, fragment_text, has_sentence, without_more
from rag.ingest.page import LOCKED, Page, ReadItems
from rag.ingest.web.fetcher import Fetched, Fetcher, shown_address
from rag.ingest.web.urls import absolute
from rag.ingest.wire.newsml import is_wire
from rag.types import FeedState, ReportItem

_ARTICLE_WORDS = 100  # that a feed's content has at least to be the article and not its beginning
_SUMMARY_WORDS = 300  # that a feed's only text has at least to be the article; a long teaser has 100
_SHOWN = 0.8  # of the feed's own words, for a linked page that is the article and not a wall before it
_LONGER = 1.3  # times the summary, for a content that is more than it
TRIES = 3  # readings of a feed in which an entry's page that cannot be read is asked for
_TRIED = "?"  # between the digest and the number of tries in what is remembered
_ENDINGS = {
    **dict.fromkeys(("text/html", "application/xhtml+xml"), ".html"),
    **dict.fromkeys(("text/markdown", "text/x-markdown"), ".md"),
    **dict.fromkeys(("text/csv", "application/csv"), ".csv"),
    **dict.fromkeys((f"application/{kind}" for kind in ("x-ndjson", "ndjson", "jsonl", "jsonlines")), ".jsonl"),
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
}
_NAMED = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".md", ".markdown", ".txt")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_LINK = re.compile(r"<link\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_MARKED = re.compile(
    r"""og:type["'][^>]{0,40}article|["']@type["']\s*:\s*\[?\s*["']\w*(?:Article|Posting)|article:published_time""",
    re.I,
)
_FRONT = re.compile(r"/(?:index\.\w{2,5}|home/?|[a-z]{2}(?:-[a-z]{2})?/?)?", re.IGNORECASE)


def read_address(url: str, fetcher: Fetcher, state: FeedState | None) -> ReadItems:
    """The pages at a web address: of a feed, an HTML page, or records and text in the formats that files have.

    Of a feed, after each entry what is known of it by then, and only entries that are new or changed since ``state``.
    Never raises for what the web holds: what cannot be read comes as one failed item.
    """
    try:
        got = fetcher.get(url, etag=state.etag if state else None, modified=state.modified if state else None)
    except ReadError as error:
        yield failed(url, _reason(error, url))
        return
    if got.unchanged:
        yield from [state] if state else []
    elif feeds.is_feed(got.body):
        yield from read_feed(url, got.body, fetcher, state, got)
    else:
        yield from _document(got)


# -- one page --------------------------------------------------------------------------------------------------------


def _document(got: Fetched) -> ReadItems:
    ending = _ending(got)
    if ending is None:
        yield failed(got.asked, "XML that is neither a page nor a feed; give the address of an article or a feed")
        return
    is_html = ending == ".html"
    items = list(read_bytes(got.url, ending, got.body, url=got.url, charset=got.charset))
    found = any(isinstance(item, Page) for item in items)
    head = decode(got.body[: 1 << 18], got.charset) or "" if is_html else ""
    elsewhere = _alternate(head, got.url)
    if elsewhere and (not found or (_FRONT.fullmatch(urlsplit(got.url).path or "/") and not _MARKED.search(head))):
        yield failed(got.asked, f"no article text found; its feed is {elsewhere}; add that")
    elif not found:
        yield failed(got.asked, _reason_in(items) or "no article text found")
    else:
        yield from (_placed(item, got.url) if isinstance(item, Page) and is_html else item for item in items)


def _placed(page: Page, final: str) -> Page:
    """The page with the address that it is known by: its own word where that can be believed.

    A page that claims another site's address would replace that site's article, and be cited as it.
    """
    own = page.url if page.url and _same_site(page.url, final) else None
    return replace(page, url=own or (final if page.origin == final else None))


def _same_site(claimed: str, final: str) -> bool:
    """Whether a page at ``final`` may say that its address is ``claimed``: of the same site, and not its front page."""
    try:
        a, b = urlsplit(claimed), urlsplit(final)
        hosts = [_bare_host(a.hostname), _bare_host(b.hostname)]
    except ValueError:
        return False
    near = hosts[0] == hosts[1] or any(x and y.endswith("." + x) and "." in x for x, y in (hosts, hosts[::-1]))
    return a.scheme in ("http", "https") and near and (a.path not in ("", "/") or b.path in ("", "/"))


def _bare_host(name: str | None) -> str:
    return re.sub(r"^(?:www|m|amp|mobile|edition)\.", "", (name or "").lower())


def _ending(got: Fetched) -> str | None:
    """The format, as the ending of a file; ``None`` for XML that is no page."""
    if got.body.startswith(b"%PDF-") or got.media_type == "application/pdf":
        return ".pdf"
    start = decode(got.body[:4096], got.charset) or ""
    if _HTML.match(start):
        return ".html"
    path = urlsplit(got.url).path.lower()
    named = next((e for e in _NAMED if path.endswith(e)), None)
    stated = _ENDINGS.get(got.media_type)
    if stated and not (stated == ".json" and named in (".jsonl", ".ndjson")):
        return stated
    if is_wire(got.body):
        return ".xml"
    if got.media_type.endswith("+json"):
        return ".json"
    if named:
        return named
    if start.lstrip().startswith("<?xml") or got.media_type.endswith("xml"):
        return None
    return ".html" if re.match(r"\s*<[a-z!]", start, re.IGNORECASE) else ".txt"


def _alternate(text: str, base: str) -> str | None:
    """The feed that an HTML page names."""
    for tag in _LINK.findall(text):
        attributes = {m[0].lower(): m[1] or m[2] or m[3] for m in _ATTRIBUTE.findall(tag)}
        is_feed = re.search(r"(?:rss|atom)\+xml|feed\+json", attributes.get("type", "").lower())
        if is_feed and "alternate" in attributes.get("rel", "").lower().split():
            address = absolute(one_line(attributes.get("href", "")).replace("&amp;", "&"), base)
            if address and "/comments/" not in address:
                return address
    return None


# -- feeds -----------------------------------------------------------------------------------------------------------


def read_feed(
    origin: str, data: bytes, fetcher: Fetcher, state: FeedState | None, got: Fetched | None = None
) -> ReadItems:
    """The pages of a feed that is new or was left in ``state``: a file's, or what was ``got`` from its address."""
    try:
        found = feeds.parse_feed(data, url=got.url if got else origin, charset=got.charset if got else None)
    except ReadError as error:
        yield failed(origin, str(error))
        return
    for title in found.locked:
        yield ReportItem(origin, "failed", title=title or None, reason=LOCKED)
    if found.broken:
        yield failed(origin, found.broken)
    if found.left_out and not found.entries:
        yield failed(origin, f"none of its {found.left_out} entries is news that is out: drafts, pages or comments")
    state = state or FeedState(origin)
    seen = {entry.key: state.seen[entry.key] for entry in found.entries if entry.key in state.seen}
    tried = {entry.key: state.tried[entry.key] for entry in found.entries if entry.key in state.tried}
    fetched: set[str] = set()  # pages that were asked for; entries that share one are not articles of it
    again = False
    for number, entry in enumerate(found.entries, 1):
        tries = _tries(tried.get(entry.key), entry.digest)
        if seen.get(entry.key) == entry.digest or tries >= TRIES:
            continue
        item, final = _article(found, entry, entry.url or f"{origin}#item {number}", fetcher, fetched)
        yield item
        if final:
            seen[entry.key] = entry.digest
        else:
            seen.pop(entry.key, None)
            tried[entry.key] = f"{entry.digest}{_TRIED}{tries + 1}"
            again = again or tries + 1 < TRIES
        yield FeedState(origin, found.title, seen=dict(seen), tried=dict(tried))
    etag, modified = (got.etag, got.last_modified) if got and not again and not found.broken else (None, None)
    yield FeedState(origin, found.title, etag, modified, dict(seen), dict(tried))


def _tries(tried: str | None, digest: str) -> int:
    """How often an entry, as it is now, was tried in vain: a page that is gone must not be asked for for ever."""
    before, mark, count = (tried or "").rpartition(_TRIED)
    return int(count) if mark and before == digest and count.isdigit() else 0


def _article(
    feed: Feed, entry: Entry, origin: str, fetcher: Fetcher, fetched: set[str]
) -> tuple[Page | ReportItem, bool]:
    """The best text of an entry: the feed's own, the linked page's, or the summary with a note; and whether the next
    reading need not try again."""
    summary, content = fragment_text(entry.summary), fragment_text(entry.content)
    own = content or summary
    if (entry.whole and own) or _is_article(summary, content):
        page = _completed(Page(origin, own, whole=True, url=entry.url), feed, entry)
        return page, page.note is None
    try:
        page = _linked(entry, fetcher, fetched)
        if estimate_words(page.text) >= _SHOWN * estimate_words(own):
            page = _completed(page, feed, entry)
            return page, page.note is None
        why = "the linked page shows less"
    except ReadError as error:
        why = _reason(error, entry.url or "")
    kept = without_more(own)
    if not has_sentence(kept):
        return ReportItem(origin, "failed", title=entry.title, reason=why), False
    note = None if _is_full(summary, content) else f"only the summary that the feed gives: {why}"
    return _completed(Page(origin, kept, whole=True, url=entry.url, note=note), feed, entry), False


def _is_full(summary: str, content: str) -> bool:
    """Whether the feed has more than a summary, in the field that is meant for the whole text, and does not cut it."""
    return not cut_short(content) and estimate_words(content) > estimate_words(summary)


def _is_article(summary: str, content: str) -> bool:
    if cut_short(content or summary):
        return False
    if not content:
        return estimate_words(summary) >= _SUMMARY_WORDS
    size = estimate_words(content)
    return size >= _ARTICLE_WORDS and (size >= _LONGER * estimate_words(summary) or size >= _SUMMARY_WORDS)


def _linked(entry: Entry, fetcher: Fetcher, fetched: set[str]) -> Page:
    """The page that the entry links to. Raises ``ReadError``."""
    if entry.url is None:
        raise ReadError("the entry has no link; wait for a better feed")
    if entry.url in fetched:
        raise ReadError("another entry links to the same page; that page is read once")
    fetched.add(entry.url)
    got = fetcher.get(entry.url)
    if feeds.is_feed(got.body):
        raise ReadError("the entry links to another feed; add that feed's address")
    items = list(_document(got))
    pages = [item for item in items if isinstance(item, Page)]
    if len(pages) > 1:
        pages = [page for page in pages if page.title and page.title == entry.title]
    if len(pages) == 1:
        return pages[0]
    raise ReadError(_reason_in(items) or "the linked page holds several articles; add it by its own address")


def _reason_in(items: Iterable[object]) -> str | None:
    return next((item.reason for item in items if isinstance(item, ReportItem) and item.reason), None)


def _completed(page: Page, feed: Feed, entry: Entry) -> Page:
    """What the page does not state, as the feed has it; a page known by its host's name alone states no outlet."""
    host = urlsplit(page.origin).hostname
    named = page.source if _bare_host(page.source) != _bare_host(host) else None
    both = ("title", "published", "updated", "section", "authors", "language")
    told = {name: getattr(page, name) or getattr(entry, name) for name in both}
    whole = replace(page, source=named or entry.source or feed.outlet or page.source, **told)
    return whole.noted(entry.note) if whole.published is None else whole


def _reason(error: ReadError, url: str) -> str:
    """The error without the address, which the report names already."""
    return str(error).removeprefix(f"{shown_address(url)}: ")
