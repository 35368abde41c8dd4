"""News from the web goes in through ``add``, and ``watch`` keeps it fresh."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import News
from rag.errors import UsageError
from rag.ops.watch import interval, watch
from rag.types import Report
from tests.conftest import OpenNews, Rag, Records
from tests.support.stories import NEWS
from tests.support.web_server import Web, reply, serving

SITE = "127.0.0.1"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as running:
        yield running


@pytest.fixture
def news(open_news: OpenNews) -> News:
    return open_news(private_hosts=SITE, fetch_pause=0)


def address(web: Web, path: str) -> str:
    return f"http://{SITE}:{web.port}/{path}"


def serve(web: Web, path: str, body: str, kind: str = "text/html", **headers: Any) -> str:
    web.answers[f"{SITE}:{web.port}/{path}"] = reply(body, kind=kind, **headers)
    return address(web, path)


def page(n: int) -> str:
    a = NEWS[n]
    text = "".join(f"<p>{p}</p>" for p in a.body.split("\n\n"))
    return (
        f"<html><head><title>{a.title}</title><meta property='og:site_name' content='{a.source}'></head>"
        f"<body><article><h1>{a.title}</h1>{text}</article></body></html>"
    )


def feed(web: Web, *numbers: int) -> str:
    items = "".join(
        f"<item><guid>{n}</guid><title>{NEWS[n].title}</title><link>{address(web, f'a{n}')}</link>"
        f"<pubDate>Sat, 28 Sep 2024 10:00:00 GMT</pubDate><description>It begins so.</description></item>"
        for n in numbers
    )
    for n in numbers:
        serve(web, f"a{n}", page(n))
    return f"<rss version='2.0'><channel><title>The Feed</title><link>{address(web, '')}</link>{items}</channel></rss>"


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.failed


def test_a_page_by_its_address(web: Web, news: News) -> None:
    url = serve(web, "one", page(1))
    assert counts(news.add(url)) == (1, 0, 0, 0)
    [article] = news.articles(bodies=True)
    assert (article.url, article.title, article.source) == (url, NEWS[1].title, NEWS[1].source)
    assert article.body == NEWS[1].body
    assert counts(news.add(url)) == (0, 0, 1, 0)


def test_a_feed_is_remembered_with_its_articles(web: Web, news: News) -> None:
    url = serve(web, "feed", feed(web, 1, 2), kind="application/rss+xml", etag='"v1"')
    assert counts(news.add(url)) == (2, 0, 0, 0)
    [(state, _)] = news.feeds()
    assert (state.url, state.title, state.etag, len(state.seen)) == (url, "The Feed", '"v1"', 2)
    before = len(web.asked)
    news.add(url)
    assert web.asked[before:] == [f"{SITE}:{web.port}/feed"], "what is known is not fetched again"
    serve(web, "feed", feed(web, 1, 2, 3), kind="application/rss+xml", etag='"v2"')
    before = len(web.asked)
    assert counts(news.add(url)) == (1, 0, 0, 0)
    assert len(web.asked) - before == 2, "the feed and the one page that is new"


def test_an_address_that_cannot_be_read_fails_alone(web: Web, news: News) -> None:
    report = news.add(address(web, "nothing"), serve(web, "one", page(1)), "http://10.1.2.3/x")
    assert counts(report) == (1, 0, 0, 2)
    gone, _, private = report.items
    assert "404" in (gone.reason or "")
    assert "private" in (private.reason or "")
    assert all("\n" not in (item.reason or "") for item in report.items)


def test_a_list_of_addresses_that_was_named_is_fetched(web: Web, news: News, tmp_path: Path) -> None:
    lines = ["# my list", serve(web, "one", page(1)), "", serve(web, "two", page(2))]
    (tmp_path / "urls.txt").write_text("\n".join(lines))
    assert counts(news.add(tmp_path / "urls.txt")) == (2, 0, 0, 0)


def test_a_feed_in_a_file_fetches_the_pages_it_links_to(web: Web, news: News, tmp_path: Path) -> None:
    (tmp_path / "saved.xml").write_text(feed(web, 1, 2))
    assert counts(news.add(tmp_path / "saved.xml")) == (2, 0, 0, 0)
    assert {a.origin for a in news.articles()} == {address(web, "a1"), address(web, "a2")}
    assert counts(news.add(tmp_path / "saved.xml")) == (0, 0, 0, 0)


# -- again and again ------------------------------------------------------------------------------------------------


class Stopped(Exception):
    pass


def rounds(news: News, *sources: str | Path, between: list[object], every: float = 900.0) -> list[Report]:
    """The reports of as many rounds as there are things to do after them."""
    todo = iter(between)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        step = next(todo)
        if callable(step):
            step()

    out: list[Report] = []
    with pytest.raises(StopIteration):
        for report in watch(news, sources, every=every, sleep=sleep, clock=lambda: 0.0):
            out.append(report)
            if len(out) > len(between):
                raise StopIteration
    assert all(seconds == every for seconds in slept)
    return out


def test_watching_a_folder_reads_only_what_changed(news: News, records: Records, tmp_path: Path) -> None:
    records("in/a.jsonl", {"url": "https://x.example/1", "title": "One", "text": "The first thing happened."})

    def more() -> None:
        records("in/b.jsonl", {"url": "https://x.example/2", "title": "Two", "text": "The second thing happened."})

    def change() -> None:
        path = records("in/a.jsonl", {"url": "https://x.example/1", "title": "One", "text": "It happened otherwise."})
        os.utime(path, (1, 1))

    found = rounds(news, tmp_path / "in", between=[None, more, change])
    assert [counts(r) for r in found] == [(1, 0, 0, 0), (0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0)]


def test_watching_nothing_named_reads_the_feeds_that_are_known(web: Web, news: News) -> None:
    url = serve(web, "feed", feed(web, 1), kind="application/rss+xml")
    news.add(url)

    def more() -> None:
        serve(web, "feed", feed(web, 1, 2), kind="application/rss+xml")

    assert [counts(r)[0] for r in rounds(news, between=[more])] == [0, 1]


def test_watching_nothing_at_all_says_what_to_do(news: News) -> None:
    with pytest.raises(UsageError, match="nothing to watch"):
        next(watch(news, [], every=900))


@pytest.mark.fault("writers")
def test_a_round_beside_another_writer_is_left_out_and_told(news: News, open_news: OpenNews, records: Records) -> None:
    path = records("a.jsonl", {"title": "One", "text": "The first thing happened."})
    other = open_news()
    with other.store.writing():
        report = next(watch(news, [path], every=900))
    assert report.failed == 1
    assert "is being written by process" in (report.items[0].reason or "")
    assert next(watch(news, [path], every=900)).added == 1


@pytest.mark.parametrize(
    ("text", "seconds"), [("15m", 900), ("2h", 7200), ("90s", 90), ("1d", 86400), ("30", 1800), ("1.5h", 5400)]
)
def test_intervals(text: str, seconds: float) -> None:
    assert interval(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-5m", "0", "1s", "99d", "15 parsecs"])
def test_an_interval_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="--every"):
        interval(text)


# -- the command --------------------------------------------------------------------------------------------------


def test_the_command_adds_addresses_and_lists_feeds(web: Web, rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PRIVATE_HOSTS", SITE)
    monkeypatch.setenv("RAG_FETCH_PAUSE", "0")
    url = serve(web, "feed", feed(web, 1, 2), kind="application/rss+xml")
    done = rag("add", url, "--json")
    assert (done.status, done.json["added"]) == (0, 2)
    [known] = rag("feeds", "--json").json
    assert (known["url"], known["title"], known["entries"]) == (url, "The Feed", 2)
    assert url in rag("feeds").out


def test_without_the_setting_ones_own_machine_is_refused(web: Web, rag: Rag) -> None:
    done = rag("add", serve(web, "one", page(1)), "--json")
    assert done.status == 1
    assert "RAG_PRIVATE_HOSTS" in done.json["items"][0]["reason"]
    assert web.asked == []


def test_the_command_refuses_a_wrong_interval_before_it_reads(rag: Rag, tmp_path: Path) -> None:
    done = rag("watch", str(tmp_path), "--every", "soon")
    assert (done.status, done.out) == (2, "")
    assert "15m" in done.err
