"""Up to where readers have seen a library, in a small file beside the index.

It has ids and digests, and nothing of any text. Those of an index on servers are in its database:
``rag.index.postgres.read_marks``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from rag.errors import StoreError
from rag.types.briefs import BriefMark

MAX_MARKS = 200
"""Marks that are kept, of as many readers, outlets and topics; the one made first is forgotten first."""
WAIT_FOR_MARKS = 10.0  # seconds that another writer may hold the file
KeptMarks: TypeAlias = Mapping[str, Any]
"""What is kept of a scope: its mark (``last``) and the one that it replaced (``before``, or None), as JSON has them."""
Marks: TypeAlias = Mapping[str, KeptMarks]


class ReadMarks(Protocol):
    """Up to where the readers of one index have seen it."""

    def read(self, scope: str, *, before: bool = False) -> BriefMark | None:
        """The mark of a scope, or with ``before`` the one that it replaced. Raises ``StoreError`` where it is
        damaged."""

    def keep(self, mark: BriefMark) -> None:
        """Keeps a mark as the last one of its scope; what came in before an earlier one stays seen.

        Raises ``StoreError``.
        """

    def close(self) -> None:
        """Frees what it holds."""


class FileMarks:
    """The :class:`ReadMarks` of an index in a folder."""

    def __init__(self, index: Path):
        self.file = index.with_name(f"{index.name}.briefs.json")  # beside it: a rebuild replaces all that is in it

    def read(self, scope: str, *, before: bool = False) -> BriefMark | None:
        return mark_of(scope, self._read().get(scope), before=before)

    def keep(self, mark: BriefMark) -> None:
        from filelock import FileLock, Timeout

        file = self.file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{file}.lock", timeout=WAIT_FOR_MARKS):
                marks = dict(self._read())
                marks[mark.scope] = following_marks(marks.get(mark.scope), mark)
                newest = sorted(marks.items(), key=lambda item: str(item[1]["last"]["made"]))[-MAX_MARKS:]
                part = file.with_name(f"{file.name}.part")
                with part.open("w", encoding="utf-8") as out:
                    json.dump(dict(newest), out, ensure_ascii=False)
                    out.flush()
                    os.fsync(out.fileno())
                part.replace(file)
        except Timeout:
            raise StoreError(f"{file} is being written by another process; ask for the brief again later") from None
        except OSError as error:
            why = error.strerror or error
            raise StoreError(
                f"up to where you have read cannot be kept in {file}: {why}; free space or check permissions"
            ) from None

    def close(self) -> None:
        """Nothing is held."""

    def _read(self) -> Marks:
        try:
            found = json.loads(self.file.read_text("utf-8")) if self.file.exists() else {}
            for scope, kept in found.items():
                for before in (False, True):
                    mark_of(scope, kept, before=before)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            why = getattr(error, "strerror", None) or "it is damaged"
            raise StoreError(
                f"{self.file}, which says up to where you have read, cannot be read: {why}; "
                "delete it, or name a day with --since"
            ) from None
        return dict(found)


def following_marks(kept: KeptMarks | None, mark: BriefMark) -> KeptMarks:
    """What is kept of a scope once ``mark`` is its last one."""
    last = kept["last"] if kept is not None else None
    if last and last["through"] > mark.through:
        mark = replace(mark, through=last["through"], seen=tuple(last["seen"]))
    record, before = _record(mark), last
    if kept is not None and last and all(record[name] == last[name] for name in ("through", "seen", "withdrawn")):
        before = kept["before"]  # a brief of nothing is not the one to be shown again
    return {"last": record, "before": before}


def mark_of(scope: str, kept: KeptMarks | None, *, before: bool = False) -> BriefMark | None:
    """A mark out of what is kept of its scope. Raises what Python raises where that is damaged."""
    found = kept["before" if before else "last"] if kept is not None else None
    return _mark(scope, found) if found is not None else None


def _record(mark: BriefMark) -> dict[str, Any]:
    return {
        "made": mark.made.isoformat(timespec="seconds"),
        "through": mark.through,
        "seen": list(mark.seen),
        "withdrawn": list(mark.withdrawn),
    }


def _mark(scope: str, kept: Mapping[str, Any]) -> BriefMark:
    return BriefMark(
        scope,
        datetime.fromisoformat(kept["made"]),
        int(kept["through"]),
        tuple(map(str, kept["seen"])),
        tuple(map(str, kept["withdrawn"])),
    )
