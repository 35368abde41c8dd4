"""Which value of what was read answers a followed question, or gives it another one, and how likely: two logistic
regressions over views without a word of the story in them, made by ``evals.train.following``.

The second one has the log-odds of the first among its views. They are weights of the reranker that comes with the
program: without its readings nothing is weighed, and rules decide alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rag.ledger.following_values import says_the_same
from rag.ledger.weighing.candidates import Candidate, value_candidates
from rag.ledger.weighing.views import Before, Views, change_views, names_what_is_asked, value_views
from rag.qa.learnt.stored import stored_weights
from rag.qa.retrieval.reranking import ReadSentence
from rag.types import Evidence, day

FOLLOWING_WEIGHTS = "follows.json.gz"
FIRST_FROM = 0.5
"""Log-odds from which on a value is the first one of a question that the answer left open."""
FOUND_FROM = 0.5
"""Log-odds from which on a value is told of a question that had none."""
CHANGE_FROM = 0.5
"""Log-odds from which on another value is told though no rule sees one."""
RULES_FROM = -1.0
"""Log-odds below which another value is not told though the rules see one."""


@dataclass(frozen=True, slots=True)
class WeighedValue:
    """A value in a sentence, and the natural log-odds that it answers, or is what it has changed to."""

    item: Evidence
    value: str
    odds: float


@cache
def following_weights() -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The weights by view, '' for the constant: of a value, and of a changed one."""
    stored = stored_weights(FOLLOWING_WEIGHTS)
    return stored["value"], stored["change"]


def viewed(question: str, read: Sequence[ReadSentence]) -> list[tuple[Candidate, Views]]:
    """Every value that the sentences may give, with what tells whether it answers."""
    articles: dict[str, dict[int, ReadSentence]] = {}
    for sentence in read:
        articles.setdefault(sentence.item.article.id, {}).setdefault(sentence.item.start, sentence)
    return [
        (c, value_views(question, c, list(sentences.values())))
        for sentences in articles.values()
        for sentence in sentences.values()
        for c in value_candidates(question, sentence)
    ]


def differing(
    question: str, found: Iterable[tuple[Candidate, Views]], before: Before | None
) -> list[tuple[Candidate, Views]]:
    """Those whose value is another one than that of ``before``."""
    if before is None:
        return list(found)
    old, since = before.old.value, before.since
    return [
        (c, views)
        for c, views in found
        if not says_the_same(question, old, c.value, (since, day(c.item.article.updated or c.item.article.published)))
    ]


def weighed_values(question: str, read: Sequence[ReadSentence]) -> list[WeighedValue]:
    """The values that sentences about the names of a question may give, the likeliest answer first."""
    weights, _ = following_weights()
    found = [WeighedValue(c.item, c.value, _log_odds(weights, views)) for c, views in viewed(question, read)]
    return _about(question, found)


def weighed_changes(question: str, read: Sequence[ReadSentence], before: Before | None) -> list[WeighedValue]:
    """The values that are others than before, as in :func:`weighed_values`, the likeliest change first."""
    values, changes = following_weights()
    found = []
    for c, views in differing(question, viewed(question, read), before):
        whole = views | change_views(question, c, before) | {"value": _log_odds(values, views)}
        found.append(WeighedValue(c.item, c.value, _log_odds(changes, whole)))
    return _about(question, found)


def _about(question: str, found: Sequence[WeighedValue]) -> list[WeighedValue]:
    return sorted((w for w in found if names_what_is_asked(question, w.item)), key=lambda w: -w.odds)


def is_doubtful(found: Sequence[WeighedValue], question: str, item: Evidence, value: str) -> bool:
    """Whether what a rule sees in a sentence was weighed, and is not likely."""
    place = (item.article.id, item.start)
    here = [w for w in found if (w.item.article.id, w.item.start) == place]
    return max((w.odds for w in here if says_the_same(question, w.value, value)), default=RULES_FROM) < RULES_FROM


def _log_odds(weights: Mapping[str, float], views: Views) -> float:
    return weights[""] + sum(weight * views.get(name, 0.0) for name, weight in weights.items() if name)
