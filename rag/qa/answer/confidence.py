"""How likely an answer is right, from the sentences found for the question: logistic regression.

The best sentence is a close one also where none answers, and a small model says of nearly every answer that it is
right. How strong the sentence is that an answer stands on, how much of what bears on the question says the same, and
what the model had in mind while it wrote tell more, and cost nothing. From which answers the weights were found, and
what they are worth: docs/experiments.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.subjects import LIGHT, alike, asked_names, held, meant_in, surrounding_tokens
from rag.qa.learnt.reply_model import log_odds_by_state
from rag.qa.retrieval.calibration import log_odds, logistic, weighted
from rag.text.tokens import content, tokens
from rag.types import Evidence

CONFIDENCE_WEIGHTS = {"score": 0.73, "share": 3.2, "unspoken": -0.3, "always": -0.6}
"""Of the log-odds that the ranking gives the best quote, the share (0..1) of all that bears on the question which says
the same, the number of words that an answer repeats from the question and that stand nowhere near its quotes, and 1."""

WEIGHTS_WITH_STATE = {"score": 0.7, "share": 3.0, "unspoken": -0.25, "state": 0.2, "always": -0.3}
"""The same where an engine tells the model's inner state, with the log-odds of ``rag.qa.learnt.reply_model``. It counts
less than was learnt: of news that somebody made up, as ours are, it tells little (docs/experiments.md)."""

LOOKED_AT = 60
"""Sentences, best first, in which the same answer is looked for."""


def views_of(question: str, verdict: Verdict, scored: Sequence[Evidence]) -> dict[str, float]:
    """What ``CONFIDENCE_WEIGHTS`` weighs, of a verdict with claims on ``question``.

    ``scored`` are all sentences, best first, with their probabilities.
    """
    said = set(tokens(verdict.short or ""))
    looked_at = scored[:LOOKED_AT]
    # A cited quote says it, though it may have 'he' in a name's place.
    cited = {(e.article.id, e.start) for claim in verdict.claims for e in claim.quotes}
    saying = sum(
        e.score for e in looked_at if said and ((e.article.id, e.start) in cited or said <= set(tokens(e.quote)))
    )
    return {
        "score": log_odds(max(e.score for claim in verdict.claims for e in claim.quotes)),
        "share": saying / (sum(e.score for e in looked_at) or 1.0),
        "unspoken": float(len(_unspoken_words(question, verdict))),
        "always": 1.0,
    }


def _unspoken_words(question: str, verdict: Verdict) -> set[str]:
    """The words of the first claim that it has from ``question``, names aside, and that neither its quotes nor what
    stands around them and above them have in whatever words.

    A draft fills the question's gap with a name of the quote and repeats the rest: 'The United States has passed a bill
    that will ban the sale of tobacco', of a quote on a bill against an app.
    """
    claim = verdict.claims[0]
    asked = set(tokens(question))
    named = {t for run in asked_names(question) for t in run}
    near = set().union(*(surrounding_tokens(e) for e in claim.quotes))
    repeated = {t for t in content(claim.text) if held(t, asked) and t not in LIGHT | named and not t[0].isdigit()}
    return {t for t in repeated if not (held(t, near) or meant_in(t, near) or alike(t, near))}


def certainty(
    question: str, verdict: Verdict, scored: Sequence[Evidence], inner: Sequence[float] | None = None
) -> float:
    """That an answer is right, 0..1; see :func:`views_of`. ``inner`` is ``Usage.inner`` of the draft."""
    views, state = views_of(question, verdict, scored), log_odds_by_state(inner)
    if state is None:
        return logistic(weighted(CONFIDENCE_WEIGHTS, views))
    return logistic(weighted(WEIGHTS_WITH_STATE, {**views, "state": state}))
