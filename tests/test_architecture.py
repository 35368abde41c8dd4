"""The rooms of ``rag/``: what each may import, and what no module may load before it is used.

The walls between the rooms are import-linter's contracts in ``pyproject.toml``; here is what those cannot say.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.no_cover  # runs nothing of ours; the parser takes three times as long where lines are counted

FILES = sorted([*(ROOT / "rag").rglob("*.py"), *(ROOT / "evals").rglob("*.py")])

STANDARD = sys.stdlib_module_names

PACKAGES = {
    "rag.protocols": {"numpy"},
    "rag.settings": {"pydantic", "pydantic_settings", "platformdirs"},
    "rag.text": {"sentencex", "Stemmer", "babel", "dateutil", "py3langid"},
    "rag.models": {
        "numpy", "torch", "transformers", "sentence_transformers", "onnx", "onnxruntime", "tokenizers",
        "huggingface_hub", "filelock", "litellm", "xllamacpp", "httpx", "gguf", "jinja2",
    },
    # Chroma's ids are in a pickle, of which nothing is called.
    "rag.index": {"chromadb", "httpx", "filelock", "numpy", "pg8000", "pickle", "sqlalchemy"},
    "rag.ingest": {
        "trafilatura", "htmldate", "feedparser", "httpx", "protego", "courlan", "tld", "lxml", "yaml", "markdown_it",
        "warcio", "brotli",
        "charset_normalizer", "rensa", "pypdfium2",
    },
    "rag.chat": {"gradio", "starlette", "filelock", "jinja2", "pydantic"},
    "rag.cli": {"typer", "rich"},
    "evals": {
        "warcio",
        "trafilatura", "ir_measures", "sentencex", "numpy", "typer", "filelock", "torch", "tokenizers", "onnx",
        "transformers", "sentence_transformers", "pydantic", "langchain_chroma", "langchain_core",
        "langchain_text_splitters", "pypdfium2", "scipy", "sklearn",
    },
}  # fmt: skip
"""What comes from package registries, by room; no other room imports any."""

HEAVY = {
    "torch", "transformers", "sentence_transformers", "chromadb", "litellm", "gradio", "xllamacpp", "trafilatura",
    "onnx", "onnxruntime", "tokenizers", "gguf", "huggingface_hub", "lxml", "htmldate", "sentencex", "httpx", "rich",
    "markdown_it", "filelock", "feedparser", "protego", "rensa", "courlan", "tld", "warcio", "brotli", "pypdfium2",
    "py3langid",
}  # fmt: skip
"""Never imported by loading a module of ``rag``: they cost start-up that most commands need not pay."""


@dataclass(frozen=True)
class Import:
    file: str
    line: int
    name: str  # dotted, of the module that is imported
    top: bool  # runs when the module is loaded

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"


def module(path: Path) -> str:
    """'rag.news' for rag/news.py, 'rag' for rag/__init__.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(p for p in parts if p != "__init__")


NAMES = {module(path) for path in FILES}


@functools.cache
def imports(path: Path) -> list[Import]:
    return list(_imports(path))


def _imports(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lazy = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    here = module(path) if path.name == "__init__.py" else module(path).rpartition(".")[0]
    for node in ast.walk(tree):
        found: list[str] = []
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = here.split(".")[: len(here.split(".")) - node.level + 1]
                base = ".".join([*package, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.append(inner if inner in NAMES else base)
        for name in dict.fromkeys(found):
            yield Import(str(path.relative_to(ROOT)), node.lineno, name, id(node) not in lazy)  # type: ignore[attr-defined]


def is_ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in ("rag", "evals")


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_room_uses_only_its_own_packages(path: Path) -> None:
    name = module(path)
    allowed = STANDARD | next((p for room, p in PACKAGES.items() if f"{name}.".startswith(f"{room}.")), set())
    wrong = [i for i in imports(path) if not is_ours(i.name) and i.name.split(".")[0] not in allowed]
    assert not wrong, "; ".join(map(str, wrong))


@pytest.mark.parametrize("path", [p for p in FILES if p.name != "chat_page.py"], ids=module)
def test_heavy_packages_are_imported_where_they_are_used(path: Path) -> None:
    heavy = HEAVY | ({"numpy", "ir_measures"} if module(path).startswith("evals") else set())
    wrong = [i for i in imports(path) if i.top and i.name.split(".")[0] in heavy]
    assert not wrong, "; ".join(map(str, wrong))


def test_imports_have_no_cycle() -> None:
    edges = {
        module(path): {i.name for i in imports(path) if is_ours(i.name) and i.name != module(path)}
        for path in FILES
        if module(path) not in ("rag", "evals")  # import everything by name, and only on first use
    }

    left: set[str] = set()  # from which no way leads back

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way[way.index(name) :], name))
        if name not in left:
            for other in edges.get(name, ()):
                walk(other, (*way, name))
            left.add(name)

    for name in edges:
        walk(name, ())


def test_relative_imports_are_only_in_the_evaluation() -> None:
    """``evals`` is installed as ``rag_evals``; everywhere else the full name says which room is reached into."""
    for path in FILES:
        if not module(path).startswith("evals"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}:{node.lineno}"


SOURCES = sorted((ROOT / "rag").rglob("*.py"))
MAX_LINES, MAX_FUNCTION = 450, 80


@pytest.mark.parametrize("path", [*SOURCES, *sorted((ROOT / "evals").rglob("*.py"))], ids=module)
def test_a_file_has_one_subject_and_a_function_fits_a_screen(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    long = [
        f"{node.name} has {lines} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    ]
    assert not long


MAX_FILES = 9


def test_a_room_is_seen_at_a_glance() -> None:
    rooms = {path.parent for path in SOURCES}
    crowded = {
        str(room.relative_to(ROOT)): len(files)
        for room in rooms
        if len(files := [path for path in room.glob("*.py") if path.name != "__init__.py"]) > MAX_FILES
    }
    assert not crowded


SHARED_NAMES = {
    "log", "app", "main", "T",
    "read",  # of each format: the same from another kind of file
    "open_embedder",  # by the settings, and by name
    "rebuild", "watch",  # the commands, and what they call
    "ReadItems", "OPSET",  # the same twice, in rooms that do not import each other
    "Shelf", "Usage",  # a protocol, and what fulfils it
}  # fmt: skip


def test_a_name_means_one_thing() -> None:
    where: dict[str, set[str]] = {}
    for path in SOURCES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    names = [name]
                case ast.Assign(targets=targets):
                    names = [target.id for target in targets if isinstance(target, ast.Name)]
                case ast.AnnAssign(target=ast.Name(id=name)):
                    names = [name]
                case _:
                    names = []
            for found in names:
                if not found.startswith("_"):
                    where.setdefault(found, set()).add(module(path))
    twice = {name: sorted(places) for name, places in where.items() if len(places) > 1 and name not in SHARED_NAMES}
    assert not twice
