"""Messages in, streamed text out: one way for every language model, through litellm."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import itertools
import logging
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from rag.errors import LlmError, LlmTimeout, RagError
from rag.models.llm.embedded import Engine, OpenServer, engines, register
from rag.models.llm.errors import EMPTY, plain_failure, retry_after
from rag.models.llm.llama_cpp import open_llama_cpp
from rag.models.llm.stream import BEGUN, SLACK, Stream, Written, stop, submit
from rag.protocols import Usage
from rag.types import Message

MAX_QUEUE_WAIT = 180.0
"""Seconds that a stream may wait for its turn and for the model to load, apart from its deadline."""

OLLAMA_CONTEXT = 8192
"""Tokens that Ollama is asked to make room for: twice what the embedded model has, for tokens of other languages."""

MAX_TOKEN_LENGTH = 40
"""Characters that a token may have on average; a model that writes more is stopped."""

PATIENCE = 30.0
"""Seconds that the end of the program waits for what runs, at most; it is under one unless the machine is very busy."""


class ChatModel:
    """A language model behind litellm: the ``Llm`` of ``rag.protocols``.

    Safe for any number of threads. The embedded model answers one conversation at a time, others as they come.
    """

    def __init__(self, name: str, engine: Engine | None, api_base: str | None = None, api_key: str | None = None):
        self.name = name
        self.can_score = engine is not None
        self._label = "the embedded model" if engine else f'the model "{name}"'  # how an error message calls it
        self._engine = engine
        self._api_base = api_base
        self._api_key = api_key
        self._warmed: tuple[int, list[dict[str, str]]] = (0, [])  # which load of the model has read what
        self._registered = f"{next(_numbers)}"  # two models may have one name
        if engine:
            engines[self._registered] = engine

    def stream(self, messages: Sequence[Message], *, max_tokens: int, deadline: float) -> Stream:
        """Begin a reply.

        ``deadline`` is in seconds, for the whole reply, and counts from the moment the model begins on it;
        ``MAX_QUEUE_WAIT`` is for what comes before: its turn, and loading.
        """
        reply = Written(self._label, MAX_QUEUE_WAIT, deadline)
        return Stream(reply, self._write(reply, self._request(messages, max_tokens)))

    async def _write(self, reply: Written, request: dict[str, Any]) -> None:
        """Put the events of the reply, the last of them ``None`` or the failure."""
        try:
            async with contextlib.AsyncExitStack() as stack:
                litellm = await self._turn(stack, reply.events.put, reply.max_wait)
                until = time.monotonic() + reply.deadline
                reply.events.put(BEGUN)
                try:
                    async with asyncio.timeout(reply.deadline):
                        await self._converse(litellm, reply, request, until)
                except TimeoutError:
                    raise LlmTimeout(f"{self._label} took longer than {reply.deadline:g} s") from None
            reply.events.put(None)
        except RagError as error:
            # A new exception: the one caught carries frames and causes that may show a key.
            reply.events.put(type(error)(str(error)))
        except Exception as error:
            reply.events.put(self._plain(error))

    async def _converse(self, litellm: Any, reply: Written, request: dict[str, Any], until: float) -> None:
        for attempt in range(2):
            try:
                return await self._attempt(litellm, reply, request)
            except RagError:
                raise
            except Exception as error:
                pause = retry_after(error)
                if attempt or pause is None or reply.pieces or pause >= until - time.monotonic():
                    raise
                await asyncio.sleep(pause)

    async def _attempt(self, litellm: Any, reply: Written, request: dict[str, Any]) -> None:
        most = MAX_TOKEN_LENGTH * request["max_tokens"]  # characters
        written, usage, broken = 0, None, False
        finish: str | None = None
        response = await litellm.acompletion(**request)
        async with contextlib.aclosing(response):
            try:
                async for chunk in response:
                    usage = getattr(chunk, "usage", None) or usage
                    text = _text(chunk)
                    if not text:
                        continue
                    reply.events.put(text[:most])
                    reply.pieces += 1
                    written += len(text)
                    # A piece is a token or more, so a server that ignores max_tokens is stopped here.
                    if reply.pieces > request["max_tokens"] or written > most:
                        finish = "length"
                        break
            except Exception:
                if not reply.pieces:
                    raise
                broken = True
            # litellm makes up a finish reason where there was none; the provider's own is kept here.
            finish = finish or response.received_finish_reason or response.intermittent_finish_reason
        if not reply.pieces:
            raise LlmError(f"{self._label} {EMPTY.get(finish or '', 'gave no text')}")
        reply.usage = Usage(
            finish="cut" if broken or finish is None else "length" if finish == "length" else "stop",
            prompt_tokens=getattr(usage, "prompt_tokens", None),
            completion_tokens=getattr(usage, "completion_tokens", None),
            cached_tokens=getattr(getattr(usage, "prompt_tokens_details", None), "cached_tokens", None),
            inner=self._engine.inner if self._engine else None,
        )

    def warm(self, prefix: Sequence[Message] = ()) -> Future[None]:
        """Load in the background what the first reply needs, and read ``prefix``, with which its messages begin.

        Gives way to any reply that is asked for; the same prefix again costs nothing. Nothing needs to
        wait for what is returned.
        """
        return submit(self._warm([dict(message) for message in prefix]))

    async def _warm(self, prefix: list[dict[str, str]]) -> None:
        async with contextlib.AsyncExitStack() as stack:
            litellm = await self._ready(stack, lambda _: None, background=True)
            if self._engine and prefix and (self._engine.loads, prefix) != self._warmed:
                # Through litellm, whose first call takes most of a second more than the others.
                async with contextlib.aclosing(await litellm.acompletion(**self._request(prefix, 1))) as response:
                    async for _ in response:
                        pass
                self._warmed = (self._engine.loads, prefix)

    def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]:
        """For each option the natural log of the probability that it is the whole reply. The embedded model only.

        Raises ``LlmError``, ``LlmTimeout`` or ``ModelError``.
        """
        engine = self._engine
        if engine is None:
            raise LlmError(f"{self._label} gives no probabilities")

        async def score() -> list[float]:
            async with contextlib.AsyncExitStack() as stack:
                await self._turn(stack, lambda _: None, MAX_QUEUE_WAIT)
                async with asyncio.timeout(deadline):
                    return await engine.score(messages, options)

        task = submit(score())
        try:
            return task.result(MAX_QUEUE_WAIT + deadline + SLACK)
        except TimeoutError:
            raise LlmTimeout(f"{self._label} took longer than {deadline:g} s") from None
        finally:
            task.cancel()

    def close(self) -> None:
        """Stop what runs and free the model. Streams begun afterwards fail with ``LlmError``."""
        if self._engine:
            self._engine.close()

    async def _turn(self, stack: contextlib.AsyncExitStack, on_ahead: Callable[[int], None], max_wait: float) -> Any:
        """Hold the turn until the stack is left; on return the model is ready to answer. Gives litellm."""
        try:
            async with asyncio.timeout(max_wait):
                return await self._ready(stack, on_ahead)
        except TimeoutError:
            if self._engine and self._engine.loading:
                raise LlmTimeout(f"{self._label} is still being fetched or prepared (once): ask again later") from None
            raise LlmTimeout(f"{self._label} was not free within {max_wait:g} s") from None

    async def _ready(
        self, stack: contextlib.AsyncExitStack, on_ahead: Callable[[int], None], *, background: bool = False
    ) -> Any:
        importing = asyncio.ensure_future(asyncio.to_thread(_litellm))  # beside the model: both take seconds
        importing.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._engine is not None:
            await stack.enter_async_context(self._engine.turns.turn(on_ahead, background=background))
            await self._engine.ready(on_ahead)
        return await importing

    def _request(self, messages: Sequence[Message], max_tokens: int) -> dict[str, Any]:
        """The arguments for litellm."""
        request = {
            "model": f"embedded/{self._registered}" if self._engine else self.name,
            "messages": [dict(message) for message in messages],
            "max_tokens": max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,  # some models take no temperature
            "temperature": 0.0,
        }
        if self._engine:
            return request
        if self.name.startswith(_OLLAMA):
            # 'ollama/' would be sent as one text without roles, and cut in silence at Ollama's own 4,096 tokens.
            request |= {"model": f"ollama_chat/{self.name.split('/', 1)[1]}", "num_ctx": OLLAMA_CONTEXT}
        key = self._api_key
        if key is None and self._api_base and not os.environ.get("OPENAI_API_KEY"):
            key = "none"  # the OpenAI client insists on one; local servers want none
        return request | {"api_base": self._api_base, "api_key": key}

    def _plain(self, error: Exception) -> RagError:
        """The failure in one plain line, without the key."""
        if self._engine:
            return self._engine.error or LlmError(f"{self._label} failed ({type(error).__name__})")
        return plain_failure(error, self._label, self._api_base, self._api_key)


def open_llm(
    spec: str,
    *,
    model_file: Callable[[], Path],
    threads: int | None = None,
    api_base: str | None = None,
    api_key: str | None = None,
    reproducible: bool = False,
    keep_alive: float = math.inf,
    open_server: OpenServer = open_llama_cpp,
) -> ChatModel:
    """The model that ``spec`` names; nothing is loaded or reached yet.

    ``embedded``: the file that ``model_file`` returns, called when it is first needed and on a
    thread of its own. ``embedded/PATH`` or a path that ends in ``.gguf``: that file if it is there, else
    ``model_file``. Anything else is a litellm model string. With ``reproducible`` the embedded model reads each prompt
    from its first word, whatever it has read before. It is freed when it was not asked for ``keep_alive`` seconds, and
    loaded again when it is. ``open_server`` loads the embedded model into an engine.
    """
    spec = spec.strip()
    a_file = spec.lower().endswith(".gguf") and not spec.startswith(_SERVED)
    if spec != "embedded" and not spec.startswith("embedded/") and not a_file:
        return ChatModel(spec, None, api_base, api_key)
    path = Path(spec.removeprefix("embedded/")).expanduser()
    find = (lambda: path) if path.is_file() else model_file
    engine = Engine(find, threads=threads, open_server=open_server, reproducible=reproducible, keep_alive=keep_alive)
    return ChatModel("embedded" if spec == "embedded" else f"embedded/{path.name}", engine)


def _text(chunk: Any) -> str:
    choices = getattr(chunk, "choices", None)
    text = getattr(getattr(choices[0], "delta", None), "content", None) if choices else None
    return text if isinstance(text, str) else ""


_OLLAMA = ("ollama/", "ollama_chat/")
# Servers whose names for models may end in .gguf too.
_SERVED = (*_OLLAMA, "lm_studio/", "openai/", "hosted_vllm/", "llamafile/")

_numbers = itertools.count(1)
_importing = threading.Lock()


def _litellm() -> Any:
    """The library, imported once (three seconds) and made quiet."""
    with _importing:
        # Without these it fetches a price list and reads .env files from the folders above it.
        os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
        import litellm

        from rag.models.llm.http import bounded_client

        litellm.aclient_session = bounded_client()  # for all that speak OpenAI's protocol
        litellm.suppress_debug_info = True
        litellm.telemetry = False
        litellm.turn_off_message_logging = True
        litellm.disable_aiohttp_transport = True  # httpx closes the connection of a cancelled request at once
        for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
            logging.getLogger(name).handlers.clear()  # they write to standard output, which is for results
            logging.getLogger(name).setLevel(logging.CRITICAL)
        for name in ("openai", "httpx", "httpcore"):  # they log requests, with their headers
            logging.getLogger(name).setLevel(logging.WARNING)
        register(litellm)
        return litellm


@atexit.register
def _end() -> None:
    """Stop our threads before the interpreter is taken down, and keep litellm's finalizers from waiting."""
    stop(PATIENCE)
    # A thread that comes back from the model into an interpreter that has gone aborts the process. It comes back
    # within one batch of the prompt: under a second, or several on a machine that is very busy.
    for engine in list(engines.values()):
        engine.close(PATIENCE)
    # They import when they are collected, which a thread of anybody's can keep from ever ending. The system closes
    # the connections.
    handlers = sys.modules.get("litellm.llms.custom_httpx.http_handler")
    for name in ("AsyncHTTPHandler", "HTTPHandler"):
        with contextlib.suppress(AttributeError):  # half imported
            del getattr(handlers, name).__del__
