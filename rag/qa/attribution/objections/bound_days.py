"""Times that a question binds to a noun ('the 2023 marathon', "last year's election"), and whether a sentence is of
them: by its own days, by what stands above it, or by its article's day.

A quote that is of another edition of the same thing holds every other word of the answer, and a draft repeats the
question's year: so the year has to be borne before anything is drafted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.qa.attribution.clauses import clause_at
from rag.text.lexicon import STOPWORDS
from rag.text.timex.expressions import Timex, timexes
from rag.text.tokens import among, content
from rag.types import Article, Evidence, day

LEAD_OF_DAYS = 300
"""Characters of an article that say of what time all of it is."""
FIRST_YEAR = 1800
"""A number below it that stands before a noun is none of a year."""
NEAR_WORDS = 4
"""Words between a year and its noun, at most: 'the 2023 Tolva city marathon'."""

_LONG = frozenset(("year", "season", "quarter", "month"))
_SHORT = frozenset(("day", "week"))
_IN = re.compile(r"\b(?:in|during|of|for|throughout)(?: the year)? $", re.I)
_OTHER = re.compile(
    r"\b(?:than|since|from|to|until|till|by|before|after|between|and|or|through|compared (?:with|to)|versus|vs\.?|over|"
    r"as of|born|founded|aged?)(?: in| the| early| late| mid)* $",
    re.I,
)
_COMPARES = re.compile(r"\b(?:than|since|compared (?:with|to)|versus|vs\.?|unlike)(?: in| the)* $", re.I)
_OPENS_A_NOUN = re.compile(r"(?:\b(?:the|an?|its|their|his|her|this|that|which|what)|['’]s?) $", re.I)
_SAYS = re.compile(r"\b(?:said|says|told|announced|reported|confirmed|according|added|stated|wrote)\b", re.I)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


@dataclass(frozen=True, slots=True)
class BoundTime:
    """``words`` of a question name the days from ``first`` to ``last``. ``strict``: they stand before a noun, and the
    sentence itself must be of these days; else the article must know of them. ``nouns`` are what they are bound to."""

    words: str
    first: date
    last: date
    strict: bool
    nouns: frozenset[str]


def bound_times(question: str, asked: date | None) -> list[BoundTime]:
    """The times that a question binds; without the day on which it is ``asked``, only years that it names."""
    found = []
    for t in timexes(question, asked or date(2000, 6, 15)):
        named = t.printed.year is not None
        before, after = question[: t.start], question[t.end :]
        if t.unit not in _LONG or not (named or asked) or t.guessed or _COMPARES.search(before[-40:]):
            continue
        owns = re.match(r"['’]s? (?=[\w“\"])", after)
        attached = re.match(r" (?=[^\W\d_])", after) and (_OPENS_A_NOUN.search(before) or not before)
        nouns = _nouns(after)
        if owns or (named and attached and nouns and not _is_number(t, after)):
            found.append(BoundTime(question[t.start : t.end], t.first, t.last, True, nouns))
        elif named and _IN.search(before) and not _OTHER.search(before[-40:]):
            found.append(BoundTime(question[t.start : t.end], t.first, t.last, False, frozenset()))
    return found


def _is_number(t: Timex, after: str) -> bool:
    """Whether it is no year: 'the 2000 workers', 'the 1500 metres'."""
    year = t.printed.year or 0
    return year < FIRST_YEAR or (year % 50 == 0 and bool(re.match(r" [a-z][\w’'-]*s\b", after)))


def _nouns(after: str) -> frozenset[str]:
    """The first words after a time, up to a verb or a preposition: what it is bound to."""
    words: list[str] = []
    for m in _WORD.finditer(after[:80]):
        word = m[0]
        if word.lower() in STOPWORDS - {"new"}:
            if words:
                break
            continue
        words.append(word)
        if len(words) == NEAR_WORDS:
            break
    return frozenset(content(" ".join(words)))


def borne(bound: BoundTime, item: Evidence) -> bool:
    """Whether a sentence is of the days of ``bound``."""
    article, published = item.article, day(item.article.published)
    if not bound.strict:
        return _known(bound, article)
    own = _days(item.quote, published)
    inside = any(_meet(t, bound) for t in own)
    elsewhere = [t for t in own if t.unit in _SHORT and not _meet(t, bound) and not _of_speech(item.quote, t)]
    if _beside(bound, item.quote, other=True):
        return False  # 'the 2024 budget', asked about that of 2023
    if inside and not (elsewhere and not _beside(bound, item.quote)):
        return True
    if _beside(bound, f"{article.title}. {article.body}"):
        return not (elsewhere and _of_its_day(bound, published)) or any(_meet(t, bound) for t in elsewhere)
    if elsewhere:
        return False
    if any(_meet(t, bound) for t in _days(_above(item), published)):
        return True
    return _of_its_day(bound, published)


def _of_speech(text: str, t: Timex) -> bool:
    """Whether a time is that of saying so: 'the union said on Monday'."""
    return bool(_SAYS.search(text[slice(*clause_at(text, t.start))]))


def _of_its_day(bound: BoundTime, published: date | None) -> bool:
    return published is not None and bound.first <= published <= bound.last


def _known(bound: BoundTime, article: Article) -> bool:
    """Whether an article came out on the days of ``bound``, or names them anywhere."""
    published = day(article.published)
    return _of_its_day(bound, published) or any(
        _meet(t, bound) for t in _days(f"{article.title}. {article.body}", published)
    )


def _meet(t: Timex, bound: BoundTime) -> bool:
    """Whether a time of a text lies within the bound one, or is one as long as a year that holds it."""
    return t.unit != "decade" and t.first <= bound.last and bound.first <= t.last


@lru_cache(maxsize=1024)
def _days(text: str, published: date | None) -> tuple[Timex, ...]:
    return tuple(t for t in timexes(text, published or date(2000, 6, 15)) if published or t.printed.year)


def _above(item: Evidence) -> str:
    """The headline, and what stands before a sentence in the lead or in its own paragraph."""
    body = item.article.body
    paragraph = body.rfind("\n\n", 0, item.start) + 1
    lead = body[: min(LEAD_OF_DAYS, item.start)]
    return f"{item.article.title}. {lead} {body[max(paragraph, len(lead)) : item.start]}"


def _beside(bound: BoundTime, text: str, *, other: bool = False) -> bool:
    """Whether a text has the bound year just before or after one of its nouns: 'the 2023 marathon', 'the vote of
    2023'. With ``other``: whether it has another year there, and the bound one nowhere."""
    if bound.first.year != bound.last.year or (other and str(bound.first.year) in text):
        return False
    year = r"(?:19|20)\d\d" if other else str(bound.first.year)
    for m in re.finditer(rf"\b{year}\b", text):
        near = text[m.end() : m.end() + 60]
        before = re.search(
            r"((?:[\w’'-]+ ){1,4})(?:of|in|for) (?:the year )?$", text[max(0, m.start() - 60) : m.start()]
        )
        words = [*_nouns(near)] if near[:1] == " " else []
        words += content(before[1]) if before else []
        if bound.nouns and any(among(noun, words) for noun in bound.nouns):
            return True
    return False


def of_bound_times(
    question: str, asked: date | None, scored: Sequence[Evidence]
) -> tuple[tuple[Evidence, ...], str | None]:
    """The sentences that are of the times that a question binds, and the words of the first time that none is of."""
    kept = tuple(scored)
    for bound in bound_times(question, asked):
        left = tuple(e for e in kept if borne(bound, e))
        if not left:
            return (), bound.words
        kept = left
    return kept, None
