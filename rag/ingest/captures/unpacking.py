"""The bytes of a crawl's file, unpacked: gzip of a member a record or of one in all, read on behind damage."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from rag.ingest.encoding import Bomb, Budget

_MAGIC = b"\x1f\x8b\x08"
_PIECE = 1 << 16  # packed bytes that are read at a time
_MOST_TIMES_PACKED = 3
_MOST = 1 << 17  # bytes that are unpacked at a time


class Damaged(Exception):
    """What is wrong at this place; reading goes on behind it."""


class Lines:
    """The plain bytes of a file, with the few methods that warcio reads by.

    ``read`` and ``readline`` raise ``Damaged`` where the packed data is broken, once, and then go on with the next
    member that can be unpacked; ``Bomb`` where it unfolds to more than the budget has.
    """

    MAX_LINE = 1 << 16
    """Bytes of a line of headers; what is longer is none."""

    def __init__(self, packed: BinaryIO | Lines, budget: Budget) -> None:
        self._packed = packed
        self._budget = budget
        self._gzip: bool | None = None  # unknown before the first byte
        self._unpack = zlib.decompressobj(31)
        self._waiting = b""  # packed bytes that were read already
        self._plain = b""
        self._at = 0  # of the plain bytes, where reading goes on
        self._in_member = False
        self.ended_early = False  # inside of a member
        self._seams = 0

    def read(self, size: int | None = None) -> bytes:
        """Up to ``size`` bytes, fewer only at a seam; empty at the end."""
        if self._at >= len(self._plain) and not self._fill():
            return b""
        most = len(self._plain) if size is None else self._at + size
        piece = self._plain[self._at : most]
        self._at += len(piece)
        return piece

    def readline(self, size: int | None = None) -> bytes:
        """A line with its end; the rest of the bytes where none is there. Raises ``Damaged`` for one that is too long
        to be a header."""
        most = min(size or self.MAX_LINE, self.MAX_LINE)
        pieces: list[bytes] = []
        length = 0
        while length < most and (self._at < len(self._plain) or self._fill()):
            end = self._plain.find(b"\n", self._at, self._at + most - length)
            stop = end + 1 if end >= 0 else min(len(self._plain), self._at + most - length)
            pieces.append(self._plain[self._at : stop])
            length += stop - self._at
            self._at = stop
            if end >= 0:
                break
        line = b"".join(pieces)
        if size is None and len(line) >= self.MAX_LINE and not line.endswith(b"\n"):
            raise Damaged("a line that is too long for a header")
        return line

    def peek(self) -> bytes:
        """Some of the bytes that come next, which stay there to be read."""
        return self._plain[self._at :] if self._at < len(self._plain) or self._fill() else b""

    @property
    def seams(self) -> int:
        """Places behind which something else goes on, so far."""
        return self._seams + getattr(self._packed, "seams", 0)

    def tell(self) -> int:
        """Nothing that counts; warcio asks for it."""
        return 0

    def _fill(self) -> bool:
        """Whether more plain bytes are there."""
        self._plain, self._at = b"", 0
        while not self._plain:
            if self._gzip is None:
                self._waiting = self._packed.read(_PIECE)
                self._gzip = self._waiting.startswith(_MAGIC)
            if not self._gzip:
                self._plain, self._waiting = self._waiting or self._packed.read(_PIECE), b""
            elif not self._unfold():
                return False
            if not self._plain and not self._gzip:
                return False
        self._budget.left -= len(self._plain)
        if self._budget.left < 0:
            raise Bomb
        return True

    def _unfold(self) -> bool:
        """Unpacks a piece; False at the end of the file."""
        if not self._waiting and not (more := self._packed.read(_PIECE)):
            self.ended_early = self._in_member
            return False
        self._waiting = self._waiting or more
        if not self._in_member:
            return self._next_member()
        try:
            self._plain = self._unpack.decompress(self._waiting, _MOST)
        except zlib.error:
            self._in_member = False
            self._seams += 1
            self._waiting = self._waiting[1:] if self._waiting.startswith(_MAGIC) else self._waiting
            raise Damaged("gzip data that cannot be unpacked") from None
        self._waiting = self._unpack.unused_data if self._unpack.eof else self._unpack.unconsumed_tail
        self._in_member = not self._unpack.eof
        return True

    def _next_member(self) -> bool:
        """Moves to where the next member begins; False where none is left."""
        while (at := self._waiting.find(_MAGIC)) < 0:
            kept = self._waiting[-2:]  # may be the beginning of one
            more = self._packed.read(_PIECE)
            if not more:
                self._waiting = b""
                return False
            self._waiting = kept + more
        self._waiting = self._waiting[at:]
        self._unpack = zlib.decompressobj(31)
        self._in_member = True
        return True


def opened(stream: BinaryIO, budget: Budget) -> Lines:
    """The plain bytes of a file; of one that was packed twice, as servers do with what is packed, too."""
    lines = Lines(stream, budget)
    for _ in range(_MOST_TIMES_PACKED - 1):
        try:
            packed = lines.peek().startswith(_MAGIC)
        except Damaged:
            break
        if not packed:
            break
        lines = Lines(lines, budget)
    return lines


def first_bytes(stream: BinaryIO, most: int = 4096) -> bytes:
    """The first bytes of a file, unpacked where it is gzip; as many as can be had."""
    budget = Budget(1)
    budget.left = 64 * most
    found = b""
    try:
        lines = opened(stream, budget)
        while len(found) < most and (piece := lines.read(most - len(found))):
            found += piece
    except (Damaged, Bomb, OSError):
        pass
    return found
