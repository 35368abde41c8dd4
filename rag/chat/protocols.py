"""What the chat needs of ``rag.News``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from rag.types import (
    Answer,
    Article,
    Brief,
    CheckResult,
    Copy,
    Event,
    Filters,
    FollowedQuestion,
    Hit,
    KeptAnswer,
    Message,
    NameTopic,
    OutletComparison,
    Progress,
    Report,
    Timeline,
)


class NewsLike(Protocol):
    """For the chat page and the endpoints."""

    @property
    def model(self) -> str: ...
    def articles(self) -> Sequence[Article]:
        """Newest first."""

    def article(self, article_id: str, *, as_of: date | None = None) -> Article:
        """As it stood at the end of a day. Raises ``RagError`` where there is none."""

    def copies(self, article_id: str) -> Sequence[Copy]: ...
    def sources(self) -> Sequence[tuple[str, int]]: ...
    def sections(self) -> Sequence[str]: ...
    def being_written(self) -> bool: ...
    def warm(self) -> None:
        """Load the language model in the background, if it is not loaded."""

    def ask(self, question: str, *, filters: Filters, form: str = ...) -> Answer: ...
    def is_elsewhere(self, question: str, article_id: str, *, filters: Filters | None = ...) -> bool:
        """Whether a question is plainly about something else than an article."""

    def search(self, question: str, *, filters: Filters) -> Sequence[Hit]: ...
    def timeline(
        self, topic: str = ..., *, article: str | None = ..., entity: str | None = ..., filters: Filters | None = ...,
        limit: int = ...,
    ) -> Timeline: ...  # fmt: skip
    def compare(self, question: str, *, filters: Filters | None = ...) -> OutletComparison: ...
    def topics(self, *, filters: Filters | None = ..., limit: int = ...) -> Sequence[NameTopic]: ...
    def brief(
        self, *, topic: str = ..., filters: Filters | None = ..., limit: int = ..., reader: str = ...,
    ) -> Brief: ...  # fmt: skip
    def mark_read(self, brief: Brief) -> None: ...
    def authors(self) -> Sequence[tuple[str, int]]: ...
    def stream(
        self, question: str, *, history: Sequence[Message] = ..., filters: Filters = ..., as_written: bool = ...,
        form: str = ..., text: str | None = ...,
    ) -> Iterator[Event]: ...  # fmt: skip
    @property
    def keeps_answers(self) -> bool:
        """Whether answers are to be kept."""

    def keep(self, answer: Answer, *, owner: str = ...) -> KeptAnswer:
        """Raises ``RagError`` where it cannot be kept."""

    def answers(self, *ids: str, owner: str = ...) -> Sequence[KeptAnswer]: ...
    def forget_answers(self, *ids: str, owner: str = ...) -> int: ...
    def next_questions(self, answer: Answer) -> Sequence[str]: ...
    def follow(self, question: str, *, owner: str = ...) -> FollowedQuestion: ...
    def followed(self, *, owner: str = ...) -> Sequence[FollowedQuestion]: ...
    def unfollow(self, *ids: str, owner: str = ...) -> int: ...
    def mark_changes_read(self, *ids: str, owner: str = ...) -> None: ...
    def changes_feed(self, *, owner: str = ...) -> str: ...


class Library(NewsLike, Protocol):
    """For the library page."""

    def add(self, *sources: str | Path, progress: Progress | None = None) -> Report: ...
    def mentioning(self, word: str) -> set[str]: ...
    def remove(self, *ids: str) -> int: ...
    def check(self, *, repair: bool = False, progress: Progress | None = None) -> CheckResult: ...
