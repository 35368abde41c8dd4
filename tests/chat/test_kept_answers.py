"""Answers of the chat are kept, each by its login, and tell how they fare: in the chat, exported, on their page."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from rag.chat.going_on import GoingOn
from rag.chat.kept import export
from rag.chat.kept.fared import answers_html, fares_text
from rag.chat.turn import Turn
from rag.chat.views.answer import turn_html
from rag.types import Article, KeptAnswer, SaidNow
from tests.chat.test_chat_page import HOSTILE, SYRIA_QUESTION, served
from tests.support.browser import Visit
from tests.support.fake_news import FLOOD, QUOTE, SYRIA, FakeNews, Script

NEW = 'The mission in neighbouring Syria "will continue until May 2027," the statement said.'
NOW = SaidNow("May 2027", NEW, "a1", "Daily Wire Test", date(2024, 10, 3), 0, len(NEW))


def corrected(kept: KeptAnswer) -> KeptAnswer:
    return replace(kept, state="corrected", since=date(2024, 10, 3), now=NOW, cited=1)


def page(news: FakeNews) -> GoingOn:
    going_on = GoingOn()
    going_on.news = news
    return going_on


def by(name: str | None = None) -> Any:
    return SimpleNamespace(username=name, session_hash="s")


def answered(news: FakeNews, question: str = SYRIA_QUESTION) -> Turn:
    return Turn(1, question, answer=news.ask(question), begun=datetime(2024, 10, 1, tzinfo=UTC))


def test_an_answer_is_kept_for_its_login_and_seen_by_no_other() -> None:
    news = FakeNews()
    turn = page(news)._with_kept(answered(news), by("ann"))
    assert turn.kept == "1" and [a.id for a in news.answers(owner="ann")] == ["1"]
    news.kept["1"] = ("ann", corrected(news.kept["1"][1]))
    saved = replace(turn, fares=None)
    [hers] = page(news)._with_fares([saved], by("ann"))
    assert hers.fares is not None and hers.fares.state == "corrected"
    assert page(news)._with_fares([saved], by("bob")) == page(news)._with_fares([saved], by()) == [saved]


def test_a_number_that_a_browser_made_up_leads_to_no_other_answer() -> None:
    news = FakeNews()
    turn = page(news)._with_kept(answered(news), by())
    other = replace(answered(news, "Another question?"), kept=turn.kept)
    assert page(news)._with_fares([other], by()) == [other]


@pytest.mark.parametrize("how", ["off", "refused", "pasted"])
def test_what_is_not_kept(how: str) -> None:
    news = FakeNews([FLOOD] if how == "pasted" else [SYRIA, FLOOD])
    news.keeps_answers = how != "off"
    news.scripts[SYRIA_QUESTION] = Script(refused=how == "refused")
    turn = answered(news)
    assert page(news)._with_kept(turn, by()) == turn and news.kept == {}


def test_the_state_is_shown_at_the_answer_and_exported() -> None:
    news = FakeNews()
    turn = page(news)._with_kept(answered(news), by())
    assert turn.fares is not None and "fares" not in turn_html(turn, current=True)
    turn = replace(turn, fares=corrected(turn.fares))
    shown = turn_html(turn, current=False)
    assert "Corrected by its article on 3 Oct 2024" in shown and "until May 2027" in shown and "(was: " in shown
    assert f'data-do="read" data-now="yes" data-id="a1" data-start="0" data-end="{len(NEW)}"' in shown
    assert "Corrected by its article on 3 Oct 2024: “The mission" in export.as_markdown([turn])
    [record] = json.loads(export.as_json([turn]))
    assert (record["kept"]["state"], record["kept"]["now"]["value"]) == ("corrected", "May 2027")


def test_the_new_sentence_is_read_in_the_article_as_it_is_now() -> None:
    days: list[object] = []

    class Noted(FakeNews):
        def article(self, article_id: str, *, as_of: date | None = None) -> Article:
            days.append(as_of)
            return super().article(article_id, as_of=as_of)

    going_on = page(Noted())
    going_on.served = itertools.count(1)
    turn = answered(FakeNews())
    assert turn.answer is not None
    turn = replace(turn, answer=replace(turn.answer, as_of=date(2024, 9, 30)))
    for data in ({"id": "a1", "turn": 1}, {"id": "a1", "turn": 1, "now": "yes"}):
        going_on.read_article([turn], SimpleNamespace(_data=data))  # type: ignore[arg-type]
    assert days == [date(2024, 9, 30), None]


def test_hostile_words_are_text() -> None:
    news = FakeNews()
    kept = page(news)._with_kept(answered(news), by()).fares
    assert kept is not None
    bad = replace(corrected(kept), question=HOSTILE, value=HOSTILE, now=replace(NOW, quote=HOSTILE, source=HOSTILE))
    shown = answers_html([bad]) + turn_html(replace(answered(news), fares=bad), current=True)
    assert "<script>" not in shown and "<img" not in shown


def test_each_state_has_its_words() -> None:
    news = FakeNews()
    kept = page(news)._with_kept(answered(news), by()).fares
    assert kept is not None and fares_text(kept) == ""
    gone = replace(kept, state="withdrawn", since=date(2024, 10, 3))
    assert fares_text(gone) == f"Withdrawn on 3 Oct 2024: its article is gone (was: “{QUOTE}”)"
    assert "Nothing is left of the answer." in answers_html([replace(gone, value=None, text="", citations=())])


@pytest.fixture
def visit(browser: Browser) -> Iterator[tuple[FakeNews, Visit]]:
    news = FakeNews()
    with ExitStack() as stack:
        url = stack.enter_context(served(news))
        context = browser.new_context()
        stack.callback(context.close)
        yield news, Visit(context, url)


def test_after_a_reload_an_old_answer_tells_that_it_was_corrected(visit: tuple[FakeNews, Visit]) -> None:
    news, one = visit
    one.ask(SYRIA_QUESTION)
    expect(one.page.locator("#live .text strong")).to_have_text("September 2026")
    expect(one.page.locator("#live .foot")).to_be_visible()
    assert [a.question for a in news.answers()] == [SYRIA_QUESTION]
    news.kept["1"] = ("", corrected(news.kept["1"][1]))
    one.page.reload()
    told = one.page.locator("#live .fares")
    expect(told).to_contain_text("Corrected by its article on 3 Oct 2024")
    told.get_by_role("button").click()
    expect(one.page.locator("#reader")).to_contain_text(SYRIA.title)
    one.page.keyboard.press("Escape")
    one.page.get_by_role("link", name="Answers").click()
    row = one.page.locator("#kept-answers .value")
    expect(row).to_contain_text("until May 2027")
    row.get_by_role("button", name="Forget").click()
    expect(one.page.locator("#kept-answers")).to_contain_text("Answers of the chat appear here")
    assert news.kept == {}
