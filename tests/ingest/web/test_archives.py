"""Copies in archives and caches are the page that they are copies of."""

from __future__ import annotations

import pytest

from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.ingest.web.archives import original_address, saved_from, without_cache_bar
from rag.ingest.web.urls import canonical_url

PAGE = "https://talbrook.example/2024/weir"


@pytest.mark.parametrize(
    "kept",
    [
        f"https://web.archive.org/web/20240415063055/{PAGE}",
        f"https://web.archive.org/web/20240415063055id_/{PAGE}",
        f"http://web.archive.org/web/20240415/{PAGE}",
        "https://web.archive.org/web/20240415063055/https:/talbrook.example/2024/weir",
        f"https://archive.ph/20240415063055/{PAGE}",
        f"https://archive.ph/o/Ab3dE/{PAGE}",
        f"http://localhost:8080/news/20240415063055mp_/{PAGE}",
        f"https://webcache.googleusercontent.com/search?q=cache:{PAGE}+weir&hl=en",
        "https://talbrook-example.cdn.ampproject.org/c/s/talbrook.example/2024/weir",
        "https://www.google.com/amp/s/talbrook.example/2024/weir",
        f"https://web.archive.org/web/20240415063055/https://archive.ph/20240414063055/{PAGE}",
        "https://www.google.com/url?rct=j&sa=t&url=https%3A%2F%2Ftalbrook.example%2F2024%2Fweir&ct=ga",
        f"https://www.google.com/url?q={PAGE}&sa=U",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&tid=6&url=https%3a%2f%2ftalbrook.example%2f2024%2fweir&c=7",
        PAGE,
    ],
)
def test_a_copy_has_the_address_of_its_page(kept: str) -> None:
    assert original_address(kept) == PAGE
    assert canonical_url(kept) == canonical_url(PAGE)


@pytest.mark.parametrize(
    ("counted", "page"),
    [
        ("https://www.google.com/url?sa=t&url=https://sund.example/a/7%3Fcat%3D2%26id%3D7&ct=ga", "/a/7?cat=2&id=7"),
        ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fsund.example%2Fa%3Fid%3D7&rut=1", "/a?id=7"),
        ("https://away.vk.example/away.php?to=https%3A%2F%2Fsund.example%2Fa%20b", "/a%20b"),
        ("https://out.forum.example/?url=https%3A%2F%2Fsund.example%2Fweir&token=x", "/weir"),
        ("https://www.google.com/url?q=https://sund.example/a%20b?id=7&ct=ga", "/a%20b?id=7"),
    ],
)
def test_an_address_that_counts_clicks_is_that_of_the_page_it_leads_to(counted: str, page: str) -> None:
    assert original_address(counted) == f"https://sund.example{page}"


def test_an_address_that_only_looks_like_one_stays() -> None:
    for address in (
        "https://talbrook.example/2024/04/15/weir?next=https://talbrook.example/a",
        "https://talbrook.example/share/https-and-you",
    ):
        assert original_address(address) == address


def test_the_bar_of_an_archive_gives_no_day() -> None:
    text = "".join(
        f"<p>{line}</p>"
        for line in (
            "The weir at Talbrook gave way on Sunday night, and the low meadows were under water by the morning.",
            "Nobody was hurt, the county said. Forty cows were led over the bridge before it was closed to all.",
        )
    )
    bar = (
        "<div id='wm-ipp-base'><div id='wm-ipp'><a href='/web/'>Archive</a>"
        "<div title='captures'>12 Jan 2019 - 02 Feb 2025</div></div></div>"
    )
    head = f"<title>Weir gone</title><link rel='canonical' href='https://web.archive.org/web/20210415063055/{PAGE}'>"
    [page] = read(
        "a.html", f"<html><head>{head}</head><body>{bar}<main><h1>Weir gone</h1>{text}</main></body></html>".encode()
    )
    assert isinstance(page, Page)
    assert (page.published, page.updated, page.url) == (None, None, PAGE)


def test_the_head_that_an_archive_writes_is_of_its_copy() -> None:
    copy = "https://archive.ph/Qz7Lm"
    times = "".join(
        f"<meta property='article:{name}_time' content='2026-02-11T08:14:22Z'>" for name in ("published", "modified")
    )
    head = (
        f"<title>Weir gone</title><meta property='og:url' content='{copy}'>{times}<link rel='canonical' href='{copy}'>"
    )
    bar = f"<div id='HEADER'><form><input name='q' value='{PAGE}'></form><span>11 Feb 2026 08:14:22 UTC</span></div>"
    text = "".join(f"<p>{line}</p>" for line in LINES)
    for body, day in (("<p>Published: 23 January 2019</p>", "2019-01-23"), ("", None)):
        data = f"<html><head>{head}</head><body>{bar}<div><h1>Weir gone</h1>{body}{text}</div></body></html>"
        [page] = read("a.html", data.encode())
        assert isinstance(page, Page)
        assert (page.published and str(page.published)[:10], page.updated, page.url) == (day, None, PAGE)


LINES = (
    "The weir at Talbrook gave way on Sunday night, and the low meadows were under water by the morning.",
    "Nobody was hurt, the county said. Forty cows were led over the bridge before it was closed to all.",
)
SEEN = "It is a snapshot of the page as it appeared on 9 Dec 2024 03:11:52 GMT. The current page could have changed."


@pytest.mark.parametrize(
    "bar",
    [
        f"<div><div>This is Google&#39;s&nbsp;<a href='/h'>cache</a> of <a href='{PAGE}'>{PAGE}</a>. "
        f"{SEEN}</div></div>",
        f"<div id='bN015htcoyT__google-cache-hdr'><span>This is Google's cache of </span><a href='{PAGE}'>{PAGE}</a>. "
        f"<span>{SEEN}</span></div>",
        f"<div><div>You have reached the cached page for <a href='{PAGE}'>{PAGE}</a></div><div>Below is a snapshot of "
        "the Web page as it appeared on <b>12/9/2024</b>.</div></div>",
        f"<div>Dies ist der Cache von Google von {PAGE}. Es handelt sich dabei um ein Abbild der Seite, wie diese am "
        "9. Dez. 2024 03:11:52 GMT angezeigt wurde.</div>",
    ],
)  # fmt: skip
def test_the_bar_of_a_cache_names_the_page_and_gives_no_day(bar: str) -> None:
    text = "".join(f"<p>{line}</p>" for line in ("By Ida Lund", *LINES))
    [page] = read("a.html", f"<html><body>{bar}<article><h1>Weir gone</h1>{text}</article></body></html>".encode())
    assert isinstance(page, Page)
    assert (page.published, page.updated, page.url, page.authors) == (None, None, PAGE, ("Ida Lund",))
    assert page.text == "\n\n".join(LINES)


def test_the_bar_of_a_cache_in_a_copied_text() -> None:
    bar = f"This is Google's cache of {PAGE}. {SEEN} Learn more.\n\nFull version\tText-only version\tView source\n"
    assert without_cache_bar(f"{bar}\nWeir gone\n\n{LINES[0]}") == (f"Weir gone\n\n{LINES[0]}", PAGE)
    told = f"This is Google's cache of old pages, and it is a snapshot of the web, said Ida Lund at {PAGE} on Monday."
    assert without_cache_bar(told) == (told, None)


@pytest.mark.parametrize(
    "comment",
    [
        f"<!--\n Page saved with SingleFile \n url: {PAGE} \n saved date: Sat Jan 17 2026 10:22:31 GMT+0100\n-->",
        f"<!-- saved from url=(0034){PAGE} -->",
    ],
)
def test_a_saved_page_says_where_it_was(comment: str) -> None:
    assert saved_from(f"<!DOCTYPE html> <html>{comment}<body>") == PAGE
    assert saved_from("<html><body>url: https://talbrook.example") is None


@pytest.mark.parametrize(
    "page",
    [
        f"<!-- Saved from {PAGE} at 2025-03-02T10:12:13Z using monolith v2.8.1 --><html>",
        f"<html><head><meta name='savepage-url' content='{PAGE}'><meta name='savepage-date' content='x'>",
        f'<html data-scrapbook-source="{PAGE}" data-scrapbook-create="20250302101213">',
        f'<html><head><meta name="source-url" content="{PAGE}"/>',
    ],
)
def test_programs_that_save_pages_write_their_address(page: str) -> None:
    assert saved_from(page) == PAGE
