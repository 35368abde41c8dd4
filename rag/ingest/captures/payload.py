"""The body of a response as the browser saw it: without chunks, unpacked, and never more of it than is asked for."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from rag.ingest.captures.unpacking import Damaged

MAX_RAW = 64 << 20
"""Bytes of one record that are looked at, as they are packed."""

_NAME = re.compile(r"[a-z0-9-]{1,20}")
_PIECE = 1 << 14
_MOST = 1 << 16


class NoDecoder(Exception):
    """The name of a packing that nothing here can unpack."""


class Readable(Protocol):
    """What bodies are read from."""

    def read(self, size: int | None = None) -> bytes: ...


Unpack = Callable[[bytes], Iterator[bytes]]


class Body:
    """The body of one response, read once, from its beginning on. Raises ``NoDecoder`` while reading."""

    def __init__(self, raw: Readable, transfer: str = "", encodings: str = "", length: int | None = None) -> None:
        self.cut = False  # the file ends before the record does, and before the ``length`` that the server named
        self.ended = False  # all of it was read
        self._length = length
        pieces = self._raw(raw)
        if "chunked" in transfer.lower():
            pieces = _unchunked(pieces)
        stated = (name.strip() for name in encodings.lower().split(","))
        names = [name for name in stated if _NAME.fullmatch(name) and name not in ("identity", "none")]
        for name in reversed(names[:4]):
            pieces = _decoded(pieces, name)
        self._pieces = pieces
        self._read = b""

    def first(self, most: int) -> bytes:
        """The first bytes, which stay there to be read."""
        return self.all(most)[:most]

    def all(self, most: int) -> bytes:
        """Everything, or a little more than ``most`` bytes of it."""
        found = [self._read]
        length = len(self._read)
        while length < most and (piece := next(self._pieces, b"")):
            found.append(piece)
            length += len(piece)
        self._read = b"".join(found)
        return self._read

    def _raw(self, stream: Readable) -> Iterator[bytes]:
        left = MAX_RAW
        while left > 0 and (piece := stream.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
        whole = self._length is not None and MAX_RAW - left >= self._length
        short = getattr(stream, "limit", 0) > 0 and not whole
        self.cut, self.ended = left > 0 and short, not short


def _unchunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content of chunks; bytes that are none, though the headers say so, as they are."""
    held = b""
    first = True
    while True:
        while b"\n" not in held and len(held) < 256 and (more := next(pieces, b"")):
            held += more
        line, end, rest = held.partition(b"\n")
        size = _size_of_chunk(line) if end else None
        if size is None:
            if first or not held.strip():
                yield held
            elif held:
                yield held  # the server miscounted, and what follows is still the page
            yield from pieces
            return
        if size == 0:
            return
        first = False
        held = rest
        while size > 0:
            if not held and not (held := next(pieces, b"")):
                return  # cut off
            part, held = held[:size], held[size:]
            size -= len(part)
            yield part
        while len(held) < 2 and (more := next(pieces, b"")):
            held += more
        held = held.removeprefix(b"\r\n") if held.startswith(b"\r\n") else held.removeprefix(b"\n")


def _size_of_chunk(line: bytes) -> int | None:
    digits = line.split(b";", 1)[0].strip()
    if not digits or len(digits) > 8:
        return None
    try:
        return int(digits, 16) if digits.isalnum() else None
    except ValueError:
        return None


def _decoded(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The bytes unpacked; as they are where they turn out not to be packed, as crawlers keep them unpacked under the
    same header. What cannot be unpacked further on ends them."""
    first = next((piece for piece in pieces if piece), b"")
    if not first:
        return
    for unpack in _decoders(name):
        try:
            start = list(_some(unpack(first)))
        except Damaged:
            continue
        break
    else:
        yield first
        yield from pieces
        return
    yield from start
    try:
        for piece in pieces:
            yield from unpack(piece)
    except Damaged:
        return


def _some(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Up to as much as a page may have."""
    length = 0
    for piece in pieces:
        yield piece
        length += len(piece)
        if length > MAX_RAW:
            return


def _decoders(name: str) -> list[Unpack]:
    """Ways to unpack bytes of this kind, one after the other. Raises ``NoDecoder``."""
    if name in ("gzip", "x-gzip"):
        return [_inflating(31)]
    if name == "deflate":  # with the header of zlib, as it should be, and without, as many send it
        return [_inflating(15), _inflating(-15)]
    if name == "br":
        return [_brotli()]
    raise NoDecoder(name)


def _inflating(bits: int) -> Unpack:
    inflater = zlib.decompressobj(bits)

    def unpack(piece: bytes) -> Iterator[bytes]:
        while piece and not inflater.eof:
            try:
                data = inflater.decompress(piece, _MOST)
            except zlib.error:
                raise Damaged("packed data that cannot be unpacked") from None
            piece = inflater.unconsumed_tail
            if data:
                yield data

    return unpack


def _brotli() -> Unpack:
    try:
        import brotli
    except ImportError:
        raise NoDecoder("br") from None
    inflater: Any = brotli.Decompressor()
    if not hasattr(inflater, "can_accept_more_data"):  # before 1.2, without a bound of what a piece unfolds to
        raise NoDecoder("br")

    def unpack(piece: bytes) -> Iterator[bytes]:
        try:
            data = inflater.process(piece, output_buffer_limit=_MOST)
            while data or not inflater.can_accept_more_data():
                if data:
                    yield data
                if inflater.is_finished() or inflater.can_accept_more_data():
                    return
                data = inflater.process(b"", output_buffer_limit=_MOST)
        except brotli.error:
            raise Damaged("packed data that cannot be unpacked") from None

    return unpack
