"""What a reader gets instead of an answer: why there is none, in plain words, and what the articles say instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.qa.answer import prompts
from rag.qa.answer.overview import line
from rag.qa.attribution.claims import without_asides
from rag.text.sanitize import shown
from rag.types import Cause, Evidence

UNCARRIED = "I could not put this in one sentence. The articles say:"
MANY_FACTS = "This takes more than one sentence. The articles say:"
FILTERED = "The chosen articles do not say."
ONE_ARTICLE = "This article does not say."
HELLO = "Hello. Ask me about the news in these articles: who, what, when, where, why or how many."
THANKS = "You are welcome."
ABOUT = (
    "I answer questions about the news in this library, each answer with the sentence that it stands on, its outlet "
    "and its day. I am good at single facts: who, when, where, how many, how much. For a summary, a comparison or what "
    "changed over time I show you the sentences. When the articles do not say, I say so."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """``text`` is what a reader is told, ``note`` why, ``quotes`` what the articles say."""

    text: str
    cause: Cause
    note: str | None = None
    quotes: tuple[Evidence, ...] = ()
    suggestion: str | None = None


def refusal(
    question: str,
    quotes: Sequence[Evidence],
    *,
    missing: str = "",
    suggestion: str | None = None,
    filtered: bool = False,
    one_article: bool = False,
    reason: str | None = None,
    many: bool = False,
) -> Refusal:
    """The refusal for what is known: ``missing`` names that no article has, a better spelling, whether days, outlets or
    sections were chosen, the ``reason`` why a draft was thrown away, whether ``many`` facts were asked for."""
    lines = [line(e, shown(without_asides(question, e, "(…)"))) for e in quotes]
    if suggestion:
        told = f"No article mentions {missing}. Did you mean: {suggestion}{' The articles say:' if quotes else ''}"
        return Refusal("\n".join([told, *lines]), "spelling", None, tuple(quotes), suggestion)
    if quotes:
        text = "\n".join([MANY_FACTS if many else UNCARRIED, *lines])
        return Refusal(text, "kind" if many else "uncarried", None if many else reason, tuple(quotes))
    if one_article:
        return Refusal(ONE_ARTICLE, "filter", f"It does not mention {missing}." if missing else None)
    if filtered:
        why = f"None of them mentions {missing}." if missing else "Nothing near it stands in them."
        return Refusal(FILTERED, "filter", why)
    return Refusal(prompts.REFUSAL, "nothing", f"No article mentions {missing}." if missing else None)


def talk(question: str) -> Refusal:
    """The reply to what is no question about news."""
    bare = question.lower()
    if any(word in bare for word in ("thank", "thx", "cheers", "great", "perfect", "nice", "cool", "got it")):
        return Refusal(THANKS, "talk")
    if (len(bare.split()) > 2 and "good " not in bare) or bare.strip(" ?!.") == "help":
        return Refusal(ABOUT, "talk")
    return Refusal(HELLO, "talk")
