"""``make servers``: PostgreSQL and Chroma's server in a folder, started, found, stopped, killed and started again."""

from __future__ import annotations

import os
import socket
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rag.errors import RagError
from rag.ops import servers
from rag.ops.servers import LocalChroma, LocalPostgres, local_servers
from tests.support.servers import NewDatabase


@pytest.fixture
def folder(_servers_folder: Path, own_postgres: LocalPostgres, own_chroma: LocalChroma) -> Path:
    """With both servers, which stop after the test; they run."""
    assert local_servers(_servers_folder / "own")[1].url == own_chroma.url
    return _servers_folder / "own"


def _settings(out: str) -> dict[str, str]:
    assert out.count("\n") == 2
    return dict(line.split("=", 1) for line in out.splitlines())


def test_servers_start_are_found_and_stop(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert servers.main(["stop", str(folder)]) == 0
    assert servers.main(["start", str(folder)]) == 0
    first = capsys.readouterr()
    given = _settings(first.out)
    assert list(given) == ["RAG_INDEX", "RAG_VECTORS"]
    assert urlsplit(given["RAG_INDEX"]).scheme == "postgresql"
    assert urlsplit(given["RAG_VECTORS"]).scheme == "http"
    assert "PostgreSQL stopped" in first.err
    assert "PostgreSQL started" in first.err
    assert str(urlsplit(given["RAG_INDEX"]).password) not in first.err

    assert servers.main(["start", str(folder)]) == 0
    again = capsys.readouterr()
    assert again.out == first.out
    assert "Chroma runs already" in again.err

    assert servers.main(["stop", str(folder)]) == 0
    assert servers.main(["stop", str(folder)]) == 0
    assert capsys.readouterr().err.endswith("PostgreSQL was not running\nChroma was not running\n")
    for name in given:
        address = urlsplit(given[name])
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port))

    assert servers.main(["start", str(folder)]) == 0
    assert capsys.readouterr().out == first.out, "the settings stay true where the ports are still free"


def test_no_servers_are_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert servers.main(["stop", str(tmp_path / "none")]) == 0
    assert capsys.readouterr().err == f"no servers in {tmp_path / 'none'}\n"
    assert not (tmp_path / "none").exists()


def test_a_wrong_word_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert servers.main(["restart", "x"]) == 2
    assert "usage:" in capsys.readouterr().err


def test_another_port_is_taken_where_one_is_in_use(own_postgres: LocalPostgres, own_chroma: LocalChroma) -> None:
    for server in (own_postgres, own_chroma):
        before = server.url
        server.stop()
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", urlsplit(before).port or 0))
            other.listen()
            server.start()
        assert server.url != before
        assert server.running()


def test_only_the_password_opens_the_database(postgres_server: LocalPostgres) -> None:
    password = postgres_server.folder / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    wrong = LocalPostgres(postgres_server.folder)
    right = password.read_text("ascii")
    try:
        password.write_text("guess\n", "ascii")
        with pytest.raises(RagError, match="password authentication failed"):
            wrong.sql("select 1")
    finally:
        password.write_text(right, "ascii")
    assert postgres_server.sql("select rolsuper from pg_roles where rolname = current_user") == "f\n"
    assert postgres_server.sql("show password_encryption") == "scram-sha-256\n"
    assert right.strip() not in postgres_server.log.read_text("utf-8")


def test_only_this_machine_is_listened_to(postgres_server: LocalPostgres) -> None:
    assert postgres_server.sql("show listen_addresses") == "127.0.0.1\n"
    sockets = (postgres_server.folder / "data" / "postmaster.pid").read_text("utf-8").splitlines()[4]
    assert sockets == ""


def test_a_database_is_in_utf8_and_sorts_by_code_point(
    new_postgres: NewDatabase, postgres_server: LocalPostgres
) -> None:
    first, second = (urlsplit(new_postgres()).path[1:] for _ in range(2))
    assert first != second
    assert postgres_server.sql("select pg_encoding_to_char(encoding), datcollate from pg_database "
                               f"where datname = '{first}'") == "UTF8|C.UTF-8\n"  # fmt: skip
    assert postgres_server.sql("select 'Z' < 'a', 'é' > 'z'", first) == "t|t\n"


def test_what_was_committed_outlives_a_kill(own_postgres: LocalPostgres) -> None:
    own_postgres.sql("create table facts (n int)")
    for n in range(3):
        own_postgres.sql(f"insert into facts values ({n})")
        own_postgres.kill()
        assert not own_postgres.running()
        own_postgres.start()
    assert own_postgres.sql("select n from facts order by n") == "0\n1\n2\n"
    assert own_postgres.sql("show fsync") == "on\n"


def test_a_start_that_was_cut_short_is_made_good(own_postgres: LocalPostgres) -> None:
    own_postgres.stop()
    (own_postgres.folder / "data" / "PG_VERSION").unlink()
    own_postgres.start()
    assert own_postgres.sql("select 1") == "1\n"


def test_a_server_that_does_not_start_says_why(own_postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    own_postgres.stop()
    monkeypatch.setattr(servers, "STARTS", 1)
    with (own_postgres.folder / "data" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(RagError, match=r"PostgreSQL in .* does not start: .*contains errors; its log is .*log"):
        own_postgres.start()


def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(RagError, match="the program chroma is not beside"):
        LocalChroma(tmp_path / "chroma").start()
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RagError, match=r"PostgreSQL is not installed; .* sudo apt-get install postgresql"):
        LocalPostgres(tmp_path / "postgres").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")
def test_a_folder_that_its_user_may_not_enter_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(RagError, match=r"may not enter .*: make servers SERVERS="):
        LocalPostgres(tmp_path / "postgres").start()
