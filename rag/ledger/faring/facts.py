"""What of a quote an answer took: numbers and days, names, and other words of its value; and whether it is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from rag.qa.attribution.dates import quote_days
from rag.qa.attribution.factuality import conflict, unsure
from rag.qa.attribution.objections.former_values import replaced
from rag.qa.conflicts.facets import same_day
from rag.text.answer_type import YES_NO
from rag.text.entities import names, without_title
from rag.text.lexicon import NUMBER_WORDS, TITLE_WORDS
from rag.text.quantities import Quantity, agree, carries, in_base_units, quantities
from rag.text.sentences import sentence_spans
from rag.text.synonyms import groups, means_some
from rag.text.timex.calendar import Day
from rag.text.tokens import among, content, placed, related, tokens
from rag.types import Article, day

MAX_ROUNDED = 1.05
"""Times that one of two numbers that round to each other may be the other to be the same value."""
MIN_SHARE_OF_VALUE_WORDS = 0.5
"""Of the words of a value that is neither number nor name: what a sentence must hold of them to give that value."""
MIN_SHARE_AROUND = 0.6
"""Of the other words of the old sentence: what the new one must hold, for another phrase in the value's place to be
another value and no other wording."""
_COUNTS = frozenset(("number", "count"))


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer says, to be looked for in a quote: of what it ``asked``, its ``value`` and its ``text``."""

    asked: str
    value: str | None
    text: str

    @property
    def said(self) -> str:
        return f"{self.asked}\n\n{self.value or ''}.\n\n{_UNNUMBERED.sub('', self.text)}"


def claim_of(text: str, n: int) -> str:
    """The sentences of an answer that a citation carries; all of it where none names it."""
    spans = sentence_spans(text)
    chosen = [text[a:b] for a, b in spans if re.search(rf"\[{n}\]", text[a:b])]
    return " ".join(chosen) or text


_UNNUMBERED = re.compile(r"\s?\[\d+\]")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the article that it is of."""

    quote: str
    article: Article

    @property
    def published(self) -> date | None:
        return day(self.article.published)


@dataclass(frozen=True, slots=True)
class Lost:
    """What a sentence no longer gives: ``was``, and what it gives instead, if anything of the kind."""

    was: str
    now: str | None


def lost(taken: Taken, old: Said, new: Said) -> Lost | None:
    """What the answer took from ``old`` that ``new`` does not give, its value first; None where all of it is kept."""
    found = [
        *_lost_quantities(taken, old, new),
        *_lost_names(taken, old, new),
        *_lost_words(taken, old, new),
        *_turned_round(taken, old, new),
    ]
    if found:
        value = set(tokens(taken.value or ""))
        return max(found, key=lambda f: (bool(value & set(tokens(f.was))), f.now is not None))
    claim = _in_digits(_UNNUMBERED.sub("", taken.text))
    if conflict(taken.asked, claim, _in_digits(new.quote)) and not conflict(taken.asked, claim, _in_digits(old.quote)):
        return Lost(taken.value or claim, None)
    return None


def _in_digits(text: str) -> str:
    """A text with digits for number words: 'and not four', 'and not 4'."""
    return re.sub(r"[A-Za-z]{3,}", lambda m: str(NUMBER_WORDS.get(m[0].lower(), m[0])), text)


# -- numbers and days --------------------------------------------------------------------------------------------


def taken_quantities(taken: Taken, old: Said) -> list[Quantity]:
    """The numbers and days of a quote that the answer or its question gives."""
    said, shown = quantities(taken.said), quantities(old.quote)
    days = [q.day for q in said if q.day]
    chosen = []
    for q in shown:
        if q.day is not None:
            mine = _days(q, old)
            same = any(_one_day(a, b) for a in mine for b in days)
        else:
            same = any(carries(q, s) or carries(s, q) for s in said) or _spelt(q, taken.said)
        if same:
            chosen.append(q)
    return chosen


def _one_day(shown: Day, said: Day) -> bool:
    """Whether two dates agree; of a bare weekday whether it is that day of the week."""
    if said.weekday is not None and (said.year, said.month, said.day) == (None, None, None):
        return shown.weekday == said.weekday
    return bool(same_day(shown, said))


def _spelt(q: Quantity, text: str) -> bool:
    return q.kind == "ordinal" and set(tokens(q.text)) <= set(tokens(text))


def _days(q: Quantity, said: Said) -> list[Day]:
    return quote_days(q.text, [q], said.published) or ([q.day] if q.day else [])


def _lost_quantities(taken: Taken, old: Said, new: Said) -> list[Lost]:
    shown, mine = quantities(old.quote), taken_quantities(taken, old)
    theirs = quantities(new.quote)
    found = []
    for q in mine:
        if not gives(q, old, new):
            rest = [o for o in shown if o is not q]
            found.append(Lost(q.text, _instead(q, rest, shown, theirs)))
    return found


def gives(q: Quantity, old: Said, new: Said) -> bool:
    """Whether a sentence gives a number or a day of another one, and not only as a former or a denied value."""
    theirs = quantities(new.quote)
    if q.day is not None:
        ours = _days(q, old)
        shown = quote_days(new.quote, theirs, new.published)
        updated = day(new.article.updated)
        if updated and updated != new.published:
            shown = [*shown, *quote_days(new.quote, theirs, updated)]
        same = [p for p in theirs if p.day and any(same_day(a, b) for a in ours for b in _days(p, new))]
        there = any(same_day(a, b) for a in ours for b in shown)
    else:
        same = [p for p in theirs if same_number(q, p)]
        alike = [p for p in same if _of_same_things(q, p)]
        if same and not alike and any(_of_same_things(q, p, surely=True) for p in theirs):
            return False  # '12 dead, 15 hurt' became '15 dead, 12 hurt'
        same, there = alike or same, bool(same)
    if not there:
        return False
    former = all(replaced(p, new.quote, theirs) for p in same)
    if same and former and not replaced(q, old.quote, quantities(old.quote)):
        return False
    if same and all(_swapped(q, p, old.quote, new.quote) for p in same):
        return False
    doubts = ("not", "denied", "false")
    return not same or any(unsure(new.quote, (p.start, p.end)) not in doubts for p in same) or (
        unsure(old.quote, (q.start, q.end)) in doubts
    )  # fmt: skip


def _swapped(q: Quantity, p: Quantity, old: str, new: str) -> bool:
    """Whether a number that was one name's is another's now, and the other way about: 'Sorel 3,211, Bey 2,980'."""
    ours, theirs = _whose(q, old), _whose(p, new)
    if ours is None or theirs is None or ours == theirs:
        return False
    kinds = _COUNTS if q.kind in _COUNTS else {q.kind}
    others = [o for o in quantities(old) if o.kind in kinds and not same_quantity(o, q) and _whose(o, old) == theirs]
    return any(same_quantity(o, n) and _whose(n, new) == ours for o in others for n in quantities(new))


def _whose(q: Quantity, text: str) -> str | None:
    """The last name before a number, else the first one after it."""
    placed_names = [(text.find(name), name) for name in _plain_names(text)]
    before = [name for at, name in placed_names if at < q.start]
    return before[-1] if before else next((name for at, name in placed_names if at > q.end), None)


def same_number(q: Quantity, p: Quantity) -> bool:
    """Whether two numbers are one, whatever is counted: as far as they are rounded, and near each other even so."""
    if p.day is not None or q.day is not None or not ({q.kind, p.kind} <= _COUNTS or q.kind == p.kind):
        return q.kind != p.kind and {q.kind, p.kind} <= _COUNTS | {"ordinal", "duration"} and q.value == p.value
    if {q.kind, p.kind} <= _COUNTS:
        if not (carries(p, q) or carries(q, p)):
            return False
    elif not agree(q, p):
        return False
    if q.kind in ("score", "clock", "temperature"):
        return True
    low, high = sorted((abs(in_base_units(q)), abs(in_base_units(p))))
    return high <= MAX_ROUNDED * low


def _of_same_things(q: Quantity, p: Quantity, *, surely: bool = False) -> bool:
    if not {q.kind, p.kind} <= _COUNTS:
        return q.kind == p.kind
    return bool(q.nouns & p.nouns) or (not surely and not (q.nouns and p.nouns))


def _instead(
    q: Quantity, rest: Sequence[Quantity], shown: Sequence[Quantity], theirs: Sequence[Quantity]
) -> str | None:
    """The quantity of a new sentence that stands for one of the old sentence."""
    kind = _COUNTS if q.kind in _COUNTS else {q.kind}
    others = [p for p in theirs if p.kind in kind and not same_quantity(q, p)]
    fresh = [p for p in others if not any(same_quantity(o, p) for o in rest)]
    alike = [p for p in others if _of_same_things(q, p, surely=True) and p.unit == q.unit]
    chosen = [p for p in alike if p in fresh] or alike or fresh
    place = [s for s in shown if s.kind in kind].index(q)
    order = [p for p in theirs if p.kind in kind]
    return min(chosen, key=lambda p: abs(order.index(p) - place)).text if chosen else None


def same_quantity(one: Quantity, two: Quantity) -> bool:
    """Whether two are the same as printed, whatever is counted."""
    if one.day is not None and two.day is not None:
        return bool(same_day(one.day, two.day))
    kinds = one.kind == two.kind or {one.kind, two.kind} <= _COUNTS
    return kinds and one.unit == two.unit and one.value == two.value and one.high == two.high


# -- names -------------------------------------------------------------------------------------------------------


def _plain_names(text: str) -> list[str]:
    """The names of a text that are no days and no numbers."""
    found = (without_title(name) for name in names(text))
    return [name for name in found if not quantities(name)]


def _names_of(said: Said, also: str = "", value: str | None = None) -> list[str]:
    """The names of a sentence; of what begins it only the ``value`` of the answer, and what the article, or ``also``,
    has elsewhere with a capital, for any word may begin a sentence."""
    around = f"{said.article.body}\n\n{also}"
    return [
        n
        for n in _plain_names(said.quote)
        if " " in n or n == value or re.search(rf"[\w,;] {re.escape(n)}(?!\w)", around)
    ]


def _lost_names(taken: Taken, old: Said, new: Said) -> list[Lost]:
    said = {t for name in _plain_names(taken.said) for t in _name_words(name)}
    if YES_NO.match(taken.asked) or taken.value:
        said |= set(_name_words(taken.value or ""))
    found = []
    for name in dict.fromkeys(_names_of(old, taken.said, taken.value)):
        mine = [t for t in _name_words(name) if among(t, said)]
        if mine and (gone := _lost_name(name, mine, old, new)):
            found.append(gone)
    return found


def _name_words(name: str) -> list[str]:
    return [t for t in content(name) if t not in TITLE_WORDS]


def _lost_name(name: str, mine: Sequence[str], old: Said, new: Said) -> Lost | None:
    there = set(tokens(new.quote))
    missing = [t for t in mine if not among(t, there)]
    known = set(tokens(f"{old.article.title} {old.article.body}"))
    others = _names_of(new)
    if not missing:
        return None
    partly = [n for n in others if any(related(t, w) for t in mine for w in _name_words(n))]
    if len(missing) < len(mine):
        for other in partly:  # 'Dana Hollt', where it was 'Dana Holt'; 'Holt' is not another one
            if any(not among(w, known) for w in _name_words(other)):
                return Lost(name, other)
        instead = _in_place(name, old.quote, new.quote)
        return Lost(name, instead) if instead else None
    strange = [n for n in others if any(not among(w, known) for w in _name_words(n))]
    if strange:
        return Lost(name, strange[0])
    if not _named(mine, new):
        return Lost(name, _in_place(name, old.quote, new.quote))
    instead = _in_place(name, old.quote, new.quote)
    return Lost(name, instead) if instead else None


def _named(words: Sequence[str], new: Said) -> bool:
    """Whether the article still has a name, so that 'he' or 'the town' may stand for it."""
    there = set(tokens(f"{new.article.title} {new.article.body}"))
    return all(among(t, there) for t in words)


def _in_place(name: str, old: str, new: str) -> str | None:
    """The name that stands in the new sentence where ``name`` stood in the old one."""
    at = old.find(name)
    words, others = placed(old), placed(new)
    inside = {i for i, (_, a, b) in enumerate(words) if at <= a and b <= at + len(name)}
    steps = SequenceMatcher(None, [w[0] for w in words], [w[0] for w in others], autojunk=False).get_opcodes()
    for kind, i1, i2, j1, j2 in steps:
        if kind == "replace" and inside & set(range(i1, i2)):
            piece = new[others[j1][1] : others[j2 - 1][2]]
            had = set(tokens(old))
            fresh = [n for n in _plain_names(f"x {piece}") if any(not among(t, had) for t in _name_words(n))]
            if fresh:
                return fresh[0]
    return None


# -- other words -------------------------------------------------------------------------------------------------


def _lost_words(taken: Taken, old: Said, new: Said) -> list[Lost]:
    """A value in other words than numbers and names: lost where another phrase stands in its place."""
    value = taken.value
    if not value:
        return []
    hard = {t for name in _plain_names(value) for t in content(name)}
    hard |= {t for q in quantities(value) for t in tokens(q.text)}
    bag, there = set(tokens(old.quote)), set(tokens(new.quote))
    mine = [t for t in dict.fromkeys(content(value)) if t not in hard and t in bag]
    if not mine or hard & bag:
        return []
    brought = {t for t in content(new.quote) if t not in bag}
    meant = groups(brought)
    gone = [t for t in mine if not among(t, there) and not means_some(t, meant)]
    if len(gone) <= (1 - MIN_SHARE_OF_VALUE_WORDS) * len(mine) or not brought:
        return []
    around = [t for t in dict.fromkeys(content(old.quote)) if t not in mine]
    kept = sum(among(t, there) for t in around)
    if kept < MIN_SHARE_AROUND * len(around):
        return []
    words = [new.quote[a:b] for form, a, b in placed(new.quote) if form in brought]
    return [Lost(value, " ".join(words))]


_OPPOSITES = tuple(
    tuple(frozenset(content(side)) for side in pair.split("/"))
    for pair in (
        "guilty convicted convict/acquitted cleared innocent",
        "approved approve backed accepted passed adopted/rejected reject refused blocked opposed",
        "won win wins beat victory/lost lose loses defeat",
        "rose rise risen increased grew higher gained climbed/fell fall fallen decreased shrank lower dropped declined",
        "open opened reopened opens/closed shut closes",
        "survived alive/died killed dead",
        "confirmed admitted/denied",
        "began started begins starts/ended stopped ends",
        "safe/unsafe dangerous",
        "legal lawful/illegal unlawful",
    )
)
"""Words that cannot both be so of one thing."""


def _turned_round(taken: Taken, old: Said, new: Said) -> list[Lost]:
    """What an answer says happened, where the new sentence has the opposite in its place: 'acquitted', for 'found
    guilty'."""
    said, before, after = (set(content(text)) for text in (taken.said, old.quote, new.quote))
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            gone = one & said & before
            if gone and not one & after and other & after and not other & before:
                return [Lost(_word(gone, old.quote), _word(other & after, new.quote))]
    return []


def _word(forms: Collection[str], quote: str) -> str:
    """The word of a sentence that has one of some forms."""
    return next((quote[a:b] for form, a, b in placed(quote) if form in forms), "")
