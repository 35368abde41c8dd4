"""``rag export``, and what ``rag add`` makes of each of its formats."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rag.text.reading.detection import detected_language
from rag.types import Article
from tests.conftest import OpenNews, Rag

RAIN = 'Heavy rain had moved two piers of the bridge.\n\nThe mayor closed it on Friday; 5 < 6 & "so" it stays.'
VOTE = "The council voted to keep the ferry. Nine members were for it.\n\n- A kiosk stays, too\n\n2023 | 41,000"
ZONE = timezone(timedelta(hours=2))
ARTICLES = [
    Article(
        "bridge", "Bridge closed — again & again", RAIN, published=date(2024, 9, 28), source="The Post", section="Town",
        url="https://post.example/bridge?id=1&x=2", authors=("Jane Doe", "Bo Lee"), language="en",
    ),
    Article(
        "ferry", "Ferry stays", VOTE, published=datetime(2024, 10, 7, 8, 30, tzinfo=ZONE),
        updated=datetime(2024, 10, 8, 9, 0, 5, tzinfo=UTC), source="Das Echo", language="de",
    ),
    Article("mill", "The mill burns", "The mill burnt down at night. Nobody was hurt in it.", source="The Post"),
    Article(
        "lamp", "A lamp is lit", "The lamp was lit at the harbour. It shines for nine miles.",
        published=datetime(2024, 10, 9, 7, 15),
    ),
]  # fmt: skip


@pytest.fixture
def stocked(rag: Rag, open_news: OpenNews) -> Rag:
    with open_news() as news:
        news.put(ARTICLES)
    return rag


def facts(article: Article) -> tuple[object, ...]:
    return (
        article.title,
        article.body,
        article.published,
        article.source,
        article.url,
        article.authors,
        article.language,
    )


@pytest.mark.parametrize(
    ("kind", "name"), [("jsonl", "a.jsonl"), ("ninjs", "a.jsonl"), ("ninjs", "a.json"), ("atom", "a.atom")]
)
def test_what_is_exported_is_read_back(stocked: Rag, tmp_path: Path, kind: str, name: str) -> None:
    done = stocked("export", "--format", kind)
    assert (done.status, done.err) == (0, "exported 4 articles\n")
    (tmp_path / name).write_text(done.out, encoding="utf-8")
    again = stocked("add", str(tmp_path / name), "--index", str(tmp_path / "other"), "--json")
    assert (again.json["added"], again.json["failed"]) == (4, 0), again.json
    back = {
        a["title"]: a
        for item in again.json["items"]
        for a in [stocked("show", item["article_id"], "--index", str(tmp_path / "other"), "--json").json]
    }
    for article in ARTICLES:
        stored = replace(article, language=article.language or detected_language(article.body))
        was, now = stored.record(), back[article.title]
        names = ("title", "body", "published", "updated", "source", "url", "authors", "language")
        assert kind == "ninjs" or now["id"] == was["id"]
        assert {n: now[n] for n in names} == {n: was[n] for n in names}
        if kind == "jsonl":
            assert {n: now[n] for n in was} == was
    if kind == "jsonl":
        other = stocked("export", "--index", str(tmp_path / "other"))
        assert sorted(other.out.splitlines()) == sorted(done.out.splitlines())


def test_the_forms(stocked: Rag) -> None:
    records = [json.loads(line) for line in stocked("export").out.splitlines()]
    assert "copies" not in records[0] and {r["id"] for r in records} == {a.id for a in ARTICLES}
    items = [json.loads(line) for line in stocked("export", "--format", "ninjs").out.splitlines()]
    bridge = next(i for i in items if i["uri"] == "https://post.example/bridge?id=1&x=2")
    assert bridge["headlines"] == [{"role": "main", "value": "Bridge closed — again & again"}]
    root = ElementTree.fromstring(stocked("export", "--format", "atom").out)
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 4


def test_what_xml_cannot_hold_is_left_out_of_a_feed(rag: Rag, open_news: OpenNews) -> None:
    with open_news() as news:
        news.put([Article("a", "A page\x0b broke", f"{RAIN}\x0c {VOTE}", source="The\x1f Post")])
    root = ElementTree.fromstring(rag("export", "--format", "atom").out)
    assert root.findtext(".//{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}title") == "A page broke"


def test_a_part_and_wrong_usage(stocked: Rag) -> None:
    assert json.loads(stocked("export", "--source", "the post", "--since", "2024-09-01").out)["id"] == "bridge"
    done = stocked("export", "--author", "Nobody")
    assert done.status == 2 and "no article is by 'Nobody'" in done.err
    assert stocked("export", "--format", "docx").status == 2
