"""Evaluation: ``from evals import run; run("evals/sets/corpus.jsonl", limit=20)``, or the command ``rag eval``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evals.adapters import load_set
    from evals.comparison import compare
    from evals.records import EvalSet, Question
    from evals.runs import run

__all__ = ["EvalSet", "Question", "compare", "load_set", "run"]

_WHERE = {
    "EvalSet": "evals.records",
    "Question": "evals.records",
    "compare": "evals.comparison",
    "load_set": "evals.adapters",
    "run": "evals.runs",
}


def __getattr__(name: str) -> Any:
    """Imports on first use: ``rag --help`` needs none of it."""
    if name not in _WHERE:
        raise AttributeError(f"module 'evals' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
