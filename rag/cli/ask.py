"""Commands that answer: ``ask``, ``search``, and the chat in a browser."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli.options import AsJson, AsOf, Authors, Index, Model, Outlets, Sections, Since, Until, open_news, scope_of
from rag.cli.output import print_answer, print_hits, print_json, say, spinner, typed
from rag.cli.standing.answers import keep_answer
from rag.errors import UsageError
from rag.types import Answer, Step


def ask(  # noqa: PLR0913, PLR0917 - one name for each option
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question, best in quotes.")],
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    as_written: Annotated[
        bool, typer.Option("--as-written", help="Take no days and no outlets from the words of the question.")
    ] = False,
    form: Annotated[
        str,
        typer.Option(
            "--form",
            metavar="FORM",
            show_default=False,
            help="How to answer, where the words would have it otherwise: fact, list, comparison, change, summary or "
            "latest.",
        ),
    ] = "",
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="ARTICLE",
            show_default=False,
            help="Only this article: its id, or a file, which is not added; - reads the article from standard input.",
        ),
    ] = None,
    choice: Annotated[
        list[str] | None, typer.Option("--choice", help="One of the answers to choose from; give several.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the answer, to see later how it fares; its number goes to stderr.")
    ] = False,
    index: Index = None,
    llm: Model = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, with numbered citations.

    If the stored articles do not hold the answer, it says so and lists the closest ones. With --keep the answer is kept
    with what it stands on; "rag answers" tells when articles correct, contradict or withdraw it.

    Example: rag ask "When does the Syria mission end?" --as-of 2024-10-01

    Example: rag ask "When does the Syria mission end?" --keep
    """
    if keep and only and (only == "-" or Path(only).is_file()):
        raise UsageError("--keep needs an article of the index: add the file, then name its id after --only")
    with open_news(index, llm=llm) as (news, _):
        asked = typed(question)
        filters = scope_of(news, since, until, as_of, source, section, author)
        text = _text_of(only)
        if keep and text is not None:
            raise UsageError(
                "--keep needs an article that is in the index; add the file, then name its id after --only"
            )
        if only is not None and text is None:
            filters = replace(filters, only=frozenset([news.article(only).id]))
        how: dict[str, Any] = {"as_written": as_written, "choices": choice or (), "form": form}
        with spinner(asked) as stage:
            for event in news.stream(asked, filters=filters, text=text, **how):
                if isinstance(event, Step):
                    stage(f"{event.name} {event.detail}")
                elif isinstance(event, Answer):
                    answer = event
        if as_json:
            print_json(answer.record())
        else:
            print_answer(answer)
        if keep:
            sys.stdout.flush()
            keep_answer(news, answer)
        if as_json:
            return
        sys.stdout.flush()
        if sys.stdout.isatty() and text is None and (tried := news.next_questions(answer)):
            say(f"\nNext: {'  '.join(tried)}")


def _text_of(only: str | None) -> str | Path | None:
    """The text or the file that is named as the only source; None for an article's id."""
    if only == "-":
        return sys.stdin.read()
    return Path(only) if only and Path(only).is_file() else None


def search(
    question: Annotated[list[str], typer.Argument(help="A question, or words to look for.")],
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="Show at most this many passages.")] = 10,
    full: Annotated[bool, typer.Option("--full", help="Print whole passages.")] = False,
    fast: Annotated[
        bool, typer.Option("--fast", help="Leave out the reranker, which reads the best passages once more.")
    ] = False,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Find the passages that fit a question best. Uses no language model.

    Long passages are cut around the words of the question, which a terminal shows in bold. --json has whole passages.

    Example: rag search "ferry strike" --since 2024-09-01
    """
    asked = typed(question)
    with open_news(index) as (news, _):
        filters = scope_of(news, since, until, as_of, source, section, author)
        with spinner(asked):
            hits = news.search(asked, filters=filters, reading=not fast)[:limit]
    if as_json:
        print_json({"question": asked, "hits": [hit.record() for hit in hits]})
    else:
        print_hits(hits, asked, full=full)


def chat(
    host: Annotated[str | None, typer.Option(help="Address to listen on (or HOST); default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (or PORT); default 7860.")] = None,
    index: Index = None,
    llm: Model = None,
) -> None:
    """Open the chat in a browser page.

    Its server also answers programs in OpenAI's form at /v1 (set RAG_API_KEYS), and balancers at /health.
    """
    for name, value in (("HOST", host), ("PORT", port), ("RAG_INDEX", index), ("RAG_LLM", llm)):
        if value is not None:
            os.environ[name] = str(value)
    from rag.chat.server import main as serve

    raise typer.Exit(serve())
