"""Why a quote that holds all words of a claim does not say it: all that may stand in its way, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from rag.qa.attribution.objections.endings import called_off, over
from rag.qa.attribution.objections.former_values import asks_old, background, replaced
from rag.qa.attribution.objections.in_kind import (
    mannerless,
    nameless,
    only_alleged,
    only_speaks,
    other_fate,
    reasonless,
    wrong_measure,
)
from rag.qa.attribution.objections.other_referent import (
    namesake,
    of_another_place,
    only_beside,
    other_period,
    other_role,
    part_only,
)
from rag.qa.question.request import Time
from rag.text.quantities import Quantity
from rag.text.sentences import passage
from rag.types import Evidence


def against(
    question: str, claim: str, quote: Evidence, said: Sequence[Quantity], shown: Sequence[Quantity], time: Time
) -> str | None:
    """Why ``quote`` takes back what ``claim`` says; None where nothing is in the way.

    ``said`` are the quantities that the claim brings, ``shown`` those of the quote.
    """
    text = quote.quote
    if why := over(question, claim, text, time):
        return why
    if called_off(question, claim, text):
        return "by the quote that was called off"
    if not asks_old(f"{question} {claim}") and any(replaced(q, text, shown) for q in said):
        return "the quote gives that value as the earlier one"
    if nameless(question, claim):
        return "the quote does not say who or where"
    if wrong_measure(question, claim):
        return "the quote gives another kind of figure"
    if other_fate(question, claim, text):
        return "the quote tells of another fate"
    if time == "now" and background(said, quote, shown):
        return "the quote recalls that value from long before"
    if mannerless(question, claim):
        return "the quote does not say how"
    if reasonless(question, claim, text, _before(quote)):
        return "the quote does not say why"
    if only_speaks(question, claim, text):
        return "the quote names a speaker, not who did it"
    if only_alleged(question, claim, text):
        return "the quote only accuses"
    if only_beside(question, text):
        return "the quote says it of another place"
    if other := namesake(question, text, quote.article.body, quote.start):
        return f"the quote is about {other}"
    if other_period(question, said, quote, shown):
        return "the quote speaks of another time"
    if of_another_place(question, claim, text):
        return "the quote says it of another place"
    if other_role(question, claim, text):
        return "the quote gives another office"
    if part_only(question, claim, text):
        return "the quote gives a part of it"
    return None


def _before(quote: Evidence) -> str:
    """The sentence before a quote."""
    whole = passage(quote)
    return whole.removesuffix(quote.quote) if whole.endswith(quote.quote) else ""
