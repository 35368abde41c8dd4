"""An index folder: opened, or made anew, or read for what it holds when another program has to take it over."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, StoreError
from rag.index import schema
from rag.index.lock import FILE, VECTORS, locked, os_line, place
from rag.index.store import START_AGAIN, SqliteChromaStore, new_revision, told


def open_store(folder: Path, expected: Mapping[str, str], *, create: bool) -> SqliteChromaStore:
    """Opens an index folder, or makes a new one where there is none and ``create`` is set.

    ``expected`` is what the manifest must say: embedder, digest, dimension, chunking. Raises ``IndexMismatch``
    where it says otherwise, ``StoreError`` where there is no index, ``IndexDamaged`` where it cannot be read.
    """
    folder = place(folder)
    wanted = {"schema": str(schema.SCHEMA), **expected}
    if not (folder / FILE).exists():
        if (folder / VECTORS).exists():
            raise IndexDamaged(f"index damaged: {folder / FILE} is missing; {START_AGAIN.format(folder)}")
        if not create:
            raise StoreError(f"no index at {folder}; make one with: rag add FOLDER --index {folder}")
        _create(folder, wanted)
    store = SqliteChromaStore(folder, wanted)
    store.count()  # so that what cannot be used is told here
    store.recover()
    return store


def adopt(folder: Path, store: SqliteChromaStore) -> list[str]:
    """Takes over from another index what no article tells: its versions, feeds, and what gave way to what.

    Of a table on a damaged page it takes what comes before; returns the names of such tables.
    """
    other = SqliteChromaStore(folder, {})
    broken = []
    try:
        with told(folder):
            tables = {row[0] for row in other.db.execute("select name from sqlite_master")}
            for name in sorted({"versions", "feeds", "superseded"} & tables):
                rows: list[Any] = []
                try:
                    for row in other.db.execute(f"select * from {name}"):
                        rows.append(row)  # noqa: PERF402  # up to where it fails
                except sqlite3.DatabaseError:
                    broken.append(name)
                if rows:
                    marks = ",".join("?" * len(rows[0]))
                    with store.db as db:
                        db.executemany(f"insert or ignore into {name} values ({marks})", rows)
    finally:
        other.close()
    return broken


def _create(folder: Path, manifest: Mapping[str, str]) -> None:
    """Makes a new index under another name and moves it into place, so that half an index is never seen."""
    temporary = folder / f"{FILE}.new"
    created = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, wait=10):
            for left in folder.glob(f"{temporary.name}*"):
                left.unlink()
            if not (folder / FILE).exists():
                schema.create(temporary, {**manifest, "created": created, "revision": new_revision()})
                temporary.replace(folder / FILE)
    except OSError as error:
        raise StoreError(os_line(folder, error)) from None
    except sqlite3.Error as error:
        raise StoreError(f"cannot write the index {folder}: {error}; free space or check permissions") from None
