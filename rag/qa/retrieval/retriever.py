"""Query -> ranked hits: dense and lexical, fused, at most a few chunks of one article."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from rag.protocols import Embedder, Searchable
from rag.text.tokens import shingles, word_forms
from rag.types import Article, Chunk, Filters, Hit, day

SEARCHES = 3  # at most, where writers change what is being searched
RRF_K = 60
"""The constant of reciprocal rank fusion: score = sum over lists of 1 / (RRF_K + rank).

Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
Methods", SIGIR 2009.
"""

FRESH = 7.0
"""Days after which e^-1 is left of what an article gains by having been published on the days asked about."""

NAMED_BOOST = 2.0
"""What an article gains by being of an outlet or a section that the question names, in the same units."""

REACHED = 21
"""Days from those asked about within which there must be an article. Where there is none, the pile ended long before or
begins long after, so that the age of an article says nothing."""

AGE = 5
"""Days that every article counts as away then."""

AGED = 400
"""Days that an article without a date counts as away from those asked about."""

TEXTS_AT_ONCE = 32  # passages
COPIED = 0.4  # of a chunk's runs of words, from which on it is a copy: light edits cut many runs


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a question most likely finds its answer. It moves articles up and hides none: such guesses are often wrong.

    ``near`` are the days around which the answer was reported, the first and the last, both inclusive.
    """

    near: tuple[date, date]
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def fresh(self, article: Article) -> float:
        """How near to those days an article was published: 1 on one of them, exp(-days / ``FRESH``) before and after;
        0 where its day is not known."""
        away = self.away(article)
        return 0.0 if away is None else math.exp(-away / FRESH)

    def away(self, article: Article) -> int | None:
        """How many days before or after those days an article was published; None where its day is not known."""
        published = day(article.published)
        return max((self.near[0] - published).days, (published - self.near[1]).days, 0) if published else None

    def ages(self, articles: Sequence[Article]) -> list[int]:
        """How many days each article is away from those asked about, as far as that says anything."""
        found = [self.away(article) for article in articles]
        if min((days for days in found if days is not None), default=REACHED + 1) > REACHED:
            return [AGE] * len(found)
        return [AGED if days is None else days for days in found]

    def named(self, article: Article) -> bool:
        """Whether it is of an outlet or a section that the question names."""
        return article.source in self.sources or article.section in self.sections


def fuse(*rankings: Sequence[str]) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: (id, score) of everything in any ranking, best first; equal scores keep their order."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (RRF_K + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])


def retrieve(
    query: str,
    embedder: Embedder,
    store: Searchable,
    *,
    filters: Filters,
    candidates: int,
    limit: int,
    per_article: int,
    wanted: Wanted,
) -> list[Hit]:
    """The ``limit`` best chunks for ``query``, best first.

    Most questions about news are about what has just been reported, or about days that they name: an article from
    about the days of ``wanted`` counts up to twice as much as one from long before or after.

    ``candidates`` are taken from each search before fusion; one story gives at most ``per_article`` chunks, and what
    several of its prints carry stands once, in the print that fits best: of another print only what that one lacks.
    """
    vector = embedder.embed([query])[0]
    for _ in range(SEARCHES):
        dense = store.dense(vector, candidates, filters)
        lexical = store.lexical(query, candidates, filters)
        ranked = fuse([i for i, _ in dense], [i for i, _ in lexical])
        owners = store.owners([i for i, _ in ranked])
        boosts = {a.id: 1 + wanted.fresh(a) + NAMED_BOOST * wanted.named(a) for a in owners.values()}
        likely = sorted(
            ((i, score * boosts[owners[i].id]) for i, score in ranked if i in owners), key=lambda pair: -pair[1]
        )
        kept, whole = _kept(likely, owners, store, limit, per_article)
        if whole and len(owners) == len(ranked):
            break  # else an article was replaced or removed between two of these steps
    cosine, bm25 = dict(dense), dict(lexical)
    return [Hit(chunk, article, score, cosine.get(chunk.id), bm25.get(chunk.id)) for chunk, article, score in kept]


def _kept(
    likely: Sequence[tuple[str, float]], owners: Mapping[str, Article], store: Searchable, limit: int, per_article: int
) -> tuple[list[tuple[Chunk, Article, float]], bool]:
    """The first of these chunks that tell something new, with their articles and scores; and whether all that had to be
    looked at were there. Texts are read as far as they are needed."""
    seen: set[str] = set()
    taken: Counter[str] = Counter()
    first: dict[str, Article] = {}  # the print of each story that has its place
    kept: list[tuple[Chunk, Article, float]] = []
    whole = True

    @cache  # for few articles have another print among the chunks
    def runs(story: str) -> set[tuple[str, ...]]:
        return shingles(word_forms(first[story].body))

    for at in range(0, len(likely), TEXTS_AT_ONCE):
        part = [(i, score) for i, score in likely[at : at + TEXTS_AT_ONCE] if taken[_story(owners[i])] < per_article]
        there = store.passages([i for i, _ in part])
        whole = whole and len(there) == len(part)
        for chunk_id, score in part:
            if chunk_id not in there:
                continue
            chunk, article = there[chunk_id]
            story = _story(article)
            if taken[story] >= per_article or chunk.text in seen:
                continue
            if first.setdefault(story, article).id != article.id:
                said = shingles(word_forms(chunk.text))
                if len(said & runs(story)) >= COPIED * len(said):
                    continue
            taken[story] += 1
            seen.add(chunk.text)
            kept.append((chunk, article, score))
            if len(kept) == limit:
                return kept, whole
    return kept, whole


def _story(article: Article) -> str:
    return article.story or article.id
