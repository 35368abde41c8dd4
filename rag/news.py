"""The composition: the whole way from a file to an article, and from a question to a cited answer, on one page."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rag.arguments import DayLike, NamesLike, as_day, as_filters, as_names, as_text, scoped, spelled
from rag.errors import RagError, UsageError
from rag.index.schema import storable_text
from rag.index.store import IndexPlace, open_index, open_store
from rag.ingest import chunker as chunking
from rag.ingest.pipeline import FLUSH, Intake, regroup
from rag.ledger.standing import StandingQuestions
from rag.models import factory
from rag.only_text import require_article, text_file, unstored
from rag.protocols import Embedder, EntailmentModel, Llm, Reranker, Snapshot, Store
from rag.settings import Settings
from rag.stories import StoryQuestions
from rag.telemetry import watched
from rag.types import (
    Answer,
    Article,
    CheckResult,
    Copy,
    Embargoed,
    Event,
    FeedState,
    Filters,
    Hit,
    Message,
    Progress,
    Report,
    ReportItem,
    Version,
    Withdrawn,
)

if TYPE_CHECKING:
    from rag.qa.pipeline import Pipeline

log = logging.getLogger(__name__)

_METHODS = {"embedder": "embed", "llm": "stream", "reranker": "read", "nli": "carried"}
"""What a model that is given ready can do; a name is a setting."""


@dataclass(eq=False, repr=False)
class News(StoryQuestions, StandingQuestions):
    """A library of news that answers questions. Make one with :meth:`open`; any number of threads may ask it.

    >>> with News.open("news.index") as news:
    ...     report = news.add("articles.jsonl")
    ...     answer = news.ask("When was the bridge closed?", sources="The Post")
    >>> report.added
    1
    >>> answer.citations[0].quote
    'The bridge at Fenwray was closed on Friday.'
    """

    settings: Settings
    embedder: Embedder
    store: Store
    llm: Llm | None
    reranker: Reranker | None = None
    nli: EntailmentModel | None = None

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        *,
        settings: Settings | None = None,
        create: bool = True,
        progress: Progress | None = None,
        embedder: Embedder | str | None = None,
        llm: Llm | str | None = None,
        reranker: Reranker | str | None = None,
        nli: EntailmentModel | str | None = None,
        **overrides: Any,
    ) -> News:
        """Opens the index ``path``, a folder or the address of a database (default: the setting ``index``), making it
        if ``create`` is set.

        ``embedder``, ``llm``, ``reranker`` and ``nli`` are names, as in the settings, or ready objects
        (``rag.protocols``); :meth:`close` closes the language model. ``overrides`` are settings by name:
        ``News.open("news", llm="none", hits=10)``.

        Raises ``UsageError`` for a wrong setting, ``ModelError`` for a missing model, ``IndexMismatch`` where the index
        was made with another embedder, ``IndexDamaged`` or ``StoreError`` where it cannot be read.
        """
        models = {"embedder": embedder, "llm": llm, "reranker": reranker, "nli": nli}
        ready: dict[str, Any] = {name: model for name, model in models.items() if hasattr(model, _METHODS[name])}
        overrides |= {name: model for name, model in models.items() if name not in ready and model is not None}
        if settings is not None and overrides:
            settings = Settings.load(**(settings.model_dump() | overrides))
        settings = settings or Settings.load(**overrides)
        if path is not None:
            settings = settings.with_index(path)
        embeds = ready.get("embedder") or factory.open_embedder(settings, progress)
        store = open_index(IndexPlace(settings.index, *settings.servers), manifest(embeds), create=create)
        return cls(
            settings,
            embeds,
            store,
            ready.get("llm") or factory.open_model(settings, progress),
            ready.get("reranker") or factory.open_reranker(settings.reranker),
            ready.get("nli") or factory.open_nli(settings.nli),
        )

    def close(self) -> None:
        """Closes the index and the language model; a second time it does nothing."""
        self._stop_asking()
        self.store.close()
        self.ledger.close()
        self._marks.close()
        if self.llm is not None:
            self.llm.close()

    def __enter__(self) -> News:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- from a file to an article -------------------------------------------------------------------------------

    def add(self, *sources: str | Path, progress: Progress | None = None) -> Report:
        """Reads files, folders, web addresses and feeds, and stores their articles; what is reported as added or
        updated is safe on disk.

        Raises ``IndexLocked`` while another process writes. What cannot be read is reported, never raised.
        """
        from rag.ingest.formats.files import find

        if not sources:
            raise UsageError("nothing to add: name at least one file, folder or web address")
        passed_over: list[Path] = []
        report = self.take(list(find(sources, passed_over.append)), progress)
        return replace(report, passed_over=tuple(map(str, passed_over)))

    def take(self, found: Sequence[Path | str | ReportItem], progress: Progress | None = None) -> Report:
        """Stores the articles of what ``rag.ingest.formats.files.find`` has found: files, web addresses, and what it
        could not find."""
        from rag.ingest.formats.files import size

        with self._intake(progress, sum(size(f) if isinstance(f, Path) else 1 for f in found)) as intake:
            for source in found:
                if isinstance(source, ReportItem):
                    intake.items.append(source)
                elif isinstance(source, Path):
                    intake.file(source)
                else:
                    intake.address(source)
            return Report(tuple(intake.finish()))

    def put(self, articles: Sequence[Article], progress: Progress | None = None) -> Report:
        """Stores articles that are already read; those with an id keep it. Raises ``IndexLocked``."""
        with self._intake(progress, len(articles)) as intake:
            for article in articles:
                intake.article(article, article.origin or article.id)
                intake.done()
            return Report(tuple(intake.finish()))

    @contextmanager
    def _intake(self, progress: Progress | None, total: int) -> Iterator[Intake]:
        with (
            self.store.writing(),
            closing(Intake(self.embedder, self.store, self.settings, progress, total)) as intake,
            watched("change") as work,
        ):
            intake.release()
            yield intake
            work.tell("stored", **Counter(str(item.status) for item in intake.items))
        self._settle_quietly(progress)

    def cut_versions(self) -> None:
        """Gives earlier versions their passages that have none yet, such as those of an older index."""
        with self._intake(None, 0) as intake:
            intake.finish()

    def feeds(self) -> list[tuple[FeedState, datetime]]:
        """The feeds that were read, each with the time of its last reading (UTC)."""
        return self.store.shelf.feeds()

    @spelled
    def remove(self, *ids: str, source: str | None = None, before: DayLike = None) -> int:
        """Removes articles by id, by outlet, or published before a day, with all their versions; returns how many.

        Raises ``UsageError`` where nothing is named, ``IndexLocked`` while another process writes.
        """
        ids, before = as_names("ids", ids), as_day("before", before)
        source = None if source is None else as_text("source", source)
        if not ids and not source and before is None:
            raise UsageError("nothing to remove: name ids, a source or a day")
        with self.store.writing():
            chosen = set(ids)
            if (source or before) and before != date.min:  # before which there is nothing
                last = before - timedelta(days=1) if before else None
                scope = Filters(until=last, sources=(source,) if source else ())
                chosen |= {a.id for a in self.store.all(scope)} | self.store.kept_of(scope)
            count = self.store.remove(sorted(chosen))
            regroup(self.store)
        self._settle_quietly()
        return count

    def mentioning(self, word: str) -> set[str]:
        """Ids of the articles whose headline or text has a word that begins like ``word``."""
        return self.library().mentioning(word)

    @spelled
    def articles(self, filters: Filters | None = None, *, bodies: bool = False) -> list[Article]:
        """All articles, newest first; without their bodies unless asked."""
        filters = as_filters(filters)
        return self.library(filters.as_of).all(filters, bodies=bodies)

    def article(self, article_id: str, *, as_of: DayLike = None) -> Article:
        """One article with its body, as it stood at the end of a day. Raises ``UsageError`` if there was none then."""
        on = as_day("as_of", as_of)
        found = self.library(on).articles([article_id])
        if article_id not in found:
            raise UsageError(self._missing(article_id, on))
        return found[article_id]

    def _missing(self, article_id: str, on: date | None) -> str:
        gone = next((w for w in self.store.withdrawn() if w.article_id == article_id), None)
        if gone is not None and (on is None or on >= gone.at.date()):
            before = (
                "as it stood before, with --as-of" if self.store.shelf.versions(article_id) else "it never was here"
            )
            return f"the article {article_id} was {gone.why} by its provider on {gone.at:%Y-%m-%d}; {before}"
        then = f" as of {on}" if on else ""
        return f"no article {article_id} in {self.settings.index_name}{then}; see: rag list"

    def copies(self, article_id: str, *, as_of: DayLike = None) -> list[Copy]:
        """All prints of the story that an article belongs to, itself too, the earliest first."""
        article = self.article(article_id, as_of=as_of)
        return self.library(as_day("as_of", as_of)).copies(article.story or article.id)

    def history(self, article_id: str, *, as_of: DayLike = None) -> list[Version]:
        """What an article was before later versions replaced it, the latest of them first."""
        on = as_day("as_of", as_of)
        self.article(article_id, as_of=on)
        found = self.store.shelf.versions(article_id)
        # Of those that were replaced by that day; the one that was the newest then is no earlier version.
        return [v for v in found if on is None or (v.until is not None and v.until.date() <= on)]

    def withdrawn(self) -> list[Withdrawn]:
        """What providers have taken back, the last first: found only as of days before."""
        return self.store.withdrawn()

    def embargoed(self) -> list[Embargoed]:
        """What waits for its time, the next first; nothing of it is told but its id, file and time."""
        return self.store.embargoed()

    def sources(self) -> list[tuple[str, int]]:
        """(outlet, articles), most first."""
        return self.library().sources()

    def authors(self) -> list[tuple[str, int]]:
        """(author, articles), most first."""
        return self.library().authors()

    def sections(self) -> list[str]:
        """The names of all sections of the articles, in the order of the alphabet."""
        return sorted(self.library().scopes()[1])

    def library(self, as_of: date | None = None) -> Snapshot:
        """The articles as they stand now, or stood at the end of a day, after taking in what waited and may be shown.

        Where another process writes, what may be shown is taken in by that one.
        """
        waiting = bool(self.store.waiting.due())
        if waiting or (as_of is not None and self.store.bare_versions()):
            try:
                self.cut_versions()
            except RagError as error:
                log.info("earlier versions and ended embargoes wait: %s", type(error).__name__)
        return self.store.at(as_of)

    def being_written(self) -> bool:
        """Whether this process or another one is adding or removing articles right now."""
        return self.store.being_written()

    def size(self) -> tuple[int, int]:
        """(articles, chunks) in the index."""
        library = self.library()
        return library.count(), library.count_chunks()

    def check(self, *, repair: bool = False, progress: Progress | None = None) -> CheckResult:
        """Compares text, words and vectors with each other; with ``repair`` mends them from the stored text."""
        from rag.ingest.identity import digest

        if repair:
            with self.store.writing(mending=True):
                bare = self.store.mend_text(digest)
                bad, extra = self.store.mend(progress)
                for i in range(0, len(bad), FLUSH):
                    part = list(self.store.chunks(bad[i : i + FLUSH]).values())
                    self.store.put_vectors([c.id for c in part], self.embedder.embed([c.embedded_text for c in part]))
                    if progress:
                        progress("embedding again", min(i + FLUSH, len(bad)), len(bad))
                self.store.mended(extra)
                for article in bare:
                    found = chunking.chunks(article, self.embedder.count, self.embedder.max_tokens)
                    if found:
                        self.store.put_chunks(article, found, self.embedder.embed([c.embedded_text for c in found]))
                regroup(self.store)
            self.cut_versions()
        return self.store.check(digest)

    # -- from a question to a cited answer -----------------------------------------------------------------------

    @property
    def model(self) -> str:
        """The name of the language model; 'none' without one."""
        return self.llm.name if self.llm else "none"

    def warm(self, *, wait: bool = False) -> None:
        """Loads the language model in the background, so that the first question does not wait for it.

        With ``wait`` it returns when the model is ready, and raises ``ModelError`` or ``LlmError`` where it cannot be
        loaded.
        """
        loading = self.pipeline.warm()
        if wait and loading is not None:
            loading.result()

    @property
    def pipeline(self) -> Pipeline:
        """The stages of an answer, over these articles."""
        from rag.qa.pipeline import Pipeline  # its patterns take half a second, which no other command need pay

        return Pipeline(self.settings, self.embedder, self.library(), self.llm, self.reranker, self.nli)

    @spelled
    def search(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters = Filters(),  # noqa: B008  # frozen
        asked: DayLike = None,
        as_written: bool = False,
        reading: bool = True,
    ) -> list[Hit]:
        """The chunks that fit a question best, best first. Arguments as of :meth:`ask`.

        Without ``reading`` they stay in the order of the search, by words and meaning: many times as fast.
        """
        question, filters = as_text("question", question), as_filters(filters)
        return self.pipeline.search(question, history, filters, as_day("asked", asked), as_written, reading)

    @spelled
    def ask(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters | None = None,
        as_of: DayLike = None,
        since: DayLike = None,
        until: DayLike = None,
        sources: NamesLike = (),
        sections: NamesLike = (),
        authors: NamesLike = (),
        asked: DayLike = None,
        as_written: bool = False,
        choices: Sequence[str] = (),
        form: str = "",
        text: str | Path | None = None,
    ) -> Answer:
        """The checked answer to a question. Raises ``UsageError`` for wrong arguments; a failing model never raises.

        ``history`` are the messages before, oldest first, each with 'role' and 'content'. Days are a ``date`` or text
        like '2024-09-28'; ``sources``, ``sections`` and ``authors`` a name or several; give these, or ``filters``.
        ``asked`` is the day that 'this week' counts from; default: ``as_of``, else today. With ``as_written`` nothing
        is read out of the question's words or the history: neither days nor outlets, nor who 'he' is.
        ``form`` is how it is to be answered, where its words would have it otherwise: 'fact', 'list', 'comparison',
        'change', 'summary' or 'latest'. ``text`` is an article as the only source, which is
        not added: its text, or the path of a file.

        Of ``choices`` (2 to 26 texts) the likeliest is the answer, and ``Answer.choices`` has a probability for each.
        """
        filters = scoped("ask", filters, as_of, since, until, sources, sections, authors)
        *_, answer = self.stream(
            question, history=history, filters=filters, asked=asked, as_written=as_written, choices=choices, form=form,
            text=text,
        )  # fmt: skip
        assert isinstance(answer, Answer)
        return answer

    @spelled
    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters = Filters(),  # noqa: B008  # frozen
        asked: DayLike = None,
        as_written: bool = False,
        choices: Sequence[str] = (),
        form: str = "",
        text: str | Path | None = None,
    ) -> Iterator[Event]:
        """Steps, then the evidence, then the draft as it is written, then the checked answer.

        Closing the iterator stops the model.
        """
        question, form = storable_text(as_text("question", question)), as_text("form", form)
        filters, asked = as_filters(filters), as_day("asked", asked)
        if text is not None:
            with self._only(text if isinstance(text, Path) else as_text("text", text)) as alone:
                how: dict[str, Any] = {"history": history, "asked": asked, "as_written": as_written, "form": form}
                yield from map(unstored, alone.stream(question, choices=choices, **how))
            return
        with self.readers.reading(), watched("question") as work:
            yield from self.pipeline.stream(question, history, filters, asked, as_written, choices, work, form)

    @contextmanager
    def _only(self, text: str | Path) -> Iterator[News]:
        """News of the articles in a text alone, with the same models. Raises ``UsageError`` where there is none."""
        with TemporaryDirectory(prefix="news-text-") as folder:
            store = open_store(Path(folder) / "index", manifest(self.embedder), create=True)
            with closing(store):
                apart = self.settings.with_index(store.folder)  # what is kept is not of this text
                alone = replace(self, store=store, settings=apart)
                require_article(alone.add(text_file(text, Path(folder))))
                yield alone


def manifest(embedder: Embedder) -> dict[str, str]:
    """What an index must have been made with."""
    return {
        "embedder": embedder.name,
        "digest": embedder.digest,
        "dimension": str(embedder.dimension),
        "chunking": f"{chunking.CHUNKING_VERSION}:{embedder.max_tokens}",
    }
