"""What the articles say of a matter, in a few of their own sentences: for a refusal or where one fact is not enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rag.qa.article_days import day_words, ordinal
from rag.qa.attribution.subjects import about_ids
from rag.qa.requests.kinds import RequestKind
from rag.text.quantities import quantities
from rag.text.tokens import content
from rag.types import Article, Evidence, day

MAX_SHOWN = 4
"""Sentences that are shown."""
MIN_SHARE_ALIKE = 0.6
"""Share of words in common from which on two sentences say the same."""
MIN_SHARE_NEAR = 0.35
"""Share of the best sentence's score from which on another one is shown beside it."""
MIN_SHARE_ON_TOPIC = 0.6
"""Share of the best article's score from which on another one is about the same topic."""


def nearest_quotes(question: str, scored: Sequence[Evidence], floor: float) -> list[Evidence]:
    """Two to four sentences that come nearest to answering, in the order of their days; none where none is near.

    ``scored`` are all sentences, best first; ``floor`` is the score from which on one is near at all. The newest
    article that is near is always among them.
    """
    good = [e for e in _about(question, scored) if e.score >= floor]
    if not good:
        return []
    least = max(floor, MIN_SHARE_NEAR * good[0].score)
    good = [e for e in good if e.score >= least]
    chosen = _varied(good, lambda e: e.article.id, 2)
    newest = max(good, key=lambda e: (ordinal(e.article), e.score))
    if all(ordinal(e.article) < ordinal(newest.article) for e in chosen):
        chosen = [*chosen[: MAX_SHOWN - 1], newest]
    return by_day(chosen)


def overview(
    kind: RequestKind, topic: str, scored: Sequence[Evidence], *, newest_first: Sequence[Article] = ()
) -> list[Evidence]:
    """Up to four sentences on a topic, in the order of their days.

    ``scored`` are sentences with how strongly they bear on ``topic``, best first; ``newest_first`` are the articles of
    the days asked about, where there is no topic but these.
    """
    if not topic:
        return by_day(_leads(newest_first[:MAX_SHOWN], scored))
    good = _about(topic, scored)
    best: dict[str, Evidence] = {}
    for e in good:
        best.setdefault(e.article.id, e)
    if not best:
        return []
    best = {key: e for key, e in best.items() if e.score >= MIN_SHARE_ON_TOPIC * good[0].score}
    if len(best) == 1:
        [only] = best
        return by_day(_varied([e for e in good if e.article.id == only], lambda e: e.article.id, MAX_SHOWN))
    if kind in ("latest", "summary"):
        stories = sorted(
            {e.article.story or e.article.id: e.article for e in best.values()}.values(), key=ordinal, reverse=True
        )
        if kind == "summary" and len(stories) > MAX_SHOWN:
            stories = [*stories[: MAX_SHOWN - 1], stories[-1]]
        return by_day(_leads(stories[:MAX_SHOWN], good))
    pool = list(best.values())
    if kind == "change":
        pool = [_valued(e, good) for e in pool]
    by = (lambda e: e.article.source or e.article.id) if kind == "comparison" else (lambda e: e.article.id)
    chosen = _varied(pool, by, 1)
    last = max(pool, key=lambda e: ordinal(e.article))
    if kind == "change" and last.article.id not in {e.article.id for e in chosen}:
        chosen = [*chosen[: MAX_SHOWN - 1], last]
    return by_day(chosen)


def _about(topic: str, scored: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of those articles that are about a topic."""
    # The first word of a question has a capital anyway: of a topic it may be a name.
    about = about_ids(f"of {topic}", list({e.article.id: e.article for e in scored}.values()))
    return [e for e in scored if e.article.id in about]


def by_day(chosen: Iterable[Evidence]) -> list[Evidence]:
    """In the order of their articles' days, those of one article in the order of its text."""
    return sorted(chosen, key=lambda e: (ordinal(e.article), e.article.id, e.start))


def quote_line(e: Evidence, quote: str) -> str:
    """'- 28 August 2024, The Harbor Ledger: “...”'"""
    published = day(e.article.published)
    when = day_words(published) if published else "no date"
    return f"- {', '.join(filter(None, (when, e.article.source)))}: “{quote}”"


def _varied(ranked: Sequence[Evidence], by: Callable[[Evidence], str], each: int) -> list[Evidence]:
    """The first four that do not say the same, at most ``each`` of one key."""
    chosen: list[Evidence] = []
    taken: Counter[str] = Counter()
    bags: list[set[str]] = []
    for e in ranked:
        bag = set(content(e.quote))
        alike = any(len(bag & b) > MIN_SHARE_ALIKE * max(min(len(bag), len(b)), 1) for b in bags)
        if taken[by(e)] < each and not alike:
            taken[by(e)] += 1
            bags.append(bag)
            chosen.append(e)
    return chosen[:MAX_SHOWN]


def _leads(articles: Sequence[Article], scored: Sequence[Evidence]) -> list[Evidence]:
    """The first sentence of each article that was found with sentences: news begin with what is new."""
    told = ([e for e in scored if e.article.id == article.id] for article in articles)
    return [min(sentences, key=lambda e: e.start) for sentences in told if sentences]


def _valued(e: Evidence, good: Sequence[Evidence]) -> Evidence:
    """Of an article's best sentences one with a value, where there is one: changes are told in values."""
    same = [other for other in good if other.article.id == e.article.id and other.score >= 0.7 * e.score]
    return next((o for o in same if any(q.kind not in ("ordinal", "date") for q in quantities(o.quote))), e)
