"""The part of a store that knows of time: the index as of a day, versions read late, what was withdrawn or waits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING

from rag.index import schema
from rag.index.chroma.arrays import packed
from rag.index.chroma.collection import VectorCollection
from rag.index.lookup import Shelf
from rag.index.past.keeping import Keeper
from rag.index.past.migration import set_all_times
from rag.index.past.moment import Moment
from rag.index.past.scan import PastVectors
from rag.index.past.waiting import HiddenArticles
from rag.index.schema import Database, Writable
from rag.protocols import Snapshot, Store, Vectors
from rag.types import Article, Chunk, Copy, Embargoed, Filters, Withdrawn

MOMENTS = 4  # days of which a store keeps what was looked up


class OverTime(Store):
    """The base of :class:`~rag.index.store.SqliteChromaStore`; the protocol says what each method promises."""

    if TYPE_CHECKING:

        def _revision(self) -> str | None: ...
        def _turned(self) -> VectorCollection: ...
        def _chunk_ids(self, articles: Sequence[str]) -> list[str]: ...
        def _forget(self, ids: Sequence[str]) -> None: ...
        def _note(self, chunks: Sequence[str]) -> None: ...
        def _changing(self) -> AbstractContextManager[Writable]: ...
        @property
        def db(self) -> Writable: ...

    def __init__(self, database: Database):
        self._database = database
        self._rows, self._value = database.rows, database.value
        self.shelf = Shelf(database)
        self.past = Keeper(database)
        self.waiting = HiddenArticles(database)
        self._past_vectors = PastVectors(database.rows)
        self._moments: dict[tuple[str, date], Moment] = {}

    def at(self, as_of: date | None) -> Snapshot:
        if as_of is None:
            return self
        key = self._revision() or "", as_of
        if (found := self._moments.get(key)) is None:
            found = Moment(self._database, self._turned, self._past_vectors, *key)
            self._moments = dict([*self._moments.items(), (key, found)][-MOMENTS:])
        return found

    def copies(self, story: str) -> list[Copy]:
        return self.shelf.copies(story)

    # -- versions ------------------------------------------------------------------------------------------------

    def keep_older(self, article: Article, digest: str) -> None:
        if not self._value("select 1 from versions where id = ? and digest = ?", (article.id, digest)):
            with self.db:
                self.past.insert_older(article, digest)

    def settle_all(self) -> None:
        """Says anew when each version held; for one who has written rows himself."""
        with self.db as db:
            db.execute(
                "update versions set story = coalesce("
                "(select story from articles where articles.id = versions.id), story)"
            )
            set_all_times(self.past, self._rows)

    def bare_versions(self) -> list[tuple[int, Article]]:
        return self.past.bare()

    def put_passages(self, version: int, article: Article, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        with self._changing():
            self.past.put_passages(version, article, chunks, packed(vectors))

    def note_again(self, article: Article) -> None:
        stored = self.shelf.article(article.id)
        if stored is None:
            return
        version = max((n for n in (stored.version, article.version) if n is not None), default=None)
        read_at = min((at for at in (stored.read_at, article.read_at) if at), default=None)
        known = (stored.version, stored.correction, stored.read_at)
        if known != (found := (version, article.correction or stored.correction, read_at)):
            moment = read_at.isoformat(timespec="seconds") if read_at else None
            with self._changing() as db:
                db.execute(
                    "update articles set version = ?, correction = ?, read_at = ? where id = ?",
                    (*found[:2], moment, article.id),
                )
                self.past.set_times(article.id)

    # -- withdrawn -----------------------------------------------------------------------------------------------

    def withdraw(self, gone: Withdrawn) -> bool:
        name = gone.article_id
        with self._changing():
            there = self.shelf.digest(name) is not None
            if there:
                self._note(self._chunk_ids([name]))
                self.past.put_away(name, keeps=True, gone_at=schema.printed_seconds(gone.at))
                self._forget([name])
                self.past.settle(name)
                self._database.words.purge()
            self.waiting.bury(gone)
        return there

    def withdrawn(self) -> list[Withdrawn]:
        return self.waiting.all_withdrawn()

    def embargoed(self) -> list[Embargoed]:
        return self.waiting.all()

    def kept_of(self, filters: Filters) -> set[str]:
        """Ids of the articles that were withdrawn or wait, of the outlets and days of a filter."""
        clauses, values = schema.conditions(filters)
        among = " and ".join(["articles.id not in (select id from articles)", *clauses])
        found = {row[0] for row in self._rows(f"select articles.id from versions as articles where {among}", values)}
        return found | self.waiting.of(filters)
