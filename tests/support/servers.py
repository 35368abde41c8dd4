"""PostgreSQL and Chroma's server for tests; conftest.py makes the fixtures known.

``postgres_url`` and ``chroma_url`` share one server a session (with xdist: each process has its own). A test that ends
a server, or wants what it stores to outlive a crash, takes ``own_postgres`` or ``own_chroma``.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest

from rag.errors import RagError
from rag.ops.servers import LocalChroma, LocalPostgres, LocalServer, local_servers
from tests.support.patience import PATIENCE, free_port

Server = TypeVar("Server", LocalPostgres, LocalChroma)
_PREFIX = "rag-servers-"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def _servers_folder() -> Iterator[Path]:
    """Not pytest's: the user that PostgreSQL runs as when root runs the tests may not enter that."""
    parent = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir()))
    for left in parent.glob(f"{_PREFIX}*"):
        _remove_if_left(left)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _remove_if_left(folder: Path) -> None:
    """Ends the servers of tests that were killed themselves."""
    pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return  # somebody else's
    except ProcessLookupError:
        for server in (*local_servers(folder), *local_servers(folder / "own")):
            with suppress(RagError):
                server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def given_a_port(server: Server) -> Server:
    """Its port is still free after it was stopped or killed, and the address that a test has of it stays true."""
    server.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (server.folder / "port").write_text(f"{free_port()}\n", "ascii")
    return server


@contextmanager
def _started(server: LocalServer) -> Iterator[None]:
    """Skips the test where the server's programs are missing; fails it where CI=true: there it must run."""
    try:
        server.start()
    except RagError as error:
        if "install" in str(error) and os.environ.get("CI", "").lower() != "true":
            pytest.skip(str(error))
        raise
    try:
        yield
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_server(_servers_folder: Path) -> Iterator[LocalPostgres]:
    """For all tests of this process: do not stop it. It does not wait for the disk."""
    server = given_a_port(LocalPostgres(_servers_folder / "postgres", durable=False))
    with _started(server):
        yield server


@pytest.fixture(scope="session")
def chroma_server(_servers_folder: Path) -> Iterator[LocalChroma]:
    """For all tests of this process: do not stop it."""
    server = given_a_port(LocalChroma(_servers_folder / "chroma"))
    with _started(server):
        yield server


NewDatabase = Callable[[], str]


@pytest.fixture
def new_postgres(postgres_server: LocalPostgres) -> Iterator[NewDatabase]:
    """``new_postgres()`` makes an empty database and returns its address; all are dropped after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{next(_numbers)}")
        postgres_server.sql(f"create database {made[-1]}")
        return postgres_server.url_of(made[-1])

    yield make
    for name in made:
        postgres_server.sql(f"drop database {name} with (force)")


@pytest.fixture
def postgres_url(new_postgres: NewDatabase) -> str:
    """An empty database of this test's own."""
    return new_postgres()


@pytest.fixture
def new_chroma(chroma_server: LocalChroma) -> NewDatabase:
    """``new_chroma()`` makes an empty database of Chroma's and returns its address."""

    def make() -> str:
        name = f"test_{next(_numbers)}"
        connection = HTTPConnection(urlsplit(chroma_server.url).netloc, timeout=PATIENCE)
        connection.request(
            "POST", "/api/v2/tenants/default_tenant/databases", json.dumps({"name": name}),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        assert connection.getresponse().status == 200
        connection.close()
        return f"{chroma_server.url}?database={name}"

    return make


@pytest.fixture
def chroma_url(new_chroma: NewDatabase) -> str:
    """The address of an empty database of this test's own, on Chroma's server."""
    return new_chroma()


@pytest.fixture
def own_postgres(_servers_folder: Path) -> Iterator[LocalPostgres]:
    """A server for this test alone, which it may stop, kill and start; what is committed outlives a crash."""
    server = given_a_port(LocalPostgres(_servers_folder / "own" / "postgres"))
    with _started(server):
        yield server
    shutil.rmtree(server.folder)


@pytest.fixture
def own_chroma(_servers_folder: Path) -> Iterator[LocalChroma]:
    """A server for this test alone, which it may stop, kill and start."""
    server = given_a_port(LocalChroma(_servers_folder / "own" / "chroma"))
    with _started(server):
        yield server
    shutil.rmtree(server.folder)
