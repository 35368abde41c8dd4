"""Which sentences come first where a reason or the state of now is asked for, and which one belongs beside another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.qa.article_days import ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.facets import mends
from rag.qa.conflicts.later_reports import CAUSAL, CAUSE
from rag.qa.full_sense import as_told
from rag.qa.question.request import Time
from rag.text.answer_type import YES_NO
from rag.types import Evidence

CAUSE_WEIGHT = 1.3
"""What a sentence that gives a reason counts, where a reason is asked for."""
STRONG_CAUSE_WEIGHT = 1.7
"""The same of one that says so in a word of cause."""
MIN_SHARE_NOW = 0.6
"""Of the best sentence's score, what a newer one must have to come before it, asked whether something is so yet."""
MIN_SHARE_BESIDE_IT = 0.1
"""Of a quoted sentence's score, what the one after it must have to be quoted with it."""
MAX_GAP_TO_NEXT = 4
"""Characters between a sentence and the next one."""

_STRONG = re.compile(
    r"\b(?:because|caus(?:e|es|ed)|blam\w+|due to|owing to|led to|sparked|trigger\w+|result of|reasons?|set off)\b",
    re.I,
)
_WHY = re.compile(r"why\b|how come\b|what (?:caused|was the (?:cause|reason))\b", re.I)
_RECALLS = re.compile(
    r"\bin a story (?:published|of)\b|\breported that\b|\b(?:first|original|earlier) statement\b", re.I
)


def reasons_first(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Of sentences that bear alike on a question after a reason, those first that give one; others as they are."""
    if not CAUSAL.match(question):
        return tuple(scored)

    def weight(e: Evidence) -> float:
        if _WHY.match(question) and _STRONG.search(e.quote):
            return STRONG_CAUSE_WEIGHT
        return CAUSE_WEIGHT if CAUSE.search(e.quote) else 1.0

    return tuple(sorted(scored, key=lambda e: -e.score * weight(e)))


def newest_first(question: str, scored: Sequence[Evidence], time: Time) -> tuple[Evidence, ...]:
    """Asked whether something is so now: the newest of the sentences that bear on it almost alike comes first."""
    if not scored or time != "now" or not YES_NO.match(question):
        return tuple(scored)
    least = MIN_SHARE_NOW * scored[0].score
    near = [e for e in scored if e.score >= least]
    best = max(near, key=lambda e: (ordinal(e.article), e.score))
    return (replace(best, score=scored[0].score), *(e for e in scored if e is not best))


def with_the_next(question: str, verdict: Verdict, scored: Sequence[Evidence]) -> Verdict:
    """What was quoted, with the sentence after it where that one holds the answer: a reason after what happened, what
    is right after what was reported. Of yes or no one sentence, the first."""
    if not verdict.claims:
        return verdict
    first = verdict.claims[0].quotes[0]
    if YES_NO.match(question):
        return replace(verdict, claims=verdict.claims[:1])
    gives_no_reason = bool(CAUSAL.match(question)) and not CAUSE.search(first.quote)
    if not gives_no_reason and not (mends(first) and _RECALLS.search(first.quote)):
        return verdict
    after = next(
        (
            e
            for e in scored
            if e.article.id == first.article.id
            and 0 <= e.start - first.end <= MAX_GAP_TO_NEXT
            and (e.score >= MIN_SHARE_BESIDE_IT * first.score or not gives_no_reason)
        ),
        None,
    )
    if after is None or any(after.start == q.start for c in verdict.claims for q in c.quotes):
        return verdict
    return replace(verdict, claims=(verdict.claims[0], Claim(as_told(after), (after,), after.score)), short=None)
