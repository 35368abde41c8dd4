"""What a PDF shows: the lines of its pages with their places, sizes and weights, by PDFium.

This file is also a program: :mod:`.worker` runs it as a process of its own, because PDFium is native code and what it
is given may come from anyone. It therefore imports nothing of this project.

A request is a line of JSON on standard input and, behind it, as many bytes as it says; the answer is eight bytes with
a length and so many bytes of JSON (or of a picture).
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import re
import signal
import struct
import sys
import threading
import zlib
from collections import Counter
from itertools import pairwise
from typing import Any, BinaryIO

MAX_PAGES = 3000
"""Pages of a file that are read; the rest is told."""
MAX_FILE_CHARACTERS = 20_000_000
MAX_PAGE_CHARACTERS = 300_000  # a page of a newspaper has some 25,000
MAX_PAGE_LINES = 6000  # runs of words; a page of a newspaper has some 2,000
MAX_OBJECTS = 2000  # objects of a page that are looked at for pictures
MAX_PIXELS = 40_000_000  # of the picture of a page
IDLE = 60.0  # seconds without a request after which the process ends

_WIDE_GAP = 0.9  # times the size of the letters: between columns, or in a line that is spread to its full width
_WIDE_IN_LARGE = 0.45  # the same in lines larger than the text, beside which columns stand close
_TINY = 2.5  # points: no letter that anybody reads
_BOLD = re.compile(r"bold|black|heavy|semib|demi|extrab", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)


_HYPHEN = re.compile("[\x02\ufffe]")
"""What PDFium has for a hyphen at the end of a line."""
_WORDS = re.compile("[^ \t\r\n\u00a0\x02\ufffe]+[\x02\ufffe]?")


class _Word:
    __slots__ = ("angle", "at", "size", "text", "x0", "x1", "y")

    def __init__(self, text: str, at: int, x0: float, x1: float, y: float, size: float, angle: int) -> None:
        self.text, self.at, self.x0, self.x1, self.y, self.size, self.angle = text, at, x0, x1, y, size, angle


def read(data: bytes, password: str | None = None) -> dict[str, Any]:
    """``{"pages": [...], "count": pages in the file, "info": {...}}`` or ``{"error": "password" | "damaged" | ...}``.

    A page is ``{"width", "height", "lines", "images", "bad"}``: a line is ``[x0, top, x1, baseline, size, bold, italic,
    text]`` in points from the upper left corner, an image a box, ``bad`` the share of letters without a meaning.
    """
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(data, password=password)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD else "damaged"}
    try:
        count = len(document)
        pages: list[dict[str, Any]] = []
        left = MAX_FILE_CHARACTERS
        for number in range(min(count, MAX_PAGES)):
            try:
                page = _page(document[number], left)
            except pypdfium2.PdfiumError:
                page = {"width": 0.0, "height": 0.0, "lines": [], "images": [], "bad": 0.0, "broken": True}
            left -= page.pop("count", 0)
            pages.append(page)
            if left <= 0:
                break
        info = document.get_metadata_dict(skip_empty=True) if count else {}
        labels = [document.get_page_label(number)[:20] for number in range(len(pages))]
        return {"pages": pages, "count": count, "labels": labels, "info": {k: v[:2000] for k, v in info.items()}}
    finally:
        document.close()


def _page(page: Any, left: int) -> dict[str, Any]:
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    count = min(pdfium.FPDFText_CountChars(textpage), MAX_PAGE_CHARACTERS, max(left, 0))
    text = _text(textpage, count)
    box = page.get_bbox()  # the boxes by themselves do not know what a page inherits
    words = [w for w in _words(textpage, text) if w.size >= _TINY and _inside(w, box)]
    angle = Counter({0: 0})
    for word in words:
        angle[word.angle] += len(word.text)
    main = max(angle, key=lambda a: (angle[a], a == 0))
    turn = math.radians(main)
    cos, sin = round(math.cos(turn), 6), round(math.sin(turn), 6)
    corners = [_turned(x, y, cos, sin) for x in (box[0], box[2]) for y in (box[1], box[3])]
    x_min, x_max = min(x for x, _ in corners), max(x for x, _ in corners)
    top = max(y for _, y in corners)
    height = top - min(y for _, y in corners)
    lines = []
    for run in _runs([w for w in words if w.angle == main], cos, sin)[:MAX_PAGE_LINES]:
        first = run[0]
        bold, italic = _style(textpage, first.at)
        size = max(w.size for w in run)
        place = (first.x0 - x_min, top - first.y - 0.75 * size, run[-1].x1 - x_min, top - first.y, size)
        lines.append([*(round(value, 1) for value in place), bold, italic, " ".join(w.text for w in run)])
    odd = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or (c < " " and c not in "\r\n\t\x02") for c in text)
    return {
        "width": round(x_max - x_min, 1), "height": round(height, 1), "lines": lines,
        "images": _images(page, cos, sin, x_min, top), "bad": odd / len(text) if text else 0.0, "count": count,
    }  # fmt: skip


def _turned(x: float, y: float, cos: float, sin: float) -> tuple[float, float]:
    return x * cos + y * sin, y * cos - x * sin


def _inside(word: _Word, box: tuple[float, float, float, float]) -> bool:
    return bool(box[0] - 1 <= word.x0 <= box[2] + 1 and box[1] - 1 <= word.y <= box[3] + 1)


def _text(textpage: Any, count: int) -> str:
    """One character for each that PDFium counts."""
    import pypdfium2.raw as pdfium

    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[:-2].decode("utf-16-le", "replace")
    if len(text) == count and "\0" not in text:
        return text
    codes = (pdfium.FPDFText_GetUnicode(textpage, i) for i in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _words(textpage: Any, text: str) -> list[_Word]:
    import pypdfium2.raw as pdfium

    x, y = ctypes.c_double(), ctypes.c_double()
    matrix, box = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
    found: list[_Word] = []
    for match in _WORDS.finditer(text):
        start, end = match.span()
        if not pdfium.FPDFText_GetCharOrigin(textpage, start, x, y):
            continue
        size, angle = pdfium.FPDFText_GetFontSize(textpage, start), 0
        if pdfium.FPDFText_GetMatrix(textpage, start, matrix):
            size *= math.hypot(matrix.c, matrix.d)
            angle = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 5) * 5 % 360
        x0, base, x1 = x.value, y.value, x.value
        if pdfium.FPDFText_GetLooseCharBox(textpage, end - 1, box):
            if angle == 0:
                x1 = box.right
            else:  # the far corner along the line, whichever it is
                turn = math.radians(angle)
                cos, sin = math.cos(turn), math.sin(turn)
                far = max(_turned(a, b, cos, sin)[0] for a in (box.left, box.right) for b in (box.top, box.bottom))
                x1 = far
        if all(map(math.isfinite, (x0, base, x1, size))) and 0 < size < 2000:
            found.append(_Word(_HYPHEN.sub("\u00ad", match[0]), start, x0, x1, base, size, angle))
    return found


def _runs(words: list[_Word], cos: float, sin: float) -> list[list[_Word]]:
    """The words in runs that stand side by side on one line, in the order of the file."""
    for word in words:
        turned = _turned(word.x0, word.y, cos, sin)
        word.x0, word.y = turned
        word.x1 = max(word.x1, word.x0)
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size)] += len(word.text)
    large = 1.3 * max(sizes, key=lambda size: sizes[size], default=0.0)
    runs: list[list[_Word]] = [[word] for word in words[:1]]
    for before, word in pairwise(words):
        size = min(before.size, word.size)
        gap = word.x0 - before.x1
        level = abs(before.y - word.y) < 0.4 * max(before.size, word.size)
        wide = _WIDE_IN_LARGE if size > large else _WIDE_GAP
        if level and -0.5 * size < gap < wide * size and max(before.size, word.size) < 1.8 * size:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _style(textpage: Any, at: int) -> tuple[bool, bool]:
    """Whether the letters are bold, and whether they lean."""
    import pypdfium2.raw as pdfium

    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage, at, buffer, 128, flags)
    name = buffer.value.decode("utf-8", "replace")
    weight = pdfium.FPDFText_GetFontWeight(textpage, at)
    bold = bool(_BOLD.search(name)) or weight >= 600 or bool(flags.value & 1 << 18)
    return bold, bool(_ITALIC.search(name)) or bool(flags.value & 1 << 6)


def _images(page: Any, cos: float, sin: float, x_min: float, top: float) -> list[list[float]]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    found: list[list[float]] = []
    count = pdfium.FPDFPage_CountObjects(page)
    bounds = [ctypes.c_float() for _ in range(4)]
    for number in range(min(count, MAX_OBJECTS)):
        one = pdfium.FPDFPage_GetObject(page, number)
        if not one or pdfium.FPDFPageObj_GetType(one) not in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            continue
        if pdfium.FPDFPageObj_GetType(one) == pdfium.FPDF_PAGEOBJ_FORM and not _holds_image(one, 0):
            continue
        try:
            if not pdfium.FPDFPageObj_GetBounds(one, *bounds):
                continue
        except pypdfium2.PdfiumError:
            continue
        left, bottom, right, upper = (b.value for b in bounds)
        corners = [_turned(x, y, cos, sin) for x in (left, right) for y in (bottom, upper)]
        if all(math.isfinite(value) for corner in corners for value in corner):
            xs, ys = [x - x_min for x, _ in corners], [top - y for _, y in corners]
            found.append([round(v, 1) for v in (min(xs), min(ys), max(xs), max(ys))])
    return found


def _holds_image(form: Any, depth: int) -> bool:
    import pypdfium2.raw as pdfium

    for number in range(min(pdfium.FPDFFormObj_CountObjects(form), 50)):
        one = pdfium.FPDFFormObj_GetObject(form, number)
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            return True
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 4 and _holds_image(one, depth + 1):
            return True
    return False


def page_picture(data: bytes, number: int, dpi: int) -> bytes:
    """A page as a grey picture (PNG); empty where it cannot be drawn."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        page = document[number]
        width, height = page.get_size()
        scale = min(dpi / 72, math.sqrt(MAX_PIXELS / max(width * height, 1)))
        bitmap = page.render(scale=scale, grayscale=True)
        rows = bytes(bitmap.buffer)
        lines = b"".join(
            b"\0" + rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height)
        )
        size = (bitmap.width, bitmap.height)
        document.close()
    except (pypdfium2.PdfiumError, ValueError, IndexError):
        return b""
    head = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )


def answer(request: dict[str, Any], data: bytes) -> bytes:
    """What a request is answered with."""
    if request["do"] == "picture":
        return page_picture(data, request["page"], request["dpi"])
    return json.dumps(read(data)).encode()


def answer_requests(source: BinaryIO, out: BinaryIO, idle: float = IDLE) -> None:
    """Answers requests until there are no more, or none came for ``idle`` seconds."""
    while True:
        watch = threading.Timer(idle, os._exit, (0,))
        watch.daemon = True
        watch.start()
        head = source.readline()
        watch.cancel()
        if not head:
            return
        request = json.loads(head)
        data = source.read(request["size"])
        try:
            reply = answer(request, data)
        except MemoryError:
            reply = b'{"error": "memory"}' if request["do"] == "read" else b""
        out.write(len(reply).to_bytes(8, "big") + reply)
        out.flush()


def bounded(memory: int) -> None:
    """Gives this process no more memory than so many bytes, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard < 0 else min(memory, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that asks
    bounded(int(sys.argv[1]))
    answer_requests(sys.stdin.buffer, sys.stdout.buffer)
