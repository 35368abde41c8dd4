"""A question on its way through the stages, and what they make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.protocols import Usage
from rag.qa.answer.refusal import Refusal
from rag.qa.attribution.claims import Verdict
from rag.qa.question.request import Request
from rag.types import Evidence, Filters, Hit, Understood

NO_VERDICT = Verdict((), None)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked and as it was understood. Every stage is given it, none changes it."""

    text: str
    understood: Understood
    request: Request
    filters: Filters
    asked: date  # the day that its 'last week' counts from
    choices: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The question made to stand alone: what is searched for and asked."""
        return self.understood.question


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the stages make of a question, before it is put into words."""

    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict = NO_VERDICT
    note: str | None = None  # how it came about, where that is not as usual
    usage: Usage | None = None
    odds: tuple[float, ...] = ()  # of the choices
    refused: Refusal | None = None
    form: str = ""  # how it is put, where that is not the kind of the request
