"""Followed questions: what counts as another value, what is told of it, and that nobody is told twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import News
from rag.errors import UsageError
from rag.ledger import standing
from rag.ledger.following_matter import Old, answers_itself, of_its_kind
from rag.ledger.following_values import marked_words, says_the_same
from rag.types import Answer, Article, Change, Evidence, Filters, Step
from tests.conftest import OpenNews, Rag, Records
from tests.support.patience import PATIENCE, until

pytestmark = pytest.mark.both_kinds

MAY = date(2026, 5, 1)
HOW_MANY, WHEN, WHO = "How many people died?", "When does it end?", "Who is the mayor?"
COST, WHY = "How much does the tunnel cost?", "What caused the fire?"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (HOW_MANY, "12", "twelve"),
        (HOW_MANY, "1.2 million", "1,200,000"),
        (HOW_MANY, "more than 10", "12"),
        (HOW_MANY, "dozens", "36"),
        (HOW_MANY, "nobody", "none of them"),
        (COST, "£310m", "310 million pounds"),
        (WHEN, "5 May", "May 5, 2026"),
        (WHEN, "September", "September 2026"),
        (WHEN, "after the vote", "5 May"),
        ("How long is it?", "three weeks", "21 days"),
        (WHO, "Anna Lee", "Lee"),
        (WHO, "Mayor Anna Lee", "Anna Lee"),
        ("Where is it?", "Syria", "the Syria"),
        ("Which countries take part?", "Norway and Sweden", "Sweden and Norway"),
    ],
)
def test_values_that_say_the_same_are_no_change(question: str, one: str, other: str) -> None:
    assert says_the_same(question, one, other, (MAY, MAY))
    assert says_the_same(question, other, one, (MAY, MAY))


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (HOW_MANY, "12", "15"),
        (HOW_MANY, "four", "nobody"),
        (HOW_MANY, "more than 10", "36"),
        (COST, "£310m", "£330 million"),
        (WHEN, "5 May", "6 May"),
        (WHEN, "Friday", "Sunday"),
        (WHEN, "September 2026", "December 2025"),
        (WHO, "Anna Lee", "Tom Lee"),
        (WHO, "Anna Lee", "Bob Roe"),
        ("Where is it?", "Fenwray", "Hartlow"),
        (WHY, "arson", "an electrical fault"),
        ("Which countries take part?", "Norway and Sweden", "Norway and Denmark"),
        ("What was the score?", "2-1", "3-1"),
    ],
)
def test_values_that_say_something_else_are_a_change(question: str, one: str, other: str) -> None:
    assert not says_the_same(question, one, other, (MAY, MAY))
    assert not says_the_same(question, other, one, (MAY, MAY))


def sentence(quote: str, words: str = "") -> Evidence:
    at = quote.find(words)
    article = Article("a", "News", quote, date(2026, 3, 2))
    return Evidence(article, 0, len(quote), quote, 0.9, (at, at + len(words)) if words else None)


@pytest.mark.parametrize(
    ("quote", "marked", "whole"),
    [
        ("The ferry sails again this Friday, 20 June, the owners said.", "June", "Friday, 20 June"),
        ("The ferry sails again on 20 June.", "20 June", "20 June"),
        ("It will be held in Aldan and not in Ostby.", "Aldan and not in Ostby", "Aldan"),
        ("They chose Anna Lee instead of Tom Roe.", "Anna Lee instead of Tom Roe", "Anna Lee"),
        ("It cost 310 million pounds.", "310", "310 million pounds"),
    ],
)
def test_a_marked_value_is_whole_and_without_what_it_is_set_against(quote: str, marked: str, whole: str) -> None:
    assert marked_words(sentence(quote, marked)) == whole


@pytest.mark.parametrize(
    ("question", "quote", "value", "fits"),
    [
        ("How much was paid for the ferry?", "It was paid for in sixty seconds.", "sixty", False),
        ("How much was paid for the ferry?", "The owners paid £60m for the ferry.", "£60m", True),
        ("When will the ferry sail?", "The ferry will sail on 20 June, they said on Friday.", "Friday", False),
        ("When will the ferry sail?", "The ferry will sail on 20 June, they said on Friday.", "20 June", True),
    ],
)
def test_a_first_value_is_of_the_kind_that_is_asked_for(question: str, quote: str, value: str, fits: bool) -> None:
    assert answers_itself(question, sentence(quote), value) is fits


@pytest.mark.parametrize(
    ("question", "was", "quote", "value", "kept"),
    [
        ("Who is the captain of the Ostara Line?", "Anna Lee", "Tom Roe leaves the Ostara Line.", "Ostara Line", False),
        ("Who is the captain of the Ostara Line?", "Anna Lee", "Tom Roe is captain now.", "Tom Roe", True),
        ("When does the search end?", "5 May", "He has led the search since last spring.", "last spring", False),
        ("When does the search end?", "5 May", "The search ends on 9 May.", "9 May", True),
        ("When did the bridge close?", "5 May", "It has been shut since 4 May.", "4 May", True),
        ("How many people are missing?", "Four", "Nobody is missing any more.", "Nobody", True),
        ("Who is the captain?", "Anna Lee", "Nobody is captain.", "Nobody", False),
    ],
)
def test_what_says_nothing_of_what_is_asked_is_no_new_value(
    question: str, was: str, quote: str, value: str, kept: bool
) -> None:
    old = Old(question, was, f"It is {was}.", sentence(f"It is {was}."))
    assert of_its_kind(old, sentence(quote), value) is kept


def report(id_: str, day: int, body: str, source: str = "The Post", title: str = "Ferry Ostara") -> Article:
    return Article(id_, title, body, date(2026, 3, day), source=source)


TOLL = "How many people died in the sinking of the Ostara?"
FIRST = report("a", 2, "Twelve people died in the sinking of the ferry Ostara off Aldan on Sunday, police said.")
MORE = report(
    "b", 4, "The number of people who died in the sinking of the ferry Ostara off Aldan has risen to 17.", "News"
)
SAME = report(
    "c", 3, "The sinking of the ferry Ostara off Aldan, in which 12 people died, is being looked into.", "News"
)
OTHER = report(
    "d", 5, "Three people died in the sinking of the yacht Merle near Brenholm.", title="Yacht Merle sinks"
)  # fmt: skip


def told(news: News) -> list[tuple[str, str, str]]:
    return [(c.old, c.new, c.kind) for f in news.followed() for c in f.changes]


def test_only_a_changed_value_speaks(news: News) -> None:
    news.put([FIRST])
    followed = news.follow(TOLL, asked="2026-03-02")
    assert followed.value == "Twelve"
    assert followed.quote == FIRST.body
    news.put([SAME])
    news.put([OTHER])
    assert told(news) == []
    news.put([MORE])
    [found] = news.followed()
    [change] = found.changes
    assert (found.value, found.quote, found.unread) == ("17", MORE.body, 1)
    assert change == Change(
        date(2026, 3, 4), "Twelve", "17", FIRST.body, MORE.body, "b", "News", "superseded"
    )  # fmt: skip
    news.mark_changes_read(found.id)
    assert [f.unread for f in news.followed()] == [0]
    assert set(found.record()["changes"][0]) >= {"day", "old", "new", "old_quote", "new_quote", "article_id", "source"}


def test_an_older_article_that_comes_late_is_no_change(news: News) -> None:
    news.put([MORE])
    news.follow(TOLL, asked="2026-03-04")
    news.put([FIRST])
    assert told(news) == []


def test_a_question_that_the_articles_do_not_answer_yet_is_followed(news: News) -> None:
    news.put([OTHER])
    assert news.follow(TOLL, asked="2026-03-05").value is None
    news.put([FIRST])
    assert told(news) == [("", "Twelve", "superseded")]


def test_the_print_that_reported_first_is_named(news: News) -> None:
    body = (
        f"{MORE.body} The last of the passengers was found near the lighthouse on Wednesday, the coast guard told us."
    )
    news.put([FIRST])
    news.follow(TOLL, asked="2026-03-02")
    news.put([report("late", 5, body, "Echo"), report("early", 4, body, "Herald")])
    [found] = news.followed()
    assert [(c.source, c.article_id, c.day.day) for c in found.changes] == [("Herald", "early", 4)]


def test_a_corrected_article_and_one_that_goes(news: News) -> None:
    news.put([FIRST])
    news.follow(TOLL, asked="2026-03-02")
    mended = FIRST.body.replace("Twelve", "Eleven") + "\n\nCorrection: An earlier version gave a wrong number."
    news.put([report("a", 2, mended)])
    assert told(news) == [("Twelve", "Eleven", "corrected")]
    news.remove("a")
    assert told(news)[1:] == [("Eleven", "", "withdrawn")]
    assert news.followed()[0].value is None


def test_other_words_in_a_new_version_are_no_change(news: News) -> None:
    news.put([FIRST])
    news.follow(TOLL, asked="2026-03-02")
    news.put([report("a", 2, f"It was dark. {FIRST.body.replace('Twelve people died', 'A total of 12 people died')}")])
    assert told(news) == []
    news.put([MORE])
    assert told(news) == [("Twelve", "17", "superseded")]


def test_what_one_fact_does_not_answer_cannot_be_followed(news: News) -> None:
    news.put([FIRST])
    for question in ("Hello", "What is the latest on the Ostara?", "Summarise the sinking of the Ostara"):
        with pytest.raises(UsageError, match="can be followed"):
            news.follow(question)


def test_each_reader_follows_and_stops_what_is_hers(news: News) -> None:
    news.put([FIRST])
    one = news.follow(TOLL, owner="ann")
    assert news.follow(TOLL, owner="ann").id == one.id
    assert news.followed() == []
    assert news.unfollow(one.id) == 0
    assert news.unfollow(one.id, owner="ann") == 1
    assert news.followed(owner="ann") == []


STEPS = ("note_to_ask", "settle_question", "looked_at")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_is_killed_while_asking_repeats_no_alert_and_loses_none(
    open_news: OpenNews, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    class Killed(BaseException):
        pass

    with open_news() as news:
        news.put([FIRST])
        news.follow(TOLL, asked="2026-03-02")
        place: Any = news.ledger if step == "looked_at" else standing
        real = getattr(place, step)

        def killed(*given: Any) -> None:
            if when == "after":
                real(*given)
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(place, step, killed)
            with pytest.raises(Killed):
                news.put([MORE])
    with open_news() as again:
        for _ in range(2):
            again.settle()
            assert told(again) == [("Twelve", "17", "superseded")]


def test_two_who_ask_at_once_tell_it_once(open_news: OpenNews, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = open_news(), open_news()
    one.put([FIRST])
    one.follow(TOLL, asked="2026-03-02")
    place: Any = standing
    real = place.settle_question

    def overtaken(*given: Any) -> int | None:
        monkeypatch.setattr(standing, "settle_question", real)
        assert len(two.ask_followed_again()) == 1
        return real(*given)  # type: ignore[no-any-return]

    monkeypatch.setattr(standing, "settle_question", overtaken)
    one.put([MORE])
    assert told(one) == [("Twelve", "17", "superseded")]


def test_the_command_follows_lists_stops_and_tells(rag: Rag, records: Records, tmp_path: Path) -> None:
    rag("add", str(records("1.jsonl", FIRST.record())))
    assert rag("follow", *TOLL.split()).out.splitlines()[1].strip() == "Twelve"
    feed = tmp_path / "changes.xml"
    assert rag("follow", "--atom", str(feed)).status == 0
    shown = rag("add", str(records("2.jsonl", MORE.record())))
    assert f"changed: {TOLL}\n  Twelve -> 17\n    “{MORE.body}”\n    News, 2026-03-04 (b)\n" in shown.out
    assert "asking 1 followed question again" in shown.err
    assert "17" in feed.read_text()
    [listed] = rag("follow", "--list", "--json").json
    assert (listed["value"], listed["unread"], listed["changes"][0]["old"]) == ("17", 1, "Twelve")
    assert (
        rag("follow", "--stop", "7").err == "rag: no followed question 7; nothing was stopped; see: rag follow --list\n"
    )
    assert rag("follow", "--stop", listed["id"]).out == "stopped 1\n"
    assert rag("follow", "--list", "--json").json == []


def test_the_background_asks_when_no_reader_is_answered(news: News) -> None:
    news.put([FIRST])
    news.follow(TOLL, asked="2026-03-02")
    news.ask_in_background()
    with news.readers.reading():
        news.put([MORE])
        time.sleep(0.05)
        assert told(news) == []
    until(lambda: told(news) == [("Twelve", "17", "superseded")])
    news.close()
    assert "rag-follow" not in [thread.name for thread in threading.enumerate()]


def test_a_reader_who_comes_stops_what_the_background_asks(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its question is asked anew when the reader has been answered."""
    asked: list[str] = []

    def stream(*_: Any, **__: Any) -> Iterator[Any]:
        asked.append("begun")
        if len(asked) == 1:
            reader.start()
            until(lambda: news.readers.is_waiting)
        try:
            yield Step("writing")
        except GeneratorExit:
            stopped.set()
            raise
        asked.append("answered")
        yield Answer("Who?", "", None, True, (), "none")

    let_go, stopped = threading.Event(), threading.Event()

    def read() -> None:
        with news.readers.reading():
            let_go.wait(PATIENCE)

    reader = threading.Thread(target=read)
    monkeypatch.setattr(news, "stream", stream, raising=False)
    asking = threading.Thread(target=lambda: news._asked_as_a_reader("Who?", Filters(), None))
    news.readers.background = asking
    asking.start()
    assert stopped.wait(PATIENCE)
    let_go.set()
    asking.join()
    reader.join()
    news.readers.background = None
    assert asked == ["begun", "begun", "answered"]
