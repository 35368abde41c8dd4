"""Commands that installed packages add by the entry point group ``rag.commands``."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.types import Article
from tests.conftest import OpenNews, Rag
from tests.support.paths import ROOT

DOCS = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
WORDS = textwrap.dedent(DOCS.partition("here `rag_words.py`:\n")[2].partition("\nThen `rag words")[0])
"""The example of the documents: a package with one module."""


Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """``install("rag_words", SOURCE, "words = rag_words:app")``: a package with one module, on the path."""
    modules: list[str] = []

    def package(name: str, source: str, *commands: str) -> None:
        (tmp_path / f"{name}.py").write_text(source)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("\n".join(["[rag.commands]", *commands, ""]))
        monkeypatch.syspath_prepend(tmp_path)
        modules.append(name)

    yield package
    for name in modules:
        sys.modules.pop(name, None)


def python(*args: str, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in another process, with ``path`` before what is installed."""
    paths = os.pathsep.join(filter(None, [str(path), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, *args], check=False, capture_output=True, text=True, cwd=ROOT, timeout=120,
        env={**os.environ, "PYTHONPATH": paths, **environment},
    )  # fmt: skip


def test_a_package_adds_a_command(install: Install, rag: Rag, open_news: OpenNews) -> None:
    install("rag_words", WORDS, "words = rag_words:app")
    with open_news() as news:
        news.put([Article("bridge", "Bridge", "It rained all day.")])
    shown = rag("--help")
    assert (shown.status, shown.err) == (0, "")
    assert "  words     Count words.\n" in shown.out
    assert shown.out.index("  chat ") < shown.out.index("  words ")
    assert "count  Count the words of an article." in rag("words", "--help").out
    assert rag("words", "count", "bridge").out == "4\n"
    failed = rag("words", "count", "nope")
    assert (failed.status, failed.out, failed.err.count("\n")) == (2, "", 1)
    assert failed.err.startswith("rag: no article nope in ")


def test_another_process_has_it_too_with_a_line_for_a_broken_one(install: Install, tmp_path: Path) -> None:
    install("rag_words", WORDS, "words = rag_words:app")
    install("rag_broken", "import no_such_module", "broken = rag_broken:app")
    shown = python("-m", "rag", "--help", path=tmp_path)
    assert (shown.returncode, shown.stderr) == (
        0,
        "WARNING rag.cli.commands: rag_broken:app: the command broken cannot be loaded: "
        "No module named 'no_such_module'\n",
    )
    assert "  words     Count words.\n" in shown.stdout
    assert "  broken " not in shown.stdout
    assert python("-m", "rag", "--help", path=tmp_path, RAG_LOG="error").stderr == ""


BROKEN = """
class Odd:
    pass


three = 3


def __getattr__(name):
    raise RuntimeError("two\\nlines")
"""


def test_broken_commands_are_a_warning_each_and_the_others_work(
    install: Install, rag: Rag, caplog: pytest.LogCaptureFixture
) -> None:
    install("rag_broken", BROKEN, "one = rag_no_such", "two = rag_broken:app", "three = rag_broken:three")
    install("rag_words", WORDS, "words = rag_words:app")
    shown = rag("--help")
    assert (shown.status, sorted(r.getMessage() for r in caplog.records)) == (
        0,
        [
            "rag_broken:app: the command two cannot be loaded: two lines",
            "rag_broken:three: the command three cannot be loaded: 'int' object has no attribute 'registered_commands'",
            "rag_no_such: the command one cannot be loaded: No module named 'rag_no_such'",
        ],
    )
    assert "  words     Count words.\n" in shown.out
    assert not {"  one ", "  two ", "  three "} & set(shown.out.splitlines())
    asked = rag("two")
    assert (asked.status, asked.out) == (2, "")
    assert "No such command 'two'" in asked.err


def test_a_built_in_command_stays_and_loads_no_package(
    install: Install, rag: Rag, caplog: pytest.LogCaptureFixture
) -> None:
    install("rag_clash", WORDS, "models = rag_clash:app")
    install("rag_words", WORDS, "words = rag_words:app")
    assert "Show the embedded models" in rag("models", "--help").out
    assert "rag_words" not in sys.modules
    shown = rag("--help")
    assert (shown.status, [r.getMessage() for r in caplog.records]) == (
        0, ["rag_clash:app: left out, for rag has a command models already"],
    )  # fmt: skip
    assert "Show the embedded models" in shown.out
    assert "rag_clash" not in sys.modules


def test_of_two_packages_with_one_command_one_has_it(
    install: Install, rag: Rag, caplog: pytest.LogCaptureFixture
) -> None:
    install("rag_a", WORDS, "words = rag_a:app")
    install("rag_b", WORDS, "words = rag_b:app")
    assert rag("--help").out.count("  words ") == 1
    assert len(caplog.records) == 1
    assert "left out, for rag has a command words already" in caplog.text
