"""Who did it: whether a quote that only says that something was done carries a claim of who did it.

"Hezbollah said that its leader had been killed" holds every word of "Hezbollah killed its leader". The verb of the
claim is looked for in the quote: where it stands there in the passive, who did it must follow ("by Israel", "in an
Israeli raid"); where it stands there in the active, must come before it. Whoever the question itself names is not in
doubt.
"""

from __future__ import annotations

import re

from rag.qa.attribution.clauses import NAME_RUN
from rag.qa.attribution.subjects import held, known_tokens
from rag.text.entities import names
from rag.text.tokens import content, tokens

_ASKED = re.compile(r"(?:who|what|which\b[^?,]{1,40}?)\s+(?:has\s+|have\s+|had\s+)?(\w+)\s+\w", re.I)
_DONE = re.compile(
    r"[a-z]{2,}ed|beat|beaten|bought|built|caught|found|held|hit|hurt|led|lost|made|paid|sent|shot|sold|struck|sued|won",
    re.I,
)
_BE = r"(?:been|was|were|is|are|be|being|got)\s+(?:\w+ly\s+)?"
_OBJECT_ASKED = re.compile(
    r"(?:who|whom|which\b[^?,]{1,40}?|what)\s+(?:did|does|do|has|have|had|will)\s+(?P<doer>[\w.’' -]{2,60}?)\s+"
    r"(?P<verb>[a-z]{3,})(?:\s+(?:as|in|at|for|on|to|after|when)\b.*)?\s*\?*$",
    re.I,
)
_NEVER_WAS = re.compile(r"\b(?:should|could|would|might|ought to) have\b", re.I)
_TOOK_OVER = re.compile(
    rf"(?P<who>{NAME_RUN}) (?:succeeded|replaced|followed|led|leads|headed|heads|took over|became)\b"
)
_EXPECTED_TO = (
    r"\b(?:(?:had been|has been|was|were|is) (?:widely )?(?:expected|due|set|tipped|meant) to|"
    r"(?:likely|expected|presumed|possible|designated) (?:next|successor|heir))\b"
)
_ORDER = re.compile(
    r"\b(?:before|until|predece\w+|previous\w*|prior|took over|tak\w+ over|succe\w+|replac\w+|follow\w+|after|earlier|"
    r"former\w*|last|first|since|then|ended|left|died|had)\b",
    re.I,
)
_WHEN_ASKED = re.compile(
    r"(?:when|where|why|how)\s+(?:did|does|will|has|have|had)\s+(?P<doer>[\w.’' -]{2,60}?)\s+(?P<verb>[a-z]{3,})\b",
    re.I,
)
_WHO = re.compile(r"who\s+(?!(?:is|are|was|were|did|does|do|has|have|had|will|would|can)\b)", re.I)
_BRINGS_IN = re.compile(r"\b(?:by|in|to|with|from|for|after|against|over|who|when|because|at|of)\b", re.I)
_BREAK = re.compile(r"\b(?:after|before|while|but|that|when|as)\b|[;:—–]", re.I)


def undone(question: str, claim: str, quote: str) -> bool:
    """Whether ``claim`` says who did something, and ``quote`` that it was done, but not by them.

    False where there is no telling: no verb in common, or no one who did it.
    """
    if _NEVER_WAS.search(claim) and _WHO.match(question) and not _NEVER_WAS.search(question):
        return True  # 'said that the county should have sued them', asked who sued them
    if _turned(question, claim) or _other_order(question, claim) or _of_another(question, claim):
        return True
    if _done_to_them(question, quote) or _never_took_over(claim, quote):
        return True
    if _WHO.match(question) and _names_after("before", question) and not _ORDER.search(quote):
        return True  # 'who led it before Nasrallah', and the quote orders nothing
    asked = _ASKED.match(question)
    said = _said(asked, claim)
    if said is None:
        return False
    doer, verb = said
    known = known_tokens(question, claim)
    doer = {t for t in doer if not held(t, known) and not t[0].isdigit()}
    if asked and not doer and (asked[1].lower() == verb.lower() or _does_something_else(question, claim, verb)):
        return True  # "Musawi succeeded Nasrallah", asked who succeeded Musawi: the wrong way round
    places = _places(_forms(verb), quote)
    return bool(doer and places) and not any(_by(doer, place, quote) for place in places)


def asks_for_object(question: str) -> bool:
    """Whether it is asked whom or what somebody did something to: 'Whom did Nasrallah succeed?'"""
    return bool(_OBJECT_ASKED.match(question))


def _forms(verb: str) -> str:
    """A pattern of a past form and its '-ing': 'beat' and 'beating', 'defeated' and 'defeating'."""
    stem = re.sub(r"e?d$", "", verb) if len(verb) > 4 and verb.endswith("ed") else verb
    return rf"(?:{re.escape(verb)}|{re.escape(stem)}(?:{re.escape(stem[-1])})?ing)"


def _places(forms: str, quote: str) -> list[re.Match[str]]:
    """Where a verb stands in ``quote``; 'be' is set where it is passive there."""
    return list(re.finditer(rf"(?P<be>\b{_BE})?\b{forms}\b", quote, re.I))


def _of_another(question: str, claim: str) -> bool:
    """Whether it is asked when somebody did something, and ``claim`` says it of another one whom the question names."""
    when, said = _WHEN_ASKED.match(question), _said(None, claim)
    if not (when and said):
        return False
    doer, verb = said
    asked = {t for name in names(when["doer"]) for t in content(name)}
    other = not doer & asked and doer <= set(tokens(question)) - asked
    return bool(asked) and other and content(verb) == content(when["verb"])


def _other_order(question: str, claim: str) -> bool:
    """Whether it is asked who came before somebody, and ``claim`` says who came after, or the other way round."""
    return any(
        (_names_after(first, question) & _names_after(then, claim)) - _names_after(first, claim)
        for first, then in (("before", "after"), ("after", "before"))
    )


def _turned(question: str, claim: str) -> bool:
    """Whether it is asked whom somebody succeeded, and ``claim`` says who succeeded them."""
    asked = _OBJECT_ASKED.match(question)
    doer = set(content(asked["doer"])) if asked else set()
    if asked is None or not doer:
        return False
    verb = asked["verb"].lower()[:4]  # 'beat', 'beaten'
    passives = re.finditer(rf"(?P<before>[^,;]*?)\b{_BE}(?P<verb>\w+)\s+by\b", claim, re.I)
    return any(
        found["verb"].lower()[:4] == verb and all(held(t, set(content(found["before"]))) for t in doer)
        for found in passives
    )


def _done_to_them(question: str, quote: str) -> bool:
    """Whether it is asked whom somebody sued, and ``quote`` only says that they were sued."""
    asked = _OBJECT_ASKED.match(question)
    doer = {t for name in names(asked["doer"]) for t in content(name)} if asked else set()
    if asked is None or not doer:
        return False
    verb = re.escape(asked["verb"].lower().rstrip("e"))
    places = _places(f"{verb}(?:e?d|es?|s|ing)?", quote)
    after = [set(content(_BREAK.split(quote[place.end() :])[0])) for place in places]
    done = any(doer & words for words in after)
    return done and not any(_by(doer, place, quote) for place in places)


def _never_took_over(claim: str, quote: str) -> bool:
    """Whether ``claim`` says that somebody took over, and ``quote`` that they were expected to."""
    took = _TOOK_OVER.match(claim)
    surname = took["who"].split()[-1] if took else ""
    return bool(took and re.search(rf"\b{re.escape(surname)}\b[^.;]{{0,90}}{_EXPECTED_TO}", quote))


def _names_after(word: str, text: str) -> set[str]:
    """The last words of the names that follow ``word`` directly: 'after Hassan Nasrallah'."""
    places = re.finditer(rf"\b{word} ({NAME_RUN})", text)
    return {content(place[1])[-1] for place in places if content(place[1])}


def _does_something_else(question: str, claim: str, verb: str) -> bool:
    """Whether it is asked who did something to somebody, and ``claim`` says what these did: 'Assad fled Syria', asked
    who replaced Assad. What follows 'by', 'in' or 'to' may be the answer."""
    after = re.search(rf"\b{re.escape(verb)}\b(.*)", claim)
    return bool(_WHO.match(question) and after and not _BRINGS_IN.search(after[1]))


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
