"""Why a question after one fact has no answer, with what the articles say all the same."""

from __future__ import annotations

from collections.abc import Sequence

from rag.qa.answer.missing import days_missing, missing_in_words, nearest_of_all
from rag.qa.answer.overview import nearest_quotes
from rag.qa.answer.refusal import NOT_SAID, UNCARRIED, UNDECIDED, Refusal, first_of_all, refusal
from rag.qa.asked import Question
from rag.qa.attribution.claims import NOT_ABOUT
from rag.qa.attribution.subjects import about_names, meant_in
from rag.qa.conflicts.resolution import UNLIKELY
from rag.qa.question.spelling import better_spelling
from rag.qa.retrieval.reranking import Ranked
from rag.text.sentences import passage
from rag.text.tokens import content, tokens
from rag.types import Evidence

MIN_SHARE_OF_CLAIM = 0.7
"""Of the words of a claim, those that a sentence with its headline has which may well say it."""


def refused_with(question: Question, ranked: Ranked, reason: str | None) -> Refusal:
    """Why there is no answer, with the sentences that come nearest and what is missing, in words."""
    query, hits, filters = question.query, ranked.hits, question.filters
    texts = {h.article.id: f"{h.article.title} {h.article.body} {h.article.source or ''}" for h in hits}
    missing = about_names(query, [h.article for h in hits]) if hits else ""
    missing, better = better_spelling(query, texts.values()) or (missing, None)
    if not missing and reason and reason.startswith(NOT_ABOUT):
        reason = UNLIKELY.reason  # an article is, though none of those whose sentences came nearest
    nearest = nearest_quotes(better or query, ranked.sentences, ranked.min_scores.show)
    lead = "" if better else first_of_all(query, reason, hits)
    lacking = "" if better or lead or missing else missing_in_words(question, hits)
    if missing.isdigit() and (lacking := days_missing(question, hits)):
        missing = ""  # of a year that no article names, the days of the articles say more
    alone = [] if nearest or better or lead else nearest_of_all(query, ranked.sentences)
    return refusal(
        query, nearest or alone, filters, missing=missing, suggestion=better, reason=reason, lead=lead,
        lacking=lacking, near=bool(nearest), first=line_before(question, nearest, reason, lacking),
    )  # fmt: skip


def line_before(question: Question, nearest: Sequence[Evidence], reason: str | None, lacking: str) -> str:
    """What is said before the sentences that come nearest. That the articles do not say a claim is told only where
    something of it is in none, or none of these has most of its words: it may be said in others."""
    kind = question.request.kind
    if kind == "check" and (lacking or not any(_is_of_it(question.query, e) for e in nearest)):
        return NOT_SAID
    if kind in ("check", "yes-no"):
        return UNDECIDED
    return NOT_SAID if kind == "reason" and lacking and reason == lacking else UNCARRIED


def _is_of_it(claim: str, e: Evidence) -> bool:
    asked, said = set(content(claim)), set(tokens(f"{e.article.title} {passage(e)}"))
    return sum(meant_in(word, said) for word in asked) >= MIN_SHARE_OF_CLAIM * len(asked)
