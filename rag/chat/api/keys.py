"""Who may ask under ``/v1``: the keys of ``RAG_API_KEYS``, and how often each may."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rag.chat.api.refusals import CallRefused
from rag.errors import UsageError

SHORTEST_KEY = 16  # characters
MINUTE = 60.0  # seconds

_KEY = re.compile(r"[!-+\--~]+")  # what a header can carry, without blanks and the comma between two keys


def keys_of(text: str | None) -> tuple[str, ...]:
    """The keys of ``RAG_API_KEYS``, each once; none where there are none. Raises ``UsageError`` without the key."""
    parts = [part.strip() for part in (text or "").split(",")]
    keys = tuple(dict.fromkeys(part for part in parts if part))
    for n, key in enumerate(keys, 1):
        if len(key) < SHORTEST_KEY or not _KEY.fullmatch(key):
            raise UsageError(
                f"RAG_API_KEYS: key {n} of {len(keys)} needs at least {SHORTEST_KEY} letters, digits or signs, without "
                "blanks. Make one with: openssl rand -hex 24"
            )
    return keys


class Keys:
    """The keys that are known, and what each has asked in the last minute. Used by one thread, that of the server.

    ``per_minute`` and ``at_once`` are the most requests of one key.
    """

    def __init__(
        self, keys: Sequence[str], per_minute: int, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys = tuple(keys)
        self._digests = [_digest(key) for key in keys]
        self._per_minute, self._at_once, self._clock = per_minute, at_once, clock
        self._asked: list[deque[float]] = [deque() for _ in keys]
        self._running = [0] * len(self._digests)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def who(self, authorization: str) -> int:
        """The number of the key that a header ``Authorization`` has. Raises ``CallRefused``.

        Every key is compared, each in a time that does not depend on how much of it is right.
        """
        scheme, _, given = authorization.partition(" ")
        digest = _digest(given.strip())
        found = -1
        for n, known in enumerate(self._digests):
            if hmac.compare_digest(known, digest):
                found = n
        if scheme.lower() != "bearer" or found < 0:
            line = "Incorrect API key." if authorization else "No API key was given."
            raise CallRefused(
                401,
                f"{line} Send a key of this server in the header 'Authorization: Bearer KEY'.",
                code="invalid_api_key",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return found

    def count(self, who: int) -> None:
        """Counts a request of a key. Raises ``CallRefused`` where it has had its requests of this minute."""
        now, asked = self._clock(), self._asked[who]
        while asked and now - asked[0] >= MINUTE:
            asked.popleft()
        if len(asked) >= self._per_minute:
            wait = max(1, math.ceil(MINUTE - (now - asked[0])))
            raise _too_many(f"{self._per_minute} requests a minute", wait)
        asked.append(now)

    @contextmanager
    def running(self, who: int) -> Iterator[None]:
        """While a question of a key is answered. Raises ``CallRefused`` where it has too many of them already."""
        if self._running[who] >= self._at_once:
            raise _too_many(f"{self._at_once} questions at once", 1)
        self._running[who] += 1
        try:
            yield
        finally:
            self._running[who] -= 1

    def hidden(self, text: str) -> str:
        """``text`` without any key that a caller has put where it does not belong."""
        for key in sorted(self._keys, key=len, reverse=True):
            text = text.replace(key, "…")
        return text


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _too_many(most: str, wait: int) -> CallRefused:
    line = f"This key may have {most}. Try again in {wait} s."
    return CallRefused(429, line, code="rate_limit_exceeded", headers={"Retry-After": str(wait)})
