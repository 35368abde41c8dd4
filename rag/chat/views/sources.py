"""The panel beside the chat: what was found, what an answer stands on, when it was reported. Pure HTML strings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from urllib.parse import urlsplit

from rag.chat.turn import Turn, sources_of
from rag.chat.views.escape import count, day_text, plain, safe_url, when_text
from rag.text.sentences import sentence_spans
from rag.types import Article, Citation, Evidence, day

_BLANK_LINES = re.compile(r"\n\s*\n")

_CONTEXT_SENTENCES = 2
_CONTEXT_WINDOW = 1200  # characters of body on each side in which those sentences are looked for
_CONTEXT_MAX = 420  # characters shown on each side, however long a sentence runs

PANEL = "panel"  # the place of the sources of the last answer
NEAREST = 3  # articles that a refusal names
WHOLE = 200_000  # characters of an article that are shown
SPAN = 3  # days within which what was found needs no timeline
ROWS = 6  # outlets with a row of their own


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


def byline_html(article: Article) -> str:
    """Outlet, day, and the day of the last change where that is another."""
    when = article.published
    stamp = f' datetime="{when.isoformat()}"' if when else ""
    changed = ""
    if article.updated and day(article.updated) != day(when):
        changed = f'<span class="changed">updated {when_text(article.updated)}</span>'
    return (
        f'<span class="outlet">{plain(article.source) or "Unknown outlet"}</span>'
        f"<time{stamp}>{when_text(when)}</time>{changed}"
    )


def link_html(article: Article) -> str:
    """The way out to the article's own page, where its address is a plain one."""
    url = safe_url(article.url)
    if url is None:
        return ""
    host = plain(urlsplit(url).hostname)
    return (
        f'<a class="out" href="{plain(url)}" target="_blank" rel="noopener noreferrer nofollow">'
        f'Read at {host}<span aria-hidden="true"> ↗</span><span class="sr"> (opens a new tab)</span></a>'
    )


def _deeds(article: Article, whole: str = "") -> str:
    """What can be done with an article; ``whole`` is the button that opens it."""
    ask = (
        f'<button type="button" class="about" data-do="about" data-id="{plain(article.id)}">'
        f'Ask about this article<span class="sr">: {plain(article.title)}</span></button>'
    )
    return f'<div class="deeds">{link_html(article)}{whole}{ask if article.id else ""}</div>'


def title_html(article: Article, start: int = 0, end: int = 0) -> str:
    """The headline, which opens the stored text at ``body[start:end]``; plain where the index has no such article."""
    if not article.id:
        return plain(article.title)
    return f'<button type="button" class="title" {_reads(article, start, end)}>{plain(article.title)}</button>'


def _whole_html(article: Article, start: int, end: int) -> str:
    if not article.id:
        return ""
    label = f'Whole article<span class="sr">: {plain(article.title)}</span>'
    return f'<button type="button" class="about" {_reads(article, start, end)}>{label}</button>'


def _reads(article: Article, start: int, end: int) -> str:
    return f'data-do="read" data-id="{plain(article.id)}" data-start="{start}" data-end="{end}"'


def article_html(article: Article, start: int, end: int, number: int) -> str:
    """The stored text of an article, over the page, with ``body[start:end]`` marked.

    ``number`` tells one opening from the next of the same article.
    """
    body = article.body[:WHOLE]
    tail = " …" if len(article.body) > WHOLE else ""
    if not 0 <= start < end <= len(body):
        start = end = 0
    marked = f'<mark tabindex="-1">{plain(body[start:end])}</mark>' if end else ""
    return (
        f'<dialog class="reading" data-number="{number}" aria-label="{plain(article.title)}">'
        '<div class="page"><button type="button" class="close" data-do="shut" aria-label="Close the article">×</button>'
        f'<div class="by">{byline_html(article)}</div><h2>{plain(article.title)}</h2>{authors_html(article)}'
        f'{_deeds(article)}<div class="body">{plain(body[:start])}{marked}{plain(body[end:])}{tail}</div>'
        "</div></dialog>"
    )


def authors_html(article: Article) -> str:
    """Who wrote it, where that is known."""
    return f'<p class="authors">By {plain(", ".join(article.authors))}</p>' if article.authors else ""


def also_html(copies: Sequence[Article]) -> str:
    """The other outlets that print the same story: they are one source."""
    if not copies:
        return ""
    rows = "".join(f'<li><div class="by">{byline_html(a)}</div>{title_html(a)} {link_html(a)}</li>' for a in copies)
    return (
        f'<details class="also"><summary>The same story in {count(len(copies), "other print")}</summary>'
        f"<ul>{rows}</ul></details>"
    )


def _source(citation: Citation, place: str, copies: Sequence[Article]) -> str:
    article = citation.article
    before, after = context(article, citation.start, citation.end)
    return (
        f'<li class="source" id="{place}-{citation.n}" data-n="{citation.n}" tabindex="-1">'
        f'<div class="by"><span class="n"><span class="sr">Source </span>{citation.n}</span>'
        f"{byline_html(article)}</div>"
        f"<h3>{title_html(article, citation.start, citation.end)}</h3>{authors_html(article)}"
        f"<blockquote>{plain(before)}<mark>{plain(citation.quote)}</mark>{plain(after)}</blockquote>"
        f"{also_html(copies)}{_deeds(article, _whole_html(article, citation.start, citation.end))}</li>"
    )


def sources_html(
    citations: Iterable[Citation], place: str, copies: Mapping[str, Sequence[Article]] | None = None
) -> str:
    """A numbered list; source n has the id ``place-n``, which must be unique on the page.

    ``copies`` are the other prints of the story of an article, by its id.
    """
    prints = copies or {}
    return f'<ol class="sources">{"".join(_source(c, place, prints.get(c.article.id, ())) for c in citations)}</ol>'


def found_html(evidence: Sequence[Evidence], *, unused: bool = False) -> str:
    """The sentences found, under the article that each comes from, in the order of the best of each.

    ``unused`` ones are not marked: they were read, and the answer does not stand on them.
    """
    order = {article_id: i for i, article_id in reversed(list(enumerate(e.article.id for e in evidence)))}
    ranked = sorted(evidence, key=lambda e: (order[e.article.id], e.start))
    items = []
    for _, group in groupby(ranked, key=lambda e: e.article.id):
        quotes = list(group)
        article = quotes[0].article
        items.append(_card(article, quotes))
    return f'<ul class="sources found{" unused" if unused else ""}">{"".join(items)}</ul>'


def nearest_html(articles: Sequence[Article], evidence: Sequence[Evidence]) -> str:
    """The articles that come closest to a question that none answers, each with what was read of it."""
    cards = (
        _card(a, sorted((e for e in evidence if e.article.id == a.id), key=lambda e: e.start))
        for a in articles[:NEAREST]
    )
    return f'<ul class="sources found unused">{"".join(cards)}</ul>'


def _card(article: Article, quotes: Sequence[Evidence]) -> str:
    marks = "".join(f"<blockquote><mark>{plain(e.quote)}</mark></blockquote>" for e in quotes)
    title = title_html(article, quotes[0].start, quotes[0].end) if quotes else title_html(article)
    return (
        f'<li class="source"><div class="by">{byline_html(article)}</div><h3>{title}</h3>{marks}{_deeds(article)}</li>'
    )


def headlines_html(articles: Iterable[Article]) -> str:
    """A list of articles by their headlines."""
    rows = "".join(
        f'<li><div class="by">{byline_html(a)}</div><h3>{title_html(a)}</h3>{_deeds(a)}</li>' for a in articles
    )
    return f'<ul class="headlines">{rows}</ul>'


def timeline_html(evidence: Sequence[Evidence], cited: Collection[str]) -> str:
    """When what was found was reported, a row an outlet; nothing where that was within ``SPAN`` days.

    ``cited`` are the ids of the articles that the answer stands on.
    """
    dated = {e.article.id: (when, e.article) for e in evidence if (when := day(e.article.published))}
    days = sorted(when for when, _ in dated.values())
    if not days or (days[-1] - days[0]).days <= SPAN:
        return ""
    first, length = days[0], (days[-1] - days[0]).days
    rows: dict[str, list[tuple[date, Article]]] = {}
    for when, article in sorted(dated.values(), key=lambda found: (found[1].id not in cited, found[0])):
        name = article.source or "Unknown outlet"
        rows.setdefault(name if name in rows or len(rows) < ROWS else "Others", []).append((when, article))
    drawn = []
    for name, reports in rows.items():
        dots = "".join(
            f'<i class="dot{" cited" if a.id in cited else ""}" style="left:{100 * (when - first).days / length:.1f}%"'
            f' title="{plain(f"{day_text(when)}: {a.title}")}"></i>'
            for when, a in reports
        )
        drawn.append(f'<div class="row"><span class="name">{plain(name)}</span><span class="track">{dots}</span></div>')
    outlets = count(len({a.source for _, a in dated.values()}), "outlet")
    span = f"{day_text(days[0])} to {day_text(days[-1])}"
    return (
        f'<figure class="timeline"><figcaption>Read: {count(len(dated), "article")} of {outlets}, {span}</figcaption>'
        f'<div aria-hidden="true">{"".join(drawn)}'
        f'<div class="row ends"><span class="name"></span><span class="track"><span>{day_text(days[0])}</span>'
        f"<span>{day_text(days[-1])}</span></span></div></div></figure>"
    )


def panel_html(turn: Turn | None, newest: Sequence[Article] = ()) -> str:
    """The panel beside the chat: evidence as soon as there is some, then the sources of the last answer."""
    title, body = "Sources", '<p class="quiet">Sources appear here as soon as they are found.</p>'
    if turn is None:
        if newest:
            title, body = "Latest articles", headlines_html(newest)
    elif turn.answer and (numbered := sources_of(turn.answer)):
        title = "Sources" if turn.answer.citations else "What the articles say"
        cited = {c.article.id for c in numbered}
        read = turn.answer.evidence or turn.found or ()
        body = timeline_html([*read, *map(_as_evidence, numbered)], cited)
        body += sources_html(numbered, PANEL, turn.copies)
        others = [e for e in read if e.article.id not in cited]
        if others:
            n = len({e.article.id for e in others})
            body += (
                f'<details class="more" data-key="more-{turn.number}"><summary>Also read, not cited: '
                f"{count(n, 'article')}</summary>{found_html(others, unused=True)}</details>"
            )
    elif turn.answer and turn.answer.cause == "talk":
        body = '<p class="quiet">Ask about the news, and its sources appear here.</p>'
    elif turn.answer and turn.answer.nearest:
        read = turn.answer.evidence or turn.found or ()
        title, body = "Closest articles", nearest_html(turn.answer.nearest, read)
    elif turn.answer:
        body = '<p class="quiet">No article comes near this question.</p>'
    elif turn.found:
        n = len({e.article.id for e in turn.found})
        title = f"Found in {count(n, 'article')}"
        body = timeline_html(turn.found, ()) + found_html(turn.found)
    elif turn.found is not None:
        body = '<p class="quiet">Nothing that fits was found.</p>'
    elif turn.running:
        body = '<p class="quiet">Searching …</p>'
    else:
        body = '<p class="quiet">No sources for this question.</p>'
    return f'<section class="panel" aria-label="Sources"><h2>{title}</h2>{body}</section>'


def _as_evidence(citation: Citation) -> Evidence:
    return Evidence(citation.article, citation.start, citation.end, citation.quote, 1.0)
