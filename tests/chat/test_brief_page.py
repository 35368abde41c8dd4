"""The page of what is new: what it shows, and as a reader works with it in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import feedparser
import pytest
from playwright.sync_api import Browser, expect

from rag.chat.kept.brief_files import brief_atom, brief_markdown
from rag.chat.views import brief as brief_view
from rag.types import (
    Article,
    Brief,
    BriefCorrection,
    BriefMark,
    BriefStory,
    BriefWithdrawal,
    TimelineRow,
    Withdrawn,
)
from tests.chat.test_chat_page import HOSTILE, served
from tests.support.browser import Visit
from tests.support.fake_news import FLOOD, SYRIA, FakeNews

SAID = SYRIA.body[: SYRIA.body.index(".") + 1]
ROW = TimelineRow(SYRIA, 0, len(SAID), SAID, date(2024, 9, 27), date(2024, 9, 27), outlets=("Daily Wire Test",))
STORY = BriefStory(ROW)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Brief((), date(2024, 9, 28)), "No new articles since 28 Sep 2024"),
        (Brief((), topic="the mission"), "No new articles on “the mission” so far"),
        (
            Brief((STORY,), date(2024, 9, 1), None, date(2024, 9, 30), articles=1, outlets=1),
            "1 new article from 1 outlet since 1 Sep 2024, as of 30 Sep 2024, 1 story",
        ),
        (
            Brief((STORY,), articles=2100, outlets=3, left_out=1899, unquoted=2),
            "2,100 new articles from 3 outlets so far, 1,902 stories",
        ),
    ],
)
def test_the_head_says_what_a_brief_is_of(found: Brief, words: str) -> None:
    assert brief_view.head_text(found) == words


def test_facts_are_told_of_more_than_one_report_only() -> None:
    assert brief_view.story_facts(replace(STORY, begun=date(2024, 9, 28))) == []
    many = BriefStory(replace(ROW, outlets=("A", "B")), (), 5, 2, date(2024, 5, 7))
    assert brief_view.story_facts(many) == [
        "2 independent outlets: A, B", "5 new reports, 2 reprints among them", "first reported 7 May 2024",
    ]  # fmt: skip


def test_hostile_articles_are_text_in_every_form() -> None:
    bad = Article(HOSTILE, HOSTILE, f"{HOSTILE}\x00 left on Friday.", date(2024, 9, 28), source=HOSTILE)
    row = TimelineRow(bad, 0, len(bad.body), bad.body, None, None, outlets=(HOSTILE, "B"))
    gone = Withdrawn(HOSTILE, "killed", datetime(2024, 9, 28), notice=HOSTILE)
    found = Brief(
        (BriefStory(row, (row,), 2, 1, date(2024, 1, 1), (bad,), HOSTILE),),
        topic=HOSTILE, articles=1, left_out=3, unquoted=1,
        corrected=(BriefCorrection(bad, HOSTILE, date(2024, 9, 28), row, row),), more_corrected=1,
        withdrawn=(BriefWithdrawal(gone, HOSTILE),), more_withdrawn=1, mark=BriefMark("", datetime.now(UTC), 0),
    )  # fmt: skip
    for html in (brief_view.brief_html(found), brief_view.brief_page(found)):
        assert "<script>" not in html and "<img" not in html
        for words in (
            "and 3 more stories",
            "1 more story has no sentence",
            "Corrected",
            "Withdrawn",
            "1 more correction",
        ):
            assert words in html
    assert "<script" not in brief_view.brief_page(found) and "Mark as read" not in brief_view.brief_page(found)
    assert not re.search(r"(?<!\\)<(?:script|img|svg)", brief_markdown(found))
    feed = feedparser.parse(brief_atom(found))
    assert not feed.bozo and len(feed.entries) == 3


def test_a_reader_sees_what_is_new_saves_it_and_marks_it_as_read(browser: Browser) -> None:
    news = FakeNews([SYRIA, FLOOD])
    with served(news) as url:
        context = browser.new_context()
        page = Visit(context, f"{url}/brief?topic=the+mission", ".brief h2").page
        expect(page.locator(".brief .events > li")).to_have_count(2)
        expect(page.locator(".brief .events > li").first.locator("s")).to_contain_text("The river rose")
        assert news.briefs[-1][0] == "the mission" and news.briefs[-1][1].since is None
        with page.expect_download() as download:
            page.get_by_role("button", name="as an Atom feed").click()
        assert download.value.suggested_filename == "brief.atom"
        page.locator(".brief button.title").first.click()
        expect(page.locator("dialog.reading mark")).to_contain_text("The coalition formed a decade ago")
        page.keyboard.press("Escape")
        page.get_by_label("From").fill("yesterday")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("'yesterday' is not a day")
        page.get_by_label("From").fill("")
        page.get_by_role("button", name="Show", exact=True).click()
        page.get_by_role("button", name="Mark as read").click()
        expect(page.locator("#what-is-new")).to_contain_text("Marked as read")
        assert [b.mark for b in news.read] == [news.brief().mark]
        context.close()


def test_more_stories_are_shown_on_demand_to_the_reader_who_is_logged_in() -> None:
    from rag.chat import chat_page
    from rag.chat.pages.brief_page import BriefAsked, BriefPage

    news = FakeNews([SYRIA, FLOOD])
    page = object.__new__(BriefPage)
    page.news = news
    page.brief, page.asked, page.found = "brief", "asked", "found"  # type: ignore[assignment]
    ada: Any = SimpleNamespace(username="ada")
    shown: Any = page.more(BriefAsked("2024-09-01", limit=1), SimpleNamespace(_data={"id": "2"}), ada)  # type: ignore[arg-type]
    assert chat_page and shown["asked"].limit == 2 and len(shown["found"].stories) == 2
    assert news.briefs[-1][2:] == (2, "ada") and "Mark as read" not in shown["brief"]
