"""The library: what the index holds, as HTML in which every outside word is plain text. Pure: values in, strings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rag.chat.kept.uploads import AT_ONCE, LARGEST
from rag.chat.views.escape import counted, day_text
from rag.chat.views.render import render
from rag.types import Article, CheckResult, Report, ReportItem, Status, day

PAGE = 25  # articles of one page of the list
TOP = 12  # outlets with a bar of their own
BARS = 40  # days, weeks or months, at most, that the plot has
SHOWN = 6  # lines of a report that are not folded, and as many more as were not read
MAX_REPORT_LINES = 500  # lines of a report that are shown at all
WHOLE = 200_000  # characters of an article that are shown

_ORDER: tuple[Status, ...] = ("failed", "updated", "added", "duplicate", "unchanged")
_WORDS = {
    "failed": "not read",
    "updated": "updated",
    "added": "added",
    "duplicate": "already there",
    "unchanged": "unchanged",
}
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
    words = f"{done:,} of {total:,}" if total else f"{done:,}" if done else ""
    return render("library", "progress", what=what, done=done, total=total, words=words)


def message_html(words: str, *, trouble: bool = False) -> str:
    """One line on what was asked for."""
    return render("library", "message", words=words, trouble=trouble)


def refused_html(files: Sequence[tuple[str, str]]) -> str:
    """The files left out of a drop, each a name and a key of ``REFUSED``."""
    items = [ReportItem(name, "failed", reason=REFUSED.get(why)) for name, why in files]
    return report_html(Report(tuple(items)), {})


def report_html(report: Report, names: Mapping[str, str]) -> str:
    """What became of what was added, what was not read first. ``names`` are what to call a path, by the path."""
    counts = [f"{n:,} {_WORDS[status]}" for status in _ORDER if (n := report.count(status))]
    head = ", ".join(counts) if counts else "No articles found"
    rows = [_line(item, names) for item in sorted(report.items, key=lambda item: _ORDER.index(item.status))]
    shown = min(max(SHOWN, report.failed + 2), MAX_REPORT_LINES)
    more = rows[shown : shown + MAX_REPORT_LINES]
    left = max(0, len(rows) - shown - MAX_REPORT_LINES)
    head = head[:1].upper() + head[1:]
    return render("library", "report", head=head, first=rows[:shown], more=more, left=left)


def _line(item: ReportItem, names: Mapping[str, str]) -> tuple[ReportItem, str, str, str]:
    """An item, what became of it, what it was read from, and why not."""
    source, reason = item.source, item.reason or ""
    for path, name in names.items():
        source, reason = source.replace(path, name), reason.replace(path, name)
    return item, _WORDS[item.status], source, reason.removeprefix(f"{source}: ")


# --- the list ---


def guide_html() -> str:
    """How to add articles to an empty library."""
    return render("library", "guide")


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
    body = article.body[:WHOLE] + (" …" if len(article.body) > WHOLE else "")
    origin = _origin(article)
    return render("library", "article", article=article, body=body, origin=origin, copies=copies, leaving=leaving)


def _origin(article: Article) -> str:
    """Where an article was read: an address, or the name of a file without its folder."""
    origin = article.origin or "elsewhere"
    return origin if "://" in origin else Path(origin).name


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
    return render(
        "library",
        "counts",
        outlets=bars,
        most=max(n for _, n in bars),
        periods=_plot(days) if days else None,
        undated_articles=len(articles) - len(days),
    )


def _plot(days: Sequence[date]) -> dict[str, Any]:
    name, periods = _periods(days)
    first, last = day_text(days[0]), day_text(days[-1])
    label, most = max(periods, key=lambda period: period[1])
    words = f"{counted(len(days), 'article')}, {first} to {last}; most: {label}, {most:,}"
    return {"name": name, "bars": periods, "most": most, "first": first, "last": last, "words": words}


def _periods(days: Sequence[date]) -> tuple[str, list[tuple[str, int]]]:
    """('day', [(label, articles)]): days, or weeks, months, years, whichever first gives at most ``BARS`` of them."""
    first, last = days[0], days[-1]
    if (last - first).days < BARS:
        found = Counter(days)
        each = [first + timedelta(n) for n in range((last - first).days + 1)]
        return "day", [(day_text(d), found[d]) for d in each]
    monday = first - timedelta(first.weekday())
    if (last - monday).days // 7 < BARS:
        weeks = Counter((d - monday).days // 7 for d in days)
        return "week", [
            (f"week of {day_text(monday + timedelta(7 * n))}", weeks[n]) for n in range((last - monday).days // 7 + 1)
        ]
    month = first.year * 12 + first.month - 1
    length = last.year * 12 + last.month - month
    if length <= BARS:
        months = Counter(d.year * 12 + d.month - 1 - month for d in days)
        return "month", [
            (f"{date((month + n) // 12, (month + n) % 12 + 1, 1):%B %Y}", months[n]) for n in range(length)
        ]
    # of many years the latest matter most; older ones share a bar
    oldest = max(first.year, last.year - BARS + 1)
    years = Counter(max(d.year, oldest) for d in days)
    before = f"{first.year} to {oldest}" if first.year < oldest else str(oldest)
    return "year", [(before if year == oldest else str(year), years[year]) for year in range(oldest, last.year + 1)]


def health_html(result: CheckResult, *, repaired: bool = False) -> str:
    """What a check of the index found."""
    numbers = ((result.articles, "article"), (result.chunks, "passage"), (result.vectors, "vector"))
    size = ", ".join(counted(n, what) for n, what in numbers)
    if result.ok:
        return message_html(f"{'Repaired' if repaired else 'No damage found'}: {size}.")
    return render("library", "damage", size=size, problems=result.problems)
