"""What an answer says of what, and whether another sentence gives a value for the same in nearly the same words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from rag.qa.attribution.clauses import NAME_RUN, clause_at, places
from rag.qa.attribution.dates import quote_days
from rag.qa.attribution.factuality import base, cues, unsure
from rag.qa.attribution.objections.endings import ended
from rag.qa.attribution.objections.former_values import background
from rag.qa.conflicts.facets import FATES_OF_PEOPLE, corrects, same_day, strange_names
from rag.text.entities import names
from rag.text.lexicon import STOPWORDS
from rag.text.quantities import Quantity, agree, comparable, fate, quantities
from rag.text.timex.calendar import Day
from rag.text.timex.names import FULL_MONTHS, WEEKDAYS
from rag.text.tokens import among, content, placed, tokens
from rag.types import Evidence, day

MIN_SHARED_OF_CLAIM = 0.6
"""Share of the words of question and claim that the other quote, under its headline, must hold."""
SHARED_NEAR = 0.85
"""The same, with what stands around that quote."""
MIN_ALIKE = 0.75
"""Share of words that two sentences must have in common, names aside, for a name to stand in for another."""


@dataclass(frozen=True, slots=True)
class OtherValue:
    """Another value for what was answered, and the sentence that gives it."""

    evidence: Evidence
    value: str
    kind: str  # of the value: "name", or a kind of quantity
    bound: bool  # 'at least 12', which a higher number of the same day does not contradict
    sure: bool = True  # in nearly the same words


class Frame:
    """What the answer says of what: its value, and the words that another sentence must share to be about the same."""

    def __init__(self, question: str, claim: str, short: str | None, cited: Evidence):
        self.question = question.strip()
        self.cited = cited
        self.published = day(cited.article.published)
        self.shown = quantities(cited.quote)
        self.value, self.printed = self._valued(short or claim, claim)
        is_name = self.value is None and short and names(short) == [short] and short in cited.quote
        self.name = short if is_name else None
        known = _words(_context(cited))
        value = _words(self.value.text if self.value else self.name or "")
        asked = _words(f"{question} {claim}")
        self.core = {w for w in asked if w in known and w not in value}
        self.named = {w for w in self.core if asked[w]}
        self.known = set(tokens(f"{cited.article.title} {cited.article.body} {' '.join(_DROPPED)}"))
        days = [q.day for q in quantities(f"{question} {claim}") if q.day and q.day.year]
        self.periods = days if self.value is None or self.value.day is None else []

    def _valued(self, short: str, claim: str) -> tuple[Quantity | None, str]:
        texts = (short,) if names(short) else (short, claim)
        for said in (q for text in texts for q in quantities(text) if q.kind != "ordinal"):
            same = [q for q in self.shown if agree(q, said)]
            if same:  # 'September' agrees with 'September 2026', and stands before it
                nearest = max(same, key=lambda q: (q.text == said.text, -q.start))
                return nearest, _with_bound(self.cited.quote, nearest)
        return None, short

    def compare(self, item: Evidence) -> OtherValue | Literal["agrees"] | None:
        """What ``item`` says of the same: another value, the same one, or nothing that can be compared."""
        if holder := self._other_holder(item):
            return holder
        if len(self.core) < 2:
            return None
        near = _words(_context(item))
        here = _words(f"{item.article.title} {item.quote}")
        if not all(among(w, near) for w in self.named) or _share(self.core, here) < MIN_SHARED_OF_CLAIM:
            return None
        if _share(self.core, near) < SHARED_NEAR:
            return None
        if self.value is not None:
            return self._number(item, self.value)
        return self._other_name(item, self.name) if self.name is not None else None

    def _number(self, item: Evidence, value: Quantity) -> OtherValue | Literal["agrees"] | None:
        published = day(item.article.published)
        found = [q for q in quantities(item.quote) if _same_kind(q, value)]
        same = [q for q in found if self._agrees(q, value, published)]
        if same:
            moved = [q for q in found if q not in same and _moved(item.quote, same[0], q)]
            if not moved:
                return "agrees" if not self._doubted(item.quote, same[0], value, published) else None
            found = moved
        found = [q for q in found if self._about(item, q) and not _part(item.quote, q)]
        if len({(q.value, q.high, q.day) for q in found}) != 1:
            return None
        other = found[0]
        if (
            self._doubted(item.quote, other, value, published)
            or strange_names(item.quote, self.known, other.start)
            or background([other], item, quantities(item.quote))
            or self._other_period(item, other, value)
            or self._history(other, value, published)
            or self._elsewhere(item)
        ):
            return None
        return OtherValue(item, _with_bound(item.quote, other), other.kind, _bounded(other, value))

    def _elsewhere(self, item: Evidence) -> bool:
        """Whether a quote is about another place: 'in Iraq', where the question and the cited quote say 'in Syria' and
        this one does not."""
        cited, here = _words(self.cited.quote), _words(item.quote)
        if all(among(w, here) or not among(w, cited) for w in self.named):
            return False
        return any(not among(w, self.core) for place in places(item.quote) for w in _words(place))

    def _history(self, q: Quantity, value: Quantity, published: date | None) -> bool:
        """Whether the answer is a day to come, and an article of before tells of a day that had passed by then: a plan
        for an end does not replace the year of the beginning."""
        before = published is None or self.published is None or published <= self.published
        return before and _ahead(value, self.published) and not _ahead(q, published)

    def _agrees(self, other: Quantity, value: Quantity, published: date | None) -> bool:
        if other.day is None or value.day is None:
            return agree(other, value)
        ours = quote_days(value.text, [value], self.published)
        alike = [same_day(a, b) for a in ours for b in quote_days(other.text, [other], published)]
        return any(alike) or all(same is None for same in alike)

    def _about(self, item: Evidence, q: Quantity) -> bool:
        """Whether the clause of a value holds a word of the frame that is no name, if there are any such."""
        words = _words(_clause(item.quote, q))
        plain = (self.core - self.named) | (q.nouns & self.core)
        return any(among(w, words) for w in plain or self.named)

    def _doubted(self, quote: str, q: Quantity, value: Quantity, published: date | None) -> bool:
        """Whether a value is denied or false, or only expected where the cited one has come about."""
        cue = unsure(quote, (q.start, q.end))
        ours = unsure(self.cited.quote, (value.start, value.end))
        if cue in ("not", "denied", "false"):
            return True
        # An outcome replaces a forecast, but not an outcome of before.
        later = ours == "expected" and published and self.published and published > self.published
        if {cue, ours} != {"expected", None} or later:
            return False
        return not (_ahead(q, published) and _ahead(value, self.published))

    def _other_period(self, item: Evidence, q: Quantity, value: Quantity) -> bool:
        """Whether a value is told of another time than the answer is about."""
        if q.day is not None:
            return False
        theirs = _days(_clause(item.quote, q))
        years = {d.year for d in _days(item.quote) if d.year}
        asked = {d.year for d in self.periods}
        if years and asked and not years & asked:
            return True
        ours = (theirs and self.periods) or _days(_clause(self.cited.quote, value))
        return bool(ours) != bool(theirs) or (bool(ours) and not any(same_day(a, b) for a in ours for b in theirs))

    def _other_holder(self, item: Evidence) -> OtherValue | None:
        """Another bearer of the office that is asked about, named with it: 'Mayor Ann Marsh'; or another winner."""
        if self.name is None or not self.named:
            return None
        if office := _OFFICE.match(self.question):
            role = re.escape(office["role"].strip())
            pattern = rf"\b(?<![Ff]ormer )(?<!ex-)(?i:{role})(?: of {NAME_RUN})?,? ({_FULL_NAME})"
        elif re.match(r"who won\b", self.question, re.I):
            pattern = (
                rf"({_FULL_NAME}) (?:is|was)(?: \w+)? (?:declared |named )?(?:the )?(?:new )?(?:winner|champion)\b"
            )
        else:
            return None
        found = re.search(pattern, item.quote)
        whole = _words(f"{item.article.title} {item.article.body}") if found else {}
        if not found or not all(among(w, whole) for w in self.named):
            return None
        surname = found[1].split()[-1]
        if surname in self.name or surname in self.question:
            return None
        if ended(found[1], item.quote) or _STANDS_IN.search(item.quote[: found.start()]):
            return None  # 'Former Ashcombe Mayor Ann Marsh'
        return OtherValue(item, found[1], "name", False, sure=False)

    def _other_name(self, item: Evidence, name: str) -> OtherValue | Literal["agrees"] | None:
        """Another name in a sentence that is otherwise the same."""
        if name in item.quote:
            return "agrees"
        brought = [n for n in names(item.quote) if not all(among(t, self.known) for t in content(n))]
        if len(brought) != 1 or {c.kind for c in cues(item.quote)} != {c.kind for c in cues(self.cited.quote)}:
            return None
        other = brought[0]
        ours = _words(self.cited.quote).keys() - _words(name).keys()
        theirs = _words(item.quote).keys() - _words(other).keys()
        if len(ours & theirs) < max(2, MIN_ALIKE * len(ours), MIN_ALIKE * len(theirs)):
            return None
        shared = _words(name).keys() & _words(other).keys()
        if shared and not (corrects(item.quote) or corrects(self.cited.quote) or _misspelt(name, other)):
            return None  # 'Lopez' and 'Maria Lopez' are one
        return OtherValue(item, other, "name", False)


_OFFICE = re.compile(
    r"^[Ww]ho (?:is|was|are)(?: the| now| currently)* (?P<role>[a-z][a-z’' -]{2,40}?) (?:of|in|for|"
    r"at) (?:the )?(?=[A-Z])"
)
_FULL_NAME = r"(?:[A-Z][\w’'-]+ ){1,2}[A-Z][\w’'-]+"
_STANDS_IN = re.compile(
    r"\b(?:acting|interim|deputy|vice|assistant|caretaker|would-be|next)[ -](?:[\w’'-]+ ){0,2}$", re.I
)
_DROPPED = frozenset(
    "report reports reported official officials police least people person according authorities spokesman "
    "spokeswoman statement told today yesterday week month year roughly about nearly almost some give gave given total "
    "number latest far still already now rise rose risen climb climbed reached stand stands stood expected expects "
    "likely forecast predicted correction corrected".split()
).union(WEEKDAYS, FULL_MONTHS) - {"may"}


def _words(text: str) -> dict[str, bool]:
    """The words that tell what a text is about, and whether they are written like names; no numbers, no days."""
    found: dict[str, bool] = {}
    for form, start, end in placed(text):
        word = text[start:end].lower()
        if not form[0].isalpha() or word in STOPWORDS or word in _DROPPED or len(word) < 2:
            continue
        key = fate(word) or base(word, form)
        sentence_start = start == 0 or text[:start].rstrip()[-1:] in (".", "!", "?", ":")
        found[key] = found.get(key, False) or (text[start].isupper() and not sentence_start)
    return {w: named for w, named in found.items() if not _is_quantity(w)}


@lru_cache(maxsize=65_536)
def _is_quantity(word: str) -> bool:
    return bool(quantities(word))


def _share(core: set[str], words: dict[str, bool]) -> float:
    return sum(among(w, words) for w in core) / len(core)


def _context(item: Evidence) -> str:
    """A quote with its headline and what stands around it."""
    body = item.article.body
    return f"{item.article.title}. {body[max(0, item.start - 300) : item.end + 200]}"


def _same_kind(q: Quantity, value: Quantity) -> bool:
    """:func:`comparable`, and surely so: what is counted is named alike on both sides, or met the same fate."""
    if not comparable(q, value):
        return False
    if not {q.kind, value.kind} <= {"number", "count"}:
        return q.kind == value.kind and q.kind != "ordinal"
    mine, theirs = q.nouns & FATES_OF_PEOPLE, value.nouns & FATES_OF_PEOPLE
    if mine or theirs:
        things = q.nouns - mine, value.nouns - theirs
        return bool(mine & theirs) and (not all(things) or bool(things[0] & things[1]))
    return bool(q.nouns & value.nouns)


_PARTIAL = re.compile(
    r"\b(?:including|among them|of (?:them|whom)|another|additional|further|an extra|up|down|by)\s+(?:\w+\s)?$", re.I
)
_MORE = re.compile(r"\s?(?:more|others?|additional|further|of (?:them|whom|the|those))\b", re.I)


def _part(quote: str, q: Quantity) -> bool:
    """Whether a number is a part of another one, or comes on top of it."""
    return bool(_PARTIAL.search(quote[max(0, q.start - 24) : q.start]) or _MORE.match(quote, q.end, q.end + 14))


def _moved(quote: str, old: Quantity, new: Quantity) -> bool:
    """'from 12 to 15': ``old`` was, ``new`` is."""
    return bool(
        re.search(r"\bfrom\s+(?:\w+\s)?$", quote[: old.start])
        and re.search(r"\bto\s+(?:\w+\s){0,2}$", quote[: new.start])
    )


_BOUND = re.compile(
    r"(?:about|around|nearly|almost|at least|more than|less than|fewer than|up to|roughly|over|approximately)\s$", re.I
)


def _with_bound(quote: str, q: Quantity) -> str:
    m = _BOUND.search(quote[max(0, q.start - 20) : q.start])
    return f"{m.group().lower() if m else ''}{q.text}"


def _bounded(a: Quantity, b: Quantity) -> bool:
    """Whether one of two values is a bound that the other one keeps: 'at least 12', and 15."""
    return any(
        one.unit == two.unit
        and ((one.approx == "over" and two.value >= one.value) or (one.approx == "under" and two.value <= one.value))
        for one, two in ((a, b), (b, a))
    )


def _clause(quote: str, q: Quantity) -> str:
    return quote[slice(*clause_at(quote, q.start))]


def _days(text: str) -> list[Day]:
    return [q.day for q in quantities(text) if q.day and (q.day.year or q.day.month)]


def _ahead(q: Quantity, published: date | None) -> bool:
    """Whether a value is a date later than its article, so that it can only be expected."""
    if q.day is None or q.day.year is None or published is None:
        return False
    return (q.day.year, q.day.month or 12, q.day.day or 28) > (published.year, published.month, published.day)


def _misspelt(a: str, b: str) -> bool:
    """'John Smith' and 'John Smyth': as many words, all but one of them the same."""
    x, y = a.split(), b.split()
    return len(x) == len(y) > 1 and sum(p != q for p, q in zip(x, y, strict=True)) == 1
