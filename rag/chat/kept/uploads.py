"""Files that readers give: kept beside the index under their own names, as long as articles were read from them."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from rag.types import ReportItem

LARGEST = 200 << 20  # bytes of one file
AT_ONCE = 500  # files of one drop
MAX_NAME_LENGTH = 120  # characters of a file's name that are kept


class Kept(NamedTuple):
    path: Path
    new: bool  # False where the same file was there already


def uploads_of(index: Path) -> Path:
    """Where they are kept: beside the index, for a rebuild replaces all that is in it."""
    return index.with_name(f"{index.name}.uploads")


def keep_file(given: Path, folder: Path) -> Kept:
    """Copies a file to ``folder`` under its own name, or one like it where that is taken by another file.

    Raises ``OSError``, with nothing of the file left in ``folder``.
    """
    name = (
        "".join(c for c in given.name if c.isprintable() and c not in '/\\:*?"<>|').lstrip(".")[-MAX_NAME_LENGTH:]
        or "file"
    )
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, ending = name.partition(".")
    n = 1
    while True:
        path = folder / (name if n == 1 else f"{stem}-{n}{dot}{ending}")
        try:
            with path.open("xb") as copy, given.open("rb") as source:  # of two at once, one has the name
                shutil.copyfileobj(source, copy)
                copy.flush()
                os.fsync(copy.fileno())
            return Kept(path, True)
        except FileExistsError:
            if path.is_file() and filecmp.cmp(path, given, shallow=False):
                return Kept(path, False)
            n += 1
        except OSError:
            path.unlink(missing_ok=True)
            raise


def keep_all(given: Iterable[Path], folder: Path) -> list[Kept]:
    """Each of them once; all or, with ``OSError``, none."""
    kept: list[Kept] = []
    try:
        for path in dict.fromkeys(given):
            kept.append(keep_file(path, folder))  # noqa: PERF401  # what was kept before one fails is to be known
    except OSError:
        forget_files(kept)
        raise
    return kept


def forget_files(kept: Iterable[Kept]) -> None:
    """Deletes those that are new."""
    for file in kept:
        if file.new:
            with contextlib.suppress(OSError):
                file.path.unlink(missing_ok=True)


def unread(kept: Sequence[Kept], items: Sequence[ReportItem]) -> list[Kept]:
    """Those from which nothing was stored: all that a report has of them failed or is no news."""

    def states(file: Kept) -> set[str]:
        paths = f"{file.path}#", f"{file.path.resolve()}#"  # what follows names a record in it
        return {item.status for item in items if f"{item.source}#".startswith(paths)}

    return [file for file in kept if (found := states(file)) and found <= {"failed", "left_out"}]
