"""What the newest report of a story replaces, and what an article that was corrected said before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher

from rag.qa.article_days import later, ordinal
from rag.qa.attribution.clauses import places
from rag.qa.brief.leads import HANGS, Lead, is_news, told_first
from rag.qa.conflicts.facets import FATES_OF_PEOPLE, corrects
from rag.qa.stories.events import Telling
from rag.qa.stories.merging import Told, rarity, shared_words, told_words
from rag.qa.stories.replaced import taken_back
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
MAX_DAYS_SURE = 7
"""Days between two reports of a story that surely are of one event."""
LAST_PLACE = 2
"""The number, from 0, of the last sentence of a report whose count of victims is surely that of its event."""
MIN_SHARE_REVISED, MAX_RATIO_REVISED = 0.15, 3.0
"""Share of the words of the shorter of two sentences, weighted by how rare they are, from which on a number that is
said to be a new one is of the same things, at the beginning of both reports; and times that one may be the other."""
MIN_SHARE_DROPPED = 0.25
"""The same further below, and for a plan and what became of it."""
MIN_ALIKE_VERSIONS = 0.4
"""Share of the words in common from which on a sentence of a version took the place of one of the version before."""
MAX_SENTENCES_COMPARED = 400
"""Sentences of a version that are compared."""
MAX_DAYS_FRESH = 31
"""Days between what happened and its report, at most: what was longer ago is background of it."""
MAX_DAYS_AHEAD = 800
"""Days to a plan that is told with its day, at most."""
NOTICE_SENTENCES = 2
"""Of a notice that corrects another article: what was wrong, and what is right."""

_MORE = re.compile(r"\b(?:more(?! than)|others?|another|further|additional|new|including|among)\b", re.IGNORECASE)
_REVISED_TO = re.compile(
    r"\b(?:gr(?:ew|own|ows)|ris(?:en|es)|rose|rais(?:ed|es)|climb(?:ed|s)|jump(?:ed|s)|swell(?:ed|s)|swollen|"
    r"increas(?:ed|es)|lower(?:ed|s)|cut|reduc(?:ed|es)|trim(?:med|s)|revis(?:ed|es)|correct(?:ed|s)|drop(?:ped|s)|"
    r"f[ea]ll(?:en|s)?|shr[aiu]nk|(?:up|down)) (?:[\w’'-]+ ){0,3}?to (?:(?:nearly|about|around|almost|at least|more "
    r"than|over|some|as many as|just) )?$|"
    r"\b(?:now|revised|corrected) (?:stands at |put at |estimated at |expects? |plans? (?:for )?)?$",
    re.IGNORECASE,
)
_THAN_FIRST = re.compile(
    r"\b(?:(?:less|more|fewer|higher|lower) than (?:was )?(?:first|originally|initially|previously|earlier)|"
    r"instead of (?:the )?(?:\w+ )?(?:first|originally|initially|previously|planned))\b",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(r"\s(?:\w+ )?(?:less|more|fewer|higher|lower|later|earlier|longer) than\b", re.IGNORECASE)
_PUT_OFF = re.compile(
    r"\b(?:call(?:s|ed|ing)? off|cancel\w*|postpon\w+|delay\w*|push(?:es|ed|ing)? back|put(?:s|ting)? (?:off|back)|"
    r"scrap(?:s|ped)?|shelv\w+|abandon\w*|avert\w*|brought forward|withdr[ae]w\w*|mov(?:ed|es|ing)|slip(?:s|ped)|"
    r"missed|instead of|rather than|not (?:on|in|by) .{1,30} as)\b",
    re.IGNORECASE,
)
_ILL = re.compile(r"\b(?:sicken\w*|fallen ill|fell ill|ill(?:ness(?:es)?)?|infect\w*|cases)\b", re.IGNORECASE)
_PEOPLE = frozenset("person people man men woman women child children".split())
_CAPITAL = re.compile(r"(?<=\S )[A-ZÀ-ÖØ-Þ][\w’'-]+|^[A-ZÀ-ÖØ-Þ][\w’'-]+(?= [A-ZÀ-ÖØ-Þ])")
_ILL_PEOPLE = frozenset("person people illnesse illness ill case infection".split())
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
    """A change that is none is worse than one that goes untold: two numbers of one story are mostly of two things."""
    if not later(new.article, old.article) or len(old.words & new.words) < MIN_WORDS_REPLACED:
        return False
    return _grown(old, new) or _revised(old, new, weight) or _dropped(old, new, weight)


def _grown(old: Told, new: Told) -> bool:
    """Whether the beginnings of two reports of one event count the same fate, the later one more of it."""
    early = max(old.telling.place, new.telling.place) <= LAST_PLACE
    if not early or _days_apart(old, new) > MAX_DAYS_OF_COUNT or not _of_one_event(old, new):
        return False
    before, after = _victims(old), _victims(new)
    return any(before[fate] < after[fate] for fate in before.keys() & after.keys())


def _of_one_event(old: Told, new: Told) -> bool:
    """Whether two reports of a story are near in time, or have a name in both headlines: storms and crashes recur. What
    the earlier one counts in a place that the later one does not name may be a part."""
    there = set(content(f"{new.article.title} {new.telling.quote}"))
    where = [set(content(place)) for place in places(old.telling.quote)]
    if where and all(place.isdisjoint(there) for place in where):
        return False
    if _days_apart(old, new) <= MAX_DAYS_SURE:
        return True
    titles = (set(content(" ".join(_CAPITAL.findall(t.article.title)))) for t in (old, new))
    return bool(set.intersection(*titles))


def _victims(told: Told) -> dict[str, float]:
    """How many met each fate, where a sentence gives one number of them."""
    quote = told.telling.quote
    counts = [q for q in quantities(quote) if q.kind in ("number", "count") and not _is_part(quote, q)]
    by_fate = {fate: [q.value for q in counts if fate in q.nouns] for fate in FATES_OF_PEOPLE - {"missing"}}
    if _ILL.search(quote):
        by_fate["ill"] = [q.value for q in counts if q.nouns & _ILL_PEOPLE]
    return {fate: values[0] for fate, values in by_fate.items() if len(values) == 1}


def _is_part(text: str, q: Quantity) -> bool:
    """Whether a number is of some of those who are counted, or comes on top of them."""
    return bool(_MORE.search(text, max(0, q.start - 12), q.end + 16))


def _revised(old: Told, new: Told, weight: Mapping[str, float]) -> bool:
    """Whether the later sentence says of a number that it is a new one ('grew to', 'less than first proposed'), and the
    earlier one gives another of the same things."""
    words, before = told_words(new.telling.quote), told_words(old.telling.quote)
    values = [q for q in new.shown if not _DIFFERENCE.match(words, q.end) and not _is_part(words, q)]
    fresh = [q for q in values if _REVISED_TO.search(words[: q.start])]
    sure = not fresh and _THAN_FIRST.search(words)
    known = [q for q in old.shown if not _is_part(before, q)]
    pairs = [(x, y) for x in known for y in (values if sure else fresh) if x.kind == y.kind and _same_things(x, y)]
    if len(pairs) != 1 or agree(*pairs[0]) or _days_apart(old, new) > MAX_DAYS_OF_COUNT:
        return False
    low, high = sorted(abs(float(q.value)) for q in pairs[0])
    early = max(old.telling.place, new.telling.place) <= LAST_PLACE and pairs[0][0].kind not in ("money", "percent")
    least = MIN_SHARE_REVISED if early or sure else MIN_SHARE_DROPPED
    return bool(low) and high / low <= MAX_RATIO_REVISED and shared_words(old.words, new.words, weight) >= least


def _same_things(x: Quantity, y: Quantity) -> bool:
    if not comparable(x, y):
        return False
    return (
        bool(x.nouns & y.nouns - _PEOPLE)
        if x.kind in ("count", "number")
        else x.kind != "duration" and x.unit == y.unit
    )


def _dropped(old: Told, new: Told, weight: Mapping[str, float]) -> bool:
    """Whether the later sentence names the day that was planned, and says that the plan was put off or dropped."""
    plan = old.telling.planned and old.telling.stated
    return (
        bool(plan and _PUT_OFF.search(new.telling.quote))
        and taken_back(old, new)
        and shared_words(old.words, new.words, weight) >= MIN_SHARE_DROPPED
    )


def _days_apart(old: Told, new: Told) -> int:
    return abs(ordinal(new.article) - ordinal(old.article))


def quoted_row(t: Telling, outlets: tuple[str, ...] = ()) -> TimelineRow:
    """A sentence with its day, as a brief shows it: that of the report, where the sentence names no day that is that of
    the news in it."""
    published = day(t.article.published)
    if published and not _is_of_the_news(t, published):
        return TimelineRow(t.article, t.start, t.end, t.quote, published, published, outlets=outlets)
    return TimelineRow(t.article, t.start, t.end, t.quote, t.first, t.last, t.precision, t.planned, outlets=outlets)


def _is_of_the_news(t: Telling, published: date) -> bool:
    """Whether the day of a sentence is neither background nor somewhere in years to come."""
    if t.first is None or t.last is None:
        return False
    if t.planned:
        return t.precision != "year" and (t.first - published).days <= MAX_DAYS_AHEAD
    return t.precision in ("day", "week") and (published - t.first).days <= MAX_DAYS_FRESH


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


def correction_of(article: Article) -> str | None:
    """What an article says that it, or another one, had wrong, as one line."""
    notice = notice_of(article)
    return " ".join(article.body[notice[0] : notice[1]].split()) if notice else article.correction


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
