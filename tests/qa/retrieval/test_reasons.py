"""Reasons, the state of now, and the sentence after a quote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.retrieval.reasons import (
    NO_REASON,
    counted_first,
    gives_reason,
    newest_first,
    reason_alone,
    reasons_first,
    reasons_on_it_first,
    rows_first,
    told_alone,
    with_the_next,
)
from rag.types import Article, Evidence

BODY = (
    "In a story of Monday the wire reported that 141 people were aboard. There were 137. The toll starts in October. "
    "The cameras misread plates. The pump caused the accident."
)


def sentences(title: str = "Correction", when: date = date(2024, 6, 17)) -> list[Evidence]:
    article = Article(title, title, BODY, published=when)
    found, at = [], 0
    for n, part in enumerate(BODY.split(". ")):
        quote = part if part.endswith(".") else f"{part}."
        found.append(Evidence(article, at, at + len(quote), quote, 0.5 - n / 10))
        at += len(quote) + 1
    return found


def verdict(*evidence: Evidence) -> Verdict:
    return Verdict(tuple(Claim(f"“{e.quote}”", (e,), e.score) for e in evidence), "x")


def test_a_sentence_that_states_a_cause_comes_first_where_a_reason_is_asked_for() -> None:
    scored = [sentences()[2], *(e for e in sentences() if e.start != sentences()[2].start)]
    near = [scored[0], Evidence(scored[0].article, *[(e.start, e.end, e.quote) for e in sentences()][-1], 0.25)]
    assert reasons_first("Why did it run aground?", near)[0].quote == "The pump caused the accident."
    assert reasons_first("When did it run aground?", near)[0] is scored[0]


def test_what_is_right_after_a_recalled_report_is_quoted_with_it() -> None:
    recalled, right, *_ = scored = sentences()
    told = with_the_next("How many people were aboard?", verdict(recalled), scored)
    assert [c.quotes[0].quote for c in told.claims] == [recalled.quote, right.quote] and told.short is None
    assert with_the_next("How many people were aboard?", verdict(right), scored) == verdict(right)


def test_the_reason_may_stand_in_the_sentence_after() -> None:
    scored = sentences("News")
    told = with_the_next("Why does the toll start in October?", verdict(scored[2]), scored)
    assert [c.quotes[0].quote for c in told.claims][1:] == ["The cameras misread plates."]
    assert len(with_the_next("Why was there an accident?", verdict(scored[4]), scored).claims) == 1


def test_of_yes_or_no_the_newest_of_those_alike_is_the_one_sentence() -> None:
    old, new = sentences("a", date(2024, 1, 1))[0], sentences("b", date(2024, 9, 1))[1]
    assert newest_first("Is the ferry back yet?", [old, new], "now")[0].article.id == "b"
    assert newest_first("Is the ferry back yet?", [old, new], "then")[0] is old
    assert newest_first("Who is back?", [old, new], "now")[0] is old
    assert len(with_the_next("Is it back?", verdict(old, new), [old, new]).claims) == 1


def alone(body: str, score: float = 0.6) -> list[Evidence]:
    return [Evidence(Article("r", "Marl plant", body, date(2024, 9, 1)), 0, len(body), body, score)]


def test_a_sentence_without_a_reason_is_no_answer_to_why() -> None:
    plan, cause = "The Marl plant is due to open in May.", "The Marl plant closed because the roof leaked."
    assert told_alone("Why did the Marl plant close?", alone(plan), 0.1).reason == NO_REASON
    assert reason_alone("Why did the Marl plant close?", alone(plan), 0.1) is None
    told = reason_alone("Why did the Marl plant close?", alone(cause), 0.1)
    assert told is not None and told.claims[0].quotes[0].quote == cause
    assert reason_alone("When did the Marl plant close?", alone(cause), 0.1) is None


def test_a_row_of_names_comes_first_where_several_are_asked_for() -> None:
    one, row = (
        alone("The doors of the Marl hall opened on Saturday.")[0],
        alone("Ann Lowe, Tom Berg and Ida Sorel came.", 0.5)[0],
    )
    for question in ("Who were the guests at the Marl hall?", "Which guests came to the Marl hall?"):
        assert rows_first(question, [one, row])[0] is row
    for question in ("Who was the guest at the Marl hall?", "What was the vote on the Marl hall?", "Which is it?"):
        assert rows_first(question, [one, row])[0] is one


def test_what_came_between_is_the_reason() -> None:
    body = "The Marl toll was to start in May. But its cameras misread the plates. It is $3."
    article = Article("t", "Marl toll put off", body, published=date(2024, 5, 1))
    ends = [body.index(". ") + 1, body.index(". It") + 1, len(body)]
    parts = [Evidence(article, a, b, body[a:b], s) for a, b, s in zip((0, ends[0] + 1), ends, (0.5, 0.4), strict=False)]
    told = told_alone("Why was the Marl toll put off?", parts, 0.1)
    assert [claim.quotes[0].quote for claim in told.claims] == [p.quote for p in parts]
    assert gives_reason(parts[0], parts[1]) and not gives_reason(parts[1], parts[0])
    assert not gives_reason(parts[0], alone("The trial is due to open in May.")[0])


def test_a_reason_of_the_article_on_the_matter_comes_before_one_of_another() -> None:
    quote = "The clerk said that a vote of its own would be dear, citing a bill of $410,000."
    on = Evidence(Article("a", "Marl vote moved to May", quote), 0, len(quote), quote, 0.35)
    other = Evidence(Article("b", "Marl head quits", "He left as he was ill."), 0, 22, "He left as he was ill.", 0.4)
    assert reasons_on_it_first("Why was the Marl vote moved?", [other, on])[0] is on
    assert reasons_on_it_first("When was the Marl vote moved?", [other, on])[0] is other


def test_of_counts_that_grow_the_newest_of_those_alike_comes_first() -> None:
    old, new = alone("In Marl 22 people are ill.")[0], alone("In Marl the count is 27 ill.", 0.58)[0]
    new = replace(new, article=replace(new.article, published=date(2024, 10, 1)))
    old = replace(old, article=replace(old.article, id="o", published=date(2024, 9, 1)))
    assert newest_first("How many people were ill in the end?", [old, new], "now")[0].quote == new.quote
    assert newest_first("How many people were there?", [old, new], "now")[0] is old


def test_a_number_of_the_thing_that_is_counted_comes_first() -> None:
    acres, homes = alone("The Marl fire burned 900 acres.")[0], alone("It destroyed 31 homes in Marl.", 0.5)[0]
    assert counted_first("How many houses burned in Marl?", [acres, homes])[0] is homes
    assert counted_first("How big was the fire?", [acres, homes])[0] is acres
    people = alone("It made 40 people homeless.", 0.5)[0]
    assert counted_first("How many people fled?", [acres, people])[0] is acres


def test_the_article_that_bears_most_may_give_the_reason_further_down() -> None:
    body = "Corbo will cut its Marl plan to 850 jobs. The roof is up. A buyer had halved its order."
    article = Article("c", "Corbo trims plan", body, published=date(2024, 10, 22))
    spans = [(0, 41), (42, 57), (58, len(body))]
    scored = [Evidence(article, a, b, body[a:b], score) for (a, b), score in zip(spans, (0.5, 0.4, 0.2), strict=True)]
    told = told_alone("Why did Corbo cut its plan?", scored, 0.1)
    assert [claim.quotes[0].quote for claim in told.claims] == [scored[0].quote, scored[2].quote]
    assert told_alone("Why did Corbo sell its ferry?", scored, 0.1).reason == NO_REASON
