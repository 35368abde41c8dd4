"""Since your last brief: what a reader has seen is kept beside the index, in its folder or its database, and nothing
that comes in is missed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from rag import News
from rag.chat.briefs.files import brief_atom, brief_markdown
from rag.chat.briefs.view import brief_page
from rag.errors import StoreError, UsageError
from rag.index.past.read_marks import MAX_MARKS, FileMarks
from rag.index.postgres.connecting import server_address
from rag.index.postgres.database import PostgresDatabase
from rag.ops.rebuild import rebuild
from rag.types import Answer, Article, Brief, BriefMark, Citation, Withdrawn
from tests.conftest import OpenNews
from tests.support.fakes import FakeEmbedder

pytestmark = pytest.mark.both_kinds

WHEN = datetime(2024, 9, 29, 8, 0, tzinfo=UTC)


def news_of(n: int, outlet: str = "The Post", body: str = "", **more: object) -> Article:
    town = ("Kessel", "Tarrow", "Mirova", "Ister", "Corvane")[n]
    matter = ("bridge", "clinic", "theatre", "quarry", "orchard")[n]
    text = body or f"{town} will close its {matter} on Monday for want of money, the council decided on Friday."
    return Article(f"a{n}", f"{town} closes its {matter}", text, date(2024, 9, 28), source=outlet, **more)  # type: ignore[arg-type]


def told(found: Brief) -> list[str]:
    return sorted(s.newest.article.id for s in found.stories)


def answers_of(news: News) -> PostgresDatabase:
    """What belongs to an index on servers and is not replaced with it."""
    assert news.settings.database is not None
    return PostgresDatabase(server_address(news.settings.database.get_secret_value()).beside("answers"))


def kept_marks(news: News) -> str:
    """All that is kept, as text."""
    if news.settings.database is None:
        return FileMarks(news.settings.index).file.read_text("utf-8")
    database = answers_of(news)
    try:
        return str(database.rows("select * from read_marks"))
    finally:
        database.close()


def test_a_brief_is_of_what_came_in_since_the_last_one_that_was_read(news: News) -> None:
    news.put([news_of(0), news_of(1)])
    first = news.brief()
    assert told(first) == ["a0", "a1"] and first.last is None and first.since == date(2024, 9, 22)
    assert told(news.brief()) == ["a0", "a1"], "nothing was read yet"
    news.mark_read(first)
    assert told(news.brief()) == []
    news.put([news_of(2)])  # in the same second, as far as the index knows
    second = news.brief()
    assert told(second) == ["a2"] and second.last is not None and second.since is None
    news.mark_read(second)
    news.put([news_of(1, body="Tarrow keeps its clinic open after all, the council decided late on Saturday.")])
    third = news.brief()
    assert told(third) == ["a1"] and "after all" in third.stories[0].newest.quote
    assert told(news.brief(again=True)) == ["a1", "a2"]
    news.mark_read(third)
    news.mark_read(news.brief())
    assert told(news.brief(again=True)) == ["a1"], "a brief of nothing is not the one to show again"
    assert told(news.brief(since="2024-09-28")) == ["a0", "a1", "a2"]
    news.put([news_of(3)])
    news.mark_read(news.brief(since="2024-09-28"))
    assert told(news.brief()) == ["a3"], "a brief of days that were named is no last one"


def test_what_comes_in_while_a_brief_is_read_is_in_the_next_one(news: News) -> None:
    news.put([news_of(0)])
    found = news.brief()
    news.put([news_of(1)])
    news.mark_read(found)
    assert told(news.brief()) == ["a1"]


def test_readers_outlets_and_topics_have_marks_of_their_own(news: News) -> None:
    news.put([news_of(0), news_of(1, "The Echo")])
    news.mark_read(news.brief(sources="The Echo"))
    news.mark_read(news.brief(topic="Kessel bridge"))
    assert told(news.brief()) == ["a0", "a1"]
    assert told(news.brief(sources="The Echo")) == [] == told(news.brief(topic="bridge kessel"))
    assert told(news.brief(reader="ada")) == ["a0", "a1"]
    kept = kept_marks(news)
    assert "The Echo" in kept and "closes" not in kept and "money" not in kept


def test_as_of_a_day_later_articles_are_unseen_and_nothing_is_marked(news: News) -> None:
    news.put(
        [news_of(0), Article("late", "Ister opens a quarry", news_of(3).body, date(2024, 10, 9), source="The Post")]
    )
    then = news.brief(as_of="2024-09-30")
    assert told(then) == ["a0"] and then.mark is None and then.since == date(2024, 9, 22)
    changed = "Kessel keeps its bridge open after all, the council decided late on Wednesday."
    news.put([news_of(0, body=changed, updated=date(2024, 10, 2))])
    assert "will close" in news.brief(as_of="2024-09-30").stories[0].newest.quote
    assert "after all" in news.brief(as_of="2024-10-03").stories[0].newest.quote


def test_what_was_withdrawn_is_told_once_without_its_text(news: News) -> None:
    news.put([news_of(0), news_of(1, "The Echo")])
    news.mark_read(news.brief())
    gone = Withdrawn("a1", "killed", datetime(2024, 9, 28, 12, 0), notice="Do not use the item on a clinic.")
    with news.store.writing():
        news.store.withdraw(gone)
    found = news.brief()
    [withdrawn] = found.withdrawn
    assert (withdrawn.gone, withdrawn.source, found.stories) == (gone, "The Echo", ())
    assert "want of money" not in json.dumps(found.record()) and "closes" not in json.dumps(found.record())
    assert news.brief(since="2024-09-29").withdrawn == () != news.brief(since="2024-09-28").withdrawn
    assert news.brief(since="2024-09-28", sources="The Post").withdrawn == ()
    news.mark_read(found)
    assert news.brief().withdrawn == ()


@pytest.mark.folder_only
def test_a_rebuild_makes_nothing_new(news: News, open_news: OpenNews) -> None:
    news.put([news_of(0), news_of(1)])
    news.mark_read(news.brief())
    news.put([news_of(2)])
    db = news.store.db  # type: ignore[attr-defined]
    with db:
        db.execute("update articles set added_at = added_at - 60 where id != 'a2'")
        db.execute("update articles set added_at = added_at + 60 where id = 'a2'")
    settings = news.settings
    news.close()
    rebuild(settings, embedder=FakeEmbedder("other"))
    with open_news(embedder=FakeEmbedder("other")) as again:
        assert told(again.brief()) == ["a2"]


DAMAGED = ["{", "[]", '{"x": 1}', '{"x": {"last": {"made": "soon"}, "before": null}}']


@pytest.mark.folder_only
@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_file_is_one_line_and_stays(news: News, text: str) -> None:
    file = FileMarks(news.settings.index).file
    file.write_text(text)
    with pytest.raises(StoreError, match=r"cannot be read: it is damaged; delete it, or name a day with --since"):
        news.brief()
    assert file.read_text() == text and news.brief(since="2024-09-01").articles == 0


def test_a_damaged_mark_is_one_line_and_stays(news: News) -> None:
    if news.settings.database is None:
        pytest.skip("of servers; the file has a test of its own")
    first = news.brief()
    news.mark_read(first)
    database = answers_of(news)
    for text in (*DAMAGED, '{"last": {"made": "soon"}, "before": null}'):
        database.rows("update read_marks set kept = ?", (text,))
        for use in (news.brief, lambda: news.mark_read(first)):
            with pytest.raises(StoreError, match="is damaged; delete its rows, or name a day with --since"):
                use()
        assert database.value("select kept from read_marks") == text
    database.close()
    assert news.brief(since="2024-09-01").articles == 0


def test_marks_are_bounded_and_never_go_back(news: News) -> None:
    marks = news._marks
    for n in range(MAX_MARKS + 2):
        marks.keep(BriefMark(f"s{n}", WHEN.replace(hour=n // 60, minute=n % 60), n))
    assert marks.read("s0") is None and marks.read(f"s{MAX_MARKS + 1}") is not None
    marks.keep(BriefMark("s50", WHEN, 7))
    kept = marks.read("s50")
    assert kept is not None and kept.through == 50 and kept.made == WHEN


def test_what_one_process_marks_the_others_know_at_once(open_news: OpenNews) -> None:
    one, other = open_news(), open_news()
    one.put([news_of(0), news_of(1)])
    one.mark_read(one.brief())
    assert told(other.brief()) == []
    one.put([news_of(2)])
    other.mark_read(other.brief())
    assert told(one.brief()) == [] and told(one.brief(again=True)) == ["a2"]
    with ThreadPoolExecutor(4) as pool:  # none is lost where several are kept at once
        kept = [BriefMark(f"reader{n}", WHEN, n) for n in range(24)]
        list(pool.map(lambda mark: (one, other)[mark.through % 2]._marks.keep(mark), kept))
    assert [one._marks.read(mark.scope) for mark in kept] == kept


def test_a_scope_may_be_long(news: News) -> None:
    news.put([news_of(0)])
    many = [f"The Outlet of Town {n} and {n * n}" for n in range(500)]
    news.mark_read(news.brief(sources=["The Post", *many]))
    assert told(news.brief(sources=["The Post", *many])) == []


def test_a_writer_whose_clock_is_slow_is_not_passed_over(open_news: OpenNews, monkeypatch: pytest.MonkeyPatch) -> None:
    one = open_news()
    if one.settings.database is None:
        pytest.skip("a folder has the writers of one machine, and one clock")
    one.put([news_of(0)])
    one.mark_read(one.brief())
    monkeypatch.setattr("rag.index.base.time.time", WHEN.timestamp)
    open_news().put([news_of(1)])
    assert told(one.brief()) == ["a1"]


def test_wrong_arguments_are_one_line(news: News) -> None:
    for given, line in (
        ({"limit": 0}, "give at least 1"),
        ({"again": True}, "there was no brief of this yet"),
        ({"since": "2024-10-01", "as_of": "2024-09-30"}, "no day lies between"),
    ):
        with pytest.raises(UsageError, match=line):
            news.brief(**given)


def test_kept_answers_that_no_longer_stand_are_told(news: News) -> None:
    first = news_of(0)
    news.put([first, news_of(1)])
    quote = first.body.split(". ")[0]
    cited = Citation(1, first, quote, 0, len(quote))
    kept = news.keep(Answer("What will Kessel close?", f"{quote} [1].", "its bridge", False, (cited,), "none"))
    assert news.brief().changed == ()
    news.remove("a0")
    [gone] = news.brief().changed
    assert (gone.id, gone.state) == (kept.id, "withdrawn")
    assert news.brief(reader="ann").changed == news.brief(as_of="2024-09-29").changed == ()
    for told_in in (brief_markdown, brief_atom, brief_page):
        assert "What will Kessel close?" in told_in(news.brief())
