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
from functools import cached_property
from typing import Any, NamedTuple

from rag.index import schema
from rag.index.chroma.collection import VectorCollection
from rag.index.lookup import OF_CHUNKS, WIDER, matching, nearest_chunks
from rag.index.past.scan import PastVectors
from rag.index.schema import Database
from rag.protocols import Snapshot, Vectors
from rag.types import Article, Chunk, Copy, Filters

_PAST = re.compile(r":past:(\d+)$")
FIRST_WIDER = 2
"""Times as many vectors as wanted that are asked for first."""
BEST_WORDS = 8
"""Times as many passages as wanted that are found by their words at once, since their order costs most."""
KEPT = 50_000
"""Passages of which a day remembers where they stood."""


class Standing(NamedTuple):
    """Where a passage stood on the day."""

    chunk: str  # its id
    owner: int | str  # the number of an earlier version, or the id of the article whose present version it was
    start: int
    stop: int
    prefix: str


class Moment(Snapshot):
    """What :class:`~rag.index.store.SqliteChromaStore` gives for a day; good for one revision of the index."""

    def __init__(
        self, database: Database, vectors: Callable[[], VectorCollection], past: PastVectors, revision: str, day: date
    ):
        self._rows, self._words, self._database = database.rows, database.words, database
        self._vectors, self._past = vectors, past
        self._revision, self._day = revision, day
        self._end = schema.bounds(Filters(as_of=day))[1]  # the first printed second after it, None for the last day
        self._stood: dict[int, Standing | None] = {}

    def at(self, as_of: date | None) -> Snapshot:
        return self

    # -- what stood then -----------------------------------------------------------------------------------------

    def _held(self, filters: Filters | None = None) -> tuple[str, str, list[Any]]:
        """Conditions on the present versions and on earlier ones, both called ``articles``; values of the first, which
        the second takes with ``_end`` behind them."""
        clauses, values = schema.conditions(replace(filters or Filters(), as_of=self._day))
        if self._end is None:
            return " and ".join(clauses) or "true", "false", values
        present = " and ".join([*clauses, "articles.held_from < ?"])
        # A version of no length at all never was the newest one.
        past = f"{present} and articles.held_until >= ? and articles.held_until > articles.held_from"
        return present, past, [*values, self._end]

    def _each(
        self, columns: str, filters: Filters | None = None, more: str = "", with_: Sequence[Any] = ()
    ) -> list[Any]:
        """Rows of all articles as they stood, present versions first; ``more`` is a further condition."""
        present, past, values = self._held(filters)
        again = f" and {more}" if more else ""
        rows = self._rows(f"select {columns} from articles where {present}{again}", [*values, *with_])
        if self._end is not None:
            rows += self._rows(
                f"select {columns} from versions as articles where {past}{again}", [*values, self._end, *with_]
            )
        return rows

    @cached_property
    def _present(self) -> set[str]:
        """Ids of the articles whose present version stood then."""
        present, _, values = self._held()
        return {row[0] for row in self._rows(f"select id from articles where {present}", values)}

    @cached_property
    def _past_versions(self) -> set[int]:
        """Numbers of the earlier versions that stood then."""
        if self._end is None:
            return set()
        _, past, values = self._held()
        rows = self._rows(f"select number from versions as articles where {past}", [*values, self._end])
        return {row[0] for row in rows}

    @cached_property
    def _past_texts(self) -> set[int]:
        """Numbers of the texts that stood then in earlier versions, and in no present one."""
        if not self._past_versions:
            return set()
        rows = self._rows("select chunk, version from passages where chunk < 0", ())
        return {number for number, version in rows if version in self._past_versions}

    @cached_property
    def _as_now(self) -> bool:
        """Whether every present version stood then, so that a search need not look for what did."""
        return not self._past_versions and len(self._present) == self._rows("select count(*) from articles", ())[0][0]

    def _standing(self, numbers: Collection[int], filters: Filters | None = None) -> dict[int, Standing]:
        """Where the passages with these numbers stood then, as far as they did and pass."""
        known = self._stood
        if new := [n for n in numbers if n not in known]:
            if len(known) > KEPT:
                known = self._stood = {}
            known |= dict.fromkeys(new) | self._look_up(new)
        found = {n: where for n in numbers if (where := known.get(n)) is not None}
        if filters is None or replace(filters, as_of=None) == Filters():
            return found
        owners = {where.owner for where in found.values()}
        passing = self._passing([o for o in owners if isinstance(o, str)], "articles", "id", filters)
        passing |= self._passing([o for o in owners if isinstance(o, int)], "versions as articles", "number", filters)
        return {n: where for n, where in found.items() if where.owner in passing}

    def _passing(self, owners: Sequence[Any], table: str, key: str, filters: Filters) -> set[Any]:
        clauses, values = schema.conditions(replace(filters, as_of=self._day))
        both = " and ".join([f"articles.{key} in ({{}})", *clauses])
        return {
            r[0] for r in schema.each(self._rows, f"select articles.{key} from {table} where {both}", owners, values)
        }

    def _look_up(self, numbers: Sequence[int]) -> dict[int, Standing]:
        found: dict[int, Standing] = {}
        missing = []
        texts = {}
        for number, name, article_id, start, stop, prefix in self._rows(
            "select number, id, article_id, start, stop, prefix from chunks "
            "where number in (select value from json_each(?))",
            [json.dumps([n for n in numbers if n > 0])],
        ):
            if article_id in self._present:
                found[number] = Standing(name, article_id, start, stop, prefix)
            else:
                missing.append(number)
                texts[number] = name, prefix
        missing += [n for n in numbers if n < 0]
        if not missing or not self._past_versions:
            return found
        for number, article_id, prefix in self._rows(
            "select number, article_id, prefix from past_chunks where number in (select value from json_each(?))",
            [json.dumps([n for n in missing if n < 0])],
        ):
            texts[number] = f"{article_id}:past:{-number}", prefix
        for number, version, start, stop in self._rows(
            "select chunk, version, start, stop from passages where chunk in (select value from json_each(?)) "
            "order by start desc",
            [json.dumps(missing)],
        ):
            if version in self._past_versions and number in texts:
                name, prefix = texts[number]
                found[number] = Standing(name, version, start, stop, prefix)
        return found

    def _numbers(self, ids: Collection[str]) -> dict[str, int]:
        past = {i: -int(found[1]) for i in ids if (found := _PAST.search(i))}
        return past | dict(schema.each(self._rows, "select id, number from chunks where id in ({})", ids))

    # -- searching -----------------------------------------------------------------------------------------------

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """Both the present vectors and the past ones are asked for more than wanted, until enough of them stood then:
        what comes nearer than the last of either list is all that does."""
        vectors = self._vectors()
        if self._as_now:
            return nearest_chunks(self._rows, vectors, vector, k, replace(filters, as_of=None))
        scope = replace(filters, as_of=self._day)
        asks = [(FIRST_WIDER * k, None), (FIRST_WIDER * WIDER * k, None)] if filters.only is None else []
        ask = (asks or [(k, None)])[-1][0]
        while True:
            ask, where = asks.pop(0) if asks else (WIDER * ask, schema.where(scope))
            near = vectors.query(vector, ask, where)
            far = self._past.nearest(vector, ask, self._revision, self._past_texts)
            known = self._numbers([i for i, _ in near])
            numbered = [(known[i], score) for i, score in near if i in known] + far
            sure = max((found[-1][1] for found in (near, far) if len(found) >= ask), default=-2.0)
            numbered = sorted((n for n in numbered if n[1] >= sure), key=lambda found: -found[1])
            stood = self._standing([n for n, _ in numbered], filters)
            left = [(stood[n].chunk, score) for n, score in numbered if n in stood][:k]
            if len(left) >= k or sure == -2.0:
                return left

    def lexical(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        if self._as_now:
            return matching(self._database, query, k, replace(filters, as_of=None))
        best = self._words.best(query, BEST_WORDS * k, past=bool(self._past_texts))
        found: list[tuple[str, float]] = []
        for done in range(0, len(best), WIDER * k):
            part = best[done : done + WIDER * k]
            stood = self._standing([n for n, _ in part], filters)
            found += [(stood[n].chunk, score) for n, score in part if n in stood]
            if len(found) >= k:
                return found[:k]
        return found if len(best) < BEST_WORDS * k else self._matching(query, k, filters)

    def _matching(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        """The best of all passages that stood then; the slow way."""
        present, past, values = self._held(filters)
        rows = self._words.joined(query, k, "chunks.number", OF_CHUNKS, f"words.rowid > 0 and {present}", values)
        if self._end is not None:
            of_versions = (
                "join passages on passages.chunk = words.rowid "
                "join versions as articles on articles.number = passages.version"
            )
            rows += self._words.joined(query, k, "passages.chunk", of_versions, past, [*values, self._end])
        best = dict(sorted(rows, key=lambda row: -row[1]))
        stood = self._standing(list(best), filters)
        return [(stood[n].chunk, score) for n, score in best.items() if n in stood][:k]

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        numbers = self._numbers(ids)
        stood = self._standing(list(numbers.values()))
        owners = {where.owner for where in stood.values()}
        texts: dict[int | str, tuple[str, str]] = {}
        for table, key, kind in (("articles", "id", str), ("versions", "number", int)):
            those = [o for o in owners if isinstance(o, kind)]
            statement = f"select {key}, id, body from {table} where {key} in ({{}})"
            texts |= {row[0]: (row[1], row[2]) for row in schema.each(self._rows, statement, those)}
        found: dict[str, Chunk] = {}
        for chunk_id, number in numbers.items():
            where = stood.get(number)
            if where is not None and where.owner in texts:  # else removed between the statements
                name, body = texts[where.owner]
                text = body[where.start : where.stop]
                found[chunk_id] = Chunk(chunk_id, name, where.start, where.stop, text, where.prefix + text)
        return found

    def owners(self, ids: Sequence[str]) -> dict[str, Article]:
        stood = self._standing(list(self._numbers(ids).values()))
        names = {where.chunk: where.chunk.rsplit(":", 2)[0] for where in stood.values()}
        articles = self.articles(sorted({*names.values()}), bodies=False)
        return {chunk_id: articles[name] for chunk_id, name in names.items() if name in articles}

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        chunks = self.chunks(ids)
        articles = self.articles(list({chunk.article_id for chunk in chunks.values()}))
        pairs = ((i, chunk, articles.get(chunk.article_id)) for i, chunk in chunks.items())
        return {i: (c, a) for i, c, a in pairs if a and a.body[c.start : c.end] == c.text}

    def articles(self, ids: Sequence[str], *, bodies: bool = True) -> dict[str, Article]:
        among = "articles.id in (select value from json_each(?))"
        columns = schema.STORED_COLUMNS if bodies else schema.STORED_COLUMNS.replace("body", "''", 1)
        found = [schema.article(row) for row in self._each(columns, None, among, [json.dumps(list(ids))])]
        names = self._story_names({a.story for a in found if a.story})
        return {a.id: replace(a, story=names.get(a.id, a.id)) for a in found}

    def _story_names(self, stories: Collection[str]) -> dict[str, str]:
        """The story of each article of these stories that have more than one print, by the links between prints that
        were there then: what only a later print joined is apart."""
        several = {
            row[0]
            for table in ("articles", "versions")
            for row in schema.each(
                self._rows, f"select distinct story from {table} where story in ({{}}) and story != id", stories
            )
        }
        if not several:
            return {}
        rows = self._each(
            "articles.id, articles.copy_of, articles.published_at", None,
            "articles.story in (select value from json_each(?))", [json.dumps(sorted(several))],
        )  # fmt: skip
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
        numbers = self._words.beginning(word, past=True)
        return {where.chunk.rsplit(":", 2)[0] for where in self._standing(numbers).values()}

    def copies(self, story: str) -> list[Copy]:
        stored = {row[0] for row in self._each("articles.story", None, "articles.id = ?", [story])}
        names = self._story_names(stored) or {name: name for name in stored}
        ids = [name for name, of in names.items() if of == story] or [story]
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
        return self._outlets_and_sections

    @cached_property
    def _outlets_and_sections(self) -> tuple[list[str], list[str]]:
        rows = self._each("articles.source, articles.section")
        sections = dict.fromkeys(row[1] for row in rows if row[1] is not None)
        return [name for name, _ in _counted(row[0] for row in rows if row[0])], list(sections)

    def count(self) -> int:
        return len(self._present) + len(self._past_versions)

    def count_chunks(self) -> int:
        owners = json.dumps(sorted(self._present)), json.dumps(sorted(self._past_versions))
        [(count,)] = self._rows(
            "select (select count(*) from chunks where article_id in (select value from json_each(?))) + "
            "(select count(*) from passages where version in (select value from json_each(?)))",
            owners,
        )
        return int(count)

    def oldest_and_newest(self) -> tuple[Article, Article] | None:
        found = [a for a in self.all() if a.published]
        return (found[-1], found[0]) if found else None


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    """(name, how often), most first."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))
