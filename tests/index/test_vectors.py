"""The vectors of an index: in a folder and on a Chroma server they promise the same; and what only a server can do."""

from __future__ import annotations

import base64
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from rag.errors import IndexDamaged, StoreError, Unreachable, UsageError
from rag.index.chroma import server as on_server
from rag.index.chroma.collection import VectorCollection
from rag.index.chroma.server import ChromaAddress, ServerVectors
from rag.index.chroma.vectors import ChromaVectors
from rag.ops.servers import LocalChroma
from rag.protocols import Vectors
from tests.support.patience import PATIENCE, until

OpenVectors = Callable[[], VectorCollection]
SECRET = "s3cret-t0ken"


@pytest.fixture(params=["folder", "server"])
def open_vectors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenVectors]:
    """``open_vectors()`` opens the same vectors again, as another process would."""
    opened: list[VectorCollection] = []
    url = request.getfixturevalue("chroma_url") if request.param == "server" else ""

    def open_() -> VectorCollection:
        opened.append(ServerVectors(url, "chunks") if url else ChromaVectors(tmp_path / "vectors"))
        return opened[-1]

    yield open_
    for vectors in opened:
        vectors.close()


def unit(count: int, dimension: int = 8, seed: int = 1) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    found: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return found


def ids(count: int) -> list[str]:
    return [f"a{n}:0:0" for n in range(count)]


def of(count: int) -> list[dict[str, str | int]]:
    return [{"article": f"a{n}", "day": n} for n in range(count)]


# -- what both promise


def test_what_was_written_is_found_by_another(open_vectors: OpenVectors) -> None:
    vectors, given = open_vectors(), unit(30)
    assert not vectors.there
    assert vectors.at("1"), "nothing is open yet"
    assert vectors.count() == 0
    vectors.upsert(ids(30), given, of(30))
    vectors.mark("2")
    assert not vectors.at("2")
    other = open_vectors()
    assert other.there
    assert other.count() == 30
    [(first, likeness), *rest] = other.query(given[7], 5, None)
    assert (first, len(rest)) == ("a7:0:0", 4)
    assert likeness == pytest.approx(1, abs=1e-5)
    expected = sorted((float(v @ given[7]) for v in given), reverse=True)[:5]
    assert [score for _, score in other.query(given[7], 5, None)] == pytest.approx(expected, abs=1e-5)
    assert other.query(given[7], 5, {"article": {"$in": ["a3", "a4"]}})[0][0] in ("a3:0:0", "a4:0:0")
    assert other.query(given[7], 5, {"day": {"$gte": 28}})[0][0] in ("a28:0:0", "a29:0:0")
    assert other.readable("a7:0:0")
    assert not other.readable("a99:0:0")


def test_nothing_is_lost_by_doing_it_twice(open_vectors: OpenVectors) -> None:
    vectors, given = open_vectors(), unit(10)
    for _ in range(2):
        vectors.upsert(ids(10), given, of(10))
    assert vectors.count() == 10
    for _ in range(2):
        vectors.delete(["a1:0:0", "a2:0:0", "never"])
    assert vectors.count() == 8
    vectors.delete([])
    vectors.upsert([], given[:0], [])
    assert vectors.query(given[1], 1, None)[0][0] != "a1:0:0"
    vectors.upsert(["a3:0:0"], given[1:2], of(1))
    assert vectors.query(given[1], 1, None)[0][0] == "a3:0:0"


def test_many_go_in_and_out_in_batches(open_vectors: OpenVectors) -> None:
    vectors, given = open_vectors(), unit(4_500)
    vectors.upsert(ids(4_500), given, of(4_500))
    assert vectors.count() == 4_500
    read = {name: row for names, rows in vectors.batches() for name, row in zip(names, rows, strict=True)}
    assert list(read) == ids(4_500)
    assert np.allclose([read[name] for name in ids(4_500)], given, atol=1e-6)
    found = vectors.found([*ids(250), "never"])
    assert found.pop("never") is None
    assert sum(d is not None and abs(d) < 1e-4 for d in found.values()) >= 240
    vectors.delete(ids(4_400))
    assert vectors.count() == 100
    assert [name for names, _ in vectors.batches() for name in names] == ids(4_500)[4_400:]


def test_dropped_vectors_are_gone_and_can_be_written_again(open_vectors: OpenVectors) -> None:
    vectors = open_vectors()
    vectors.drop()
    vectors.upsert(ids(3), unit(3), of(3))
    vectors.drop()
    vectors.drop()
    assert not vectors.there
    assert vectors.count() == 0
    assert list(vectors.batches()) == []
    assert vectors.found(ids(3)) == dict.fromkeys(ids(3))
    vectors.upsert(ids(3), unit(3, 5), of(3))
    assert vectors.count() == 3, "another dimension is welcome where nothing is"


def test_reopened_vectors_are_compared(open_vectors: OpenVectors) -> None:
    vectors = open_vectors()
    vectors.upsert(ids(3), unit(3), of(3))
    vectors.reopen()
    assert vectors.count() == 3
    vectors.mark("1")
    assert vectors.at(None), "a caller who doubts them looks again"
    vectors.close()
    assert vectors.at("1")
    assert vectors.count() == 3


# -- on a server


@pytest.fixture
def vectors(chroma_url: str) -> Iterator[ServerVectors]:
    found = ServerVectors(chroma_url, "chunks")
    yield found
    found.close()


@pytest.mark.fault("server-writers")
def test_readers_see_what_other_processes_write_at_once(vectors: ServerVectors, chroma_url: str) -> None:
    writer = ServerVectors(chroma_url, "chunks")
    assert vectors.count() == 0
    for n in range(1, 6):
        writer.upsert([f"a{n}"], unit(1, seed=n), of(1))
        assert vectors.count() == n
        assert vectors.query(unit(1, seed=n)[0], 1, None)[0][0] == f"a{n}"
    assert not vectors.at("another"), "so there is nothing to open again"
    writer.delete(["a1"])
    assert vectors.count() == 4
    writer.close()


@pytest.mark.fault("server-writers")
def test_several_write_at_once_and_nothing_is_lost(chroma_url: str) -> None:
    def write(n: int) -> None:
        own = ServerVectors(chroma_url, "chunks")
        for part in range(5):
            names = [f"w{n}-{part}-{i}" for i in range(20)]
            own.upsert(names, unit(20, seed=100 * n + part), of(20))
            own.delete(names[:5])
        own.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    vectors = ServerVectors(chroma_url, "chunks")
    read = [name for names, _ in vectors.batches() for name in names]
    assert sorted(read) == sorted(f"w{n}-{part}-{i}" for n in range(6) for part in range(5) for i in range(5, 20))
    vectors.close()


@pytest.mark.fault("server-writers")
def test_rows_that_others_delete_meanwhile_hide_none_of_the_rest(
    vectors: ServerVectors, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_server, "RECORDS_AT_ONCE", 10)
    other, given = ServerVectors(chroma_url, "chunks"), unit(60)
    other.upsert(ids(60), given, of(60))
    read: dict[str, Any] = {}
    for n, (names, rows) in enumerate(vectors.batches()):
        assert not set(names) & set(read)
        read |= dict(zip(names, rows, strict=True))
        other.delete(ids(60)[9 * n : 9 * n + 7])  # of those that were read
    assert list(read) == ids(60)
    assert np.allclose(list(read.values()), given, atol=1e-6)
    for n, _ in enumerate(vectors.batches()):
        if n == 0:
            other.drop()  # all of them
    other.close()


def test_a_collection_of_another_kind_is_named(vectors: ServerVectors, chroma_url: str) -> None:
    client = vectors.address.open()
    client.create_collection("l2-news", embedding_function=None)
    place = urlsplit(chroma_url).netloc
    with pytest.raises(
        StoreError, match=rf"collection l2-news of Chroma's server at {place} compares by l2, not by cosine"
    ):
        ServerVectors(chroma_url, "l2-news").count()
    client.close()
    vectors.upsert(ids(3), unit(3, 8), of(3))
    for use in (lambda: vectors.upsert(ids(3), unit(3, 5), of(3)), lambda: vectors.query(unit(1, 5)[0], 3, None)):
        with pytest.raises(StoreError, match=r"vectors of another length \(.*dimension of 8, got 5") as told:
            use()
        assert not isinstance(told.value, IndexDamaged)
    assert vectors.count() == 3


def test_a_collection_that_was_deleted_is_made_again_and_compared(vectors: ServerVectors, chroma_url: str) -> None:
    vectors.upsert(ids(3), unit(3), of(3))
    other = ServerVectors(chroma_url, "chunks")
    other.drop()
    other.close()
    assert not vectors.at("1")
    assert vectors.query(unit(3)[0], 1, None) == []
    assert vectors.at("1"), "so that a caller notices what is missing"
    assert not vectors.at("1")


@pytest.mark.parametrize("name", ["", "ab", "a b", "-abc", "abc.", "é" * 5, "a" * 513])
def test_a_name_that_chroma_does_not_take_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name of a collection"):
        ServerVectors("http://127.0.0.1:8000", name)


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("127.0.0.1:8000", None), ("ftp://x", None), ("http://", None), ("http://host:99999", None),
        ("http://u:pa55@host:port", None), ("http://host?user=pa55", None), ("http://host#pa55", None),
        ("http://[::1", None), ("http://host", "pa55 word"), ("http://host", "pa55\n"), ("http://host", "pä55"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_its_secrets(url: str, token: str | None) -> None:
    with pytest.raises(UsageError, match="RAG_VECTORS") as told:
        ServerVectors(url, "chunks", token)
    assert "pa55" not in str(told.value)


def test_an_address_is_read() -> None:
    plain = ChromaAddress.read("http://news.example:8000/")
    assert (plain.url, plain.place, plain.tenant, plain.database, plain.headers) == (
        "http://news.example:8000", "news.example:8000", None, None, {}
    )  # fmt: skip
    full = ChromaAddress.read("https://jo:p%40ss@[::1]/chroma/?tenant=t&database=d", SECRET)
    assert (full.url, full.place, full.tenant, full.database) == ("https://[::1]:443/chroma", "[::1]:443", "t", "d")
    basic = base64.b64encode(b"jo:p@ss").decode()
    assert full.headers == {"x-chroma-token": SECRET, "Authorization": f"Basic {basic}"}
    assert SECRET not in repr(full)
    assert basic not in repr(full)
    assert ChromaAddress.read("http://h", SECRET).headers["Authorization"] == f"Bearer {SECRET}"


# -- a server that is away, refuses, or is another


class Proxy:
    """Before Chroma's server on a port of its own: what ``answers`` returns goes back instead, if anything."""

    def __init__(self, behind: str) -> None:
        self.behind = urlsplit(behind).netloc
        self.answers: Callable[[BaseHTTPRequestHandler], tuple[int, bytes] | None] = lambda _: None
        self.asked = 0
        self.url = ""

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        found = self.answers(request)
        if found is None:
            server = HTTPConnection(self.behind, timeout=PATIENCE)
            server.request(request.command, request.path, body, {"content-type": "application/json"})
            reply = server.getresponse()
            found = reply.status, reply.read()
            server.close()
        if not found[0]:  # the connection is cut without a word
            request.close_connection = True
            return
        with suppress(ConnectionError):  # who asked has given up
            request.send_response(found[0])
            request.send_header("content-length", str(len(found[1])))
            request.end_headers()
            request.wfile.write(found[1])


@contextmanager
def proxy_before(url: str) -> Iterator[Proxy]:
    proxy = Proxy(url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            proxy.handle(self)

        do_POST = do_DELETE = do_PUT = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}/?{urlsplit(url).query}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield proxy
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def proxy(chroma_url: str) -> Iterator[Proxy]:
    with proxy_before(chroma_url) as running:
        yield running


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_server, "TRY_AGAIN_FOR", 0.05)


def lines(vectors: ServerVectors, kinds: int | None = None) -> Iterator[str]:
    """What each kind of use says, or the first ``kinds``; none as damage, and none with a secret."""
    uses: list[Callable[[], object]] = [
        lambda: vectors.there,
        lambda: vectors.query(unit(1)[0], 3, None),
        lambda: vectors.upsert(ids(3), unit(3), of(3)),
        lambda: vectors.delete(ids(3)),
        lambda: list(vectors.batches()),
        lambda: vectors.found(ids(3)),
        lambda: vectors.readable("a1"),
        vectors.count,
        vectors.reopen,
        vectors.drop,
    ]
    for use in uses[:kinds]:
        with pytest.raises(StoreError) as told:
            use()
        assert not isinstance(told.value, IndexDamaged)
        assert vectors.address.place in str(told.value)
        assert "\n" not in str(told.value)
        assert SECRET not in str(told.value)
        yield str(told.value)


def test_a_token_opens_the_way_and_a_wrong_one_is_told_without_it(proxy: Proxy) -> None:
    def guard(request: BaseHTTPRequestHandler) -> tuple[int, bytes] | None:
        sent = request.headers.get("authorization"), request.headers.get("x-chroma-token")
        return None if sent == ("Bearer right", "right") else (401, b"no entry")

    proxy.answers = guard
    right = ServerVectors(proxy.url, "chunks", "right")
    right.upsert(ids(3), unit(3), of(3))
    assert right.count() == 3
    right.close()
    for line in lines(ServerVectors(proxy.url, "chunks", SECRET)):
        assert line.endswith("refuses access; check RAG_VECTORS_TOKEN")
    for line in lines(ServerVectors(proxy.url, "chunks")):
        assert line.endswith("refuses access; set RAG_VECTORS_TOKEN")
    named = proxy.url.replace("http://", f"http://jo:{SECRET}@")
    for line in lines(ServerVectors(named, "chunks")):
        assert line.endswith("refuses access; check the name and password in RAG_VECTORS")
    proxy.answers = lambda _: (403, b'{"error": "AuthError", "message": "Forbidden"}')
    for line in lines(ServerVectors(proxy.url, "chunks", SECRET)):
        assert line.endswith("refuses access; check RAG_VECTORS_TOKEN")


def test_no_log_has_a_token_or_a_password(proxy: Proxy, caplog: pytest.LogCaptureFixture) -> None:
    for name in (None, "httpx", "httpcore", "chromadb"):  # which others may have made quieter
        caplog.set_level(logging.DEBUG, logger=name)
    vectors = ServerVectors(proxy.url.replace("http://", f"http://jo:{SECRET}@"), "chunks", f"T{SECRET}")
    vectors.upsert(ids(3), unit(3), of(3))
    proxy.answers = lambda _: (403, b"no entry")
    with pytest.raises(StoreError):
        vectors.count()
    vectors.close()
    assert vectors.address.place in caplog.text, "else nothing is logged at all"
    secrets = SECRET, base64.b64encode(f"jo:{SECRET}".encode()).decode()
    assert not any(secret in caplog.text for secret in secrets)


@pytest.mark.fault("server-cut")
@pytest.mark.usefixtures("impatient")
def test_a_server_that_is_away_is_told(own_chroma: LocalChroma) -> None:
    vectors = ServerVectors(own_chroma.url, "chunks", SECRET)
    vectors.upsert(ids(3), unit(3), of(3))
    own_chroma.kill()
    for line in (*lines(vectors), *lines(ServerVectors(own_chroma.url, "chunks", SECRET))):
        assert line.endswith("cannot be reached (Connection refused); start it, or check RAG_VECTORS")
    with pytest.raises(Unreachable):
        vectors.count()
    own_chroma.start()
    assert vectors.count() == 3
    vectors.close()


@pytest.mark.usefixtures("impatient")
def test_what_is_no_chroma_server_is_told(proxy: Proxy) -> None:
    for answer, end in {
        (404, b"nothing here"): "does not answer as Chroma's does (404); check RAG_VECTORS",
        (200, b"<html>Welcome</html>"): "does not answer as Chroma's does; check RAG_VECTORS",
        (502, b"bad gateway"): "has no time or is away (502); try again in a while",
        (429, b'{"error": "RateLimitError", "message": "slow down"}'):
            "allows no more (slow down); try again later, or raise the limit there",
    }.items():  # fmt: skip
        proxy.answers = lambda _, answer=answer: answer  # type: ignore[misc]
        for line in lines(ServerVectors(proxy.url, "chunks"), 3):
            assert line.endswith(end)
    address = urlsplit(proxy.url)
    for line in lines(ServerVectors(f"https://{address.netloc}", "chunks"), 3):
        assert "is not trusted or speaks no TLS" in line
    proxy.answers = lambda _: None
    for line in lines(ServerVectors(f"http://{address.netloc}/?database=none", "chunks"), 3):
        assert "has no such database" in line


def test_a_server_that_does_not_answer_is_given_up(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    ServerVectors(proxy.url, "chunks").upsert(ids(1), unit(1), of(1))
    monkeypatch.setattr(on_server, "ANSWER_WITHIN", 0.2)
    vectors, given_up = ServerVectors(proxy.url, "chunks"), threading.Event()

    def hangs(request: BaseHTTPRequestHandler) -> None:
        if "/collections/" in request.path:  # what is asked of it when it is open
            given_up.wait(PATIENCE)

    proxy.answers = hangs
    with pytest.raises(StoreError, match=r"gives no answer in 0 s") as told:
        vectors.count()
    assert not isinstance(told.value, Unreachable), "who tries again would wait as long again"
    given_up.set()
    vectors.close()


def test_a_server_that_cannot_read_its_files_is_damaged(proxy: Proxy) -> None:
    vectors = ServerVectors(proxy.url, "chunks")
    vectors.upsert(ids(3), unit(3), of(3))
    broken = b'{"error": "InternalError", "message": "Error loading hnsw index"}'
    proxy.answers = lambda _: (500, broken)
    with pytest.raises(IndexDamaged, match=r"index damaged: the vectors on Chroma's server at .* rag check --repair"):
        vectors.count()
    assert not vectors.readable("a1:0:0")
    vectors.only_damage(_raised(vectors))
    proxy.answers = lambda _: (500, broken.replace(b"Error loading hnsw index", b"(code: 5) database is locked"))
    with pytest.raises(StoreError, match="see the server's log") as told:
        vectors.count()
    assert not isinstance(told.value, IndexDamaged)
    vectors.close()


def _raised(vectors: ServerVectors) -> Exception:
    try:
        vectors.count()
    except IndexDamaged as error:
        return error
    raise AssertionError


@pytest.mark.fault("server-cut")
def test_a_connection_that_is_cut_is_tried_again(proxy: Proxy) -> None:
    turns = itertools.count()
    proxy.answers = lambda _: (0, b"") if next(turns) % 7 == 4 else None
    vectors = ServerVectors(proxy.url, "chunks")
    for n in range(5):
        vectors.upsert([f"a{n}"], unit(1, seed=n), of(1))
        assert vectors.query(unit(1, seed=n)[0], 1, None)[0][0] == f"a{n}"
    vectors.delete(["a1"])
    assert vectors.count() == 4
    assert sorted(name for names, _ in vectors.batches() for name in names) == ["a0", "a2", "a3", "a4"]
    vectors.drop()
    assert not vectors.there
    vectors.close()


@pytest.mark.fault("server-kill")
def test_a_server_that_is_killed_while_writing_loses_nothing_that_was_acknowledged(own_chroma: LocalChroma) -> None:
    vectors, done = ServerVectors(own_chroma.url, "chunks"), threading.Event()
    acknowledged: list[str] = []

    def write() -> None:
        for n in itertools.count():
            if done.is_set():
                return
            names = [f"n{n}-{i}" for i in range(40)]
            vectors.upsert(names, unit(40, 32, seed=n), of(40))
            acknowledged.extend(names)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            for how in (own_chroma.kill, own_chroma.stop, own_chroma.kill):
                enough = len(acknowledged) + 200
                until(lambda enough=enough: len(acknowledged) >= enough or writing.done())  # type: ignore[misc]
                how()
                own_chroma.start()
        finally:
            done.set()
        writing.result()
    read = [name for names, _ in vectors.batches() for name in names]
    assert len(acknowledged) >= 600
    assert set(acknowledged) <= set(read)
    assert len(read) == len(set(read))
    assert vectors.query(unit(1, 32, seed=0)[0], 1, None)[0][0] == "n0-0"
    vectors.close()
