"""What is told beside an answer: an older value, or a newer one that takes its place, each with its own quote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from rag import Settings
from rag.qa.answer.drafting import cited
from rag.qa.answer.prompts import NOT_FOUND
from rag.qa.asked import Question
from rag.qa.attribution.claims import Verdict, verify
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.resolution import compared
from rag.qa.pipeline import drafted
from rag.qa.question.request import Request, request
from rag.qa.retrieval.reranking import Ranked
from rag.types import Article, Delta, Evidence, Filters, Step, Understood
from tests.support.fakes import FakeLlm

TODAY = date(2024, 9, 28)
TOLL = "How many people died in the Oldport fire?"


def quote(text: str, ago: int, source: str) -> Evidence:
    """A one-sentence article, so many days before TODAY."""
    key = f"{source}{ago}{text}"
    article = Article(key, "News", text, published=TODAY - timedelta(days=ago), source=source, story=key)
    return Evidence(article, 0, len(text), text, 0.7)


NEW = quote("The fire in Oldport killed 15 people.", 0, "Reuters")
OLD = quote("At least 12 people died in the Oldport fire.", 2, "Echo")


def answered(draft: str, *evidence: Evidence) -> Verdict:
    verdict = verify(TOLL, draft, evidence[:1], time=request(TOLL).time)
    assert verdict.claims
    return compared(TOLL, verdict, evidence, request(TOLL).time)


def test_what_was_said_earlier_follows_the_answer_with_its_day() -> None:
    text, citations = cited(answered("The fire killed 15 people.", NEW, OLD))
    assert text.startswith("The fire killed 15 people [1].")
    assert "12" in text
    assert "26 September 2024" in text
    assert [c.article.source for c in citations] == ["Reuters", "Echo"]
    assert answered("The fire killed 15 people.", NEW, OLD).short == "15"


def test_a_newer_value_becomes_the_answer_and_the_other_follows_with_its_day() -> None:
    verdict = answered("At least 12 people died in the fire.", OLD, NEW)
    text, citations = cited(verdict)
    assert verdict.short == "15"
    assert text.startswith("“The fire in Oldport killed 15 people.” [1]")
    assert "12" in text
    assert "(26 September 2024) [2]." in text
    assert [c.article.source for c in citations] == ["Reuters", "Echo"]


def test_nothing_is_told_of_what_agrees_or_is_about_something_else() -> None:
    same = quote("Fifteen people were killed by the fire in Oldport.", 1, "Echo")
    other = quote("The flood in Fenwray killed 9 people.", 1, "Echo")
    assert len(answered("The fire killed 15 people.", NEW, same, other).claims) == 1


def test_a_refusal_stays_one() -> None:
    refusal = Verdict((), None, "no sentence bears on it")
    assert compared(TOLL, refusal, [NEW, OLD], request(TOLL).time) is refusal


def test_a_quote_that_several_claims_share_has_one_number() -> None:
    verdict = Verdict((Claim("It killed 15.", (NEW,)), Claim("The fire was in Oldport.", (NEW,))), "15")
    text, citations = cited(verdict)
    assert text == "It killed 15 [1]. The fire was in Oldport [1]."
    assert len(citations) == 1


# -- drafts ------------------------------------------------------------------------------------------------------------


def drafts(llm: FakeLlm, evidence: Sequence[Evidence], **settings: Any) -> tuple[list[Step | Delta], Verdict]:
    """What is shown while the fire's toll is asked for, and what passes."""
    words: list[int] = []
    stream = drafted(
        llm,
        Settings(llm="none", **settings),
        Question(TOLL, Understood(TOLL), Request(), Filters(), TODAY),
        Ranked((), tuple(evidence), calibrated=True),
        evidence,
        list,
        lambda: words.append(1),
    )
    events = []
    while True:
        try:
            events.append(next(stream))
        except StopIteration as end:
            assert bool(words) == any(isinstance(e, Delta) for e in events)
            return events, end.value[0]


SOME = [NEW, *(quote(f"The fire in Oldport burnt for {n} hours on Friday.", 1, f"Echo {n}") for n in range(20, 27))]
FREE = ["The fire in Oldport killed 15 people."]


def test_what_is_not_likely_enough_is_refused_and_the_threshold_is_a_setting() -> None:
    def asked(certainty: float) -> tuple[Verdict, FakeLlm]:
        llm = FakeLlm([FREE], can_score=True)
        return drafts(llm, SOME, certainty=certainty)[1], llm

    told, llm = asked(0.0)
    assert told.claims
    assert len(llm.asked) == 1, "what the model thinks of its answer is not asked for"
    refused = asked(1.0)[0]
    assert not refused.claims
    assert refused.reason == "the quotes that come closest do not answer it"
    assert refused.withheld == "The fire in Oldport killed 15 people." and told.withheld is None
    assert refused.certainty == told.certainty and 0 < (told.certainty or 0) < 1


def test_where_no_quote_carries_a_draft_the_best_sentences_are_tried_one_by_one() -> None:
    def asked(first: str, **settings: Any) -> tuple[Verdict, FakeLlm]:
        llm = FakeLlm([[first], ["The fire burnt a mill."], FREE], can_score=True)
        return drafts(llm, [SOME[1], NEW, *SOME[2:]], **settings)[1], llm

    found, llm = asked("The fire killed 99 people.", certainty=0.0)
    assert found.short == "15" and found.claims[0].quotes == (NEW,)
    assert [message[1]["content"].count("\n[") for message in llm.asked] == [8, 1, 1], "all, then one at a time"
    refused, llm = asked("The fire killed 99 people.", certainty=1.0)
    alone = [text for message in llm.asked if (text := message[1]["content"]).count("\n[") == 1]
    assert not refused.claims
    shown = [any(e.quote in text for text in alone) for e in (SOME[1], NEW, *SOME[2:])]
    assert shown == [True] * 5 + [False] * 3
    assert not drafts(FakeLlm([["It killed 99."]], can_score=False), SOME)[1].claims


def test_a_model_that_is_weighed_may_not_decline_and_others_decide_for_themselves() -> None:
    weighed, other = FakeLlm([FREE], can_score=True), FakeLlm([FREE])
    assert drafts(other, SOME, certainty=1.0)[1].claims
    drafts(weighed, SOME)
    assert NOT_FOUND in other.asked[0][0]["content"]
    assert NOT_FOUND not in weighed.asked[0][0]["content"]


def test_no_quotes_are_no_error() -> None:
    assert not drafts(FakeLlm([["x"]], can_score=True), [])[1].claims


def test_the_draft_is_shown_as_it_is_written_and_then_checked() -> None:
    llm = FakeLlm([["The fire killed ", "15 people."]])
    events, verdict = drafts(llm, SOME)
    assert verdict.short == "15"
    assert "[8]" in llm.asked[0][1]["content"]
    assert [e.text for e in events if isinstance(e, Delta)] == ["The fire killed ", "15 people."]
    assert [e.name for e in events if isinstance(e, Step)] == ["writing", "checking"]


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ('The colour is called "olo', 'The colour is called "olo" [1].'),
        ('The colour is called "olo.', 'The colour is called "olo" [1].'),
        ("The colour is called “olo.", "The colour is called “olo” [1]."),
        ('The colour is called "olo."', 'The colour is called "olo." [1]'),
        ('"Olo" is the colour.', '"Olo" is the colour [1].'),
        ('A 6" pipe burst.', 'A 6" pipe burst [1].'),
    ],
)
def test_a_quotation_that_ends_with_the_sentence_is_closed(claim: str, told: str) -> None:
    assert cited(Verdict((Claim(claim, (NEW,)),), None))[0] == told


def test_a_draft_that_ends_in_a_quotation_keeps_its_mark() -> None:
    found = quote('Scientists named the new colour "olo" on Friday.', 0, "Reuters")
    question = "What is the new colour called?"
    verdict = verify(question, 'The new colour is called "olo."', [found], time=request(question).time)
    assert cited(verdict)[0] in ('The new colour is called "olo" [1].', 'The new colour is called "olo." [1]')
