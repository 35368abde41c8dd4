"""Sentences that name the holder of the very office asked about: they bear on the question whatever their age."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.qa.article_days import day_words, later, ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.objections.endings import new_names
from rag.qa.attribution.subjects import asked_names
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import as_told
from rag.qa.newest.succession import INSTALLS, PERSON, Followed, followed, holds_office
from rag.qa.question.request import Time
from rag.text.reading.offices import office_told
from rag.text.sentences import passage
from rag.text.tokens import among, content, tokens
from rag.types import Evidence, day

MIN_SCORE_OF_HOLDER = 0.3
"""What a sentence that names the holder scores at least; a newer one a little more."""
NEWER = 0.02
MAX_STEPS = 5
"""Holders of one office, one after the other."""
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


def holder_named(office: Office, item: Evidence) -> str | None:
    """Whom a sentence names with the office, if it or the lines above have what it is the office of."""
    text, role = item.quote, re.escape(office.role)
    titled = re.search(
        rf"\b(?i:{role})(?: (?:of|in|at|for) (?:the )?[^,.;]{{1,40}}?)?,? (?P<after>{PERSON})|"
        rf"(?P<before>{PERSON}), (?:(?:the|an?|its|their) )?[^,.;]{{0,30}}\b(?i:{role})\b",
        text,
    )
    becomes = INSTALLS.search(text)
    if becomes and _WEAK.search(becomes[0]) and not _VOTE.search(text):
        becomes = None
    told = becomes and (
        re.search(rf"\b{role}\b", text[becomes.start() : becomes.end() + MAX_AFTER], re.I)
        or any(office_told(t, text[becomes.start() : becomes.end() + MAX_AFTER]) for t in tokens(office.role)[-1:])
    )
    near = set(tokens(passage(item)))
    if becomes and _TAKES_OFFICE.search(becomes[0]) and not re.match(r" (?:as|for|from)\b", text[becomes.end() :]):
        told = told or all(among(t, near) for t in content(office.role))  # the office stands in the lines above
    cue = titled or (becomes if told else None)
    if cue is None or not all(among(t, near) for t in office.of) or _STANDS_IN.search(text[: cue.start() + 1]):
        return None
    name = next(filter(None, cue.groups()), None)
    return None if name is None or _ONCE_OR_NEXT.search(text[max(0, cue.start() - 20) : cue.end()]) else name


MAX_AFTER = 60
"""Characters after 'was sworn in' within which the office stands."""
_TAKES_OFFICE = re.compile(r"\b(?:take[sn]?|took) (?:over|office|charge)$|\b(?:sworn in|inaugurated|installed)$")
_WEAK = re.compile(r"\b(?:won|begins?|began|starts?|started)$")
_VOTE = re.compile(r"\b(?:election|vote|race for|runoff|ballot|poll)\b", re.I)
_STANDS_IN = re.compile(
    r"\b(?:acting|interim|deputy|vice|assistant|caretaker|would-be|next|former|ex-?|late)[ -](?:[\w’'-]+ ){0,2}.?$",
    re.I,
)
_ONCE_OR_NEXT = re.compile(
    r"\b(?:former|ex-|late|deputy|vice|acting|interim|candidate|runs for|stood in|stands in)\b", re.I
)


def lifted(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentences, best first, of which those that name the holder asked for score enough to be told, the newest
    most."""
    office = office_asked(question)
    if office is None:
        return tuple(scored)
    stated = [e for e in scored if holder_named(office, e)][:MAX_HOLDERS]
    days = sorted({ordinal(e.article) for e in stated})
    floor = {(e.article.id, e.start): MIN_SCORE_OF_HOLDER + NEWER * days.index(ordinal(e.article)) for e in stated}
    raised = [replace(e, score=max(e.score, floor.get((e.article.id, e.start), 0.0))) for e in scored]
    return tuple(sorted(raised, key=lambda e: -e.score))


def newest_holder(question: str, verdict: Verdict, scored: Sequence[Evidence], time: Time) -> Verdict | None:
    """The verdict with the one who followed the holder that was answered, as later articles say; None where none does.

    The holder may be one that was answered and then taken back (``Verdict.denied``).
    """
    base = verdict.claims[0] if verdict.claims else verdict.denied
    if time != "now" or base is None or not holds_office(question):
        return None
    cited, office = base.quotes[0], office_asked(question)
    whole = holder_named(office, cited) if office else None  # 'Dana Holt', answered with 'Mayor Holt'
    named = [*(n for n in new_names(question, base.text) if len(n.split()) > 1), *([whole] if whole else [])]
    if not named:
        return None
    holder = named[0]
    step: Followed | None = None
    for _ in range(MAX_STEPS):
        after = list(_after(question, holder, step.item if step else cited, scored, itself=not verdict.claims))
        if not after:
            break
        step = max(after, key=lambda f: (ordinal(f.item.article), f.item.score))
        holder = step.new
    if step is None:
        return None
    shown = [e for e in (step.named, step.item) if e]
    text = " ".join(as_told(e) for e in shown)
    claims = [Claim(text, tuple(shown), base.carried or step.item.score)]
    was = day(cited.article.published)
    if was and cited.article.id != step.item.article.id:
        claims.append(Claim(f"Earlier reports gave {named[0]} ({day_words(was)}).", (cited,), base.carried))
    return Verdict(tuple(claims), step.new)


def _after(
    question: str, holder: str, cited: Evidence, scored: Sequence[Evidence], *, itself: bool
) -> Iterator[Followed]:
    """What later articles that have the names of the question say of who followed ``holder``; with ``itself`` also the
    one that is cited, which may have taken it back."""
    wanted = [t for run in asked_names(question) for t in run]
    for item in scored:
        is_later = later(item.article, cited.article) or (itself and item.article.id == cited.article.id)
        if holder.rsplit(maxsplit=1)[-1] not in item.quote or not is_later:
            continue
        there = set(content(f"{item.article.title} {item.article.body}"))
        if wanted and not all(among(t, there) for t in wanted):
            continue
        if (found := followed(holder, item)) and found.new not in question:
            yield found
    office = office_asked(question)
    for item in scored if office else ():
        name = holder_named(office, item) if office and later(item.article, cited.article) is True else None
        if name and name.rsplit(maxsplit=1)[-1] != holder.rsplit(maxsplit=1)[-1]:
            yield Followed(name, holder, item)
