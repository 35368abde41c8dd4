"""Kept answers and how they fare, in words and on the page of answers. Pure HTML strings."""

from __future__ import annotations

from collections.abc import Sequence

from rag.chat.views.escape import day_text
from rag.chat.views.render import render
from rag.types import KeptAnswer
from rag.types.ledger import STATE_WORDS


def state_text(kept: KeptAnswer) -> str:
    """'Corrected by its article on 3 May 2024'; empty while the answer stands as it was given."""
    if kept.state == "stands":
        return ""
    words = STATE_WORDS[kept.state]
    since = f" on {day_text(kept.since)}" if kept.since else ""
    head, colon, rest = words.partition(":")
    return f"{head[:1].upper()}{head[1:]}{since}{colon}{rest}"


def fares_text(kept: KeptAnswer) -> str:
    """How an answer fares in one line: the state, the new sentence and the old one; empty while it stands."""
    told = state_text(kept)
    if told and kept.now:
        told += f": “{kept.now.quote}”"
    if told and kept.was:
        told += f" (was: “{kept.was.quote}”)"
    return told


def answers_html(found: Sequence[KeptAnswer]) -> str:
    """The answers that were kept, the last first, each with how it fares and a way to forget it."""
    return render("answers", "answers", rows=[(kept, state_text(kept)) for kept in found])
