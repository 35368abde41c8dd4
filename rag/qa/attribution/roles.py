"""Who did it: whether a quote that only says that something was done carries a claim of who did it.

"Hezbollah said that its leader had been killed" holds every word of "Hezbollah killed its leader". The verb of the
claim is looked for in the quote: where it stands there in the passive, who did it must follow ("by Israel", "in an
Israeli raid"); where it stands there in the active, must come before it. Whoever the question itself names is not in
doubt.
"""

from __future__ import annotations

import re

from rag.qa.attribution.subjects import held, offered
from rag.text.tokens import content, tokens

_ASKED = re.compile(r"(?:who|what|which\b[^?,]{1,40}?)\s+(?:has\s+|have\s+|had\s+)?(\w+)\s+\w", re.I)
_DONE = re.compile(
    r"[a-z]{2,}ed|beat|beaten|bought|built|caught|found|held|hit|hurt|led|lost|made|paid|sent|shot|sold|struck|sued|won",
    re.I,
)
_BE = r"(?:been|was|were|is|are|be|being|got)\s+(?:\w+ly\s+)?"
_BREAK = re.compile(r"\b(?:after|before|while|but|that|when|as)\b|[;:—–]", re.I)


def undone(question: str, claim: str, quote: str) -> bool:
    """Whether ``claim`` says who did something, and ``quote`` that it was done, but not by them.

    False where there is no telling: no verb in common, or no one who did it.
    """
    asked = _ASKED.match(question)
    said = _said(asked, claim)
    if said is None:
        return False
    doer, verb = said
    known = set(tokens(question)) - offered(question)
    doer = {t for t in doer if not held(t, known) and not t[0].isdigit()}
    if asked and not doer and asked[1].lower() == verb.lower():
        return True  # "Musawi succeeded Nasrallah", asked who succeeded Musawi: the wrong way round
    places = list(re.finditer(rf"(?P<be>\b{_BE})?\b{re.escape(verb)}\b", quote, re.I))
    return bool(doer and places) and not any(_by(doer, place, quote) for place in places)


def _said(asked: re.Match[str] | None, claim: str) -> tuple[set[str], str] | None:
    """The forms of who did it, and the verb, which a claim without one has from what was ``asked``.

    None where a claim does not say, or says that it was done.
    """
    words = list(re.finditer(r"\w+(?:['’]\w+)?", claim))
    for word in words[1:8]:
        if _DONE.fullmatch(word[0]) and word[0].islower():
            before = claim[: word.start()]
            passive = re.search(rf"\b{_BE}$", before, re.I)
            doer = set(content(before))
            return (doer, word[0]) if doer and not passive and word.end() < len(claim.rstrip(" .")) else None
    if asked is None or not _DONE.fullmatch(asked[1]) or len(words) > 7:
        return None
    doer = set(content(claim))
    return (doer, asked[1]) if doer else None


def _by(doer: set[str], place: re.Match[str], quote: str) -> bool:
    """Whether one of ``doer`` stands where the one must who did it."""
    pieces = _BREAK.split(quote[place.end() :] if place["be"] else quote[: place.start()])
    there = set(tokens(pieces[0 if place["be"] else -1]))
    return any(held(t, there) for t in doer)
