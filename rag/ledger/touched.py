"""Which kept questions an article bears on: found by nearness of meaning, without reading anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rag.index.vectors import unpacked_vectors
from rag.ledger.book import KeptEntry
from rag.protocols import Shelf

NEAR = 0.35
"""Cosine of a question and a passage from which on the passage may bear on it."""


def touched(entries: Sequence[KeptEntry], articles: Sequence[str], shelf: Shelf) -> Mapping[str, set[str]]:
    """For the id of each answer, the articles (of those given) that may bear on its question, if there are any."""
    found = shelf.vectors_of(articles)
    asked = [entry for entry in entries if found and len(entry.vector) == len(found[0][1])]  # of this embedder
    if not asked:
        return {}
    nearness = unpacked_vectors([e.vector for e in asked]) @ unpacked_vectors([blob for _, blob in found]).T
    near = defaultdict(set)
    for row, column in zip(*(nearness >= NEAR).nonzero(), strict=True):
        near[asked[row].answer.id].add(found[column][0])
    return near
