"""Article records: JSONL (a line a record, read as a stream) and JSON (a list of records, or one)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from rag import dates
from rag.read.bytes import clean, decode, line
from rag.types import Page, ReportItem, When

MAX_LINE = 16 << 20
"""The most bytes that one JSONL record may have; a longer line is reported and passed over."""

_NAMES = {
    str: "text",
    list: "a list",
    dict: "an object",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


class _Wrong(Exception):
    """What is wrong with a record."""


def read_lines(origin: str, stream: BinaryIO) -> Iterator[Page | ReportItem]:
    """The records of a stream of JSON lines; a line that is no record fails alone."""
    number = 0
    empty = True
    while raw := stream.readline(MAX_LINE + 1):
        number += 1
        where = f"{origin}#line {number}"
        if len(raw) > MAX_LINE and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(MAX_LINE)
            empty = False
            yield _failed(where, f"line {number} is longer than {MAX_LINE >> 20} MiB; split the record")
            continue
        if number == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                yield _failed(origin, "encoded as UTF-16; save it as UTF-8")
                return
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw.strip():
            continue
        empty = False
        try:
            yield _page(where, _load(raw))
        except _Wrong as wrong:
            yield _failed(where, f"line {number}: {wrong}")
    if empty:
        yield _failed(origin, "no text: the file is empty")


def read_json(origin: str, data: bytes) -> Iterator[Page | ReportItem]:
    """The records of a JSON file that holds a list of them, or one."""
    text = decode(data)
    try:
        found = _load((text or "").encode("utf-8", "surrogatepass") if text is not None else data)
    except _Wrong as wrong:
        lines = data.count(b"\n") > 0 and data.lstrip()[:1] == b"{"
        hint = "; if it holds a record a line, name it .jsonl" if lines else ""
        yield _failed(origin, f"{wrong}{hint}")
        return
    if isinstance(found, list) and not found:
        yield _failed(origin, "no text: the list is empty")
    for i, record in enumerate(found if isinstance(found, list) else [found], 1):
        where = f"{origin}#item {i}" if isinstance(found, list) else origin
        try:
            yield _page(where, record)
        except _Wrong as wrong:
            yield _failed(where, f"item {i}: {wrong}" if isinstance(found, list) else str(wrong))


def _load(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise _Wrong("not UTF-8; save the file as UTF-8") from None
    except RecursionError:
        raise _Wrong("nested too deeply to be an article record") from None
    except json.JSONDecodeError as error:
        raise _Wrong(f"not valid JSON ({error.msg.lower()} at character {error.pos + 1})") from None
    except ValueError:
        raise _Wrong("not valid JSON") from None


def _page(origin: str, record: Any) -> Page:
    """The page of one record. Raises ``_Wrong`` with the field that is missing or of a wrong type."""
    if not isinstance(record, dict):
        raise _Wrong(f"an article record is an object with 'title' and 'text', not {_called(record)}")
    title = _text(record, "title")
    name = "text" if record.get("text") is not None else "body"
    body = _text(record, name)
    if not title or not line(title):
        raise _Wrong("'title' is missing or empty; a record needs 'title' and 'text'")
    if not body or not clean(body).strip():
        raise _Wrong("'text' is missing or empty; a record needs 'title' and 'text'")
    published = _when(record, "published")
    return Page(
        origin,
        clean(body),
        whole=True,
        id=_id(record),
        title=line(title),
        published=published,
        updated=_when(record, "updated", published),
        source=_line(record, "source"),
        section=_line(record, "section"),
        url=_line(record, "url"),
        authors=_authors(record),
        language=_line(record, "language"),
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _Wrong(f"{name!r} must be text, not {_called(value)}")


def _line(record: Mapping[str, Any], name: str) -> str | None:
    return line(_text(record, name) or "") or None


def _id(record: Mapping[str, Any]) -> str | None:
    value = record.get("id")
    return str(value) if type(value) is int else _line(record, "id")


def _when(record: Mapping[str, Any], name: str, published: When = None) -> When:
    return dates.parse(_line(record, name) or "", published=published)


def _authors(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("authors")
    names = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise _Wrong("'authors' must be a list of names")
    return tuple(n for name in names if (n := line(name)))


def _called(value: Any) -> str:
    return "null" if value is None else _NAMES.get(type(value), type(value).__name__)


def _failed(source: str, reason: str) -> ReportItem:
    return ReportItem(source, "failed", reason=reason)
