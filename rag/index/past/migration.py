"""Brings an index of the schema before up to this one, in place: versions become rows with their times."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rag.index import schema
from rag.index.connection import Connections, translated_errors
from rag.index.lock import DATABASE_FILE, locked
from rag.index.past.keeping import Keeper, is_before
from rag.types import Article

FROM = "2"
"""The schema that can be brought up; what is older must be rebuilt."""


def migrate(folder: Path) -> None:
    """Does nothing for an index of any other schema, or one that cannot be read. Raises ``StoreError``.

    The chunks of earlier versions are made later, by whoever has an embedder: until then they have none.
    """
    file = folder / DATABASE_FILE
    if not file.exists() or _schema_of(file) != FROM:
        return
    with locked(folder, wait=10), translated_errors(folder), closing(schema.connect(file)) as db, db:
        db.execute("begin immediate")
        if _schema(db) == FROM:
            _bring_up(db)
            db.execute("update manifest set value = ? where key = 'schema'", (str(schema.SCHEMA),))
    with closing(Connections(folder, {})) as connections, translated_errors(folder), connections.db as db:
        set_all_times(Keeper(connections), connections.rows)


def set_all_times(keeper: Keeper, rows: schema.Rows) -> None:
    """Says of every article with earlier versions when each of them held; inside a transaction."""
    for (name,) in rows("select distinct id from versions", ()):
        keeper.settle(name)


def _schema_of(file: Path) -> str | None:
    try:
        with closing(sqlite3.connect(file, timeout=10)) as db:
            return _schema(db)
    except (sqlite3.Error, UnicodeDecodeError):
        return None  # whoever opens it says what is wrong


def _schema(db: sqlite3.Connection) -> str | None:
    row = db.execute("select value from manifest where key = 'schema'").fetchone()
    return str(row[0]) if row else None


def _bring_up(db: sqlite3.Connection) -> None:
    for name, kind in schema.HELD_COLUMNS.items():
        db.execute(f"alter table articles add column {name} {kind}")
    db.execute("drop index if exists articles_day")
    db.execute("drop index if exists articles_story")
    db.execute("create index articles_story on articles (story, id)")
    db.execute("create index if not exists articles_loose on articles (story) where copy_of is null and story != id")
    db.execute("create index articles_held on articles (published_at, held_from, id)")
    db.execute("alter table versions rename to old_versions")
    db.execute("drop index if exists versions_article")
    for statement in schema.PAST_TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
    copy_old_versions(db, "old_versions")
    db.execute("drop table old_versions")
    for number, added_at in db.execute("select number, added_at from articles").fetchall():
        db.execute(
            "update articles set held_from = ?, read_at = ? where number = ?",
            (schema.ALWAYS, printed_moment(added_at), number),
        )


def copy_old_versions(db: sqlite3.Connection, table: str, to: sqlite3.Connection | None = None) -> None:
    """Rows of ``versions`` from a table in which each was a text in JSON."""
    known: dict[str, list[tuple[Article, dict[str, Any]]]] = {}
    rows = db.execute(f"select article_id, replaced_at, digest, record from {table} order by number").fetchall()
    for name, replaced_at, digest, record in rows:
        others = known.setdefault(name, [])
        read_at = printed_moment(others[-1][1]["replaced_at"] if others else replaced_at)
        article = replace(_article(record), read_at=datetime.fromisoformat(read_at))
        values = schema.article_values(article) | {
            "digest": digest,
            "story": name,
            "held_from": schema.ALWAYS,
            "held_until": schema.ALWAYS,
            "replaced_at": replaced_at,
        }
        later = (n for n, (other, _) in enumerate(others) if article.updated and is_before(article, other))
        others.insert(next(later, len(others)), (article, values))
    for others in known.values():
        for place, (_, values) in enumerate(others, 1):
            row = values | {"place": place}
            marks = ", ".join(f":{column}" for column in row)
            (to or db).execute(f"insert into versions ({', '.join(row)}) values ({marks})", row)


def _article(record: str) -> Article:
    found = json.loads(record)
    dates: dict[str, Any] = {name: schema.when(found[name]) for name in ("published", "updated")}
    return Article(**{name: found[name] for name in schema.TEXTS}, **dates, authors=tuple(found["authors"]))


def printed_moment(seconds: int) -> str:
    """Seconds since 1970 as a moment in this machine's zone."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat()
