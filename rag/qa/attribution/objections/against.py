"""Why a quote that holds all words of a claim does not say it: all that may stand in its way, in one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.qa.attribution.objections import endings, former_values, in_kind, other_referent
from rag.qa.attribution.objections.which_place import not_such_a_place
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
    over = endings.over(question, claim, quote.quote, time)
    return over or next((why for stands, why in _objections(question, claim, quote, said, shown, time) if stands), None)


def _objections(
    question: str, claim: str, quote: Evidence, said: Sequence[Quantity], shown: Sequence[Quantity], time: Time
) -> Iterator[tuple[bool, str]]:
    """(Whether it stands, what it says) of each objection, those first that say most."""
    text, asks_old = quote.quote, former_values.ASKS_OLD.search(f"{question} {claim}")
    replaced = not asks_old and any(former_values.replaced(q, text, shown) for q in said)
    yield endings.called_off(question, claim, text), "by the quote that was called off"
    yield replaced, "the quote gives that value as the earlier one"
    yield in_kind.nameless(question, claim), "the quote does not say who or where"
    yield in_kind.not_there(question, claim, text), "the quote does not say where to"
    yield in_kind.wrong_measure(question, claim), "the quote gives another kind of figure"
    yield not_such_a_place(question, claim), "the quote names another kind of place"
    yield in_kind.other_fate(question, claim, text), "the quote tells of another fate"
    before = passage(quote).removesuffix(text)
    yield in_kind.reasonless(question, claim, text, before), "the quote does not say why"
    yield in_kind.no_successor(question, text), "the quote does not say who came after"
    yield in_kind.only_speaks(question, claim, text), "the quote names a speaker, not who did it"
    yield in_kind.only_alleged(question, claim, text), "the quote only accuses"
    yield other_referent.only_beside(question, text), "the quote says it of another place"
    namesake = other_referent.namesake(question, text, quote.article.body, quote.start)
    yield namesake is not None, f"the quote is about {namesake}"
    yield other_referent.not_together(question, text, before), "the quote does not say that it was together"
    yield other_referent.other_moment(question, claim), "the quote says it of another moment"
    yield other_referent.other_period(question, said, quote, shown), "the quote speaks of another time"
    yield other_referent.of_another_place(question, claim, text), "the quote says it of another place"
    other = other_referent.other_of_pair(question, text, said, shown)
    yield other is not None, f"the quote says it of another one, “{other}”"
    yield other_referent.other_role(question, claim, text), "the quote gives another office"
    yield other_referent.part_only(question, claim, text), "the quote gives a part of it"
