"""What takes more than one fact, answered in its own form: sentences of the articles, each with its day and citation.

Nothing is written, so nothing can be wrong but the choice: a list has an item a line, a change is a short timeline,
a comparison has a sentence an outlet or a thing, a summary begins with the latest state, news are the newest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from rag.protocols import Embedder, Searchable
from rag.qa.answer.injection import addresses_the_model
from rag.qa.answer.overview import MAX_SHOWN, by_day
from rag.qa.article_days import day_words, ordinal
from rag.qa.asked import Question
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import as_told
from rag.qa.listing.items import MIN_ITEMS, going_on, question_of_list, ruled_items, thing_words
from rag.qa.listing.weighing import weighed_items
from rag.qa.requests.changes import (
    asks_for_course,
    has_value,
    is_told,
    rows_of_change,
    rows_of_summary,
    values_given,
)
from rag.qa.requests.comparisons import (
    apart,
    best_on,
    covered,
    first_telling,
    outlets_compared,
    over_time,
    question_compared,
    spelled_as,
    two_compared,
)
from rag.qa.requests.kinds import RequestKind
from rag.qa.retrieval.reranking import Ranked
from rag.qa.stories.events import tellings
from rag.qa.stories.timeline import DEFAULT_ROWS, Wish, articles_on, on_topic, story_timeline
from rag.text.answer_type import answer_type
from rag.text.entities import names
from rag.text.sanitize import shown_quote
from rag.text.sentences import passage
from rag.text.tokens import content
from rag.types import Article, Evidence, Filters, Hit, TimelineRow, day

MAX_FORM_SENTENCES = 7
"""Sentences of one form."""
MIN_SENTENCES_OF_SUMMARY = 2
MAX_SENTENCES_OF_ARTICLE = 5
WEIGHT_OF_PLACE, WEIGHT_OF_FIGURE = 0.02, 0.05
"""What a sentence near the beginning of an article, and one with a figure, counts beside its likeness to the whole."""
MAX_FIGURES = 3
"""Sentences, most of them with figures, that are told beside the events that bear most on a topic."""
MIN_NAMES_SHARED = 2
"""Full names that an article shares with those on a topic to be told among its news."""
LEAD_LENGTH = 300
"""Characters at the beginning of an article that say what it is about."""
MIN_OUTLETS = 2
"""Outlets that a request names to have their words compared, and not two things."""
MAX_WEIGHED_LINES = 10
"""Of a list whose items are weighed: ten that the request asks for may stand in as many sentences."""
MAX_NEWS = 5
"""Stories of the latest news."""
MIN_SHARE_OF_NEAREST = 0.5
"""Of the best score, what another sentence must have to be shown where no items could be named."""
MAX_SHARED_WITH_OTHER = 0.6
"""Share of its words that a sentence may have in common with another one."""
LEADS = {
    "list": "The articles name:",
    "change": "What changed, by day:",
    "comparison": "What the outlets say:",
    "summary": "Where it stands, then how it came about:",
    "latest": "The latest in the articles:",
}
"""The line before the sentences."""
LEAD_OF_ARTICLE = "In its own sentences:"
LEAD_OF_NEWS = "The news, the newest first:"
LIST_UNNAMED = "The articles say of it:"
"""The same, where no item could be named apart from its sentence."""
LEAD_OF_COURSE = "What happened, by day:"
LEAD_OF_TWO = "Side by side:"
NOTHING_ON = "Side by side (nothing was found on “{}”):"


_COPYRIGHT = re.compile(r"\(c\) |©|copyright\b", re.I)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a form is made with; ``rank`` gives the sentences that bear on a question, as the reranker reads them."""

    rank: Callable[[str], Ranked]
    embedder: Embedder
    store: Searchable


def formed(
    question: Question, about: str, hits: Sequence[Hit], quotes: Sequence[Evidence], reach: Reach
) -> Verdict | None:
    """The answer to a request about a topic; None where the articles do not give it that form.

    ``quotes`` are sentences on the topic, in the order of their days, as they are shown where there is no answer.
    """
    kind = question.request.kind
    claims, lead = _made(question, about, hits, quotes, reach)
    claims = [c for c in claims if not any(addresses_the_model(e.quote) for e in c.quotes)]
    if not claims:
        lead = LIST_UNNAMED if kind == "list" else LEADS[kind]
        on = {a.id for a in articles_on(about, hits, None)} if about else set()
        near = [e for e in quotes if e.article.id in on]
        near = near if len(near) >= MIN_SENTENCES_OF_SUMMARY else list(quotes)
        if kind == "list":
            near = unnamed(about, on, reach) or near
        claims = [_claim(_headed(e), e) for e in _ordered(kind, near)]
    if not claims:
        return None
    first = Claim(f"{lead}\n{claims[0].text}", claims[0].quotes)
    return Verdict((first, *claims[1:]), None)


def _made(
    question: Question, about: str, hits: Sequence[Hit], quotes: Sequence[Evidence], reach: Reach
) -> tuple[list[Claim], str]:
    """The sentences of a form, and the line before them."""
    kind, filters, query = question.request.kind, question.filters, question.query
    if kind == "list":
        return listed(about, reach, query), LEADS[kind]
    if kind == "change":
        if about and asks_for_course(query):
            return course_of(about, reach, filters), LEAD_OF_COURSE
        return (changed(about, reach, filters) if about else []), LEADS[kind]
    if kind == "comparison":
        if (matter := over_time(query, about)) and (claims := changed(matter, reach, filters)):
            return claims, LEADS["change"]
        if len(question.understood.sources) < MIN_OUTLETS and (pair := two_compared(query)):
            return two_side_by_side(pair, reach, apart(query)[1])
        return outlets_side_by_side(query, about, hits, reach)
    if kind == "summary" and (only := _one_article(quotes)):
        return summed_article(only, reach.embedder), LEAD_OF_ARTICLE
    if kind == "summary" and about:
        return summed_topic(about, hits, reach, filters), LEADS[kind]
    articles = _of_days(question, articles_about(about, hits, reach, filters)) if about else []
    articles = articles or list({h.article.id: h.article for h in hits}.values())
    of_days = question.understood.since or question.understood.until
    told = newest_on(articles, reach.embedder) if about else newest_stories(articles)
    return told, LEADS["latest"] if kind == "latest" and not of_days else LEAD_OF_NEWS


def listed(about: str, reach: Reach, query: str = "") -> list[Claim]:
    """The items that the articles name, each at the sentence that names it first; none where there is but one.

    The reader is asked for them in plain words, and as the request asks: 'Who are the four going up on Crew-10?'.
    """
    scored, least, calibrated = read_for_list(about, reach, query)
    if calibrated:
        found = weighed_items(query or about, about, scored, least, reach.embedder)[:MAX_WEIGHED_LINES]
    else:
        found = ruled_items(about, scored, least)[:MAX_FORM_SENTENCES]
    if sum(len(items) for _, items in found) < MIN_ITEMS:
        return []
    found.sort(key=lambda item: (ordinal(item[0].article), item[0].start))
    return [_claim(f"{_joined(items)}: {as_told(e)}", e) for e, items in found]


def read_for_list(about: str, reach: Reach, query: str = "") -> tuple[list[Evidence], float, bool]:
    """The sentences that may name items, best first, what one must score to be quoted, and whether the scores are a
    reranker's."""
    ranked = reach.rank(question_of_list(about))
    scored = going_on(_surest(ranked.sentences, reach.rank(query).sentences if query else ()))
    return scored, ranked.min_scores.quote, ranked.calibrated


def _surest(*readings: Sequence[Evidence]) -> list[Evidence]:
    """All sentences, each as the reading sees it that thinks most of it, best first."""
    best: dict[tuple[str, int], Evidence] = {}
    for e in chain.from_iterable(readings):
        known = best.setdefault((e.article.id, e.start), e)
        if e.score > known.score:
            best[e.article.id, e.start] = e
    return sorted(best.values(), key=lambda e: -e.score)


def unnamed(about: str, on: Collection[str], reach: Reach) -> list[Evidence]:
    """Of the articles on a topic the sentences that come nearest to a list, in the order of their days."""
    ranked = reach.rank(question_of_list(about))
    scored = [e for e in ranked.sentences if e.article.id in on and e.score >= ranked.min_scores.show]
    thing = thing_words(about)
    if len(named := [e for e in scored if thing and thing <= set(content(e.quote))]) >= MIN_SENTENCES_OF_SUMMARY:
        scored = [replace(e, score=named[0].score) for e in named]
    chosen: list[Evidence] = []
    for e in scored:
        bags = [set(content(c.quote)) for c in chosen]
        if e.score >= MIN_SHARE_OF_NEAREST * scored[0].score and _is_new(set(content(e.quote)), bags):
            chosen.append(e)
    return by_day(chosen[:MAX_SHOWN]) if len(chosen) >= MIN_SENTENCES_OF_SUMMARY else []


def outlets_side_by_side(query: str, about: str, hits: Sequence[Hit], reach: Reach) -> tuple[list[Claim], str]:
    """Each outlet's sentence on a matter; before them which of them surely differ."""
    asked = question_compared(query, about)
    ranked = reach.rank(asked)
    articles = articles_on(about, hits, None)
    if answer_type(asked) is None and len(began := covered(about, articles)) >= MIN_SENTENCES_OF_SUMMARY:
        return [_claim(_headed(e), e) for e in began], LEADS["comparison"]
    on = {a.id for a in articles}
    scored = [e for e in ranked.sentences if e.article.id in on] or list(ranked.sentences)
    return outlets_compared(asked, about, scored, ranked.min_scores.show, _headed), LEADS["comparison"]


def two_side_by_side(pair: tuple[str, str], reach: Reach, what: str = "") -> tuple[list[Claim], str]:
    """A sentence on each of two things, or ``what`` is asked of both; the same where one sentence says it of both."""
    found = [(thing, _on_one(thing, what, reach)) for thing in pair]
    held = [(thing, e) for thing, e in found if e is not None]
    if not held:
        return [], LEAD_OF_TWO
    missing = [thing for thing, e in found if e is None]
    lead = NOTHING_ON.format(missing[0]) if missing else LEAD_OF_TWO
    if len(held) > 1 and (held[0][1].article.id, held[0][1].start) == (held[1][1].article.id, held[1][1].start):
        return [_claim(f"{held[0][0]} and {held[1][0]}: {_headed(held[0][1])}", held[0][1])], lead
    spelled = [(spelled_as(thing, f"{e.quote} {e.article.title}"), e) for thing, e in held]
    return [_claim(f"{thing[:1].upper()}{thing[1:]}: {_headed(e)}", e) for thing, e in spelled], lead


def _on_one(thing: str, what: str, reach: Reach) -> Evidence | None:
    """The sentence on one of two things that says ``what`` is asked, if one does; else the one that stands for it."""
    if what:
        asked, owned = re.subn(r"\b(?:their|its|the two['’]s?)\b", f"{thing}'s", what, count=1)
        scored = reach.rank(f"{asked[:1].upper()}{asked[1:]}{'' if owned else f' of {thing}'}?").sentences
        held = [e for e in scored if set(content(thing)) <= set(content(f"{e.article.title} {e.quote}"))]
        told = [e for e in held if set(content(thing)) & set(content(_with_its_subject(e)))] or held
        if told:
            return told[0]
    return best_on(thing, reach.rank(f"What about the {thing}?").sentences)


def _with_its_subject(e: Evidence) -> str:
    """A sentence, after the one before it where it begins with 'his' or 'she'."""
    return passage(e) if re.match(r"(?:He|She|They|It|His|Her|Their|Its)\b", e.quote) else e.quote


def articles_about(about: str, hits: Sequence[Hit], reach: Reach, filters: Filters) -> list[Article]:
    """The articles on a topic, and others with its words that share their people and places."""
    on = on_topic(about, None, reach.embedder, reach.store, filters)[0]
    ids, words = {a.id for a in on}, set(content(about))
    known = {name for a in on for name in _full_names(a)}
    others = {h.article.id: h.article for h in hits if h.article.id not in ids}.values()
    also = [
        a
        for a in others
        if words <= set(content(f"{a.title} {a.body[:LEAD_LENGTH]}"))
        or (words <= set(content(a.body)) and len(known & _full_names(a)) >= MIN_NAMES_SHARED)
    ]
    return [*on, *also]


def _full_names(article: Article) -> set[str]:
    return {name for name in names(article.body) if " " in name and name != article.source}


def newest_stories(articles: Sequence[Article]) -> list[Claim]:
    """How the newest articles begin, one a story, the newest first."""
    ordered = sorted(articles, key=lambda a: (-ordinal(a), a.id))
    stories = {a.story or a.id: a for a in reversed(ordered)}.values()
    newest = sorted(stories, key=lambda a: (-ordinal(a), a.id))
    return [_claim(_headed(e), e) for a in newest if (e := lead_of(a))][:MAX_NEWS]


def newest_on(articles: Sequence[Article], embedder: Embedder) -> list[Claim]:
    """:func:`newest_stories` on a topic, with more sentences of the newest article as far as there is room."""
    stories = newest_stories(articles)
    if not stories:
        return []
    newest = stories[0].quotes[0]
    more = [e for claim in summed_article(newest.article, embedder) for e in claim.quotes if e.start != newest.start]
    room = MAX_FORM_SENTENCES - len(stories)
    return [stories[0], *(_claim(_headed(e), e) for e in more[:room]), *stories[1:]]


def lead_of(article: Article) -> Evidence | None:
    """The first sentence that tells something: news begin with what is new."""
    told = first_telling(article)
    return Evidence(article, told.start, told.end, told.quote, 1.0) if told else None


def changed(about: str, reach: Reach, filters: Filters) -> list[Claim]:
    """A short timeline of what bears on the change; what was replaced says when."""
    wish = Wish(topic=about)
    rows = story_timeline(wish, reach.embedder, reach.store, filters=filters, limit=DEFAULT_ROWS).rows
    kept = rows_of_change(about, rows)[:MAX_FORM_SENTENCES]
    told = [(row.first or day(row.article.published) or date.max, _row_text(row, rows), _evidence(row)) for row in kept]
    told += [
        (day(e.article.published) or date.max, _headed(e), e)
        for e in values_given(about, reach.rank(f"What is the {about}?").sentences, [row.quote for row in kept])
    ]
    told.sort(key=lambda entry: entry[0])
    return [_claim(text, e) for _, text, e in told] if len(told) >= MIN_SENTENCES_OF_SUMMARY else []


def course_of(about: str, reach: Reach, filters: Filters) -> list[Claim]:
    """A short timeline."""
    wish = Wish(topic=about)
    rows = story_timeline(wish, reach.embedder, reach.store, filters=filters, limit=MAX_FORM_SENTENCES).rows
    newest = max((d for row in rows if (d := day(row.article.published))), default=None)
    kept = [row for row in rows if is_told(row, newest)]
    return [_claim(_row_text(row, rows), _evidence(row)) for row in kept] if len(kept) > 1 else []


def summed_topic(about: str, hits: Sequence[Hit], reach: Reach, filters: Filters) -> list[Claim]:
    """How the newest article on a topic begins, then the events that bear most on it, in their order, none twice."""
    wish = Wish(topic=about)
    found = story_timeline(wish, reach.embedder, reach.store, filters=filters, limit=MAX_FORM_SENTENCES)
    rows = [row for row in found.rows if row.replaced_by is None]
    articles = {row.article.id: row.article for row in rows}
    for a in articles_about(about, hits, reach, filters):
        articles.setdefault(a.id, a)
    newest = max(articles.values(), key=ordinal, default=None)
    latest = lead_of(newest) if newest else None
    if newest is None or latest is None:
        return []
    bags = [set(content(latest.quote))]
    kept: list[tuple[date, str, Evidence]] = []

    def keep(when: date | None, text: str, e: Evidence, most: int) -> None:
        bag = set(content(e.quote))
        if len(kept) < most and _is_new(bag, bags):
            bags.append(bag)
            kept.append((when or date.max, text, e))

    for row in [row for row in rows if is_told(row, day(newest.published))]:
        keep(
            row.first or day(row.article.published), _row_text(row, found.rows), _evidence(row), MAX_FORM_SENTENCES - 1
        )
    most = min(len(kept) + MAX_FIGURES, MAX_FORM_SENTENCES - 1)
    if len(kept) < most:
        more = story_timeline(wish, reach.embedder, reach.store, filters=filters, limit=DEFAULT_ROWS).rows
        told = [row for row in more if row.replaced_by is None and is_told(row, day(newest.published))]
        for row in rows_of_summary(about, told):
            keep(row.first or day(row.article.published), _row_text(row, more), _evidence(row), most - 1)
        for e in figures_of(reach.rank(f"What are the key figures of the {about}?"), articles):
            keep(day(e.article.published), _headed(e), e, most)
    kept.sort(key=lambda entry: entry[0])
    chosen = [_claim(_headed(latest), latest), *(_claim(text, e) for _, text, e in kept)]
    return chosen if len(chosen) >= MIN_SENTENCES_OF_SUMMARY else []


def figures_of(ranked: Ranked, articles: Collection[str]) -> list[Evidence]:
    """The sentences of the articles on a topic that bear most on it and give a sum, a share or a count."""
    return [
        e
        for e in ranked.sentences
        if e.article.id in articles and e.score >= ranked.min_scores.show and has_value(e.quote)
        and e.quote[:1] not in "\"“'‘"
    ]  # fmt: skip


def summed_article(article: Article, embedder: Embedder) -> list[Claim]:
    """The first sentence of an article and those nearest to the whole of it, none twice, in its order."""
    told = [t for t in tellings(article) if t.quote[:1] not in "\"“'‘" and not _COPYRIGHT.match(t.quote)]
    if len(told) < MIN_SENTENCES_OF_SUMMARY:
        return []
    vectors = embedder.embed([t.quote for t in told])
    whole = vectors.mean(axis=0)

    def bearing(i: int) -> float:
        near = float(vectors[i] @ whole)
        return near + WEIGHT_OF_PLACE * (told[i].place < 5) + WEIGHT_OF_FIGURE * has_value(told[i].quote)

    scored = sorted(range(1, len(told)), key=lambda i: -bearing(i))
    chosen, bags = [0], [set(content(told[0].quote))]
    for i in scored:
        bag = set(content(told[i].quote))
        if len(chosen) < MAX_SENTENCES_OF_ARTICLE and _is_new(bag, bags):
            chosen.append(i)
            bags.append(bag)
    sentences = [Evidence(article, told[i].start, told[i].end, told[i].quote, 1.0) for i in sorted(chosen)]
    return [_claim(f"“{shown_quote(e.quote)}”", e) for e in sentences]


def _is_new(bag: set[str], bags: Sequence[set[str]]) -> bool:
    """Whether a sentence says something else than those before it, by their words."""
    return all(len(bag & other) <= MAX_SHARED_WITH_OTHER * max(min(len(bag), len(other)), 1) for other in bags)


def _of_days(question: Question, articles: Sequence[Article]) -> list[Article]:
    """Those of the outlets and of the days of reporting that a question names."""
    outlets = question.understood.sources
    return [a for a in articles if (not outlets or a.source in outlets) and question.reported_then(a)]


def _joined(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


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
