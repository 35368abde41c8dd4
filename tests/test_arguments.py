"""What a Python program may give to ``News``: days as text, one outlet alone; a mistake is one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rag import News
from rag.arguments import as_day, as_names
from rag.errors import UsageError
from rag.types import Article, Filters
from tests.conftest import OpenNews

within: Any = Filters  # a type checker asks for dates
RAIN = "Heavy rain had moved two piers of the bridge. The mayor closed the bridge on Friday."
FROST = "Frost had split one pier of the bridge. The mayor opened the bridge in May."


@pytest.fixture
def news(open_news: OpenNews) -> News:
    news = open_news(reranker="none")
    news.put(
        [
            Article("rain", "Bridge closed", RAIN, published=date(2024, 9, 28), source="The Post", section="Town"),
            Article("frost", "Bridge open", FROST, published=date(2024, 5, 7), source="The Echo", section="Roads"),
        ]
    )
    return news


@pytest.mark.parametrize(
    "given",
    [
        "2024-09-28",
        " 2024-09-28 ",
        "2024-09-28T23:30:00+02:00",
        date(2024, 9, 28),
        datetime(2024, 9, 28, 23, 30),
        datetime(2024, 9, 28, 23, 30, tzinfo=UTC),
    ],
)
def test_a_day_may_be_text_a_date_or_a_time(given: Any) -> None:
    assert as_day("since", given) == date(2024, 9, 28)
    assert type(as_day("since", given)) is date
    assert as_day("since", None) is None


def test_one_name_is_one_name_and_not_its_letters() -> None:
    assert as_names("sources", "The Post") == ("The Post",)
    assert as_names("sources", ["The Post", "The Echo"]) == ("The Post", "The Echo")
    assert as_names("sources", None) == ()


QUESTION = "What moved the piers of the bridge?"
Found = Callable[[News], set[str]]


@pytest.mark.parametrize(
    "found",
    [
        lambda news: {h.article.id for h in news.ask(QUESTION, since="2024-09-01").hits},
        lambda news: {h.article.id for h in news.ask(QUESTION, since=datetime(2024, 9, 28, 23)).hits},
        lambda news: {h.article.id for h in news.ask(QUESTION, sources="The Post").hits},
        lambda news: {h.article.id for h in news.ask(QUESTION, sections="Town").hits},
        lambda news: {h.article.id for h in news.ask(QUESTION, filters=within(since="2024-09-01")).hits},
        lambda news: {h.article.id for h in news.search(QUESTION, filters=within(sources="The Post"))},
        lambda news: {h.article.id for h in list(news.stream(QUESTION, filters=within(since="2024-06-01")))[-1].hits},
        lambda news: {a.id for a in news.articles(within(since="2024-09-01"))},
        lambda news: {a.id for a in news.articles() if news.remove(before="2024-06-01") and a.id != "frost"},
    ],
)  # fmt: skip
def test_days_as_text_and_one_name_alone_choose_as_dates_and_lists_do(news: News, found: Found) -> None:
    assert found(news) == {"rain"}


def test_as_of_as_text_stands_as_a_day_in_the_answer(news: News) -> None:
    answer = news.ask(QUESTION, as_of="2024-06-01", until="2024-12-31", asked="2024-06-02")
    assert answer.as_of == date(2024, 6, 1)
    assert {h.article.id for h in answer.hits} == {"frost"}
    assert answer.record()["as_of"] == "2024-06-01"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda n: n.ask("Why?", since="1 June"), "since = '1 June' is not a day; give a text"),
        (lambda n: n.ask("Why?", until=20240601), "until = 20240601 is not a day"),
        (lambda n: n.ask("Why?", as_of="2024-02-30"), "as_of = '2024-02-30' is not a day"),
        (lambda n: n.ask("Why?", asked=3.5), "asked = 3.5 is not a day"),
        (lambda n: n.search("Why?", filters=within(since="x")), "since = 'x' is not a day"),
        (lambda n: n.search("Why?", asked="x"), "asked = 'x' is not a day"),
        (lambda n: n.articles(within(until=7)), "until = 7 is not a day"),
        (lambda n: n.articles({"since": "2024-01-01"}), "filters = {'since': '2024-01-01'}: give a rag.types.Filters"),
        (lambda n: list(n.stream("Why?", filters=within(as_of=[]))), "as_of = [] is not a day"),
        (lambda n: n.remove(before="yesterday"), "before = 'yesterday' is not a day"),
        (lambda n: n.remove(["rain"]), r"ids = (['rain'],): give a name, or a list of names"),
        (lambda n: n.ask("Why?", sources=3), "sources = 3: give a name, or a list of names"),
        (lambda n: n.ask("Why?", sections=[None]), "sections = [None]: give a name, or a list of names"),
        (lambda n: n.ask("Why?", filters=Filters(), since="2024-01-01"), "ask: give either filters, or since, until"),
        (lambda n: n.ask("Why?", filters=Filters(), sources="The Post"), "ask: give either filters, or since, until"),
        (lambda n: n.topics(filters=Filters(), authors="Ida Lund"), "topics: give either filters, or since, until"),
        (lambda n: n.ask(3), "question = 3: give a text"),
        (lambda n: n.search(None), "question = None: give a text"),
        (lambda n: n.ask("Why?", source="The Post"), "ask: unknown argument 'source'; did you mean 'sources'?"),
        (lambda n: n.ask("Why?", asof="2024-01-01"), "ask: unknown argument 'asof'; did you mean 'as_of'?"),
        (lambda n: n.ask("Why?", zzz=1), "ask: unknown argument 'zzz'; there are: question, history, filters, as_of"),
        (lambda n: n.search("Why?", filter=None), "search: unknown argument 'filter'; did you mean 'filters'?"),
        (lambda n: n.stream("Why?", filter=None), "stream: unknown argument 'filter'; did you mean 'filters'?"),
        (lambda n: n.remove(sources="The Post"), "remove: unknown argument 'sources'; did you mean 'source'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_changes_nothing(news: News, call: Callable[[Any], object], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        call(news)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)
    assert len(news.articles()) == 2


def test_a_long_value_is_told_in_short(news: News) -> None:
    with pytest.raises(UsageError) as caught:
        news.ask("Why?", since="x" * 1000)
    assert len(str(caught.value)) < 200
