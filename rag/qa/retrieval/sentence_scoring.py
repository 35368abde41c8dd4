"""Hits -> the few sentences that bear on the question, each with its offsets into the article's body."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from rag.protocols import Embedder
from rag.qa.full_sense import in_full
from rag.qa.retrieval.calibration import weighted
from rag.text.answer_type import fits
from rag.text.sentences import sentence_spans
from rag.text.tokens import content, related
from rag.types import Article, Evidence, Hit, day

SENTENCE_WEIGHTS = {"meaning": 0.39, "words": 0.30, "kind": 0.10, "rank": 0.07, "recency": 0.09, "lead": 0.05}
"""They sum to 1. How they were found: docs/how-it-works.md."""
HALF_LIFE_DAYS = 60  # days after which an article counts half as new as the newest
UNDATED = 365  # days that an article without a date is taken to be older than the newest


def score_sentences(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[Evidence]:
    """Every sentence of the hits with how strongly it bears on ``question`` (0..1), best first.

    The score sums up views that fail in different ways, by ``SENTENCE_WEIGHTS``: meaning (cosine of the embeddings
    of question and sentence under its headline), words (share of the question's words that stand in the sentence,
    weighted by how rare they are among all candidates, words of headline and neighbours counting half), kind (a date
    for 'when', a number for 'how many', a new name for 'who'), the rank of the passage, how new the article is beside
    the newest one found, and how near to its beginning the sentence stands.
    """
    found: dict[str, tuple[Place, int]] = {}  # each sentence once, with the rank of the passage that has it first
    seen: set[tuple[str, int]] = set()
    for rank, hit in enumerate(hits):
        base = hit.chunk.start
        for start, end in sentence_spans(hit.chunk.text, hit.article.language):
            if (hit.article.id, base + start) not in seen:
                found.setdefault(hit.chunk.text[start:end], ((hit.article, base + start, base + end), rank))
                seen.add((hit.article.id, base + start))
    places = [place for place, _ in found.values()]
    cosines, shares = meaning(question, places, embedder), wording(question, places)
    newest = max((d for article, _, _ in places if (d := day(article.published))), default=None)

    scored: list[Evidence] = []
    for (said, ((article, start, end), rank)), cosine, share in zip(found.items(), cosines, shares, strict=True):
        published = day(article.published)
        age = (newest - published).days if newest and published else UNDATED
        views = {
            "meaning": cosine,
            "words": share,
            "kind": type_fit(question, said),
            "rank": 1 / (1 + rank / 4),
            "recency": 1 / (1 + age / HALF_LIFE_DAYS),
            "lead": 1 / (1 + start / 500),
        }
        scored.append(Evidence(article, start, end, said, min(max(weighted(SENTENCE_WEIGHTS, views), 0.0), 1.0)))
    return sorted(scored, key=lambda e: -e.score)


Place = tuple[Article, int, int]
"""A sentence: its article, and its start and end in the body."""


def meaning(question: str, places: Sequence[Place], embedder: Embedder) -> list[float]:
    """The cosine (0..1) of the embeddings of question and sentence under its headline, for each sentence."""
    if not places:
        return []
    texts = [f"{article.title}. {_full(article, start, end)}" for article, start, end in places]
    vectors = embedder.embed([question, *texts])
    return [max(float(cosine), 0.0) for cosine in vectors[1:] @ vectors[0]]


def wording(question: str, places: Sequence[Place]) -> list[float]:
    """The share (0..1) of the question's words that stand in each sentence, weighted by how rare they are among all.

    Words that only the headline holds, or the sentence before or after in ``places``, count half.
    """
    bags = [set(content(_full(article, start, end))) for article, start, end in places]
    titles = {a.id: set(content(a.title)) for a, _, _ in places}
    frequency = Counter(t for bag in bags for t in bag)
    vocabulary = set(frequency).union(*titles.values())
    asked = list(dict.fromkeys(content(question)))
    weight = {t: math.log(1 + len(bags) / (1 + frequency[t])) for t in asked}
    total = sum(weight.values()) or 1.0
    forms = {t: {form for form in vocabulary if related(t, form)} for t in asked}
    shares = []
    for i, (article, _, _) in enumerate(places):
        near = [titles[article.id]]
        near += [bags[j] for j in (i - 1, i + 1) if 0 <= j < len(places) and places[j][0].id == article.id]
        shares.append(sum(weight[t] * _presence(forms[t], bags[i], near) for t in asked) / total)
    return shares


def _full(article: Article, start: int, end: int) -> str:
    return in_full(Evidence(article, start, end, article.body[start:end], 0.0))


def type_fit(question: str, sentence: str) -> float:
    """1 where a sentence holds what kind of thing is asked for, 0 where it does not, .5 where that is not clear."""
    found = fits(question, sentence)
    return 0.5 if found is None else float(found)


def _presence(forms: set[str], here: set[str], near: Sequence[set[str]]) -> float:
    """1 where any of the ``forms`` of a word is ``here``, half where it is only ``near``."""
    if not forms.isdisjoint(here):
        return 1.0
    return 0.0 if all(forms.isdisjoint(bag) for bag in near) else 0.5


def select(
    scored: Sequence[Evidence],
    count: Callable[[Sequence[str]], list[int]],
    *,
    max_tokens: int,
    max_sentences: int,
) -> list[Evidence]:
    """The best sentences that fit ``max_tokens`` word pieces, best first; of near copies only the best."""
    chosen: list[Evidence] = []
    bags: list[set[str]] = []
    room = max_tokens
    for item in scored:
        if len(chosen) == max_sentences:
            break
        bag = set(content(item.quote))
        if any(len(bag & other) > 0.8 * max(len(bag), len(other), 1) for other in bags):
            continue
        [size] = count([item.quote])
        if size > room:
            continue
        room -= size
        chosen.append(item)
        bags.append(bag)
    return chosen
