"""The language of stored articles: as declared, else detected; what was stored without one is no other article."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import News, Settings
from rag.ops.rebuild import rebuild
from rag.text.sentences import sentence_spans
from rag.types import Article
from tests.conftest import OpenNews
from tests.support.fakes import FakeEmbedder
from tests.support.languages import CLOSED_BRIDGE

DAY = "2024-10-07"
CODES = ("cs", "de", "en", "hi", "hr", "it", "ja", "ko", "nl", "th", "uk", "zh")


def as_csv(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["title", "date", "text"], ["7", DAY, text]])
    return path


def as_jsonl(folder: Path, text: str) -> Path:
    path = folder / "lines.jsonl"
    path.write_text(json.dumps({"title": "7", "published": DAY, "text": text}) + "\n", encoding="utf-8")
    return path


def as_rss(folder: Path, text: str) -> Path:
    path = folder / "feed.xml"
    item = f"<item><title>7</title><description>{text}</description></item>"
    path.write_text(f'<rss version="2.0"><channel><title>Bridge</title>{item}</channel></rss>', encoding="utf-8")
    return path


def as_mail(folder: Path, text: str) -> Path:
    path = folder / "a.eml"
    head = "From: desk@bridge.example\nSubject: Bridge 7\nDate: Mon, 07 Oct 2024 08:00:00 +0000\n"
    kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    path.write_text(f"{head}{kind}\n{text}\n", encoding="utf-8")
    return path


def as_page(folder: Path, text: str) -> Path:
    path = folder / "a.html"
    body = f"<article><h1>Bridge 7</h1><p>{text}</p></article>"
    path.write_text(f"<html><head><meta charset=utf-8><title>Bridge 7</title></head><body>{body}</body></html>")
    return path


def as_markdown(folder: Path, text: str) -> Path:
    path = folder / "a.md"
    path.write_text(f"---\ntitle: Bridge 7\ndate: {DAY}\n---\n\n{text}\n", encoding="utf-8")
    return path


KINDS = (as_csv, as_jsonl, as_rss, as_mail, as_page, as_markdown)


@pytest.mark.parametrize("write", KINDS)
def test_the_language_of_what_declares_none(news: News, tmp_path: Path, write: Callable[[Path, str], Path]) -> None:
    for code in CODES:
        folder = tmp_path / code
        folder.mkdir()
        [item] = news.add(write(folder, CLOSED_BRIDGE[code])).items
        assert (item.status, item.article_id is not None) == ("added", True), item
        assert news.article(item.article_id or "").language == code


def test_what_is_declared_counts(news: News, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "A", "text": CLOSED_BRIDGE["da"], "language": "nb", "id": "a"}) + "\n")
    news.add(path)
    assert news.article("a").language == "nb"


@pytest.mark.parametrize("text", ["Bridge closed.", f"{CLOSED_BRIDGE['hi']}\n\n{CLOSED_BRIDGE['en']}"])
def test_a_short_text_and_one_in_two_languages_have_none(news: News, text: str) -> None:
    news.put([Article("a", "A", text)])
    assert news.article("a").language is None


@pytest.mark.parametrize(
    ("code", "sentences"), [("hi", 3), ("zh", 4), ("ja", 3), ("ur", 3), ("hr", 3), ("nl", 3), ("ko", 3), ("th", 1)]
)
def test_citations_end_where_the_sentences_of_the_language_do(news: News, code: str, sentences: int) -> None:
    body = f"{CLOSED_BRIDGE[code]}\n\n{CLOSED_BRIDGE[code]}"
    news.put([Article("a", CLOSED_BRIDGE[code][:30], body)])
    article = news.article("a")
    spans = sentence_spans(article.body, article.language)
    assert len(spans) == 2 * sentences
    assert "".join(article.body[a:b] for a, b in spans).replace(" ", "") == "".join(article.body.split())
    for hit in news.search(CLOSED_BRIDGE[code][:40]):
        assert article.body[hit.chunk.start : hit.chunk.end] == hit.chunk.text


ROWS = {
    "with an id": {"id": "seven"},
    "with an address": {"url": "https://bridge.example/7"},
    "with neither": {},
}


@pytest.mark.parametrize("own", ROWS.values(), ids=ROWS)
def test_what_an_older_index_has_without_a_language_is_unchanged(
    open_news: OpenNews, embedder: FakeEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: dict[str, str]
) -> None:
    rows = [
        {"title": code, "published": DAY, "text": CLOSED_BRIDGE[code], **({k: v + code for k, v in own.items()})}
        for code in ("cs", "hi", "nl", "zh")
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    news = open_news(tmp_path / "index")
    with monkeypatch.context() as before:
        before.setattr("rag.ingest.pipeline.detected_language", lambda _: None)
        assert [item.status for item in news.add(path).items] == ["added"] * 4
    assert {article.language for article in news.articles()} == {None}
    embedded = len(embedder.embedded)
    again = news.add(path)
    assert [item.status for item in again.items] == ["unchanged"] * 4
    assert len(embedder.embedded) == embedded
    assert len(news.articles()) == 4
    assert news.check().ok


def test_articles_of_one_address_in_an_older_index_are_unchanged(
    open_news: OpenNews, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a column that has one address for all of them."""
    rows = [
        {"title": f"Column of {code}", "published": DAY, "text": CLOSED_BRIDGE[code], "url": "https://bridge.example/"}
        for code in ("cs", "hi", "nl", "zh")
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    news = open_news(tmp_path / "index")
    with monkeypatch.context() as before:
        before.setattr("rag.ingest.pipeline.detected_language", lambda _: None)
        assert [item.status for item in news.add(path).items] == ["added"] * 4
    assert [item.status for item in news.add(path).items] == ["unchanged"] * 4


def test_two_records_of_one_text_in_an_older_index_are_unchanged(
    open_news: OpenNews, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"title": title, "published": DAY, "text": CLOSED_BRIDGE["cs"]} for title in ("Most", "Stary most")]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    news = open_news(tmp_path / "index")
    with monkeypatch.context() as before:
        before.setattr("rag.ingest.pipeline.detected_language", lambda _: None)
        first = [item.status for item in news.add(path).items]
        again = [item.status for item in news.add(path).items]
    assert [item.status for item in news.add(path).items] == again, first


def test_a_changed_text_is_another_version_with_its_language(
    open_news: OpenNews, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = open_news(tmp_path / "index")
    with monkeypatch.context() as before:
        before.setattr("rag.ingest.pipeline.detected_language", lambda _: None)
        news.put([Article("a", "Most", CLOSED_BRIDGE["cs"])])
    longer = f"{CLOSED_BRIDGE['cs']} Nový most se otevře v létě."
    assert [item.status for item in news.put([Article("a", "Most", longer)]).items] == ["updated"]
    assert news.article("a").language == "cs"


def test_a_language_that_is_declared_later_is_a_change(open_news: OpenNews, tmp_path: Path) -> None:
    news = open_news(tmp_path / "index")
    news.put([Article("a", "Bridge", "Bridge closed.")])
    assert [i.status for i in news.put([Article("a", "Bridge", "Bridge closed.", language="en")]).items] == ["updated"]
    assert [i.status for i in news.put([Article("a", "Bridge", "Bridge closed.")]).items] == ["unchanged"]
    assert news.article("a").language == "en"


def test_what_is_exported_with_its_detected_language_is_unchanged(
    news: News, tmp_path: Path, records: Callable[..., Path]
) -> None:
    news.put([Article("a", "Most", CLOSED_BRIDGE["cs"])])
    shown = news.article("a").record()
    assert shown["language"] == "cs"
    assert [item.status for item in news.add(records("shown.jsonl", shown)).items] == ["unchanged"]


def test_a_month_of_the_language(news: News, tmp_path: Path) -> None:
    """'listopad' is October to Croats, November to Czechs and Poles."""
    dated = f"ZAGREB, 4. listopada 2024. - {CLOSED_BRIDGE['hr']}"
    (tmp_path / "a.txt").write_text(f"Stari most ostaje zatvoren\n\n{dated}\n\n{CLOSED_BRIDGE['hr']}\n")
    news.add(tmp_path / "a.txt")
    (article,) = news.articles()
    assert (str(article.published), article.language) == ("2024-10-04", "hr")


@pytest.mark.parametrize(("language", "day"), [("hr", "2024-10-04"), ("pl", "2024-11-04")])
def test_a_month_of_the_language_that_a_record_declares(
    news: News, records: Callable[..., Path], language: str, day: str
) -> None:
    row = {"title": "Most", "text": "Zatvoren.", "published": "4 listopada 2024", "language": language, "id": "a"}
    news.add(records("a.jsonl", row))
    assert str(news.article("a").published) == day


def test_a_rebuild_detects_what_an_older_index_left_open(
    embedder: FakeEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(index=tmp_path / "index", llm="none", reranker="none")
    with monkeypatch.context() as before, News.open(settings=settings, embedder=embedder) as news:
        before.setattr("rag.ingest.pipeline.detected_language", lambda _: None)
        news.put([Article("a", "Most", CLOSED_BRIDGE["cs"]), Article("b", "Bridge", "Bridge closed.")])
    rebuild(settings, embedder=embedder)
    with News.open(settings=settings, embedder=embedder) as news:
        assert {article.id: article.language for article in news.articles()} == {"a": "cs", "b": None}
        assert news.check().ok
