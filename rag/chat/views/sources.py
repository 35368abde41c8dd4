"""The panel beside the chat: what was found, what an answer cites, when it was reported. Pure HTML strings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from rag.chat.turn import Turn, sources_of
from rag.chat.views.escape import MAX_SHOWN_TEXT, body_text, counted
from rag.chat.views.render import render
from rag.text.sentences import sentence_spans
from rag.types import Article, Citation, Evidence, day

_BLANK_LINES = re.compile(r"\n\s*\n")

_CONTEXT_SENTENCES = 2
_CONTEXT_WINDOW = 1200  # characters of body on each side in which those sentences are looked for
_CONTEXT_MAX = 420  # characters shown on each side, however long a sentence runs

NEAREST = 3  # articles that a refusal names
SPAN = 3  # days within which what was found needs no timeline
MAX_OUTLET_ROWS = 6  # outlets with a row of their own


def context(article: Article, start: int, end: int) -> tuple[str, str]:
    """The text before and after ``body[start:end]``: two sentences a side, "…" where more was left out."""
    low, high = max(0, start - _CONTEXT_WINDOW), end + _CONTEXT_WINDOW
    before, after = article.body[low:start], article.body[end:high]
    spans = sentence_spans(before, article.language)
    first = spans[-_CONTEXT_SENTENCES:][0][0] if spans else len(before)
    first = max(first, len(before) - _CONTEXT_MAX)
    spans = sentence_spans(after, article.language)
    last = spans[:_CONTEXT_SENTENCES][-1][1] if spans else 0
    last = min(last, _CONTEXT_MAX)
    lead = "… " if article.body[: low + first].strip() else ""
    tail = " …" if article.body[end + last :].strip() else ""
    return _BLANK_LINES.sub("\n", lead + before[first:]), _BLANK_LINES.sub("\n", after[:last] + tail)


class Source(NamedTuple):
    """A numbered source: its citation, the text around it, and the other prints of its story."""

    citation: Citation
    before: str
    after: str
    copies: Sequence[Article]


Card = tuple[Article, Sequence[Evidence]]
"""An article and its sentences."""


class ReportDays(NamedTuple):
    """When what was found was reported; the dots of a row are (percent from the left, article, cited)."""

    articles: int
    outlets: int
    first: date
    last: date
    rows: list[tuple[str, list[tuple[str, Article, bool]]]]


def article_html(article: Article, start: int, end: int, number: int) -> str:
    """The stored text of an article, over the page, with ``body[start:end]`` marked.

    ``number`` tells one opening from the next of the same article.
    """
    body = body_text(article)
    if not 0 <= start < end <= min(len(body), MAX_SHOWN_TEXT):
        start = end = 0
    before, marked, after = body[:start], body[start:end], body[end:]
    return render("article", article=article, number=number, before=before, marked=marked, after=after)


def source_rows(citations: Iterable[Citation], copies: Mapping[str, Sequence[Article]]) -> list[Source]:
    """``copies`` are the other prints of the story of an article, by its id."""
    return [Source(c, *context(c.article, c.start, c.end), copies.get(c.article.id, ())) for c in citations]


def cards(evidence: Sequence[Evidence]) -> list[Card]:
    """The sentences found, by article, in the order of the best of each."""
    groups: dict[str, list[Evidence]] = {}
    for e in evidence:
        groups.setdefault(e.article.id, []).append(e)
    return [(quotes[0].article, sorted(quotes, key=lambda e: e.start)) for quotes in groups.values()]


def report_days(evidence: Iterable[Evidence], cited: Collection[str]) -> ReportDays | None:
    """A row an outlet; None where all was reported within ``SPAN`` days. ``cited`` are ids of articles."""
    dated = {e.article.id: (when, e.article) for e in evidence if (when := day(e.article.published))}
    days = sorted(when for when, _ in dated.values())
    if not days or (days[-1] - days[0]).days <= SPAN:
        return None
    first, length = days[0], (days[-1] - days[0]).days
    rows: dict[str, list[tuple[str, Article, bool]]] = {}
    for when, article in sorted(dated.values(), key=lambda found: (found[1].id not in cited, found[0])):
        name = article.source or "Unknown outlet"
        row = rows.setdefault(name if name in rows or len(rows) < MAX_OUTLET_ROWS else "Others", [])
        row.append((f"{100 * (when - first).days / length:.1f}", article, article.id in cited))
    outlets = len({a.source for _, a in dated.values()})
    return ReportDays(len(dated), outlets, days[0], days[-1], list(rows.items()))


def panel_html(turn: Turn | None, newest: Sequence[Article] = ()) -> str:
    """The panel beside the chat: evidence as soon as there is some, then the sources of the last answer."""
    parts: dict[str, Any] = dict.fromkeys(("timeline", "words", "numbered", "found", "others", "latest"))
    parts |= {"title": "Sources", "unused": False, "number": turn.number if turn else 0}
    return render("panel", **parts | _panel(turn, newest))


def _panel(turn: Turn | None, newest: Sequence[Article]) -> dict[str, Any]:
    if turn is None and newest:
        return {"title": "Latest articles", "latest": newest}
    if turn is None:
        return {"words": "Sources appear here as soon as they are found."}
    answer, read = turn.answer, (turn.answer and turn.answer.evidence) or turn.found or ()
    if answer is None and read:
        found = cards(read)
        title = f"Found in {counted(len(found), 'article')}"
        return {"title": title, "timeline": report_days(read, ()), "found": found}
    if answer is None:
        silent = "Searching …" if turn.running else "No sources for this question."
        return {"words": silent if turn.found is None else "Nothing relevant was found."}
    if numbered := sources_of(answer):
        cited = {c.article.id for c in numbered}
        places = [Evidence(c.article, c.start, c.end, c.quote, 1.0) for c in numbered]
        return {
            "title": "Sources" if answer.citations else "What the articles say",
            "timeline": report_days([*read, *places], cited),
            "numbered": source_rows(numbered, turn.copies),
            "others": cards([e for e in read if e.article.id not in cited]),
        }
    if answer.cause == "talk":
        return {"words": "Ask about the news to see sources here."}
    if answer.nearest:
        of = {article.id: quotes for article, quotes in cards(read)}
        nearest = [(article, of.get(article.id, ())) for article in answer.nearest[:NEAREST]]
        return {"title": "Closest articles", "found": nearest, "unused": True}
    return {"words": "No article is close to this question."}
