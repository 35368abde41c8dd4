"""What the chat shows, as HTML in which every outside word is plain text. Pure: values in, strings out.

Article text, model text, titles, addresses and questions may all be hostile. They enter a page only through
``plain`` (escaped, control characters removed) and ``safe_url`` (http and https only); all else is constant.
No markup of a model or an article is interpreted: Markdown and HTML show as the characters they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from rag.chat.turn import Turn
from rag.sentences import sentence_spans
from rag.types import Answer, Article, Citation, Evidence, Filters, When, day

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Control characters, and marks that reorder letters: a headline must not rewrite its neighbours.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKERS = re.compile(r"\s*\[\d{1,3}\]")

_BLANK_LINES = re.compile(r"\n\s*\n")

_CONTEXT_SENTENCES = 2
_CONTEXT_WINDOW = 1200  # characters of body on each side in which those sentences are looked for
_CONTEXT_MAX = 420  # characters shown on each side, however long a sentence runs

_STEP_NAMES = {
    "searching": "Searching",
    "reading": "Reading",
    "waiting": "Waiting",
    "writing": "Writing",
    "checking": "Checking",
}


# --- words ---


def plain(text: str | None) -> str:
    """``text`` as HTML that shows exactly these characters and does nothing."""
    return html.escape(_UNSEEN.sub("", (text or "").replace("\r\n", "\n")), quote=True)


def safe_url(url: str | None) -> str | None:
    """``url`` where it is a plain http(s) address, else ``None``; no credentials, no blanks, no controls."""
    if not url or len(url) > 2000 or re.search(r"[\s\\\"'<>`]", url) or _UNSEEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.username is None
    except ValueError:
        return None
    return url if good else None


def without_markers(text: str) -> str:
    """The answer without its citation numbers: what a follow-up question gets to read."""
    return _MARKERS.sub("", text).strip()


def day_text(when: date) -> str:
    """28 Sep 2024"""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def when_text(when: When) -> str:
    """Sat 28 Sep 2024, 20:00 (the hour as printed in the article; its zone, where it is known)"""
    if when is None:
        return "no date"
    text = f"{_DAYS[when.weekday()]} {day_text(when)}"
    if not isinstance(when, datetime):
        return text
    text += f", {when:%H:%M}"
    offset = when.utcoffset()
    if offset is None:
        return text
    sign = "−" if offset < timedelta(0) else "+"
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    zone = f"{sign}{hours}" + (f":{minutes:02}" if minutes else "") if offset else ""
    return f"{text} UTC{zone}"


def scope_text(filters: Filters) -> str:
    """What a search was limited to, in words; empty where it was not."""
    parts = []
    if filters.since and filters.until:
        parts.append(f"{day_text(filters.since)} to {day_text(filters.until)}")
    elif filters.since:
        parts.append(f"from {day_text(filters.since)}")
    elif filters.until:
        parts.append(f"until {day_text(filters.until)}")
    if filters.as_of:
        parts.append(f"as of {day_text(filters.as_of)}")
    if filters.sources:
        parts.append(", ".join(filters.sources[:3]) + (" …" if len(filters.sources) > 3 else ""))
    return " · ".join(parts)


def _sentence(text: str) -> str:
    """``text`` with a capital first letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")


def _count(n: int, one: str) -> str:
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"


# --- sources ---


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


def _byline(article: Article) -> str:
    when = article.published
    stamp = f' datetime="{when.isoformat()}"' if when else ""
    return (
        f'<span class="outlet">{plain(article.source) or "Unknown outlet"}</span><time{stamp}>{when_text(when)}</time>'
    )


def _link(article: Article) -> str:
    url = safe_url(article.url)
    if url is None:
        return ""
    host = plain(urlsplit(url).hostname)
    return (
        f'<a class="out" href="{plain(url)}" target="_blank" rel="noopener noreferrer nofollow">'
        f'Read at {host}<span aria-hidden="true"> ↗</span><span class="sr"> (opens a new tab)</span></a>'
    )


def _source(citation: Citation, place: str) -> str:
    article = citation.article
    before, after = context(article, citation.start, citation.end)
    return (
        f'<li class="source" id="{place}-{citation.n}" data-n="{citation.n}" tabindex="-1">'
        f'<div class="by"><span class="n"><span class="sr">Source </span>{citation.n}</span>'
        f"{_byline(article)}</div>"
        f"<h3>{plain(article.title)}</h3>"
        f"<blockquote>{plain(before)}<mark>{plain(citation.quote)}</mark>{plain(after)}</blockquote>"
        f"{_link(article)}</li>"
    )


def sources_html(citations: Iterable[Citation], place: str) -> str:
    """A numbered list; source n has the id ``place-n``, which must be unique on the page."""
    return f'<ol class="sources">{"".join(_source(c, place) for c in citations)}</ol>'


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
        marks = "".join(f"<blockquote><mark>{plain(e.quote)}</mark></blockquote>" for e in quotes)
        items.append(
            f'<li class="source"><div class="by">{_byline(article)}</div>'
            f"<h3>{plain(article.title)}</h3>{marks}{_link(article)}</li>"
        )
    return f'<ul class="sources found{" unused" if unused else ""}">{"".join(items)}</ul>'


def _headlines(articles: Iterable[Article]) -> str:
    rows = "".join(f'<li><div class="by">{_byline(a)}</div><h3>{plain(a.title)}</h3>{_link(a)}</li>' for a in articles)
    return f'<ul class="headlines">{rows}</ul>'


def panel_html(turn: Turn | None, newest: Sequence[Article] = ()) -> str:
    """The panel beside the chat: evidence as soon as there is some, then the sources of the last answer."""
    title, body = "Sources", '<p class="quiet">Sources appear here as soon as they are found.</p>'
    if turn is None:
        if newest:
            title, body = "Latest in the index", _headlines(newest)
    elif turn.answer and turn.answer.citations:
        cited = {c.article.id for c in turn.answer.citations}
        body = sources_html(turn.answer.citations, "panel")
        others = [e for e in turn.answer.evidence or turn.found or () if e.article.id not in cited]
        if others:
            n = len({e.article.id for e in others})
            body += (
                f'<details class="more" data-key="more-{turn.number}"><summary>Also read, not cited: '
                f"{_count(n, 'article')}</summary>{found_html(others, unused=True)}</details>"
            )
    elif turn.answer:
        body = '<p class="quiet">No source answers this.</p>'
        if read := turn.answer.evidence or turn.found:
            title, body = "Read, but no answer in it", found_html(read, unused=True)
    elif turn.found:
        n = len({e.article.id for e in turn.found})
        title = f"Found in {_count(n, 'article')}"
        body = found_html(turn.found)
    elif turn.found is not None:
        body = '<p class="quiet">Nothing that fits was found.</p>'
    elif turn.running:
        body = '<p class="quiet">Searching …</p>'
    else:
        body = '<p class="quiet">No sources for this question.</p>'
    return f'<section class="panel" aria-label="Sources"><h2>{title}</h2>{body}</section>'


# --- turns ---


def answer_html(answer: Answer) -> str:
    """The answer's text; [n] of an existing citation is a button that leads to source n."""
    known = {c.n: c for c in answer.citations}
    parts, at = [], 0
    for marker in _MARKER.finditer(answer.text):
        citation = known.get(int(marker.group(1)))
        if citation is None:
            continue
        parts.append(_emphasised(answer.text[at : marker.start()].rstrip(), answer.short))
        source = citation.article.source or "unknown outlet"
        label = plain(f"Source {citation.n}: {source}, {citation.article.title}")
        # the word joiner keeps a number on the line of the word that it belongs to
        parts.append(
            f'\u2060<button type="button" class="ref" data-n="{citation.n}" aria-label="{label}">{citation.n}</button>'
        )
        at = marker.end()
    parts.append(_emphasised(answer.text[at:], answer.short))
    return f'<div class="text">{"".join(parts)}</div>'


def _emphasised(text: str, short: str | None) -> str:
    """``text`` with the short answer in bold where it stands in it as whole words."""
    where = re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text) if short and len(short) < 80 else None
    if where is None or len(where.group()) > 0.8 * len(text):
        return plain(text)
    a, b = where.span()
    return f"{plain(text[:a])}<strong>{plain(text[a:b])}</strong>{plain(text[b:])}"


def copy_text(answer: Answer) -> str:
    """The answer and its sources as plain text, for the clipboard."""
    lines = [answer.text, ""]
    for c in answer.citations:
        a = c.article
        where = f" {a.url}" if safe_url(a.url) else ""
        lines.append(f"[{c.n}] {a.source or 'Unknown outlet'}, {when_text(a.published)}: {a.title}{where}")
        lines.append(f"    “{c.quote}”")
    return "\n".join(lines).strip()


def _steps_html(turn: Turn) -> str:
    rows = []
    for i, (name, detail, began) in enumerate(turn.steps):
        until = turn.steps[i + 1][2] if i + 1 < len(turn.steps) else turn.seconds
        took = f"{max(0.0, until - began):.1f} s"
        label = plain(_STEP_NAMES.get(name, name.capitalize()))
        rows.append(f"<li><b>{label}</b><span>{plain(detail)}</span><i>{took}</i></li>")
    if turn.running:
        name, detail, began = turn.steps[-1] if turn.steps else ("searching", "", 0.0)
        label = _STEP_NAMES.get(name, name.capitalize())
        waiting = f": {detail}" if name == "waiting" and detail else ""
        lasts = int(turn.seconds - began)
        head = (
            f'<span class="spin" aria-hidden="true"></span>{plain(label + waiting)} …{f" {lasts} s" if lasts else ""}'
        )
    else:
        sentences = turn.answer.evidence if turn.answer and turn.answer.evidence else turn.found or ()
        articles = _count(len({e.article.id for e in sentences}), "article")
        done = f"Read {_count(len(sentences), 'sentence')} of {articles}" if sentences else "Searched"
        head = f"{done} · {turn.seconds:.1f} s"
    return (
        f'<details class="steps" data-key="steps-{turn.number}"><summary>{head}</summary>'
        f"<ol>{''.join(rows)}</ol></details>"
    )


def _refusal_html(turn: Turn, answer: Answer) -> str:
    where = f"Searched {plain(turn.scope)}." if turn.scope else "Searched every article in the index."
    again = " A wider scope may help." if turn.scope else " Other words, or a name or a date, may help."
    reason = f'<p class="quiet">{plain(_sentence(answer.note))}</p>' if answer.note else ""
    near = ""
    if answer.nearest:
        near = f'<p class="near">What came nearest:</p>{_headlines(answer.nearest[:3])}'
    return (
        f'<div class="calm"><div class="text">{plain(answer.text)}</div>'
        f'{reason}<p class="quiet">{where}{again}</p>{near}</div>'
    )


def _outcome_html(turn: Turn, current: bool) -> str:
    if turn.error is not None:
        return (
            '<div class="trouble" role="alert"><strong>This question could not be answered.</strong>'
            f"<p>{plain(turn.error)}</p></div>"
        )
    if turn.answer is None:
        draft = f'<div class="text draft">{plain(turn.draft)}</div>' if turn.draft else ""
        unchecked = " What stands above was not checked." if draft else ""
        return draft + (f'<p class="quiet">Stopped.{unchecked}</p>' if turn.stopped else "")
    answer = turn.answer
    body = _refusal_html(turn, answer) if answer.refused else answer_html(answer)
    if answer.note and not answer.refused:
        body += f'<p class="note">{plain(_sentence(answer.note))}</p>'
    if answer.citations and not current:
        body += (
            f'<details class="inline" data-key="sources-{turn.number}"><summary>Sources '
            f"({len(answer.citations)})</summary>{sources_html(answer.citations, f'turn{turn.number}')}"
            "</details>"
        )
    return body


def _foot_html(turn: Turn, current: bool) -> str:
    facts = []
    if turn.answer:
        newest = turn.answer.newest_evidence
        if turn.answer.citations and newest:
            facts.append(f"Newest source {day_text(newest)}")
        if turn.scope:
            facts.append(f"Scope: {turn.scope}")
    buttons = ""
    if turn.answer:
        buttons += f'<button type="button" data-do="copy" data-copy="{plain(copy_text(turn.answer))}">Copy</button>'
    if current:
        buttons += '<button type="button" data-do="again">Ask again</button>'
    told = plain(" · ".join(facts))
    return f'<div class="foot"><span>{told}</span><span class="do">{buttons}</span></div>'


def _spoken(turn: Turn) -> str:
    """What a screen reader is told, so that it need not read the draft word for word."""
    if turn.error is not None:
        return ""  # the error announces itself
    if turn.answer:
        return f"Answer: {without_markers(turn.answer.text)}"
    if turn.stopped:
        return "Stopped."
    return f"{_STEP_NAMES.get(turn.steps[-1][0], '')} …" if turn.steps else "Searching …"


def turn_html(turn: Turn, *, current: bool) -> str:
    """One turn. The ``current`` one has its sources in the panel; earlier ones carry theirs along."""
    status = f'<p class="sr" role="status">{plain(_spoken(turn))}</p>' if current else ""
    foot = "" if turn.running else _foot_html(turn, current)
    return (
        f'<article class="turn{" current" if current else ""}{" running" if turn.running else ""}" '
        f'data-turn="{turn.number}">'
        f'<h2 class="asked"><span class="sr">You asked: </span>{plain(turn.question)}</h2>'
        f'<div class="reply">{_steps_html(turn)}{_outcome_html(turn, current)}{foot}</div>{status}</article>'
    )


# --- around the chat ---


def freshness_html(articles: Sequence[Article], outlets: int, model: str) -> str:
    """The line that says how new and how many the sources are, and which model writes."""
    newest = max((d for a in articles if (d := day(a.published))), default=None)
    parts = [f"Newest source: {day_text(newest)}"] if newest else []
    if articles:
        parts.append(_count(len(articles), "article") + (f", {_count(outlets, 'outlet')}" if outlets else ""))
    parts.append("quotes only, no language model" if model == "none" else f"model {model}")
    return f'<p class="fresh">{plain(" · ".join(parts))}</p>'


def welcome_html(articles: int, error: str | None = None) -> str:
    """What stands where the first answer will be."""
    if error is not None:
        return (
            '<div class="welcome"><div class="trouble" role="alert">'
            f"<strong>The index cannot be read.</strong><p>{plain(error)}</p></div></div>"
        )
    if articles:
        return (
            '<div class="welcome"><h2>What would you like to know?</h2>'
            "<p>Every answer comes from the articles in this index, with the sentence that supports it.</p>"
            "</div>"
        )
    return (
        '<div class="welcome"><h2>No articles yet</h2>'
        "<p>Add some, then reload this page:</p>"
        "<pre><code>rag add articles/                      <i># text, Markdown, HTML, JSONL, CSV</i>\n"
        "rag add https://example.org/feed.xml   <i># a feed or a page</i></code></pre>"
        '<p class="quiet">Use the same index as this chat (<code>RAG_INDEX</code>).</p></div>'
    )
