"""What the chat needs of ``rag.News``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from rag.types import Answer, Article, CheckResult, Copy, Event, Filters, Hit, Message, Progress, Report


class Asked(Protocol):
    """For the endpoints."""

    def ask(self, question: str, *, filters: Filters) -> Answer: ...
    def search(self, question: str, *, filters: Filters) -> Sequence[Hit]: ...


class ArticleLookup(Protocol):
    """For looking up articles."""

    def articles(self) -> Sequence[Article]:
        """Newest first."""
        ...

    def article(self, article_id: str) -> Article:
        """Raises ``RagError`` where there is none."""
        ...

    def copies(self, article_id: str) -> Sequence[Copy]: ...


class NewsLike(Asked, ArticleLookup, Protocol):
    """For the chat page."""

    @property
    def model(self) -> str: ...
    def sources(self) -> Sequence[tuple[str, int]]: ...
    def sections(self) -> Sequence[str]: ...
    def being_written(self) -> bool: ...
    def stream(
        self, question: str, *, history: Sequence[Message] = ..., filters: Filters = ..., as_written: bool = ...
    ) -> Iterator[Event]: ...


class Library(ArticleLookup, Protocol):
    """For the library page."""

    def add(self, *sources: str | Path, progress: Progress | None = None) -> Report: ...
    def mentioning(self, word: str) -> set[str]: ...
    def remove(self, *ids: str) -> int: ...
    def check(self, *, repair: bool = False, progress: Progress | None = None) -> CheckResult: ...
