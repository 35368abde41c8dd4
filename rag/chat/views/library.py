"""The library: what the index holds, as HTML in which every outside word is plain text. Pure: values in, strings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from rag.chat.uploads import AT_ONCE, LARGEST
from rag.chat.views.escape import count, day_text, plain
from rag.chat.views.sources import also_html, authors_html, byline_html, link_html
from rag.types import Article, CheckResult, Report, ReportItem, Status, day

PAGE = 25  # articles of one page of the list
TOP = 12  # outlets with a bar of their own
BARS = 40  # days, weeks or months, at most, that the plot has
SHOWN = 6  # lines of a report that are not folded, and as many more as were not read
MOST = 500  # lines of a report that are shown at all
WHOLE = 200_000  # characters of an article that are shown

_ORDER: tuple[Status, ...] = ("failed", "updated", "added", "duplicate", "unchanged")
_WORDS = {
    "failed": "not read",
    "updated": "updated",
    "added": "added",
    "duplicate": "there already",
    "unchanged": "unchanged",
}
REFUSED = {
    "kind": "not a kind that is read: text, Markdown, HTML, JSON, JSONL, CSV, feeds, zip",
    "large": f"larger than {LARGEST >> 20} MB; add it on the command line: rag add FILE",
    "many": f"more than {AT_ONCE} files at once; drop the rest afterwards, or all as a zip",
    "folder": "this browser does not open folders; drop the files, or a zip of them",
}
"""Why the page leaves a file out of a drop, in words."""


# --- adding ---


def progress_html(what: str, done: int, total: int | None) -> str:
    """How far an add has come."""
    amount = f' value="{done}" max="{total}"' if total else ""
    told = f"{done:,} of {total:,}" if total else f"{done:,}" if done else ""
    return f'<div class="adding" role="status"><progress{amount}></progress> {plain(what)} {told}</div>'


def told_html(words: str, *, trouble: bool = False) -> str:
    """A plain word on what was asked for."""
    return f'<p class="{"warn" if trouble else "quiet"}" role="{"alert" if trouble else "status"}">{plain(words)}</p>'


def refused_html(files: Sequence[tuple[str, str]]) -> str:
    """What is said of (name, key of ``REFUSED``) that were left out of a drop."""
    items = [ReportItem(name, "failed", reason=REFUSED.get(why)) for name, why in files]
    return report_html(Report(tuple(items)), {})


def report_html(report: Report, names: Mapping[str, str]) -> str:
    """What became of what was added, what was not read first. ``names`` are what to call a path, by the path."""
    counts = [f"{n:,} {_WORDS[status]}" for status in _ORDER if (n := report.count(status))]
    head = ", ".join(counts) if counts else "Nothing was found in it"
    items = sorted(report.items, key=lambda item: _ORDER.index(item.status))
    shown = min(max(SHOWN, report.failed + 2), MOST)
    first, rest = items[:shown], items[shown:]
    body = f'<ul class="report">{"".join(_line(item, names) for item in first)}</ul>'
    if rest:
        more = "".join(_line(item, names) for item in rest[:MOST])
        left = len(rest) - MOST
        end = f'<p class="quiet">and {left:,} more</p>' if left > 0 else ""
        body += f'<details><summary>{len(rest):,} more lines</summary><ul class="report">{more}</ul>{end}</details>'
    return f'<section class="outcome" role="status"><h3>{plain(head[:1].upper() + head[1:])}</h3>{body}</section>'


def _line(item: ReportItem, names: Mapping[str, str]) -> str:
    source, reason = item.source, item.reason or ""
    for path, name in names.items():
        source, reason = source.replace(path, name), reason.replace(path, name)
    reason = reason.removeprefix(f"{source}: ")
    title = f"<b>{plain(item.title)}</b> " if item.title else ""
    why = f'<span class="why">{plain(reason)}</span>' if reason else ""
    return (
        f'<li class="{item.status}"><i>{_WORDS[item.status]}</i><div>{title}'
        f'<span class="from">{plain(source)}</span>{why}</div></li>'
    )


# --- the list ---

GUIDE = """<section class="guide"><h3>No articles yet</h3><ul>
<li><b>Drop files above</b>, or folders of them: saved pages (.html), text with headline and day over each article
 (.txt, .md), exports (.csv, .json, .jsonl), feeds, also zipped. Days and outlets in them are kept too.</li>
<li><b>Give an address</b>: of an article, of a front page, or of a feed, whose articles are then read one by one.</li>
<li><b>In a terminal</b>: <code>rag add FOLDER</code>; <code>rag watch ADDRESS …</code> goes on reading.</li>
</ul></section>"""
"""For who sees an empty library; a constant of ours."""


def list_html(articles: Sequence[Article], page: int, current: str | None = None) -> str:
    """One page (the first is 0) of the articles that pass, with buttons to the pages before and after."""
    if not articles:
        return '<p class="quiet">No article passes.</p>'
    last = (len(articles) - 1) // PAGE
    page = min(max(page, 0), last)
    rows = "".join(
        f'<li{" class=here" if a.id == current else ""}><button type="button" data-do="open" data-id="{plain(a.id)}">'
        f'<span class="by">{byline_html(a)}</span><span class="title">{plain(a.title)}</span></button></li>'
        for a in articles[page * PAGE : (page + 1) * PAGE]
    )
    steps = "".join(
        f'<button type="button" data-do="page" data-id="{to}"{"" if 0 <= to <= last else " disabled"}>{label}</button>'
        for to, label in ((page - 1, "Newer"), (page + 1, "Older"))
    )
    told = f"{count(len(articles), 'article')}" + (f", page {page + 1} of {last + 1}" if last else "")
    pager = f'<div class="pager"><span>{told}</span>{steps if last else ""}</div>'
    return f'<ul class="listing" tabindex="-1">{rows}</ul>{pager}'


def article_html(article: Article, copies: Sequence[Article], *, leaving: bool = False) -> str:
    """A whole article, with a way to remove it; ``leaving`` asks once more before that."""
    section = f'<span class="section">{plain(article.section)}</span>' if article.section else ""
    body = plain(article.body[:WHOLE]) + (" …" if len(article.body) > WHOLE else "")
    if leaving:
        remove = (
            f'<div class="sure" role="alertdialog" aria-label="Remove this article?"><p>Remove “{plain(article.title)}”'
            " from the index? Its earlier versions go with it.</p>"
            f'<button type="button" data-do="removed" data-id="{plain(article.id)}">Remove it</button>'
            f'<button type="button" data-do="open" data-id="{plain(article.id)}">Keep it</button></div>'
        )
    else:
        remove = (
            f'<button type="button" class="remove" data-do="remove" data-id="{plain(article.id)}">Remove …</button>'
            '<button type="button" class="close" data-do="close">Close</button>'
        )
    return (
        f'<article class="open" tabindex="-1"><div class="by">{byline_html(article)}{section}</div>'
        f"<h2>{plain(article.title)}</h2>{authors_html(article)}"
        f'<div class="deeds">{link_html(article)}{remove}</div>{also_html(copies)}'
        f'<div class="body">{body}</div><p class="quiet">Read from {plain(_origin(article))}</p></article>'
    )


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
    most = max(n for _, n in bars)
    rows = "".join(
        f'<tr><th scope="row">{plain(name)}</th><td><span class="bar" style="width:{100 * n / most:.1f}%"></span></td>'
        f"<td>{n:,}</td></tr>"
        for name, n in bars
    )
    return f'<section class="counts"><h3>By outlet</h3><table>{rows}</table></section>{_days_html(articles)}'


def _days_html(articles: Sequence[Article]) -> str:
    days = sorted(d for a in articles if (d := day(a.published)))
    undated = len(articles) - len(days)
    left = f'<p class="quiet">{count(undated, "article")} without a date.</p>' if undated else ""
    if not days:
        return left
    name, periods = _periods(days)
    most = max(n for _, n in periods)
    bars = "".join(
        f'<i style="height:{max(100 * n / most, 2 if n else 0):.0f}%" title="{plain(f"{label}: {n:,}")}"></i>'
        for label, n in periods
    )
    read = "".join(f"<li>{plain(f'{label}: {n:,}')}</li>" for label, n in periods if n)
    top = max(periods, key=lambda period: period[1])
    told = f"{count(len(days), 'article')}, {day_text(days[0])} to {day_text(days[-1])}; most: {top[0]}, {top[1]:,}"
    return (
        f'<section class="counts"><h3>By {name}</h3><figure><div class="columns" aria-hidden="true">'
        f"{bars}</div><div class='ends'><span>{day_text(days[0])}</span><span>{day_text(days[-1])}</span></div>"
        f'<figcaption>{plain(told)}</figcaption></figure><ul class="sr">{read}</ul>{left}</section>'
    )


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
    # of many years the latest tell most; what is older stands together
    oldest = max(first.year, last.year - BARS + 1)
    years = Counter(max(d.year, oldest) for d in days)
    before = f"{first.year} to {oldest}" if first.year < oldest else str(oldest)
    return "year", [(before if year == oldest else str(year), years[year]) for year in range(oldest, last.year + 1)]


def health_html(result: CheckResult, *, mended: bool = False) -> str:
    """What a check of the index found."""
    size = f"{count(result.articles, 'article')}, {count(result.chunks, 'passage')}, {count(result.vectors, 'vector')}"
    if result.ok:
        return told_html(f"{'Mended' if mended else 'Sound'}: {size}.")
    problems = "".join(f"<li>{plain(problem)}</li>" for problem in result.problems)
    return f'<div class="warn" role="alert"><p>{plain(size)}. What is wrong:</p><ul>{problems}</ul></div>'
