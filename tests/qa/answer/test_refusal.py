"""What a reader gets where there is no answer: the sentences that come near, and why, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from rag.news import News
from rag.qa.answer.refusal import ABOUT, COUNTED, FILTERED, GOODBYE, HELLO, ONE_ARTICLE, SORRY, THANKS, UNCARRIED
from rag.qa.question.spelling import better_spelling
from rag.types import Answer, Article, Filters
from tests.support.fakes import FakeLlm

TOLL = [
    Article(
        "plan", "Toll of $4 proposed for Corwen bridge", "Staff want a toll of $4 on the Corwen bridge.",
        published=date(2024, 7, 23), source="The Ledger",
    ),
    Article(
        "vote", "Corwen bridge toll cut to $3", "Drivers will pay a toll of $3 on the Corwen bridge, the board said.",
        published=date(2024, 8, 28), source="The Ledger",
    ),
    Article(
        "crew", "Ferry crew on strike", "The crew of the Kelda ferry walked out on Friday over pay.",
        published=date(2024, 9, 2), source="The Echo",
    ),
]  # fmt: skip


@pytest.fixture
def news(tmp_path: Path) -> Iterator[News]:
    with News.open(tmp_path / "index", llm="none") as opened:
        opened.put(TOLL)
        yield opened


def ask(news: News, question: str, draft: str = "Nobody knows that at all.", **filters: Any) -> Answer:
    news.llm = cast(Any, FakeLlm([[draft], [draft], [draft]]))
    return news.ask(question, **filters)


def test_a_draft_that_is_thrown_away_leaves_the_sentences_by_day(news: News) -> None:
    answer = ask(news, "Why did the Corwen bridge toll fall to zero?")
    assert (answer.refused, answer.cause, answer.citations) == (True, "uncarried", ())
    first, *lines = answer.text.split("\n")
    assert first == UNCARRIED
    assert [c.article.id for c in answer.quotes] == ["plan", "vote"]
    assert lines == [
        f"- 23 July 2024, The Ledger: “{TOLL[0].body}”",
        f"- 28 August 2024, The Ledger: “{TOLL[1].body}”",
    ]
    assert [c.n for c in answer.quotes] == [1, 2]
    assert all(c.article.body[c.start : c.end] == c.quote for c in answer.quotes)
    assert answer.nearest == (), "one list is enough"
    record = answer.record()
    assert record["cause"] == "uncarried" and [q["n"] for q in record["quotes"]] == [1, 2]


def test_more_than_one_fact_is_answered_in_sentences_without_a_draft(news: News) -> None:
    llm = FakeLlm([])
    news.llm = cast(Any, llm)
    answer = news.ask("What changed about the bridge toll over time?")
    assert (answer.form, answer.refused, answer.cause) == ("change", False, None)
    assert answer.text.startswith("What changed, by day:\n- 23 July 2024, The Ledger")
    assert [c.article.id for c in answer.citations] == ["plan", "vote"]
    assert llm.asked == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("hi", HELLO),
        ("Thanks!", THANKS),
        ("What can you do?", ABOUT),
        ("help", ABOUT),
        ("sorry about that, I typed nonsense just now", SORRY),
        ("bye for now, speak tomorrow", GOODBYE),
    ],
)
def test_small_talk_is_answered_and_nothing_is_searched(news: News, question: str, text: str) -> None:
    answer = ask(news, question)
    assert (answer.text, answer.cause, answer.quotes, answer.nearest, answer.hits) == (text, "talk", (), (), ())


def test_a_slip_of_the_pen_is_named_with_what_was_meant(news: News) -> None:
    answer = ask(news, "What is the toll on the Corwin bridge?")
    assert answer.cause == "spelling"
    assert answer.suggestion == "What is the toll on the Corwen bridge?"
    assert answer.text.startswith("No article mentions Corwin. Did you mean: What is the toll on the Corwen bridge?")
    assert "vote" in [c.article.id for c in answer.quotes]


def test_a_name_that_no_article_has_is_named(news: News) -> None:
    answer = ask(news, "Who won the vote in Zealand?")
    assert (answer.text, answer.cause) == ("The articles do not say.", "nothing")
    assert answer.note == "No article mentions Zealand."


def test_a_selection_that_holds_nothing_near_says_so(news: News) -> None:
    answer = ask(news, "Who won the vote in Zealand?", filters=Filters(sources=("The Echo",)))
    assert (answer.text, answer.cause) == (FILTERED, "filter")
    answer = ask(news, "Who won the vote in Zealand?", filters=Filters(only=frozenset(["crew"])))
    assert (answer.text, answer.cause) == (ONE_ARTICLE, "filter")


def test_a_summary_of_one_article_is_of_that_article(news: News) -> None:
    answer = ask(news, "Summarise this article", filters=Filters(only=frozenset(["crew"])))
    assert (answer.form, answer.refused) == ("summary", False)
    assert {c.article.id for c in answer.citations} == {"crew"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many troops in Syia?", ("Syia", "How many troops in Syria?")),
        ("How many troops in Syria?", None),
        ("Who won in Zanzibar?", None),
        ("Is Baghdat or Syia first?", ("Baghdat, Syia", "Is Baghdad or Syria first?")),
    ],
)
def test_better_spelling(question: str, expected: tuple[str, str] | None) -> None:
    assert better_spelling(question, ["Troops left Syria for Baghdad.", "Syria is quiet."]) == expected


def test_a_question_in_another_language_is_told_so(news: News) -> None:
    answer = ask(news, "Wie viel kostet die Maut auf der Brücke von Corwen?")
    assert answer.refused
    assert answer.text.startswith("The question is in German, articles that come close are in English.")


def test_a_count_over_several_articles_is_refused_with_that_reason(news: News) -> None:
    news.put(
        [
            Article(f"shop{n}", "News", f"The {name} bakery in Corwen shut on Friday.", published=date(2024, n, 5))
            for n, name in ((2, "Moss"), (4, "Penrose"), (6, "Amber"))
        ]
    )  # fmt: skip
    answer = ask(
        news, "How many bakeries have shut in Corwen this year?", "Three bakeries shut.", asked=date(2024, 8, 1)
    )
    assert answer.refused and answer.cause == "kind"
    assert answer.text.startswith(COUNTED)


def test_what_is_of_another_year_is_refused(news: News) -> None:
    news.put(
        [Article("race", "Corbo wins race", "Ines Corbo won the Corwen race on Sunday.", published=date(2024, 5, 13))]
    )
    answer = ask(news, "Who won the 2023 Corwen race?", "Ines Corbo won the 2023 Corwen race.")
    assert answer.refused and "2023" in (answer.note or "")
    asked = ask(news, "Who won last year's Corwen race?", "Ines Corbo won it.", asked=date(2026, 5, 1))
    assert asked.refused
    assert not ask(news, "Who won the 2024 Corwen race?", "Ines Corbo won the 2024 Corwen race.").refused
