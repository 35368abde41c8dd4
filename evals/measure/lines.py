"""A line of ``results.jsonl`` and the questions that every measure asks of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..records import holds

Line = Mapping[str, Any]
"""A line of ``results.jsonl``: see ``evals.runs.run.Asker.line``."""

Score = tuple[float, float] | None
"""(numerator, denominator), or None where a metric does not apply to a question."""

MARK = re.compile(r"\s*\[(\d+)\]")
"""A citation in an answer's text."""


def plain(answer: str) -> str:
    """An answer's text without its citation marks."""
    return MARK.sub("", answer)


def removed(line: Line) -> bool:
    """Whether the question was asked with its evidence removed."""
    return line.get("variant") == "evidence removed"


def absent(line: Line) -> bool:
    """Whether no article that may be searched holds the answer."""
    return removed(line) or line["answerable"] is False


def asked(line: Line) -> bool:
    """Whether an answer was asked for (not in a run of the search alone)."""
    return line["answer"] is not None


def answerable(line: Line) -> bool:
    return bool(line["answerable"]) and not removed(line) and bool(line["answers"] or line.get("parts"))


def groups(line: Line) -> Sequence[Sequence[str]]:
    """The parts of an accepted answer, each with its alternatives; mostly one part."""
    found: Sequence[Sequence[str]] = line.get("parts") or [line["answers"]]
    return found


def right(line: Line) -> bool:
    """Whether the answer's text holds an accepted answer; of an answer of several parts, one of each group."""
    if line["refused"] or not line["answer"]:
        return False
    text = plain(line["answer"])
    return all(holds(group, text) for group in groups(line))
