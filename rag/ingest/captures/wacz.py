"""WACZ: a zip archive of a crawl. Its WARC files are read; its lists of pages name what they hold and are no news."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from rag.ingest.captures.warc import WITHOUT_ARTICLE, ReadBytes, read_crawl
from rag.ingest.encoding import MAX_FILE_BYTES, Bomb, Budget, one_line
from rag.ingest.formats import archive
from rag.ingest.page import Page, Withdrawal, Wrong, failed
from rag.types import ReportItem

CRAWLS = (".warc", ".arc")
"""The endings of the files that hold captures, each also with ``.gz`` behind it."""


def is_crawl_name(name: str) -> bool:
    """Whether a file's name says that it holds captures."""
    return name.lower().removesuffix(".gz").endswith(CRAWLS)


def is_wacz(path: Path) -> bool:
    """Whether a zip archive is one, whatever its name. Raises ``OSError`` and ``Wrong``."""
    names = archive.member_names(path, lambda name: name == "datapackage.json" or is_crawl_name(name))
    return "datapackage.json" in names and any(name.startswith("archive/") for name in names)


def read_member(
    origin: str, stream: BinaryIO, budget: Budget, read: ReadBytes, kinds: Mapping[str, object]
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a WARC or ARC file in an archive, up to where that cannot be unpacked. Raises ``Bomb``."""
    try:
        yield from read_crawl(origin, stream, budget, read, kinds)
    except (*archive.BROKEN_ARCHIVE, zlib.error) as error:
        yield failed(origin, f"cannot be unpacked ({one_line(str(error))[:80].lower()}); what came before was read")


def read_packed(
    origin: str, packed: BinaryIO, read: ReadBytes, kinds: Mapping[str, object]
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a WACZ inside another archive. Raises ``Bomb``."""
    try:
        data = packed.read(MAX_FILE_BYTES + 1)
    except (*archive.BROKEN_ARCHIVE, zlib.error) as error:
        yield failed(origin, f"cannot be unpacked ({one_line(str(error))[:80].lower()}); pack it again")
        return
    if len(data) > MAX_FILE_BYTES:
        yield failed(origin, f"larger than {MAX_FILE_BYTES >> 20} MiB inside of an archive; unpack that and add it")
    else:
        yield from read_wacz(origin, data, read, kinds)


def read_wacz(
    origin: str, packed: Path | bytes, read: ReadBytes, kinds: Mapping[str, object]
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of the archive, by its WARC files in the order of their names; never raises for what it holds."""
    budget = Budget(packed.stat().st_size if isinstance(packed, Path) else len(packed))
    silent: list[ReportItem] = []  # of files that hold no article, such as those of pictures of the screen
    found = False
    try:
        for member in archive.members(packed, budget, is_crawl_name, origin):
            if isinstance(member, ReportItem):
                yield member
                continue
            name, stream = member
            for item in read_member(f"{origin}#{name}", stream, budget, read, kinds):
                if isinstance(item, ReportItem) and (item.reason or "").startswith(WITHOUT_ARTICLE):
                    silent.append(item)
                else:
                    found = True
                    yield item
        yield from () if found else silent
    except Wrong as wrong:
        why = str(wrong).replace("holds no file of a kind that is read", "a WACZ without a WARC file in it")
        yield failed(origin, why)
    except Bomb:
        yield failed(origin, "unfolds to more than pages could; what had been read of it by then was kept")
