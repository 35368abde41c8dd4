"""The page of followed questions, its endpoints, and the feed of changes beside it."""

from __future__ import annotations

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette

from rag.chat.endpoints import endpoints
from rag.chat.pages.changes_feed import FEED_PATH, ChangesFeed
from rag.chat.views.render import render
from rag.types import Change, FollowedQuestion
from tests.chat.test_chat_page import served
from tests.support.browser import Visit
from tests.support.fake_news import FakeNews

HOSTILE = "<img src=x onerror=alert(1)>"


def test_what_is_shown_of_a_change_is_text() -> None:
    change = Change(date(2026, 3, 4), HOSTILE, HOSTILE, "", HOSTILE, "a", HOSTILE, "contested")
    f = FollowedQuestion("1", HOSTILE, HOSTILE, HOSTILE, datetime(2026, 3, 1, tzinfo=UTC), (change,), 1)
    shown = render("following", "list", followed=[f])
    assert "<img" not in shown
    assert "another outlet differs" in shown and "1 new change" in shown and "4 Mar 2026" in shown


def test_a_reader_follows_a_question_from_its_answer(browser: Browser) -> None:
    with served(FakeNews()) as url, browser.new_context() as context:
        visit = Visit(context, url)
        visit.ask("When does the Syria mission end?")
        page = visit.page
        page.get_by_role("button", name="Tell me when this changes").click()
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.get_by_role("heading", name="When does the Syria mission end?")).to_be_visible()
        expect(page.get_by_text("The articles do not say yet.")).to_be_visible()
        page.get_by_role("button", name="Stop following").click()
        expect(page.get_by_text("No question is followed.")).to_be_visible()
        assert visit.errors == []


def login(name: str | None) -> Any:
    return SimpleNamespace(username=name)


def test_each_login_has_its_own_questions_by_the_endpoints() -> None:
    by_name = {endpoint.__name__: endpoint for endpoint in endpoints(FakeNews())}
    made = by_name["follow"]("Who?", request=login("ann"))
    assert by_name["followed"](request=login("bob")) == {"followed": []}
    assert by_name["followed"](request=login("ann")) == {"followed": [made]}
    with pytest.raises(gr.Error, match="can be followed"):
        by_name["follow"]("Hello", request=login(None))
    assert by_name["unfollow"](made["id"], request=login("ann")) == {"stopped": 1}


def ask_feed(
    logins: list[tuple[str, str]] | None, headers: dict[str, str] | None = None, path: str = FEED_PATH, how: str = "GET"
) -> httpx.Response:
    news = FakeNews()
    news.follow("Who?", owner="ann")
    transport = httpx.ASGITransport(ChangesFeed(Starlette(), news, logins))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(how, path, headers=headers)

    with ThreadPoolExecutor() as pool:  # the browser's loop runs in this thread
        return pool.submit(asyncio.run, ask()).result()


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def test_the_feed_is_that_of_the_login() -> None:
    logins = [("ann", "secret"), ("bob", "word")]
    assert ask_feed(logins, basic("ann:secret")).text == "<feed>1 of ann</feed>"
    assert ask_feed(logins, basic("bob:word")).text == "<feed>0 of bob</feed>"
    for wrong in ({}, basic("ann:word"), basic(""), {"Authorization": "Basic %%%"}, {"Authorization": "Bearer ann"}):
        refused = ask_feed(logins, wrong)
        assert (refused.status_code, "www-authenticate" in refused.headers) == (401, True)
    assert ask_feed(logins, basic("ann:secret"), "/other").status_code == 404


def test_without_logins_the_feed_is_open() -> None:
    answer = ask_feed(None)
    assert (answer.text, answer.headers["content-type"]) == ("<feed>0 of </feed>", "application/atom+xml")
    assert ask_feed(None, how="POST").status_code == 405
