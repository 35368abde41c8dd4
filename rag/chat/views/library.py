"""The library: what the index holds, as HTML in which every outside word is plain text. Pure: values in, strings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from rag.chat.kept.uploads import AT_ONCE, LARGEST
from rag.chat.views.escape import counted, day_text
from rag.chat.views.render import render
from rag.types import Article, CheckResult, Report, ReportItem, Status, day

PAGE = 25  # articles of one page of the list
TOP = 12  # outlets with a bar of their own
BARS = 40  # days, weeks or months, at most, that the plot has
SHOWN = 6  # lines of a report that are not folded, and as many more as were not read
MAX_REPORT_LINES = 500  # lines of a report that are shown at all

_WORDS: dict[Status, str] = {
    "failed": "not read",
    "left_out": "left out",
    "updated": "updated",
    "added": "added",
    "duplicate": "already there",
    "unchanged": "unchanged",
    "withdrawn": "withdrawn",
    "embargoed": "waiting for its time",
}
"""Of each status what it is called, in the order in which they are shown."""
REFUSED = {
    "kind": "unsupported file type; use text, Markdown, HTML, JSON, JSONL, CSV, feeds or zip",
    "large": f"larger than {LARGEST >> 20} MB; add it on the command line: rag add FILE",
    "many": f"more than {AT_ONCE} files at once; drop the rest next, or all of them as a zip",
    "folder": "this browser cannot open folders; drop the files or a zip of them",
}
"""Why the page leaves a file out of a drop, in words."""


# --- adding ---


def progress_html(what: str, done: int, total: int | None) -> str:
    """How far an add has come."""
    return render("library", "progress", what=what, done=done, total=total)


def message_html(words: str, *, trouble: bool = False) -> str:
    """One line on what was asked for."""
    return render("library", "message", words=words, trouble=trouble)


def refused_html(files: Sequence[tuple[str, str]]) -> str:
    """The files left out of a drop, each a name and a key of ``REFUSED``."""
    items = [ReportItem(name, "failed", reason=REFUSED.get(why)) for name, why in files]
    return report_html(Report(tuple(items)), {})


def report_html(report: Report, names: Mapping[str, str]) -> str:
    """What became of what was added, what was not read first. ``names`` are what to call a path, by the path."""
    counts = [f"{n:,} {words}" for status, words in _WORDS.items() if (n := report.count(status))]
    head = ", ".join(counts) if counts else "No articles found"
    noted = sum(_is_noted(item) for item in report.items)
    head += f" ({noted:,} with a note)" if noted else ""
    rows = [_line(item, names) for item in sorted(report.items, key=_rank)]
    shown = min(max(SHOWN, report.failed + 2), MAX_REPORT_LINES)
    more = rows[shown : shown + MAX_REPORT_LINES]
    left = max(0, len(rows) - shown - MAX_REPORT_LINES)
    head = head[:1].upper() + head[1:]
    return render("library", "report", head=head, first=rows[:shown], more=more, left=left)


def _is_noted(item: ReportItem) -> bool:
    """Whether it is an article of which something could not be read, or is to be known."""
    return bool(item.reason) and item.status in ("added", "updated")


def _rank(item: ReportItem) -> tuple[int, bool]:
    """What was not read first, then what has a note, then the rest by what became of it."""
    place = list(_WORDS).index(item.status)
    return (2 if _is_noted(item) else place if place < 2 else place + 1), not item.reason


def _line(item: ReportItem, names: Mapping[str, str]) -> tuple[ReportItem, str, str, str]:
    """An item, what became of it, what it was read from, and why not."""
    source, reason = item.source, item.reason or ""
    for path, name in names.items():
        source, reason = source.replace(path, name), reason.replace(path, name)
    return item, _WORDS[item.status], source, reason.removeprefix(f"{source}: ")


# --- the list ---


def list_html(articles: Sequence[Article], page: int, current: str | None = None) -> str:
    """One page (the first is 0) of the articles that match, with buttons to the pages before and after."""
    if not articles:
        return message_html("No article matches.")
    last = (len(articles) - 1) // PAGE
    page = min(max(page, 0), last)
    words = counted(len(articles), "article") + (f", page {page + 1} of {last + 1}" if last else "")
    shown = articles[page * PAGE : (page + 1) * PAGE]
    return render("library", "listing", articles=shown, current=current, page=page, last=last, words=words)


def library_article_html(article: Article, copies: Sequence[Article], *, leaving: bool = False) -> str:
    """A whole article, with a way to remove it; ``leaving`` asks once more before that."""
    origin = article.origin or "elsewhere"
    if "://" not in origin:
        origin = Path(origin).name  # the folder is not a reader's to know
    return render("library", "article", article=article, origin=origin, copies=copies, leaving=leaving)


# --- counts and health ---


def counts_html(articles: Sequence[Article]) -> str:
    """How many articles each outlet has, and how many each day, week or month."""
    if not articles:
        return ""
    outlets = Counter(a.source or "Unknown outlet" for a in articles).most_common()
    bars = [*outlets[:TOP]]
    if others := sum(n for _, n in outlets[TOP:]):
        bars.append((f"{len(outlets) - TOP} others", others))
    days = sorted(d for a in articles if (d := day(a.published)))
    plot = None
    if days:
        name, periods = _periods(days)
        peak = max(periods, key=lambda period: period[1])
        plot = {"name": name, "bars": periods, "peak": peak, "dated": len(days), "first": days[0], "last": days[-1]}
    return render(
        "library",
        "counts",
        outlets=bars,
        most=max(n for _, n in bars),
        plot=plot,
        undated_articles=len(articles) - len(days),
    )


def _periods(days: Sequence[date]) -> tuple[str, list[tuple[str, int]]]:
    """('day', [(label, articles)]): days, or weeks, months, years, whichever first gives at most ``BARS`` of them."""
    first, last = days[0], days[-1]
    oldest = max(first.year, last.year - BARS + 1)  # of many years the latest matter most; older ones share a bar
    before = f"{first.year} to {oldest}" if first.year < oldest else str(oldest)
    kinds: tuple[tuple[str, Callable[[date], int], Callable[[int], str]], ...] = (
        ("day", date.toordinal, lambda n: day_text(date.fromordinal(n))),
        # The first day of all was a Monday.
        ("week", lambda d: (d.toordinal() - 1) // 7, lambda n: f"week of {day_text(date.fromordinal(7 * n + 1))}"),
        ("month", lambda d: 12 * d.year + d.month - 1, lambda n: f"{date(n // 12, n % 12 + 1, 1):%B %Y}"),
        ("year", lambda d: max(d.year, oldest), lambda n: before if n == oldest else str(n)),
    )
    name, number, label = next(kind for kind in kinds if kind[1](last) - kind[1](first) < BARS)
    found = Counter(map(number, days))
    return name, [(label(n), found[n]) for n in range(number(first), number(last) + 1)]


def health_html(result: CheckResult, *, repaired: bool = False) -> str:
    """What a check of the index found."""
    numbers = ((result.articles, "article"), (result.chunks, "passage"), (result.vectors, "vector"))
    size = ", ".join(counted(n, what) for n, what in numbers)
    if result.ok:
        return message_html(f"{'Repaired' if repaired else 'No damage found'}: {size}.")
    return render("library", "damage", size=size, problems=result.problems)
