"""Chats that outlive a reload: a finished turn <-> a plain record, and the chats that a browser keeps.

What comes back from a browser is anybody's text: a record that is not one is dropped, and nothing here raises for it.
Quotes come back with the article of the index where they still stand there, else alone.
"""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, get_args

from rag.chat.turn import Turn
from rag.errors import RagError
from rag.types import Answer, Article, Cause, Citation, Evidence, Understood, When, iso_day

VERSION = 1
CHATS = 200  # chats that are kept
TURNS = 60  # turns of each
SIZE = 3_000_000  # bytes of all of them as JSON: four million characters once encrypted; a browser keeps five
ROOM = 200_000  # bytes that are left when a reader is warned; a turn has some 10,000
TITLE = 80  # characters of a chat's name

_TEXT = 20_000  # characters of any one text
_MANY = 100  # entries of any one list
_SAME = "evidence"  # in place of what was found, where the answer has the same

Find = Callable[[str], Article]
"""The article of an id; raises ``RagError`` where there is none."""

Chats = dict[str, Any]
"""``{"version", "current": id or None, "chats": [{"id", "title", "begun", "turns": [record]}]}``, the latest first."""


# --- a turn ---


def record_of(turn: Turn) -> dict[str, Any]:
    """A finished turn as JSON has it."""
    a = turn.answer
    found = None if turn.found is None else [_quote(e.article, e.start, e.end, e.quote) for e in turn.found]
    evidence = [_quote(e.article, e.start, e.end, e.quote) for e in a.evidence] if a else None
    return {
        "number": turn.number,
        "question": turn.question,
        "scope": turn.scope,
        "begun": turn.begun.isoformat() if turn.begun else None,
        "steps": [list(step) for step in turn.steps],
        "seconds": turn.seconds,
        "found": _SAME if found is not None and found == evidence else found,
        "draft": turn.draft if a is None else "",
        "error": turn.error,
        "stopped": turn.stopped,
        "rating": turn.rating,
        "comment": turn.comment,
        "answer": a
        and {
            "text": a.text,
            "short": a.short,
            "refused": a.refused,
            "citations": [_quote(c.article, c.start, c.end, c.quote) | {"n": c.n} for c in a.citations],
            "cause": a.cause,
            "quotes": [_quote(c.article, c.start, c.end, c.quote) | {"n": c.n} for c in a.quotes],
            "suggestion": a.suggestion,
            "evidence": evidence,
            "nearest": [_quote(article, 0, 0, "") for article in a.nearest],
            "model": a.model,
            "as_of": iso_day(a.as_of),
            "note": a.note,
            "timings_ms": dict(a.timings_ms),
            "understood": a.understood.record() if a.understood else None,
        },
    }


def turn_of(record: Any, find: Find) -> Turn | None:
    """The turn of a record; None where it is none. ``rag.types.Answer.hits`` and ``Turn.copies`` stay empty."""
    try:
        answer = _answer(_text(record["question"]), record["answer"], find) if record["answer"] else None
        found = record["found"]
        same = answer.evidence if answer and found == _SAME else None
        return Turn(
            number=_number(record["number"], int),
            question=_text(record["question"]),
            scope=_text(record["scope"]),
            begun=_moment(record["begun"]),
            steps=tuple((_text(n), _text(d), _number(s, float)) for n, d, s in _list(record["steps"])),
            seconds=_number(record["seconds"], float),
            found=None if found is None else same if same is not None else _evidence(found, find),
            draft=_text(record["draft"]),
            answer=answer,
            error=_text_or_none(record["error"]),
            stopped=record["stopped"] is True,
            rating=record["rating"] if record["rating"] in ("up", "down") else None,
            comment=_text(record["comment"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, OSError):
        return None


def _quote(article: Article, start: int, end: int, quote: str) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "start": start,
        "end": end,
        "quote": quote,
    }


def _answer(question: str, record: Mapping[str, Any], find: Find) -> Answer:
    said = record["understood"]
    as_of = record["as_of"]
    cause = record.get("cause")  # chats that were kept before there were causes have none of the three
    return Answer(
        question=question,
        text=_text(record["text"]),
        short=_text_or_none(record["short"]),
        refused=record["refused"] is True,
        citations=_citations(record["citations"], find),
        cause=cause if cause in get_args(Cause) else None,
        quotes=_citations(record.get("quotes", []), find),
        suggestion=_text_or_none(record.get("suggestion")),
        model=_text(record["model"]),
        as_of=date.fromisoformat(as_of) if as_of else None,
        nearest=tuple(_sentence(entry, find).article for entry in _list(record["nearest"])),
        evidence=_evidence(record["evidence"], find),
        note=_text_or_none(record["note"]),
        understood=_understood(said) if said else None,
        timings_ms={_text(k): _number(v, int) for k, v in list(dict(record["timings_ms"]).items())[:_MANY]},
    )


def _citations(entries: Any, find: Find) -> tuple[Citation, ...]:
    sentences = [(_number(entry["n"], int), _sentence(entry, find)) for entry in _list(entries)]
    return tuple(Citation(n, e.article, e.quote, e.start, e.end) for n, e in sentences)


def _understood(record: Mapping[str, Any]) -> Understood:
    since, until = (date.fromisoformat(d) if (d := record[name]) else None for name in ("since", "until"))
    return Understood(
        question=_text(record["question"]),
        since=since,
        until=until,
        sources=tuple(map(_text, _list(record["sources"]))),
        sections=tuple(map(_text, _list(record["sections"]))),
        notes=tuple((_text(note["words"]), _text(note["meaning"])) for note in _list(record["notes"])),
    )


def _evidence(entries: Any, find: Find) -> tuple[Evidence, ...]:
    return tuple(_sentence(entry, find) for entry in _list(entries))


def _sentence(entry: Mapping[str, Any], find: Find) -> Evidence:
    """A quote in its article, or in one of its own, without an id, where that is gone or says something else now."""
    quote, start, end = _text(entry["quote"]), _number(entry["start"], int), _number(entry["end"], int)
    try:
        article = find(_text(entry["id"]))
        if 0 <= start <= end and article.body[start:end] == quote:
            return Evidence(article, start, end, quote, 0.0)
    except RagError:
        pass
    alone = Article(
        id="",
        title=_text(entry["title"]),
        body=quote,
        published=_when(entry["published"]),
        source=_text_or_none(entry["source"]),
        url=_text_or_none(entry["url"]),
    )
    return Evidence(alone, 0, len(quote), quote, 0.0)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value[:_TEXT]


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _number(value: Any, kind: type) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > 1e9:
        raise ValueError("not a number of ours")
    return kind(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value[:_MANY]


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.astimezone()


def _when(value: Any) -> When:
    if value is None:
        return None
    text = _text(value)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


# --- the chats of a browser ---


def no_chats() -> Chats:
    """What a browser keeps that has kept nothing yet."""
    return {"version": VERSION, "current": None, "chats": []}


def read(value: Any) -> Chats:
    """What a browser kept, as far as it is of ours."""
    if not isinstance(value, dict) or value.get("version") != VERSION or not isinstance(value.get("chats"), list):
        return no_chats()
    chats = [
        {"id": c["id"][:_MANY], "title": c["title"][:TITLE], "begun": c["begun"][:_MANY], "turns": c["turns"][-TURNS:]}
        for c in value["chats"][:CHATS]
        if isinstance(c, dict)
        and all(isinstance(c.get(name), str) for name in ("id", "title", "begun"))
        and isinstance(c.get("turns"), list)
    ]
    current = value.get("current")
    return {
        "version": VERSION,
        "current": current if any(c["id"] == current for c in chats) else None,
        "chats": chats,
    }


def put(chats: Chats, turns: Sequence[Turn]) -> Chats:
    """With the turns of the current chat as they are now; a chat that has none yet begins with them.

    The oldest chats go where there are too many, or too much is in them: ``next_to_go`` says so beforehand.
    """
    if not turns:
        return chats
    known = next((c for c in chats["chats"] if c["id"] == chats["current"]), None)
    begun = turns[0].begun
    chat = known or {
        "id": secrets.token_hex(8),
        "title": " ".join(turns[0].question.split())[:TITLE],
        "begun": begun.isoformat() if begun else "",
    }
    chat = chat | {"turns": [record_of(turn) for turn in turns[-TURNS:]]}
    others = [c for c in chats["chats"] if c["id"] != chat["id"]]
    return {"version": VERSION, "current": chat["id"], "chats": _fitting([chat, *others][:CHATS])}


def next_to_go(chats: Chats) -> str | None:
    """The title of the oldest chat where the room for more is nearly used up; else None."""
    kept = chats["chats"]
    if len(kept) < 2 or (len(kept) < CHATS and sum(_size(t) for c in kept for t in c["turns"]) < SIZE - ROOM):
        return None
    title: str = kept[-1]["title"]
    return title


def _size(record: Any) -> int:
    return len(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))


def _fitting(chats: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many chats as fit ``SIZE``, the latest first; of the latest its last turns, where it alone is larger."""
    left = SIZE
    kept: list[dict[str, Any]] = []
    for chat in chats:
        turns: list[Any] = []
        for turn in reversed(chat["turns"]):
            left -= _size(turn)
            if left < 0:
                break
            turns.insert(0, turn)
        if not turns or (kept and left < 0):
            break
        kept.append(chat | {"turns": turns})
    return kept


def new(chats: Chats) -> Chats:
    """The next turn begins another chat."""
    return chats | {"current": None}


def choose(chats: Chats, name: str) -> Chats:
    """With another chat as the current one; unchanged where there is none of that id."""
    return chats | {"current": name} if any(c["id"] == name for c in chats["chats"]) else chats


def forget(chats: Chats, name: str) -> Chats:
    """Without a chat."""
    current = None if chats["current"] == name else chats["current"]
    return chats | {"current": current, "chats": [c for c in chats["chats"] if c["id"] != name]}


def restore(chats: Chats, before: Chats, name: str) -> Chats:
    """With a chat that was forgotten since ``before``, in its old place; unchanged where there was none."""
    old = [c["id"] for c in before["chats"]]
    if name not in old or any(c["id"] == name for c in chats["chats"]):
        return chats
    later = set(old[: old.index(name)])
    at = max((i + 1 for i, c in enumerate(chats["chats"]) if c["id"] in later or c["id"] not in old), default=0)
    kept = chats["chats"]
    return chats | {"chats": [*kept[:at], before["chats"][old.index(name)], *kept[at:]]}


def current_turns(chats: Chats, find: Find) -> list[Turn]:
    """The turns of the current chat, numbered from 1; what is no turn is left out."""
    records: Iterable[Any] = next((c["turns"] for c in chats["chats"] if c["id"] == chats["current"]), [])
    return _turns(records, find)


def every_chat(chats: Chats, find: Find) -> list[tuple[str, list[Turn]]]:
    """Title and turns of each chat, the latest first."""
    return [(c["title"], _turns(c["turns"], find)) for c in chats["chats"]]


def _turns(records: Iterable[Any], find: Find) -> list[Turn]:
    turns = [turn for record in records if (turn := turn_of(record, find))]
    return [replace(turn, number=n) for n, turn in enumerate(turns, 1)]
