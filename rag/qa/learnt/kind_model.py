"""The kind of a request in words that no rule knows, by a logistic regression over its words and its vector.

The weights are made by ``evals.train.kinds``, for the vectors of one embedder: with another one the rules stay alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul

from rag.protocols import Embedder
from rag.qa.learnt.stored import stored_weights
from rag.qa.requests.kinds import KINDS_AT_ONCE, MAX_READ, RequestKind, surely_a_fact

LONGEST_RUN, LONGEST_SHAPE = 3, 4  # words of a run that is weighed, as they are and as shapes
LETTERS = (3, 4)  # of a run within a word: what is left of it when it is mistyped
VECTOR_WEIGHT = 0.45  # of the vector beside the words, of which each is of length 1
YES_OR_NO_ODDS = 1.0  # added to the score of a yes-or-no question where the rules see one
SURER_THAN_A_RULE = 2.0  # by how much the score of another kind must be above that of the one the rules see
KIND_WEIGHTS = "kinds.json.gz"

_QUOTED = re.compile(r"[\"“”«»][^\"“”«»]{2,80}[\"“”«»]|(?<!\w)['‘][^'‘’]{2,80}['’](?!\w)")
_NUMBER = re.compile(r"\d[\d,.]*")
_MARKS = '?!:;,=/-–—."'
_CLAUSE_ENDS = ".!?:;-–—/"
_BEGIN, _END = "^", "$"
_STAND_INS = (_NAME, _QUOTE, _A_NUMBER) = ("NAME", "QUOTE", "NUM")
_TOKEN = re.compile(rf"[\w'’]+(?:-[\w'’]+)*|[{re.escape(_MARKS + _BEGIN)}]")
_ASKS_WITHIN = re.compile(
    r"\b(?:know|wonder(?:ing)?|(?:tell|told|explain to|remind) (?:me|us)|out|curious|see|hear(?:ing)?|learn|remember|"
    r"understand|sure|idea|certain|say|interested in|reading)(?=,? (?:if|whether|who|whose|whom|what|which|when|where|"
    r"why|how)\b)",
    re.I,
)
"""What a question comes after that is no whole sentence: 'I should like to know' which."""
_PLURAL = re.compile(r"\w{2,}[^\Wsui]s")


def words_and_marks(request: str, common: Container[str] = ()) -> list[str]:
    """The words and marks of a request, and where a question may begin and where all ends. Every quote and number is
    the same word, and so is every name: words with a capital that are not ``common``."""
    plain = _NUMBER.sub(_A_NUMBER, _QUOTED.sub(_QUOTE, " ".join(request.split())[:MAX_READ]))
    found = _TOKEN.findall(_ASKS_WITHIN.sub(rf"\g<0> {_BEGIN} ", plain).replace("’", "'"))
    words = [_BEGIN]
    for at, word in enumerate(found):
        if word in _STAND_INS:
            words.append(word)
        elif not word[0].isupper() or words[-1] == _BEGIN or word.lower() in common:
            words.append(word.lower())
        elif words[-1] != _NAME:
            words.append(_NAME)
        if word in _CLAUSE_ENDS and at + 1 < len(found):
            words.append(_BEGIN)
    return [*words, _END]


def parts_of(request: str, common: Container[str]) -> list[str]:
    """All of a request that may be weighed: runs of its words; of their shapes ('~'), in which a word that is not
    ``common`` is only its ending; and of the letters of each word ('#')."""
    words = words_and_marks(request, common)
    shapes = [_shape(word, common) for word in words]
    told = [shape for at, shape in enumerate(shapes) if not (shape == "_" and at and shapes[at - 1] == "_")]
    letters = [
        f"#{padded[at : at + n]}"
        for padded in (f" {word} " for word in words)
        for n in LETTERS
        for at in range(max(len(padded) - n + 1, 1))
    ]
    return [*_runs(words, 1, LONGEST_RUN), *(f"~{run}" for run in _runs(told, 2, LONGEST_SHAPE)), *letters]


def _runs(words: Sequence[str], shortest: int, longest: int) -> list[str]:
    return [" ".join(words[at : at + n]) for n in range(shortest, longest + 1) for at in range(len(words) - n + 1)]


def _shape(word: str, common: Container[str]) -> str:
    if word in common or word in (_BEGIN, _END, *_STAND_INS) or word in _MARKS:
        return word
    ending = next((end for end in ("ing", "ed", "ly", "'s") if len(word) > len(end) + 2 and word.endswith(end)), "")
    return f"_{ending or ('s' if _PLURAL.fullmatch(word) else '')}"


@dataclass(frozen=True, slots=True)
class KindModel:
    """``parts`` has for each part of a request its inverse document frequency, then its weight for each kind;
    ``vector`` has for each kind a weight for each number of a vector."""

    embedder: str  # its digest
    kinds: tuple[RequestKind, ...]
    common: frozenset[str]  # words that are no matter of the news
    parts: dict[str, list[float]]
    vector: list[list[float]]
    bias: list[float]

    def scores(self, request: str, embedder: Embedder) -> dict[RequestKind, float]:
        """How well each kind fits: the products of its weights with the request's parts (TF-IDF with sublinear
        frequency, of length 1) and its vector."""
        known = {part: n for part, n in Counter(parts_of(request, self.common)).items() if part in self.parts}
        given = [((1 + math.log(n)) * self.parts[part][0], self.parts[part][1:]) for part, n in known.items()]
        length = math.hypot(*(value for value, _ in given)) or 1.0
        numbers = [VECTOR_WEIGHT * float(number) for number in embedder.embed([request])[0]]
        return {
            kind: bias
            + sum(value * weights[n] for value, weights in given) / length
            + sum(map(mul, self.vector[n], numbers))
            for n, (kind, bias) in enumerate(zip(self.kinds, self.bias, strict=True))
        }


@cache
def kind_model() -> KindModel:
    """The model that is shipped."""
    stored = stored_weights(KIND_WEIGHTS)
    return KindModel(**(stored | {"kinds": tuple(stored["kinds"]), "common": frozenset(stored["common"])}))


def learnt_kind(request: str, by_rules: RequestKind, embedder: Embedder) -> RequestKind:
    """What a request is that the rules take for ``by_rules``: the same, unless that is one fact or a yes or no and
    another kind fits better, or another one fits far better: a count may be one of articles."""
    model = kind_model()
    if by_rules in KINDS_AT_ONCE or embedder.digest != model.embedder or surely_a_fact(request):
        return by_rules
    scores = model.scores(request, embedder)
    if by_rules == "yes-no":
        scores["yes-no"] += YES_OR_NO_ODDS
        scores.pop("fact")
    likeliest = max(scores, key=scores.__getitem__)
    if by_rules in ("fact", "yes-no"):
        return likeliest
    seen = scores["fact" if by_rules == "count" else by_rules]  # as a count is learnt
    if by_rules == "count" and likeliest != "about-us":
        return by_rules
    return likeliest if scores[likeliest] > seen + SURER_THAN_A_RULE else by_rules
