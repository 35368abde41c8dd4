"""Which sentences come first where a reason or the state of now is asked for, and which one belongs beside another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.qa.article_days import ordinal
from rag.qa.attribution.claims import Verdict, quoted
from rag.qa.attribution.subjects import meant_in
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.facets import RECALLS, mends
from rag.qa.conflicts.later_reports import CAUSAL, CAUSE
from rag.qa.full_sense import as_told
from rag.qa.listing.items import ASKS_SEVERAL, row_of_names
from rag.qa.question.request import Time
from rag.text.answer_type import YES_NO, fits
from rag.text.quantities import quantities
from rag.text.reading.wordings import WHY_IN_OTHER_WORDS
from rag.text.tokens import content
from rag.text.units import FATE_BY_WORD
from rag.types import Evidence

CAUSE_WEIGHT = 1.3
"""What a sentence that gives a reason counts, where a reason is asked for."""
STRONG_CAUSE_WEIGHT = 1.7
"""The same of one that says so in a word of cause."""
MIN_SHARE_NOW = 0.6
"""Of the best sentence's score, what a newer one must have to come before it, asked whether something is so yet."""
MIN_SHARE_GROWN = 0.9
"""The same of a newer count of those who met a fate."""
MIN_SHARE_BESIDE_IT = 0.1
"""Of a quoted sentence's score, what the one after it must have to be quoted with it."""
WEIGHT_OF_HEADLINE = 0.5
"""What a headline with all words of a question after a reason adds to its sentences, as a share of their score."""
_OF_WHY = frozenset(
    content("why reason reasons cause caused come made led prompted drove triggered grounds behind blame")
)
_PURPOSE = re.compile(r"\b(?:citing|in order to|to (?:save|avoid|prevent|protect) |over (?:fears|concerns))", re.I)
_WAS_TO = re.compile(r"\b(?:was|were) (?:to|due|meant|supposed|set|scheduled)\b|\bhad (?:planned|hoped|wanted)\b", re.I)
_GROWN = re.compile(
    rf"(?:and |so )?(?:by the end,? )?how many\b.*\b(?:{'|'.join(FATE_BY_WORD)}|in the end|in all|in total|"
    rf"altogether)\b",
    re.I,
)
_PLANNED = re.compile(
    r"\bdue to (?:be|open|start|begin|end|arrive|return|take|meet|run|reach|expire|close|launch)\b", re.I
)
MIN_SHARE_OF_REASON = 0.25
"""Of the score of the sentence that bears most on it, what one of its article must have to give the reason."""
_HOW_MANY = re.compile(r"^(?:and |so )?how many\b(?: (?:other|more|different))?", re.I)
MIN_NOUN = 2
"""Letters of a noun that is more than a part of 'U.S.'."""
_PERSONS = frozenset(("person", "man", "woman", "child", "soldier", "troop"))
COUNTED_WEIGHT = 1.5
"""What a sentence with a number of the thing that is counted counts."""
ROW_WEIGHT = 1.5
"""What a sentence that names several counts, where several are asked for."""
MAX_GAP_TO_NEXT = 4
"""Characters between a sentence and the next one."""

_STRONG = re.compile(
    r"\b(?:because|caus(?:e|es|ed)|blam\w+|due to|owing to|led to|sparked|trigger\w+|result of|reasons?|set off)\b",
    re.I,
)
_WHY = re.compile(
    r"why\b|how come\b|what (?:caused|made|led|prompted|drove|triggered|was the (?:cause|reason))\b|for what reason|"
    rf"{WHY_IN_OTHER_WORDS}",
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


def reasons_on_it_first(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The same where no model reads them: those before a sentence that gives the reason count too, and those of
    articles whose headline has the question's words."""
    if not _WHY.match(question):
        return tuple(scored)
    words = [w for w in dict.fromkeys(content(question)) if w not in _OF_WHY]

    def weight(e: Evidence) -> float:
        quote, cause = _PLANNED.sub(" ", e.quote), 1.0
        if _STRONG.search(quote):
            cause = STRONG_CAUSE_WEIGHT
        elif CAUSE.search(quote) or _PURPOSE.search(quote) or ((after := _next(e, scored)) and gives_reason(e, after)):
            cause = CAUSE_WEIGHT
        title = set(content(e.article.title))
        held = sum(meant_in(w, title) for w in words) / max(len(words), 1)
        return cause * (1 + WEIGHT_OF_HEADLINE * held)

    return tuple(sorted(scored, key=lambda e: -e.score * weight(e)))


def gives_reason(e: Evidence, after: Evidence) -> bool:
    """Whether the sentence after another one gives a reason for it: in a word of cause, or as what came between: 'It
    was to open in May. But the contractor went under.'"""
    return bool(
        CAUSE.search(_PLANNED.sub(" ", after.quote)) or (_WAS_TO.search(e.quote) and re.match(r"But\b", after.quote))
    )


def _next(e: Evidence, scored: Iterable[Evidence]) -> Evidence | None:
    """The sentence after one in its article, if it is among those that bear on the question."""
    return next((o for o in scored if o.article.id == e.article.id and 0 <= o.start - e.end <= MAX_GAP_TO_NEXT), None)


def told_alone(question: str, scored: Sequence[Evidence], least: float) -> Verdict:
    """The answer without a model: the sentence that bears most on a question, with the one after it where that holds
    the answer; asked for a reason, nothing where none is given. ``least`` is the score of what is quoted."""
    scored = counted_first(question, rows_first(question, reasons_on_it_first(question, scored)))
    verdict = with_the_next(question, quoted(question, scored, least), scored)
    if not _WHY.match(question) or not verdict.claims:
        return verdict
    shown = [e for claim in verdict.claims for e in claim.quotes]
    if any(_REASON.search(_PLANNED.sub(" ", e.quote)) for e in shown) or (
        len(shown) > 1 and gives_reason(shown[0], shown[1])
    ):
        return verdict
    return _reason_there(question, scored) or Verdict((), None, NO_REASON)


def _reason_there(question: str, scored: Sequence[Evidence]) -> Verdict | None:
    """What the article of the sentence that bears most on a question gives as a reason, if it has all that is asked
    about: the sentence after that one, and the one with the reason."""
    best = scored[0]
    there = set(content(f"{best.article.title} {best.article.body}"))
    words = [w for w in content(question) if w not in _OF_WHY]
    if not all(meant_in(w, there) for w in words):
        return None
    found = [
        e
        for e in scored
        if e.article.id == best.article.id and e.score >= MIN_SHARE_OF_REASON * best.score
        and e.quote[:1] not in "\"“'‘" and _REASON.search(_PLANNED.sub(" ", e.quote))
    ]  # fmt: skip
    if not found:
        return None
    reason = max(found, key=lambda e: e.score * (CAUSE_WEIGHT if CAUSE.search(e.quote) else 1.0))
    return Verdict(tuple(Claim(as_told(e), (e,), e.score) for e in (best, reason)), None)


def rows_first(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Asked for several ('Which cheeses were recalled?', 'Who were the guests?'): of sentences that bear alike on it
    those first that name several in a row; others as they are."""
    if not ASKS_SEVERAL.match(" ".join(question.split())):
        return tuple(scored)
    weights = [e.score * (ROW_WEIGHT if len(row_of_names(e)) > 1 else 1.0) for e in scored]
    return tuple(e for _, e in sorted(zip(weights, scored, strict=True), key=lambda pair: -pair[0]))


def counted_first(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Asked how many of a thing: of sentences that bear alike on it those first that give a number of that thing, '31
    houses' for homes; others, and those of people, whom many sentences count, as they are."""
    asked = _HOW_MANY.sub("9", " ".join(question.split()), count=1)
    first = next((q for q in quantities(asked) if q.start == 0 and q.kind == "count"), None)
    things = {noun for noun in first.nouns if len(noun) > MIN_NOUN} if first and asked[:1] == "9" else set()
    if not things or things & _PERSONS:
        return tuple(scored)

    def counts(e: Evidence) -> bool:
        return any(q.kind == "count" and things & q.nouns for q in quantities(e.quote))

    weights = [e.score * (COUNTED_WEIGHT if counts(e) else 1.0) for e in scored]
    return tuple(e for _, e in sorted(zip(weights, scored, strict=True), key=lambda pair: -pair[0]))


def reason_alone(question: str, scored: Sequence[Evidence], least: float) -> Verdict | None:
    """The sentences that give the reason asked for, where no draft of a model passed; None of other questions."""
    verdict = told_alone(question, scored, least) if _WHY.match(question) else None
    return verdict if verdict and verdict.claims else None


def newest_first(question: str, scored: Sequence[Evidence], time: Time) -> tuple[Evidence, ...]:
    """Asked whether something is so now, or for a count that grows: the newest of the sentences that bear on it almost
    alike comes first."""
    grown = _GROWN.match(question)
    if not scored or time != "now" or not (YES_NO.match(question) or grown):
        return tuple(scored)
    least = (MIN_SHARE_GROWN if grown else MIN_SHARE_NOW) * scored[0].score
    near = [e for e in scored if e.score >= least and (not grown or fits(question, e.quote))]
    if not near:
        return tuple(scored)
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
