"""Where what takes more than one fact is looked for: on its topic, of its days, or of the newest days."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from rag.protocols import Searchable
from rag.qa.asked import Question
from rag.qa.question.outlets import outlets_set_against
from rag.qa.question.request import Request
from rag.qa.requests.kinds import RequestKind
from rag.text.timex.expressions import FEASTS, timexes
from rag.text.timex.names import MONTHS
from rag.types import Hit, Understood, day

NEWEST_DAYS = (7, 30, 120, 400)
"""Days up to the newest report of which the news are told, the first that have enough of them."""
MIN_NEWS = 5
"""Articles that are enough."""

_BARE = re.compile(rf"\b(?:{'|'.join((*MONTHS, *FEASTS))})\b(?! \d{{4}})", re.I)
_RELATIVE = re.compile(r"\b(?:this|last|next|coming|past)\b|\d{4}", re.I)


class Reads(Protocol):
    """Reads a question as asked on a day."""

    def __call__(self, *, asked: date) -> Understood: ...


def within_library(read: Reads, asked: date, store: Searchable) -> Understood:
    """A question as it is understood on the day ``asked``; a day or month without a year that is too far from it, or
    after all articles, is the last one of that name which they may tell of."""
    understood = read(asked=asked)
    if not _lacks_year(understood, asked):
        return understood
    ends = store.oldest_and_newest()
    newest = day(ends[1].published) if ends else None
    if newest is None or newest >= asked or (understood.since and understood.since <= newest):
        return understood
    then = read(asked=newest)
    return then if then.since or then.until else understood


def _lacks_year(understood: Understood, asked: date) -> bool:
    """Whether a question names a day or a month, and leaves open of which year."""
    if understood.since or understood.until:
        return any(_BARE.search(w) and not _RELATIVE.search(w) for w, _ in understood.notes)
    text = understood.question
    return bool(_BARE.search(text)) and not _RELATIVE.search(text) and any(t.guessed for t in timexes(text, asked))


def of_reporting(kind: RequestKind, understood: Understood) -> Understood:
    """Days that a request for news names are those of reporting: what was new then is asked for."""
    days = understood.since or understood.until
    return replace(understood, publication=True) if kind == "latest" and days else understood


def between_outlets(understood: Understood, wish: Request, outlets: Sequence[str]) -> tuple[Understood, Request]:
    """A question that holds two outlets against each other is a comparison of what they say."""
    named = outlets_set_against(understood.question, outlets)
    if not named:
        return understood, wish
    kept = [note for note in understood.notes if not note[1].startswith("outlet ")]
    notes = (*kept, *((called, f"outlet {outlet}") for outlet, called in named))
    sources = tuple(outlet for outlet, _ in named)
    return replace(understood, sources=sources, notes=notes), replace(wish, kind="comparison")


SearchOn = Callable[[Question, str], list[Hit]]
"""The passages that a search for a topic brings."""


def passages_for(question: Question, about: str, find: SearchOn, store: Searchable) -> tuple[Question, list[Hit]]:
    """The question with the days it is about as a filter, where it is about nothing else, and its passages."""
    understood, f = question.understood, question.filters
    if not about and (understood.since or understood.until):
        days = replace(f, since=f.since or understood.since, until=f.until or understood.until)
        question = replace(question, filters=days)
    elif not about and question.request.kind in ("latest", "summary") and f.only is None and f.since is None:
        return _of_newest_days(question, find, store)
    hits = find(question, about)
    if understood.sources and not f.sources:
        hits = [h for h in hits if h.article.source in understood.sources] or hits
    return question, [h for h in hits if question.reported_then(h.article)] or hits


def _of_newest_days(question: Question, find: SearchOn, store: Searchable) -> tuple[Question, list[Hit]]:
    f, ends = question.filters, store.oldest_and_newest()
    newest = day(ends[1].published) if ends else None
    last = min((d for d in (newest, f.until, f.as_of) if d), default=None)
    narrowed, hits = question, find(question, "")
    for days in NEWEST_DAYS if last else ():
        since = last - timedelta(days) if last else date.min
        narrowed = replace(question, filters=replace(f, since=since))
        hits = find(narrowed, "")
        if len({h.article.id for h in hits}) >= MIN_NEWS:
            break
    return narrowed, hits
