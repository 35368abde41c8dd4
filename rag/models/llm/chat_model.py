"""Messages in, streamed text out: one way for every language model, through litellm."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import importlib.util
import itertools
import logging
import os
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from rag.errors import LlmError, LlmTimeout, ModelError, RagError
from rag.models.llm.embedded import INSTALL, Engine, OpenServer, register, unregister
from rag.models.llm.errors import plain_failure
from rag.models.llm.stream import SLACK, ReplyWriter, Stream, Usage, stop, submit
from rag.types import Message

__all__ = ["MAX_QUEUE_WAIT", "ChatModel", "Stream", "Usage", "open_llm"]

MAX_QUEUE_WAIT = 180.0
"""Seconds that a stream may wait for its turn and for the model to load, apart from its deadline."""

PATIENCE = 30.0
"""Seconds that the end of the program waits for what runs, at most; it is under one unless the machine is very busy."""


class ChatModel:
    """A language model behind litellm: the ``Llm`` of ``rag.types``, and what it can do beyond that.

    Safe for any number of threads. The embedded model answers one conversation at a time, others as they come.
    """

    def __init__(
        self, name: str, *, engine: Engine | None, api_base: str | None, api_key: str | None, temperature: float,
        seed: int | None,
    ) -> None:  # fmt: skip
        self._name = name
        self._engine = engine
        self._api_base = api_base
        self._api_key = api_key
        self._sampling: dict[str, Any] = {"temperature": temperature} | ({} if seed is None else {"seed": seed})
        self._warmed: list[dict[str, str]] = []
        self._registered = f"{next(_numbers)}"  # two models may have one name

    @property
    def name(self) -> str:
        return self._name

    @property
    def label(self) -> str:
        """How an error message calls it."""
        return "the embedded model" if self._engine else f'the model "{self._name}"'

    @property
    def can_score(self) -> bool:
        """Whether :meth:`score` works: only for the embedded model."""
        return self._engine is not None

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        deadline: float,
        max_wait: float = MAX_QUEUE_WAIT,
        on_wait: Callable[[int], None] | None = None,
        grammar: str | None = None,
    ) -> Stream:
        """Begin a reply.

        ``deadline`` is in seconds, for the whole reply, and counts from the moment the model begins on it;
        ``max_wait`` is for what comes before: its turn, and loading. ``on_wait`` is called, on the thread that
        reads the stream, with the number of conversations ahead whenever it changes, and with 0 while the model
        loads. ``grammar`` (GBNF) binds the embedded model only; others ignore it.
        """
        copies = [dict(message) for message in messages]
        return Stream(ReplyWriter(self, copies, max_tokens, deadline, max_wait, grammar), on_wait)

    def warm(self, prefix: Sequence[Message] = ()) -> Future[None]:
        """Load in the background what the first reply needs, and read ``prefix``, with which its messages begin.

        Gives way to any reply that is asked for; the same prefix again costs nothing. Nothing needs to
        wait for what is returned.
        """
        return submit(self._warm([dict(message) for message in prefix]))

    async def _warm(self, prefix: list[dict[str, str]]) -> None:
        async with contextlib.AsyncExitStack() as stack:
            litellm = await self._ready(stack, lambda _: None, background=True)
            if self._engine and prefix and prefix != self._warmed:
                # Through litellm, whose first call takes most of a second more than the others.
                response = await litellm.acompletion(**self.request(prefix, 1, None))
                try:
                    async for _ in response:
                        pass
                finally:
                    await response.aclose()
                self._warmed = prefix

    def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]:
        """For each option the natural log of the probability that it is the whole reply. The embedded model only.

        Raises ``LlmError``, ``LlmTimeout`` or ``ModelError``.
        """
        engine = self._engine
        if engine is None:
            raise LlmError(f"{self.label} gives no probabilities")

        async def score() -> list[float]:
            async with contextlib.AsyncExitStack() as stack:
                await self.turn(stack, lambda _: None, MAX_QUEUE_WAIT)
                async with asyncio.timeout(deadline):
                    return await engine.score(messages, options)

        task = submit(score())
        try:
            return task.result(MAX_QUEUE_WAIT + deadline + SLACK)
        except TimeoutError:
            raise LlmTimeout(f"{self.label} took longer than {deadline:g} s") from None
        finally:
            task.cancel()

    def close(self) -> None:
        """Stop what runs and free the model. Streams begun afterwards fail with ``LlmError``."""
        unregister(self._registered)
        if self._engine:
            self._engine.close()

    async def turn(self, stack: contextlib.AsyncExitStack, on_ahead: Callable[[int], None], max_wait: float) -> Any:
        """Hold the turn until the stack is left; on return the model is ready to answer. Gives litellm."""
        try:
            async with asyncio.timeout(max_wait):
                return await self._ready(stack, on_ahead)
        except TimeoutError:
            raise LlmTimeout(f"{self.label} was not free within {max_wait:g} s") from None

    async def _ready(
        self, stack: contextlib.AsyncExitStack, on_ahead: Callable[[int], None], *, background: bool = False
    ) -> Any:
        if self._engine is None:
            return await asyncio.to_thread(_litellm)
        await stack.enter_async_context(self._engine.turns.turn(on_ahead, background=background))
        if not self._engine.loaded:
            on_ahead(0)
        await self._engine.ready()
        litellm = await asyncio.to_thread(_litellm)
        register(litellm, self._registered, self._engine)
        return litellm

    def request(self, messages: list[dict[str, str]], max_tokens: int, grammar: str | None) -> dict[str, Any]:
        """The arguments for litellm."""
        request = {
            "model": f"embedded/{self._registered}" if self._engine else self._name,
            "messages": messages,
            "max_tokens": max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,  # some models take no temperature or seed
            **self._sampling,
        }
        if self._engine:
            return request | ({"grammar": grammar} if grammar else {})
        key = self._api_key
        if key is None and self._api_base and not os.environ.get("OPENAI_API_KEY"):
            key = "none"  # the OpenAI client insists on one; local servers want none
        return request | {"api_base": self._api_base, "api_key": key}

    def plain(self, error: Exception) -> RagError:
        """The failure in one plain line, without the key."""
        if self._engine:
            return self._engine.error or LlmError(f"{self.label} failed ({type(error).__name__})")
        return plain_failure(error, self.label, self._api_base, self._api_key)


def open_llm(
    spec: str,
    *,
    model_file: Callable[[], Path],
    threads: int | None = None,
    context: int = 4096,
    api_base: str | None = None,
    api_key: str | None = None,
    temperature: float = 0.0,
    seed: int | None = None,
    reproducible: bool = False,
    open_server: OpenServer | None = None,
) -> ChatModel | None:
    """The model that ``spec`` names; nothing is loaded or reached yet.

    ``none``: None. ``embedded``: the file that ``model_file`` returns, called when it is first needed and on a
    thread of its own. ``embedded/PATH`` or a path that ends in ``.gguf``: that file if it is there, else
    ``model_file``. Anything else is a litellm model string. With ``reproducible`` the embedded model reads each prompt
    from its first word, whatever it has read before. ``open_server`` replaces xllamacpp in tests.

    Raises ``ModelError`` if the embedded model is wanted and xllamacpp is not installed.
    """
    spec = spec.strip()
    if spec.lower() in ("none", ""):
        return None
    a_file = spec.lower().endswith(".gguf") and not spec.startswith(_SERVED)
    if spec != "embedded" and not spec.startswith("embedded/") and not a_file:
        return ChatModel(spec, engine=None, api_base=api_base, api_key=api_key, temperature=temperature, seed=seed)
    if open_server is None and importlib.util.find_spec("xllamacpp") is None:
        raise ModelError(f"the embedded language model is not installed: {INSTALL}")
    path = Path(spec.removeprefix("embedded/")).expanduser()
    find = (lambda: path) if path.is_file() else model_file
    engine = Engine(find, threads=threads, context=context, open_server=open_server, reproducible=reproducible)
    _open_engines.add(engine)
    name = "embedded" if spec == "embedded" else f"embedded/{path.name}"
    return ChatModel(name, engine=engine, api_base=None, api_key=None, temperature=temperature, seed=seed)


# Servers whose names for models may end in .gguf too.
_SERVED = ("ollama/", "ollama_chat/", "lm_studio/", "openai/", "hosted_vllm/", "llamafile/")

_numbers = itertools.count(1)
_open_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
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
        return litellm


@atexit.register
def _end() -> None:
    """Stop our threads before the interpreter is taken down, and keep litellm's finalizers from waiting."""
    stop(PATIENCE)
    # A thread that comes back from xllamacpp into an interpreter that has gone aborts the process. It comes back
    # within one batch of the prompt: under a second, or several on a machine that is very busy.
    for engine in list(_open_engines):
        engine.close(PATIENCE)
    # They import when they are collected, which a thread of anybody's can keep from ever ending. The system closes
    # the connections.
    handlers = sys.modules.get("litellm.llms.custom_httpx.http_handler")
    for name in ("AsyncHTTPHandler", "HTTPHandler"):
        with contextlib.suppress(AttributeError):  # half imported
            del getattr(handlers, name).__del__
