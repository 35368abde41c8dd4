"""Question + history -> a question that stands alone, and what its words say about where and when to look.

Three readers do the work: ``rag.qa.question.followup`` (the conversation), ``rag.qa.question.period`` (days) and
``rag.qa.question.outlets`` (outlets and sections). Nothing here fails on any text, and time is linear in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from rag.qa.question.followup import resolve_followup
from rag.qa.question.outlets import outlets_named, sections_named
from rag.qa.question.period import window
from rag.types import Message, Understood

MAX_QUESTION_LENGTH = 4_000
"""Characters of a question that are read for days, outlets and sections."""
FORTNIGHT = timedelta(14)

_LATEST = re.compile(
    r"(?<!at the )\b(?:latest\b(?! (?:the|a|that|it|they)\b)|newest\b|breaking news\b|recent(?:ly)?\b|lately\b|"
    r"currently\b|this (?:week|morning|afternoon|evening)\b|tonight\b|today\b|right now\b|now\b(?!-| that\b)|at "
    r"(?:the moment|present)\b|so far\b|these days\b|as of now\b|up[- ]to[- ]date\b|current (?!and former\b)(?=[a-z]))",
    re.I,
)
_JUST = re.compile(
    r"\b(?:has|have|['’]s|['’]ve|was|were|is|are) just (?:[a-z]{2,20}(?:ed|en|t|n|ld|de|ng)|won|been|set)\b|"
    r"\bjust [a-z]{3,20}ed\b",
    re.I,
)
_CURRENT_OF = re.compile(r"\b(?:electric(?:al)?|ocean|direct|alternating|water|air|rip) $", re.I)


def understand(
    question: str,
    history: Sequence[Message] = (),
    *,
    asked: date,
    outlets: Sequence[str] = (),
    sections: Sequence[str] = (),
) -> Understood:
    """What ``question`` asks for, on the day ``asked``, from which 'last week' counts.

    ``outlets`` and ``sections`` are those that are known; others are not found. Days after ``asked`` never have
    ``publication``.
    """
    resolved = resolve_followup(question, history)
    text = " ".join(resolved.text[:MAX_QUESTION_LENGTH].split())
    own = " ".join(question[:MAX_QUESTION_LENGTH].split()) if resolved.glued else text
    days = window(own, asked)
    if resolved.glued and not days.notes:
        days = window(resolved.root[:MAX_QUESTION_LENGTH], asked)
    sources, source_notes = outlets_named(text, outlets)
    named, section_notes = sections_named(text, sections)
    newest = _latest(own) or (_latest(text) if resolved.glued else None)
    if days.publication and days.until and asked - days.until > FORTNIGHT:
        newest = None  # 'the latest figures in March 2020'
    newest_note = ((newest, "the newest state"),) if newest else ()
    return Understood(
        question=resolved.text,
        since=days.since,
        until=days.until,
        sources=sources,
        sections=named,
        latest=newest is not None,
        publication=days.publication,
        notes=(*resolved.notes, *days.notes, *source_notes, *section_notes, *newest_note),
    )


def _latest(text: str) -> str | None:
    """The words that ask for the newest state; 'USA TODAY', 'Apocalypse Now' and 'electric current' do not."""
    loud = text.isupper()
    for match in _LATEST.finditer(text):
        words = match[0].strip()
        last = words.rsplit(" ", 1)[-1]
        begins = match.start() == 0 or text[: match.start()].endswith((". ", "? ", "! "))
        if (last[0].isupper() and not (loud or (begins and " " not in words and last[1:].islower()))) or (
            last == "current" and _CURRENT_OF.search(text[max(0, match.start() - 20) : match.start()])
        ):
            continue
        return words
    return just[0] if (just := _JUST.search(text)) else None
