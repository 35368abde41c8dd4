"""What to ask next: questions made of what was read for an answer, each tried and found to be answered.

They are tried after the answer, without the language model, on a few passages each, and never longer than was allowed.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, zip_longest

from rag.errors import RagError
from rag.qa.answer.injection import addresses_the_model
from rag.qa.article_days import ordinal
from rag.qa.attribution.subjects import CALENDAR_WORDS
from rag.qa.pipeline import Pipeline
from rag.qa.requests.kinds import KINDS_AT_ONCE, kind_of
from rag.qa.requests.next_questions import course_of_name, latest_on, outlets_on, questions_of
from rag.qa.stories.events import Telling, tellings
from rag.telemetry import watched
from rag.text.entities import names
from rag.text.tokens import content
from rag.types import Answer, Article, Filters, day

MAX_NEXT = 3
MAX_TRIED = 8
PASSAGES_TRIED = 8
"""Passages that are read for a question that is tried."""
MAX_ARTICLES_READ = 5
"""Articles whose sentences are turned into questions: those of the answer, then those found with them."""
MAX_SHARED_WITH_ASKED = 0.7
"""Share of its words that a question may have in common with one that was asked or is offered."""
MIN_ARTICLES_OF_COURSE = 3
MAX_NAMES = 2
MIN_LETTERS_OF_NAME = 3
MIN_SHARE_WITH_THE = 0.3
"""Share of a name's places with 'the' before it from which on it is told with it."""


def next_questions(pipeline: Pipeline, answer: Answer, seconds: float) -> tuple[str, ...]:
    """Up to three questions that the articles answer, within the filters of no scope; empty after small talk."""
    if answer.form in (*KINDS_AT_ONCE, "about") or not _read(answer):
        return ()
    light = pipeline.settings.model_copy(
        update={"passages": PASSAGES_TRIED, "hits": PASSAGES_TRIED, "candidates": 40, "llm": "none"}
    )
    trial = replace(pipeline, settings=light, llm=None, nli=None)
    until, tried, found = time.monotonic() + seconds, 0, list[str]()
    asked = [set(content(answer.question))]
    for question, article in candidates(answer):
        if len(found) == MAX_NEXT or tried == MAX_TRIED or time.monotonic() > until:
            break
        bag = set(content(question))
        if any(len(bag & other) > MAX_SHARED_WITH_ASKED * len(bag) for other in asked):
            continue
        tried += 1
        if is_answered(trial, question, article):
            found.append(question)
            asked.append(bag)
    return tuple(found)


def is_answered(trial: Pipeline, question: str, article: Article | None) -> bool:
    """Whether the articles answer a question; where it was made of an ``article``, whether that one is cited."""
    try:
        with watched("trial") as work:
            *_, last = trial.stream(question, (), Filters(), None, False, (), work)
    except RagError:
        return False
    assert isinstance(last, Answer)
    cited = {c.article.id for c in last.citations}
    return not last.refused and (article is None or article.id in cited) and not (last.note or "")


def candidates(answer: Answer) -> Iterator[tuple[str, Article | None]]:
    """Questions after facts, with the article that each was made of, and between them wider ones."""
    return (pair for pair in chain.from_iterable(zip_longest(_facts(answer), _wider(answer))) if pair is not None)


def _facts(answer: Answer) -> Iterator[tuple[str, Article | None]]:
    cited = {c.article.id for c in (*answer.citations, *answer.quotes)}
    on = telling_names(answer)[:1]
    related = [a for a in _read(answer) if a.id in cited or any(name in f"{a.title} {a.body}" for name in on)]
    for article in related[:MAX_ARTICLES_READ]:
        places = [c.start for c in (*answer.citations, *answer.quotes) if c.article.id == article.id]
        for telling in sorted(tellings(article), key=lambda t: _distance(t, places)):
            if telling.start not in places and not addresses_the_model(telling.quote):
                yield from ((question, article) for question in questions_of(telling.quote)[:1])


def _distance(telling: Telling, places: Sequence[int]) -> int:
    return min((abs(telling.start - place) for place in places), default=telling.start)


def _wider(answer: Answer) -> Iterator[tuple[str, Article | None]]:
    """The latest on a name, what outlets say of it, and its course, where there is more than what was cited."""
    cited = [c.article for c in (*answer.citations, *answer.quotes)]
    newest = max(map(ordinal, cited), default=0)
    everything = _read(answer)
    for name in telling_names(answer)[:MAX_NAMES]:
        told = _with_the(name, everything)
        on = [a for a in everything if name in f"{a.title} {a.body}"]
        days = {day(a.published) or date.min for a in on}
        if answer.form != "latest" and max(map(ordinal, on)) > newest:
            yield latest_on(told), None
        if answer.form != "change" and len(days) >= MIN_ARTICLES_OF_COURSE:
            yield course_of_name(told), None
        if answer.form != "comparison" and len({a.source for a in on if a.source}) > 1:
            yield outlets_on(told), None


def telling_names(answer: Answer) -> list[str]:
    """Names in what was cited that stand in several of the articles read, those of the question and headlines first."""
    everything = _read(answer)
    cited = [*answer.citations, *answer.quotes]
    said = f"{answer.question} {' '.join(f'{c.article.title}. {c.quote}' for c in cited)}"
    outlets = {a.source for a in everything}
    known = Counter({
        name: sum(name in f"{a.title} {a.body}" for a in everything)
        for name in dict.fromkeys(names(said))
        if name not in outlets and _is_telling(name)
    })  # fmt: skip
    titles = " ".join(c.article.title for c in cited)
    several = [name for name, count in known.items() if count > 1]
    several = [name for name in several if not any(name != other and other in name for other in several)]
    return sorted(several, key=lambda n: (n not in answer.question, n not in titles, " " not in n, -known[n]))


def _is_telling(name: str) -> bool:
    """Whether something may be asked of a name: no month, no dateline, nothing that asks for the program."""
    bare = set(content(name))
    calendar = any(word in CALENDAR_WORDS or any(c.startswith(word) for c in CALENDAR_WORDS) for word in bare)
    return (
        len(name) > MIN_LETTERS_OF_NAME and not name.isupper() and not calendar and kind_of(latest_on(name)) == "latest"
    )


def _with_the(name: str, articles: Sequence[Article]) -> str:
    """A name as it stands in a sentence: 'the Solvei Star', 'Syria'."""
    texts = " ".join(a.body for a in articles)
    at = [found.start() for found in re.finditer(re.escape(name), texts)]
    articled = sum(bool(re.search(r"\bthe (?:[A-Z]\w+ )?$", texts[max(0, p - 24) : p], re.I)) for p in at)
    return f"the {name}" if articled > MIN_SHARE_WITH_THE * len(at) else name


def _read(answer: Answer) -> list[Article]:
    """The articles of an answer, the cited ones first, those found after them."""
    cited = [c.article for c in (*answer.citations, *answer.quotes)]
    articles = [*cited, *(e.article for e in answer.evidence), *(h.article for h in answer.hits), *answer.nearest]
    return list({a.id: a for a in articles if a.id and a.body}.values())
