"""What a program may import from ``rag``: every name is there, documented, and the examples run as they are printed."""

from __future__ import annotations

import doctest
import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from rag import News, errors, news, types
from rag.news import News as Opened
from tests.support.fakes import FakeEmbedder
from tests.support.paths import ROOT

NAMES = [name for name in rag.__all__ if name not in ("__version__", "types")]
ARTICLE = {
    "title": "Bridge at Fenwray closed",
    "text": "The bridge at Fenwray was closed on Friday. Heavy rain had moved two of its piers, the mayor said.",
    "published": "2024-09-28",
    "source": "The Post",
}


def test_all_is_sorted_and_every_name_can_be_imported() -> None:
    assert rag.__all__ == sorted(rag.__all__, key=lambda name: (name.lower() == name, name))
    for name in rag.__all__:
        assert getattr(rag, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = rag.Nothing


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_a_docstring(name: str) -> None:
    found = getattr(rag, name)
    assert inspect.isclass(found)
    doc = found.__doc__ or ""
    assert doc and not doc.startswith(f"{name}("), "a dataclass without one gets its signature"


@pytest.mark.parametrize("name", NAMES)
def test_every_public_method_has_a_docstring(name: str) -> None:
    own = vars(getattr(rag, name)).items()
    methods = [
        (attribute, value)
        for attribute, value in own
        if not attribute.startswith("_") and (inspect.isfunction(value) or isinstance(value, classmethod))
    ]
    assert [attribute for attribute, value in methods if not value.__doc__] == []


def test_all_errors_are_public() -> None:
    found = {n for n, v in vars(errors).items() if inspect.isclass(v) and issubclass(v, errors.RagError)}
    assert found <= set(rag.__all__)


def test_all_that_a_method_of_news_returns_is_public() -> None:
    values = {n for n, v in vars(types).items() if inspect.isclass(v) and v.__module__.startswith("rag.types")}
    returned = " ".join(
        str(inspect.signature(m).return_annotation) for _, m in inspect.getmembers(News, inspect.isfunction)
    )
    assert set(re.findall(r"\w+", returned)) & values <= set(rag.__all__)


@pytest.mark.parametrize(
    "path", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]
)
def test_documents_import_only_what_is_public(path: str) -> None:
    for line in re.findall(r"^\s*(?:>>> )?from rag import (.+)$", (ROOT / path).read_text("utf-8"), re.M):
        assert set(re.findall(r"\w+", line.split("#")[0])) <= set(rag.__all__), line


@pytest.fixture
def in_a_folder_with_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    embedder = FakeEmbedder()

    def open_(path: str, **settings: object) -> News:
        return Opened.open(path, embedder=embedder, llm="none", reranker="none", **settings)  # type: ignore[arg-type]

    class OverFakes(News):
        open = staticmethod(open_)  # type: ignore[assignment]

    monkeypatch.setattr(news, "News", OverFakes)
    yield


@pytest.mark.parametrize("example", ["rag", "rag.news.News"])
def test_the_examples_run_as_they_are_printed(example: str, in_a_folder_with_articles: None) -> None:
    found = rag if example == "rag" else Opened
    test = doctest.DocTestParser().get_doctest(found.__doc__ or "", {"News": news.News}, example, None, 0)
    assert test.examples
    told: list[str] = []
    assert doctest.DocTestRunner().run(test, out=told.append).failed == 0, "".join(told)


def test_one_version_number_and_types_for_those_who_import_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"] and "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "rag.__version__"}
    assert "py.typed" in project["tool"]["setuptools"]["package-data"]["*"]
    assert (ROOT / "rag/py.typed").exists()
