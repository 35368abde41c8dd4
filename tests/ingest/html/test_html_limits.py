"""No page raises, hangs or takes the memory: what is too large or too deep is one line in the report."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.ingest.html import page as html_page
from rag.ingest.html.fragment import has_sentence
from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.types import ReportItem
from tests.support.growth import traced

STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a meeting.",
        "It has carried people, sheep and one piano across the water since 1934, and never once on a Sunday.",
    )
)

pytestmark = pytest.mark.fault("malformed")
HEAD = "<head><title>Ferry line to close</title></head>"
GOOD = f"<html>{HEAD}<body><article><h1>Ferry line to close</h1>{STORY}</article></body></html>"


def failure(data: bytes) -> str:
    (item,) = read("a.html", data)
    assert isinstance(item, ReportItem)
    assert item.status == "failed"
    assert item.reason
    assert "\n" not in item.reason
    return item.reason


def test_a_page_over_the_limit_is_refused_at_once() -> None:
    data = GOOD.encode() + b" " * (50 << 20)
    told, memory = traced(lambda: failure(data))
    assert told.startswith("larger than 8 MiB of HTML") and memory < 1 << 20


def test_a_page_of_nothing_but_tags_is_refused() -> None:
    assert "elements" in failure(b"<b>" * (2 * html_page.MAX_TAGS + 1))


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000,
        "<b>" * 100_000,
        "<table><tr><td>" * 5_000,
        "<ul><li>" * 20_000,
        f"<p class='{'a ' * 500_000}'>x</p>",
        f"<p style='{'a:b;' * 500_000}'>x</p>",
        f"<a href='{'x' * 1_000_000}'>x</a>",
        f"<style>{'{' * 300_000}</style>",
        f"<style>{'.a .a .a .a .b{display:none}' * 10_000}</style>"
        + "<div class='a'>" * 200
        + "<p class='b'>x</p>" * 500,
        f"<script type='application/ld+json'>{'[' * 100_000}</script>",
        "<br>a" * 50_000,
        "<a href=x>y</a> " * 20_000,
        "&nbsp;" * 300_000,
        "<time datetime='2024-01-01'>x</time>" * 10_000,
        "<div <p <a href='" + "x" * 10_000,
        "<p>" + "reporting by " * 50_000,
        "<p>" + "." * 500_000,
    ],
    ids=lambda b: b[:24],
)
@pytest.mark.volume
@pytest.mark.timeout(90)  # parsed without limits, many of them would be minutes
def test_what_follows_an_article_does_not_cost_it(body: str) -> None:
    (found,) = read("a.html", GOOD.replace("</body></html>", "").encode() + body.encode())
    assert isinstance(found, Page), found
    assert "one piano" in found.text


@pytest.mark.timeout(60)
def test_a_line_of_dots_keeps_nobody_busy() -> None:
    assert has_sentence("." * 500_000 + " the ferry closes in May.")
    assert not has_sentence("." * 500_000 + " the ferry closes in May")


def test_an_encoding_named_by_the_header_goes_before_that_of_the_page() -> None:
    text = GOOD.replace("<head>", "<head><meta charset='iso-8859-5'>").replace("piano", "piano à queue “Érard”")
    (found,) = read("a.html", text.encode("cp1252"), charset="iso-8859-1")
    assert isinstance(found, Page)
    assert "piano à queue “Érard”" in found.text
    (chinese,) = read("b.html", GOOD.replace("piano", "钢琴镕").encode("gbk"), charset="gb2312")
    assert isinstance(chinese, Page)
    assert "钢琴镕" in chinese.text


PIECES = st.sampled_from([
    "<", ">", "</", "/>", "<!", "<!--", "-->", "<![CDATA[", "]]>", "<p", "<div>", "</div>", "<article>", "</article>",
    "<h1>", "<table>", "<td>", "</table>", "<script>", "</script>", "<style>", "</style>", "{display:none}", ".x",
    " class='x' ", "=", "'", '"', "&", "&amp;", "&#0;", "&#xD800;", "&#1114112;", "\x00", "\x1f", "\ufeff", "\u202e",
    "é", "漢", "<?xml version='1.0'?>", "<svg><title>", "<math>", "<template>", "<noscript>", "<select><option>",
    "<frameset>", "<body>", "<html>", "<head>", "<meta charset=utf-7>", "<base href='http://['>",
    "<link rel=canonical href='//'>", "<time datetime='x'>", STORY,
])  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_no_markup_raises(pieces: list[str]) -> None:
    for item in read("a.html", "".join(pieces).encode("utf-8", "surrogatepass")):
        assert isinstance(item, Page | ReportItem)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_page_does_not_raise(data: st.DataObject) -> None:
    whole = GOOD.encode()
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 60))
    damaged = whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + cut :]
    assert list(read("a.html", damaged))


@pytest.mark.parametrize("attribute", [' a{}="b"', " a{}", "/a{}", "a{}='b'"])
@pytest.mark.timeout(60)  # parsed, it would be minutes
def test_an_element_of_very_many_attributes_is_refused_at_once(attribute: str) -> None:
    many = "".join(attribute.format(n) for n in range(200_000))
    assert "attributes" in failure(GOOD.replace("<p>", f"<p {many}>", 1).encode())


def test_a_picture_in_its_own_attribute_is_no_fault() -> None:
    picture = f'<img src="data:image/svg+xml,{"a b=c / " * 50_000}">'
    (page,) = read("a.html", GOOD.replace("<p>", f"{picture}<p>", 1).encode())
    assert isinstance(page, Page)
