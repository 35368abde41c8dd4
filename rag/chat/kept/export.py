"""A chat to take away: Markdown for people, JSON for programs, each answer with its sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from rag.chat.kept.fared import fares_text
from rag.chat.turn import Turn, answer_headline, note_of, sources_of
from rag.chat.views.escape import cited_day, cited_when, counted, day_text, safe_url, span_text
from rag.types import Article, Citation, Timeline

# What would begin markup there; everything else shows as it is. A "_" within a word, a "$" before a digit,
# a "]" that no address follows and an "&" that names no character are text in every reader of Markdown.
_MARKUP = re.compile(
    r"""[\\`*<~{}@]
    | (?<![^\W_])_ | _(?![^\W_])
    | !(?=\[)
    | \](?=[(\[:])
    | ==
    | \$(?!\d)
    | &(?=\#?\w+;)
    | :(?=//)
    | (?<=\bwww)\.
    | (?<=\s)\#(?=[\s\#]*$)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What comes before that which means something at the beginning of a line: nothing, or a number.
_BEGINS = re.compile(r"^((?=[#>+|=-]|\[[^\]]*\]:)|\d{1,9}(?=[.)](?:\s|$)))")
_BRACKETS = re.compile(r"\\.|[\[\]]")  # within a link both of them count; what is escaped already stays
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def as_markdown(turns: Sequence[Turn]) -> str:
    """The chat as a document. Outside words are escaped: they show as the characters that they are."""
    return "\n".join([*_head(turns), *(part for turn in turns for part in _turn(turn))])


def _head(turns: Sequence[Turn]) -> list[str]:
    """Title, day, how many questions, and which model wrote."""
    if not turns:
        return []
    begun, models = turns[0].begun, ", ".join(dict.fromkeys(turn.answer.model for turn in turns if turn.answer))
    facts = [day_text(begun) if begun else "", counted(len(turns), "question"), models and f"Model: {escaped(models)}"]
    return [f"# Chat: {escaped(turns[0].question)}\n", *_line(facts)]


def _turn(turn: Turn) -> list[str]:
    answer = turn.answer
    taken = answer.understood.told(turn.question) if answer and answer.understood else ""
    about = [
        f"*{turn.begun:%Y-%m-%d %H:%M}*" if turn.begun else "",
        turn.scope and f"Scope: {escaped(turn.scope)}",
        taken and f"Understood: {escaped(taken)}",
    ]
    parts = [f"## {escaped(turn.question)}\n", *_line(about)]
    if answer is None:
        why = turn.error or ("Stopped." if turn.stopped else "No answer.")
        return [*parts, f"{escaped(why)}\n"]
    parts.append(f"{escaped(answer_headline(answer))}\n")
    if note := note_of(answer):
        parts.append(f"{escaped(note)}\n")
    if turn.fares and (told := fares_text(turn.fares)):
        parts.append(f"**{escaped(told)}**\n")
    return [*parts, *map(_source, sources_of(answer))]


def timeline_markdown(found: Timeline) -> str:
    """A timeline as a document: a line a row, what was replaced struck through, each with its source."""
    parts = [f"# Timeline: {escaped(found.topic)}\n"]
    for row in found.rows:
        article = row.article
        text = escaped(row.quote)
        said = f"~~{text}~~" if row.replaced_by is not None else text
        marks = [word for word, marked in (("planned", row.planned), ("new", row.new)) if marked]
        if row.replaced_by is not None:
            marks.append(f"replaced {cited_day(found.rows[row.replaced_by].article)}")
        told = f" *({', '.join(marks)})*" if marks else ""
        others = [name for name in row.outlets if name != article.source]
        also = f"; also {escaped(', '.join(others))}" if others else ""
        parts.append(f"- **{span_text(row)}** {said}{told}\n  <br>{source_line(article)}{also}")
    if not found.rows:
        parts.append("No article tells of it.")
    return "\n".join(parts) + "\n"


def source_line(article: Article) -> str:
    """'The Post, 28 Sep 2024: Headline', with a link where the article has an address."""
    title = linked(article.title, article.url)
    return f"{escaped(article.source or 'Unknown outlet')}, {cited_day(article)}: {title}"


def _line(facts: Sequence[str]) -> list[str]:
    told = " · ".join(filter(None, facts))
    return [f"{told}\n"] if told else []


def _source(citation: Citation) -> str:
    article = citation.article
    title = linked(article.title, citation.url)
    where = f"{escaped(article.source or 'Unknown outlet')}, {escaped(cited_when(citation))}"
    by = f", by {escaped(', '.join(article.authors))}" if article.authors else ""
    return f"{citation.n}. {where}: {title}{by}\n   > {escaped(citation.quote)}\n"


def linked(title: str, url: str | None) -> str:
    """A headline as a link of Markdown; where ``url`` is no address to follow, the headline alone."""
    text = escaped(title)
    if not (url := safe_url(url)):
        return text
    text = _BRACKETS.sub(lambda found: found.group() if len(found.group()) == 2 else f"\\{found.group()}", text)
    return f"[{text}](<{url}>)"


def escaped(text: str) -> str:
    """One line of Markdown that shows exactly these characters, with a backslash only where they would be markup."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return _BEGINS.sub(r"\1\\", _MARKUP.sub(lambda found: "".join(f"\\{c}" for c in found.group()), line))


def as_json(turns: Sequence[Turn]) -> str:
    """An array with an object a turn: what ``rag ask --json`` prints, and when it was asked within which scope."""
    return json.dumps([_record(turn) for turn in turns], ensure_ascii=False, indent=2) + "\n"


def all_as_json(chats: Iterable[tuple[str, Sequence[Turn]]]) -> str:
    """An array with an object a chat: its title, and its turns as in ``as_json``."""
    records = [{"title": title, "turns": [_record(turn) for turn in turns]} for title, turns in chats]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def _record(turn: Turn) -> dict[str, Any]:
    outcome = turn.answer.record() if turn.answer else {"answer": None, "error": turn.error, "stopped": turn.stopped}
    return {
        "asked_at": turn.begun.isoformat() if turn.begun else None,
        "scope": turn.scope or None,
        **outcome,
        "kept": turn.fares.record() if turn.fares else None,
        "question": turn.question,
        "rating": turn.rating,
        "comment": turn.comment or None,
    }
