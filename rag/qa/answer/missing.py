"""What the articles lack for an answer, in words, and the one sentence that comes nearest where none is near."""

from __future__ import annotations

from collections.abc import Sequence

from rag.qa.article_days import day_words
from rag.qa.asked import Question
from rag.qa.attribution.subjects import SOFT_NAMES, about_ids, article_tokens, asked_names, held, meant_in, named_in
from rag.text.tokens import content, placed
from rag.types import Article, Evidence, Hit, day

MAX_WORDS_TOLD = 3
"""Words of a question that are named on either side."""
MIN_SHARE_OF_WORDS = 0.34
"""Share of the question's words that a sentence must have to be shown as the nearest one."""
MIN_WORDS_SHARED = 2
MIN_LETTERS = 3
"""Of a word: shorter ones are written in too many ways ('US', 'U.S.')."""
_PLAIN = frozenset(
    "true false correct right fact check claim confirm verify really ever reason happen happened mean many much "
    "today yesterday news article articles report reports paper papers say said get got give given call called".split()
)
"""Words that say nothing of the matter."""


def missing_in_words(question: Question, hits: Sequence[Hit]) -> str:
    """One sentence: that nothing found is of the days asked about, or which words of the question no article on its
    other words has; '' where neither is so."""
    articles = list({h.article.id: h.article for h in hits}.values())
    about = about_ids(question.query, articles)
    days = days_missing(question, hits)
    return days or _without_words(question.query, [a for a in articles if a.id in about])


def days_missing(question: Question, hits: Sequence[Hit]) -> str:
    """One sentence: that nothing found on the matter was published in the days that a question names; else ''."""
    articles = list({h.article.id: h.article for h in hits}.values())
    named = [run for run in asked_names(question.query) if not set(run) <= SOFT_NAMES and not run[0].isdigit()]
    on = [a for a in articles if all(named_in(run, article_tokens(a)) for run in named)]
    days = sorted(d for a in on if (d := day(a.published)))
    understood = question.understood
    if not days or not understood.publication:
        return ""
    if understood.since and days[-1] < understood.since:
        return f"Nothing found on it was published after {day_words(days[-1])}."
    if understood.until and days[0] > understood.until:
        return f"Nothing found on it was published before {day_words(days[0])}."
    return ""


def _without_words(query: str, on: Sequence[Article]) -> str:
    bags = [article_tokens(a) for a in on]
    words = list(_words(query).items())
    absent = [shown for form, shown in words if not any(meant_in(form, bag) for bag in bags)]
    there = [(form, shown) for form, shown in words if shown not in absent]
    if not absent or not there or len(absent) > MAX_WORDS_TOLD:
        return ""
    most = max(sum(held(form, bag) for form, _ in there) for bag in bags)
    holding = [bag for bag in bags if sum(held(form, bag) for form, _ in there) == most]
    named = [shown for form, shown in there if all(held(form, bag) for bag in holding)][:MAX_WORDS_TOLD]
    if not named:
        return ""
    many = "One article found mentions" if len(holding) == 1 else f"{len(holding)} articles found mention"
    rest = "it does not mention" if len(holding) == 1 else "none of them mentions"
    return f"{many} {_quoted(named, 'and')}; {rest} {_quoted(absent, 'or')}."


def _words(query: str) -> dict[str, str]:
    """The words of the matter in a question, by their stem."""
    telling = set(content(query))
    found = ((form, query[start:end]) for form, start, end in placed(query) if form in telling)
    return {form: shown for form, shown in found if shown.lower() not in _PLAIN and len(shown) >= MIN_LETTERS}


def _quoted(words: Sequence[str], conjunction: str) -> str:
    shown = [f"“{word}”" for word in words]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"


def nearest_of_all(query: str, scored: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence that shares enough of the question's words and one of its names, if it has any; else none."""
    words = _words(query)
    names = asked_names(query)
    if not words:
        return []
    for e in scored:
        there = {form for form, _, _ in placed(e.quote)}
        shared = sum(held(word, there) for word in words)
        near = shared >= MIN_WORDS_SHARED or len(words) == 1 == shared
        if near and shared >= MIN_SHARE_OF_WORDS * len(words) and (
            not names or any(named_in(run, there) for run in names)
        ):  # fmt: skip
            return [e]
    return []
