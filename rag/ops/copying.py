"""Copies an index from one place to another, a folder or a database: texts, versions, vectors, feeds and the ledger."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

from rag.errors import StoreError
from rag.index import check, schema
from rag.index.base import RowsAndVectors, new_revision
from rag.index.chroma.arrays import unpacked_vectors
from rag.index.connection import Connections
from rag.index.lock import DATABASE_FILE
from rag.index.past.checking import mend_past_words
from rag.index.postgres.connecting import server_address
from rag.index.postgres.database import PostgresDatabase
from rag.index.postgres.store import PostgresChromaStore
from rag.index.postgres.tables import has_index
from rag.index.store import IndexPlace, open_index
from rag.ledger.book import FOLLOW_TABLES, LEDGER_TABLES, Ledger, ledger_folder
from rag.ledger.server import ServerLedger
from rag.settings import Settings
from rag.types import Progress

ARTICLES_AT_ONCE = 100
ROWS_READ_AT_ONCE = 1_000
WHOLE_TABLES = {
    "withdrawn": "article_id",
    "embargoed": "article_id",
    "superseded": "article_id, digest",
    "feeds": "url",
}
"""Small tables, copied at once, and the order in which their rows are compared."""
NUMBERED_TABLES = {
    "articles": "number", "chunks": "number", "vectors": "chunk", "versions": "number", "past_chunks": "number",
    "passages": "version, chunk, start", "bands": "article, key",
}  # fmt: skip
LEDGER_ORDER = {
    "kept": "number", "stands_on": "kept, n", "bears": "kept, article_id", "looked": "article_id", "follows": "number",
    "changes": "number", "to_ask": "follow, article_id", "outbox": "change, way", "feeds": "path",
}  # fmt: skip


@dataclass(frozen=True)
class CopiedIndex:
    """What was copied, and the digest of all rows, which both places have."""

    articles: int
    chunks: int
    versions: int
    kept: int  # answers and followed questions in the ledger
    digest: str


def copy_index(source: Settings, target: Settings, progress: Progress | None = None) -> CopiedIndex:
    """Copies the index of ``source`` to the place of ``target``, where there must be none yet.

    Nothing is embedded again. Interrupted at any moment, the next call goes on; until the end nothing can be asked of
    the target. Writers of the source wait. Raises ``StoreError`` where the source has none, where the target has one
    already, or where the copy differs.
    """
    if source.index == target.index:
        raise StoreError(f"{source.index_name} would be copied onto itself; name another place with --to")
    expected = _manifest(source)
    begun = expected | {"copying": source.index_name}
    with (
        closing(open_index(_place(source), expected, create=False)) as here,
        closing(open_index(_place(target), begun, create=True)) as there,
        here.writing(mending=True),
        there.writing(mending=True),
    ):
        _begin(here, there)
        for done, every in _copied(here, there):
            if progress:
                progress("copying", done, every)
        digest = _compared(here, there, progress)
        kept = _copy_ledger(_ledger(source), _ledger(target))
        with there.db as db:
            db.execute("delete from manifest where key in ('copying', 'copied')")
            db.execute("update manifest set value = ? where key = 'revision'", (new_revision(),))
        versions = int(there._value("select count(*) from versions"))
        return CopiedIndex(there.count(), there.count_chunks(), versions, kept, digest)


def _place(settings: Settings) -> IndexPlace:
    return IndexPlace(settings.index, *settings.servers)


def _manifest(settings: Settings) -> dict[str, str]:
    """What an index was made with, whatever embedder this program uses now."""
    database: schema.Database
    if settings.database is not None:
        database = PostgresDatabase(server_address(settings.database.get_secret_value()))
        there = has_index(database)
    else:
        database, there = Connections(settings.index, {}), (settings.index / DATABASE_FILE).exists()
    with closing(database):
        if not there:
            raise StoreError(f"no index in {settings.index_name}; name the one to copy with --from")
        found = dict(database.rows("select key, value from manifest"))
    return {key: found[key] for key in ("embedder", "digest", "dimension", "chunking")}


def _begin(here: RowsAndVectors, there: RowsAndVectors) -> None:
    """Empties the target where the source has changed since the copy was begun."""
    revision = here._revision() or ""
    if there._value("select value from manifest where key = 'copied'") == revision:
        return
    there._all_vectors.drop()
    with there.db as db:
        for table in [*reversed(NUMBERED_TABLES), *WHOLE_TABLES, "journal"]:
            db.execute(f"delete from {table}")
        db.execute("delete from manifest where key = 'copied'")
        db.execute("insert into manifest values ('copied', ?)", (revision,))
        there._database.words.delete([number for (number,) in there._rows(check.WORD_ROWS, ())])


def _copied(here: RowsAndVectors, there: RowsAndVectors) -> Iterator[tuple[int, int]]:
    """Copies batch after batch, each safe with its vectors; yields how many articles are there, and how many of all."""
    every = here.count()
    while rows := _after(here, "articles", there, ARTICLES_AT_ONCE):
        ids = [row["id"] for row in rows]
        chunks = _rows_of(here, "chunks", "article_id", ids)
        vectors = _rows_of(here, "vectors", "chunk", [c["number"] for c in chunks])
        articles = here.articles(ids)
        whole = {v["chunk"]: v["vector"] for v in vectors if check.is_vector(v["vector"], here._dimension)}
        sound = [c for c in chunks if c["number"] in whole]
        if sound:
            there._all_vectors.upsert(
                [c["id"] for c in sound],
                unpacked_vectors([whole[c["number"]] for c in sound]),
                [schema.metadata(articles[c["article_id"]]) for c in sound],
            )
        with there.db:
            _insert(there, "articles", rows)
            _insert(there, "chunks", chunks)
            _insert(there, "vectors", vectors)
            _insert(there, "bands", _rows_of(here, "bands", "article", [row["number"] for row in rows]))
            titles = {row["id"]: (row["title"], row["body"]) for row in rows}
            texts = [(c["number"], *titles[c["article_id"]], c["start"], c["stop"]) for c in chunks]
            there._database.words.insert([(n, title, body[start:stop]) for n, title, body, start, stop in texts])
        yield there.count(), every
    while rows := _after(here, "versions", there, ARTICLES_AT_ONCE):
        with there.db:
            _insert(there, "versions", rows)
            _insert(there, "passages", _rows_of(here, "passages", "version", [row["number"] for row in rows]))
    if not there._value("select 1 from past_chunks limit 1"):
        numbers = [n for (n,) in here._rows("select number from past_chunks order by number", ())]
        with there.db:
            for part in _parts_of(numbers):
                _insert(there, "past_chunks", _rows_of(here, "past_chunks", "number", part))
                _insert(there, "vectors", _rows_of(here, "vectors", "chunk", part))
            mend_past_words(there._database)
            for table in WHOLE_TABLES:
                _insert(there, table, _records(table, here._rows(f"select {_listed(table)} from {table}", ())))
    if isinstance(there, PostgresChromaStore):
        there.go_on_numbering()


def _after(here: RowsAndVectors, table: str, there: RowsAndVectors, most: int) -> list[dict[str, Any]]:
    """The next rows of a table whose numbers grow."""
    last = there._value(f"select max(number) from {table}") or 0
    rows = here._rows(f"select {_listed(table)} from {table} where number > ? order by number limit ?", (last, most))
    return _records(table, rows)


def _rows_of(store: RowsAndVectors, table: str, column: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    statement = f"select {_listed(table)} from {table} where {column} in ({{}}) order by {NUMBERED_TABLES[table]}"
    return _records(table, schema.each(store._rows, statement, values))


def _records(table: str, rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(zip(columns_of(table), row, strict=True)) for row in rows]


def _insert(store: RowsAndVectors, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    marks = ", ".join("?" * len(columns_of(table)))
    statement = f"insert into {table} ({_listed(table)}) values ({marks})"
    store.db.executemany(statement, [tuple(row.values()) for row in rows])


def _parts_of(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for i in range(0, len(numbers), ROWS_READ_AT_ONCE):
        yield numbers[i : i + ROWS_READ_AT_ONCE]


@cache
def _columns() -> dict[str, tuple[str, ...]]:
    """The columns of every table of an index; those of a ledger under 'ledger.'."""
    found = {}
    for before, script in (("", schema.TABLES), ("ledger.", ";".join([LEDGER_TABLES, *FOLLOW_TABLES]))):
        with closing(sqlite3.connect(":memory:")) as db:
            db.executescript(script)
            for (name,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                found[before + name] = tuple(row[1] for row in db.execute(f"pragma table_info({name})"))
    return found


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table of an index, or of a ledger ('ledger.kept')."""
    return _columns()[table]


def _listed(table: str) -> str:
    return ", ".join(columns_of(table))


# -- comparing -----------------------------------------------------------------------------------------------------


def _compared(here: RowsAndVectors, there: RowsAndVectors, progress: Progress | None) -> str:
    """The digest of all rows, which must be the same in both places, and every vector one of a chunk."""
    whole = hashlib.sha256()
    tables = {**NUMBERED_TABLES, **WHOLE_TABLES}
    for done, (table, order) in enumerate(tables.items(), 1):
        one, other = (table_digest(store, table, order) for store in (here, there))
        if one != other:
            raise StoreError(
                f"the copy in {there.name} differs in the table {table}; run rag check on both, then copy again"
            )
        whole.update(one.encode())
        if progress:
            progress("comparing", done, len(tables))
    vectors = check.compared_vectors(there._rows, there._all_vectors, there._dimension)
    if missing := there.count_chunks() - len(vectors.whole):
        raise StoreError(
            f"{missing} vectors of the copy in {there.name} are missing; run rag check --repair on the source"
        )
    return whole.hexdigest()


def table_digest(store: RowsAndVectors, table: str, order: str) -> str:
    """SHA-256 of all rows of a table, in this order."""
    first, *_ = order.split(", ")
    found = hashlib.sha256()
    values = [v for (v,) in store._rows(f"select distinct {first} from {table} order by {first}", ())]
    for i in range(0, len(values), ROWS_READ_AT_ONCE):
        part = values[i : i + ROWS_READ_AT_ONCE]
        statement = f"select {_listed(table)} from {table} where {first} in ({{}}) order by {order}"
        for row in schema.each(store._rows, statement, part):
            found.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


# -- the ledger ----------------------------------------------------------------------------------------------------


def _ledger(settings: Settings) -> Ledger:
    if settings.database is not None:
        return ServerLedger(settings.database.get_secret_value())
    return Ledger(ledger_folder(settings.index))


def _copy_ledger(here: Ledger, there: Ledger) -> int:
    """Copies what is kept and followed; how many there are. Raises ``StoreError`` where the target has its own."""
    with closing(here), closing(there):
        tables = {name: _listed(f"ledger.{name}") for name in LEDGER_ORDER}
        rows = {name: here.rows(f"select {c} from {name} order by {LEDGER_ORDER[name]}") for name, c in tables.items()}
        if not any(rows.values()):
            return 0
        kept = len(rows["kept"]) + len(rows["follows"])
        known = {
            name: there.rows(f"select {c} from {name} order by {LEDGER_ORDER[name]}") for name, c in tables.items()
        }
        if any(known.values()):
            if known == rows:
                return kept
            raise StoreError("the ledger of the target has answers of its own; forget them, or name an empty place")
        with there.changing() as db:
            for name, columns in tables.items():
                marks = ", ".join("?" * len(columns.split(", ")))
                db.executemany(f"insert into {name} ({columns}) values ({marks})", rows[name])
        there.go_on_numbering()
        return kept
