"""The kind of a request in words that no rule knows, by a logistic regression over its words and its vector.

The weights are made by ``evals.train.kinds``, for the vectors of one embedder: with another one the rules stay alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from rag.protocols import Embedder
from rag.qa.requests.kinds import MAX_READ, RequestKind

SURE = 0.5
"""How likely a kind must be, to be taken for one that the rules do not see."""
LONGEST = 3  # words of a run that is weighed
VECTOR_WEIGHT = 1.5  # of the vector beside the words, of which each is of length 1
WEIGHTS = "kinds.npz"

_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'’-]*(?: (?:of |the )?[A-Z][\w'’-]*)*")
_NUMBER = re.compile(r"\d[\d,.]*")
_TOKEN = re.compile(r"[\w'’]+|[?!:;,=-]")


def runs_of_words(request: str) -> list[str]:
    """All runs of up to three words and marks of a request, in which every name and every number is the same word."""
    plain = _NUMBER.sub("NUM", _NAME.sub("NAME", " ".join(request.split())[:MAX_READ])).lower()
    words = _TOKEN.findall(plain)
    return [" ".join(words[at : at + n]) for n in range(1, LONGEST + 1) for at in range(len(words) - n + 1)]


@dataclass(frozen=True, slots=True)
class KindModel:
    """``weights`` has a row for each kind: of the words, as many as ``places`` has, then of the vector."""

    embedder: str  # its digest
    kinds: tuple[RequestKind, ...]
    places: dict[str, int]
    rarity: Any  # of each run of words: its inverse document frequency
    weights: Any
    bias: Any

    def likeliest(self, request: str, embedder: Embedder) -> tuple[RequestKind, float]:
        """The kind that fits best, and how likely it is."""
        import numpy as np

        given = np.zeros(self.weights.shape[1], dtype=np.float32)
        for run in runs_of_words(request):
            if (at := self.places.get(run)) is not None:
                given[at] += 1
        known = given[: len(self.rarity)]
        known[known > 0] = 1 + np.log(known[known > 0])  # sublinear term frequency
        known *= self.rarity
        known /= max(float(np.linalg.norm(known)), 1e-9)
        given[len(self.rarity) :] = VECTOR_WEIGHT * embedder.embed([request])[0]
        scores = self.weights @ given + self.bias
        chances = np.exp(scores - scores.max())
        best = int(chances.argmax())
        return self.kinds[best], float(chances[best] / chances.sum())


@cache
def kind_model() -> KindModel:
    """The model that is shipped."""
    import numpy as np

    with files(__package__).joinpath(WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as stored:
        kinds = tuple(cast(RequestKind, str(kind)) for kind in stored["kinds"])
        places = {str(run): at for at, run in enumerate(stored["runs"])}
        weights, bias = stored["weights"].astype(np.float32), stored["bias"].astype(np.float32)
        return KindModel(str(stored["embedder"]), kinds, places, stored["rarity"].astype(np.float32), weights, bias)


def learnt_kind(request: str, embedder: Embedder) -> RequestKind | None:
    """What a request is that the rules take for one fact; None where it may well be one, or nothing was learnt."""
    model = kind_model()
    if embedder.digest != model.embedder:
        return None
    kind, chance = model.likeliest(request, embedder)
    return kind if chance > SURE and kind not in ("fact", "pasted") else None
