"""Chats that outlive a reload: a finished turn <-> a plain record, and the chats that a browser keeps.

What comes back from a browser is anybody's text: a record that is not one is dropped, and nothing here raises for it.
Quotes come back with the article of the index where they still stand there, else alone.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StrictStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from rag.chat.turn import Turn
from rag.errors import RagError
from rag.types import Answer, Article, Cause, Citation, Evidence, Understood, When, iso_day

RECORD_VERSION = 1
CHATS = 200  # chats that are kept
MAX_TURNS = 60  # turns of each
SIZE = 3_000_000  # bytes of all of them as JSON: four million characters once encrypted; a browser keeps five
ROOM = 200_000  # bytes that are left when a reader is warned; a turn has some 10,000
MAX_TITLE_LENGTH = 80  # characters of a chat's name

_TEXT = 20_000  # characters of any one text
_MANY = 100  # entries of any one list
_LARGEST = 10**9  # of any one number
_SAME = "evidence"  # in place of what was found, where the answer has the same

Find = Callable[[str], Article]
"""The article of an id; raises ``RagError`` where there is none."""

Chats = dict[str, Any]
"""``{"version", "current": id or None, "chats": [{"id", "title", "begun", "turns": [record]}]}``, the latest first."""


# --- a turn ---


def turn_record(turn: Turn) -> dict[str, Any]:
    """A finished turn as JSON has it."""
    a = turn.answer
    found = None if turn.found is None else list(map(_quote, turn.found))
    evidence = list(map(_quote, a.evidence)) if a else None
    return {
        **_fields(turn, "number", "question", "scope", "seconds", "error", "stopped", "rating", "comment", "kept"),
        "begun": turn.begun.isoformat() if turn.begun else None,
        "steps": [list(step) for step in turn.steps],
        "found": _SAME if found is not None and found == evidence else found,
        "draft": turn.draft if a is None else "",
        "answer": a
        and {
            **_fields(a, "text", "short", "refused", "cause", "suggestion", "model", "note", "form"),
            "citations": [_quote(c) | {"n": c.n} for c in a.citations],
            "quotes": [_quote(c) | {"n": c.n} for c in a.quotes],
            "evidence": evidence,
            "nearest": [_quote(Evidence(article, 0, 0, "", 0.0)) for article in a.nearest],
            "as_of": iso_day(a.as_of),
            "timings_ms": dict(a.timings_ms),
            "understood": a.understood.record() if a.understood else None,
        },
    }


def _fields(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _quote(place: Evidence | Citation) -> dict[str, Any]:
    article = place.article
    return {
        **_fields(article, "id", "title", "source", "url"),
        "published": article.published.isoformat() if article.published else None,
        **_fields(place, "start", "end", "quote"),
    }


def turn_of(record: Any, find: Find) -> Turn | None:
    """The turn of a record; None where it is none. ``rag.types.Answer.hits`` and ``Turn.copies`` stay empty."""
    try:
        return _TurnRecord.model_validate(record, context=find).turn()
    except (ValueError, OverflowError, OSError):  # the last two: a year that no clock of this machine knows
        return None


def _first(value: Any) -> Any:
    return value[:_MANY] if isinstance(value, list) else value


def _valid_or_none(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


def _parse_when(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


T = TypeVar("T")
_Name = Annotated[StrictStr, AfterValidator(lambda text: text[:_MANY])]
_Text = Annotated[StrictStr, AfterValidator(lambda text: text[:_TEXT])]
_Many = Annotated[tuple[T, ...], BeforeValidator(_first)]
_Whole = Annotated[int, Field(strict=True, ge=-_LARGEST, le=_LARGEST)]
_Number = Annotated[float, Field(strict=True, ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)]
_Flag = Annotated[bool, BeforeValidator(lambda value: value is True)]
_Moment = Annotated[datetime, AfterValidator(lambda moment: moment if moment.tzinfo else moment.astimezone())]


class _QuoteRecord(BaseModel):
    id: _Text
    title: _Text
    source: _Text | None
    url: _Text | None
    published: Annotated[When, BeforeValidator(_parse_when)]
    start: _Whole
    end: _Whole
    quote: _Text
    n: _Whole = 0


def _evidence(place: _QuoteRecord, info: ValidationInfo) -> Evidence:
    """The quote in its article, where it stands there now; in one of its own, without an id, where it does not."""
    find = cast(Find, info.context)
    with suppress(RagError):
        article = find(place.id)
        if (start := _start(place, article.body)) is not None:
            return Evidence(article, start, start + len(place.quote), place.quote, 0.0)
    alone = Article("", place.title, place.quote, published=place.published, source=place.source, url=place.url)
    return Evidence(alone, 0, len(place.quote), place.quote, 0.0)


def _start(place: _QuoteRecord, body: str) -> int | None:
    """Where a quote begins in a body that may have been edited before it; of several places the nearest."""
    if place.start >= 0 and place.end == place.start + len(place.quote) and body.startswith(place.quote, place.start):
        return place.start
    found = [m.start() for m in re.finditer(re.escape(place.quote), body)] if place.quote.strip() else []
    return min(found, key=lambda at: abs(at - place.start), default=None)


def _citation(place: _QuoteRecord, info: ValidationInfo) -> Citation:
    found = _evidence(place, info)
    return Citation(place.n, found.article, found.quote, found.start, found.end)


# What a record holds after validation is what these make of a place, by the ``Find`` in its context.
_Evidence = Annotated[_QuoteRecord, AfterValidator(_evidence)]
_Citation = Annotated[_QuoteRecord, AfterValidator(_citation)]
_Nearest = Annotated[_Evidence, AfterValidator(lambda found: found.article)]


class _NoteRecord(BaseModel):
    words: _Text
    meaning: _Text


class _UnderstoodRecord(BaseModel):
    question: _Text
    since: date | None
    until: date | None
    sources: _Many[_Text]
    sections: _Many[_Text]
    notes: _Many[Annotated[_NoteRecord, AfterValidator(lambda note: (note.words, note.meaning))]]


class _AnswerRecord(BaseModel):
    text: _Text
    short: _Text | None
    refused: _Flag
    citations: _Many[_Citation]
    # Chats that were kept before there were causes have none of the next three.
    cause: Annotated[Cause | None, WrapValidator(_valid_or_none)] = None
    quotes: _Many[_Citation] = ()
    suggestion: _Text | None = None
    evidence: _Many[_Evidence]
    nearest: _Many[_Nearest]
    model: _Text
    as_of: date | None
    note: _Text | None
    timings_ms: Annotated[dict[_Text, _Whole], Field(max_length=_MANY)]
    form: _Name = "fact"  # older ones have none
    understood: Annotated[_UnderstoodRecord, AfterValidator(lambda said: Understood(**dict(said)))] | None


class _TurnRecord(BaseModel):
    number: _Whole
    question: _Text
    scope: _Text
    begun: _Moment | None
    steps: _Many[tuple[_Text, _Text, _Number]]
    seconds: _Number
    found: Literal["evidence"] | _Many[_Evidence] | None  # "evidence": as in the answer
    draft: _Text
    error: _Text | None
    stopped: _Flag
    rating: Annotated[Literal["up", "down"] | None, WrapValidator(_valid_or_none)]
    comment: _Text
    kept: _Name | None = None  # older ones have none
    answer: _AnswerRecord | None

    def turn(self) -> Turn:
        answer = Answer(question=self.question, **dict(self.answer)) if self.answer else None
        found = (answer and answer.evidence) if self.found == _SAME else self.found
        return Turn(**{**dict(self), "answer": answer, "found": found})


# --- the chats of a browser ---


def no_chats() -> Chats:
    """What a browser keeps that has kept nothing yet."""
    return {"version": RECORD_VERSION, "current": None, "chats": []}


class _ChatRecord(BaseModel):
    id: _Name
    title: Annotated[StrictStr, AfterValidator(lambda text: text[:MAX_TITLE_LENGTH])]
    begun: _Name
    turns: Annotated[list[Any], AfterValidator(lambda turns: turns[-MAX_TURNS:])]


def read_chats(value: Any) -> Chats:
    """What a browser kept, without what is no chat."""
    known = isinstance(value, dict) and value.get("version") == RECORD_VERSION
    if not known or not isinstance(value.get("chats"), list):
        return no_chats()
    valid = TypeAdapter[_ChatRecord | None](Annotated[_ChatRecord | None, WrapValidator(_valid_or_none)])
    chats = [dict(chat) for each in value["chats"][:CHATS] if (chat := valid.validate_python(each))]
    return choose_chat(no_chats() | {"chats": chats}, value.get("current"))


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
        "title": " ".join(turns[0].question.split())[:MAX_TITLE_LENGTH],
        "begun": begun.isoformat() if begun else "",
    }
    chat = chat | {"turns": [turn_record(turn) for turn in turns[-MAX_TURNS:]]}
    others = [c for c in chats["chats"] if c["id"] != chat["id"]]
    return {"version": RECORD_VERSION, "current": chat["id"], "chats": _fitting([chat, *others][:CHATS])}


def next_to_go(chats: Chats) -> str | None:
    """The title of the oldest chat where the room for more is nearly used up; else None."""
    kept = chats["chats"]
    if len(kept) < 2 or (len(kept) < CHATS and sum(_size(t) for c in kept for t in c["turns"]) < SIZE - ROOM):
        return None
    return str(kept[-1]["title"])


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


def choose_chat(chats: Chats, name: str) -> Chats:
    """With another chat as the current one; unchanged where there is none of that id."""
    return chats | {"current": name} if any(c["id"] == name for c in chats["chats"]) else chats


def forget_chat(chats: Chats, name: str) -> Chats:
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
