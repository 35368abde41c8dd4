"""The files of the graph that Chroma searches, held against what their header says of them.

A truncated one gives wrong results without an error. The layout is that of hnswlib's persistent index, version 1
(``hnswalg.h``: ``saveIndex``): a header, the lowest level with the vectors, the links of the higher levels, the lengths
of the vectors, and a pickle of ids. Another version is left unjudged.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from pathlib import Path

_HEADER = struct.Struct("<i6Qii3QdQ")
_VERSION = 1
_ROWS = 100_000  # of the lowest level looked at together: some 15 MB
PAUSE = 0.5  # seconds in which a writer is done with a file
_STOP = b"."  # the last opcode of every pickle
_IDS = "index_metadata.pickle"
_FILES = ("header.bin", "data_level0.bin", "link_lists.bin", "length.bin", _IDS)


def truncated(vectors: Path) -> list[str]:
    """A line for each file of a graph under ``vectors`` that is missing, or shorter than it must be.

    To be asked before Chroma opens them: some of these end its process. Beside a writer a file may be seen half
    written, so only what is found twice counts.
    """
    found = list(_truncated(vectors))
    if found:
        time.sleep(PAUSE)
        again = set(_truncated(vectors))
        found = [line for line in found if line in again]
    return found


def _truncated(vectors: Path) -> Iterator[str]:
    for folder in sorted({f.parent for name in _FILES for f in vectors.glob(f"*/{name}")}):
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing == [_IDS] and _empty(folder):
            continue  # as Chroma makes them: the ids come with the first thousand vectors
        yield from (f"{folder / name} is missing" for name in missing)
        if not missing:
            yield from _short(folder)


def _header(folder: Path) -> tuple[int, ...] | None:
    head = (folder / "header.bin").read_bytes()[: _HEADER.size]
    return _HEADER.unpack(head) if len(head) == _HEADER.size else None


def _empty(folder: Path) -> bool:
    header = _header(folder)
    return header is not None and header[0] == _VERSION and header[3] == 0


def _short(folder: Path) -> Iterator[str]:
    header = _header(folder)
    if header is None:
        yield f"{folder / 'header.bin'} is truncated"
        return
    version, _, most, stored, size, *_ = header
    if version != _VERSION or not 0 < size < 1 << 20 or stored > most:
        return
    needed = {"data_level0.bin": stored * size, "length.bin": stored * 4}
    for name, least in needed.items():
        if (found := (folder / name).stat().st_size) < least:
            yield f"{folder / name} is truncated ({found} of {least} bytes)"
    if not _links_whole(folder / "link_lists.bin", stored):
        yield f"{folder / 'link_lists.bin'} is truncated ({(folder / 'link_lists.bin').stat().st_size} bytes)"
    with (folder / _IDS).open("rb") as file:
        whole = file.seek(0, 2) > 0 and file.seek(-1, 2) >= 0 and file.read() == _STOP
    if not whole:
        yield f"{folder / _IDS} is truncated"


def damaged(vectors: Path) -> list[str]:
    """A line for each graph whose links lead nowhere. Reads all of it; to be asked before a check opens it."""
    return [line for header in sorted(vectors.glob("*/header.bin")) for line in _damaged(header.parent)]


def _damaged(folder: Path) -> Iterator[str]:
    import numpy as np

    header = _header(folder)
    assert header is not None, "a header that is cut short is told before"
    version, at, most, stored, size, _, _, _, entry, _, lowest, *_ = header
    room = 4 + 4 * lowest
    sane = (
        version == _VERSION and at == 0 and stored <= most and room < size < 1 << 20 and (entry < stored or not stored)
    )
    if not sane:
        yield f"{folder / 'header.bin'} is damaged"
        return
    level = np.memmap(folder / "data_level0.bin", np.uint8, "r", shape=(stored, size)) if stored else None
    for i in range(0, stored, _ROWS):
        assert level is not None
        links = np.ascontiguousarray(level[i : i + _ROWS, :room])
        counts = links[:, :2].copy().view("<u2")
        targets = links[:, 4:].copy().view("<u4")
        used = np.arange(lowest)[None, :] < counts
        if (counts > lowest).any() or (targets[used] >= stored).any():
            yield f"{folder / 'data_level0.bin'} is damaged"
            return


def _links_whole(file: Path, stored: int) -> bool:
    """For each element a length and so many bytes of links; nothing may be missing at the end."""
    data = file.read_bytes()
    at = 0
    for _ in range(stored):
        if at + 4 > len(data):
            return False
        (size,) = struct.unpack_from("<I", data, at)
        at += 4 + size
    return at <= len(data)
