"""Articles that a page holds as data for the program that draws it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.types import ReportItem, day

ROWS = (
    "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a meeting.",
    "It has carried people, sheep and one piano across the water since 1934, and never once on a Sunday.",
)
HTML = "".join(f"<p>{row}</p>" for row in ROWS)
TITLE = "Ferry line to close"
ARTICLE = {
    "headline": "Ferry line to close",
    "body": HTML,
    "datePublished": "2024-03-05",
    "author": {"name": "Ada Quist"},
}
OTHER = {"headline": "Harbour opens", "body": HTML.replace("ferry", "harbour") * 3, "datePublished": "2020-01-01"}
STATE = {"props": {"pageProps": {"related": [OTHER], "story": ARTICLE, "nav": [{"title": "Home", "url": "/"}]}}}
HEAD = "<title>Ferry line to close | Northway Wire</title><meta property='og:site_name' content='Northway Wire'>"


def items(script: str, head: str = HEAD, shown: str = "", url: str | None = None) -> list[Any]:
    links = "<nav><a href='/a'>Coast</a> <a href='/b'>Sport</a></nav><ul><li><a href='/c'>Weather</a></li></ul>"
    body = f"{links}<div id='root'>{shown}</div>{script}"
    html = f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    return list(read("a.html", html.encode(), url=url))


def flight(state: Mapping[str, Any]) -> str:
    row = f'7:["$","div",null,{json.dumps(state)}]\n'
    parts = (row[:90], row[90:])
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in parts)


def revived(record: Mapping[str, Any]) -> str:
    """The state as Nuxt 3 writes it."""
    names = list(record)
    values: list[Any] = [["Reactive", 1], {"story": 2}, {name: 3 + i for i, name in enumerate(names)}]
    values += [value if isinstance(value, str) else "Ada Quist" for value in record.values()]
    return f"<script type='application/json' id='__NUXT_DATA__'>{json.dumps(values)}</script>"


GIVEN = tuple(json.dumps(value).replace("/", "\\u002F") for value in (TITLE, HTML, "Ada Quist"))


def bare(title: str, text: str, author: str) -> str:
    """The article as scripts write objects."""
    kept = "paid:!1,shares:.5,n:-1e3,tags:['sea',\"boats\",]"
    return f"{{headline:{title},body:{text},'datePublished':\"2024-03-05\",author:{{name:{author},bio:void 0}},{kept}}}"


REPEATED, HELD = bare("a", "b", "c"), ",".join(GIVEN)
CALLED = f"(function(a,b,c){{return {{story:{REPEATED}}}}}({HELD}))"
SHARED = f"(function(a,b,c,d){{d.x=a;d.y=[];d.y[0]={REPEATED};return {{data:[d]}}}}({HELD},{{}}))"
STATED = {"@type": "NewsArticle", **{name: value for name, value in ARTICLE.items() if name != "body"}}
STATED_AS = [{**STATED, "articleBody": text} for text in (HTML, "\n\n".join(ROWS))]


@pytest.mark.parametrize(
    "script",
    [
        f"<script>window.__NUXT__={CALLED};</script>",
        f"<script>window.__NUXT__={SHARED}</script>",
        f"<script>window.__STATE__ = {{story:{bare(*GIVEN)}}};go()</script>",
        *(f"<script type='application/ld+json'>{json.dumps(node)}</script>" for node in STATED_AS),
        f"<script id='__NEXT_DATA__' type='application/json'>{json.dumps(STATE)}</script>",
        f"<script>window.__INITIAL_STATE__ = {json.dumps(STATE)};</script>",
        f"<script>window['__PRELOADED_STATE__']={json.dumps(STATE)}</script>",
        f"<script>var x = 1; window.__APOLLO_STATE__ = JSON.parse({json.dumps(json.dumps(STATE))});</script>",
        flight(STATE),
        revived(ARTICLE),
    ],
)
def test_the_article_of_a_page_that_shows_nothing_is_in_its_scripts(script: str) -> None:
    (page,) = items(script)
    assert isinstance(page, Page), page
    assert (page.title, page.source, page.authors, page.language) == (
        "Ferry line to close", "Northway Wire", ("Ada Quist",), "en",
    )  # fmt: skip
    assert page.text == "\n\n".join(ROWS)
    assert page.published == date(2024, 3, 5)


@pytest.mark.parametrize(
    "record",
    [
        {"title": TITLE, "content": [{"type": "p", "text": row} for row in ROWS], "publishedAt": "2024-03-05"},
        {"title": {"rendered": "Ferry line to close"}, "content": {"rendered": HTML}, "date": "2024-03-05T10:00:00"},
        {
            "headlines": {"basic": "Ferry line to close"}, "display_date": "2024-03-05T10:00:00Z",
            "content_elements": [{"type": "text", "content": row} for row in ROWS],
            "credits": {"by": [{"type": "author", "name": "Ada Quist"}]},
        },
        {"webTitle": "Ferry line to close", "paragraphs": list(ROWS), "firstPublished": 1709632800000},
    ],
)  # fmt: skip
def test_the_names_of_fields_are_those_of_json_files(record: dict[str, Any]) -> None:
    (page,) = items(f"<script>Fusion.globalContent={json.dumps(record)};Fusion.x=1</script>")
    assert isinstance(page, Page), page
    assert (page.title, page.text, day(page.published)) == ("Ferry line to close", "\n\n".join(ROWS), date(2024, 3, 5))


def test_what_the_page_declares_goes_first() -> None:
    head = f"{HEAD}<meta property='article:published_time' content='2024-03-06T10:00:00Z'>"
    (page,) = items(f"<script type='application/json'>{json.dumps(STATE)}</script>", head)
    assert page.published == datetime(2024, 3, 6, 10, tzinfo=UTC)


def test_an_article_of_another_headline_is_not_the_pages() -> None:
    others = json.dumps([OTHER, {**OTHER, "headline": "Bus line opens"}])
    script = f"<script type='application/json'>{others}</script>"
    assert isinstance(items(script)[0], ReportItem)
    assert isinstance(items(script, head="<title>Northway Wire</title>")[0], ReportItem)


def test_a_page_that_shows_its_article_is_read_as_it_shows_it() -> None:
    more = "".join(HTML.replace("ferry", other) for other in ("boat", "ship"))
    shown = f"<article><h1>{TITLE}</h1>{HTML}{more}</article>"
    longer = {**ARTICLE, "body": HTML * 9}
    (page,) = items(f"<script type='application/json'>{json.dumps(longer)}</script>", shown=shown)
    assert len(page.text) < 800


NO_DATA = (
    "window.a = {", "window.a = [[[[", "a=(function(a){return {b:a.c}}(1))", "a={b:`${c}`}", "x = JSON.parse('{')",
    'self.__next_f.push([1,"7:["])',
)  # fmt: skip
LONG = ("a" * 400_000, "a." * 200_000, "x='" * 100_000, "[" * 200_000, "a=[" * 100_000, "a={b:" * 90_000)


@pytest.mark.parametrize("script", NO_DATA)
def test_scripts_that_hold_no_data_are_passed_over(script: str) -> None:
    assert isinstance(items(f"<script>{script}</script>")[0], ReportItem)
    assert isinstance(items(f"<script type='application/json'>{'[' * 50_000}</script>")[0], ReportItem)


@pytest.mark.parametrize("script", LONG)
def test_long_scripts_cost_little(script: str) -> None:
    begun = time.process_time()
    items(f"<script>{script}</script>")
    items(f"<script>self.__next_f.push([1,{json.dumps(script)}])</script>")
    assert time.process_time() - begun < 3
