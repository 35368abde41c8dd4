"""The files of the graph that Chroma searches, compared with their header.

A truncated one gives wrong results without an error. The layout is that of hnswlib's persistent index, version 1
(``hnswalg.h``: ``saveIndex``): a header, the lowest level with the vectors, the links of the higher levels, the lengths
of the vectors, and a pickle of ids. Other versions are not judged.
"""

from __future__ import annotations

import math
import pickle
import struct
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LAYOUT = struct.Struct("<i6Qii3QdQ")
_Head = namedtuple("_Head", "version at most stored size label_at vector_at levels entry links lowest m scale width")
_VERSION = 1
_ROWS = 100_000  # of the lowest level looked at together: some 15 MB
PAUSE = 0.5  # seconds in which a writer is done with a file
_DELETED = 1  # the mark of an element that was taken out, in the byte after the number of its links
_STOP = b"."  # the last opcode of every pickle
_IDS = "index_metadata.pickle"
_FILES = ("header.bin", "data_level0.bin", "link_lists.bin", "length.bin", _IDS)


def damaged_files(vectors: Path) -> list[str]:
    """A line for each file of a graph under ``vectors`` that is missing, shorter than it must be, or damaged where that
    ends the process that opens it.

    Ask before Chroma opens them. Reads most of them, as Chroma does after it. Beside a writer a file may be
    seen half written, so only what is found twice counts.
    """
    found = list(_damaged_files(vectors))
    if found:
        time.sleep(PAUSE)
        again = set(_damaged_files(vectors))
        found = [line for line in found if line in again]
    return found


def _damaged_files(vectors: Path) -> Iterator[str]:
    for folder in sorted({f.parent for name in _FILES for f in vectors.glob(f"*/{name}")}):
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing == [_IDS] and _empty(folder):
            continue  # as Chroma makes them: the ids come with the first thousand vectors
        yield from (f"{folder / name} is missing" for name in missing)
        if not missing:
            yield from _short(folder)


def _header(folder: Path) -> Any:
    """The numbers of a header by name, None where it is cut short."""
    head = (folder / "header.bin").read_bytes()[: _LAYOUT.size]
    return _Head._make(_LAYOUT.unpack(head)) if len(head) == _LAYOUT.size else None


def _empty(folder: Path) -> bool:
    header = _header(folder)
    return header is not None and header.version == _VERSION and header.stored == 0


def _short(folder: Path) -> Iterator[str]:
    header = _header(folder)
    if header is None:
        yield f"{folder / 'header.bin'} is truncated"
        return
    if header.version != _VERSION:
        return
    if not _sane(header):
        yield f"{folder / 'header.bin'} is damaged"
        return
    needed = {"data_level0.bin": header.stored * header.size, "length.bin": header.stored * 4}
    short = False
    for name, least in needed.items():
        if (found := (folder / name).stat().st_size) < least:
            short = True
            yield f"{folder / name} is truncated ({found} of {least} bytes)"
    links = _links(folder / "link_lists.bin", header.stored)
    if links is None:
        yield f"{folder / 'link_lists.bin'} is truncated ({(folder / 'link_lists.bin').stat().st_size} bytes)"
    elif not _higher_sound(links, header):
        yield f"{folder / 'link_lists.bin'} is damaged"
    with (folder / _IDS).open("rb") as file:
        whole = file.seek(0, 2) > 0 and file.seek(-1, 2) >= 0 and file.read() == _STOP
    if not whole:
        yield f"{folder / _IDS} is truncated"
    if not short and not _lowest_sound(folder / "data_level0.bin", header):
        yield f"{folder / 'data_level0.bin'} is damaged"


def _sane(header: Any) -> bool:
    """Whether the numbers of a header can be true together: each element is its links on the lowest level, its vector
    and its label, in this order."""
    _, at, most, stored, size, label_at, vector_at, levels, entry, links, lowest, m, scale, width = header
    return (
        at == 0
        and stored <= most < 1 << 31
        and links == m
        and lowest == 2 * m
        and 1 < m < 1 << 12
        and 0 < width < 1 << 16
        and abs(scale * math.log(m) - 1) < 1e-6
        and vector_at == 4 + 4 * lowest
        and vector_at < label_at == size - 8 < 1 << 20
        and (label_at - vector_at) % 4 == 0
        and (0 <= entry < stored and 0 <= levels < 64 if stored else True)
    )


def _lowest_sound(file: Path, header: Any) -> bool:
    """Whether the links of the lowest level lead to elements that exist. A link to nowhere ends the process."""
    import numpy as np

    stored, size, lowest = header.stored, header.size, header.lowest
    level = np.memmap(file, np.uint8, "r", shape=(stored, size)) if stored else np.empty((0, size), np.uint8)
    for i in range(0, stored, _ROWS):
        links = np.ascontiguousarray(level[i : i + _ROWS, : 4 + 4 * lowest])
        counts = links[:, :2].copy().view("<u2")
        targets = links[:, 4:].copy().view("<u4")
        used = np.arange(lowest)[None, :] < counts
        if (counts > lowest).any() or (targets[used] >= stored).any():
            return False
    return True


def mislabelled(vectors: Path) -> list[str]:
    """A line for each graph whose elements and ids do not name each other. For a check: a search meets such an element
    only with some questions. Ask only of files that are sound."""
    return [line for header in sorted(vectors.glob("*/header.bin")) for line in _mislabelled(header.parent)]


def _mislabelled(folder: Path) -> Iterator[str]:
    import numpy as np

    header = _header(folder)
    if header is None or header.version != _VERSION or not (folder / _IDS).exists():
        return
    try:
        with (folder / _IDS).open("rb") as file:
            known = _Plain(file).load()
        ids, labels = known["id_to_label"], known["label_to_id"]
        agree = len(ids) == len(labels) and all(labels[label] == name for name, label in ids.items())
    except Exception:  # whatever a broken pickle gives
        agree, labels = False, {}
    if not agree:
        yield f"{folder / _IDS} is damaged"
        return
    stored, size, at = header.stored, header.size, header.label_at
    elements = np.fromfile(folder / "data_level0.bin", np.uint8, stored * size).reshape(stored, size)
    here = elements[:, at : at + 8].copy().view("<u8")[elements[:, 2] & _DELETED == 0].ravel()
    if sorted(here.tolist()) != sorted(labels):
        yield f"{folder / 'data_level0.bin'} is damaged"


class _Plain(pickle.Unpickler):
    """Reads numbers, texts and containers, and calls nothing."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name}")


def _links(file: Path, stored: int) -> list[bytes] | None:
    """For each element a length and so many bytes of links on the higher levels; None where some are missing."""
    data, at, found = file.read_bytes(), 0, []
    for _ in range(stored):
        if at + 4 > len(data):
            return None
        (size,) = struct.unpack_from("<I", data, at)
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found if at <= len(data) else None


def _higher_sound(links: list[bytes], header: Any) -> bool:
    """The same of the higher levels; of these an element has as many as it has lists of links."""
    room = 4 + 4 * header.links
    for lists in filter(None, links):
        if len(lists) % room or len(lists) // room > header.levels:
            return False
        for at in range(0, len(lists), room):
            (count,) = struct.unpack_from("<H", lists, at)
            if count > header.links:
                return False
            targets = struct.unpack_from(f"<{count}I", lists, at + 4)
            if any(
                to >= header.stored or len(links[to]) < at + room for to in targets
            ):  # not there, or not on this level
                return False
    return not links or len(links[header.entry]) == header.levels * room
