"""robots.txt: what a site lets programs read, and how often (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.ingest.encoding import decode

if TYPE_CHECKING:
    from protego import Protego

AGENT = "rag-news"  # the name under which a robots.txt can address us
MAX_ROBOTS_BYTES = 500 << 10  # what RFC 9309 asks to read at least; the rest is not looked at
_KEPT = 86_400.0  # seconds that the rules of a site hold
_KEPT_REFUSAL = 600.0  # seconds until a site that could not state its rules is asked again
_MAX_WORK = 2_000_000  # user agents times rules; parsing costs that much where they are listed in one group


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site (scheme, host and port), good until ``until`` of the fetcher's clock."""

    until: float
    parsed: Protego | None = None  # None: nothing is forbidden
    unknown: str | None = None  # why the rules are not known; then nothing is read for now

    def check(self, url: str) -> None:
        """Raises ``ReadError`` where the page may not be read."""
        if self.unknown:
            raise ReadError(self.unknown)
        if self.parsed is not None and not self.parsed.can_fetch(url, AGENT):
            raise ReadError("the site's robots.txt does not let programs read it; save the page and add that file")

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for."""
        asked = self.parsed.crawl_delay(AGENT) if self.parsed is not None else None
        return max(float(asked or 0), 0.0)


def fetch_rules(fetch: Callable[[], tuple[int, bytes]], clock: Callable[[], float]) -> Rules:
    """The rules of a site; ``fetch`` gives the status and the start of its robots.txt, or raises ``ReadError``.

    Without a robots.txt (4xx) all is allowed; where the site fails to answer (5xx, no connection, 429), nothing is for
    the next ten minutes.
    """
    try:
        status, data = fetch()
        if status == 429 or status >= 500:
            told = f"its robots.txt answers {status}"
            raise ReadError(f"the site could not say what programs may read ({told}); try again later")
    except ReadError as error:  # of the whole site, not only of its robots.txt
        return Rules(clock() + _KEPT_REFUSAL, unknown=str(error))
    until = clock() + _KEPT
    try:
        return Rules(until, _parsed(decode(data) or "") if status == 200 else None)
    except ReadError as error:
        return Rules(until, unknown=str(error))


def _parsed(text: str) -> Protego:
    from protego import Protego

    lines = len(re.findall(r"[^\r\n]+", text))
    agents = len(re.findall(r"(?im)^\s*user", text))
    if agents * (lines - agents) > _MAX_WORK:
        raise ReadError("the site's robots.txt is too large to be read; save the page and add that file")
    try:
        return Protego.parse(text)
    except Exception:  # a parser of what anyone may write
        raise ReadError("the site's robots.txt cannot be read; save the page and add that file") from None
