"""The reading end of a reply: it is written by a task on an event loop that has its own thread, and read from a queue.

So a deadline cuts whatever the provider does, and closing the stream cancels the task, which closes the connection or
stops the embedded model. litellm's own time-outs do neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rag.errors import LlmTimeout
from rag.protocols import Usage

T = TypeVar("T")

# The reader gives up by itself this long after the writer should have: only when the event loop is stuck.
SLACK = 0.5

BEGUN = ""
"""Comes before the first text: the turn has come, and the deadline runs."""


@dataclass(slots=True)
class Written:
    """What the writer of a reply leaves for its reader, of whom it knows nothing: an abandoned one can be collected.

    The events are numbers of conversations ahead, then ``BEGUN``, then pieces of text, and last a failure or ``None``.
    """

    label: str  # how an error message calls the model
    max_wait: float  # seconds, for the turn and for loading
    deadline: float  # seconds, from then on
    events: queue.SimpleQueue[int | str | Exception | None] = field(default_factory=queue.SimpleQueue)
    pieces: int = 0  # of text
    usage: Usage | None = None


class Stream(Iterator[str]):
    """The pieces of one reply. Close it to stop the model.

    Iterating raises ``LlmError``, ``LlmTimeout``, or ``ModelError`` where the embedded model cannot be loaded.
    The reply is written whether or not it is read. ``usage`` and ``close`` may be used from any thread.
    """

    def __init__(self, reply: Written, work: Coroutine[Any, Any, None]) -> None:
        self._reply = reply
        self._put_back: list[str | Exception | None] = []
        self._give_up = time.monotonic() + reply.max_wait + SLACK
        self._ended = False
        self._task = submit(work)

    @property
    def usage(self) -> Usage | None:
        """``None`` until the reply has ended, and when it failed."""
        return self._reply.usage

    def turns(self) -> Iterator[int]:
        """How many conversations are ahead, whenever that changes; 0 while the model loads. Ends with the turn."""
        while not self._ended and not self._put_back:
            event = self._next_event()
            if isinstance(event, int):
                yield event
            else:
                self._put_back.append(event)

    def __next__(self) -> str:
        while not self._ended:
            event = self._put_back.pop() if self._put_back else self._next_event()
            if event is None or isinstance(event, Exception):
                self._ended = True
                if event is not None:
                    raise event
            elif isinstance(event, str) and event != BEGUN:
                return event
        raise StopIteration

    def _next_event(self) -> int | str | Exception | None:
        try:
            event = self._reply.events.get(timeout=max(0.0, self._give_up - time.monotonic()))
        except queue.Empty:
            self.close()
            return LlmTimeout(f"{self._reply.label} took too long")
        if event == BEGUN:
            self._give_up = time.monotonic() + self._reply.deadline + SLACK
        return event

    def close(self) -> None:
        """Stop the model. Returns at once; does nothing to a reply that has ended."""
        self._ended = True
        self._task.cancel()
        self._reply.events.put(None)  # another thread may be waiting for the next piece

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # half-built, or the interpreter is ending
            self.close()


_running: tuple[asyncio.AbstractEventLoop, threading.Thread] | None = None
_starting = threading.Lock()


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Run on the one event loop, started when it is first needed. litellm keeps its connections with the loop."""
    global _running  # noqa: PLW0603  # one for the process, like the connections
    with _starting:
        if _running is None:
            loop = asyncio.new_event_loop()
            _running = loop, threading.Thread(target=loop.run_forever, name="rag-llm", daemon=True)
            _running[1].start()
        return asyncio.run_coroutine_threadsafe(work, _running[0])


def stop(patience: float) -> None:
    """Cancel all that runs on the event loop and end its thread; wait ``patience`` seconds for each at most.

    For the end of the program: a thread that is still importing when the interpreter goes never lets go of the import
    lock, and the finalizers of litellm, which import too, would wait for it for ever.
    """
    global _running
    with _starting:
        ended, _running = _running, None
    if ended is None:
        return
    loop, thread = ended

    async def cancel() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=patience)

    with contextlib.suppress(TimeoutError):
        asyncio.run_coroutine_threadsafe(cancel(), loop).result(patience)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(patience)
