"""A topic -> the dated sentences of the articles on it, in the order of the days they tell of.

Nothing is written: every row is a sentence as it stands in its article. Retrieval finds the articles; each of their
sentences that tells of something is scored by how it bears on the topic, by how many independent reports have the same
event, and by how it is told; reports of one event become one row; a later value strikes an earlier one through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.protocols import Embedder, Searchable
from rag.qa.answer.injection import addresses_the_model
from rag.qa.attribution.subjects import ids_about
from rag.qa.question.spelling import better_spelling
from rag.qa.requests.matter import topic
from rag.qa.retrieval.retriever import Wanted, retrieve
from rag.qa.retrieval.sentence_scoring import wording
from rag.qa.stories.events import Telling, tellings
from rag.qa.stories.mentions import Mentions
from rag.qa.stories.merging import Told, independent_outlets, merged, rarity
from rag.qa.stories.replaced import as_evidence, replacements
from rag.text.entities import names
from rag.text.tokens import content
from rag.types import Article, Evidence, Filters, Hit, day
from rag.types.stories import Timeline, TimelineRow

MAX_ARTICLES_ON_TOPIC = 50
"""Articles on a topic that are read."""
MAX_OF_NAME = 400
"""Articles that name somebody or something, the newest first, that are read."""
CANDIDATES = 200
"""Passages of each search from which the articles on a topic are taken."""
MIN_SURE, MIN_BEARING = 1.4, 1.05
"""How near an article comes to a topic: the cosine and the BM25 of its best passage, each as a share of the best
article's. From the first on it is surely about it, from the second on where it shares names with those that are."""
MIN_SHARED_NAMES = 1
MAX_SHARE_OF_ARTICLES = 0.5
"""Of the articles compared, at most so many have a name that tells one story from another."""
MAX_EMBEDDED = 160
"""Sentences whose meaning is compared with the topic: those whose words and place promise most."""
LONG_AGO = 400
"""Days before its report from which on an event is background."""
MIN_SHARE_OF_BEST_EVENT = 0.4
"""Of the best event's score, what another one on a topic must have."""
MAX_REPORTS_COUNTED = 5
MAX_A_DAY = 3
"""Rows of one day."""
DEFAULT_ROWS = 20

TELLING_WEIGHTS = {
    "words": 1.0,
    "meaning": 1.0,
    "stated": 0.25,
    "verb": 0.35,
    "lead": 0.3,
    "outlets": 0.25,
    "reports": 0.1,
    "said": -0.4,
    "long ago": -1.0,
}
"""Of what makes a sentence a row: see docs/evaluation.md, 'Timelines'."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a story_timeline is of: a ``topic`` in words, an ``article`` whose story it is, or an ``entity`` by its
    name."""

    topic: str = ""
    article: Article | None = None
    entity: str = ""


def story_timeline(
    wish: Wish,
    embedder: Embedder,
    store: Searchable,
    *,
    filters: Filters,
    limit: int = DEFAULT_ROWS,
    new_since: date | None = None,
) -> Timeline:
    """The dated sentences on what is wished for, at most ``limit``; those without a day come last.

    ``filters.since`` and ``until`` are days of what happened, not of publication; all else in ``filters`` hides
    articles. ``new_since`` marks what was reported after it.
    """
    since, until = filters.since, filters.until
    filters = replace(filters, since=None, until=None)
    name = wish.entity or wish.topic or (wish.article.title if wish.article else "")
    if wish.entity:
        name, articles, told = of_entity(wish.entity, store, filters)
    else:
        query = topic(wish.topic) or wish.topic if wish.article is None else wish.article.title
        articles, told = on_topic(query, wish.article, embedder, store, filters)
    weight = rarity(told)
    heads = merged([t for t in told if _within(t.telling, since, until)])
    chosen = every_head(heads) if wish.entity else chosen_heads(heads)
    chosen, left_out = chosen[:limit], len(chosen[limit:])
    chosen.sort(key=lambda t: (t.telling.first or date.max, t.telling.last or date.max, t.telling.place))
    replaced = replacements(name, chosen, weight)
    rows = [row(t, by, new_since) for t, by in zip(chosen, replaced, strict=True)]
    return Timeline(name, tuple(rows), len(articles), left_out)


def of_entity(entity: str, store: Searchable, filters: Filters) -> tuple[str, list[Article], list[Told]]:
    """The name as the articles spell it, the articles that have it, and what their sentences with it tell."""
    found = _by_words(entity, store, filters)
    mentions = Mentions(entity)
    if found and not any(mentions.named(f"{a.title}\n{a.body}") for a in found):
        better = better_spelling(f"of {entity}", [f"{a.title} {a.body}" for a in found])
        entity = better[1].removeprefix("of ") if better else entity
        found, mentions = _by_words(entity, store, filters) if better else found, Mentions(entity)
    articles, told = [], []
    for article in found:
        if not mentions.is_in(article):
            continue
        those = tellings(article)
        speaks = mentions.sentences(article, [(t.start, t.end) for t in those])
        named = [t for t, yes in zip(those, speaks, strict=True) if yes and (t.verb or t.stated)]
        kept = [Told(t, _plain_score(t)) for t in named if not addresses_the_model(t.quote)]
        told += kept
        articles += [article] if kept else []
    return entity, articles, told


def _by_words(name: str, store: Searchable, filters: Filters) -> list[Article]:
    """The articles whose words are like those of a name, the best first, one of each story."""
    ids = [chunk_id for chunk_id, _ in store.lexical(name, 2 * MAX_OF_NAME, filters)]
    chunks = store.chunks(ids)
    order = dict.fromkeys(chunks[i].article_id for i in ids if i in chunks)
    articles = store.articles(list(order)[:MAX_OF_NAME])
    return [articles[i] for i in order if i in articles]


def _plain_score(t: Telling) -> float:
    views = {"stated": t.stated, "verb": t.verb, "lead": 1 / (1 + t.place / 3)}
    return sum(TELLING_WEIGHTS[name] * value for name, value in views.items())


def on_topic(
    query: str, seed: Article | None, embedder: Embedder, store: Searchable, filters: Filters
) -> tuple[list[Article], list[Told]]:
    """The articles on a topic, and what their sentences tell, scored."""
    hits = retrieve(
        query,
        embedder,
        store,
        filters=filters,
        candidates=CANDIDATES,
        limit=4 * MAX_ARTICLES_ON_TOPIC,
        per_article=4,
        wanted=Wanted((date.min, date.max)),  # of whatever day
    )
    articles = articles_on(query, hits, seed)
    those = [t for a in articles for t in tellings(a) if t.verb or t.stated]
    if not those:
        return articles, []
    shares = wording(query, [(t.article, t.start, t.end) for t in those])
    first = [share + _plain_score(t) + _less(t) for share, t in zip(shares, those, strict=True)]
    order = sorted(range(len(those)), key=lambda i: -first[i])[:MAX_EMBEDDED]
    vectors = embedder.embed([query, *(those[i].quote for i in order)])
    told = []
    for i, vector in zip(order, vectors[1:], strict=True):
        if addresses_the_model(those[i].quote):
            continue
        cosine = max(float(vector @ vectors[0]), 0.0)
        score = first[i] + TELLING_WEIGHTS["meaning"] * cosine
        told.append(Told(those[i], score, vector))
    return articles, told


def _less(t: Telling) -> float:
    """What a sentence of a topic's articles counts less: what is only said, and what was long before it was news."""
    said = t.quote[:1] in "\"“'‘"
    return TELLING_WEIGHTS["said"] * said + TELLING_WEIGHTS["long ago"] * _long_ago(t)


def _long_ago(t: Telling) -> bool:
    published = day(t.article.published)
    return bool(t.last and published and (published - t.last).days > LONG_AGO)


def articles_on(query: str, hits: Sequence[Hit], seed: Article | None) -> list[Article]:
    """The articles that are about a topic, best first: they have its names, and come near to its meaning and words.

    Those that do so half-heartedly must share names with those that surely are, other than the topic's own.
    """
    found: dict[str, Article] = {seed.id: seed} if seed is not None else {}
    near: dict[str, float] = {}
    like: dict[str, float] = {}
    for hit in hits:
        found.setdefault(hit.article.id, hit.article)
        near[hit.article.id] = max(near.get(hit.article.id, 0.0), hit.dense or 0.0)
        like[hit.article.id] = max(like.get(hit.article.id, 0.0), hit.lexical or 0.0)
    rivals = [i for i in found if seed is None or i != seed.id] or list(found)
    most_near, most_like = (max((of.get(i, 0.0) for i in rivals), default=0.0) or 1.0 for of in (near, like))
    about = ids_about(f"of {query}", found.values())[0] if seed is None else set(found)
    bearing = {i: near.get(i, 0.0) / most_near + like.get(i, 0.0) / most_like for i in found if i in about}
    if seed is not None:
        bearing[seed.id] = 2.0
    sure = {i for i, value in bearing.items() if value >= MIN_SURE}
    bags = {i: _full_names(found[i]) for i in bearing}
    common = Counter(word for bag in bags.values() for word in bag)
    known = set().union(*(bags[i] for i in sure)) if sure else set()

    def related_to_sure(i: str) -> bool:
        shared = [w for w in bags[i] & known if common[w] <= max(2, MAX_SHARE_OF_ARTICLES * len(bags))]
        return len(shared) >= MIN_SHARED_NAMES

    kept = [i for i, value in bearing.items() if i in sure or (value >= MIN_BEARING and related_to_sure(i))]
    return [found[i] for i in sorted(kept, key=lambda i: -bearing[i])[:MAX_ARTICLES_ON_TOPIC]]


def _full_names(article: Article) -> set[str]:
    """The names of more than one word, other than of the outlet."""
    found = names(f"{article.title}. {article.body}")
    return {" ".join(content(name)) for name in found if " " in name and name not in (article.source or "")}


def _within(t: Telling, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    return t.first is not None and t.last is not None and (until or t.first) >= t.first and (since or t.last) <= t.last


def every_head(heads: Sequence[Told]) -> list[Told]:
    """The events, best first."""
    return sorted(heads, key=lambda t: -_weight(t))


def chosen_heads(heads: Sequence[Told]) -> list[Told]:
    """The events that make a topic's story_timeline, best first: none that bears little on it, at most a few of one
    day, and
    nothing that is to come no one knows when."""
    best = every_head(heads)
    taken: Counter[date | None] = Counter()
    chosen: list[Told] = []
    for t in best:
        when = t.telling.first
        if (
            (when is None and t.telling.planned)
            or t.score < MIN_SHARE_OF_BEST_EVENT * best[0].score
            or taken[when] >= MAX_A_DAY
        ):
            continue
        taken[when] += 1
        chosen.append(t)
    return chosen


def _weight(t: Told) -> float:
    """The score of an event, which counts more the more outlets and later reports have it."""
    reports = len({other.article.id for other in t.others})
    also = TELLING_WEIGHTS["reports"] * min(reports, MAX_REPORTS_COUNTED)
    return t.score + TELLING_WEIGHTS["outlets"] * (len(reported_by(t)) - 1) + also


def reported_by(t: Told) -> tuple[str, ...]:
    """The outlets that report an event independently, that of the quoted sentence first."""
    return independent_outlets([t, *t.others])


def row(t: Told, replaced_by: int | None, new_since: date | None) -> TimelineRow:
    a = t.telling
    published = day(a.article.published)
    others: dict[str, Evidence] = {}
    for other in t.others:
        if other.article.id != a.article.id:
            others.setdefault(other.article.id, as_evidence(other))
    return TimelineRow(
        a.article, a.start, a.end, a.quote, a.first, a.last, a.precision, a.planned, tuple(others.values()),
        reported_by(t), replaced_by, bool(new_since and published and published > new_since),
    )  # fmt: skip
