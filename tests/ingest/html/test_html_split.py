"""A page of several complete articles gives several; a page of one gives one, whatever stands beside it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from rag.ingest.html.page import read
from rag.ingest.page import Page

FERRY = (
    "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a long meeting.",
    "It has carried people, sheep and one piano across the water since 1934, and never once on a Sunday morning.",
    "A bridge will take its place. It cost 410 million crowns, and nobody on the island has asked for the sheep.",
)
BUS = (
    "A bus will run along the coast from June, and its driver has been chosen by the county after some debate.",
    "It leaves the market at seven and the harbour at nine, and it has forty seats that are covered in blue cloth.",
    "The county pays for two years. After that the passengers have to, or the blue seats go to another county.",
)
MILL = (
    "The paper mill on the hill has found a buyer, who wants to make egg boxes of what the newspapers leave behind.",
    "Sixty people work there, which is a third of the town, and most of them had packed their lunch boxes for good.",
    "The price was not told. The seller, an heir of the founder, said only that it was less than that of a new roof.",
)
TITLES = ("Ferry line to close", "Bus line to open", "Mill finds a buyer")
STORIES = (FERRY, BUS, MILL)


def prose(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def pages(body: str, head: str = "", url: str | None = "https://wire.example/today") -> list[Page]:
    data = f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>".encode()
    found = list(read("a.html", data, url=url))
    assert all(isinstance(p, Page) for p in found), found
    return [p for p in found if isinstance(p, Page)]


def check_three(found: list[Page]) -> None:
    assert [p.title for p in found] == list(TITLES)
    assert [p.origin for p in found] == [f"a.html#item {n}" for n in (1, 2, 3)]
    assert all(p.whole for p in found)
    assert [p.text for p in found] == ["\n\n".join(s) for s in STORIES]


# --- several ---------------------------------------------------------------------------------------------------


def test_article_elements_with_headlines_of_their_own() -> None:
    days = ("2024-05-07T10:00:00Z", "2024-05-06T09:00:00Z", "2024-05-05")
    body = "".join(
        f"<article><h2><a href='/news/{i}'>{t}</a></h2><p class='byline'>By Jane Roe</p>"
        f"<time datetime='{d}'>a day</time>{prose(s)}</article>"
        for i, (t, d, s) in enumerate(zip(TITLES, days, STORIES, strict=True))
    )
    found = pages(
        f"<header><h1>Northway Wire</h1></header><main>{body}</main>",
        "<meta property='og:site_name' content='Northway Wire'>",
    )
    check_three(found)
    assert [p.url for p in found] == [f"https://wire.example/news/{i}" for i in range(3)]
    assert [p.published for p in found] == [
        datetime(2024, 5, 7, 10, tzinfo=UTC),
        datetime(2024, 5, 6, 9, tzinfo=UTC),
        date(2024, 5, 5),
    ]
    assert all((p.source, p.authors, p.language) == ("Northway Wire", ("Jane Roe",), "en") for p in found)


def test_a_page_that_scrolls_on_into_the_next_article() -> None:
    head = "<title>Ferry line to close</title><meta property='og:title' content='Ferry line to close'>"
    nodes = [
        {
            "@type": "NewsArticle",
            "headline": t,
            "url": f"/n/{i}",
            "datePublished": f"2024-05-0{i + 1}",
            "author": {"name": f"{n} Roe"},
        }
        for i, (t, n) in enumerate(zip(TITLES, ("Jane", "John", "Joan"), strict=True))
    ]
    head += f"<script type='application/ld+json'>{json.dumps(nodes)}</script>"
    body = "".join(f"<article><h1>{t}</h1>{prose(s)}</article>" for t, s in zip(TITLES, STORIES, strict=True))
    found = pages(f"<main>{body}</main>", head)
    check_three(found)
    assert [p.url for p in found] == [f"https://wire.example/n/{i}" for i in range(3)]
    assert [p.published for p in found] == [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)]
    assert [p.authors for p in found] == [("Jane Roe",), ("John Roe",), ("Joan Roe",)]


def test_json_ld_that_holds_the_texts_tells_articles_apart() -> None:
    nodes = [
        {"@type": "NewsArticle", "headline": t, "articleBody": " ".join(s), "datePublished": f"2024-05-0{i + 1}"}
        for i, (t, s) in enumerate(zip(TITLES, STORIES, strict=True))
    ]
    head = f"<script type='application/ld+json'>{json.dumps(nodes)}</script>"
    body = "".join(f"<div><h3>{t}</h3>{prose(s)}</div>" for t, s in zip(TITLES, STORIES, strict=True))
    found = pages(body, head)
    check_three(found)
    assert [p.published for p in found] == [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)]


@pytest.mark.parametrize("tag", ["h1", "h2"])
def test_headings_with_a_day_and_paragraphs(tag: str) -> None:
    body = "".join(
        f"<{tag}>{t}</{tag}><div>{i + 1} May 2024</div>{prose(s)}"
        for i, (t, s) in enumerate(zip(TITLES, STORIES, strict=True))
    )
    found = pages(f"<div id='content'>{body}</div>")
    check_three(found)
    assert [p.published for p in found] == [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)]


# --- one ---------------------------------------------------------------------------------------------------------

MAIN = f"<article><h1>{TITLES[0]}</h1>{prose(FERRY)}</article>"


@pytest.mark.parametrize(
    "beside",
    [
        "".join(
            f"<article class='teaser'><h3><a href='/{t}'>{t}</a></h3><p>{s[0]}</p></article>"
            for t, s in zip(TITLES[1:], STORIES[1:], strict=True)
        ),
        f"<section class='related'><article><h2>{TITLES[1]}</h2>{prose(BUS)}</article></section>",
        f"<article><h2><a href='/b'>{TITLES[1]}</a></h2>{prose(BUS[:2])}<p><a href='/b'>Read more</a></p></article>",
        f"<article><h2>{TITLES[1]}</h2><p>{BUS[0]}</p><p>{BUS[1][:-1]}…</p></article>",
        f"<div class='comments'><article class='comment'><h4>Jane</h4>{prose(BUS)}</article></div>",
        f"<div><h3>{TITLES[1]}</h3><p>{BUS[0]}</p></div>",
    ],
    ids=["teasers", "related", "read more", "cut short", "comments", "summary"],
)  # fmt: skip
def test_one_article_with_others_beside_it(beside: str) -> None:
    (found,) = pages(f"<main>{MAIN}{beside}</main>", f"<title>{TITLES[0]}</title>")
    assert found.origin == "a.html"
    assert found.title == TITLES[0]
    assert found.text == "\n\n".join(FERRY)


def test_chapters_of_one_story() -> None:
    """Sections in <article> elements under the headline of the page."""
    body = "".join(f"<article><h2>{t}</h2>{prose(s)}</article>" for t, s in zip(TITLES, STORIES, strict=True))
    (found,) = pages(f"<main><h1>A year on the Sund</h1>{body}</main>", "<title>A year on the Sund</title>")
    assert found.title == "A year on the Sund"
    assert all(t in found.text for s in STORIES for t in s)


@pytest.mark.parametrize("marked", ["class", "address", "json"])
def test_a_live_blog_is_one_article(marked: str) -> None:
    name = "live-blog" if marked == "class" else "entries"
    entries = "".join(
        f"<article><h2>{t}</h2><time>{i}:15</time>{prose(s)}</article>"
        for i, (t, s) in enumerate(zip(TITLES, STORIES, strict=True))
    )
    head = "<title>The last day of the ferry</title>"
    if marked == "json":
        node = {"@type": "LiveBlogPosting", "headline": "The last day of the ferry"}
        head += f"<script type='application/ld+json'>{json.dumps(node)}</script>"
    url = "https://wire.example/live-updates/ferry" if marked == "address" else "https://wire.example/ferry"
    (found,) = pages(f"<main><div class='{name}'>{entries}</div></main>", head, url)
    assert all(t in found.text for s in STORIES for t in s)


def test_subheadings_are_no_headlines() -> None:
    inner = "".join(f"<h2>{t}</h2>{prose(s)}" for t, s in zip(TITLES, STORIES, strict=True))
    (found,) = pages(f"<article><h1>A year on the Sund</h1>{inner}</article>")
    assert found.title == "A year on the Sund"


def test_an_article_whose_text_is_declared_but_not_shown_is_not_read() -> None:
    nodes = [
        {"@type": "NewsArticle", "headline": t, "articleBody": " ".join(s)}
        for t, s in zip(TITLES, STORIES, strict=True)
    ]
    (found,) = pages(MAIN, f"<script type='application/ld+json'>{json.dumps(nodes)}</script>")
    assert found.text == "\n\n".join(FERRY)
