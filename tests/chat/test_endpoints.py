"""``ask`` and ``search`` for programs: as endpoints of a Gradio client, as MCP tools, with the command line's JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from typing import Any

import anyio
import gradio_client
import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from tests.chat.test_chat_page import SYRIA_QUESTION, served
from tests.support.fake_news import QUOTE, SYRIA, FakeNews
from tests.support.patience import PATIENCE


@pytest.fixture(scope="module")
def news() -> FakeNews:
    return FakeNews()


@pytest.fixture(scope="module")
def url(news: FakeNews) -> Iterator[str]:
    with served(news) as address:
        yield address


@pytest.fixture
def client(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[gradio_client.Client]:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # the client asks the hub who is calling
    client = gradio_client.Client(url, verbose=False)
    yield client
    client.close()


def test_ask_answers_with_the_contract(news: FakeNews, client: gradio_client.Client) -> None:
    record = client.predict(SYRIA_QUESTION, api_name="/ask")
    assert record == news.ask(SYRIA_QUESTION).record()
    assert record["citations"][0]["quote"] == QUOTE
    client.predict(SYRIA_QUESTION, as_of="2024-09-30", source="Northern Post", section="World", api_name="/ask")
    filters = news.asked[-1][2]
    assert (filters.as_of, filters.sources, filters.sections) == (date(2024, 9, 30), ("Northern Post",), ("World",))


def test_search_gives_passages(news: FakeNews, client: gradio_client.Client) -> None:
    found = client.predict("troops", since="2024-09-01", limit=1, api_name="/search")
    [hit] = found["hits"]
    assert (found["question"], hit["article_id"], hit["title"]) == ("troops", SYRIA.id, SYRIA.title)
    assert SYRIA.body[hit["start"] : hit["end"]] == hit["text"]
    assert news.asked[-1][2].since == date(2024, 9, 1)


def test_timelines_comparisons_and_names(news: FakeNews, client: gradio_client.Client) -> None:
    found = client.predict("the mission", since="2024-09-01", author="Ann Marsh", limit=5, api_name="/timeline")
    assert found == news.timeline("the mission").record()
    topic, article, entity, filters, limit = news.told[-2]
    assert (topic, article, entity, limit) == ("the mission", None, None, 5)
    assert (filters.since, filters.authors) == (date(2024, 9, 1), ("Ann Marsh",))
    client.predict(entity="Ann Marsh", api_name="/timeline")
    assert news.told[-1][2] == "Ann Marsh"
    found = client.predict(SYRIA_QUESTION, source="Northern Post", api_name="/compare")
    assert found == news.compare(SYRIA_QUESTION).record() and news.asked[-2][2].sources == ("Northern Post",)
    found = client.predict(topic="the mission", source="Northern Post", limit=1, api_name="/brief")
    assert len(found["stories"]) == 1 == found["left_out"] and news.read == []
    assert (news.briefs[-1][0], news.briefs[-1][1].sources) == ("the mission", ("Northern Post",))
    client.predict(mark=True, api_name="/brief")
    assert len(news.read) == 1
    assert client.predict(api_name="/topics") == {"topics": [t.record() for t in news.topics()]}


def test_a_call_that_fails_tells_the_log_nothing_of_what_was_sent(
    url: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    secret = "ZQX-SECRET who is it?"
    call = httpx.post(f"{url}/gradio_api/call/ask", json={"data": [secret]}, timeout=PATIENCE).json()
    # too few arguments: it fails inside Gradio
    httpx.get(f"{url}/gradio_api/call/ask/{call['event_id']}", timeout=PATIENCE)
    printed = capsys.readouterr()
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert any("a call failed" in record.getMessage() for record in told)
    assert secret not in printed.out + printed.err and "Traceback" not in printed.err
    assert not any(secret in record.getMessage() for record in told)


@pytest.mark.parametrize("name", ["/ask", "/search"])
def test_a_wrong_day_is_one_line(client: gradio_client.Client, name: str) -> None:
    with pytest.raises(Exception, match="From: 'yesterday' is not a day"):
        client.predict(SYRIA_QUESTION, since="yesterday", api_name=name)


def test_a_question_that_is_too_long_is_told_and_not_cut(client: gradio_client.Client) -> None:
    with pytest.raises(Exception, match="The question has 1,001 characters; a question may have 1,000"):
        client.predict("x" * 1001, api_name="/ask")


OFFERED = ["ask", "search", "timeline", "brief", "compare", "topics", "follow", "followed", "unfollow"]


def test_these_are_all_that_is_offered_and_they_are_explained(client: gradio_client.Client) -> None:
    offered = client.view_api(return_format="dict")["named_endpoints"]
    assert list(offered) == [f"/{name}" for name in OFFERED]


def over_mcp(url: str, do: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    async def talk() -> Any:
        async with (
            streamablehttp_client(f"{url}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return await do(session)

    return anyio.run(talk)


def test_all_are_mcp_tools_that_say_what_they_want(url: str) -> None:
    tools = over_mcp(url, lambda session: session.list_tools()).tools
    assert [tool.name for tool in tools] == OFFERED
    for tool in tools:
        assert "news articles" in tool.description
        described = tool.inputSchema["properties"]
        assert all(about["description"] for about in described.values()), described
        without: dict[str, list[str]] = {name: [] for name in ("timeline", "brief", "topics", "followed")}
        wanted = (without | {"unfollow": ["number"]}).get(tool.name, ["question"])
        assert tool.inputSchema.get("required", []) == wanted


def test_a_tool_replies_with_the_json_of_the_command_line(news: FakeNews, url: str) -> None:
    answer = over_mcp(url, lambda session: session.call_tool("ask", {"question": SYRIA_QUESTION}))
    assert json.loads(answer.content[0].text) == news.ask(SYRIA_QUESTION).record()
    found = over_mcp(url, lambda session: session.call_tool("search", {"question": "troops"}))
    assert [hit["article_id"] for hit in json.loads(found.content[0].text)["hits"]] == ["a1", "a2"]
    wrong = over_mcp(url, lambda session: session.call_tool("ask", {"question": "x", "since": "soon"}))
    assert wrong.isError
    assert "is not a day" in wrong.content[0].text
