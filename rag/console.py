"""What the command prints: results on standard output, progress on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rag.doctor import Finding
    from rag.types import Answer, Article, Copy, Hit, Progress, Report, Version


MANY = 10**8
"""From here on what is counted are bytes: no pile has as many articles."""


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on standard error that appears with the first report, with rate and time left; plain lines where that is
    no terminal."""
    bars: dict[str, Any] = {}
    display: Any = None
    said: dict[str, int] = {}
    last: dict[str, int] = {}
    began: dict[str, tuple[float, int]] = {}

    def plain(what: str, done: int, total: int | None) -> None:
        step = 10 * done // total if total else done // 100
        if step <= said.get(what, -1) and (done != total or done - last.get(what, 0) < (total or 0) // 10):
            return  # totals of large files are estimates, and grow
        said[what], last[what] = step, done
        since, first = began.setdefault(what, (time.monotonic(), done))
        seconds = time.monotonic() - since
        rate = (done - first) / seconds if seconds > 1 else 0.0
        left = f", {_span((total - done) / rate)} left" if rate and total and total > done else ""
        counted, pace = f"{done}{f' of {total}' if total else ''}", f", {rate:.1f}/s" if rate else ""
        if total and total >= MANY:
            counted, pace = f"{done // 10**6} of {total // 10**6} MB", f", {rate / 10**6:.1f} MB/s" if rate else ""
        say(f"{what}: {counted}{pace}{left}", file=sys.stderr, flush=True)

    def show(what: str, done: int, total: int | None) -> None:
        nonlocal display
        if not sys.stderr.isatty():
            plain(what, done, total)
            return
        if display is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[pace]}"),
                TimeRemainingColumn(),
            )
            display = Progress(*columns, console=Console(stderr=True))
            display.start()
        if what not in bars:
            bars[what] = display.add_task(what, total=total, pace="")
        display.update(bars[what], completed=done, total=total)
        speed = next(t.speed for t in display.tasks if t.id == bars[what])
        display.update(bars[what], pace=f"{speed:.1f}/s" if speed else "")

    try:
        yield show
    finally:
        if display is not None:
            display.stop()


def _span(seconds: float) -> str:
    """'45 s', '12 min', '1 h 20 min'"""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def spinner(text: str) -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text[:80]):
        yield


def fields(value: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(value)


def history_record(article: Article, versions: Sequence[Version]) -> list[dict[str, Any]]:
    """The earlier versions, the latest first, each with what the next one changed in it."""
    from rag.history import changes

    later = [article, *(v.article for v in versions)]
    return [
        {
            "replaced": version.replaced.isoformat(timespec="seconds"),
            "changes": [c.record() for c in changes(version.article, new)],
            **version.article.record(),
        }
        for version, new in zip(versions, later, strict=False)
    ]


def print_history(article: Article, versions: Sequence[Version]) -> None:
    say("\nHistory:" if versions else "\nHistory: it was never changed")
    for step in history_record(article, versions):
        at = datetime.fromisoformat(step["replaced"]).astimezone()
        say(f"\n{at:%Y-%m-%d %H:%M} replaced the version of {step['updated'] or step['published'] or 'no date'}")
        for change in step["changes"]:
            say(f"  {change['what']}")
            for sign, lines in (("-", change["removed"]), ("+", change["added"])):
                for line in lines:
                    say(f"    {sign} {line}")


_ACTS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal does not show but do: escapes, and marks that turn the direction of a line."""


def say(line: str, *, file: TextIO | None = None, flush: bool = False) -> None:
    """Prints a line for a person: what comes from outside in it is shown and does nothing to the terminal."""
    print(_ACTS.sub("", line), file=file, flush=flush)


def print_json(value: Any) -> None:
    """JSON on one line; where the output has no UTF-8, with escapes, so that no character is lost."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not unicode, indent=None))


def typed(words: Sequence[str]) -> str:
    """What a person typed as arguments, also where the locale is not that of the terminal."""
    text = " ".join(words)
    undecoded = any("\udc80" <= c <= "\udcff" for c in text)
    return os.fsencode(text).decode("utf-8", "replace") if undecoded else text


def readable(when: date | None) -> str:
    return f"{when:%Y-%m-%d}" if when else "-"


def print_report(report: Report) -> None:
    for item in report.items:
        if item.status == "failed":
            reason = item.reason or "for no known reason"
            say(f"failed: {reason if item.source in reason else f'{item.source}: {reason}'}", file=sys.stderr)
        elif item.status != "unchanged":
            say(f"{item.status}: {item.title}  ({item.article_id}, {item.source})")
    say(", ".join(f"{n} {name}" for name, n in report.record().items() if name != "items"))


def print_answer(answer: Answer) -> None:
    say(answer.text)
    if answer.note:
        say(f"({answer.note})")
    if answer.understood and (said := answer.understood.told(answer.question)):
        say(f"(Understood: {said}. With --as-written the words alone are searched for.)")
    for choice in answer.choices:
        say(f"  {choice.probability:4.0%}  {choice.text}")
    for c in answer.citations:
        about = ", ".join(part for part in (c.article.source, readable(c.article.published)) if part)
        say(f"\n[{c.n}] {c.article.title} ({about}) {c.article.id}\n    {' '.join(c.quote.split())}")
        if c.article.url:
            say(f"    {c.article.url}")
    if answer.refused and answer.nearest:
        say("\nNearest articles:")
        for a in answer.nearest:
            say(f"  {readable(a.published)}  {a.title} ({a.id})")


def print_hits(hits: Sequence[Hit]) -> None:
    """Passages, each under its article."""
    if not hits:
        say("no article fits")
    for n, hit in enumerate(hits, 1):
        a = hit.article
        about = ", ".join(part for part in (a.source, readable(a.published)) if part)
        say(f"{n}. {a.title} ({about}) {a.id}\n   {' '.join(hit.chunk.text.split())}\n")


def print_finding(finding: Finding) -> None:
    """A line for what was looked at, and one for what to do."""
    say(f"{finding.state:7} {finding.what}: {finding.told}", flush=True)
    if finding.todo:
        say(f"        -> {finding.todo}", flush=True)


def print_copies(copies: Sequence[Copy]) -> None:
    """The other prints of a story."""
    if copies:
        say("\nAlso in:")
    for copy in copies:
        share = f"; {copy.share:.0%} of its text stands in {copy.of}" if copy.share is not None else ""
        about = ", ".join(part for part in (copy.article.source, readable(copy.article.published)) if part)
        say(f"  {about}: {copy.article.title} ({copy.article.id}{share})")


def print_article(a: Article) -> None:
    say(a.title)
    facts = [a.source, a.section, _moment("published", a.published), _moment("updated", a.updated), *a.authors, a.url]
    say(" | ".join(str(fact) for fact in facts if fact))
    say(f"\n{a.body}")


def _moment(name: str, when: date | None) -> str | None:
    return f"{name} {when.isoformat(sep=' ') if isinstance(when, datetime) else when}" if when else None
