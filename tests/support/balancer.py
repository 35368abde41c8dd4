"""A balancer on loopback for tests: one request a connection, each to the next server, or to that of its cookie."""

from __future__ import annotations

import asyncio
import itertools
import re
import threading
from collections import Counter

from tests.support.patience import PATIENCE, free_port

COOKIE = "behind"
_HEAD = 1 << 16  # bytes of a request's or an answer's head
_OWN = re.compile(rb"\r\n(?:connection|keep-alive):[^\r]*", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STAYS = re.compile(rb"\r\ncookie:[^\r]*\b" + COOKIE.encode() + rb"=(\d+)", re.IGNORECASE)


class Balancer:
    """At ``url`` while it is entered. A client that keeps cookies stays with the server that it came to first; one that
    keeps none meets another with every request. ``ports`` are where the servers are to listen; ``met`` counts the
    requests to each."""

    def __init__(self, servers: int) -> None:
        self.ports = [free_port() for _ in range(servers)]
        self._next = itertools.cycle(range(servers))
        self.met: Counter[int] = Counter()
        self.url = ""
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Balancer:
        begun = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(begun,), daemon=True)
        self._thread.start()
        assert begun.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _run(self, begun: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        opened = self._loop.run_until_complete(
            asyncio.start_server(self._carry, "127.0.0.1", 0, limit=_HEAD, backlog=1000)
        )
        self.url = f"http://127.0.0.1:{opened.sockets[0].getsockname()[1]}"
        begun.set()
        self._loop.run_forever()
        opened.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _carry(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            asked = await client.readuntil(b"\r\n\r\n")
            stays = _STAYS.search(asked)
            n = int(stays[1]) if stays else next(self._next)
            self.met[n] += 1
            server, there = await asyncio.open_connection("127.0.0.1", self.ports[n], limit=_HEAD)
            try:
                there.write(_closing(asked))
                if length := _LENGTH.search(asked):
                    there.write(await client.readexactly(int(length[1])))
                told = _closing(await server.readuntil(b"\r\n\r\n"))
                cookie = b"" if stays else f"Set-Cookie: {COOKIE}={n}; Path=/\r\n".encode()
                back.write(told[:-2] + cookie + b"\r\n")
                while part := await server.read(_HEAD):
                    back.write(part)
                    await back.drain()
            finally:
                there.close()
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever is gone sees that itself
        finally:
            back.close()


def _closing(head: bytes) -> bytes:
    return _OWN.sub(b"", head)[:-2] + b"Connection: close\r\n\r\n"
