"""Files -> pages. One module a format; here paths are found and the format is picked by the file's name.

Bad content never raises: what cannot be read comes out as a failed ``ReportItem`` whose reason says what is
wrong, where, and what to do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rag.read import html, markdown, records, text
from rag.read.bytes import MAX_BYTES, TooLarge, unpacked, whole
from rag.types import Page, ReportItem

Reader = Callable[[str, bytes], Iterator[Page | ReportItem]]

_WHOLE: dict[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".json": records.read_json,
}
_LINES = (".jsonl", ".ndjson")
KINDS = (*_WHOLE, *_LINES)
"""The endings of the files that are read; each also with ``.gz`` behind it."""

_READS = "news is read from .txt, .md, .html, .json and .jsonl files, also gzipped (.gz)"


def kind(path: Path) -> str | None:
    """The ending that decides the format ('.jsonl' for 'a.jsonl.gz'), or ``None`` for a kind that is not read."""
    name = path.name.lower().removesuffix(".gz")
    return next((k for k in KINDS if name.endswith(k) and name != k), None)


def find(sources: Sequence[str | Path]) -> Iterator[Path | ReportItem]:
    """The files that the sources name, folders expanded in sorted order.

    Inside a folder, hidden files and kinds that are not read are passed over in silence; a source that is missing,
    of an unknown kind, or a folder without one readable file gives a failed ``ReportItem``.
    """
    for source in sources:
        path = Path(source)
        if str(source).startswith(("http://", "https://")):
            yield _failed(source, "web addresses are not fetched here; save the page as .html and add that file")
            continue
        try:
            is_dir, is_file, exists = path.is_dir(), path.is_file(), path.exists()
        except (OSError, ValueError) as error:  # a name that the file system refuses
            yield _failed(source, f"not a usable path ({_plain(error)}); check the spelling")
            continue
        if is_dir:
            yield from _folder(path)
        elif not exists:
            yield _failed(source, "no such file or folder; check the spelling and the folder you are in")
        elif not is_file:
            yield _failed(source, "not a regular file; copy what it holds into a file and add that")
        elif kind(path) is None:
            ending = path.suffix.lower()
            told = f"files of kind {ending!r} are not read" if ending else "the name has no ending that tells its kind"
            yield _failed(source, f"{told}; {_READS}")
        else:
            yield path


def size(path: Path) -> int:
    """How many pages :func:`read` will give, for a progress bar: the lines of a JSONL file, one of any other."""
    if kind(path) not in _LINES:
        return 1
    try:
        with unpacked(path) as stream:
            return max(sum(bool(line.strip()) for line in stream), 1)
    except (TooLarge, EOFError, OSError, ValueError):
        return 1


def read(path: Path) -> Iterator[Page | ReportItem]:
    """The pages of one file, in its order, each with the path as given in ``origin`` ('news.jsonl#line 3').

    JSONL is read line by line and needs the memory of one line; other formats are read whole, up to ``MAX_BYTES``.
    """
    ending = kind(path)
    origin = str(path)
    try:
        if ending is None:
            yield _failed(path, f"not a kind of file that is read; {_READS}")
        elif ending in _LINES:
            with unpacked(path) as stream:
                yield from records.read_lines(origin, stream)
        else:
            data = whole(path)
            if not data.strip():
                yield _failed(path, "no text: the file is empty")
            else:
                yield from _WHOLE[ending](origin, data)
    except TooLarge:
        yield _failed(
            path,
            f"larger than {MAX_BYTES >> 20} MiB unpacked; split it, or write it as .jsonl, which has no limit",
        )
    except EOFError:
        yield _failed(path, "the compressed data ends too early; fetch or compress the file again")
    except (OSError, ValueError) as error:
        yield _failed(path, f"cannot be read ({_plain(error)})")


def _folder(folder: Path) -> Iterator[Path | ReportItem]:
    """Depth first, by name; a folder that was already seen (a loop of links) is not entered again."""
    seen: set[tuple[int, int]] = set()
    found = False
    stack = [folder]
    while stack:
        path = stack.pop()
        try:
            if not path.is_dir():
                if path.is_file() and kind(path) is not None:
                    found = True
                    yield path
                continue
            status = path.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(path) as entries:
                names = sorted(e.name for e in entries if not e.name.startswith("."))
        except OSError as error:
            found = True
            yield _failed(path, f"cannot be read ({_plain(error)}); check its permissions")
            continue
        stack += [path / name for name in reversed(names)]
    if not found:
        yield _failed(folder, f"no news in this folder; {_READS}")


def _plain(error: Exception) -> str:
    """The system's words without the path, which the report names already."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join((words or type(error).__name__).split()).lower()


def _failed(source: str | Path, reason: str) -> ReportItem:
    return ReportItem(str(source), "failed", reason=reason)


__all__ = ["KINDS", "MAX_BYTES", "find", "kind", "read"]
