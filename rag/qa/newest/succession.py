"""Who followed whom in an office: 'beat the incumbent, Dana Holt', 'takes over from', 'succeeds', 'was replaced by'.

An article that says who followed the holder of an office says who holds it, by whatever name it calls the office.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.qa.article_days import day_words
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.objections.endings import ended
from rag.qa.question.request import Time
from rag.text.entities import names
from rag.text.sentences import sentence_spans
from rag.types import Evidence, day

OLD = timedelta(days=365)
"""From how old on an article tells of a holder or a state only with its day."""

PERSON = r"(?:[A-Z][\w’'-]+\.? ){1,3}[A-Z][\w’'-]+"
_TITLED = r"(?:(?:the|an?|his|her|its|their|then)? ?(?:[a-z][\w’'-]*,? ){0,4})"
_FOLLOWED = (
    r"(?:beat(?:s|en|ing)?|defeat(?:s|ed|ing)?|succeed(?:s|ed|ing)?|replac(?:es|ed|ing)|follow(?:s|ed|ing)?|"
    r"oust(?:s|ed|ing)?|unseat(?:s|ed|ing)?|toppl(?:es|ed|ing)|t(?:akes?|ook|aking|aken) (?:over|the \w+) from|"
    r"inherit(?:s|ed) [\w ]{1,30} from|w(?:ins?|on|inning) [\w ]{1,30} (?:against|over|from)|prevail(?:s|ed) (?:over|"
    r"against))"
)
_GIVES_WAY = (
    r"(?:(?:was|is|will be|has been|been) (?:succeeded|replaced|followed|beaten|defeated|ousted|unseated) by|"
    r"(?:hand(?:s|ed) (?:over|the \w+)(?: [\w ]{1,20})? to|ma(?:de|kes) way for|gives? way to|gave way to|lost "
    r"(?:[\w ]{1,30} )?to|"
    r"(?:has |have |had )?sold [\w’' -]{1,40}? to|loses (?:[\w ]{1,30} )?to|pass(?:es|ed) (?:the )?[\w ]{1,20} to))"
)
_BEFORE_HOLDER = (
    r"(?:incumbent|predecessor|holder of the (?:post|office|title|seat)|office-?holder|outgoing [a-z]+|ousted [a-z]+|"
    r"departing [a-z]+|former [a-z]+|successor (?:of|to))"
)
_HOLDS = re.compile(
    r"^(?:what (?:is|['’]s) the name of|(?:who(?:['’]s)?|which (?:man|woman|person)) (?:(?:is|are)\b|"
    r"(?:now |currently )?(?:leads?|heads?|runs?|chairs?|coaches|manages?|owns?|trains?|governs?|commands?|captains?|"
    r"edits?|holds?)\b))",
    re.I,
)
INSTALLS = re.compile(
    rf"(?P<who>{PERSON})(?:, [^,.;]{{1,80}},)? (?:was |is |has been |will be |were )?(?:\w+ly )?(?:sworn in|elected|"
    r"named|appointed|chosen|inaugurated|installed|promoted|picked|takes? (?:over|office|charge)|took (?:over|office|"
    r"charge|"
    r"the (?:oath|chair|helm|reins))|leads?\b|heads?\b|will (?:lead|head|run|train|coach|chair|take over)|becomes?|"
    r"became|"
    r"won|begins?|began|starts?|started)|(?:chose|elected|named|appointed|picked|hired|promoted|swore in) "
    rf"(?P<whom>{PERSON})|(?P<from>{PERSON}) [^.;]{{2,60}}\b(?:from now on|henceforth|from \w+day on)\b"
)


@dataclass(frozen=True, slots=True)
class Followed:
    """``new`` followed ``old``, by the sentence ``item``; ``named`` is the one before it that names ``new``, if that
    says only 'he'."""

    new: str
    old: str
    item: Evidence
    named: Evidence | None = None


def followed(old: str, item: Evidence) -> Followed | None:
    """Who followed ``old``, as a sentence tells; None where it does not."""
    surname = re.escape(old.rsplit(maxsplit=1)[-1])
    x = rf"(?:{_TITLED}|{_BEFORE_HOLDER}[,:]? )?(?:the |his |her )?(?:[\w’'-]+ ){{0,3}}?{surname}\b"
    text = item.quote
    active = re.search(rf"\b{_FOLLOWED} (?:out )?(?:{_BEFORE_HOLDER},? )?{x}", text)
    beside = re.search(rf"\b{_BEFORE_HOLDER}(?: of [^,.;]{{2,40}})?,? (?:[\w’'-]+ ){{0,2}}?{surname}\b", text)
    passive = re.search(rf"{surname}\b(?:, [^,.;]{{1,80}},)? (?:who )?{_GIVES_WAY} {_TITLED}(?P<new>{PERSON})", text)
    heir = re.search(
        rf"{surname}['’]s? (?:successor|replacement)[,:]? (?:is |will be )?{_TITLED}(?P<new>{PERSON})", text
    )
    if told := passive or heir:
        return Followed(told["new"], old, item) if told["new"].split()[-1] != old.rsplit(maxsplit=1)[-1] else None
    cue = active or beside
    if not cue:
        return _after_the_end(old, item)
    before = text[: cue.start()]
    sure = active or re.match("successor", cue[0], re.I) or INSTALLS.search(text)
    if not (sure or re.search(r"\b(?:against|than|from|for|over)\b", before)):
        return None  # 'praised the outgoing mayor, Ruth Amber'
    new = _subject(before, old)
    if new:
        return Followed(new, old, item)
    if re.search(r"(?:^|[;,.] |\b(?:and|but|as|when|after) )(?:[Hh]e|[Ss]he)\b", before) or not names(before):
        above = _above(item)
        installed = above and _person_of(above.quote, old)
        if above and installed:
            return Followed(installed, old, item, above)
    return None


def _after_the_end(old: str, item: Evidence) -> Followed | None:
    """Who was put in the place of ``old``, where one sentence says that the time of the one ended and the other leads:
    'After the retirement of Gus Holm the port is now led by Nora Feld'."""
    surname = re.escape(old.rsplit(maxsplit=1)[-1])
    over = ended(old, item.quote) or re.search(rf"\b{_ENDED_OF} (?:[\w’'-]+ ){{0,3}}?{surname}\b", item.quote)
    led = _LED_BY.search(item.quote) if over else None
    new = led["new"] if led else _person_of(item.quote, old) if over else None
    return Followed(new, old, item) if new and old.rsplit(maxsplit=1)[-1] not in new else None


_ENDED_OF = r"(?:retirement|departure|resignation|death|exit|dismissal|removal|sacking|end of the term|farewell) of"
_LED_BY = re.compile(
    rf"\b(?:led|headed|run|chaired|managed|coached|commanded|directed|edited|captained|governed|owned|trained) by "
    rf"{_TITLED}(?P<new>{PERSON})"
)


def _subject(before: str, old: str) -> str | None:
    """The person who is the subject of what follows: the last one named, but not within what they were chosen for."""
    people = [m[0] for m in re.finditer(PERSON, before) if old.rsplit(maxsplit=1)[-1] not in m[0]]
    if chosen := INSTALLS.search(before):
        return chosen["who"] or chosen["whom"] or chosen["from"]
    return people[0] if people else None


def _person_of(sentence: str, old: str) -> str | None:
    found = INSTALLS.search(sentence)
    named = found and (found["who"] or found["whom"] or found["from"])
    return named if named and old.rsplit(maxsplit=1)[-1] not in named else None


def _above(item: Evidence) -> Evidence | None:
    """The sentence before one, in the same paragraph or the one above."""
    body = item.article.body
    spans = sentence_spans(body[: item.start], item.article.language)
    if not spans:
        return None
    start, end = spans[-1]
    return Evidence(item.article, start, end, body[start:end], item.score)


def holds_office(question: str) -> bool:
    """Whether it is asked who holds an office, or leads or owns something, now."""
    return bool(_HOLDS.match(question.strip()))


def dated_if_old(question: str, verdict: Verdict, asked: date, time: Time) -> Verdict:
    """The verdict with its day where it says who holds something now, and its newest quote is old."""
    if time != "now" or not verdict.claims or not holds_office(question):
        return verdict
    first = verdict.claims[0]
    days = [d for e in first.quotes if (d := day(e.article.published))]
    if not days or asked - max(days) < OLD or first.text.startswith("As of "):
        return verdict
    text = f"As of {day_words(max(days))}: {first.text[:1].upper()}{first.text[1:]}"
    return replace(verdict, claims=(replace(first, text=text), *verdict.claims[1:]))
