"""What an answer as of a day says of articles that were read only later: they count as they were first read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rag.qa.answer.drafting import cited
from rag.qa.article_days import day_words
from rag.qa.asked import Outcome
from rag.types import Article, Filters, day


def with_first_read(outcome: Outcome, filters: Filters) -> Outcome:
    """Says of the articles that an answer stands on that they were first read after the day it is asked of."""
    line = first_read_later((e.article for e in cited(outcome.verdict)[1]), filters.as_of)
    return replace(outcome, note=f"{outcome.note}; {line}" if outcome.note else line) if line else outcome


def first_read_later(articles: Iterable[Article], as_of: date | None) -> str | None:
    """One line, where the text of an article on that day is not known: it was read later, and does not say that it was
    last changed before."""
    if as_of is None:
        return None
    read = [
        at
        for a in articles
        if (at := day(a.read_at)) and at > as_of and not ((updated := day(a.updated)) and updated <= as_of)
    ]
    return f"As first read on {day_words(min(read))}, later than {day_words(as_of)}." if read else None
