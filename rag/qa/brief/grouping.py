"""Which articles are of one story: by the rare words and names of their headlines and first paragraphs.

Near copies are grouped in the index already. A story of events is wider: reports of several outlets and days. Articles
are taken in the order of their days, and each joins the story whose newest reports it is most like (single-pass
clustering, as in Allan, Papka and Lavrenko, "On-line New Event Detection and Tracking", SIGIR 1998). Two stories
made one are worse than one story told twice.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest

from rag.qa.article_days import ordinal
from rag.text.lexicon import STOPWORDS
from rag.text.timex.names import FULL_MONTHS, MONTHS, WEEKDAYS
from rag.text.tokens import content, tokens
from rag.types import Article

BEGINNING = 700
"""Characters of a body that say what a story is."""
HEADLINE_WEIGHT, BODY_WEIGHT, NAME_WEIGHT = 2, 1, 1
"""What a word counts for standing in the headline, in the beginning of the body, and as part of a name there."""
MIN_ALIKE = 0.3
"""The cosine of two articles from which on they are of one story."""
MIN_SHARED = 3
"""Words that two articles of one story share at least, of which one stands in either headline."""
MAX_DAYS_APART = 10
"""Days between two articles by which a story goes on."""
MAX_SHARE_OF_ARTICLES, MAX_FEW = 0.25, 12
"""Of the articles compared, at most such a share, or so many, have a word that tells one story from another."""
FEW_ARTICLES = 60
"""Of fewer articles it is not known how rare a word is: each counts as if so many were compared."""
KEYS = 12
"""Words of an article, those that count most, by which others are found that may be like it."""
SHARE_OF_KEYS = 0.33
"""Of the cosine, what these words must make up."""
RECENT = 4
"""Reports of a story, the newest, that a new one is compared with."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<=[a-z,;:’”)] )(?:the )?([A-ZÀ-ÖØ-Þ][\w’'-]+(?: [A-ZÀ-ÖØ-Þ][\w’'-]+)*)")
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


@dataclass(eq=False)
class Group:
    """The articles of one story, in the order of their days, each with its words."""

    articles: list[Article] = field(default_factory=list)
    bags: list[Mapping[str, float]] = field(default_factory=list)


def bag_of(article: Article) -> dict[str, int]:
    """The words that say what an article is about, with how much each counts."""
    beginning = article.body[:BEGINNING]
    found: Counter[str] = Counter(dict.fromkeys(words_of(beginning), BODY_WEIGHT))
    found.update(dict.fromkeys(words_of(article.title), HEADLINE_WEIGHT))
    found.update(dict.fromkeys(words_of(" ".join(_NAME.findall(beginning))), NAME_WEIGHT))
    return found


def words_of(text: str) -> set[str]:
    """The words of a text that tell one story from another."""
    return {form for word in _WORD.findall(text) if (form := _form(word))}


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
    counted = [bag_of(a) for a in order]
    rarity = Rarity(counted)
    bags = [rarity.weigh(bag) for bag in counted]
    groups: list[Group] = []
    having: dict[str, list[int]] = defaultdict(list)  # articles by their keys, in order
    group_of: list[int] = []
    for i, (article, bag) in enumerate(zip(order, bags, strict=True)):
        shared: defaultdict[int, float] = defaultdict(float)
        today = days[i]
        for word in nlargest(KEYS, bag, key=bag.__getitem__):
            weight = bag[word]
            for j in reversed(having[word]):
                if days[j] < today - MAX_DAYS_APART:
                    break
                shared[j] += weight * bags[j][word]
            having[word].append(i)
        near = [j for j, value in shared.items() if value >= MIN_ALIKE * SHARE_OF_KEYS]
        at = _best([(group_of[j], alike(order[j], article, bags[j], bag)) for j in near], groups)
        if at is None:
            at = len(groups)
            groups.append(Group())
        groups[at].articles.append(article)
        groups[at].bags.append(bag)
        group_of.append(at)
    return groups, rarity


def alike(a: Article, b: Article, one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """The cosine of two articles; 0 where it is of too few words, or of none in a headline."""
    both = one.keys() & two.keys()
    if len(both) < MIN_SHARED or both.isdisjoint(words_of(a.title)) or both.isdisjoint(words_of(b.title)):
        return 0.0
    return sum(one[word] * two[word] for word in both)


def _best(values: Sequence[tuple[int, float]], groups: Sequence[Group]) -> int | None:
    """The story that an article belongs to, by how like it is to its reports; None for a new one."""
    by_group: defaultdict[int, list[float]] = defaultdict(list)
    for at, value in values:
        by_group[at].append(value)
    best, found = MIN_ALIKE, None
    for at, those in by_group.items():
        most = min(len(groups[at].articles), RECENT)
        mean = sum(sorted(those, reverse=True)[:most]) / most  # it must be like several reports, where there are
        if mean >= best:
            best, found = mean, at
    return found


class Rarity:
    """How rare each word is among the articles compared."""

    def __init__(self, bags: Sequence[Mapping[str, int]]):
        counts = Counter(word for bag in bags for word in bag)
        self._total = max(len(bags), FEW_ARTICLES)
        most = max(MAX_FEW, MAX_SHARE_OF_ARTICLES * self._total)
        self._of = {word: math.log(self._total / n) if n <= most else 0.0 for word, n in counts.items()}

    def of(self, word: str) -> float:
        """The logarithm of its rarity; 0 where it is in too many."""
        return self._of.get(word, math.log(self._total))

    def weigh(self, bag: Mapping[str, int]) -> dict[str, float]:
        """A bag with each word weighted by its rarity, of unit length; without words that are in too many."""
        rare = {word: (1 + math.log(n)) * rarity for word, n in bag.items() if (rarity := self.of(word))}
        length = math.sqrt(sum(v * v for v in rare.values())) or 1.0
        return {word: v / length for word, v in rare.items()}
