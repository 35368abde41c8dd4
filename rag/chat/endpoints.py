"""``ask`` and ``search`` for programs: endpoints of the chat's process for a Gradio client, and MCP tools."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

from rag.chat.protocols import NewsLike
from rag.chat.views.escape import MAX_QUESTION
from rag.errors import RagError, UsageError
from rag.types import Filters

if TYPE_CHECKING:
    import gradio as gr

log = logging.getLogger(__name__)
MAX_PASSAGES = 50  # passages that one search gives
MAX_LISTED = 200  # rows of one timeline, names of one list
Picked: TypeAlias = Sequence[str] | None  # names out of a list; None as no name


def error_text(error: Exception) -> str:
    """``error`` for a reader; the log keeps what they need not see."""
    if isinstance(error, RagError):
        return str(error)
    log.error("a question failed", exc_info=error)
    return "Something went wrong. See the server log."


def parse_day(text: str | None, name: str) -> date | None:
    """A day as people type it; ``None`` where nothing was typed."""
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        raise UsageError(f"{name}: '{str(text)[:40]}' is not a day. Write it like 2024-09-28.") from None


def filters_of(
    since: str | None, until: str | None, as_of: str | None, outlets: Picked, sections: Picked, authors: Picked = None
) -> Filters:
    """The scope that a reader or a program chose. Raises ``UsageError``."""
    filters = Filters(
        since=parse_day(since, "From"),
        until=parse_day(until, "To"),
        as_of=parse_day(as_of, "As of"),
        sources=tuple(outlets or ()),
        sections=tuple(sections or ()),
        authors=tuple(authors or ()),
    )
    if filters.since and filters.last_day and filters.since > filters.last_day:
        raise UsageError(f"The scope begins on {filters.since}, after its last day, {filters.last_day}.")
    return filters


def owner_of(request: gr.Request) -> str:
    """Whose answers somebody sees: those of the login, or of everybody where nobody logs in."""
    return str(request.username or "")


def endpoints(news: NewsLike) -> tuple[Callable[..., Any], ...]:
    """``ask``, ``search``, ``timeline``, ``brief``, ``compare``, ``topics``, ``follow``, ``followed`` and ``unfollow``,
    which raise ``gr.Error``."""

    # The docstrings are what a client and a model read of them: Gradio takes the arguments from "Args:".

    def ask(
        question: str,
        as_of: str = "",
        since: str = "",
        until: str = "",
        source: str = "",
        section: str = "",
        author: str = "",
        form: str = "",
    ) -> dict[str, Any]:
        """Answer a question from the stored news articles, with numbered citations of exact sentences, or refuse.

        Args:
            question: A question in plain words, for instance 'When does the Syria mission end?'
            as_of: Answer as if it were this day (YYYY-MM-DD): nothing published later is seen. Empty: today.
            since: Only articles from this day on (YYYY-MM-DD).
            until: Only articles up to this day (YYYY-MM-DD).
            source: Only articles of this outlet, by its exact name.
            section: Only articles of this section, by its exact name.
            author: Only articles by this author, by the exact name.
            form: How to answer: fact, list, comparison, change, summary or latest. Empty: as the question asks.
        """
        with _one_line_errors():
            filters = _filters(as_of, since, until, source, section, author)
            return news.ask(_question(question), filters=filters, form=form).record()

    def search(
        question: str,
        as_of: str = "",
        since: str = "",
        until: str = "",
        source: str = "",
        section: str = "",
        limit: int = 10,
        author: str = "",
    ) -> dict[str, Any]:
        """Find the passages of the stored news articles that fit a question best, best first, without an answer.

        Args:
            question: A question or words to look for.
            as_of: Search as if it were this day (YYYY-MM-DD): nothing published later is seen. Empty: today.
            since: Only articles from this day on (YYYY-MM-DD).
            until: Only articles up to this day (YYYY-MM-DD).
            source: Only articles of this outlet, by its exact name.
            section: Only articles of this section, by its exact name.
            limit: How many passages at most, 1 to 50.
            author: Only articles by this author, by the exact name.
        """
        with _one_line_errors():
            asked = _question(question)
            hits = news.search(asked, filters=_filters(as_of, since, until, source, section, author))
            return {"question": asked, "hits": [hit.record() for hit in hits[: _bounded(limit, MAX_PASSAGES)]]}

    return ask, search, _timeline(news), _brief(news), *_comparing(news), *_following(news)


def _timeline(news: NewsLike) -> Callable[..., Any]:
    def timeline(
        topic: str = "",
        article: str = "",
        entity: str = "",
        as_of: str = "",
        since: str = "",
        until: str = "",
        source: str = "",
        section: str = "",
        author: str = "",
        limit: int = 20,
    ) -> dict[str, Any]:
        """Show what happened, in which order: dated sentences of the stored news articles, word for word.

        Args:
            topic: A topic or a question in plain words. Give this, an article or an entity.
            article: The id of an article, for the story it is part of.
            entity: The name of somebody or something, for all that is told of it.
            as_of: As if it were this day (YYYY-MM-DD): nothing published later is seen. Empty: today.
            since: Only what happened from this day on (YYYY-MM-DD).
            until: Only what happened up to this day (YYYY-MM-DD).
            source: Only articles of this outlet, by its exact name.
            section: Only articles of this section, by its exact name.
            author: Only articles by this author, by the exact name.
            limit: How many rows at most, 1 to 200.
        """
        with _one_line_errors():
            filters = _filters(as_of, since, until, source, section, author)
            rows = _bounded(limit, MAX_LISTED)
            found = news.timeline(
                _question(topic), article=article or None, entity=entity or None, filters=filters, limit=rows
            )
            return found.record()

    return timeline


def _brief(news: NewsLike) -> Callable[..., Any]:
    def brief(
        since: str = "",
        topic: str = "",
        as_of: str = "",
        source: str = "",
        section: str = "",
        author: str = "",
        limit: int = 15,
        mark: bool = False,
    ) -> dict[str, Any]:
        """Show what is new in the stored news articles, by story: the newest sentence that says what happened, what it
        replaces, how many independent outlets carry it, and what was corrected or withdrawn.

        Args:
            since: What is new from this day on (YYYY-MM-DD). Empty: what came in since the last brief that was marked.
            topic: Only articles that name all of these words early on.
            as_of: As if it were this day (YYYY-MM-DD): nothing published later is seen. Empty: today.
            source: Only articles of this outlet, by its exact name.
            section: Only articles of this section, by its exact name.
            author: Only articles by this author, by the exact name.
            limit: How many stories at most, 1 to 200.
            mark: Make this the last brief, so that the next one without a day is of what comes in after it.
        """
        with _one_line_errors():
            filters = _filters(as_of, since, "", source, section, author)
            found = news.brief(topic=_question(topic), filters=filters, limit=_bounded(limit, MAX_LISTED))
            record = found.record()
            if mark:
                news.mark_read(found)
            return record

    return brief


def _comparing(news: NewsLike) -> tuple[Callable[..., Any], ...]:
    def compare(
        question: str,
        as_of: str = "",
        since: str = "",
        until: str = "",
        source: str = "",
        section: str = "",
        author: str = "",
    ) -> dict[str, Any]:
        """Show what each outlet says of a matter in the stored news articles, in its own sentence, grouped by value.

        Args:
            question: A question in plain words.
            as_of: As if it were this day (YYYY-MM-DD): nothing published later is seen. Empty: today.
            since: Only articles from this day on (YYYY-MM-DD).
            until: Only articles up to this day (YYYY-MM-DD).
            source: Only articles of this outlet, by its exact name.
            section: Only articles of this section, by its exact name.
            author: Only articles by this author, by the exact name.
        """
        with _one_line_errors():
            filters = _filters(as_of, since, until, source, section, author)
            return news.compare(_question(question), filters=filters).record()

    def topics(
        as_of: str = "",
        since: str = "",
        until: str = "",
        source: str = "",
        section: str = "",
        author: str = "",
        limit: int = 40,
    ) -> dict[str, Any]:
        """List the names that the stored news articles write about, those of most stories first.

        Args:
            as_of: As if it were this day (YYYY-MM-DD): nothing published later is seen. Empty: today.
            since: Only articles from this day on (YYYY-MM-DD).
            until: Only articles up to this day (YYYY-MM-DD).
            source: Only articles of this outlet, by its exact name.
            section: Only articles of this section, by its exact name.
            author: Only articles by this author, by the exact name.
            limit: How many names at most, 1 to 200.
        """
        with _one_line_errors():
            filters = _filters(as_of, since, until, source, section, author)
            found = news.topics(filters=filters, limit=_bounded(limit, MAX_LISTED))
            return {"topics": [topic.record() for topic in found]}

    return compare, topics


def _following(news: NewsLike) -> tuple[Callable[..., Any], ...]:
    import gradio as gr

    def follow(question: str, request: gr.Request) -> dict[str, Any]:
        """Follow a question of one fact: asked again whenever new news articles touch it; changes are kept.

        Args:
            question: A question in plain words, for instance 'When does the Syria mission end?'
        """
        with _one_line_errors():
            return news.follow(_question(question), owner=owner_of(request)).record()

    def followed(request: gr.Request) -> dict[str, Any]:
        """List the questions that are followed over the stored news articles, each with its value and its changes."""
        with _one_line_errors():
            return {"followed": [f.record() for f in news.followed(owner=owner_of(request))]}

    def unfollow(number: str, request: gr.Request) -> dict[str, Any]:
        """Stop following a question over the stored news articles.

        Args:
            number: The id of the question, as 'followed' lists it.
        """
        with _one_line_errors():
            return {"stopped": news.unfollow(number, owner=owner_of(request))}

    for endpoint in (follow, followed, unfollow):  # Gradio looks the type up in this module, which does not know it
        endpoint.__annotations__["request"] = gr.Request
    return follow, followed, unfollow


def _question(text: str) -> str:
    text = text.strip()
    if len(text) > MAX_QUESTION:
        raise UsageError(f"The question has {len(text):,} characters; a question may have {MAX_QUESTION:,}.")
    return text


def _bounded(limit: int, most: int) -> int:
    return min(max(int(limit), 1), most)


def _filters(as_of: str, since: str, until: str, source: str, section: str, author: str) -> Filters:
    named = ([name] if name else [] for name in (source, section, author))
    return filters_of(since, until, as_of, *named)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """An error as the client gets it: one line, no traceback."""
    import gradio as gr

    try:
        yield
    except Exception as error:
        raise gr.Error(error_text(error), print_exception=False) from None


def speak_json(server: Any) -> None:
    """Has an MCP server of Gradio's reply with JSON where it would write an object as Python does."""
    written = server.postprocess_output_data

    def as_json(data: Any, root_url: str) -> Any:
        return written([json.dumps(d, ensure_ascii=False) if isinstance(d, dict) else d for d in data], root_url)

    server.postprocess_output_data = as_json


def hush() -> None:
    """Gradio prints a traceback for each call that fails, with what was sent. Here it is a line of the log, without;
    ``RAG_LOG=debug`` has all of it."""
    from gradio import queueing, route_utils, routes

    def print_exc(*_: object, **__: object) -> None:
        error = sys.exception()
        log.warning("a call failed: %s", type(error).__name__)
        log.debug("", exc_info=error)

    quiet = SimpleNamespace(**{**vars(traceback), "print_exc": print_exc})
    for module in (queueing, routes, route_utils):
        if hasattr(module, "traceback"):
            setattr(module, "traceback", quiet)  # noqa: B010  # no type checker lets a module be replaced
