"""The pile as it is shown, and as a reader works with it in a real browser over a real index."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, FilePayload, expect

import app
from rag import News
from rag.chat import pile
from rag.chat.pile_page import _Adding, keep_upload, uploads_of
from rag.types import Article, CheckResult, Report, ReportItem
from tests.browser import Visit
from tests.fake_news import FLOOD, SYRIA
from tests.test_app import HOSTILE, free_port


def articles(n: int, first: date = date(2024, 1, 1), step: int = 1) -> list[Article]:
    return [
        replace(FLOOD, id=f"a{i}", published=first + timedelta(step * i), source=f"Outlet {i % 15}") for i in range(n)
    ]


# -- what is shown -------------------------------------------------------------------------------------------------


def test_what_was_not_read_comes_first_and_paths_have_the_names_that_readers_know() -> None:
    items = [ReportItem("/up/good.md", "added", "a1", "Good news")] * 20
    bad = ReportItem("/up/bad.txt#line 3", "failed", reason="/up/bad.txt: no article text found")
    shown = pile.report_html(Report((*items, bad)), {"/up/bad.txt": "bad.txt", "/up/good.md": "good.md"})
    assert "1 not read, 20 added" in shown
    assert "/up/" not in shown
    assert shown.index("bad.txt: no article text found") < shown.index("Good news")
    assert "15 more lines" in shown
    assert "Nothing was found in it" in pile.report_html(Report(()), {})


def test_the_list_has_pages() -> None:
    many = articles(60)
    assert "60 articles, page 3 of 3" in pile.list_html(many, 99)
    assert pile.list_html(many, 0).count("<li") == pile.PAGE
    assert 'data-id="1">Older' in pile.list_html(many, 0)
    assert "Older" not in pile.list_html(many[:3], 0)


def test_many_outlets_are_twelve_and_the_others() -> None:
    shown = pile.counts_html(articles(30))
    assert shown.count("<tr>") == pile.TOP + 1
    assert "3 others" in shown


@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=1, max_size=60))
def test_the_plot_has_every_article_in_few_bars(days: list[date]) -> None:
    _, periods = pile._periods(sorted(days))
    assert sum(n for _, n in periods) == len(days)
    assert 1 <= len(periods) <= pile.BARS + 1
    assert len({label for label, _ in periods}) == len(periods)


def test_articles_without_a_day_are_told() -> None:
    assert "2 articles without a date" in pile.counts_html([replace(FLOOD, published=None)] * 2)


def test_health_is_told_in_words() -> None:
    assert "Sound: 2 articles, 1 passage, 1 vector." in pile.health_html(CheckResult((), 2, 1, 1))
    assert "<b>" not in pile.health_html(CheckResult(("vectors: <b>1</b> missing",), 2, 1, 0))


def test_hostile_articles_and_reports_are_text() -> None:
    bad = replace(
        SYRIA, title=HOSTILE, source=HOSTILE, section=HOSTILE, authors=(HOSTILE,), body=HOSTILE, origin=HOSTILE
    )
    bad = replace(bad, id='"><img src=x>', url="javascript:alert(1)")
    item = ReportItem(HOSTILE, "failed", title=HOSTILE, reason=HOSTILE)
    shown = "".join(
        (
            pile.list_html([bad], 0),
            pile.article_html(bad, [bad], leaving=True),
            pile.counts_html([bad]),
            pile.report_html(Report((item,)), {}),
            pile.health_html(CheckResult((HOSTILE,), 1, 1, 1)),
            pile.progress_html(HOSTILE, 1, 2),
        )
    )
    tags = set(re.findall(r"<(\w+)", shown))
    assert not tags & {"img", "svg", "script", "a", "iframe"}


# -- uploads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kept"),
    [("news.md", "news.md"), (".hidden.txt", "hidden.txt"), ("a\u202eb.txt", "ab.txt"), ("x" * 300 + ".txt", None)],
)
def test_a_file_keeps_its_name_as_far_as_it_is_one(tmp_path: Path, name: str, kept: str | None) -> None:
    given_file = tmp_path / "given.txt"
    given_file.write_text("One.")

    class Named(type(given_file)):  # type: ignore[misc]  # a name that this file system may refuse
        @property
        def name(self) -> str:
            return name

    found = keep_upload(Named(given_file), tmp_path / "kept")
    assert found.parent == tmp_path / "kept"
    assert found.name == kept or (kept is None and len(found.name) <= 120 and found.suffix == ".txt")
    assert found.read_text() == "One."


def test_no_upload_takes_the_place_of_another(tmp_path: Path) -> None:
    kept = []
    for n, text in enumerate(("One.", "Two.", "One.")):
        (tmp_path / str(n)).mkdir()
        file = tmp_path / str(n) / "news.tar.md"
        file.write_text(text)
        kept.append(keep_upload(file, tmp_path / "kept"))
        assert not file.exists()
    assert [k.name for k in kept] == ["news.tar.md", "news-2.tar.md", "news.tar.md"]
    assert [k.read_text() for k in kept] == ["One.", "Two.", "One."]


def test_one_add_at_a_time_and_its_end_is_told() -> None:
    adding, gate = _Adding(), threading.Event()

    def slow(progress: object) -> str:
        gate.wait(10)
        return "done"

    first = adding.run(slow)
    told: list[object] = []
    reader = threading.Thread(target=lambda: told.extend(first))
    reader.start()
    while not adding._busy.locked():
        pass
    assert list(adding.run(lambda progress: "never")) == [None]
    gate.set()
    reader.join()
    assert told == [["done"]]

    def fails(progress: object) -> None:
        raise ValueError("no")

    [error] = adding.run(fails)
    assert isinstance(error, ValueError)
    assert list(adding.run(lambda progress: 1)) == [[1]]


# -- in a browser --------------------------------------------------------------------------------------------------


@contextmanager
def opened(browser: Browser, tmp_path: Path, *, uploads: bool = True) -> Iterator[tuple[Visit, str, News]]:
    with News.open(tmp_path / "index", llm="none") as news:
        demo = app.build(news, uploads=uploads_of(tmp_path / "index") if uploads else None)
        url = app.serve(demo, "127.0.0.1", free_port())
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        try:
            yield Visit(context, url), url, news
        finally:
            context.close()
            demo.close()


@pytest.mark.browser
def test_a_reader_adds_asks_looks_and_removes(browser: Browser, tmp_path: Path) -> None:
    good, bad = tmp_path / "mission.md", tmp_path / "empty.txt"
    good.write_text(f"---\ntitle: {SYRIA.title}\ndate: 2024-09-28\nsource: Daily Wire Test\n---\n\n{SYRIA.body}\n")
    bad.write_text("x")
    with opened(browser, tmp_path) as (one, url, news):
        page = one.page
        expect(page.locator(".welcome")).to_contain_text("No articles yet")
        page.get_by_role("link", name="The pile", exact=True).click()
        expect(page.locator("#listed")).to_contain_text("No articles yet")
        page.locator("#drop input[type=file]").set_input_files([good, bad])
        outcome = page.locator("#outcome")
        expect(outcome.locator("h3")).to_have_text("1 not read, 1 added", timeout=30_000)
        expect(outcome).to_contain_text("empty.txt: no article text found")
        assert str(tmp_path) not in page.inner_text("body")
        assert sorted(p.name for p in uploads_of(tmp_path / "index").iterdir()) == ["empty.txt", "mission.md"]
        expect(page.locator("#counts")).to_contain_text("Daily Wire Test")

        page.get_by_role("link", name="Back to the chat").click()
        one.ask("Until when will the mission in Syria continue?")
        expect(page.locator("#live .ref").first).to_be_visible(timeout=20_000)

        page.goto(f"{url}/pile")
        page.get_by_label("Search the headlines").fill("flood")
        expect(page.locator("#listed")).to_contain_text("No article passes")
        page.get_by_label("Search the headlines").fill("COALITION iraq")
        page.locator("#listed .pile button").click()
        expect(page.locator("#opened .body")).to_contain_text("The commission will work out the details.")
        expect(page.locator("#opened")).to_contain_text("Read from mission.md")
        page.get_by_role("button", name="Remove …").click()
        expect(page.locator("#opened .sure")).to_contain_text(SYRIA.title)
        page.get_by_role("button", name="Keep it").click()
        expect(page.locator("#opened .sure")).to_have_count(0)
        page.get_by_role("button", name="Remove …").click()
        page.get_by_role("button", name="Remove it").click()
        expect(page.locator("#opened")).to_contain_text("was removed")
        assert news.size() == (0, 0)
        assert (one.outside, one.errors) == ([], [])


@pytest.mark.browser
def test_an_address_is_told_when_it_is_none_or_private_and_the_index_is_checked_and_mended(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path) as (one, url, news):
        news.put([SYRIA, FLOOD])
        page = one.page
        page.goto(f"{url}/pile")
        box = page.get_by_label("Or the address of a page or a feed")
        for address, told in (("/etc/passwd", "not a web address"), (url, "private")):
            box.fill(address)
            page.locator("#add-address").click()
            expect(page.locator("#outcome")).to_contain_text(told, timeout=20_000)
        page.get_by_role("button", name="Check the index").click()
        expect(page.locator("#health")).to_contain_text("Sound: 2 articles", timeout=20_000)
        with news.store.writing():
            news.store._all_vectors.delete(news.store._chunk_ids([FLOOD.id]))
        page.get_by_role("button", name="Check the index").click()
        expect(page.locator("#health")).to_contain_text("missing", timeout=20_000)
        page.get_by_role("button", name="Mend it").click()
        expect(page.locator("#health")).to_contain_text("Mended: 2 articles", timeout=20_000)


@pytest.mark.browser
def test_a_chat_without_a_pile_takes_nothing(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, uploads=False) as (one, url, _):
        expect(one.page.get_by_role("link", name="The pile")).to_have_count(0)
        one.page.goto(f"{url}/pile")
        expect(one.page.locator("#drop")).to_have_count(0)
        file: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * 5000}
        answer = one.page.request.post(f"{url}/gradio_api/upload", multipart={"files": file})
        assert answer.status == 413, answer.status
