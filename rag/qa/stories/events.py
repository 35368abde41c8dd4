"""The sentences of an article that tell of something that happened or is to happen, each with the days of it.

The day of an event is not the day of its report: 'on Friday' in an article of Sunday is the day before yesterday. A
sentence that names no day tells of the day that the report began with, or of that on which it came out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from rag.qa.attribution.factuality import PAST
from rag.text.sentences import sentence_spans
from rag.text.timex.expressions import Timex, timexes
from rag.text.timex.tense import direction
from rag.types import Article, day
from rag.types.stories import DayPrecision

MIN_EVENT_WORDS = 4
MAX_HEADING_WORDS = 15
LEAD_SENTENCES = 4
"""Sentences at the beginning of an article, whose day is that of what it reports on."""
MAX_LEAD_DAYS = 7
"""Days before its publication that such a day may lie: further back it is no report of an event."""

_PAST = "|".join(sorted({*PAST, "was", "were", "had", "did", "cut", "put", "hit", "shut"}, key=len, reverse=True))
_NOT_PAST = (
    "need speed indeed hundred based feed seed red bed so-called expected scheduled planned slated supposed used"
).split()
HAPPENED = re.compile(
    rf"\b(?:{_PAST}|(?<!\bbe )(?<!\bto )(?<!\bnot )(?!(?:{'|'.join(_NOT_PAST)})\b)[a-z]{{2,}}ed|"
    r"(?:has|have) (?:\w+ ){0,2}(?:been|become|begun|made|taken|won|lost|agreed|\w+ed))\b"
)
"""Verbs of what is over."""
_STATE = re.compile(
    r"\b(?:is|are)\b(?! (?:\w+ )?(?:being|to|due|set|expected|[a-z]+ed)\b)|\b(?:has|have)\b (?:an?|the|no|"
    r"two|its|their|\d)"
)
"""How something is, not what happened to it."""
TO_COME = re.compile(
    r"\b(?:will|won['’]t|shall|(?:is|are) (?:\w+ )?(?:to|due|set|scheduled|expected|slated|planned|likely)\b|plans? to|"
    r"planning to|intends? to|hopes? to|aims? to|expects? to|scheduled|slated|to (?:open|begin|start|close|end|reopen|"
    r"resume|launch|vote|meet|return|pay))\b|[’']ll\b"
)
"""Words of what is still to come."""
_NOT_TO_COME = re.compile(
    r"\b(?:will not|won['’]t|will no longer|will never|is not (?:to|due|expected)|are not (?:to|due|expected))\b"
)
_NEWS_PRESENT = re.compile(
    r"^[\"“‘']?(?:[A-Z][\w’'-]*,? ){1,6}(?:to |(?!is |was |has |does |its |this |as |us )[a-z]+s )|"
    r"^[\"“‘']?(?:The |A |An )?[\w’' -]{2,60}? (?:says|opens|closes|"
    r"begins|ends|starts|takes|wins|loses|resigns|quits|dies|falls|rises|cuts|raises|reopens|returns|"
    r"leaves|arrives|stands at|reaches|hits|passes)\b"
)
_ATTRIBUTE = re.compile(
    r" (?!and\b|or\b|to\b|by\b|in\b|at\b|on\b|with\b|for\b|from\b|after\b|before\b|when\b|as\b|that\b|"
    r"but\b|if\b|because\b|while\b|was\b|were\b|is\b|are\b|had\b|has\b|will\b|would\b|until\b|than\b|the\b|"
    r"there\b|it\b|they\b|he\b|she\b|we\b|over\b|under\b|where\b|who\b|which\b|did\b|said\b)[A-Za-z]"
)
_BEFORE_ATTRIBUTE = re.compile(r"(?:\b(?:the|a|an|its|this|their|his|her|our)|['’]s) $", re.I)
_PREPOSITION = re.compile(
    r"\b(?:in|since|by|until|till|during|of|from|to|before|after|for|early|late|mid|through|around|about|and|on|between)"
    r" (?:early |late |mid-?)?$",
    re.I,
)
_BESIDE = re.compile(
    r"\b(?:before|after|following|ahead of|prior to|from|until|till|(?:said|says|told \w+)(?: on)?)(?: the)? $",
    re.IGNORECASE,
)
"""Before a time at which something else was, or at which the event was only spoken of."""
_COMPARED = re.compile(
    r"(?:(?<!earlier )(?<!later )(?<!sooner )\bthan|\b(?:compared with|compared to|unlike|against|(?:up|"
    r"down) from [\w ]{1,20}))(?: the| in| on)? $|"
    r"\b(?:first|highest|lowest|biggest|largest|smallest|worst|best|most|least|fewest|only|longest)\b.{0,60} since $|"
    r"\b(?:should|could|would|might|must|ought to) have (?:been )?\w+ (?:in|on|by|before|at) $",
    re.IGNORECASE,
)
"""Before a time that the event is only compared with, or at which it did not come about."""
_SINCE_CLAUSE = re.compile(r"\bsince (?!(?:it|he|she|they)\b)(?P<clause>[^,.;]{3,80})$", re.IGNORECASE)
_RESTRICTIVE = re.compile(r"[\w’'] (?:who|which|that) (?P<clause>[^,;]{2,90})$")
_MAIN_VERB = re.compile(r"\b(?:will|has|have|had|is|are|was|were|would|can|could)\b")
_CLAUSE = re.compile(r", (?:(?:by|in|to|from|of|for|at|under) )?(?:who|which|whose|whom|where)\b(?:[^,]|,(?=\d))*$")
_PARTICIPLE = re.compile(
    r"(?P<noun>[\w’'.%)-]+),? (?:[a-z]+ed|agreed|begun|built|made|held|given|stolen|set|won|born|taken|sold|bought)"
    r" (?:[\w’' -]{0,30} )?(?:in|on|by|at|last|this)? ?$"
)
_AUXILIARY = re.compile(
    r"(?:is|are|was|were|be|been|being|has|have|had|who|which|that|and|it|he|she|they|not|[a-z]+ly|also|now|still|then)$",
    re.IGNORECASE,
)
_FINITE_AFTER = re.compile(r",? (?:was|were|has|have|had|is|are|will|would|said|says)\b")
_ENDED = re.compile(r"[.!…:;][\"”’')\]]*$|[”\"]$")
_SET_FOR = re.compile(
    r"(?:(?<!is )(?<!are )(?<!now )(?<!been )(?<!was )(?<!were )\b(?:set|scheduled|due|planned|slated|"
    r"booked|fixed|billed) "
    r"(?:for|to \w+ (?:on|in|by)))(?: the)? $",
    re.IGNORECASE,
)
"""Before the time for which something was set: 'a strike set for Friday'."""
_MOVED_TO = re.compile(
    r"\b(?:push|put|mov|brought|delay|postpon|extend|slip|shift)\w* (?:back |forward |off )?(?:to|until|"
    r"till)(?: the)? $",
    re.IGNORECASE,
)
"""Before the time to which something was moved."""
_SINCE = re.compile(r"\bsince (?:the |early |late )?$", re.IGNORECASE)
_WOULD = re.compile(r"\b(?:would|could|should)\b(?! have)", re.IGNORECASE)
_FAR, _SOON = 300, 60
"""Days: rather than so long ago, a day without its year is one that is so near."""
_ORDER = {"day": 0, "week": 1, "month": 2, "quarter": 3, "season": 3, "year": 5, "decade": 6}
_PRECISION: dict[str, DayPrecision] = {
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "season": "quarter",
    "year": "year",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence ``body[start:end]`` that tells of something that happened or is to, on the days ``first`` to ``last``.

    ``stated``: the days stand in the sentence; else they are those of the report. ``verb``: it says so with a verb of
    what is over or to come, not of how things are. ``place`` is its number in the article, from 0.
    """

    article: Article
    start: int
    end: int
    first: date | None
    last: date | None
    precision: DayPrecision
    planned: bool
    stated: bool
    verb: bool
    place: int

    @property
    def quote(self) -> str:
        return self.article.body[self.start : self.end]


@lru_cache(maxsize=512)
def tellings(article: Article) -> tuple[Telling, ...]:
    """What each sentence of an article tells, in its order; no questions and no headings."""
    published = day(article.published)
    told: list[tuple[int, int, int, Timex | None]] = []
    for place, (start, end) in enumerate(sentence_spans(article.body, article.language)):
        text = article.body[start:end]
        if len(text.split()) < MIN_EVENT_WORDS or text.rstrip("\"”’'").endswith("?"):
            continue
        if place and len(text.split()) < MAX_HEADING_WORDS and not _ENDED.search(text):
            continue  # a heading, or a line that links to another article
        told.append((place, start, end, event_time(text, published) if published else None))
    leads = (
        t.first for place, _, _, t in told if t and published and place < LEAD_SENTENCES and _is_lead(t, published)
    )
    lead = next(leads, None)
    return tuple(_telling(article, start, end, place, timex, lead) for place, start, end, timex in told)


def _is_lead(timex: Timex, published: date) -> bool:
    return timex.first == timex.last and timedelta(0) <= published - timex.first <= timedelta(MAX_LEAD_DAYS)


def _telling(article: Article, start: int, end: int, place: int, timex: Timex | None, lead: date | None) -> Telling:
    text, published = article.body[start:end], day(article.published)
    happened, state = HAPPENED.search(text), _STATE.search(text)
    over, ahead = happened is not None, bool(TO_COME.search(text))
    news = bool(_NEWS_PRESENT.match(text))
    verb = over or ahead or news
    if timex is None:
        of_lead = (happened is not None and not (state and state.start() < happened.start())) or (news and place == 0)
        planned = ahead and not over and not _NOT_TO_COME.search(text)
        only = None if planned else lead if lead and of_lead else published
        return Telling(article, start, end, only, only, "day", planned, False, verb, place)
    planned = published is not None and (
        timex.first > published
        or (timex.last >= published and timex.unit != "day" and direction(text, timex.start, timex.end) == "future")
        or (timex.first == published and direction(text, timex.start, timex.end) == "future" and ahead)
    )
    if planned and _NOT_TO_COME.search(text[: timex.start]):  # 'will not reopen on 1 August': what is new is the no
        only = lead or published
        return Telling(article, start, end, only, only, "day", False, False, verb, place)
    precision = _PRECISION.get(timex.unit, "day")
    return Telling(article, start, end, timex.first, timex.last, precision, planned, True, verb, place)


def event_time(text: str, published: date) -> Timex | None:
    """The temporal expression that says when what a sentence tells happened: the most exact one of the past, else of
    what is to come.

    'The 1991 settlement' and 'before the May vote' say when something else was.
    """
    found = [t for t in meant_times(text, published) if t.unit in _ORDER and not _says_of_another(text, t, published)]
    return min(found, key=lambda t: (_beside(text, t), t.first > published, _ORDER[t.unit], t.start), default=None)


def meant_times(text: str, published: date) -> list[Timex]:
    """The temporal expressions of a sentence, each of the year or week that is meant."""
    return [_meant(text, t, published) for t in timexes(text, published)]


def _meant(text: str, timex: Timex, published: date) -> Timex:
    """The year or week that is meant where the words leave it open: what is near, or ahead where the verb looks
    ahead."""
    before = text[: timex.start]
    if not timex.guessed or timex.first > published:
        return _since(timex, published) if _SINCE.search(before) else timex
    look = direction(text, timex.start, timex.end)
    of_week = timex.printed.weekday is not None and timex.printed.month is None
    following = timex if of_week else _moved(timex, years=1)
    soon = (
        (published - timex.last).days > _FAR
        and (following.first - published).days < _SOON
        and not HAPPENED.search(" ".join(before.split()[-6:]))
    )
    if _SINCE.search(before) or (look == "past" and not (_SET_FOR.search(before) or _MOVED_TO.search(before))):
        return following if soon and not _SINCE.search(before) else timex
    ahead = bool(
        TO_COME.search(text if not HAPPENED.search(before) else before)
        or _WOULD.search(before)
        or _SET_FOR.search(before)
        or _MOVED_TO.search(before)
    )
    if of_week:
        return _moved(timex, days=7) if ahead and timex.unit == "day" and timex.first < published else timex
    near = abs((following.first - published).days) < abs((timex.last - published).days)
    return following if near or (ahead and look == "future") else timex


def _since(timex: Timex, published: date) -> Timex:
    return _moved(timex, years=-1) if timex.guessed and timex.first > published and timex.printed.month else timex


def _moved(timex: Timex, *, days: int = 0, years: int = 0) -> Timex:
    try:
        first, last = (d.replace(year=d.year + years) + timedelta(days) for d in (timex.first, timex.last))
    except (ValueError, OverflowError):  # 29 February; the end of the calendar
        return timex
    return replace(timex, first=first, last=last)


def _says_of_another(text: str, timex: Timex, published: date) -> bool:
    """Whether a time is that of a thing that the sentence names: 'the toll approved in August was to start now'."""
    before, after = text[: timex.start], text[timex.end :]
    if _COMPARED.search(before) or (_SET_FOR.search(before) and HAPPENED.search(before[: -len("set for ")])):
        return True
    if _CLAUSE.search(before) and re.match(r"[^,]{0,60},", after):
        return True  # 'Darrow, who in June spoke of a mistake, said'
    since = _SINCE_CLAUSE.search(before)
    if since and HAPPENED.search(since["clause"]):
        return True  # 'the heaviest since fighting broke out last October'
    clause = _RESTRICTIVE.search(before)
    told_before = clause and (HAPPENED.search(before[: clause.start()]) or TO_COME.search(before[: clause.start()]))
    if clause and not told_before and HAPPENED.search(clause["clause"]) and _MAIN_VERB.search(after[:120]):
        return True  # 'the astronauts who flew up in June will not come home'
    finite = _FINITE_AFTER.match(after)
    told = HAPPENED.search(before) or _STATE.search(before) or TO_COME.search(before)
    participle = _PARTICIPLE.search(before)
    if participle and not _AUXILIARY.match(participle["noun"]):
        fresh = timedelta(0) <= published - timex.first <= timedelta(MAX_LEAD_DAYS)
        verb_before = told and told.start() < participle.start("noun") and not fresh
        if (finite and timex.first < timex.last) or (finite and after.startswith(",")) or verb_before:
            return True
    if timex.unit not in ("year", "month", "quarter", "season"):
        return False
    if finite and not told and not after.startswith(","):
        return True  # 'the grounding in June was caused by a pump'
    noun = _ATTRIBUTE.match(text, timex.end)
    return bool(
        (noun and not _PREPOSITION.search(before)) or (timex.unit == "year" and _BEFORE_ATTRIBUTE.search(before))
    )


def _beside(text: str, timex: Timex) -> bool:
    """Whether the time is one that the event is only compared with, or of a clause that says more of somebody."""
    before = text[: timex.start]
    return bool(_BESIDE.search(before) or _CLAUSE.search(before))
