"""``rag eval timeline``: SemEval's files and ours, and what is counted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from evals.adapters.semeval_timelines import load_timelines
from evals.runs.timelines import entity_scores, order_scores, scores, story_scores
from rag import Article, UsageError
from tests.conftest import OpenNews, Rag
from tests.support.fakes import FakeEmbedder
from tests.support.paths import ROOT

DOCUMENT = """<?xml version='1.0' encoding='utf-8'?>
<TimeML><DOCID>{id}</DOCID>
<DCT><TIMEX3 functionInDocument="CREATION_TIME" tid="t0" type="DATE" value="{day}">{day}</TIMEX3></DCT>
<EXTRAINFO>A port is sold</EXTRAINFO>
<TEXT>{sentences}</TEXT></TimeML>
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "gold").mkdir()
    texts = ["Marlow Shipping <EVENT>bought</EVENT> the port on Friday .", "Rain <EVENT>fell</EVENT> on Sunday .",
             "Marlow Shipping 's cranes were <EVENT>sold</EVENT> in May 2006 ."]  # fmt: skip
    sentences = "".join(f'<s id="{n}">{text}</s>' for n, text in enumerate(texts, 1))
    (tmp_path / "docs" / "7_port.tml").write_text(DOCUMENT.format(id="7", day="2006-06-04", sentences=sentences))
    gold = "Marlow Shipping\n0\tXXXX-XX-XX\t7-1-wants\n1\t2006-05-XX\t7-3-sold\n2\t2006-06-02\t7-1-bought\t99-1-gone\n"
    (tmp_path / "gold" / "marlow.txt").write_text(gold)
    return tmp_path


def test_the_files_of_the_task(corpus: Path) -> None:
    [gold] = load_timelines(corpus)
    assert gold.entity == "Marlow Shipping"
    assert gold.pairs == {
        ("2006-05", ("7", "3")),
        ("2006-06-02", ("7", "1")),
    }  # no order 0, no document that is not there
    document = gold.documents["7"]
    start, end = document.sentences["3"]
    assert document.article.body[start:end] == "Marlow Shipping's cranes were sold in May 2006."
    assert document.sentence_at(start) == "3" and document.sentence_at(10_000) is None


def test_an_entity_is_scored_beside_the_baseline(corpus: Path) -> None:
    [found] = entity_scores(corpus, embedder=FakeEmbedder(), reranker="none")
    assert (found.pairs.f1, found.days.f1, found.order.f1) == (1.0, 1.0, 1.0)
    assert (found.baseline_pairs.f1, found.baseline_order.f1) == (0.0, 0.0)


def test_what_is_counted() -> None:
    assert scores({1, 2, 3}, {2, 3, 4, 5}).precision == pytest.approx(2 / 3)
    assert scores(set(), {1}).f1 == 0.0
    a, b, c = ("d", "1"), ("d", "2"), ("d", "3")
    gold = [("2006-01-01", a), ("2006-01-02", b), ("2006-01-02", c)]
    assert order_scores(gold, gold).f1 == 1.0
    turned = [("2006-01-03", a), ("2006-01-02", b), ("2006-01-02", c)]
    assert order_scores(turned, gold).precision == pytest.approx(1 / 3)  # only that b and c are of one day


@pytest.mark.parametrize("missing", ["docs", "gold"])
def test_a_folder_that_lacks_something_is_one_line(corpus: Path, missing: str) -> None:
    for path in (corpus / missing).iterdir():
        path.unlink()
    with pytest.raises(UsageError, match="holds no"):
        load_timelines(corpus)


def test_the_command(rag: Rag, open_news: OpenNews, tmp_path: Path) -> None:
    news = open_news()
    body = "The Marl ferry sank on Friday off Kelda. The Marl ferry will not sail on October 1 as hoped."
    news.put([Article("a", "Marl ferry sinks", body, date(2024, 9, 28), source="The Post")])
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"begins": "The Marl ferry sank", "day": "2024-09-27", "must": True},
        {"begins": "The Marl ferry will not sail", "day": "2024-10-01", "planned": True},  # wrong, and told so
        {"begins": "No such row", "day": "2024-01-01", "must": True},
    ]
    gold.write_text(json.dumps({"topic": "Marl ferry", "rows": rows}) + "\n")
    [found] = story_scores(news, gold)
    assert (found.known, found.right, found.must, found.there) == (2, 1, 2, 1)
    assert found.wrong[0].startswith("The Marl ferry will not sail") and found.wrong[1] == "missing: No such row"
    news.close()
    done = rag("eval", "timeline", str(gold))
    assert done.status == 0 and "rows right: 0.500 (n = 2); events there: 0.500 (n = 2)" in done.out


@pytest.mark.model
@pytest.mark.timeout(300)
def test_our_own_stories(tmp_path: Path) -> None:
    from rag import News

    with News.open(tmp_path / "index", llm="none") as news:
        news.add(ROOT / "corpus")
        found = story_scores(news, ROOT / "evals" / "sets" / "timelines.jsonl")
    known, right = sum(s.known for s in found), sum(s.right for s in found)
    must, there = sum(s.must for s in found), sum(s.there for s in found)
    assert known >= 140 and right / known >= 0.95 and there / must >= 0.95
