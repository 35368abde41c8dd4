"""Messages of a wire: where each begins and ends, and what its header says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.ingest.encoding import decode, one_line

MAX_DISPATCHES = 5000
"""Messages of one file that are read."""

_SOH, _STX, _ETX = "\x0bH", "\x0bT", "\x0bE"
"""What stands for the bytes of control while a file is text."""
_CONTROL = {
    1: _SOH, 2: _STX, 3: _ETX, 4: _ETX, **dict.fromkeys((0x16, 0x00, 0x7F, 0x0E, 0x0F, 5, 6, 7, 8), ""),
    **dict.fromkeys((0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x17, 0x18, 0x19, 0x1A, 0x1C, 0x1D, 0x1E, 0x1F), " "),
}  # fmt: skip
_IPTC = re.compile(
    r"\s*(?P<service>[A-Za-z]{2,6})[ -]?(?P<number>\d{1,6})\s+(?P<priority>[1-9])\s+(?P<category>[A-Za-z]{1,4})\s+"
    r"(?P<words>\d{1,5})\b(?P<rest>.*)",
    re.DOTALL,
)
_ANPA = re.compile(
    r"\s*(?:(?P<service>[A-Za-z]{1,3})[ -]?(?P<number>\d{3,6})(?:\s+(?=[\w-]*[-\d])[\w-]{2,7})?\s+(?:ap\s+)?"
    r"|(?=[a-z]\s+[a-z]\s+(?:am|pm|bc|bi)-))(?P<priority>[a-z])\s+(?P<category>[a-z])\s+(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_ANPA_REST = re.compile(r"(?P<slug>.*?)(?:\s+(?P<day>\d\d-\d\d))?(?:\s*[,\s]\s*(?P<words>\d{2,5}))?\s*<?", re.DOTALL)
_FRAMED = re.compile(rb"[\s\x16\0\x7f]{0,200}\x01[\s\x16]{0,20}[A-Za-z]{1,6}[ -]?\d{1,6}[\s\x1c-\x1f\x11-\x14]")
_TELEX = re.compile(r"[A-Z]{2,5}\s?\d{2,6}(?:/[A-Z]{2,4})?")
"""What stands behind ZCZC: the source and the number."""
_HEADER_LINE = re.compile(
    r"^(?:[A-Za-z]{2,6}[ -]?\d{3,6} [1-9] [A-Za-z]{1,4} \d{1,5}\b"
    r"|[a-zA-Z]{1,3}\d{3,5}(?:[ ]+[\w-]*[-\d][\w-]*)?[ -]*(?:[ ]|\n\s*)[a-z][ ]+[a-z][ ]+(?:am|pm|bc|bi)-).{0,120}$"
    r"|^[a-z][ ]+[a-z][ ]+(?:am|pm|bc|bi)-\S.{0,80}?[ ]\d\d-\d\d[ ]+\d{2,5}[ <]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SLUG_LINE = re.compile(r"\^?(?:am|pm|bc|bi)-{1,2}\S.{0,80}?,\s?\d{2,5}[ <]*\n", re.IGNORECASE)
"""The keywords and the number of words, where a message came without its header."""
_ZCZC = re.compile(r"\bZCZC[ ]?", re.IGNORECASE)
_NNNN = re.compile(r"^[ \t]*NNNN[ \t]*$", re.MULTILINE)
_ENDED = re.compile(
    r"^\W*(?:NNNN|[A-Z]{2,5}-(?:[A-Z]{2}-)?\d\d-\d\d-\d\d\b.*"
    r"|(?:[\w/ .-]{0,30} )?\d{6}(?: ?(?:GMT|UTC|[A-Z]{3,4}))? [A-Za-zÀ-ÿ]{3,9}\.? \d\d(?:\d\d)?)\W*$",
    re.MULTILINE,
)
"""The last line of a message: the time at which it was sent."""


@dataclass(frozen=True, slots=True)
class WireFrame:
    """A message as it was sent."""

    service: str = ""  # 'rtr', 'bdt'; of ANPA a letter
    number: str = ""
    category: str = ""
    slug: str = ""  # what the header says of it besides
    day: str = ""  # 'mm-dd', of ANPA
    text: str = ""  # between STX and ETX, as it is, '\\n' for each line end
    trailer: str = ""  # what follows


def is_dispatch(data: bytes) -> bool:
    """Whether bytes are messages of a wire: framed by their bytes of control, or with the header of one at the top and
    the time of sending at the end of one."""
    head = data[:20_000]
    if _FRAMED.match(head) and (b"\2" in head or b"\3" in data):
        return True
    start = head.lstrip(b"\x16\0\x7f \t\r\n")
    if not re.match(
        rb"ZCZC|[A-Za-z]{1,6}[ -]?\d{2,6}[ \r\n\x13\x1c-\x1f]|[a-z] +[a-z] +(?:am|pm|bc|bi)-|\^?(?:am|pm|bc|bi)-",
        start,
        re.IGNORECASE,
    ):
        return False
    text = decode(data[:200_000].translate(None, b"\1\2\3\4\x16\0\x1e\x1f\x13\x14\x1c\x1d"))
    if text is None:
        return False
    top = "\n".join([line.strip() for line in text.splitlines() if line.strip()][:2])
    if start.upper().startswith(b"ZCZC"):
        return bool(_NNNN.search(text))
    framed = b"\2" in head[:600] or b"\3" in data[-4000:]
    return bool(_HEADER_LINE.match(top) or _SLUG_LINE.match(top)) and (framed or _ENDED.search(text) is not None)


def frames(data: bytes, charset: str | None = None) -> Iterator[WireFrame] | None:
    """The messages of a file; None where its bytes are no text."""
    text = decode(_marked(data), charset)
    return _frames(text.replace("\r\n", "\n").replace("\r", "\n")) if text is not None else None


def _marked(data: bytes) -> bytes:
    """The bytes with those of control as text."""
    for code, mark in _CONTROL.items():
        byte = bytes((code,))
        if byte in data:
            data = data.replace(byte, mark.encode())
    return data


def _frames(text: str) -> Iterator[WireFrame]:
    for number, piece in enumerate(_pieces(text), 1):
        if number > MAX_DISPATCHES:
            return
        head, text_begins, rest = piece.partition(_STX)
        if not text_begins:
            head, rest = _head_of(piece)
        head, above = _header_alone(head)
        body, _, trailer = f"{above}{rest}".partition(_ETX)
        if not body.strip() and not head.strip():
            continue
        trailer = re.sub(rf"{_ETX}|{_STX}|{_SOH}", "\n", trailer)
        yield _frame(head.replace(_ETX, " "), body.replace(_STX, "\n"), trailer)


def _pieces(text: str) -> list[str]:
    """The text of each message with its header."""
    if _SOH in text:
        before, *pieces = text.split(_SOH)
        return [p for p in ([before] if _STX in before else []) + pieces if p.strip()]
    if _ZCZC.search(text[:200]):
        return [
            re.split(_NNNN, piece)[0] + f"{_ETX}{''.join(re.split(_NNNN, piece)[1:])}"
            for piece in _ZCZC.split(text)
            if piece.strip()
        ]
    if text.count(_STX) > 1:
        ends = [match.end() for match in re.finditer(rf"{_ETX}[^\x0b]{{0,80}}?(?=\n\S[^\n]*\n?\s*{_STX})", text)]
        bounds = [0, *ends, len(text)]
        return [text[a:b] for a, b in pairwise(bounds) if text[a:b].strip()]
    starts = [match.start() for match in _HEADER_LINE.finditer(text)]
    if not starts:
        return [text]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _head_of(piece: str) -> tuple[str, str]:
    """The header of a message without STX: its first line, or two where the first has only a number."""
    lines = piece.lstrip("\n").split("\n")
    numbered = len(lines) > 2 and re.fullmatch(r"\s*[A-Za-z]{1,3}\d{3,6}(?:[ ]+[\w-]*[-\d][\w-]*)?[\s-]*", lines[0])
    count = 2 if numbered and re.match(r"\s*[a-z]\s+[a-z]\s", lines[1]) else 1
    return " ".join(lines[:count]), "\n".join(lines[count:])


def _header_alone(head: str) -> tuple[str, str]:
    """The header of IPTC 7901, and the keywords and the headline between it and the text, as lines of the text."""
    first, *above = [line for line in head.split("\n") if line.strip()] or [head]
    if len(above) > 1 and _IPTC.fullmatch(one_line(first)):
        return first, "".join(f"{line.strip()}\n\n" for line in above)
    return head, ""


def _frame(head: str, body: str, trailer: str) -> WireFrame:
    line = one_line(head)
    if _TELEX.fullmatch(line):
        return WireFrame(text=body, trailer=trailer)
    found = _IPTC.fullmatch(line)
    if found:
        slug = found["rest"].strip()
        slug = "" if "/AFP-" in slug or re.fullmatch(r"(?:[A-Za-z]{1,4}\s*)?\d{0,5}", slug) else slug.strip(" /,-")
        return WireFrame(found["service"], found["number"], found["category"].lower(), slug, "", body, trailer)
    found = _ANPA.fullmatch(line)
    if found and (rest := _ANPA_REST.fullmatch(found["rest"])):
        slug, day = rest["slug"].strip(), rest["day"] or ""
        service, number = found["service"] or "", found["number"] or ""
        return WireFrame(service, number, found["category"].lower(), slug, day, body, trailer)
    return WireFrame(slug=line[:200], text=body, trailer=trailer)
