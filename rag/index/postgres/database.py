"""Connections to the PostgreSQL database of an index, which understand the statements of :mod:`rag.index`."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, Self

from rag.errors import IndexDamaged, StoreError, Unreachable
from rag.index.postgres.connecting import CONNECTIONS, ServerAddress, ask_the_idle, connection_pool
from rag.index.schema import Database
from rag.index.words import Words

log = logging.getLogger(__name__)

DOUBTFUL_AFTER = 5.0  # seconds after which a connection is asked whether it is alive before it is used again
LONG_TURN = 5  # seconds that a writer waits before it says so
ROWS_AT_ONCE = 500  # of one insert
READERS_PATIENCE = 8.0  # seconds that a question is tried again where a server that was there is away, as of Chroma's
WRITERS_PATIENCE = 60.0  # the same of who writes: a long add is not to end for a restart
RETRY_PAUSES = (0.1, 2.0)  # seconds between two tries, the first and the longest

_TOKEN = re.compile(r"\bx''|'(?:[^']|'')*'|\b(not )?in \(select value from json_each\(\?\)\)|\?|%")
_INSERT = re.compile(r"(insert into .*? values )(\([^)]*\))( on conflict .*)?")
_DELETE = re.compile(r"delete from (\w+) where (\w+) = \?")
_REFUSED = {
    "28P01": "the user or the password is refused; check RAG_INDEX",
    "28000": "the user or the password is refused; check RAG_INDEX",
    "3D000": "there is no such database; make it with: createdb",
    "53100": "the disk of the server is full; free space there, nothing that was reported as stored is lost",
    "53300": "too many connections; raise max_connections on the server",
    "57P03": "the server is starting up; try again in a moment",
    "42501": "the user may not do that; give it the rights to the schema",
}
"""PostgreSQL's error codes (its manual, appendix A) in words."""
_CUT = ("08", "57P01", "57P02", "57P03")  # beginnings of the codes of a connection that is or will be gone


class TurnTaken(StoreError):
    """Another writer holds the lock longer than one wants to wait."""


class StatementResult:
    """What a statement gave, as a cursor of SQLite's."""

    def __init__(self, rows: list[Any], rowcount: int):
        self._rows, self.rowcount = rows, rowcount

    def fetchall(self) -> list[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return self._rows[0] if self._rows else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)


class PostgresDatabase(Database):
    """A pool of connections. Any number of threads may use it.

    Every transaction takes the advisory lock of the index first: what changes it goes one after another, whichever
    process or machine it comes from.
    """

    words: Words

    def __init__(self, address: ServerAddress):
        self.address = address
        self._engine: Any = None
        self.reached = False  # whether the server was ever there: one that never was is told at once
        self.cut_at = 0.0  # when a connection was last found cut: those used before are asked whether they are alive
        self._made = threading.Lock()
        self._local = threading.local()

    @property
    def db(self) -> Session:
        """This thread's session."""
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Session(self)
        return session

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        return self.db.execute(statement, values).fetchall()

    def value(self, statement: str, values: Sequence[Any] = ()) -> Any:
        rows = self.rows(statement, values)
        return rows[0][0] if rows else None

    def go_on_numbering(self, tables: Sequence[str]) -> None:
        """Gives new rows of these tables numbers after those that were written with a number of their own."""
        for table in tables:
            self.rows(
                f"select setval(pg_get_serial_sequence('{table}', 'number'), (select max(number) from {table})) "
                f"where exists (select 1 from {table})"
            )

    def close(self) -> None:
        with self._made:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    def connection(self, *, kept: bool = False) -> Any:
        """One from the pool, in autocommit. Whether it is alive is asked where it is ``kept`` for several statements,
        which cannot be tried again, or has been idle. Raises ``StoreError``."""
        with self._made:
            if self._engine is None:
                self._engine = connection_pool(self.address)
                ask_the_idle(self._engine, self._doubtful)
            engine = self._engine
        self._local.kept = kept
        try:
            found = engine.raw_connection()
        except Exception as error:
            raise self.refusal(error) from None  # its text may have the password
        self.reached = True
        return found

    def _doubtful(self, used: float) -> bool:
        """Whether a connection may be dead that was last used at this moment."""
        return self._local.kept or used <= self.cut_at or time.monotonic() - used > DOUBTFUL_AFTER

    def cut(self, error: BaseException) -> bool:
        """Whether an error says that the connection is gone."""
        from pg8000.exceptions import InterfaceError

        return isinstance(error, InterfaceError | OSError) or _code(error).startswith(_CUT)

    def refusal(self, error: BaseException) -> StoreError:
        """An error of the driver in one line that says what to do."""
        from pg8000.exceptions import InterfaceError
        from sqlalchemy.exc import TimeoutError as PoolTimeout

        if isinstance(error, PoolTimeout):
            return StoreError(f"the database {self.address}: more than {2 * CONNECTIONS} questions at once; ask again")
        origin = getattr(error, "orig", None) or error
        code = _code(origin)
        if code in ("XX001", "XX002"):
            return IndexDamaged(f"index damaged: {self.address}: {_message(origin)}; restore the database from a copy")
        if code == "55P03":
            return TurnTaken(f"the database {self.address}: another writer has the turn")
        if known := _REFUSED.get(code):
            return (Unreachable if code == "57P03" else StoreError)(f"the database {self.address}: {known}")
        if code.startswith(_CUT) or isinstance(origin, InterfaceError | OSError):
            return Unreachable(
                f"the database {self.address} cannot be reached; check that the server runs and RAG_INDEX is right; "
                "what was reported as stored is safe there"
            )
        return StoreError(f"the database {self.address}: {_message(origin)}")


class Session:
    """One thread's use of the pool: a connection for a statement, for a transaction or for a turn of the writer."""

    def __init__(self, database: PostgresDatabase):
        self._database = database
        self._held: Any = None
        self._depth = 0
        self._turns = 0
        self._writes = False

    @property
    def busy(self) -> bool:
        """Whether a transaction or a turn is open."""
        return self._held is not None

    @property
    def patience(self) -> float:
        """Seconds for which a question is tried again."""
        return WRITERS_PATIENCE if self._writes else READERS_PATIENCE

    @contextmanager
    def writing(self) -> Iterator[None]:
        """This thread writes meanwhile, and has a writer's patience."""
        before, self._writes = self._writes, True
        try:
            yield
        finally:
            self._writes = before

    def execute(self, statement: str, values: Any = (), /) -> StatementResult:
        text, lists = translated_statement(statement)
        return self.run(text, given_values(lists, values))

    def run(self, statement: str, values: Sequence[Any] = ()) -> StatementResult:
        """Runs a statement in the words of PostgreSQL, with ``%s`` for values. Where the connection is cut it is tried
        again for some seconds, unless it is part of a transaction. Raises ``StoreError``."""
        until, pause = 0.0, RETRY_PAUSES[0]
        while True:
            try:
                return self._run_once(statement, values)
            except Unreachable:
                until = until or time.monotonic() + self.patience
                if self.busy or not self._database.reached or time.monotonic() + pause > until:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, RETRY_PAUSES[1])

    def _run_once(self, statement: str, values: Sequence[Any]) -> StatementResult:
        held = self._held
        connection = held or self._database.connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
            return StatementResult(rows, cursor.rowcount)
        except Exception as error:
            if self._database.cut(error):
                self._database.cut_at = time.monotonic()
                connection.invalidate()
            raise self._database.refusal(error) from None
        finally:
            if held is None:
                connection.close()

    def executemany(self, statement: str, values: Any, /) -> None:
        rows = [tuple(row) for row in values]
        if insert := _INSERT.fullmatch(statement):
            before, marks, after = insert[1], insert[2].replace("?", "%s"), insert[3] or ""
            for i in range(0, len(rows), ROWS_AT_ONCE):
                part = rows[i : i + ROWS_AT_ONCE]
                self.run(f"{before}{', '.join([marks] * len(part))}{after}", [v for row in part for v in row])
        elif delete := _DELETE.fullmatch(statement):
            if rows:
                self.run(f"delete from {delete[1]} where {delete[2]} = any(%s)", [[row[0] for row in rows]])
        else:
            for row in rows:
                self.execute(statement, row)

    def __enter__(self) -> Self:
        if self._depth == 0:
            self._hold()
            try:
                self.run("begin")
                self.run(f"select pg_advisory_xact_lock({self._database.address.lock})")
            except BaseException:
                self._release()
                raise
        self._depth += 1
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        try:
            if kind is None:
                self.run("commit")
            else:
                with suppress(Exception):
                    self.run("rollback")
        finally:
            self._release()

    @contextmanager
    def turn(self, *, wait: bool = True) -> Iterator[bool]:
        """Holds the lock of the writers over several transactions. Gives False, without ``wait``, where it is taken."""
        key = self._database.address.lock
        self._hold()
        try:
            if wait:
                self._lock(key)
                got = True
            else:
                got = bool(self.run(f"select pg_try_advisory_lock({key})").fetchone()[0])
            try:
                yield got
            finally:
                if got:
                    with suppress(Exception):  # a connection that was cut has lost it anyway
                        self.run(f"select pg_advisory_unlock({key})")
        finally:
            self._release()

    def _lock(self, key: int) -> None:
        """Waits for the lock of the writers; says so where it takes long, as beside a rebuild."""
        self.run(f"set lock_timeout to {round(LONG_TURN * 1000)}")
        try:
            self.run(f"select pg_advisory_lock({key})")
        except TurnTaken:
            log.warning("%s: another writer has the turn, perhaps a rebuild; waiting for it", self._database.address)
            self.run("set lock_timeout to 0")
            self.run(f"select pg_advisory_lock({key})")
        finally:
            with suppress(Exception):
                self.run("set lock_timeout to 0")

    def _hold(self) -> None:
        if self._turns == 0:
            self._held = self._database.connection(kept=True)
        self._turns += 1

    def _release(self) -> None:
        self._turns -= 1
        if self._turns == 0:
            held, self._held = self._held, None
            with suppress(Exception):
                held.close()


@lru_cache(maxsize=1000)
def translated_statement(statement: str) -> tuple[str, frozenset[int]]:
    """A statement in the words of PostgreSQL, and which of its values are lists in JSON."""
    lists: set[int] = set()
    count = 0

    def said(found: re.Match[str]) -> str:
        nonlocal count
        whole = found[0]
        if whole == "%":
            return "%%"
        if whole == "x''":
            return "''::bytea"
        if whole[0] == "'":
            return whole.replace("%", "%%")
        count += 1
        if whole == "?":
            return "%s"
        lists.add(count - 1)
        return "<> all(%s)" if found[1] else "= any(%s)"

    return _TOKEN.sub(said, statement), frozenset(lists)


def given_values(lists: Collection[int], values: Sequence[Any]) -> list[Any]:
    """The values of a statement, those that are lists in JSON as lists."""
    return [json.loads(value) if i in lists else value for i, value in enumerate(values)]


def _code(error: BaseException) -> str:
    said = error.args[0] if error.args else None
    return str(said.get("C", "")) if isinstance(said, Mapping) else ""


def _message(error: BaseException) -> str:
    said = error.args[0] if error.args else None
    text = str(said.get("M", "")) if isinstance(said, Mapping) else str(error)
    return (text.strip().splitlines() or [type(error).__name__])[0][:200]
