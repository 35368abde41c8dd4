"""Which articles of an index hold the answer to a question: those a set names, and those that have its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from rag import News
from rag.types import Article, iso_day

from ..records import Question, holds_normalised, normalise


class Shelf:
    """The articles of an index, found by what sets call them."""

    def __init__(self, news: News):
        self._news = news
        self._by_key: dict[str, Article] = {}
        self._by_title: dict[str, list[Article]] = defaultdict(list)
        for article in news.articles():
            self._by_key[article.id] = article
            if article.url:
                self._by_key.setdefault(article.url, article)
                self._by_key.setdefault(_page(article.url), article)
            self._by_title[article.title].append(article)
        self._texts: dict[str, str] | None = None

    def supporting(self, question: Question) -> list[Article]:
        """The articles that a question's set names as holding the answer, as far as they are in the index."""
        found = (self._find(key) for key in question.supporting)
        return list({article.id: article for article in found if article}.values())

    def _find(self, key: str) -> Article | None:
        if article := self._by_key.get(key) or self._by_key.get(_page(key)):
            return article
        file, _, title = key.partition("#")
        for article in self._by_title.get(title, ()):
            if article.origin and article.origin.partition("#")[0].endswith(f"/{file}"):
                return article
        return None

    def with_answer(self, question: Question) -> frozenset[str]:
        """The ids of all articles whose headline or body holds the words of an answer, or of one of its parts."""
        if self._texts is None:
            self._texts = {a.id: normalise(f"{a.title} {a.body}") for a in self._news.articles(bodies=True)}
        words = [normalise(a) for a in (*question.answers, *(a for part in question.parts for a in part))]
        return frozenset(i for i, text in self._texts.items() if holds_normalised(words, text))


def about(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """What a line of results tells of its supporting articles."""
    return [
        {
            "article_id": a.id,
            "title": a.title,
            "source": a.source,
            "published": iso_day(a.published),
        }
        for a in articles
    ]


def _page(url: str) -> str:
    """A URL without scheme, 'www.', query, fragment and last slash: what two spellings of one page share."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}" if parts.netloc else url
