"""Question answering over a library of news.

>>> from rag import News
>>> with News.open("news.index") as news:
...     report = news.add("articles.jsonl")
...     answer = news.ask("When was the bridge closed?")
>>> answer.citations[0].quote
'The bridge at Fenwray was closed on Friday.'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag import types

if TYPE_CHECKING:
    from rag.errors import (
        IndexDamaged,
        IndexLocked,
        IndexMismatch,
        LlmError,
        LlmTimeout,
        ModelError,
        RagError,
        ReadError,
        StoreError,
        Unreachable,
        UsageError,
    )
    from rag.news import News
    from rag.protocols import Embedder, EntailmentModel, Llm, Reranker, Store
    from rag.settings import Settings
    from rag.types import (
        Answer,
        Article,
        Brief,
        BriefCorrection,
        BriefMark,
        BriefStory,
        BriefWithdrawal,
        Change,
        CheckResult,
        Choice,
        Chunk,
        Citation,
        Copy,
        Delta,
        Embargoed,
        Evidence,
        FeedState,
        Filters,
        FollowedQuestion,
        Found,
        Hit,
        KeptAnswer,
        NameTopic,
        OutletComparison,
        OutletSaying,
        Report,
        ReportItem,
        Step,
        Timeline,
        TimelineRow,
        Understood,
        ValueGroup,
        Version,
        Withdrawn,
    )

__version__ = "0.2.0"
__all__ = [
    "Answer",
    "Article",
    "Brief",
    "BriefCorrection",
    "BriefMark",
    "BriefStory",
    "BriefWithdrawal",
    "Change",
    "CheckResult",
    "Choice",
    "Chunk",
    "Citation",
    "Copy",
    "Delta",
    "Embargoed",
    "Embedder",
    "EntailmentModel",
    "Evidence",
    "FeedState",
    "Filters",
    "FollowedQuestion",
    "Found",
    "Hit",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "KeptAnswer",
    "Llm",
    "LlmError",
    "LlmTimeout",
    "ModelError",
    "NameTopic",
    "News",
    "OutletComparison",
    "OutletSaying",
    "RagError",
    "ReadError",
    "Report",
    "ReportItem",
    "Reranker",
    "Settings",
    "Step",
    "Store",
    "StoreError",
    "Timeline",
    "TimelineRow",
    "Understood",
    "Unreachable",
    "UsageError",
    "ValueGroup",
    "Version",
    "Withdrawn",
    "__version__",
    "types",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Imports on first use: ``rag --help`` needs none of it."""
    if name in __all__:
        from importlib import import_module

        for home in ("rag.types", "rag.errors", "rag.protocols", "rag.settings", "rag.news"):  # the lightest first
            module = import_module(home)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
