"""Question + choices + evidence -> how likely each choice is the right one."""

from __future__ import annotations

import logging
import math
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.errors import LlmError, ModelError, UsageError
from rag.quantities import agree, quantities
from rag.terms import content, related
from rag.types import Evidence, Message

log = logging.getLogger(__name__)

MOST = 26
SHARPNESS = 6.0
"""From how much of a choice stands in the evidence (0..1) to a log-odds."""
TITLE = 0.5
"""What a word of a choice counts that stands only in the headline."""
ORDERS = 4
"""In how many orders a model is shown the choices, at most."""
LEFT_OVER = 0.35
"""How much of a 'none of these' is taken to stand in the evidence: more than of a choice that nothing speaks for."""

_NONE = re.compile(r"(?:none|neither|not? (?:one|any)) of (?:the|these|those)\b|none$", re.I)
_ALL = re.compile(r"(?:all|both|any) of (?:the|these|those)\b", re.I)


class Scorer(Protocol):
    """What is used of a language model."""

    @property
    def can_score(self) -> bool: ...
    def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """A probability for each choice, in their order; the sentence that speaks most for the likeliest, if any does."""

    probabilities: tuple[float, ...]
    quote: Evidence | None

    @property
    def best(self) -> int:
        """The place of the likeliest choice, from 0."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)


def checked(choices: Sequence[str]) -> tuple[str, ...]:
    """The choices with single spaces. Raises ``UsageError``: fewer than two, too many, an empty one, two the same."""
    if isinstance(choices, str):
        raise UsageError("choices are a list of texts, not one text")
    texts = tuple(" ".join(choice.split()) for choice in choices)
    if not 2 <= len(texts) <= MOST:
        raise UsageError(f"{len(texts)} choices given; between 2 and {MOST} can be chosen from")
    if not all(texts):
        raise UsageError(f"choice {texts.index('') + 1} is empty")
    twice = next((t for t, n in Counter(t.lower() for t in texts).items() if n > 1), None)
    if twice:
        raise UsageError(f"two choices are the same: {twice}")
    return texts


def choose(
    question: str, choices: Sequence[str], evidence: Sequence[Evidence], llm: Scorer | None, *, deadline: float
) -> Chosen:
    """How likely each of ``choices`` is, from the evidence and, where a model can score, from its opinion.

    Both are log-odds that are added: of the evidence ``SHARPNESS`` times the share of a choice's words, names and
    quantities that stand in the sentence that speaks most for it, weighted by how strongly that sentence bears on the
    question; of the model the mean over several orders of the choices, for small models prefer a place. A model that
    fails leaves it to the evidence. Raises ``UsageError`` as :func:`checked` does.
    """
    texts = checked(choices)
    said = [_spoken_for(texts, i, evidence) for i in range(len(texts))]
    odds = [SHARPNESS * share for share, _ in said]
    if llm is not None and llm.can_score:
        try:
            opinion = _opinion(question, texts, evidence, llm, deadline)
        except (LlmError, ModelError) as error:
            log.warning("the model did not choose: %s", error)
        else:
            odds = [a + b for a, b in zip(odds, opinion, strict=True)]
    top = max(odds)
    weights = [math.exp(o - top) for o in odds]
    probabilities = tuple(w / sum(weights) for w in weights)
    chosen = Chosen(probabilities, None)
    return Chosen(probabilities, said[chosen.best][1])


def _spoken_for(choices: Sequence[str], place: int, evidence: Sequence[Evidence]) -> tuple[float, Evidence | None]:
    """How much of a choice stands in the evidence, 0..1, and where."""
    choice = choices[place]
    if _NONE.match(choice) or _ALL.match(choice):
        return LEFT_OVER, None
    bags = [set(content(c)) for c in choices]
    own = quantities(choice)
    # a word of every choice tells nothing of any
    weight = {w: math.log((1 + len(bags)) / (0.5 + sum(w in bag for bag in bags))) for w in bags[place]}
    total = sum(weight.values()) + len(own)
    best: tuple[float, Evidence | None] = (0.0, None)
    if not total:
        return best
    strongest = max((e.score for e in evidence), default=0.0) or 1.0
    for item in evidence:
        here, title = set(content(item.quote)), set(content(item.article.title))
        shown = quantities(item.quote)
        held = sum(1.0 for q in own if any(agree(q, other) for other in shown))
        for word, much in weight.items():
            if any(word == w or related(word, w) for w in here):
                held += much
            elif any(word == w or related(word, w) for w in title):
                held += TITLE * much
        share = held / total * (0.5 + 0.5 * item.score / strongest)
        if share > best[0]:
            best = (min(share, 1.0), item)
    return best


_SYSTEM = "You answer multiple choice questions about the news from quotes of articles. Reply with one letter."


def choice_messages(question: str, choices: Sequence[str], evidence: Sequence[Evidence]) -> list[Message]:
    """The messages that ask for the letter of one choice: A for the first."""
    quotes = "\n".join(f"[{n}] {' '.join(e.quote.split())}" for n, e in enumerate(evidence, 1))
    options = "\n".join(f"{chr(65 + n)}) {choice}" for n, choice in enumerate(choices))
    return [
        {"role": "system", "content": _SYSTEM},
        {
            "role": "user",
            "content": f"Quotes:\n{quotes}\n\nQuestion: {question}\n{options}\n\nThe letter of the answer:",
        },
    ]


def _opinion(
    question: str, choices: Sequence[str], evidence: Sequence[Evidence], llm: Scorer, deadline: float
) -> list[float]:
    """The model's log-probability of each choice: the mean over orders in which each stands in several places.

    Up to ``ORDERS`` choices stand in every place once. The quotes come first, so that the model reads them once.
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
            total[(place + shift) % count] += score / len(shifts)
    return total
