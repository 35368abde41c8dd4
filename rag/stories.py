"""What ``News`` answers from several articles at once: timelines, outlets side by side, names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rag.arguments import DayLike, NamesLike, as_day, as_text, scoped, spelled
from rag.errors import UsageError
from rag.index.schema import storable_text
from rag.protocols import Embedder, Snapshot, Store
from rag.types import Article, Filters, NameTopic, OutletComparison, Timeline

if TYPE_CHECKING:
    from rag.qa.pipeline import Pipeline


class StoryQuestions:
    """The part of :class:`~rag.News` that needs no language model and quotes many articles."""

    embedder: Embedder
    store: Store

    if TYPE_CHECKING:

        def article(self, article_id: str, *, as_of: DayLike = None) -> Article: ...
        def library(self, as_of: date | None = None) -> Snapshot: ...
        @property
        def pipeline(self) -> Pipeline: ...

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
