"""Questions that sentences of articles answer, made of their own words: what a reader may want to know next.

A sentence is turned only where its own order allows it: a number before its noun, a name with its role, an auxiliary
after its subject. Whether a question is a good one is found by trying it (``rag.qa.next_asked``).
"""

from __future__ import annotations

import re

from rag.text.lexicon import NUMBER_WORDS
from rag.text.timex.names import FULL_MONTHS, WEEKDAYS

MIN_WORDS_ASKED, MAX_WORDS_ASKED = 4, 16
MAX_SUBJECT = 60
"""Characters of a subject that is turned."""

_DAY = "|".join([*WEEKDAYS, *FULL_MONTHS])
_ABOUT = r"(?:about|around|some|nearly|almost|more than|at least|roughly|only|all)"
_NUMBER = rf"(?:{_ABOUT} )?(?:\d[\d,.]*|{'|'.join(NUMBER_WORDS)})"
_NAME = r"[A-Z][\w’'-]+(?: (?:(?:of|the|de|al|van|for) )?[A-Z][\w’'-]+){0,4}"
_AUX = r"was|were|is|are|will|has|have|had|would"
_HOW_MANY = re.compile(
    rf"^(?:{_NUMBER}) (?P<noun>(?:(?!of\b|percent\b|per\b|million\b|billion\b|miles?\b|a\.m\b|p\.m\b)"
    rf"[\w.’'-]+ ){{1,4}}?)"
    rf"(?P<rest>(?:{_AUX}|live|lived|died|took|finished|came|voted|crossed)\b.*)$",
    re.I,
)
_SUBJECT = re.compile(rf"^(?P<subject>(?:The |A |An )?[\w’'. -]{{3,{MAX_SUBJECT}}}?) (?P<aux>{_AUX}) (?P<rest>.+)$")
_ROLE = re.compile(
    r"(?P<name>[A-Z][\w-]+(?: [A-Z][\w.-]+){1,3}), (?:(?:the|an?|its|their|whose) )?(?P<role>(?:[a-z][\w-]+ "
    r"){0,3}(?:chief|director|chair\w*|president|minister|leader|spokes\w+|head|owner|manager|mayor|captain|"
    r"epidemiologist|secretary|editor|judge|professor|author|founder|skipper|coach|analyst|officer)\b[^,.;]{0,60}),"
)
_CAUSE = re.compile(r",? \b(?:because(?: of)?|due to|owing to|so that|in order to|citing)\b .*$")
_WHEN = re.compile(
    rf",? \b(?:on|in|by|from|until|at)(?: (?:the )?(?:end|start|beginning|early|late|first|second|third|"
    rf"fourth|half|quarter) (?:of )?)?(?: ?\w+ of)? ?(?:(?:early |late )?(?:{_DAY})\b[\w ,]*|(?:19|20)\d\d\b)",
)
_SAID = re.compile(
    r",? (?:[\w.’' -]{2,50} )?(?:said|says|announced|told \w+|according to)\b.*$|, [^,]{2,60} said.*$", re.I
)
_POINTS = re.compile(
    r"\b(?:he|she|it|its|they|their|them|his|her|hers|him|this|that|these|those|who|which|we|our|us|i|my|you|your|"
    r"there|here|also|too|then|now|both|another|other|others|such|so|same|latter|former|one|ones|says?|said|told)\b",
    re.I,
)
_DATELINE = re.compile(r"^[A-Z][A-Z .,’'-]{2,40}(?:, [\w. ]{2,20})?(?: \([\w ]{2,20}\))? [—–-] ")


def questions_of(sentence: str) -> list[str]:
    """The questions that a sentence answers, the most natural first; none where it has to be read with others."""
    plain = " ".join(_DATELINE.sub("", sentence).split()).rstrip(".")
    if any(mark in plain for mark in '“”"?:;()[]') or len(plain) > 320:
        roles = _who_is(plain)
        return [q for q in roles if _is_fit(q)]
    made = [*_how_many(plain), *_why_and_when(plain), *_who_is(plain)]
    return [q for q in dict.fromkeys(made) if _is_fit(q)]


def latest_on(name: str) -> str:
    """The question after the newest state of a name."""
    return f"What is the latest on {name}?"


def outlets_on(name: str) -> str:
    """The question after what outlets say of a name."""
    return f"What do the outlets say about {name}?"


def course_of_name(name: str) -> str:
    """The question after all that happened to a name."""
    return f"Give me a timeline of {name}"


def _how_many(plain: str) -> list[str]:
    found = _HOW_MANY.match(_SAID.sub("", plain))
    if not found:
        return []
    rest = _first_clause(found["rest"])
    noun = found["noun"].strip()
    spans = noun.lower().startswith(("years", "months", "days", "weeks", "hours"))
    return [] if spans else [f"How many {noun} {rest}?"]


def _why_and_when(plain: str) -> list[str]:
    found = _SUBJECT.match(_SAID.sub("", plain))
    if not found or _verbs_before(found["subject"]):
        return []
    subject = found["subject"]
    if not subject[:1].isupper() or _NOT_SUBJECT.match(subject):
        return []
    if not re.match(_NAME, subject) or re.match(r"(?:The|An?) |[A-Z][a-z]+ of ", subject):
        subject = subject[:1].lower() + subject[1:]
    aux, rest = found["aux"], found["rest"]
    made = []
    if (cause := _CAUSE.search(rest)) and "," not in rest[: cause.start()]:
        made.append(f"Why {aux} {subject} {rest[: cause.start()].strip()}?")
    if (when := _WHEN.search(rest)) and "," not in rest[: when.start()] and not _TIME_LEFT.search(rest[: when.start()]):
        done = re.sub(r" (?:early|late)$", "", rest[: when.start()].strip())
        made.append(f"When {aux} {subject} {done}?")
    return made


_NOT_SUBJECT = re.compile(
    r"^(?:In|On|At|By|For|From|After|Before|But|And|While|When|If|As|Of|To|With|Under|Within|Until|Since|About|Asked|"
    r"No|None|Nobody|Each|All|Some|Many|Most|More|Among|Aboard|What|How|Where|Why|Not|Only|Last|Next|Early|Late|"
    r"Earlier|Later|Meanwhile|Nine|Two|Three)\b"
)
_TIME_LEFT = re.compile(rf"\b(?:{_DAY}|year|month|week|day|a\.m|p\.m)\b")
_VERB = re.compile(r"\b(?:said|has|had|who|which|that|[a-z]{3,}ed)\b")


def _verbs_before(subject: str) -> bool:
    return bool(_VERB.search(subject)) or subject.count(",") > 0


def _who_is(plain: str) -> list[str]:
    found = _ROLE.search(plain)
    return [f"Who is {found['name']}?"] if found else []


def _first_clause(rest: str) -> str:
    """A predicate up to its first comma or its next clause."""
    until = (
        r",| and (?:about |roughly |some |\d|(?:\w+ )?(?:was|were|is|are|will|has|have|had)\b)| while | but | because "
    )
    return re.split(until, rest, maxsplit=1)[0].strip()


def _is_fit(question: str) -> bool:
    """Whether a question stands alone: a name or a place in it, nothing that points elsewhere, and no fragment."""
    words = question[:-1].split()
    if not question.startswith("Who is ") and not MIN_WORDS_ASKED <= len(words) <= MAX_WORDS_ASKED:
        return False
    if re.search(r"\b(?:a|an|the|of|in|on|at|to|by|for|with|and|or|from|as|than|been|be)\?$", question):
        return False
    return not _POINTS.search(question.split(" ", 2)[-1]) and bool(re.search(r" [A-Z]\w+", question))
