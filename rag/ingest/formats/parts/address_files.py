"""Files that list web addresses and nothing else."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

from rag.ingest.encoding import Bomb, decode, unpacked
from rag.ingest.formats import feed
from rag.ingest.formats.parts.reading_lists import reading_list
from rag.ingest.page import failed
from rag.types import ReportItem

_MAY_LIST = (".txt", ".text", ".opml", ".urls", ".csv", ".html", ".htm", ".json")
_LONGEST = 1 << 20  # bytes of a plain text


def addresses_of(ending: str, data: bytes) -> list[str] | None:
    """The web addresses that the bytes list and nothing else, or ``None``."""
    if ending == ".opml":
        return feed.opml(data)
    if ending in (".csv", ".html", ".htm", ".json"):
        return reading_list(ending, data)
    if len(data) > _LONGEST or (b"://" not in data[:8192] and b"\0" not in data[:8192]):
        return None
    return feed.addresses(decode(data) or "")


def addresses_of_file(path: Path, ending: str, most: int) -> Sequence[str | ReportItem]:
    """The web addresses that a file of at most ``most`` bytes lists, if that is what it holds; a failed item where it
    should and does not."""
    if ending not in _MAY_LIST:
        return []
    try:
        with unpacked(path) as stream:
            data = stream.read(most + 1)
        found = addresses_of(ending, data)
    except (Bomb, EOFError, OSError, ValueError, BadZipFile, zlib.error):
        return []  # whoever reads it says what is wrong
    if len(data) > most:
        return []
    if not found and ending in (".opml", ".urls"):
        what = "list of feeds (OPML)" if ending == ".opml" else "list of web addresses, one a line"
        return [failed(str(path), f"no {what}; check what the file holds")]
    return found or []
