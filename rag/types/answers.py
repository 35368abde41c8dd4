"""A question as it was taken, and what comes of it: steps, evidence, the draft, the checked answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from rag.types.articles import Article, Citation, Evidence, Hit, day, iso_day


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question says, before anything is searched."""

    question: str  # stands alone: what is searched for and asked
    since: date | None = None  # the days that its own words speak of, both included; None where open or not named
    until: date | None = None
    sources: tuple[str, ...] = ()  # outlets, as they are known, that it names as where to look
    sections: tuple[str, ...] = ()
    latest: bool = False  # asks for the newest state
    publication: bool = False  # the days are those of reporting; else they belong to a name, to history or to a plan
    notes: tuple[tuple[str, str], ...] = ()  # (the words, what was understood), to be shown

    def told(self, question: str) -> str:
        """How ``question`` was taken, where that is more than its words: one line for whoever asked; else ''."""
        said = [f"“{self.question}”"] if self.question != question else []
        return "; ".join([*said, *(f"{words}: {meaning}" for words, meaning in self.notes)])

    def record(self) -> dict[str, Any]:
        """As ``rag ask --json`` prints it."""
        return {
            "question": self.question,
            "since": iso_day(self.since),
            "until": iso_day(self.until),
            "sources": list(self.sources),
            "sections": list(self.sections),
            "notes": [{"words": words, "meaning": meaning} for words, meaning in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from, and how likely it is the right one (0..1; all of them sum to 1)."""

    text: str
    probability: float


Cause = Literal["nothing", "uncarried", "filter", "kind", "spelling", "article", "talk"]
"""Why there is no answer: no article comes near; the draft was not carried by the quotes; the chosen days, outlets or
sections leave nothing; the question asks for more than one fact; a name is misspelt; it is about an article that is
open, and none is; it is no question about news."""


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One line or sentence of an answer.

    ``label`` is what stands before its quote (an item, a day and an outlet), ``citations`` are the numbers of what
    carries it: among the answer's citations, or among its quotes where it is refused.
    """

    text: str  # without the numbers
    label: str | None
    citations: tuple[int, ...]


_NUMBERED = re.compile(r"((?:\s*\[\d{1,3}\])+)[.!?]?")
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_LABELLED = re.compile(r"(?P<label>[^“”]{1,200}?): “")


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer.

    A refusal has no citations. Where articles come near, ``quotes`` holds what they say, two to four sentences in the
    order of their days, numbered like citations; ``nearest`` names the closest articles.

    ``form`` is the kind of request that was answered: of one fact 'fact', 'yes-no', 'count', 'reason', 'who-says'
    or 'check' (a claim); of several sentences 'list', 'comparison', 'change', 'summary' or 'latest';
    'about' the library or the program; 'pasted' (a text or an address that is no question); 'talk'. ``parts`` are its
    lines as data.

    ``timings_ms`` has milliseconds under 'retrieve', 'evidence', 'first_token' and 'total' (of small talk all are 0);
    ``tokens`` has 'prompt' and 'completion', and is empty where no model wrote.
    """

    question: str
    text: str  # with [1] after what the first citation carries
    short: str | None  # the shortest phrase that answers: a name, a number, a date
    refused: bool
    citations: tuple[Citation, ...]
    model: str  # 'none' without one
    as_of: date | None = None  # the day of the filters
    cause: Cause | None = None  # of a refusal
    quotes: tuple[Citation, ...] = ()
    suggestion: str | None = None  # the question with its names spelled as the articles spell them
    nearest: tuple[Article, ...] = ()
    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None  # a plain word on how it came about: the model failed, took too long, ...
    certainty: float | None = None  # how likely it is right, 0..1, where that is known
    withheld: str | None = None  # of a refusal: the answer that was not certain enough
    understood: Understood | None = None  # how the question was taken
    choices: tuple[Choice, ...] = ()  # those that were given, in their order
    form: str = "fact"
    timings_ms: Mapping[str, int] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[AnswerPart, ...]:
        """The lines of an answer of several, without the line before them; of a short one its sentences."""
        lines = [line[2:] for line in self.text.splitlines() if line.startswith("- ")]
        if not lines:  # what stands before a number, and the number
            pieces = _NUMBERED.split(self.text)
            lines = [
                f"{said}{number}"
                for said, number in zip(pieces[::2], [*pieces[1::2], ""], strict=False)
                if said.strip()
            ]
        found = []
        for n, line in enumerate(lines, 1):
            cited = tuple(dict.fromkeys(int(number) for number in _NUMBER.findall(line)))
            text = _NUMBER.sub("", line).strip()
            label = _LABELLED.match(text)
            numbers = (n,) if self.refused and n <= len(self.quotes) else cited
            found.append(AnswerPart(text, label["label"].strip() if label else None, numbers))
        return tuple(found)

    @property
    def newest_evidence(self) -> date | None:
        """The day of the newest cited article, or of the newest evidence where nothing is cited."""
        articles = [c.article for c in self.citations] or [e.article for e in self.evidence]
        return max((d for a in articles if (d := day(a.published))), default=None)

    def record(self) -> dict[str, Any]:
        """The object that ``rag ask --json`` prints."""
        return {
            "question": self.question,
            "answer": self.text,
            "short_answer": self.short,
            "refused": self.refused,
            "citations": [c.record() for c in self.citations],
            "as_of": iso_day(self.as_of),
            "newest_evidence": iso_day(self.newest_evidence),
            "model": self.model,
            "form": self.form,
            "parts": [{"text": p.text, "label": p.label, "citations": list(p.citations)} for p in self.parts],
            "note": self.note,
            "cause": self.cause,
            "quotes": [c.record() for c in self.quotes],
            "suggestion": self.suggestion,
            "nearest": [{"article_id": a.id, "title": a.title} for a in self.nearest],
            "timings_ms": dict(self.timings_ms),
            "understood": self.understood.record() if self.understood else None,
            **({"choices": [asdict(c) for c in self.choices]} if self.choices else {}),
        }


# What News.stream yields, in this order: Step..., Found, Step, Delta..., then one Answer.


@dataclass(frozen=True, slots=True)
class Step:
    """A stage began: searching, reading, waiting (for another question to finish), writing, checking."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence, before the first word of the answer."""

    evidence: tuple[Evidence, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the model's draft, as it is written. The checked Answer replaces the draft."""

    text: str


Event = Step | Found | Delta | Answer
