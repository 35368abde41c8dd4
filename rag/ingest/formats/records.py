"""Article records: JSONL (a line a record, read as a stream) and JSON (a list of records, or one)."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from rag.ingest.dispatches.ninjs import ninjs_in, ninjs_item
from rag.ingest.encoding import MAX_FILE_BYTES, clean, decode, one_line
from rag.ingest.formats.fields import plain_record, records_in
from rag.ingest.formats.parts.references import is_beside, named_nodes, of_a_dump, with_named
from rag.ingest.formats.parts.withheld import refuse_not_out
from rag.ingest.page import TO_FETCH, LeftOut, Page, Withdrawal, Wrong, date_not_understood, failed, instead_of_article
from rag.ingest.web.urls import is_web
from rag.text.timex import stamps
from rag.text.timex.machine import parse_machine_stamp, parse_stamp_ahead
from rag.types import Places, ReportItem

MAX_LINE = 16 << 20
"""The most bytes that one JSONL record may have; a longer line is reported and passed over."""

MAX_FIELD = 4000
"""The most characters of a value that is one line (a title, an address)."""

MAX_FAILURES = 1000
"""After so many records in a row that are none, a file is given up: it holds something else."""

_NAMES = {str: "text", list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
_EITHER = re.compile(r"\s*(0?[1-9]|1[0-2])[/-](0?[1-9]|1[0-2])[/-]\d{2,4}\b")  # 11/04/2024: in April or in November
_BRACES = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_LAST_COMMA = re.compile(r",\s*[}\]]")
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+"|,(?=\s*[}\]])', re.DOTALL)
_BLANK = re.compile(r"[ \t\r\n]*")
_MOST_PRINTED = 1 << 20  # characters of an object as Python prints it
_MANY_PARTS = 2_000_000  # an article has some dozens; each costs many times its length in memory


def read_lines(origin: str, stream: BinaryIO) -> Iterator[Page | ReportItem | Withdrawal]:
    """The records of a stream of JSON lines; a line that is no record fails alone.

    Objects that go over several lines, and a list of all records, are read too: programs write them under this name.
    """
    lines = _Lines(stream)
    empty = True
    for raw in lines:
        number = lines.number
        where = f"{origin}#line {number}"
        if raw is None:
            empty = False
            yield failed(where, f"line {number} is longer than {MAX_LINE >> 20} MiB; split the record")
            continue
        if number == 1 and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield failed(origin, "encoded as UTF-16; save it as UTF-8")
            return
        line = raw.removeprefix(b"\xef\xbb\xbf")  # also inside, where files were put together
        if not line.strip():
            continue
        if empty and _opens_list(line):
            yield from _whole_list(origin, line, stream)
            return
        empty = False
        try:
            yield from _record_of_lines(where, line, lines)
        except Wrong as wrong:
            yield instead_of_article(where, wrong, f"line {number}: ")
    if empty:
        yield failed(origin, "no text: the file is empty")


class _Lines:
    """The lines of a stream, each with its number; ``None`` for one that is too long."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: list[bytes] = []
        self._endless = False  # an object did not end within the most that one may have
        self.number = 0

    def __iter__(self) -> Iterator[bytes | None]:
        while raw := self._next(MAX_LINE + 1):
            self.number += 1
            if len(raw) > MAX_LINE and not raw.endswith(b"\n"):
                while raw and not raw.endswith(b"\n"):
                    raw = self._stream.readline(1 << 20)
                yield None
            else:
                yield raw

    def _next(self, most: int) -> bytes:
        return self._waiting.pop() if self._waiting else self._stream.readline(most)

    def object_begun_by(self, first: bytes) -> bytes | None:
        """The lines up to the end of the object that a line opens; ``None``, and nothing taken, where it does not end
        or a whole record comes before."""
        depth, end = _depth(first, 0)
        taken: list[bytes] = []
        size = len(first)
        while (
            not self._endless
            and size <= MAX_LINE
            and (raw := self._waiting.pop() if self._waiting else self._stream.readline(MAX_LINE))
        ):
            taken.append(raw)
            size += len(raw)
            if raw.startswith(b"{") and _is_record(raw):
                break
            depth, end = _depth(raw, depth)
            if depth == 0:
                self.number += len(taken) - 1
                rest = raw[end:].lstrip(b", \t\r\n")
                self._waiting += [rest] if rest else []
                self.number += not rest
                taken[-1] = raw[:end]
                return first + b"".join(taken)
        self._endless = self._endless or size > MAX_LINE
        self._waiting += reversed(taken)
        return None


def _depth(line: bytes, depth: int) -> tuple[int, int]:
    """How many objects and lists are open behind a line, and where in it the last of them ends."""
    for found in _BRACES.finditer(line):
        depth += (found[0] in (b"{", b"[")) - (found[0] in (b"}", b"]")) if len(found[0]) == 1 else 0
        if depth == 0:
            return 0, found.end()
    return depth, len(line)


def _record_of_lines(where: str, raw: bytes, lines: _Lines) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of the record that a line is or opens. Raises ``Wrong``."""
    try:
        found = _load(raw)
    except Wrong:
        bare = raw.rstrip()
        if bare.endswith(b"},"):
            found = _load(bare[:-1])
        elif bare.lstrip()[:1] == b"{" and (whole := lines.object_begun_by(raw)):
            found = _load(whole)
        else:
            raise
    if isinstance(found, list) and found and isinstance(found[0], Mapping):
        for number, record in enumerate(found, 1):
            yield from _item(f"{where}#item {number}", number, record)
    else:
        yield from pages_of_document(where, found)


def _opens_list(raw: bytes) -> bool:
    """Whether a line opens a list that it does not close."""
    return raw.lstrip().startswith(b"[") and not _is_json(raw)


def _whole_list(origin: str, first: bytes, stream: BinaryIO) -> Iterator[Page | ReportItem | Withdrawal]:
    """The records of a list that goes over the lines of a file."""
    data = first + stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        yield failed(origin, f"one list of more than {MAX_FILE_BYTES >> 20} MiB; write one record a line")
    else:
        yield from read_json(origin, data)


def _is_record(raw: bytes) -> bool:
    """Whether a line is a record with a title."""
    with suppress(Wrong):
        found = _load(raw)
        return isinstance(found, Mapping) and bool(plain_record(found)["title"])
    return False


def _is_json(raw: bytes) -> bool:
    with suppress(Wrong):
        _load(raw)
        return True
    return False


def count_lines(sample: bytes) -> int:
    """How many records the beginning of a file of lines holds."""
    lines = [line.rstrip() for line in io.BytesIO(sample) if not line.isspace()]
    if lines and lines[0].strip() in (b"[", b"{", b"[{"):  # objects over several lines
        return sum(line.rstrip(b",") in (b"}", lines[-1]) for line in lines)
    return len(lines)


def read_json(origin: str, data: bytes) -> Iterator[Page | ReportItem | Withdrawal]:
    """The records of a JSON file that holds a list of them, or one."""
    text = decode(data)
    if text is None:
        yield failed(origin, "not text but binary data; save the records as UTF-8")
        return
    text = _without_last_commas(text)
    start = _past_blanks(text, 0)
    if sum(map(text.count, ",[{")) > _MANY_PARTS:
        yield failed(
            origin, f"has more than {_MANY_PARTS:,} values; news records are fewer and longer; write it as .jsonl"
        )
    elif text.startswith("[", start):
        yield from until_hopeless(origin, _items(origin, text, start + 1))
    else:
        try:
            first, end = (None, len(text)) if text.startswith("{'", start) else _decoded(text, start)
            if isinstance(first, Mapping) and text.startswith("{", _past_blanks(text, end)):
                yield from until_hopeless(origin, _one_after_another(origin, text, start))
            else:
                yield from until_hopeless(origin, pages_of_document(origin, _load(text)))
        except Wrong as wrong:
            lines = text.lstrip().startswith("{") and "\n" in text
            if isinstance(wrong, LeftOut) or not lines:
                yield instead_of_article(origin, wrong)
            else:
                yield failed(origin, f"{wrong}; if it holds a record a line, name it .jsonl")


def _without_last_commas(text: str) -> str:
    """The text without commas before a closing bracket, which JSON does not allow and some programs write."""
    if not _LAST_COMMA.search(text):
        return text
    return _STRING_OR_COMMA.sub(lambda found: found[0] if found[0][0] == '"' else "", text)


def _item(where: str, number: int, record: Any) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of one of several records, or why there is none."""
    try:
        yield from pages_of_document(where, record)
    except Wrong as wrong:
        yield instead_of_article(where, wrong, f"item {number}: ")


def _one_after_another(origin: str, text: str, at: int) -> Iterator[Page | ReportItem | Withdrawal]:
    """The records of a file of objects, as databases and ``jq`` write them; up to the first that is broken."""
    number = 0
    while at < len(text):
        number += 1
        where = f"{origin}#item {number}"
        try:
            record, end = _decoded(text, at)
        except Wrong as wrong:
            yield failed(where, f"item {number}: {wrong}; what follows was not read")
            return
        yield from _item(where, number, record)
        at = _past_blanks(text, end)


def read_items(origin: str, records: Sequence[Any]) -> Iterator[Page | ReportItem | Withdrawal]:
    """The pages of records that one file holds; one that is none fails alone."""
    for number, record in enumerate(records, 1):
        where = f"{origin}#item {number}"
        try:
            yield page(where, plain_record(record))
        except Wrong as wrong:
            yield instead_of_article(where, wrong, f"item {number}: ")


def pages_of_document(where: str, document: Any) -> Iterator[Page | ReportItem | Withdrawal]:
    """The pages of an object that is a record, or holds a list of them. Raises ``Wrong``."""
    if item := ninjs_in(document):
        yield ninjs_item(where, item)
    elif (records := records_in(document)) and any(map(ninjs_in, records[:MAX_FAILURES])):
        for number, record in enumerate(records, 1):
            yield from _item(f"{where}#item {number}", number, record)
    elif records:
        yield from read_items(where, records)
    else:
        yield page(where, plain_record(document))


def _past_blanks(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr]  # matches nothing, too


def _items(origin: str, text: str, at: int) -> Iterator[Page | ReportItem | Withdrawal]:
    """The records of a list, one at a time; what comes before a mistake in the file is read all the same."""
    number = 0
    known = _referred_to(text)
    while True:
        at = _past_blanks(text, at)
        if number == 0 and text.startswith("]", at):
            yield failed(origin, "no text: the list is empty")
            break
        number += 1
        where = f"{origin}#item {number}"
        try:
            record, at = _decoded(text, at)
        except Wrong as wrong:
            yield instead_of_article(where, wrong, f"item {number}: ")
            return
        if known and isinstance(record, Mapping):
            record = with_named(record, known)
        if not (of_a_dump(record) or (known and is_beside(record))):
            yield from _item(where, number, record)
        at = _past_blanks(text, at)
        if text[at : at + 1] != ",":
            break
        at += 1
    if text[at : at + 1] != "]":
        yield failed(origin, f"not valid JSON (expecting ',' or ']' at character {at + 1}); what follows was not read")
    elif text[at + 1 :].strip():
        yield failed(origin, f"not valid JSON (extra data at character {at + 2}); what follows was not read")


def _referred_to(text: str) -> Mapping[str, Mapping[str, Any]]:
    """The persons and sites that a list of JSON-LD objects refers to."""
    if '"@id"' not in text or len(text) > MAX_LINE:
        return {}
    try:
        return named_nodes(_load(text))
    except Wrong:
        return {}


def _decoded(text: str, at: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder().raw_decode(text, at)
    except RecursionError:
        raise Wrong("nested too deeply to be an article record") from None
    except json.JSONDecodeError as error:
        raise Wrong(f"not valid JSON ({error.msg.lower()} at character {error.pos + 1})") from None
    except ValueError:
        raise Wrong("not valid JSON (a number is too long)") from None


def _load(raw: bytes | str) -> Any:
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("not UTF-8; save the file as UTF-8") from None
    start = _past_blanks(text, 0)
    if text.startswith("{'", start) and len(text) <= _MOST_PRINTED and (printed := _printed_object(text)):
        return printed
    found, end = _decoded(text, start)
    if text[end:].strip():
        raise Wrong(f"not valid JSON (extra data at character {end + 1})")
    return found


def _printed_object(text: str) -> dict[Any, Any] | None:
    """The object that Python printed: with single quotes, None and True."""
    try:
        found = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def until_hopeless(
    origin: str, items: Iterator[Page | ReportItem | Withdrawal]
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The items, up to the first ``MAX_FAILURES`` failed ones in a row."""
    failures = 0
    for item in items:
        failures = failures + 1 if isinstance(item, ReportItem) and item.status == "failed" else 0
        yield item
        if failures == MAX_FAILURES:
            yield failed(origin, f"{MAX_FAILURES:,} records in a row cannot be read; the rest of the file was skipped")
            return


def page(origin: str, record: Any, *, day_first: bool | None = None) -> Page:
    """The page of one record: a mapping of the names of ``Page``'s fields, with ``text`` or ``body``.

    ``day_first`` decides 07/05/2024 where nothing else does. Raises ``Wrong`` with the field that is missing or of a
    wrong type, ``TakenBack`` where the record takes an article back.
    """
    if not isinstance(record, dict):
        raise Wrong(f"an article record is an object with 'title' and 'text', not {_called(record)}")
    refuse_not_out(origin, record)
    title = _text(record, "title")
    name = "text" if record.get("text") is not None else "body"
    body = _text(record, name)
    if not title or not one_line(title):
        raise Wrong("'title' is missing or empty; a record needs 'title' and 'text'")
    body = clean(body or "")
    if not body.strip() and is_web(url := _line(record, "url") or ""):
        raise Wrong(f"'text' is missing or empty, and only an address is there ({url[:200]}); {TO_FETCH}")
    if not body.strip():
        raise Wrong("'text' is missing or empty; a record needs 'title' and 'text'")
    stated = _line(record, "published")
    published = parse_machine_stamp(stated or "", day_first=day_first)
    printed = stamps.stamp(stated, language=_line(record, "language")) if stated and published is None else None
    published = printed.published if printed else published  # as pages print it: 'Published: ... | Updated: ...'
    published = published or (parse_stamp_ahead(stated) if stated and record.get("embargo") else None)
    told = [date_not_understood(stated)] if stated and published is None else []
    if stated and published and day_first is None and (either := _EITHER.match(stated)) and either[1] != either[2]:
        told.append(f"{either[0].strip()} is read with the day first ({published:%d %B}); write it as year-month-day")
    told += record.get("told", [])
    authors, odd = _authors(record)
    told += [f"authors not understood: {odd}"] if odd else []
    updated = parse_machine_stamp(_line(record, "updated") or "", published=published, day_first=day_first)
    updated = updated or (printed.updated if printed else None)
    return Page(
        origin,
        body,
        whole=True,
        id=str(record["id"]) if type(record.get("id")) is int else _line(record, "id"),
        title=_line(record, "title"),
        published=published,
        updated=None if updated == published else updated,
        source=_line(record, "source"),
        section=_line(record, "section"),
        url=_line(record, "url"),
        authors=authors,
        language=_line(record, "language"),
        places=_places(record, body),
        version=record.get("version"),
        correction=record.get("correction"),
        embargo=record.get("embargo"),
        note="; ".join(told) or None,
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Wrong(f"{name!r} must be text, not {_called(value)}")


def _line(record: Mapping[str, Any], name: str) -> str | None:
    value = _text(record, name) or ""
    if len(value) > MAX_FIELD:
        raise Wrong(f"{name!r} has {len(value):,} characters, and at most {MAX_FIELD:,} fit; is it the text?")
    return one_line(value) or None


def _authors(record: Mapping[str, Any]) -> tuple[tuple[str, ...], str | None]:
    """The names, and what else stands where they should."""
    value = record.get("authors")
    names = value.split(";") if isinstance(value, str) else [] if value is None else value
    listed = names if isinstance(names, list) else [names]
    odd = next((item for item in listed if not isinstance(item, str)), None)
    shown = None if odd is None else one_line(json.dumps(odd, ensure_ascii=False, default=str))[:60]
    return tuple(n for name in listed if isinstance(name, str) and (n := one_line(name))), shown


def _places(record: Mapping[str, Any], body: str) -> Places:
    """Those that ``rag export`` writes; of anything else none."""
    found = record.get("places")
    given = [p for p in found if isinstance(p, dict)] if isinstance(found, list) else []
    pairs = [(p.get("start"), p.get("place")) for p in given[:MAX_FIELD]]
    named = [(start, one_line(name)[:40]) for start, name in pairs if type(start) is int and isinstance(name, str)]
    return tuple(sorted((start, name) for start, name in named if name and 0 <= start < len(body)))


def _called(value: Any) -> str:
    return "null" if value is None else _NAMES.get(type(value), type(value).__name__)
