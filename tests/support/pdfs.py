"""PDF files for tests, written by hand: words in Helvetica at given places, pictures, encryption."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 "
    "611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 "
    "556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
WIDTHS = [int(width) for width in _WIDTHS.split()]
"""Of Helvetica's letters from the blank to '~', in thousandths of their size."""

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def width_of(text: str, size: float) -> float:
    return sum(WIDTHS[ord(c) - 32] if 32 <= ord(c) < 127 else 556 for c in text) * size / 1000


@dataclass
class PdfPage:
    """A page in points, from the upper left corner down; what is put on it comes in that order."""

    width: float = 595.0
    height: float = 842.0
    rotate: int = 0
    parts: list[str] = field(default_factory=list)
    pictures: int = 0

    def line(self, x: float, y: float, text: str, size: float = 10.0, font: str = "F1", turned: bool = False) -> None:
        """One run of words, standing on ``y``; ``turned`` by 90 degrees, up the page."""
        raw = text.encode("cp1252", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
        at = f"0 1 -1 0 {x:.2f} {self.height - y:.2f}" if turned else f"1 0 0 1 {x:.2f} {self.height - y:.2f}"
        self.parts.append(f"BT /{font} {size} Tf {at} Tm ({raw.decode('latin-1')}) Tj ET")

    def picture(self, x: float, y: float, width: float, height: float) -> None:
        self.parts.append(f"q {width} 0 0 {height} {x} {self.height - y - height} cm /Im0 Do Q")
        self.pictures += 1

    def column(
        self,
        x: float,
        y: float,
        width: float,
        paragraphs: Iterable[str],
        size: float = 9.0,
        indent: float = 9.0,
        bottom: float = 800.0,
        cut: bool = False,
    ) -> tuple[float, list[str]]:
        """Paragraphs set in a column, the first without an indent: where the last line stands, and what had no room.
        Words are ``cut`` at '|' where a line is full, with a hyphen."""  # fmt: skip
        left = list(paragraphs)
        first = True
        while left:
            words = left[0].split()
            margin = 0.0 if first else indent
            while words:
                if y > bottom:
                    return y, [" ".join(words), *left[1:]]
                line, words = _set_line(words, width - margin, size, cut)
                self.line(x + margin, y, line, size)
                y, margin = y + 1.2 * size, 0.0
            left.pop(0)
            first = False
        return y, []


def _set_line(words: Sequence[str], width: float, size: float, cut: bool) -> tuple[str, list[str]]:
    line = ""
    for number, word in enumerate(words):
        tried = f"{line} {word.replace('|', '')}".strip()
        if width_of(tried, size) <= width or not line:
            line = tried
            continue
        head, _, tail = word.partition("|")
        if cut and tail and width_of(f"{line} {head}-", size) <= width:
            return f"{line} {head}-", [tail, *words[number + 1 :]]
        return line, list(words[number:])
    return line, []


def pdf_bytes(pages: Sequence[PdfPage], info: dict[str, str] | None = None, password: bytes | None = None) -> bytes:
    """The file; with a ``password`` (it may be empty) encrypted by RC4 in 40 bits."""
    number = len(pages)
    objects: list[tuple[bytes, bytes | None]] = [
        (b"<</Type/Catalog/Pages 2 0 R>>", None),
        (f"<</Type/Pages/Count {number}/Kids[{' '.join(f'{6 + 2 * i} 0 R' for i in range(number))}]>>".encode(), None),
        (b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", None),
        (b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>", None),
        (b"<</Type/XObject/Subtype/Image/Width 4/Height 4/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode",
         zlib.compress(bytes(range(100, 116)))),
    ]  # fmt: skip
    for i, page in enumerate(pages):
        objects.append(
            (
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {page.width} {page.height}]/Rotate {page.rotate}/Contents "
                f"{7 + 2 * i} 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>/XObject<</Im0 5 0 R>>>>>>".encode(),
                None,
            )
        )
        objects.append((b"<<", "\n".join(page.parts).encode("latin-1")))
    if info:
        pairs = "".join(f"/{name}({value})" for name, value in info.items())
        objects.append((f"<<{pairs}>>".encode("cp1252"), None))
    key, trailer = _encryption(password) if password is not None else (None, b"")
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for at, (head, stream) in enumerate(objects, 1):
        places.append(len(out))
        body = stream if stream is None or key is None else _rc4(_object_key(key, at), stream)
        tail = b"" if body is None else b"/Length %d>>\nstream\n%s\nendstream" % (len(body), body)
        out += b"%d 0 obj\n%s%s\nendobj\n" % (at, head, tail)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    named = b"/Info %d 0 R" % len(objects) if info else b""
    out += b"trailer\n<</Size %d/Root 1 0 R%s%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, named, trailer, start)
    return bytes(out)


def _encryption(password: bytes) -> tuple[bytes, bytes]:
    """The key of a file and what its trailer says of it."""
    user = (password + _PADDING)[:32]
    owner = _rc4(hashlib.md5((b"owner" + _PADDING)[:32]).digest()[:5], user)
    name = b"0123456789abcdef"
    key = hashlib.md5(user + owner + struct.pack("<i", -4) + name).digest()[:5]
    check = _rc4(key, _PADDING)
    words = (b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<", owner.hex().encode(), b">/U<", check.hex().encode())
    return key, b"".join(words) + b">>>/ID[<" + name.hex().encode() + b"><" + name.hex().encode() + b">]"


def _object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) & 255])
    return bytes(out)
