"""What the chat's server answers beside its pages: ``/v1`` for programs with a key, ``/health`` for balancers.

It comes before the pages and their login, of which it knows nothing.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any

from rag.chat.api.asked import MODEL_NAME, AskedOver, asked_over
from rag.chat.api.health import Health
from rag.chat.api.keys import Keys
from rag.chat.api.refusals import CallRefused, refused_call
from rag.chat.api.told import Completion
from rag.chat.api.walking import CallerGone, Receive, Walks
from rag.chat.protocols import NewsLike
from rag.types import Answer, Event

if TYPE_CHECKING:
    from starlette.requests import Request

log = logging.getLogger(__name__)
LARGEST_BODY = 4 << 20  # bytes: a long chat, all of which comes with each question
PULSE = 10.0  # seconds of silence in a stream after which a proxy is told that it goes on


class Door:
    """The answers to programs, from ``news``; ``keys`` are those of ``RAG_API_KEYS``, of which each may have
    ``per_minute`` requests, and ``at_once`` questions at the same time. Without keys all of ``/v1`` is 404.
    """

    def __init__(self, news: NewsLike, keys: Sequence[str] = (), per_minute: int = 60, at_once: int = 8) -> None:
        self._news, self._keys = news, Keys(keys, per_minute, at_once)
        self._health, self._walks = Health(news), Walks()
        self._model = {"id": MODEL_NAME, "object": "model", "created": int(time.time()), "owned_by": "rag"}

    def leads(self, path: str) -> bool:
        """Whether an address is answered here."""
        return path in ("/health", "/v1") or path.startswith("/v1/")

    async def answer(self, path: str, scope: Any, receive: Receive, send: Any) -> None:
        """Answers a request of ASGI to an address that leads here. Raises nothing."""
        from starlette.requests import ClientDisconnect, Request

        reply = _Reply(send)
        try:
            request = Request(scope, receive)
            if path == "/health":
                await self._tell_health(request, reply)
            else:
                await self._call(path, request, reply)
        except (ClientDisconnect, CallerGone):
            log.debug("a caller was gone before the answer")
        except Exception as error:
            refused = refused_call(error)
            await reply.error(refused.record(self._keys.hidden), refused)

    async def _tell_health(self, request: Request, reply: _Reply) -> None:
        if request.method not in ("GET", "HEAD"):
            raise _not_allowed(request.method, "GET")
        good = await self._health.good()
        why = {} if good else {"why": "The index does not answer. See the server log."}
        await reply.json({"ok": good, **why}, 200 if good else 503, {"Cache-Control": "no-store"})

    async def _call(self, path: str, request: Request, reply: _Reply) -> None:
        if not self._keys:
            raise CallRefused(404, "There is nothing here: no keys are set (RAG_API_KEYS).", code="not_found")
        who = self._keys.who(request.headers.get("authorization", ""))
        self._keys.count(who)
        path = path.rstrip("/")
        if path == "/v1/models" or path.startswith("/v1/models/"):
            if request.method not in ("GET", "HEAD"):
                raise _not_allowed(request.method, "GET")
            await reply.json(self._models(path.removeprefix("/v1/models").lstrip("/")))
        elif path == "/v1/chat/completions":
            if request.method != "POST":
                raise _not_allowed(request.method, "POST")
            await self._complete(who, request, reply)
        else:
            raise CallRefused(404, f"Unknown address: {request.method} {path}.", code="unknown_url")

    def _models(self, name: str) -> dict[str, Any]:
        if name in ("", MODEL_NAME):
            return self._model if name else {"object": "list", "data": [self._model]}
        line = f"The model '{name}' does not exist here; there is '{MODEL_NAME}'."
        raise CallRefused(404, line, param="model", code="model_not_found")

    async def _complete(self, who: int, request: Request, reply: _Reply) -> None:
        asked = asked_over(await _body(request))
        made = Completion(f"chatcmpl-{secrets.token_hex(12)}", int(time.time()), MODEL_NAME, asked.ignored)
        if asked.reply is not None:
            await _send_all(made, asked.reply, asked, reply)
            return
        with self._keys.running(who):
            async with aclosing(self._walks.events(partial(self._begin, asked), request.receive)) as events:
                if asked.stream:
                    answer = await _with_pulse(events, made, asked, reply)
                else:
                    answer = await _last(events)
        await _send_all(made, answer, asked, reply)

    def _begin(self, asked: AskedOver) -> Iterator[Event]:
        return self._news.stream(asked.question, history=asked.history, filters=asked.filters, form=asked.form)


async def _body(request: Request) -> bytes:
    """The body of a request. Raises ``CallRefused`` as soon as it is known to be too large."""
    too_large = CallRefused(413, f"The body is larger than {LARGEST_BODY >> 20} MiB.", headers={"Connection": "close"})
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > LARGEST_BODY:
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise too_large
        parts.append(part)
    return b"".join(parts)


async def _last(events: AsyncIterator[Event | None]) -> Answer:
    answer: Event | None = None
    async for event in events:
        answer = event or answer
    assert isinstance(answer, Answer)
    return answer


async def _with_pulse(events: AsyncIterator[Event | None], made: Completion, asked: AskedOver, reply: _Reply) -> Answer:
    """The answer at the end of ``events``; meanwhile the caller is told that there will be one, and that it goes on.

    Nothing is sent before the first event: what is wrong with a question is known by then, and is an error with a
    status. No word of a draft is sent, since nobody could take it back where a check refuses it.
    """
    answer: Event | None = None
    told = 0.0
    async for event in events:
        answer = event or answer
        if answer is None:
            continue
        if not reply.begun:
            await reply.begin()
            await reply.event(made.first(with_usage=asked.include_usage))
            told = time.monotonic()
        elif time.monotonic() - told >= PULSE:
            await reply.pulse()
            told = time.monotonic()
    assert isinstance(answer, Answer)
    return answer


async def _send_all(made: Completion, answer: Answer | str, asked: AskedOver, reply: _Reply) -> None:
    if not asked.stream:
        await reply.json(made.whole(answer))
        return
    if not reply.begun:
        await reply.begin()
        await reply.event(made.first(with_usage=asked.include_usage))
    for chunk in made.chunks(answer, with_usage=asked.include_usage):
        await reply.event(chunk)
    await reply.end()


def _not_allowed(method: str, allowed: str) -> CallRefused:
    line = f"{method} is not allowed here; use {allowed}."
    return CallRefused(405, line, code="method_not_allowed", headers={"Allow": allowed})


class _Reply:
    """One response of ASGI: a JSON object, or a stream of events as the protocol of OpenAI has it."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self.begun = False

    async def json(self, record: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = _encoded(record)
        size = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        await self._start(status, size | (headers or {}))
        await self._send({"type": "http.response.body", "body": body})

    async def error(self, record: Any, refused: CallRefused) -> None:
        """What went wrong; in a stream, whose status is sent already, as its last event."""
        if self.begun:
            await self.event(record)
            await self._send({"type": "http.response.body", "body": b""})
        else:
            await self.json(record, refused.status, refused.headers)

    async def begin(self) -> None:
        """Begins a stream, which neither a cache nor a proxy is to keep back."""
        await self._start(
            200, {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        )

    async def event(self, record: Any) -> None:
        await self._part(b"data: " + _encoded(record) + b"\n\n")

    async def pulse(self) -> None:
        """A comment: clients pass over it."""
        await self._part(b": working\n\n")

    async def end(self) -> None:
        await self._part(b"data: [DONE]\n\n")
        await self._send({"type": "http.response.body", "body": b""})

    async def _start(self, status: int, headers: dict[str, str]) -> None:
        self.begun = True
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def _part(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


def _encoded(record: Any) -> bytes:
    return json.dumps(record).encode()  # ASCII: half a character of a question is no reason to fail


class Beside:
    """ASGI middleware: what leads to ``door`` is answered there, everything else by the pages."""

    def __init__(self, app: Any, door: Door) -> None:
        self.app, self._door = app, door

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path") or "")
            if self._door.leads(path):
                await self._door.answer(path, scope, receive, send)
                return
        await self.app(scope, receive, send)
