"""What is told beside an answer: an older value, or a newer one that takes its place, each with its own quote."""

from __future__ import annotations

from datetime import date, timedelta

from rag.answering import cited, compared
from rag.types import Article, Evidence
from rag.verify import Claim, Verdict, verify

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
    verdict = verify(TOLL, draft, evidence[:1])
    assert verdict.claims
    return compared(TOLL, verdict, evidence)


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
    assert compared(TOLL, refusal, [NEW, OLD]) is refusal


def test_a_quote_that_several_claims_share_has_one_number() -> None:
    verdict = Verdict((Claim("It killed 15.", (NEW,)), Claim("The fire was in Oldport.", (NEW,))), "15")
    text, citations = cited(verdict)
    assert text == "It killed 15 [1]. The fire was in Oldport [1]."
    assert len(citations) == 1
