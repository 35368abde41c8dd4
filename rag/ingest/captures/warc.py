"""WARC and ARC files -> the articles on their pages, each as its format is read, with the day on which it was captured.

Of what a crawl keeps only pages, feeds, records and documents are news. Pictures, scripts, requests and revisits are
passed over; pages without an article are counted by the reason, not told one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from rag.errors import ReadError
from rag.ingest.captures.content import ending_of
from rag.ingest.captures.crawl import MAX_CAPTURES, Capture, Damage, captures
from rag.ingest.captures.payload import NoDecoder
from rag.ingest.captures.unpacking import Damaged
from rag.ingest.encoding import Budget, foreign, one_line
from rag.ingest.feeds.entries import completed, is_article
from rag.ingest.formats import feed as feeds
from rag.ingest.html.fragment import fragment_text
from rag.ingest.page import Page, Withdrawal, failed, not_news
from rag.ingest.web.archives import original_address
from rag.ingest.web.placed import placed_page
from rag.ingest.web.urls import is_web
from rag.types import ReportItem

ReadBytes = Callable[..., Iterator[object]]
"""Reads bytes by an ending: (origin, ending, data, url=, charset=) -> pages and failed items."""

MAX_BODY_READ = 16 << 20
"""Bytes of one capture's body, unpacked."""

WITHOUT_ARTICLE = "no article in its"
_SEEN = 500_000  # payloads that are remembered, so that none is read twice
_REASONS = 12  # that pages without an article are told by
_WITHOUT_NEWS = ("image/", "video/", "audio/", "font/", "text/css", "model/")
_SCRIPTS = frozenset(
    "text/javascript application/javascript application/x-javascript application/ecmascript text/ecmascript"
    " application/wasm application/manifest+json application/importmap+json text/x-component application/pgp-signature"
    " application/font-woff application/font-woff2 application/vnd.ms-fontobject application/x-font-ttf"
    " application/octet-stream application/x-shockwave-flash application/ocsp-response text/dns text/vtt".split()
)
_OF_SITES = ("/robots.txt", "/ads.txt", "/app-ads.txt", "/humans.txt", "/llms.txt", "/sellers.json", "/security.txt")
_MAGIC = ((b"%PDF-", ".pdf"), (b"{\\rtf", ".rtf"))
_FEED = ".feed"  # of no file: feeds in a crawl are read without their pages
_DATA = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")
_DOCUMENTS = {
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/epub+zip": ".epub",
}


@dataclass(slots=True)
class _Tally:
    """What a file holds beside articles, to be told at its end."""

    without: Counter[str] = field(default_factory=Counter)  # pages without an article, by the reason
    first: dict[str, str] = field(default_factory=dict)  # of each reason the first record
    kinds: Counter[str] = field(default_factory=Counter)  # of what is no page
    articles: int = 0

    def miss(self, where: str, reason: str) -> None:
        if reason in self.without or len(self.without) < 10 * _REASONS:
            self.without[reason] += 1
            self.first.setdefault(reason, where)


def read_crawl(
    origin: str, stream: BinaryIO, budget: Budget, read: ReadBytes, kinds: Mapping[str, object]
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a WARC or ARC file, packed or not, in its order: their origins end in '#record N'.

    ``read`` reads a body by the ending of its format, of those that ``kinds`` has. Raises ``Bomb``.
    """
    damage, tally = Damage(), _Tally()
    seen: set[int] = set()
    number = 0
    for capture in captures(stream, budget, damage):
        number = capture.number
        where = f"{origin}#record {number}"
        try:
            ending = _kind(capture, seen, tally, kinds)
            if ending is None:
                continue
            body = capture.body.all(MAX_BODY_READ + 1)
        except NoDecoder as name:
            hint = ": pip install brotli" if str(name) == "br" else ""
            tally.miss(where, f"packed with {name}, which nothing here unpacks{hint}")
            continue
        except Damaged as wrong:
            damage.add(number, str(wrong))
            continue
        if len(body) > MAX_BODY_READ:
            tally.miss(where, f"larger than {MAX_BODY_READ >> 20} MiB")
        elif ending and body.strip():
            for page in _pages(where, capture, ending, body, read, tally):
                tally.articles += 1
                yield _captured(page, capture) if isinstance(page, Page) else page
    yield from _told(origin, number, damage, tally)


def _kind(capture: Capture, seen: set[int], tally: _Tally, kinds: Mapping[str, object]) -> str | None:
    """The ending of the format that a body is to be read in; None for what is no page, or was read already."""
    what = _no_page(capture)
    if what is None:
        start = capture.body.first(4096)
        ending = _ending(capture, start)
        if ending == _FEED or ending in kinds:
            if capture.digest:
                key = hash((capture.url, capture.digest))
                if key in seen:
                    tally.kinds["page captured again without a change"] += 1
                    return None
                if len(seen) < _SEEN:
                    seen.add(key)
            return ending
        what = foreign(start) or "file of a kind that is not read"
    tally.kinds[what.removeprefix("a ").removeprefix("an ")] += 1
    return None


def _no_page(capture: Capture) -> str | None:
    """What a record is that can be no page; None for one that may be."""
    if capture.kind == "revisit":
        return "revisit"
    if capture.kind not in ("response", "resource", "conversion"):
        return f"{one_line(capture.kind)[:20] or 'unnamed'} record"
    if capture.segment > 1:
        return "record in several parts"
    if capture.kind == "response" and not is_web(capture.url):
        return "record of no web page"
    if capture.kind == "resource" and not capture.url.lower().startswith(("http:", "https:", "file:", "ftp:")):
        return "record of the crawler's"
    if capture.status is not None and capture.status not in (200, 203):
        return f"answer {capture.status} instead of a page"
    if capture.url.lower().split("?")[0].endswith(_OF_SITES):
        return "file for crawlers"
    return None


def _ending(capture: Capture, start: bytes) -> str | None:
    """The ending of what a body begins with; the type that its sender named decides where the bytes do not."""
    if by_bytes := next((ending for magic, ending in _MAGIC if start.startswith(magic)), None):
        return by_bytes
    if start.startswith(b"PK"):
        return _DOCUMENTS.get(capture.media_type)
    if foreign(start):
        return None
    if feeds.is_feed(start):
        return _FEED
    ending = ending_of(start, capture.url, capture.media_type, capture.charset)
    scripted = capture.media_type in _SCRIPTS or capture.media_type.startswith(_WITHOUT_NEWS)
    path = capture.url.lower().split("?")[0].split("#")[0]
    scripted = scripted or path.endswith((".js", ".mjs", ".css", ".map", ".woff", ".woff2", ".svg"))
    if scripted and not (ending == ".html" and b"<html" in start.lower()):
        return None
    if ending != ".html" and b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return ending


def _pages(
    where: str, capture: Capture, ending: str, body: bytes, read: ReadBytes, tally: _Tally
) -> Iterator[Page | Withdrawal]:
    address = original_address(capture.url) if is_web(capture.url) else None
    if ending == _FEED:
        yield from _entries(where, capture, body, tally)
        return
    found = list(read(where, ending, body, url=address, charset=capture.charset))
    pages = [item for item in found if isinstance(item, Page)]
    gone = [item for item in found if isinstance(item, Withdrawal)]
    yield from gone
    if gone or pages:
        pass
    elif ending in _DATA:
        tally.kinds["data without an article"] += 1
    elif item := next((item for item in found if isinstance(item, ReportItem)), None):
        tally.miss(where, item.reason or "no article")
    for page in pages:
        if ending == ".html" and address:
            own = placed_page(page, address).url
            yield replace(page, url=own or (address if len(pages) == 1 else None))
        elif len(pages) == 1 and page.url is None and ending not in _DATA:
            yield replace(page, url=address)
        else:
            yield page


def _entries(where: str, capture: Capture, body: bytes, tally: _Tally) -> Iterator[Page]:
    """The entries of a feed that hold whole articles; the pages of the others are records of their own, if at all."""
    try:
        found = feeds.parse_feed(body, url=capture.url, charset=capture.charset)
    except ReadError as error:
        tally.miss(where, str(error))
        return
    if found.broken:
        tally.miss(where, found.broken)
    for number, entry in enumerate(found.entries, 1):
        summary, content = fragment_text(entry.summary), fragment_text(entry.content)
        if (entry.whole and (content or summary)) or is_article(summary, content):
            page = Page(f"{where}#item {number}", content or summary, whole=True, url=entry.url)
            yield completed(page, found, entry)
        else:
            tally.kinds["entry of a feed with only a summary"] += 1


def _captured(page: Page, capture: Capture) -> Page:
    """The page with the time at which it was captured, and with what is to be told of that."""
    cut = bool(capture.truncated) or capture.body.cut
    return replace(page, captured=capture.captured).noted(
        "cut off by the crawler" if capture.truncated else "cut off where the file ends" if cut else None
    )


def _told(origin: str, records: int, damage: Damage, tally: _Tally) -> Iterator[ReportItem]:
    """One line for each thing that a reader should know of the whole file."""
    for reason, count in tally.without.most_common(_REASONS):
        more = f" (and {count - 1:,} more like it)" if count > 1 else ""
        yield not_news(tally.first[reason], f"{reason}{more}")
    if (others := len(tally.without) - _REASONS) > 0:
        rest = sum(count for _, count in tally.without.most_common()[_REASONS:])
        yield not_news(origin, f"{rest:,} more pages without an article, for {others} other reasons")
    if damage.count:
        spots = "; ".join(damage.spots) + ("; ..." if damage.count > len(damage.spots) else "")
        places = "a broken place" if damage.count == 1 else f"{damage.count:,} broken places"
        yield failed(origin, f"{places} ({spots}); the rest was read, so fetch or copy the file again for these")
    if damage.cut:
        where = f"inside of record {records}" if records else "before its first record"
        yield failed(origin, f"ends {where}; what comes before was read, so fetch the file again")
    if records == MAX_CAPTURES:
        yield failed(origin, f"more than {MAX_CAPTURES:,} records; split it to read the others")
    if not tally.articles and not tally.without and not (damage.count and not tally.kinds):
        held = ", ".join(f"{count:,} × {kind}" for kind, count in tally.kinds.most_common(6))
        yield failed(origin, f"{WITHOUT_ARTICLE} {records:,} records{f': {held}' if held else ''}")
