"""What each outlet says of one matter, in its own sentence, grouped by the value it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rag.qa.article_days import ordinal
from rag.qa.attribution.subjects import about_ids
from rag.qa.conflicts.facets import corrects
from rag.qa.conflicts.values import value_change
from rag.qa.question.request import request
from rag.qa.stories.events import event_time, meant_times
from rag.qa.stories.speakers import voice
from rag.text.answer_type import fits
from rag.text.quantities import Quantity, agree, comparable, quantities
from rag.text.tokens import content
from rag.types import Article, Copy, Evidence, day
from rag.types.stories import OutletComparison, OutletSaying, Relation, ValueGroup

MIN_SHARE_SAYING = 0.35
"""Of the best sentence's score, what an outlet's own must have to be what it says of the matter."""
MIN_SHARE_WRITING = 0.3
"""Of that least score, what an outlet's best sentence must have for the outlet to write about the matter at all."""
MIN_SHARE_OF_OWN = 0.7
"""Of the score of an outlet's best sentence, what a newer one of it must have to stand for it."""

MAX_WORDS = 12
"""Of a value; what is longer is no value but what the sentence says."""
MAX_RATIO_BESIDE = 1.5
"""Times the leading number that another outlet's may be to be set beside it."""
MAX_ROUNDED_RATIO = 1.05
"""Times that one of two numbers may be the other to count as the same value."""

_AGENCY = re.compile(
    r"^[A-Z][A-Z .,'’-]{2,30}(?:, [\w. ]{2,20})? \((?P<agency>[^)]{2,30})\) [—–-]|\((?P<also>AP|Reuters|"
    r"AFP|UPI|dpa|PA)\)\s*[—–-]"
)

_WHEN = re.compile(r"when\b|(?:on )?(?:what|which) (?:day|date|month|year)\b", re.IGNORECASE)
_RECALLED = re.compile(
    r"\bin a story (?:published|of)\b|\b(?:first|original|initial|earlier) (?:statement|report|figure|count)s?\b",
    re.IGNORECASE,
)
"""A sentence that tells what was reported before, to take it back."""

PrintsOf = Callable[[Article], Sequence[Copy]]
"""All prints of the story of an article."""


def side_by_side(question: str, scored: Sequence[Evidence], copies: PrintsOf, floor: float) -> OutletComparison:
    """The outlets' sentences on a question. ``scored`` are sentences, best first; ``floor`` is the least score."""
    about = about_ids(question, list({e.article.id: e.article for e in scored}.values()))
    near = [e for e in scored if e.article.id in about]
    least = max(floor, MIN_SHARE_SAYING * near[0].score) if near else floor
    by_outlet: dict[str, list[Evidence]] = {}
    for e in near:
        by_outlet.setdefault(e.article.source or e.article.id, []).append(e)
    newest = request(question).time == "now"
    lead = max((_of_outlet(mine, newest) for mine in by_outlet.values()), key=lambda e: e.score, default=None)
    beside = (_beside(question, lead, mine, floor, least, newest) for mine in by_outlet.values() if lead)
    told = [e for e in beside if e is not None]
    named = [(name, mine[0]) for name, mine in by_outlet.items() if mine[0].article.source]
    spoke = {e.article.source for e in told}
    silent = tuple(name for name, best in named if name not in spoke and best.score >= MIN_SHARE_WRITING * least)
    told.sort(key=lambda e: (-e.score, ordinal(e.article)))
    groups = _grouped(question, told)
    taken = {e.article.source for e in told}
    rows = [
        ValueGroup(value.text if value else None, relation, tuple(_saying(question, e, copies, taken) for e in those))
        for value, relation, those in groups
    ]
    carried = {name for group in rows for s in group.sayings for name in s.reprints}
    return OutletComparison(question, tuple(rows), tuple(name for name in silent if name not in carried))


def _beside(
    question: str, lead: Evidence, mine: Sequence[Evidence], floor: float, least: float, newest: bool
) -> Evidence | None:
    """The sentence of an outlet to set beside the leading one: one that gives the same value, else one that surely
    gives
    another of the same thing, else what bears most on the question, if that is enough."""
    own = _of_outlet(mine, newest)
    value = value_of(question, lead)
    if value is None or lead in mine:
        return own if own.score >= least else None
    held = [e for e in mine if e.score >= floor and not _takes_back(e)]
    for e in (own, *held):
        if (other := value_of(question, e)) and same_value(value, other):
            return e
    for e in held:
        if value_change(question, lead.quote, value.text, lead, [e]) is not None:
            return e
    like = [
        (ratio, e) for e in held if e.score >= MIN_SHARE_OF_OWN / 2 * own.score and (ratio := _ratio(value.text, e))
    ]
    if like:
        own = min(like, key=lambda pair: pair[0])[1]
    return own if own.score >= min(least, own.score if like else least) else None


def _ratio(value: str, e: Evidence) -> float | None:
    """How many times the leading number the nearest one of the same things in a sentence is, or the other way about;
    None where none is near."""
    pairs = [
        (x, y)
        for x in quantities(value)
        for y in quantities(e.quote)
        if x.kind in ("number", "count", "money") and comparable(x, y)
    ]
    found = [
        max(x.value, y.value) / min(x.value, y.value)
        for x, y in pairs
        if y.kind in ("count", "money") and x.value > 0 < y.value
    ]
    nearest = min(map(float, found), default=MAX_RATIO_BESIDE)
    return nearest if nearest < MAX_RATIO_BESIDE else None


def amounts_near(one: Evidence, two: Evidence) -> bool:
    """Whether two sentences give amounts of one kind that lie near each other."""
    words = one.article.body[one.span[0] : one.span[1]] if one.span else one.quote
    return _ratio(words, two) is not None


def _takes_back(e: Evidence) -> bool:
    return corrects(e.quote) or bool(_RECALLED.search(e.quote))


def _of_outlet(mine: Sequence[Evidence], newest: bool) -> Evidence:
    """The sentence that stands for an outlet: its best, or the ``newest`` of those that are almost as good."""
    held = [e for e in mine if not _takes_back(e)] or list(mine)
    if not newest:
        return held[0]
    good = [e for e in held if e.score >= MIN_SHARE_OF_OWN * held[0].score]
    return max(good, key=lambda e: (ordinal(e.article), e.score))


@dataclass(frozen=True, slots=True)
class StatedValue:
    """The part of a sentence that answers, and the days it names, if it names any."""

    text: str
    first: date | None = None
    last: date | None = None


def value_of(question: str, e: Evidence) -> StatedValue | None:
    """The part of a sentence that answers: the reader's words, else the only quantity of the kind that is asked for."""
    published = day(e.article.published)
    if published and _WHEN.match(question) and (when := event_time(e.quote, published)):
        return StatedValue(e.quote[when.start : when.end], when.first, when.last)
    words, start = "", e.start
    if e.span is not None:
        words, start = e.article.body[e.span[0] : e.span[1]].strip(' ,.;:“”"'), e.span[0]
    if not words or len(words.split()) > MAX_WORDS:
        found = [q for q in quantities(e.quote) if q.kind != "ordinal" and fits(question, q.text)]
        if len(found) != 1:
            return None
        words, start = found[0].text, e.start + found[0].start
    if published is None or not any(q.kind == "date" for q in quantities(words)):
        return StatedValue(words)
    at = start - e.start
    named = [t for t in meant_times(e.quote, published) if t.start < at + len(words) and at < t.end]
    if not named:
        return StatedValue(words)
    whole = e.quote[named[0].start : named[0].end]  # 'September 2026', of which the reader took 'September'
    return StatedValue(whole if words in whole else words, named[0].first, named[0].last)


def _grouped(question: str, told: Sequence[Evidence]) -> list[tuple[StatedValue | None, Relation, list[Evidence]]]:
    groups: list[tuple[StatedValue | None, list[Evidence]]] = []
    for e in told:
        value = value_of(question, e)
        same = next((those for known, those in groups if value and known and same_value(value, known)), None)
        if same is not None:
            same.append(e)
        else:
            groups.append((value, [e]))
    groups.sort(key=lambda g: (g[0] is None, -len(g[1]), -g[1][0].score))
    if not groups:
        return []
    value, lead = groups[0]
    return [
        (v, "agrees" if not n else _relation(question, value, lead, those), those)
        for n, (v, those) in enumerate(groups)
    ]


def _relation(
    question: str, value: StatedValue | None, lead: Sequence[Evidence], those: Sequence[Evidence]
) -> Relation:
    """Whether a group surely gives another value of the same thing."""
    if value is None:
        return "other"
    sure = (value_change(question, e.quote, value.text, e, those) for e in lead)
    return "differs" if any(change is not None for change in sure) else "other"


def same_value(one: StatedValue, two: StatedValue) -> bool:
    """Whether two answers give the same value; of days, whether they overlap: 'Friday', '12 July'."""
    if one.first and one.last and two.first and two.last:
        return one.first <= two.last and two.first <= one.last
    a, b = ([q for q in quantities(v.text) if q.kind != "ordinal"] for v in (one, two))
    if a and b:
        return any(agree(x, y) and _as_exact(x, y) for x in a for y in b)
    words, others = set(content(one.text)), set(content(two.text))
    return bool(words & others) and (words <= others or others <= words)


def _as_exact(x: Quantity, y: Quantity) -> bool:
    """Whether two numbers that round to one are also near each other: '2 million' and '1.8 million' are told apart."""
    if x.day or y.day or not x.value or not y.value:
        return True
    low, high = sorted((abs(float(x.value)), abs(float(y.value))))
    return high <= MAX_ROUNDED_RATIO * low


def agency_of(article: Article) -> str | None:
    """The wire service that an article is credited to in its dateline: 'AP' of 'OSLO (AP) —'."""
    found = _AGENCY.search(article.body[:200])
    return (found["agency"] or found["also"]) if found else None


def _saying(question: str, e: Evidence, copies: PrintsOf, taken: set[str | None]) -> OutletSaying:
    published = day(e.article.published)
    when = event_time(e.quote, published) if published else None
    prints = [c.article for c in copies(e.article) if c.article.id != e.article.id]
    reprints = dict.fromkeys(
        a.source for a in prints if a.source and a.source != e.article.source and a.source not in taken
    )
    value = value_of(question, e)
    first, last = (when.first, when.last) if when else (published, published)
    return OutletSaying(
        e.article,
        e.start,
        e.end,
        e.quote,
        value.text if value else None,
        first,
        last,
        voice(e.article, e.start, e.end).speaker,
        agency_of(e.article),
        tuple(reprints),
    )
