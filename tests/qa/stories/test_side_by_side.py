"""Outlets side by side: which agree, which differ, which are silent, and whose word it is."""

from __future__ import annotations

from datetime import date

from rag.qa.stories.side_by_side import StatedValue, same_value, side_by_side
from rag.types import Article, Copy, Evidence

QUESTION = "How many people died in the Oldport fire?"


def said(source: str, body: str, score: float = 0.8, day: int = 3) -> Evidence:
    article = Article(f"{source}{day}", "Oldport fire", body, published=date(2024, 6, day), source=source, story=source)
    return Evidence(article, 0, len(body), body, score)


def none(article: Article) -> list[Copy]:
    return [Copy(article, None, None)]


def test_equal_values_stand_together_and_a_sure_difference_apart() -> None:
    found = side_by_side(
        QUESTION,
        [
            said("The Echo", "The fire in Oldport killed 15 people."),
            said("The Post", "Police said the fire in Oldport killed 15 people."),
            said("The Sun", "The fire in Oldport killed 12 people."),
        ],
        none,
        0.1,
    )
    first, second = found.groups
    assert first.value in ("15 people", "15")
    assert {s.article.source for s in first.sayings} == {"The Echo", "The Post"} and first.relation == "agrees"
    assert [s.article.source for s in second.sayings] == ["The Sun"] and second.relation == "differs"
    speakers = {s.article.source: s.speaker for s in first.sayings}
    assert speakers == {"The Echo": None, "The Post": "Police"}


def test_another_number_of_something_else_is_not_told_as_a_difference() -> None:
    found = side_by_side(
        QUESTION,
        [
            said("The Echo", "The fire in Oldport killed 15 people."),
            said("The Sun", "The fire in Oldport destroyed 12 houses."),
        ],
        none,
        0.1,
    )
    assert [g.relation for g in found.groups] == ["agrees", "other"]


def test_who_writes_about_it_and_does_not_say() -> None:
    quiet = said("The Sun", "The fire in Oldport was seen from the sea.", score=0.15)
    found = side_by_side(QUESTION, [said("The Echo", "The fire in Oldport killed 15 people."), quiet], none, 0.05)
    assert found.silent == ("The Sun",)


def test_reprints_are_named_and_not_counted() -> None:
    lead = said("Northway Wire", "OLDPORT (Northway Wire) — The fire in Oldport killed 15 people.")
    other = said("The Post", lead.quote)

    def copies(article: Article) -> list[Copy]:
        return [Copy(lead.article, None, None), Copy(other.article, lead.article.id, 1.0)]

    [group] = side_by_side(QUESTION, [lead], copies, 0.1).groups
    [saying] = group.sayings
    assert saying.reprints == ("The Post",) and saying.agency == "Northway Wire"


def test_days_are_the_same_value_however_they_are_written() -> None:
    friday = StatedValue("Friday", date(2024, 7, 12), date(2024, 7, 12))
    july = StatedValue("July", date(2024, 7, 1), date(2024, 7, 31))
    assert same_value(friday, july)
    assert not same_value(friday, StatedValue("Monday", date(2024, 7, 15), date(2024, 7, 15)))
    assert not same_value(StatedValue("2 million pounds"), StatedValue("£1.8 million"))
    assert same_value(StatedValue("September"), StatedValue("in September"))


def test_nothing_to_compare() -> None:
    found = side_by_side(QUESTION, [], none, 0.1)
    assert found.groups == () and found.record() == {"question": QUESTION, "groups": [], "silent": []}
