"""The models that are here, or that the defaults would fetch: for ``rag models`` and ``rag doctor``."""

from __future__ import annotations

from pathlib import Path

from rag.models.embedding.embedder import known_embedders
from rag.models.llm.download import QWEN
from rag.models.llm.engines import about_engine
from rag.models.llm.int8.conversion import conversion_folder
from rag.models.opening import KnownModel
from rag.types import EngineChoice


def catalogue(cache: Path, engine: EngineChoice = "auto") -> list[KnownModel]:
    """The default models, and every other embedder that was exported and model file that was put into ``cache``."""
    target = cache / "models" / QWEN.file
    ready = target.is_file() and target.stat().st_size == QWEN.size  # the bytes are checked when it is opened
    where = str(target) if ready else "not fetched"
    prepared = sum(part.stat().st_size for part in conversion_folder(target, cache).glob("*"))
    told = about_engine(cache, engine)
    others = (p for p in sorted((cache / "models").glob("*.gguf")) if p != target)
    return [
        *known_embedders(cache),
        KnownModel("embedded", "language model", QWEN.licence, QWEN.size + prepared, where, ready, told),
        *(KnownModel(p.name, "language model", "the model's own", p.stat().st_size, str(p), True) for p in others),
    ]
