"""The index as of a day: earlier versions, what was withdrawn or waits for its time, and no word of what came later."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rag import News
from rag.errors import UsageError
from rag.index import schema
from rag.index.past import waiting
from rag.ingest.page import Withdrawal
from rag.ops.rebuild import rebuild
from rag.types import Article, CheckResult, Filters, ReportItem
from tests.conftest import OpenNews, Rag, Records
from tests.support.fakes import FakeEmbedder, on_disk

pytestmark = pytest.mark.both_kinds

D = date.fromisoformat
FIRST = D("2024-03-01")


Clock = Callable[[str], None]


def version(n: int, v: int, body: str | None = None, **fields: Any) -> Article:
    """Version ``v`` (from 1, out on that day of March) of article ``n``, with words that no other one has."""
    body = body or f"Opening{n} was told. Value{n}x{v} was given. It was told in town{n}."
    updated = FIRST + timedelta(v - 1) if v > 1 else None
    return Article(f"a{n}", f"Headline {n} title{n}x{v}", body, FIRST, updated, "The Post", **fields)


def on(day: int) -> Filters:
    return Filters(as_of=FIRST + timedelta(day - 1))


def seen(news: News, question: str, filters: Filters) -> list[str]:
    """What a search shows: passages with the headlines they stand under."""
    return [f"{hit.article.title}: {hit.chunk.text}" for hit in news.search(question, filters=filters)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """``clock("2024-03-01 12:00")`` sets the index's clock, in UTC."""

    def set_(moment: str) -> None:
        monkeypatch.setattr(schema, "read_now", lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC))

    return set_


@pytest.fixture
def corrected(news: News) -> News:
    """One article in three versions, on three days, beside one that never changed."""
    for v in (1, 2, 3):
        news.put([version(1, v)])
    news.put([version(2, 1)])
    return news


# -- as of a day ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [1, 2, 3, 9])
def test_each_day_has_the_version_that_was_the_newest_then(corrected: News, day: int) -> None:
    v = min(day, 3)
    hits = corrected.search("value1x1 value1x2 value1x3 opening1", filters=on(day))
    texts = {hit.article.body for hit in hits if hit.article.id == "a1"}
    assert texts == {version(1, v).body}
    assert all(hit.article.body[hit.chunk.start : hit.chunk.end] == hit.chunk.text for hit in hits)
    assert corrected.article("a1", as_of=on(day).as_of).title == version(1, v).title
    assert [a.title for a in corrected.articles(on(day))] == [version(1, v).title, version(2, 1).title]
    answer = corrected.ask(f"What was value1x{v}?", filters=on(day))
    assert version(1, v).body in {c.article.body for c in answer.citations}


def test_before_its_publication_there_is_nothing(corrected: News) -> None:
    assert corrected.articles(on(0)) == []
    assert corrected.search("opening1", filters=on(0)) == []
    with pytest.raises(UsageError, match=r"no article a1 in .* as of 2024-02-29"):
        corrected.article("a1", as_of="2024-02-29")


def test_without_a_day_only_the_present_version_is_there(corrected: News, embedder: FakeEmbedder) -> None:
    assert corrected.size() == (2, 2)
    for v in (1, 2):
        assert not any(f"x{v}" in text for text in seen(corrected, f"value1x{v} title1x{v}", Filters()) if "a1" in text)
        assert corrected.mentioning(f"value1x{v}") == set()
    vector = embedder.embed([version(1, 1).body])[0]
    assert {i.split(":")[0] for i, _ in corrected.store.dense(vector, 9, Filters())} == {"a1", "a2"}
    assert len(corrected.store.dense(vector, 9, Filters())) == 2
    assert corrected.check() == CheckResult((), 2, 2, 2)


def test_no_later_word_reaches_a_question_as_of_a_day(news: News) -> None:
    """Each version has words of its own; whatever is asked as of a day has those of that day's versions alone."""
    for v in (1, 2, 3):
        news.put([version(n, v) for n in range(30)])
    news.put([replace(version(n, 4), published=FIRST + timedelta(3), updated=None) for n in range(30, 40)])
    for day in (1, 2, 3):
        scope, later = on(day), re.compile(rf"x[{''.join(str(v) for v in range(1, 5) if v != day)}]\b")
        told: list[Any] = [
            seen(news, f"value{n}x{v} title{n}x{v} opening{n}", scope) for n in (0, 7, 29) for v in (1, 4)
        ]
        told.append([a.title for a in news.articles(scope)])
        told.append(news.ask("What was value7?", filters=scope).record() | {"question": "", "understood": ""})
        told.append(news.ask("What is the latest news?", filters=scope).record() | {"question": "", "understood": ""})
        told.append(news.ask("How many articles are there?", filters=scope).text)
        told.append(news.timeline("value7 told", filters=scope).record())
        told.append(news.compare("What was the value7?", filters=scope).record() | {"question": ""})
        told.append([topic.record() for topic in news.topics(filters=scope)])
        shown = json.dumps(told, default=str)
        assert not later.findall(shown), later.findall(shown)
        assert "30 articles" in shown
        assert len(news.articles(scope)) == news.library(scope.as_of).count() == 30
        assert news.library(scope.as_of).mentioning("value7x") == {"a7"}


def test_a_version_without_a_stated_update_holds_from_when_it_was_read(news: News, clock: Clock) -> None:
    for at, v in (("2024-03-05 12:00", 1), ("2024-03-07 12:00", 2)):
        clock(at)
        news.put([replace(version(1, v), updated=None)])
    held = [(d, news.article("a1", as_of=f"2024-03-0{d}").title[-1]) for d in (1, 5, 6, 7)]
    assert held == [(1, "1"), (5, "1"), (6, "1"), (7, "2")]
    [old] = news.history("a1")
    assert (old.since, old.until) == (None, datetime(2024, 3, 7, 12))


def test_an_answer_says_once_that_its_articles_were_first_read_later(news: News, clock: Clock) -> None:
    clock("2024-05-05 12:00")
    news.put([version(1, 1), version(2, 1)])
    as_read = news.ask("What was value1x1?", filters=on(3))
    assert as_read.note == "As first read on 5 May 2024, later than 3 March 2024."
    clock("2024-03-02 12:00")
    news.put([version(3, 1)])
    assert news.ask("What was value3x1?", filters=on(3)).note is None
    assert news.ask("What was value1x1?").note is None


def test_an_older_version_that_is_read_late_goes_to_its_place(news: News) -> None:
    news.put([version(1, 3)])
    report = news.put([version(1, 2), version(1, 1)])
    assert [item.status for item in report.items] == ["unchanged", "unchanged"]
    assert [news.article("a1", as_of=on(day).as_of).title[-1] for day in (1, 2, 3)] == ["1", "2", "3"]
    assert any("value1x2" in text.lower() for text in seen(news, "value1x2", on(2)))
    assert [v.article.title[-1] for v in news.history("a1")] == ["2", "1"]
    assert news.check().ok


def test_captures_of_a_page_are_versions_in_the_order_of_their_times(news: News) -> None:
    for v in (2, 3, 1):
        captured = datetime(2024, 3, v, 8, tzinfo=UTC)
        news.put([replace(version(1, v), updated=None, read_at=captured)])
    assert [news.article("a1", as_of=on(day).as_of).title[-1] for day in (1, 2, 3, 4)] == ["1", "2", "3", "3"]


def test_prints_that_only_a_later_one_joins_are_apart_before(news: News) -> None:
    words = [f"word{n}" for n in range(200)]
    one, other = " ".join(words[:120]) + ".", " ".join(words[80:]) + "."
    news.put([Article("p1", "One", one, FIRST, source="A"), Article("p2", "Two", other, FIRST, source="B")])
    both = Article("p3", "Both", " ".join(words) + ".", FIRST + timedelta(5), source="C")
    assert news.put([both]).duplicate == 1
    assert {c.article.id for c in news.copies("p3")} == {"p1", "p2", "p3"}
    then = news.library(on(1).as_of)
    assert {c.article.id for c in then.copies(then.articles(["p1"])["p1"].story or "")} == {"p1"}
    assert {c.article.id for c in news.copies("p3", as_of=on(6).as_of)} >= {"p1", "p3"}


def test_an_answer_shows_the_correction_of_the_version_it_stands_on(news: News, rag: Rag, records: Records) -> None:
    told = "The ferry at Sund will close on {}, the port said on Friday."
    note = "Correction: An earlier version of this article gave a wrong day for the last ferry."
    for day, body in ((1, told.format("12 May")), (2, f"{told.format('14 May')}\n\n{note}")):
        record = {"id": "f", "title": "Ferry to close", "text": body, "published": "2024-03-01", "source": "The Post"}
        news.add(records(f"{day}.jsonl", record | {"updated": f"2024-03-0{day}T10:00:00"}))
    asked = "When will the ferry at Sund close?"
    assert f"corrected: {note}" in rag("ask", asked).out
    assert [c["correction"] for c in news.ask(asked).record()["citations"]] == [note]
    before = news.ask(asked, as_of="2024-03-01").record()["citations"]
    assert before and all("correction" not in c for c in before)


# -- what is stored ---------------------------------------------------------------------------------------------------


def test_what_did_not_change_is_stored_once(news: News) -> None:
    """Of a long article one sentence is mended: one chunk more is kept, not all of them."""
    sentences = [f"Sentence number {n} tells of town{n} and of the things there." for n in range(60)]
    first = Article("a1", "Long", "\n\n".join(sentences), FIRST, source="The Post")
    news.put([first])
    chunks = news.size()[1]
    assert chunks > 10
    mended = [*sentences[:30], "Sentence number 30 tells of town99 and of the things there.", *sentences[31:]]
    news.put([replace(first, body="\n\n".join(mended), updated=FIRST + timedelta(1))])
    db = on_disk(news).db
    [(past,)] = db.execute("select count(*) from past_chunks")
    [(places,)] = db.execute("select count(*) from passages")
    assert (past, places, news.size()[1]) == (1, chunks, chunks)
    assert any("town30 " in text for text in seen(news, "town30", on(1)))
    assert news.library(on(1).as_of).count_chunks() == chunks
    news.put([replace(first, updated=FIRST + timedelta(2))])  # as it was at first
    [(past,)] = db.execute("select count(*) from past_chunks")
    assert past == 1
    assert any("town99" in text for text in seen(news, "town99", on(2)))
    assert not any("town99" in text for text in seen(news, "town99", on(3)))
    assert news.check().ok


def test_removing_takes_every_version(corrected: News) -> None:
    assert corrected.remove("a1") == 1
    assert [a.id for a in corrected.articles(on(2))] == ["a2"]
    db = on_disk(corrected).db
    for table in ("versions", "passages", "past_chunks"):
        assert db.execute(f"select count(*) from {table}").fetchone() == (0,)
    assert corrected.check() == CheckResult((), 1, 1, 1)
    corrected.close()
    data = b"".join(file.read_bytes() for file in corrected.settings.index.glob("news.sqlite*"))
    assert b"value1x1" not in data.lower()


@pytest.mark.parametrize("spoilt", ["delete from vectors where chunk < 0", "delete from passages",
                                    "delete from words where rowid < 0", "delete from past_chunks"])  # fmt: skip
def test_a_check_finds_what_is_lost_of_versions_and_a_repair_restores_it(corrected: News, spoilt: str) -> None:
    with on_disk(corrected).db as db:
        db.execute(spoilt)
    assert not corrected.check().ok
    assert corrected.check(repair=True).ok
    assert [f"x{v}" for v in (1, 2, 3) if any(f"Value1x{v}" in t for t in seen(corrected, f"value1x{v}", on(v)))] == [
        "x1", "x2", "x3",
    ]  # fmt: skip


@pytest.mark.folder_only
def test_a_rebuild_keeps_versions_times_tombstones_and_what_waits(
    open_news: OpenNews, corrected: News, clock: Clock
) -> None:
    take_back(corrected, "a2", at=datetime(2024, 3, 5))
    corrected.put([replace(version(5, 1), embargo=datetime(2098, 1, 1, tzinfo=UTC))])
    before = [corrected.articles(on(day)) for day in range(8)]
    history = corrected.history("a1")
    corrected.close()
    other = FakeEmbedder("other")
    rebuild(corrected.settings, embedder=other)
    news = open_news(embedder=other)
    assert [news.articles(on(day)) for day in range(8)] == before
    assert news.history("a1") == history
    assert any("Value1x2" in text for text in seen(news, "value1x2", on(2)))
    assert [w.article_id for w in news.withdrawn()] == ["a2"]
    assert [e.article_id for e in news.embargoed()] == ["a5"]
    assert news.check().ok


@pytest.mark.folder_only
def test_an_index_of_the_schema_before_opens_with_its_versions(open_news: OpenNews, news: News, clock: Clock) -> None:
    clock("2024-03-03 10:00")
    news.put([version(1, 3), version(2, 1)])
    old = replace(version(1, 1), origin="a.jsonl")
    news.close()
    with sqlite3.connect(news.settings.index / "news.sqlite") as db:
        db.execute("drop index articles_held")
        db.execute("create index articles_day on articles (published_at)")
        for name in schema.HELD_COLUMNS:
            db.execute(f"alter table articles drop column {name}")
        for table in ("versions", "past_chunks", "passages", "withdrawn", "embargoed"):
            db.execute(f"drop table {table}")
        db.execute(
            "create table versions (number integer primary key, article_id text not null, "
            "replaced_at integer not null, digest text not null, record text not null)"
        )
        db.execute("create index versions_article on versions (article_id)")
        record = json.dumps(old.record() | {"origin": old.origin, "text": None})
        db.execute("insert into versions values (1, 'a1', ?, 'd1', ?)", (int(datetime(2024, 3, 2).timestamp()), record))
        db.execute("update manifest set value = '2' where key = 'schema'")
    again = open_news()
    assert again.size() == (2, 2)
    assert [a.title for a in again.articles(on(2))] == [version(1, 1).title, version(2, 1).title]
    assert any("Value1x1" in text for text in seen(again, "value1x1", on(2)))
    assert any("Value1x3" in text for text in seen(again, "value1x3", on(3)))
    assert again.history("a1")[0].article == old
    assert [p for p in again.check().problems if "text has changed" not in p] == []


# -- withdrawn --------------------------------------------------------------------------------------------------------


def take_back(news: News, name: str, **fields: Any) -> ReportItem:
    with news._intake(None, 0) as intake:
        intake.withdraw(Withdrawal("wire.xml", name, "killed", **fields))
        return intake.finish()[-1]


def test_a_killed_article_is_nowhere_but_on_the_days_before(corrected: News) -> None:
    item = take_back(corrected, "a1", at=datetime(2024, 3, 4, 9))
    assert (item.status, item.article_id, item.title) == ("withdrawn", "a1", None)
    assert item.reason == "killed by its provider; found only as of the days before"
    assert [a.id for a in corrected.articles()] == ["a2"]
    assert corrected.size() == (1, 1)
    assert "a1" not in {h.article.id for h in corrected.search("value1x3 opening1")}
    for day, ids in ((3, {"a1", "a2"}), (4, {"a2"}), (5, {"a2"})):
        assert {a.id for a in corrected.articles(on(day))} == ids
        assert {h.article.id for h in corrected.search("opening1 opening2", filters=on(day))} == ids
    with pytest.raises(
        UsageError, match="a1 was killed by its provider on 2024-03-04; as it stood before, with --as-of"
    ):
        corrected.article("a1")
    assert corrected.check() == CheckResult((), 1, 1, 1)


def test_only_a_newer_version_brings_it_back(corrected: News) -> None:
    take_back(corrected, "a1", at=datetime(2024, 3, 4, 9))
    report = corrected.put([version(1, 3), version(1, 2)])
    assert [(i.status, i.title) for i in report.items] == [("withdrawn", None)] * 2
    assert report.record()["withdrawn"] == 2
    assert [a.id for a in corrected.articles()] == ["a2"]
    assert corrected.put([version(1, 6)]).added == 1
    for day, title in ((3, "title1x3"), (4, None), (5, None), (6, "title1x6")):
        titles = [a.title for a in corrected.articles(on(day)) if a.id == "a1"]
        assert titles == ([f"Headline 1 {title}"] if title else []), day
    assert corrected.withdrawn() == []


def test_numbers_of_versions_decide_where_there_are_some(news: News) -> None:
    first = replace(version(1, 1), version=2)
    news.put([first])
    assert news.put([replace(version(1, 2), version=1)]).unchanged == 1
    assert news.article("a1").version == 2
    take_back(news, "a1", version=4)
    assert news.put([replace(version(1, 9), version=4)]).count("withdrawn") == 1
    assert news.put([replace(version(1, 9), version=5)]).added == 1


def test_a_kill_before_its_article_keeps_it_out(news: News) -> None:
    assert take_back(news, "a1").reason == "killed by its provider; no version of it was stored"
    assert news.put([version(1, 1)]).count("withdrawn") == 1
    assert news.articles() == []
    assert news.remove("a1") == 1  # the editor decides
    assert news.put([version(1, 1)]).added == 1


def test_a_correction_then_a_kill(news: News, tmp_path: Path, clock: Clock) -> None:
    """Over two days: the first day's answer is corrected, then withdrawn; as of each day it still stands as it did."""
    wire = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="tag:ferry" version="{n}"><itemMeta>'
        '<itemClass qcode="ninat:text"/><provider qcode="np:NW"/><versionCreated>2024-03-0{day}T{hour}:00:00Z'
        "</versionCreated><firstCreated>2024-03-01T08:00:00Z</firstCreated>"
        '<pubStatus qcode="stat:{status}"/></itemMeta><contentMeta><headline>Ferry to close</headline></contentMeta>'
        "<contentSet><inlineXML><html><body><p>The ferry at Sund will close on {when}, the port said.</p></body></html>"
        "</inlineXML></contentSet></newsItem>"
    )

    def arrive(n: int, day: int, hour: str, when: str = "", status: str = "usable") -> list[str]:
        clock(f"2024-03-0{day} {hour}:30")
        path = tmp_path / f"{n}.xml"
        path.write_text(wire.format(n=n, day=day, hour=hour, when=when, status=status))
        return [item.status for item in news.add(path).items]

    def answered(**scope: Any) -> str:
        return news.ask("When will the ferry at Sund close?", **scope).text

    assert arrive(1, 1, "08", "12 May") == ["added"]
    assert "12 May" in answered()
    assert arrive(2, 2, "09", "14 May") == ["updated"]
    assert "14 May" in answered()
    assert "12 May" in answered(as_of="2024-03-01")
    assert arrive(3, 3, "10", status="canceled") == ["withdrawn"]
    assert news.ask("When will the ferry at Sund close?").refused
    assert "12 May" in answered(as_of="2024-03-01")
    assert "14 May" in answered(as_of="2024-03-02")
    assert news.ask("When will the ferry at Sund close?", as_of="2024-03-03").refused
    assert arrive(2, 4, "09", "14 May") == ["withdrawn"]


# -- embargoes --------------------------------------------------------------------------------------------------------


SECRET = replace(
    version(7, 1), published=D("2024-03-02"), embargo=datetime(2024, 3, 2, 6, tzinfo=UTC), origin="w.xml#item 3"
)


def test_what_waits_is_nowhere_until_its_time(news: News, clock: Clock, rag: Rag, caplog: Any) -> None:
    clock("2024-03-01 12:00")
    caplog.set_level(0)
    news.put([version(1, 1)])
    report = news.put([SECRET])
    [item] = report.items
    assert (item.status, item.article_id, item.title) == ("embargoed", "a7", None)
    assert item.reason == "embargoed until 2024-03-02 06:00 UTC"

    def told(*scopes: Filters) -> str:
        every: list[Any] = [report.record(), news.sources(), news.authors(), news.sections(), news.size(), caplog.text]
        every += [news.mentioning("value7x1"), news.history("a1"), [e.record() for e in news.embargoed()]]
        for scope in scopes:
            every += [seen(news, "value7x1 headline 7", scope), news.articles(scope)]
            every.append(
                news.ask("What was the value7 in town7?", filters=scope).record() | {"question": "", "understood": ""}
            )
            every.append(news.timeline("told in town", filters=scope).record())
            every.append([topic.record() for topic in news.topics(filters=scope)])
        every += [rag("list").out, rag("export").out, rag("check").out, rag("list", "--embargoed").out]
        return repr(every).lower()

    shown = told(Filters(), on(1), on(400))
    assert not re.search(
        r"value7|title7|opening7|town7(?!\?)|headline 7", shown.replace("what was the value7 in town7", "")
    )
    assert "a7" in shown
    clock("2024-03-02 05:59")
    assert [a.id for a in news.articles()] == ["a1"]
    clock("2024-03-02 06:00")  # nothing is run: the next question sees it
    assert any("Value7x1" in text for text in seen(news, "value7x1", Filters()))
    assert news.embargoed() == []
    assert [a.id for a in news.articles(on(1))] == ["a1"]
    assert [a.id for a in news.articles(on(2))] == ["a7", "a1"]
    assert news.check().ok


def test_an_update_under_an_embargo_leaves_the_version_that_is_out(news: News, clock: Clock) -> None:
    clock("2024-03-01 12:00")
    news.put([version(1, 1)])
    assert news.put([replace(version(1, 2), embargo=datetime(2024, 3, 4, tzinfo=UTC))]).count("embargoed") == 1
    assert news.article("a1").title == version(1, 1).title
    clock("2024-03-04 00:00")
    assert news.article("a1").title == version(1, 2).title
    assert [news.article("a1", as_of=on(day).as_of).title[-1] for day in (2, 3, 4)] == ["1", "1", "2"]


def test_it_is_dropped_where_it_is_out_or_killed_before(news: News, clock: Clock) -> None:
    clock("2024-03-01 12:00")
    news.put([SECRET])
    assert news.put([replace(SECRET, embargo=None)]).added == 1  # the embargo was lifted
    assert news.embargoed() == []
    news.remove("a7")
    news.put([SECRET])
    take_back(news, "a7")
    assert news.embargoed() == []
    clock("2024-03-09 12:00")
    assert news.articles() == []


def test_removing_takes_what_waits_or_was_withdrawn(news: News, clock: Clock, rag: Rag) -> None:
    clock("2024-03-01 12:00")
    news.put([version(1, 1), SECRET])
    take_back(news, "a1")
    assert rag("remove", "a7").out == "removed 1\n"
    assert news.embargoed() == []
    assert news.remove(source="The Post") == 1
    assert news.articles(on(1)) == []
    assert on_disk(news).db.execute("select count(*) from versions").fetchone() == (0,)


def test_a_day_alone_is_over_when_it_begins() -> None:
    assert waiting.embargo_seconds(D("1970-01-02")) == 86_400
    assert waiting.embargo_seconds(datetime(1970, 1, 2)) == 86_400
    assert waiting.embargo_seconds(None) == 0
