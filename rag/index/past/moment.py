"""An index as it stood at the end of a day: each article in the version that was the newest then, or not at all.

What was published, corrected or withdrawn later is in no list, no count and no search. Only the weights of words (how
rare they are) count what the whole index holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from rag.index import schema
from rag.index.lookup import WIDER
from rag.index.past.scan import PastVectors
from rag.index.schema import Rows
from rag.index.vectors import ChromaVectors
from rag.protocols import Snapshot, Vectors
from rag.types import Article, Chunk, Copy, Filters

_PAST = re.compile(r":past:(\d+)$")

Standing = tuple[int | None, int, int]
"""The number of an earlier version (None: the present one), and a passage's start and end in its text."""


class Moment(Snapshot):
    """What :class:`~rag.index.store.SqliteChromaStore` gives for a day; good for one revision of the index."""

    def __init__(self, rows: Rows, vectors: Callable[[], ChromaVectors], past: PastVectors, revision: str, day: date):
        self._rows, self._vectors, self._past = rows, vectors, past
        self._revision, self._day = revision, day
        self._end = schema.bounds(Filters(as_of=day))[1]  # the first printed second after it, None for the last day
        self._scopes: tuple[list[str], list[str]] | None = None

    def at(self, as_of: date | None) -> Snapshot:
        return self

    # -- what stood then -----------------------------------------------------------------------------------------

    def _held(self, filters: Filters | None = None) -> tuple[str, str, list[Any]]:
        """Conditions on the present versions and on earlier ones, both called ``articles``, and their values."""
        clauses, values = schema.conditions(replace(filters or Filters(), as_of=self._day))
        end = [] if self._end is None else [self._end]
        present = " and ".join([*clauses, *(["articles.held_from < ?"] if end else [])])
        # A version of no length at all never was the newest one.
        past = " and ".join(
            [*clauses, *(["articles.held_from < ?", "articles.held_until >= ?"] if end else ["false"]),
             "articles.held_until > articles.held_from"]
        )  # fmt: skip
        return present or "true", past, [*values, *end]

    def _each(
        self, columns: str, filters: Filters | None = None, more: str = "", with_: Sequence[Any] = ()
    ) -> list[Any]:
        """Rows of all articles as they stood, present versions first; ``more`` is a further condition."""
        present, past, values = self._held(filters)
        end = [] if self._end is None else [self._end]
        again = f" and {more}" if more else ""
        rows = self._rows(f"select {columns} from articles where {present}{again}", [*values, *with_])
        earlier = self._rows(f"select {columns} from versions as articles where {past}{again}", [*values, *end, *with_])
        return rows + earlier

    def _places(self, numbers: Collection[int], filters: Filters | None = None) -> dict[int, Standing]:
        """Where the texts with these numbers stood then, as far as they did."""
        if not numbers:
            return {}
        present, past, values = self._held(filters)
        end = [] if self._end is None else [self._end]
        among = "(select value from json_each(?))"
        found: dict[int, Standing] = {}
        for number, version, start, stop in self._rows(
            "select passages.chunk, passages.version, passages.start, passages.stop from passages "
            f"cross join versions as articles on articles.number = passages.version "
            f"where passages.chunk in {among} and {past} order by passages.start desc",
            [json.dumps(list(numbers)), *values, *end],
        ):
            found[number] = version, start, stop
        for number, start, stop in self._rows(
            "select chunks.number, start, stop from chunks cross join articles on articles.id = chunks.article_id "
            f"where chunks.number in {among} and {present}",
            [json.dumps([n for n in numbers if n > 0]), *values],
        ):
            found[number] = None, start, stop
        return found

    def _ids(self, numbers: Collection[int]) -> dict[int, str]:
        """The ids of passages by their numbers."""
        found = dict(
            self._rows(
                "select number, id from chunks where number in (select value from json_each(?))",
                [json.dumps([n for n in numbers if n > 0])],
            )
        )
        past = self._rows(
            "select number, article_id from past_chunks where number in (select value from json_each(?))",
            [json.dumps([n for n in numbers if n < 0])],
        )
        return found | {number: f"{article_id}:past:{-number}" for number, article_id in past}

    def _numbers(self, ids: Collection[str]) -> dict[str, int]:
        past = {i: -int(found[1]) for i in ids if (found := _PAST.search(i))}
        return past | dict(schema.each(self._rows, "select id, number from chunks where id in ({})", ids))

    # -- searching -----------------------------------------------------------------------------------------------

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """Both the present vectors and the past ones are asked for more than wanted, until enough of them stood then:
        what comes nearer than the last of either list is all that does."""
        vectors = self._vectors()
        scope = replace(filters, as_of=self._day)
        ask, where = WIDER * k, schema.where(scope) if filters.only is not None else None
        while True:
            near = vectors.query(vector, ask, where)
            far = self._past.nearest(vector, ask, self._revision)
            known = dict(
                schema.each(self._rows, "select id, number from chunks where id in ({})", [i for i, _ in near])
            )
            numbered = [(known[i], score) for i, score in near if i in known] + far
            sure = max((found[-1][1] for found in (near, far) if len(found) >= ask), default=-2.0)
            numbered = sorted((n for n in numbered if n[1] >= sure), key=lambda found: -found[1])
            places = self._places([n for n, _ in numbered], filters)
            left = [(n, score) for n, score in numbered if n in places][:k]
            if len(left) >= k or sure == -2.0:
                ids = self._ids([n for n, _ in left])
                return [(ids[n], score) for n, score in left if n in ids]
            ask, where = 4 * ask, schema.where(scope)

    def lexical(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        match = schema.match(query)
        if not match:
            return []
        best = self._rows(
            f"select rowid, {schema.BM25} as found from words where words match ? order by found limit ?",
            (match, WIDER * k),
        )
        places = self._places([n for n, _ in best], filters)
        found = [(n, score) for n, score in best if n in places][:k]
        if len(found) < k and len(best) >= WIDER * k:
            found = self._matching(match, k, filters)
        ids = self._ids([n for n, _ in found])
        return [(ids[n], -float(score)) for n, score in found if n in ids]

    def _matching(self, match: str, k: int, filters: Filters) -> list[tuple[int, float]]:
        """The best of all passages that stood then; the slow way."""
        present, past, values = self._held(filters)
        end = [] if self._end is None else [self._end]
        rows = self._rows(
            f"select chunks.number, {schema.BM25} as found from words join chunks on chunks.number = words.rowid "
            f"join articles on articles.id = chunks.article_id where words match ? and words.rowid > 0 and {present} "
            "order by found limit ?",
            (match, *values, k),
        )
        rows += self._rows(
            f"select passages.chunk, {schema.BM25} as found from words join passages on passages.chunk = words.rowid "
            f"join versions as articles on articles.number = passages.version where words match ? and {past} "
            "order by found limit ?",
            (match, *values, *end, k),
        )
        return list(dict(sorted(rows, key=lambda row: row[1])).items())[:k]

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        numbers = self._numbers(ids)
        places = self._places(list(numbers.values()))
        prefixes = dict(self._prefixes([n for n in numbers.values() if n in places]))
        versions = {version for version, _, _ in places.values() if version is not None}
        texts: dict[int | str, tuple[str, str]] = {}
        for number, name, body in self._rows(
            "select number, id, body from versions where number in (select value from json_each(?))",
            [json.dumps(list(versions))],
        ):
            texts[number] = name, body
        owners = {i: i.rsplit(":", 2)[0] for i, n in numbers.items() if n in places and places[n][0] is None}
        bodies = dict(schema.each(self._rows, "select id, body from articles where id in ({})", set(owners.values())))
        found: dict[str, Chunk] = {}
        for chunk_id, number in numbers.items():
            if number not in places or number not in prefixes:
                continue
            version, start, stop = places[number]
            if version is None and owners[chunk_id] in bodies:
                name, body = owners[chunk_id], bodies[owners[chunk_id]]
            elif version in texts:
                name, body = texts[version]
            else:
                continue  # removed between the statements
            text = body[start:stop]
            found[chunk_id] = Chunk(chunk_id, name, start, stop, text, prefixes[number] + text)
        return found

    def _prefixes(self, numbers: Sequence[int]) -> Iterable[tuple[int, str]]:
        for table in ("chunks", "past_chunks"):
            yield from self._rows(
                f"select number, prefix from {table} where number in (select value from json_each(?))",
                [json.dumps(list(numbers))],
            )

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        among = "articles.id in (select value from json_each(?))"
        found = [schema.article(row) for row in self._each(schema.STORED_COLUMNS, None, among, [json.dumps(list(ids))])]
        names = self._story_names({a.story for a in found if a.story})
        return {a.id: replace(a, story=names.get(a.id, a.id)) for a in found}

    def _story_names(self, stories: Collection[str]) -> dict[str, str]:
        """The story of each article of these stories, by the links between prints that were there then: what only a
        later print joined is apart."""
        if not stories:
            return {}
        rows = self._each(
            "articles.id, articles.copy_of, articles.published_at", None,
            "articles.story in (select value from json_each(?))", [json.dumps(list(stories))],
        )  # fmt: skip
        if len(rows) <= 1:
            return {row[0]: row[0] for row in rows}
        order = sorted(rows, key=lambda row: (row[2] or 0, row[0]))
        lead = {row[0]: row[0] for row in order}

        def first(name: str) -> str:
            while lead[name] != name:
                name = lead[name]
            return name

        rank = {row[0]: n for n, row in enumerate(order)}
        for name, of, _ in order:
            if of in lead:
                one, other = sorted((first(name), first(of)), key=rank.__getitem__)
                lead[other] = one
        return {name: first(name) for name in lead}

    # -- listing -------------------------------------------------------------------------------------------------

    def all(self, filters: Filters | None = None, *, bodies: bool = False) -> list[Article]:
        columns = schema.STORED_COLUMNS if bodies else schema.STORED_COLUMNS.replace("body", "''", 1)
        rows = self._each(f"articles.published_at, {columns}", filters)
        rows.sort(key=lambda row: (row[0] is None, -(row[0] or 0), row[1]))
        return [schema.article(row[1:]) for row in rows]

    def mentioning(self, word: str) -> set[str]:
        beginning = schema.beginning(word)
        if not beginning:
            return set()
        numbers = [row[0] for row in self._rows("select rowid from words where words match ?", (beginning,))]
        places = self._places(numbers)
        ids = self._ids(list(places))
        return {i.rsplit(":", 2)[0] for i in ids.values()}

    def copies(self, story: str) -> list[Copy]:
        stored = {row[0] for row in self._each("articles.story", None, "articles.id = ?", [story])}
        ids = [name for name, of in self._story_names(stored).items() if of == story]
        columns = schema.STORED_COLUMNS.replace("body", "''", 1)
        rows = self._each(
            f"{columns}, articles.copy_of, articles.share", None, "articles.id in (select value from json_each(?))",
            [json.dumps(ids)],
        )  # fmt: skip
        found = [
            Copy(replace(schema.article(row), story=story), row[-2] if row[-2] in ids else None, row[-1])
            for row in rows
        ]
        return sorted(found, key=lambda c: (schema.printed_seconds(c.article.published) or 0, c.article.id))

    def sources(self) -> list[tuple[str, int]]:
        return _counted(row[0] or "" for row in self._each("articles.source"))

    def authors(self) -> list[tuple[str, int]]:
        return _counted(name for row in self._each("articles.authors") for name in json.loads(row[0]))

    def scopes(self) -> tuple[list[str], list[str]]:
        if self._scopes is None:
            rows = self._each("articles.source, articles.section")
            sections = dict.fromkeys(row[1] for row in rows if row[1] is not None)
            self._scopes = [name for name, _ in _counted(row[0] for row in rows if row[0])], list(sections)
        return self._scopes

    def count(self) -> int:
        return len(self._each("1"))

    def count_chunks(self) -> int:
        present, past, values = self._held()
        end = [] if self._end is None else [self._end]
        [(now,)] = self._rows(
            f"select count(*) from chunks join articles on articles.id = chunks.article_id where {present}", values
        )
        [(then,)] = self._rows(
            "select count(*) from passages join versions as articles on articles.number = passages.version "
            f"where {past}",
            [*values, *end],
        )
        return int(now) + int(then)

    def oldest_and_newest(self) -> tuple[Article, Article] | None:
        found = [a for a in self.all() if a.published]
        return (found[-1], found[0]) if found else None


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    """(name, how often), most first."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))
