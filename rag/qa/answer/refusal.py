"""What a reader gets instead of an answer: why there is none, in plain words, and what the articles say instead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.qa.answer import prompts
from rag.qa.answer.overview import quote_line
from rag.qa.attribution.subjects import without_asides
from rag.qa.question.counting import OVER_ARTICLES, counted_events
from rag.qa.retrieval.reasons import NO_REASON
from rag.text.reading.language import language_of
from rag.text.sanitize import shown_quote
from rag.types import Article, Cause, Evidence, Filters, Hit

SAY = "The articles say:"
COUNTED = "Events would have to be counted over several articles for this, which I do not do."
FOREIGN = (
    "The question is in {asked}, articles that come close are in {found}. I do not translate: please ask in the "
    "language "
    "of the articles."
)
NO_REASON_FOUND = "I found no reason for it in the articles."
NOT_SAID = "The articles do not say that. They say:"
WHAT_COMES_NEAREST = "What comes nearest:"
MAX_READ_FOR_LANGUAGE = 20
"""Hits whose language is looked at."""
UNCARRIED = "I could not put this in one sentence. The articles say:"
UNDECIDED = "I could not settle this with a yes or a no. The articles say:"
MANY_FACTS = "This takes more than one sentence. The articles say:"
FILTERED = "The chosen articles do not say."
ONE_ARTICLE = "This article does not say."
HELLO = "Hello. Ask me about the news in these articles: who, what, when, where, why or how many."
THANKS = "You are welcome."
SORRY = "No harm done. Ask me about the news in these articles whenever you like."
GOODBYE = "Goodbye. Come back any time."
GLAD = "I am glad to help with the news in these articles: ask me who, what, when, where, why or how many."
ABOUT = (
    "I answer questions about the news in this library: single facts, lists, what changed over time, what outlets say "
    "side by side, summaries, and the latest on a topic. Every sentence has a citation with its outlet and day; when "
    "the articles do not say, I say so."
)

MAX_NEAREST = 3  # articles that a refusal names
MIN_SHARE_OF_BEST = 0.5  # of the best hit's score, from which on an article is one of them


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
    filters: Filters,
    *,
    missing: str = "",
    suggestion: str | None = None,
    reason: str | None = None,
    many: bool = False,
    lead: str = "",
    lacking: str = "",
    near: bool = True,
    first: str = UNCARRIED,
) -> Refusal:
    """The refusal for what is known: the chosen days, outlets and sections, ``missing`` names that no article has, a
    better spelling, the ``reason`` why a draft was thrown away, whether ``many`` facts were asked for, ``lead``,
    what a reader is told first of all, ``lacking``, what the articles do not have, and whether the quotes are ``near``
    enough to be what the articles say of it, after the line ``first``."""
    if lead:
        text = "\n".join([f"{lead} {SAY}", *(_line(question, e) for e in quotes)]) if quotes else lead
        return Refusal(text, "kind" if lead == COUNTED else "uncarried" if quotes else "nothing", None, tuple(quotes))
    lines = [_line(question, e) for e in quotes]
    if not near and quotes:
        one = filters.only is not None and len(filters.only) == 1
        none = ONE_ARTICLE if one else FILTERED if filters != Filters() else prompts.REFUSAL
        note = _named(missing) or lacking or None
        text = "\n".join([f"{none} {WHAT_COMES_NEAREST}", *lines])
        return Refusal(text, "filter" if filters != Filters() else "nothing", note, tuple(quotes))
    if suggestion:
        told = f"No article mentions {missing}. Did you mean: {suggestion}{' The articles say:' if quotes else ''}"
        return Refusal("\n".join([told, *lines]), "spelling", None, tuple(quotes), suggestion)
    if quotes:
        text = "\n".join([MANY_FACTS if many else first, *lines])
        return Refusal(text, "kind" if many else "uncarried", lacking or (None if many else reason), tuple(quotes))
    if filters.only is not None and len(filters.only) == 1:
        return Refusal(ONE_ARTICLE, "filter", f"It does not mention {missing}." if missing else None)
    if filters != Filters():
        why = f"None of them mentions {missing}." if missing else "Nothing near it stands in them."
        return Refusal(FILTERED, "filter", why)
    return Refusal(prompts.REFUSAL, "nothing", _named(missing) or lacking or None)


def _named(missing: str) -> str:
    return f"No article mentions {missing}." if missing else ""


def _line(question: str, e: Evidence) -> str:
    return quote_line(e, shown_quote(without_asides(question, e, "(…)")))


def first_of_all(question: str, reason: str | None, hits: Sequence[Hit]) -> str:
    """What a reader is told before all else: that events would have to be counted, or that the question is in another
    language than the articles that come closest; '' where there is nothing of the kind."""
    if hits and (reason == OVER_ARTICLES or counted_events(question) is not None):
        return COUNTED
    if hits and reason == NO_REASON:
        return NO_REASON_FOUND
    asked = language_of(question)
    found = [language for h in hits[:MAX_READ_FOR_LANGUAGE] if (language := language_of(h.article.body))]
    most = Counter(found).most_common(1)
    others = list(dict.fromkeys(x for x in (*found[:1], *(name for name, _ in most)) if x != asked))
    return FOREIGN.format(asked=asked, found=" and ".join(others)) if asked and others else ""


def talk(question: str) -> Refusal:
    """The reply to what is no question about news."""
    bare = question.lower()
    said = next((reply for words, reply in _TALK if words.search(bare)), None)
    return Refusal(said or (GLAD if len(bare.split()) > 2 else HELLO), "talk")


_TALK = tuple(
    (re.compile(rf"\b(?:{words})\b"), reply)
    for words, reply in (
        (r"sorry|apologi[sz]e|apologies|my (?:mistake|bad|fault)|oops|ignore (?:that|me)|never ?mind", SORRY),
        (r"thank\w*|thx|ta|cheers|great|perfect|nice|cool|got it|brilliant|lovely|helpful|appreciated?|"
         r"good (?:job|one)", THANKS),
        (r"(?:good)?bye|good ?night|see (?:you|ya)|farewell|so long|until (?:tomorrow|next)|"
         r"speak (?:soon|tomorrow|later)|i(?:['’]m| am) off|off now|signing off", GOODBYE),
        (r"help|(?:who|what) (?:are|r) (?:you|u)|what (?:can|do) (?:you|u) do|"
         r"how (?:do|does) (?:you|u|this|it) work", ABOUT),
    )
)  # fmt: skip
"""Small talk by its words, the first that fit."""


def closest_articles(hits: Sequence[Hit]) -> tuple[Article, ...]:
    """The articles of the best hits, those near enough to be worth a look."""
    found = {h.article.id: h for h in reversed(hits) if h.score >= MIN_SHARE_OF_BEST * max(x.score for x in hits)}
    return tuple(h.article for h in sorted(found.values(), key=lambda h: -h.score)[:MAX_NEAREST])


def nothing_found(articles: int, filters: Filters) -> str:
    """Why a search found nothing, in an index of so many articles."""
    if not articles:
        return "the index holds no articles yet; add some with: rag add FOLDER"
    return "no article passes the chosen dates and sources" if filters != Filters() else "no article fits"
