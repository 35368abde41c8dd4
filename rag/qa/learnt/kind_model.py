"""The kind of a request in words that no rule knows, by a logistic regression over its words and its vector.

The weights are made by ``evals.train.kinds``, for the vectors of one embedder: with another one the rules stay alone.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import mul

from rag.protocols import Embedder
from rag.qa.requests.kinds import MAX_READ, RequestKind

LEAST_CHANCE = 0.5
"""How likely a kind must be, to be taken for one that the rules do not see."""
LONGEST_RUN = 3  # words of a run that is weighed
VECTOR_WEIGHT = 1.5  # of the vector beside the words, of which each is of length 1
KIND_WEIGHTS = "kinds.json.gz"

_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'’-]*(?: (?:of |the )?[A-Z][\w'’-]*)*")
_NUMBER = re.compile(r"\d[\d,.]*")
_TOKEN = re.compile(r"[\w'’]+|[?!:;,=-]")


def runs_of_words(request: str) -> list[str]:
    """All runs of up to three words and marks of a request, in which every name and every number is the same word."""
    plain = _NUMBER.sub("NUM", _NAME.sub("NAME", " ".join(request.split())[:MAX_READ])).lower()
    words = _TOKEN.findall(plain)
    return [" ".join(words[at : at + n]) for n in range(1, LONGEST_RUN + 1) for at in range(len(words) - n + 1)]


@dataclass(frozen=True, slots=True)
class KindModel:
    """``words`` has for each run of words its inverse document frequency, then its weight for each kind; ``vector`` has
    for each kind a weight for each number of a vector."""

    embedder: str  # its digest
    kinds: tuple[RequestKind, ...]
    words: dict[str, list[float]]
    vector: list[list[float]]
    bias: list[float]

    def likeliest(self, request: str, embedder: Embedder) -> tuple[RequestKind, float]:
        """The kind that fits best, and how likely it is: a softmax over the products of weights with the request's
        words (TF-IDF with sublinear frequency, of length 1) and its vector."""
        known = {run: n for run, n in Counter(runs_of_words(request)).items() if run in self.words}
        given = [((1 + math.log(n)) * self.words[run][0], self.words[run][1:]) for run, n in known.items()]
        length = math.hypot(*(value for value, _ in given)) or 1.0
        numbers = [VECTOR_WEIGHT * float(number) for number in embedder.embed([request])[0]]
        scores = [
            bias + sum(value * weights[n] for value, weights in given) / length + sum(map(mul, self.vector[n], numbers))
            for n, bias in enumerate(self.bias)
        ]
        best = max(range(len(scores)), key=scores.__getitem__)
        return self.kinds[best], 1 / sum(math.exp(score - scores[best]) for score in scores)


@cache
def kind_model() -> KindModel:
    """The model that is shipped."""
    stored = json.loads(gzip.decompress(files(__package__).joinpath(KIND_WEIGHTS).read_bytes()))
    return KindModel(**(stored | {"kinds": tuple(stored["kinds"])}))


def learnt_kind(request: str, embedder: Embedder) -> RequestKind | None:
    """What a request is that the rules take for one fact; None where it may well be one, or nothing was learnt."""
    model = kind_model()
    if embedder.digest != model.embedder:
        return None
    kind, chance = model.likeliest(request, embedder)
    return kind if chance > LEAST_CHANCE and kind not in ("fact", "pasted") else None
