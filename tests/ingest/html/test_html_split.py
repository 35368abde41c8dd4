"""A page of several complete articles gives several; a page of one gives one, whatever stands beside it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rag import News
from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.types import Article, Citation

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


# --- live blogs ---------------------------------------------------------------------------------------------------

ENTRIES = (
    (
        "17:20",
        "Line approved by 34 votes to 21",
        "The assembly has approved the ferry line by 34 votes to 21, the clerk read out.",
    ),
    (
        "14:30",
        "Debate opens",
        "The debate has opened. The minister told the assembly that the line would cost 48 million crowns.",
    ),
    (
        "13:10",
        "Crowd at the quay",
        "About 250 people stand on the quay against the felling of forty trees, the police said.",
    ),
)


def entry(clock: str, head: str, text: str, *, timed: bool = True) -> str:
    time = f"<time datetime='2024-03-05T{clock}:00+01:00'>{clock}</time>" if timed else ""
    return f"<section class='live-entry'>{time}<h2>{head}</h2><p>{text}</p></section>"


def updates(entries: tuple[tuple[str, str, str], ...] = ENTRIES) -> str:
    node = {
        "@type": "LiveBlogPosting",
        "headline": "Ferry vote: live",
        "datePublished": "2024-03-05T12:45:00+01:00",
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "headline": head,
                "datePublished": f"2024-03-05T{clock}:00+01:00",
                "articleBody": text,
            }
            for clock, head, text in entries
        ],
    }
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


INTRO = (
    "<h1>Ferry vote: live</h1><p>Follow the debate as the deputies decide on the ferry line across the Sund today.</p>"
)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("".join(entry(*e) for e in ENTRIES), ""),
        ("".join(entry(*e) for e in ENTRIES), updates()),
        ("".join(entry(*e, timed=False) for e in ENTRIES), updates()),
    ],
)
def test_the_entries_of_a_live_blog_have_their_times(body: str, head: str) -> None:
    day = "<meta property='article:published_time' content='2024-03-05T12:45:00+01:00'>"
    [page] = pages(f"<main><article>{INTRO}<div class='liveblog'>{body}</div></article></main>", day + head)
    for clock, title, text in ENTRIES:
        assert f"{clock} – {title}\n\n{text}" in page.text
    assert page.text.count("14:30") == 1


def twelve(clock: str) -> str:
    hour = int(clock[:2])
    return f"{hour - 12 if hour > 12 else hour}.{clock[3:]}{'pm' if hour > 11 else 'am'} CET"


@pytest.mark.parametrize(
    "form",
    [
        "<h3>{clock} Uhr: {head}</h3><p>{text}</p>",
        "<h3>+++ {clock} – {head} +++</h3><p>{text}</p>",
        "<div class='live-post'><span>{twelve}</span><h2>{head}</h2><p>{text}</p></div>",
        "<div class='block'><p class='at'><time datetime='2024-03-05T{clock}:00+01:00'>{twelve}</time></p>"
        "<h2>{head}</h2><div><p>{text}</p></div></div>",
    ],
)
def test_entries_begin_with_their_clock_in_any_form(form: str) -> None:
    body = "".join(form.format(clock=c, head=h, text=t, twelve=twelve(c)) for c, h, t in ENTRIES)
    [page] = pages(f"<main><article class='liveblog'>{INTRO}{body}</article></main>")
    for clock, title, text in ENTRIES:
        assert f"{clock} – {title}" in page.text.replace(" +++", "") and text in page.text
    assert page.text.count("pm CET") == 0


@pytest.mark.parametrize(
    ("headline", "form"),
    [
        ("Ferry vote live", "<li><time><span>Posted at {clock} 5 Mar</span></time><h3>{head}</h3><p>{text}"),
        ("Ferry vote: live updates", "<section class='upd'><h2>{head}</h2><time>{clock}</time><p>{text}</p></section>"),
        ("En direct : la ligne du Sund", "<section><header><time datetime='2024-03-05T{clock}:00+01:00'>{clock}</time>"
         "</header><h2>{head}</h2><div><p>{text}</p></div></section>"),
    ],
)  # fmt: skip
def test_a_headline_and_timed_entries_make_a_live_blog(headline: str, form: str) -> None:
    body = "".join(form.format(clock=c, head=h, text=t) for c, h, t in ENTRIES)
    [page] = pages(
        f"<main><h1>{headline}</h1><div>{body}</div></main>",
        f"<title>{headline}</title><meta property='article:published_time' content='2024-03-05T12:45:00+01:00'>",
    )
    for clock, title, text in ENTRIES:
        assert f"{clock} – {title}\n\n{text}" in page.text


def test_the_minutes_of_a_match() -> None:
    minutes = {"88'": ENTRIES[0], "45+2'": ENTRIES[1], "7'": ENTRIES[2]}
    body = "".join(f"<li class='c'><span>{at}</span><p>{text}</p></li>" for at, (_, _, text) in minutes.items())
    title = "Northway 2-1 Holm: minute by minute"
    [page] = pages(f"<main><h1>{title}</h1><ul>{body}</ul></main>", f"<title>{title}</title>")
    for at, (_, _, text) in minutes.items():
        assert f"{at} – {text}" in page.text


def test_a_headline_with_the_word_alone_is_no_live_blog() -> None:
    body = "".join(f"<p>{text}</p>" for _, _, text in ENTRIES)
    related = "".join(f"<li><time>{clock}</time> <a href='/{clock}'>{head}</a></li>" for clock, head, _ in ENTRIES)
    title = "Ferry vote: live"
    [page] = pages(
        f"<main><article><h1>{title}</h1>{body}</article><ul>{related}</ul></main>", f"<title>{title}</title>"
    )
    assert " – " not in page.text and "17:20" not in page.text


def test_entries_that_a_page_would_fetch_later_are_there() -> None:
    [page] = pages(
        f"<main><article>{INTRO}<div class='liveblog'>{entry(*ENTRIES[0])}</div></article></main>", updates()
    )
    assert "14:30 – Debate opens. The debate has opened." in page.text
    assert page.text.count(ENTRIES[0][2]) == 1


def test_an_entry_of_another_day_names_its_day() -> None:
    older = entry("18:00", "Eve", "The hall was swept on the evening before, as it is every year.").replace(
        "-05T", "-04T"
    )
    [page] = pages(
        f"<main><article>{INTRO}<div class='liveblog'>{entry(*ENTRIES[0])}{older}</div></article></main>",
        updates(ENTRIES[:1]),
    )
    assert "4 Mar 2024, 18:00 – Eve" in page.text


def test_a_citation_names_the_entry_that_it_is_in() -> None:
    body = "".join(entry(*e) for e in ENTRIES)
    [page] = pages(f"<main><article>{INTRO}<div class='liveblog'>{body}</div></article></main>")
    article = Article("a", "Ferry vote: live", page.text)

    def cited(words: str) -> str | None:
        start = page.text.index(words)
        return Citation(1, article, words, start, start + len(words)).entry

    assert [cited(text) for _, _, text in ENTRIES] == [clock for clock, _, _ in ENTRIES]
    assert cited("14:30 – Debate opens") == "14:30"
    assert cited("Follow the debate") is None


# --- articles over several pages ----------------------------------------------------------------------------------


def leaf(texts: tuple[str, ...], rel: str, own: str = "https://wire.example/long/ferry") -> str:
    head = f"<title>Ferry line to close</title><link rel='canonical' href='{own}'>"
    body = f"<main><article><h1>Ferry line to close</h1>{prose(texts)}</article></main>"
    return f"<html><head>{head}{rel}</head><body>{body}</body></html>"


NEXT = "<link rel='next' href='https://wire.example/long/ferry?page=2'>"
PREVIOUS = "<link rel='prev' href='https://wire.example/long/ferry'>"


@pytest.mark.parametrize("names", [("p1.html", "p2.html"), ("p2.html", "p1.html")])
@pytest.mark.parametrize("own", ["https://wire.example/long/ferry", "https://wire.example/long/ferry?page=2"])
def test_two_pages_of_an_article_are_one_article(names: tuple[str, str], own: str, tmp_path: Path) -> None:
    (tmp_path / names[0]).write_text(leaf(FERRY, NEXT), "utf-8")
    (tmp_path / names[1]).write_text(leaf(BUS, PREVIOUS, own), "utf-8")
    with News.open(tmp_path / "index", llm="none", reranker="none") as news:
        report = news.add(tmp_path / "p1.html", tmp_path / "p2.html")
        [article] = news.articles(bodies=True)
        assert report.failed == 0
        assert article.body == "\n\n".join(FERRY + BUS)
        again = news.add(tmp_path / "p1.html", tmp_path / "p2.html")
        assert [item.status for item in again.items] == ["unchanged", "unchanged"]


def test_a_page_that_goes_on_says_where() -> None:
    [page] = [p for p in read("a.html", leaf(FERRY, NEXT).encode()) if isinstance(p, Page)]
    assert (page.number, page.note) == (1, "goes on at https://wire.example/long/ferry?page=2")
    other = "<link rel='next' href='https://wire.example/long/mill'>"
    [page] = [p for p in read("a.html", leaf(FERRY, other).encode()) if isinstance(p, Page)]
    assert (page.number, page.note) == (None, None)


@pytest.mark.parametrize(
    ("pager", "number", "note"),
    [
        (
            "<div class='pager'>Page 1 of 2 <a href='/long/ferry?p=2'>on</a></div>",
            1,
            "goes on at https://wire.example/long/ferry?p=2",
        ),
        ("<nav class='pagination'>Seite 2 von 2 <a href='/long/ferry'>back</a></nav>", 2, "page 2 of it"),
        ("<div class='comments'><p class='pager'>Page 1 of 3</p></div>", None, None),
        ("<ul class='strank'><li>Strana 2 z 2</li><li><a href='/long/ferry'>zpět</a></li></ul>", 2, "page 2 of it"),
        ("<p>Sayfa 2 / 2</p>", 2, "page 2 of it"),
        ("<div class='fy'><b>第2页/共2页</b></div>", 2, "page 2 of it"),
        (
            "<div><span>Sivu 1/2</span> <a href='/long/ferry?s=2'>seuraava</a></div>",
            1,
            "goes on at https://wire.example/long/ferry?s=2",
        ),
        ("<p>See page 1 of 3 in the print edition.</p>", None, None),
    ],
)
def test_a_pager_that_says_which_page_it_is(pager: str, number: int | None, note: str | None) -> None:
    head = "<title>Ferry vote</title><link rel='canonical' href='https://wire.example/long/ferry'>"
    text = "".join(f"<p>{text}</p>" for _, _, text in ENTRIES)
    [page] = pages(f"<main><article><h1>Ferry vote</h1>{text}{pager}</article></main>", head)
    assert (page.number, page.note) == (number, note)
    assert not number or page.text.endswith(ENTRIES[-1][2])


BRIEFS = [
    ("Weir mended", "4 March 2025 | By Ida Lund",
     "The weir at Talbrook holds again. Divers set the last of its nine gates on Monday.", "It cost 40,000 crowns."),
    ("Clock stops", "3 March 2025 | By Per Moe",
     "The clock of the town hall stopped at ten past four. Its spring is to come from Bern.", "Nobody was late."),
]  # fmt: skip


def briefs(stamped: bool = True, last: str = "") -> str:
    rows = (
        f"<article><h2><a href='/n/{i}'>{title}</a></h2>{f'<p>{by}</p>' if stamped else ''}<p>{one}</p>"
        f"<p>{two}{last}</p></article>"
        for i, (title, by, one, two) in enumerate(BRIEFS)
    )
    return f"<header><h1>Talbrook Notes</h1></header><main>{''.join(rows)}</main>"


def test_short_items_with_their_days_are_articles() -> None:
    found = pages(briefs(), "<title>Talbrook Notes</title>")
    assert [(p.title, p.published, p.authors, p.text) for p in found] == [
        ("Weir mended", date(2025, 3, 4), ("Ida Lund",), "\n\n".join(BRIEFS[0][2:])),
        ("Clock stops", date(2025, 3, 3), ("Per Moe",), "\n\n".join(BRIEFS[1][2:])),
    ]


@pytest.mark.parametrize("body", [briefs(stamped=False), briefs(last=" Read more…")])
def test_teasers_are_no_articles(body: str) -> None:
    assert len(pages(body, "<title>Talbrook Notes</title>")) == 1


HEADED = (
    "<h3>{head}</h3><span class='at'>{at}</span><p>{text}</p>",
    "<span class='at'>{at}</span><h3>{head}</h3><p>{text}</p>",
    "<p class='at'>{at}</p><div class='entry-headline'>{head}</div><p>{text}</p>",
    "<div>{at}</div><div><strong>{head}</strong></div><div><p>{text}</p></div>",
    "<time datetime='2024-05-07T{at}:00'>{at}</time><strong>{head}</strong><p>{text}</p>",
)


@pytest.mark.parametrize("form", HEADED)
def test_the_entries_of_a_live_blog_keep_their_headings(form: str) -> None:
    heads = ("Line approved", "Debate goes on", "Quay is full")
    entries = [
        form.format(head=head, at=f"1{n}:05", text=text)
        for n, (head, (_, _, text)) in enumerate(zip(heads, ENTRIES, strict=True))
    ]
    title = "Ferry debate: live updates"
    body = "".join(f"<div class='post'>{entry}</div>" for entry in entries)
    [page] = pages(f"<main><h1>{title}</h1>{body}</main>", f"<title>{title}</title>")
    for n, (head, (_, _, text)) in enumerate(zip(heads, ENTRIES, strict=True)):
        assert f"1{n}:05 – {head}\n\n{text}" in page.text
