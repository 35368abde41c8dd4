"""Connections to the SQLite file of an index: one a thread, for an index that this program can use."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, IndexMismatch, StoreError
from rag.index import schema
from rag.index.lock import DATABASE_FILE
from rag.index.words import Fts5Words, Words

START_AGAIN = "restore it from a copy, or delete {} and add the articles again"


class _Held:
    """A thread's connection. It ends with its thread; by itself it would wait for the garbage collector."""

    def __init__(self, connection: sqlite3.Connection, inode: int):
        self.connection = connection
        self.inode = inode  # of the file when it was opened

    def __del__(self) -> None:
        self.connection.close()


class Connections:
    """``expected`` is what the manifest must say; empty, it may say anything."""

    def __init__(self, folder: Path, expected: Mapping[str, str]):
        self.folder = folder
        self._file = folder / DATABASE_FILE
        self._expected = dict(expected)
        self._local = threading.local()
        self._open: weakref.WeakSet[_Held] = weakref.WeakSet()
        self.words: Words = Fts5Words(self.rows, lambda: self.db)

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection; a new one after another process has put another index in this one's place.

        Raises ``IndexMismatch`` if the manifest differs from what is expected.
        """
        held: _Held | None = getattr(self._local, "held", None)
        try:
            inode = self._file.stat().st_ino
        except OSError as error:
            raise StoreError(f"the index {self.folder} cannot be read: {error.strerror or error}") from None
        if held is None or held.inode != inode:
            with translated_errors(self.folder):
                held = _Held(schema.connect(self._file), inode)
                manifest = dict(held.connection.execute("select key, value from manifest"))
            check_manifest(str(self.folder), manifest, self._expected)
            self._local.held = held
            self._open.add(held)
        return held.connection

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Runs a statement; all rows of its result."""
        with translated_errors(self.folder):
            return self.db.execute(statement, values).fetchall()

    def value(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Runs a statement; the first column of the first row, None where there is none."""
        rows = self.rows(statement, values)
        return rows[0][0] if rows else None

    def close(self) -> None:
        """Closes the connections of all threads; the next use opens a new one."""
        for held in list(self._open):
            held.connection.close()
        self._open = weakref.WeakSet()
        self._local = threading.local()


def check_manifest(name: str, found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """``name`` is the folder of the index, or the address of its database. Raises ``IndexMismatch``."""
    if not expected:
        return
    if found.get("copying") != expected.get("copying"):
        if "copying" in expected and "copying" not in found:
            raise StoreError(f"there is an index in {name} already; name an empty place")
        raise StoreError(f"the index {name} is being copied there; run rag copy again to finish it")
    if found.get("digest") == expected["digest"]:
        found = {**found, "embedder": expected["embedder"]}  # one model under two names

    def shown(key: str, manifest: Mapping[str, str]) -> str:
        if key == "digest":
            return f"embedder {manifest.get('embedder')} (weights {manifest.get('digest', 'unknown')[:12]})"
        return f"{key} {manifest.get(key, 'unknown')}"

    for key in ("schema", "digest", "chunking"):
        if found.get(key) != expected[key]:
            raise IndexMismatch(
                f"the index {name} was made with {shown(key, found)}, this program uses {shown(key, expected)}; "
                f"choose the same one again, or rebuild the index: rag rebuild --index {name}"
            )


@contextmanager
def translated_errors(folder: Path) -> Iterator[None]:
    """Turns SQLite's errors into ``StoreError`` or ``IndexDamaged``."""
    try:
        yield
    except sqlite3.Error as error:
        if schema.code(error) in schema.PASSING:
            line = f"the index {folder} cannot be used: {error}; free space, and check that the folder may be written"
            raise StoreError(line) from error
        advice = START_AGAIN.format(folder) if schema.code(error) == sqlite3.SQLITE_NOTADB else schema.SALVAGE
        raise IndexDamaged(f"index damaged: {folder / DATABASE_FILE}: {error}; {advice}") from error
    except UnicodeDecodeError as error:
        raise IndexDamaged(
            f"index damaged: {folder / DATABASE_FILE}: text that is not UTF-8; {schema.SALVAGE}"
        ) from error
