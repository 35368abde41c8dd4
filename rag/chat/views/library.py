"""The library: what the index holds, as HTML in which every outside word is plain text. Pure: values in, strings."""

from __future__ import annotations

import json
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
    return (
        f'<ul class="pile" tabindex="-1">{rows}</ul><div class="pager"><span>{told}</span>{steps if last else ""}</div>'
    )


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


STYLE = """
#pile { max-width: 1500px; margin: 0 auto; width: 100%; padding: 24px 32px 40px; display: grid !important;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr); gap: 24px 40px !important; align-items: start; }
#pile > * { min-width: 0 !important; }
#pile .html-container { padding: 0; }
#pile h2, #pile h3 { color: var(--ink); }
#pile-search, #pile-address { align-items: end; gap: 8px; flex-wrap: nowrap; }
#pile button { min-width: 0; }
#pile .form { gap: 10px; }
#pile #add-address { min-width: 76px !important; height: 42px; padding: 0 18px; border-radius: 9px; font-size: 15px; }
#pile .row:has(> button) { justify-content: flex-start; gap: 10px; }
#pile .row > button.sm { flex: none; width: auto; padding: 7px 16px; }
#pile .file-preview { display: none; }
#pile :is(.block, .form) { background: transparent; border: 0; box-shadow: none; padding: 0;
  overflow: visible !important; }
#pile #drop { border: 1px dashed var(--line); border-radius: 12px; background: var(--card); padding: 26px 8px 8px; }
#pile :is(input, .wrap-inner) { background: var(--card); border: 1px solid var(--line); border-radius: 9px; }
#pile .wrap-inner input { border: 0; }
#pile {
h3 { font: 600 14px/1.4 system-ui, sans-serif; margin: 0 0 8px; }
ul { list-style: none; margin: 0; padding: 0; }
.quiet { color: var(--soft); font-size: 14.5px; line-height: 1.5; margin: 6px 0 0; }
.warn { color: var(--warn); font-size: 14.5px; line-height: 1.5; margin: 6px 0 0; }
.warn ul { padding-left: 18px; list-style: disc; }
.adding { display: flex; gap: 10px; align-items: center; color: var(--soft); font-size: 14px; }
progress { accent-color: var(--accent); width: 160px; }
.outcome { background: var(--lift); border-radius: 12px; padding: 12px 16px; }
.outcome + .outcome { margin-top: 10px; }
.guide li { margin: 0 0 10px; color: var(--soft); font-size: 14.5px; line-height: 1.55; }
.guide :is(b, code) { color: var(--ink); font-weight: 600; }
.report li { display: flex; gap: 12px; padding: 5px 0; margin: 0; font-size: 14px; line-height: 1.45;
  color: var(--ink); }
.report i { flex: none; width: 92px; font-style: normal; color: var(--soft); }
.report .failed i { color: var(--warn); font-weight: 600; }
.report div { min-width: 0; overflow-wrap: anywhere; }
.report b { font-weight: 600; }
.report .from, .report .why { color: var(--soft); }
.report .why { display: block; }
.pile li { margin: 0; border-top: 1px solid var(--line); }
.pile li:first-child { border-top: 0; }
.pile button { all: unset; box-sizing: border-box; cursor: pointer; display: block; width: 100%; padding: 9px 10px;
  border-radius: 8px; }
.pile button:hover, .pile .here button { background: var(--lift); }
.pile .title { display: block; font: 600 15.5px/1.35 var(--serif); color: var(--ink); overflow-wrap: anywhere; }
.pager { display: flex; gap: 10px; align-items: center; padding: 10px 0; color: var(--soft); font-size: 14px; }
.pager span { flex: 1; }
.pager button, .sure button, .remove, .close { all: unset; cursor: pointer; padding: 5px 12px; border-radius: 8px;
  color: var(--accent); font-size: 14px; }
.pager button[disabled] { color: var(--soft); opacity: .5; cursor: default; }
:is(.pile, .pager, .sure, .deeds) button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.open { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 18px 22px;
  outline: none; }
.open h2 { font: 600 22px/1.3 var(--serif); margin: 6px 0 8px; overflow-wrap: anywhere; }
.open .body { white-space: pre-line; overflow-wrap: anywhere; font: 400 16px/1.65 var(--serif); color: var(--ink);
  margin: 12px 0; }
.open .section { color: var(--soft); }
.remove { color: var(--warn); padding: 4px 0; }
.close { padding: 4px 0; margin-left: auto; }
.sure { background: var(--lift); border-radius: 10px; padding: 10px 14px; }
.sure p { margin: 0 0 6px; color: var(--ink); }
.sure button[data-do=removed] { color: var(--warn); font-weight: 600; }
.counts { margin: 0 0 22px; }
.counts table { width: 100%; border-collapse: collapse; font-size: 13.5px; color: var(--ink); table-layout: fixed; }
.counts th { text-align: left; font-weight: 450; width: 38%; padding: 3px 10px 3px 0; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; border: 0; }
.counts td { padding: 3px 0; border: 0; }
.counts td:last-child { width: 64px; text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: block; height: 12px; border-radius: 3px; background: var(--accent); min-width: 2px; }
figure { margin: 0; }
.columns { display: flex; align-items: flex-end; gap: 2px; height: 96px; border-bottom: 1px solid var(--line); }
.columns i { flex: 1; background: var(--accent); border-radius: 2px 2px 0 0; min-width: 1px; }
.ends { display: flex; justify-content: space-between; color: var(--soft); font-size: 12.5px; padding: 3px 0; }
figcaption { color: var(--soft); font-size: 13px; }
}
.elsewhere { color: var(--ink); font: 500 14px/1.4 system-ui, sans-serif; text-decoration: none; padding: 5px 10px;
  border-radius: 8px; white-space: nowrap; }
.elsewhere:hover { background: var(--lift); }
@media (max-width: 860px) {
  #pile { grid-template-columns: minmax(0, 1fr); padding: 16px 16px 32px; }
}
"""

SCRIPT = """
let turned = false;
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do]');
  if (!button) return;
  turned = button.dataset.do === 'page';
  trigger('click', {what: button.dataset.do, id: button.dataset.id});
});
watch('value', () => {  // a keyboard goes on where the eye does
  const to = element.querySelector('.sure button') ?? element.querySelector('.open') ??
    (turned ? element.querySelector('.pile') : null);
  turned = false;
  if (to) { to.focus({preventScroll: true}); to.scrollIntoView({block: 'nearest'}); }
});
"""


def drop_script(kinds: Sequence[str], largest: int) -> str:
    """The script that sorts out what is dropped or chosen before any of it is sent: files of ``kinds`` of at most
    ``largest`` bytes, also those in folders, go on to Gradio; the others are named to the server."""
    return (
        _DROP.replace("KINDS", json.dumps(list(kinds))).replace("LARGEST", str(largest)).replace("MOST", str(AT_ONCE))
    )


_DROP = """
const kinds = KINDS, sorted = new WeakSet();

async function within(entry) {  // the files of a folder, hidden ones left out
  if (entry.name.startsWith('.')) return [];
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader(), found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...await within(one));
  }
}

function sort(given) {
  const taken = new DataTransfer(), refused = [];
  for (const {file, why} of given) {
    const name = file.name.toLowerCase();
    const wrong = why ?? (!kinds.some((kind) => name.endsWith(kind)) ? 'kind' : file.size > LARGEST ? 'large' :
      taken.files.length >= MOST ? 'many' : null);
    if (wrong) refused.push({name: file.name, why: wrong});
    else taken.items.add(file);
  }
  if (refused.length) trigger('select', {refused});
  return taken;
}

document.addEventListener('drop', async (event) => {
  const place = event.target;
  if (!place.closest?.('#drop') || sorted.has(event)) return;
  event.preventDefault(); event.stopImmediatePropagation();
  const given = [];
  const entries = [...event.dataTransfer.items].map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
  for (const [entry, file] of entries) {
    try {
      if (!entry?.isDirectory) { if (file) given.push({file}); continue; }
      const kept = (await within(entry)).filter((one) => kinds.some((kind) => one.name.toLowerCase().endsWith(kind)));
      given.push(...kept.map((one) => ({file: one})));
    } catch { given.push({file: file ?? entry, why: 'folder'}); }
  }
  const again = new DragEvent('drop', {dataTransfer: sort(given), bubbles: true, cancelable: true});
  sorted.add(again);
  place.dispatchEvent(again);
}, true);

document.addEventListener('change', (event) => {
  const input = event.target;
  if (input.type !== 'file' || !input.closest('#drop')) return;
  const taken = sort([...input.files].map((file) => ({file})));
  if (taken.files.length !== input.files.length) input.files = taken.files;
  if (!taken.files.length) event.stopImmediatePropagation();
}, true);
"""
