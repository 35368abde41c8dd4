"""Requests beyond a fact, in their form: every line a sentence of an article with its citation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from rag import Answer, Article, Filters, News
from tests.conftest import OpenNews

FIRST = date(2024, 6, 3)


def article(n: int, body: str, ago: int = 0, source: str = "The Echo", title: str = "Marl ferry") -> Article:
    return Article(f"a{n}", title, body, published=FIRST + timedelta(ago), source=source)


@pytest.fixture
def ask(open_news: OpenNews) -> Callable[..., Answer]:
    news: News = open_news()
    news.put([
        article(1, "The Marl ferry sank on Saturday off Kelda. Ninety people were aboard the Marl ferry."),
        article(2, "The Marl ferry will return on June 20, its owner said.", 2, "The Post"),
        article(3, "The Marl ferry will now return on July 5. A new captain of the Marl ferry was named.", 9),
    ])  # fmt: skip

    def put(question: str, **how: object) -> Answer:
        return news.ask(question, asked="2024-07-01", **how)  # type: ignore[arg-type]

    return put


@pytest.mark.parametrize(
    ("question", "form", "begins"),
    [
        ("What changed about the Marl ferry over time?", "change", "What changed, by day:\n- 1 June 2024, The Echo: “"),
        ("Compare what the outlets say about the Marl ferry", "comparison", "What the outlets say:\n- "),
        (
            "Give me a summary of the Marl ferry story",
            "summary",
            "Where it stands, then how it came about:\n- 12 June 2024",
        ),
        ("What is the latest news on the Marl ferry?", "latest", "The latest in the articles:\n- 12 June 2024"),
        ("List the captains of the Marl ferry", "list", "The articles say of it:\n- "),
        ("How many people were aboard the Marl ferry?", "count", ""),
    ],
)
def test_forms(ask: Callable[..., Answer], question: str, form: str, begins: str) -> None:
    answer = ask(question)
    assert (answer.form, answer.refused) == (form, False)
    assert answer.text.startswith(begins) and answer.record()["form"] == form


def test_every_line_is_a_sentence_with_its_citation(ask: Callable[..., Answer]) -> None:
    answer = ask("What changed about the Marl ferry over time?")
    lines = answer.text.split("\n- ")[1:]
    assert len(lines) == len(answer.citations) > 2
    for n, (line, citation) in enumerate(zip(lines, answer.citations, strict=True), 1):
        assert line.endswith(f"[{n}]") and citation.quote in line
        assert citation.quote == citation.article.body[citation.start : citation.end]


def test_what_was_replaced_says_when(ask: Callable[..., Answer]) -> None:
    text = ask("What changed about the Marl ferry over time?").text
    assert "- 20 June 2024, The Post (replaced on 12 June 2024): “The Marl ferry will return on June 20" in text


def test_a_summary_has_the_figures_that_no_day_is_told_of(open_news: OpenNews) -> None:
    news: News = open_news()
    news.put([
        article(1, "The Marl ferry sank on Saturday off Kelda. The ferry cost the county $40 million.", title="Sunk"),
        article(2, "The Marl ferry was raised on June 20, its owner said. It is old and slow and loved.", 18),
    ])  # fmt: skip
    text = news.ask("Walk me through the Marl ferry story", asked="2024-07-01").text
    assert "$40 million" in text and text.count("\n- ") == len(set(text.split("\n- ")[1:]))


def test_nothing_on_the_topic_is_refused(ask: Callable[..., Answer]) -> None:
    answer = ask("What changed about the Brightwater pilots over time?")
    assert answer.refused and not answer.citations


def test_days_of_reporting_bind(open_news: OpenNews) -> None:
    news = open_news()
    news.put([article(1, "The city of Kelda was flooded by the river Marl.", -700)])
    assert not news.ask("Which city was flooded by the river Marl?", asked="2024-06-05").refused
    late = news.ask("Which city was flooded by the river Marl this week?", asked="2024-06-05")
    assert late.refused and late.note == "Nothing found on it was published after 4 July 2022."


def test_news_since_a_day_are_of_that_time_alone(open_news: OpenNews) -> None:
    news = open_news()
    news.put([
        article(1, "Kelda opened its new harbour. The mayor cut the ribbon.", -200, title="Kelda harbour opens"),
        article(2, "Kelda closed its old school. The board voted for it.", 3, title="Kelda school closes"),
    ])  # fmt: skip
    told = news.ask("What has happened since 1 June 2024?", asked="2026-11-30")
    assert told.text.startswith("The news, the newest first:\n- 6 June 2024") and len(told.citations) == 1
    # A month without a year is the last of that name which the articles can tell of.
    month = news.ask("What happened in June?", asked="2026-11-30")
    assert month.understood is not None and str(month.understood.since) == "2024-06-01" and len(month.citations) == 1
    for asked in ("What is new after the 4th of June?", "Any news from 5 June on?", "News on or after 6 June?"):
        told = news.ask(asked, asked="2026-11-30")
        assert told.text.startswith("The news, the newest first:\n- 6 June 2024") and len(told.citations) == 1
    since = news.ask("Any news of Kelda since Christmas?", asked="2026-11-30").understood
    assert since is not None and str(since.since) == "2023-12-25"


def test_news_of_a_topic_with_one_article_are_more_than_its_first_sentence(open_news: OpenNews) -> None:
    news = open_news()
    news.put([article(1, "The Marl ferry sank on Saturday. The owner must pay 300 crowns. Its crew of nine is safe.")])
    told = news.ask("What is the latest on the Marl ferry?", asked="2024-07-01")
    assert "300 crowns" in told.text


def test_parts_are_the_lines_as_data(ask: Callable[..., Answer]) -> None:
    answer = ask("What changed about the Marl ferry over time?")
    assert [part.citations for part in answer.parts] == [(n,) for n in range(1, len(answer.citations) + 1)]
    first = answer.parts[0]
    assert first.label == "1 June 2024, The Echo" and "[1]" not in first.text and first.text.startswith(first.label)
    assert answer.record()["parts"][0] == {"text": first.text, "label": first.label, "citations": [1]}
    fact = ask("How many people were aboard the Marl ferry?")
    assert len(fact.parts) == len(fact.citations) == 1 and fact.parts[0].citations == (1,)
    refused = ask("Why did the Brightwater pilots strike?")
    assert refused.refused and all(part.citations for part in refused.parts) == bool(refused.quotes)


def test_an_outlet_is_shown_with_what_it_put_right_and_found_later(open_news: OpenNews) -> None:
    news = open_news()
    news.put([
        article(1, "The Marl ferry sank on Saturday. It carried 90 people.", 0, "The Wire", "Marl ferry sinks"),
        article(2, "It was the dog that did it. The Marl ferry sank near the pier on Saturday.", 1, "The Echo"),
        article(
            3,
            "In a story of June 3 about the Marl ferry, the Wire reported that 90 people were aboard. There were 86.",
            4,
            "The Wire",
            "Correction: Marl ferry",
        ),
    ])  # fmt: skip
    text = news.ask("Compare what the outlets say about the Marl ferry", asked="2024-07-01").text
    assert "the dog" not in text and "The Marl ferry sank near the pier" in text
    assert "90 people were aboard. There were 86.”" in text


def test_this_article_is_not_asked_after_what_went_before(open_news: OpenNews) -> None:
    news = open_news()
    news.put(
        [article(1, "The Marl ferry sank on Saturday. Ninety people were aboard the Marl ferry."), article(2, "X.")]
    )
    before = [{"role": "user", "content": "Who is the mayor of Kelda?"}, {"role": "assistant", "content": "Ann Lowe."}]
    told = news.ask("Summarise this article", history=before, filters=Filters(only=frozenset(["a1"])))
    assert told.understood is not None and told.understood.question == "Summarise this article"


def test_a_reason_for_what_no_article_has_a_word_for_is_refused_as_not_said(ask: Callable[..., Answer]) -> None:
    answer = ask("Why did the Marl ferry win a race?")
    assert answer.refused and answer.text.startswith(("The articles do not say", "I found no reason"))
