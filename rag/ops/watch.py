"""Reads feeds, pages and folders again and again: adds what is new, and spends little on what is unchanged."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rag.errors import IndexLocked, UsageError
from rag.news import News
from rag.types import Progress, Report, ReportItem

MIN_INTERVAL = 60.0  # seconds between two rounds: feeds are not asked more often

_EVERY = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?", re.IGNORECASE)
_SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def interval(text: str) -> float:
    """Seconds of '15m', '2h', '90s', '1d'; a bare number is minutes. Raises ``UsageError``."""
    match = _EVERY.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"--every {text}: write a time like 15m, 2h or 90s")
    seconds = float(match[1]) * _SECONDS[(match[2] or "m").lower()]
    if not MIN_INTERVAL <= seconds <= 31 * 86400:
        raise UsageError(f"--every {text}: choose between {MIN_INTERVAL:.0f}s and 31d")
    return seconds


def watch(
    news: News,
    sources: Sequence[str | Path],
    *,
    every: float,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Report]:
    """Adds the sources now and then every ``every`` seconds, for ever; yields the report of each round.

    Without sources, adds the feeds that the index remembers. Files are read again only if their size or time of change
    differs. A round that meets another writer is skipped, with a failed item that says so.
    """
    known: dict[Path, tuple[int, int]] = {}
    while True:
        began = clock()
        yield _round(news, sources or _feeds(news), known, progress)
        sleep(max(every - (clock() - began), 0.0))


def _feeds(news: News) -> list[str]:
    urls = [state.url for state, _ in news.feeds() if state.url.startswith(("http://", "https://"))]
    if not urls:
        raise UsageError("nothing to watch: name feeds, pages or folders, or add a feed first with: rag add URL")
    return urls


def _round(
    news: News, sources: Sequence[str | Path], known: dict[Path, tuple[int, int]], progress: Progress | None
) -> Report:
    from rag.ingest.formats.files import find

    found: list[Path | str | ReportItem] = []
    states: dict[Path, tuple[int, int]] = {}
    for source in find(sources):
        if isinstance(source, Path):
            with suppress(OSError):
                status = source.stat()
                states[source] = status.st_size, status.st_mtime_ns
            if source in states and states[source] == known.get(source):
                continue
        found.append(source)
    if not found:
        return Report()
    try:
        report = news.take(found, progress)
    except IndexLocked as error:
        return Report((ReportItem(news.settings.index_name, "failed", reason=f"{error}; the next round tries again"),))
    failed = {item.source.split("#")[0] for item in report.items if item.status == "failed"}
    known.update({path: state for path, state in states.items() if str(path) not in failed})
    return report
