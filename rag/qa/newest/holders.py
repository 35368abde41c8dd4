"""Sentences that name the holder of the very office asked about: they bear on the question whatever their age."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.qa.article_days import ordinal
from rag.qa.newest.succession import INSTALLS, PERSON
from rag.text.reading.offices import office_told
from rag.text.sentences import passage
from rag.text.tokens import among, content, tokens
from rag.types import Evidence

MIN_SCORE_OF_HOLDER = 0.3
"""What a sentence that names the holder scores at least; a newer one a little more."""
NEWER = 0.02
MAX_HOLDERS = 12
"""Sentences that are looked at as naming a holder."""

_OFFICE_ASKED = re.compile(
    r"^who(?:['’]s| is| are| was| were| became| has become)(?: the| an?| now| currently| today)* "
    r"(?:current |present |new |newest |latest |acting |first )*(?P<role>[a-z][\w’' -]{2,40}?) (?:of|in|for|at) "
    r"(?:the )?(?P<of>[^?]+)",
    re.I,
)
_YEAR_AT_END = re.compile(
    r"\b(?:in|on|during|since|until|before|after) (?:\w+ )?(?:19|20)\d\d\b.*$|\b(?:now|today|currently)\s*$", re.I
)


@dataclass(frozen=True, slots=True)
class Office:
    """An office that is asked about: its name, and the words of what it is the office of."""

    role: str
    of: frozenset[str]


def office_asked(question: str) -> Office | None:
    """The office whose holder a question asks for; None where it asks for something else."""
    found = _OFFICE_ASKED.match(" ".join(question.split()))
    if not found:
        return None
    of = frozenset(content(_YEAR_AT_END.sub("", found["of"])))
    return Office(found["role"].strip(), of) if of else None


def names_holder(office: Office, item: Evidence) -> bool:
    """Whether a sentence names somebody with the office, and it or the lines above have what it is the office of."""
    text, role = item.quote, re.escape(office.role)
    titled = re.search(
        rf"\b(?i:{role})(?: (?:of|in|at|for) (?:the )?[^,.;]{{1,40}}?)?,? {PERSON}|"
        rf"{PERSON}, (?:(?:the|an?|its|their) )?[^,.;]{{0,30}}\b(?i:{role})\b",
        text,
    )
    becomes = INSTALLS.search(text)
    told = becomes and (
        re.search(rf"\b{role}\b", text, re.I) or any(office_told(t, text) for t in tokens(office.role)[-1:])
    )
    if not (titled or told):
        return False
    near = set(tokens(passage(item)))
    return all(among(t, near) for t in office.of)


def lifted(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentences, best first, of which those that name the holder asked for score enough to be told, the newest
    most."""
    office = office_asked(question)
    if office is None:
        return tuple(scored)
    stated = [e for e in scored if names_holder(office, e)][:MAX_HOLDERS]
    days = sorted({ordinal(e.article) for e in stated})
    floor = {(e.article.id, e.start): MIN_SCORE_OF_HOLDER + NEWER * days.index(ordinal(e.article)) for e in stated}
    raised = [replace(e, score=max(e.score, floor.get((e.article.id, e.start), 0.0))) for e in scored]
    return tuple(sorted(raised, key=lambda e: -e.score))
