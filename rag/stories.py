"""What ``News`` answers from several articles at once: timelines, outlets side by side, names, what is new."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from rag.arguments import DayLike, NamesLike, as_day, as_text, scoped, spelled
from rag.errors import UsageError
from rag.index.past.read_marks import FileMarks, ReadMarks
from rag.index.schema import read_now, storable_text
from rag.protocols import Embedder, Snapshot, Store
from rag.settings import Settings
from rag.types import (
    Article,
    Brief,
    BriefMark,
    BriefWithdrawal,
    Filters,
    KeptAnswer,
    NameTopic,
    OutletComparison,
    Timeline,
    Version,
)

if TYPE_CHECKING:
    from rag.qa.pipeline import Pipeline


class StoryQuestions:
    """The part of :class:`~rag.News` that needs no language model and quotes many articles."""

    settings: Settings
    embedder: Embedder
    store: Store

    if TYPE_CHECKING:

        def answers(self, *ids: str, owner: str = "") -> list[KeptAnswer]: ...
        def article(self, article_id: str, *, as_of: DayLike = None) -> Article: ...
        def library(self, as_of: date | None = None) -> Snapshot: ...
        @property
        def pipeline(self) -> Pipeline: ...

    def is_elsewhere(self, question: str, article_id: str, *, filters: Filters | None = None) -> bool:
        """Whether a question is plainly about something else than an article, which others that pass the filters speak
        of: what a reader asks who has one article open. Raises ``UsageError`` where there is no such article."""
        from rag.qa.retrieval.in_view import is_elsewhere

        question, scope = as_text("question", question), filters or Filters()
        article = self.article(article_id, as_of=scope.as_of)
        return is_elsewhere(
            question, article, lambda: self.pipeline.search(question, (), replace(scope, only=None), None, False, False)
        )

    @spelled
    def timeline(
        self,
        topic: str = "",
        *,
        article: str | None = None,
        entity: str | None = None,
        filters: Filters | None = None,
        as_of: DayLike = None,
        since: DayLike = None,
        until: DayLike = None,
        sources: NamesLike = (),
        sections: NamesLike = (),
        authors: NamesLike = (),
        limit: int = 20,
        new_since: DayLike = None,
    ) -> Timeline:
        """What happened, in which order: dated sentences of the articles, verbatim. Uses no language model.

        Of a ``topic`` or question in words, of the story of an ``article`` (its id), or of an ``entity``, somebody or
        something by name: give one of them. ``since`` and ``until`` are days of what happened; ``as_of`` hides what was
        published after it; ``new_since`` marks the rows reported after that day. Raises ``UsageError``.
        """
        from rag.qa.stories.timeline import Wish, story_timeline

        given = [name for name, value in (("topic", topic), ("article", article), ("entity", entity)) if value]
        if len(given) != 1:
            named = "none" if not given else " and ".join(given)
            raise UsageError(f"timeline: give one of a topic, an article and an entity, not {named}")
        if limit < 1:
            raise UsageError(f"limit = {limit}: give at least 1")
        filters = scoped("timeline", filters, as_of, since, until, sources, sections, authors)
        wish = Wish(
            storable_text(as_text("topic", topic)).strip(),
            self.article(as_text("article", article), as_of=filters.as_of) if article else None,
            storable_text(as_text("entity", entity)).strip() if entity else "",
        )
        return story_timeline(
            wish,
            self.embedder,
            self.library(filters.as_of),
            filters=filters,
            limit=limit,
            new_since=as_day("new_since", new_since),
        )

    @spelled
    def compare(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        as_of: DayLike = None,
        since: DayLike = None,
        until: DayLike = None,
        sources: NamesLike = (),
        sections: NamesLike = (),
        authors: NamesLike = (),
    ) -> OutletComparison:
        """What each outlet says of a matter, in its own sentence, grouped by value; no language model is used.

        Arguments as of :meth:`ask`. Raises ``UsageError``.
        """
        from rag.qa.stories.side_by_side import side_by_side

        question = storable_text(as_text("question", question)).strip()
        if not question:
            raise UsageError("the question is empty")
        scope = scoped("compare", filters, as_of, since, until, sources, sections, authors)
        pipeline = self.pipeline
        asked = pipeline.understand(question, (), scope, None, as_written=False)
        ranked = pipeline.rank(asked, pipeline.find(asked))
        scored, floor = pipeline.sentences_that_answer(asked, ranked)[0], ranked.min_scores.show
        then = self.library(scope.as_of)
        return side_by_side(question, scored, lambda a: then.copies(a.story or a.id), floor)

    @spelled
    def topics(
        self,
        *,
        filters: Filters | None = None,
        as_of: DayLike = None,
        since: DayLike = None,
        until: DayLike = None,
        sources: NamesLike = (),
        sections: NamesLike = (),
        authors: NamesLike = (),
        limit: int = 40,
        most: int = 2000,
    ) -> list[NameTopic]:
        """The names that the articles write about, those of most stories first, at most ``limit``.

        The newest ``most`` articles are read. Raises ``UsageError``.
        """
        from rag.qa.stories.topics import name_topics

        scope = scoped("topics", filters, as_of, since, until, sources, sections, authors)
        then = self.library(scope.as_of)
        ids = [a.id for a in then.all(scope)[:most]]
        found = then.articles(ids)
        return name_topics((found[i] for i in ids if i in found), limit)

    @spelled
    def brief(
        self,
        *,
        topic: str = "",
        filters: Filters | None = None,
        as_of: DayLike = None,
        since: DayLike = None,
        sources: NamesLike = (),
        sections: NamesLike = (),
        authors: NamesLike = (),
        limit: int = 15,
        reader: str = "",
        again: bool = False,
    ) -> Brief:
        """What is new, by story: quotes, counts and fixed phrases; no language model is used.

        Of articles from the day ``since`` on, else of what came in since the last brief of this ``reader`` with the
        same topic and names (:meth:`mark_read` makes one the last), else, and with ``as_of``, of the last seven days
        that have news. ``again``: of what came in before the last one and after the one before. ``topic``: only
        articles that name all of its words early on. ``limit`` stories are shown, and at most as many corrections.
        Raises ``UsageError``, and ``StoreError`` where the marks cannot be read.
        """
        from rag.qa.brief.brief import NewWindow, what_is_new

        if limit < 1:
            raise UsageError(f"limit = {limit}: give at least 1")
        topic = " ".join(storable_text(as_text("topic", topic)).split())
        given = scoped("brief", filters, as_of, since, None, sources, sections, authors)
        if given.since and given.last_day and given.since > given.last_day:
            raise UsageError(f"brief: since {given.since} is after {given.last_day}; no day lies between")
        scope, window = replace(given, since=None), NewWindow(given.since)
        last = mark = None
        if given.since is None and given.as_of is None:
            key = _scope_of(scope, topic, as_text("reader", reader))
            last = self._marks.read(key, before=again)
            if again and self._marks.read(key) is None:
                raise UsageError("there was no brief of this yet that could be shown again; ask for one without again")
            mark, new = self._mark_now(key, last)
            window = NewWindow(ids=new) if last else window
        today = given.as_of or read_now().date()
        found = what_is_new(
            self.library(given.as_of),
            scope,
            window,
            lambda article_id: self._versions_by(article_id, given.as_of),
            today=today,
            topic=topic,
            limit=limit,
        )
        gone = self._withdrawn_since(found.since, last, scope, topic)
        return replace(
            found,
            changed=() if given.as_of else self._answers_changed(found.since, last, reader)[:limit],
            last=last.made if last else None,
            withdrawn=tuple(gone[:limit]),
            more_withdrawn=len(gone[limit:]),
            mark=mark,
        )

    def _answers_changed(self, since: date | None, last: BriefMark | None, reader: str) -> tuple[KeptAnswer, ...]:
        """Kept answers that no longer stand, as far as that came about since."""
        first = last.made.date() if last else since
        standing = ("stands", "reworded")
        kept = [answer for answer in self.answers(owner=reader) if answer.state not in standing]
        return tuple(a for a in kept if a.since is None or first is None or a.since >= first)

    def mark_read(self, brief: Brief) -> None:
        """Makes a brief the reader's last one: the next is of what comes in after it. One of days that were named
        changes nothing. Raises ``StoreError`` where that cannot be kept beside the index."""
        if brief.mark is not None:
            self._marks.keep(brief.mark)

    @cached_property
    def _marks(self) -> ReadMarks:
        """Beside the index, where all who ask it have the same."""
        if self.settings.database is None:
            return FileMarks(self.settings.index)
        from rag.index.postgres.read_marks import ServerMarks

        return ServerMarks(self.settings.database.get_secret_value())

    def _mark_now(self, scope: str, last: BriefMark | None) -> tuple[BriefMark, frozenset[str]]:
        """The mark that follows ``last``, and the ids of what came in since."""
        came = self.store.shelf.arrived(last.through if last else 0)
        seen = frozenset(last.seen if last else ())
        new = frozenset(
            name for name, digest, at in came if not (last and at == last.through and _print(name, digest) in seen)
        )
        through = max((at for *_, at in came), default=last.through if last else 0)
        at_end = tuple(sorted(_print(name, digest) for name, digest, at in came if at == through))
        gone = tuple(sorted(w.article_id for w in self.store.withdrawn()))
        return BriefMark(scope, read_now(), through, at_end or (last.seen if last else ()), gone), new

    def _versions_by(self, article_id: str, as_of: date | None) -> list[Version]:
        """The earlier versions of an article that were replaced by a day, the latest first."""
        found = self.store.shelf.versions(article_id)
        return [v for v in found if as_of is None or (v.until is not None and v.until.date() <= as_of)]

    def _withdrawn_since(
        self, first: date | None, last: BriefMark | None, scope: Filters, topic: str
    ) -> list[BriefWithdrawal]:
        from rag.qa.brief.brief import is_on

        known = frozenset(last.withdrawn) if last else frozenset()
        found = []
        for gone in self.store.withdrawn():
            on = gone.at.date()
            new = gone.article_id not in known if last else first is None or on >= first
            if not new or (scope.as_of and on > scope.as_of):
                continue
            versions = self.store.shelf.versions(gone.article_id)
            article = versions[0].article if versions else None
            if (scope != Filters(as_of=scope.as_of) or topic) and (article is None or not _passes(article, scope)):
                continue
            if topic and article is not None and not is_on(article, topic):
                continue
            found.append(BriefWithdrawal(gone, article.source if article else None))
        return found


def _passes(article: Article, scope: Filters) -> bool:
    named = (
        (scope.sources, (article.source,)),
        (scope.sections, (article.section,)),
        (scope.authors, article.authors),
    )
    return all(not wanted or not set(wanted).isdisjoint(has) for wanted, has in named)


def _scope_of(scope: Filters, topic: str, reader: str) -> str:
    """What a mark is of, as one text."""
    names = (sorted(part) for part in (scope.sources, scope.sections, scope.authors))
    return json.dumps([reader, *names, sorted(topic.lower().split())], ensure_ascii=False)


def _print(article_id: str, digest: str) -> str:
    return f"{article_id} {digest[:16]}"
