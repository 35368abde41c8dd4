"""Which kept questions an article bears on: found by nearness of meaning, without reading anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rag.index.chroma.arrays import unpacked_vectors
from rag.protocols import Shelf

NEAR = 0.35
"""Cosine of a question and a passage from which on the passage may bear on it."""
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
    rows: dict[str, list[bytes]] = defaultdict(list)
    for name, vector in found:
        rows[name].append(vector)
    near: dict[int, set[str]] = defaultdict(set)
    for name, passages in rows.items():
        nearness = (vectors @ unpacked_vectors(passages).T).max(axis=1)
        chosen = (nearness >= NEAR).nonzero()[0]
        for row in chosen[(-nearness[chosen]).argsort(kind="stable")][:MAX_NEAR]:
            near[asked[row][0]].add(name)
    return near
