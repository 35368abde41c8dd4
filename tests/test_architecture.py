"""The walls of DESIGN.md: every room imports only what its row of the table allows."""
# ruff: noqa: E501

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.paths import ROOT

FILES = sorted([*(ROOT / "rag").rglob("*.py"), ROOT / "app.py"])

FREE = {"types", "errors", "text.timex.names"}
"""Anyone may import these, and they import nothing of ours."""

LEAVES = {
    "text.timex.stamps",
    "text.tokens",
    "text.sentences",
    "text.shingles",
    "text.quantities",
    "text.timex.days_named",
    "models.threads",
    "qa.retrieval.calibration",
    "qa.answer.injection",
    "telemetry",
    "text.sanitize",
    "arguments",
    "qa.question.request",
}
"""What several rooms share; they import only the free ones and their own parts."""

PARTS = {
    "ingest.segment.segmenter": {
        "ingest.segment.segmenter",
        "ingest.segment.lines",
        "ingest.segment.boilerplate",
        "ingest.segment.bylines",
        "ingest.segment.cohesion",
        "ingest.segment.draft_article",
        "ingest.segment.headlines",
    },
    "ingest.identity": {"ingest.identity", "ingest.near_duplicates"},
    "text.quantities": {"text.quantities", "text.units"},
    "qa.answer.injection": {"qa.answer.injection", "text.sanitize"},
    "qa.attribution.claims": {
        "qa.attribution.claims",
        "qa.attribution.roles",
        "qa.conflicts.values",
        "qa.attribution.clauses",
        "qa.attribution.dates",
        "qa.attribution.factuality",
        "qa.conflicts.later_reports",
        "qa.answer.overview",
        "qa.attribution.objections.other_referent",
        "qa.attribution.objections.endings",
        "qa.attribution.objections.in_kind",
        "qa.attribution.objections.against",
        "qa.attribution.objections.former_values",
        "qa.conflicts.same_matter",
        "qa.attribution.synonyms",
        "qa.attribution.short_answer",
    },
    "qa.question.understand": {
        "qa.question.understand",
        "qa.question.followup",
        "qa.question.coreference",
        "qa.question.period",
        "text.timex.expressions",
        "text.timex.calendar",
        "text.timex.tense",
        "qa.question.outlets",
    },
    "index.store": {
        "index.store",
        "index.schema",
        "index.vectors",
        "index.lock",
        "index.lookup",
        "index.check",
        "index.hnsw",
        "index.opening",
        "index.recovery",
    },
    "models.embedding.embedder": {
        "models.embedding.embedder",
        "models.embedding.export",
        "models.embedding.int8",
        "models.embedding.fidelity",
        "models.embedding.onnx",
    },
    "qa.retrieval.retriever": {"qa.retrieval.retriever", "qa.retrieval.reranking"},
    "reranker": {"models.rerank.reader", "models.rerank.cross_encoder"},
    "models.llm.chat_model": {
        "models.llm.chat_model",
        "models.llm.embedded",
        "models.llm.errors",
        "models.llm.http",
        "models.llm.stream",
    },
    "cli.commands": {"cli.commands", "cli.output", "cli.diff"},
    "chat": {
        "chat",
        "chat.views.controls",
        "chat.endpoints",
        "chat.export",
        "chat.feedback",
        "chat.saved_chats",
        "chat.assets",
        "chat.views.library",
        "chat.library_page",
        "chat.views.answer",
        "chat.views.sources",
        "chat.turn",
        "chat.uploads",
        "chat.views.escape",
        "app",
    },
    "ingest.formats.files": {
        "ingest.formats.files",
        "ingest.encoding",
        "ingest.formats.archive",
        "ingest.formats.table",
        "ingest.html.page",
        "ingest.html.blocks",
        "ingest.html.body",
        "ingest.html.css",
        "ingest.html.metadata",
        "ingest.html.hidden",
        "ingest.html.authors",
        "ingest.html.split",
        "ingest.formats.markdown",
        "ingest.formats.records",
        "ingest.formats.text",
        "ingest.web.guard",
        "ingest.web.http",
        "ingest.formats.feed",
        "ingest.web.fetcher",
        "ingest.html.fragment",
        "ingest.web.robots",
        "ingest.formats.addresses",
    },
}
"""Rooms of several files, which may import each other (without a cycle) and nothing of other rooms."""

OPENINGS = {
    "rag": {"news", "settings"},  # only for type checkers; the rest by name, on first use
    "__main__": {"cli.commands"},
    "cli.commands": {"news", "settings", "ops.rebuild", "models.llm.download", "models.embedding.embedder", "app", "ops.watch", "ops.doctor"},
    "app": {"rag", "news", "settings"},
    "chat.library_page": {"ingest.formats.files"},  # which kinds of files may be dropped
    "ops.watch": {"news", "ingest.formats.files"},
    "ops.doctor": {"news", "settings", "models.embedding.embedder", "models.llm.download"},
    "cli.output": {"ops.doctor", "ingest.formats.files"},  # the first only for type checkers; the kinds that are read
    "news": {
        "qa.answer.drafting", "ingest.chunker", "qa.answer.prompts", "settings", "ingest.pipeline", "qa.retrieval.sentence_scoring", "qa.retrieval.retriever", "qa.retrieval.reranking", "index.schema", "index.store", "index.opening",
        "index.lock", "qa.question.understand", "qa.attribution.claims", "qa.answer.choices", "models.embedding.embedder", "ingest.formats.files", "models.rerank.reader", "models.rerank.cross_encoder", "models.llm.chat_model", "models.llm.download",
        "qa.attribution.entailment", "ingest.identity", "qa.conflicts.later_reports", "qa.answer.overview", "qa.answer.refusal", "qa.question.spelling",
    },
    "qa.answer.drafting": {"qa.answer.prompts", "settings", "models.llm.chat_model", "qa.attribution.claims", "qa.conflicts.values", "qa.answer.confidence", "qa.conflicts.later_reports", "qa.attribution.objections.endings", "qa.attribution.objections.former_values"},
    "qa.answer.refusal": {"qa.answer.prompts", "qa.answer.overview", "qa.attribution.claims"},
    "qa.answer.confidence": {"qa.attribution.claims"},
    "qa.attribution.entailment": {"qa.attribution.claims", "models.rerank.cross_encoder"},
    "qa.answer.prompts": {"qa.answer.in_context"},
    "qa.retrieval.reranking": {"qa.retrieval.sentence_scoring"},  # the meaning and the words of a sentence count in both
    "qa.answer.choices": {"qa.answer.prompts"},
    "ingest.pipeline": {"ingest.formats.files", "ingest.web.fetcher", "ingest.formats.addresses", "ingest.segment.segmenter", "ingest.identity", "ingest.near_duplicates", "ingest.chunker", "index.schema", "index.store", "settings"},
    "ops.rebuild": {"settings", "news", "index.opening", "index.recovery", "index.lock", "ingest.identity"},
    "models.llm.download": {"models.embedding.embedder"},
}  # fmt: skip
"""What a room may import besides. Only ``intake`` and ``news`` know the order of the stages."""

STANDARD = frozenset(
    (
        "__future__ argparse ast asyncio atexit base64 bisect calendar codecs collections concurrent contextlib "
        "copy csv dataclasses datetime difflib email enum errno filecmp functools gzip hashlib heapq html http "
        "importlib inspect io ipaddress itertools json logging math numbers operator os pathlib platform queue "
        "random re secrets shlex shutil signal socket sqlite3 string struct subprocess sys tempfile textwrap "
        "threading time traceback types typing unicodedata urllib uuid warnings weakref xml zipfile zlib zoneinfo"
    ).split()
)

PACKAGES = {
    "settings": {"pydantic", "pydantic_settings", "platformdirs"},
    "types": {"numpy"},
    "text.sentences": {"sentencex"},
    "models.threads": {"onnxruntime"},
    "text.tokens": {"Stemmer"},
    "text.timex.stamps": {"dateparser"},
    "qa.question.understand": {"dateparser"},
    "ingest.identity": {"rensa"},
    "ingest.formats.files": {
        "trafilatura", "htmldate", "feedparser", "httpx", "protego", "lxml", "yaml", "markdown_it",
        "charset_normalizer",
    },
    "index.store": {"chromadb", "filelock", "numpy", "pickle"},  # of Chroma's ids; nothing in it is called
    "models.embedding.embedder": {
        "numpy", "torch", "transformers", "sentence_transformers", "onnx", "onnxruntime", "tokenizers",
        "huggingface_hub", "filelock",
    },
    "reranker": {"numpy", "onnxruntime", "tokenizers", "torch", "sentence_transformers", "huggingface_hub"},
    "models.llm.chat_model": {"litellm", "xllamacpp", "httpx"},
    "models.llm.download": {"huggingface_hub", "filelock"},
    "cli.commands": {"typer", "rich", "evals"},  # evals.cli, whose commands the command line takes in
    "chat": {"gradio", "starlette", "filelock"},
}  # fmt: skip
"""What comes from package registries, by room; no other room imports any."""

HEAVY = {
    "torch", "transformers", "sentence_transformers", "chromadb", "litellm", "gradio", "xllamacpp", "trafilatura",
    "onnx", "onnxruntime", "tokenizers", "huggingface_hub", "lxml", "htmldate", "sentencex", "httpx", "rich",
    "markdown_it", "filelock", "feedparser", "protego", "rensa",
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
    """'news' for rag/news.py, 'read.html' for rag/ingest/html/page.py, 'rag' for rag/__init__.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "rag" else parts
    return ".".join(p for p in parts if p != "__init__") or "rag"


NAMES = {module(path) for path in FILES}


def imports(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lazy = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        found: list[str] = []
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide which room they reach into"
            base = node.module or ""
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                is_module = base.split(".")[0] == "rag" and inner.removeprefix("rag.") in NAMES
                found.append(inner if is_module else base)
        for name in dict.fromkeys(found):
            yield Import(str(path.relative_to(ROOT)), node.lineno, name, id(node) not in lazy)  # type: ignore[attr-defined]


def ours(name: str) -> str | None:
    """The module of ours that a dotted name means."""
    if name == "rag" or name.startswith("rag."):
        return name.removeprefix("rag.")
    return name if name == "app" else None


def room(name: str) -> str:
    return next((r for r, parts in PARTS.items() if name in parts), name)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_room_reaches_only_where_it_may(path: Path) -> None:
    here = module(path)
    allowed = set(FREE) if here not in FREE else set()
    if here not in FREE:
        allowed |= PARTS.get(room(here), set())
    if here not in FREE | LEAVES | PARTS["text.quantities"] | PARTS["qa.answer.injection"]:
        allowed |= LEAVES | OPENINGS.get(here, set())
    wrong = [i for i in imports(path) if (name := ours(i.name)) and name not in allowed]
    assert not wrong, "; ".join(map(str, wrong))


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_room_uses_only_its_own_packages(path: Path) -> None:
    allowed = STANDARD | PACKAGES.get(room(module(path)), set())
    wrong = [i for i in imports(path) if not ours(i.name) and i.name.split(".")[0] not in allowed]
    assert not wrong, "; ".join(map(str, wrong))


@pytest.mark.parametrize("path", [p for p in FILES if p.name != "app.py"], ids=module)
def test_heavy_packages_are_imported_where_they_are_used(path: Path) -> None:
    wrong = [i for i in imports(path) if i.top and i.name.split(".")[0] in HEAVY]
    assert not wrong, "; ".join(map(str, wrong))


def test_imports_have_no_cycle() -> None:
    edges = {
        module(path): {name for i in imports(path) if (name := ours(i.name)) and name != module(path)}
        for path in FILES
        if module(path) != "rag"  # imports everything by name, and only on first use
    }

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way[way.index(name) :], name))
        for other in edges.get(name, ()):
            walk(other, (*way, name))

    for name in edges:
        walk(name, ())


EVALS = sorted((ROOT / "evals").rglob("*.py"))

EVALS_REACH = {
    "evals/training.py": {  # it makes a part of the program
        "rag.index.schema", "rag.ingest.chunker", "rag.models.embedding.embedder", "rag.models.embedding.int8", "rag.ingest.formats.records", "rag.models.rerank.reader",
    },
    "evals/extraction.py": {"rag.ingest.html.page", "rag.ingest.segment.segmenter"},  # it measures reading alone
    "evals/judge.py": {"rag.news", "rag.models.llm.chat_model"},  # to open a model as the program does; its type
    "evals/cli.py": {"rag.cli.output"},  # for the bar; in a function, so there is no cycle
    "evals/bench_embed.py": {"rag.settings", "rag.models.embedding.embedder", "rag.ingest.chunker"},
}  # fmt: skip
"""What an evaluation uses of the program besides its public API: ``rag``, ``rag.types`` and ``rag.errors``."""

EVALS_PACKAGES = {
    "evals/extraction.py": {"trafilatura"},  # measured beside ours
    "evals/metrics.py": {"ir_measures"},
    "evals/citations.py": {"sentencex"},
    "evals/statistics.py": {"numpy"},
    "evals/cli.py": {"typer"},
    "evals/folder.py": {"filelock"},
    "evals/training.py": {"torch", "tokenizers", "onnx"},
    "evals/learning.py": {"torch", "transformers"},
    "evals/bench_embed.py": {"sentence_transformers", "numpy"},
}


@pytest.mark.parametrize("path", EVALS, ids=lambda p: str(p.relative_to(ROOT)))
def test_evaluation_uses_the_public_api_and_loads_nothing_heavy(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    ours = {"rag", "rag.types", "rag.errors"} | EVALS_REACH.get(name, set())
    packages = STANDARD | {"resource", "shlex", "html", "evals"} | EVALS_PACKAGES.get(name, set())
    for found in imports(path):
        top = found.name.split(".", maxsplit=1)[0]
        assert found.name in ours if top in ("rag", "app") else top in packages | {"statistics"}, str(found)
        assert not (found.top and top in {*HEAVY, "numpy", "ir_measures"}), f"{found} when it is loaded"


def test_the_table_names_only_rooms_that_exist() -> None:
    named = FREE | LEAVES | set(OPENINGS) | set().union(*PARTS.values(), *OPENINGS.values())
    assert named <= NAMES, f"not there any more: {sorted(named - NAMES)}"
