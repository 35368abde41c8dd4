"""The command ``answers``: the answers that were kept, and how they fare."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.options import AsJson, Index, open_news
from rag.cli.output import print_json, readable, say
from rag.errors import UsageError
from rag.types import Answer, KeptAnswer
from rag.types.ledger import STATE_WORDS

if TYPE_CHECKING:
    from rag.news import News


class KeptState(StrEnum):
    """The states of a kept answer, as an option names them."""

    stands = "stands"
    reworded = "reworded"
    corrected = "corrected"
    superseded = "superseded"
    contested = "contested"
    withdrawn = "withdrawn"


answers_app = typer.Typer(
    help="""List the answers that were kept, and how they fare since.

    An answer is kept by "rag ask --keep", in the chat and from Python. Whenever articles are added, updated or removed,
    it is compared with them, without a language model. Its state is then one of:

    \b
      stands      its articles still say it
      reworded    they say it in other words, or at another place
      corrected   its article now says otherwise, or no longer says it
      superseded  a newer article says otherwise
      contested   another outlet says otherwise at about the same time
      withdrawn   its article was removed, or killed by its provider

    Example: rag answers --state corrected

    Example: rag answers show 3

    Example: rag answers forget 3 4
    """,
    rich_markup_mode=None,
    invoke_without_command=True,
)

Number = Annotated[str, typer.Argument(metavar="N", help="The number of a kept answer; see: rag answers")]


@answers_app.callback()
def answers(
    context: typer.Context,
    state: Annotated[
        KeptState | None, typer.Option("--state", help="Only the answers in this state.", show_default=False)
    ] = None,
    index: Index = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array for programs.")] = False,
) -> None:
    if context.invoked_subcommand:
        if state or index or as_json:
            raise UsageError(f"write options after the command: rag answers {context.invoked_subcommand} --index ...")
        return
    with open_news(index) as (news, _):
        found = [a for a in news.answers() if state is None or a.state == state]
    if as_json:
        print_json([a.record() for a in found])
        return
    for answer in found:
        print_kept(answer)
    if not found:
        say(f"no answer is {state}" if state else 'no answer is kept; see: rag ask "..." --keep', file=sys.stderr)


@answers_app.command("show")
def show_answer(number: Number, index: Index = None, as_json: AsJson = False) -> None:
    """Show a kept answer whole: its text, its sources as they were, and what is said now.

    Example: rag answers show 3
    """
    with open_news(index) as (news, _):
        found = news.kept_answer(number)
    if as_json:
        print_json(found.record())
        return
    print_kept(found)
    say(f"\n{found.text}")
    for c in found.citations:
        say(f"\n[{c.n}] {c.article.title} ({_from(c.article.source, c.article.published)}) {c.article.id}")
        say(f"    {' '.join(c.quote.split())}")


@answers_app.command("forget")
def forget_answer(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[N]...", help="Numbers of kept answers; see: rag answers")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Forget all answers.")] = False,
    index: Index = None,
) -> None:
    """Forget kept answers: nothing of them is left in the ledger.

    Example: rag answers forget 3 4
    """
    if bool(numbers) == all_:
        raise UsageError("name the numbers of answers, or --all; see: rag answers")
    with open_news(index) as (news, _):
        known = [a.id for a in news.answers()]
        if missing := [n for n in numbers or () if n not in known]:
            raise UsageError(f"no kept answer {missing[0]}; see: rag answers")
        count = news.forget_answers(*(known if all_ else numbers or ()))
    say(f"forgot {count} answer{'' if count == 1 else 's'}")


def keep_answer(news: News, answer: Answer) -> None:
    """Keeps an answer that was printed, and prints its number on standard error."""
    try:
        kept = news.keep(answer)
    except UsageError as error:
        say(f"not kept: {error.told}", file=sys.stderr)
        return
    say(f"kept as answer {kept.id}; see: rag answers show {kept.id}", file=sys.stderr)


def print_kept(answer: KeptAnswer) -> None:
    """The question, its value and the state; of what has changed the old and the new sentence, each with its day."""
    asked = f"as of {readable(answer.as_of)}" if answer.as_of else f"asked {readable(answer.asked)}"
    since = f" on {readable(answer.since)}" if answer.since else ""
    say(f"{answer.id}. {answer.question}")
    say(f"   {answer.value or ' '.join(answer.text.split()) or '-'} ({asked}): {STATE_WORDS[answer.state]}{since}")
    if answer.state == "stands":
        return
    now, was = answer.now, answer.was
    if was is not None:
        say(f"   was: {' '.join(was.quote.split())} ({_from(was.article.source, was.article.published)})")
    if now is not None:
        value = f"{now.value}: " if now.value and answer.state != "reworded" else ""
        say(f"   now: {value}{' '.join(now.quote.split())} ({_from(now.source, now.published)}) {now.article_id}")
    elif answer.state == "corrected":
        say("   now: the article no longer says it")


def _from(source: str | None, day: date | None) -> str:
    return ", ".join(filter(None, (source, readable(day))))
