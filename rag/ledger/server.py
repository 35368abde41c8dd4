"""The ledger of an index on servers: in the same database, in a schema of its own, which a rebuild leaves alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import StoreError
from rag.index.postgres.connecting import server_address
from rag.index.postgres.database import PostgresDatabase
from rag.index.postgres.tables import has_table, postgres_tables
from rag.index.schema import Writable
from rag.ledger.book import FOLLOW_TABLES, LEDGER_TABLES, LEDGER_VERSION, Ledger

_VERSION = "create table if not exists ledger_version (number bigint primary key)"


class ServerLedger(Ledger):
    """The ledger of the index at ``url``; its tables are made when something is kept first."""

    def __init__(self, url: str):
        address = server_address(url).beside("answers")
        super().__init__(Path(str(address)))
        self._database = PostgresDatabase(address)
        self._there = False

    @property
    def there(self) -> bool:
        if not self._there:
            self._there = has_table(self._database, "ledger_version", self._database.address.schema)
            if self._there:
                self._check_version()
        return self._there

    @contextmanager
    def changing(self) -> Iterator[Writable]:
        if not self.there:
            self._make()
        with self._database.db as db:
            yield db

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        return self._database.rows(statement, tuple(values)) if self.there else []

    def close(self) -> None:
        self._database.close()

    def go_on_numbering(self) -> None:
        self._database.go_on_numbering(["kept", "follows", "changes"])

    def wipe(self) -> None:
        """What was overwritten is PostgreSQL's to clear, by its own vacuum."""

    def _make(self) -> None:
        with self._database.db as db:
            db.run(f"create schema if not exists {self._database.address.schema}")
            db.run(postgres_tables(LEDGER_TABLES + "; ".join([*FOLLOW_TABLES, _VERSION])))
            db.execute("insert into ledger_version values (?) on conflict do nothing", (LEDGER_VERSION,))

    def _check_version(self) -> None:
        if self._database.value("select max(number) from ledger_version") > LEDGER_VERSION:
            raise StoreError(
                f"the ledger {self._database.address} was written by a newer version of this program; update it"
            )
