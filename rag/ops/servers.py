"""PostgreSQL and Chroma's server on free ports of this machine, in a folder of their own: to try them, and for tests.

``make servers`` runs ``python -m rag.ops.servers start FOLDER``. A folder keeps what its servers store when they stop.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from rag.errors import RagError, UsageError

HOST = "127.0.0.1"
SERVER_PATIENCE = 60.0  # seconds that a server may take to start or to stop
PAUSE_BETWEEN_LOOKS = 0.05  # seconds
STARTS = 3  # another program may take the port that was free a moment ago

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # PostgreSQL answers it with one letter, before any login
_HBA = f"""# Written by rag.ops.servers: with the password, from this machine.
host all all {HOST}/32 scram-sha-256
"""
_CONFIGURATION = f"""
# Added by rag.ops.servers.
listen_addresses = '{HOST}'
unix_socket_directories = ''
"""
_FOR_TESTS = """
fsync = off
full_page_writes = off
shared_buffers = 16MB
wal_level = minimal
max_wal_senders = 0
"""


class LocalPostgres:
    """A PostgreSQL cluster in ``folder``: UTF-8, listening on 127.0.0.1 only, one role ``rag`` that owns a database of
    that name and may create others. The superuser cannot log in.

    Without ``durable`` it starts sooner and may lose everything when the machine stops: for tests.
    """

    name = "PostgreSQL"

    def __init__(self, folder: Path, *, durable: bool = True):
        self.folder = folder.absolute()
        self.durable = durable

    @property
    def url(self) -> str:
        """With the password; of a server that runs."""
        return self.url_of("rag")

    def url_of(self, database: str) -> str:
        return f"postgresql://rag:{self._password()}@{HOST}:{self._postmaster()[1]}/{database}"

    def _password(self) -> str:
        return (self.folder / "password").read_text("ascii").strip()

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def running(self) -> bool:
        try:
            pid, port = self._postmaster()
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return False
        return _answers_as_postgres(port)

    def start(self) -> None:
        """Returns when it answers; makes the cluster the first time. Raises ``RagError``."""
        if self.running():
            return
        programs = self._programs()
        self._make_folder()
        if not (self._data / "PG_VERSION").is_file():
            self._make_cluster(programs)
        port_file = self.folder / "port"
        for port in _ports(port_file):
            command = [
                programs / "pg_ctl",
                "start",
                "-w",
                "-t",
                str(int(SERVER_PATIENCE)),
                "-D",
                self._data,
                "-l",
                self.log,
            ]
            started = self._run([*map(str, command), "-o", f"-p {port}"])
            if not started.returncode and self.running():
                port_file.write_text(f"{port}\n", "ascii")
                return
            time.sleep(1)  # after a crash the last connections still hold its memory
        raise _not_started(self)

    def stop(self) -> bool:
        """Ends all connections, then the server. False where it did not run. Raises ``RagError``."""
        if not self.running():
            return False
        command = [
            self._programs() / "pg_ctl",
            "stop",
            "-w",
            "-t",
            str(int(SERVER_PATIENCE)),
            "-m",
            "fast",
            "-D",
            self._data,
        ]
        if self._run(list(map(str, command))).returncode:
            raise RagError(f"PostgreSQL in {self.folder} does not stop; its log is {self.log}")
        return True

    def kill(self) -> None:
        """Ends it as a crash does: what was committed is there when it starts again."""
        pid, _ = self._postmaster()
        os.kill(pid, signal.SIGKILL)
        _wait(lambda: not self.running(), self)

    def sql(self, statement: str, database: str = "rag") -> str:
        """Runs one statement as the role ``rag``; returns rows as lines, columns separated by ``|``."""
        # In its surroundings, not in the command, which every user of this machine may read.
        there = {"PGHOST": HOST, "PGPORT": str(self._postmaster()[1]), "PGUSER": "rag", "PGPASSWORD": self._password()}
        command = [str(self._programs() / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **there})
        if done.returncode:
            raise RagError(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _postmaster(self) -> tuple[int, int]:
        """The process and the port, as a server that runs has them in its folder."""
        lines = (self._data / "postmaster.pid").read_text("utf-8").splitlines()
        return int(lines[0]), int(lines[3])

    def _programs(self) -> Path:
        """The folder of PostgreSQL's programs: of the version that made the cluster, else the newest."""
        version = self._data / "PG_VERSION"
        wanted = version.read_text("ascii").strip() if version.is_file() else ""
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: (p.parent.name == wanted, _number(p)))
        on_path = shutil.which("pg_ctl")
        for place in (*reversed(debian), *([Path(on_path).resolve().parent] if on_path else [])):
            if all((place / name).is_file() for name in ("initdb", "pg_ctl", "postgres", "psql")):
                return place
        raise RagError("PostgreSQL is not installed; on Debian or Ubuntu run: sudo apt-get install postgresql")

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if user := _unprivileged():
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            if self._run(["test", "-x", str(self.folder)], at=Path("/")).returncode:
                raise RagError(
                    f"PostgreSQL does not run as root, and the user {user.pw_name} may not enter {self.folder}; "
                    "choose a folder that all may enter: make servers SERVERS=/var/tmp/rag-servers"
                )

    def _make_cluster(self, programs: Path) -> None:
        shutil.rmtree(self._data, ignore_errors=True)  # of a start that was cut short
        command = [programs / "initdb", "-D", self._data, "--encoding=UTF8", "--locale=C.UTF-8", "--auth=reject"]
        speed = [] if self.durable else ["--no-sync"]
        made = self._run([*map(str, command), "--username=owner", "--no-instructions", *speed])
        if made.returncode:
            raise RagError(f"PostgreSQL makes no cluster in {self._data}: {_last_line(made.stderr)}")
        (self._data / "pg_hba.conf").write_text(_HBA, "ascii")
        with (self._data / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write(_CONFIGURATION + ("" if self.durable else _FOR_TESTS))
        password = secrets.token_urlsafe(24)
        _write_secret(self.folder / "password", password)
        statements = f"create role rag login createdb password '{password}';\ncreate database rag owner rag;\n"
        made = self._run([str(programs / "postgres"), "--single", "-D", str(self._data), "postgres"], statements)
        if made.returncode or "ERROR" in made.stderr:
            shutil.rmtree(self._data)
            raise RagError(f"PostgreSQL makes no database in {self._data}: {_last_line(made.stderr)}")

    def _run(
        self, command: Sequence[str], given: str = "", *, at: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """As an unprivileged user where this one is root. Output goes over a file: servers hold pipes open."""
        user = _unprivileged()
        groups = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as stdin:
            stdin.write(given)
            stdin.seek(0)
            done = subprocess.run(
                list(command), stdin=stdin, stdout=told, stderr=told, cwd=at or self.folder, check=False,
                start_new_session=True, env={**os.environ, "LC_ALL": "C"}, **groups,
            )  # type: ignore[call-overload]  # fmt: skip
            told.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", told.read())


class LocalChroma:
    """``chroma run`` over ``folder``. It asks for no password: every program of this machine may use it."""

    name = "Chroma"

    def __init__(self, folder: Path):
        self.folder = folder.absolute()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._process()[1]}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def running(self) -> bool:
        return self._held() and _answers_as_chroma(self._process()[1])

    def start(self) -> None:
        """Returns when it answers. Raises ``RagError``."""
        if self.running():
            return
        program = Path(sys.executable).with_name("chroma")
        if not program.is_file():
            raise RagError(f"the program chroma is not beside {sys.executable}; make install puts it there")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for port in _ports(self.folder / "port"):
            command = [str(program), "run", "--path", str(self.folder / "data"), "--host", HOST, "--port", str(port)]
            with self._holding() as lock, self.log.open("ab") as log:
                # The lock goes with the process: who finds it held knows that the process below lives.
                self._child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                    pass_fds=[lock.fileno()], start_new_session=True,
                )  # fmt: skip
            (self.folder / "pid").write_text(f"{self._child.pid}\n", "ascii")
            (self.folder / "port").write_text(f"{port}\n", "ascii")
            child = self._child
            _wait(lambda port=port, child=child: child.poll() is not None or _answers_as_chroma(port), self)  # type: ignore[misc]
            if child.poll() is None:
                return
        raise _not_started(self)

    def stop(self) -> bool:
        """False where it did not run. Raises ``RagError``."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a crash does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> bool:
        if not self._held():
            return False
        os.kill(self._process()[0], how)
        _wait(lambda: not self._held(), self)
        if self._child is not None:
            self._child.wait()
            self._child = None
        return True

    def _process(self) -> tuple[int, int]:
        return int((self.folder / "pid").read_text("ascii")), int((self.folder / "port").read_text("ascii"))

    @contextlib.contextmanager
    def _holding(self) -> Iterator[IO[bytes]]:
        with (self.folder / "running").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield file

    def _held(self) -> bool:
        try:
            with self._holding():
                return False
        except BlockingIOError:
            return True
        except OSError:  # no such folder
            return False


LocalServer = LocalPostgres | LocalChroma


def local_servers(folder: Path) -> tuple[LocalPostgres, LocalChroma]:
    """What ``make servers`` runs in ``folder``."""
    return LocalPostgres(folder / "postgres"), LocalChroma(folder / "chroma")


def start_servers(folder: Path, tell: Callable[[str], None]) -> list[str]:
    """Starts what does not run. Returns the lines to set. Raises ``RagError``."""
    postgres, chroma = local_servers(folder)
    with _alone(folder):
        for server in (postgres, chroma):
            state = "runs already" if server.running() else "started"
            server.start()
            tell(f"{server.name} {state}; log: {server.log}")
        return [f"RAG_INDEX={postgres.url}", f"RAG_VECTORS={chroma.url}"]


def stop_servers(folder: Path, tell: Callable[[str], None]) -> None:
    """Stops what runs; what they store stays. Raises ``RagError``."""
    if not folder.is_dir():
        tell(f"no servers in {folder}")
        return
    with _alone(folder):
        for server in local_servers(folder):
            tell(f"{server.name} stopped" if server.stop() else f"{server.name} was not running")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops the servers of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: None for oneself; root may not run it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RagError("PostgreSQL does not run as root, and there is no user postgres; start the servers as another user")


def _ports(remembered: Path) -> Iterator[int]:
    """The port of last time, so that settings stay true, then free ones."""
    for _ in range(STARTS):
        wanted = 0
        with contextlib.suppress(OSError, ValueError):
            wanted = int(remembered.read_text("ascii"))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, wanted))
            except OSError:
                probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        yield port


def _answers_as_postgres(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=5) as connection:
            connection.sendall(_SSL_REQUEST)
            return connection.recv(1) in (b"N", b"S")
    except OSError:
        return False


def _answers_as_chroma(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/api/v2/heartbeat")
        return b"heartbeat" in connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _wait(done: Callable[[], bool], server: LocalServer) -> None:
    until = time.monotonic() + SERVER_PATIENCE
    while not done():
        if time.monotonic() > until:
            raise RagError(f"{server.name} in {server.folder} does not answer or end; its log is {server.log}")
        time.sleep(PAUSE_BETWEEN_LOOKS)


def _not_started(server: LocalServer) -> RagError:
    last = _last_line(server.log.read_text("utf-8", "replace")) if server.log.is_file() else "it has written no log"
    return RagError(f"{server.name} in {server.folder} does not start: {last}; its log is {server.log}")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it says nothing")[:200]


def _number(programs: Path) -> int:
    return int(programs.parent.name) if programs.parent.name.isdigit() else 0


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")


def main(arguments: Sequence[str]) -> int:
    """``start FOLDER`` prints the settings to standard output; ``stop FOLDER``; everything else to standard error."""
    try:
        match list(arguments):
            case ["start", folder]:
                print("\n".join(start_servers(Path(folder).absolute(), _tell)))
            case ["stop", folder]:
                stop_servers(Path(folder).absolute(), _tell)
            case _:
                raise UsageError("usage: python -m rag.ops.servers start|stop FOLDER")
    except RagError as error:
        _tell(f"error: {error}")
        return error.exit_status
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
