"""Up to where readers have seen an index on servers: in its database, for all chats and commands that use it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from rag.errors import StoreError
from rag.index.past.read_marks import MAX_MARKS, KeptMarks, following_marks, mark_of
from rag.index.postgres.connecting import server_address
from rag.index.postgres.database import PostgresDatabase
from rag.index.postgres.tables import postgres_tables
from rag.types.briefs import BriefMark

_TABLE = (
    "create table if not exists read_marks "
    "(key text primary key, scope text not null, made text not null, kept text not null)"
)


class ServerMarks:
    """The :class:`~rag.index.past.read_marks.ReadMarks` of the index at ``url``, in a schema beside it, which a rebuild
    leaves alone; the table is made when a mark is kept first."""

    def __init__(self, url: str):
        self._database = PostgresDatabase(server_address(url).beside("answers"))
        self._there = False

    def read(self, scope: str, *, before: bool = False) -> BriefMark | None:
        if not self._there:
            self._there = bool(self._database.value("select to_regclass('read_marks') is not null"))
        if not self._there:
            return None
        try:
            return mark_of(scope, self._kept(scope), before=before)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self._damaged() from None

    def keep(self, mark: BriefMark) -> None:
        with self._database.db as db:  # which takes the lock of this schema: one after another
            if not self._there:
                db.run(f"create schema if not exists {self._database.address.schema}")
                db.run(postgres_tables(_TABLE))
            try:
                kept = following_marks(self._kept(mark.scope), mark)
            except (ValueError, TypeError, KeyError, AttributeError):
                raise self._damaged() from None
            db.execute(
                "insert into read_marks values (?, ?, ?, ?) "
                "on conflict (key) do update set made = excluded.made, kept = excluded.kept",
                (_key(mark.scope), mark.scope, kept["last"]["made"], json.dumps(kept)),
            )
            db.execute(
                "delete from read_marks where key in (select key from read_marks order by made desc, key offset ?)",
                (MAX_MARKS,),
            )
        self._there = True

    def close(self) -> None:
        self._database.close()

    def _kept(self, scope: str) -> KeptMarks | None:
        found: Any = self._database.value("select kept from read_marks where key = ?", (_key(scope),))
        return None if found is None else dict(json.loads(found))

    def _damaged(self) -> StoreError:
        return StoreError(
            f"the table read_marks of {self._database.address}, which says up to where you have read, cannot be read: "
            "it is damaged; delete its rows, or name a day with --since"
        )


def _key(scope: str) -> str:
    """A scope may be longer than what PostgreSQL has in an index."""
    return sha256(scope.encode("utf-8", "surrogatepass")).hexdigest()
