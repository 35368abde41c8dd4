"""Crawls: each record of a WARC, ARC or WACZ by its kind, packed as crawlers pack them, damaged as copies are."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag.ingest.captures.content import ending_by_content
from rag.ingest.captures.payload import Body, NoDecoder
from rag.ingest.formats.files import find, read
from rag.ingest.page import Page
from rag.types import ReportItem
from tests.conftest import Rag
from tests.support.crawls import PARAGRAPHS, arc, chunked, http, packed, record, story_page, wacz

PAGE = story_page("Ferry line to close")
INFO = record(b"software: crawler 1.0\r\n", None, "warcinfo", "application/warc-fields")
TEXT = "\n\n".join(PARAGRAPHS)
Add = Callable[[bytes, str], tuple[list[Page], list[str]]]


@pytest.fixture
def add(tmp_path: Path) -> Add:
    def run(data: bytes, name: str) -> tuple[list[Page], list[str]]:
        path = tmp_path / name
        path.write_bytes(data)
        items = list(read(path))
        told = [item.reason or "" for item in items if isinstance(item, ReportItem)]
        assert all("\n" not in reason for reason in told)
        return [item for item in items if isinstance(item, Page)], told

    return run


PACKED = {
    "plain": lambda *r: b"".join(r),
    "a member a record": packed,
    "one member": lambda *r: gzip.compress(b"".join(r)),
    "packed twice": lambda *r: gzip.compress(packed(*r)),
    "zeros behind it": lambda *r: packed(*r) + b"\0" * 512,
}


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
def test_a_page_comes_with_its_address_and_when_it_was_captured(add: Add, pack: Callable[..., bytes]) -> None:
    pages, told = add(pack(INFO, record(http(PAGE))), "a.warc.gz")
    assert not told
    (page,) = pages
    assert page.origin.endswith("a.warc.gz#record 2")
    assert (page.title, page.text, page.url) == ("Ferry line to close", TEXT, "https://wire.example/a/1")
    assert page.source == "Northway Wire"
    assert page.published == datetime.fromisoformat("2024-05-07T10:15:00+02:00")
    assert page.captured == datetime(2024, 5, 8, 6, 30, tzinfo=UTC)


BODIES = {
    "chunks": http(chunked(PAGE), Transfer_Encoding="chunked"),
    "chunks that are none": http(PAGE, Transfer_Encoding="chunked"),
    "gzip": http(gzip.compress(PAGE), Content_Encoding="gzip"),
    "gzip in chunks": http(chunked(gzip.compress(PAGE)), Transfer_Encoding="Chunked", Content_Encoding="GZIP"),
    "gzip that is none": http(PAGE, Content_Encoding="gzip"),
    "deflate": http(zlib.compress(PAGE), Content_Encoding="deflate"),
    "deflate without its header": http(zlib.compress(PAGE)[2:-4], Content_Encoding="deflate"),
    "twice": http(gzip.compress(zlib.compress(PAGE)), Content_Encoding="deflate, gzip"),
    "no name of a packing": http(PAGE, Content_Encoding="(\x14z'l"),
    "another type": http(PAGE, "application/octet-stream"),
    "no type": b"HTTP/1.0 200 OK\r\n\r\n" + PAGE,
    "an old code page": http(
        story_page("Ferry line to close").replace(b"utf-8", b"x-none"), "text/html;charset=cp1252"
    ),
}


@pytest.mark.parametrize("block", BODIES.values(), ids=BODIES)
def test_a_body_is_read_as_the_browser_saw_it(add: Add, block: bytes) -> None:
    (page,), told = add(record(block), "a.warc")
    assert (page.title, page.text, told) == ("Ferry line to close", TEXT, [])


def test_brotli_is_unpacked_where_its_decoder_is_there(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    brotli = pytest.importorskip("brotli")
    data = record(http(brotli.compress(PAGE), Content_Encoding="br"))
    (page,), told = add(data, "a.warc")
    assert (page.text, told) == (TEXT, [])
    monkeypatch.setitem(__import__("sys").modules, "brotli", None)
    pages, told = add(data, "a.warc")
    assert (pages, told) == ([], ["packed with br, which nothing here unpacks: pip install brotli"])


def test_what_unfolds_without_end_is_read_no_further_than_asked() -> None:
    zeros = zlib.compress(b"\0" * (96 << 20), 9)
    bombs = [(zeros, "deflate"), (gzip.compress(zeros), "deflate, gzip")]
    brotli = pytest.importorskip("brotli")
    bombs.append((brotli.compress(b"\0" * (96 << 20), quality=1), "br"))
    for packed_body, name in bombs:
        tracemalloc.start()
        assert len(Body(io.BytesIO(packed_body), "", name).all(1 << 20)) < 70 << 20
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 200 << 20
    with pytest.raises(NoDecoder, match="zstd"):
        Body(io.BytesIO(b"x"), "", "zstd").all(10)


def test_only_what_can_be_news_is_read(add: Add) -> None:
    others = [
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(http(b"\x89PNG\r\n\x1a\n" + bytes(60), "image/png"), "https://wire.example/a.png"),
        record(http(b"var a = '<p>';", "application/javascript"), "https://wire.example/a.js"),
        record(http(b"p { color: red }", "text/css"), "https://wire.example/a.css"),
        record(http(b"User-agent: *\nDisallow: /x\n", "text/plain"), "https://wire.example/robots.txt"),
        record(http(PAGE, status="404 Not Found"), "https://wire.example/gone"),
        record(http(b"", status="301 Moved", Location="/b"), "https://wire.example/old"),
        record(http(b"", "text/html"), "https://wire.example/a/1", "revisit"),
        record(b"wire.example. 300 IN A 192.0.2.7", "dns:wire.example", content="text/dns"),
        record(b'{"pages": 1}', "urn:pageinfo:https://wire.example/", "resource", "application/json"),
        record(b"fetchTimeMs: 12", "https://wire.example/a/1", "metadata", "application/warc-fields"),
        record(http(b'{"user": {"name": "Jane"}}', "application/json"), "https://wire.example/api/me"),
    ]
    pages, told = add(b"".join([INFO, *others, record(http(PAGE))]), "a.warc")
    assert [page.title for page in pages] == ["Ferry line to close"]
    assert not told
    pages, told = add(b"".join([INFO, *others]), "b.warc")
    assert not pages
    (line,) = told
    assert line.startswith("no article in its 13 records: ") and "request record" in line


def test_pages_without_an_article_are_counted_by_the_reason(add: Add) -> None:
    links = (
        b"<html><body><ul>" + b"".join(b'<li><a href="/%d">Story %d</a>' % (n, n) for n in range(9)) + b"</ul></html>"
    )
    front = [record(http(links), f"https://wire.example/{n}") for n in range(40)]
    (page,), told = add(b"".join([*front, record(http(PAGE))]), "a.warc")
    assert page.origin.endswith("#record 41")
    assert len(told) == 1 and told[0].endswith("(and 39 more like it)")


def test_other_kinds_are_read_as_what_they_are(add: Add) -> None:
    entry = "<p>" + "</p><p>".join(PARAGRAPHS * 3) + "</p>"
    feed = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        "<title>Northway Wire</title><item><title>Whole</title><link>https://wire.example/w</link>"
        f"<content:encoded><![CDATA[{entry}]]></content:encoded></item><item><title>Teaser</title>"
        "<link>https://wire.example/t</link><description>Only a line.</description></item></channel></rss>"
    )
    ninjs = {"uri": "urn:wire:7", "headline": "Goats at large", "body_text": "Three goats were seen in Erle on Monday."}
    text = f"Café to reopen\nBy Jane Roe\n7 May 2024\n\n{TEXT}\n"
    pages, told = add(
        b"".join(
            [
                record(http(feed.encode(), "application/rss+xml"), "https://wire.example/feed"),
                record(http(json.dumps(ninjs).encode(), "application/json"), "https://wire.example/item/7.json"),
                record(text.encode(), "file:///home/desk/cafe.txt", "resource", "text/plain"),
                record(PAGE, "https://wire.example/b", "resource", "text/html"),
            ]
        ),
        "a.warc",
    )
    assert not told
    assert [page.title for page in pages] == ["Whole", "Goats at large", None, "Ferry line to close"]
    assert [page.url for page in pages] == ["https://wire.example/w", None, None, "https://wire.example/b"]
    assert pages[0].origin.endswith("#record 1#item 1")
    assert pages[2].text.startswith("Café to reopen")


def test_an_address_is_the_page_s_own_only_where_it_is_of_the_site(add: Add) -> None:
    own = story_page("A", head='<link rel="canonical" href="https://www.wire.example/a/1-ferry">')
    other = story_page("B", head='<link rel="canonical" href="https://other.example/b">')
    kept = "https://web.archive.org/web/20240508063000id_/https://wire.example/c"
    urls = [("https://wire.example/a/1?utm_source=x", own), ("https://wire.example/b", other), (kept, PAGE)]
    pages, _ = add(b"".join(record(http(page), url) for url, page in urls), "a.warc")
    assert [page.url for page in pages] == [
        "https://www.wire.example/a/1-ferry",
        "https://wire.example/b",
        "https://wire.example/c",
    ]


def test_the_day_of_a_crawl_is_no_day_of_publication(add: Add, tmp_path: Path, rag: Rag) -> None:
    pages, _ = add(record(http(story_page("Undated", None))), "2024-05-08.warc")
    assert pages[0].published is None
    assert rag("add", str(tmp_path / "2024-05-08.warc")).status == 0
    assert [row["published"] for row in rag("list", "--json").json] == [None]


def test_captures_of_one_page_are_versions_of_it(tmp_path: Path, add: Add, rag: Rag) -> None:
    changed = story_page("Ferry line to close", paragraphs=(*PARAGRAPHS, "The company changed its mind on Wednesday."))
    data = packed(record(http(PAGE)), record(http(PAGE)), record(http(changed), day="2024-05-09T08:00:00Z"))
    pages, _ = add(data, "a.warc.gz")
    assert [page.captured and page.captured.day for page in pages] == [8, 8, 9]
    report = rag("add", "--json", str(tmp_path / "a.warc.gz")).json
    assert [item["status"] for item in report["items"]] == ["added", "unchanged", "updated"]
    (article,) = rag("list", "--json").json
    assert rag("show", article["id"], "--history", "--json").json["history"]


def test_the_same_payload_is_read_once(add: Add) -> None:
    digest = {"WARC-Payload-Digest": "sha1:AAAA"}
    data = record(http(PAGE), more=digest) + record(http(PAGE), more=digest, day="2024-05-09T08:00:00Z")
    pages, told = add(data, "a.warc")
    assert (len(pages), told) == (1, [])


RECORDS = [record(http(story_page(f"Story {n}")), f"https://wire.example/{n}") for n in range(4)]
DAMAGE = {
    "a length that is too small": (record(http(PAGE), length=300), [RECORDS[1]], "no record begins where one should"),
    "a length that is no number": (record(http(PAGE)).replace(b"Content-Length: ", b"Content-Length: x"), RECORDS[1:2],
                                   "its length is not said"),
    "no response": (record(b"nothing of HTTP\r\n\r\n"), RECORDS[1:2], "no HTTP response, though it says so"),
    "endless headers": (b"WARC/1.0\r\n" + b"A: b\r\n" * 3000 + b"\r\n", RECORDS[1:2], "lines of headers"),
    "an endless line": (b"WARC/1.0\r\nA: " + b"b" * 90_000 + b"\r\n\r\n", RECORDS[1:2], "too long for a header"),
    "other bytes": (b"\xff\xfe\x00nothing\n" * 50, RECORDS[1:2], "no record begins where one should"),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "behind", "words"), DAMAGE.values(), ids=DAMAGE)
def test_a_bad_record_is_told_in_one_line_and_the_rest_is_read(
    add: Add, bad: bytes, behind: list[bytes], words: str
) -> None:
    for name, data in (("a.warc", b"".join), ("a.warc.gz", lambda records: packed(*records))):
        pages, told = add(data([RECORDS[0], bad, *behind, RECORDS[3]]), name)
        assert [page.title for page in pages if page.title != "Ferry line to close"] == [
            "Story 0",
            "Story 1",
            "Story 3",
        ]
        assert words in told[-1] and "the rest was read" in told[-1]
        assert told[:-1] in ([], ["no article text found on the page; save the text as .txt"])


def test_a_broken_member_is_passed_over(add: Add) -> None:
    members = [packed(one) for one in RECORDS]
    broken = bytearray(members[1])
    broken[60:90] = bytes(30)
    pages, told = add(b"".join([members[0], bytes(broken), *members[2:]]), "a.warc.gz")
    assert [page.title for page in pages] == ["Story 0", "Story 2", "Story 3"]
    assert len(told) == 1 and "record 2: gzip data that cannot be unpacked" in told[0]


@pytest.mark.parametrize("pack", [b"".join, lambda records: packed(*records)], ids=["plain", "gz"])
def test_a_file_that_breaks_off_gives_what_came_before(add: Add, pack: Callable[[list[bytes]], bytes]) -> None:
    whole = pack(RECORDS)
    pages, told = add(whole[: -len(pack(RECORDS[3:])) // 2], "a.warc.gz")
    assert [page.title for page in pages][:3] == ["Story 0", "Story 1", "Story 2"]
    assert [page.note for page in pages[3:]] in ([], ["cut off where the file ends"])
    assert "ends inside of record 4" in told[-1]


def test_a_version_to_come_is_read(add: Add) -> None:
    (page,), told = add(record(http(PAGE)).replace(b"WARC/1.0", b"WARC/1.2"), "a.warc")
    assert (page.text, told) == (TEXT, [])


def test_what_a_crawler_cut_off_says_so(add: Add) -> None:
    (page,), _ = add(record(http(PAGE), more={"WARC-Truncated": "length"}), "a.warc")
    assert page.note == "cut off by the crawler"


def test_bombs_are_given_up_in_one_line(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ingest.encoding.FREE_BYTES", 1 << 20)
    zeros = record(http(b"<html>" + b" " * (1 << 18)))
    times = 20
    packer = zlib.compressobj(9, wbits=31)
    small = packer.compress(zeros)
    bomb = small + b"".join(packer.compress(zeros) for _ in range(times)) + packer.flush()
    pages, told = add(packed(RECORDS[0]) + bomb, "a.warc.gz")
    assert [page.title for page in pages] == ["Story 0"]
    assert told == ["unfolds to more than text could; it was given up, and what had been read of it by then was kept"]
    pages, told = add(wacz({"a.warc.gz": packed(RECORDS[0]), "b.warc": b"".join([zeros] * times)}, 8), "a.wacz")
    assert [page.title for page in pages] == ["Story 0"]
    assert len(told) == 1 and "unfolds to more than pages could" in told[0]


def test_arc_files_are_read(add: Add) -> None:
    data = arc(
        ("http://wire.example/a", http(PAGE)),
        ("http://wire.example/b c?d", http(chunked(PAGE), Transfer_Encoding="chunked")),
    )
    for name, content in (("a.arc", data), ("a.arc.gz", gzip.compress(data))):
        pages, told = add(content, name)
        assert ([page.url for page in pages], told) == (["http://wire.example/a", "http://wire.example/b%20c?d"], [])
        assert {page.captured for page in pages} == {datetime(2024, 5, 8, 6, 30, tzinfo=UTC)}


def test_a_wacz_gives_its_crawls_and_no_list_of_pages(add: Add) -> None:
    data = wacz({"b.warc.gz": packed(*RECORDS[2:]), "a.warc": b"".join(RECORDS[:2])})
    for name in ("a.wacz", "a.zip"):
        pages, told = add(data, name)
        assert ([page.title for page in pages], told) == (["Story 0", "Story 1", "Story 2", "Story 3"], [])
        assert pages[2].origin.endswith(f"{name}#archive/b.warc.gz#record 1")
    assert add(wacz({}), "b.wacz") == ([], ["a WACZ without a WARC file in it"])
    pages, told = add(data[:-60], "c.wacz")
    assert not pages and told[0].startswith("not a zip archive, or cut off")


def test_crawls_are_found_in_folders_and_archives(add: Add, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("crawl/a.warc.gz", packed(RECORDS[0]))
        archive.writestr("crawl/b.wacz", wacz({"b.warc": RECORDS[1]}))
        archive.writestr("c.jsonl", json.dumps({"title": "Story 2", "text": "It is a story. It has an end."}))
    pages, told = add(out.getvalue(), "a.zip")
    assert told == []
    assert [page.title for page in pages] == ["Story 2", "Story 0", "Story 1"]
    assert pages[2].origin.endswith("a.zip#crawl/b.wacz#archive/b.warc#record 1")
    for name in ("b.warc", "c.arc.gz", "d.WACZ"):
        (tmp_path / name).write_bytes(b"")
    assert [Path(str(path)).name for path in find([tmp_path])] == ["a.zip", "b.warc", "c.arc.gz", "d.WACZ"]


@pytest.mark.parametrize(
    ("start", "ending"),
    [
        (b"%PDF-1.7\n", ".pdf"), (b"{\\rtf1\\ansi Mill}", ".rtf"), (b"WEBVTT\n\n00:01.000 --> 00:02.000\nMill", ".vtt"),
        (b"<?xml version='1.0'?><nitf><head/></nitf>", ".xml"), (b"<?xml version='1.0'?><rss/>", None), (b"PK", None),
    ],
)  # fmt: skip
def test_what_a_file_without_an_ending_is(tmp_path: Path, start: bytes, ending: str | None) -> None:
    (tmp_path / "2024").write_bytes(start)
    assert ending_by_content(tmp_path / "2024") == ending
