"""What goes on from an answer: another form, the next question, a pasted text, a page to keep; keys and the title."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from rag.chat import chat_page
from rag.chat.kept.pasted import add_pasted
from rag.chat.turn import Turn
from rag.chat.views.shared_page import shared_page
from rag.errors import UsageError
from rag.types import Answer, Understood
from tests.chat.test_chat_page import SYRIA_QUESTION, served
from tests.conftest import OpenNews
from tests.support.browser import Visit, emptied
from tests.support.fake_news import QUOTE, SYRIA, FakeNews, Script, cite
from tests.support.patience import until

PASTED = "The town band plays on the green this Sunday. The concert costs nothing. Its leader hopes for a dry day."
Open = Callable[[], Visit]


@pytest.fixture(scope="module")
def news() -> FakeNews:
    found = FakeNews()
    comparison = Understood("Compare them", notes=(("taken as", "a comparison"),))
    found.scripts["Compare them"] = Script(form="comparison", understood=comparison)
    found.further["Compare them"] = ("How many soldiers are in Iraq?", "Give me a timeline of the mission")
    found.scripts[PASTED] = Script(
        text="This looks like an article.", refused=True, cause="talk", form="pasted", citations=(), evidence=()
    )
    found.scripts["endless"] = Script(endless=True)
    return found


@pytest.fixture(scope="module")
def url(news: FakeNews) -> Iterator[str]:
    with served(news) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    return browser.new_context()


@pytest.fixture
def one(context: BrowserContext, url: str) -> Iterator[Visit]:
    visit = Visit(emptied(context, url), url)
    yield visit
    assert (visit.outside, visit.errors) == ([], [])
    visit.page.close()


@pytest.mark.browser
def test_one_click_takes_a_question_otherwise_in_its_place(news: FakeNews, one: Visit) -> None:
    one.ask("Compare them")
    one.page.locator("#live .otherwise").get_by_role("button", name="a list").click()
    expect(one.page.locator("#live .turn")).to_have_attribute("data-turn", "1")
    until(lambda: news.forms[-1] == "list")
    assert news.asked[-1][0] == "Compare them"
    expect(one.page.locator("#past .turn")).to_have_count(0)


@pytest.mark.browser
def test_a_next_question_is_asked_by_one_click(news: FakeNews, one: Visit) -> None:
    one.ask("Compare them")
    expect(one.page.locator("#next button")).to_have_count(2)
    one.page.locator("#next button").first.click()
    expect(one.page.locator("#live .asked")).to_contain_text("How many soldiers are in Iraq?")
    expect(one.page.locator("#past .asked")).to_contain_text("Compare them")
    expect(one.page.locator("#live .foot")).to_be_visible()
    expect(one.page.locator("#next button")).to_have_count(0)


@pytest.mark.browser
def test_a_pasted_text_is_the_only_source_until_it_is_taken_away(news: FakeNews, one: Visit) -> None:
    one.ask(PASTED)
    expect(one.page.get_by_role("button", name="Add to the library")).to_be_hidden()  # there is no library page
    one.page.get_by_role("button", name="Use as the only source").click()
    expect(one.page.locator("#chips .chip")).to_contain_text("The town band")
    one.ask("Who plays?")
    expect(one.page.locator("#live .foot")).to_contain_text("only the text you pasted")
    assert news.texts[-1] == PASTED
    one.page.get_by_role("button", name=re.compile("^Remove: The text")).click()
    expect(one.page.locator("#chips .chip")).to_have_count(0)
    one.ask("And now?")
    expect(one.page.locator("#past")).to_contain_text("Who plays?")
    until(lambda: news.texts[-1] is None)


@pytest.mark.browser
def test_an_open_article_is_left_where_the_question_is_about_something_else(news: FakeNews, one: Visit) -> None:
    news.elsewhere.add("Who won the prize?")
    one.ask(SYRIA_QUESTION)
    one.page.locator("#panel").get_by_role("button", name="Ask about this article").first.click()
    expect(one.page.locator("#chips .chip")).to_have_count(1)
    one.ask("Who won the prize?")
    left = one.page.locator("#live .taken")
    expect(left).to_contain_text("does not speak of this: all articles were searched")
    expect(one.page.locator("#chips .chip")).to_have_count(0)
    until(lambda: news.asked[-1][0] == "Who won the prize?" and news.asked[-1][2].only is None)
    left.get_by_role("button", name="Ask only that article").click()
    until(lambda: news.asked[-1][2].only is not None)
    expect(one.page.locator("#chips .chip")).to_have_count(1)
    expect(one.page.locator("#live .taken")).to_have_count(0)
    expect(one.page.locator("#live .foot")).to_contain_text("Scope: only")


@pytest.mark.browser
def test_a_text_too_long_for_a_question_is_offered_as_a_source(news: FakeNews, one: Visit) -> None:
    one.ask(f"{PASTED} " * 20)
    one.page.get_by_role("button", name="Use as the only source").click()
    expect(one.page.get_by_label("Your question")).to_have_value("")
    one.ask("Who plays?")
    expect(one.page.locator("#live .foot")).to_be_visible()
    assert (news.texts[-1] or "").count(PASTED) == 20


@pytest.mark.browser
def test_the_title_of_the_tab_tells_that_the_answer_is_there(news: FakeNews, one: Visit) -> None:
    gate = threading.Event()
    news.scripts["slow"] = Script(gates={"answer": gate})
    one.ask("slow")
    expect(one.page.locator("#live .running")).to_be_visible()
    one.page.evaluate("document.hasFocus = () => false")
    gate.set()
    expect(one.page).to_have_title(re.compile("^● Answer ready"))
    one.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(one.page).to_have_title("Ask the news")


@pytest.mark.browser
def test_keys_recall_walk_and_stop(one: Visit) -> None:
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .foot")).to_be_visible()
    box = one.page.get_by_label("Your question")
    box.press("ArrowUp")
    expect(box).to_have_value(SYRIA_QUESTION)
    box.fill("")
    one.page.get_by_role("button", name="Source 1: ").click()
    one.page.keyboard.press("ArrowDown")
    expect(one.page.locator("#panel-2")).to_be_focused()
    one.page.keyboard.press("Escape")
    expect(one.page.get_by_role("button", name="Source 2: ")).to_be_focused()
    one.ask("endless")
    expect(one.page.locator("#live .draft")).to_be_visible()
    one.page.keyboard.press("Escape")
    expect(one.page.locator("#live")).to_contain_text("Stopped.")


def test_an_answer_as_a_page_of_its_own_loads_and_runs_nothing() -> None:
    evil = replace(SYRIA, title="<script>alert(1)</script>", url="javascript:alert(1)")
    answer = Answer("Why <b>?", "It ends in 2026 [1].", "2026", False, (cite(1, evil, QUOTE),), "none")
    html = shared_page(Turn(1, "Why <b>?", answer=answer))
    assert "<script" not in html and "javascript:" not in html and "<b>" not in html
    assert "default-src 'none'" in html and not re.search(r"(?:src|@import|url\()", html.replace("-src", ""))
    assert "&lt;script&gt;" in html and '<a class="ref" href="#s1">[1]</a>' in html and '<li id="s1"' in html
    assert QUOTE.replace('"', "&#34;") in html and "Daily Wire Test" in html


def test_a_pasted_text_goes_into_the_library(open_news: OpenNews, tmp_path: Path) -> None:
    news, folder = open_news(), tmp_path / "uploads"
    article = add_pasted(news, folder, f"Band plays on the green\n\n{PASTED}")
    assert news.article(article.id).title == "Band plays on the green"
    assert [file.name for file in folder.iterdir()] == ["band-plays-on-the-green.txt"]
    with pytest.raises(UsageError):
        add_pasted(news, folder, "?")
    assert len(list(folder.iterdir())) == 1


def test_an_article_beside_an_answer_as_of_a_day_is_read_as_it_stood_then() -> None:
    news = FakeNews()
    then = date(2024, 9, 28)
    news.as_it_stood[SYRIA.id, then] = replace(SYRIA, body="What was said before it was corrected.")
    page = chat_page.ChatPage(news, None, None, None)
    answered = [Turn(n, "?", answer=replace(news.ask("?"), as_of=as_of)) for n, as_of in ((1, then), (2, None))]

    def read(turns: list[Turn], **sent: object) -> str:
        return page.read_article(turns, cast(Any, SimpleNamespace(_data={"id": SYRIA.id, **sent})))

    assert "What was said before" in read(answered, turn=1)
    assert "What was said before" in read(answered[:1])  # in the panel, beside the last answer
    for turns, sent in ((answered, {"turn": 2}), (answered, {}), ([], {})):
        assert "Officials called it a transition." in read(turns, **sent)


def test_a_new_chat_in_the_moment_of_asking_stays_empty() -> None:
    news = FakeNews()
    page = chat_page.ChatPage(news, None, None, None)
    request, event = (cast(Any, SimpleNamespace(**fields)) for fields in ({"session_hash": "s"}, {"_data": None}))
    parts = [page.before_edit, page.turns, page.chats, page.about, page.only, *page.scope]
    steps = page.converse({page.box: SYRIA_QUESTION, **{part: part.value for part in parts}}, request, event)
    assert SYRIA_QUESTION in next(steps)[page.live]
    page.start_over(page.chats.value, request)  # before the stream is there
    assert [change for change in steps if page.live in change] == []
    assert news.asked == []

    again = page.converse({page.box: SYRIA_QUESTION, **{part: part.value for part in parts}}, request, event)
    assert "September 2026" in [change for change in again if page.live in change][-1][page.live]
    assert len(news.asked) == 1
