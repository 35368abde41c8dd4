"""The records of a WARC or ARC file, one at a time: what was captured, where and when, and its body as far as it is
asked for. Records are parsed by warcio; what is damaged is passed over, and reading goes on with the next record."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, BinaryIO

from rag.ingest.captures.payload import Body
from rag.ingest.captures.unpacking import Damaged, Lines, opened
from rag.ingest.encoding import Budget, one_line

MAX_CAPTURES = 2_000_000
"""Records of one file."""

MOST_HEADERS = 1000
"""Lines of headers that a record may have."""

_WARC = re.compile(rb"WARC/[01]\.\d+[ \t]*\r?\n")
_ARC = re.compile(rb"[a-z][a-z0-9+.-]{1,20}:\S{0,8000} [\d.:a-fA-F]{3,45} \d{14} \S{1,200} \d{1,12}[ \t]*\r?\n")
_ARC_SPACED = re.compile(rb"(?:https?|filedesc)://[^\r\n]{1,8000} [\d.:a-fA-F]{3,45} \d{14} \S{1,200} \d{1,12}\r?\n")
_STATUS = re.compile(r"\s*(\d{3})\b")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Capture:
    """One record of a crawl. ``body`` must be read before the next record is asked for."""

    number: int  # of the record in the file, from 1
    kind: str  # 'response', 'resource', 'conversion', 'revisit', ...; '' where it is not said
    url: str
    captured: datetime | None
    status: int | None  # of HTTP; None for what is no response
    media_type: str  # as its sender named it, without parameters, in lower case; '' where it did not
    charset: str | None
    digest: str  # of the payload; '' where it is not said
    truncated: str  # why the crawler cut it off; '' where it did not
    segment: int  # of a record that was split up, from 1
    body: Body


@dataclass(slots=True)
class Damage:
    """What could not be read of a file, as it becomes known."""

    spots: list[str] = field(default_factory=list)  # the first of them, in words
    count: int = 0
    last: int = 0  # the record at which the last of it is
    cut: bool = False  # the file ends inside of a record

    def add(self, where: int, what: str) -> None:
        self.count += 1
        self.last = where
        if len(self.spots) < 3:
            self.spots.append(f"record {where}: {what}")


def is_crawl(start: bytes) -> bool:
    """Whether plain bytes are the beginning of a WARC or ARC file."""
    return bool(_WARC.match(start) or re.match(rb"filedesc://[^\r\n]{0,300} \d{14} text/plain \d+", start))


def captures(stream: BinaryIO, budget: Budget, damage: Damage) -> Iterator[Capture]:
    """The records of a file, packed or not; what is broken is counted in ``damage``. Raises ``Bomb``."""
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import ArcWarcRecordLoader

    logging.getLogger("warcio.recordloader").setLevel(logging.ERROR)  # of blanks in addresses, which do not matter
    loader = ArcWarcRecordLoader(verify_http=True, arc2warc=True)
    lines = opened(stream, budget)
    number = 0
    while number < MAX_CAPTURES and (line := _next_record(lines, damage, number + 1)):
        number += 1
        seams = lines.seams
        line = b"WARC/1.0\r\n" if _WARC.fullmatch(line) else line  # of a version that warcio does not know, too
        try:
            record = loader.parse_record_stream(_Bounded(lines), line, no_record_parse=True)
            if record.length is None or _stated_length(record) is None:
                raise Damaged("its length is not said")
            capture = _capture(number, record, loader)
            yield capture
            while lines.seams == seams and record.raw_stream.read(1 << 16):
                pass
            short = lines.seams == seams and record.raw_stream.limit > 0
            damage.cut = damage.cut or (short and not capture.body.ended)
        except Damaged as wrong:
            damage.add(number, str(wrong))
        except (ArchiveLoadFailed, EOFError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
            damage.add(number, f"headers that cannot be read ({type(error).__name__})")


def _next_record(lines: Lines, damage: Damage, number: int) -> bytes | None:
    """The first line of the next record; what lies between is counted once. None at the end."""
    told = damage.count > 0 and damage.last == number - 1
    while True:
        try:
            line = lines.readline()
        except Damaged as wrong:
            damage.add(number, str(wrong))
            told = True
            continue
        if not line:
            damage.cut = damage.cut or lines.ended_early
            return None
        if _WARC.fullmatch(line) or _ARC.fullmatch(line) or _ARC_SPACED.fullmatch(line):
            return line
        if line.strip() and not told:
            damage.add(number, "no record begins where one should")
            told = True


class _Bounded:
    """The lines of one record's headers, no more than a record may have; then its content."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._headers = 0

    def readline(self, size: int | None = None) -> bytes:
        self._headers += 1
        if self._headers > MOST_HEADERS:
            raise Damaged(f"more than {MOST_HEADERS} lines of headers")
        return self._lines.readline(size)

    def read(self, size: int | None = None) -> bytes:
        return self._lines.read(size)

    def tell(self) -> int:
        return 0


def _stated_length(record: Any) -> int | None:
    return _number(record.rec_headers.get_header("Content-Length") or "")


def _number(stated: str) -> int | None:
    return int(stated) if stated.strip().isdecimal() and stated.isascii() and len(stated) < 16 else None


def _capture(number: int, record: Any, loader: Any) -> Capture:
    about = record.rec_headers
    kind = (record.rec_type or "").strip().lower()
    url = one_line((about.get_header("WARC-Target-URI") or "").strip().strip("<>"))[:4000]
    stated = (record.content_type or "").lower()
    http = None
    if kind in ("response", "revisit") and url.lower().startswith(("http:", "https:")) and record.length:
        http = _http(record, loader, stated)
    status = _STATUS.match(http.statusline or "") if http else None
    named = (http.get_header("Content-Type") if http else None) or (stated if kind != "response" else "") or ""
    charset = _CHARSET.search(named)
    segment = about.get_header("WARC-Segment-Number") or ""
    return Capture(
        number,
        kind,
        url,
        _moment(about.get_header("WARC-Date") or ""),
        int(status[1]) if status else None,
        named.split(";")[0].split(",")[0].strip().lower(),
        charset[1] if charset else None,
        (about.get_header("WARC-Payload-Digest") or "").strip(),
        one_line(about.get_header("WARC-Truncated") or "")[:40],
        _number(segment) or 1,
        Body(
            record.raw_stream,
            (http.get_header("Transfer-Encoding") if http else None) or "",
            (http.get_header("Content-Encoding") if http else None) or "",
            _number(http.get_header("Content-Length") or "") if http else None,
        ),
    )


def _http(record: Any, loader: Any, stated: str) -> Any:
    """The headers of a response. Raises ``Damaged`` where there are none."""
    from warcio.statusandheaders import StatusAndHeadersParserException

    try:
        return loader.http_parser.parse(record.raw_stream)
    except EOFError:
        return None  # a revisit without headers
    except StatusAndHeadersParserException:
        raise Damaged("no HTTP response, though it says so") from None


def _moment(stated: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(stated.strip().upper().replace("Z", "+00:00"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
