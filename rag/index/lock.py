"""The folder of an index: its files, its one writer, and what an interrupted rebuild leaves beside it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from rag.errors import IndexLocked, StoreError

DATABASE_FILE = "news.sqlite"
VECTORS = "vectors"


def settled_folder(folder: Path) -> Path:
    """The folder of an index, after finishing what an interrupted rebuild has left undone.

    Raises ``StoreError`` for what cannot be the folder of an index.
    """
    try:
        folder = folder.expanduser().resolve()
        if folder.exists() and not folder.is_dir():
            raise StoreError(f"{folder} is a file; the index needs a folder of its own: choose another with --index")
        recover(folder)
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(os_line(folder, error)) from None
    return folder


def beside(folder: Path) -> tuple[Path, Path]:
    """Where a rebuild makes the new index, and where it keeps the old one during the swap."""
    return folder.with_name(f"{folder.name}.rebuilding"), folder.with_name(f"{folder.name}.replaced")


def recover(folder: Path) -> None:
    """Puts the old index back if a rebuild was interrupted between moving it away and moving the new one in."""
    _, old = beside(folder)
    if (folder / DATABASE_FILE).exists() or not (old / DATABASE_FILE).exists():
        return
    with locked(old, wait=5):  # a rebuild that is alive holds this lock, and is about to finish the swap itself
        if (old / DATABASE_FILE).exists() and not (folder / DATABASE_FILE).exists():
            old.rename(folder)  # over an empty folder too


@contextmanager
def locked(folder: Path, wait: float = 0) -> Iterator[None]:
    """Holds the writer's lock of a folder; the system releases it when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    lock, holder = FileLock(folder / "write.lock"), folder / "writer.json"
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise IndexLocked(_held(folder, holder)) from None
    except OSError as error:
        raise StoreError(os_line(folder, error)) from None
    try:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
        try:
            holder.write_text(json.dumps({"pid": os.getpid(), "command": command, "since": int(time.time())}))
        except OSError as error:
            raise StoreError(os_line(folder, error)) from None
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def being_written(folder: Path) -> bool:
    """Whether a process holds the writer's lock of a folder, according to the note it leaves there."""
    try:
        pid = int(json.loads((folder / "writer.json").read_text())["pid"])
        if os.name != "nt":  # where 0 is not a question but a signal
            os.kill(pid, 0)  # a writer that was killed leaves its note
    except PermissionError:  # it is alive, and belongs to another user
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _held(folder: Path, holder: Path) -> str:
    try:
        who = json.loads(holder.read_text())
        since = datetime.fromtimestamp(who["since"]).strftime("%H:%M")
        by = f"process {who['pid']} ({who['command']}, since {since})"
    except (OSError, ValueError, KeyError):
        by = "another process"
    return f"the index {folder} is being written by {by}; wait until it is done, or stop it"


def os_line(folder: Path, error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot write the index {folder}: {words}; free space, check permissions, or choose another with --index"
