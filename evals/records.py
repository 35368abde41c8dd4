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
