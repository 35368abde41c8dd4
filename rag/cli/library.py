"""Commands for the articles of an index: ``add``, ``watch``, ``feeds``, ``list``, ``show``, ``remove``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from rag.cli.options import (
    PATHS_HELP,
    AsJson,
    AsOf,
    Authors,
    Index,
    Outlets,
    Sections,
    Since,
    Until,
    date_option,
    open_news,
    outlets,
    scope_of,
)
from rag.cli.output import (
    history_record,
    print_article,
    print_copies,
    print_embargoed,
    print_history,
    print_json,
    print_passed_over,
    print_report,
    readable,
    say,
)
from rag.cli.standing.follow import asked_again, print_changes
from rag.errors import UsageError
from rag.types import Change, FollowedQuestion


def add(
    sources: Annotated[list[str], typer.Argument(metavar="PATH|URL|FEED...", help=PATHS_HELP)],
    every: Annotated[
        str | None, typer.Option("--every", metavar="TIME", help="Repeat every 15m, 2h or 1d.", show_default=False)
    ] = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Add articles from files, folders, web pages and feeds.

    Adding the same article again changes nothing. A changed article replaces its old version, which stays in its
    history. Copies of one story in several outlets are kept as one story. Sources that cannot be read are listed with
    the reason, and the exit status is then 1; everything else is stored. Drafts, copies and what else is no news are
    listed as left out, and files of other types in a folder are counted; neither changes the exit status.

    Example: rag add articles/ export.jsonl.gz https://paper.example/feed.xml
    """
    if every is not None:
        watch(sources, every, index, as_json)
        return
    # The language model is opened for followed questions alone, and loaded only where one is asked again.
    with open_news(index, llm=None, create=True) as (news, progress):
        with news.asking_later():
            report = news.add(*sources, progress=progress)
        print_passed_over(report)
        if not as_json:
            print_report(report)
            sys.stdout.flush()
        changed = asked_again(news, progress)
        if as_json:
            print_json(report.record() | _changes_record(changed))
        print_changes(() if as_json else changed)
    if report.failed:
        raise typer.Exit(1)


def watch(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[PATH|URL|FEED]...", help=PATHS_HELP)] = None,
    every: Annotated[str, typer.Option("--every", metavar="TIME", help="How often: 15m, 2h, 1d.")] = "15m",
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Keep the index up to date from feeds, pages and folders.

    Reads them again and again; without sources, all feeds that were added before. A feed is asked only for what is
    new since the last time, and a file is read only when it has changed. Ctrl-C stops it. With --json each round
    prints one line.

    Example: rag watch https://paper.example/feed.xml exports/ --every 30m
    """
    from rag.ops.watch import interval
    from rag.ops.watch import watch as rounds

    seconds = interval(every)
    with open_news(index, llm=None, create=bool(sources)) as (news, progress), news.asking_later():
        for report in rounds(news, sources or [], every=seconds, progress=progress):
            if report.items and not as_json:
                print_report(report)
            changed = asked_again(news, progress)
            if as_json:
                print_json(report.record() | _changes_record(changed))
            print_changes(() if as_json else changed)
            sys.stdout.flush()
            if not as_json:
                at = datetime.now()
                say(f"{at:%H:%M}: next at {at + timedelta(seconds=seconds):%H:%M}", file=sys.stderr, flush=True)


def _changes_record(changed: Sequence[tuple[FollowedQuestion, Change]]) -> dict[str, Any]:
    """What is added to a report where followed questions changed."""
    return {"changed": [{"question": f.question, **change.record()} for f, change in changed]} if changed else {}


def feeds(index: Index = None, as_json: AsJson = False) -> None:
    """List the feeds that were added.

    Prints address, title, and the time of the last reading. rag watch reads them again.
    """
    with open_news(index) as (news, _):
        found = news.feeds()
    if as_json:
        print_json(
            [
                {"url": s.url, "title": s.title, "entries": len(s.seen), "read": at.isoformat(timespec="seconds")}
                for s, at in found
            ]
        )
        return
    for state, at in found:
        say(f"{at.astimezone():%Y-%m-%d %H:%M}  {len(state.seen):4} entries  {state.title or '-'}  {state.url}")
    if not found:
        say("no feeds yet; add one with: rag add https://.../feed.xml", file=sys.stderr)


def list_(
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    embargoed: Annotated[
        bool, typer.Option("--embargoed", help="List what waits for its time instead: ids, times and files.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Show at most this many articles; default: all.", show_default=False),
    ] = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """List the stored articles, newest first.

    Prints id, day, outlet and headline. Articles under an embargo are in no list but that of --embargoed, which has
    nothing of their text or headline.

    Example: rag list --since 2024-09-01 --source "The Meridian Post"
    """
    with open_news(index) as (news, _):
        waiting = news.embargoed() if embargoed else []
        filters = scope_of(news, since, until, as_of, source, section, author)
        articles = [] if embargoed else news.articles(filters)
    if embargoed:
        print_embargoed(waiting, as_json=as_json)
        return
    shown = articles[:limit]
    if as_json:
        print_json([a.record(body=False) for a in shown])
        return
    for a in shown:
        say(f"{a.id:14} {readable(a.published):10}  {(a.source or '-')[:24]:24}  {a.title}")
    if left := len(articles) - len(shown):
        say(f"and {left} more; leave out --limit to see all", file=sys.stderr)


def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An id from: rag list")],
    history: Annotated[bool, typer.Option("--history", help="Also show what changed, and when.")] = False,
    as_of: AsOf = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Print one article and the outlets that carry the story.

    --json prints a record that rag add can read back, as a line of a .jsonl file. "copies" lists the other prints of
    the story, each with the share of its text that is also in the print it copies; "history" lists earlier versions.
    """
    with open_news(index) as (news, _):
        article = news.article(article_id, as_of=as_of)
        copies = [c for c in news.copies(article_id, as_of=as_of) if c.article.id != article_id]
        versions = news.history(article_id, as_of=as_of) if history else []
    if as_json:
        record = article.record() | {"story": article.story, "copies": [c.record() for c in copies]}
        print_json(record | ({"history": history_record(article, versions)} if history else {}))
        return
    print_article(article)
    print_copies(copies)
    if history:
        print_history(article, versions)


def remove(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids from: rag list")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="OUTLET", help="All articles of this outlet.")
    ] = None,
    before: Annotated[date | None, date_option("--before", "All articles published before this day")] = None,
    index: Index = None,
) -> None:
    """Remove articles by id, outlet or age.

    With both --source and --before, an article must match both. If any id is unknown, nothing is removed.

    Example: rag remove --before 2020-01-01
    """
    with open_news(index) as (news, _):
        known = {a.id for a in news.articles()} if ids else set()
        known |= {w.article_id for w in news.withdrawn()} | {e.article_id for e in news.embargoed()}
        if unknown := [i for i in ids or () if i not in known]:
            raise UsageError(f"no article {', '.join(unknown)}; nothing was removed; see: rag list")
        found = outlets(news, [source] if source is not None else None)
        count = news.remove(*(ids or []), source=found[0] if found else None, before=before)
    say(f"removed {count}")
