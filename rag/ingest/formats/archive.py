"""Zip archives: their members as streams, one by one. Nothing is written to disk, nothing declared is believed."""

from __future__ import annotations

import io
import struct
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, cast

from rag.ingest.encoding import Budget, metered, one_line
from rag.ingest.page import Wrong, failed, not_news
from rag.types import ReportItem

MAX_MEMBERS = 100_000
"""The most members that an archive may list."""

_MAX_LIST = 32 << 20  # bytes of the list of members; the zipfile module holds all of it in memory
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES"}

BROKEN_ARCHIVE = (zipfile.BadZipFile, ValueError, OSError, RuntimeError, OverflowError, EOFError, struct.error)
"""What the zipfile module raises for what anyone may have packed."""


class _File(io.BufferedReader):
    """An archive's file, of which the zipfile module gets no longer list of members than there may be."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size if size is None else min(size, _MAX_LIST + 1))
        if len(data) > _MAX_LIST:
            raise Wrong(f"lists more than {MAX_MEMBERS:,} files; pack them into several archives")
        return data


def members(
    path: Path | bytes, budget: Budget, wanted: Callable[[str], object], origin: str | None = None
) -> Iterator[tuple[str, BinaryIO] | ReportItem]:
    """(name to show, bytes as they are unpacked) of the members whose names are ``wanted``, ordered by name, each to be
    read before the next is asked for; a failed item for each that cannot be opened.

    Hidden members and those that are not wanted are passed over. Every byte that is unpacked is taken from the budget.
    ``path`` may be the bytes of an archive, which ``origin`` then names. Raises ``OSError`` for a file that cannot be
    read, and ``Wrong`` where it is no archive at all.
    """
    with _opened(path) as archive:
        every = archive.infolist()
        if len(every) > MAX_MEMBERS:
            raise Wrong(f"holds more than {MAX_MEMBERS:,} files; pack them into several archives")
        if members_overlap(every):
            raise Wrong("its members overlap, as those of a bomb do; pack it again")
        chosen = sorted((i for i in every if _kept(i, wanted)), key=lambda i: i.filename)
        if not chosen:
            raise Wrong("holds no file of a kind that is read")
        last = {info.filename: info for info in chosen}
        names = Counter(shown_name(name) for name in last)
        for info in chosen:
            shown = shown_name(info.filename)
            where = f"{origin or path!s}#{shown}"
            if last[info.filename] is not info:
                yield not_news(where, "occurs twice in the archive; only the later one was read")
            elif names[shown] > 1:
                yield failed(where, "several files of the archive have this name; rename them and pack it again")
            elif reason := _refused(info):
                yield failed(where, reason)
            else:
                try:
                    stream = archive.open(info)
                except BROKEN_ARCHIVE as error:
                    yield failed(where, f"cannot be unpacked ({_plain(error)}); pack the archive again")
                    continue
                with stream:
                    yield shown, metered(cast(BinaryIO, stream), budget)


def member_names(path: Path, wanted: Callable[[str], object]) -> Sequence[str]:
    """The names of the members that :func:`members` would read. Raises what that does."""
    with _opened(path) as archive:
        return [info.filename for info in archive.infolist() if _kept(info, wanted)]


@contextmanager
def _opened(path: Path | bytes) -> Iterator[zipfile.ZipFile]:
    raw = cast(io.RawIOBase, io.BytesIO(path)) if isinstance(path, bytes) else io.FileIO(path)
    with _File(raw) as file:
        try:
            archive = zipfile.ZipFile(file)
        except BROKEN_ARCHIVE as error:
            raise Wrong(f"not a zip archive, or cut off ({_plain(error)}); fetch or pack it again") from None
        with archive:
            yield archive


def members_overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether members share bytes, or begin before the file: then a small archive unfolds to any size."""
    # 30 bytes and the name, of a length that is not certain, stand before what is compressed.
    ordered = sorted(infos, key=lambda i: i.header_offset)
    before = any(info.header_offset < 0 for info in infos)
    return before or any(b.header_offset < a.header_offset + 30 + a.compress_size for a, b in pairwise(ordered))


def _parts(name: str) -> list[str]:
    """The folders and the file of a member's name, none of which leads out of the archive."""
    return [p for p in name.replace("\\", "/").split("/") if p not in ("", ".", "..")]


def _kept(info: zipfile.ZipInfo, wanted: Callable[[str], object]) -> bool:
    parts = _parts(info.filename)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return bool(parts and not info.is_dir() and not hidden and wanted(parts[-1]))


def shown_name(name: str) -> str:
    """The member's name for people: no way out of the archive, nothing invisible, not too long to be read."""
    shown = "/".join(line for part in _parts(name) if (line := one_line(part)))
    return shown if len(shown) <= 240 else f"{shown[:120]}…{shown[-110:]}"


def _refused(info: zipfile.ZipInfo) -> str | None:
    if info.filename.lower().endswith(".zip"):
        return "an archive inside an archive is not unpacked; unpack the outer one and add what is in it"
    if info.flag_bits & 0x41:
        return "encrypted; unpack it with its password and add what is in it"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
        return f"packed with {method}, which is not read; pack the archive again as an ordinary zip"
    return None


def _plain(error: Exception) -> str:
    return one_line(str(error))[:200] or type(error).__name__
