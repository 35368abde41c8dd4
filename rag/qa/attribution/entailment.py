"""One more check of an answer: whether its claims follow from their quotes, as an inference model sees it."""

from __future__ import annotations

import logging
from dataclasses import replace

from rag.errors import ModelError
from rag.protocols import EntailmentModel
from rag.qa.attribution.claims import Verdict
from rag.text.sentences import passage

log = logging.getLogger(__name__)

MIN_ENTAILMENT = 0.5
"""Probability of entailment from which on quotes carry a claim."""


def entailed(verdict: Verdict, model: EntailmentModel) -> Verdict:
    """The verdict without the claims that do not follow from their quotes; a failing model leaves it as it is.

    A claim is read beside each of its quotes under its headline, and beside all together.
    """
    if not verdict.claims:
        return verdict
    pairs, owners = [], []
    for n, claim in enumerate(verdict.claims):
        passages = [passage(quote) for quote in claim.quotes]
        premises = list(dict.fromkeys([*passages, " ".join(passages)]))
        pairs += [(" ".join(premise.split()), claim.text) for premise in premises]
        owners += [n] * len(premises)
    try:
        scores = model.carried(pairs)
    except ModelError as error:
        log.warning("%s; the answer was not checked by it", error)
        return verdict
    best = [max(s for s, owner in zip(scores, owners, strict=True) if owner == n) for n in range(len(verdict.claims))]
    claims = tuple(claim for claim, score in zip(verdict.claims, best, strict=True) if score >= MIN_ENTAILMENT)
    if not claims:
        return Verdict((), None, "the answer does not follow from the quotes")
    # the short answer is that of the first claim
    return replace(verdict, claims=claims, short=verdict.short if claims[0] is verdict.claims[0] else None)
