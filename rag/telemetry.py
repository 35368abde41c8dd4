"""What a server tells of its work, a line of JSON each (``RAG_LOG=info``): how a question or a change of the index
went, in figures, by its id. No text of an article, a question or an answer, and no key."""

from __future__ import annotations

import json
import logging
import secrets
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rag.errors import UsageError, did_you_mean

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_log = logging.getLogger("rag.work")


def configure(level: str) -> None:
    """Logs to standard error from ``level`` on; 'info' as JSON, and of this program only. Raises ``UsageError``."""
    # Pydantic's about litellm's types are nobody's concern here. Set before there are threads: whoever changes the
    # filters for a while puts back what was there before.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydantic\._internal")
    level = level.upper()
    if level not in LOG_LEVELS:
        levels = [known.lower() for known in LOG_LEVELS]
        hint = did_you_mean(level, levels)
        raise UsageError(f"RAG_LOG = {level.lower()!r}: it must be one of {', '.join(levels)}{hint}")
    of_ours = level == "INFO"
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if of_ours else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level="WARNING" if of_ours else level, handlers=[handler])
    if of_ours:
        logging.getLogger("rag").setLevel("INFO")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"time": when, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        told |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
        return json.dumps(told, ensure_ascii=False, default=str)


class Work:
    """One question, or one change of the index, as it goes on; every line has its ``id``."""

    def __init__(self, kind: str) -> None:
        self.kind, self.id = kind, secrets.token_hex(4)
        self.done = False
        self._begun = time.monotonic()

    def tell(self, event: str, **numbers: Any) -> None:
        """``event`` with figures and names of ours; never with what comes from outside."""
        if _log.isEnabledFor(logging.INFO):
            ms = round(1000 * (time.monotonic() - self._begun))
            _log.info(event, extra={"told": {self.kind: self.id, "ms": ms, **numbers}})


@contextmanager
def watched(kind: str) -> Iterator[Work]:
    """Tells of what fails inside, and of a reader who goes before the end."""
    work = Work(kind)
    try:
        yield work
    except GeneratorExit:
        if not work.done:
            work.tell("left")
        raise
    except Exception as error:
        work.tell("failed", error=type(error).__name__)
        raise


class Clock:
    """Milliseconds of each stage, and of the whole so far."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self.timings: dict[str, int] = {"retrieve": 0, "evidence": 0, "first_token": 0, "total": 0}

    def stop(self, name: str) -> None:
        now = time.monotonic()
        self.timings[name] = round((now - self._last) * 1000)
        self._last = now

    def first_word(self) -> None:
        """Says, any number of times, that there is a word; the first time counts."""
        if not self.timings["first_token"]:
            self.timings["first_token"] = round((time.monotonic() - self._begun) * 1000)

    def total(self) -> None:
        self.timings["total"] = round((time.monotonic() - self._begun) * 1000)
