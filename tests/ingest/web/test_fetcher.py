"""Fetching: polite, bounded in time and memory, and never into the machine's own network."""

from __future__ import annotations

import gzip
import select
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from rag.errors import ReadError
from rag.ingest.web import http as web_http
from rag.ingest.web.fetcher import Fetcher, user_agent
from tests.support.growth import traced
from tests.support.patience import PATIENCE
from tests.support.web_server import PUBLIC, Clock, Request, Web, fetcher, redirect, reply, serving

pytestmark = pytest.mark.fault("fetch")

PAGE = "http://news.example/page"
TEXT = "<html><body><p>The ferry sails for the last time in May.</p></body></html>"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        web.answers["news.example/page"] = reply(TEXT)
        yield web


def failure(fetch: Fetcher, url: str = PAGE) -> str:
    with fetch, pytest.raises(ReadError) as caught:
        fetch.get(url)
    told = str(caught.value)
    assert "\n" not in told
    assert told.startswith(url[:150])
    return told.split(": ", 1)[1]


# --- what is asked and what comes ----------------------------------------------------------------------------------


def test_a_page_with_what_the_server_says_of_it(web: Web) -> None:
    web.answers["news.example/page"] = reply(
        TEXT, kind='Text/HTML; charset="ISO-8859-2"', etag='"v1"', last_modified="Mon, 06 May 2024 10:00:00 GMT"
    )
    with fetcher(web) as fetch:
        got = fetch.get(PAGE + "#comments")
    assert (got.asked, got.url, got.body) == (PAGE + "#comments", PAGE, TEXT.encode())
    assert (got.media_type, got.charset) == ("text/html", "ISO-8859-2")
    assert (got.etag, got.last_modified) == ('"v1"', "Mon, 06 May 2024 10:00:00 GMT")


def test_the_user_agent_says_who_asks_and_poses_as_nobody(web: Web) -> None:
    with fetcher(web, contact="mailto:desk@reader.example") as fetch:
        fetch.get(PAGE)
    agents = {r.headers["user-agent"] for r in web.requests}
    assert len(web.requests) == 2  # robots.txt too
    (agent,) = agents
    assert agent.startswith("rag-news/")
    assert agent.endswith("; +mailto:desk@reader.example)")
    assert "Mozilla" not in agent
    assert "\n" not in user_agent("x\r\nEvil: y (z)")
    assert user_agent("x\r\n(z)").count("(") == 1
    assert not {"cookie", "authorization", "referer"} & web.requests[-1].headers.keys()


def test_cookies_are_not_kept(web: Web) -> None:
    web.answers["news.example/page"] = reply(TEXT, set_cookie="id=7; Path=/")
    with fetcher(web) as fetch:
        fetch.get(PAGE)
        fetch.get(PAGE)
    assert all("cookie" not in r.headers for r in web.requests)


def test_an_unchanged_page_is_not_sent_again(web: Web) -> None:
    def conditional(request: Request, client: socket.socket) -> None:
        same = request.headers.get("if-none-match") == '"v1"'
        client.sendall(reply(status=304, kind="") if same else reply(TEXT, etag='"v1"'))

    web.answers["news.example/page"] = conditional
    with fetcher(web) as fetch:
        first = fetch.get(PAGE)
        again = fetch.get(PAGE, etag=first.etag, modified="Mon, 06 May 2024 10:00:00 GMT")
    assert not first.unchanged
    assert (again.unchanged, again.body, again.etag) == (True, b"", '"v1"')
    assert web.requests[-1].headers["if-modified-since"] == "Mon, 06 May 2024 10:00:00 GMT"


def test_what_cannot_stand_in_a_header_is_not_sent(web: Web) -> None:
    with fetcher(web) as fetch:
        fetch.get(PAGE, etag='"a"\r\nEvil: 1', modified="é")
    assert not {"if-none-match", "if-modified-since", "evil"} & web.requests[-1].headers.keys()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "there is no such page (status 404); check the address"),
        (410, "there is no such page"),
        (403, "the site does not give it to programs (status 403); save the page"),
        (451, "does not give it"),
        (500, "the site failed (status 500); try again later"),
        (204, "gave no page (status 204)"),
        (304, "gave no page (status 304)"),
        (418, "gave no page (status 418)"),
    ],
)
def test_a_status_without_a_page_in_plain_words(web: Web, status: int, words: str) -> None:
    web.answers["news.example/page"] = reply("", status)
    assert words in failure(fetcher(web))


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n", "not text but image/png"),
        ("application/pdf", b"%PDF-1.7 text", "not text but application/pdf"),
        ("application/zip", b"PK\x03\x04", "not text but application/zip"),
        ("text/css", b"p {}", "not text but text/css"),
        ("application/octet-stream", b"\x00\x01\x02" * 50, "binary data"),
        ("", b"GIF89a..", "binary data"),
        ("text/html", b"%PDF-1.7 text", "binary data"),
        ("text/html", b"  \r\n", "the page is empty"),
    ],
)
def test_what_is_no_text_is_refused(web: Web, kind: str, body: bytes, words: str) -> None:
    web.answers["news.example/page"] = reply(body, kind=kind)
    assert words in failure(fetcher(web))


@pytest.mark.parametrize(
    "kind", ["application/rss+xml", "application/feed+json", "text/csv", "application/x-ndjson", ""]
)
def test_textual_kinds_pass(web: Web, kind: str) -> None:
    web.answers["news.example/page"] = reply("text", kind=kind)
    with fetcher(web) as fetch:
        assert fetch.get(PAGE).body == b"text"


def test_utf_16_is_text(web: Web) -> None:
    web.answers["news.example/page"] = reply(TEXT.encode("utf-16"))
    with fetcher(web) as fetch:
        assert fetch.get(PAGE).body.decode("utf-16") == TEXT


# --- redirects -----------------------------------------------------------------------------------------------------


def test_redirects_are_followed_to_the_end(web: Web) -> None:
    web.answers |= {
        "news.example/page": redirect("/b", 301),
        "news.example/b": redirect("http://other.example/c?x=1#frag", 307),
        "other.example/c?x=1": reply("<p>here"),
    }
    with fetcher(web) as fetch:
        got = fetch.get(PAGE)
    assert (got.asked, got.url, got.body) == (PAGE, "http://other.example/c?x=1", b"<p>here")


def test_redirects_in_a_circle(web: Web) -> None:
    web.answers |= {"news.example/page": redirect("/b"), "news.example/b": redirect("/page")}
    assert "redirects in a circle" in failure(fetcher(web))
    assert web.asked == ["news.example/page", "news.example/b"]


def test_redirects_without_end(web: Web) -> None:
    web.answers["news.example/page"] = redirect("/0")
    web.answers |= {f"news.example/{n}": redirect(f"/{n + 1}") for n in range(20)}
    assert "redirects more than 5 times" in failure(fetcher(web))
    assert len(web.asked) == 6


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("file:///etc/passwd", "redirects to file:///etc/passwd: only http and https"),
        ("ftp://other.example/x", "only http and https"),
        ("http://127.0.0.1/admin", "redirects to http://127.0.0.1/admin: 127.0.0.1 is a private address"),
        ("http://inside.example/", "inside.example is a host at a private address (10.0.0.7)"),
        ("//[::1]/", "::1 is a private address"),
        ("http://user:secret@other.example/", "user name or password"),
        ("http://gone.example/", "no such host: gone.example"),
        ("http://[", "names no host"),
        ("http://[::1", "not a usable web address"),
    ],
)
def test_a_redirect_to_where_nothing_is_fetched(web: Web, target: str, words: str) -> None:
    web.names["inside.example"] = ["10.0.0.7"]
    web.answers["news.example/page"] = redirect(target)
    assert words in failure(fetcher(web))
    assert set(web.connected) == {PUBLIC}


# --- addresses that are asked for ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://news.example/", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("/page", "only http and https"),
        ("http:///page", "names no host"),
        ("http://news.example:0/", "is no port"),
        ("http://news.example:70000/", "is no port"),
        ("http://a:b@news.example/", "user name or password"),
        ("http://news.example/" + "x" * 5000, "longer than 4096 characters"),
        ("http://bad host/", "names no host"),
        ("http://127%2e0.0.1/", "names no host"),
        ("http://news.example\\@127.0.0.1/", "user name or password"),
        ("http://nowhere.example/", "no such host: nowhere.example"),
    ],
)
def test_addresses_that_are_none(web: Web, url: str, words: str) -> None:
    assert words in failure(fetcher(web), url)
    assert web.connected == []


# --- robots.txt ------------------------------------------------------------------------------------------------------


def robots(text: str) -> bytes:
    return reply(text, kind="text/plain")


def test_robots_txt_decides(web: Web) -> None:
    web.answers["news.example/robots.txt"] = robots("User-agent: *\nDisallow: /private\nAllow: /private/open\n")
    web.answers |= {"news.example/private/open": reply("<p>x")}
    with fetcher(web) as fetch:
        fetch.get(PAGE)
        fetch.get("http://news.example/private/open")
        with pytest.raises(ReadError, match=r"robots\.txt does not let programs read it"):
            fetch.get("http://news.example/private/x")
    assert len([r for r in web.requests if r.path == "/robots.txt"]) == 1
    assert "news.example/private/x" not in web.asked


def test_robots_txt_can_name_us(web: Web) -> None:
    web.answers["news.example/robots.txt"] = robots("User-agent: *\nAllow: /\n\nUser-agent: rag-news\nDisallow: /\n")
    assert "robots.txt does not let" in failure(fetcher(web))


def test_robots_txt_of_a_redirects_target_holds_too(web: Web) -> None:
    web.answers["news.example/page"] = redirect("http://other.example/x")
    web.answers["other.example/robots.txt"] = robots("User-agent: *\nDisallow: /")
    assert "redirects to http://other.example/x: the site's robots.txt does not let" in failure(fetcher(web))
    assert web.asked == ["news.example/page"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_without_a_robots_txt_all_is_allowed(web: Web, status: int) -> None:
    web.answers["news.example/robots.txt"] = reply("Disallow", status)
    with fetcher(web) as fetch:
        assert fetch.get(PAGE).body


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_txt_that_cannot_be_told_forbids_for_ten_minutes(web: Web, status: int) -> None:
    web.answers["news.example/robots.txt"] = reply("", status)
    clock = Clock()
    with fetcher(web, clock=clock) as fetch:
        for _ in range(2):
            with pytest.raises(ReadError, match=f"its robots.txt answers {status}"):
                fetch.get(PAGE)
        assert len(web.requests) == 1
        web.answers["news.example/robots.txt"] = robots("")
        clock.now += 601
        assert fetch.get(PAGE).body


def test_robots_txt_is_asked_for_again_after_a_day(web: Web) -> None:
    clock = Clock()
    with fetcher(web, clock=clock) as fetch:
        fetch.get(PAGE)
        clock.now += 86_401
        web.answers["news.example/robots.txt"] = robots("User-agent: *\nDisallow: /")
        with pytest.raises(ReadError):
            fetch.get(PAGE)


def test_a_robots_txt_that_moved(web: Web) -> None:
    web.answers["news.example/robots.txt"] = redirect("http://other.example/robots.txt")
    web.answers["other.example/robots.txt"] = robots("User-agent: *\nDisallow: /page")
    assert "robots.txt does not let" in failure(fetcher(web))


def test_a_robots_txt_that_moves_in_circles_is_none(web: Web) -> None:
    web.answers["news.example/robots.txt"] = redirect("/robots.txt")
    with fetcher(web) as fetch:
        assert fetch.get(PAGE).body


def test_a_robots_txt_may_not_lead_into_the_own_network(web: Web) -> None:
    web.answers["news.example/robots.txt"] = redirect("http://192.168.0.1/robots.txt")
    assert "192.168.0.1 is a private address" in failure(fetcher(web))
    assert web.connected == [PUBLIC]


def test_only_the_start_of_a_huge_robots_txt_is_read(web: Web) -> None:
    web.answers["news.example/robots.txt"] = robots("User-agent: *\nDisallow: /page\n" + "# padding\n" * 200_000)
    assert "robots.txt does not let" in failure(fetcher(web))


def test_a_robots_txt_made_to_keep_a_reader_busy(web: Web) -> None:
    text = "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Disallow: /a\n" * 20_000
    web.answers["news.example/robots.txt"] = robots(text)
    start = time.process_time()
    assert "robots.txt is too large" in failure(fetcher(web))
    assert time.process_time() - start < 5


# --- pauses ----------------------------------------------------------------------------------------------------------


def test_a_pause_lies_between_two_pages_of_a_host(web: Web) -> None:
    clock = Clock()
    web.answers |= {f"news.example/{n}": reply("<p>x") for n in range(3)} | {"other.example/": reply("<p>x")}
    with fetcher(web, pause=2.0, clock=clock, sleep=clock.sleep) as fetch:
        for url in ("http://news.example/0", "http://other.example/", "http://news.example/1"):
            fetch.get(url)
        clock.now += 1.5
        fetch.get("http://news.example/2")
    assert clock.slept == [2.0, 0.5]


def test_redirects_of_one_page_follow_at_once(web: Web) -> None:
    clock = Clock()
    web.answers |= {"news.example/a": redirect("/page")}
    with fetcher(web, pause=2.0, clock=clock, sleep=clock.sleep) as fetch:
        fetch.get("http://news.example/a")
    assert clock.slept == []


def test_a_failed_request_counts_for_the_pause(web: Web) -> None:
    clock = Clock()
    with fetcher(web, pause=2.0, clock=clock, sleep=clock.sleep) as fetch:
        for _ in range(2):
            with pytest.raises(ReadError):
                fetch.get("http://news.example/gone")
    assert clock.slept == [2.0]


def test_a_crawl_delay_is_kept_and_does_not_use_up_the_time(web: Web) -> None:
    clock = Clock()
    web.answers["news.example/robots.txt"] = robots("User-agent: *\nCrawl-delay: 45\n")
    with fetcher(web, pause=2.0, timeout=30, clock=clock, sleep=clock.sleep) as fetch:
        fetch.get(PAGE)
        fetch.get(PAGE)
    assert clock.slept == [45.0]


def test_a_crawl_delay_without_measure_is_told_instead_of_waited_for(web: Web) -> None:
    clock = Clock()
    web.answers["news.example/robots.txt"] = robots("User-agent: *\nCrawl-delay: 3600\n")
    with fetcher(web, clock=clock, sleep=clock.sleep) as fetch:
        fetch.get(PAGE)
        with pytest.raises(ReadError, match=r"wants 60 minutes between two pages; try again in 60 minutes"):
            fetch.get(PAGE)
    assert clock.slept == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_slow_down_is_left_alone_until_then(web: Web, status: int) -> None:
    clock = Clock()
    web.answers["news.example/slow"] = reply("", status, retry_after="300")
    with fetcher(web, clock=clock, sleep=clock.sleep) as fetch:
        with pytest.raises(ReadError, match=rf"slow down \(status {status}\); try again in 5 minutes"):
            fetch.get("http://news.example/slow")
        clock.now += 100
        with pytest.raises(ReadError, match=r"asked for a pause; try again in 3 minutes"):
            fetch.get(PAGE)
        assert web.asked == ["news.example/slow"]
        clock.now += 201
        assert fetch.get(PAGE).body
    assert clock.slept == []


def test_retry_after_as_a_date(web: Web) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)
    web.answers["news.example/page"] = reply("", 503, retry_after=when)
    assert "try again in 3 hours" in failure(fetcher(web))


def test_a_retry_after_that_says_nothing(web: Web) -> None:
    web.answers["news.example/page"] = reply("", 429, retry_after="soon")
    assert "try again in some minutes" in failure(fetcher(web))


# --- time and size ---------------------------------------------------------------------------------------------------


def dripping(head: bytes, drop: bytes) -> object:
    """Twenty drops a second for as long as the client is there."""

    def answer(_: Request, client: socket.socket) -> None:
        client.sendall(head)
        while not (select.select([client], [], [], 0.05)[0] and not client.recv(1)):
            client.sendall(drop)

    return answer


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\ncontent-type: text/html\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", b"x"),
        (b"", b""),
    ],
    ids=["body", "body of told length", "header", "chunk header", "silence"],
)
def test_what_trickles_in_is_given_up_in_time(web: Web, head: bytes, drop: bytes) -> None:
    web.answers["news.example/page"] = dripping(head, drop)  # type: ignore[assignment]
    start = time.monotonic()
    assert "took longer than 0.6 seconds" in failure(fetcher(web, timeout=0.6))
    assert 0.5 < time.monotonic() - start < PATIENCE  # it would drip for ever


def test_redirects_share_the_time_of_the_page(web: Web) -> None:
    def slow(target: str) -> object:
        def answer(_: Request, client: socket.socket) -> None:
            time.sleep(0.25)
            client.sendall(redirect(target))

        return answer

    chain = ["/page", "/1", "/2", "/3", "/4", "/5"]
    web.answers |= {f"news.example{a}": slow(b) for a, b in pairwise(chain)}  # type: ignore[misc]
    assert "took longer than 0.6 seconds" in failure(fetcher(web, timeout=0.6))
    assert len(web.asked) < 5


def test_a_resolver_that_hangs(web: Web) -> None:
    given_up, came_back = threading.Event(), threading.Event()

    def resolver(name: str, port: int) -> list[str]:
        given_up.wait(PATIENCE)
        came_back.set()
        return [PUBLIC]

    assert "took longer than" in failure(fetcher(web, timeout=0.3, resolver=resolver))
    assert not came_back.is_set()
    given_up.set()


def test_a_body_without_end(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_http, "MAX_PAGE", 1 << 20)

    def endless(_: Request, client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        while True:
            client.sendall(b"x" * 65536)

    web.answers["news.example/page"] = endless
    told, memory = traced(lambda: failure(fetcher(web)))
    assert "larger than 1 MiB" in told and memory < 6 << 20


def test_a_length_that_is_too_large_is_believed(web: Web) -> None:
    web.answers["news.example/page"] = reply("x", content_length=str(10 << 20))
    assert "larger than 8 MiB" in failure(fetcher(web))


def test_data_may_be_larger_than_a_page(web: Web) -> None:
    web.answers["news.example/page"] = reply(b"x" * (9 << 20), kind="application/rss+xml")
    with fetcher(web) as fetch:
        assert len(fetch.get(PAGE).body) == 9 << 20


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_refused_before_it_unfolds(web: Web, encoding: str) -> None:
    bomb = gzip.compress(bytes(64 << 20)) if encoding == "gzip" else zlib.compress(bytes(64 << 20))
    web.answers["news.example/page"] = reply(bomb, content_encoding=encoding)
    told, memory = traced(lambda: failure(fetcher(web)))
    assert "larger than 8 MiB" in told
    assert memory < 20 << 20  # the limit, and the growth of what holds it


def test_packed_data_that_unfolds_to_nothing(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_http, "MAX_PAGE", 1 << 20)
    nothing = b"\x00\x00\x00\xff\xff"  # a deflate block that holds no byte
    web.answers["news.example/page"] = reply(
        b"\x78\x9c" + nothing * 400_000, content_encoding="deflate", content_length=""
    )
    assert "larger than 1 MiB" in failure(fetcher(web))


def packed(name: str, data: bytes) -> bytes:
    if name == "bare deflate":
        return zlib.compress(data)[2:-4]
    if name == "two parts":
        return gzip.compress(data[:20]) + gzip.compress(data[20:])
    return gzip.compress(data) + b"\0" * 8 if name == "padded" else {"gzip": gzip, "deflate": zlib}[name].compress(data)


@pytest.mark.parametrize("name", ["gzip", "deflate", "bare deflate", "two parts", "padded"])
@pytest.mark.parametrize("size", [0, 3, 65_536, 65_537, 200_000])
def test_packed_bodies_come_out_whole(web: Web, name: str, size: int) -> None:
    body = b"<p>" + bytes(97 + n * n % 23 for n in range(size))
    encoding = "deflate" if "deflate" in name else "gzip"
    web.answers["news.example/page"] = reply(packed(name, body), content_encoding=encoding)
    with fetcher(web) as fetch:
        assert fetch.get(PAGE).body == body


def test_gzip_in_single_bytes() -> None:
    data = packed("two parts", TEXT.encode())
    assert b"".join(web_http.inflated((data[i : i + 1] for i in range(len(data))), "gzip")) == TEXT.encode()


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("br", b"whatever", "packed in a way that was not asked for (br)"),
        ("gzip, gzip", b"whatever", "not asked for"),
        ("gzip", b"plain text", "its gzip data is broken"),
        ("gzip", gzip.compress(TEXT.encode(), mtime=0)[:-12], "ends too early"),
    ],
)
def test_packed_bodies_that_cannot_be_read(web: Web, encoding: str, body: bytes, words: str) -> None:
    web.answers["news.example/page"] = reply(body, content_encoding=encoding)
    assert words in failure(fetcher(web))


def test_a_body_that_ends_before_its_length_is_asked_for_once_more(web: Web) -> None:
    web.answers["news.example/page"] = reply(TEXT, content_length="9999")
    assert "the connection broke off" in failure(fetcher(web))
    assert web.asked == ["news.example/page"] * 2


def test_a_body_that_is_longer_than_its_length_ends_there(web: Web) -> None:
    web.answers["news.example/page"] = reply("<p>four</p>and more", content_length="11")
    with fetcher(web) as fetch:
        assert fetch.get(PAGE).body == b"<p>four</p>"


def test_a_reset_connection_is_tried_once_more(web: Web) -> None:
    def flaky(_: Request, client: socket.socket) -> None:
        if len(web.asked) == 1:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST
            client.close()
        else:
            client.sendall(reply(TEXT))

    web.answers["news.example/page"] = flaky
    with fetcher(web) as fetch:
        assert fetch.get(PAGE).body == TEXT.encode()


def test_what_is_no_http(web: Web) -> None:
    web.answers["news.example/page"] = b"SSH-2.0-OpenSSH_9.2\r\n\r\n"
    assert "the connection broke off" in failure(fetcher(web))


def test_headers_without_measure(web: Web) -> None:
    web.answers["news.example/page"] = reply(TEXT, x="y" * 300_000)
    assert "the connection broke off" in failure(fetcher(web))
