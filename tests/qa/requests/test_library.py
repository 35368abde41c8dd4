"""Questions about the library and the program are answered from the store, without a search."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag.news import News
from rag.qa.answer.refusal import ABOUT
from rag.qa.requests.kinds import kind_of
from rag.qa.requests.library import LANGUAGES, NO_ARTICLES, ONLY_HERE, about_us
from rag.types import Article

ARTICLES = [
    Article(
        "a", "Corwen bridge closed", "The Corwen bridge is closed.", published=date(2024, 5, 2), source="The Ledger"
    ),
    Article("b", "Corwen bridge open", "The Corwen bridge is open.", published=date(2024, 8, 28), source="The Ledger"),
    Article(
        "c",
        "Ferry crew on strike",
        "The crew walked out.",
        published=date(2024, 9, 2),
        source="The Echo",
        authors=("Mary Colby",),
    ),
    Article("d", "Untitled note", "A note without outlet or day."),
]


@pytest.fixture
def news(tmp_path: Path) -> Iterator[News]:
    with News.open(tmp_path / "index", llm="none") as opened:
        opened.put(ARTICLES)
        yield opened


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "how many articles are there?",
            "The library holds 4 articles from 2 outlets, published from 2 May 2024 to 2 September 2024.",
        ),
        (
            "Which outlets?",
            "The articles come from 2 outlets: The Ledger (2) and The Echo (1). 1 article names no outlet.",
        ),
        (
            "How new is the newest article?",
            "The newest article is “Ferry crew on strike” (2 September 2024, The Echo).",
        ),
        (
            "how old is the oldest article",
            "The oldest article is “Corwen bridge closed” (2 May 2024, The Ledger); the newest is “Ferry crew on "
            "strike” (2 September 2024, The Echo).",
        ),
        ("How many of your articles are from the Ledger?", "2 articles in the library are from The Ledger."),
        ("how many stories in here did Mary Colby write?", "1 article in the library is by Mary Colby."),
        (
            "ok that bridge in corwen, how many articles have you got on it?",
            "2 articles in the library mention “bridge” and “corwen”: “Corwen bridge open” (28 August 2024, The "
            "Ledger); “Corwen bridge closed” (2 May 2024, The Ledger).",
        ),
        ("number of articles on zebras you have", "No article in the library mentions “zebras”."),
        (
            "How many stories are there on the ferry bridge?",
            "No article in the library mentions “ferry” and “bridge” together.",
        ),
        ("What sections are there?", "The articles name no sections."),
        (
            "how many articles have you got all together",
            "The library holds 4 articles from 2 outlets, published from 2 May 2024 to 2 September 2024.",
        ),
        ("how many from the ledger do you have", "2 articles in the library are from The Ledger."),
        ("What can you do?", ABOUT),
        ("hello, first time here. what can i do with this thing", ABOUT),
        ("Can you answer in German?", LANGUAGES),
        ("Do you search the internet?", ONLY_HERE),
    ],
)
def test_what_the_library_holds_is_counted_in_the_store(news: News, question: str, text: str) -> None:
    answer = news.ask(question)
    assert (answer.text, answer.form, answer.cause) == (text, "about", "talk")
    assert (answer.hits, answer.citations, answer.understood) == ((), (), None)


@pytest.mark.parametrize(
    "question",
    [
        "How many stories does the Corwen tower have?",
        "How many articles of the constitution were changed?",
        "how many reports about the bridge did police receive?",
        "How many pieces of the wreck have been found?",
    ],
)
def test_a_number_in_the_news_is_not_one_of_articles(question: str) -> None:
    assert kind_of(question) == "count"


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with News.open(tmp_path / "index", llm="none") as news:
        assert news.ask("How many articles are there?").text == NO_ARTICLES


def test_what_is_asked_in_other_words_gets_both(news: News) -> None:
    told = about_us("Tell me what you have got on board", news.store)
    assert told.startswith(ABOUT) and told.endswith("published from 2 May 2024 to 2 September 2024.")


def test_small_talk_has_its_own_form(news: News) -> None:
    assert news.ask("Thanks!").form == "talk"


@pytest.mark.parametrize(
    ("question", "form", "taken"),
    [
        ("What changed about the Corwen bridge?", "change", "a change over time"),
        ("List the bridges", "list", "a list"),
        ("Any news on the ferry?", "latest", "the latest news"),
    ],
)
def test_what_a_request_is_taken_as_is_told_and_can_be_refused(
    news: News, question: str, form: str, taken: str
) -> None:
    answer = news.ask(question)
    assert answer.form == form
    assert answer.understood and ("taken as", taken) in answer.understood.notes
    written = news.ask(question, as_written=True)
    assert written.form == "fact"
    assert written.understood and written.understood.notes == ()


def test_the_kind_of_a_single_fact_is_the_form(news: News) -> None:
    assert news.ask("Why is the Corwen bridge closed?").form == "reason"
    assert news.ask("Is the Corwen bridge open?").form == "yes-no"
