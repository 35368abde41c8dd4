"""A draft of the model -> what may be told of it: the checks, one more try, and what other articles say of the same."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from rag import prompt
from rag.change import changes
from rag.config import Settings
from rag.errors import LlmError, ModelError
from rag.pointer import GRAMMAR, certainty, pointed
from rag.sentences import passage
from rag.types import Citation, Delta, Evidence, Message, Step, day
from rag.verify import Claim, Verdict, verify

if TYPE_CHECKING:
    from rag.llm import ChatModel, Usage

log = logging.getLogger(__name__)

RETRY_SCORE = 0.66  # of the best sentence, from which on a draft that failed is worth a second one
COMPARED = 60
"""Sentences, best first, among which another value for what was answered is looked for."""


FEW = 3, 125  # quotes, and word pieces of them, that a model which points at quotes is shown: more help it no further

Drafting = Generator[Step | Delta, None, tuple[Verdict, "Usage | None"]]


def drafted(
    llm: ChatModel,
    settings: Settings,
    question: str,
    asked: date,
    evidence: Sequence[Evidence],
    scored: Sequence[Evidence],
    count: Callable[[Sequence[str]], list[int]],
    first_word: Callable[[], None],
) -> Drafting:
    """Steps and the draft as it is written; in the end what passes of it, and what it cost.

    ``scored`` are all sentences, ``count`` gives the word pieces of texts, ``first_word`` is called, once or more, when
    there is a word. Raises ``LlmError``.
    """
    if llm.points:
        evidence = _few(evidence, count)
        messages, grammar = prompt.pointing_messages(question, asked, evidence), GRAMMAR
    else:
        messages, grammar = prompt.answer_messages(question, evidence), None
    draft: list[str] = []
    with closing(
        llm.stream(messages, max_tokens=settings.max_tokens, deadline=settings.deadline, grammar=grammar)
    ) as reply:
        for ahead in reply.turns():
            if ahead:
                yield Step("waiting", f"{ahead} ahead")
        until = time.monotonic() + settings.deadline
        yield Step("writing", llm.name)
        pieces = _kept(reply, draft)
        for piece in _without_number(pieces) if llm.points else pieces:
            first_word()
            yield Delta(piece)
    yield Step("checking")
    checker = Checker(llm, settings)
    if llm.points:
        verdict = checker.pointed(question, "".join(draft), messages, evidence, scored, until)
    else:
        verdict = checker.free(question, "".join(draft), evidence, until)
    return verdict, reply.usage


def _few(evidence: Sequence[Evidence], count: Callable[[Sequence[str]], list[int]]) -> Sequence[Evidence]:
    """The first quotes, as many as ``FEW`` lets pass, and one at least."""
    quotes, room = FEW
    sizes = accumulate(count([e.quote for e in evidence[:quotes]])) if evidence else ()
    return evidence[: max(sum(size <= room for size in sizes), 1)]


def _kept(pieces: Iterable[str], kept: list[str]) -> Iterator[str]:
    """The pieces, each of which is in ``kept`` by the time it is passed on."""
    for piece in pieces:
        kept.append(piece)
        yield piece


def _without_number(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without the "[2] " that they begin with."""
    said, begun = "", False
    for piece in pieces:
        said += piece
        _, mark, rest = said.partition("] ")
        if begun or rest:
            yield piece if begun else rest
            begun = True
        elif not mark and not said.startswith("["):
            yield said
            begun = True


class Checker:
    """The checks of one model's drafts; ``until`` is the monotonic time by which a check must be through."""

    def __init__(self, llm: ChatModel, settings: Settings) -> None:
        self._llm = llm
        self._settings = settings

    def pointed(
        self,
        question: str,
        draft: str,
        asked: Sequence[Message],
        evidence: Sequence[Evidence],
        scored: Sequence[Evidence],
        until: float,
    ) -> Verdict:
        """What passes of a draft that points at a quote: its quotes must carry it, and it must be likely enough.

        Whether the model would rather have declined what it was ``asked`` is found out afterwards, and weighed with all
        else that is known.
        """
        verdict = pointed(question, draft, evidence)
        if not verdict.claims:
            return verdict
        try:
            [declined] = self._llm.score(asked, (prompt.NOT_FOUND,), deadline=_left(until))
        except (LlmError, ModelError) as error:
            log.warning("the answer was not weighed: %s", error)
            return verdict
        certain = certainty(verdict, declined, scored)
        log.info("certainty %.2f", certain)
        if certain >= self._settings.certainty:
            return verdict
        return Verdict((), None, "the quotes that come closest do not answer it")

    def free(self, question: str, draft: str, evidence: Sequence[Evidence], until: float) -> Verdict:
        """What passes of a draft; where nothing does though a sentence bears strongly on the question, one more try.

        Small models are thrown by what stands beside the answer, and decline too easily: the second draft sees only the
        best sentence and may not decline. The same checks decide.
        """
        verdict = self._second_look(question, verify(question, draft, evidence), until)
        best = [e for e in evidence[:1] if e.score >= RETRY_SCORE]
        if verdict.claims or not best or not self._llm.can_score:
            return verdict
        try:
            messages = prompt.answer_messages(question, best, may_decline=False)
            with closing(
                self._llm.stream(messages, max_tokens=self._settings.max_tokens, deadline=_left(until))
            ) as reply:
                again = "".join(reply)
        except (LlmError, ModelError) as error:
            log.warning("no second draft: %s", error)
            return verdict
        second = self._second_look(question, verify(question, again, best), until)
        return second if second.claims else verdict

    def _second_look(self, question: str, verdict: Verdict, until: float) -> Verdict:
        """Refuses what the model itself, shown only the answer and its quotes, does not find carried by them.

        Only for models that tell how likely a word is; a failing check leaves the verdict as it is.
        """
        if not verdict.claims or not self._llm.can_score:
            return verdict
        said = " ".join(claim.text for claim in verdict.claims)
        passages = [passage(quote) for claim in verdict.claims for quote in claim.quotes]
        try:
            messages = prompt.check_messages(question, said, passages)
            yes, no = self._llm.score(messages, prompt.CHECK_OPTIONS, deadline=_left(until))
        except (LlmError, ModelError) as error:
            log.warning("the answer was not checked a second time: %s", error)
            return verdict
        log.info("support %.2f", yes - no)
        if yes - no >= self._settings.support:
            return verdict
        return Verdict((), None, "the quotes that come closest do not answer it")


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
        newer = Claim(f"“{' '.join(change.other.quote.split())}”", (change.other,), first.carried)
        text = f"Earlier reports gave {change.cited_value} ({published.day} {published:%B %Y})."
        return Verdict((newer, Claim(text, first.quotes[:1], first.carried)), change.other_value)
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
