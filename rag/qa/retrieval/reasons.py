"""Which sentences come first where a reason or the state of now is asked for, and which one belongs beside another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.qa.article_days import ordinal
from rag.qa.attribution.claims import Verdict, quoted
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.facets import RECALLS, mends
from rag.qa.conflicts.later_reports import CAUSAL, CAUSE
from rag.qa.full_sense import as_told
from rag.qa.question.request import Time
from rag.qa.requests.lists import row_of_names
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
_PLANNED = re.compile(
    r"\bdue to (?:be|open|start|begin|end|arrive|return|take|meet|run|reach|expire|close|launch)\b", re.I
)
ROW_WEIGHT = 1.5
"""What a sentence that names several counts, where several are asked for."""
MAX_GAP_TO_NEXT = 4
"""Characters between a sentence and the next one."""

_STRONG = re.compile(
    r"\b(?:because|caus(?:e|es|ed)|blam\w+|due to|owing to|led to|sparked|trigger\w+|result of|reasons?|set off)\b",
    re.I,
)
_WHY = re.compile(
    r"why\b|how come\b|what (?:caused|made|led|prompted|drove|triggered|was the (?:cause|reason))\b|for what reason",
    re.I,
)
_REASON = re.compile(
    rf"{CAUSE.pattern}|\b(?:citing|amid|in order to|to (?:save|avoid|prevent|protect|reduce|stop|make room|keep|"
    r"pay for|cover|raise|allow|give)|need(?:s|ed)? (?:more |longer|extra )|over (?:fears|concerns)|fail(?:ed|ure|s)|"
    r"shortage|lack of|r[au]ns? out|too \w+|decided the matter|concerns?|fac(?:ed|es) a|tension|pressure|"
    r"wanted|so as to|had (?:been|\w+(?:ed|n|ne|t)))\b",
    re.I,
)
"""How a sentence gives a reason: in a word of cause, a purpose, something that went wrong or had happened before."""
_SEVERAL = re.compile(
    r"(?:and |so )?(?:(?:which|what) (?:(?!is\b|was\b|does\b|has\b|of\b|did\b|are\b|were\b)[\w’'-]+ ){0,3}?"
    r"(?!is\b|was\b|does\b|has\b|this\b)[\w-]{2,}(?<!s)s (?!of\b)\w|who (?:are|were) the (?:[\w’'-]+ ){0,4}?\w{2,}s\b)",
    re.I,
)
NO_REASON = "no sentence gives a reason"


def reasons_first(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Of sentences that bear alike on a question after a reason, those first that give one; others as they are."""
    if not CAUSAL.match(question):
        return tuple(scored)

    def weight(e: Evidence) -> float:
        if _WHY.match(question) and _STRONG.search(e.quote):
            return STRONG_CAUSE_WEIGHT
        return CAUSE_WEIGHT if CAUSE.search(e.quote) else 1.0

    return tuple(sorted(scored, key=lambda e: -e.score * weight(e)))


def told_alone(question: str, scored: Sequence[Evidence], least: float) -> Verdict:
    """The answer without a model: the sentence that bears most on a question, with the one after it where that holds
    the answer; asked for a reason, nothing where none is given. ``least`` is the score of what is quoted."""
    scored = rows_first(question, scored)
    verdict = with_the_next(question, quoted(question, scored, least), scored)
    if not _WHY.match(question) or not verdict.claims:
        return verdict
    if any(_REASON.search(_PLANNED.sub(" ", e.quote)) for claim in verdict.claims for e in claim.quotes):
        return verdict
    return Verdict((), None, NO_REASON)


def rows_first(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Asked for several ('Which cheeses were recalled?', 'Who were the guests?'): of sentences that bear alike on it
    those first that name several in a row; others as they are."""
    if not _SEVERAL.match(" ".join(question.split())):
        return tuple(scored)
    weights = [e.score * (ROW_WEIGHT if len(row_of_names(e)) > 1 else 1.0) for e in scored]
    return tuple(e for _, e in sorted(zip(weights, scored, strict=True), key=lambda pair: -pair[0]))


def reason_alone(question: str, scored: Sequence[Evidence], least: float) -> Verdict | None:
    """The sentences that give the reason asked for, where no draft of a model passed; None of other questions."""
    verdict = told_alone(question, scored, least) if _WHY.match(question) else None
    return verdict if verdict and verdict.claims else None


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
    if not gives_no_reason and not (mends(first) and RECALLS.search(first.quote)):
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
