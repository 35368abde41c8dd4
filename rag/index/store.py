"""An index in a folder: SQLite (FTS5) for text, words and the manifest, Chroma for vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import IndexDamaged, StoreError, UsageError
from rag.index import check, schema
from rag.index.base import RowsAndVectors, new_revision
from rag.index.chroma.newer import COMMITS_TABLE, NewerVectors, note_commit
from rag.index.chroma.vectors import ChromaVectors
from rag.index.connection import START_AGAIN, Connections, translated_errors
from rag.index.lock import DATABASE_FILE, VECTORS, being_written, locked, os_line, settled_folder
from rag.index.past.checking import mend_versions
from rag.index.past.migration import migrate
from rag.index.schema import Writable
from rag.protocols import Digest
from rag.types import Article, CheckResult

if TYPE_CHECKING:
    from rag.index.postgres.store import PostgresChromaStore


class IndexPlace(NamedTuple):
    """Where an index is: in a folder, or in a database with its vectors on Chroma's server."""

    folder: Path
    database: str | None = None
    vectors: str | None = None
    token: str | None = None


def open_index(
    place: IndexPlace, expected: Mapping[str, str], *, create: bool
) -> SqliteChromaStore | PostgresChromaStore:
    """Opens an index wherever it is, as :func:`open_store` and :func:`rag.index.postgres.store.open_servers` do."""
    if place.database is None:
        return open_store(place.folder, expected, create=create)
    from rag.index.chroma.server import ServerVectors
    from rag.index.postgres.store import open_servers

    if not (vectors := place.vectors):
        raise UsageError("an index in PostgreSQL has its vectors on Chroma's server: set RAG_VECTORS to its address")
    return open_servers(place.database, expected, lambda name: ServerVectors(vectors, name, place.token), create=create)


def open_store(folder: Path, expected: Mapping[str, str], *, create: bool) -> SqliteChromaStore:
    """Opens an index folder, or makes a new one if there is none and ``create`` is set.

    ``expected`` is what the manifest must say: embedder, digest, dimension, chunking. Raises ``IndexMismatch``
    if it says otherwise, ``StoreError`` if there is no index, ``IndexDamaged`` if it cannot be read.
    """
    folder = settled_folder(folder)
    expected = {"schema": str(schema.SCHEMA), **expected}
    if not (folder / DATABASE_FILE).exists():
        if (folder / VECTORS).exists():
            raise IndexDamaged(f"index damaged: {folder / DATABASE_FILE} is missing; {START_AGAIN.format(folder)}")
        if not create:
            raise StoreError(f"no index at {folder}; make one with: rag add FOLDER --index {folder}")
        _create(folder, expected)
    migrate(folder)
    store = SqliteChromaStore(folder, expected)
    store.count()  # an index that cannot be used is refused here
    store.recover()
    return store


def _create(folder: Path, manifest: Mapping[str, str]) -> None:
    """Makes a new index under another name and moves it into place, so that half an index is never seen."""
    temporary = folder / f"{DATABASE_FILE}.new"
    created = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, wait=10):
            for left in folder.glob(f"{temporary.name}*"):
                left.unlink()
            if not (folder / DATABASE_FILE).exists():
                schema.create(temporary, {**manifest, "created": created, "revision": new_revision()})
                temporary.replace(folder / DATABASE_FILE)
    except OSError as error:
        raise StoreError(os_line(folder, error)) from None
    except sqlite3.Error as error:
        raise StoreError(f"cannot write the index {folder}: {error}; free space or check permissions") from None


class SqliteChromaStore(RowsAndVectors):
    """One index folder, opened by :func:`open_store`: text in SQLite, vectors in Chroma.

    It has one writer at a time, which holds the lock of the folder.
    """

    # With = SQLite looks into the index that has the id alone, and then reads the row, over the text of the article.
    _of_one_article = "articles.id between chunks.article_id and chunks.article_id"

    def __init__(self, folder: Path, expected: Mapping[str, str]):
        self.folder = folder
        self._connections = Connections(folder, expected)
        dimension = int(expected["dimension"])
        vectors = ChromaVectors(folder / VECTORS, NewerVectors(self._connections.rows, dimension))
        super().__init__(self._connections, vectors, dimension, str(folder))
        self._new_chunks: list[int] = []  # numbers of those of the commit under way

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection."""
        return self._connections.db

    def recover(self) -> None:
        """Finishes what a killed writer has left undone.

        A kill while Chroma writes its graph leaves files of the old and the new one. The vectors are stored with the
        text as well, so the graph is rebuilt; if another writer is at work, or nothing may be written, the next one
        does it.
        """
        if not self._value("select 1 from journal limit 1"):
            return
        with suppress(StoreError), locked(self.folder):
            try:
                self._all_vectors.at(None)
                self._turn()
                self._writing = True
                self._sweep()
            except IndexDamaged:
                self._writing = True
                self.mended(self.mend()[1])
            finally:
                self._writing = False

    # -- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, *, mending: bool = False) -> Iterator[None]:
        self.recover()
        with locked(self.folder):
            try:
                if not mending:
                    self._turn()
                self._all_vectors.at(self._revision())
                self._writing = True
                if not mending:
                    self._sweep()
                with suppress(StoreError):  # it is only for speed; an index of an earlier program lacks it
                    self._rows(schema.OWNERS_INDEX.format("if not exists "))
                self._rows(COMMITS_TABLE.format("if not exists "))
                self._new_chunks = []
                with translated_errors(self.folder):
                    yield
            finally:
                self._writing = False

    def _came(self, numbers: Sequence[int]) -> None:
        self._new_chunks += numbers

    def _note_commit(self, db: Writable, revision: str) -> None:
        numbers, self._new_chunks = self._new_chunks, []
        note_commit(db, self._revision() or "", revision, numbers)

    def being_written(self) -> bool:
        return being_written(self.folder)

    def turn(self) -> AbstractContextManager[bool]:
        return nullcontext(False)  # the only writer

    def _wipe(self) -> None:
        self._rows("pragma wal_checkpoint(truncate)")

    # -- checking ------------------------------------------------------------------------------------------------

    def check(self, digest: Digest) -> CheckResult:
        return check.folder_faults(self._connections, self._all_vectors, self._dimension, digest)

    def mend_text(self, digest: Digest) -> list[Article]:
        """Rebuilds what depends on the articles' rows: SQLite's own indexes, stories, words; lets the next add replace
        articles whose text has changed on the disk.

        Returns the articles that have lost their chunks, which :meth:`put_chunks` gives them again.
        """
        check.mend_text(self.db)
        mend_versions(self.db, self.past, self._rows, self._dimension)
        self.distrust(check.altered(self._rows, digest)[0])
        check.mend_words(self._connections)
        return self.shelf.select("where id not in (select article_id from chunks)")
