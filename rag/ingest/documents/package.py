"""Documents that are zip archives (.docx, .odt, .epub): their parts, within bounds, as XML without entities."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from rag.errors import ReadError
from rag.ingest.encoding import MAX_FILE_BYTES, Bomb, Budget, metered
from rag.ingest.formats.archive import BROKEN_ARCHIVE, members_overlap
from rag.ingest.wire.markup import parse_xml, xml_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PARTS = 20_000
"""Parts of one document, pictures among them."""

MAX_PART = 64 << 20
"""Bytes of one part, unpacked."""

_MAX_MARKUP = 1_500_000  # '<' of a part: a thousand pages
_OTHERS = {
    "xl/workbook.xml": "a spreadsheet; save its sheet as .csv",
    "ppt/presentation.xml": "slides; save their text as .txt",
}


class Package:
    """The parts of a document by their names."""

    def __init__(self, archive: zipfile.ZipFile, budget: Budget) -> None:
        self._archive = archive
        self._budget = budget
        self.names = {info.filename: info for info in archive.infolist()}

    def part(self, name: str) -> bytes | None:
        """The bytes of a part; ``None`` where there is none. Raises ``ReadError``."""
        info = self.names.get(name)
        if info is None:
            return None
        if info.flag_bits & 0x41:
            raise ReadError("encrypted; save it without a password")
        try:
            with self._archive.open(info) as stream:
                data = metered(cast(BinaryIO, stream), self._budget).read(MAX_PART + 1)
        except (*BROKEN_ARCHIVE, NotImplementedError, Bomb) as error:
            why = "unfolds to more than text could" if isinstance(error, Bomb) else "cannot be unpacked"
            raise ReadError(f"{name} {why}; save the document again") from None
        if len(data) > MAX_PART:
            raise ReadError(f"{name} is larger than {MAX_PART >> 20} MiB; split the document")
        return data

    def xml(self, name: str) -> Element | None:
        """The root of a part that is XML; ``None`` where there is none. Raises ``ReadError``."""
        data = self.part(name)
        if data is None or not data.strip():
            return None
        try:
            return parse_xml(xml_text(data) or "", _MAX_MARKUP)[0]
        except ReadError as error:
            reason = (
                "is not XML that can be read" if "not XML" in str(error) else "holds XML that no such document needs"
            )
            raise ReadError(f"{name} {reason}; save the document again, or its text as .txt") from None


@contextmanager
def opened_package(data: bytes) -> Iterator[Package]:
    """The document in these bytes. Raises ``ReadError``."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*BROKEN_ARCHIVE, NotImplementedError):
        raise ReadError("cut off or damaged; save or fetch the document again") from None
    with archive:
        infos = archive.infolist()
        if len(infos) > MAX_PARTS or members_overlap(infos):
            raise ReadError("packed as bombs are, not as documents; save it again")
        yield Package(archive, Budget(len(data)))


def kind_of_package(data: bytes) -> str | None:
    """The ending that a zip archive should have by what is in it: '.docx', '.odt' or '.epub'; ``None`` for any other.
    Raises ``ReadError`` for a document of another kind."""
    try:
        with opened_package(data) as package:
            stated = (package.part("mimetype") or b"")[:100].strip()
            names = package.names
    except ReadError:
        return None
    if other := next((why for name, why in _OTHERS.items() if name in names), None):
        raise ReadError(other)
    if stated.startswith(b"application/vnd.oasis.opendocument."):
        if not stated.startswith(b"application/vnd.oasis.opendocument.text"):
            raise ReadError(_OTHERS["xl/workbook.xml" if b"spreadsheet" in stated else "ppt/presentation.xml"])
        return ".odt"
    if "word/document.xml" in names:
        return ".docx"
    return ".epub" if stated == b"application/epub+zip" or "META-INF/container.xml" in names else None


def is_document(data: bytes) -> bool:
    """Whether a file with the ending of a text is a document of an office program, or a PDF."""
    try:
        return (
            data.startswith(b"%PDF-")
            or data.startswith(b"{\\rtf1")
            or (data.startswith(b"PK") and kind_of_package(data) is not None)
        )
    except ReadError:
        return True


def document_under_zip(path: Path) -> bytes | None:
    """The bytes of a document whose name ends as that of an archive, by the part that documents begin with."""
    with path.open("rb") as file:
        start = file.read(60)
        if not re.match(rb"PK\x03\x04.{26}(?:mimetypeapplication/|\[Content_Types\]\.xml)", start, re.DOTALL):
            return None
        data = start + file.read(MAX_FILE_BYTES)
    return data if is_document(data) else None
