"""What ``rag doctor`` looks at: settings, disk, models, the index, and one answer the whole way; and what to do."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from rag.errors import RagError
from rag.models import factory
from rag.news import News
from rag.settings import Settings, unknown_variables, visible_index
from rag.types import Article, Chunk, Progress

State = Literal["ok", "warning", "error"]

LOW_DISK = 2_000_000_000  # free bytes below which doctor warns
FULL_DISK = 200_000_000  # free bytes below which nothing large can be stored

FERRY = Article(
    id="doctor",
    title="Ferry to Kelda Harbour sails again",
    body="The ferry to Kelda Harbour sails again from 14 May, the port said. A new engine was fitted over the winter.",
    published=date(2024, 5, 2),
    source="Doctor",
)
SAMPLE_PASSAGE = Chunk("doctor:0", FERRY.id, 0, len(FERRY.body), FERRY.body, f"{FERRY.title}. {FERRY.body}")
QUESTION, EXPECTED = "When does the ferry to Kelda Harbour sail again?", "14 May"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, its state, details in words; ``todo`` is what to do if the state is not ok."""

    what: str
    state: State
    told: str
    todo: str | None = None


def examine(settings: Settings, progress: Progress | None = None) -> Iterator[Finding]:
    """Checks one thing after another. Neither makes nor changes an index, and never raises ``RagError``."""
    chosen = f"language model {settings.llm}, embedder {settings.embedder}, reranker {settings.reranker}"
    yield Finding("settings", "ok", chosen)
    for line in unknown_variables():
        yield Finding("settings", "warning", line)
    if settings.database is None:
        yield _disk("disk of the index", settings.index)
    yield _disk("disk of the models", settings.cache)
    embedder = _embedder(settings, progress)
    yield embedder
    model = _language_model(settings, progress)
    yield model
    reranker = _reranker(settings)
    yield reranker
    if settings.nli != "none":
        yield _inference_model(settings)
    yield _index(settings, progress)
    if all(finding.state == "ok" for finding in (embedder, model, reranker)):
        yield _answer(settings, progress)


def _disk(what: str, folder: Path) -> Finding:
    """Free space and permission, at the nearest folder above that exists."""
    there = folder.expanduser().absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(what, "error", f"{folder}: {error.strerror}", "check that the disk is mounted")
    space = f"{folder}, {free / 1e9:,.1f} GB free"
    if not os.access(there, os.W_OK):
        return Finding(what, "error", f"{space}, not writable", f"give yourself permission to write to {there}")
    if free < LOW_DISK:
        return Finding(
            what, "error" if free < FULL_DISK else "warning", space, "free some space, or choose another folder"
        )
    return Finding(what, "ok", space)


def _embedder(settings: Settings, progress: Progress | None) -> Finding:
    begun = time.monotonic()
    try:
        embedder = factory.open_embedder(settings, progress)
        embedder.embed(["The ferry sails again."])
    except RagError as error:
        return Finding("embedder", "error", str(error), "choose another with RAG_EMBEDDER, or run: rag models --fetch")
    return Finding("embedder", "ok", f"{embedder.name}, ready in {time.monotonic() - begun:.1f} s")


def _language_model(settings: Settings, progress: Progress | None) -> Finding:
    """The embedded one is not downloaded here, and only the test answer runs it; any other is asked for a word."""
    what = "language model"
    if settings.llm == "none":
        return Finding(what, "ok", "none; answers are quotes")
    if settings.llm == "embedded":
        from rag.models.catalogue import catalogue

        found = next(m for m in catalogue(settings.cache, settings.engine) if m.kind == what)
        if not found.ready:
            return Finding(what, "warning", "the embedded one is not downloaded yet", "run: rag models --fetch")
        return Finding(what, "ok", ", ".join(filter(None, (found.name, found.where, found.engine))))
    begun = time.monotonic()
    try:
        model = factory.open_model(settings, progress)
        assert model is not None
        with closing(model):
            asked = [{"role": "user", "content": "Reply with one word: ready"}]
            reply = "".join(model.stream(asked, max_tokens=settings.max_tokens, deadline=settings.deadline))
    except RagError as error:
        return Finding(what, "error", str(error), "check RAG_LLM, RAG_API_BASE and RAG_API_KEY")
    reply = " ".join(reply.split())[:40]
    return Finding(what, "ok", f"{settings.llm} says “{reply}” in {time.monotonic() - begun:.1f} s")


def _reranker(settings: Settings) -> Finding:
    begun = time.monotonic()
    try:
        reranker = factory.open_reranker(settings.reranker)
        if reranker is None:
            return Finding("reranker", "ok", "none; passages keep the order of the search")
        reranker.read(QUESTION, [SAMPLE_PASSAGE])
    except RagError as error:
        return Finding("reranker", "error", str(error), "set RAG_RERANKER to embedded or none")
    return Finding("reranker", "ok", f"{reranker.name}, ready in {time.monotonic() - begun:.1f} s")


def _inference_model(settings: Settings) -> Finding:
    begun = time.monotonic()
    try:
        model = factory.open_nli(settings.nli)
        assert model is not None
        model.carried([(FERRY.body, FERRY.title)])
    except RagError as error:
        return Finding("inference model", "error", str(error), "set RAG_NLI to none")
    return Finding("inference model", "ok", f"{model.name}, ready in {time.monotonic() - begun:.1f} s")


def _index(settings: Settings, progress: Progress | None) -> Finding:
    if settings.database is None and not settings.index.is_dir():
        other = visible_index(settings.index)
        hint = f"; there is one at {other}: --index {other}" if other else ""
        return Finding("index", "warning", f"none at {settings.index}{hint}", "add articles with: rag add FOLDER")
    try:
        with News.open(settings=settings.model_copy(update={"llm": "none"}), create=False, progress=progress) as news:
            result = news.check(progress=progress)
            writing = "; articles are being added" if news.being_written() else ""
    except RagError as error:
        return Finding("index", "error", str(error))
    size = f"{settings.index_name}: {result.articles:,} articles, {result.chunks:,} passages{writing}"
    if result.ok:
        return Finding("index", "ok", size)
    first = result.problems[0] + (f" and {len(result.problems) - 1} more" if len(result.problems) > 1 else "")
    return Finding("index", "error", f"{size}; {first}", "run: rag check --repair")


def _answer(settings: Settings, progress: Progress | None) -> Finding:
    """One question over a temporary index of one article."""
    begun = time.monotonic()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            News.open(Path(folder) / "index", settings=settings, progress=progress) as news,
        ):
            news.put([FERRY])
            answer = news.ask(QUESTION, asked=FERRY.published)
    except (RagError, OSError) as error:
        return Finding("test answer", "error", str(error))
    took = f"“{answer.text}” in {time.monotonic() - begun:.1f} s"
    if answer.note and not answer.refused:
        return Finding("test answer", "error", answer.note, "check the model with RAG_LLM and RAG_API_BASE")
    if EXPECTED not in answer.text:
        return Finding("test answer", "warning", took, "the model may be too small; choose another with RAG_LLM")
    return Finding("test answer", "ok", took)
