"""Searches of an index: vectors by nearness, words by BM25, both within filters."""

from __future__ import annotations

from typing import Any

from rag.index import schema
from rag.index.schema import Rows
from rag.index.vectors import ChromaVectors
from rag.protocols import Vectors
from rag.types import Filters

WIDER = 4
"""Times as many vectors as wanted, of which those that pass a filter are kept first."""
MAX_FILTER_IDS = 2000
"""Articles that Chroma is given by id; more than that are picked out of what it finds."""


def nearest_chunks(
    rows: Rows, vectors: ChromaVectors, vector: Vectors, k: int, filters: Filters
) -> list[tuple[str, float]]:
    """Asks Chroma for several times as many without a condition, which is five times as fast as with one over 50,000
    chunks, and with one only if too few of those pass. ``without`` and sections, which Chroma does not know, are always
    applied here: a condition with thousands of ids is slow in Chroma, and has a limit.
    """
    clauses, values = schema.conditions(filters)
    statement = "select chunks.id from chunks join articles on articles.id = chunks.article_id where " + " and ".join(
        ["chunks.id in ({})", *clauses]
    )

    def passing(ask: int, where: Any) -> tuple[list[tuple[str, float]], bool]:
        """Of so many of the nearest those that pass, and whether there may be more."""
        found = vectors.query(vector, ask, where)
        known = {row[0] for row in schema.each(rows, statement, [i for i, _ in found], values)}
        return [(i, score) for i, score in found if i in known], len(found) >= ask

    if clauses and filters.only is None:
        left, more = passing(WIDER * k, None)
        if len(left) >= k or not more:
            return left[:k]
    if filters.sections:
        ids = {row[0] for row in rows(f"select id from articles where {' and '.join(clauses)}", values)}
        if len(ids) <= MAX_FILTER_IDS:
            filters = Filters(only=frozenset(ids))
    ask = k
    while True:
        left, more = passing(ask, schema.where(filters))
        if len(left) >= k or not more:
            return left[:k]
        ask *= 4


def matching(rows: Rows, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
    match = schema.match(query)
    if not match:
        return []
    clauses, values = schema.conditions(filters)
    if clauses:
        passing = " and ".join(["words match ?", *clauses])
        found = rows(
            f"select chunks.id, {schema.BM25} as found from words join chunks on chunks.number = words.rowid "
            f"join articles on articles.id = chunks.article_id where {passing} order by found limit ?",
            (match, *values, k),
        )
    else:  # only the best are looked up
        found = rows(
            f"select chunks.id, found from (select rowid as number, {schema.BM25} as found from words "
            "where words match ? order by found limit ?) join chunks using (number) order by found",
            (match, k),
        )
    return [(row[0], -float(row[1])) for row in found]


def mentioning(rows: Rows, word: str) -> set[str]:
    beginning = schema.beginning(word)
    if not beginning:
        return set()
    found = rows(
        "select distinct article_id from words join chunks on chunks.number = words.rowid where words match ?",
        (beginning,),
    )
    return {row[0] for row in found}
