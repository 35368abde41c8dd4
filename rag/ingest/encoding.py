"""Bytes of a file, unpacked within bounds, and the text they encode, cleaned of what nobody can see."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from rag.text.sanitize import INVISIBLE

MAX_FILE_BYTES = 64 << 20
"""The most that a file which must be read whole may hold once unpacked: a gzip of 64 KB can hold 64 MB of nothing."""

FREE_BYTES = 256 << 20
MOST_TIMES = 200
"""A compressed file may unfold to ``FREE_BYTES``, or to this many times its size: text packs to a tenth, rarely to a
hundredth; a bomb to a thousandth."""

_PIECE = 1 << 17  # bytes that are unpacked at a time

MENDING = "rag.mending"
"""The name of the error handler for bytes that do not fit the encoding of the rest: see ``_mend``."""

_NOT_IN_FILES = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-8", "utf-7")
_UTF = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\0", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
)
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_JOINING = re.compile("[\u0620-\u06ff\u0750-\u077f\u0900-\u0dff]")  # Arabic scripts, scripts of India
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BEYOND_ASCII = re.compile("[^\0-\x7f]")
_STRAY = re.compile("[\udc80-\udcff]")
_BEYOND_LATIN = re.compile("[\u0300-\U0010ffff]")


class Bomb(Exception):
    """A compressed file that unfolds to many times what text can be packed to."""


class Budget:
    """How many bytes may still be unpacked from a compressed file of ``packed`` bytes."""

    def __init__(self, packed: int) -> None:
        self.left = max(FREE_BYTES, MOST_TIMES * packed)


class Pieces(io.RawIOBase):
    """A stream of what ``read`` gives, which is told how many bytes are wanted at most."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def metered(source: BinaryIO, budget: Budget) -> BinaryIO:
    """``source``, every byte of which is taken from the budget; reading raises ``Bomb`` when that is spent."""
    buffered = cast(io.BufferedIOBase, source)

    def read(most: int) -> bytes:
        try:
            data = buffered.read1(min(most, _PIECE))  # an error loses none that came before it
        except gzip.BadGzipFile as error:
            if source.tell() and str(error).startswith("Not a gzip"):
                raise OSError("something else follows the compressed data") from None
            raise
        budget.left -= len(data)
        if budget.left < 0:
            raise Bomb
        return data

    return io.BufferedReader(Pieces(read), _PIECE)


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes as a stream. Raises what ``gunzipped`` raises."""
    with path.open("rb") as packed, gunzipped(path.name, packed, Budget(path.stat().st_size)) as stream:
        yield stream


@contextmanager
def gunzipped(name: str, packed: BinaryIO, budget: Budget) -> Iterator[BinaryIO]:
    """The bytes of a file, gunzipped within the budget where its name ends in ``.gz``.

    Raises ``OSError`` (also for what is no gzip) or, while reading, ``EOFError`` for one that ends too early and
    ``Bomb`` for one that does not seem to end.
    """
    if not name.lower().endswith(".gz"):
        yield packed
        return
    try:
        with gzip.GzipFile(fileobj=packed) as stream:
            yield metered(cast(BinaryIO, stream), budget)
    except zlib.error as error:
        raise OSError(f"not valid gzip data: {error}") from error


def foreign(data: bytes) -> str | None:
    """What the bytes are where their beginning says that they are no text: 'a PDF', 'a picture'."""
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


_STRANGE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")  # what no text has


def decode(data: bytes, declared: str | None = None) -> str | None:
    """The text of the bytes: by their mark, as UTF-8, as declared, or as the likeliest old code page.

    ``None`` for bytes that are no text at all.
    """
    name = encoding(data, declared)
    if name is None:
        return None
    text = data.decode(name, errors=MENDING)
    sample = text[:100_000]
    strange = len(_STRANGE.findall(sample))
    return None if strange > 2 + 0.02 * len(sample) else text


def encoding(data: bytes, declared: str | None = None) -> str | None:
    """The name of the encoding that the bytes are in, to be read with ``errors=MENDING``; ``None`` for no text."""
    for mark, name in _UTF:
        if data.startswith(mark):
            return name
    if b"\0" in data:
        return _utf_16(data)
    text = data.decode("utf-8", "surrogateescape")
    if len(text) != len(data):  # not ASCII alone, nor an old code page alone
        strays = len(_STRAY.findall(text))
        if 2 * strays < len(_BEYOND_ASCII.findall(text)) - strays:
            return "utf-8"
    elif not _STRAY.search(text):
        return "utf-8"
    if declared and _sound(data, declared):
        return declared
    # Few high bytes: a western page with some accents. Many: another script, which has to be guessed.
    if sum(byte >= 0x80 for byte in data[:100_000]) > 0.3 * len(data[:100_000]):
        from charset_normalizer import from_bytes

        best = from_bytes(data[:100_000]).best()
        if best and _sound(data, best.encoding):
            return best.encoding
    return "cp1252"


def _mend(error: UnicodeError) -> tuple[str, int]:
    """A stray byte in UTF-8 is mostly one that an old program pasted in; elsewhere nothing is known of it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    western = error.encoding.lower().replace("_", "-") in ("utf-8", "utf-8-sig")
    return (bad.decode("cp1252", "replace") if western else "\ufffd"), error.end


codecs.register_error(MENDING, _mend)


def _utf_16(data: bytes) -> str | None:
    """UTF-16 without its mark, recognised by the zeros of its Latin letters and spaces."""
    sample = data[:10_000]
    half = len(sample) / 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * half and odd < 0.02 * half else None


def _sound(data: bytes, name: str) -> bool:
    """Whether the bytes are text in that encoding, and the name is one of an encoding of text in files."""
    try:
        return codecs.lookup(name).name not in _NOT_IN_FILES and bool(data.decode(name))
    except (UnicodeError, LookupError, ValueError):
        return False


def clean(text: str) -> str:
    """One form for equal texts (NFC), ``\\n`` for every line end, plain spaces, and nothing invisible."""
    text = _LINE_ENDS.sub("\n", text)
    text = _UNSEEN.sub(_unseen, text) if "\u200c" in text or "\u200d" in text else _UNSEEN.sub("", text)
    text = _SPACES.sub(" ", text)
    if _BEYOND_LATIN.search(text):
        # Putting the marks of one letter in order takes the square of their number; no language has more than a few.
        text = _marks()(r"\1", text)
    return unicodedata.normalize("NFC", text)


def _unseen(found: re.Match[str]) -> str:
    """Nothing, but for a joiner or non-joiner between letters of a script that spells with it: Persian 'می‌رود'."""
    if found[0] not in "\u200c\u200d":
        return ""
    at = found.start()
    beside = found.string[max(at - 1, 0) : at], found.string[at + 1 : at + 2]
    return found[0] if all(_JOINING.fullmatch(char) for char in beside) else ""


@cache
def _marks() -> Callable[[str, str], str]:
    """Substitutes runs of marks that combine with a letter ('e' + acute) by their first thirty, as Unicode advises."""
    marks = "".join(chr(c) for c in range(0x300, 0x1E95B) if unicodedata.combining(chr(c)))
    return re.compile(f"([{marks}]{{30}})[{marks}]+").sub


def one_line(text: str) -> str:
    """``clean`` for a value that is one line: a title, a name."""
    return " ".join(clean(text).split())
