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
from rag.ingest.captures.content import ending_of
from rag.ingest.encoding import decode, one_line
from rag.ingest.feeds.entries import completed, is_article, is_full
from rag.ingest.formats import feed as feeds
from rag.ingest.formats.feed import Entry, Feed
from rag.ingest.formats.files import read_bytes
from rag.ingest.html.fragment import estimate_words, fragment_text, has_sentence, without_more
from rag.ingest.identity import EntryKey
from rag.ingest.page import LOCKED, Page, ReadItems, failed, not_news
from rag.ingest.web.fetcher import Fetched, Fetcher, shown_address
from rag.ingest.web.placed import placed_page
from rag.ingest.web.urls import absolute
from rag.types import FeedState, ReportItem

_SHOWN = 0.8  # of the feed's own words, for a linked page that is the article and not a wall before it
TRIES = 3  # readings of a feed in which an entry's page that cannot be read is asked for
_TRIED = "?"  # between the digest and the number of tries in what is remembered
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
    ending = ending_of(got.body, got.url, got.media_type, got.charset)
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
        yield from (placed_page(item, got.url) if isinstance(item, Page) and is_html else item for item in items)


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
        yield not_news(origin, LOCKED, title or None)
    if found.broken:
        yield failed(origin, found.broken)
    if found.left_out and not found.entries:
        yield not_news(origin, f"none of its {found.left_out} entries is news that is out: drafts, pages or comments")
    elif found.left_out and state is None:
        noun = "entry is" if found.left_out == 1 else "entries are"
        yield not_news(origin, f"{found.left_out} {noun} no news that is out: drafts, private posts, pages or comments")
    state = state or FeedState(origin)
    seen = {entry.key: state.seen[entry.key] for entry in found.entries if entry.key in state.seen}
    tried = {entry.key: state.tried[entry.key] for entry in found.entries if entry.key in state.tried}
    fetched: set[str] = set()  # pages that were asked for; entries that share one are not articles of it
    again = False
    for number, entry in enumerate(found.entries, 1):
        tries = _tries(tried.get(entry.key), entry.digest)
        if seen.get(entry.key) == entry.digest or tries >= TRIES:
            continue
        named = (origin, entry.key)
        if got:
            entry = replace(entry, id=None)  # noqa: PLW2901  # a site must not put its text in the place of another's
        item, final = _article(found, entry, named, entry.url or f"{origin}#item {number}", fetcher, fetched)
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
    feed: Feed, entry: Entry, named: EntryKey, origin: str, fetcher: Fetcher, fetched: set[str]
) -> tuple[Page | ReportItem, bool]:
    """The best text of an entry: the feed's own, the linked page's, or the summary with a note; and whether the next
    reading need not try again."""
    summary, content = fragment_text(entry.summary), fragment_text(entry.content)
    own = content or summary
    if (entry.whole and own) or is_article(summary, content):
        page = completed(Page(origin, own, whole=True, id=entry.id, url=entry.url, entry=named), feed, entry)
        return page, page.note is None
    try:
        page = _linked(entry, fetcher, fetched)
        if estimate_words(page.text) >= _SHOWN * estimate_words(own):
            page = completed(replace(page, entry=named), feed, entry)
            return page, page.note is None
        why = "the linked page shows less"
    except ReadError as error:
        why = _reason(error, entry.url or "")
    kept = without_more(own)
    if not has_sentence(kept):
        return ReportItem(origin, "failed", title=entry.title, reason=why), False
    note = None if is_full(summary, content) else f"only the summary that the feed gives: {why}"
    return completed(Page(origin, kept, whole=True, url=entry.url, entry=named, note=note), feed, entry), False


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


def _reason(error: ReadError, url: str) -> str:
    """The error without the address, which the report names already."""
    return str(error).removeprefix(f"{shown_address(url)}: ")
