"""A reply that points at a quote ("[2] 14 May", and a sentence on the next line) -> what may be told of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.terms import tokens
from rag.types import Evidence
from rag.verify import Verdict, clean, verify

GRAMMAR = r"""root ::= "[" [1-9] [0-9]? "] " [^\n]+ ("\n" [^\n]+)?"""
"""Lets a model write only such replies (GBNF of llama.cpp)."""

_REPLY = re.compile(r"\s*\[(\d{1,2})\] *([^\n]+)(?:\n+([^\n]+))?")


@dataclass(frozen=True, slots=True)
class Pointed:
    """A reply in its parts: the quote that it points at, None where there is none of that number; the short answer; and
    the sentence that says it, "" where none was written."""

    quote: Evidence | None
    short: str
    sentence: str


def parse(reply: str, evidence: Sequence[Evidence]) -> Pointed | None:
    """The parts of a reply; None where it declines or is of another form."""
    match = _REPLY.match(reply)
    if match is None:
        return None
    n = int(match[1])
    short = clean(match[2]).rstrip(".")
    return (
        Pointed(evidence[n - 1] if 1 <= n <= len(evidence) else None, short, clean(match[3] or "")) if short else None
    )


def pointed(question: str, reply: str, evidence: Sequence[Evidence]) -> Verdict:
    """The sentence of a reply, or where the quotes do not carry that its short answer, with the quote that does.

    The quote that the model points at is tried first, then all.
    """
    said = parse(reply, evidence)
    if said is None:
        return Verdict((), None, "the model found no answer in the quotes")
    first = [said.quote] if said.quote else []
    reason = None
    for text in dict.fromkeys((said.sentence, said.short)):
        if not set(tokens(said.short)) <= set(tokens(text)):
            continue  # the sentence says something else
        for quotes in (first, evidence):
            verdict = verify(question, text, quotes) if quotes else Verdict((), None)
            if verdict.claims:
                return replace(verdict, claims=verdict.claims[:1], short=said.short)
            reason = reason or verdict.reason
    return Verdict((), None, reason or "no quote holds what the draft says")
