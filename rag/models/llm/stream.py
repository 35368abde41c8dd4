"""One reply: written by a task on an event loop that has its own thread, read by the caller from a queue.

So a deadline cuts whatever the provider does, and closing the stream cancels the task, which closes the connection or
stops the embedded model. litellm's own time-outs do neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from rag.errors import LlmError, LlmTimeout, RagError
from rag.models.llm.errors import EMPTY, retry_after

T = TypeVar("T")

# The reader gives up by itself this long after the writer should have: only when the event loop is stuck.
SLACK = 0.5

MAX_TOKEN_LENGTH = 40
"""Characters that a token may have on average; a model that writes more is stopped."""

Finish = Literal["stop", "length", "cut"]


class ReplySource(Protocol):
    """What a reply asks of its model."""

    @property
    def label(self) -> str:
        """How an error message calls it."""
        ...

    async def turn(self, stack: contextlib.AsyncExitStack, on_ahead: Callable[[int], None], max_wait: float) -> Any:
        """Hold the turn until the stack is left; on return the model is ready to answer. Gives litellm."""
        ...

    def request(self, messages: list[dict[str, str]], max_tokens: int, grammar: str | None) -> dict[str, Any]:
        """The arguments for litellm."""
        ...

    def plain(self, error: Exception) -> RagError:
        """The failure in one plain line, without the key."""
        ...


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reply cost, known when it has ended. ``None`` where the provider does not say."""

    finish: Finish  # "length": max_tokens were not enough; "cut": the connection broke in the middle
    wait_ms: int  # for the turn and for loading
    first_token_ms: int  # from the turn on
    total_ms: int  # from the turn on
    prompt_tokens: int | None = None
    cached_tokens: int | None = None  # of the prompt, not read again
    completion_tokens: int | None = None


class _Started:
    """The turn has come and the deadline runs."""


_Event = str | int | _Started | Exception | None
"""Text, the number ahead in the queue, the start, a failure, the end."""


class ReplyWriter:
    """The writing end of a stream. It knows nothing of the reading end, so an abandoned one can be collected."""

    def __init__(
        self, model: ReplySource, messages: list[dict[str, str]], max_tokens: int, deadline: float, max_wait: float,
        grammar: str | None,
    ) -> None:  # fmt: skip
        self.model = model
        self.deadline = deadline
        self.max_wait = max_wait
        self.usage: Usage | None = None
        self.events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._messages = messages
        self._max_tokens = max_tokens
        self._grammar = grammar
        self._begun = self._started = time.monotonic()
        self._first: float | None = None

    async def write(self) -> None:
        """Put the events of the reply, the last of them ``None`` or the failure."""
        try:
            async with contextlib.AsyncExitStack() as stack:
                litellm = await self.model.turn(stack, self.events.put, self.max_wait)
                self._started = time.monotonic()
                self.events.put(_Started())
                try:
                    async with asyncio.timeout(self.deadline):
                        await self._converse(litellm)
                except TimeoutError:
                    raise LlmTimeout(f"{self.model.label} took longer than {self.deadline:g} s") from None
            self.events.put(None)
        except RagError as error:
            # A new exception: the one caught carries frames and causes that may show a key.
            self.events.put(type(error)(str(error)))
        except Exception as error:
            self.events.put(self.model.plain(error))

    async def _converse(self, litellm: Any) -> None:
        for attempt in range(2):
            try:
                return await self._attempt(litellm)
            except RagError:
                raise
            except Exception as error:
                pause = retry_after(error)
                left = self._started + self.deadline - time.monotonic()
                if attempt or pause is None or self._first is not None or pause >= left:
                    raise
                await asyncio.sleep(pause)

    async def _attempt(self, litellm: Any) -> None:
        pieces, written, usage, broken = 0, 0, None, False
        finish: str | None = None
        response = await litellm.acompletion(**self.model.request(self._messages, self._max_tokens, self._grammar))
        try:
            async for chunk in response:
                usage = getattr(chunk, "usage", None) or usage
                text = _text(chunk)
                if not text:
                    continue
                if self._first is None:
                    self._first = time.monotonic()
                self.events.put(text[: MAX_TOKEN_LENGTH * self._max_tokens])
                pieces += 1
                written += len(text)
                # A piece is a token or more, so a server that ignores max_tokens is stopped here.
                if pieces > self._max_tokens or written > MAX_TOKEN_LENGTH * self._max_tokens:
                    finish = "length"
                    break
        except Exception:
            if not pieces:
                raise
            broken = True
        finally:
            # litellm makes up a finish reason where there was none; the provider's own is kept here.
            finish = finish or response.received_finish_reason or response.intermittent_finish_reason
            await response.aclose()
        if not pieces:
            raise LlmError(f"{self.model.label} {EMPTY.get(finish or '', 'gave no text')}")
        self._end("cut" if broken or finish is None else "length" if finish == "length" else "stop", usage)

    def _end(self, finish: Finish, usage: Any) -> None:
        details = getattr(usage, "prompt_tokens_details", None)
        first = self._first or self._started
        self.usage = Usage(
            finish=finish,
            wait_ms=round((self._started - self._begun) * 1000),
            first_token_ms=round((first - self._started) * 1000),
            total_ms=round((time.monotonic() - self._started) * 1000),
            prompt_tokens=getattr(usage, "prompt_tokens", None),
            cached_tokens=getattr(details, "cached_tokens", None),
            completion_tokens=getattr(usage, "completion_tokens", None),
        )


class Stream(Iterator[str]):
    """The pieces of one reply. Close it (or leave its ``with`` block) to stop the model.

    Iterating raises ``LlmError``, ``LlmTimeout``, or ``ModelError`` where the embedded model cannot be loaded.
    The reply is written whether or not it is read. ``usage``, ``partial`` and ``close`` may be used from any thread.
    """

    def __init__(self, reply: ReplyWriter, on_wait: Callable[[int], None] | None) -> None:
        self._reply = reply
        self._on_wait = on_wait
        self._put_back: list[_Event] = []
        self._give_up = time.monotonic() + reply.max_wait + SLACK
        self._ended = False
        self._task = submit(reply.write())

    @property
    def usage(self) -> Usage | None:
        """``None`` until the reply has ended, and when it failed."""
        return self._reply.usage

    @property
    def partial(self) -> bool:
        """Whether the reply ended before the model was done: no room, or the connection broke."""
        return self.usage is not None and self.usage.finish != "stop"

    def turns(self) -> Iterator[int]:
        """How many conversations are ahead, whenever that changes; 0 while the model loads. Ends with the turn."""
        while not self._ended and not self._put_back:
            event = self._next_event()
            if isinstance(event, int):
                yield event
            elif isinstance(event, _Started):
                return
            else:
                self._put_back.append(event)

    def __next__(self) -> str:
        while not self._ended:
            event = self._put_back.pop() if self._put_back else self._next_event()
            if isinstance(event, str):
                return event
            if isinstance(event, int):
                if self._on_wait:
                    self._on_wait(event)
            elif not isinstance(event, _Started):
                self._ended = True
                if event is not None:
                    raise event
        raise StopIteration

    def _next_event(self) -> _Event:
        try:
            event = self._reply.events.get(timeout=max(0.0, self._give_up - time.monotonic()))
        except queue.Empty:
            self.close()
            return LlmTimeout(f"{self._reply.model.label} took too long")
        if isinstance(event, _Started):
            self._give_up = time.monotonic() + self._reply.deadline + SLACK
        return event

    def close(self) -> None:
        """Stop the model. Returns at once; does nothing to a reply that has ended."""
        self._ended = True
        self._task.cancel()
        self._reply.events.put(None)  # another thread may be waiting for the next piece

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # half-built, or the interpreter is ending
            self.close()


def _text(chunk: Any) -> str:
    choices = getattr(chunk, "choices", None)
    text = getattr(getattr(choices[0], "delta", None), "content", None) if choices else None
    return text if isinstance(text, str) else ""


_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None
_starting = threading.Lock()


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Run on the one event loop, started when it is first needed. litellm keeps its connections with the loop."""
    global _loop, _thread  # noqa: PLW0603  # one for the process, like the connections
    with _starting:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            _thread = threading.Thread(target=_loop.run_forever, name="rag-llm", daemon=True)
            _thread.start()
    return asyncio.run_coroutine_threadsafe(work, _loop)


def stop(patience: float) -> None:
    """Cancel all that runs on the event loop and end its thread; wait ``patience`` seconds for each at most.

    For the end of the program: a thread that is still importing when the interpreter goes never lets go of the import
    lock, and the finalizers of litellm, which import too, would wait for it for ever.
    """
    global _loop, _thread
    with _starting:
        loop, thread, _loop, _thread = _loop, _thread, None, None
    if loop is None or thread is None:
        return

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
