"""One web page at a time, fetched as a polite guest: honest about who asks, as the site's robots.txt wants it, never in
a hurry.

Every hop of a chain of redirects is checked: its address (:mod:`rag.ingest.web.guard`), its site's robots.txt, the
pause. No cookies are kept and no credentials sent. An https page may redirect to an http one, as browsers let it.

A proxy of the environment (``HTTPS_PROXY``) resolves names by itself, so that nobody could check what it connects to.
It is used only where that check is waived: ``private_hosts="*"``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin

import rag
from rag.errors import ReadError
from rag.ingest.encoding import foreign, one_line
from rag.ingest.web import guard, robots
from rag.ingest.web.http import Exchange, HttpResponse, PageDeadline, duration, media_type

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5
MAX_CRAWL_DELAY = 60.0  # seconds that a site's Crawl-delay is waited for; beyond that the next reading may try
_BACKOFF = 60.0  # seconds that a host is left alone which asks to slow down without saying for how long
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/plain;q=0.7, */*;q=0.1"
)
_TEXTUAL = re.compile(r"text/(?!css$|javascript$|vcard$).+|.*[+/](?:xml|json|(?:x-)?ndjson|jsonl|jsonlines|csv|rss)$")
_UNSTATED = ("", "application/octet-stream", "binary/octet-stream", "application/unknown")
_MEDIA = (b"RIFF", b"OggS")  # sound and film; words that a text file may begin with
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"<\0", b"\0<", b"\0\0\0<")  # UTF-16 and UTF-32

T = TypeVar("T")
H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page of the web. ``unchanged`` says that it is still the one that ``etag`` or ``modified`` named; then its
    ``body`` is empty."""

    asked: str
    url: str  # where it was found, after redirects and without a fragment
    media_type: str  # lower case, without parameters; empty if the server does not say
    charset: str | None
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False


class Fetcher(AbstractContextManager["Fetcher"]):
    """Fetches pages for one reading or, in a long run, for many; use it from one thread and close it.

    ``timeout`` bounds a page as a whole, with its redirects and its robots.txt, in seconds; waiting out of politeness
    comes on top. ``pause`` lies between two pages of one host. ``transport``, ``resolver``, ``clock`` (seconds that
    only grow) and ``sleep`` are the outside world.
    """

    def __init__(
        self,
        *,
        timeout: float = 30.0,
        pause: float = 1.0,
        contact: str | None = None,
        private_hosts: str = "",
        transport: httpx.BaseTransport | None = None,
        resolver: guard.Resolver = guard.resolve_host,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._timeout = timeout
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._web = Exchange(user_agent(contact), guard.Own.parse(private_hosts), resolver, transport)
        self._rules: dict[str, robots.Rules] = {}
        self._last: dict[str, float] = {}  # host -> when its last request ended
        self._held: dict[str, float] = {}  # host -> when it may be asked again, as it asked for

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._web.close()

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """The page at ``url``. Raises ``ReadError`` with the address, what went wrong and what to do.

        With ``etag`` or ``modified`` (as a server sent them) a page that did not change comes back ``unchanged``.
        """
        try:
            return self._get(url, etag, modified)
        except ReadError as error:
            raise ReadError(f"{shown_address(url)}: {error}") from None

    def _get(self, url: str, etag: str | None, modified: str | None) -> Fetched:
        conditions = {"If-None-Match": _usable(etag), "If-Modified-Since": _usable(modified)}
        headers = {name: value for name, value in conditions.items() if value}
        until = PageDeadline(self._clock, self._timeout)
        hosts: set[str] = set()

        def ask(hop: httpx.URL) -> HttpResponse:
            host = guard.host(hop)
            rules = self._rules_of(hop, until)
            rules.check(str(hop))
            self._wait(host, rules.delay, hosts, until)
            try:
                answer = self._web.get(hop, {"Accept": _ACCEPT, **headers}, until)
            finally:
                self._last[host] = self._clock()
            if answer.status >= 400 or answer.status == 204:
                raise ReadError(self._refused(host, answer))
            return answer

        hop, answer = _followed(guard.parse_address(url), ask)
        if answer.status == 304 and headers:
            return Fetched(url, str(hop), "", None, b"", etag, modified, unchanged=True)
        if not 200 <= answer.status < 204:
            raise ReadError(self._refused(guard.host(hop), answer))
        kind = media_type(answer.headers)
        _check_textual(kind, answer.body)
        etag, modified = (_usable(answer.headers.get(name)) for name in ("etag", "last-modified"))
        return Fetched(url, str(hop), kind, answer.charset, answer.body, etag, modified)

    def _rules_of(self, url: httpx.URL, until: PageDeadline) -> robots.Rules:
        """The rules of the site; asking for them needs no pause, neither before nor after."""

        def ask(hop: httpx.URL) -> HttpResponse:
            return self._web.get(hop, {"Accept": "text/plain, */*;q=0.1"}, until, robots.MAX_ROBOTS_BYTES)

        def fetch() -> tuple[int, bytes]:
            try:
                _, answer = _followed(url.copy_with(raw_path=b"/robots.txt"), ask)
            except _Circling:
                return 404, b""  # RFC 9309, 2.3.1.2: may be taken for having none
            return answer.status, answer.body

        site = f"{url.scheme}://{url.netloc.decode('ascii').lower()}"
        if site not in self._rules or self._rules[site].until < self._clock():
            self._rules[site] = robots.fetch_rules(fetch, self._clock)
        return self._rules[site]

    def _wait(self, host: str, delay: float, hosts: set[str], until: PageDeadline) -> None:
        """Waits until the host may be asked; the redirects of one page follow each other at once."""
        now = self._clock()
        held = self._held.get(host, now) - now
        if held > 0:
            raise ReadError(f"{host} asked for a pause; try again in {duration(held)}")
        first = host not in hosts
        hosts.add(host)
        seconds = self._last[host] + max(self._pause, delay) - now if first and host in self._last else 0.0
        if seconds > max(MAX_CRAWL_DELAY, self._pause):
            raise ReadError(
                f"the site's robots.txt wants {duration(delay)} between two pages; try again in {duration(seconds)}"
            )
        if seconds > 0:
            self._sleep(seconds)
            until.at += seconds

    def _refused(self, host: str, answer: HttpResponse) -> str:
        """What a status that brings no page means for the person who reads."""
        status = answer.status
        seconds = _retry_after(answer.headers.get("retry-after", "")) if status in (429, 503) else None
        if status == 429 or seconds is not None:
            self._held[host] = self._clock() + (_BACKOFF if seconds is None else seconds)
            when = "in some minutes" if seconds is None else f"in {duration(seconds)}"
            return f"the site asks to slow down (status {status}); try again {when}"
        if status in (401, 402, 403, 407, 451):
            return f"the site does not give it to programs (status {status}); save the page and add that file"
        if status in (404, 410):
            return f"there is no such page (status {status}); check the address"
        if status >= 500:
            return f"the site failed (status {status}); try again later"
        return f"the site gave no page (status {status}); check the address"


def user_agent(contact: str | None) -> str:
    """Who asks, why, and where to complain: never the name of a browser."""
    given = re.sub(r"[^ -'*-\[\]-~]", "", contact or "").strip()[:200]  # what a header's comment may hold
    told = f"; +{given}" if given else ""
    return f"{robots.AGENT}/{rag.__version__} (reads news for a person who asked for it{told})"


def shown_address(url: str) -> str:
    """The address on one line, of bearable length."""
    bare = one_line(url)
    return bare if len(bare) <= 200 else bare[:199] + "…"


class _Circling(ReadError):
    """Redirects that lead nowhere."""


def _followed(hop: httpx.URL, ask: Callable[[httpx.URL], HttpResponse]) -> tuple[httpx.URL, HttpResponse]:
    """The last of a chain of redirects, with its answer. Raises ``ReadError``, also where a hop may not be made."""
    passed: set[str] = set()
    while len(passed) <= MAX_REDIRECTS:
        answer = _led(hop, ask) if passed else ask(hop)
        passed.add(str(hop))
        target = answer.headers.get("location") if answer.status in (301, 302, 303, 307, 308) else None
        if not target:
            return hop, answer
        with suppress(ValueError):  # guard.parse reports what is no address
            target = urljoin(str(hop), target)
        hop = _led(target, guard.parse_address)
        if str(hop) in passed:
            raise _Circling("redirects in a circle, as sites do that want cookies; save the page and add that file")
    raise _Circling(f"redirects more than {MAX_REDIRECTS} times; give the address where it ends")


def _led(hop: H, do: Callable[[H], T]) -> T:
    """``do(hop)``, whose error says that a redirect led there."""
    try:
        return do(hop)
    except ReadError as error:
        raise ReadError(f"redirects to {shown_address(str(hop))}: {error}") from None


def _check_textual(media_type: str, body: bytes) -> None:
    if media_type not in _UNSTATED and not _TEXTUAL.fullmatch(media_type):
        raise ReadError(f"not text but {one_line(media_type)[:60]}; give the address of an article or a feed")
    if not body.strip():
        raise ReadError("the page is empty; check the address")
    if foreign(body) or body.startswith(_MEDIA) or (b"\0" in body[:4096] and not body.startswith(_WIDE)):
        raise ReadError("not text but binary data; give the address of an article or a feed")


def _usable(value: str | None) -> str | None:
    """What a header holds, as far as it can be sent back in one."""
    return value if value and len(value) <= 1000 and value.isascii() and value.isprintable() else None


def _retry_after(value: str) -> float | None:
    """Seconds from now; ``None`` where the header says nothing of use."""
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return max((when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 1.0)
