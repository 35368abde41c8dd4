"""The names that a library writes about."""

from __future__ import annotations

from datetime import date

from rag.qa.stories.topics import name_topics
from rag.types import Article


def article(n: int, body: str, source: str = "The Echo", story: str | None = None) -> Article:
    return Article(f"a{n}", "News of the day", body, published=date(2024, 6, n), source=source, story=story or f"a{n}")


def test_names_of_two_stories_with_their_days_outlets_and_newest_sentence() -> None:
    found = name_topics(
        [
            article(3, "It rained. Mayor Tess Marlow left Kelda Harbour on Friday.", "The Post"),
            article(2, "Tess Marlow bought a crane. Marlow paid in cash."),
            article(1, "A museum opened in Kelda Harbour."),
        ],
        10,
    )
    names = {topic.name: topic for topic in found}
    assert set(names) == {"Tess Marlow", "Kelda Harbour"}
    marlow = names["Tess Marlow"]
    assert marlow.articles == 2 and dict(marlow.outlets) == {"The Post": 1, "The Echo": 1}
    assert [when for when, _ in marlow.days] == [date(2024, 6, 2), date(2024, 6, 3)]
    assert marlow.newest.quote == "Mayor Tess Marlow left Kelda Harbour on Friday."


def test_reprints_count_once_and_outlets_and_days_are_no_topics() -> None:
    text = "The Echo reports that Tess Marlow left on Friday in March."
    assert name_topics([article(1, text, story="s"), article(2, text, story="s")], 10) == []
    found = name_topics([article(1, text), article(2, text)], 10)
    assert [topic.name for topic in found] == ["Tess Marlow"]


def test_a_people_is_its_country() -> None:
    found = name_topics(
        [article(n, "Iraqi and Lebanese troops left. In Iraq it rained. The U.S. said nothing.") for n in (1, 2)], 10
    )
    assert {topic.name for topic in found} == {"Iraq", "United States"}
