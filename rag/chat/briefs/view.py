"""A brief in words and in HTML: quotes, counts and fixed phrases. Pure: values in, strings out."""

from __future__ import annotations

from datetime import datetime

from rag.chat.assets import STYLE
from rag.chat.kept.fared import fares_text
from rag.chat.views.escape import counted, day_text, span_text
from rag.chat.views.render import render
from rag.types import Brief, BriefStory, TimelineRow, day

MOST = 1000
"""Stories that one page shows, however many there are."""


def head_text(found: Brief) -> str:
    """What a brief is of, and of how much: '214 new articles from 6 outlets since 27 Nov 2024, 131 stories'."""
    if found.last is not None:
        since = f"since your last brief ({moment_text(found.last)})"
    else:
        since = f"since {day_text(found.since)}" if found.since else "so far"
    until = f", as of {day_text(found.as_of)}" if found.as_of else ""
    about = f" on “{found.topic}”" if found.topic else ""
    if not found.articles:
        return f"No new articles{about} {since}{until}"
    stories = len(found.stories) + found.left_out + found.unquoted
    return (
        f"{counted(found.articles, 'new article')}{about} from {counted(found.outlets, 'outlet')} {since}{until}, "
        f"{stories:,} {'story' if stories == 1 else 'stories'}"
    )


def moment_text(when: datetime) -> str:
    """27 Nov 2024, 18:02 (of this machine's clock)"""
    here = when.astimezone()
    return f"{day_text(here)}, {here:%H:%M}"


def story_facts(story: BriefStory) -> list[str]:
    """Who carries a story and since when, as short phrases; nothing of a single report."""
    outlets, newest = story.newest.outlets, day(story.newest.article.published)
    facts = []
    if len(outlets) > 1:
        facts.append(f"{len(outlets)} independent outlets: {', '.join(outlets)}")
    if story.reports > 1:
        reprints = f", {counted(story.reprints, 'reprint')} among them" if story.reprints else ""
        facts.append(f"{counted(story.reports, 'new report')}{reprints}")
    if story.begun and newest and story.begun < newest:
        facts.append(f"first reported {day_text(story.begun)}")
    return facts


def changed_texts(found: Brief) -> list[tuple[str, str]]:
    """(the question with its value, how it fares) of each kept answer that the news has changed."""
    return [(f"{a.question} {a.value or ''}".strip(), fares_text(a)) for a in found.changed]


def more_text(found: Brief) -> str:
    """'and 116 more stories'; empty where all are shown."""
    if not found.left_out:
        return ""
    return f"and {found.left_out:,} more {'story' if found.left_out == 1 else 'stories'}"


def rest_text(found: Brief) -> list[str]:
    """What else is new: stories that are galleries, lists and the like, and reprints of older articles."""
    told = []
    if found.unquoted:
        which = "story has" if found.unquoted == 1 else "stories have"
        told.append(f"{found.unquoted:,} more {which} no sentence that says what happened")
    if found.reprinted:
        which = "article reprints" if found.reprinted == 1 else "articles reprint"
        told.append(f"{found.reprinted:,} more {which} what was there before")
    return told


def row_when(row: TimelineRow) -> str:
    """The day of a sentence, and that it was only planned."""
    return f"{span_text(row)}{', planned' if row.planned else ''}"


def brief_html(found: Brief) -> str:
    """A brief for the page of the chat."""
    return _brief(found, plain=False)


def brief_page(found: Brief) -> str:
    """A brief as one HTML file that needs nothing else."""
    head = f"<head><meta charset=utf-8>{render('brief', 'page_title')}<style>{STYLE}</style></head>"
    return f"<!doctype html>\n<html lang=en>{head}<body class=story-page>{_brief(found, plain=True)}</body></html>"


def _brief(found: Brief, *, plain: bool) -> str:
    stories = [(story, row_when(story.newest), story_facts(story)) for story in found.stories]
    more = min(len(found.stories) + found.left_out, MOST)
    return render(
        "brief", "brief", found=found, stories=stories, head=head_text(found), more=more, more_words=more_text(found),
        rest=rest_text(found), changed=changed_texts(found), row_when=row_when, plain=plain,
    )  # fmt: skip
