"""Commands over several articles: ``timeline``, ``compare``, ``topics`` and ``brief``."""

from __future__ import annotations

import sys
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
from rag.types import Article, Brief, NameTopic, OutletComparison, OutletSaying, Timeline, TimelineRow

Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Show at most this many.")]


class Form(StrEnum):
    """How a timeline is printed."""

    text = "text"
    md = "md"
    html = "html"
    json = "json"


class BriefForm(StrEnum):
    """How a brief is printed."""

    text = "text"
    md = "md"
    html = "html"
    atom = "atom"
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


def brief(
    since: Annotated[
        date | None, date_option("--since", "What is new from this day on, instead of since your last brief")
    ] = None,
    topic: Annotated[
        str, typer.Option("--topic", metavar="WORDS", help="Only articles that name all of this early on.")
    ] = "",
    as_of: AsOf = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=5000, help="Show at most this many stories.")] = 15,
    again: Annotated[
        bool, typer.Option("--again", help="Show what your last brief was of once more, with what came in since.")
    ] = False,
    peek: Annotated[bool, typer.Option("--peek", help="Do not count this as your last brief.")] = False,
    form: Annotated[BriefForm, typer.Option("--format", help="How to print it.")] = BriefForm.text,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Show what is new, by story: the newest sentence that says what happened, word for word.

    Without --since it is of what came in after your last brief (the first one: of the last seven days that have news),
    and then counts as your last one; each --topic and --source has its own. Stories that more independent outlets carry
    come first: reprints, and texts of one agency, count once. Under a sentence stands what it replaces, where a value
    or a plan has changed; at the end, what was corrected or withdrawn. Uses no language model.

    To see what had no room: rag brief --again --limit 100

    Example: rag brief --since 2024-09-28 --source "The Meridian Post"

    Example: rag brief --topic "Narrows Bridge" --format atom --peek > bridge.atom
    """
    with open_news(index) as (news, _):
        scope = scope_of(news, since, None, as_of, source, section, author)
        with spinner("reading what is new"):
            found = news.brief(topic=topic, filters=scope, limit=limit, again=again)
        if as_json or form is BriefForm.json:
            print_json(found.record())
        elif form is BriefForm.text:
            print_brief(found, "the same with" if peek or again or not found.mark else "--again")
        else:
            print(_brief_in(form, found), end="")
        sys.stdout.flush()
        if not peek and not again:
            news.mark_read(found)


def _brief_in(form: BriefForm, found: Brief) -> str:
    from rag.chat.briefs.files import brief_atom, brief_markdown
    from rag.chat.briefs.view import brief_page

    return {BriefForm.md: brief_markdown, BriefForm.html: brief_page, BriefForm.atom: brief_atom}[form](found)


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


def print_brief(found: Brief, how: str = "the same with") -> None:
    """``how`` the same brief can be had with more stories."""
    from rag.chat.briefs.files import withdrawn_text
    from rag.chat.briefs.view import changed_texts, head_text, more_text, rest_text, story_facts

    say(f"{head_text(found)}.")
    for n, story in enumerate(found.stories, 1):
        row = story.newest
        say(f"\n{n:>2}. {days_of(row)}{' [planned]' if row.planned else ''}  {' '.join(row.quote.split())}")
        say(f"    {_printed_in(row.article)}")
        if facts := story_facts(story):
            say(f"    {'; '.join(facts)}")
        if story.correction:
            say(f"    corrected: {story.correction}")
        for old in story.replaces:
            say(f"    replaces: {' '.join(old.quote.split())}")
            say(f"      {_printed_in(old.article)}")
    if words := more_text(found):
        say(f"\n{words}; to see them: {how} --limit {len(found.stories) + found.left_out}")
    for words in rest_text(found):
        say(f"\n{words}")
    if found.corrected:
        say("\nCorrected:")
    for c in found.corrected:
        say(f"  {readable(c.at):<12} {c.note}")
        if c.was and c.now:
            say(f"{'':<15}it said: {' '.join(c.was.quote.split())}")
            say(f"{'':<15}it says now: {' '.join(c.now.quote.split())}")
        say(f"{'':<15}{_printed_in(c.article)}")
    if found.more_corrected:
        say(f"  and {found.more_corrected} more")
    if found.changed:
        say("\nYour kept answers:")
    for question, fares in changed_texts(found):
        say(f"  {question}\n    {fares}")
    if found.withdrawn:
        say("\nWithdrawn:")
    for w in found.withdrawn:
        say(f"  {withdrawn_text(w)}")
    if found.more_withdrawn:
        say(f"  and {found.more_withdrawn} more")


def _printed_in(article: Article) -> str:
    return f"({article.source or 'unknown outlet'}, {readable(article.published)}) {article.title} {article.id}"
