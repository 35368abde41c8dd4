"""What the chat shows of its turns, as HTML in which every outside word is plain text. Pure: values in, strings out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.chat.turn import Turn, headline, note_of, sources_of, without_markers
from rag.chat.views.escape import LONGEST, count, day_text, plain, safe_url, sentence, when_text
from rag.chat.views.sources import sources_html
from rag.types import Answer, Citation, day

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
        # the word joiner keeps a number on the line of the word that it belongs to
        parts.append(f"\u2060{_ref_html(citation)}")
        at = marker.end()
    parts.append(_emphasised(answer.text[at:], answer.short))
    return f'<div class="text">{"".join(parts)}</div>'


def _ref_html(citation: Citation) -> str:
    """A number that leads to its source."""
    source = citation.article.source or "unknown outlet"
    label = plain(f"Source {citation.n}: {source}, {citation.article.title}")
    return f'<button type="button" class="ref" data-n="{citation.n}" aria-label="{label}">{citation.n}</button>'


def _emphasised(text: str, short: str | None) -> str:
    """``text`` with the short answer in bold where it stands in it as whole words."""
    where = re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text) if short and len(short) < 80 else None
    if where is None or len(where.group()) > 0.8 * len(text):
        return plain(text)
    a, b = where.span()
    return f"{plain(text[:a])}<strong>{plain(text[a:b])}</strong>{plain(text[b:])}"


def copy_text(answer: Answer) -> str:
    """The answer and its sources as plain text, for the clipboard."""
    lines = [headline(answer), ""]
    for c in sources_of(answer):
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
        last = turn.answer if i == len(turn.steps) - 1 else None
        why = last.note if last and last.note != note_of(last) else None
        told = " · ".join(filter(None, [detail, why]))
        rows.append(f"<li><b>{label}</b><span>{plain(told)}</span><i>{took}</i></li>")
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


_ADVICE = {
    "nothing": "Try other words, a name or a date.",
    "uncarried": "These sentences come closest. Read them in their articles.",
    "filter": "Nothing there fits the question.",
    "kind": "Ask for one fact at a time: who, when, where, how many.",
    "spelling": "",
}
"""What a refusal adds to its text, by its cause."""


def _refusal_html(turn: Turn, answer: Answer, current: bool) -> str:
    if answer.cause == "talk":
        return f'<div class="text">{plain(answer.text)}</div>'
    parts = [f'<div class="text">{plain(headline(answer))}</div>']
    if answer.quotes:
        parts.append(f'<ol class="quotes">{"".join(map(_quote_html, answer.quotes))}</ol>')
    if answer.suggestion:
        suggestion = plain(answer.suggestion)
        if current:
            suggestion = f'<button type="button" data-do="ask" data-question="{suggestion}">{suggestion}</button>'
        parts.append(f'<p class="suggest">Did you mean: {suggestion}</p>')
    if note := note_of(answer):
        parts.append(f'<p class="quiet">{plain(sentence(note))}</p>')
    if answer.cause == "filter" and not turn.scope:
        advice = "Nothing fits the days or outlets that the question names."
    else:
        where = f"Searched: {plain(turn.scope)}." if turn.scope else "" if answer.quotes else "Searched all articles."
        advice = " ".join(filter(None, [where, _ADVICE[answer.cause or "nothing"]]))
    if advice:
        parts.append(f'<p class="quiet">{advice}</p>')
    if turn.scope and current:
        parts.append('<button type="button" class="wide" data-do="everywhere">Search all articles</button>')
    return f'<div class="calm">{"".join(parts)}</div>'


def _quote_html(citation: Citation) -> str:
    """What one article says, in place of an answer."""
    article = citation.article
    published = day(article.published)
    when = day_text(published) if published else "no date"
    return (
        f'<li>{_ref_html(citation)}<div><div class="by"><time>{when}</time><span class="outlet">'
        f"{plain(article.source) or 'Unknown outlet'}</span></div><mark>{plain(citation.quote)}</mark></div></li>"
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
    body = _refusal_html(turn, answer, current) if answer.refused else answer_html(answer)
    if answer.note and not answer.refused:
        body += f'<p class="note">{plain(sentence(answer.note))}</p>'
    if (numbered := sources_of(answer)) and not current:
        body += (
            f'<details class="inline" data-key="sources-{turn.number}"><summary>Sources ({len(numbered)})</summary>'
            f"{sources_html(numbered, f'turn{turn.number}', turn.copies)}</details>"
        )
    return body


def _taken_html(turn: Turn, current: bool) -> str:
    """How the question was understood, where that is more than its words, and two ways to put that right."""
    if turn.answer is None:
        told = next((detail for name, detail, _ in turn.steps if name == "searching"), "")
        return f'<p class="taken"><span>Understood: {plain(told)}</span></p>' if told else ""
    understood = turn.answer.understood
    if understood is None or not understood.told(turn.question):
        return ""
    asked = ""
    if understood.question != turn.question:
        alone = understood.question
        asked = _asked_as_html(alone) if current else f"<span>Asked as: {plain(alone)}</span>"
    notes = "; ".join(f"{words}: {meaning}" for words, meaning in understood.notes)
    told = f"<span>Understood: {plain(notes)}</span>" if notes else ""
    button = '<button type="button" data-do="written">Use my exact words</button>' if current else ""
    return f'<div class="taken">{asked}{told}{button}</div>'


def _asked_as_html(question: str) -> str:
    """The question as it was searched for, to be changed and asked."""
    return (
        f'<form class="asked-as"><label>Asked as: <input value="{plain(question)}" maxlength="{LONGEST}" '
        'autocomplete="off"></label><button type="submit">Ask this</button></form>'
    )


def _foot_html(turn: Turn, current: bool) -> str:
    facts = []
    if turn.answer:
        newest = turn.answer.newest_evidence
        if turn.answer.citations and newest:
            facts.append(f"Newest source {day_text(newest)}")
        if turn.scope and not turn.answer.refused:
            facts.append(f"Scope: {turn.scope}")
    buttons = ""
    if turn.answer:
        buttons += _thumbs_html(turn) if turn.answer.cause != "talk" else ""
        buttons += f'<button type="button" data-do="copy" data-copy="{plain(copy_text(turn.answer))}">Copy</button>'
    if current:
        buttons += '<button type="button" data-do="edit">Edit</button>'
        buttons += '<button type="button" data-do="again">Ask again</button>'
    told = plain(" · ".join(facts))
    foot = f'<div class="foot"><span>{told}</span><span class="do">{buttons}</span></div>{_comment_html(turn)}'
    return foot + (save_html() if current and turn.answer else "")


def _thumbs_html(turn: Turn) -> str:
    return "".join(
        f'<button type="button" class="thumb {name}" data-do="rate" data-rating="{name}" title="{label}" '
        f'aria-label="{label}" aria-pressed="{"true" if turn.rating == name else "false"}"></button>'
        for name, label in (("up", "This answer is right"), ("down", "This answer is wrong"))
    )


def _comment_html(turn: Turn) -> str:
    """Room for a word on a rating; hidden until there is one."""
    if not turn.answer or turn.answer.cause == "talk":
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
    steps = "" if turn.answer and turn.answer.cause == "talk" else _steps_html(turn)
    reply = f"{_taken_html(turn, current)}{steps}{_outcome_html(turn, current)}{foot}"
    return (
        f'<article class="turn{" current" if current else ""}{" running" if turn.running else ""}" '
        f'data-turn="{turn.number}">'
        f'<h2 class="asked"><span class="sr">You asked: </span>{plain(turn.question)}</h2>'
        f'<div class="reply">{reply}</div>{status}</article>'
    )


def past_html(turns: Sequence[Turn]) -> str:
    """The turns before the last one."""
    return "".join(turn_html(turn, current=False) for turn in turns)


def save_html() -> str:
    """The buttons that save this chat as a file."""
    return (
        '<p class="save">Save this chat <button type="button" data-do="save" data-id="markdown">as Markdown</button>'
        '<button type="button" data-do="save" data-id="json">as JSON</button></p>'
    )
