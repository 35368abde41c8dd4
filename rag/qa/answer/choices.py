"""Question + choices + evidence -> how likely each choice is the right one."""

from __future__ import annotations

import logging
import math
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import LlmError, ModelError, UsageError
from rag.protocols import Llm
from rag.qa.answer.prompts import choice_messages
from rag.text.quantities import Quantity, agree, carries, quantities
from rag.text.timex.calendar import Day
from rag.text.tokens import among, content
from rag.types import Evidence

log = logging.getLogger(__name__)

MAX_CHOICES = 26
SHARPNESS = 6.0
"""From how much of a choice stands in the evidence (0..1) to a log-odds."""
TITLE_WEIGHT = 0.5
"""What a word of a choice counts that stands only in the headline."""
WEAKEST = 0.5
"""What a word counts in a sentence that does not bear on the question, beside one that does so most."""
ORDERS = 4
"""In how many orders a model is shown the choices, at most."""
MIN_LOG_PROBABILITY = -30.0
"""The lowest log-probability of a letter that is told apart: a model may say that one is impossible."""
LEFT_OVER = 0.35
"""How much of a 'none of these' is taken to stand in the evidence: more than of a choice that nothing speaks for."""

_OTHERS = r"(?:above|others?|(?:(?:above|other) )?(?:answers|choices|options))"
_LEFT_OVER = re.compile(
    r"(?:none|neither|no one|not (?:one|any)|all|both|any)(?: of (?:(?:the )?" + _OTHERS + r"|(?:these|those)(?: "
    + _OTHERS + r")?|them)|(?: the)? above)|none|neither",
    re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """A probability for each choice, in their order; the sentence that speaks most for the likeliest, if any does."""

    probabilities: tuple[float, ...]
    quote: Evidence | None

    @property
    def best(self) -> int:
        """The place of the likeliest choice, from 0."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)


def checked_choices(choices: Sequence[str]) -> tuple[str, ...]:
    """The choices with single spaces. Raises ``UsageError``: fewer than two, too many, an empty one, two the same."""
    if isinstance(choices, str):
        raise UsageError("choices are a list of texts, not one text")
    texts = tuple(" ".join(choice.split()) for choice in choices)
    if not 2 <= len(texts) <= MAX_CHOICES:
        raise UsageError(f"{len(texts)} choices given; between 2 and {MAX_CHOICES} can be chosen from")
    if not all(texts):
        raise UsageError(f"choice {texts.index('') + 1} is empty")
    twice = next((t for t, n in Counter(t.lower() for t in texts).items() if n > 1), None)
    if twice:
        raise UsageError(f"two choices are the same: {twice}")
    return texts


def weigh_choices(
    question: str, choices: Sequence[str], evidence: Sequence[Evidence], llm: Llm | None, *, deadline: float
) -> Chosen:
    """How likely each of ``choices`` is, from the evidence and, where a model can score, from its opinion.

    Both are log-odds that are added: of the evidence ``SHARPNESS`` times the share of a choice's words, names and
    quantities that stand in the sentence that speaks most for it, weighted by how strongly that sentence bears on the
    question; of the model the mean over several orders of the choices, for small models prefer a place. A model that
    fails leaves it to the evidence. ``choices`` are as :func:`checked_choices` gives them.
    """
    said = _spoken_for(choices, evidence)
    odds = [SHARPNESS * share for share, _ in said]
    if llm is not None and llm.can_score:
        try:
            opinion = _opinion(question, choices, evidence, llm, deadline)
        except (LlmError, ModelError) as error:
            log.warning("the model did not choose: %s", error)
        else:
            odds = [a + b for a, b in zip(odds, opinion, strict=True)]
    top = max(odds)
    weights = [math.exp(o - top) for o in odds]
    probabilities = tuple(w / sum(weights) for w in weights)
    return Chosen(probabilities, said[probabilities.index(max(probabilities))][1])


def _spoken_for(choices: Sequence[str], evidence: Sequence[Evidence]) -> list[tuple[float, Evidence | None]]:
    """How much of each choice stands in the evidence, 0..1, and in which sentence."""
    if not evidence:
        return [(0.0, None)] * len(choices)
    amounts = [quantities(choice) for choice in choices]
    words = [_words(choice, own) for choice, own in zip(choices, amounts, strict=True)]
    strongest = max(e.score for e in evidence) or 1.0
    told = [(e, set(content(e.quote)), set(content(e.article.title)), quantities(e.quote)) for e in evidence]

    def weight(sharing: int) -> float:
        return math.log((1 + len(choices)) / (0.5 + sharing))  # what every choice has tells nothing of any

    found: list[tuple[float, Evidence | None]] = []
    for choice, own, bag in zip(choices, amounts, words, strict=True):
        if _LEFT_OVER.fullmatch(choice.rstrip(" .!")):
            found.append((LEFT_OVER, None))
            continue
        weights = [(word, weight(sum(word in other for other in words))) for word in bag]
        counts = [(q, weight(sum(_shown(q, other) for other in amounts))) for q in own]
        total = sum(much for _, much in (*weights, *counts))
        best: tuple[float, Evidence | None] = (0.0, None)
        for item, here, title, shown in told if total else ():
            held = sum(much for q, much in counts if _shown(q, shown))
            held += sum(much * (among(w, here) or TITLE_WEIGHT * among(w, title)) for w, much in weights)
            share = min(held / total, 1.0) * (WEAKEST + (1 - WEAKEST) * item.score / strongest)
            if share > best[0]:
                best = (share, item)
        found.append(best)
    return found


def _words(choice: str, own: Sequence[Quantity]) -> list[str]:
    """The words of a choice without its quantities, which are compared as numbers: '2,000' is no word of a quote."""
    left = list(choice)
    for q in own:
        left[q.start : q.end] = " " * (q.end - q.start)
    return list(dict.fromkeys(content("".join(left))))  # in order, or the last digit of a sum is left to chance


def _shown(said: Quantity, shown: Sequence[Quantity]) -> bool:
    """Whether one of ``shown`` is the quantity ``said``; what is counted may be called otherwise."""
    return any(agree(said, q) or carries(q, said) or _same_number(said, q) for q in shown)


def _same_number(a: Quantity, b: Quantity) -> bool:
    """Whether one is a number and the other its digits, read as a year: '2000' beside 'two thousand people'."""
    year, other = (a, b) if a.kind == "date" else (b, a)
    return year.day == Day(year=int(year.value)) and other.kind in ("number", "count") and other.value == year.value


def _opinion(
    question: str, choices: Sequence[str], evidence: Sequence[Evidence], llm: Llm, deadline: float
) -> list[float]:
    """The model's log-probability of each choice: the mean over orders in which each stands in several places.

    Up to ``ORDERS`` choices stand in every place once; of more, a love of one place is left with those that stood in
    it. The quotes come first, so that the model reads them once.
    """
    count = len(choices)
    until = time.monotonic() + deadline
    letters = [chr(65 + n) for n in range(count)]
    total = [0.0] * count
    shifts = sorted({n * count // min(count, ORDERS) for n in range(min(count, ORDERS))})
    for shift in shifts:
        turned = [*choices[shift:], *choices[:shift]]
        left = max(until - time.monotonic(), 1.0)
        scores = llm.score(choice_messages(question, turned, evidence), letters, deadline=left)
        for place, score in enumerate(scores):
            known = score if score > MIN_LOG_PROBABILITY else MIN_LOG_PROBABILITY  # the least for what is no number too
            total[(place + shift) % count] += known / len(shifts)
    return total
