"""What a question wants besides a fact, and of which time: the state now, what happened, or what was first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rag.errors import UsageError, did_you_mean
from rag.qa.requests.kinds import KINDS_AT_ONCE, KINDS_OF_ONE_FACT, TAKEN_AS, RequestKind, kind_of

Time = Literal["now", "then", "first"]
Way = Literal["fact", "overview", "at once"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted, and ``time``, that of the state asked about."""

    kind: RequestKind = "fact"
    time: Time = "then"

    @property
    def way(self) -> Way:
        """How it is answered: by one sentence, by several, or without a search."""
        return "at once" if self.kind in KINDS_AT_ONCE else "fact" if self.kind in KINDS_OF_ONE_FACT else "overview"


_FIRST = re.compile(
    r"\b(?:at first|originally|initially|to begin with|at the outset|start(?:ed|s)? (?:out )?(?:with|at|from)|"
    r"begin with|began with|begun with|in the beginning|original|initial|(?<!the )first (?:going|meant|said|thought|"
    r"believed|planned|proposed|announced|reported|estimated|promised|put|blamed|expected|"
    r"given|told|suggested|quoted|scheduled|set|supposed|due|claimed|declared|named|asked|suspected|offered)|"
    r"first (?:estimate|plan|proposal|figure|guess|theory|version|date|price|report|offer|announcement)|before (?:it|"
    r"they|he|she|that|this) (?:was|were) (?:changed|cut|raised|corrected|lowered|reduced|revised|postponed|moved))\b",
    re.I,
)
_NOW_WORDS = re.compile(
    r"\b(?:now|currently|current|still|yet|today|at the moment|at present|these days|nowadays|so far|latest|newest|"
    r"most recent)\b",
    re.I,
)
_GROWS = re.compile(
    r"^how many\b.*\b(?:die[sd]?|dead|killed|deaths?|injured|hurt|wounded|missing|arrested|detained|evacuated|"
    r"displaced|infected|sickened|ill|"
    r"cases|homeless)\b|\b(?:in the end|in total|altogether|finally|eventually|all told)\b|\bdeath toll\b",
    re.I,
)
"""Counts that later reports raise: the last one is meant."""
_WILL = r"is|are|am|does|do|has|have|will|can|may|should|must|['’]s|['’]re|isn['’]t|aren['’]t|doesn['’]t|don['’]t"
_DID = r"was|were|did|had|wasn['’]t|weren['’]t|didn['’]t|hadn['’]t|could|would"
_AUX = re.compile(rf"(?:\b|(?<=\w))(?P<now>{_WILL})\b|\b(?P<then>{_DID})\b", re.I)
_HAPPENED = re.compile(
    r"(?:has|have|['’]ve) (?!had\b|to\b)(?:\w+ ){0,6}?(?:[a-z]{2,}ed|become|been [a-z]+(?:ed|en|t)|won|made|taken|"
    r"given|chosen|sold|bought|found|lost|sent|set|shut|cut|hit|died|broken|begun|gone|left|led|paid|put|said|seen|told|"
    r"written)\b",
    re.I,
)
_PRESENT = re.compile(
    r"^(?:who|what|which(?: \w+){1,3}) (?:(?:currently|now|still) )?(?!was\b|is\b|has\b|does\b)[a-z]+(?<!s)s\b"
    r"(?! (?:was|were|did|had)\b)",
    re.I,
)


def request(question: str, learnt: Callable[[str, RequestKind], RequestKind] | None = None) -> Request:
    """What ``question`` (one that stands alone) wants; ``learnt`` gives its kind, told what the rules take it for."""
    kind = kind_of(question)
    if learnt:
        kind = learnt(question, kind)
    return Request(kind) if kind in KINDS_AT_ONCE else Request(kind, _time(" ".join(question.split()).strip(" ?!.,")))


def taken(wish: Request, form: str) -> Request:
    """The same, in a form that was chosen: 'fact', or one of ``TAKEN_AS``. Raises ``UsageError`` for others."""
    known: tuple[RequestKind, ...] = ("fact", *TAKEN_AS)
    if kind := next((k for k in known if k == form.strip().lower()), None):
        return Request(kind, wish.time)
    hint = did_you_mean(form, known) or f"; there are: {', '.join(known)}"
    raise UsageError(f"there is no form {form[:40]!r}{hint}")


def without_first(question: str) -> str:
    """A question without the words that ask for what was first: they are no words of the matter."""
    return _FIRST.sub(" ", question)


def _time(bare: str) -> Time:
    if _FIRST.search(bare):
        return "first"
    if _NOW_WORDS.search(bare) or _PRESENT.match(bare) or _GROWS.search(bare):
        return "now"
    found = _AUX.search(bare)  # 'has offered' happened, and stays so
    return "now" if found and found["now"] and not _HAPPENED.match(bare, found.start()) else "then"
