"""The measures that published sets bring with them, kept as published so that figures can be compared."""

from __future__ import annotations

from collections.abc import Callable

from ..records import holds, normalise
from .lines import Line, Score, asked, groups, plain, removed, right

REFUSED_TEXT = "insufficient information"
"""What a refusal counts as where a set's own measure wants those words (MultiHop-RAG)."""


# -- MultiHop-RAG's own ------------------------------------------------------------------------------------------

# Tang and Yang, "MultiHop-RAG: Benchmarking Retrieval-Augmented Generation for Multi-Hop Queries", COLM 2024, and
# its published evaluation scripts: texts are compared without blanks and line breaks; null queries are left out.


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\n", "")


def _fact_ranks(line: Line) -> list[list[int]] | None:
    """For each of the first ten chunks, the facts it holds; None where the question has no facts."""
    if not line.get("facts") or removed(line):
        return None
    facts = [_squeezed(fact) for fact in line["facts"]]
    texts = [_squeezed(hit["text"]) for hit in line["retrieved"][:10]]
    return [[i for i, fact in enumerate(facts) if fact in text] for text in texts]


def hits_at(k: int) -> Callable[[Line], Score]:
    """MultiHop-RAG's Hits@k: one of the first k chunks holds a gold fact, word for word."""

    def score(line: Line) -> Score:
        ranks = _fact_ranks(line)
        return None if ranks is None else (float(any(ranks[:k])), 1.0)

    return score


def multihop_map(line: Line) -> Score:
    """MultiHop-RAG's MAP@10: the sum over the first ten chunks of (facts met there for the first time / rank), over the
    number of facts (ten at most). Not the textbook's average precision; kept as published, to be comparable.
    """
    ranks = _fact_ranks(line)
    if ranks is None:
        return None
    seen: set[str] = set()
    total = 0.0
    facts = [_squeezed(fact) for fact in line["facts"]]
    for rank, held in enumerate(ranks, 1):
        new = {facts[i] for i in held} - seen
        seen |= new
        total += len(new) / rank
    return (total / min(len(facts), 10), 1.0)


def multihop_mrr(line: Line) -> Score:
    """MultiHop-RAG's MRR@10: the reciprocal rank of the first chunk that holds a gold fact."""
    ranks = _fact_ranks(line)
    if ranks is None:
        return None
    first = next((n for n, held in enumerate(ranks, 1) if held), None)
    return (1 / first if first else 0.0, 1.0)


def multihop_accuracy(line: Line) -> Score:
    """MultiHop-RAG's own answer accuracy: answer and gold answer, in lower case and cut at blanks, share a word; for a
    null query the gold answer is 'insufficient information', which a refusal counts as. Generous: see
    ``multihop_strict``.
    """
    if line.get("format") != "multihop-rag" or not asked(line) or removed(line):
        return None
    given = REFUSED_TEXT if line["refused"] else plain(line["answer"])
    gold = " ".join(line["answers"]) if line["answerable"] else REFUSED_TEXT
    return (float(bool(set(given.lower().split()) & set(gold.lower().split()))), 1.0)


def multihop_strict(line: Line) -> Score:
    """The strict accuracy beside MultiHop-RAG's own: the answer holds the gold answer (``contains_answer``), for yes
    and no as its first word; a null query is refused.
    """
    if line.get("format") != "multihop-rag" or not asked(line) or removed(line):
        return None
    if not line["answerable"]:
        return (float(line["refused"]), 1.0)
    gold = normalise(line["answers"][0])
    if gold in ("yes", "no"):
        return (float(not line["refused"] and normalise(plain(line["answer"])).split()[:1] == [gold]), 1.0)
    return (float(right(line)), 1.0)


# -- RGB's own ---------------------------------------------------------------------------------------------------


def rgb_accuracy(line: Line) -> Score:
    """RGB's own accuracy: every part of the answer is in the text, in lower case, also within a word; for the
    questions of 'rejection' (nothing but noise) the question is refused.

    Chen et al., "Benchmarking Large Language Models in Retrieval-Augmented Generation", AAAI 2024.
    """
    if line.get("format") != "rgb" or not asked(line) or removed(line):
        return None
    if line["answerable"] is False:
        return (float(line["refused"]), 1.0)
    text = "" if line["refused"] else plain(line["answer"]).lower()
    return (float(all(any(a.lower() in text for a in group) for group in groups(line))), 1.0)


def misled(line: Line) -> Score:
    """The answer says what the planted false passages say (RGB, counterfactual). Lower is better."""
    if not line.get("wrong_answers") or not asked(line) or removed(line):
        return None
    given = not line["refused"] and holds(line["wrong_answers"], plain(line["answer"])) and not right(line)
    return (float(given), 1.0)
