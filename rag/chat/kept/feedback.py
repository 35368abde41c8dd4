"""What readers think of answers, kept as an evaluation set: ``rag eval run FOLDER --index INDEX`` asks it again.

Up: the answer that was given is the one to expect, or that there is none. Down: nobody knows the right one; the comment
may hold it. Such questions are left out of a run, and counted aloud, until somebody writes ``answers`` into the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.chat.turn import Turn, history_of, without_markers
from rag.errors import StoreError
from rag.types import Answer, iso_day

RATINGS_FILE = "questions.jsonl"
WAIT = 10.0  # seconds that another writer may hold the file


def folder_of(index: Path) -> Path:
    """Where the feedback on an index lies: beside it, for a rebuild replaces all that is in it."""
    return index.with_name(f"{index.name}.feedback")


def keep_rating(folder: Path, turn: Turn, before: Sequence[Turn] = ()) -> None:
    """Writes down the rating of an answer; a later one of the same turn takes its place.

    ``before`` are the turns that the question may refer back to. Once this returns the rating is on the disk; cut off
    half way, the file is as it was. Raises ``StoreError``.
    """
    from filelock import FileLock, Timeout

    if turn.answer is None or turn.rating is None:
        return
    file = folder / RATINGS_FILE
    new = question_record(turn, turn.answer, before)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "write.lock", timeout=WAIT):
            lines = file.read_text("utf-8").splitlines() if file.exists() else []
            kept = [line for line in lines if line.strip() and _id(line) != new["id"]]
            text = "".join(f"{line}\n" for line in [*kept, json.dumps(new, ensure_ascii=False)])
            part = folder / f"{RATINGS_FILE}.part"
            with part.open("w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
    except Timeout:
        raise StoreError(f"{file} is being written by another process; rate the answer again later") from None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise StoreError(
            f"the rating could not be written to {folder}: {why}; free space or check permissions"
        ) from None


def question_record(turn: Turn, answer: Answer, before: Sequence[Turn]) -> dict[str, Any]:
    """The question record of a rated answer, and the rating with its comment."""
    begun = turn.begun.isoformat() if turn.begun else ""
    right = turn.rating == "up"
    expected = answer.short or without_markers(answer.text)
    urls = dict.fromkeys(c.article.url for c in answer.citations if c.article.url)
    return {
        "id": hashlib.sha256(f"{begun}\n{turn.question}".encode("utf-8", "replace")).hexdigest()[:16],
        "question": turn.question,
        "answers": [expected] if right and not answer.refused else [],
        "answerable": (not answer.refused) if right else None,
        "date": iso_day(turn.begun),
        "as_of": iso_day(answer.as_of),
        "supporting_urls": list(urls) if right else [],
        "history": list(history_of(before)),
        "rating": turn.rating,
        "comment": turn.comment,
        "answer": answer.text,
        "citations": [c.record() for c in answer.citations],
        "scope": turn.scope,
        "model": answer.model,
        "asked_at": begun,
    }


def _id(line: str) -> str | None:
    """The id of a line; None for one that somebody broke, which stays for them to mend."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record.get("id") if isinstance(record, dict) else None
