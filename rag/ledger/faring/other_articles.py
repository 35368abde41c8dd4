"""What other articles say of the matter of an answer: the same, another value of later, or another outlet's.

A false alarm is worse than a miss: what may be about another place, another time or another measure counts as nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from rag.ledger.book import Bearing, Fares
from rag.ledger.faring.facts import claim_of
from rag.ledger.faring.read_again import MIN_NEAR, MIN_PASSAGE, bears_enough, marked, names_asked
from rag.protocols import Reranker
from rag.qa.article_days import later
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.objections.endings import over
from rag.qa.attribution.subjects import asked_names
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.facets import corrects
from rag.qa.conflicts.frame import Frame
from rag.qa.conflicts.values import MAX_GAP, value_change
from rag.qa.newest.growing import newest_count
from rag.qa.newest.holders import newest_holder
from rag.qa.question.request import request
from rag.text.quantities import agree, quantities
from rag.text.sentences import sentence_spans
from rag.text.tokens import among, content, tokens
from rag.types import Article, Evidence, KeptAnswer, SaidNow, day

MIN_SHARE_OF_NAMES = 0.5
"""Of the names in a question: what an article must have to be looked at, where it is a correction; else all."""


MAX_READ_FOR = 24
"""Answers for which the reranker reads one article: each takes some 40 ms."""


@dataclass
class ReadArticle:
    """An article, with what is made of it once for all answers; ``left`` counts the answers that it may still be read
    for by the reranker."""

    article: Article
    left: int = MAX_READ_FOR

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(tokens(f"{self.article.title} {self.article.body}"))

    @cached_property
    def sentences(self) -> tuple[Evidence, ...]:
        a = self.article
        return tuple(Evidence(a, s, e, a.body[s:e], 1.0) for s, e in sentence_spans(a.body, a.language))


def bearing(
    answer: KeptAnswer, cited: Sequence[Evidence], other: ReadArticle, reader: Reranker | None
) -> Bearing | None:
    """What an article that is none of those cited says of the matter of an answer; None where that is nothing sure.

    ``cited`` are the quotes in the versions that were cited, their articles with bodies.
    """
    article, question = other.article, answer.understood
    published = day(article.published)
    of_story = any(article.id == e.article.id or (article.story and article.story == e.article.story) for e in cited)
    if of_story or published is None or not cited or not _names_it(question, other):
        return None
    time = request(question).time
    if time == "first":
        return None
    chosen = _giving(answer, cited)
    for e, claim in chosen:
        change = value_change(question, claim, answer.value, e, other.sentences)
        if change is None or change.kind == "older" or _same_value(answer.value, change.other_value):
            continue
        if _is_near(question, change.other, reader, sure=change.sure):
            return Bearing(article.id, published, change.kind, _said(change.other_value, change.other))
    for e, claim in chosen:
        frame = Frame(question, claim, answer.value, e)
        if (frame.value or frame.name) and (
            same := next((s for s in other.sentences if frame.compare(s) == "agrees"), None)
        ):
            return Bearing(article.id, published, "agrees", _said(answer.value, same))
    if (
        reader
        and chosen
        and answer.value
        and other.left
        and (found := _read(answer, answer.value, chosen[0][0], other, reader))
    ):
        return found
    if all(later(article, e.article) for e in cited) and (newer := _follows(answer, cited[0], other, reader)):
        return Bearing(article.id, published, "newer", newer)
    return None


def _giving(answer: KeptAnswer, cited: Sequence[Evidence]) -> list[tuple[Evidence, str]]:
    """The quotes that give the value of an answer, each with what the answer says by it; without one the first quote.

    Others give what was said before, or elsewhere: 'Earlier reports gave 12'.
    """
    numbers = {(c.article.id, c.start): c.n for c in answer.citations}
    claimed = [(e, claim_of(answer.text, numbers[e.article.id, e.start])) for e in cited]
    giving = [(e, claim) for e, claim in claimed if answer.value and _gives(answer.value, e.quote)]
    return giving or claimed[:1]


def _gives(value: str, quote: str) -> bool:
    wanted = [q for q in quantities(value) if q.kind != "ordinal"]
    if wanted:
        shown = quantities(quote)
        return all(any(agree(q, s) for s in shown) for q in wanted)
    there = set(tokens(quote))
    return all(among(t, there) for t in content(value))


def _same_value(value: str | None, other: str) -> bool:
    return bool(value) and (_gives(value or "", other) or _gives(other, value or ""))


def others_fares(answer: KeptAnswer, cited: Sequence[Evidence], found: Sequence[Bearing]) -> Fares:
    """How an answer fares by what other articles say. The newest counts: one that says what the answer says takes back
    what an earlier one said."""
    days = [d for e in cited if (d := day(e.article.published))]
    support = max([*days, *(b.day for b in found if b.relation == "agrees")], default=date.min)
    newer = [b for b in found if b.relation == "newer" and b.day >= support]
    if newer:
        last = max(newer, key=lambda b: (b.day, b.article_id))
        return Fares("superseded", last.day, last.said)
    differ = [b for b in found if b.relation == "outlets" and b.day + timedelta(days=1) >= support]
    if differ:
        first = min(differ, key=lambda b: (b.day, b.article_id))
        return Fares("contested", first.day, first.said)
    return Fares()


def _names_it(question: str, other: ReadArticle) -> bool:
    """Whether an article has what the question names."""
    wanted = [t for run in asked_names(question) for t in run]
    least = MIN_SHARE_OF_NAMES if corrects(other.article.title) else 1.0
    return sum(among(t, other.words) for t in wanted) >= least * len(wanted)


def _follows(answer: KeptAnswer, cited: Evidence, other: ReadArticle, reader: Reranker | None) -> SaidNow | None:
    """A count that has grown, a successor in an office, or the end of what was answered."""
    question, sentences = answer.understood, [cited, *other.sentences]
    verdict = Verdict((Claim(answer.text, (cited,)),), answer.value)
    time = request(question).time
    for newer in (newest_count(question, verdict, sentences), newest_holder(question, verdict, sentences, time)):
        if newer and newer.claims and (item := newer.claims[0].quotes[-1]).article.id == other.article.id:
            return _said(newer.short, item)
    for item in other.sentences:
        if over(question, answer.text, item.quote, time) and _is_near(question, item, reader, sure=False):
            return _said(None, item)
    return None


def _is_near(question: str, item: Evidence, reader: Reranker | None, *, sure: bool) -> bool:
    """Whether a sentence bears on the question, as the reranker finds; without one only what is ``sure`` does."""
    if reader is None:
        return sure
    if sure:
        return bears_enough(question, item, reader, MIN_NEAR)
    return names_asked(question, item) and bears_enough(question, item, reader, MIN_PASSAGE)


def _read(answer: KeptAnswer, value: str, cited: Evidence, other: ReadArticle, reader: Reranker) -> Bearing | None:
    """What the reranker marks in a later article as the answer, or in another outlet's of about the same time."""
    ours, theirs = day(cited.article.published), day(other.article.published)
    if ours is None or theirs is None or (theirs - ours).days > MAX_GAP or theirs < ours:
        return None
    other.left -= 1
    found = marked(answer.understood, value, cited, other.sentences, reader)
    if found is None:
        return None
    same_outlet = other.article.source == cited.article.source
    relation: Literal["agrees", "newer", "outlets"]
    if found.same:
        relation = "agrees"
    elif (theirs - ours).days > 1 or (same_outlet and later(other.article, cited.article)):
        relation = "newer"
    elif not same_outlet:
        relation = "outlets"
    else:
        return None
    return Bearing(other.article.id, theirs, relation, _said(found.value, found.evidence))


def _said(value: str | None, e: Evidence) -> SaidNow:
    a = e.article
    return SaidNow(value, e.quote, a.id, a.source, day(a.published), e.start, e.end)


def cited_evidence(
    answer: KeptAnswer, versions: Sequence[Article | None], stories: Sequence[str | None]
) -> list[Evidence]:
    """The quotes in the versions that were cited, as far as these are known."""
    return [
        Evidence(replace(old, story=story), c.start, c.end, c.quote, 1.0)
        for c, old, story in zip(answer.citations, versions, stories, strict=True)
        if old is not None and old.body.startswith(c.quote, c.start)
    ]
