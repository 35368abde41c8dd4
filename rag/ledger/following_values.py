"""What an answer's value is, and whether two values say the same: in meaning, however they are spelled."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.qa.attribution.subjects import meant_in
from rag.text.answer_type import YES_NO, answer_type
from rag.text.entities import NAME_PATTERN, without_title
from rag.text.quantities import Quantity, agree, comparable, quantities
from rag.text.timex.expressions import Timex, printed_dates, timexes
from rag.text.tokens import among, content, related, tokens
from rag.types import Answer, Evidence

ANY_DAY = date(2000, 6, 15)
MIN_SHARED = 0.5
"""Share of the words of the shorter of two values in free words that the other one must hold to say the same."""
_JOINED = re.compile(r"\s*(?:,|;|&|\band\b)\s*")


CALLED_OFF = re.compile(
    r"\b(?:called off|cancell?ed|scrapped|abandoned|suspended|shelved|put off indefinitely|postponed indefinitely|"
    r"will not (?:take place|happen|go ahead|be held))\b",
    re.I,
)
"""What is said of a plan that is none any more."""


NOBODY = re.compile(r"(?:nobody|no one|none)\b.{0,20}", re.I)
"""How a count ends that has come to nothing."""


_STATES = re.compile(r"^(?:is|are|was|were|will|has|have)\b.*?\b(?P<one>[a-z]+) or (?P<other>[a-z]+)\b", re.I)


def states_asked(question: str) -> tuple[str, ...]:
    """The two states that a question asks between: 'Is the bridge open or closed?'"""
    found = _STATES.search(question.strip())
    return () if found is None else (found["one"].lower(), found["other"].lower())


def states_told(question: str, text: str) -> list[tuple[int, int]]:
    """Where a text has a word for one of the states that a question asks between: 'shut', asked whether closed."""
    wanted = content(" ".join(states_asked(question)))
    words = [(m.span(), set(content(m[0]))) for m in re.finditer(r"[A-Za-z]+", text)] if wanted else []
    return [at for at, own in words if own and any(meant_in(t, own) for t in wanted)]


def _states_meant(question: str, text: str) -> set[str]:
    """The states, of those asked between, that the words of a text mean."""
    said = set(content(text))
    return {state for state in states_asked(question) if any(meant_in(t, said) for t in content(state))}


def standing_value(question: str, answer: Answer) -> str | None:
    """The short answer, or the words of the cited sentence that the reader marks; else the sentence itself.

    Without a language model the short answer is cut out by rules, which know less of the question than the reader.
    """
    if answer.refused or not answer.citations:
        return None
    first = answer.citations[0]
    if told := states_told(question, first.quote):
        return first.quote[slice(*told[0])]
    if YES_NO.match(question):
        return first.quote
    marked = next((e for e in answer.evidence if (e.article.id, e.start) == (first.article.id, first.start)), None)
    span = best_words(question, marked) if marked else None
    short = answer.short
    if place := place_after_verb(question, first.quote):
        return place
    if answer.model != "none" or span is None:
        return short or span or first.quote
    if short and short in first.quote and (short in span or span in short):
        longer, bare = sorted((short, span), key=len, reverse=True)
        echoes = set(content(longer)) & set(content(question)) - set(content(bare))
        if answer_type(question) == "person" and echoes:
            return bare
        return longer if len(longer) < 2 * len(bare) else short
    return span


def best_words(question: str, item: Evidence) -> str | None:
    """The words of a sentence that answer: those that the reader marks, but a place where what is asked happened."""
    return place_after_verb(question, item.quote) or marked_words(item)


_WHERE_DONE = re.compile(r"^where (?:was|were|is|are|has|have|will) .* (?P<verb>[a-z]{4,})\W*$", re.I)


def place_after_verb(question: str, quote: str) -> str | None:
    """'Trieste' of 'stolen in Austria, was found in a locker in Trieste', asked where it was found."""
    asked = _WHERE_DONE.match(question.strip())
    at = re.search(rf"\b{asked['verb']}\b", quote) if asked else None
    if at is None:
        return None
    places = (m for m in NAME_PATTERN.finditer(quote, at.end()) if not printed_dates(m[0]))
    return next((m[0] for m in places if re.search(r"\b(?:in|at|near|outside)(?: the)? $", quote[: m.start()])), None)


def marked_words(item: Evidence) -> str | None:
    """The words of a sentence that the reader takes for the answer, made whole: a number's unit, all of a name or of a
    date; without what they are set against."""
    if item.span is None:
        return None
    start, end = item.span[0] - item.start, item.span[1] - item.start
    if not 0 <= start < end <= len(item.quote):
        return None
    whole = [(q.start, q.end) for q in quantities(item.quote)]
    whole += [m.span() for m in NAME_PATTERN.finditer(item.quote)]
    for spans in (whole, [(t.start, t.end) for t in printed_dates(item.quote)]):
        inside = [w for w in spans if w[0] <= start and end <= w[1]]
        start, end = min(inside, key=lambda w: w[1] - w[0], default=(start, end))
    return _AGAINST.split(item.quote[start:end])[0].strip(" ,;.") or None


_AGAINST = re.compile(r",? (?:(?:and|but) not|rather than|instead of)\b")


def says_the_same(question: str, one: str, other: str, said: tuple[date | None, date | None] = (None, None)) -> bool:
    """Whether two values answer ``question`` alike: 'twelve' and '12', '5 May' and 'May 5, 2026', 'Lee' and 'Anna Lee'.

    ``said`` are the days on which they were reported, from which 'on Friday' counts. Where one is no more than less
    exact ('over 10', 'in May'), they are alike.
    """
    if tokens(one) == tokens(other):
        return True
    if all(states := [_states_meant(question, value) for value in (one, other)]):
        return states[0] == states[1]
    kind = answer_type(question)
    off = [bool(CALLED_OFF.fullmatch(value.strip())) for value in (one, other)]
    if any(off):
        return all(off)
    if kind == "date":
        days = _same_days(one, other, said)
        return True if days is None else days  # 'after the vote' says nothing against 5 May
    if kind == "amount" and any(none := [bool(NOBODY.fullmatch(value.strip())) for value in (one, other)]):
        return all(none)
    if (numbers := _same_numbers(question, one, other)) is not None:
        return numbers
    if kind == "amount":
        return not (numbers_of(one) and numbers_of(other))  # 'dozens' says nothing against 36
    return _same_words(one, other)


def _same_days(one: str, other: str, said: tuple[date | None, date | None]) -> bool | None:
    """Whether the days of two expressions overlap; None where one names none. Where the words leave the year or the
    week open ('April 3', 'Friday'), the nearest that fit count."""
    spans = [timexes(text, day or ANY_DAY) for text, day in zip((one, other), said, strict=True)]
    if not all(spans):
        return None
    (a, *_), (b, *_) = spans
    if _printed_alike(one, other):
        return True
    return any(
        x.first + i <= y.last + j and y.first + j <= x.last + i
        for x, y in ((a, b),)
        for i in _open(x, y)
        for j in _open(y, x)
    )


def _open(t: Timex, other: Timex) -> tuple[timedelta, ...]:
    """What the words of an expression leave open: the year of a day or month, the week of a weekday."""
    if not t.guessed:
        return (timedelta(),)
    if t.printed.month:
        return (timedelta(), timedelta(365), timedelta(-365))
    weekdays = t.printed.weekday and other.printed.weekday and not other.printed.month  # each of its own report
    return (timedelta(),) if weekdays else (timedelta(), timedelta(7), timedelta(-7))


def _printed_alike(one: str, other: str) -> bool:
    """Whether two dates agree in all that both print, and have more in common than a weekday."""
    a, b = ([q for q in quantities(text) if q.kind == "date"] for text in (one, other))
    return any(x.day and y.day and x.day.month and y.day.month and agree(x, y) for x in a for y in b)


def _same_numbers(question: str, one: str, other: str) -> bool | None:
    """Whether two values have a number in common; None where there are none to compare."""
    a, b = numbers_of(one), numbers_of(other)
    if not a or not b or not (answer_type(question) == "amount" or _only_number(one, a) or _only_number(other, b)):
        return None
    if any(_alike(x, y) for x in a for y in b):
        return True
    return None if not any(comparable(x, y) or {x.kind, y.kind} <= _PLAIN for x in a for y in b) else False


_PLAIN = frozenset(("number", "count"))


def numbers_of(text: str) -> list[Quantity]:
    """The numbers of a value; its dates where it has no other."""
    found = [q for q in quantities(text) if q.kind != "date"] or quantities(text)
    return [q for q in found if q.kind != "ordinal"] or found


def _only_number(text: str, found: list[Quantity]) -> bool:
    return sum(q.end - q.start for q in found) * 2 >= len(text.strip())


def _alike(a: Quantity, b: Quantity) -> bool:
    if {a.kind, b.kind} <= _PLAIN:
        return bool(_within(a, b) or _within(b, a)) or abs(a.value - b.value) < 1e-9 * max(abs(a.value), 1.0)
    return agree(a, b) or (a.unit == b.unit and (_within(a, b) or _within(b, a)))


def _within(rough: Quantity, exact: Quantity) -> bool:
    """Whether ``exact`` is what 'about 10' or '10 to 20' may have meant."""
    low, high = sorted((rough.value, rough.high))
    if rough.kind == "score":
        return False
    slack = ROUGH.get(rough.approx, 0.0) * abs(rough.value)
    below, above = slack * (rough.approx != "over"), slack * (rough.approx != "under")
    return low - below <= exact.value <= high + above


ROUGH = {"about": 0.05, "over": 0.25, "under": 0.25}
"""Share of a rough number by which an exact one may differ and still be what it meant."""


def _same_words(one: str, other: str) -> bool:
    """Whether two names or phrases say the same: the same persons or things, as far as both name them."""
    lists = [[part for part in _JOINED.split(text) if content(part)] for text in (one, other)]
    if min(map(len, lists)) > 1:
        few, many = sorted(lists, key=len)
        return len(few) == len(many) and all(any(_same_name(a, b) for b in many) for a in few)
    return _same_name(one, other)


def _same_name(one: str, other: str) -> bool:
    a, b = (content(without_title(text)) or tokens(text) for text in (one, other))
    if not a or not b:
        return False
    few, many = sorted((a, b), key=len)
    if all(among(t, many) for t in few):
        return True
    named = all(text[:1].isupper() for text in (one, other))
    if named:  # 'Rossi' and 'M. Rossi', but neither 'Anna Lee' and 'Tom Lee' nor 'Fenwray' and 'Hartlow'
        return related(a[-1], b[-1]) and len(few) > 1 and a[0][:1] == b[0][:1] and 1 in (len(a[0]), len(b[0]))
    return sum(among(t, many) for t in few) > MIN_SHARED * len(few)


def stands_in(question: str, value: str, text: str, said: tuple[date | None, date | None] = (None, None)) -> bool:
    """Whether ``text`` gives ``value`` as well, in whatever spelling."""
    kind = answer_type(question)
    days = [text[t.start : t.end] for t in timexes(text, said[1] or ANY_DAY)]
    if kind == "date" and timexes(value, said[0] or ANY_DAY):
        return any(_same_days(value, found, said) for found in days)
    numbers = numbers_of(value)
    if numbers and (kind == "amount" or _only_number(value, numbers)):
        return any(_alike(x, y) for x in numbers for y in quantities(text) if {x.kind, y.kind} <= _PLAIN or agree(x, y))
    there = tokens(text)
    wanted = content(without_title(value)) or tokens(value)
    if value[:1].isupper() and len(wanted) < 5 and kind in ("person", "place", "name"):
        return among(wanted[-1], there)
    return bool(wanted) and sum(among(t, there) for t in wanted) >= 0.75 * len(wanted)


_RISES = re.compile(
    r"\b(?:die[sd]?|dead|killed|deaths?|toll|injured|hurt|wounded|arrested|cases|burn(?:ed|t)?)\b", re.I
)


def is_rise_only(question: str) -> bool:
    """Whether a question counts what later reports only raise, unless they correct it."""
    return bool(_RISES.search(question))


_KINDS_ASKED = (
    (r"\bpercent\b|\bper cent\b|\bturnout\b|\bwhat share\b|%", {"percent", "points"}),
    (r"^how long\b|\bhow long\b", {"duration", "length"}),
    (r"\bhow (?:far|tall|high|deep|wide)\b", {"length"}),
    (r"\bhow many\b", {"number", "count"}),
    (
        r"\bhow much\b.*\b(?:costs?|worth|money|price|offer\w*|fined?|prize|bid|owe|spend|spent|dollars|euros|"
        r"pa(?:id|ys?)|fetch\w*|earn\w*|invest\w*|borrow\w*|"
        r"pounds)\b",
        {"money"},
    ),
)


def fits_kind(question: str, q: Quantity) -> bool:
    """Whether a quantity is of the kind that a question asks for, as far as its words say: money, a time, a count."""
    for words, kinds in _KINDS_ASKED:
        if re.search(words, question, re.I):
            return q.kind in kinds or (bool(q.unit) and q.unit.split()[-1] in question.lower())
    return True
