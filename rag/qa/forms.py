"""What takes more than one fact, answered in its own form: sentences of the articles, each with its day and citation.

Nothing is written, so nothing can be wrong but the choice: a list has an item a sentence, a change is a short timeline,
a comparison has a sentence an outlet, a summary begins with the latest state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from rag.protocols import Embedder, Searchable
from rag.qa.article_days import day_words, ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import as_told
from rag.qa.requests.kinds import RequestKind
from rag.qa.stories.events import tellings
from rag.qa.stories.timeline import Wish, story_timeline
from rag.text.sanitize import shown_quote
from rag.text.tokens import content
from rag.types import Article, Evidence, Filters, TimelineRow, day

MAX_FORM_SENTENCES = 7
"""Sentences of one form."""
MIN_SENTENCES_OF_SUMMARY = 2
MAX_SENTENCES_OF_ARTICLE = 5
MIN_ITEM = 0.4
"""What a sentence must score (0..1) for the words that the reader takes in it to be named as an item."""
MAX_SHARED_WITH_OTHER = 0.6
"""Share of its words that an item may have in common with another one."""
LEADS = {
    "list": "The articles name:",
    "change": "What changed, by day:",
    "comparison": "What the outlets say:",
    "summary": "In short, the latest first:",
    "latest": "The latest in the articles:",
}
"""The line before the sentences."""
LEAD_OF_ARTICLE = "In its own sentences:"
LIST_UNNAMED = "The articles say of it:"
"""The same, where no item could be named apart from its sentence."""

Rank = Callable[[str], Sequence[Evidence]]
"""The sentences that bear on a question, best first, as the reranker reads them."""


def formed(
    kind: RequestKind,
    about: str,
    quotes: Sequence[Evidence],
    rank: Rank,
    embedder: Embedder,
    store: Searchable,
    filters: Filters,
) -> Verdict | None:
    """The answer to a request of a kind about a topic; None where the articles do not give it that form.

    ``quotes`` are sentences on the topic, in the order of their days, as they are shown where there is no answer.
    """
    claims: list[Claim] = []
    only = _one_article(quotes)
    if kind == "list":
        claims = listed(about, rank)
    elif kind == "change" and about:
        claims = changed(about, embedder, store, filters)
    elif kind == "summary":
        claims = summed_article(only, embedder) if only else summed_topic(about, embedder, store, filters)
    lead = LEADS[kind] if claims or kind != "list" else LIST_UNNAMED
    if kind == "summary" and only:
        lead = LEAD_OF_ARTICLE
    claims = claims or [_claim(_headed(e), e) for e in _ordered(kind, quotes)]
    if not claims:
        return None
    first = Claim(f"{lead}\n{claims[0].text}", claims[0].quotes)
    return Verdict((first, *claims[1:]), None)


def listed(about: str, rank: Rank) -> list[Claim]:
    """An item a story: the words that the reader takes for one, and their sentence."""
    scored = rank(f"Which {about}?")
    taken: list[set[str]] = []
    items: list[tuple[Evidence, str]] = []
    asked = set(content(about))
    for e in scored:
        words = e.article.body[e.span[0] : e.span[1]].strip(" ,.;:") if e.span else ""
        bag = set(content(words)) - asked
        if e.score < MIN_ITEM or not bag or any(bag & other for other in taken):
            continue
        taken.append(bag)
        items.append((e, words))
    if len(items) < 2:
        return []
    items = sorted(items[:MAX_FORM_SENTENCES], key=lambda item: (ordinal(item[0].article), item[0].start))
    return [_claim(f"{words}: {as_told(e)}", e) for e, words in items]


def changed(about: str, embedder: Embedder, store: Searchable, filters: Filters) -> list[Claim]:
    """A short timeline; what was replaced says when."""
    found = story_timeline(Wish(topic=about), embedder, store, filters=filters, limit=MAX_FORM_SENTENCES)
    rows = found.rows
    if len(rows) < MIN_SENTENCES_OF_SUMMARY:
        return []
    return [_claim(_row_text(row, rows), _evidence(row)) for row in rows]


def summed_topic(about: str, embedder: Embedder, store: Searchable, filters: Filters) -> list[Claim]:
    """The sentences of a story that bear most on it: the latest state, then how it came about."""
    found = story_timeline(Wish(topic=about), embedder, store, filters=filters, limit=MAX_FORM_SENTENCES - 1)
    rows = [row for row in found.rows if row.replaced_by is None]
    if len(rows) < MIN_SENTENCES_OF_SUMMARY:
        return []
    latest = max(rows, key=lambda row: (ordinal(row.article), -row.start))
    ordered = [latest, *(row for row in rows if row is not latest)]
    return [_claim(_row_text(row, found.rows), _evidence(row)) for row in ordered]


def summed_article(article: Article, embedder: Embedder) -> list[Claim]:
    """The first sentence of an article and those nearest to the whole of it, none twice, in its order."""
    told = [t for t in tellings(article) if t.quote[:1] not in "\"“'‘"]
    if len(told) < MIN_SENTENCES_OF_SUMMARY:
        return []
    vectors = embedder.embed([t.quote for t in told])
    whole = vectors.mean(axis=0)
    scored = sorted(range(1, len(told)), key=lambda i: -float(vectors[i] @ whole) - 0.02 * (told[i].place < 5))
    chosen, bags = [0], [set(content(told[0].quote))]
    for i in scored:
        bag = set(content(told[i].quote))
        if len(chosen) < MAX_SENTENCES_OF_ARTICLE and all(
            len(bag & other) <= MAX_SHARED_WITH_OTHER * max(min(len(bag), len(other)), 1) for other in bags
        ):
            chosen.append(i)
            bags.append(bag)
    sentences = [Evidence(article, told[i].start, told[i].end, told[i].quote, 1.0) for i in sorted(chosen)]
    return [_claim(f"“{shown_quote(e.quote)}”", e) for e in sentences]


def _one_article(quotes: Sequence[Evidence]) -> Article | None:
    """The only article that all sentences are of."""
    articles = {e.article.id: e.article for e in quotes}
    return next(iter(articles.values())) if len(articles) == 1 else None


def _ordered(kind: RequestKind, quotes: Sequence[Evidence]) -> Sequence[Evidence]:
    newest_first = sorted(quotes, key=lambda e: -ordinal(e.article))
    return newest_first if kind in ("latest", "summary") else quotes


def _headed(e: Evidence) -> str:
    published = day(e.article.published)
    where = ", ".join(filter(None, (day_words(published) if published else "", e.article.source)))
    return f"{where}: {as_told(e)}" if where else as_told(e)


def _row_text(row: TimelineRow, rows: Sequence[TimelineRow]) -> str:
    when = _when(row.first, row.last)
    after = rows[row.replaced_by] if row.replaced_by is not None else None
    fell = day(after.article.published) if after else None
    mark = f" (replaced on {day_words(fell)})" if fell else " (planned)" if row.planned else ""
    where = ", ".join(filter(None, (when, row.article.source)))
    return f"{where}{mark}: “{shown_quote(row.quote)}”"


def _when(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return day_words(first)
    same_month = (first.year, first.month, first.day) == (last.year, last.month, 1)
    return f"{first:%B %Y}" if same_month or first.month == last.month else f"{day_words(first)} to {day_words(last)}"


def _evidence(row: TimelineRow) -> Evidence:
    return Evidence(row.article, row.start, row.end, row.quote, 1.0)


def _claim(text: str, e: Evidence) -> Claim:
    return Claim(f"- {text}", (e,))
