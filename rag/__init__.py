"""Question answering over a pile of news: ``from rag import News``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag import types

if TYPE_CHECKING:
    from rag.errors import RagError
    from rag.news import News
    from rag.settings import Settings

__all__ = ["News", "RagError", "Settings", "__version__", "types"]
__version__ = "0.1.0"

_WHERE = {"News": "rag.news", "RagError": "rag.errors", "Settings": "rag.settings"}


def __getattr__(name: str) -> Any:
    """Imports on first use: ``rag --help`` needs none of it."""
    if name not in _WHERE:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
