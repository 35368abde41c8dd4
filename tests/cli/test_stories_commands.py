"""``rag timeline``, ``rag compare`` and ``rag topics``: what they print, and one line for whatever is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from rag.types import Article
from tests.conftest import OpenNews, Rag

SANK = "The Marl ferry sank on Friday off Kelda. A hearing on the Marl ferry will begin on October 20."
MOVED = "A hearing on the Marl ferry will now begin on November 3. Nine people were aboard the Marl ferry."


@pytest.fixture
def stocked(rag: Rag, open_news: OpenNews) -> Rag:
    with open_news() as news:
        news.put([
            Article("a", "Marl ferry sinks", SANK, date(2024, 9, 28), source="The Post", authors=("Ann Marsh",)),
            Article("b", "Marl ferry hearing", MOVED, published=date(2024, 10, 7), source="The Echo"),
        ])  # fmt: skip
    return rag


def test_a_timeline_is_printed_in_the_order_of_its_days(stocked: Rag) -> None:
    done = stocked("timeline", "Marl ferry")
    assert done.status == 0
    lines = [line for line in done.out.splitlines() if line[:1].isdigit()]
    assert lines[0] == "2024-09-27   The Marl ferry sank on Friday off Kelda."
    assert (
        "2024-10-20   A hearing on the Marl ferry will begin on October 20. [planned] [replaced on 2024-10-07]" in lines
    )
    assert "(The Post, 2024-09-28) a" in done.out


def test_json_is_the_contract(stocked: Rag) -> None:
    found = stocked("timeline", "Marl ferry", "--json").json
    assert found["topic"] == "Marl ferry"
    [old] = [row for row in found["rows"] if row["replaced_by"] is not None]
    assert {
        "day",
        "last",
        "precision",
        "planned",
        "article_id",
        "source",
        "quote",
        "start",
        "end",
        "outlets",
    } <= old.keys()
    assert (old["day"], old["last"], old["precision"], old["planned"]) == ("2024-10-20", None, "day", True)
    assert SANK[old["start"] : old["end"]] == old["quote"]
    assert "now begin" in found["rows"][old["replaced_by"]]["quote"]
    days = [row["day"] for row in found["rows"]]
    assert days == sorted(days)


@pytest.mark.parametrize(("form", "begins"), [("md", "# Timeline: Marl ferry"), ("html", "<!doctype html>")])
def test_forms(stocked: Rag, form: str, begins: str) -> None:
    assert stocked("timeline", "Marl ferry", "--format", form).out.startswith(begins)


def test_by_article_by_name_and_by_author(stocked: Rag) -> None:
    assert "sank on Friday" in stocked("timeline", "--article", "b").out
    assert "sank on Friday" in stocked("timeline", "--entity", "Marl ferry").out
    only = stocked("timeline", "Marl ferry", "--author", "ann marsh")
    assert "sank on Friday" in only.out and "now begin" not in only.out
    assert "sank" in stocked("search", "Marl ferry", "--author", "Ann Marsh").out
    assert [a["id"] for a in stocked("list", "--author", "Ann Marsh", "--json").json] == ["a"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "give one of a topic, an article and an entity, not none"),
        (("Marl ferry", "--entity", "Marl"), "not topic and entity"),
        (("--article", "zz"), "no article zz"),
        (("Marl ferry", "--author", "Bo"), "no article is by 'Bo'; the index has: Ann Marsh"),
    ],
)
def test_what_is_wrong_is_one_line(stocked: Rag, arguments: tuple[str, ...], line: str) -> None:
    done = stocked("timeline", *arguments)
    assert done.status != 0 and line in done.err and "Traceback" not in done.err


def test_nothing_found_is_said(stocked: Rag) -> None:
    assert stocked("timeline", "--entity", "Joan Tolliver").out == "no article tells of it\n"


def test_compare(stocked: Rag) -> None:
    done = stocked("compare", "How many people were aboard the Marl ferry?")
    assert done.status == 0 and "The Echo, 2024-10-07 b" in done.out
    groups = stocked("compare", "How many people were aboard the Marl ferry?", "--json").json["groups"]
    assert groups[0]["relation"] == "agrees" and groups[0]["sayings"][0]["voice"] == "asserted"


def test_topics(stocked: Rag) -> None:
    done = stocked("topics")
    assert done.status == 0 and "2  Marl  (2024-09-28 to 2024-10-07; " in done.out
    found = stocked("topics", "--json").json["topics"]
    assert [topic["name"] for topic in found] == ["Marl"]
