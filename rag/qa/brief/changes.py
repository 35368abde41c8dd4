"""What the newest report of a story replaces, and what an article that was corrected said before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher

from rag.qa.article_days import later, ordinal
from rag.qa.brief.leads import HANGS, Lead, is_news, told_first
from rag.qa.conflicts.facets import FATES_OF_PEOPLE, corrects
from rag.qa.stories.events import Telling
from rag.qa.stories.merging import Told, rarity, shared_words
from rag.qa.stories.replaced import takes_place_of
from rag.text.quantities import Quantity, agree, comparable, quantities
from rag.text.sentences import sentence_spans
from rag.text.tokens import content
from rag.types import Article, TimelineRow, Version, day

MAX_OLDER = 6
"""Older articles of a story in which a value is looked for that has changed."""
MAX_REPLACED = 2
"""Older sentences that are shown."""
ROOM_OLDER = 2_200
"""Characters of an older article that are read."""
MIN_WORDS_REPLACED = 2
"""Words, rare or not, that a sentence shares with the one that replaces it."""
MAX_DAYS_OF_COUNT = 60
"""Days between two reports whose numbers are of one count."""
LAST_PLACE = 2
"""The number, from 0, of the last sentence of a report whose count of victims is surely that of its event."""
MIN_SHARE_CHANGED = 0.25
"""Share of the words of the shorter of two sentences, weighted by how rare they are, below which no change is looked
for in them, since that takes time."""
MIN_SHARE_COUNTED, MAX_RATIO_COUNTED = 0.4, 3.0
"""Share of the words of the shorter of two sentences, weighted by how rare they are, from which on two numbers of the
same things are of one count; and times that one of them may be the other."""
MIN_ALIKE_VERSIONS = 0.4
"""Share of the words in common from which on a sentence of a version took the place of one of the version before."""
MAX_SENTENCES_COMPARED = 400
"""Sentences of a version that are compared."""
MAX_DAYS_FRESH = 31
"""Days between what happened and its report, at most: what was longer ago is background of it."""
NOTICE_SENTENCES = 2
"""Of a notice that corrects another article: what was wrong, and what is right."""

_MORE = re.compile(r"\b(?:more|others?|another|further|additional)\b", re.IGNORECASE)
_CONDITIONAL = re.compile(r"\b(?:would|could|might)\b", re.IGNORECASE)
_NOTICE = re.compile(
    r"^\W*(?:correct(?:ion|ed|s|ing)|clarification|retraction|erratum|for the record)\b", re.IGNORECASE
)


def what_it_replaces(heads: Sequence[Lead], older: Iterable[Article]) -> tuple[Lead, list[Telling]]:
    """Of the leads of a report, best first, the one that changes what older articles tell, with the sentences that it
    replaces, the latest first; the best one and none where nothing is known to have changed."""
    found = sorted(older, key=ordinal, reverse=True)[:MAX_OLDER]
    before = [Told(t, 0.0) for a in found for t in told_first(a, ROOM_OLDER) if is_news(t.quote) and _has_value(t)]
    new = [Told(head.telling, head.score) for head in heads]
    weight = rarity([*before, *new])
    for head, told in zip(heads, new, strict=True):
        olds = [b for b in before if _replaces(b, told, weight)]
        if olds:
            first = {b.article.story or b.article.id: b.telling for b in reversed(olds)}  # of one text, the first
            latest = sorted(first.values(), key=lambda t: ordinal(t.article), reverse=True)
            return head, list({" ".join(t.quote.split()): t for t in latest}.values())[:MAX_REPLACED]
    return heads[0], []


def _has_value(t: Telling) -> bool:
    """Whether a sentence says by itself what may change: a number, or a plan with its day."""
    if HANGS.match(t.quote) or _CONDITIONAL.search(t.quote):
        return False
    return bool(t.planned and t.stated) or any(c.isdigit() for c in t.quote) or bool(quantities(t.quote))


def _replaces(old: Told, new: Told, weight: Mapping[str, float]) -> bool:
    if not later(new.article, old.article) or len(old.words & new.words) < MIN_WORDS_REPLACED:
        return False
    if _grown(old, new) or _counted_again(old, new, weight):
        return True
    near = old.telling.planned or shared_words(old.words, new.words, weight) >= MIN_SHARE_CHANGED
    return near and takes_place_of(new.article.title, old, new, weight)


def _grown(old: Told, new: Told) -> bool:
    """Whether the beginnings of two reports of one story count the same fate, the later one more of it."""
    if max(old.telling.place, new.telling.place) > LAST_PLACE or _days_apart(old, new) > MAX_DAYS_OF_COUNT:
        return False
    before, after = _victims(old), _victims(new)
    return any(before[fate] < after[fate] for fate in before.keys() & after.keys())


def _victims(told: Told) -> dict[str, float]:
    """How many met each fate, where a sentence gives one number of them."""
    quote = told.telling.quote
    counts = [
        q for q in quantities(quote) if q.kind in ("number", "count") and not _MORE.search(quote, q.start, q.end + 24)
    ]
    by_fate = {fate: [q.value for q in counts if fate in q.nouns] for fate in FATES_OF_PEOPLE - {"missing"}}
    return {fate: values[0] for fate, values in by_fate.items() if len(values) == 1}


def _counted_again(old: Told, new: Told, weight: Mapping[str, float]) -> bool:
    """Whether two sentences of one story say nearly the same of one thing that is counted or measured, with another
    number."""
    pairs = [
        (x, y) for x in old.shown for y in new.shown if x.kind == y.kind and comparable(x, y) and _same_things(x, y)
    ]
    if len(pairs) != 1 or any(agree(x, y) for x, y in pairs) or not _of_one_time(old, new):
        return False
    low, high = sorted(abs(float(q.value)) for q in pairs[0])
    return (
        bool(low)
        and high / low <= MAX_RATIO_COUNTED
        and shared_words(old.words, new.words, weight) >= MIN_SHARE_COUNTED
    )


def _same_things(x: Quantity, y: Quantity) -> bool:
    return bool(x.nouns & y.nouns) if x.kind in ("count", "number") else x.kind != "duration" and x.unit == y.unit


def _of_one_time(old: Told, new: Told) -> bool:
    """Whether neither sentence is of a time of its own that the other one is not of."""
    a, b = old.telling, new.telling
    coarse = {t.precision for t in (a, b)} - {"day", "week"}
    return _days_apart(old, new) <= MAX_DAYS_OF_COUNT and (not coarse or (a.first, a.last) == (b.first, b.last))


def _days_apart(old: Told, new: Told) -> int:
    return abs(ordinal(new.article) - ordinal(old.article))


def quoted_row(t: Telling, outlets: tuple[str, ...] = ()) -> TimelineRow:
    """A sentence with its day, as a brief shows it: of what is over that of the report, where the sentence names only a
    month or a year, or a time long before."""
    published = day(t.article.published)
    if published and not t.planned and (t.first is None or t.last is None or not _fresh(t, published)):
        return TimelineRow(t.article, t.start, t.end, t.quote, published, published, outlets=outlets)
    return TimelineRow(t.article, t.start, t.end, t.quote, t.first, t.last, t.precision, t.planned, outlets=outlets)


def _fresh(t: Telling, published: date) -> bool:
    """Whether the day of a sentence is that of the news in it."""
    return t.precision in ("day", "week") and t.first is not None and (published - t.first).days <= MAX_DAYS_FRESH


# -- corrections --------------------------------------------------------------------------------------------------


def notice_of(article: Article) -> tuple[int, int] | None:
    """Where an article that only corrects another one says what was wrong, and what is right; None of any other."""
    if not _NOTICE.match(article.title):
        return None
    spans = sentence_spans(article.body[:ROOM_OLDER], article.language)
    first = next((i for i, (a, b) in enumerate(spans) if len(article.body[a:b].split()) > 3), None)
    if first is None:
        return None
    last = spans[min(first + NOTICE_SENTENCES, len(spans)) - 1]
    return spans[first][0], last[1]


def sentences_corrected(article: Article, before: Sequence[Version]) -> tuple[TimelineRow, TimelineRow] | None:
    """The sentence of an earlier version, the latest first, that has another value now, and the one in its place."""
    for version in before:
        if (pair := _changed_sentence(version.article, article)) is not None:
            return pair
    return None


def _changed_sentence(old: Article, new: Article) -> tuple[TimelineRow, TimelineRow] | None:
    was, now = _spans(old), _spans(new)
    steps = SequenceMatcher(None, [s for *_, s in was], [s for *_, s in now], autojunk=False).get_opcodes()
    pairs = []
    for kind, i, j, k, m in steps:
        if kind != "replace":
            continue
        for a in was[i:j]:
            for b in now[k:m]:
                share = _share(a[2], b[2])
                if share >= MIN_ALIKE_VERSIONS and not corrects(b[2]):
                    pairs.append((_other_values(a[2], b[2]), share, a, b))
    if not pairs:
        return None
    *_, (start, end, _), (begin, stop, _) = max(pairs, key=lambda pair: pair[:2])
    return _row(old, start, end), _row(new, begin, stop)


def _spans(article: Article) -> list[tuple[int, int, str]]:
    spans = sentence_spans(article.body, article.language)[:MAX_SENTENCES_COMPARED]
    return [(a, b, " ".join(article.body[a:b].split())) for a, b in spans]


def _share(a: str, b: str) -> float:
    one, two = set(content(a)), set(content(b))
    return len(one & two) / max(len(one | two), 1)


def _other_values(a: str, b: str) -> bool:
    def values(text: str) -> set[tuple[str, object]]:
        return {(q.kind, _value(q)) for q in quantities(text)}

    return values(a) != values(b)


def _value(q: Quantity) -> object:
    return q.day or q.value


def _row(article: Article, start: int, end: int) -> TimelineRow:
    on = day(article.updated) or day(article.published)
    return TimelineRow(article, start, end, article.body[start:end], on, on)
