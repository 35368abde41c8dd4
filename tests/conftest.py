"""What all tests share: no network, no settings of the person who runs them, and News over fakes."""

from __future__ import annotations

import ipaddress
import itertools
import json
import logging
import os
import shutil
import socket
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from platformdirs import user_cache_path
from pydantic import SecretStr

from evals import EvalSet
from evals.runs import run as runs
from rag import News, Settings
from rag.cli import commands
from rag.index.store import open_store
from rag.models.factory import open_model
from rag.news import manifest
from tests.support.fakes import FakeEmbedder, FakeLlm
from tests.support.servers import (  # noqa: F401  # fixtures
    _servers_folder,
    chroma_server,
    chroma_url,
    new_chroma,
    new_postgres,
    own_chroma,
    own_postgres,
    postgres_server,
    postgres_url,
)
from tests.support.small_models import exports, mean, tiny  # noqa: F401  # fixtures
from tests.support.torture import FAULTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

for _name in [n for n in os.environ if n.startswith("RAG_") and n != "RAG_CACHE"]:
    del os.environ[_name]
TESTS = Path(__file__).parent
_SHM = Path("/dev/shm")
if os.access(_SHM, os.W_OK) and shutil.disk_usage(_SHM).free > 4 << 30:
    # Each commit waits for the disk; in memory the same tests take a third of the time.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_SHM))
os.environ.setdefault("RAG_CACHE", str(user_cache_path("rag")))  # exported once, not once a test
Settings.model_config["env_file"] = None  # nor the .env of whoever runs the tests
# That the machine has other things to do is no fault of what is tested. `make test` tries the same examples each time:
# a change fails for what it changed. `make pytest ARGS="--hypothesis-profile=search"` looks for new ones.
_BUSY = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("busy", _BUSY, derandomize=True, database=None)
hypothesis.settings.register_profile("search", _BUSY, max_examples=3000)
hypothesis.settings.load_profile("busy")


_settrace = sys.settrace


def _patient_settrace(function: Any) -> None:
    """Python 3.11 refuses a trace function while another thread installs one: a thread that coverage would have traced
    ends before it has begun."""
    while True:
        try:
            return _settrace(function)
        except RuntimeError:
            time.sleep(0)


if sys.version_info < (3, 12):
    sys.settrace = _patient_settrace


class NetworkUsed(BaseException):
    """A test reached for the network. No ``except Exception`` may swallow it."""


def _is_loopback(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost", socket.gethostname()):
        return True
    try:
        text = host.decode() if isinstance(host, bytes) else str(host)
        return ipaddress.ip_address(text.split("%")[0]).is_loopback or text in ("0.0.0.0", "::")
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that leaves this machine, also where a thread of it did or something caught the error."""
    reached: list[str] = []

    def refuse(where: object) -> None:
        reached.append(str(where))
        raise NetworkUsed(f"a test reached for {where}; fake the boundary instead")

    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, real: Callable[..., Any] = real) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                refuse(address)
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)
    resolve = socket.getaddrinfo

    def guarded_resolve(host: Any, *rest: Any, **named: Any) -> Any:
        if not _is_loopback(host):
            refuse(host)
        return resolve(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)
    yield
    assert not reached, f"the test reached for {reached}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tells of each test which fault it causes; ``FAULTS`` chooses some of those (``tests/support/torture.py``).

    The rooms with the slowest files come first, so that no process is left with one of them at the end.
    """
    slow = ["system", "evals", "chat", "models"]
    items.sort(key=lambda item: slow.index(room) if (room := item.path.parts[len(TESTS.parts)]) in slow else len(slow))
    wanted = os.environ.get("FAULTS", "").split()
    left: list[pytest.Item] = []
    for item in items:
        if item.get_closest_marker("volume"):
            item.add_marker("no_cover")  # lines that are run a million times take up to seven times as long if counted
        rows = [marker.args[0] for marker in item.iter_markers("fault")]
        for row in rows:
            if row not in FAULTS:
                raise pytest.UsageError(f"{item.nodeid}: no fault {row!r} in tests/support/torture.py")
            item.user_properties.append(("fault", row))
        if rows and wanted and not set(rows) & set(wanted):
            left.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A nightly run ends by the morning: what it had no time for is counted as skipped."""
    if time.time() > float(os.environ.get("FAULTS_UNTIL", "inf")):
        pytest.skip("no time was left for it")


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """``tally("kills", 14)`` tells how often this test caused its fault."""
    return lambda what, number: record_property(f"tally:{what}", number)


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


OpenNews = Callable[..., News]
Tally = Callable[[str, int], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked ``both_kinds`` run over an index in a folder and over one on servers, unless ``folder_only``.

    Over servers it is every fourth of them, for they take a minute of the processor; ``KINDS=all`` (nightly): all.
    """
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    if "both_kinds" in marks and "folder_only" not in marks and "place_of" in metafunc.fixturenames:
        sampled = "volume" not in marks and zlib.crc32(metafunc.function.__name__.encode()) % 4 == 0
        chosen = sampled or os.environ.get("KINDS") == "all"
        metafunc.parametrize("index_kind", ["folder", "servers"] if chosen else ["folder"], indirect=True)


_schemas = itertools.count()
PlaceOf = Callable[[Path], dict[str, Any]]


@pytest.fixture
def index_kind(request: pytest.FixtureRequest) -> str:
    """'folder' or 'servers'."""
    return str(getattr(request, "param", "folder"))


@pytest.fixture
def place_of(index_kind: str, request: pytest.FixtureRequest) -> PlaceOf:
    """The arguments of ``News.open`` for an index that is called like a folder: there, or in a schema of that name."""
    if index_kind == "folder":
        return lambda folder: {"path": folder}
    # A database of its own takes each test a second; a schema does as well.
    database, vectors = request.getfixturevalue("postgres_server").url, request.getfixturevalue("chroma_server").url
    test = next(_schemas)
    return lambda folder: {
        "path": f"{database}?schema=t{test}_{zlib.crc32(str(folder).encode())}", "vectors": SecretStr(vectors)
    }  # fmt: skip


@pytest.fixture
def open_news(tmp_path: Path, embedder: FakeEmbedder, place_of: PlaceOf) -> Iterator[OpenNews]:
    """``open_news(folder, embedder=..., llm=..., SETTING=...)``: News over fakes, closed after the test."""
    opened: list[News] = []

    def open_(
        folder: Path | None = None, *, embedder: FakeEmbedder = embedder, llm: FakeLlm | None = None,
        create: bool = True, **settings: Any,
    ) -> News:  # fmt: skip
        models: dict[str, Any] = {"embedder": embedder, "llm": llm or "none", "reranker": "none"}
        place = place_of(folder or tmp_path / "index")
        opened.append(News.open(create=create, **(place | models | settings)))
        return opened[-1]

    yield open_
    for news in opened:
        news.close()


@pytest.fixture
def news(open_news: OpenNews) -> News:
    return open_news()


Records = Callable[..., Path]


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """``records("a.jsonl", {...}, {...})`` writes a file of article records."""

    def write(name: str, *found: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(r) + "\n" for r in found), encoding="utf-8")
        return path

    return write


@dataclass
class Run:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Rag = Callable[..., Run]


@pytest.fixture
def rag(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    embedder: FakeEmbedder,
    place_of: PlaceOf,
) -> Iterator[Rag]:
    """``rag("ask", "Why?")`` runs the command in this process, over the fake embedder."""
    monkeypatch.setattr("rag.models.factory.open_embedder", lambda *_: embedder)
    place = place_of(tmp_path / "index")
    monkeypatch.setenv("RAG_INDEX", str(place["path"]))
    if "vectors" in place:
        monkeypatch.setenv("RAG_VECTORS", place["vectors"].get_secret_value())
    monkeypatch.setenv("RAG_LLM", "none")

    def run(*args: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["rag", *args])
        capsys.readouterr()
        status = 0
        try:
            commands.main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        found = capsys.readouterr()
        assert "Traceback" not in found.out + found.err
        return Run(status, found.out, found.err)

    levels = {logger: logger.level for logger in map(logging.getLogger, (None, "rag", "rag.settings"))}
    yield run
    for logger, level in levels.items():  # a command sets them for its process
        logger.setLevel(level)


RunEval = Callable[..., runs.Run]


@pytest.fixture
def run_eval(tmp_path: Path) -> RunEval:
    """``run_eval(set, llm=FakeLlm, news=class, ...)``: a run over the fake embedder, with a cache of its own."""

    def run_(eval_set: EvalSet, *, llm: FakeLlm | None = None, news: type[News] = News, **options: Any) -> runs.Run:
        def open_news(folder: Path, *, settings: Settings, create: bool, progress: object = None) -> News:
            embedder = FakeEmbedder()
            return news(settings, embedder, open_store(folder, manifest(embedder), create=create), llm)

        name = "scripted" if llm else "none"
        given: dict[str, Any] = {"out": tmp_path / "run", "cache": tmp_path / "cache", "llm": name} | options
        return runs.run(eval_set, open_news=open_news, **given)

    return run_


class Lent:
    """A language model that several tests use: what closes it, as an index does, leaves it open."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def close(self) -> None:
        """Whoever lends it closes it."""


@pytest.fixture(scope="session")
def embedded_model() -> Iterator[Any]:
    """The embedded language model, loaded once for all files; its memory is given back when none has asked for it."""
    model = open_model(Settings.load(llm="embedded", keep_alive=60))
    assert model
    yield Lent(model)
    model.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless chromium with a profile of its own."""
    from tests.support.browser import chromium

    with chromium(tmp_path_factory.mktemp("profile")) as running:
        yield running
