"""Evaluation: ``from evals import run; run("evals/sets/corpus.jsonl", limit=20)``, or the command ``rag eval``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .adapters import load_set
    from .records import EvalSet, Question
    from .runs.comparison import compare
    from .runs.run import run

__all__ = ["EvalSet", "Question", "compare", "load_set", "run"]

_WHERE = {
    "EvalSet": ".records",
    "Question": ".records",
    "compare": ".runs.comparison",
    "load_set": ".adapters",
    "run": ".runs.run",
}


def __getattr__(name: str) -> Any:
    """Imports on first use: ``rag --help`` needs none of it."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name], __name__), name)
