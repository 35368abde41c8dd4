"""The embedded language model: one loaded model inside this process, behind a litellm custom provider.

A server gives its pieces to a callback on its own thread, and stops when the callback returns True. Between
those calls nothing can stop it, so a prompt is read in small batches with a call after each.

Everything here but the servers and the callback runs on one event loop, so nothing here needs a lock.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import re
import threading
import weakref
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rag.errors import LlmError, RagError
from rag.models.threads import trim_memory, usable_cores
from rag.types import Message

log = logging.getLogger(__name__)

StreamChunk = Mapping[str, Any]
"""A ``chat.completion.chunk`` of the OpenAI protocol, ``{"scores": ...}``, or ``{"error": ...}``."""

OnChunk = Callable[[StreamChunk], bool]
"""Called with every piece of a reply, and between; it returns True for the model to stop."""


class Server(Protocol):
    """A loaded model. Its calls block; the engine makes one at a time."""

    def reply(self, messages: Sequence[Message], max_tokens: int, reuse: bool, on_chunk: OnChunk) -> None:
        """Write the likeliest reply. With ``reuse`` what was read before may be gone on from."""

    def score(self, messages: Sequence[Message], options: Sequence[str], reuse: bool, on_chunk: OnChunk) -> None:
        """For each option the log-probability that it, and nothing after it, is the reply: ``{"scores": [...]}``."""

    def close(self) -> None: ...


CONTEXT = 4096
"""Tokens of prompt and reply together, at most."""

SHORTEST_REST = 0.1  # seconds between two looks at whether the model is still in use

OpenServer = Callable[[Path, int, Callable[[], bool]], Server]
"""(model file, threads, stopped) -> a server that has the model loaded; ``stopped`` says whether to give up."""


class Turns:
    """First come, first served. Background work (warming up) gives way to all other work."""

    def __init__(self) -> None:
        self._line: deque[_Ticket] = deque()

    @contextlib.asynccontextmanager
    async def turn(self, on_ahead: Callable[[int], None], *, background: bool = False) -> AsyncIterator[None]:
        """Wait for the turn; ``on_ahead`` is called with the number ahead, first and whenever it changes."""
        if not background:
            for other in self._line:
                if other.background and other.task is not None:
                    other.task.cancel()
        ticket = _Ticket(on_ahead, background)
        self._line.append(ticket)
        try:
            self._move()
            await ticket.ready.wait()
            yield
        finally:
            self._line.remove(ticket)
            self._move()

    @property
    def taken(self) -> bool:
        """Whether anybody has a turn or waits for one."""
        return bool(self._line)

    def _move(self) -> None:
        # Cancelled background work is still winding up: it is ahead, but nobody to be waited for.
        ahead = 0
        for place, ticket in enumerate(self._line):
            if place == 0:
                ticket.ready.set()
            elif ahead and ticket.ahead != ahead:
                ticket.ahead = ahead
                ticket.on_ahead(ahead)
            ahead += not ticket.background


@dataclass(eq=False)
class _Ticket:
    on_ahead: Callable[[int], None]
    background: bool
    task: asyncio.Task[Any] | None = field(default_factory=asyncio.current_task)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ahead: int = 0


class Engine:
    """One loaded model. Its caller holds a turn of ``turns`` around ``ready`` and what follows."""

    def __init__(
        self,
        model_file: Callable[[], Path],
        *,
        threads: int | None,
        open_server: OpenServer,
        reproducible: bool,
        keep_alive: float,
    ) -> None:
        """``keep_alive``: seconds that the model stays in memory after it was last asked."""
        self.turns = Turns()
        self.loads = 0  # times that the model was loaded: what it had read is lost with the next
        self.error: RagError | None = None  # of the last reply: litellm keeps only the text of what was raised
        self.inner: tuple[float, ...] | None = None  # of the last reply, where the server tells it
        self._model_file = model_file
        self._threads = threads or usable_cores()
        # What is left from the prompt before shifts the batches of the next one, and with them the last bits of its
        # numbers: enough to turn a close call between two words.
        self._reuse = not reproducible
        self._open_server = open_server
        self._server: Server | None = None  # the only reference, so that it is freed where it is let go of
        self._taking = threading.Lock()  # for its end, which any thread may want
        self._loading: asyncio.Future[None] | None = None
        self._job: asyncio.Future[None] | None = None  # the last reply
        self._stop = threading.Event()  # of the running reply
        self._outside = threading.Event()  # no thread is inside the model
        self._outside.set()
        self._closed = False
        self._keep_alive = keep_alive
        self._rest: asyncio.TimerHandle | None = None

    async def ready(self, on_ahead: Callable[[int], None]) -> None:
        """Wait until the model is loaded, of which ``on_ahead`` is told by a 0, and has let go of the reply before.

        Raises ``ModelError``. A failed load is tried again at the next call: the disk or network may be back.
        """
        if self._server is None:
            on_ahead(0)
            if self._loading is None or self._loading.done():
                self._loading = _in_thread(self._load)
                self._loading.add_done_callback(self._loaded)
            await asyncio.shield(self._loading)  # a caller that gives up waiting leaves it to later ones
        if self._job is not None:
            await asyncio.wait([self._job])

    def _load(self) -> None:
        file = self._model_file()
        self._outside.clear()
        try:
            if self._closed:  # while the file was looked for
                raise LlmError("the embedded model is closed")
            server = self._open_server(file, self._threads, lambda: self._closed)
            if self._closed:  # while it was loaded
                server.close()
                raise LlmError("the embedded model is closed")
            self._server = server
            self.loads += 1
        finally:
            self._outside.set()

    def _loaded(self, loading: asyncio.Future[None]) -> None:
        if not loading.cancelled() and loading.exception() is None:
            self._used()

    def _used(self) -> None:
        """Free the model ``keep_alive`` seconds from now, unless it is used again."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        if not self._closed and math.isfinite(self._keep_alive):
            self._rest = asyncio.get_running_loop().call_later(max(self._keep_alive, SHORTEST_REST), self._free)

    def _free(self) -> None:
        if self.turns.taken or self._job is not None or not self._outside.is_set():
            self._used()
        elif servers := self._taken_out():
            log.info("the embedded model was not asked for %g s: freed until the next question", self._keep_alive)
            _in_thread(lambda: _let_go(servers))

    @property
    def loading(self) -> bool:
        """Whether the model is being loaded, or fetched and made ready for that."""
        return self._loading is not None and not self._loading.done()

    def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[StreamChunk, None]:
        """The chunks of a reply; closing or cancelling stops the model at its next chance. Raises ``LlmError``."""
        plain = _without_control(messages)
        return self._run(lambda server, on_chunk: server.reply(plain, max_tokens, self._reuse, on_chunk))

    async def score(self, messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        """For each option the log-probability that it, and nothing after it, is the reply. Raises ``LlmError``."""
        plain = _without_control(messages)
        chunks = self._run(lambda server, on_chunk: server.score(plain, options, self._reuse, on_chunk))
        async with contextlib.aclosing(chunks):
            found = [chunk["scores"] async for chunk in chunks if "scores" in chunk]
        if not found:
            raise LlmError("the embedded model is closed")
        scores: list[float] = found[0]
        return scores

    async def _run(self, call: Callable[[Server, OnChunk], None]) -> AsyncGenerator[StreamChunk, None]:
        if self._server is None or self._closed:
            raise LlmError("the embedded model is closed")
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[StreamChunk | None] = asyncio.Queue()
        stop = self._stop = threading.Event()
        failed: list[LlmError] = []

        def on_chunk(chunk: StreamChunk) -> bool:
            if not stop.is_set():
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)
            return stop.is_set()

        def run() -> None:
            try:
                if self._server is not None:
                    call(self._server, on_chunk)
            except LlmError as error:
                failed.append(LlmError(str(error)))
            except Exception as error:  # new ones: what was caught would keep the model in memory by its frames
                failed.append(LlmError(f"the embedded model failed ({type(error).__name__})"))
            finally:
                self._outside.set()

        def done(job: asyncio.Future[None]) -> None:
            if self._job is job:
                self._job = None
            self._used()
            chunks.put_nowait(None)

        self._outside.clear()
        self._job = job = _in_thread(run)
        job.add_done_callback(done)
        try:
            while (chunk := await chunks.get()) is not None:
                if "error" in chunk:
                    raise self._refused(chunk["error"])
                yield chunk
            if failed:
                raise failed[0]
        finally:
            stop.set()

    def _refused(self, error: Any) -> LlmError:
        kind, message = error.get("type"), " ".join(str(error.get("message")).split())
        if kind == "exceed_context_size_error":
            size, room = error.get("n_prompt_tokens"), error.get("n_ctx")
            return LlmError(f"the prompt is too long for the embedded model: {size} tokens, room for {room}")
        return LlmError(f"the embedded model refused the request: {message[:200]}")

    def close(self, patience: float = 2.0) -> None:
        """Stop what runs, wait ``patience`` seconds for it at most, free the model. From any thread."""
        self._closed = True
        self._stop.set()
        if not self._outside.wait(patience):
            return  # lost, with its memory; to free it now would crash
        _let_go(self._taken_out())

    def _taken_out(self) -> list[Server]:
        """The server, no longer kept here, for one caller alone; empty if there is none."""
        with self._taking:
            server, self._server = self._server, None
        return [] if server is None else [server]


def _let_go(servers: list[Server]) -> None:
    """Close those in the list, to which nobody else may refer, and give their memory back to the system."""
    while servers:
        servers.pop().close()
        trim_memory()


_CONTROL = re.compile(r"<\|([^<>|\s]{1,40})\|>")


def _without_control(messages: Sequence[Message]) -> list[dict[str, str]]:
    """The messages, with what looks like a control token in somebody's text as words: it ends no message there."""
    return [{**message, "content": _CONTROL.sub(r"< \1 >", message["content"])} for message in messages]


def _in_thread(run: Callable[[], None]) -> asyncio.Future[None]:
    """Run on a daemon thread. A pool's threads would be joined at exit, before anything could stop the model."""
    done: Future[None] = Future()
    done.set_running_or_notify_cancel()  # who gives up waiting does not stop it

    def work() -> None:
        try:
            run()
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    threading.Thread(target=work, name="rag-embedded", daemon=True).start()
    return asyncio.wrap_future(done)


engines: weakref.WeakValueDictionary[str, Engine] = weakref.WeakValueDictionary()
"""Those in use, by the name that litellm is called with, after ``embedded/``."""


def register(litellm: Any) -> None:
    """Make ``litellm.acompletion(model=f"embedded/{name}", stream=True)`` reach the engine of that name."""
    if any(item["provider"] == "embedded" for item in litellm.custom_provider_map):
        return

    class Handler(litellm.CustomLLM):  # type: ignore[misc]  # litellm has no types that hold
        async def astreaming(
            self, model: str, messages: list[Message], optional_params: dict[str, Any], **_: Any
        ) -> AsyncIterator[dict[str, Any]]:
            engine = engines[model]
            engine.error, engine.inner = None, None
            try:
                async with contextlib.aclosing(engine.stream(messages, int(optional_params["max_tokens"]))) as chunks:
                    async for chunk in chunks:
                        engine.inner = chunk.get("inner") or engine.inner
                        yield _generic(chunk)
            except RagError as error:
                engine.error = type(error)(str(error))  # a new one, without the frames of the model
                raise

    litellm.custom_provider_map = [*litellm.custom_provider_map, {"provider": "embedded", "custom_handler": Handler()}]


def _generic(chunk: StreamChunk) -> dict[str, Any]:
    """A chunk in litellm's ``GenericStreamingChunk``."""
    choice = (chunk.get("choices") or [{}])[0]
    finish = choice.get("finish_reason")
    return {
        "text": (choice.get("delta") or {}).get("content") or "",
        "is_finished": finish is not None,
        "finish_reason": finish or "",
        "index": 0,
        "tool_use": None,
        "usage": chunk.get("usage"),
    }
