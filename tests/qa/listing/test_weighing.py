"""What sentences may add to a list, and which of it is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.news import News
from rag.qa.listing.items import going_on, named_first
from rag.qa.listing.weighing import list_candidates, list_views, listing_weights, weighed_items
from rag.text.sentences import sentence_spans
from rag.types import Article, Evidence
from tests.conftest import OpenNews
from tests.support.fakes import FakeEmbedder


def read(body: str, *spans: str, score: float = 0.4) -> list[Evidence]:
    """The sentences of an article; of each the reader takes the words of ``spans`` that stand in it."""
    article = Article(body[:20], "Regatta", body, date(2025, 3, 2), source="The Ledger")
    found = []
    for start, end in sentence_spans(body):
        own = next((s for s in spans if s in body[start:end]), None)
        at = body.index(own, start) if own else 0
        span = (at, at + len(own)) if own else None
        found.append(Evidence(article, start, end, body[start:end], score, span=span))
    return found


@pytest.mark.parametrize(
    ("quote", "span", "ways"),
    [
        ("The crews are Hollin, Marl Bay and Corwen.", "Marl Bay", {"row": ("Hollin", "Marl Bay", "Corwen")}),
        (
            "School buses, ambulances and fire engines go free.",
            "buses, ambulances and fire engines",
            {"things": ("School buses", "ambulances", "fire engines")},
        ),
        (
            'The jury liked "Low Water," "The Heron" (2019) and "Salt."',
            "The Heron",
            {"row": ("Low Water", "The Heron", "Salt")},
        ),
        ("Hollin beat Marl Bay by a length.", "Marl Bay", {"span": ("Marl Bay",), "front": ("Hollin",)}),
        ("The club paid for a new boat.", "a new boat", {"words": ("a new boat",)}),
        ("“Hollin was the best,” she said.", "", {}),
    ],
)
def test_the_ways_in_which_a_sentence_names_something(quote: str, span: str, ways: dict[str, tuple[str, ...]]) -> None:
    [e] = read(quote, *([span] if span else []))
    assert {c.way: c.items for c in list_candidates(e)} == ways


def test_a_row_of_thirty_is_taken_whole() -> None:
    towns = [f"Aston{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(30)]
    [e] = read(f"They include {', '.join(towns[:-1])} and {towns[-1]}.", towns[3])
    assert list_candidates(e)[0].items == tuple(towns)


def test_what_goes_on_from_a_likely_sentence_is_likely() -> None:
    first, second, third = read("Three crews never won. They include Hollin, Marl and Corwen. Rain fell.", "Marl")
    ranked = going_on([first, replace(second, score=0.05), third])
    assert [e.quote for e in ranked] == [first.quote, third.quote, second.quote]
    assert ranked[2].score == pytest.approx(0.9 * first.score)


def test_views_have_no_word_of_the_matter_and_fit_the_weights() -> None:
    pool = read("The crews are Hollin, Marl and Corwen. Hollin won by a length.", "Marl", "Hollin")
    found = list_views("Which crews are there?", "crews", pool, 0.15, FakeEmbedder())
    assert found and all(set(views) == set(listing_weights()) - {""} for _, views in found)


def test_each_item_is_named_once() -> None:
    pool = read("The crews are Hollin, Marl and Corwen. Hollin won by a length.", "Marl", "Hollin")
    found = weighed_items("Which crews are there?", "crews", pool, 0.15, FakeEmbedder())
    assert sorted(item for _, items in found for item in items) == ["Corwen", "Hollin", "Marl"]


def test_nothing_is_weighed_of_nothing() -> None:
    assert weighed_items("Which crews are there?", "crews", [], 0.15, FakeEmbedder()) == []
    assert named_first("it rained") == ""
    assert named_first("HOLLIN FALLS — A crew was named.") == ""


def test_a_list_over_several_articles_with_the_reader(open_news: OpenNews) -> None:
    news: News = open_news(reranker="embedded")
    news.put([
        Article("a", "Hollin wins the Tarn regatta", "Hollin won the Tarn regatta on Sunday. The weather was kind.",
                date(2025, 3, 2)),
        Article("b", "Late entries for the Tarn regatta", "Two crews entered the Tarn regatta: Marl Bay and Corwen.",
                date(2025, 2, 20)),
        Article("c", "Bakery closes", "The bakery in Mill Street has closed after ninety years.", date(2025, 2, 1)),
    ])  # fmt: skip
    text = news.ask("List the crews that entered the Tarn regatta", asked=date(2025, 4, 1)).text
    assert "Marl Bay" in text and "Corwen" in text and "bakery" not in text.lower()
