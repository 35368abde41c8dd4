"""The model's drafts for one question, and what passes of them; an answer with its citations."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace

from rag.errors import LlmError, ModelError
from rag.protocols import Llm, Reply, Usage
from rag.qa.answer import prompts
from rag.qa.answer.confidence import certainty
from rag.qa.attribution.claims import NOT_ABOUT, Verdict, verify
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.resolution import UNLIKELY
from rag.qa.question.request import Time
from rag.qa.retrieval.reranking import Ranked
from rag.settings import Settings
from rag.text.sentences import passage
from rag.types import Citation, Delta, Evidence, Step

log = logging.getLogger(__name__)

TRIED_ALONE = 5
"""Sentences, best first, of which each is given to the model alone where nothing passes of what it makes of several."""
SURER = 0.1
"""How much likelier to be right such a draft must be than a first one (``RAG_CERTAINTY``)."""

_OPENS = re.compile(r"(?:^|[\s(\[])\"(?=\S)[^\"]*$")
_ENDED = re.compile(r"[.!?。][\s\"'”’)\]\d\[]*$")


class Drafter:
    """Writes drafts and checks them. The time that an answer may take counts from the first word on."""

    def __init__(self, llm: Llm, settings: Settings, question: str, time_asked: Time, ranked: Ranked) -> None:
        self._llm = llm
        self._settings = settings
        self._question = question
        self._time = time_asked
        self._ranked = ranked
        self._until = 0.0  # monotonic

    @property
    def weighs(self) -> bool:
        """Whether the model may not decline, and its answers are weighed instead."""
        return self._ranked.calibrated and self._llm.can_score

    def draft(
        self, evidence: Sequence[Evidence], first_word: Callable[[], None]
    ) -> Generator[Step | Delta, None, tuple[str, Usage | None]]:
        """The first draft as it is written; in the end all of it, and what it cost. Raises ``LlmError``.

        ``first_word`` is called, once or more, when there is a word.
        """
        draft: list[str] = []
        with self._reply(evidence, not self.weighs, self._settings.deadline) as reply:
            for ahead in reply.turns():
                if ahead:
                    yield Step("waiting", f"{ahead} ahead")
            self._until = time.monotonic() + self._settings.deadline
            yield Step("writing", self._llm.name)
            for piece in reply:
                draft.append(piece)
                first_word()
                yield Delta(piece)
        if reply.usage and reply.usage.finish == "cut" and not _ENDED.search("".join(draft)):
            # What it had said so far may say something else than it was going to: 'ends in September'.
            raise LlmError(f"the answer of {self._llm.name} broke off in the middle")
        return "".join(draft), reply.usage

    def _reply(self, evidence: Sequence[Evidence], may_decline: bool, deadline: float) -> closing[Reply]:
        messages = prompts.answer_messages(self._question, evidence, may_decline=may_decline)
        return closing(self._llm.stream(messages, max_tokens=self._settings.max_tokens, deadline=deadline))

    def redraft(
        self, evidence: Sequence[Evidence], also: Sequence[Evidence] = (), *, may_decline: bool
    ) -> Verdict | None:
        """What passes of one more draft, from other quotes; None where there is none."""
        if not evidence:
            return None
        try:
            with self._reply(evidence, may_decline, self._left) as reply:
                draft = "".join(reply)
                inner = reply.usage.inner if reply.usage else None
        except (LlmError, ModelError) as error:
            log.warning("no second draft: %s", error.told)
            return None
        return self.passing(draft, evidence, also, inner=inner)

    def passing(
        self,
        draft: str,
        evidence: Sequence[Evidence],
        also: Sequence[Evidence] = (),
        *,
        inner: Sequence[float] | None = None,
    ) -> Verdict:
        """What passes of a draft: its quotes must carry it, and it must be likely enough to be right.

        How likely is known only of the embedded model; ``inner`` is ``Usage.inner`` of the draft.
        """
        verdict = verify(self._question, draft, evidence, also, time=self._time)
        if not verdict.claims or not self._llm.can_score:
            return verdict
        if not self._ranked.calibrated:
            return self._second_look(verdict)
        certain = certainty(self._question, verdict, self._ranked.sentences, inner)
        log.info("certainty %.2f", certain)
        if certain < self._settings.certainty:
            verdict = replace(UNLIKELY, withheld=" ".join(claim.text for claim in verdict.claims))
        return replace(verdict, certainty=certain)

    def first_verdict(self, draft: str, evidence: Sequence[Evidence], inner: Sequence[float] | None = None) -> Verdict:
        """What passes of a first draft, or of a second one where nothing does and that is worth it."""
        verdict = self.passing(draft, evidence, inner=inner)
        if best := self.worth_a_retry(verdict, evidence):
            second = self.redraft(best, may_decline=not self._llm.can_score)
            verdict = second if second and (second.claims or second.denied) else verdict
        return verdict if verdict.claims or not self.weighs else self._one_by_one(verdict, best)

    def _one_by_one(self, verdict: Verdict, tried: Sequence[Evidence]) -> Verdict:
        """What passes of a draft from one of the best sentences alone, where no quote carried one from them together.

        It must be surer than a first draft: it is the second to sixth try (docs/experiments.md). Where a draft was
        carried and too unlikely, or no article is about what is asked, another one is worth nothing.
        """
        if verdict.withheld or (verdict.reason or "").startswith(NOT_ABOUT):
            return verdict
        for item in self._ranked.sentences[:TRIED_ALONE]:
            if item in tried:
                continue
            alone = self.redraft([item], may_decline=False)
            if alone and alone.claims and (alone.certainty or 0.0) >= self._settings.certainty + SURER:
                return alone
        return verdict

    def worth_a_retry(self, verdict: Verdict, evidence: Sequence[Evidence]) -> list[Evidence]:
        """What a second draft sees where nothing is carried though a sentence bears on the question: only the best one.

        The embedded model is thrown by what stands beside the answer, any by what an article has put there for it.
        """
        if verdict.claims or verdict.withheld or verdict.denied:
            return []
        scores = self._ranked.min_scores
        least = scores.retry if self._llm.can_score else scores.retry_other
        return [e for e in evidence[:1] if e.score >= least]

    def _second_look(self, verdict: Verdict) -> Verdict:
        """Refuses what the model itself, shown the answer and its quotes alone, does not find right."""
        said = " ".join(claim.text for claim in verdict.claims)
        passages = [passage(quote) for claim in verdict.claims for quote in claim.quotes]
        try:
            messages = prompts.check_messages(self._question, said, passages)
            yes, no = self._llm.score(messages, prompts.CHECK_OPTIONS, deadline=self._left)
        except (LlmError, ModelError) as error:
            log.warning("the answer was not checked a second time: %s", error.told)
            return verdict
        log.info("support %.2f", yes - no)
        return verdict if yes - no >= self._settings.support else UNLIKELY

    @property
    def _left(self) -> float:
        """Seconds that are left; a little where none are, so that what is quick still gets done."""
        return max(self._until - time.monotonic(), 1.0)


def picked(choice: str, quote: Evidence | None) -> Verdict:
    """A choice as an answer, with the sentence that speaks for it; a guess, which has none, is no answer."""
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
        sentences.append(f"{_quotation_closed(body.removesuffix(stop).rstrip())} {marks}{stop}")
    text = (
        " ".join(sentences).replace("] - ", "]\n- ").replace("]. - ", "].\n- ")
    )  # items of a list stand on lines of their own
    return text, tuple(numbers.values())


def _quotation_closed(text: str) -> str:
    """With the mark that a sentence has lost to the next one where both end together: 'is called "olo'."""
    if text.count("“") > text.count("”"):
        return f"{text}”"
    return f'{text}"' if text.count('"') % 2 and _OPENS.search(text) else text
