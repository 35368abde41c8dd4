"""The way to a PostgreSQL database: its address, and connections that are kept for further use."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from zlib import crc32

from rag.errors import UsageError

SCHEMES = ("postgresql", "postgres")
DEFAULT_PORT = 5432
CONNECTIONS = 8  # of one process; a thread holds one only while a statement or a transaction of its own runs
CONNECT_TIMEOUT = 10  # seconds
SILENCE = 30  # seconds that a peer may leave what was sent unanswered by its machine
SESSION = {"random_page_cost": "1.1", "jit": "off", "work_mem": "16MB"}
"""Settings of every connection. Reading here and there costs little on today's disks; else all passages are read where
the index of words would do. No statement is so long that compiling it pays. What is ranked stays in memory."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")


class ServerAddress(NamedTuple):
    """Where an index is: one schema of a database. ``str()`` of it has no password."""

    host: str
    port: int
    database: str
    user: str
    password: str | None
    schema: str
    tls: str  # libpq's sslmode: 'disable', 'require' or 'verify-full'

    def __str__(self) -> str:
        beside = "" if self.schema == "rag" else f"?schema={self.schema}"
        return f"postgresql://{self.user}@{self.host}:{self.port}/{self.database}{beside}"

    def beside(self, what: str) -> ServerAddress:
        """Another schema of the same database, for what belongs to the index but is not replaced with it."""
        return self._replace(schema=f"{self.schema}_{what}")

    @property
    def lock(self) -> int:
        """The key of the advisory lock that the writers of this index share."""
        return crc32(f"rag {self.schema}".encode())


def server_address(url: str) -> ServerAddress:
    """Reads ``postgresql://user:password@host:port/database?schema=rag&sslmode=require``. Raises ``UsageError``."""
    advice = "give one like postgresql://user:password@host:5432/news"
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT
    except ValueError:  # its text may have a part of the password
        raise UsageError(
            f"the address of the database cannot be read; {advice}, with / : @ of a password written as %2F %3A %40"
        ) from None
    if parts.scheme not in SCHEMES or not parts.hostname or not parts.path.strip("/") or not parts.username:
        raise UsageError(f"the address of the database names no user, host or database; {advice}")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    schema, tls = options.pop("schema", "rag"), options.pop("sslmode", "disable")
    if options:
        raise UsageError(f"the address of the database has {next(iter(options))!r}; only schema and sslmode are known")
    if not _NAME.fullmatch(schema):
        raise UsageError(f"the schema {schema!r}: small letters, digits and _ only, at most 40")
    if tls not in ("disable", "require", "verify-full"):
        raise UsageError(f"sslmode {tls!r}: give disable, require or verify-full")
    password = unquote(parts.password) if parts.password is not None else None
    name = unquote(parts.path.strip("/"))
    return ServerAddress(parts.hostname, port, name, unquote(parts.username), password, schema, tls)


def connection_pool(address: ServerAddress) -> Any:
    """Connections to a database, kept for further use, each in autocommit."""
    from sqlalchemy import create_engine

    # It logs the whole way to a connection that was cut; what becomes of it is told by whoever used it.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    return create_engine(
        "postgresql+pg8000://", creator=lambda: _connect(address), pool_size=CONNECTIONS, max_overflow=CONNECTIONS,
        pool_recycle=3600, hide_parameters=True,
    )  # fmt: skip


def ask_the_idle(engine: Any, doubtful: Callable[[float], bool]) -> None:
    """Before a connection is used again that is ``doubtful`` for the moment of its last use, it is asked whether it is
    alive, and replaced if not. To ask each time would double the ways to the server."""
    from sqlalchemy import event
    from sqlalchemy.exc import DisconnectionError

    def taken(connection: Any, record: Any, _: Any) -> None:
        if "used" in record.info and doubtful(record.info["used"]):
            try:
                engine.dialect.do_ping(connection)
            except Exception as error:
                raise DisconnectionError from error

    def given_back(_: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)


def _connect(address: ServerAddress) -> Any:
    import socket

    from pg8000.dbapi import connect

    line = socket.create_connection((address.host, address.port), CONNECT_TIMEOUT)
    line.settimeout(None)  # that was a time for connecting; a lock may be waited for longer
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # a peer that is gone without a word
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE * 1000)
    try:
        found = connect(
            address.user, address.host, address.database, address.port, address.password, sock=line,
            ssl_context=_tls(address.tls), application_name="rag",
        )  # fmt: skip
        found.autocommit = True
        chosen = {"search_path": address.schema, **SESSION}
        settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in chosen.items())
        found.cursor().execute(f"select {settings}")
    except BaseException:
        line.close()
        raise
    return found


def _tls(mode: str) -> Any:
    import ssl

    if mode == "disable":
        return None
    context = ssl.create_default_context()
    if mode == "require":  # as libpq's: encrypted, whoever the server is
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
