"""``rag follow``, and what ``rag add`` and ``rag watch`` tell of followed questions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.options import AsJson, Index, Model, open_news
from rag.cli.output import print_json, readable, say, spinner, typed
from rag.errors import RagError, UsageError
from rag.types import Change, FollowedQuestion, Progress

if TYPE_CHECKING:
    from rag.news import News


def follow_(
    question: Annotated[
        list[str] | None, typer.Argument(metavar="[QUESTION]", help="A question of one fact, best in quotes.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the followed questions and what changed.")] = False,
    stop: Annotated[
        list[str] | None, typer.Option("--stop", metavar="N", help="Stop following this question; repeatable.")
    ] = None,
    atom: Annotated[
        Path | None,
        typer.Option("--atom", metavar="FILE", help="Write the changes to an Atom feed, now and after each change."),
    ] = None,
    index: Index = None,
    llm: Model = None,
    as_json: AsJson = False,
) -> None:
    """Follow a question: be told when its answer changes.

    The question is asked now, and again whenever what rag add or rag watch brings in touches it. Only another value
    speaks, with the old and the new sentence; what is written otherwise or repeated does not. Without arguments the
    followed questions are listed.

    Example: rag follow "When does the Syria mission end?"

    Example: rag follow --stop 1
    """
    asked = typed(question or [])
    if sum(map(bool, (asked, list_, stop))) > 1:
        raise UsageError("give a question, --list or --stop, one of them")
    with open_news(index, llm=llm if asked else "none") as (news, _):
        if atom is not None:
            news.write_changes_to(atom)
        if asked:
            with spinner(asked):
                made = news.follow(asked)
            print_json(made.record()) if as_json else print_followed([made])
        elif stop:
            known = {f.id for f in news.followed()}
            if unknown := [i for i in stop if i not in known]:
                raise UsageError(
                    f"no followed question {', '.join(unknown)}; nothing was stopped; see: rag follow --list"
                )
            say(f"stopped {news.unfollow(*stop)}")
        elif list_ or atom is None:
            followed = news.followed()
            print_json([f.record() for f in followed]) if as_json else print_followed(followed)
            news.mark_changes_read()


def print_followed(followed: Sequence[FollowedQuestion]) -> None:
    """Each with its value, the sentence it stands on, and its changes, the newest first."""
    for f in followed:
        say(f"{f.id:>4}  {f.question}")
        say(f"      {f.value}" if f.value else "      the articles do not say yet")
        if f.quote and f.quote != f.value:
            say(f"      “{' '.join(f.quote.split())}”")
        for n, change in enumerate(reversed(f.changes)):
            print_change(change, "      ", new=n < f.unread)
    if not followed:
        say("no question is followed; follow one with: rag follow QUESTION", file=sys.stderr)


def print_change(change: Change, indent: str = "", *, new: bool = False) -> None:
    """One change: the values, the sentence that says so, the outlet and the day."""
    say(f"{indent}{'new: ' if new else ''}{change_words(change)}")
    if change.new_quote:
        say(f"{indent}  “{' '.join(change.new_quote.split())}”")
    say(f"{indent}  {change.source or 'unknown outlet'}, {readable(change.day)} ({change.article_id})")


def change_words(change: Change) -> str:
    """'12 -> 15', with what kind of change it is where that is not simply a newer report."""
    kinds = {"corrected": " (corrected)", "contested": " (another outlet differs)", "withdrawn": " (withdrawn)"}
    return f"{change.old or 'not known'} -> {change.new or 'not known'}{kinds.get(change.kind, '')}"


def print_changes(changed: Sequence[tuple[FollowedQuestion, Change]]) -> None:
    """A line for each question whose answer changed, with the sentence that changes it."""
    for f, change in changed:
        say(f"changed: {f.question}")
        print_change(change, "  ")


def asked_again(news: News, progress: Progress) -> list[tuple[FollowedQuestion, Change]]:
    """Asks again what was touched, after an add; Ctrl-C leaves the rest to the next time."""
    try:
        return news.ask_followed_again(progress=progress)
    except KeyboardInterrupt:
        say("stopped; the articles are stored, and followed questions are asked again next time", file=sys.stderr)
        raise typer.Exit(130) from None
    except RagError as error:
        say(f"followed questions were not asked again: {error}", file=sys.stderr)
        return []
