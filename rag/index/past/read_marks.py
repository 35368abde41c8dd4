"""Up to where readers have seen a library, in a small file beside the index.

It has ids and digests, and nothing of any text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rag.errors import StoreError
from rag.types.briefs import BriefMark

MAX_MARKS = 200
"""Marks that are kept, of as many readers, outlets and topics; the one made first is forgotten first."""
WAIT_FOR_MARKS = 10.0  # seconds that another writer may hold the file


def marks_file(index: Path) -> Path:
    """Where the marks of an index are: beside it, for a rebuild replaces all that is in it."""
    return index.with_name(f"{index.name}.briefs.json")


def read_mark(index: Path, scope: str, *, before: bool = False) -> BriefMark | None:
    """The mark of a scope, or with ``before`` the one that it replaced. Raises ``StoreError`` for a damaged file."""
    kept = _read(marks_file(index)).get(scope)
    found = (kept or {}).get("before" if before else "last")
    return _mark(scope, found) if found else None


def keep_mark(index: Path, mark: BriefMark) -> None:
    """Keeps a mark as the last one of its scope; what came in before an earlier one stays seen.

    Raises ``StoreError``.
    """
    from filelock import FileLock, Timeout

    file = marks_file(index)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock", timeout=WAIT_FOR_MARKS):
            marks = dict(_read(file))
            last = (marks.get(mark.scope) or {}).get("last")
            if last and last["through"] > mark.through:
                mark = replace(mark, through=last["through"], seen=tuple(last["seen"]))
            record, before = _record(mark), last
            if last and all(record[name] == last[name] for name in ("through", "seen", "withdrawn")):
                before = marks[mark.scope]["before"]  # a brief of nothing is not the one to be shown again
            marks[mark.scope] = {"last": record, "before": before}
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


def _read(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8")) if file.exists() else {}
        for scope, kept in found.items():
            for name in ("last", "before"):
                if kept[name] is not None:
                    _mark(scope, kept[name])
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        why = getattr(error, "strerror", None) or "it is damaged"
        raise StoreError(
            f"{file}, which says up to where you have read, cannot be read: {why}; "
            "delete it, or name a day with --since"
        ) from None
    return dict(found)


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
