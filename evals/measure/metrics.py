"""What is measured of one question: plain functions over a line of ``results.jsonl``.

A metric is a pair (numerator, denominator) for each question, or None where it does not apply to it; over a run it is
the sum of the numerators over the sum of the denominators (``evals.measure.statistics``). ``METRICS`` has them all by
name; their docstrings say what each means and whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from ..records import holds, holds_normalised, normalise
from .citations import citation_good, citation_precision, citation_recall, offsets_exact
from .lenient import holds_lenient
from .lines import Line, Score, absent, answerable, asked, groups, plain, removed, right
from .published import (
    hits_at,
    misled,
    multihop_accuracy,
    multihop_map,
    multihop_mrr,
    multihop_strict,
    rgb_accuracy,
)

K = (1, 3, 5, 10, 20)
"""The depths at which recall is measured."""

NONE_OF_THEM = "none of above"
"""'None of the above' in SQuAD's normal form (RealTimeQA's NOTA questions)."""

# -- answers -----------------------------------------------------------------------------------------------------


def contains_answer(line: Line) -> Score:
    """The answer's text, without citation marks, holds an accepted answer: whole words in a row, both in SQuAD's
    normal form; a refusal does not. Over answerable questions.

    "Accuracy" of open question answering: Mallen et al., "When Not to Trust Language Models", ACL 2023.
    """
    return (float(right(line)), 1.0) if answerable(line) and asked(line) else None


def contains_answer_lenient(line: Line) -> Score:
    """As ``contains_answer``, but for spelling (:func:`evals.measure.lenient.holds_lenient`): apostrophes, possessives,
    'U.S.', hyphens, number words, and the order of an answer that is a list. Ours; reported beside the strict one."""
    if not (answerable(line) and asked(line)):
        return None
    if line["refused"] or not line["answer"]:
        return (0.0, 1.0)
    text = plain(line["answer"])
    return (float(all(holds_lenient(group, text) for group in groups(line))), 1.0)


def exact_match(line: Line) -> Score:
    """The short answer (the whole text where there is none) equals an accepted answer in SQuAD's normal form.

    Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", EMNLP 2016.
    """
    if not (answerable(line) and asked(line)):
        return None
    given = _short(line)
    return (float(bool(given) and any(given == normalise(a) for a in line["answers"])), 1.0)


def f1(line: Line) -> Score:
    """Overlap in words of the short answer (the whole text where there is none) with the best accepted answer: the
    harmonic mean of precision and recall over the bags of words in SQuAD's normal form; 0 for a refusal.

    Rajpurkar et al., EMNLP 2016.
    """
    if not (answerable(line) and asked(line)):
        return None
    return (max((token_f1(_short(line), normalise(a)) for a in line["answers"]), default=0.0), 1.0)


def token_f1(given: str, gold: str) -> float:
    """F1 of two normalised texts as bags of words, 0..1."""
    found, wanted = given.split(), gold.split()
    common = sum((Counter(found) & Counter(wanted)).values())
    if not common:
        return 0.0
    precision, recall = common / len(found), common / len(wanted)
    return 2 * precision * recall / (precision + recall)


def _short(line: Line) -> str:
    """The normalised text that exact match and F1 look at."""
    if line["refused"]:
        return ""
    return normalise(line["short_answer"] or plain(line["answer"] or ""))


def map_choice(choices: Sequence[str], short: str | None, answer: str) -> int | None:
    """The index of the choice that an answer means, by mapping: the only one whose words the short answer holds, else
    the only one whose words the whole answer holds, else the one with the highest F1 to the short answer.

    None where no choice shares a word with it, or several share as much; then 'None of the above', where that is a
    choice. Where one choice holds another ('Korea', 'South Korea'), the longer one counts.
    """
    none = next((i for i, choice in enumerate(choices) if normalise(choice) == NONE_OF_THEM), None)
    text = plain(answer)
    for given in (short, text):
        if given:
            held = [i for i, choice in enumerate(choices) if i != none and holds([choice], given)]
            held = [i for i in held if not any(i != j and _within(choices[i], choices[j]) for j in held)]
            if len(held) == 1:
                return held[0]
    scores = [token_f1(normalise(short or text), normalise(c)) if i != none else 0.0 for i, c in enumerate(choices)]
    best = max(scores, default=0.0)
    return scores.index(best) if best > 0 and scores.count(best) == 1 else none


def _within(choice: str, other: str) -> bool:
    return normalise(choice) != normalise(other) and holds([choice], other)


def choice_accuracy(line: Line) -> Score:
    """The choice that the answer was mapped to (:func:`map_choice`) is a right one; no choice, as for a refusal, is
    wrong. Over answerable questions with choices. Mapping, not the likelihood of the options, decides.
    """
    if not (answerable(line) and asked(line) and line.get("choices") and line.get("answer_index")):
        return None
    return (float(line["prediction_choice"] in line["answer_index"]), 1.0)


# -- search ------------------------------------------------------------------------------------------------------


def answer_recall(k: int) -> Callable[[Line], Score]:
    """The answer's words stand in one of the first k retrieved chunks (recall@k against the text of the answer, as
    "top-k retrieval accuracy" in Karpukhin et al., "Dense Passage Retrieval", EMNLP 2020). Over answerable questions.
    """

    def score(line: Line) -> Score:
        if not answerable(line):
            return None
        rank = first_with_answer(line)
        return (float(rank is not None and rank <= k), 1.0)

    return score


def first_with_answer(line: Line) -> int | None:
    """The rank, from 1, of the first retrieved chunk that holds the answer; of an answer of several parts, of the chunk
    with which all of them have been seen.
    """
    ranks = []
    for group in groups(line):
        words = [normalise(answer) for answer in group]
        hits = enumerate(line["retrieved"], 1)
        found = next((n for n, hit in hits if holds_normalised(words, _normalised(hit["text"]))), None)
        if found is None:
            return None
        ranks.append(found)
    return max(ranks)


@lru_cache(maxsize=256)
def _normalised(chunk: str) -> str:
    """The chunks of one line are looked at once for each depth."""
    return normalise(chunk)


def evidence_recall(line: Line) -> Score:
    """The answer's words stand among the sentences given to the model. Over answerable questions that were answered."""
    if not (answerable(line) and asked(line)):
        return None
    return (float(evidence_holds(line)), 1.0)


def evidence_holds(line: Line) -> bool:
    return all(any(holds(group, text) for text in line["evidence"].split("\n")) for group in groups(line))


def article_recall(k: int) -> Callable[[Line], Score]:
    """A supporting article is among those of the first k retrieved chunks. Over answerable questions of sets that name
    supporting articles.
    """

    def score(line: Line) -> Score:
        gold = _gold(line)
        return (float(any(hit["article_id"] in gold for hit in line["retrieved"][:k])), 1.0) if gold else None

    return score


def _gold(line: Line) -> set[str]:
    return {a["article_id"] for a in line.get("supporting_articles") or ()} if answerable(line) else set()


def mrr(line: Line) -> Score:
    """Reciprocal rank of the first supporting article among the first ten retrieved articles, each standing where its
    first chunk does (ir-measures RR@10; Voorhees, TREC-8 1999).
    """
    return _ranking(line, "RR@10")


def ndcg(line: Line) -> Score:
    """Normalised discounted cumulative gain of the first ten retrieved articles, with gain 1 for each supporting one
    (ir-measures nDCG@10; Järvelin and Kekäläinen, TOIS 2002).
    """
    return _ranking(line, "nDCG@10")


def _ranking(line: Line, name: str) -> Score:
    gold = _gold(line)
    if not gold:
        return None
    ranked = dict.fromkeys(hit["article_id"] for hit in line["retrieved"])
    run = {"q": {article: -float(n) for n, article in enumerate(ranked)}}
    return (_measure(name, {"q": dict.fromkeys(gold, 1)}, run), 1.0)


def _measure(name: str, qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]) -> float:
    import ir_measures  # only what summarises a run pays for it

    if not run["q"]:
        return 0.0
    [value] = ir_measures.iter_calc([ir_measures.parse_measure(name)], qrels, run)
    return float(value.value)


# -- refusals ----------------------------------------------------------------------------------------------------


def refused_answerable(line: Line) -> Score:
    """Refused although an article holds the answer. Lower is better."""
    return (float(line["refused"]), 1.0) if answerable(line) and asked(line) else None


def refused_unanswerable(line: Line) -> Score:
    """Refused where no article that may be searched holds the answer: the set says so, or its evidence was removed.
    Higher is better.
    """
    return (float(line["refused"]), 1.0) if line["answerable"] is False and asked(line) else None


def refused_evidence_removed(line: Line) -> Score:
    """Refused when every article that holds the answer's words had been kept from the search: those of
    ``refused_unanswerable`` that were made so. Higher is better.

    Removal is by the words: an article that says the same in other words stays, so a right answer is possible.
    """
    return (float(line["refused"]), 1.0) if removed(line) and asked(line) else None


# -- cost --------------------------------------------------------------------------------------------------------


def prompt_tokens(line: Line) -> Score:
    """Tokens of the prompt of the draft, as the model counts them."""
    return _number(line["tokens"].get("prompt"))


def completion_tokens(line: Line) -> Score:
    """Tokens of the draft, as the model counts them."""
    return _number(line["tokens"].get("completion"))


def model_failed(line: Line) -> Score:
    """The language model failed or took too long, and quotes stood in for its answer. Lower is better."""
    if not asked(line) or line.get("model") in (None, "none") or not line["retrieved"]:
        return None
    return (float(not line["timings_ms"].get("first_token")), 1.0)


def _number(value: float | None) -> Score:
    return (float(value), 1.0) if value else None


METRICS: dict[str, Callable[[Line], Score]] = {
    **{f"answer_recall@{k}": answer_recall(k) for k in K},
    **{f"article_recall@{k}": article_recall(k) for k in K},
    "mrr@10": mrr,
    "ndcg@10": ndcg,
    "evidence_recall": evidence_recall,
    "contains_answer": contains_answer,
    "contains_answer_lenient": contains_answer_lenient,
    "exact_match": exact_match,
    "f1": f1,
    "choice_accuracy": choice_accuracy,
    "refused_answerable": refused_answerable,
    "refused_unanswerable": refused_unanswerable,
    "refused_evidence_removed": refused_evidence_removed,
    "citation_precision": citation_precision,
    "citation_recall": citation_recall,
    "offsets_exact": offsets_exact,
    "multihop_hits@4": hits_at(4),
    "multihop_hits@10": hits_at(10),
    "multihop_map@10": multihop_map,
    "multihop_mrr@10": multihop_mrr,
    "multihop_accuracy": multihop_accuracy,
    "multihop_strict": multihop_strict,
    "rgb_accuracy": rgb_accuracy,
    "rgb_misled": misled,
    "prompt_tokens": prompt_tokens,
    "completion_tokens": completion_tokens,
    "model_failed": model_failed,
}
"""Every metric of a question by its name in ``summary.json``."""

LATENCIES = ("first_token", "total", "retrieve")
"""The times of ``timings_ms``, in milliseconds, whose ``PERCENTILES`` are reported."""

PERCENTILES = {"p50": 50.0, "p95": 95.0}

LOWER_IS_BETTER = {"refused_answerable", "rgb_misled", "model_failed", "prompt_tokens", "completion_tokens"} | {
    f"{name}_ms_{p}" for name in LATENCIES for p in PERCENTILES
}


# -- what went wrong ---------------------------------------------------------------------------------------------

FAILURES = {
    "not retrieved": "the search: no retrieved chunk holds the answer",
    "retrieved but not read": "the reading: a chunk holds the answer, the answer given is another",
    "refused wrongly": "the refusal: a chunk holds the answer, and yet it was refused",
    "answered unanswerable": "the refusal: an answer where the articles hold none",
    "wrong citation": "the citation: a right answer, but a quote that does not carry it",
}
"""The classes of failure, each with the stage it points at."""


def failure(line: Line) -> str | None:
    """The class of what went wrong with one question (a key of ``FAILURES``), or None where nothing did.

    In a run of the search alone only 'not retrieved' is known. Nothing is known of questions of which nobody knows
    whether the articles hold their answer.
    """
    if absent(line):
        return "answered unanswerable" if asked(line) and not line["refused"] else None
    if not answerable(line):
        return None
    if asked(line) and right(line):
        exact = all(line["offsets_exact"]) and all(citation_good(line, c) for c in line["citations"])
        return None if line["citations"] and exact else "wrong citation"
    if first_with_answer(line) is None:
        return "not retrieved"
    if not asked(line):
        return None
    return "refused wrongly" if line["refused"] else "retrieved but not read"
