"""``/v1`` for programs that speak OpenAI's protocol, asked by OpenAI's own client, and ``/health`` for balancers."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from rag.chat import chat_page, server
from rag.chat.api import health
from rag.chat.api.asked import MAX_EARLIER, asked_over
from rag.chat.api.door import LARGEST_BODY, Beside, Door
from rag.chat.api.keys import Keys, keys_of
from rag.chat.api.refusals import CallRefused
from rag.chat.api.told import answer_alone
from rag.errors import StoreError, UsageError
from rag.types import Article
from tests.support.fake_news import FLOOD, QUOTE, SYRIA, FakeNews, Script, cite
from tests.support.patience import PATIENCE, free_port, until

KEY, OTHER = "desk-4f1c9e7a20b85d36", "tool-97d3a1b6c4e8f250"
QUESTION = "When does the Syria mission end?"
AT_ONCE = 2


@pytest.fixture(scope="module")
def news() -> FakeNews:
    return FakeNews()


@pytest.fixture(scope="module")
def url(news: FakeNews) -> Iterator[str]:
    """A chat with a login, and two programs that have keys."""
    demo = chat_page.build(news)
    door = Door(news, (KEY, OTHER), per_minute=10_000, at_once=AT_ONCE)
    yield server.serve(demo, "127.0.0.1", free_port(), [("ada", "s3cret")], door)
    demo.close()


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0, timeout=PATIENCE) as one:
        yield one


def ask(client: openai.OpenAI, question: Any = QUESTION, **more: Any) -> ChatCompletion:
    messages: Any = question if isinstance(question, list) else [{"role": "user", "content": question}]
    extra = {name: more.pop(name) for name in list(more) if name not in ("model", "timeout")}
    found = client.chat.completions.create(
        model=more.pop("model", "rag-news"), messages=messages, extra_body=extra, **more
    )
    assert isinstance(found, ChatCompletion)
    return found


def streamed(client: openai.OpenAI, question: str = QUESTION, **more: Any) -> list[ChatCompletionChunk]:
    messages: Any = [{"role": "user", "content": question}]
    return list(client.chat.completions.create(model="rag-news", messages=messages, stream=True, **more))


def body_of(*messages: dict[str, str], **more: Any) -> bytes:
    return json.dumps({"model": "rag-news", "messages": messages, **more}).encode()


def extra(found: Any) -> dict[str, Any]:
    """The fields that OpenAI's types do not name."""
    return dict(found.model_extra or {})


# -- answers ---------------------------------------------------------------------------------------------------------


def test_an_answer_has_its_sources_in_words_and_as_fields(news: FakeNews, client: openai.OpenAI) -> None:
    found = ask(client)
    message, answer = found.choices[0].message, news.ask(QUESTION)
    assert message.content == (
        f"{news.default.text}\n\nSources:\n- [1] [2] Daily Wire Test, 28 Sep 2024: [{SYRIA.title}](<{SYRIA.url}>)"
    )
    assert extra(message)["citations"] == [c.record() for c in answer.citations]
    assert extra(found)["answer"] == answer.record()
    assert (found.model, found.choices[0].finish_reason, extra(found).get("ignored")) == ("rag-news", "stop", None)
    assert found.usage and found.usage.total_tokens == 0
    assert message.annotations
    for note, citation in zip(message.annotations, answer.citations, strict=True):
        at = note.url_citation
        assert message.content[at.start_index : at.end_index] == f"[{citation.n}]"
        assert at.url.startswith(f"{SYRIA.url}#:~:text=")
    assert len({note.url_citation.url for note in message.annotations}) == 2
    assert len({note.url_citation.title for note in message.annotations}) == 2


def test_a_stream_says_the_same_and_no_word_of_a_draft(news: FakeNews, client: openai.OpenAI) -> None:
    news.scripts["Drafted?"] = Script(text="Only what was checked [1].", citations=(cite(1, SYRIA, QUOTE),))
    whole = ask(client, "Drafted?")
    chunks = streamed(client, "Drafted?")
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [c.choices[0].finish_reason for c in chunks][-2:] == [None, "stop"]
    assert extra(chunks[-1].choices[0].delta)["citations"] == extra(whole.choices[0].message)["citations"]
    assert extra(chunks[-1])["answer"] == extra(whole)["answer"]
    assert len({c.id for c in chunks}) == 1
    assert [c for c in chunks if c.usage] == []
    told = streamed(client, "Drafted?", stream_options={"include_usage": True})
    assert [bool(c.usage) for c in told] == [False] * len(chunks) + [True]
    assert told[-1].choices == []


def test_the_tokens_of_the_language_model_are_told(
    news: FakeNews, client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = FakeNews._answer
    monkeypatch.setattr(
        FakeNews, "_answer", lambda *given: replace(plain(*given), tokens={"prompt": 300, "completion": 21})
    )
    usage = ask(client).usage
    assert usage and (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (300, 21, 321)


def test_a_refusal_numbers_its_quotes_and_says_why(news: FakeNews, client: openai.OpenAI) -> None:
    lines = f"The articles do not say.\n- 28 September 2024: “{QUOTE}”\n- 27 September 2024: “Two bridges are closed.”"
    news.scripts["Who pays?"] = Script(
        text=lines, refused=True, cause="uncarried", note="no article mentions a payer",
        quotes=(cite(1, SYRIA, QUOTE), cite(2, FLOOD, "Two bridges are closed.")),
    )  # fmt: skip
    found = ask(client, "Who pays?")
    content = found.choices[0].message.content or ""
    first, one, two, _, note, *sources = content.split("\n")
    assert first == "The articles do not say." and one.endswith("” [1]") and two.endswith("closed.” [2]")
    assert note == "No article mentions a payer." and len(sources) == 4
    assert extra(found)["answer"]["refused"] is True
    assert [c["n"] for c in extra(found.choices[0].message)["citations"]] == [1, 2]


def test_words_of_an_article_are_no_markup(news: FakeNews, client: openai.OpenAI) -> None:
    bad = Article(
        "x1", "![pixel](http://evil.example/p.png) <b>Rates</b>", "One *rose* [2](http://evil.example).", None,
        source="<i>Echo</i>", url="javascript:alert(1)",
    )  # fmt: skip
    news.scripts["Rates?"] = Script(
        text="One *rose* [2](http://evil.example) [1](http://evil.example), with more after [1] it.",
        citations=(cite(1, bad, bad.body),),
    )
    message = ask(client, "Rates?").choices[0].message
    content = message.content or ""
    shown = MarkdownIt("commonmark").render(content)
    assert not re.search(r"<(?:a|img|b|i|em)\b", shown) and "javascript" not in content
    assert "One *rose* [2](http://evil.example)" in shown and r"One \*rose\*" in content and "[1] it." in content
    assert message.annotations and message.annotations[0].url_citation.url == f"article:x1#0-{len(bad.body)}"


# -- what is asked ---------------------------------------------------------------------------------------------------


def test_filters_form_and_earlier_messages_reach_the_search(news: FakeNews, client: openai.OpenAI) -> None:
    before = ask(client).choices[0].message.content
    messages = [
        {"role": "system", "content": "Answer like a pirate."},
        {"role": "user", "content": "Much earlier"},
        *({"role": role, "content": f"{role} {n}"} for n in range(2) for role in ("user", "assistant")),
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": before},
        {"role": "user", "content": [{"type": "text", "text": "And"}, {"type": "text", "text": "in Iraq?"}]},
    ]
    found = ask(
        client, messages, since="2024-09-01", until="2024-09-29", as_of="2024-09-30", sources=["Northern Post"],
        sections="World", authors=["Ann Marsh", "Bo Lund"], form="list", temperature=0.2, tools=[{"type": "function"}],
        chat_id="c1", stop=None,
    )  # fmt: skip
    question, history, filters = news.asked[-1]
    assert (question, news.forms[-1]) == ("And\nin Iraq?", "list")
    assert (filters.since, filters.until, filters.as_of) == (date(2024, 9, 1), date(2024, 9, 29), date(2024, 9, 30))
    assert (filters.sources, filters.sections) == (("Northern Post",), ("World",))
    assert filters.authors == ("Ann Marsh", "Bo Lund")
    assert [m["content"] for m in history][:2] == ["user 0", "assistant 0"]
    assert history[-1]["content"] == "The mission in Syria continues until September 2026, with about 900 troops there."
    assert extra(found)["ignored"] == ["temperature", "tools", "chat_id", "messages.0 (system)"]


def test_an_answer_that_comes_back_is_read_without_its_escapes() -> None:
    assert answer_alone("Shares \\*fell\\* [1] by $3 [2].\n\nSources:\n- [1] A, no date: B") == "Shares *fell* by $3."
    assert answer_alone("Mine.\n\nSources:\n- a book") == "Mine.\n\nSources:\n- a book"


TASK = (
    "### Task:\nName this chat.\n### Output:\nJSON format: %s\n### Chat History:\n<chat_history>\n%s\n</chat_history>"
)
CHAT = f"USER: {QUESTION}\nASSISTANT: By September 2026 [1]."


@pytest.mark.parametrize(
    ("prompt", "reply"),
    [
        (TASK % ('{ "title": "a few words" }', CHAT), {"title": "When does the Syria mission end"}),
        (TASK % ('{ "title": "x" }', f"USER: {'how many bridges ' * 9}"), {"title": "how many bridges " * 3 + "how…"}),
        (TASK % ('{\n  "tags": ["one", "two"]\n}', CHAT), {"tags": []}),
        (TASK % ('{ "follow_ups": ["One?"] }', CHAT), {"follow_ups": []}),
        (TASK % ('{ "queries": ["one"] }', CHAT), {"queries": []}),
        (TASK % ('{ "text": "the rest" }', CHAT), {"text": ""}),
    ],
)
def test_what_a_chat_program_asks_for_itself_is_no_search(
    news: FakeNews, client: openai.OpenAI, prompt: str, reply: dict[str, Any]
) -> None:
    asked = len(news.asked)
    found = ask(client, prompt)
    assert json.loads(found.choices[0].message.content or "") == reply
    assert len(news.asked) == asked
    assert streamed(client, prompt)[1].choices[0].delta.content == found.choices[0].message.content


def test_neither_is_a_face_or_a_choice_of_tools(news: FakeNews, client: openai.OpenAI) -> None:
    asked = len(news.asked)
    face = ask(client, "Your task is to reflect the speaker's likely facial expression. Message: ```Late again```")
    assert len(face.choices[0].message.content or "") == 1
    system = {"role": "system", "content": 'Available Tools: []\n\nReturn {"tool_calls": [...]} and nothing else.'}
    tools = ask(client, [system, {"role": "user", "content": f"Query: {QUESTION}"}])
    assert json.loads(tools.choices[0].message.content or "") == {"tool_calls": []}
    assert len(news.asked) == asked


def test_a_question_behind_documents_is_asked_alone(news: FakeNews, client: openai.OpenAI) -> None:
    documents = (
        "### Task:\nUse the context.\n\n<context>\n<source id='1'>" + "A memo. " * 400 + "</source>\n</context>\n"
    )
    found = ask(client, documents + QUESTION)
    assert news.asked[-1][0] == QUESTION
    assert extra(found)["ignored"] == ["the documents before the question"]
    ask(client, "### Task: what does the word mean?")
    assert news.asked[-1][0] == "### Task: what does the word mean?"


@pytest.mark.parametrize("part", ["</context>", " " * 10 + "[", "{ ", "USER: \n", "\n\nSources:\n- [1] ", "\\"])
def test_a_huge_message_is_read_in_no_time(part: str) -> None:
    huge = "### Task:\n" + part * (1_000_000 // len(part))
    before = [{"role": role, "content": huge} for role in ("system", "user", "assistant")]
    begun = time.process_time()
    found = asked_over(body_of(*before, {"role": "user", "content": "x"}))
    assert all(len(m["content"]) <= MAX_EARLIER for m in found.history)
    with pytest.raises(CallRefused, match="a question may have 1,000"):
        asked_over(body_of({"role": "user", "content": huge}))
    assert time.process_time() - begun < 3  # some 0.03 are usual


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"n": 2}, "n", "unsupported_parameter"),
        ({"logprobs": True}, "logprobs", "unsupported_parameter"),
        ({"tool_choice": "required"}, "tool_choice", "unsupported_parameter"),
        ({"response_format": {"type": "json_object"}}, "response_format", "unsupported_parameter"),
        ({"sinse": "2024-09-01"}, "sinse", "unknown_parameter"),
        ({"source": "Northern Post"}, "source", "unknown_parameter"),
        ({"since": "soon"}, "since", None),
        ({"since": "2024-09-02", "until": "2024-09-01"}, "since", None),
        ({"sources": 5}, "sources", None),
        ({"stream": "yes"}, "stream", None),
        ({"messages": []}, "messages", None),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages", None),
        ({"messages": [{"role": "user", "content": " "}]}, "messages", None),
        ({"messages": [{"role": "user", "content": "x" * 1001}]}, "messages", "context_length_exceeded"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages.0.content.0",
            "unsupported_content",
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    news: FakeNews, client: openai.OpenAI, more: dict[str, Any], param: str, code: str | None
) -> None:
    asked = len(news.asked)
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, **more)
    assert (caught.value.param, caught.value.code, caught.value.type) == (param, code, "invalid_request_error")
    assert len(news.asked) == asked


def test_there_is_one_model(client: openai.OpenAI) -> None:
    assert [m.id for m in client.models.list()] == ["rag-news"] == [client.models.retrieve("rag-news").id]
    for call in (lambda: ask(client, model="gpt-9"), lambda: client.models.retrieve("gpt-9")):
        with pytest.raises(openai.NotFoundError, match="'gpt-9' does not exist here; there is 'rag-news'") as caught:
            call()
        assert caught.value.code == "model_not_found"


@pytest.mark.parametrize("form", ["", "Bearer", f"Basic {KEY}", f"Bearer {KEY[:-1]}", f"Bearer {KEY}{KEY}", KEY])
def test_a_wrong_key_gets_nothing(url: str, form: str) -> None:
    found = httpx.get(f"{url}/v1/models", headers={"Authorization": form} if form else {}, timeout=PATIENCE)
    assert (found.status_code, found.headers["www-authenticate"]) == (401, "Bearer")
    assert found.json()["error"]["code"] == "invalid_api_key"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/chat/completions", b"", 405),
        ("DELETE", "/v1/models", b"", 405),
        ("POST", "/v1/embeddings", b"{}", 404),
        ("GET", "/v1", b"", 404),
        ("POST", "/v1/chat/completions", b"{", 400),
        ("POST", "/v1/chat/completions", b"[" * 200_000, 400),
        ("POST", "/v1/chat/completions", b"[]", 400),
        ("POST", "/v1/chat/completions", b" " * (LARGEST_BODY + 1), 413),
    ],
)
def test_all_errors_have_one_form(url: str, method: str, path: str, body: bytes, status: int) -> None:
    found = httpx.request(
        method, url + path, content=body, headers={"Authorization": f"Bearer {OTHER}"}, timeout=PATIENCE
    )
    assert found.status_code == status
    error = found.json()["error"]
    assert set(error) == {"message", "type", "param", "code"} and error["type"] == "invalid_request_error"


def test_a_body_that_does_not_say_its_size_is_bounded_too(url: str) -> None:
    parts = (b" " * (1 << 16) for _ in range(1 + LARGEST_BODY // (1 << 16)))
    found = httpx.post(
        f"{url}/v1/chat/completions", content=parts, headers={"Authorization": f"Bearer {KEY}"}, timeout=PATIENCE
    )
    assert found.status_code == 413


def test_a_failure_is_one_line_before_and_within_a_stream(news: FakeNews, client: openai.OpenAI) -> None:
    news.scripts["Broken?"] = Script(error=RuntimeError("/home/ada/secret"))
    news.scripts["Closed?"] = Script(error=StoreError("the index cannot be read"))
    with pytest.raises(openai.InternalServerError, match="Something went wrong") as caught:
        ask(client, "Broken?")
    assert (caught.value.status_code, caught.value.type) == (500, "server_error") and "ada" not in str(caught.value)
    with pytest.raises(openai.InternalServerError, match="the index cannot be read") as caught:
        ask(client, "Closed?")
    assert caught.value.status_code == 503
    with pytest.raises(openai.APIError, match="the index cannot be read"):  # the fake begins with a step
        streamed(client, "Closed?")


# -- keys and limits -------------------------------------------------------------------------------------------------


def test_a_key_has_so_many_requests_a_minute() -> None:
    now = [100.0]
    keys = Keys((KEY, OTHER), 3, 1, lambda: now[0])
    for _ in range(3):
        keys.count(0)
        now[0] += 10
    with pytest.raises(CallRefused, match=r"3 requests a minute. Try again in 30 s\.$") as caught:
        keys.count(0)
    assert (caught.value.status, caught.value.headers) == (429, {"Retry-After": "30"})
    keys.count(1)
    now[0] += 30
    keys.count(0)


def test_every_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    plain = hmac.compare_digest

    def counting(known: bytes, given: bytes) -> bool:
        compared.append(known)
        return plain(known, given)

    monkeypatch.setattr("rag.chat.api.keys.hmac.compare_digest", counting)
    keys = Keys((KEY, OTHER, "third-0123456789abcdef"), 9, 9)
    assert [keys.who(f"Bearer {key}") for key in (KEY, OTHER)] == [0, 1]
    with pytest.raises(CallRefused):
        keys.who("Bearer none of them é")
    assert len(compared) == 9 and {len(digest) for digest in compared} == {32}


def test_a_key_has_so_many_questions_at_once(news: FakeNews, url: str, client: openai.OpenAI) -> None:
    go_on = threading.Event()
    script = news.scripts["Slow?"] = Script(gates={"found": go_on})
    waiting = [threading.Thread(target=ask, args=(client, "Slow?")) for _ in range(AT_ONCE)]
    begun = len(news.asked)
    for one in waiting:
        one.start()
    until(lambda: len(news.asked) == begun + AT_ONCE)
    with pytest.raises(openai.RateLimitError, match=f"{AT_ONCE} questions at once") as caught:
        ask(client)
    assert caught.value.response.headers["retry-after"] == "1" and caught.value.code == "rate_limit_exceeded"
    with openai.OpenAI(base_url=f"{url}/v1", api_key=OTHER, max_retries=0, timeout=PATIENCE) as other:
        assert ask(other).choices[0].message.content
    go_on.set()
    for one in waiting:
        one.join()
    script.gates.clear()
    assert ask(client).choices[0].message.content


@pytest.mark.parametrize("stream", [True, False])
def test_closing_the_connection_stops_the_model(news: FakeNews, url: str, client: openai.OpenAI, stream: bool) -> None:
    script = news.scripts["Endless?"] = Script(endless=True)
    messages: Any = [{"role": "user", "content": "Endless?"}]
    if stream:
        found = client.chat.completions.create(model="rag-news", messages=messages, stream=True)
        assert next(iter(found)).choices[0].delta.role == "assistant"
        assert not script.closed.is_set()
        found.close()
    else:
        before, body = len(news.asked), json.dumps({"model": "rag-news", "messages": messages})
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)) as connection:
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {KEY}\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            until(lambda: len(news.asked) > before)
    assert script.closed.wait(PATIENCE)
    assert ask(client).choices[0].message.content  # its place is free again


@pytest.mark.parametrize("text", [f"{KEY},short", f"{KEY}, {OTHER} x", "ключ-ключ-ключ-ключ"])
def test_a_key_that_is_no_key_is_told_without_it(text: str) -> None:
    with pytest.raises(UsageError, match=r"RAG_API_KEYS: key . of . needs at least 16") as caught:
        keys_of(text)
    assert not any(part in str(caught.value) for part in (KEY, "short", OTHER, "ключ"))
    assert keys_of(f" {KEY} ,{OTHER},{KEY},") == (KEY, OTHER)
    assert keys_of(None) == keys_of(" ") == ()


def test_the_login_guards_all_else(url: str) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    for path in ("config", "gradio_api/info", "gradio_api/mcp/schema", "v2/models", "v1x"):
        assert httpx.get(f"{url}/{path}", headers=key, timeout=PATIENCE).status_code in (401, 404), path
    call = httpx.post(f"{url}/gradio_api/call/ask", json={"data": [QUESTION] + [""] * 7}, headers=key, timeout=PATIENCE)
    assert call.status_code == 401


# -- without a server ------------------------------------------------------------------------------------------------

Sent = tuple[int, dict[str, str], bytes]


async def _pages(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the page"})


async def call(door: Door, path: str, method: str = "GET", body: bytes = b"", key: str = "", root: str = "") -> Sent:
    """What ``door`` says, without a server between."""
    to_come = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if to_come:
            return to_come.pop()
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    scope = {"type": "http", "method": method, "path": root + path, "root_path": root, "headers": headers}
    await Beside(_pages, door)(scope | {"query_string": b""}, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:])


def test_it_is_off_without_keys() -> None:
    door = Door(FakeNews())
    for path in ("/v1", "/v1/models", "/v1/chat/completions"):
        status, _, body = asyncio.run(call(door, path, key=KEY))
        assert status == 404 and "RAG_API_KEYS" in json.loads(body)["error"]["message"]
    assert asyncio.run(call(door, "/stories"))[2] == b"the page"
    assert asyncio.run(call(door, "/health", root="/news"))[0] == 200


class Broken(FakeNews):
    """Whose index answers only as ``find`` does."""

    def __init__(self, find: Callable[[], Any]) -> None:
        super().__init__()
        self.find, self.looked = find, 0

    def article(self, article_id: str, *, as_of: date | None = None) -> Article:
        self.looked += 1
        self.find()
        return super().article(article_id)


def test_health_is_what_the_index_says(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise StoreError("the index /srv/desk cannot be read")

    news = Broken(lambda: None)
    door = Door(news)

    async def asked_often(door: Door, times: int) -> list[Sent]:
        return [await call(door, "/health") for _ in range(times)]

    status, headers, body = asyncio.run(asked_often(door, 20))[-1]
    assert (status, headers["cache-control"], json.loads(body)) == (200, "no-store", {"ok": True})
    assert news.looked == 1
    monkeypatch.setattr(health, "HOLDS_FOR", 0.0)
    news.find = fails
    status, _, body = asyncio.run(call(door, "/health"))
    assert status == 503 and json.loads(body)["ok"] is False
    assert b"/srv" not in body and "/srv" not in caplog.text and "StoreError" in caplog.text
    news.find = lambda: None
    assert asyncio.run(call(door, "/health"))[0] == 200
    assert asyncio.run(call(door, "/health", "POST"))[0] == 405


def test_an_index_that_hangs_is_not_well_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LONGEST_LOOKUP", 0.05)
    go_on = threading.Event()
    news = Broken(lambda: go_on.wait(PATIENCE))
    door = Door(news)
    assert [asyncio.run(call(door, "/health"))[0] for _ in range(3)] == [503] * 3
    assert news.looked == 1
    go_on.set()


HOLDS_KEY = st.sampled_from([KEY, f"x {KEY}", f"{'y' * 290}{KEY}", f"{KEY}{OTHER}", "2024-09-01", "rag-news", "user"])
JSON = st.recursive(
    HOLDS_KEY | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOLDS_KEY, inner, max_size=3),
    max_leaves=6,
)
NAMES = "model messages stream n since sources form tool_choice response_format sinse".split()
MESSAGES = st.lists(st.fixed_dictionaries({"role": HOLDS_KEY, "content": JSON}), max_size=2)
BODIES = st.one_of(
    st.dictionaries(st.sampled_from(NAMES) | HOLDS_KEY, JSON, max_size=5),
    st.fixed_dictionaries({"model": HOLDS_KEY, "messages": MESSAGES, "since": JSON, "response_format": JSON}),
)
FAILURES = [None, RuntimeError("broken"), UsageError(f"there is no form {KEY!r}"), StoreError("no index")]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=BODIES,
    path=st.sampled_from(["/v1/chat/completions", "/v1/models", f"/v1/models/{KEY}", f"/v1/{'z' * 280}{KEY}"]),
    method=st.sampled_from(["POST", "GET", KEY]),
    key=st.sampled_from([KEY, OTHER, f"{KEY} ", KEY[:-1], ""]),
    error=st.sampled_from(FAILURES),
)
def test_no_error_and_no_line_of_the_log_holds_a_key(
    caplog: pytest.LogCaptureFixture, body: Any, path: str, method: str, key: str, error: Exception | None
) -> None:
    caplog.clear()
    news = FakeNews()
    news.default = Script(error=error)
    with caplog.at_level(logging.DEBUG):
        sent = asyncio.run(call(Door(news, (KEY, OTHER)), path, method, json.dumps(body).encode(), key))
    told = caplog.text + (sent[2].decode() if sent[0] != 200 else "") + str(sent[1])
    for one in (KEY, OTHER):  # nor what a cut leaves of one
        assert one[:8] not in told


def test_a_stream_may_end_some_time_after_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(FakeNews):
        def stream(self, *given: Any, **more: Any) -> Iterator[Any]:
            yield from super().stream(*given, **more)
            time.sleep(0.1)

    monkeypatch.setattr("rag.chat.turn.TICK", 0.02)  # after which a stream says that nothing has come
    body = body_of({"role": "user", "content": QUESTION})
    sent = asyncio.run(call(Door(Late(), (KEY,)), "/v1/chat/completions", "POST", body, KEY))
    assert sent[0] == 200 and json.loads(sent[2])["answer"] == FakeNews().ask(QUESTION).record()


def test_a_proxy_hears_that_a_stream_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.chat.api.door.PULSE", 0.0)
    body = body_of({"role": "user", "content": QUESTION}, stream=True)
    sent = asyncio.run(call(Door(FakeNews(), (KEY,)), "/v1/chat/completions", "POST", body, KEY))
    events = sent[2].decode().split("\n\n")
    assert ": working" in events and events[-2] == "data: [DONE]"
    assert sent[1]["content-type"] == "text/event-stream"
