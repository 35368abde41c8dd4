"""One HTTP request and its answer, in bounded time and memory, made to an address that was checked.

The client is handed the IP address that :mod:`rag.ingest.web.guard` passed, and the name only for the Host header, the
TLS server name and the certificate: what the name resolves to a moment later does not matter.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.request import getproxies, proxy_bypass

from rag.errors import ReadError
from rag.ingest.encoding import one_line
from rag.ingest.web import guard

if TYPE_CHECKING:
    import httpx

MAX_PAGE = 8 << 20  # bytes of an HTML page, unpacked
MAX_REPLY = 64 << 10  # bytes of the answer to what was sent, of which only the status counts
MAX_DATA = 16 << 20  # bytes of a feed or of records, which hold many articles
_CONNECT = 10.0  # seconds for one address of a host, so that a dead one leaves time for the next
_PIECE = 64 << 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The response of a server."""

    status: int
    headers: httpx.Headers  # names in any case
    body: bytes  # unpacked; empty where the status is not one of success

    @property
    def charset(self) -> str | None:
        match = re.search(r";\s*charset\s*=\s*[\"']?([\w.:-]{2,40})", self.headers.get("content-type", ""), re.I)
        return match[1] if match else None


class PageDeadline:
    """The end of the time that a page may take; ``at`` moves on while politeness waits."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self.clock = clock
        self.seconds = seconds
        self.at = clock() + seconds

    def left(self) -> float:
        """Seconds. Raises ``ReadError`` when there are none."""
        left = self.at - self.clock()
        if left <= 0:
            raise self.over()
        return left

    def over(self) -> ReadError:
        return ReadError(f"took longer than {duration(self.seconds)}; try again later, or set RAG_FETCH_TIMEOUT")


class Exchange:
    """Makes requests. ``transport`` replaces the connection to the web, ``resolver`` the look-up of names."""

    def __init__(
        self, agent: str, own: guard.Own, resolver: guard.Resolver, transport: httpx.BaseTransport | None
    ) -> None:
        self._agent = agent
        self._own = own
        self._resolver = resolver
        self._given = transport
        self._opened: dict[str | None, httpx.BaseTransport] = {}  # by proxy

    def close(self) -> None:
        for transport in self._opened.values():
            transport.close()
        self._opened.clear()

    def get(self, url: httpx.URL, headers: dict[str, str], until: PageDeadline, cut: int | None = None) -> HttpResponse:
        """The answer, asked for once more where the connection broke. With ``cut`` a longer body is cut there instead
        of refused. Raises ``ReadError`` without the address."""
        return self._told(url, until, lambda: self._once(url, headers, until, cut), again=True)

    def post(self, url: httpx.URL, headers: dict[str, str], body: bytes, until: PageDeadline) -> HttpResponse:
        """The answer to what is sent once: where the connection broke, it may have arrived. Raises ``ReadError``."""
        return self._told(url, until, lambda: self._once(url, headers, until, MAX_REPLY, body), again=False)

    def _told(
        self, url: httpx.URL, until: PageDeadline, ask: Callable[[], HttpResponse], *, again: bool
    ) -> HttpResponse:
        import httpx

        broken = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
        try:
            try:
                return ask()
            except broken:
                if not again:
                    raise
                until.left()
                return ask()
        except broken as error:
            reason = one_line(str(error))[:120] or "reset"
            raise ReadError(f"the connection broke off ({reason}); try again later") from None
        except httpx.TimeoutException:
            until.left()
            raise ReadError(f"{guard.host(url)} does not answer; try again later") from None
        except httpx.ConnectError as error:
            raise ReadError(self._unreached(url, one_line(str(error)))) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ReadError(f"cannot be fetched ({one_line(str(error))[:120]}); check the address") from None

    def _unreached(self, url: httpx.URL, reason: str) -> str:
        host = guard.host(url)
        if "CERTIFICATE" in reason.upper():
            return f"the certificate of {host} is not valid ({reason[:160]}); check the address"
        hint = "check the address and the connection"
        if self._given is None and not self._own.everything and _proxy(url):
            hint = "the proxy that the environment names is used only with RAG_PRIVATE_HOSTS='*'"
        return f"{host} cannot be reached ({reason[:120]}); {hint}"

    def _once(
        self,
        url: httpx.URL,
        headers: dict[str, str],
        until: PageDeadline,
        cut: int | None,
        sent_body: bytes | None = None,
    ) -> HttpResponse:
        import httpx

        name = guard.host(url)
        port = url.port or (443 if url.scheme == "https" else 80)
        sent = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            **headers,
        }
        proxy = _proxy(url) if self._own.everything and self._given is None else None
        targets = [url]
        if proxy is None:
            ips = _within(until, lambda: guard.checked_addresses(name, port, self._own, self._resolver))
            targets = [url.copy_with(host=ip) for ip in ips]

        def ask(target: httpx.URL) -> httpx.Response:
            left = until.left()
            timeout = {"connect": min(left, _CONNECT), "read": left, "write": left, "pool": left}
            extensions = {"timeout": timeout, "sni_hostname": name, "trace": watch.trace}
            method = "GET" if sent_body is None else "POST"
            request = httpx.Request(method, target, headers=sent, content=sent_body, extensions=extensions)
            return self._transport(proxy).handle_request(request)

        with _Watch(until) as watch, contextlib.closing(_first_connected(targets, ask)) as response:
            status = response.status_code
            body = _body(response, until, cut) if 200 <= status < 204 else b""
            return HttpResponse(status, response.headers, body)

    def _transport(self, proxy: str | None) -> httpx.BaseTransport:
        """Without kept connections: one to an address was verified for one name and may not serve another."""
        if self._given is not None:
            return self._given
        if proxy not in self._opened:
            import httpx

            limits = httpx.Limits(max_keepalive_connections=0)
            self._opened[proxy] = httpx.HTTPTransport(limits=limits, proxy=proxy)
        return self._opened[proxy]


def _first_connected(targets: list[httpx.URL], ask: Callable[[httpx.URL], httpx.Response]) -> httpx.Response:
    """The start of the answer from the first of the addresses that can be connected to."""
    import httpx

    for target in targets[:-1]:
        with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return ask(target)
    return ask(targets[-1])


def duration(seconds: float) -> str:
    """'45 seconds', '3 minutes', '5 hours'."""
    if seconds < 120:
        number = round(seconds) if seconds >= 1 else round(seconds, 1)
        return f"{number} second{'' if number == 1 else 's'}"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"


def _within(until: PageDeadline, do: Callable[[], T]) -> T:
    """``do()``, given up when the time is over: the system's resolver takes no timeout."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(do())
        except BaseException as error:  # raised again by who waits
            done.set_exception(error)

    threading.Thread(target=run, daemon=True, name="rag-resolve").start()
    try:
        return done.result(until.left())
    except TimeoutError:
        raise until.over() from None


class _Watch(contextlib.AbstractContextManager["_Watch"]):
    """Breaks the connection when the time is over. The client's own timeouts start over with every byte, so that a
    header which trickles in could hold it for days."""

    def __init__(self, until: PageDeadline) -> None:
        self._until = until
        self._fired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(until.left(), self._fire)
        self._timer.daemon = True

        self._timer.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._timer.cancel()
        if self._fired and (kind is None or issubclass(kind, Exception)):
            raise self._until.over() from None  # also for what looks like the end of the body: it is the connection's

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Called by httpx with what happens below it."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._fired:
                self._fire()

    def _fire(self) -> None:
        self._fired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it ended by itself
                # Not SSLSocket's, which takes the session away from under the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _body(response: httpx.Response, until: PageDeadline, cut: int | None) -> bytes:
    """The body, unpacked piece by piece, so that a small bomb does not unfold. Raises ``ReadError``."""
    limit = cut or (MAX_PAGE if media_type(response.headers) in ("text/html", "application/xhtml+xml") else MAX_DATA)
    too_large = ReadError(f"larger than {limit >> 20} MiB; save it and add that file")
    declared = response.headers.get("content-length", "")
    if not cut and declared.isdigit() and int(declared[:18]) > limit:
        raise too_large
    body = bytearray()
    for piece in inflated(response.iter_raw(), response.headers.get("content-encoding", "")):
        until.left()
        body += piece
        if cut and len(body) > limit:
            break
        # Packed data may unfold to nothing.
        if len(body) > limit or response.num_bytes_downloaded > limit + 2 * _PIECE:
            raise too_large
    return bytes(body[:limit])


def inflated(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The bytes in pieces of at most 64 KiB, whatever they unfold to. Raises ``ReadError`` for broken data."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        yield from pieces
    elif name in ("gzip", "x-gzip", "deflate"):
        try:
            yield from _inflated(pieces)
        except zlib.error:
            raise ReadError(f"its {name} data is broken; try again later") from None
    else:
        asked = one_line(name)[:40]
        raise ReadError(f"packed in a way that was not asked for ({asked}); save the page and add that file")


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    stream = None
    started = False
    for piece in pieces:
        rest = piece
        while rest:
            if stream is None:
                if started and rest[:1] != b"\x1f":
                    return  # padding
                # gzip and zlib begin as no bare stream does that a program would write; some servers send bare ones.
                wrapped = rest[0] == 0x1F or rest[0] & 0x8F == 0x08
                stream, started = zlib.decompressobj(47 if wrapped else -15), True
            yield stream.decompress(rest, _PIECE)
            rest = stream.unused_data if stream.eof else stream.unconsumed_tail
            if stream.eof:
                stream = None  # gzip may have several parts
    if stream is not None:
        yield stream.flush()  # what the last call had no room for: a few matches at most
        if not stream.eof:
            raise ReadError("the packed data ends too early; try again later")


def media_type(headers: httpx.Headers) -> str:
    """Lower case, without parameters; empty if the server does not say."""
    return re.split("[;,]", headers.get("content-type", ""))[0].strip().lower()


def _proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment names for the address."""
    found = getproxies()
    name = found.get(url.scheme) or found.get("all")
    return None if name is None or proxy_bypass(guard.host(url)) else name
