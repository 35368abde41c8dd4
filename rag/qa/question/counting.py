"""Questions that only counting over several articles answers: 'How many ministers have left this year?'."""

from __future__ import annotations

import re
from datetime import date

from rag.text.quantities import quantities
from rag.text.timex.expressions import timexes
from rag.text.tokens import among, content, tokens

OVER_ARTICLES = "this would have to be counted over several articles"

_MANY = re.compile(
    r"^how many (?:more |other |different )?(?P<what>(?:(?!have|has|had|did|were|was|are|is|will|do|does)[\w’'-]+ "
    r"){1,4}?)"
    r"(?P<aux>have|has|had|did|were|was) (?P<rest>.+)$",
    re.I,
)
_OFTEN = re.compile(r"^(?:how often|how many times) (?:have|has|had|did|was|were) (?P<rest>.+)$", re.I)
_SPAN = re.compile(
    r"\b(?:this (?:year|month|week|season|summer|winter|spring|autumn|term)|so far|since|in (?:the )?(?:past|last)|"
    r"over the "
    r"(?:past|last)|until now|to date|in a row|altogether)\b",
    re.I,
)
_ANY_DAY = date(2020, 6, 15)
_PEOPLE = frozenset(content("people person men women children victims passengers residents inhabitants"))


def counted_events(question: str) -> frozenset[str] | None:
    """The nouns of the events or things that a question wants counted over a time, empty where it asks how often; None
    where it asks for no such count. A number of people is told by one report, and does not count here."""
    bare = " ".join(question.split()).strip(" ?!.")
    over_time = bool(_SPAN.search(bare)) or any(t.unit in ("year", "month", "rolling") for t in timexes(bare, _ANY_DAY))
    if _OFTEN.match(bare):
        return frozenset() if over_time else None
    found = _MANY.match(bare)
    if not found or not over_time or (found["aux"].lower() not in ("have", "has") and not _SPAN.search(bare)):
        return None
    nouns = frozenset(content(found["what"]))
    return nouns if nouns and not nouns & _PEOPLE else None


def counts_them(nouns: frozenset[str], text: str) -> bool:
    """Whether a sentence gives a number of them: 'eleven pharmacies', 'the third minister to go', 'three times'."""
    for q in quantities(text):
        if nouns & set(tokens(f"{q.text} {' '.join(q.nouns)}")):
            return True  # 'eleven weeks', asked how many weeks; '300 troops', how many soldiers
        if q.kind in ("date", "clock", "money", "percent", "points", "duration", "length"):
            continue
        after = set(tokens(text[q.end : q.end + 40]))
        before = set(tokens(text[max(0, q.start - 40) : q.start]))
        if not nouns:
            if re.match(
                r" ?(?:[\w’'-]+ )?(?:times?|wins?|titles?|victor(?:y|ies)|in a row)\b", text[q.end : q.end + 30], re.I
            ):
                return True
        elif any(among(t, after) for t in nouns) or (q.kind == "number" and any(among(t, before) for t in nouns)):
            return True
    return bool(re.search(r"\b(?:once|twice)\b", text, re.I)) and not nouns
