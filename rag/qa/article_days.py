"""Articles in the order in which they came out, and their days in words."""

from __future__ import annotations

from datetime import date

from rag.text.timex.stamps import earlier
from rag.types import Article, day


def later(a: Article, b: Article) -> bool | None:
    """Whether ``a`` came out after ``b``; None where their times do not say. A time without a zone gives its day."""
    x, y = a.updated or a.published, b.updated or b.published
    return True if earlier(y, x) else False if earlier(x, y) else None


def ordinal(article: Article) -> int:
    """The number of an article's day, to order by; 0 without one."""
    published = day(article.published)
    return published.toordinal() if published else 0


def day_words(when: date) -> str:
    """'28 August 2024'"""
    return f"{when.day} {when:%B %Y}"
