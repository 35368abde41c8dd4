"""``rag brief``: what it prints, in every form, and that printing it makes it the last one."""

from __future__ import annotations

from datetime import date

import feedparser
import pytest

from rag.types import Article
from tests.conftest import OpenNews, Rag

SANK = "The Marl ferry ran onto rocks off Kelda on Friday, and 3 people were killed, the coastguard said."
MORE = (
    "The wreck of the Marl ferry off Kelda killed 5 people, the coastguard said on Sunday, after two bodies were found."
)


@pytest.fixture
def stocked(rag: Rag, open_news: OpenNews) -> Rag:
    with open_news() as news:
        news.put([
            Article("a", "Marl ferry wrecked off Kelda", SANK, date(2024, 9, 28), source="The Post"),
            Article("b", "Marl ferry wreck off Kelda kills 5", MORE, date(2024, 9, 29), source="The <Echo>",
                    url="https://echo.example/marl?a=1&b=2"),
            Article("c", "Oak falls in Ister", "An old oak fell onto the market of Ister in a storm on Friday night.",
                    date(2024, 9, 28), source="The Post"),
        ])  # fmt: skip
    return rag


def test_the_brief_is_printed_once_and_again_on_demand(stocked: Rag) -> None:
    done = stocked("brief", "--limit", "1")
    lines = done.out.splitlines()
    assert lines[0] == "3 new articles from 2 outlets since 23 Sep 2024, 2 stories."
    assert lines[2] == f" 1. 2024-09-29  {MORE}"
    assert "    2 independent outlets: The Post, The <Echo>; 2 new reports; first reported 28 Sep 2024" in lines
    assert f"    replaces: {SANK}" in lines
    assert lines[-1] == "and 1 more story; to see them: --again --limit 2"
    assert "No new articles since your last brief" in stocked("brief").out
    again = stocked("brief", "--again", "--limit", "2")
    assert "An old oak fell" in again.out and again.out.splitlines()[0] == lines[0]


def test_peeking_and_days_that_are_named_leave_it_unread(stocked: Rag) -> None:
    stocked("brief", "--peek")
    assert "1 new article " in stocked("brief", "--since", "2024-09-29").out
    assert "3 new articles" in stocked("brief").out


def test_json_is_the_contract(stocked: Rag) -> None:
    found = stocked("brief", "--json").json
    assert {"since", "last", "as_of", "topic", "articles", "outlets", "stories", "left_out", "unquoted",
            "reprinted", "corrected", "more_corrected", "withdrawn", "more_withdrawn",
            "changed"} == found.keys()  # fmt: skip
    story = found["stories"][0]
    assert (story["article_id"], story["day"], story["planned"], story["published"]) == (
        "b", "2024-09-29", False, "2024-09-29",
    )  # fmt: skip
    assert MORE[story["start"] : story["end"]] == story["quote"]
    assert (story["outlets"], story["reported_by"]) == (2, ["The Post", "The <Echo>"])
    assert (story["reports"], story["reprints"], story["begun"]) == (2, 0, "2024-09-28")
    assert [old["article_id"] for old in story["replaces"]] == ["a"] == [a["article_id"] for a in story["also"]]


def test_markdown_and_a_page(stocked: Rag) -> None:
    text = stocked("brief", "--peek", "--format", "md").out
    assert text.startswith("# What is new\n") and f"- **29 Sep 2024** {MORE}" in text and f"~~{SANK}~~" in text
    page = stocked("brief", "--peek", "--format", "html").out
    assert page.startswith("<!doctype html>") and "The &lt;Echo&gt;" in page and "<script" not in page


def test_the_feed_is_one_that_readers_of_feeds_understand(stocked: Rag) -> None:
    feed = feedparser.parse(stocked("brief", "--peek", "--format", "atom").out)
    assert not feed.bozo and feed.version == "atom10"
    entry, other = feed.entries
    assert (entry.title, entry.link) == ("Marl ferry wreck off Kelda kills 5", "https://echo.example/marl?a=1&b=2")
    assert entry.updated == "2024-09-29T00:00:00Z" == feed.feed.updated and entry.author == "The <Echo>"
    assert MORE in entry.content[0].value and entry.id != other.id
    again = feedparser.parse(stocked("brief", "--peek", "--format", "atom").out)
    assert [e.id for e in again.entries] == [entry.id, other.id], "shown once by a reader of feeds"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--again",), "there was no brief of this yet"),
        (("--since", "2024-10-01", "--as-of", "2024-09-01"), "no day lies between"),
        (("--source", "Nobody"), "no article is from 'Nobody'"),
    ],
)
def test_what_is_wrong_is_one_line(stocked: Rag, arguments: tuple[str, ...], line: str) -> None:
    done = stocked("brief", *arguments)
    assert done.status == 2 and line in done.err and done.out == ""
