"""Reports of one event become one: the same days, nearly the same words, and no number that differs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from rag.qa.stories.events import Telling
from rag.text.quantities import Quantity, agree, comparable, quantities
from rag.text.timex.names import FULL_MONTHS, WEEKDAYS
from rag.text.tokens import content
from rag.types import Article, day

if TYPE_CHECKING:
    from rag.protocols import Vectors

MIN_SHARED_WEIGHT = 0.5
"""Share of the words of the shorter of two sentences, weighted by how rare they are, that the other one has too."""
MIN_SHARED_AND_NEAR = 1.0
"""That share and the cosine of the two meanings together: other words for the same."""
MAX_DAYS_LISTED = 7
_DATED = frozenset(content(" ".join([*WEEKDAYS, *FULL_MONTHS, "today yesterday year month week day say tell report"])))


@dataclass(eq=False)
class Told:
    """What a sentence tells, how much it belongs into the timeline, and the reports of the same event merged into
    it."""

    telling: Telling
    score: float
    vector: Vectors | None = None  # of its meaning, of unit length; None where that was not asked for
    others: list[Told] = field(default_factory=list)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of what is said, but for days and numbers."""
        found = content(told_words(self.telling.quote))
        return frozenset(t for t in found if t not in _DATED and not t.isdigit())

    @cached_property
    def shown(self) -> tuple[Quantity, ...]:
        """The numbers of what is said, but for days and ranks."""
        return tuple(q for q in quantities(told_words(self.telling.quote)) if q.kind not in ("ordinal", "date"))

    @property
    def article(self) -> Article:
        return self.telling.article


_DATELINE = re.compile(r"^[A-Z][A-Z .,'’-]{2,30}(?:, [A-Z][\w.]+)?(?: \([^)]{2,30}\))? [—–-] ")
_SAYS = r"(?:said|says|added|announced|told (?:reporters|\w+)|confirmed|reported|wrote)"
_WHO_SAYS = re.compile(
    rf",[”\"]? (?:[A-Z][\w’'.-]*|the|a|its|his|her|in|of|for|and|who|director|officials?|police|spokes\w+|[a-z]+)"
    rf"(?: [\w’'.-]+){{0,9}}? {_SAYS}\b[^,]*$|, (?:he|she|they|it|officials|police) {_SAYS}\b.*$|"
    rf"^(?:[A-Z][\w’'.-]*,? ){{1,6}}(?:[a-z]+ ){{0,6}}?{_SAYS}(?: on \w+| \w+day)?(?: that)? "
)


def told_words(quote: str) -> str:
    """A sentence without its dateline and without who says it."""
    bare = _DATELINE.sub("", quote)
    said = _WHO_SAYS.sub("", bare)
    return said if len(said.split()) >= 3 else bare


def rarity(told: Sequence[Told]) -> dict[str, float]:
    """How much each word tells one event of the topic from another: the logarithm of its rarity among the sentences."""
    counts = Counter(word for t in told for word in t.words)
    return {word: math.log(1 + len(told) / n) for word, n in counts.items()}


def merged(told: Sequence[Told]) -> list[Told]:
    """One for each event, the best report of it, with the other reports of it as its ``others``."""
    weight = rarity(told)
    heads: list[Told] = []
    of_day: dict[int, list[Told]] = {}  # events by each day they may be of; 0 where that is not known, or a long time
    for t in sorted(told, key=lambda x: -x.score):
        days = _days_of(t.telling)
        near_by = (h for d in ((*days, 0) if days else of_day) for h in of_day.get(d, ()))
        head = next((h for h in near_by if any(same_event(t, other, weight) for other in (h, *h.others))), None)
        if head is not None:
            head.others.append(t)
            continue
        heads.append(t)
        for d in days or (0,):
            of_day.setdefault(d, []).append(t)
    return heads


def _days_of(t: Telling) -> tuple[int, ...]:
    """The numbers of the days, and of those beside them, on which a report of the same event may be dated; none of a
    time of more than a week."""
    if t.first is None or t.last is None or (t.last - t.first).days > MAX_DAYS_LISTED:
        return ()
    return tuple(range(t.first.toordinal() - 1, t.last.toordinal() + 2))


def same_event(a: Told, b: Told, weight: Mapping[str, float]) -> bool:
    """Whether two sentences tell of one event."""
    one = a.article.id == b.article.id
    if a.telling.planned != b.telling.planned or not same_days(a.telling, b.telling):
        return False
    if one:  # an article seldom says a thing twice
        return a.words == b.words and not differ(a, b)
    share = shared_words(a.words, b.words, weight)
    enough = share >= MIN_SHARED_WEIGHT or share + near(a, b) >= MIN_SHARED_AND_NEAR
    return enough and not differ(a, b)


def near(a: Told, b: Told) -> float:
    """The cosine (0..1) of the meanings of two sentences; 0 where they were not asked for."""
    return max(float(a.vector @ b.vector), 0.0) if a.vector is not None and b.vector is not None else 0.0


def shared_words(a: frozenset[str], b: frozenset[str], weight: Mapping[str, float]) -> float:
    """The share of the words of the shorter sentence that the other one has, weighted by how rare they are."""
    of_a, of_b, both = (sum(weight.get(w, 1.0) for w in words) for words in (a, b, a & b))
    return both / max(min(of_a, of_b), 1e-9)


def differ(a: Told, b: Told) -> bool:
    """Whether one of two sentences gives a number that can be compared with one of the other, and agrees with none."""
    return _strange(a.shown, b.shown) or _strange(b.shown, a.shown)


def _strange(these: Sequence[Quantity], those: Sequence[Quantity]) -> bool:
    for x in these:
        like = [y for y in those if comparable(x, y)]
        if like and not any(agree(x, y) for y in like):
            return True
    return False


def same_days(a: Telling, b: Telling) -> bool:
    """Whether two sentences may tell of one time: their days overlap, or lie a day apart where one of the two says none
    and is dated by its report."""
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return a.first == b.first
    slack = timedelta(0 if a.stated and b.stated else 1)
    return a.first <= b.last + slack and b.first <= a.last + slack


def independent_outlets(reports: Sequence[Told]) -> tuple[str, ...]:
    """The outlets of independent reports, in the order given: of the prints of one story only the first, by its day."""
    first: dict[str, Article] = {}
    for t in reports:
        story = t.article.story or t.article.id
        known = first.get(story)
        if known is None or _ordinal(t.article) < _ordinal(known):
            first[story] = t.article
    return tuple(dict.fromkeys(a.source or a.url or a.id for a in first.values()))


def _ordinal(article: Article) -> date:
    return day(article.published) or date.max
