"""A web on loopback: sites by name, with public addresses that no connection leaves this machine for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from rag.errors import ReadError
from rag.ingest.web.fetcher import Fetched, Fetcher
from tests.support.patience import PATIENCE

PUBLIC = "93.184.216.34"
OTHER = "93.184.216.35"


@dataclass(frozen=True)
class Request:
    host: str
    path: str
    headers: dict[str, str]  # names in lower case


Answer = bytes | Callable[[Request, socket.socket], None]


def reply(body: bytes | str = b"", status: int = 200, kind: str = "text/html", **headers: str) -> bytes:
    """A whole response; ``content_type`` and the like as keywords, with '_' for '-'."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"content-type": kind, "content-length": str(len(data))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status} Told\r\n{head}connection: close\r\n\r\n".encode("latin-1") + data


def redirect(target: str, status: int = 302) -> bytes:
    return reply(status=status, location=target)


@dataclass
class Web:
    """``answers`` by 'news.example/path'; a site without a robots.txt there has none. ``names`` is the DNS."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=lambda: {"news.example": [PUBLIC], "other.example": [OTHER]})
    requests: list[Request] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)  # IP addresses that a client asked for

    def resolve(self, name: str, port: int) -> list[str]:
        if name not in self.names:
            raise socket.gaierror(-2, "Name or service not known")
        return self.names[name]

    @property
    def asked(self) -> list[str]:
        """The pages that were asked for, without robots.txt."""
        return [r.host + r.path for r in self.requests if r.path != "/robots.txt"]

    def serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(PATIENCE)
            data = b""
            while b"\r\n\r\n" not in data:
                piece = client.recv(65536)
                if not piece:
                    return
                data += piece
            first, *rows = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
            request = Request(headers.get("host", ""), first.split()[1], headers)
            self.requests.append(request)
            answer = self.answers.get(request.host + request.path, reply("nothing here", 404))
            if callable(answer):
                answer(request, client)
            else:
                client.sendall(answer)


class Internet(httpx.BaseTransport):
    """The way from a client to the web: notes the address that was asked for, and goes to loopback instead."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._real = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._web.connected.append(request.url.host)
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._web.port)
        return self._real.handle_request(request)


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@contextmanager
def serving() -> Iterator[Web]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    web = Web(listener.getsockname()[1])

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=web.serve, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def fetcher(web: Web, **settings: Any) -> Fetcher:
    """A fetcher that meets the web; without pauses unless asked."""
    given: dict[str, Any] = {"pause": 0.0, "transport": Internet(web), "resolver": web.resolve}
    return Fetcher(**given | settings)


class Unplugged(Fetcher):
    """A fetcher that reaches nothing."""

    def __init__(self) -> None:
        pass

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        raise ReadError("no network; plug it in")
