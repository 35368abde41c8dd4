"""A draft of the model -> what may be told of it: the checks, one more try, and what other articles say of the same."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rag.errors import LlmError, ModelError
from rag.qa.answer import prompts
from rag.qa.answer.confidence import certainty
from rag.qa.attribution.claims import Claim, Verdict, asked_names, quoted, verify
from rag.qa.attribution.objections.endings import over
from rag.qa.attribution.objections.former_values import repeats, tells_first
from rag.qa.conflicts.later_reports import Reports, reports
from rag.qa.conflicts.values import changes, day_words, ordinal
from rag.qa.question.request import Request, request
from rag.settings import Settings
from rag.text.quantities import agree, quantities
from rag.text.sanitize import shown
from rag.text.sentences import passage
from rag.text.tokens import among, content, tokens
from rag.types import Citation, Delta, Evidence, Step, day

if TYPE_CHECKING:
    from rag.models.llm.chat_model import ChatModel, Usage

log = logging.getLogger(__name__)

RETRY_SCORE, RETRY_PROBABILITY, RETRY_SURE = 0.66, 0.12, 0.5
"""Of the best sentence, from which on a draft that failed is worth a second one: by the embedder's score, by
probability, and by probability for a model that is not our own and costs more."""

MATTER = 0.6
"""Of the score of the quote that a first draft stood on, which a report of the same matter has at least."""

YES_SCORE = 0.6
"""Of the score of the sentence that bears most on a question for yes or no: what a later one must have to take its
place, where it does not name all that is asked about."""

_ENDED = re.compile(r"[.!?。][\s\"'”’)\]\d\[]*$")

COMPARED = 60
"""Sentences, best first, among which another value for what was answered is looked for."""


Drafting = Generator[Step | Delta, None, tuple[Verdict, "Usage | None"]]
Pick = Callable[[Sequence[Evidence]], list[Evidence]]
"""Of sentences, best first, those that fit into a prompt."""


def drafted(
    llm: ChatModel,
    settings: Settings,
    question: str,
    evidence: Sequence[Evidence],
    scored: Sequence[Evidence],
    ranked: bool,
    first_word: Callable[[], None],
    wish: Request,
    pick: Pick,
    asked: date | None = None,
) -> Drafting:
    """Steps and the draft as it is written; in the end what passes of it, and what it cost.

    ``scored`` are all sentences, ``ranked`` tells whether their scores are probabilities, ``first_word`` is called,
    once or more, when there is a word. What passes is held against later reports of the same matter (for a question
    after what was first, against earlier ones), of which ``pick`` chooses what the model
    reads; none from after the day ``asked``. Raises ``LlmError``.
    """
    weighed = ranked and llm.can_score
    messages = prompts.answer_messages(question, evidence, may_decline=not weighed)
    draft: list[str] = []
    with closing(llm.stream(messages, max_tokens=settings.max_tokens, deadline=settings.deadline)) as reply:
        for ahead in reply.turns():
            if ahead:
                yield Step("waiting", f"{ahead} ahead")
        until = time.monotonic() + settings.deadline
        yield Step("writing", llm.name)
        for piece in reply:
            draft.append(piece)
            first_word()
            yield Delta(piece)
    if reply.usage and reply.usage.finish == "cut" and not _ENDED.search("".join(draft)):
        # What it had said so far may say something else than it was going to: 'ends in September'.
        raise LlmError(f"the answer of {llm.name} broke off in the middle")
    yield Step("checking")
    checker = Checker(llm, settings, question, scored if ranked else None, until)
    verdict = checker.checked("".join(draft), evidence)
    others = other_reports(question, verdict, scored, wish, asked)
    if others.sentences:
        count = len({e.article.id for e in others.sentences})
        which = "earlier" if wish.time == "first" else "later"
        yield Step("comparing", f"with {count} {which} {'report' if count == 1 else 'reports'}")
        verdict = checker.renewed(verdict, others, pick, wish)
    return verdict, reply.usage


def other_reports(
    question: str, verdict: Verdict, scored: Sequence[Evidence], wish: Request, asked: date | None
) -> Reports:
    """What other articles say of the matter of a verdict: later ones, or earlier ones where that is asked."""
    claim = verdict.claims[0] if verdict.claims else verdict.denied
    if claim is None:
        return Reports()
    first = wish.time == "first"
    if first and verdict.claims and tells_first(claim.text, claim.quotes[0].quote):
        return Reports()
    return reports(
        question,
        claim.text,
        verdict.short,
        claim.quotes,
        scored,
        time=wish.time,
        before=first,
        failed=not verdict.claims,
        asked=asked,
    )


class Checker:
    """The checks of one model's drafts for one question.

    ``scored`` are all sentences where their scores are probabilities; ``until`` is the monotonic time by which a check
    must be through.
    """

    def __init__(
        self, llm: ChatModel, settings: Settings, question: str, scored: Sequence[Evidence] | None, until: float
    ) -> None:
        self._llm = llm
        self._settings = settings
        self._question = question
        self._scored = scored
        self._until = until

    def checked(self, draft: str, evidence: Sequence[Evidence]) -> Verdict:
        """What passes of a draft: its quotes must carry it, and it must be likely enough.

        Where nothing is carried though a sentence bears on the question, the model gets one more try: the embedded one
        is thrown by what stands beside the answer, any by what an article has put there for it. So a second draft sees
        only the best sentence.
        """
        verdict = self._passed(verify(self._question, draft, evidence))
        embedded = self._llm.can_score
        least = RETRY_SCORE if self._scored is None else RETRY_PROBABILITY if embedded else RETRY_SURE
        best = [e for e in evidence[:1] if e.score >= least]
        if verdict.claims or verdict.withheld or verdict.denied or not best or not (embedded or self._scored):
            return verdict
        second = self._again(best, may_decline=not embedded)
        return second if second and (second.claims or second.denied) else verdict

    def renewed(self, verdict: Verdict, others: Reports, pick: Pick, wish: Request) -> Verdict:
        """The verdict as other reports of the matter leave it: replaced by what they say, or told beside it.

        A second draft sees these reports alone. Where it passes and says something else, it is the answer; where it
        does not pass, the answer is told with its day, and the report that bears most on it is quoted after it.
        """
        best: dict[str, float] = {}
        for e in others.sentences:
            best[e.article.id] = max(best.get(e.article.id, 0.0), e.score)
        # Within a report that is known to be about the matter, every sentence may be the one that answers.
        base = verdict.claims[0] if verdict.claims else verdict.denied
        least = MATTER * max((e.score for e in base.quotes), default=0.0) if base else 0.0
        read = pick([replace(e, score=max(best[e.article.id], least)) for e in others.sentences])
        if verdict.claims and wish.time != "first":
            first = verdict.claims[0]
            if any(over(self._question, first.text, e.quote, wish.time) for e in others.sentences):
                verdict = replace(_UNLIKELY, reason="a later report ends that", denied=first)
        also = others.sentences if wish.time != "first" else ()
        second = self._again(read, also, may_decline=not self._weighs)
        if second and second.denied and not second.claims:
            # A small model says again what the quotes recall to take it back: it gets those that do not.
            kept = [e for e in read if not repeats(self._question, second.denied.text, e.quote)]
            second = self._again(kept, also, may_decline=not self._weighs) if 0 < len(kept) < len(read) else second
        if second is None or not second.claims:
            if wish.time == "first":  # what came first is told by none, so what is told is a later state
                return replace(_UNLIKELY, denied=verdict.claims[0]) if verdict.claims else verdict
            return named(verdict, others, wish)
        if verdict.claims and _same(verdict, second):
            first = verdict.claims[0]
            known = {(e.article.id, e.start) for e in first.quotes}
            more = [e for e in second.claims[0].quotes if (e.article.id, e.start) not in known]
            return replace(verdict, claims=(replace(first, quotes=(*first.quotes, *more[:1])), *verdict.claims[1:]))
        if not verdict.claims or others.decisive or (wish.time != "then" and self._as_near(verdict, second)):
            return second
        return named(verdict, others, wish)

    def _as_near(self, first: Verdict, second: Verdict) -> bool:
        """Whether the second quote, with its headline and the sentence before, names what the first one does of the
        names that are asked about."""
        here, there = (set(tokens(passage(v.claims[0].quotes[0]))) for v in (first, second))
        return all(
            any(t in there for t in run) or not any(t in here for t in run) for run in asked_names(self._question)
        )

    def _again(
        self, evidence: Sequence[Evidence], also: Sequence[Evidence] = (), *, may_decline: bool
    ) -> Verdict | None:
        """What passes of one more draft, from other quotes; None where there is none."""
        if not evidence:
            return None
        try:
            messages = prompts.answer_messages(self._question, evidence, may_decline=may_decline)
            with closing(
                self._llm.stream(messages, max_tokens=self._settings.max_tokens, deadline=_left(self._until))
            ) as reply:
                again = "".join(reply)
        except (LlmError, ModelError) as error:
            log.warning("no second draft: %s", error.told)
            return None
        return self._passed(verify(self._question, again, evidence, also))

    @property
    def _weighs(self) -> bool:
        """Whether the model may not decline, and its answers are weighed instead."""
        return self._scored is not None and self._llm.can_score

    def _passed(self, verdict: Verdict) -> Verdict:
        """Of what the quotes carry, what is likely enough to be right; only of the embedded model that is known."""
        if not verdict.claims or not self._llm.can_score:
            return verdict
        if self._scored is None:
            return self._second_look(verdict)
        certain = certainty(verdict, self._scored)
        log.info("certainty %.2f", certain)
        if certain < self._settings.certainty:
            verdict = replace(_UNLIKELY, withheld=" ".join(claim.text for claim in verdict.claims))
        return replace(verdict, certainty=certain)

    def _second_look(self, verdict: Verdict) -> Verdict:
        """Refuses what the model itself, shown the answer and its quotes alone, does not find right."""
        said = " ".join(claim.text for claim in verdict.claims)
        passages = [passage(quote) for claim in verdict.claims for quote in claim.quotes]
        try:
            messages = prompts.check_messages(self._question, said, passages)
            yes, no = self._llm.score(messages, prompts.CHECK_OPTIONS, deadline=_left(self._until))
        except (LlmError, ModelError) as error:
            log.warning("the answer was not checked a second time: %s", error.told)
            return verdict
        log.info("support %.2f", yes - no)
        return verdict if yes - no >= self._settings.support else _UNLIKELY


def named(verdict: Verdict, others: Reports, wish: Request) -> Verdict:
    """The verdict with its day, and after it what a later report says; unchanged where there is nothing to name."""
    if not verdict.claims or not others.sentences or wish.time == "first":
        return verdict
    told = others.near or others.sentences if others.decisive else others.near if wish.time == "now" else ()
    if not told:
        return verdict
    # The report that speaks of the matter by itself, in the sentence of it that says most about the answer.
    other = next(e for e in others.sentences if e.article.id == told[0].article.id)
    first = verdict.claims[0]
    was, since = day(first.quotes[0].article.published), day(other.article.published)
    if was is None or since is None:
        return verdict
    text = first.text if first.text.startswith("“") else first.text[:1].upper() + first.text[1:]
    dated = replace(first, text=f"As of {day_words(was)}: {text}")
    outlet = f", {other.article.source}" if other.article.source else ""
    after = Claim(f"Later ({day_words(since)}{outlet}): “{shown(other.quote)}”", (other,), first.carried)
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
    enough = YES_SCORE * first.quotes[0].score
    touching = [e for e in others.sentences if e.score >= enough] if others.decisive else []
    newest = max((*others.near, *touching), key=lambda e: ordinal(e.article), default=None)
    article = newest.article if newest else first.quotes[0].article
    told = [e for e in (*others.near, *touching, *scored) if e.article.id == article.id]
    lead = min(told, key=lambda e: e.start)
    asked_words = set(content(question)) - {t for run in asked_names(question) for t in run}
    held = {id(e): sum(among(t, set(tokens(e.quote))) for t in asked_words) for e in told}
    best = max(told, key=lambda e: held[id(e)]) if told else first.quotes[0]  # of those alike, the first
    claims = [
        Claim(f"“{shown(e.quote)}”", (e,), e.score) for e in ((lead, best) if lead.start < best.start else (best,))
    ]
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


_UNLIKELY = Verdict((), None, "the quotes that come closest do not answer it")


def compared(question: str, verdict: Verdict, scored: Sequence[Evidence]) -> Verdict:
    """The verdict with what another article says of the same, if one gives another value: see
    ``rag.qa.conflicts.values``.

    A later value becomes the answer, in the words of its article; what was answered first follows with its day.
    """
    if not verdict.claims or request(question).time == "first":
        return verdict
    first = verdict.claims[0]
    change = changes(question, first.text, verdict.short, first.quotes[0], scored[:COMPARED])
    if change is None:
        return verdict
    published = day(first.quotes[0].article.published)
    if change.kind == "newer" and published and change.sure:
        newer = Claim(f"“{shown(change.other.quote)}”", (change.other,), first.carried)
        text = f"Earlier reports gave {change.cited_value} ({day_words(published)})."
        claims = (newer, Claim(text, first.quotes[:1], first.carried))
        return replace(verdict, claims=claims, short=change.other_value)
    other = Claim(change.text, (change.other,), first.carried)
    return replace(verdict, claims=(*verdict.claims, other))


def picked(choice: str, quote: Evidence | None) -> Verdict:
    """A choice as an answer, with the sentence that speaks for it; without one it is a guess, which is not told."""
    if quote is None:
        return Verdict((), None, "no sentence speaks for one of the choices")
    return Verdict((Claim(choice, (quote,)),), choice)


def cited(verdict: Verdict) -> tuple[str, tuple[Citation, ...]]:
    """The claims with [n] after each, before its full stop; one number a quote, in the order of the text."""
    numbers: dict[tuple[str, int], Citation] = {}
    sentences = []
    for claim in verdict.claims:
        marks = ""
        for e in claim.quotes:
            citation = numbers.setdefault(
                (e.article.id, e.start), Citation(len(numbers) + 1, e.article, e.quote, e.start, e.end)
            )
            marks += f"[{citation.n}]"
        body = claim.text.rstrip()
        stop = body[-1] if body[-1:] in ".!?。" else "" if body[-1:] in '”"' else "."
        sentences.append(f"{body.removesuffix(stop).rstrip()} {marks}{stop}")
    return " ".join(sentences), tuple(numbers.values())


def _left(until: float) -> float:
    """Seconds until a monotonic time; a little where it has passed, so that what is quick still gets done."""
    return max(until - time.monotonic(), 1.0)
