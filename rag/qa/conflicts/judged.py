"""Yes or no by what the reader makes of each sentence, where the words of none decide it (``yes_or_no``)."""

from __future__ import annotations

import math

from rag.qa.article_days import ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.conflicts.yes_or_no import Word, in_a_word, may_decide
from rag.qa.retrieval.reranking import Ranked

SAID_FROM = 0.8
"""How likely a sentence must be to say yes, or no, for the word to be given."""


def judged(ranked: Ranked) -> Verdict | None:
    """'Yes' or 'No' with the sentence of the newest report that says so; None where none does, or reports of one day
    say both."""
    said = {(s.item.article.id, s.item.start): likelier(s.yes_no) for s in ranked.read if s.yes_no is not None}
    told = [(e, *said[key]) for e in may_decide(ranked.sentences) if (key := (e.article.id, e.start)) in said]
    sure = [(e, word, share) for e, word, share in told if share >= SAID_FROM]
    if not sure:
        return None
    newest = max(ordinal(e.article) for e, _, _ in sure)
    last = [(e, word, share) for e, word, share in sure if ordinal(e.article) == newest]
    if len({word for _, word, _ in last}) > 1:
        return None
    e, word, _ = max(last, key=lambda one: one[2] * one[0].score)
    return in_a_word(word, e)


def likelier(logits: tuple[float, float]) -> tuple[Word, float]:
    """The likelier word, and how likely it is: a softmax over the logits of yes and no, and 0 for neither."""
    yes, no = logits
    word, most = max(("Yes", yes), ("No", no), key=lambda pair: pair[1])
    total = sum(math.exp(logit - most) for logit in (yes, no, 0.0))
    return ("Yes" if word == "Yes" else "No"), 1 / total
