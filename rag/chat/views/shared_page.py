"""One answer with its sources as a page of its own, to be kept, printed or sent: it loads nothing from anywhere."""

from __future__ import annotations

from rag.chat.turn import Turn, answer_headline, note_of, sources_of
from rag.chat.views.answer import answer_parts
from rag.chat.views.escape import as_sentence
from rag.chat.views.render import render
from rag.chat.views.sources import source_rows


def shared_page(turn: Turn) -> str:
    """The HTML of a finished turn: question, answer, each source with its quote, outlet, day and address."""
    answer = turn.answer
    note = note_of(answer) if answer else None
    return render(
        "shared",
        turn=turn,
        answer=answer,
        headline=answer_headline(answer) if answer else turn.error or "No answer.",
        parts=list(answer_parts(answer)) if answer and not answer.refused else (),
        note=as_sentence(note) if note else "",
        numbered=source_rows(sources_of(answer), turn.copies) if answer else (),
    )
