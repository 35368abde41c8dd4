"""A chat to take away: Markdown for people, JSON for programs, each answer with its sources."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from rag.chat.turn import Turn
from rag.chat.words import safe_url, when_text
from rag.types import Citation

# What means something to Markdown; also what begins HTML, and an address that some readers make a link of.
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:$^=])")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def as_markdown(turns: Sequence[Turn]) -> str:
    """The chat as a document. Outside words are escaped: they show as the characters that they are."""
    return "\n".join(part for turn in turns for part in _told(turn))


def _told(turn: Turn) -> list[str]:
    asked = f"## {escaped(turn.question)}\n"
    about = [f"*{turn.begun:%Y-%m-%d %H:%M}*"] if turn.begun else []
    if turn.scope:
        about.append(f"Scope: {escaped(turn.scope)}")
    answer = turn.answer
    if answer is None:
        why = turn.error or ("Stopped." if turn.stopped else "No answer.")
        return [asked, *_line(about), f"{escaped(why)}\n"]
    if answer.understood and (taken := answer.understood.told(turn.question)):
        about.append(f"Understood: {escaped(taken)}")
    parts = [asked, *_line(about), f"{escaped(answer.text)}\n"]
    if answer.note:
        parts.append(f"{escaped(answer.note)}\n")
    return [*parts, *map(_source, answer.citations)]


def _line(facts: Sequence[str]) -> list[str]:
    return [" · ".join(facts) + "\n"] if facts else []


def _source(citation: Citation) -> str:
    article = citation.article
    title = escaped(article.title)
    if url := safe_url(article.url):
        title = f"[{title}](<{url}>)"
    where = f"{escaped(article.source or 'Unknown outlet')}, {escaped(when_text(article.published))}"
    return f"{citation.n}. {where}: {title}\n   > {escaped(citation.quote)}\n"


def escaped(text: str) -> str:
    """One line of Markdown that shows exactly these characters."""
    return _MARKUP.sub(r"\\\1", " ".join(_UNSEEN.sub(" ", text).split()))


def as_json(turns: Sequence[Turn]) -> str:
    """An array with an object a turn: what ``rag ask --json`` prints, and when it was asked within which scope."""
    return json.dumps([_record(turn) for turn in turns], ensure_ascii=False, indent=2) + "\n"


def _record(turn: Turn) -> dict[str, Any]:
    told = turn.answer.record() if turn.answer else {"answer": None, "error": turn.error, "stopped": turn.stopped}
    return {
        "asked_at": turn.begun.isoformat() if turn.begun else None,
        "scope": turn.scope or None,
        **told,
        "question": turn.question,
        "rating": turn.rating,
        "comment": turn.comment or None,
    }
