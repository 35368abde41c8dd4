"""Reading an index: vectors by nearness and words by BM25, both within filters; and what is known of stored articles,
which of them an article is, its copies, its versions, the feeds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rag import protocols
from rag.index import schema
from rag.index.chroma.arrays import nearest_of, unpacked_vectors
from rag.index.chroma.collection import VectorCollection
from rag.index.schema import Database, Rows
from rag.protocols import Vectors
from rag.types import Article, Copy, FeedState, Filters, Version

WIDER = 4
"""Times as many vectors as wanted, of which those that pass a filter are kept first."""
MAX_FILTER_IDS = 2000
"""Articles that Chroma is given by id; more than that are picked out of what it finds."""


class Shelf(protocols.Shelf):
    """Reads, never writes. :mod:`rag.ingest.identity` asks it when it places an article."""

    def __init__(self, database: Database):
        self._rows = database.rows
        self._value = database.value

    def select(self, where: str, values: Sequence[Any] = (), *, bodies: bool = True) -> list[Article]:
        """The articles that a condition (with its order) chooses."""
        columns = schema.STORED_COLUMNS if bodies else schema.STORED_COLUMNS.replace("body", "''", 1)
        return [schema.article(row) for row in self._rows(f"select {columns} from articles {where}", tuple(values))]

    # -- which article it is -------------------------------------------------------------------------------------

    def digest(self, article_id: str) -> str | None:
        found: str | None = self._value("select digest from articles where id = ?", (article_id,))
        return found

    def digests(self) -> dict[str, str]:
        return dict(self._rows("select id, digest from articles", ()))

    def vectors_of(self, articles: Sequence[str]) -> list[tuple[str, bytes]]:
        statement = (
            "select article_id, vector from chunks join vectors on chunk = number where article_id in ({}) "
            "order by number"
        )
        return schema.each(self._rows, statement, articles)

    def article(self, article_id: str) -> Article | None:
        found = self.select("where id = ?", (article_id,))
        return found[0] if found else None

    def of_url(self, url: str) -> str | None:
        found: str | None = self._value("select id from articles where url = ? order by number limit 1", (url,))
        return found

    def at_url(self, url: str) -> list[Article]:
        return self.select("where url = ? order by number desc limit 200", (url,))

    def superseded(self, article_id: str, digest: str) -> bool:
        return bool(self._value("select 1 from superseded where article_id = ? and digest = ?", (article_id, digest)))

    def same_body(self, body_digest: str) -> list[Article]:
        return self.select("where body_digest = ? order by number", (body_digest,))

    def of_origin(self, file: str, title: str, published: str | None) -> list[Article]:
        return self.select(
            "where (origin = ? or origin > ? and origin < ?) and (title = ? or published = ?) order by number",
            (file, f"{file}#", f"{file}$", title, published),  # '$' comes after '#'
        )

    def arrived(self, after: int) -> list[tuple[str, str, int]]:
        return self._rows("select id, digest, added_at from articles where added_at >= ?", (after,))

    # -- copies --------------------------------------------------------------------------------------------------

    def alike(self, bands: Sequence[int], most: int) -> list[Article]:
        """The articles that share most of these keys, and at least one; at most ``most``."""
        return self.select(
            "where number in (select article from bands where key in (select value from json_each(?)) "
            "group by article order by count(*) desc, article limit ?) order by number",
            (json.dumps(list(bands)), most),
        )

    def copies(self, story: str) -> list[Copy]:
        """All prints of a story, the earliest first."""
        columns = schema.STORED_COLUMNS.replace("body", "''", 1)
        rows = self._rows(
            f"select {columns}, copy_of, share from articles where story = ? "
            "order by published_at is null, published_at, number",
            (story,),
        )
        return [Copy(schema.article(row), row[-2], row[-1]) for row in rows]

    # -- versions ------------------------------------------------------------------------------------------------

    def versions(self, article_id: str) -> list[Version]:
        """Earlier versions of an article, the latest first."""
        rows = self._rows(
            f"select replaced_at, held_from, held_until, {schema.STORED_COLUMNS} from versions where id = ? "
            "order by place desc",
            (article_id,),
        )
        return [
            Version(
                replace(schema.article(row), story=None),
                datetime.fromtimestamp(at, UTC),
                _printed(since),
                _printed(until),
            )
            for at, since, until, *row in rows
        ]

    # -- feeds ---------------------------------------------------------------------------------------------------

    def feed(self, url: str) -> FeedState | None:
        rows = self._rows("select url, title, etag, modified, seen from feeds where url = ?", (url,))
        return _feed(rows[0]) if rows else None

    def feeds(self) -> list[tuple[FeedState, datetime]]:
        """Every feed that was read, and when it was read last."""
        rows = self._rows("select url, title, etag, modified, seen, read_at from feeds order by url", ())
        return [(_feed(row), datetime.fromtimestamp(row[5], UTC)) for row in rows]


def _feed(row: Sequence[Any]) -> FeedState:
    url, title, etag, modified, seen = row[:5]
    return FeedState(url, title, etag, modified, **json.loads(seen))


def _printed(second: int) -> datetime | None:
    """A moment without a zone; None for the first version's beginning."""
    return None if second <= schema.ALWAYS else datetime.fromtimestamp(second, UTC).replace(tzinfo=None)


# -- searches -----------------------------------------------------------------------------------------------------


def nearest_chunks(
    rows: Rows, vectors: VectorCollection, vector: Vectors, k: int, filters: Filters
) -> list[tuple[str, float]]:
    """Asks Chroma for several times as many without a condition, which is five times as fast as with one over 50,000
    chunks. If too few of those pass, the vectors of all chunks that do are compared one by one where they lie beside
    the text and are not too many: that takes no longer than a condition in Chroma (over 100,000 chunks .1 to .9 of its
    time), and misses none. Only then Chroma is given the condition. ``without``, sections and authors, which it does
    not know, are always applied here: a condition with thousands of ids is slow in Chroma, and has a limit.
    """
    clauses, values = schema.conditions(filters)
    joined = " join articles on articles.id = chunks.article_id" if clauses else ""
    statement = f"select chunks.id from chunks{joined} where {' and '.join(['chunks.id in ({})', *clauses])}"

    def passing(ask: int, where: Any) -> tuple[list[tuple[str, float]], bool]:
        """Of so many of the nearest those that pass, and whether there may be more."""
        found = vectors.query(vector, ask, where)
        known = {row[0] for row in schema.each(rows, statement, [i for i, _ in found], values)}
        return [(i, score) for i, score in found if i in known], len(found) >= ask

    if clauses and filters.only is None:
        left, more = passing(WIDER * k, None)
        if len(left) >= k or not more:
            return left[:k]
    if clauses and vectors.compared:
        compared = _compared(rows, vector, k, vectors.compared, clauses, values)
        if compared is not None:
            return compared
    if filters.sections or filters.authors:
        ids = {row[0] for row in rows(f"select id from articles where {' and '.join(clauses)}", values)}
        if len(ids) <= MAX_FILTER_IDS:
            filters = Filters(only=frozenset(ids))
    ask = k
    while True:
        left, more = passing(ask, schema.where(filters))
        if len(left) >= k or not more:
            return left[:k]
        ask *= 4


def _compared(
    rows: Rows, vector: Vectors, k: int, most: int, clauses: Sequence[str], values: Sequence[Any]
) -> list[tuple[str, float]] | None:
    """The nearest of the chunks that pass, best first; None where these are more than ``most``."""
    passing = " and ".join(clauses)
    articles = most // 4  # counted first, for that reads no chunk, and few have fewer than four
    [(there,)] = rows(f"select count(*) from (select 1 from articles where {passing} limit ?)", [*values, articles + 1])
    if there > articles:
        return None
    # SQLite would rather read all chunks: so the order is given, and the id as a range.
    found = rows(
        "select chunks.id, vectors.vector from articles "
        "cross join chunks on chunks.article_id between articles.id and articles.id "
        f"cross join vectors on vectors.chunk = chunks.number where {passing} limit ?",
        [*values, most + 1],
    )
    return None if len(found) > most else _nearest_first(found, vector, k)


def _nearest_first(found: Sequence[tuple[str, bytes]], vector: Vectors, k: int) -> list[tuple[str, float]]:
    """(id, cosine similarity) of the nearest of stored vectors, best first; a damaged one is left out."""
    whole = [(name, blob) for name, blob in found if len(blob) == 4 * len(vector)]
    if not whole:
        return []
    return nearest_of([name for name, _ in whole], unpacked_vectors([blob for _, blob in whole]), vector, k)


OF_CHUNKS = "join chunks on chunks.number = words.rowid join articles on articles.id = chunks.article_id"


def matching(database: Database, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
    clauses, values = schema.conditions(filters)
    if clauses:
        where = " and ".join(["words.rowid > 0", *clauses])
        return database.words.joined(query, k, "chunks.id", OF_CHUNKS, where, values)
    best = database.words.best(query, k)  # only these are looked up
    ids = dict(schema.each(database.rows, "select number, id from chunks where number in ({})", [n for n, _ in best]))
    return [(ids[number], score) for number, score in best if number in ids]


def mentioning(database: Database, word: str) -> set[str]:
    numbers = database.words.beginning(word)
    rows = schema.each(database.rows, "select distinct article_id from chunks where number in ({})", numbers)
    return {row[0] for row in rows}
