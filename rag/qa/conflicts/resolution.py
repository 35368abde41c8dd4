"""What an answer becomes where other reports of the same matter say more: another value, a later state, an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.qa.article_days import day_words, ordinal
from rag.qa.attribution.claims import Verdict, quoted
from rag.qa.attribution.objections.endings import over
from rag.qa.attribution.objections.former_values import tells_first
from rag.qa.attribution.subjects import asked_names
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.later_reports import Reports, reports
from rag.qa.conflicts.values import value_change
from rag.qa.full_sense import as_told, in_full, question_before
from rag.qa.question.request import Time
from rag.text.answer_type import YES_NO, answer_type
from rag.text.quantities import agree, quantities
from rag.text.sanitize import shown_quote
from rag.text.sentences import passage
from rag.text.timex.names import WEEKDAYS
from rag.text.tokens import among, content, tokens
from rag.types import Evidence, day

MIN_SHARE_OF_CITED = 0.6
"""Of the score of the quote that a first draft cites, which a report of the same matter has at least."""

MIN_SHARE_FOR_YES = 0.6
"""Of the score of the sentence that bears most on a question for yes or no: what a later one must have to take its
place, where it does not name all that is asked about."""

MAX_COMPARED = 60
"""Sentences, best first, among which another value for what was answered is looked for."""

UNLIKELY = Verdict((), None, "the quotes that come closest do not answer it")


def other_reports(question: str, verdict: Verdict, scored: Sequence[Evidence], time: Time, asked: date) -> Reports:
    """What other articles say of the matter of a verdict: later ones, or earlier ones where that is asked."""
    claim = verdict.claims[0] if verdict.claims else verdict.denied
    if claim is None:
        return Reports()
    first = time == "first"
    if first and verdict.claims and tells_first(claim.text, claim.quotes[0].quote):
        return Reports()
    return reports(
        question,
        claim.text,
        verdict.short,
        claim.quotes,
        scored,
        time=time,
        before=first,
        failed=not verdict.claims,
        asked=asked,
    )


def as_likely(verdict: Verdict, others: Reports) -> list[Evidence]:
    """The sentences of other reports, each as likely as the best of its report: where that is known to be about the
    matter, every sentence of it may be the one that answers."""
    best: dict[str, float] = {}
    for e in others.sentences:
        best[e.article.id] = max(best.get(e.article.id, 0.0), e.score)
    base = verdict.claims[0] if verdict.claims else verdict.denied
    least = MIN_SHARE_OF_CITED * max((e.score for e in base.quotes), default=0.0) if base else 0.0
    return [replace(e, score=max(best[e.article.id], least)) for e in others.sentences]


def without_ended(question: str, verdict: Verdict, others: Reports, time: Time) -> Verdict:
    """The verdict without its claim where a later report says that what it claims is over."""
    if verdict.claims and time != "first":
        first = verdict.claims[0]
        if any(over(question, first.text, e.quote, time) for e in others.sentences):
            return replace(UNLIKELY, reason="a later report ends that", denied=first)
    return verdict


def settled(question: str, verdict: Verdict, second: Verdict | None, others: Reports, time: Time) -> Verdict:
    """The verdict as other reports leave it; ``second`` is what passes of a draft from these reports alone.

    Where it says something else, it is the answer; where nothing passes, the answer gets its day, and the report that
    bears most on it is quoted after it.
    """
    if second is None or not second.claims:
        if time == "first":  # no report tells what came first, so the answer is a later state
            return replace(UNLIKELY, denied=verdict.claims[0]) if verdict.claims else verdict
        return with_later(verdict, others, time)
    if verdict.claims and _same(verdict, second):
        first = verdict.claims[0]
        known = {(e.article.id, e.start) for e in first.quotes}
        more = [e for e in second.claims[0].quotes if (e.article.id, e.start) not in known]
        return replace(verdict, claims=(replace(first, quotes=(*first.quotes, *more[:1])), *verdict.claims[1:]))
    if not verdict.claims or others.decisive or (time != "then" and _as_near(question, verdict, second)):
        return second
    return with_later(verdict, others, time)


def _as_near(question: str, first: Verdict, second: Verdict) -> bool:
    """Whether the second quote, with its headline and the sentence before, names what the first one does of the
    names that are asked about."""
    here, there = (set(tokens(passage(v.claims[0].quotes[0]))) for v in (first, second))
    return all(any(t in there for t in run) or not any(t in here for t in run) for run in asked_names(question))


def with_later(verdict: Verdict, others: Reports, time: Time) -> Verdict:
    """The verdict with its day, and after it what a later report says; unchanged where there is nothing to name."""
    if not verdict.claims or not others.sentences or time == "first":
        return verdict
    told = others.near or others.sentences if others.decisive else others.near if time == "now" else ()
    if not told:
        return verdict
    # The report that speaks of the matter by itself, in the sentence of it that says most about the answer.
    other = next(e for e in others.sentences if e.article.id == told[0].article.id)
    first = verdict.claims[0]
    was, since = day(first.quotes[0].article.published), day(other.article.published)
    if was is None or since is None:
        return verdict
    dated = replace(first, text=f"As of {day_words(was)}: {first.text[:1].upper()}{first.text[1:]}")
    outlet = f", {other.article.source}" if other.article.source else ""
    after = Claim(f"Later ({day_words(since)}{outlet}): “{shown_quote(other.quote)}”", (other,), first.carried)
    return replace(verdict, claims=(dated, after))


def stated(question: str, scored: Sequence[Evidence], least: float, asked: date | None = None) -> Verdict:
    """The answer to a question for yes or no: the sentence that bears most on it, of the newest report that does.

    A small model's yes is worth little: it says it of a plan, a denial or a state that is over. The reader gets the
    sentence. ``least`` is the score from which on a sentence is told.
    """
    verdict = quoted(question, scored, least)
    if not verdict.claims:
        return verdict
    first = verdict.claims[0]
    others = reports(question, first.quotes[0].quote, None, first.quotes, scored, time="now", asked=asked)
    enough = MIN_SHARE_FOR_YES * first.quotes[0].score
    touching = [e for e in others.sentences if e.score >= enough] if others.decisive else []
    near = () if question_before(first.quotes[0].article, first.quotes[0].start) else others.near
    newest = max((*near, *touching), key=lambda e: ordinal(e.article), default=None)
    article = newest.article if newest else first.quotes[0].article
    told = [e for e in (*near, *touching, *scored) if e.article.id == article.id]
    lead = min(told, key=lambda e: e.start)
    asked_words = set(content(question)) - {t for run in asked_names(question) for t in run}
    best = max(told, key=lambda e: (sum(among(t, set(tokens(in_full(e)))) for t in asked_words), e.score))
    claims = [Claim(as_told(e), (e,), e.score) for e in ((lead, best) if lead.start < best.start else (best,))]
    was = day(article.published)
    if was:
        claims[0] = replace(claims[0], text=f"As of {day_words(was)}: {claims[0].text}")
    return Verdict(tuple(claims), None)


def _same(one: Verdict, two: Verdict) -> bool:
    """Whether two answers give the same value."""
    a, b = one.short or one.claims[0].text, two.short or two.claims[0].text
    numbers_a, numbers_b = ([q for q in quantities(t) if q.kind != "ordinal"] for t in (a, b))
    if numbers_a and numbers_b:
        return any(agree(x, y) for x in numbers_a for y in numbers_b)
    words_a, words_b = set(content(a)), set(content(b))
    return bool(words_a & words_b) and (words_a <= words_b or words_b <= words_a)


def compared(question: str, verdict: Verdict, scored: Sequence[Evidence], time: Time) -> Verdict:
    """The verdict with what another article says of the same, if one gives another value: see
    ``rag.qa.conflicts.values``.

    A later value becomes the answer, in the words of its article; what was answered first follows with its day.
    """
    if not verdict.claims or time == "first" or YES_NO.match(question):  # yes or no is no value
        return verdict
    first = verdict.claims[0]
    change = value_change(question, first.text, verdict.short, first.quotes[0], scored[:MAX_COMPARED])
    if change is None or (answer_type(question) != "date" and change.other_value.lower() in WEEKDAYS):
        return verdict  # the weekday of a report is no value of what is asked
    published = day(first.quotes[0].article.published)
    if change.kind == "newer" and published and change.sure:
        newer = Claim(as_told(change.other), (change.other,), first.carried)
        text = f"Earlier reports gave {change.cited_value} ({day_words(published)})."
        claims = (newer, Claim(text, first.quotes[:1], first.carried))
        return replace(verdict, claims=claims, short=change.other_value)
    other = Claim(change.text, (change.other,), first.carried)
    return replace(verdict, claims=(*verdict.claims, other))
