"""The models that the settings name. Nothing is loaded before it is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.models.threads import usable_cores
from rag.protocols import Embedder, EntailmentModel, Llm, Reranker
from rag.types import Progress

if TYPE_CHECKING:
    from rag.settings import Settings


def open_embedder(settings: Settings, progress: Progress | None = None) -> Embedder:
    """The embedder of the settings, exported into their cache if need be. Raises ``ModelError``."""
    from rag.models.embedding.embedder import open_embedder

    return open_embedder(settings.embedder, settings.cache, progress, settings.embed_precision)


def open_model(settings: Settings, progress: Progress | None = None) -> Llm | None:
    """The language model of the settings; None for ``none`` or nothing. Raises ``ModelError``."""
    if settings.llm.strip().lower() in ("none", ""):
        return None
    from rag.models.llm.chat_model import open_llm
    from rag.models.llm.embedded import Server

    key = settings.api_key

    def model_file() -> Path:
        from rag.models.llm.download import language_model_file

        return language_model_file(settings.llm.removeprefix("embedded/"), settings.cache, progress)

    def open_server(file: Path, threads: int, stopped: Callable[[], bool]) -> Server:
        from rag.models.llm.engines import open_engine

        return open_engine(file, threads, stopped, cache=settings.cache, choice=settings.engine, progress=progress)

    return open_llm(
        settings.llm,
        model_file=model_file,
        open_server=open_server,
        threads=settings.threads,
        reproducible=settings.reproducible,
        keep_alive=settings.keep_alive,
        api_base=settings.api_base,
        api_key=key.get_secret_value() if key else None,
    )


def prepare_embedded(settings: Settings, progress: Progress | None = None) -> None:
    """Fetch the embedded language model and make it ready for the engine that the settings name, or for the fastest.

    Raises ``ModelError``.
    """
    from rag.models.llm.download import language_model_file
    from rag.models.llm.engines import prepare

    file = language_model_file("embedded", settings.cache, progress)
    prepare(file, settings.threads or usable_cores(), settings.cache, settings.engine, progress)


def open_reranker(name: str) -> Reranker | None:
    """The reranker that a setting names; None for ``none``."""
    if name == "none":
        return None
    if name == "embedded":
        from rag.models.rerank.reader import Reader

        return Reader()
    from rag.models.rerank.cross_encoder import CrossEncoderReader

    return CrossEncoderReader(name)


def open_nli(name: str) -> EntailmentModel | None:
    """The inference model that a setting names; None for ``none``."""
    if name == "none":
        return None
    from rag.models.rerank.cross_encoder import Entailment

    return Entailment(name)
