"""A request to ``/v1/chat/completions`` as a question: what is used of it, what is ignored, what is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.chat.api.refusals import CallRefused
from rag.chat.api.tasks import bare_question, task_reply
from rag.chat.api.told import answer_alone
from rag.chat.endpoints import filters_of, parse_day
from rag.chat.turn import HISTORY_TURNS
from rag.chat.views.escape import MAX_QUESTION
from rag.errors import UsageError, closest
from rag.types import Filters, Message

MODEL_NAME = "rag-news"  # the one model that there is here; which language model writes is a matter of RAG_LLM
MAX_EARLIER = 6000  # characters of an earlier message that are read

Names = str | list[str] | None


class _Part(BaseModel):
    type: str
    text: str | None = None


class _Message(BaseModel):
    role: str
    content: str | list[_Part] | None = None


class _StreamOptions(BaseModel):
    include_usage: bool | None = None


class _Format(BaseModel):
    type: str


class _Body(BaseModel):
    """What is read of a body; everything else in it is ignored."""

    model_config = ConfigDict(strict=True, extra="allow")

    model: str
    messages: list[_Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    n: int | None = None
    tool_choice: Any = None
    function_call: Any = None
    logprobs: bool | None = None
    response_format: _Format | None = None
    modalities: list[str] | None = None

    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    sources: Names = None
    sections: Names = None
    authors: Names = None
    form: str | None = None


_SCOPE = ("since", "until", "as_of", "sources", "sections", "authors", "form")
_OF_OPENAI = frozenset(
    "audio frequency_penalty functions logit_bias max_completion_tokens max_tokens metadata parallel_tool_calls "
    "prediction presence_penalty prompt_cache_key reasoning_effort safety_identifier seed service_tier stop store "
    "temperature tools top_logprobs top_p user verbosity web_search_options".split()
)


@dataclass(frozen=True, slots=True)
class AskedOver:
    """A question that came over HTTP, with the messages before it; ``ignored`` names what of the request is not used.

    ``reply`` is there where it is no question of a user, but a task of their chat program.
    """

    question: str
    history: tuple[Message, ...] = ()
    filters: Filters = Filters()  # noqa: RUF009  # frozen
    form: str = ""
    stream: bool = False
    include_usage: bool = False
    ignored: tuple[str, ...] = ()
    reply: str | None = None


def asked_over(body: bytes) -> AskedOver:
    """Reads a body. Raises ``CallRefused`` for what cannot be done."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise CallRefused(400, "The body is no JSON.") from None
    if not isinstance(raw, dict):
        raise CallRefused(400, "The body must be a JSON object with 'model' and 'messages'.")
    try:
        given = _Body.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part not in ("str", "list[str]", "list[_Part]"))
        raise CallRefused(400, f"'{where}': {first['msg']}.", param=where) from None
    if given.model != MODEL_NAME:
        line = f"The model '{given.model}' does not exist here; there is '{MODEL_NAME}'."
        raise CallRefused(404, line, param="model", code="model_not_found")
    _refuse(given, raw)
    return _question(given, raw)


def _refuse(given: _Body, raw: dict[str, Any]) -> None:
    """Raises ``CallRefused`` for what would change the answer and cannot be had, and for a filter that is misspelt."""
    wrong = [
        ("n", given.n not in (None, 1), "One answer is given: leave 'n' out."),
        ("logprobs", bool(given.logprobs), "No probabilities of tokens are known: leave 'logprobs' out."),
        ("modalities", given.modalities not in (None, ["text"]), "Only text is answered."),
        (
            "response_format",
            given.response_format is not None and given.response_format.type != "text",
            "The answer is text; its sources are in 'message.citations', all that is known of it in 'answer'.",
        ),
        *(
            (name, choice not in (None, "none", "auto"), "No tool is ever called: leave it out, or 'auto'.")
            for name, choice in (("tool_choice", given.tool_choice), ("function_call", given.function_call))
        ),
    ]
    for name, is_wrong, line in wrong:
        if is_wrong:
            raise CallRefused(400, line, param=name, code="unsupported_parameter")
    for name in raw:
        if name not in _Body.model_fields and name not in _OF_OPENAI and (near := closest(name, _SCOPE)):
            line = f"Unknown parameter '{name}'; did you mean '{near}'?"
            raise CallRefused(400, line, param=name, code="unknown_parameter")


def _question(given: _Body, raw: dict[str, Any]) -> AskedOver:
    *before, last = given.messages
    if last.role != "user":
        raise CallRefused(400, "The last message must be of the role 'user'.", param="messages")
    prompt = _text(last, f"messages.{len(before)}.content", strict=True).strip()
    if not prompt:
        raise CallRefused(400, "The question is empty.", param="messages")
    reply = task_reply(prompt, "\n".join(_text(m) for m in before if m.role == "system"))
    question = prompt if reply else bare_question(prompt)
    if reply is None and len(question) > MAX_QUESTION:
        line = f"The question has {len(question):,} characters; a question may have {MAX_QUESTION:,}."
        raise CallRefused(400, line, param="messages", code="context_length_exceeded")
    unused = [name for name, value in raw.items() if name not in _Body.model_fields and value not in (None, [], {})]
    unread = [f"messages.{n} ({m.role[:20]})" for n, m in enumerate(before) if m.role not in ("user", "assistant")]
    documents = ["the documents before the question"] if question != prompt else []
    return AskedOver(
        question,
        _history(before),
        _filters(given),
        (given.form or "").strip(),
        bool(given.stream),
        bool(given.stream_options and given.stream_options.include_usage),
        tuple(name[:80] for name in [*unused, *unread, *documents]),
        reply,
    )


def _text(message: _Message, where: str = "", *, strict: bool = False) -> str:
    """The text of a message, whose parts may be apart. ``strict``: raises ``CallRefused`` for what is no text."""
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    for n, part in enumerate(message.content):
        if strict and part.type != "text":
            line = f"Only text is read, not '{part.type}'."
            raise CallRefused(400, line, param=f"{where}.{n}", code="unsupported_content")
    return "\n".join(part.text or "" for part in message.content if part.type == "text")


def _history(messages: Sequence[_Message]) -> tuple[Message, ...]:
    """The last messages before the question, as the chat would have them: answers without numbers and sources."""
    told: list[Message] = []
    for message in messages:
        text = _text(message).strip()
        text = text if len(text) <= MAX_EARLIER else bare_question(text)[:MAX_EARLIER]
        if message.role == "assistant":
            text = answer_alone(text)
        elif message.role == "user":
            text = bare_question(text)
        if text and message.role in ("user", "assistant"):
            told.append({"role": message.role, "content": text})
    return tuple(told[-2 * HISTORY_TURNS :])


def _filters(given: _Body) -> Filters:
    for name in ("since", "until", "as_of"):
        try:
            parse_day(getattr(given, name), name)
        except UsageError as error:
            raise CallRefused(400, str(error), param=name) from None
    named = ([names] if isinstance(names, str) else names for names in (given.sources, given.sections, given.authors))
    try:
        return filters_of(given.since, given.until, given.as_of, *named)
    except UsageError as error:
        raise CallRefused(400, str(error), param="since") from None
