"""The values of an evaluation: a question, a set of them, and the articles that the set is asked about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.types import Message

ArticleRecord = Mapping[str, Any]
"""An article record of the project: title, text and what else is known (see ``rag add``)."""

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def normalise(text: str) -> str:
    """SQuAD's normal form: lower case, no ASCII punctuation, no 'a', 'an', 'the', single spaces.

    ``normalize_answer`` of the SQuAD 1.1 evaluation script (Rajpurkar et al., EMNLP 2016).
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def holds(answers: Iterable[str], text: str) -> bool:
    """Whether ``text`` holds the words of any of ``answers``: whole words in a row, both in SQuAD's normal form."""
    return holds_normalised([normalise(a) for a in answers], normalise(text))


def holds_normalised(answers: Iterable[str], text: str) -> bool:
    """:func:`holds` for texts that are in the normal form already."""
    padded = f" {text} "
    return any(a and f" {a} " in padded for a in answers)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set, in the form that all adapters bring theirs to.

    ``answerable`` is True if an article of the set is known to hold the answer, False if the set says that
    none does, None if nobody knows. ``supporting`` names the articles that hold the answer: each entry is a URL, an
    article's id, or ``file#headline``. ``parts`` is for answers of several parts: one of each group must be named.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    date: dt.date | None = None  # the day it is asked
    choices: tuple[str, ...] = ()
    answer_index: tuple[int, ...] = ()  # of the right choices
    supporting: tuple[str, ...] = ()
    answerable: bool | None = True
    kind: str = ""  # a part of the set that is reported by itself
    history: tuple[Message, ...] = ()
    as_of: dt.date | None = None  # always asked as of this day, whatever the run says
    only: frozenset[str] | None = None  # ids of the articles that alone may be searched
    facts: tuple[str, ...] = ()  # passages that a search should bring (MultiHop-RAG)
    parts: tuple[tuple[str, ...], ...] = ()
    wrong_answers: tuple[str, ...] = ()  # what planted false passages say (RGB, counterfactual)


@dataclass(frozen=True, slots=True)
class EvalSet:
    """Questions with the articles to ask them about.

    ``records`` gives the articles as records, each time it is called; ``paths`` are files and folders for ``rag add``.
    Where both are empty the questions are asked about an index that is there already.
    """

    name: str
    format: str  # "records", "realtimeqa", "multihop-rag", "rgb"
    questions: tuple[Question, ...]
    records: Callable[[], Iterable[ArticleRecord]] | None = None
    paths: tuple[Path, ...] = ()
    as_of_question_date: bool = False  # how the set wants to be asked where the run does not say
    notes: tuple[str, ...] = ()  # what was left out and why, for the person who runs it


# -- a replay: articles fed day by day, and standing questions ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class FedArticle:
    """An article, or a later version of one, and the day on which a replay feeds it.

    ``role`` is what it is to the questions of its story: 'news', 'repeat', 'background', 'other' (of something that
    sounds alike), 'reworded', 'correction', 'denial', 'retraction'.
    """

    day: dt.date
    record: ArticleRecord
    role: str = ""
    story: str = ""

    @property
    def id(self) -> str:
        """The id that it has in the index; an item of ninjs calls it ``uri``."""
        return str(self.record.get("id") or self.record.get("uri") or self.record.get("url") or "")

    @property
    def text(self) -> str:
        """Headline and text, whatever its form calls them."""
        names = ("title", "headline", "text", "body_text")
        return "\n".join(str(self.record[name]) for name in names if self.record.get(name))


@dataclass(frozen=True, slots=True)
class DueChange:
    """A change that whoever follows a question should be told on ``day``.

    ``kind``: 'changed' (newer news says so), 'corrected' (the article itself does), 'contested' (another outlet says
    otherwise), 'withdrawn' (what was said is taken back; ``values`` are what counts again, none where nothing does).
    ``known``: the words stood in earlier articles too, as something else, such as the one who lost.
    """

    day: dt.date
    values: tuple[str, ...]  # accepted spellings
    article: str
    kind: str
    quote: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class StandingQuestion:
    """A question that is followed from the day ``asked`` on; ``values`` is what it finds then, empty if nothing.

    ``allowed`` are days on which an alert with one of these values is neither right nor false. ``reworded`` are days on
    which its article comes again in other words. ``changes`` are None where nobody has written down what changes.
    """

    id: str
    question: str
    asked: dt.date
    story: str = ""
    values: tuple[str, ...] = ()
    article: str = ""
    quote: str = ""
    changes: tuple[DueChange, ...] | None = ()
    allowed: tuple[tuple[dt.date, tuple[str, ...]], ...] = ()
    reworded: tuple[dt.date, ...] = ()

    def due(self, day: dt.date) -> DueChange | None:
        """What should be told on this day."""
        return next((c for c in self.changes or () if c.day == day), None)

    def accepted(self, day: dt.date) -> tuple[tuple[str, ...], ...]:
        """The values that are right at the end of a day, each by its spellings, the last one told last: two while
        outlets differ; no spelling where nothing is said, which is right too of what was withdrawn."""
        before: tuple[tuple[str, ...], ...] = ()
        last = self.values
        for change in self.changes or ():
            if change.day <= day:
                before = {"contested": (last,), "withdrawn": ((),)}.get(change.kind, ())
                last = change.values
        return (*before, last)


@dataclass(frozen=True, slots=True)
class ReplaySet:
    """Standing questions, and the articles in the order in which they are fed."""

    name: str
    questions: tuple[StandingQuestion, ...]
    articles: tuple[FedArticle, ...]

    @property
    def judged(self) -> bool:
        """Whether it is written down what changes; else alerts can only be read."""
        return all(q.changes is not None for q in self.questions)

    def days(self) -> list[dt.date]:
        """The days on which something is fed, in order."""
        return sorted({article.day for article in self.articles})
