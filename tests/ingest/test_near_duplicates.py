"""Near copies: reprints and light edits of one story are found, texts that only look alike are not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.near_duplicates import Print, group, same_story
from rag.types import Article
from tests.support.stories import KINDS, NEWS, OUTLETS, STORIES, reprint

STORY = replace(STORIES[0], id="first")


def bands(body: str) -> list[int]:
    return Print(replace(STORY, body=body)).bands


def like(one: Article, other: Article) -> bool:
    return same_story(Print(one), Print(other)) is not None


def meet(one: Article, other: Article) -> bool:
    """Whether hashing makes the two candidates."""
    return not set(bands(one.body)).isdisjoint(bands(other.body))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", KINDS)
def test_reprints_meet_and_are_the_same_story(kind: str, seed: int) -> None:
    for story in STORIES:
        copy = reprint(story, kind, random.Random(seed))
        assert meet(story, copy)
        assert like(story, copy)
        assert like(copy, story)


@pytest.mark.volume
def test_other_news_is_no_copy_of_any_story() -> None:
    prints = [Print(a) for a in (*STORIES, *NEWS[:150])]
    assert not [
        (a.article.title, b.article.title)
        for i, a in enumerate(prints)
        for b in prints[:i]
        if same_story(a, replace_source(b))
    ]


def replace_source(found: Print) -> Print:
    """The same text as if another outlet had it: the looser of the two rules."""
    return Print(replace(found.article, source="Another Outlet"))


def form(town: str, votes: tuple[int, int], day: str) -> str:
    """One form filled in: alike in nearly every run of words, and another piece of news each time."""
    return (
        f"The council of {town} has agreed on its budget for the coming year. After four hours of debate {votes[0]} "
        f"members voted for it and {votes[1]} against, a spokeswoman for {town} said on {day}. The money goes to "
        f"schools, roads and the fire service. Critics say that {town} cannot afford it. The budget takes effect on "
        f"the first of January, and the council of {town} will look at it again in the summer."
    )


def test_one_form_filled_in_for_two_towns_is_two_stories() -> None:
    one = Article("a", "Budget agreed", form("Ashford Bridge", (14, 9), "Tuesday"), source="The Post")
    other = Article("b", "Budget agreed", form("Lower Wexcombe", (21, 3), "Friday"), source="The Echo")
    assert not like(one, other)
    assert like(one, replace(one, id="c", source="The Echo"))


def test_an_outlet_that_writes_around_its_own_paragraphs_writes_new_articles() -> None:
    first, _, *rest = STORY.body.split("\n\n")
    sequel = replace(STORY, id="b", body="\n\n".join([first, NEWS[0].body, *rest]))
    assert like(STORY, replace(sequel, source="Another Outlet"))
    assert not like(STORY, sequel)


def test_prints_that_are_months_apart_are_not_one_story() -> None:
    later = replace(STORY, id="b", source="The Echo", published=date(2024, 9, 28))
    assert like(replace(STORY, published=date(2024, 9, 20)), later)
    assert not like(replace(STORY, published=date(2024, 3, 1)), later)
    assert like(replace(STORY, published=None), later)


def test_short_texts_are_copies_only_if_they_are_the_same_under_the_same_headline() -> None:
    one = Article("a", "Rain", "It rained all day in the north.")
    assert like(one, replace(one, id="b", body="It rained all day in the North!"))
    assert not like(one, replace(one, id="b", title="No comment"))
    assert not like(one, replace(one, id="b", body="It rained all day in the south."))


def test_text_without_spaces_between_words_is_compared_too() -> None:
    body = "市议会周二投票决定将旧桥开放至二零三一年。发言人说,十四名议员赞成,九名反对。" * 2
    assert meet(Article("a", "桥", body), Article("b", "桥", body + "这是最新消息。"))
    assert like(Article("a", "桥", body, source="A"), Article("b", "桥", body + "这是最新消息。", source="B"))


def test_the_keys_that_are_stored_do_not_change() -> None:
    """Indexes hold them: a release of the hashing library that hashes in another way needs a new schema."""
    found = bands("The old bridge will be closed for repairs from the first of March until the end of the summer. " * 3)
    assert (len(found), found[0], found[-1]) == (127, FIRST, LAST)


FIRST, LAST = 7549826823197984711, -8753970014594847507


@given(st.text(max_size=400))
def test_any_text_has_keys_of_64_bits_and_is_like_itself(text: str) -> None:
    assert all(-(1 << 63) <= key < 1 << 63 for key in bands(text))
    article = Article("a", "T", text)
    assert like(article, replace(article, id="b"))


def test_grouping_anew_splits_what_only_a_print_that_is_gone_held_together() -> None:
    a, b = replace(STORIES[0], id="a"), replace(STORIES[1], id="b")
    bridge = replace(STORY, id="bridge", body=f"{a.body}\n\n{b.body}", source=OUTLETS[5])
    assert [(i, s) for i, s, _, _ in group([a, bridge, b])] == [("a", "a"), ("bridge", "a"), ("b", "a")]
    assert [(i, s, of) for i, s, of, _ in group([a, b])] == [("a", "a", None), ("b", "b", None)]


def test_an_article_that_joins_two_stories_makes_them_one() -> None:
    a, b = replace(STORIES[0], id="a"), replace(STORIES[1], id="b")
    bridge = replace(STORY, id="bridge", body=f"{a.body}\n\n{b.body}", source=OUTLETS[5])
    assert {s for _, s, _, _ in group([a, b, bridge])} == {"a"}
