"""What the chat shows of its turns, as HTML in which every outside word is plain text. Pure: values in, strings out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.chat.kept.fared import state_text
from rag.chat.turn import MARKER, Turn, answer_headline, note_of, sources_of, without_markers
from rag.chat.views.escape import as_sentence, cited_when, counted, day_text, safe_url
from rag.chat.views.render import render
from rag.chat.views.sources import source_rows
from rag.types import Answer, Citation


def turn_html(turn: Turn, *, current: bool) -> str:
    """One turn. The ``current`` one has its sources in the panel; earlier ones carry theirs along."""
    answer = turn.answer
    note = note_of(answer) if answer else None
    return render(
        "turn",
        turn=turn,
        current=current,
        answer=answer,
        steps=_steps(turn),
        summary=_summary(turn),
        taken=_taken(turn),
        forms=_other_forms(answer) if answer and current else (),
        reading=_reading(turn),
        headline=answer_headline(answer) if answer else "",
        parts=list(answer_parts(answer)) if answer else (),
        note=as_sentence(note) if note else "",
        fares=turn.fares,
        fared=state_text(turn.fares) if turn.fares else "",
        advice=_advice(turn, answer) if answer else "",
        numbered=source_rows(sources_of(answer), turn.copies) if answer and not current else (),
        facts=_facts(turn),
        copied=copy_text(answer) if answer else "",
        spoken=_spoken(turn),
    )


def past_html(turns: Sequence[Turn]) -> str:
    """The turns before the last one."""
    return "".join(turn_html(turn, current=False) for turn in turns)


def answer_parts(answer: Answer) -> Iterator[tuple[str, str | Citation]]:
    """The text as ("text", words), ("short", the short answer) and ("ref", an existing citation)."""
    known = {c.n: c for c in answer.citations}
    at = 0
    for marker in MARKER.finditer(answer.text):
        if citation := known.get(int(marker.group(1))):
            yield from _emphasised(answer.text[at : marker.start()], answer.short)
            yield "ref", citation
            at = marker.end()
    yield from _emphasised(answer.text[at:], answer.short)


def _emphasised(text: str, short: str | None) -> Iterator[tuple[str, str]]:
    """``text``, with the short answer apart where it is in it as whole words."""
    where = re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text) if short and len(short) < 80 else None
    if where is None or len(where.group()) > 0.8 * len(text):
        yield "text", text
        return
    a, b = where.span()
    yield from (("text", text[:a]), ("short", text[a:b]), ("text", text[b:]))


def copy_text(answer: Answer) -> str:
    """The answer and its sources as plain text, for the clipboard."""
    lines = [answer_headline(answer), ""]
    for c in sources_of(answer):
        a = c.article
        where = f" {c.url}" if safe_url(c.url) else ""
        lines.append(f"[{c.n}] {a.source or 'Unknown outlet'}, {cited_when(c)}: {a.title}{where}")
        lines.append(f"    “{c.quote}”")
    return "\n".join(lines).strip()


def _steps(turn: Turn) -> Iterator[tuple[str, str, float]]:
    """The name, the detail and the seconds of each step."""
    ends = [began for _, _, began in turn.steps[1:]] + [turn.seconds]
    last = turn.answer
    why = last.note if last and last.note != note_of(last) else None
    for i, ((name, detail, began), end) in enumerate(zip(turn.steps, ends, strict=False), 1):
        details = filter(None, [detail, why if i == len(turn.steps) else None])
        yield name.capitalize(), " · ".join(details), max(0.0, end - began)


def _summary(turn: Turn) -> str:
    """The line above the steps: the step that goes on, or what was read."""
    if turn.running:
        name, detail, began = turn.steps[-1] if turn.steps else ("searching", "", 0.0)
        waiting = f": {detail}" if name == "waiting" and detail else ""
        seconds = int(turn.seconds - began)
        return f"{name.capitalize()}{waiting} …{f' {seconds} s' if seconds else ''}"
    sentences = turn.answer.evidence if turn.answer and turn.answer.evidence else turn.found or ()
    articles = counted(len({e.article.id for e in sentences}), "article")
    done = f"Read {counted(len(sentences), 'sentence')} from {articles}" if sentences else "Searched"
    return f"{done} · {turn.seconds:.1f} s"


def _reading(turn: Turn) -> tuple[float, float] | None:
    """Seconds since the model began to read what it is to answer from, and how many it is likely to need."""
    if not turn.running or turn.draft or not turn.steps or turn.steps[-1][0] != "writing":
        return None
    return turn.seconds - turn.steps[-1][2], turn.expected or LIKELY_READING


def _other_forms(answer: Answer) -> list[tuple[str, str]]:
    """(form, its words) as which the question may be taken too: of what takes several sentences, or has no answer."""
    known = dict(FORMS)
    if answer.cause in ("talk", "article") or not (answer.form in known or answer.refused):
        return []
    own = answer.form if answer.form in known else "fact"
    return [(form, words) for form, words in FORMS if form != own]


LIKELY_READING = 6.0  # seconds that the model reads, before any answer has told
FORMS = (
    ("fact", "one fact"),
    ("list", "a list"),
    ("comparison", "a comparison"),
    ("change", "a change over time"),
    ("summary", "a summary"),
    ("latest", "the latest news"),
)
_ADVICE = {
    "nothing": "Try other words, a name or a date.",
    "uncarried": "These sentences come closest. Read them in context.",
    "filter": "Nothing in this scope fits the question.",
    "kind": "Ask for one fact at a time: who, when, where, how many.",
    "article": "The closest articles beside this are those that the last question was about.",
}
"""What a refusal adds to its text, by its cause; after others nothing."""


def _advice(turn: Turn, answer: Answer) -> str:
    """Where a refusal was searched for, and what to try."""
    if answer.cause == "filter" and not turn.scope:
        return "No article matches the dates or outlets in the question."
    if answer.cause == "article":
        return _ADVICE["article"] if answer.nearest else ""
    where = f"Searched: {turn.scope}." if turn.scope else "" if answer.quotes else "Searched all articles."
    return " ".join(filter(None, [where, _ADVICE.get(answer.cause or "nothing")]))


def _taken(turn: Turn) -> dict[str, str] | None:
    """How the question was understood, where that is more than its words: the question alone, and notes."""
    if turn.answer is None:
        detail = next((detail for name, detail, _ in turn.steps if name == "searching"), "")
        return {"question": "", "notes": detail} if detail else None
    understood = turn.answer.understood
    if understood is None or not understood.told(turn.question):
        return None
    return {
        "question": understood.question if understood.question != turn.question else "",
        "notes": "; ".join(f"{words}: {meaning}" for words, meaning in understood.notes),
    }


def _facts(turn: Turn) -> str:
    answer = turn.answer
    newest = answer.newest_evidence if answer and answer.citations else None
    age = f"Newest source {day_text(newest)}" if newest else ""
    scope = f"Scope: {turn.scope}" if turn.scope and answer and not answer.refused else ""
    return " · ".join(filter(None, [age, scope]))


def _spoken(turn: Turn) -> str:
    """What a screen reader announces, so that it need not read the draft word for word."""
    if turn.error is not None:
        return ""  # the error announces itself
    if turn.answer:
        return f"Answer: {without_markers(turn.answer.text)}"
    if turn.stopped:
        return "Stopped."
    return f"{turn.steps[-1][0].capitalize()} …" if turn.steps else "Searching …"
