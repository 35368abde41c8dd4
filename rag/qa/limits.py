"""Which sentences can answer a question at all, and what an answer becomes where newer reports of its matter exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.qa.answer.injection import addresses_the_model
from rag.qa.article_days import day_words
from rag.qa.asked import Question
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.objections.bound_days import bound_times, of_bound_times
from rag.qa.attribution.subjects import LIGHT, about_ids, asked_names, held
from rag.qa.comparison.two_things import NOT_BOTH, TwoThings, which_is_more
from rag.qa.conflicts.resolution import compared
from rag.qa.full_sense import answering, in_full, row_of
from rag.qa.live_entries import of_asked_time
from rag.qa.newest.growing import newest_count
from rag.qa.newest.holders import lifted, newest_holder
from rag.qa.newest.succession import dated_if_old
from rag.qa.question.counting import OVER_ARTICLES, counted_events, counts_them
from rag.qa.question.request import Time
from rag.qa.retrieval.retriever import Wanted
from rag.text.answer_type import fits
from rag.text.tokens import content, tokens
from rag.types import Evidence, Understood, day

_OWNS = re.compile(r"\b(?:owns?|owned|owners?)\b", re.I)
MIN_SHARE_BESIDE = 0.4
"""Share of the best sentence's score from which on another one of its article may take its place."""
MAX_BESIDE = 6
MAX_DAYS_BEFORE = 30
"""Days before those of reporting that a question names, within which an article may still speak of the same."""


def usable(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Without the sentences that speak to whatever model writes the answer, questions, and headers of tables."""
    harmless = [e for e in scored if not addresses_the_model(e.quote)]
    return named_rows(question, fullest_first(question, lifted(question, answering(question, harmless))))


def named_rows(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Without the rows of a table whose other row the question names: 'Harbour', asked about the Harbour district. The
    row that is named scores what the best of its table does."""
    asked = set(tokens(question))
    rows = {(e.article.id, e.start): row for e in scored if (row := row_of(e)) and row.header}
    if not rows:
        return tuple(scored)
    named = {key: row for key, row in rows.items() if (own := content(row.cells[0])) and set(own) <= asked}
    tables = {(key[0], row.header) for key, row in named.items()}
    kept = []
    for e in scored:
        key = (e.article.id, e.start)
        table = (key[0], rows[key].header) if key in rows else None
        if table not in tables:
            kept.append(e)
        elif key in named:
            best = max(x.score for x in scored if (x.article.id, x.start) in rows and x.article.id == key[0])
            kept.append(replace(e, score=best))
    return tuple(sorted(kept, key=lambda e: -e.score))


def fullest_first(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentences with another one of the best sentence's article first, where that holds all words of the question
    that the best one holds, names aside, and more: 'The hotel, owned by the Moss family, ...', asked who owns it."""
    if len(scored) < 2:
        return tuple(scored)
    best = scored[0]
    named = {t for run in asked_names(question) for t in run}
    asked = set(content(question)) - LIGHT - named | set(tokens(" ".join(_OWNS.findall(question))))

    def words_held(e: Evidence) -> set[str]:
        there = set(tokens(in_full(e)))
        return {t for t in asked if held(t, there)}

    own = words_held(best)
    for n, e in enumerate(scored[1:MAX_BESIDE], 1):
        if e.score < MIN_SHARE_BESIDE * best.score:
            break
        if e.article.id == best.article.id and words_held(e) > own and fits(question, e.quote) is not False:
            others = [x for i, x in enumerate(scored) if i not in (0, n)]
            return (replace(e, score=best.score), replace(best, score=e.score), *others)
    return tuple(scored)


def of_reported_days(understood: Understood, verdict: Verdict) -> Verdict:
    """The verdict without its claims where none of the reports that it cites can know of the days of reporting that the
    question names ('this week'): an article of long before tells of another event of the kind, however well it fits.

    Such sentences are not left out before a draft is made: what comes next to them is worse, and would answer then.
    """
    since = understood.since if understood.publication else None
    if since is None or not verdict.claims:
        return verdict
    days = [day(e.article.published) for e in verdict.claims[0].quotes]
    newest_cited = max((d for d in days if d), default=None)
    if newest_cited is None or None in days or newest_cited >= since - timedelta(MAX_DAYS_BEFORE):
        return verdict
    reason = f"the report that fits best is of {day_words(newest_cited)}, long before these days"
    return Verdict((), None, reason, withheld=verdict.short or verdict.withheld)


def answerable(question: str, asked: date, scored: Sequence[Evidence]) -> tuple[tuple[Evidence, ...], str | None]:
    """The sentences of the times that a question binds, which count what it wants counted; why none is left."""
    scored, missing = of_asked_time(question, asked, scored)
    if missing:
        return (), f"no report that was found is of “{missing}”"
    kept, missing = of_bound_times(question, asked, scored)
    if not missing and len(kept) < len(scored):
        [bound, *_] = bound_times(question, asked)
        about = about_ids(question.replace(bound.words, " "), list({e.article.id: e.article for e in scored}.values()))
        missing = None if not about or any(e.article.id in about for e in kept) else bound.words
    if missing:
        return (), f"no report that was found is of “{missing}”"
    nouns = counted_events(question)
    if nouns is None or not kept:
        return kept, None
    about = about_ids(question, list({e.article.id: e.article for e in kept}.values()))
    counting = tuple(e for e in kept if e.article.id in about and counts_them(nouns, e.quote))
    return counting, None if counting else OVER_ARTICLES


def decided(
    pair: TwoThings, scored: Sequence[Evidence], search: Callable[[str], Sequence[Evidence]]
) -> tuple[tuple[Evidence, ...], Verdict | None]:
    """Which of two things is more of what is asked; else the sentences that speak of both, which may say so."""
    verdict = which_is_more(pair, search)
    if verdict.claims:
        return tuple(e for claim in verdict.claims for e in claim.quotes), verdict
    words = [set(content(name)) for name in pair.names]
    both = tuple(e for e in scored if all(held(t, set(tokens(in_full(e)))) for own in words for t in own))
    return both, None if both else Verdict((), None, NOT_BOTH)


def newest(question: str, verdict: Verdict, scored: Sequence[Evidence], time: Time, asked: date) -> Verdict:
    """The verdict as later reports of the same leave it: another holder, a higher count, another value."""
    later = newest_holder(question, verdict, scored, time)
    if later is None and time != "first":
        later = newest_count(question, verdict, scored)
    if later is None:
        later = compared(question, verdict, scored, time)
    return dated_if_old(question, later, asked, time)


def where_to_look(question: Question) -> Wanted:
    """Where to look first: about the days of the question's words, else about the day on which it is asked.

    Days that are no time of reporting ('the 2022 World Cup') say nothing about when the answer was reported.
    """
    understood, asked = question.understood, question.asked
    near = (understood.since or date.min, understood.until or asked) if understood.publication else (asked, asked)
    if not understood.publication and (bound := bound_times(question.query, asked)):
        near = (min(asked, *(b.first for b in bound)), asked)  # it may have been told then, or at any time since
    return Wanted(near, understood.sources, understood.sections)
