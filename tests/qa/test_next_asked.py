"""What is asked next: made of the articles' own sentences, tried, never the same again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag import Article, News
from rag.qa.requests.next_questions import questions_of
from tests.support.growth import grows_linearly

SAILS = (
    "The Marl ferry sails from Kelda. About 90 people were aboard the Marl ferry. Ines Corbo, captain of the Marl "
    "ferry, said it was full."
)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("About 900 U.S. troops are stationed in Syria.", "How many U.S. troops are stationed in Syria?"),
        ("Nihon Hidankyo was founded in 1956.", "When was Nihon Hidankyo founded?"),
        ("Lyle Hanrahan, director of the state office, said it stood.", "Who is Lyle Hanrahan?"),
        ("The Corwen ferry was sold because of its debts, the port said.", "Why was the Corwen ferry sold?"),
        ("He was born in 1960 in Beirut.", None),
        ("Six people were hurt.", None),
        ("It carries 40 cars.", None),
        ("“About 900 troops are in Syria,” he said.", None),
    ],
)
def test_a_sentence_is_turned_only_where_its_order_allows_it(sentence: str, question: str | None) -> None:
    assert questions_of(sentence)[:1] == ([question] if question else [])


@pytest.mark.parametrize("words", ["about 900 troops ", "The ferry of Corwen ", "Anna Lee, chief of "])
def test_time_is_linear_in_the_sentence(words: str) -> None:
    assert grows_linearly(lambda n: questions_of((words * (n // len(words) + 1))[:n]), 20_000)


@pytest.fixture
def news(tmp_path: Path) -> Iterator[News]:
    with News.open(tmp_path / "index", llm="none") as opened:
        opened.put([
            Article("a", "Marl ferry sails", SAILS, date(2024, 5, 2), source="The Echo"),
            Article("b", "Marl ferry sold", "The Marl ferry was sold to Corwen.", date(2024, 6, 6), source="The Post"),
        ])  # fmt: skip
        yield opened


def test_next_questions_are_answered_and_new(news: News) -> None:
    answer = news.ask("From where does the Marl ferry sail?")
    further = news.next_questions(answer, seconds=30)
    assert "How many people were aboard the Marl ferry?" in further
    assert 2 <= len(set(further)) == len(further) <= 3 and answer.question not in further
    assert [q for q in further if news.ask(q).refused] == []


def test_none_after_small_talk_without_time_or_where_the_setting_is_off(news: News) -> None:
    assert news.next_questions(news.ask("Thanks!")) == ()
    answer = news.ask("From where does the Marl ferry sail?")
    assert news.next_questions(answer, seconds=-1) == ()
    news.settings = news.settings.model_copy(update={"next_questions": False})
    assert news.next_questions(answer) == ()
