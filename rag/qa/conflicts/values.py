"""Evidence that gives another value for what was answered: an older one, a newer one, or another outlet's.

A disagreement that is none is worse than one that goes untold: where the two sentences may be about different things,
different days or different parts of a whole, nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.qa.article_days import day_words, later, ordinal
from rag.qa.attribution.clauses import PLACED, clauses
from rag.qa.attribution.dates import days
from rag.qa.attribution.factuality import base, cues, unsure
from rag.qa.attribution.objections.endings import ended
from rag.qa.attribution.objections.former_values import background
from rag.qa.conflicts.same_matter import SameMatter, corrects
from rag.text.quantities import Quantity, agree, comparable, fate, quantities
from rag.text.tokens import STOPWORDS, names, placed, related
from rag.types import Article, Evidence, day

MAX_GAP = 180
"""Days between two articles; further apart they may speak of another year's event."""
MAX_GAP_SCORE = 2  # days; two results further apart are two matches
SHARED = 0.6
"""Share of the words of question and claim that the other quote, under its headline, must hold."""
SHARED_NEAR = 0.85
"""The same, with what stands around that quote."""
ALIKE = 0.75
"""Share of words that two sentences must have in common, names aside, for a name to stand in for another."""


@dataclass(frozen=True, slots=True)
class Change:
    """Another value than the answer's. ``older``: the answer has replaced it; ``newer``: it replaces the answer;
    ``outlets``: two outlets differ within a day.

    ``text`` is one sentence to put after the answer; ``other`` carries its value. Values are as printed. ``sure`` tells
    that both sentences say it in nearly the same words, so that the newer value may take the place of the answer.
    """

    kind: Literal["older", "newer", "outlets"]
    other: Evidence
    cited_value: str
    other_value: str
    text: str
    sure: bool = True


def changes(
    question: str, claim_text: str, short: str | None, cited: Evidence, evidence: Sequence[Evidence]
) -> Change | None:
    """The one change or disagreement that is worth telling: a newer value, else another outlet's, else an older one.

    ``claim_text`` is the sentence of the answer, ``short`` its shortest form, ``cited`` the quote that carries it, and
    ``evidence`` every sentence that was selected. Reprints of the cited story are never set against it.
    """
    frame = _Frame(question, claim_text, short, cited)
    if frame.value is None and frame.name is None:
        return None
    wide = SameMatter(question, claim_text, cited, frame.value)
    found: list[_Other] = []
    support = day(cited.article.published)
    for item in evidence:
        if _same_story(item.article, cited.article):
            continue
        other = frame.compare(item) or wide.compare(item)
        if other == "agrees":
            published = day(item.article.published)
            support = max(support, published) if support and published else support
        elif other is not None:
            found.append(other if isinstance(other, _Other) else _Other(item, *other, False, sure=False))
    told = [c for other in found if (c := _told(frame, cited, other, support))]
    order = {"newer": 0, "outlets": 1, "older": 2}
    return min(told, key=lambda c: (order[c.kind], -ordinal(c.other.article)), default=None)


@dataclass(frozen=True, slots=True)
class _Other:
    evidence: Evidence
    value: str
    kind: str  # of the value: "name", or a kind of quantity
    bound: bool  # 'at least 12', which a higher number of the same day does not contradict
    sure: bool = True  # in nearly the same words


class _Frame:
    """What the answer says of what: its value, and the words that another sentence must share to be about the same."""

    def __init__(self, question: str, claim: str, short: str | None, cited: Evidence):
        self.question = question.strip()
        self.cited = cited
        self.published = day(cited.article.published)
        self.shown = quantities(cited.quote)
        self.value, self.printed = self._valued(short or claim, claim)
        self.name = None if self.value else _one_name(short, cited.quote)
        known = _words(_context(cited))
        value = _words(self.value.text if self.value else self.name or "")
        asked = _words(f"{question} {claim}")
        self.core = {w for w in asked if w in known and w not in value}
        self.named = {w for w in self.core if asked[w]}
        self.cited_words = _words(f"{cited.article.title} {cited.article.body}")
        self.periods = [q for q in quantities(f"{question} {claim}") if q.day and q.day.year and q.kind == "date"]
        if self.value is not None and self.value.day is not None:
            self.periods = []

    def _valued(self, short: str, claim: str) -> tuple[Quantity | None, str]:
        for text in (short, claim):
            for said in quantities(text):
                if said.kind == "ordinal":
                    continue
                same = [q for q in self.shown if agree(q, said)]
                if same:  # 'September' agrees with 'September 2026', and stands before it
                    nearest = max(same, key=lambda q: (q.text == said.text, -q.start))
                    return nearest, _with_bound(self.cited.quote, nearest)
            if names(short) and short != claim:
                break
        return None, short

    def compare(self, item: Evidence) -> _Other | Literal["agrees"] | None:
        """What ``item`` says of the same: another value, the same one, or nothing that can be compared."""
        if holder := self._other_holder(item):
            return holder
        if len(self.core) < 2:
            return None
        near = _words(_context(item))
        here = _words(f"{item.article.title} {item.quote}")
        if not all(_has(w, near) for w in self.named) or _share(self.core, here) < SHARED:
            return None
        if _share(self.core, near) < SHARED_NEAR:
            return None
        return self._number(item) if self.value is not None else self._other_name(item)

    def _number(self, item: Evidence) -> _Other | Literal["agrees"] | None:
        value = self.value
        assert value is not None
        published = day(item.article.published)
        found = [q for q in quantities(item.quote) if _same_kind(q, value)]
        same = [q for q in found if self._agrees(q, item, published)]
        if same:
            moved = [q for q in found if q not in same and _moved(item.quote, same[0], q)]
            if not moved:
                return "agrees" if not self._doubted(item.quote, same[0], published) else None
            found = moved
        found = [q for q in found if self._about(item, q) and not _part(item.quote, q)]
        if len({(q.value, q.high, q.day) for q in found}) != 1:
            return None
        other = found[0]
        if self._doubted(item.quote, other, published) or self._strangers(item, other):
            return None
        if background([other], item, quantities(item.quote)):
            return None
        if self._other_period(item, other, published) or self._history(other, published) or self._elsewhere(item):
            return None
        return _Other(item, _with_bound(item.quote, other), other.kind, self._bounded(other))

    def _elsewhere(self, item: Evidence) -> bool:
        """Whether a quote is about another place: 'in Iraq', where the question and the cited quote say 'in Syria' and
        this one does not."""
        cited, here = _words(self.cited.quote), _words(item.quote)
        if all(_has(w, here) or not _has(w, cited) for w in self.named):
            return False
        places = [m[2] for m in PLACED.finditer(item.quote) if not quantities(m[2])]
        return any(not _has(w, self.core) for place in places for w in _words(place))

    def _history(self, q: Quantity, published: date | None) -> bool:
        """Whether the answer is a day to come, and an article of before tells of a day that had passed by then: a plan
        for an end does not replace the year of the beginning."""
        before = published is None or self.published is None or published <= self.published
        assert self.value is not None
        return before and _ahead(self.value, self.published) and not _ahead(q, published)

    def _agrees(self, other: Quantity, item: Evidence, published: date | None) -> bool:
        assert self.value is not None
        if other.day is None or self.value.day is None:
            return agree(other, self.value)
        ours = days(self.value.text, [self.value], self.published)
        theirs = days(other.text, [other], published)
        parts = [
            [(x, y) for x, y in zip(_parts(a), _parts(b), strict=True) if x is not None and y is not None]
            for a in ours
            for b in theirs
        ]
        return not any(parts) or any(pairs and all(x == y for x, y in pairs) for pairs in parts)

    def _about(self, item: Evidence, q: Quantity) -> bool:
        """Whether the clause of a value, or the one before it, holds a word of the frame that is no name."""
        start, end = _clause(item.quote, q)
        words = _words(item.quote[start:end])
        plain = (self.core - self.named) | (q.nouns & {fate(w) or w for w in q.nouns} & self.core)
        return any(_has(w, words) for w in plain) or (not plain and any(_has(w, words) for w in self.named))

    def _doubted(self, quote: str, q: Quantity, published: date | None) -> bool:
        """Whether a value is denied or false, or only expected where the cited one has come about."""
        cue = unsure(quote, (q.start, q.end))
        if cue in ("not", "denied", "false"):
            return True
        assert self.value is not None
        ours = unsure(self.cited.quote, (self.value.start, self.value.end))
        if cue == "expected" and ours is None:
            return not (_ahead(q, published) and _ahead(self.value, self.published))
        if cue is None and ours == "expected":  # an outcome replaces a forecast, but not an outcome of before
            later = published and self.published and published > self.published
            return not later and not (_ahead(q, published) and _ahead(self.value, self.published))
        return False

    def _strangers(self, item: Evidence, q: Quantity) -> bool:
        """Whether a name stands with the value of which the cited article knows nothing."""
        own = _clause(item.quote, q)
        for span in clauses(item.quote):
            text = item.quote[slice(*span)]
            if span != own and _SAYS.search(text):
                continue  # whoever says it may be anyone
            for name in names(text):
                if quantities(name) or (span[0] == 0 and text.startswith(name) and " " not in name):
                    continue
                if any(not _has(w, self.cited_words) for w in _words(name)):
                    return True
        return False

    def _other_period(self, item: Evidence, q: Quantity, published: date | None) -> bool:
        """Whether a value is told of another time than the answer is about."""
        if q.day is not None:
            return False
        start, end = _clause(item.quote, q)
        theirs = [d for d in quantities(item.quote[start:end]) if d.day and (d.day.year or d.day.month)]
        years = {d.day.year for d in quantities(item.quote) if d.day and d.day.year}
        asked = {d.day.year for d in self.periods if d.day}
        if years and asked and not years & asked:
            return True
        if self.periods and theirs:
            return not any(_overlap(a, b) for a in self.periods for b in theirs)
        assert self.value is not None
        start, end = _clause(self.cited.quote, self.value)
        ours = [d for d in quantities(self.cited.quote[start:end]) if d.day and (d.day.year or d.day.month)]
        return bool(ours) != bool(theirs) or (bool(ours) and not any(_overlap(a, b) for a in ours for b in theirs))

    def _bounded(self, other: Quantity) -> bool:
        assert self.value is not None
        a, b = self.value, other
        for one, two in ((a, b), (b, a)):
            if one.approx == "over" and two.value >= one.value and one.unit == two.unit:
                return True
            if one.approx == "under" and two.value <= one.value and one.unit == two.unit:
                return True
        return False

    def _other_holder(self, item: Evidence) -> _Other | None:
        """Another bearer of the office that is asked about, named with it: 'Mayor Ann Marsh'."""
        office = _OFFICE.match(self.question)
        winner = re.match(r"who won\b", self.question, re.I)
        if (office is None and not winner) or self.name is None:
            return None
        whole = f"{item.article.title} {item.article.body}"
        if not all(_has(w, _words(whole)) for w in self.named) or not self.named:
            return None
        role = office["role"].strip() if office else ""
        found = (
            re.search(
                r"((?:[A-Z][\w’'-]+ ){1,2}[A-Z][\w’'-]+) (?:is|was)(?: \w+)? (?:declared |"
                r"named )?(?:the )?(?:new )?(?:winner|champion)\b",
                item.quote,
            )
            if winner
            else re.search(
                rf"\b(?<![Ff]ormer )(?<!ex-)(?i:{re.escape(role)})(?: of [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)?,? "
                rf"((?:[A-Z][\w’'-]+ ){{1,2}}[A-Z][\w’'-]+)",
                item.quote,
            )
        )
        if not found or found[1].split()[-1] in self.name or found[1].split()[-1] in self.question:
            return None
        if ended(found[1], item.quote) or _STANDS_IN.search(item.quote[: found.start()]):
            return None  # 'Former Ashcombe Mayor Ann Marsh'
        return _Other(item, found[1], "name", False, sure=False)

    def _other_name(self, item: Evidence) -> _Other | Literal["agrees"] | None:
        """Another name in a sentence that is otherwise the same."""
        assert self.name is not None
        if self.name in item.quote:
            return "agrees"
        ours = set(_words(self.cited.quote)) - set(_words(self.name))
        brought = [n for n in names(item.quote) if not all(_has(w, self.cited_words) for w in _words(n))]
        if len(brought) != 1 or {c.kind for c in cues(item.quote)} != {c.kind for c in cues(self.cited.quote)}:
            return None
        theirs = set(_words(item.quote)) - set(_words(brought[0]))
        if len(ours & theirs) < ALIKE * max(len(ours), len(theirs), 1) or len(ours & theirs) < 2:
            return None
        shared = set(_words(self.name)) & set(_words(brought[0]))
        if shared and not (corrects(item.quote) or corrects(self.cited.quote) or _misspelt(self.name, brought[0])):
            return None  # 'Lopez' and 'Maria Lopez' are one
        return _Other(item, brought[0], "name", False)


def _told(frame: _Frame, cited: Evidence, other: _Other, support: date | None) -> Change | None:
    ours, theirs = frame.published, day(other.evidence.article.published)
    if ours is None or theirs is None or support is None:
        return None
    gap = (theirs - ours).days
    if abs(gap) > (MAX_GAP_SCORE if other.kind == "score" else MAX_GAP):
        return None
    item = other.evidence
    if other.kind in ("number", "count", "duration") and other.value[:1].isupper():
        other = replace(other, value=other.value[:1].lower() + other.value[1:])  # 'Four people died' begins a sentence
    when = day_words(theirs)
    kind: Literal["older", "newer", "outlets"]
    if _mends(item) and not _mends(cited) and gap >= -1:
        kind = "newer"
    elif _mends(cited) and gap <= 1:
        kind = "older"
    elif abs(gap) > 1:
        kind = "newer" if gap > 0 else "older"
    elif _outlet(item.article) != _outlet(cited.article) and item.article.source and cited.article.source:
        kind = "outlets"
    else:
        is_later = later(item.article, cited.article)
        if is_later is None:
            return None
        kind = "newer" if is_later else "older"
    if kind == "newer" and support > theirs:
        return None  # a still newer article says what the answer says
    if other.bound and (kind == "outlets" or abs(gap) <= 1):
        return None
    if kind == "older":
        text = f"Earlier reports gave {other.value} ({when})."
    elif kind == "newer":
        text = f"A later report gives {other.value} ({when})."
    else:
        first, second = _outlet(cited.article), _outlet(item.article)
        text = f"{first[:1].upper()}{first[1:]} gives {frame.printed}, {second} gives {other.value}."
    return Change(kind, item, frame.printed, other.value, text, other.sure)


_OFFICE = re.compile(
    r"^[Ww]ho (?:is|was|are)(?: the| now| currently)* (?P<role>[a-z][a-z’' -]{2,40}?) (?:of|in|for|"
    r"at) (?:the )?(?=[A-Z])"
)
_STANDS_IN = re.compile(
    r"\b(?:acting|interim|deputy|vice|assistant|caretaker|would-be|next)[ -](?:[\w’'-]+ ){0,2}$", re.I
)
_DROPPED = frozenset(
    "report reports reported official officials police least people person according authorities spokesman spokeswoman "
    "statement told tuesday monday wednesday thursday friday saturday sunday january february march april june july "
    "august september october november december today yesterday week month year roughly about nearly almost some "
    "give gave "
    "given total number latest far still already now rise rose risen climb climbed reached stand stands stood expected "
    "expects likely forecast predicted correction corrected".split()
)


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
    return {w: named for w, named in found.items() if not quantities(w)}


def _has(word: str, words: Collection[str]) -> bool:
    return word in words or any(related(word, w) for w in words)


def _share(core: set[str], words: dict[str, bool]) -> float:
    return sum(_has(w, words) for w in core) / len(core)


def _context(item: Evidence) -> str:
    """A quote with its headline and what stands around it."""
    body = item.article.body
    return f"{item.article.title}. {body[max(0, item.start - 300) : item.end + 200]}"


def _same_story(a: Article, b: Article) -> bool:
    return a.id == b.id or (a.story is not None and a.story == b.story)


def _same_kind(q: Quantity, value: Quantity) -> bool:
    """:func:`comparable`, and surely so: what is counted is named alike on both sides, or met the same fate."""
    if not comparable(q, value):
        return False
    if not {q.kind, value.kind} <= {"number", "count"}:
        return q.kind == value.kind and q.kind != "ordinal"
    mine, theirs = ({n for n in x.nouns if fate(n) or n in _FATES} for x in (q, value))
    if mine or theirs:
        things = q.nouns - mine, value.nouns - theirs
        return bool(mine & theirs) and (not all(things) or bool(things[0] & things[1]))
    return bool(q.nouns & value.nouns)


_SAYS = re.compile(r"\b(?:said|says|told|according|reported|announced|added|confirmed)\b", re.I)
_FATES = frozenset(f for w in "killed injured missing arrested rescued displaced".split() if (f := fate(w)))
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


def _clause(quote: str, q: Quantity) -> tuple[int, int]:
    return next(((a, b) for a, b in clauses(quote) if a <= q.start < b), (0, len(quote)))


def _ahead(q: Quantity, published: date | None) -> bool:
    """Whether a value is a date later than its article, so that it can only be expected."""
    if q.day is None or q.day.year is None or published is None:
        return False
    return (q.day.year, q.day.month or 12, q.day.day or 28) > (published.year, published.month, published.day)


def _parts(d: object) -> tuple[int | None, ...]:
    return tuple(getattr(d, name) for name in ("year", "month", "day"))


def _overlap(a: Quantity, b: Quantity) -> bool:
    pairs = zip(_parts(a.day), _parts(b.day), strict=True)
    both = [(x, y) for x, y in pairs if x is not None and y is not None]
    return bool(both) and all(x == y for x, y in both)


def _one_name(short: str | None, quote: str) -> str | None:
    """The short answer, where it is nothing but one name of the quote."""
    found = names(short or "")
    return short if short and found == [short] and short in quote else None


def _misspelt(a: str, b: str) -> bool:
    """'John Smith' and 'John Smyth': as many words, all but one of them the same."""
    x, y = a.split(), b.split()
    return len(x) == len(y) > 1 and sum(p != q for p, q in zip(x, y, strict=True)) == 1


_THE = frozenset({"BBC", "AP", "FT"})


def _mends(item: Evidence) -> bool:
    return corrects(item.quote) or corrects(item.article.title)


def _outlet(article: Article) -> str:
    source = article.source or ""
    return f"the {source}" if source in _THE else source
