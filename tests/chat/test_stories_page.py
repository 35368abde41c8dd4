"""The stories page: what it shows, and as a reader works with it in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from rag.chat.kept.export import timeline_markdown
from rag.chat.views import timeline as story_view
from rag.chat.views.escape import span_text
from rag.types import Article, Timeline, TimelineRow
from tests.chat.test_chat_page import HOSTILE, served
from tests.support.browser import Visit
from tests.support.fake_news import FLOOD, SYRIA, FakeNews


def row(first: date | None = date(2024, 9, 27), last: date | None = None, **changes: object) -> TimelineRow:
    end = SYRIA.body.index(".") + 1
    made = TimelineRow(SYRIA, 0, end, SYRIA.body[:end], first, last or first, outlets=("Daily Wire Test",))
    return replace(made, **changes)  # type: ignore[arg-type]


# -- what is shown -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (row(), "27 Sep 2024"),
        (row(date(2024, 9, 1), date(2024, 9, 30), precision="month"), "Sep 2024"),
        (row(date(2024, 1, 1), date(2024, 12, 31), precision="year"), "2024"),
        (row(date(2024, 9, 23), date(2024, 9, 29), precision="week"), "23 Sep to 29 Sep 2024"),
        (row(None), "no date"),
    ],
)
def test_days_are_as_exact_as_they_are_known(shown: TimelineRow, words: str) -> None:
    assert span_text(shown) == words


def test_what_was_replaced_is_struck_through_with_the_day_it_fell() -> None:
    found = Timeline("mission", (row(planned=True, replaced_by=1), row(date(2024, 9, 28))), 1)
    shown = story_view.timeline_html(found)
    assert shown.count("<s>") == 1 and "Replaced on 28 Sep 2024" in shown and "planned" in shown
    text = timeline_markdown(found)
    assert text.startswith("# Timeline: mission") and "~~" in text and "*(planned, replaced 28 Sep 2024)*" in text


def test_the_picture_has_gaps_and_leaves_out_what_was_long_before() -> None:
    rows = (row(date(1999, 1, 1)), row(date(2024, 5, 1)), row(date(2024, 9, 27)))
    drawn = story_view.picture(rows)
    assert drawn is not None and drawn.first == date(2024, 5, 1) and len(drawn.gaps) == 1
    assert [dot.left for _, dots in drawn.rows for dot in dots] == ["0.0", "100.0"]
    assert story_view.picture((row(),)) is None


def test_a_file_of_its_own_needs_nothing_else() -> None:
    page = story_view.timeline_page(Timeline("mission", (row(),), 1))
    assert page.startswith("<!doctype html>") and "<style>" in page and "<script" not in page
    assert not re.search(r"(?:src|href)=[\"'](?!https://news\.example|#)", page)


def test_hostile_articles_are_text() -> None:
    bad = Article("a1", HOSTILE, f"{HOSTILE} left on Friday.", published=date(2024, 9, 28), source=HOSTILE)
    hostile = TimelineRow(bad, 0, len(bad.body), bad.body, date(2024, 9, 27), date(2024, 9, 27), outlets=(HOSTILE,))
    found = Timeline(HOSTILE, (hostile, replace(hostile, replaced_by=0)), 1)
    news = FakeNews([bad])
    shown = [
        story_view.timeline_html(found), story_view.timeline_page(found), story_view.topics_html(news.topics()),
        story_view.comparison_html(news.compare(HOSTILE)),
    ]  # fmt: skip
    for html in shown:
        assert "<script>" not in html and "<img" not in html
    assert not re.search(r"(?<!\\)<(?:script|img|svg)", timeline_markdown(found))


# -- in a browser --------------------------------------------------------------------------------------------------


@pytest.fixture
def open_stories(browser: Browser) -> Iterator[Callable[[FakeNews, str], Visit]]:
    contexts = []
    servers = []

    def open_(news: FakeNews, address: str) -> Visit:
        server = served(news)
        url = server.__enter__()
        servers.append(server)
        context = browser.new_context()
        contexts.append(context)
        return Visit(context, f"{url}/{address}", ".names li" if address else ".welcome h2")

    yield open_
    for context in contexts:
        context.close()
    for server in servers:
        server.__exit__(None, None, None)


def test_an_address_asks_for_a_timeline_and_a_row_opens_its_sentence(
    open_stories: Callable[[FakeNews, str], Visit],
) -> None:
    page = open_stories(FakeNews(), "stories?topic=the+mission").page
    expect(page.locator(".story h2")).to_have_text("the mission")
    expect(page.locator(".events > li")).to_have_count(2)
    expect(page.locator(".events s")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("button", name="as Markdown").click()
    assert download.value.suggested_filename == "timeline.md"
    assert download.value.path().read_text("utf-8").startswith("# Timeline: the mission")
    page.locator(".events button.title").first.click()
    expect(page.locator("dialog.reading mark")).to_contain_text("The coalition formed a decade ago")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.reading")).not_to_be_visible()


def test_a_name_opens_its_timeline_and_outlets_stand_side_by_side(
    open_stories: Callable[[FakeNews, str], Visit],
) -> None:
    news = FakeNews()
    page = open_stories(news, "stories").page
    page.locator(".names button").first.click()
    expect(page.locator(".story h2")).to_have_text("Tess Marlow")
    assert news.told[-1][2] == "Tess Marlow"
    page.goto(page.url + "?compare=" + "How+many%3F")
    expect(page.locator(".story .value")).to_have_count(1)
    expect(page.locator(".story")).to_contain_text("The Silent Post")


def test_an_answer_leads_to_its_timeline(open_stories: Callable[[FakeNews, str], Visit]) -> None:
    page = open_stories(FakeNews([SYRIA, FLOOD]), "").page
    page.locator("#question textarea").fill("When does the Syria mission end?")
    page.keyboard.press("Enter")
    page.locator("#live .foot button", has_text="Timeline").click()
    expect(page.locator(".story h2")).to_have_text("When does the Syria mission end?")
