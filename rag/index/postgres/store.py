"""An index on servers, which any number of processes and machines read and write."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from rag.errors import StoreError
from rag.index import check, schema
from rag.index.base import RowsAndVectors
from rag.index.chroma.collection import VectorCollection
from rag.index.connection import check_manifest
from rag.index.past.checking import mend_versions
from rag.index.postgres.checking import mend_server_rows, server_faults
from rag.index.postgres.connecting import ServerAddress, server_address
from rag.index.postgres.database import PostgresDatabase
from rag.index.postgres.full_text import PostgresWords
from rag.index.postgres.tables import create_tables, has_index
from rag.index.schema import Writable
from rag.protocols import Digest
from rag.types import Article, CheckResult

OpenVectors = Callable[[str], VectorCollection]
"""Opens the collection of this name."""


def open_servers(url: str, expected: Mapping[str, str], vectors: OpenVectors, *, create: bool) -> PostgresChromaStore:
    """Opens the index at ``url``, or makes one there if there is none and ``create`` is set.

    ``expected`` is what the manifest must say: embedder, digest, dimension, chunking. Raises ``IndexMismatch`` if it
    says otherwise, ``StoreError`` if there is no index or a server cannot be reached, ``UsageError`` for a wrong
    address.
    """
    address = server_address(url)
    database = PostgresDatabase(address)
    database.words = PostgresWords(database)
    expected = {"schema": str(schema.SCHEMA), **expected}
    if not has_index(database):
        if not create:
            raise StoreError(f"no index in {address}; make one with: rag add FOLDER --index {address}")
        create_tables(database, expected)
    store = PostgresChromaStore(database, expected, vectors)
    store.recover()
    return store


class PostgresChromaStore(RowsAndVectors):
    """Text, words and the manifest in PostgreSQL, vectors on Chroma's server.

    Writers take turns: one commits while the others read, segment and embed. Each holds an advisory lock from before
    its vectors are written until those that it replaced are deleted, so vectors and text cannot drift apart; the server
    frees the lock of one who dies, and the journal tells the next what to sweep.
    """

    def __init__(self, database: PostgresDatabase, expected: Mapping[str, str], vectors: OpenVectors):
        self._server = database
        self._expected = expected
        self._open_vectors = vectors
        self._manifest = self._checked_manifest()
        self._seen = threading.local()  # ``revision``: the one at which this thread's last turn, or its writing, stood
        collection = vectors(self._manifest["collection"])
        super().__init__(database, collection, int(expected["dimension"]), str(database.address))

    @property
    def address(self) -> ServerAddress:
        return self._server.address

    def _checked_manifest(self) -> dict[str, str]:
        found = dict(self._server.rows("select key, value from manifest"))
        check_manifest(str(self.address), found, self._expected)
        return found

    def _turn(self) -> None:
        """Turns to another collection too, where a rebuild has put another index in this one's place."""
        if self._revision() != self._manifest["revision"]:
            manifest = self._checked_manifest()
            if manifest["collection"] != self._manifest["collection"]:
                self._all_vectors.close()
                self._all_vectors = self._open_vectors(manifest["collection"])
            self._manifest = manifest
        super()._turn()

    # -- writing -------------------------------------------------------------------------------------------------

    def recover(self) -> None:
        """Finishes what a killed writer has left undone; if another writer is at work, that one does it."""
        if self._value("select 1 from journal limit 1"):
            with self._server.db.turn(wait=False) as mine:
                if mine:
                    self._sweep()

    @contextmanager
    def writing(self, *, mending: bool = False) -> Iterator[None]:
        with self._server.db.writing():
            self.recover()
            self._seen.revision = self._revision()
            if mending:
                with self.turn():
                    yield
            else:
                self._turn()
                yield

    @contextmanager
    def turn(self) -> Iterator[bool]:
        session = self._server.db
        again = session.busy
        with session.turn():
            self._turn()
            other = self._revision() != getattr(self._seen, "revision", None)
            if not again:
                self._sweep()
            try:
                yield other and not again
            finally:
                with suppress(StoreError):
                    self._seen.revision = self._revision()

    @contextmanager
    def _changing(self, *, noted: bool = True) -> Iterator[Writable]:
        with self._server.db.turn(), super()._changing(noted=noted) as db:
            yield db

    def _clock(self) -> int:
        # The server's, for all writers: what is stored later never has an earlier time, which a brief would pass over.
        return int(self._value("select floor(extract(epoch from clock_timestamp()))::bigint"))

    def go_on_numbering(self) -> None:
        """After rows were written with numbers of their own."""
        self._server.go_on_numbering(["articles", "chunks", "versions"])

    def being_written(self) -> bool:
        """Whether a writer holds its turn right now."""
        return bool(
            self._value(
                "select 1 from pg_locks where locktype = 'advisory' and objid = ? and granted and "
                "database = (select oid from pg_database where datname = current_database()) limit 1",
                (self.address.lock,),
            )
        )

    # -- checking ------------------------------------------------------------------------------------------------

    def check(self, digest: Digest) -> CheckResult:
        return server_faults(self._server, self._all_vectors, self._dimension, digest)

    def mend_text(self, digest: Digest) -> list[Article]:
        mend_server_rows(self._server)
        mend_versions(self.db, self.past, self._rows, self._dimension)
        self.distrust(check.altered(self._rows, digest)[0])
        check.mend_words(self._server)
        return self.shelf.select("where id not in (select article_id from chunks)")
