"""The stream of an answer for a server that serves many: its events as they come, until the caller is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

from rag.chat.turn import Run
from rag.types import Event

MAX_WALKS = 64  # streams whose next event is awaited at the same moment; more take turns

Receive: TypeAlias = Callable[[], Any]
_END = object()


class CallerGone(Exception):
    """The connection was closed: nobody waits for the answer any more."""


class Walks:
    """Follows streams in threads of their own, so that no other thread of the server waits for a model."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MAX_WALKS, thread_name_prefix="awaiting")

    async def events(
        self, begin: Callable[[], Iterator[Event]], receive: Receive
    ) -> AsyncGenerator[Event | None, None]:
        """The events of a stream, and ``None`` after each moment without one; raises what the stream raises.

        Raises ``CallerGone`` where the connection is closed. However it ends, the language model is stopped.
        """
        gone = asyncio.ensure_future(_closed(receive))
        run = Run()
        run.start(begin)
        try:
            found, loop = iter(run), asyncio.get_running_loop()
            while not gone.done():
                event: Any = await loop.run_in_executor(self._threads, next, found, _END)
                if event is _END:
                    return
                yield event
            raise CallerGone
        finally:
            run.stop()
            gone.cancel()


async def _closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
