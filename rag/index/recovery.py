"""Everything that is readable in an index that is damaged, or that another embedder or schema made."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from rag.errors import IndexDamaged
from rag.index import schema
from rag.index.connection import START_AGAIN, Connections, translated_errors
from rag.index.lock import DATABASE_FILE
from rag.index.past.migration import copy_old_versions, printed_moment
from rag.types import Article

_BROKEN = (sqlite3.DatabaseError, IndexDamaged)
"""What a damaged page gives: an error of SQLite, or a row that is no article."""


class Stored(NamedTuple):
    """What an index holds."""

    articles: list[Article]
    altered: list[str]
    """Ids of those whose text has changed on the disk."""
    lost: list[str]
    """Ids of the unreadable ones; if not even the id is readable, the number of the row."""


def stored_articles(folder: Path, digest: Callable[[Article], str]) -> Stored:
    """All articles of an index that can be read, whatever embedder it was made with.

    ``digest`` is what they were stored with the result of. Raises ``IndexDamaged`` if nothing is readable.
    """
    try:
        with closing(Connections(folder, {})) as connections, translated_errors(folder):
            db = connections.db
            known = dict(db.execute("select key, value from manifest"))
            same = known.get("schema") == str(schema.SCHEMA)
            ids = _ids(db)
            # of another schema only the columns that every schema has
            columns = f"{schema.STORED_COLUMNS}, digest" if same else schema.ARTICLE_COLUMNS
            rows, lost = _read(db, f"rowid, {columns}", ids)
    except IndexDamaged as error:
        line = f"index damaged: {folder / DATABASE_FILE}: no article can be read ({error.__cause__})"
        raise IndexDamaged(f"{line}; {START_AGAIN.format(folder)}") from error
    found: dict[str, Article] = {}
    altered: list[str] = []
    indexed = set(ids.values())
    # Rows whose number and id go together come first: of the others the one or the other was damaged.
    for number, *row in sorted(rows, key=lambda row: ids.get(row[0], row[1]) != row[1]):
        article = replace(schema.article(row), story=None)
        names = [n for n in (article.id, ids.get(number)) if n in indexed and n not in found]
        name = names[0] if names else article.id
        if name not in found:
            found[name] = replace(article, id=name)
            if same and digest(article) != row[-1]:
                altered.append(name)
    return Stored(list(found.values()), altered, sorted({*lost, *ids.values()} - found.keys()))


def adopt(folder: Path, to: sqlite3.Connection) -> list[str]:
    """Copies from the index in ``folder`` what is in no article: versions, feeds, what superseded what, what was
    withdrawn or waits, and when versions held. The chunks of earlier versions are to be made again.

    Of a table with a damaged page it copies what comes before; returns the names of such tables.
    """
    broken = []
    with closing(Connections(folder, {})) as connections, translated_errors(folder):
        tables = {row[0] for row in connections.db.execute("select name from sqlite_master")}
        for name in sorted(_ADOPTED & tables):
            try:
                columns = [row[1] for row in connections.db.execute(f"pragma table_info({name})")]
                if name == "versions" and "record" in columns:  # of the schema before
                    with to:
                        copy_old_versions(connections.db, name, to)
                else:
                    _copy(connections.db, name, [c for c in columns if c != "chunks"], to)
            except (sqlite3.DatabaseError, ValueError, KeyError):
                broken.append(name)
        with suppress(*_BROKEN):
            _copy_times(connections.db, to)
    return broken


_ADOPTED = {"versions", "feeds", "superseded", "withdrawn", "embargoed"}


def _copy(db: sqlite3.Connection, name: str, columns: Sequence[str], to: sqlite3.Connection) -> None:
    """Copies a table up to where it fails; then raises."""
    rows: list[Any] = []
    try:
        for row in db.execute(f"select {', '.join(columns)} from {name}"):
            rows.append(row)  # noqa: PERF402  # up to where it fails
    finally:
        marks = ",".join("?" * len(columns))
        with to:
            to.executemany(f"insert or ignore into {name} ({', '.join(columns)}) values ({marks})", rows)


def _copy_times(db: sqlite3.Connection, to: sqlite3.Connection) -> None:
    """When the articles came in; and when the present versions were read, from an index that had no column for that."""
    columns = {row[1] for row in db.execute("pragma table_info(articles)")}
    if "added_at" in columns:
        came = db.execute("select added_at, id from articles").fetchall()
        with to:
            to.executemany("update articles set added_at = ? where id = ?", came)
    if "read_at" not in columns and "added_at" in columns:
        read = [(printed_moment(at), name) for name, at in db.execute("select id, added_at from articles")]
        with to:
            to.executemany("update articles set read_at = ? where id = ?", read)


def _read(db: sqlite3.Connection, columns: str, ids: dict[int, str]) -> tuple[list[Any], list[str]]:
    """The rows of ``articles`` that are articles, and ids of the others as far as they are known."""
    try:
        rows = db.execute(f"select {columns} from articles order by rowid").fetchall()
        for row in rows:
            schema.article(row[1:])
        return rows, []
    except _BROKEN:
        pass
    db.text_factory = lambda data: data.decode("utf-8", "replace")
    last = 0
    for question in ("select max(number) from articles", "select max(article) from bands"):
        with suppress(*_BROKEN):
            last = max(last, db.execute(question).fetchone()[0] or 0)
    found: dict[tuple[int, str], Any] = {}
    lost: dict[int, str] = {}

    def take(row: Any) -> None:
        try:
            schema.article(row[1:])
            found[row[0], row[1]] = row
        except IndexDamaged:
            lost[row[0]] = ids.get(row[0], f"row {row[0]}")

    for order in ("asc", "desc"):  # from either end up to what is damaged
        with suppress(*_BROKEN):
            for row in db.execute(f"select {columns} from articles order by rowid {order}"):
                take(row)
    for number in {*range(1, last + 1), *ids} - {number for number, _ in found}:  # and what lies between, one by one
        try:
            for row in db.execute(f"select {columns} from articles where rowid = ?", (number,)):
                take(row)
        except _BROKEN:
            lost[number] = ids.get(number, f"row {number}")
    if not found:
        raise sqlite3.DatabaseError("every row is damaged")
    return sorted(found.values(), key=lambda row: row[0]), list(lost.values())


def _ids(db: sqlite3.Connection) -> dict[int, str]:
    """The ids of the rows of ``articles`` as two others have them: SQLite's own index of the ids, and the chunks."""
    try:
        indexed = dict(db.execute("select number, id from articles indexed by sqlite_autoindex_articles_1"))
        chunked = {row[0] for row in db.execute("select distinct article_id from chunks indexed by chunks_article")}
    except _BROKEN:
        return {}
    return {number: name for number, name in indexed.items() if name in chunked}
