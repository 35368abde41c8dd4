"""What the chat shows of its turns, as HTML in which every outside word is plain text. Pure: values in, strings out."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from rag.chat.sources import headlines_html, sources_html
from rag.chat.turn import Turn, without_markers
from rag.chat.words import count, day_text, plain, safe_url, sentence, when_text
from rag.types import Answer, Article, day

_MARKER = re.compile(r"\[(\d{1,3})\]")

COMMENT = 1000  # characters of a comment on an answer

_STEP_NAMES = {
    "searching": "Searching",
    "reading": "Reading",
    "waiting": "Waiting",
    "writing": "Writing",
    "checking": "Checking",
}


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
        articles = count(len({e.article.id for e in sentences}), "article")
        done = f"Read {count(len(sentences), 'sentence')} of {articles}" if sentences else "Searched"
        head = f"{done} · {turn.seconds:.1f} s"
    return (
        f'<details class="steps" data-key="steps-{turn.number}"><summary>{head}</summary>'
        f"<ol>{''.join(rows)}</ol></details>"
    )


def _refusal_html(turn: Turn, answer: Answer) -> str:
    where = f"Searched {plain(turn.scope)}." if turn.scope else "Searched every article in the index."
    again = " A wider scope may help." if turn.scope else " Other words, or a name or a date, may help."
    reason = f'<p class="quiet">{plain(sentence(answer.note))}</p>' if answer.note else ""
    near = ""
    if answer.nearest:
        near = f'<p class="near">What came nearest:</p>{headlines_html(answer.nearest[:3])}'
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
        body += f'<p class="note">{plain(sentence(answer.note))}</p>'
    if answer.citations and not current:
        body += (
            f'<details class="inline" data-key="sources-{turn.number}"><summary>Sources '
            f"({len(answer.citations)})</summary>{sources_html(answer.citations, f'turn{turn.number}', turn.copies)}"
            "</details>"
        )
    return body


def _taken_html(turn: Turn, current: bool) -> str:
    """How the question was taken, where that is more than its words, and the way to have it taken by its words."""
    if turn.answer:
        told = turn.answer.understood.told(turn.question) if turn.answer.understood else ""
    else:
        told = next((detail for name, detail, _ in turn.steps if name == "searching"), "")
    if not told:
        return ""
    button = '<button type="button" data-do="written">Take it as written</button>' if current and turn.answer else ""
    return f'<p class="taken"><span>Understood: {plain(told)}</span>{button}</p>'


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
        buttons += _thumbs_html(turn)
        buttons += f'<button type="button" data-do="copy" data-copy="{plain(copy_text(turn.answer))}">Copy</button>'
    if current:
        buttons += '<button type="button" data-do="edit">Edit</button>'
        buttons += '<button type="button" data-do="again">Ask again</button>'
    told = plain(" · ".join(facts))
    return f'<div class="foot"><span>{told}</span><span class="do">{buttons}</span></div>{_comment_html(turn)}'


def _thumbs_html(turn: Turn) -> str:
    return "".join(
        f'<button type="button" class="thumb {name}" data-do="rate" data-rating="{name}" title="{label}" '
        f'aria-label="{label}" aria-pressed="{"true" if turn.rating == name else "false"}"></button>'
        for name, label in (("up", "This answer is right"), ("down", "This answer is wrong"))
    )


def _comment_html(turn: Turn) -> str:
    """Room for a word on a rating; hidden until there is one."""
    if not turn.answer:
        return ""
    label = "What would be right, or what is missing? (stays on this machine)"
    return (
        f'<form class="comment"{"" if turn.rating else " hidden"}><label>{label}'
        f'<textarea rows="2" maxlength="{COMMENT}">{plain(turn.comment)}</textarea></label>'
        '<button type="submit">Keep this comment</button></form>'
    )


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
    reply = f"{_taken_html(turn, current)}{_steps_html(turn)}{_outcome_html(turn, current)}{foot}"
    return (
        f'<article class="turn{" current" if current else ""}{" running" if turn.running else ""}" '
        f'data-turn="{turn.number}">'
        f'<h2 class="asked"><span class="sr">You asked: </span>{plain(turn.question)}</h2>'
        f'<div class="reply">{reply}</div>{status}</article>'
    )


def chats_html(chats: Sequence[tuple[str, str, str]], current: str | None) -> str:
    """The menu of chats: (id, title, day) of each that this browser keeps, the latest first; and how to save one."""
    rows = "".join(
        f'<li{" class=here" if name == current else ""}><button type="button" data-do="open" data-id="{plain(name)}">'
        f"<span>{plain(title)}</span><i>{plain(begun)}</i></button>"
        f'<button type="button" class="forget" data-do="forget" data-id="{plain(name)}" '
        f'aria-label="Forget the chat: {plain(title)}">×</button></li>'
        for name, title, begun in chats
    )
    told = "Kept in this browser only." if rows else "No chats are kept in this browser yet."
    save = "".join(
        f'<button type="button" data-do="save" data-id="{kind}">{label}</button>'
        for kind, label in (("markdown", "as Markdown"), ("json", "as JSON"))
    )
    return (
        '<details class="menu" data-key="chats"><summary>Chats</summary><div class="sheet">'
        f'<ul class="chats">{rows}</ul><p class="quiet">{told}</p>'
        + (f'<p class="save">Save this chat {save}</p>' if current else "")
        + "</div></details>"
    )


def file_html(name: str, text: str, number: int) -> str:
    """A file for the page's script to hand to the reader; ``number`` tells one from the next of the same text."""
    return f'<span class="file" data-name="{plain(name)}" data-number="{number}" data-text="{_exact(text)}"></span>'


def _exact(text: str) -> str:
    """All characters of a text in an attribute, line ends too."""
    return html.escape(text, quote=True).replace("\n", "&#10;").replace("\r", "&#13;")


def about_html(article: Article | None) -> str:
    """The article that the next questions are about, and the way back to all of them."""
    if article is None:
        return ""
    return (
        f'<p class="limit"><span>About: {plain(article.title)}</span>'
        '<button type="button" data-do="everything" aria-label="Ask about all articles again">×</button></p>'
    )


# --- around the chat ---


def freshness_html(articles: Sequence[Article], outlets: int, model: str, *, growing: bool = False) -> str:
    """The line that says how new and how many the sources are, whether more are coming in, and which model writes."""
    newest = max((d for a in articles if (d := day(a.published))), default=None)
    parts = [f"Newest source: {day_text(newest)}"] if newest else []
    if articles:
        parts.append(count(len(articles), "article") + (f", {count(outlets, 'outlet')}" if outlets else ""))
    if growing:
        parts.append("articles are being added …")
    parts.append("quotes only, no language model" if model == "none" else f"model {model}")
    return f'<p class="fresh">{plain(" · ".join(parts))}</p>'


def welcome_html(articles: int, error: str | None = None, *, pile: bool = False) -> str:
    """What stands where the first answer will be; ``pile`` says that there is a page to add articles."""
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
    here = '<p>Drop files on <a href="pile">the pile</a>, or add them with a command:</p>'
    return (
        '<div class="welcome"><h2>No articles yet</h2>'
        f"{here if pile else '<p>Add some, then reload this page:</p>'}"
        "<pre><code>rag add articles/                      <i># text, Markdown, HTML, JSONL, CSV</i>\n"
        "rag add https://example.org/feed.xml   <i># a feed or a page</i></code></pre>"
        '<p class="quiet">Use the same index as this chat (<code>RAG_INDEX</code>).</p></div>'
    )
