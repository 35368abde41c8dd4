"""Which row of a timeline a later report replaces: a value that changed, a toll that grew, a plan moved or dropped.

A change that is none is worse than one that goes unmarked: of two rows that may be about different things, neither
replaces the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.qa.article_days import ordinal
from rag.qa.conflicts.values import value_change
from rag.qa.newest.totals import totals
from rag.qa.stories.events import meant_times
from rag.qa.stories.merging import Told, near, same_days, shared_words
from rag.text.quantities import Quantity, agree, comparable
from rag.text.tokens import content
from rag.types import Evidence, day

MIN_ALIKE_MOVED, MIN_ALIKE_PLANS = 0.8, 1.3
"""Share of words, weighted by how rare they are, and cosine of the meanings together, from which on two plans to do the
same thing on other days are one plan that was moved: where the later one says that something changed, and elsewhere."""
MIN_ALIKE_VALUES = 0.7
"""The same for two sentences that give other values of one thing."""
MAX_RATIO_CHANGED = 3.0
"""Times that one of two values of one thing may be the other."""
MAX_DAYS_OF_TOLL = 60
"""Days between two reports of one event whose count still grows."""
_BEGINS = frozenset(content("open reopen start begin launch resume"))
_ENDS = frozenset(content("close shut end finish conclude stop expire"))
_ADVERBS = r"(?: (?:now|not|also|then|likely|be|only|still|soon|finally|officially|formally))*"
_VERB = re.compile(rf"\b(?:will|shall|to|would|should){_ADVERBS} ([a-z]+)")
_TAKES_BACK = re.compile(
    r"\b(?:not|no longer|never|instead of|rather than|as (?:planned|hoped|scheduled|expected|promised|first \w+)|"
    r"push(?:ed|es|ing)? back|postpon\w+|delay\w*|mov(?:ed|es|ing)|put (?:off|back)|brought forward|slip(?:s|ped)?|"
    r"missed|call(?:s|ed|ing)? off|cancel\w*|scrap(?:s|ped)?|shelv\w+|abandon\w*|withdr[ae]w\w*|avert\w*)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:now|new|newly|revised?|rais(?:es|ed)|cut(?:s|ting)?|lower(?:s|ed)|fewer|less than|"
    r"more than (?:first|the|it)|instead|"
    r"(?:up|down) (?:from|to)|correct(?:s|ed|ing)|gr(?:ew|own)|ris(?:en|es)|rose|f[ea]ll(?:s|en)?|final|"
    r"no longer|reduced|"
    r"increased|climbed|doubled|halved|brings?|brought|reached|than (?:first|earlier|planned|expected|agreed))\b",
    re.IGNORECASE,
)


def replacements(topic: str, rows: Sequence[Told], weight: Mapping[str, float]) -> list[int | None]:
    """For each row the index of the one that replaces it, the last of them where several do; ``rows`` are in order."""
    return [_replaced_by(topic, i, rows, weight) for i in range(len(rows))]


def _replaced_by(topic: str, i: int, rows: Sequence[Told], weight: Mapping[str, float]) -> int | None:
    old = rows[i]
    later = [
        (ordinal(new.article), j)
        for j, new in enumerate(rows)
        if ordinal(new.article) > ordinal(old.article) and _replaces(topic, old, new, weight)
    ]
    return max(later)[1] if later else None


def _replaces(topic: str, old: Told, new: Told, weight: Mapping[str, float]) -> bool:
    if (old.article.story or old.article.id) == (new.article.story or new.article.id):
        return False
    if old.telling.planned and old.telling.stated and (_moved(old, new, weight) or taken_back(old, new)):
        return True
    if _grown(old, new):
        return True
    return _of_one_time(old, new) and (_changed(old, new, weight) or _other_value(topic, old, new))


def _of_one_time(old: Told, new: Told) -> bool:
    """Whether two values may be of one time: neither is told of a time of its own that the other is not."""
    a, b = old.telling, new.telling
    return not (a.stated and b.stated) or a.planned or b.planned or same_days(a, b)


def _moved(old: Told, new: Told, weight: Mapping[str, float]) -> bool:
    """Whether both plan the same thing, on other days."""
    a, b = old.telling, new.telling
    if not (b.planned and b.stated) or (a.first, a.last) == (b.first, b.last):
        return False
    both = shared_words(old.words, new.words, weight) + near(old, new)
    least = MIN_ALIKE_MOVED if _CHANGED.search(b.quote) or _TAKES_BACK.search(b.quote) else MIN_ALIKE_PLANS
    return bool(_verbs(a.quote) & _verbs(b.quote)) and both >= least


def _verbs(text: str) -> set[str]:
    """What is to be done: the verbs after 'will' and 'to', those for beginning and for ending as one each."""
    found = {form for verb in _VERB.findall(text) for form in content(verb)}
    return {"begin" if form in _BEGINS else "end" if form in _ENDS else form for form in found}


def taken_back(old: Told, new: Told) -> bool:
    """Whether the later sentence names the day that was planned, and says that it does not hold: 'not on 8 October',
    'called off a strike set for Friday'."""
    quote, published = new.telling.quote, day(new.article.published)
    if published is None or not _TAKES_BACK.search(quote) or not old.words & new.words:
        return False
    days = (old.telling.first, old.telling.last)
    named = [t for t in meant_times(quote, published) if (t.first, t.last) == days]
    return any(_TAKES_BACK.search(quote[max(0, t.start - 40) : t.end + 30]) for t in named)


def _grown(old: Told, new: Told) -> bool:
    """Whether both count the same fate as a whole, and the later one gives another number."""
    if ordinal(new.article) - ordinal(old.article) > MAX_DAYS_OF_TOLL or not _one_matter(old, new):
        return False
    before, after = totals(old.telling.quote, old.article.title), totals(new.telling.quote, new.article.title)
    return any(x.fates & y.fates and not agree(x.value, y.value) for x in before for y in after)


def _one_matter(old: Told, new: Told) -> bool:
    """Whether two sentences tell of one event: of those on days of their own, one day."""
    a, b = old.telling, new.telling
    days = a.stated and b.stated and a.precision == b.precision == "day"
    return not days or a.first == b.first


def _changed(old: Told, new: Told, weight: Mapping[str, float]) -> bool:
    """Whether the later sentence gives another number of the same things, and says that something changed."""
    if not _CHANGED.search(new.telling.quote) or _CHANGED.search(old.telling.quote):
        return False
    if shared_words(old.words, new.words, weight) + near(old, new) < MIN_ALIKE_VALUES:
        return False
    pairs = [(x, y) for x in old.shown for y in new.shown if _of_one_thing(x, y)]
    return len(pairs) == 1 and not agree(*pairs[0]) and _ratio(*pairs[0]) <= MAX_RATIO_CHANGED


def _of_one_thing(x: Quantity, y: Quantity) -> bool:
    if not comparable(x, y) or x.kind != y.kind:
        return False
    return bool(x.nouns & y.nouns) if x.kind == "count" else x.kind in ("money", "percent")


def _ratio(x: Quantity, y: Quantity) -> float:
    low, high = sorted((abs(float(x.value)), abs(float(y.value))))
    return high / low if low else MAX_RATIO_CHANGED + 1


def _other_value(topic: str, old: Told, new: Told) -> bool:
    cited, item = as_evidence(old), as_evidence(new)
    changes = (value_change(topic, cited.quote, q.text, cited, [item]) for q in old.shown)
    return any(change is not None and change.kind == "newer" and change.sure for change in changes)


def as_evidence(t: Told) -> Evidence:
    """The sentence as as_evidence."""
    return Evidence(t.article, t.telling.start, t.telling.end, t.telling.quote, t.score)
