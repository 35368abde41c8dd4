"""Requests of several sentences: what must be in an answer, what must not, and whether each line is cited."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag import News
    from rag.types import Answer


KINDS_OF_ONE_SENTENCE = ("fact", "yes-no", "count", "reason", "who-says", "check")
MIN_SAME = 30
"""Characters of a quote by which its line is known."""


@dataclass(frozen=True, slots=True)
class RequestScore:
    """How one request was answered; ``faults`` is empty where all is right."""

    request: str
    kind: str
    held: bool
    faults: tuple[str, ...]


def request_scores(news: News, path: Path, every: int = 1) -> list[RequestScore]:
    """The score of each line of a set, or of every third, say: {"request", "kind", "held", "must", "must_not"}.

    ``must`` are strings, or lists of strings of which one is enough.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][::every]
    return [RequestScore(r["request"], r["kind"], r["held"], faults_of(r, news.ask(r["request"]))) for r in rows]


def faults_of(row: dict[str, Any], answer: Answer) -> tuple[str, ...]:
    """What is wrong with an answer."""
    text = answer.text.lower()
    faults = [f"form {answer.form}"] if answer.form != row["kind"] else []
    musts = [[must] if isinstance(must, str) else must for must in row["must"]]
    faults += [f"missing: {' | '.join(must)}" for must in musts if not any(one.lower() in text for one in must)]
    faults += [f"there: {no}" for no in row["must_not"] if no.lower() in text]
    lines = [line for line in answer.text.splitlines() if line.startswith("- ")]
    shown = [quote.quote for quote in answer.quotes]  # of a refusal: numbered beside their lines
    faults += [
        f"not cited: {line[:60]}"
        for line in lines
        if not re.search(r"\[\d+\][.!?]?$", line.strip()) and not any(_same(quote, line) for quote in shown)
    ]
    if row["kind"] in KINDS_OF_ONE_SENTENCE and not (answer.citations or answer.quotes):
        faults.append("no citation")
    quotes = [citation.quote for citation in answer.citations]
    faults += ["said twice"] if len(set(quotes)) < len(quotes) else []
    return tuple(faults)


def _same(quote: str, line: str) -> bool:
    """Whether a line holds a quote, or how it begins: it may be shortened inside."""
    return " ".join(quote.split())[:MIN_SAME] in " ".join(line.split())
