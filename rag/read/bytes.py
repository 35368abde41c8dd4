"""Bytes of a file, unpacked within bounds, and the text they encode, cleaned of what nobody can see."""

from __future__ import annotations

import gzip
import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

MAX_BYTES = 64 << 20
"""The most that a file which must be read whole may hold once unpacked: a gzip of 64 KB can hold 64 MB of nothing."""

_UTF = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Control, zero-width, bidirectional, tag and private-use characters: invisible to a reader, visible to a model.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


class TooLarge(Exception):
    """More than ``MAX_BYTES`` came out of a file."""


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes as a stream, gunzipped where the name ends in ``.gz``.

    Raises ``OSError`` (also for what is no gzip) or, while reading, ``EOFError`` for one that ends too early.
    """
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path, "rb") as stream:
                yield cast(BinaryIO, stream)
        else:
            with path.open("rb") as plain:
                yield plain
    except zlib.error as error:
        raise OSError(f"not valid gzip data: {error}") from error


def whole(path: Path) -> bytes:
    """All bytes of the file. Raises ``TooLarge`` as soon as there are more than ``MAX_BYTES``."""
    parts: list[bytes] = []
    size = 0
    with unpacked(path) as stream:
        while part := stream.read(1 << 20):
            size += len(part)
            if size > MAX_BYTES:
                raise TooLarge
            parts.append(part)
    return b"".join(parts)


def decode(data: bytes, declared: str | None = None) -> str | None:
    """The text of the bytes: by their mark, as UTF-8, as declared, or as the likeliest old code page.

    ``None`` for bytes that are no text at all.
    """
    for mark, name in _UTF:
        if data.startswith(mark):
            return _try(data, name)
    if b"\0" in data:
        return None
    text = _try(data, "utf-8")
    if text is None and declared and declared.lower().replace("_", "-") not in ("utf-8", "utf8"):
        text = _try(data, declared)
    if text is None:
        # Few high bytes: a western page with some accents. Many: another script, which has to be guessed.
        high = sum(byte >= 0x80 for byte in data[:100_000]) / len(data[:100_000])
        text = _guess(data) if high > 0.3 else None
        text = text or data.decode("cp1252", errors="replace")
    sample = text[:100_000]
    strange = sum(c < " " and c not in "\t\n\r\x0b\x0c\x1b" for c in sample) + sample.count("\ufffd")
    return None if strange > 2 + 0.02 * len(sample) else text


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _guess(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return _try(data, best.encoding) if best else None


def clean(text: str) -> str:
    """One form for equal texts (NFC), ``\\n`` for every line end, plain spaces, and nothing invisible."""
    text = _LINE_ENDS.sub("\n", text)
    text = _UNSEEN.sub("", text)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text))


def line(text: str) -> str:
    """``clean`` for a value that is one line: a title, a name."""
    return " ".join(clean(text).split())
