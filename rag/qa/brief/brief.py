"""The brief: new articles -> their stories -> of each the newest sentence of news, and what it replaces.

Nothing is written: all of it is quoted or counted. Sentences are looked for only in the stories that are shown, so that
a brief of a day with thousands of articles costs little more than reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.protocols import Snapshot
from rag.qa.brief.changes import correction_of, notice_of, sentences_corrected
from rag.qa.brief.ranking import moment, new_articles, ranked
from rag.qa.brief.telling import OlderReports, told_stories
from rag.text.tokens import among, content
from rag.types import Article, Filters, Version, day
from rag.types.briefs import Brief, BriefCorrection

DAYS_AT_FIRST = 7
"""Days of news in the first brief."""
FIRST_DAY = date.min + timedelta(DAYS_AT_FIRST)
MAX_DAYS_UPDATED = 7
"""Days after which an update makes no news of an article."""
ROOM_OF_TOPIC = 1_200
"""Characters of a body in which an article on a topic names it."""

Earlier = Callable[[str], Sequence[Version]]
"""The earlier versions of an article by its id, the latest first."""


@dataclass(frozen=True, slots=True)
class NewWindow:
    """What counts as new: articles of ``first`` and later days, or those with these ``ids``; with neither those of the
    last :data:`DAYS_AT_FIRST` days that have news."""

    first: date | None = None
    ids: frozenset[str] | None = None

    def settled(self, headers: Iterable[Article], today: date) -> NewWindow:
        """The window with its first day, if it is one of days. No article is from a day to come."""
        if self.first is not None or self.ids is not None:
            return self
        newest = max((came for a in headers if (came := moment(a)[0]) <= today), default=today)
        return replace(self, first=newest - timedelta(DAYS_AT_FIRST - 1)) if newest > FIRST_DAY else self

    def has(self, article: Article) -> bool:
        """Whether an article is new. One that came out shortly before and was updated since is."""
        if self.ids is not None:
            return article.id in self.ids
        came, updated = moment(article)[0], day(article.updated)
        if self.first is None or came >= self.first:
            return True
        return bool(updated and updated >= self.first and came >= self.first - timedelta(MAX_DAYS_UPDATED))

    def corrected(self, article: Article, earlier: Earlier) -> bool:
        """Whether an article, older than what is new, was corrected in the meantime."""
        if not article.correction or self.ids is not None or self.first is None:
            return False
        at = day(article.updated) or (day(article.read_at) if earlier(article.id) else None)
        return at is not None and at >= self.first


def what_is_new(
    library: Snapshot, scope: Filters, window: NewWindow, earlier: Earlier, *, today: date, topic: str = "", limit: int
) -> Brief:
    """The brief, without what was withdrawn and without a mark. ``scope`` are outlets, sections, authors and the day as
    of which the library is read; ``earlier`` gives the earlier versions of an article, the latest first."""
    headers = library.all(scope)
    window = window.settled(headers, today)
    if topic:
        headers = _mentioning(library, headers, topic)
    new = {a.id for a in headers if window.has(a)}
    late = [a for a in headers if a.id not in new and window.corrected(a, earlier)]
    articles = library.articles([*new, *(a.id for a in late)])
    if topic:
        articles = {i: a for i, a in articles.items() if is_on(a, topic)}
    found = [a for i, a in articles.items() if i in new]
    gathered = new_articles(found, library)
    stories, rarity = ranked(gathered)
    older = OlderReports(library, headers, rarity)
    notices = [a for a in articles.values() if notice_of(a)]
    told, passed = told_stories(stories, limit, older, notices)
    corrected = corrections(articles.values(), earlier, limit)
    return Brief(
        tuple(told),
        since=window.first,
        as_of=scope.as_of,
        topic=topic,
        articles=len(found),
        outlets=len({a.source or "" for a in found}),
        left_out=len(stories) - len(told) - passed,
        unquoted=passed,
        reprinted=gathered.reprinted,
        corrected=tuple(corrected[:limit]),
        more_corrected=len(corrected[limit:]),
    )


def corrections(articles: Iterable[Article], earlier: Earlier, limit: int) -> list[BriefCorrection]:
    """What the articles say that they, or another one, had wrong, the newest first; of at most ``limit`` also the
    sentences."""
    found = []
    for article in articles:
        note = correction_of(article)
        if note and notice_of(article):
            found.append(BriefCorrection(article, note, day(article.published)))
        elif note:
            at = day(article.updated) or day(article.read_at if earlier(article.id) else article.published)
            found.append(BriefCorrection(article, note, at))
    found.sort(key=lambda c: (c.at or date.min, c.article.id), reverse=True)
    return [*(_with_sentences(c, earlier) for c in found[:limit]), *found[limit:]]


def _with_sentences(found: BriefCorrection, earlier: Earlier) -> BriefCorrection:
    pair = sentences_corrected(found.article, earlier(found.article.id)) if found.article.correction else None
    return replace(found, was=pair[0], now=pair[1]) if pair else found


# -- a topic ------------------------------------------------------------------------------------------------------


def _mentioning(library: Snapshot, headers: Sequence[Article], topic: str) -> list[Article]:
    """The articles that have each word of a topic."""
    ids: set[str] | None = None
    for word in topic.split():
        if content(word):
            having = library.mentioning(word)
            ids = having if ids is None else ids & having
    return [a for a in headers if ids is None or a.id in ids]


def is_on(article: Article, topic: str) -> bool:
    """Whether an article names all of a topic in its headline or its first paragraphs."""
    there = set(content(f"{article.title}\n{article.body[:ROOM_OF_TOPIC]}"))
    return all(among(word, there) for word in content(topic))
