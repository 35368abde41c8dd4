"""What the command prints: results on standard output, progress on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rag.types import Answer, Article, Copy, Embargoed, Hit, Progress, Report, ReportItem, Version


UNIT_BY_WORK = {"indexing": "files and records"}
"""What is counted, if the name of the work does not say it: a file of records counts as many as it holds."""
MIN_BYTES = 10**8  # a total from here on counts bytes: no library has as many articles


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on standard error, from the first report on, with rate and time left; plain lines if it is no terminal."""
    bars: dict[str, Any] = {}
    display: Any = None
    shown: dict[str, tuple[int, int]] = {}  # the last line of each work: its step, and how much was done
    began: dict[str, tuple[float, int]] = {}

    def plain(what: str, done: int, total: int | None) -> None:
        step = 10 * done // total if total else done // 100
        last_step, last_done = shown.get(what, (-1, 0))
        if step <= last_step and (done != total or done - last_done < (total or 0) // 10):
            return  # totals of large files are estimates, and grow
        shown[what] = step, done
        since, first = began.setdefault(what, (time.monotonic(), done))
        seconds = time.monotonic() - since
        rate = (done - first) / seconds if seconds > 1 else 0.0
        left = f", {_span((total - done) / rate)} left" if rate and total and total > done else ""
        size, mega = (10**6, " MB") if total and total >= MIN_BYTES else (1, "")
        counted = f"{done // size}{f' of {total // size}' if total else ''}{mega}"
        unit = f" {UNIT_BY_WORK[what]}" if what in UNIT_BY_WORK else ""
        pace = f", {rate / size:.1f}{mega}/s" if rate else ""
        say(f"{what}: {counted}{unit}{pace}{left}", file=sys.stderr, flush=True)

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
            bars[what] = display.add_task(f"{what} {UNIT_BY_WORK.get(what, '')}".strip(), total=total, pace="")
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
def spinner(text: str) -> Iterator[Callable[[str], None]]:
    """A spinner on a terminal beside ``text``; the function it gives shows a stage instead."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from rich.console import Console
    from rich.text import Text

    def shown(words: str) -> Text:
        words = " ".join(_CONTROLS.sub("", words).split())
        return Text(words if len(words) <= 76 else f"{words[:75]}…")

    with Console(stderr=True).status(shown(text)) as status:
        yield lambda stage: status.update(shown(stage))


def history_record(article: Article, versions: Sequence[Version]) -> list[dict[str, Any]]:
    """The earlier versions, latest first, each with the changes that the next one made."""
    from rag.cli.diff import differences

    later = [article, *(v.article for v in versions)]
    return [
        {
            "replaced": version.replaced.isoformat(timespec="seconds"),
            "changes": [c._asdict() for c in differences(version.article, new)],
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


_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal obeys instead of showing: escapes, and marks that turn the direction of a line."""


def say(line: str, *, file: TextIO | None = None, flush: bool = False) -> None:
    """Prints a line for a person, without characters that act on the terminal: much of it comes from outside."""
    print(_CONTROLS.sub("", line), file=file, flush=flush)


def print_json(value: Any) -> None:
    """JSON on one line; with escapes if the output is not UTF-8, so that no character is lost."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not unicode, indent=None))


def typed(words: Sequence[str]) -> str:
    """The arguments as the user typed them, even if the locale is not that of the terminal."""
    text = " ".join(words)
    undecoded = any("\udc80" <= c <= "\udcff" for c in text)
    return os.fsencode(text).decode("utf-8", "replace") if undecoded else text


def readable(when: date | None) -> str:
    return f"{when:%Y-%m-%d}" if when else "-"


def print_report(report: Report) -> None:
    """What became of each source on standard output, what was not stored and what was noted on standard error."""
    for item in report.items:
        if item.status in ("failed", "left_out"):
            reason = item.reason or "for no known reason"
            told = reason if item.source in reason else f"{item.source}: {reason}"
            say(f"{item.status.replace('_', ' ')}: {told}", file=sys.stderr)
        elif item.status in ("withdrawn", "embargoed"):
            say(f"{item.status}: {item.article_id}, {item.source}: {item.reason}")
        elif item.status != "unchanged":
            say(f"{item.status}: {item.title}  ({item.article_id}, {item.source})")
    _print_notes(report)
    counts = {name: n for name, n in report.record().items() if isinstance(n, int) and (n or name != "left_out")}
    say(", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items()))
    if report.passed_over:
        say(f"skipped: {', '.join(f'{len(names)} {kind}' for kind, names in _by_type(report.passed_over))}")


def print_embargoed(waiting: Sequence[Embargoed], *, as_json: bool) -> None:
    """What waits for its time: its id, when, and the file it was read from."""
    if as_json:
        print_json([e.record() for e in waiting])
        return
    for e in waiting:
        say(f"{e.article_id:14} {e.until.astimezone():%Y-%m-%d %H:%M}  {e.origin or '-'}")
    if not waiting:
        say("nothing waits for its time", file=sys.stderr)


EXAMPLES_SHOWN = 3  # of skipped files of a type, and of articles with notes of a kind, that are named
_VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|\S+://\S+|\w*\d[\w%:-]*")
"""What two notes of one kind may differ in: quotations, addresses, numbers, ids."""


def _print_notes(report: Report) -> None:
    """What could not be read of articles that were: the first of each kind, and how many more there are."""
    kinds: dict[str, list[ReportItem]] = {}
    for item in report.items:
        if item.reason and item.status not in ("failed", "left_out", "withdrawn", "embargoed"):
            kinds.setdefault(_VARYING.sub("", item.reason), []).append(item)
    for items in kinds.values():
        for item in items[:EXAMPLES_SHOWN]:
            say(f"note: {item.source}: {item.reason}", file=sys.stderr)
        if (more := len(items) - EXAMPLES_SHOWN) > 0:
            say(f"note: {more} more like the last one (--json lists them)", file=sys.stderr)


def print_passed_over(report: Report) -> None:
    """Names on standard error, by type, the files in folders that were not read."""
    if not report.passed_over:
        return
    from rag.ingest.formats.files import KINDS

    told = []
    for kind, names in _by_type(report.passed_over):
        more = ", ..." if len(names) > EXAMPLES_SHOWN else ""
        told.append(f"{len(names)} {kind} ({', '.join(names[:EXAMPLES_SHOWN])}{more})")
    say(f"skipped: {', '.join(told)}: unsupported types (supported: {' '.join(KINDS)})", file=sys.stderr)


def _by_type(paths: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The names of the files by their ending, the most frequent first."""
    kinds: dict[str, list[str]] = {}
    for path in map(Path, paths):
        kinds.setdefault(path.suffix.lower() or "without extension", []).append(path.name)
    return sorted(kinds.items(), key=lambda item: -len(item[1]))


_HINTS = {
    "pasted": "Add it: rag add FILE_OR_ADDRESS. A text as the only source: rag ask QUESTION --only FILE",
    "article": "Name one: rag ask QUESTION --only ID (rag list prints the ids), or a file: --only FILE",
}
"""What to do on the command line, by the form or the cause."""


def print_answer(answer: Answer) -> None:
    # Of a refusal with quotes the sentences follow, each with its article.
    say(answer.text.split("\n- ", 1)[0] if answer.quotes else answer.text)
    if hint := _HINTS.get(answer.form if answer.form == "pasted" else answer.cause or ""):
        say(hint)
    if answer.note and (answer.cause != "uncarried" or answer.note[:1].isupper()):
        say(f"({answer.note})")
    if answer.understood and (meaning := answer.understood.told(answer.question)):
        otherwise = (
            ", or --form to have it otherwise" if any(w == "taken as" for w, _ in answer.understood.notes) else ""
        )
        say(f"(Understood: {meaning}. Use --as-written to search for your exact words{otherwise}.)")
    for choice in answer.choices:
        say(f"  {choice.probability:4.0%}  {choice.text}")
    for c in answer.citations or answer.quotes:
        say(f"\n[{c.n}] {c.article.title} ({_about(c.article, c.place)}) {c.article.id}")
        say(f"    {' '.join(c.quote.split())}")
        if c.url and answer.citations:
            say(f"    {c.url}")
        if c.article.correction:
            say(f"    corrected: {c.article.correction}")
    if answer.suggestion and answer.suggestion not in answer.text:
        say(f"\nDid you mean: {answer.suggestion}")
    if answer.refused and answer.nearest and not answer.quotes:
        say("\nNearest articles:")
        for a in answer.nearest:
            say(f"  {readable(a.published)}  {a.title} ({a.id})")


def _about(a: Article, place: str | None = None) -> str:
    """'Outlet, day', as far as they are known, and the page or the time of an entry."""
    return ", ".join(part for part in (a.source, readable(a.published), place) if part)


EXCERPT = 300  # characters of a passage shown around the words of a question


def print_hits(hits: Sequence[Hit], question: str, *, full: bool = False) -> None:
    """Passages, each under its article: around the words of the question, or whole; the words bold on a terminal."""
    if not hits:
        say("no article fits")
    for n, hit in enumerate(hits, 1):
        a = hit.article
        say(f"{n}. {a.title} ({_about(a)}) {a.id}")
        passage = " ".join(_CONTROLS.sub("", hit.chunk.text).split())
        _say_marked("   ", *(shortened(passage, question, len(passage) if full else EXCERPT)))
        say("")


Spans = list[tuple[int, int]]


def shortened(text: str, question: str, room: int) -> tuple[str, Spans]:
    """The part of ``text`` with most of the question's words, cut between words, and the spans of these in it."""
    from rag.text.tokens import content, placed

    asked = set(content(question))
    spans = [(start, end) for form, start, end in placed(text) if form in asked]
    if len(text) <= room:
        return text, spans

    def held(begin: int) -> tuple[int, int]:
        inside = [text[s:e].lower() for s, e in spans if begin <= s and e <= begin + room]
        return len(set(inside)), len(inside)

    best = max((start for start, _ in spans), key=held, default=0)  # of several the first
    last = max((e for s, e in spans if best <= s and e <= best + room), default=room)
    begin = max(0, min(best - (room - (last - best)) // 2, len(text) - room))
    if begin:
        begin = text.find(" ", begin - 1) + 1
    end = len(text) if begin + room >= len(text) else text.rfind(" ", begin, begin + room + 1)
    end = end if end > begin else begin + room  # one word longer than the room
    before = "… " if begin else ""
    inside = [(s - begin + len(before), e - begin + len(before)) for s, e in spans if begin <= s and e <= end]
    return before + text[begin:end] + (" …" if end < len(text) else ""), inside


def _say_marked(indent: str, text: str, spans: Spans) -> None:
    if not sys.stdout.isatty():
        say(indent + text)
        return
    from rich.console import Console
    from rich.text import Text

    line = Text(indent + text)
    for start, end in spans:
        line.stylize("bold", len(indent) + start, len(indent) + end)
    Console(highlight=False).print(line, soft_wrap=True)


def print_copies(copies: Sequence[Copy]) -> None:
    """The other prints of a story."""
    if copies:
        say("\nAlso in:")
    for copy in copies:
        share = f"; {copy.share:.0%} of its text is in {copy.of}" if copy.share is not None else ""
        say(f"  {_about(copy.article)}: {copy.article.title} ({copy.article.id}{share})")


def print_article(a: Article) -> None:
    say(a.title)
    facts = [a.source, a.section, _moment("published", a.published), _moment("updated", a.updated), *a.authors, a.url]
    say(" | ".join(str(fact) for fact in facts if fact))
    say(f"\n{a.body}")


def _moment(name: str, when: date | None) -> str | None:
    return f"{name} {when.isoformat(sep=' ') if isinstance(when, datetime) else when}" if when else None
