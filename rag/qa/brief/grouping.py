"""Which articles are of one story: by the rare words and names of their headlines and first paragraphs.

Near copies are grouped in the index already. A story of events is wider: reports of several outlets and days. Articles
are taken in the order of their days, and each joins the story whose newest reports it is most like (single-pass
clustering, as in Allan, Papka and Lavrenko, "On-line New Event Detection and Tracking", SIGIR 1998). Two stories
made one are worse than one story told twice.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from typing import NamedTuple

from rag.qa.article_days import ordinal
from rag.text.lexicon import CJK_AND_HANGUL, STOPWORDS
from rag.text.timex.names import FULL_MONTHS, MONTHS, WEEKDAYS
from rag.text.tokens import content, tokens
from rag.types import Article

ROOM_OF_STORY = 600
"""Characters of a body that say what a story is."""
HEADLINE_WEIGHT, BODY_WEIGHT, NAME_WEIGHT = 2, 1, 1
"""What a word counts for standing in the headline, in the beginning of the body, and as part of a name there."""
MIN_ALIKE_STORY = 0.28
"""The cosine of two articles from which on they are of one story."""
MIN_SHARED = 3
"""Words that two articles of one story share at least, of which one stands in either headline."""
OTHER_NAMES = 0.8
"""What that counts where the two headlines name somebody or something else."""
MAX_DAYS_APART = 10
"""Days between two articles by which a story goes on."""
MAX_SHARE_WITH_WORD, MAX_FEW = 0.25, 12
"""Of the articles compared, at most such a share, or so many, have a word that tells one story from another."""
FEW_ARTICLES = 60
"""Of fewer articles it is not known how rare a word is: each counts as if so many were compared."""
KEY_WORDS = 10
"""Words of an article, those that count most, by which others are found that may be like it."""
MAX_OF_KEY, MAX_ARTICLES_COMPARED = 40, 12
"""Articles with one of these words, the newest, and of all of them those that share most, that are looked at."""
FIRST_LINES = 300
"""Characters of a body whose names are those of the story."""
RECENT = 4
"""Reports of a story, the newest, that a new one is compared with."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<=[a-z,;:’”)] )(?:the )?([A-ZÀ-ÖØ-Þ][\w’'-]+(?: [A-ZÀ-ÖØ-Þ][\w’'-]+)*)")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]+")
_CJK = re.compile(rf"[{CJK_AND_HANGUL}]+")
_COMMON = frozenset(
    tokens(
        " ".join([*WEEKDAYS, *FULL_MONTHS, *MONTHS])
        + " today yesterday tomorrow year month week day hour minute morning evening night time say tell report "
        "announce news people person man woman first last two three more other make take get go come know use want "
        "show find state city country world percent update live latest know here what why how photo video file image "
        "getty press associated reuters contribute story article opinion editor note view politics business version "
        "newsletter subscribe sign read updated published cnn usa reporter according including amid ago back told"
    )
)


class Traits(NamedTuple):
    """What tells an article from another: its words with how much each counts, those of its headline, those of the
    names in its headline and first lines, and of the names in both."""

    bag: Mapping[str, float]
    headline: frozenset[str]
    names: frozenset[str]
    titled: frozenset[str]


@dataclass(eq=False)
class Group:
    """The articles of one story, in the order of their days."""

    articles: list[Article] = field(default_factory=list)
    traits: list[Traits] = field(default_factory=list)


def traits_of(article: Article) -> Traits:
    """The traits of an article by itself; :class:`Rarity` weighs them."""
    opening = article.body[:ROOM_OF_STORY]
    headline = telling_words(article.title)
    found = dict.fromkeys(telling_words(opening), BODY_WEIGHT)
    names = _NAME.findall(opening)
    for word in telling_words(" ".join(names)):
        found[word] = found.get(word, 0) + NAME_WEIGHT
    for word in headline:
        found[word] = found.get(word, 0) + HEADLINE_WEIGHT
    named = telling_words(" ".join(_NAME.findall(opening[:FIRST_LINES])))
    capital = telling_words(" ".join(_CAPITAL.findall(article.title)))
    return Traits(found, frozenset(headline), frozenset(named | capital), frozenset(named & headline))


def telling_words(text: str) -> set[str]:
    """The words of a text that tell one story from another."""
    found = {form for word in set(_WORD.findall(text)) if (form := _form(word))}
    if _CJK.search(text):  # there a word is a run of two characters
        found |= {run[i : i + 2] for run in _CJK.findall(text) for i in range(len(run) - 1)}
    return found


@lru_cache(maxsize=100_000)
def _form(word: str) -> str:
    """One form for the forms of a word; '' for what tells nothing of a story."""
    found = content(word)
    return found[0] if found and len(found[0]) > 1 and found[0] not in _COMMON and word.lower() not in STOPWORDS else ""


def grouped(articles: Iterable[Article]) -> tuple[list[Group], Rarity]:
    """The stories of these articles, which must be one print each of what was reprinted; and how rare their words
    are."""
    order = sorted(articles, key=lambda a: (ordinal(a), a.id))
    days = [ordinal(a) for a in order]
    plain = [traits_of(a) for a in order]
    rarity = Rarity(plain)
    traits = [rarity.weigh(t) for t in plain]
    groups: list[Group] = []
    having: dict[str, deque[tuple[int, float]]] = {}  # articles by their keys, with how much it counts in them
    group_of: list[int] = []
    for i, (article, mine) in enumerate(zip(order, traits, strict=True)):
        shared: defaultdict[int, float] = defaultdict(float)
        first = bisect_left(days, days[i] - MAX_DAYS_APART)
        for word in nlargest(KEY_WORDS, mine.bag, key=mine.bag.__getitem__):
            weight = mine.bag[word]
            known = having.setdefault(word, deque(maxlen=MAX_OF_KEY))
            for j, other in known:
                if j >= first:
                    shared[j] += weight * other
            known.append((i, weight))
        near = nlargest(MAX_ARTICLES_COMPARED, shared, key=shared.__getitem__)
        at = _best([(group_of[j], likeness_of(traits[j], mine)) for j in near], groups)
        if at is None:
            at = len(groups)
            groups.append(Group())
        groups[at].articles.append(article)
        groups[at].traits.append(mine)
        group_of.append(at)
    return groups, rarity


def likeness_of(a: Traits, b: Traits) -> float:
    """The cosine of two articles; 0 where it is of too few words or of none in a headline, or where each names
    somebody or something else."""
    both = a.bag.keys() & b.bag.keys()
    if len(both) < MIN_SHARED or both.isdisjoint(a.headline) or both.isdisjoint(b.headline):
        return 0.0
    if a.names and b.names and a.names.isdisjoint(b.names):
        return 0.0
    apart = a.titled and b.titled and a.titled.isdisjoint(b.titled)
    return sum(a.bag[word] * b.bag[word] for word in both) * (OTHER_NAMES if apart else 1.0)


def _best(values: Sequence[tuple[int, float]], groups: Sequence[Group]) -> int | None:
    """The story that an article belongs to, by how like it is to its reports; None for a new one."""
    by_group: defaultdict[int, list[float]] = defaultdict(list)
    for at, value in values:
        by_group[at].append(value)
    best, found = MIN_ALIKE_STORY, None
    for at, those in by_group.items():
        most = min(len(groups[at].articles), RECENT)
        mean = sum(sorted(those, reverse=True)[:most]) / most  # it must be like several reports, where there are
        if mean >= best:
            best, found = mean, at
    return found


class Rarity:
    """How rare each word is among the articles compared."""

    def __init__(self, traits: Sequence[Traits]):
        counts = Counter(word for t in traits for word in t.bag)
        total = max(len(traits), FEW_ARTICLES)
        most = max(MAX_FEW, MAX_SHARE_WITH_WORD * total)
        self._of = {word: math.log(total / n) if n <= most else 0.0 for word, n in counts.items()}
        self._new = math.log(total)

    def of(self, word: str) -> float:
        """The logarithm of its rarity; 0 where it is in too many."""
        return self._of.get(word, self._new)

    def weigh(self, traits: Traits) -> Traits:
        """The traits with each word weighted by its rarity, of unit length; without words that are in too many."""
        known, new = self._of.get, self._new  # this is done for every article
        rare = {w: (1 + math.log(n)) * rarity for w, n in traits.bag.items() if (rarity := known(w, new))}
        length = math.sqrt(sum(v * v for v in rare.values())) or 1.0
        return traits._replace(bag={word: v / length for word, v in rare.items()})
