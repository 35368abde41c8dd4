"""Why a question after one fact has no answer, with what the articles say all the same."""

from __future__ import annotations

from rag.qa.answer.missing import days_missing, missing_in_words, nearest_of_all
from rag.qa.answer.overview import nearest_quotes
from rag.qa.answer.refusal import Refusal, first_of_all, refusal
from rag.qa.asked import Question
from rag.qa.attribution.claims import NOT_ABOUT
from rag.qa.attribution.subjects import about_names
from rag.qa.conflicts.resolution import UNLIKELY
from rag.qa.question.spelling import better_spelling
from rag.qa.retrieval.reranking import Ranked


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
    kind = question.request.kind
    false_premise = kind == "check" or (kind == "reason" and bool(lacking) and reason == lacking)
    return refusal(
        query, nearest or alone, filters, missing=missing, suggestion=better, reason=reason, lead=lead,
        lacking=lacking, near=bool(nearest), claim=false_premise,
    )  # fmt: skip
