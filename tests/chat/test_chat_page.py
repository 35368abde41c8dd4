"""The chat in a real browser, over a scripted ``News``: what a reader sees, and what hostile text cannot."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import gradio_client
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from rag.chat import chat_page, layout, server, turn
from rag.chat.kept import saved_chats
from rag.chat.protocols import NewsLike
from rag.chat.turn import Asked, Turn
from rag.errors import LlmError, UsageError
from rag.types import Answer, Filters, Understood
from tests.support.browser import Visit, emptied
from tests.support.fake_news import FLOOD, QUOTE, SYRIA, TROOPS, FakeNews, Script, cite, evidence
from tests.support.paths import ROOT
from tests.support.patience import PATIENCE, free_port

pytestmark = pytest.mark.browser

SYRIA_QUESTION = "When does the Syria mission end?"
Open = Callable[[], Visit]


@contextmanager
def served(news: NewsLike, auth: list[tuple[str, str]] | None = None, ratings: Path | None = None) -> Iterator[str]:
    demo = chat_page.build(news, ratings=ratings)
    url = server.serve(demo, "127.0.0.1", free_port(), auth)
    try:
        yield url
    finally:
        demo.close()


@pytest.fixture(scope="module")
def news() -> FakeNews:
    """One for the module; each test scripts questions of its own."""
    return FakeNews()


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="module")
def url(news: FakeNews, ratings: Path) -> Iterator[str]:
    with served(news, ratings=ratings) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One for the module, so that the page's scripts are loaded once."""
    return browser.new_context(viewport={"width": 1280, "height": 800})


@pytest.fixture
def visit(browser: Browser, context: BrowserContext, url: str) -> Iterator[Open]:
    """Opens the page in a fresh session; nothing may leave this machine or fail on any page."""
    with ExitStack() as stack:
        visits: list[Visit] = []

        def open_page() -> Visit:
            if visits:  # another reader
                other = browser.new_context(viewport={"width": 1280, "height": 800})
                stack.callback(other.close)
                visits.append(Visit(other, url))
            else:
                visits.append(Visit(emptied(context, url), url))
                stack.callback(visits[-1].page.close)
            return visits[-1]

        yield open_page
        assert [v.outside for v in visits] == [[] for _ in visits]
        assert [v.errors for v in visits] == [[] for _ in visits]
        assert [v.dialogs for v in visits] == [[] for _ in visits]


@pytest.fixture(scope="module")
def own_context(browser: Browser) -> BrowserContext:
    """Of the page that tests go on with: nothing else changes what is kept in it."""
    return browser.new_context(viewport={"width": 1280, "height": 800})


@pytest.fixture(scope="module")
def left() -> list[Visit]:
    """The page that the last test which asked for ``one`` left behind."""
    return []


@pytest.fixture
def one(own_context: BrowserContext, url: str, left: list[Visit]) -> Iterator[Visit]:
    """A page with a new chat; it may have had others, which are in its menu: to open one takes seconds. For tests that
    leave no menu and no part of the scope open. Nothing may leave this machine or fail on it."""
    visit = left.pop() if left else Visit(own_context, url)
    yield visit
    assert (visit.outside, visit.errors, visit.dialogs) == ([], [], [])
    visit.page.get_by_role("button", name="New chat").click()
    expect(visit.page.locator(".welcome")).to_be_visible()
    expect(visit.page.locator(":is(.turn, #chips .chip, #notice .notice)")).to_have_count(0)
    visit.page.get_by_label("Your question").fill("")
    left.append(visit)


def test_evidence_stands_before_the_first_word_of_the_answer(news: FakeNews, one: Visit) -> None:
    gate = threading.Event()
    news.scripts["evidence first"] = Script(gates={"draft": gate})
    one.ask("evidence first")
    panel = one.page.locator("#panel")
    expect(panel.locator("mark").first).to_have_text(QUOTE)
    expect(panel.locator(".outlet").first).to_have_text("Daily Wire Test")
    expect(panel.locator("time").first).to_have_text("Sat 28 Sep 2024, 20:00")
    expect(panel.locator("h3").first).to_have_text(SYRIA.title)
    assert one.page.locator("#live .text").count() == 0
    gate.set()
    expect(one.page.locator("#live .text strong")).to_have_text("September 2026")


def test_a_number_leads_to_its_sentence_marked_in_context(one: Visit) -> None:
    one.ask(SYRIA_QUESTION)
    one.page.get_by_role("button", name="Source 2: Daily Wire Test").click()
    lit = one.page.locator(".source.lit")
    expect(lit.locator("mark")).to_have_text(TROOPS)
    expect(lit.locator("blockquote")).to_contain_text("Officials called it a transition.")
    expect(lit).to_be_focused()
    link = lit.get_by_role("link")
    assert link.get_attribute("href") == SYRIA.url
    assert "noopener" in (link.get_attribute("rel") or "")


def test_a_number_in_an_earlier_answer_leads_to_that_answers_source(news: FakeNews, one: Visit) -> None:
    quote = "Two bridges are closed."
    news.scripts["bridges"] = Script(
        text="Two are closed [1].", citations=(cite(1, FLOOD, quote),), evidence=(evidence(FLOOD, quote),)
    )
    one.ask("bridges")
    expect(one.page.locator("#live .ref")).to_be_visible()
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#panel mark").first).to_have_text(QUOTE)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.page.locator("#past .ref").click()
    expect(one.page.locator(".source.lit mark")).to_have_text(quote)
    expect(one.page.locator(".source.lit mark")).to_be_visible()


def test_an_example_asks_itself(news: FakeNews, one: Visit) -> None:
    one.page.get_by_role("button", name=layout.EXAMPLES[0]).click()
    expect(one.page.locator("#live .asked")).to_contain_text(layout.EXAMPLES[0])
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.asked[-1][0] == layout.EXAMPLES[0]
    expect(one.page.locator("#examples")).to_be_hidden()


def test_stop_closes_the_stream(news: FakeNews, one: Visit) -> None:
    script = news.scripts["endless"] = Script(endless=True)
    one.ask("endless")
    expect(one.page.locator("#live .draft")).to_contain_text("and on")
    assert not script.closed.is_set()
    one.page.get_by_role("button", name="Stop").click()
    expect(one.page.locator("#live .reply")).to_contain_text("Stopped.")
    assert script.closed.wait(PATIENCE)
    expect(one.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_what_is_asked_while_an_answer_goes_on_stops_that_and_both_stay(news: FakeNews, one: Visit) -> None:
    script = news.scripts["goes on"] = Script(endless=True)
    one.ask("goes on")
    expect(one.page.locator("#live .draft")).to_contain_text("and on")
    one.ask(SYRIA_QUESTION)
    assert script.closed.wait(PATIENCE)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator("#live .asked")).to_contain_text(SYRIA_QUESTION)
    expect(one.page.locator("#past .asked")).to_contain_text("goes on")
    expect(one.page.locator("#past .reply")).to_contain_text("Stopped.")
    expect(one.page.locator("#past .reply")).to_contain_text("and on")
    expect(one.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    one.ask("And in Iraq?")
    expect(one.page.locator("#past .turn")).to_have_count(2)


def test_the_same_question_sent_twice_is_asked_once(news: FakeNews, one: Visit) -> None:
    gate = threading.Event()
    news.scripts["sent twice"] = Script(gates={"draft": gate})
    sent = threading.Semaphore(0)
    understand = turn.what_is_asked

    def understood(typed: str, *of_page: Any) -> Asked:
        sent.release()
        return understand(typed, *of_page)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chat_page, "what_is_asked", understood)
        one.ask("sent twice")
        expect(one.page.locator("#panel mark").first).to_be_visible()
        one.ask("sent twice")
        assert sent.acquire(timeout=PATIENCE)
        assert sent.acquire(timeout=PATIENCE)
    gate.set()
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator(".turn")).to_have_count(1)
    assert [question for question, _, _ in news.asked].count("sent twice") == 1


def test_next_questions_of_an_answer_are_not_put_under_a_later_question(news: FakeNews, one: Visit) -> None:
    tried, asked = threading.Event(), threading.Event()
    find = news.next_questions

    def slowly(answer: Answer) -> tuple[str, ...]:
        if answer.question != "tried slowly":
            return find(answer)
        tried.set()
        assert asked.wait(PATIENCE)
        return ("Who else?",)

    gate = threading.Event()
    news.scripts["meanwhile"] = Script(gates={"draft": gate})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(news, "next_questions", slowly)
        one.ask("tried slowly")
        assert tried.wait(PATIENCE)
        one.ask("meanwhile")
        expect(one.page.locator("#live .asked")).to_contain_text("meanwhile")
        asked.set()
        gate.set()
        expect(one.page.locator("#live .ref").first).to_be_visible()
        expect(one.page.get_by_role("button", name="Who else?")).to_have_count(0)


def test_a_new_chat_drops_the_running_answer(news: FakeNews, one: Visit) -> None:
    script = news.scripts["dropped"] = Script(endless=True)
    one.ask("dropped")
    expect(one.page.locator("#live .draft")).to_contain_text("and on")
    one.page.get_by_role("button", name="New chat").click()
    expect(one.page.locator(".welcome")).to_be_visible()
    assert script.closed.wait(PATIENCE)
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator(".turn")).to_have_count(1)
    assert news.asked[-1][1] == []


def test_leaving_the_page_closes_the_stream(news: FakeNews, visit: Open) -> None:
    script = news.scripts["left alone"] = Script(endless=True)
    one = visit()
    one.ask("left alone")
    expect(one.page.locator("#live .draft")).to_contain_text("and on")
    one.page.close()
    assert script.closed.wait(PATIENCE)


def test_a_follow_up_carries_plain_history_and_ask_again_does_not_repeat_it(news: FakeNews, one: Visit) -> None:
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.ask("And in Iraq?")
    expect(one.page.locator("#past .ref").first).to_be_visible()
    expect(one.page.locator("#live .ref").first).to_be_visible()
    history = [
        {"role": "user", "content": SYRIA_QUESTION},
        {
            "role": "assistant",
            "content": "The mission in Syria continues until September 2026, with about 900 troops there.",
        },
    ]
    assert news.asked[-1][:2] == ("And in Iraq?", history)
    before = len(news.asked)
    news.scripts["And in Iraq?"] = Script(note="asked again")
    one.page.get_by_role("button", name="Ask again").click()
    expect(one.page.locator("#live .note")).to_have_text("Asked again.")
    expect(one.page.locator(".turn")).to_have_count(2)
    assert [a[:2] for a in news.asked[before:]] == [("And in Iraq?", history)]


def test_a_refusal_is_calm_and_names_what_came_nearest(news: FakeNews, one: Visit) -> None:
    news.scripts["unknown"] = Script(
        text="The articles do not say.", note="no article is about this", refused=True, nearest=(FLOOD,), evidence=()
    )
    one.ask("unknown")
    calm = one.page.locator("#live .calm")
    expect(calm).to_contain_text("The articles do not say.")
    expect(calm).to_contain_text("No article is about this.")
    expect(calm).to_contain_text("Searched all articles")
    expect(one.page.locator("#panel h2")).to_have_text("Closest articles")
    expect(one.page.locator("h3")).to_have_text([FLOOD.title])  # in one list
    assert one.page.locator(".trouble").count() == 0


def test_the_scope_reaches_the_search_and_is_named(news: FakeNews, visit: Open) -> None:
    one = visit()
    one.page.get_by_role("button", name="Scope: all articles").click()
    one.page.get_by_label("To", exact=True).fill("2024-09-27")
    one.page.get_by_label("Outlets").click()
    one.page.get_by_role("option", name="Northern Post").click()
    expect(one.page.locator("#chips .chip > span")).to_have_text(["To 27 Sep 2024", "Northern Post"])
    one.ask("scoped")
    expect(one.page.locator("#live .foot")).to_contain_text("Scope: until 27 Sep 2024 · Northern Post")
    filters = news.asked[-1][2]
    assert (filters.until, filters.sources) == (date(2024, 9, 27), ("Northern Post",))


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            LlmError("The model at <b>x</b> does not answer. Start it."),
            "The model at <b>x</b> does not answer.",
        ),
        (ValueError("secret detail"), "Something went wrong. See the server log."),
    ],
)
def test_an_error_is_a_sentence_and_the_chat_goes_on(news: FakeNews, one: Visit, error: Exception, shown: str) -> None:
    question = f"fails with {type(error).__name__}"
    news.scripts[question] = Script(error=error)
    one.ask(question)
    expect(one.page.locator("#live .trouble")).to_contain_text(shown)
    assert "secret" not in one.page.inner_text("body")
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()


def test_a_note_and_the_queue_are_told_plainly(news: FakeNews, one: Visit) -> None:
    gate = threading.Event()
    note = "The model took too long: these are the sentences themselves."
    news.scripts["queued"] = Script(waiting="2 ahead", note=note, gates={"found": gate})
    one.ask("queued")
    expect(one.page.locator("#live summary")).to_contain_text("Waiting: 2 ahead")
    gate.set()
    expect(one.page.locator("#live .note")).to_have_text(note)
    one.page.locator("#live .steps summary").click()
    expect(one.page.locator("#live .steps li").last).to_contain_text("Checking")


TALK = "Two bridges are closed."
QUOTES = Script(
    text=f"I could not put this in one sentence. The articles say:\n- 27 September 2024, Northern Post: “{TALK}”",
    cause="uncarried",
    note="no quote holds what the draft says",
    refused=True,
    nearest=(SYRIA, FLOOD),
    quotes=(cite(1, FLOOD, TALK), cite(2, SYRIA, QUOTE)),
)


def test_a_refusal_with_quotes_marks_them_by_day_and_each_leads_to_its_source(news: FakeNews, visit: Open) -> None:
    news.scripts["what changed?"] = QUOTES
    one = visit()
    one.ask("what changed?")
    calm = one.page.locator("#live .calm")
    expect(calm.locator(".text")).to_have_text("I could not put this in one sentence. The articles say:")
    expect(calm.locator("mark")).to_have_text([TALK, QUOTE])
    expect(calm.locator("time")).to_have_text(["27 Sep 2024", "28 Sep 2024"])
    expect(one.page.locator("#panel h2")).to_have_text("What the articles say")
    assert "draft" not in calm.inner_text()
    calm.get_by_role("button", name="Source 2: Daily Wire Test").click()
    lit = one.page.locator(".source.lit")
    expect(lit.locator("mark")).to_have_text(QUOTE)
    expect(lit.locator("blockquote")).to_contain_text("It gave few details")
    expect(one.page.locator("#panel .source")).to_have_count(2)  # and no list of what is nearest
    expect(one.page.locator("#live .headlines")).to_have_count(0)
    one.page.reload()
    expect(calm.locator("mark")).to_have_text([TALK, QUOTE])
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#past .quotes mark")).to_have_count(2)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.page.locator("#past .quotes .ref").first.click()
    expect(one.page.locator("#past .source.lit mark")).to_have_text(TALK)


def test_a_misspelt_name_has_a_button_that_asks_the_better_spelling(news: FakeNews, one: Visit) -> None:
    news.scripts["How many in Syia?"] = Script(
        text="No article names Syia.", refused=True, cause="spelling", suggestion=SYRIA_QUESTION, nearest=(SYRIA,)
    )
    one.ask("How many in Syia?")
    expect(one.page.locator("#live .suggest")).to_contain_text("Did you mean:")
    one.page.get_by_label("Your question").fill("half a thought")
    one.page.locator("#live").get_by_role("button", name=SYRIA_QUESTION).click()
    expect(one.page.locator("#live .asked")).to_contain_text(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator(".turn")).to_have_count(1)
    expect(one.page.get_by_label("Your question")).to_have_value("half a thought")
    assert (news.asked[-1][:2], news.as_written[-1]) == ((SYRIA_QUESTION, []), False)


def test_a_refusal_within_a_scope_can_be_asked_of_all_articles(news: FakeNews, visit: Open) -> None:
    news.scripts["scoped refusal"] = Script(text="The articles do not say.", refused=True, cause="filter", evidence=())
    one = visit()
    one.page.locator("#panel").get_by_role("button", name="Ask about this article").first.click()
    one.page.get_by_role("button", name="Scope: all articles").or_(
        one.page.get_by_role("button", name="Change the scope")
    ).click()
    one.page.get_by_label("To", exact=True).fill("2024-09-27")
    expect(one.page.locator("#chips .chip")).to_have_count(2)
    one.ask("scoped refusal")
    expect(one.page.locator("#live .calm")).to_contain_text("Searched: only")
    news.scripts["scoped refusal"] = Script()
    one.page.get_by_role("button", name="Search all articles").click()
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator(".turn")).to_have_count(1)
    expect(one.page.locator("#chips .chip")).to_have_count(0)
    expect(one.page.get_by_label("To", exact=True)).to_have_value("")
    filters = news.asked[-1][2]
    assert (news.asked[-1][0], filters.only, filters.until) == ("scoped refusal", None, None)
    one.ask("not refused")
    expect(one.page.locator("#past .turn")).to_have_count(1)
    expect(one.page.get_by_role("button", name="Search all articles")).to_have_count(0)


def test_small_talk_is_a_plain_reply_and_no_part_of_the_history(news: FakeNews, one: Visit) -> None:
    news.scripts["hi"] = Script(text="Hello. Ask me about the news.", refused=True, cause="talk", evidence=())
    one.ask("hi")
    expect(one.page.locator("#live .text")).to_have_text("Hello. Ask me about the news.")
    for absent in (".calm", ".steps", ".thumb", ".trouble"):
        expect(one.page.locator(f"#live {absent}")).to_have_count(0)
    expect(one.page.locator("#panel .source")).to_have_count(0)
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#past .turn")).to_have_count(1)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.asked[-1][1] == []


# -- scope and understanding ---------------------------------------------------------------------------------------


def test_a_question_can_be_about_one_article(news: FakeNews, one: Visit) -> None:
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.page.locator("#panel").get_by_role("button", name="Ask about this article").first.click()
    expect(one.page.locator("#chips")).to_contain_text(f"About: {SYRIA.title}")
    one.ask("How many troops?")
    expect(one.page.locator("#live .foot")).to_contain_text(f"only “{SYRIA.title}”")
    assert news.asked[-1][2].only == frozenset([SYRIA.id])
    one.page.get_by_role("button", name=f"Remove: About: {SYRIA.title}").click()
    expect(one.page.locator("#chips .chip")).to_have_count(0)
    one.ask("And elsewhere?")
    expect(one.page.locator("#past .turn")).to_have_count(2)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.asked[-1][2].only is None


def test_a_section_can_be_chosen(news: FakeNews, visit: Open) -> None:
    one = visit()
    one.page.get_by_role("button", name="Scope: all articles").click()
    one.page.get_by_label("Sections").click()
    one.page.get_by_role("option", name="World").click()
    expect(one.page.locator("#chips .chip > span")).to_have_text("Section World")
    one.ask("in a section")
    expect(one.page.locator("#live .foot")).to_contain_text("Scope: World")
    assert news.asked[-1][2].sections == ("World",)


def test_how_a_question_was_taken_is_shown_and_can_be_undone(news: FakeNews, one: Visit) -> None:
    question = "What happened last week?"
    taken = Understood(question, notes=(("last week", "21 to 27 Sep 2024"),))
    news.scripts[question] = Script(understood=taken)
    one.ask(question)
    expect(one.page.locator("#live .taken")).to_contain_text("Understood: last week: 21 to 27 Sep 2024")
    one.page.get_by_role("button", name="Use my exact words").click()
    expect(one.page.locator("#live .taken")).to_have_count(0)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator(".turn")).to_have_count(1)
    assert news.as_written[-2:] == [False, True]
    one.ask("another")
    expect(one.page.locator("#past .turn")).to_have_count(1)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.as_written[-1] is False


@pytest.mark.parametrize("key", ["Enter", "click"])
def test_a_follow_up_shows_what_it_was_asked_as_and_can_be_asked_otherwise(
    news: FakeNews, one: Visit, key: str
) -> None:
    news.scripts["And there?"] = Script(
        understood=Understood("How many troops are in Iraq?", notes=(("last week", "21 to 27 Sep 2024"),))
    )
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.ask("And there?")
    field = one.page.get_by_label("Asked as:")
    expect(field).to_have_value("How many troops are in Iraq?")
    expect(one.page.locator("#live .taken")).to_contain_text("Understood: last week: 21 to 27 Sep 2024")
    expect(one.page.get_by_role("button", name="Use my exact words")).to_be_visible()
    field.fill("How many troops are in Kuwait?")
    if key == "Enter":
        field.press("Enter")
    else:
        one.page.get_by_role("button", name="Ask this").click()
    expect(one.page.locator("#live .asked")).to_contain_text("How many troops are in Kuwait?")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(field).to_have_count(0)
    expect(one.page.locator(".turn")).to_have_count(2)
    question, history, _ = news.asked[-1]
    assert (question, [m["content"] for m in history][::2]) == ("How many troops are in Kuwait?", [SYRIA_QUESTION])
    assert news.as_written[-1] is True


def scoped(one: Visit) -> None:
    one.page.get_by_role("button", name="Scope: all articles").click()
    one.page.get_by_label("From", exact=True).fill("2024-09-01")
    expect(one.page.locator("#chips .chip > span")).to_have_text(["From 1 Sep 2024"])
    one.page.get_by_label("Outlets").click()
    one.page.get_by_role("option", name="Northern Post").click()
    one.page.get_by_role("option", name="Daily Wire Test").click()
    one.page.locator("#panel").get_by_role("button", name="Ask about this article").first.click()
    expect(one.page.locator("#chips .chip > span")).to_have_text(
        ["From 1 Sep 2024", "Northern Post", "Daily Wire Test", f"About: {SYRIA.title}"]
    )


def test_each_limit_of_the_scope_is_a_chip_that_can_be_dropped(news: FakeNews, visit: Open) -> None:
    one = visit()
    scoped(one)
    expect(one.page.get_by_label("Your question")).to_be_focused()
    expect(one.page.locator("#examples")).to_be_hidden()
    expect(one.page.locator("#scope > button")).not_to_contain_text("all articles")
    for chip in ("From 1 Sep 2024", "Northern Post"):
        one.page.get_by_role("button", name=f"Remove: {chip}").click()
        expect(one.page.locator("#chips")).not_to_contain_text(chip)
    one.ask("with two limits")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    filters = news.asked[-1][2]
    assert (filters.since, filters.sources, filters.only) == (None, ("Daily Wire Test",), frozenset([SYRIA.id]))
    one.page.get_by_role("button", name="Clear all").click()
    expect(one.page.locator("#chips .chip")).to_have_count(0)
    expect(one.page.locator("#scope > button")).to_contain_text("Scope: all articles")
    one.ask("without limits")
    expect(one.page.locator("#past .turn")).to_have_count(1)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.asked[-1][2] == Filters()


def test_a_new_chat_and_an_earlier_one_begin_without_a_scope(news: FakeNews, visit: Open) -> None:
    one = visit()
    one.ask("an earlier chat")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.page.get_by_role("button", name="New chat").click()
    expect(one.page.locator(".welcome")).to_be_visible()
    scoped(one)
    one.page.get_by_role("button", name="New chat").click()
    expect(one.page.locator("#chips .chip")).to_have_count(0)
    one.ask("anything")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.asked[-1][2] == Filters()
    one.page.get_by_label("To", exact=True).fill("2024-09-27")
    expect(one.page.locator("#chips .chip")).to_have_count(1)
    one.page.locator("#chats summary").click()
    one.page.locator("#chats li").last.get_by_role("button").first.click()
    expect(one.page.locator("#live .asked")).to_contain_text("an earlier chat")
    expect(one.page.locator("#chips .chip")).to_have_count(0)


def test_a_scope_that_ends_before_it_begins_cannot_be_asked(visit: Open) -> None:
    one = visit()
    one.page.get_by_role("button", name="Scope: all articles").click()
    one.page.get_by_label("From", exact=True).fill("2024-09-28")
    one.page.get_by_label("To", exact=True).fill("2024-09-01")
    expect(one.page.locator("#chips .warn")).to_contain_text("after its last day")
    expect(one.page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
    one.page.get_by_role("button", name="Remove: From 28 Sep 2024").click()
    expect(one.page.get_by_role("button", name="Ask", exact=True)).to_be_enabled()


def test_a_day_is_picked_from_a_calendar_from_the_moment_its_field_appears(visit: Open) -> None:
    one = visit()
    one.page.evaluate("""() => {  // told of every change after the page's own observer
      window.kinds = [];
      const field = () => document.querySelector('#scope .day input');
      new MutationObserver(() => { if (field()) window.kinds.push(field().type); })
        .observe(document.body, {childList: true, subtree: true});
    }""")
    one.page.get_by_role("button", name="Scope: all articles").click()
    one.page.get_by_label("From", exact=True).fill("2024-09-28")
    expect(one.page.locator("#chips")).to_contain_text("From 28 Sep 2024")
    assert set(one.page.evaluate("window.kinds")) == {"date"}


@pytest.mark.parametrize("key", ["Escape", "Cancel"])
def test_an_edit_that_is_given_up_leaves_everything_as_it_was(one: Visit, key: str) -> None:
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    box = one.page.get_by_label("Your question")
    box.fill("half a thought")
    one.page.get_by_role("button", name="Edit").click()
    expect(box).to_have_value(SYRIA_QUESTION)
    box.fill("other words")
    if key == "Escape":
        box.press("Escape")
    else:
        one.page.get_by_role("button", name="Cancel").click()
    expect(box).to_have_value("half a thought")
    expect(one.page.locator("#editing .notice")).to_have_count(0)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.ask("a second one")
    expect(one.page.locator(".turn")).to_have_count(2)


def test_a_text_that_is_too_long_is_counted_and_not_cut(news: FakeNews, one: Visit) -> None:
    before = len(news.asked)
    pasted = "An article about the deposit. " * 40 + "What is the deposit?"
    box, line = one.page.get_by_label("Your question"), one.page.locator(".length")
    box.fill("x" * 790)
    one.page.wait_for_timeout(700)
    expect(line).to_be_hidden()
    box.fill("x" * 900)
    expect(line).to_have_text("900 of 1,000 characters")
    box.fill(pasted)
    expect(line).to_contain_text("too long for a question")
    box.press("Enter")
    expect(one.page.locator("#notice")).to_contain_text("This text has 1,220 characters; a question may have 1,000.")
    expect(box).to_have_value(pasted)
    assert len(news.asked) == before
    box.fill("What is the deposit?")
    expect(line).to_be_hidden()
    box.press("Enter")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator("#notice .notice")).to_have_count(0)


def test_the_last_question_can_be_edited(news: FakeNews, one: Visit) -> None:
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.page.get_by_role("button", name="Edit").click()
    box = one.page.get_by_label("Your question")
    expect(box).to_have_value(SYRIA_QUESTION)
    expect(box).to_be_focused()
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator("#panel mark").first).to_have_text(QUOTE)
    box.press("Control+a")
    one.ask("Until when?")
    expect(one.page.locator("#live .asked")).to_contain_text("Until when?")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.asked[-1][1] == []


def test_the_panel_has_the_whole_article_other_prints_and_when_it_was_reported(news: FakeNews, one: Visit) -> None:
    news.prints[SYRIA.id] = (SYRIA, replace(SYRIA, id="a9", source="Harbour Times", body=""))
    old = replace(FLOOD, id="a8", published=date(2024, 3, 1), title="Bridges to be mended")
    news.scripts["old"] = replace(Script(), evidence=(*Script().evidence, evidence(old, "Two bridges are closed.")))
    one.ask("old")
    first = one.page.locator("#panel .source").first
    expect(first.locator(".also")).to_contain_text("The same story in 1 other publication")
    first.get_by_role("button", name=SYRIA.title, exact=True).click()
    reading = one.page.get_by_role("dialog", name=SYRIA.title)
    expect(reading.locator(".body")).to_contain_text("Officials called it a transition.")
    expect(reading.locator("mark")).to_have_text(QUOTE)
    expect(reading.locator("mark")).to_be_in_viewport()
    one.page.keyboard.press("Escape")
    expect(reading).to_have_count(0)
    timeline = one.page.locator("#panel .timeline")
    expect(timeline.locator("figcaption")).to_have_text("Read: 3 articles from 2 outlets, 1 Mar 2024 to 28 Sep 2024")
    expect(timeline.locator(".dot")).to_have_count(3)
    expect(timeline.locator(".dot.cited")).to_have_attribute("title", f"28 Sep 2024: {SYRIA.title}")
    one.ask(SYRIA_QUESTION)  # all of it within two days
    expect(one.page.locator("#past .turn")).to_have_count(1)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator("#panel .timeline")).to_have_count(0)


# -- what is kept --------------------------------------------------------------------------------------------------


def test_a_reload_keeps_the_chat_and_earlier_ones_can_be_gone_back_to(news: FakeNews, visit: Open) -> None:
    one = visit()
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.ask("And then?")
    expect(one.page.locator("#past .ref").first).to_be_visible()
    expect(one.page.locator("#live .ref").first).to_be_visible()
    shown = one.page.locator("#live .turn .text").inner_text()
    one.page.reload()
    expect(one.page.locator("#live .asked")).to_contain_text("And then?")
    assert one.page.locator("#live .turn .text").inner_text() == shown
    expect(one.page.locator("#past .asked")).to_contain_text(SYRIA_QUESTION)
    expect(one.page.locator("#panel mark").first).to_have_text(QUOTE)
    one.page.locator("#live .ref").first.click()
    expect(one.page.locator(".source.lit blockquote")).to_contain_text("It gave few details")
    one.ask("And after that?")
    expect(one.page.locator("#past .turn")).to_have_count(2)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert [m["content"] for m in news.asked[-1][1]][::2] == [SYRIA_QUESTION, "And then?"]

    one.page.get_by_role("button", name="New chat").click()
    expect(one.page.locator(".welcome")).to_be_visible()
    one.ask("Something else?")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert news.asked[-1][1] == []
    one.page.locator("#chats summary").click()
    rows = one.page.locator("#chats li")
    expect(rows).to_have_count(2)
    rows.nth(1).get_by_role("button").first.click()
    expect(one.page.locator("#live .asked")).to_contain_text("And after that?")
    expect(one.page.locator(".turn")).to_have_count(3)
    one.page.locator("#chats summary").click()
    one.page.get_by_role("button", name=f"Delete the chat: {SYRIA_QUESTION}").click()
    expect(one.page.locator("#chats li")).to_have_count(1)
    expect(one.page.locator(".turn")).to_have_count(0)
    one.page.reload()
    expect(one.page.locator(".welcome")).to_be_visible()
    expect(one.page.locator("#chats li")).to_have_count(1)


def two_chats(one: Visit) -> None:
    one.ask("First?")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(one.page.locator("#notice .notice")).to_have_count(0)
    one.page.get_by_role("button", name="New chat").click()
    expect(one.page.locator(".welcome")).to_be_visible()
    one.ask("Second?")
    expect(one.page.locator("#live .ref").first).to_be_visible()


def test_a_chat_that_was_forgotten_comes_back(visit: Open) -> None:
    one = visit()
    two_chats(one)
    menu, titles = one.page.locator("#chats summary"), one.page.locator("#chats li span")
    for chat in ("First?", "Second?"):  # another one, and the one on the page
        menu.click()
        one.page.get_by_role("button", name=f"Delete the chat: {chat}").click()
        expect(titles).to_have_count(1)
        one.page.locator("#notice").get_by_role("button", name="Undo").click()
        expect(titles).to_have_text(["Second?", "First?"])
        expect(one.page.locator("#live .asked")).to_contain_text("Second?")
        expect(one.page.locator("#notice .notice")).to_have_count(0)
    one.page.reload()
    expect(one.page.locator("#live .asked")).to_contain_text("Second?")
    expect(titles).to_have_text(["Second?", "First?"])


def test_the_menu_of_chats_has_hours_and_closes_like_a_menu(visit: Open) -> None:
    one = visit()
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    menu, sheet = one.page.locator("#chats summary"), one.page.locator("#chats .sheet")
    menu.click()
    expect(one.page.locator("#chats li i")).to_have_text(re.compile(r"\d+ \w{3} \d{4}, \d\d:\d\d"))
    one.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    expect(sheet).to_be_visible()
    one.page.locator("#live .text").click()
    expect(sheet).to_be_hidden()


def test_the_oldest_chat_goes_only_after_a_word_and_all_can_be_saved(
    visit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_chats, "CHATS", 2)
    one = visit()
    notice = one.page.locator("#notice .notice")
    two_chats(one)
    expect(notice).to_contain_text("The oldest, “First?”, will be deleted next.")
    with one.page.expect_download() as download:
        notice.get_by_role("button", name="Save all chats").click()
    saved = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert [(chat["title"], chat["turns"][0]["question"]) for chat in saved] == [("Second?",) * 2, ("First?",) * 2]
    one.page.get_by_role("button", name="Close this note").click()
    expect(notice).to_have_count(0)


def test_as_many_chats_as_are_kept_fit_into_a_browser(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    chats = saved_chats.no_chats()
    texts = itertools.cycle("aé€")  # of one, two and three bytes
    while not saved_chats.next_to_go(chats):
        turns = [Turn(number=1, question=f"Question {len(chats['chats'])}?", error=next(texts) * 8000)]
        chats = saved_chats.put(saved_chats.new(chats), turns)
    one = visit()
    with monkeypatch.context() as patched:
        patched.setattr(saved_chats, "read_chats", lambda stored: chats)
        one.page.reload()
        expect(one.page.locator("#chats li")).to_have_count(len(chats["chats"]))
    one.page.reload()
    expect(one.page.locator("#chats li")).to_have_count(len(chats["chats"]))
    expect(one.page.locator("#live .asked")).to_contain_text(chats["chats"][0]["title"])


def test_what_somebody_wrote_into_the_browsers_store_does_no_harm(visit: Open) -> None:
    one = visit()
    one.page.evaluate("localStorage.setItem('news-chats', 'nonsense')")
    one.page.reload()
    expect(one.page.locator(".welcome")).to_be_visible()
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "ending", "told"), [("Markdown", ".md", f"## {SYRIA_QUESTION}"), ("JSON", ".json", QUOTE)]
)
def test_a_chat_can_be_taken_away(visit: Open, kind: str, ending: str, told: str) -> None:
    one = visit()
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    one.page.locator("#chats summary").click()
    with one.page.expect_download() as download:
        one.page.locator("#chats").get_by_role("button", name=f"as {kind}", exact=True).click()
    assert download.value.suggested_filename.endswith(ending)
    with one.page.expect_download():  # and the same under the answer
        one.page.locator("#live").get_by_role("button", name=f"as {kind}", exact=True).click()
    text = Path(download.value.path()).read_text("utf-8")
    assert told in (json.loads(text)[0]["citations"][0]["quote"] if kind == "JSON" else text)


def test_an_answer_can_be_rated_with_a_word_on_it(visit: Open, ratings: Path) -> None:
    question = "How many troops are there now?"
    one = visit()
    one.ask(question)
    form = one.page.locator("#live form.comment")
    expect(one.page.locator("#live .ref").first).to_be_visible()
    expect(form).to_be_hidden()
    in_browser, changed = (
        "localStorage.getItem('news-chats')",
        "before => localStorage.getItem('news-chats') !== before",
    )
    expect(one.page.locator("#chats li")).to_have_count(1)  # the answer is kept
    one.page.reload()
    expect(one.page.locator("#live .ref").first).to_be_visible()
    unrated = one.page.evaluate(in_browser)
    one.page.get_by_role("button", name="This answer is wrong").click()
    one.page.wait_for_function(changed, arg=unrated)
    rated = one.page.evaluate(in_browser)
    form.get_by_role("textbox").fill("There are 700.")
    form.get_by_role("button").click()
    expect(form.get_by_role("button")).to_have_text("Saved")
    lines = (ratings / "questions.jsonl").read_text("utf-8").splitlines()
    kept = [r for r in map(json.loads, lines) if r["question"] == question]
    assert [(r["rating"], r["comment"], r["answerable"]) for r in kept] == [("down", "There are 700.", None)]
    one.page.wait_for_function(changed, arg=rated)
    one.page.reload()
    expect(one.page.locator("#live .thumb.down")).to_have_attribute("aria-pressed", "true")
    expect(form.get_by_role("textbox")).to_have_value("There are 700.")


HOSTILE = (
    "<img src=http://203.0.113.9/a.png onerror=alert(1)> ![x](http://203.0.113.9/b.png) "
    "{{value}} {{#each value}} ${alert(2)} `${alert(3)}` <script>alert(4)</script> "
    "[click](javascript:alert(5)) </mark></blockquote><svg onload=alert(6)> $$x$$ &lt;b&gt; \\ \\u0041"
)


@pytest.mark.fault("inert")
@pytest.mark.parametrize("url_of_article", ["javascript:alert(7)", 'https://x.example/"onmouseover="alert(8)'])
def test_hostile_text_is_only_ever_text(news: FakeNews, visit: Open, url_of_article: str) -> None:
    quote = f"Quote {HOSTILE}."
    article = replace(
        SYRIA,
        id="evil",
        title=f"Title {HOSTILE}",
        source=f"Outlet {HOSTILE}",
        url=url_of_article,
        body=f"Before {HOSTILE}.\n\n{quote} After {HOSTILE}.",
    )
    question = f"Question {HOSTILE}"
    news.scripts[question] = Script(
        text=f"Answer {HOSTILE} [1] [9].",
        short=None,
        citations=(cite(1, article, quote),),
        evidence=(evidence(article, quote),),
        note=f"Note {HOSTILE}",
    )
    news.scripts["evil refusal"] = Script(
        text=f"No {HOSTILE}", refused=True, nearest=(article,), evidence=(evidence(article, quote),)
    )
    one = visit()
    one.ask(question)
    page = one.page
    expect(page.locator("#live .text")).to_have_text(f"Answer {HOSTILE}⁠1 [9].", use_inner_text=False)
    expect(page.locator("#live .asked")).to_contain_text(question)
    expect(page.locator("#live .note")).to_have_text(f"Note {HOSTILE}.")
    expect(page.locator("#panel mark")).to_have_text(quote)
    expect(page.locator("#panel h3")).to_have_text(article.title)
    expect(page.locator("#panel .outlet")).to_have_text(article.source or "")
    page.locator("#live .ref").click()
    page.get_by_role("button", name="Copy").click()
    one.ask("evil refusal")
    expect(page.locator("#live .calm .text")).to_have_text(f"No {HOSTILE}")
    page.locator("#past .ref").click()
    for selector in ("img", "svg", "script", "a", "iframe", "[onerror]", "[onload]", "[onmouseover]"):
        assert page.locator(f":is(#thread, #panel) .html-container :is({selector})").count() == 0, selector
    # the fixture sees to it that nothing was requested from elsewhere and no alert came up


@pytest.mark.fault("sessions")
def test_two_sessions_get_their_own_answers(news: FakeNews, visit: Open) -> None:
    gates = {name: threading.Event() for name in "AB"}
    for name, gate in gates.items():
        news.scripts[name] = Script(text=f"Answer for {name} [1].", short=None, gates={"answer": gate})
    first, second = visit(), visit()
    first.ask("A")
    second.ask("B")
    expect(first.page.locator("#live .draft")).to_contain_text("for A")
    expect(second.page.locator("#live .draft")).to_contain_text("for B")  # both run at once
    gates["B"].set()
    expect(second.page.locator("#live .ref")).to_have_count(1)
    gates["A"].set()
    expect(first.page.locator("#live .ref")).to_have_count(1)
    assert "Answer for B" not in first.page.inner_text("body")
    assert "Answer for A" not in second.page.inner_text("body")


@pytest.mark.fault("sessions")
def test_four_readers_who_ask_at_once_get_their_own_answers(news: FakeNews, visit: Open) -> None:
    """Of twelve, without browsers: ``tests/system/test_sessions.py``."""
    names = [f"reader {letter}" for letter in "abcd"]
    gate = threading.Event()
    for name in names:
        news.scripts[name] = Script(
            text=f"Answer for {name} [1].", short=None, gates={"answer": gate}, waiting="2 ahead"
        )
    visits = [visit() for _ in names]
    for one, name in zip(visits, names, strict=True):
        one.ask(name)
    for one, name in zip(visits, names, strict=True):
        expect(one.page.locator("#live .draft")).to_contain_text(f"for {name}")  # all run at once
    gate.set()
    for one, name in zip(visits, names, strict=True):
        expect(one.page.locator("#live .ref")).to_have_count(1)
        said = one.page.inner_text("body")
        assert [other for other in names if f"for {other}" in said] == [name]


def test_the_page_fits_a_phone_and_works_by_keyboard(browser: Browser, url: str) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 800})
    one = Visit(context, url)
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .ref").first).to_be_visible()
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 400
    one.page.locator("#live .ref").first.focus()
    one.page.keyboard.press("Enter")
    expect(one.page.locator(".source.lit")).to_be_in_viewport()
    assert one.page.get_by_label("Your question").bounding_box()["y"] < 800  # type: ignore[index]
    context.close()


def test_only_who_has_a_login_comes_in(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with served(FakeNews(), server.logins("ada:s3cret, bo:x:y")) as url:
        page = browser.new_context().new_page()
        page.goto(url)
        page.get_by_label("username").fill("bo")
        page.get_by_label("password").fill("wrong")
        page.get_by_role("button", name="Login").click()
        expect(page.locator("body")).to_contain_text("Incorrect Credentials")
        assert page.locator("#question").count() == 0
        page.reload()
        page.get_by_label("username").fill("bo")
        page.get_by_label("password").fill("x:y")
        page.get_by_role("button", name="Login").click()
        page.get_by_label("Your question").fill(SYRIA_QUESTION)
        page.get_by_label("Your question").press("Enter")
        expect(page.locator("#live .ref").first).to_be_visible()
        page.context.close()
        for path in ("gradio_api/mcp/schema", "config", "gradio_api/info"):
            assert browser.new_context().request.get(f"{url}/{path}").status in (401, 404), path
        with pytest.raises(Exception, match=r"(?i)auth|login|401"):
            gradio_client.Client(url, verbose=False).predict(SYRIA_QUESTION, api_name="/ask")
        client = gradio_client.Client(url, auth=("ada", "s3cret"), verbose=False)
        assert client.predict(SYRIA_QUESTION, api_name="/ask")["refused"] is False
        client.close()


def test_an_index_that_is_being_added_to_says_so_until_it_is_done(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "GROWTH", 0.3)
    growing = FakeNews()
    growing.growing = True
    with served(growing) as url:
        one = Visit(browser.new_context(), url)
        line = one.page.locator("#fresh")
        expect(line).to_contain_text("2 articles, 2 outlets · articles are being added …")
        one.ask(SYRIA_QUESTION)  # usable meanwhile
        expect(one.page.locator("#live .ref").first).to_be_visible()
        growing._articles.append(replace(FLOOD, id="a3"))
        expect(line).to_contain_text("3 articles")
        growing.growing = False
        expect(line).not_to_contain_text("being added")
        one.page.context.close()


@pytest.mark.parametrize("auth", ["ada", "ada:", ":x", "ada:x,,bo:y"])
def test_a_login_that_is_written_wrongly_is_told_without_it(auth: str) -> None:
    with pytest.raises(UsageError, match="write it as name:password") as error:
        server.logins(auth)
    assert auth not in str(error.value)


def test_the_start_page_says_that_samples_are_samples(browser: Browser, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "echo").mkdir(parents=True)
    (corpus / "echo" / "2024.jsonl").write_text("")
    sample = replace(SYRIA, origin="/elsewhere/corpus/echo/2024.jsonl#line 3")
    own = replace(FLOOD, origin="/elsewhere/corpus/mine.txt")
    for articles, told in (
        ((sample,), "These are sample articles, partly invented."),
        ((sample, own), "1 of 2 articles are samples, partly invented."),
        ((own,), None),
    ):
        demo = chat_page.build(FakeNews(articles), uploads=tmp_path / "uploads", samples=corpus)
        address = server.serve(demo, "127.0.0.1", free_port())
        one = Visit(browser.new_context(), address)
        samples = one.page.locator(".welcome .samples")
        expect(one.page.locator(".welcome .fits li")).to_have_count(3)
        if told:
            expect(samples).to_contain_text(told)
            expect(one.page.locator("#examples")).to_be_visible()
            samples.get_by_role("link", name="Add your articles").click()
            expect(one.page.locator("#drop")).to_be_visible()
        else:
            expect(samples).to_have_count(0)
            expect(one.page.locator("#examples")).to_be_hidden()
        one.page.context.close()
        demo.close()


def test_an_empty_index_says_how_to_add_articles(browser: Browser) -> None:
    news = FakeNews(articles=())
    with served(news) as url:
        context = browser.new_context()
        one = Visit(context, url)
        expect(one.page.locator(".welcome")).to_contain_text("rag add articles/")
        assert news.warmed, "whoever opens the page will ask"
        expect(one.page.locator("#examples")).to_be_hidden()
        context.close()


def test_a_taken_port_is_one_line_and_no_other_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, "PORT": port},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in done.stderr


def test_the_page_works_over_a_real_index_without_a_language_model(browser: Browser, tmp_path: Path) -> None:
    from rag import News

    article = tmp_path / "iraq-mission.md"
    article.write_text(f"---\ntitle: {SYRIA.title}\ndate: 2024-09-28\nsource: Daily Wire Test\n---\n\n{SYRIA.body}\n")
    with News.open(tmp_path / "index", llm="none") as real:
        assert real.add(article).added == 1
        with served(real) as url:
            one = Visit(browser.new_context(), url)
            one.ask("Until when will the mission in Syria continue?")
            expect(one.page.locator("#live .ref").first).to_be_visible()
            one.page.locator("#live .ref").first.click()
            expect(one.page.locator(".source.lit mark")).to_contain_text("until September 2026")
            expect(one.page.locator(".source.lit .outlet")).to_have_text("Daily Wire Test")
            assert one.outside == []
            one.page.context.close()


def test_a_day_that_a_late_answer_empties_is_put_back(visit: Open) -> None:
    one = visit()
    one.page.get_by_role("button", name="Scope: all articles").click()
    field = one.page.get_by_label("To", exact=True)
    field.fill("2024-09-27")
    field.evaluate("field => { field.value = ''; }")  # as the page does, without an event
    expect(field).to_have_value("2024-09-27")
    expect(one.page.locator("#chips")).to_contain_text("To 27 Sep 2024")
    field.fill("")  # as its own reader does
    one.page.wait_for_timeout(500)
    expect(field).to_have_value("")
    expect(one.page.locator("#chips .chip")).to_have_count(0)
