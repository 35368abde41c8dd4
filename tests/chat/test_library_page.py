"""The library as it is shown, and as a reader works with it in a real browser over a real index."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, FilePayload, expect

from rag import News
from rag.chat import chat_page, server
from rag.chat.kept import uploads
from rag.chat.kept.uploads import Kept, uploads_of
from rag.chat.pages.library_page import Writer
from rag.chat.views import library as library_view
from rag.types import Article, CheckResult, Progress, Report, ReportItem
from tests.chat.test_chat_page import HOSTILE
from tests.support.browser import Visit
from tests.support.fake_news import FLOOD, SYRIA
from tests.support.fakes import on_disk
from tests.support.patience import PATIENCE, free_port
from tests.support.web_server import serving


def articles(n: int, first: date = date(2024, 1, 1), step: int = 1) -> list[Article]:
    return [
        replace(FLOOD, id=f"a{i}", published=first + timedelta(step * i), source=f"Outlet {i % 15}") for i in range(n)
    ]


# -- what is shown -------------------------------------------------------------------------------------------------


def test_what_was_not_read_comes_first_and_paths_have_the_names_that_readers_know() -> None:
    items = [ReportItem("/up/good.md", "added", "a1", "Good news")] * 20
    bad = ReportItem("/up/bad.txt#line 3", "failed", reason="/up/bad.txt: no article text found")
    shown = library_view.report_html(Report((*items, bad)), {"/up/bad.txt": "bad.txt", "/up/good.md": "good.md"})
    assert "1 not read, 20 added" in shown
    assert "/up/" not in shown
    assert shown.index("bad.txt: no article text found") < shown.index("Good news")
    assert "15 more lines" in shown
    assert "No articles found" in library_view.report_html(Report(()), {})


def test_what_was_left_out_and_what_has_a_note_is_shown_before_the_rest() -> None:
    plain = [ReportItem("/up/good.md", "added", "a1", "Good news")] * 20
    noted = ReportItem("/up/b.vtt", "added", "b1", "Talk", "no day in its name or header")
    left = ReportItem("/up/c.md", "left_out", reason="a draft, by its front matter")
    shown = library_view.report_html(Report((*plain, noted, left)), {})
    assert "1 left out, 21 added (1 with a note)" in shown
    assert shown.index("a draft, by") < shown.index("no day in its name or header") < shown.index("Good news")


def test_the_list_has_pages() -> None:
    many = articles(60)
    assert "60 articles, page 3 of 3" in library_view.list_html(many, 99)
    assert library_view.list_html(many, 0).count("<li") == library_view.PAGE
    assert 'data-id="1">Older' in library_view.list_html(many, 0)
    assert "Older" not in library_view.list_html(many[:3], 0)


def test_many_outlets_are_twelve_and_the_others() -> None:
    shown = library_view.counts_html(articles(30))
    assert shown.count("<tr>") == library_view.TOP + 1
    assert "3 others" in shown


@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=1, max_size=60))
def test_the_plot_has_every_article_in_few_bars(days: list[date]) -> None:
    _, periods = library_view._periods(sorted(days))
    assert sum(n for _, n in periods) == len(days)
    assert 1 <= len(periods) <= library_view.BARS + 1
    assert len({label for label, _ in periods}) == len(periods)


def test_articles_without_a_day_are_told() -> None:
    assert "2 articles without a date" in library_view.counts_html([replace(FLOOD, published=None)] * 2)


def test_health_is_told_in_words() -> None:
    assert "No damage found: 2 articles, 1 passage, 1 vector." in library_view.health_html(CheckResult((), 2, 1, 1))
    assert "<b>" not in library_view.health_html(CheckResult(("vectors: <b>1</b> missing",), 2, 1, 0))


@pytest.mark.fault("inert")
def test_hostile_articles_and_reports_are_text() -> None:
    bad = replace(
        SYRIA, title=HOSTILE, source=HOSTILE, section=HOSTILE, authors=(HOSTILE,), body=HOSTILE, origin=HOSTILE
    )
    bad = replace(bad, id='"><img src=x>', url="javascript:alert(1)")
    item = ReportItem(HOSTILE, "failed", title=HOSTILE, reason=HOSTILE)
    shown = "".join(
        (
            library_view.list_html([bad], 0),
            library_view.library_article_html(bad, [bad], leaving=True),
            library_view.counts_html([bad]),
            library_view.report_html(Report((item,)), {}),
            library_view.health_html(CheckResult((HOSTILE,), 1, 1, 1)),
            library_view.progress_html(HOSTILE, 1, 2),
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

    found, new = uploads.keep_file(Named(given_file), tmp_path / "kept")
    assert new
    assert found.parent == tmp_path / "kept"
    assert found.name == kept or (kept is None and len(found.name) <= 120 and found.suffix == ".txt")
    assert found.read_text() == "One."


def dropped(tmp_path: Path, *texts: str, name: str = "news.tar.md") -> list[Path]:
    given = []
    for n, text in enumerate(texts):
        (tmp_path / str(n)).mkdir(exist_ok=True)
        given.append(tmp_path / str(n) / name)
        given[-1].write_text(text)
    return given


def test_no_upload_takes_the_place_of_another(tmp_path: Path) -> None:
    one, two, same = dropped(tmp_path, "One.", "Two.", "One.")
    kept = uploads.keep_all([one, two, same, one], tmp_path / "kept")
    assert [(k.path.name, k.new) for k in kept] == [
        ("news.tar.md", True), ("news-2.tar.md", True), ("news.tar.md", False),
    ]  # fmt: skip
    assert [k.path.read_text() for k in kept] == ["One.", "Two.", "One."]
    uploads.forget_files(kept[2:])
    assert kept[2].path.exists()
    uploads.forget_files(kept[:1])
    assert not kept[0].path.exists()


def test_of_files_that_cannot_all_be_kept_none_stays(tmp_path: Path) -> None:
    one, two = dropped(tmp_path, "One.", "Two.")
    two.unlink()
    with pytest.raises(OSError, match="No such file"):
        uploads.keep_all([one, two], tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_files_of_which_nothing_was_read_are_told_from_the_others() -> None:
    files = [Kept(Path(f"/up/{name}"), True) for name in ("a.md", "a.md.gz", "half.jsonl", "list.urls")]
    items = [
        ReportItem("/up/a.md", "failed", reason="no article"),
        ReportItem("/up/a.md.gz", "unchanged", "a1"),
        ReportItem("/up/half.jsonl#line 1", "failed", reason="no record"),
        ReportItem("/up/half.jsonl#line 2", "added", "a2"),
        ReportItem("https://news.example/feed", "failed", reason="no answer"),
    ]
    assert [k.path.name for k in uploads.unread(files, items)] == ["a.md"]


def test_changes_of_the_index_wait_for_each_other_and_their_end_is_told() -> None:
    writing, gate = Writer(), threading.Event()

    def slow(progress: Callable[[str, int, int | None], None]) -> str:
        progress("reading", 1, 2)
        gate.wait(PATIENCE)
        return "done"

    done: list[Future[Any]] = [Future() for _ in range(4)]
    first = writing.run(slow, done[0])
    assert next(first) == ("reading", 1, 2)
    second = writing.run(lambda progress: "after it", done[1])
    assert next(second) is None
    gate.set()
    assert (list(first), done[0].result()) == ([], "done")
    assert (list(second), done[1].result()) == ([], "after it")

    def fails(progress: object) -> None:
        raise ValueError("no")

    assert list(writing.run(fails, done[2])) == []
    assert isinstance(done[2].exception(), ValueError)
    assert (list(writing.run(lambda progress: 1, done[3])), done[3].result()) == ([], 1)


# -- in a browser --------------------------------------------------------------------------------------------------


@contextmanager
def opened(browser: Browser, tmp_path: Path, *, uploads: bool = True) -> Iterator[tuple[Visit, str, News]]:
    with News.open(tmp_path / "index", llm="none") as news:
        demo = chat_page.build(news, uploads=uploads_of(tmp_path / "index") if uploads else None)
        url = server.serve(demo, "127.0.0.1", free_port())
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
        page.get_by_role("link", name="Library", exact=True).click()
        expect(page.locator("#listed")).to_contain_text("No articles yet")
        page.locator("#drop input[type=file]").set_input_files([good, bad])
        outcome = page.locator("#outcome")
        expect(outcome.locator("h3")).to_have_text("1 not read, 1 added")
        expect(outcome).to_contain_text("empty.txtno article text found")
        assert str(tmp_path) not in page.inner_text("body")
        assert sorted(p.name for p in uploads_of(tmp_path / "index").iterdir()) == ["mission.md"]
        expect(page.locator("#counts")).to_contain_text("Daily Wire Test")

        page.get_by_role("link", name="Back to the chat").click()
        one.ask("Until when will the mission in Syria continue?")
        expect(page.locator("#live .ref").first).to_be_visible()

        page.goto(f"{url}/library")
        expect(page.locator("#listed")).to_contain_text("1 article")  # the page is there
        search = page.get_by_label("Search headlines and texts")
        search.fill("flood")
        expect(page.locator("#listed")).to_contain_text("No article matches")
        search.fill("COALI commissions")  # the beginning of a headline's word, and another form of one of the text's
        page.locator("#listed .listing button").click()
        expect(page.locator("#opened .body")).to_contain_text("The commission will work out the details.")
        expect(page.locator("#opened")).to_contain_text("Read from mission.md")
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#opened .body")).to_have_count(0)
        page.locator("#listed .listing button").click()
        page.get_by_role("button", name="Remove …").click()
        expect(page.locator("#opened .sure")).to_contain_text(SYRIA.title)
        expect(page.get_by_role("button", name="Remove it")).to_be_focused()
        page.get_by_role("button", name="Keep it").click()
        expect(page.locator("#opened .sure")).to_have_count(0)
        page.get_by_role("button", name="Remove …").click()
        page.get_by_role("button", name="Remove it").click()
        expect(page.locator("#opened")).to_contain_text("was removed")
        assert news.size() == (0, 0)
        assert (one.outside, one.errors) == ([], [])


def article_file(folder: Path, name: str, subject: str) -> Path:
    file = folder / name
    text = f"The {subject} of Ashcombe opened on Monday after two years of work. " * 3
    file.write_text(f"---\ntitle: The {subject} opens\ndate: 2024-09-28\nsource: Daily Wire Test\n---\n\n{text}\n")
    return file


def mail_file(folder: Path, name: str) -> Path:
    """A mail whose file has no ending: its content shows what it is."""
    file = folder / name
    head = f"From: Daily Wire Test <desk@wire.example>\nSubject: The harbour of {name} opens\n"
    head += "Date: Sat, 28 Sep 2024 09:00:00 +0000\n"
    text = f"The harbour of {name} opened on Monday after two years of work on its northern quay. " * 3
    file.write_text(f"{head}Content-Type: text/plain\n\n{text}\n")
    return file


@pytest.mark.browser
def test_a_drop_leaves_out_what_is_too_large_or_of_another_kind_and_adds_the_rest(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 5000)
    good = article_file(tmp_path, "library.md", "library")
    large, picture = tmp_path / "large.txt", tmp_path / "picture.png"
    large.write_text("x" * 6000)
    picture.write_bytes(b"png")
    with opened(browser, tmp_path) as (one, url, news):
        page = one.page
        page.goto(f"{url}/library")
        expect(page.locator("#listed")).to_contain_text("No articles yet")
        page.locator("#drop input[type=file]").set_input_files([large, good, picture])
        outcome = page.locator("#outcome")
        expect(outcome).to_contain_text("1 added")
        expect(outcome).to_contain_text("2 not read")
        expect(outcome).to_contain_text("large.txt")
        expect(outcome).to_contain_text("unsupported file type")
        assert [a.title for a in news.articles()] == ["The library opens"]
        page.locator("#drop input[type=file]").set_input_files([picture])
        expect(outcome.locator("section")).to_have_count(3)
        page.locator("#drop input[type=file]").set_input_files(
            [mail_file(tmp_path, "0412"), mail_file(tmp_path, "kept")]
        )
        expect(outcome.locator("section")).to_have_count(4)
        expect(page.locator("#listed")).to_contain_text("The harbour of 0412 opens")
        expect(page.locator("#listed")).to_contain_text("The harbour of kept opens")

        files = [{"name": f.name, "text": f.read_text()} for f in (article_file(tmp_path, "pool.md", "pool"), large)]
        page.evaluate(
            """(files) => {
              const held = new DataTransfer();
              for (const {name, text} of files) held.items.add(new File([text], name));
              const place = document.querySelector('#drop button');
              place.dispatchEvent(new DragEvent('drop', {dataTransfer: held, bubbles: true, cancelable: true}));
            }""",
            files,
        )
        expect(outcome.locator("section")).to_have_count(6)
        expect(page.locator("#listed")).to_contain_text("The pool opens")
        assert (one.outside, one.errors) == ([], [])


@pytest.mark.browser
def test_a_second_drop_waits_for_the_first_and_both_are_told(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = threading.Event(), threading.Event()
    with opened(browser, tmp_path) as (one, url, news):
        add = news.add

        def slow(*sources: str | Path, progress: Progress | None = None) -> Report:
            begun.set()
            gate.wait(PATIENCE)
            return add(*sources, progress=progress)

        monkeypatch.setattr(news, "add", slow)
        page = one.page
        page.goto(f"{url}/library")
        expect(page.locator("#listed")).to_contain_text("No articles yet")
        drop, outcome = page.locator("#drop input[type=file]"), page.locator("#outcome")
        first = article_file(tmp_path, "library.md", "library")
        drop.set_input_files([first])
        expect(outcome).to_contain_text("Reading")
        assert begun.wait(PATIENCE)
        drop.set_input_files([article_file(tmp_path, "pool.md", "pool"), first])
        expect(outcome).to_contain_text("Waiting for another change to the index")
        gate.set()
        expect(outcome.locator("section h3")).to_have_text(["1 added, 1 unchanged", "1 added"])
        expect(page.locator("#listed")).to_contain_text("2 articles")
        assert (one.outside, one.errors) == ([], [])


@pytest.mark.browser
def test_an_address_is_told_when_it_is_none_or_private_and_the_index_is_checked_and_mended(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path) as (one, url, news):
        news.put([SYRIA, FLOOD])
        page = one.page
        page.goto(f"{url}/library")
        expect(page.locator("#listed")).to_contain_text("2 articles")
        box = page.get_by_label("Or the address of a page or a feed")
        for address, told in (
            ("/etc/passwd", "“/etc/passwd” is not a web"),
            ("ftp://news.example/", "“ftp://news.example/” is not a web"),  # of itself, not of the one before
            (url, "private"),
        ):
            box.fill(address)
            page.locator("#add-address").click()
            expect(page.locator("#outcome :is(p, section)").first).to_contain_text(told)
        page.get_by_role("button", name="Check the index").click()
        expect(page.locator("#health")).to_contain_text("No damage found: 2 articles")
        with news.store.writing():
            on_disk(news)._all_vectors.delete(on_disk(news)._chunk_ids([FLOOD.id]))
        page.get_by_role("button", name="Check the index").click()
        expect(page.locator("#health")).to_contain_text("missing")
        page.get_by_role("button", name="Repair the index").click()
        expect(page.locator("#health")).to_contain_text("Repaired: 2 articles")


@pytest.mark.browser
def test_a_chat_without_a_library_takes_nothing(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, uploads=False) as (one, url, _):
        expect(one.page.get_by_role("link", name="Library")).to_have_count(0)
        one.page.goto(f"{url}/library")
        expect(one.page.locator("#drop")).to_have_count(0)
        file: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * 5000}
        answer = one.page.request.post(f"{url}/gradio_api/upload", multipart={"files": file})
        assert answer.status == 413, answer.status


def test_a_crafted_upload_reaches_no_private_address_and_no_file_of_the_server(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret headline\n\nThis secret stood here for years, and nobody has read it before.")
    with serving() as web, News.open(tmp_path / "index", llm="none") as news:
        demo = chat_page.build(news, uploads=uploads_of(tmp_path / "index"))
        url = server.serve(demo, "127.0.0.1", free_port())
        functions = {f.fn.__name__: number for number, f in demo.fns.items() if f.fn}
        try:
            for n, path in enumerate(
                (f"http://127.0.0.1:{web.port}/secret.txt", str(secret), secret.as_uri(), "../secret.txt")
            ):
                file = {"path": path, "url": path, "orig_name": "a.txt", "meta": {"_type": "gradio.FileData"}}
                for name, data in (("add_files", [[file], None, None]), ("add_address", [file, None, None])):
                    told = event(url, functions[name], data, f"{name}{n}")
                    assert told["success"] is False, told
            assert news.size() == (0, 0)
            assert web.requests == []
            assert not uploads_of(tmp_path / "index").exists()
        finally:
            demo.close()


def event(url: str, function: int, data: Sequence[object], session: str) -> dict[str, object]:
    """What Gradio's queue says in the end of an event as a page would send it."""
    joined = httpx.post(
        f"{url}/gradio_api/queue/join",
        json={"fn_index": function, "data": data, "session_hash": session},
        timeout=PATIENCE,
    )
    joined.raise_for_status()
    with httpx.stream(
        "GET", f"{url}/gradio_api/queue/data", params={"session_hash": session}, timeout=PATIENCE
    ) as stream:
        for line in stream.iter_lines():
            told: dict[str, object] = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if told.get("msg") == "process_completed":
                return told
    raise AssertionError("the stream ended before the event")
