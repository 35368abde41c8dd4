"""Commands over several articles: ``timeline``, ``compare`` and ``topics``."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from rag.cli.options import (
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
    scope_of,
)
from rag.cli.output import print_json, readable, say, spinner, typed
from rag.types import NameTopic, OutletComparison, OutletSaying, Timeline, TimelineRow

Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Show at most this many.")]


class Form(StrEnum):
    """How a timeline is printed."""

    text = "text"
    md = "md"
    html = "html"
    json = "json"


def timeline(
    topic: Annotated[
        list[str] | None, typer.Argument(metavar="[TOPIC]", help="A topic or a question, best in quotes.")
    ] = None,
    article: Annotated[str | None, typer.Option("--article", metavar="ID", help="The story of this article.")] = None,
    entity: Annotated[
        str | None, typer.Option("--entity", metavar="NAME", help="All that is told of somebody or something.")
    ] = None,
    as_of: AsOf = None,
    since: Annotated[date | None, date_option("--since", "Only what happened from this day on")] = None,
    until: Annotated[date | None, date_option("--until", "Only what happened up to this day")] = None,
    new_since: Annotated[date | None, date_option("--new-since", "Mark what was reported after this day")] = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    limit: Limit = 20,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.text,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Show what happened, in which order: dated sentences, word for word.

    Each row has the day of what it tells, not of its report; what a later report replaced is marked, and what is only
    planned. Uses no language model. With --json, replaced_by is the index of the row that replaces this one, from 0.

    Example: rag timeline "Narrows Bridge toll" --since 2024-05-01

    Example: rag timeline --entity "Delphine Marrow" --format md > marrow.md
    """
    with open_news(index) as (news, _):
        about = typed(topic or [])
        filters = scope_of(news, since, until, as_of, source, section, author)
        with spinner(about or entity or article or ""):
            found = news.timeline(
                about, article=article, entity=entity, filters=filters, limit=limit, new_since=new_since
            )
    if as_json or form is Form.json:
        print_json(found.record())
    elif form is Form.html:
        from rag.chat.views.timeline import timeline_page

        print(timeline_page(found))
    elif form is Form.md:
        from rag.chat.kept.export import timeline_markdown

        print(timeline_markdown(found))
    else:
        print_timeline(found)


def compare(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="A question, best in quotes.")],
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Show what each outlet says of a matter, in its own sentence.

    Outlets that give the same value stand together; a difference is called one only where both surely speak of the same
    thing. Uses no language model.

    Example: rag compare "How many people were aboard the ferry?"
    """
    asked = typed(question)
    with open_news(index) as (news, _):
        filters = scope_of(news, since, until, as_of, source, section, author)
        with spinner(asked):
            found = news.compare(asked, filters=filters)
    if as_json:
        print_json(found.record())
    else:
        print_comparison(found)


def topics(
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    limit: Limit = 40,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """List the names that the articles write about, those of most stories first.

    Example: rag topics --since 2024-09-01 --source "The Meridian Post"
    """
    with open_news(index) as (news, _):
        filters = scope_of(news, since, until, as_of, source, section, author)
        with spinner("reading names"):
            found = news.topics(filters=filters, limit=limit)
    if as_json:
        print_json({"topics": [topic.record() for topic in found]})
    else:
        print_topics(found)


def print_timeline(found: Timeline) -> None:
    if not found.rows:
        say("no article tells of it")
    for row in found.rows:
        marks = [
            "planned" if row.planned else "",
            f"replaced on {readable(found.rows[row.replaced_by].article.published)}"
            if row.replaced_by is not None
            else "",
            "new" if row.new else "",
        ]
        marked = "".join(f" [{mark}]" for mark in marks if mark)
        say(f"{days_of(row):<12} {' '.join(row.quote.split())}{marked}")
        say(f"{'':<12}   {_reported(row)} {row.article.id}")
    if found.left_out:
        more = "event has" if found.left_out == 1 else "events have"
        say(f"\n{found.left_out} more {more} no room; see --limit")


def days_of(row: TimelineRow) -> str:
    """'2024-09-28', '2024-09', '2024', or the two ends of another span; '-' where the day is not known."""
    if row.first is None or row.last is None:
        return "-"
    length = {"month": 7, "year": 4}.get(row.precision, 10)
    first, last = row.first.isoformat()[:length], row.last.isoformat()[:length]
    if row.precision in ("month", "year") and (
        row.first.day != 1 or (row.precision == "year" and row.first.month != 1)
    ):
        first, last = row.first.isoformat(), row.last.isoformat()
    return first if first == last else f"{first}/{last}"


def _reported(row: TimelineRow) -> str:
    a = row.article
    others = [name for name in row.outlets if name != a.source]
    also = f"; also {', '.join(others)}" if others else ""
    return f"({a.source or 'unknown outlet'}, {readable(a.published)}{also})"


def print_comparison(found: OutletComparison) -> None:
    if not found.groups:
        say("no outlet says anything of it")
    for n, group in enumerate(found.groups):
        head = {"agrees": "", "differs": " (differs)", "other": " (perhaps of something else)"}[group.relation]
        value = group.value or "no single value"
        say(("" if not n else "\n") + f"{value}{head}: {_counted(group.sayings)}")
        for s in group.sayings:
            say(f"  {s.article.source or 'unknown outlet'}, {readable(s.article.published)}{_whose(s)} {s.article.id}")
            say(f"    {' '.join(s.quote.split())}")
    if found.silent:
        say(f"\nDo not say: {', '.join(found.silent)}")


def _counted(sayings: tuple[OutletSaying, ...]) -> str:
    n = len(sayings)
    return f"{n} outlet" if n == 1 else f"{n} outlets"


def _whose(s: OutletSaying) -> str:
    said = "" if s.speaker is None else f", as said by {s.speaker}" if s.speaker else ", as said by somebody"
    agency = f", text of {s.agency}" if s.agency and s.agency != s.article.source else ""
    prints = f", reprinted by {', '.join(s.reprints)}" if s.reprints else ""
    return f"{said}{agency}{prints}"


def print_topics(found: list[NameTopic]) -> None:
    if not found:
        say("no name stands in two stories")
    for topic in found:
        outlets = ", ".join(f"{name or 'unknown outlet'} {n}" for name, n in topic.outlets[:4])
        first, last = (readable(topic.days[i][0]) if topic.days else "-" for i in (0, -1))
        say(f"{topic.articles:4}  {topic.name}  ({first} to {last}; {outlets})")
