"""No address, redirect or name leads into the machine's own network, unless its owner allows it."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

from rag.errors import ReadError, UsageError
from rag.ingest.web.fetcher import Fetcher
from rag.ingest.web.guard import Own, checked_addresses, public
from tests.support.web_server import PUBLIC, Web, fetcher, redirect, reply, serving

pytestmark = pytest.mark.fault("fetch")


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        web.answers["news.example/page"] = reply("<p>The ferry sails.</p>")
        yield web


def refusal(fetch: Fetcher, url: str) -> str:
    with fetch, pytest.raises(ReadError) as caught:
        fetch.get(url)
    return str(caught.value)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1", "2001:db8::1", "100::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:c0a8:101::1",
        "2001:0:7f00:1::1", "2001:0:5db8:d822:0:0:80ff:fffe",
    ],
)  # fmt: skip
def test_addresses_of_no_public_host(ip: str) -> None:
    assert not public(ip_address(ip))


@pytest.mark.parametrize(
    "ip",
    ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34", "64:ff9b::5db8:d822",
     "2002:5db8:d822::1"],
)  # fmt: skip
def test_addresses_of_public_hosts(ip: str) -> None:
    assert public(ip_address(ip))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1.", "[::1]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1",
        "2130706433", "0x7f.1", "0x7f000001", "017700000001", "0177.0.0.1", "127.1", "0", "0.0.0.0", "[fe80::1%25eth0]",
        "localhost", "LOCALHOST.", "inside.example", "mixed.example", "six.example",
    ],
)  # fmt: skip
def test_a_host_that_is_private_under_any_name_is_never_connected_to(web: Web, host: str) -> None:
    web.names |= {
        "localhost": ["::1", "127.0.0.1"],
        "inside.example": ["192.168.7.7"],
        "mixed.example": [PUBLIC, "10.0.0.7"],
        "six.example": ["2606:2800:220:1::1", "::ffff:10.0.0.1"],
    }
    told = refusal(fetcher(web), f"http://{host}/")
    reasons = ("private address", "odd way to write an address", "names no host", "not a usable web address")
    assert any(reason in told for reason in reasons)
    assert web.connected == []


def test_the_line_says_how_to_allow_ones_own_host(web: Web) -> None:
    web.names["feeds.home"] = ["192.168.7.7"]
    assert refusal(fetcher(web), "http://feeds.home/x") == (
        "http://feeds.home/x: feeds.home is a host at a private address (192.168.7.7), which is not fetched; "
        "if it is your own, allow it with RAG_PRIVATE_HOSTS=feeds.home"
    )


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(web: Web) -> None:
    """A name whose owner answers with a public address first and with loopback a moment later."""
    answers = iter([[PUBLIC], [PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def resolver(name: str, port: int) -> list[str]:
        asked.append(name)
        return next(answers)

    with fetcher(web, resolver=resolver) as fetch:
        fetch.get("http://news.example/page")
        assert web.connected == [PUBLIC, PUBLIC]  # robots.txt, the page: one look-up for each connection
        assert len(asked) == 2
        with pytest.raises(ReadError, match="private address"):
            fetch.get("http://news.example/page")
    assert web.connected == [PUBLIC, PUBLIC]
    assert [r.headers["host"] for r in web.requests] == ["news.example"] * 2


def test_without_a_stand_in_the_connection_goes_to_the_checked_address_too(web: Web) -> None:
    """The real transport, and a name that only the given resolver knows: nobody looks it up again."""
    host = f"news.example:{web.port}"
    web.answers[f"{host}/page"] = reply("<p>The ferry sails.</p>")
    own = Fetcher(pause=0, private_hosts="127.0.0.1", resolver=lambda name, port: ["127.0.0.1"])
    with own as fetch:
        assert b"ferry" in fetch.get(f"http://{host}/page").body
    assert {r.headers["host"] for r in web.requests} == {host}


def test_the_next_address_is_tried_where_one_is_dead(web: Web) -> None:
    own = Fetcher(pause=0, private_hosts="127.0.0.0/8, ::1", resolver=lambda name, port: ["::1", "127.0.0.1"])
    web.answers[f"news.example:{web.port}/page"] = reply("<p>The ferry sails.</p>")
    with own as fetch:
        assert fetch.get(f"http://news.example:{web.port}/page").body


def test_a_host_that_does_not_answer(web: Web) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = refusal(Fetcher(pause=0, private_hosts="*", resolver=lambda *_: ["127.0.0.1"]), f"http://x.example:{port}/")
    assert "x.example cannot be reached (" in told


@pytest.mark.parametrize("setting", ["inside.example", "INSIDE.example., x", "192.168.0.0/16", "192.168.7.7", "*"])
def test_private_hosts_that_are_allowed(web: Web, setting: str) -> None:
    web.names["inside.example"] = ["192.168.7.7"]
    web.answers |= {"inside.example/": reply("<p>x"), "news.example/in": redirect("http://inside.example/")}
    with fetcher(web, private_hosts=setting) as fetch:
        assert fetch.get("http://inside.example/").body == b"<p>x"
        assert fetch.get("http://news.example/in").url == "http://inside.example/"


@pytest.mark.parametrize("setting", ["other.example", "example", "10.0.0.0/8", "192.168.7.0/30", ""])
def test_allowing_one_host_allows_no_other(web: Web, setting: str) -> None:
    web.names["inside.example"] = ["192.168.7.7"]
    assert "private address" in refusal(fetcher(web, private_hosts=setting), "http://inside.example/")


def test_a_private_literal_can_be_allowed(web: Web) -> None:
    web.answers["[fd00::7]/"] = reply("<p>x")
    with fetcher(web, private_hosts="fd00::/8") as fetch:
        assert fetch.get("http://[fd00::7]/").body == b"<p>x"


@pytest.mark.parametrize("setting", ["192.168.0.0/99", "a b", "http://feeds.home", "feeds.*"])
def test_a_setting_that_means_nothing_is_refused_at_the_start(setting: str) -> None:
    with pytest.raises(UsageError, match="setting private_hosts"):
        Own.parse(setting)


def test_a_resolver_that_answers_with_nonsense(web: Web) -> None:
    for answer in ([], ["not an address"], ["", PUBLIC]):
        with pytest.raises(ReadError, match="no such host"):
            checked_addresses("news.example", 80, Own(), lambda name, port, answer=answer: answer)  # type: ignore[misc]


def test_a_proxy_is_used_only_where_the_check_is_waived(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{web.port}")
    web.answers["news.examplehttp://news.example/page"] = reply("<p>through the proxy</p>")
    with Fetcher(pause=0, private_hosts="*", resolver=web.resolve) as fetch:
        assert fetch.get("http://news.example/page").body == b"<p>through the proxy</p>"
    asked = len(web.requests)
    dead = Fetcher(pause=0, private_hosts="127.0.0.0/8", resolver=lambda *_: ["127.0.0.1"])
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "proxy that the environment names" in refusal(dead, f"http://news.example:{port}/page")
    assert len(web.requests) == asked


# --- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for news.example in one file, which is its own authority."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=news.example "
    )
    command += "-addext subjectAltName=DNS:news.example -keyout key.pem -out cert.pem"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, suppress(OSError), context.wrap_socket(client, server_side=True) as secure:
                path = secure.recv(65536).split()[1]
                if path == b"/slow":
                    secure.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
                    secure.recv(1)  # until the client has gone
                secure.sendall(reply("<p>secure</p>", 404 if path == b"/robots.txt" else 200))

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def secure_fetcher(certificate: Path, timeout: float = 5.0) -> Fetcher:
    trust = ssl.create_default_context(cafile=str(certificate))
    transport = httpx.HTTPTransport(verify=trust, limits=httpx.Limits(max_keepalive_connections=0))
    return Fetcher(
        pause=0,
        timeout=timeout,
        private_hosts="127.0.0.1",
        transport=transport,
        resolver=lambda name, port: ["127.0.0.1"],
    )


def test_the_certificate_is_checked_for_the_name_and_not_for_the_address(certificate: Path, tls_port: int) -> None:
    with secure_fetcher(certificate) as fetch:
        assert fetch.get(f"https://news.example:{tls_port}/").body == b"<p>secure</p>"
        for host in ("other.example", "127.0.0.1"):
            with pytest.raises(ReadError, match=f"the certificate of {host} is not valid"):
                fetch.get(f"https://{host}:{tls_port}/")


def test_a_secure_connection_is_cut_in_time_too(certificate: Path, tls_port: int) -> None:
    assert "took longer than" in refusal(secure_fetcher(certificate, 0.5), f"https://news.example:{tls_port}/slow")


def test_an_unknown_authority_is_not_trusted(tls_port: int) -> None:
    own = Fetcher(pause=0, private_hosts="127.0.0.1", resolver=lambda name, port: ["127.0.0.1"])
    assert "the certificate of news.example is not valid" in refusal(own, f"https://news.example:{tls_port}/")
