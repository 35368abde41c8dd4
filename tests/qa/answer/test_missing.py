"""What is missing for an answer, in words, and the sentence that comes nearest."""

from __future__ import annotations

from datetime import date

import pytest

from rag.news import News
from rag.qa.answer.missing import nearest_of_all
from rag.qa.answer.refusal import NOT_SAID, UNCARRIED, UNDECIDED
from rag.qa.refused import line_before
from rag.types import Answer, Article, Evidence, Filters
from tests.conftest import OpenNews


@pytest.fixture
def news(open_news: OpenNews) -> News:
    opened = open_news(reranker="embedded")
    opened.put([
        Article("a", "Corwen toll proposed", "A toll of $4 is proposed for the Corwen bridge.", date(2024, 5, 2)),
        Article("b", "Corwen toll cut", "The toll on the Corwen bridge was cut to three dollars.", date(2024, 8, 28)),
    ])  # fmt: skip
    return opened


def ask(news: News, question: str) -> Answer:
    return news.ask(question, asked=date(2025, 4, 1))


def test_a_word_that_no_article_on_the_matter_has_is_named(news: News) -> None:
    answer = ask(news, "Is it true that the Corwen toll fell to zero?")
    assert answer.refused and answer.text.startswith("The articles do not say that. They say:")
    assert answer.note == "2 articles found mention “Corwen” and “toll”; none of them mentions “zero”."
    assert answer.quotes and all(q.quote in answer.text for q in answer.quotes)


def test_days_after_the_newest_report_are_named(news: News) -> None:
    answer = ask(news, "What happened to the Corwen bridge in March 2025?")
    assert answer.refused and answer.note == "Nothing found on it was published after 28 August 2024."


def test_the_nearest_sentence_shares_a_name_and_words_or_there_is_none() -> None:
    article = Article("a", "Toll", "The Corwen bridge has a toll. The Marl ferry sank.")
    toll, ferry = Evidence(article, 0, 29, article.body[:29], 0.01), Evidence(article, 30, 50, article.body[30:], 0.02)
    assert nearest_of_all("When does the Corwen bridge lose its toll?", [ferry, toll]) == [toll]
    assert nearest_of_all("What is the price of Brent oil?", [ferry, toll]) == []
    assert nearest_of_all("", [toll]) == []


@pytest.mark.parametrize(
    ("claim", "lacking", "first"),
    [
        ("I have read that no crew named first in the preseason rankings had missed the regatta", "", UNDECIDED),
        (
            "I have read that no crew named first in the preseason rankings had missed the regatta",
            "none says so",
            NOT_SAID,
        ),
        ("I have read that a circus elephant crossed the lake by night", "", NOT_SAID),
        ("Did a crew named first in the rankings miss the regatta?", "", UNDECIDED),
        ("Which crew missed the regatta?", "", UNCARRIED),
    ],
)
def test_what_the_articles_may_say_in_other_words_is_not_said_to_be_in_none(
    news: News, claim: str, lacking: str, first: str
) -> None:
    body = "Hollin became the first crew to miss the regatta after it was named number one in the preseason rankings."
    article = Article("r", "Hollin left out", body, date(2025, 3, 2))
    question = news.pipeline.understand(claim, (), Filters(), None, as_written=False)
    assert line_before(question, [Evidence(article, 0, len(body), body, 0.9)], None, lacking) == first
