"""Near duplicates: which articles carry one story, reprinted, cut, or lightly edited.

Candidates are found by MinHash (Broder, "On the resemblance and containment of documents", SEQUENCES 1997) with
locality-sensitive hashing in bands; each is then compared with the article itself, so that hashing decides nothing.
Texts that only look alike, one form filled in for two towns or two matches, part by their names and numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.text.tokens import SHINGLE, shingles, word_forms
from rag.types import Article, day

ROWS_PER_BAND = 3  # hashes a band: of two texts that have a share s of shingles in common, one band agrees with s**3
WHOLE_BANDS = 85  # s = 0.35 is met with probability 0.97, s = 0.02 with 0.0007
LEAD_BANDS = 42  # of the first words alone: a reprint that is cut short keeps them
LEAD_WORDS = 100
SEED = 20240928  # of the permutations; another one makes every stored band useless

MIN_SHINGLES = 30  # shingles; a shorter text is a copy only if it is the same
MOST_DAYS = 31  # between two prints of one story
MOST_PRINTS = 50  # of one story that another article is compared with

# A word with a capital that no sentence begins with, or any with a digit.
_NAME = re.compile(r"(?<![.!?:\"“”'‘\n] )(?<!\n)(?<!^)\b[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я]\w+|\b\w*\d[\w.,:]*")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of their text two articles have in common, each 0..1."""

    resemblance: float  # shingles of both among shingles of either
    containment: float  # ... among those of the shorter
    share: float  # ... among those of the first: how much of its text is in the other
    names: float  # names and numbers of both, each as often as it occurs, among those of the one with fewer


def _bands(text: Sequence[str], count: int, first: int) -> list[int]:
    from rensa import RMinHash

    minhash = RMinHash(num_perm=count * ROWS_PER_BAND, seed=SEED)
    minhash.update([" ".join(text[i : i + SHINGLE]) for i in range(max(len(text) - SHINGLE + 1, 1))])
    digest = minhash.digest()
    keys = []
    for band in range(count):
        key = first + band
        for value in digest[band * ROWS_PER_BAND : (band + 1) * ROWS_PER_BAND]:
            key = (key * 0x9E3779B97F4A7C15 + value + 1) & 0xFFFFFFFFFFFFFFFF  # Knuth's multiplicative mixing
            key ^= key >> 29
        keys.append(key - (1 << 64) if key >> 63 else key)
    return keys


class Print:
    """An article's text as it is compared; each part is made once, when it is asked for."""

    def __init__(self, article: Article):
        self.article = article

    @cached_property
    def words(self) -> list[str]:
        return word_forms(self.article.body)

    @cached_property
    def shingles(self) -> set[tuple[str, ...]]:
        return shingles(self.words)

    @cached_property
    def names(self) -> Counter[str]:
        return Counter(name.rstrip(".,:") for name in _NAME.findall(self.article.body))

    @cached_property
    def bands(self) -> list[int]:
        """Signed 64-bit keys, one a band; two articles that share one may be near duplicates. None for a short text."""
        if len(self.words) < MIN_SHINGLES:
            return []
        return _bands(self.words, WHOLE_BANDS, 0) + _bands(self.words[:LEAD_WORDS], LEAD_BANDS, WHOLE_BANDS)

    def likeness(self, other: Print) -> Likeness:
        """How much text this article and another share."""
        if self.words == other.words:
            return Likeness(1.0, 1.0, 1.0, 1.0)
        common = len(self.shingles & other.shingles)
        names = min(self.names.total(), other.names.total())
        return Likeness(
            resemblance=common / max(len(self.shingles | other.shingles), 1),
            containment=common / max(min(len(self.shingles), len(other.shingles)), 1),
            share=common / max(len(self.shingles), 1),
            names=(self.names & other.names).total() / names if names else 1.0,
        )


def same_story(one: Print, other: Print) -> Likeness | None:
    """How alike two articles are if they are one text in two prints, else ``None``.

    Across outlets a third of the text in common, or most of the shorter one, is a reprint: nothing else shares that
    much. One outlet writes new pieces around its old paragraphs, so between two of its own nearly all must agree.
    """
    a, b = one.article, other.article
    days = (day(a.published), day(b.published))
    if days[0] and days[1] and abs((days[0] - days[1]).days) > MOST_DAYS:
        return None
    found = one.likeness(other)
    if found.resemblance == 1.0:
        return found if len(one.words) >= MIN_SHINGLES or plain_title(a.title) == plain_title(b.title) else None
    if min(len(one.shingles), len(other.shingles)) < MIN_SHINGLES:
        return None
    if a.source and a.source == b.source:
        alike = (found.resemblance >= 0.7 or found.containment >= 0.95) and found.names >= 0.85
    else:
        alike = (found.resemblance >= 0.35 or found.containment >= 0.6) and found.names >= 0.75
    return found if alike else None


def copies(article: Print, others: Sequence[Print]) -> list[tuple[Article, float]]:
    """The others that are prints of the same story, with the share of the article's text in each, best first."""
    found = [(other.article, alike) for other in others if (alike := same_story(article, other))]
    return [(a, alike.share) for a, alike in sorted(found, key=lambda pair: -pair[1].resemblance)]


def group(articles: Sequence[Article]) -> list[tuple[str, str, str | None, float | None]]:
    """(id, story, copy of, share) of each, as if they were added now, in this order."""
    prints: list[Print] = []
    story: dict[str, str] = {}
    copied: dict[str, tuple[str, float]] = {}
    for article in articles:
        new = Print(article)
        found = copies(new, prints[:MOST_PRINTS])
        story[article.id] = story[found[0][0].id] if found else article.id
        if found:
            copied[article.id] = (found[0][0].id, found[0][1])
        joined = {story[a.id] for a, _ in found}
        story |= {name: story[article.id] for name, of in story.items() if of in joined}
        prints.append(new)
    return [(name, of_story, *copied.get(name, (None, None))) for name, of_story in story.items()]


def plain_title(title: str) -> str:
    """A headline without case and punctuation."""
    return " ".join(word_forms(title))
