"""Which kept questions an article bears on: found by nearness of meaning, without reading anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rag.index.chroma.arrays import unpacked_vectors
from rag.protocols import Shelf
from rag.qa.attribution.subjects import asked_names, named_in
from rag.text.tokens import tokens
from rag.types import Article

NEAR = 0.35
"""Cosine of a question and a passage from which on the passage may bear on it."""
NEAR_ARTICLE = 0.4
"""Cosine of a passage and one of the article that a value stands on, from which on it may be of the same matter."""
NEAR_NAMED = 0.2
"""Cosine of a question and a passage from which on an article with all names of the question may bear on it."""
MAX_NEAR = 300
"""Kept questions that one article is compared with: those nearest to it."""


def near_questions(
    questions: Sequence[tuple[int, bytes]], articles: Sequence[str], shelf: Shelf
) -> Mapping[int, set[str]]:
    """For the number of each question, the articles (of those given) that may bear on it, if there are any.

    ``questions`` are (number, vector) of all that are kept.
    """
    found = shelf.vectors_of(articles)
    asked = [q for q in questions if found and len(q[1]) == len(found[0][1])]  # of this embedder
    if not asked:
        return {}
    vectors = unpacked_vectors([vector for _, vector in asked])
    rows = _by_article(found)
    near: dict[int, set[str]] = defaultdict(set)
    for name, passages in rows.items():
        nearness = (vectors @ unpacked_vectors(passages).T).max(axis=1)
        chosen = (nearness >= NEAR).nonzero()[0]
        for row in chosen[(-nearness[chosen]).argsort(kind="stable")][:MAX_NEAR]:
            near[asked[row][0]].add(name)
    return near


def near_matters(
    followed: Sequence[tuple[int, str, bytes, str]], articles: Sequence[Article], shelf: Shelf
) -> Mapping[int, set[str]]:
    """For the number of each followed question, the articles that may bear on it though they say nothing like it: near
    the article that its value stands on, or with all of its names. 'So it is six now' is how the next report puts it.

    ``followed`` are (number, question, vector, id of that article or '') of all that are followed.
    """
    passages = _by_article(shelf.vectors_of([a.id for a in articles]))
    stands = _by_article(shelf.vectors_of(sorted({stand for *_, stand in followed if stand})))
    words = {a.id: set(tokens(f"{a.title} {a.body}")) for a in articles}
    near: dict[int, set[str]] = defaultdict(set)
    for number, question, vector, stand in followed:
        names = asked_names(question)
        for name, rows in passages.items():
            if len(rows[0]) != len(vector):  # of another embedder
                continue
            there = unpacked_vectors(rows)
            named = bool(names) and all(named_in(run, words[name]) for run in names)
            by_names = named and (there @ unpacked_vectors([vector]).T).max() >= NEAR_NAMED
            if by_names or (stand in stands and (there @ unpacked_vectors(stands[stand]).T).max() >= NEAR_ARTICLE):
                near[number].add(name)
    return near


def _by_article(found: Iterable[tuple[str, bytes]]) -> dict[str, list[bytes]]:
    rows: dict[str, list[bytes]] = defaultdict(list)
    for name, vector in found:
        rows[name].append(vector)
    return rows
