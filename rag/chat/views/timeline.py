"""The stories page: timelines, outlets side by side, the names of a library. Pure HTML strings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from rag.chat.assets import STYLE
from rag.chat.views.escape import span_text
from rag.chat.views.render import render
from rag.types import NameTopic, OutletComparison, Timeline, TimelineRow, day

MAX_PICTURE_ROWS = 8
"""Outlets with a row of their own in the picture."""
GAP = 0.25
"""Of the whole time, what a time without an event must be to be told as a gap."""


class Dot(NamedTuple):
    """An event in the picture, ``left`` percent from its beginning."""

    left: str
    row: int
    planned: bool
    replaced: bool
    words: str


class Picture(NamedTuple):
    """Days on an axis, outlets as rows; ``gaps`` are (percent from the left, percent wide, words)."""

    first: date
    last: date
    rows: list[tuple[str, list[Dot]]]
    gaps: list[tuple[str, str, str]]


def picture(rows: Sequence[TimelineRow]) -> Picture | None:
    """When the events of a timeline fell, a row an outlet; None where there are not two days to draw."""
    dated = [(n, row) for n, row in enumerate(rows, 1) if row.first and not _is_background(row)]
    days = sorted({row.first for _, row in dated if row.first})
    if len(days) < 2:
        return None
    first, length = days[0], (days[-1] - days[0]).days
    of: dict[str, list[Dot]] = {}
    for n, row in dated:
        assert row.first
        left = f"{100 * (row.first - first).days / length:.1f}"
        dot = Dot(left, n, row.planned, row.replaced_by is not None, f"{span_text(row)}: {row.quote[:120]}")
        for name in row.outlets or (row.article.source or "Unknown outlet",):
            of.setdefault(name if name in of or len(of) < MAX_PICTURE_ROWS else "Others", []).append(dot)
    gaps = []
    for a, b in pairwise(days):
        if (b - a).days >= max(GAP * length, 14):
            words = f"nothing for {(b - a).days} days"
            gaps.append((f"{100 * (a - first).days / length:.1f}", f"{100 * (b - a).days / length:.1f}", words))
    return Picture(first, days[-1], list(of.items()), gaps)


def _is_background(row: TimelineRow) -> bool:
    """Whether an event is so long before its report that a picture with it would show nothing else."""
    published = day(row.article.published)
    return bool(published and row.last and (published - row.last).days > 400)


def timeline_html(found: Timeline) -> str:
    """A timeline with its picture, for the stories page."""
    return _timeline(found, plain=False)


def timeline_page(found: Timeline) -> str:
    """A timeline as one HTML file that needs nothing else."""
    title = render("stories", "page_title", topic=found.topic)
    head = f"<head><meta charset=utf-8>{title}<style>{STYLE}</style></head>"
    return f"<!doctype html>\n<html lang=en>{head}<body class=story-page>{_timeline(found, plain=True)}</body></html>"


def _timeline(found: Timeline, *, plain: bool) -> str:
    rows = [(n, row, span_text(row), _replaced(found, row)) for n, row in enumerate(found.rows, 1)]
    return render("stories", "timeline", found=found, rows=rows, picture=picture(found.rows), plain=plain)


def _replaced(found: Timeline, row: TimelineRow) -> TimelineRow | None:
    return None if row.replaced_by is None else found.rows[row.replaced_by]


def comparison_html(found: OutletComparison) -> str:
    """What each outlet says, grouped by value."""
    return render("stories", "comparison", found=found)


def topics_html(topics: Sequence[NameTopic]) -> str:
    """The names of a library, each with a way to its timeline, and bars for its articles by day."""
    return render("stories", "names", topics=[(topic, _bars(topic)) for topic in topics])


def _bars(topic: NameTopic) -> list[tuple[str, int]]:
    """(percent from the left, articles) of each day with articles."""
    if not topic.days:
        return []
    first, length = topic.days[0][0], max((topic.days[-1][0] - topic.days[0][0]).days, 1)
    return [(f"{100 * (when - first).days / length:.1f}", n) for when, n in topic.days]
