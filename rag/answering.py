"""A draft of the model -> what may be told of it: the checks, one more try, and what other articles say of the same."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from rag import prompt
from rag.certainty import certainty
from rag.change import changes
from rag.config import Settings
from rag.errors import LlmError, ModelError
from rag.plain import shown
from rag.sentences import passage
from rag.types import Citation, Delta, Evidence, Step, day
from rag.verify import Claim, Verdict, verify

if TYPE_CHECKING:
    from rag.llm import ChatModel, Usage

log = logging.getLogger(__name__)

RETRY_SCORE, RETRY_PROBABILITY, RETRY_SURE = 0.66, 0.12, 0.5
"""Of the best sentence, from which on a draft that failed is worth a second one: by the embedder's score, by
probability, and by probability for a model that is not our own and costs more."""

_ENDED = re.compile(r"[.!?。][\s\"'”’)\]\d\[]*$")

COMPARED = 60
"""Sentences, best first, among which another value for what was answered is looked for."""


Drafting = Generator[Step | Delta, None, tuple[Verdict, "Usage | None"]]


def drafted(
    llm: ChatModel,
    settings: Settings,
    question: str,
    evidence: Sequence[Evidence],
    scored: Sequence[Evidence],
    ranked: bool,
    first_word: Callable[[], None],
) -> Drafting:
    """Steps and the draft as it is written; in the end what passes of it, and what it cost.

    ``scored`` are all sentences, ``ranked`` tells whether their scores are probabilities, ``first_word`` is called,
    once or more, when there is a word. Raises ``LlmError``.
    """
    weighed = ranked and llm.can_score
    messages = prompt.answer_messages(question, evidence, may_decline=not weighed)
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
    return checker.checked("".join(draft), evidence), reply.usage


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
        if verdict.claims or verdict.withheld or not best or not (embedded or self._scored):
            return verdict
        try:
            messages = prompt.answer_messages(self._question, best, may_decline=not embedded)
            with closing(
                self._llm.stream(messages, max_tokens=self._settings.max_tokens, deadline=_left(self._until))
            ) as reply:
                again = "".join(reply)
        except (LlmError, ModelError) as error:
            log.warning("no second draft: %s", error.told)
            return verdict
        second = self._passed(verify(self._question, again, best))
        return second if second.claims else verdict

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
            messages = prompt.check_messages(self._question, said, passages)
            yes, no = self._llm.score(messages, prompt.CHECK_OPTIONS, deadline=_left(self._until))
        except (LlmError, ModelError) as error:
            log.warning("the answer was not checked a second time: %s", error.told)
            return verdict
        log.info("support %.2f", yes - no)
        return verdict if yes - no >= self._settings.support else _UNLIKELY


_UNLIKELY = Verdict((), None, "the quotes that come closest do not answer it")


def compared(question: str, verdict: Verdict, scored: Sequence[Evidence]) -> Verdict:
    """The verdict with what another article says of the same, if one gives another value: see ``rag.change``.

    A later value becomes the answer, in the words of its article; what was answered first follows with its day.
    """
    if not verdict.claims:
        return verdict
    first = verdict.claims[0]
    change = changes(question, first.text, verdict.short, first.quotes[0], scored[:COMPARED])
    if change is None:
        return verdict
    published = day(first.quotes[0].article.published)
    if change.kind == "newer" and published:
        newer = Claim(f"“{shown(change.other.quote)}”", (change.other,), first.carried)
        text = f"Earlier reports gave {change.cited_value} ({published.day} {published:%B %Y})."
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
