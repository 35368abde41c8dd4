"""A question on its way through the stages, and what they make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.protocols import Usage
from rag.qa.answer.refusal import Refusal
from rag.qa.attribution.claims import Verdict
from rag.qa.question.request import Request
from rag.types import Article, Evidence, Filters, Hit, Understood, day

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

    def reported_then(self, article: Article) -> bool:
        """Whether an article is of the days of reporting that the question names; all are where it names none."""
        since, published = self.understood.since, day(article.published)
        if since is None or not self.understood.publication:
            return True
        return published is not None and since <= published <= (self.understood.until or self.asked)


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
