"""The composition: the whole way from a file to an article, and from a question to a cited answer, on one page."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.arguments import Day, Names, day, names, scope, spelled, text
from rag.errors import LlmError, ModelError, UsageError
from rag.index.lock import being_written
from rag.index.schema import plain
from rag.index.store import SqliteChromaStore, open_store
from rag.ingest import chunker as chunking
from rag.ingest.pipeline import FLUSH, Intake, regroup
from rag.qa.answer import prompts
from rag.qa.answer.choices import checked, choose
from rag.qa.answer.drafting import cited, compared, drafted, picked, stated
from rag.qa.answer.injection import addresses_the_model
from rag.qa.answer.overview import MOST, by_day, nearest, overview
from rag.qa.answer.refusal import Refusal, refusal, talk
from rag.qa.attribution.claims import Verdict, about_names, quoted
from rag.qa.conflicts.later_reports import CAUSAL, CAUSE
from rag.qa.question.request import YES_NO, Request, request, topic
from rag.qa.question.spelling import better_spelling
from rag.qa.question.understand import understand
from rag.qa.retrieval.reranking import rank
from rag.qa.retrieval.retriever import Wanted, retrieve
from rag.qa.retrieval.sentence_scoring import score_sentences, select
from rag.settings import Settings
from rag.telemetry import Work, watched
from rag.types import (
    Answer,
    Article,
    CheckResult,
    Choice,
    Citation,
    Copy,
    Embedder,
    EntailmentModel,
    Event,
    Evidence,
    FeedState,
    Filters,
    Found,
    Hit,
    Message,
    Progress,
    Report,
    ReportItem,
    Reranker,
    Step,
    Understood,
    Version,
)
from rag.types import day as day_of

if TYPE_CHECKING:
    from rag.models.llm.chat_model import ChatModel

log = logging.getLogger(__name__)

MEANT, READ = 0.5, 0.15
"""How strongly a sentence must bear on a question (``Evidence.score``) to be quoted without a model's word: by the
embedder's score, and by a reranker's probability, which is lower."""

FEW, MANY = (160, 4), (450, 10)
"""Word pieces and quotes in a prompt: small models are thrown by much, and slow; others read all that may help."""

CAUSED = 1.3  # what a sentence that gives a reason counts, where a reason is asked for
NEAR = 0.07
"""Of a sentence, by a reranker's probability, from which on a refusal shows it; by the embedder's score ``MEANT``."""

NEAREST = 3  # articles that a refusal names
CLOSE = 0.5  # of the best hit's score, from which on an article is one of them


class News:
    """A pile of news that can be asked. Make one with :meth:`open`; any number of threads may ask it."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        store: SqliteChromaStore,
        llm: ChatModel | None,
        reranker: Reranker | None = None,
        nli: EntailmentModel | None = None,
    ):
        self.settings = settings
        self.embedder = embedder
        self.store = store
        self.llm = llm
        self.reranker = reranker
        self.nli = nli

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        *,
        settings: Settings | None = None,
        create: bool = True,
        progress: Progress | None = None,
        **overrides: Any,
    ) -> News:
        """Opens the index folder ``path`` (default: the setting ``index``), making it if ``create`` is set.

        ``overrides`` are settings by name, ``News.open("news", llm="none")``. Raises ``RagError``: the index was
        made with another embedder, cannot be read, a model is missing, a setting is wrong.
        """
        if settings is not None and overrides:
            settings = Settings.load(**(settings.model_dump() | overrides))
        settings = settings or Settings.load(**overrides)
        if path is not None:
            settings = settings.model_copy(update={"index": Path(path)})
        from rag.models.embedding.embedder import open_embedder

        embedder = open_embedder(settings.embedder, settings.cache, progress, settings.embed_precision)
        store = open_store(settings.index, _manifest(embedder), create=create)
        llm, reranker = open_model(settings, progress), open_reranker(settings.reranker)
        return cls(settings, embedder, store, llm, reranker, open_nli(settings.nli))

    def close(self) -> None:
        self.store.close()
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
                    intake.report(source)
                elif isinstance(source, Path):
                    intake.file(source)
                else:
                    intake.address(source)
            return Report(tuple(intake.finish()))

    def put(self, articles: Sequence[Article], progress: Progress | None = None) -> Report:
        """Stores articles that are already read; those with an id keep it."""
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
            yield intake
            work.tell("stored", **Counter(str(item.status) for item in intake.items))

    def feeds(self) -> list[tuple[FeedState, datetime]]:
        """The feeds that were read, each with the time of its last reading (UTC)."""
        return self.store.shelf.feeds()

    @spelled
    def remove(self, *ids: str, source: str | None = None, before: Day = None) -> int:
        """Removes articles by id, by outlet, or published before a day, with all their versions; returns how many."""
        ids, before = names("ids", ids), day("before", before)
        source = None if source is None else text("source", source)
        if not ids and not source and before is None:
            raise UsageError("nothing to remove: name ids, a source or a day")
        with self.store.writing():
            chosen = set(ids)
            if source or (before is not None and before > date.min):
                last = date.fromordinal(before.toordinal() - 1) if before and before > date.min else None
                chosen |= {a.id for a in self.store.all(Filters(until=last, sources=(source,) if source else ()))}
            count = self.store.remove(sorted(chosen))
            regroup(self.store)
            return count

    def mentioning(self, word: str) -> set[str]:
        """Ids of the articles whose headline or text has a word that begins like ``word``."""
        return self.store.mentioning(word)

    @spelled
    def articles(self, filters: Filters | None = None, *, bodies: bool = False) -> list[Article]:
        """All articles, newest first; without their bodies unless asked."""
        return self.store.all(scope(filters), bodies=bodies)

    def article(self, article_id: str) -> Article:
        """One article with its body. Raises ``UsageError`` if there is none with that id."""
        found = self.store.articles([article_id])
        if article_id not in found:
            raise UsageError(f"no article {article_id} in {self.settings.index}; see: rag list")
        return found[article_id]

    def copies(self, article_id: str) -> list[Copy]:
        """All prints of the story that an article belongs to, itself too, the earliest first."""
        article = self.article(article_id)
        return self.store.shelf.copies(article.story or article.id)

    def history(self, article_id: str) -> list[Version]:
        """What an article was before later versions replaced it, the latest of them first."""
        self.article(article_id)
        return self.store.shelf.versions(article_id)

    def sources(self) -> list[tuple[str, int]]:
        """(outlet, articles), most first."""
        return self.store.sources()

    def sections(self) -> list[str]:
        """The names of all sections of the articles, in the order of the alphabet."""
        return sorted(self.store.scopes()[1])

    def being_written(self) -> bool:
        """Whether this process or another one is adding or removing articles right now."""
        return being_written(self.settings.index)

    def size(self) -> tuple[int, int]:
        """(articles, chunks) in the index."""
        return self.store.count(), self.store.count_chunks()

    def check(self, *, repair: bool = False, progress: Progress | None = None) -> CheckResult:
        """Compares text, words and vectors with each other; with ``repair`` mends them from the stored text."""
        from rag.ingest.identity import digest

        if repair:
            with self.store.writing(mending=True):
                bare = self.store.mend_text(digest)
                missing, extra = self.store.unsound()
                bad = self.store.mend(missing, progress)
                for i in range(0, len(bad), FLUSH):
                    part = list(self.store.chunks(bad[i : i + FLUSH]).values())
                    self.store.put_vectors([c.id for c in part], self.embedder.embed([c.embedded_text for c in part]))
                    if progress:
                        progress("embedding again", min(i + FLUSH, len(bad)), len(bad))
                self.store.mended(extra)
                for article in bare:
                    found = chunking.chunks(article, self.embedder.count, self.embedder.max_tokens)
                    if found:
                        self.store.put_chunks([(article, found)], self.embedder.embed([c.embedded_text for c in found]))
                regroup(self.store)
        return self.store.check(digest)

    # -- from a question to a cited answer -----------------------------------------------------------------------

    @property
    def model(self) -> str:
        return self.llm.name if self.llm else "none"

    def warm(self, *, wait: bool = False) -> None:
        """Loads the language model in the background, so that the first question does not wait for it.

        With ``wait`` it returns when the model is ready, and raises ``RagError`` where it cannot be loaded.
        """
        if self.llm is not None:
            weighed = self.reranker is not None and self.llm.can_score
            loading = self.llm.warm(prompts.prefix(may_decline=not weighed))
            if wait:
                loading.result()

    @spelled
    def search(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters = Filters(),  # noqa: B008  # frozen
        asked: Day = None,
        as_written: bool = False,
    ) -> list[Hit]:
        """The chunks that fit a question best, best first; for the rest see :meth:`ask`."""
        question, filters = text("question", question), scope(filters)
        asked = _asked(day("asked", asked), filters)
        understood = self._understand(question, history, asked, as_written)
        return self._read(understood.question, *self._search(understood, filters, asked))[0]

    def _understand(self, question: str, history: Sequence[Message], asked: date, as_written: bool) -> Understood:
        if as_written:
            return Understood(question)
        outlets, sections = self.store.scopes()
        return understand(question, history, asked=asked, outlets=outlets, sections=sections)

    def _search(self, understood: Understood, filters: Filters, asked: date) -> tuple[list[Hit], Wanted]:
        s = self.settings
        wanted = _wanted(understood, asked)
        hits = retrieve(
            understood.question,
            self.embedder,
            self.store,
            filters=filters,
            candidates=s.candidates,
            limit=max(s.passages, s.hits) if self.reranker else s.hits,
            per_article=s.per_article,
            wanted=wanted,
        )
        return hits, wanted

    def _read(self, question: str, hits: list[Hit], wanted: Wanted) -> tuple[list[Hit], list[Evidence], bool]:
        """The hits in the order of a closer look, all their sentences, best first, and whether their scores are
        probabilities."""
        if self.reranker is not None and hits:
            try:
                readings = self.reranker.read(question, [h.chunk for h in hits])
            except ModelError as error:
                log.warning("%s; the search's own order stands", error)
            else:
                hits, scored = rank(question, hits, readings, wanted, self.embedder)
                return hits[: self.settings.hits], _harmless(scored), True
        hits = hits[: self.settings.hits]
        return hits, _harmless(score_sentences(question, hits, self.embedder)), False

    @spelled
    def ask(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters | None = None,
        as_of: Day = None,
        since: Day = None,
        until: Day = None,
        sources: Names = (),
        sections: Names = (),
        asked: Day = None,
        as_written: bool = False,
        choices: Sequence[str] = (),
    ) -> Answer:
        """The checked answer to a question. Raises ``UsageError`` for an empty one; a failing model never raises.

        Days are a ``date`` or text like '2024-09-28'; ``sources`` and ``sections`` a name or several. ``asked`` is the
        day that 'this week' counts from; default: ``as_of``, else today. With ``as_written`` nothing is read out of the
        question's words or the history: neither days nor outlets, nor who 'he' is.

        Of ``choices`` (2 to 26 texts) the likeliest is the answer, and ``Answer.choices`` has a probability for each.
        """
        filters = filters or Filters(
            since=day("since", since),
            until=day("until", until),
            as_of=day("as_of", as_of),
            sources=names("sources", sources),
            sections=names("sections", sections),
        )
        events = self.stream(
            question, history=history, filters=filters, asked=asked, as_written=as_written, choices=choices
        )
        for event in events:
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with an answer")

    @spelled
    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters = Filters(),  # noqa: B008  # frozen
        asked: Day = None,
        as_written: bool = False,
        choices: Sequence[str] = (),
    ) -> Iterator[Event]:
        """Steps, then the evidence, then the draft as it is written, then the checked answer.

        Closing the iterator stops the model.
        """
        question, filters, asked = text("question", question), scope(filters), day("asked", asked)
        with watched("question") as work:
            yield from self._stream(question, history, filters, asked, as_written, choices, work)

    def _stream(
        self,
        question: str,
        history: Sequence[Message],
        filters: Filters,
        asked: date | None,
        as_written: bool,
        choices: Sequence[str],
        work: Work,
    ) -> Iterator[Event]:
        question = " ".join(plain(question).split())
        if not question:
            raise UsageError("the question is empty")
        choices = checked(choices) if choices else ()
        self.warm()  # the model loads while the search runs; costs nothing the second time
        clock = _Clock()
        asked = _asked(asked, filters)
        work.tell("asked", characters=len(question), turns=len(history), filtered=filters != Filters())
        understood = self._understand(question, history, asked, as_written)
        query = understood.question
        wish = request(query) if not choices else Request()
        if wish.kind == "talk":
            work.done = True
            yield Found((), ())
            yield self._answer(question, Verdict((), None), (), (), filters, None, clock, {}, talk(query))
            return
        yield Step("searching", understood.told(question))
        if wish.kind != "fact":
            yield from self._overview(question, understood, wish, filters, asked, clock, work)
            return
        hits, wanted = self._search(understood, filters, asked)
        clock.stop("retrieve")
        yield Step("reading", f"{len(hits)} passages of {len({h.article.id for h in hits})} articles")
        hits, scored, ranked = self._read(query, hits, wanted)
        tokens_of_quotes, quotes = FEW if self.llm is not None and self.llm.can_score and not choices else MANY

        def pick(sentences: Sequence[Evidence]) -> list[Evidence]:
            return select(
                sentences,
                self.embedder.count,
                max_tokens=self.settings.evidence_tokens or tokens_of_quotes,
                max_sentences=self.settings.evidence_sentences or quotes,
            )

        if CAUSAL.match(query):  # of sentences that bear alike on it, those that give a reason
            scored = sorted(scored, key=lambda e: -e.score * (CAUSED if CAUSE.search(e.quote) else 1.0))
        evidence = pick(scored)
        clock.stop("evidence")
        yield Found(tuple(evidence), tuple(hits))

        verdict, note, chosen = None, None, None
        tokens: dict[str, int] = {}
        if not hits:
            note = _nothing_found(self.store.count(), filters)
            verdict = Verdict((), None, note)
        elif choices:
            yield Step("checking")
            chosen = choose(query, choices, evidence, self.llm, deadline=self.settings.deadline)
            verdict = picked(choices[chosen.best], chosen.quote)
        elif self.llm is not None and self.llm.can_score and ranked and YES_NO.match(query):
            yield Step("checking")
            verdict = stated(query, scored, READ, asked)
        elif self.llm is not None:
            try:
                verdict, usage = yield from drafted(
                    self.llm, self.settings, query, evidence, scored, ranked, clock.first_word, wish, pick, asked
                )
                if usage is not None:
                    tokens = {"prompt": usage.prompt_tokens or 0, "completion": usage.completion_tokens or 0}
                if self.nli is not None:
                    from rag.qa.attribution.entailment import entailed

                    verdict = entailed(verdict, self.nli)
                verdict = compared(query, verdict, scored)
            except (LlmError, ModelError) as error:
                work.tell("model failed", error=type(error).__name__)
                log.warning("%s", error.told)
                note = f"{error}; these are the sentences that fit best"
        if verdict is None:
            verdict = quoted(query, scored, READ if ranked else MEANT)
        clock.total()
        refused = None
        if not verdict.claims:
            refused = self._refusal(query, verdict, hits, scored, ranked, filters, drafted=note is None)
        answer = self._answer(question, verdict, hits, evidence, filters, note, clock, tokens, refused)
        odds = chosen.probabilities if chosen else ()
        told = tuple(Choice(text, p) for text, p in zip(choices, odds, strict=False))
        work.tell(
            "answered",
            refused=answer.refused,
            citations=len(answer.citations),
            articles=len({hit.article.id for hit in hits}),
            model=answer.model,
            timings_ms=answer.timings_ms,
            tokens=answer.tokens,
        )
        work.done = True
        if self.reranker is not None and hits and not ranked:
            failed = f"made without the reranker {self.reranker.name}, which failed; rag doctor says why"
            answer = replace(answer, note=f"{answer.note}; {failed}" if answer.note else failed)
        yield replace(answer, understood=understood, choices=told)

    def _overview(
        self,
        question: str,
        understood: Understood,
        wish: Request,
        filters: Filters,
        asked: date,
        clock: _Clock,
        work: Work,
    ) -> Iterator[Event]:
        """What takes more than one fact: the sentences of the articles that say it, found by the topic alone."""
        about = topic(understood.question)
        if not about and (understood.since or understood.until):
            filters = replace(filters, since=filters.since or understood.since, until=filters.until or understood.until)
        hits, _ = self._search(replace(understood, question=about or understood.question), filters, asked)
        clock.stop("retrieve")
        if understood.sources and not filters.sources:
            hits = [h for h in hits if h.article.source in understood.sources] or hits
        if understood.since and understood.publication:
            inside = [
                h
                for h in hits
                if (d := day_of(h.article.published)) and understood.since <= d <= (understood.until or asked)
            ]
            hits = inside or hits
        yield Step("reading", f"{len(hits)} passages of {len({h.article.id for h in hits})} articles")
        scored = _harmless(score_sentences(about or understood.question, hits, self.embedder))
        articles = sorted(
            {h.article.id: h.article for h in hits}.values(),
            key=lambda a: day_of(a.published) or date.min,
            reverse=True,
        )
        if len(articles) == 1:
            quotes = by_day(scored[:MOST])
        else:
            quotes = overview(wish.kind, about, scored, newest_first=articles)
        clock.stop("evidence")
        yield Found(tuple(quotes), tuple(hits[: self.settings.hits]))
        clock.total()
        work.done = True
        refused = refusal(
            understood.question,
            quotes,
            many=True,
            filtered=filters != Filters(),
            one_article=filters.only is not None and len(filters.only) == 1,
        )
        answer = self._answer(question, Verdict((), None), hits, quotes, filters, None, clock, {}, refused)
        yield replace(answer, understood=understood)

    def _refusal(
        self,
        question: str,
        verdict: Verdict,
        hits: Sequence[Hit],
        scored: Sequence[Evidence],
        ranked: bool,
        filters: Filters,
        *,
        drafted: bool,
    ) -> Refusal:
        """Why there is no answer, with what the articles say all the same."""
        texts = {h.article.id: f"{h.article.title} {h.article.body} {h.article.source or ''}" for h in hits}
        better = better_spelling(question, texts.values()) if texts else None
        found = about_names(question, [h.article for h in hits]) if hits else ""
        quotes = nearest(better[1] if better else question, scored, NEAR if ranked else MEANT)
        return refusal(
            question,
            quotes,
            missing=better[0] if better else found,
            suggestion=better[1] if better else None,
            filtered=filters != Filters(),
            one_article=filters.only is not None and len(filters.only) == 1,
            reason=verdict.reason if drafted else None,
        )

    def _answer(
        self,
        question: str,
        verdict: Verdict,
        hits: Sequence[Hit],
        evidence: Sequence[Evidence],
        filters: Filters,
        note: str | None,
        clock: _Clock,
        tokens: dict[str, int],
        refused: Refusal | None = None,
    ) -> Answer:
        text, citations = cited(verdict)
        closest = () if citations or refused is None or refused.cause == "talk" or refused.quotes else _closest(hits)
        quotes = refused.quotes if refused else ()
        return Answer(
            question=question,
            text=text or (refused.text if refused else prompts.REFUSAL),
            short=verdict.short,
            refused=not citations,
            citations=citations,
            model=self.model,
            as_of=filters.as_of,
            cause=refused.cause if refused else None,
            quotes=tuple(Citation(n, e.article, e.quote, e.start, e.end) for n, e in enumerate(quotes, 1)),
            suggestion=refused.suggestion if refused else None,
            nearest=closest,
            hits=tuple(hits),
            evidence=tuple(evidence),
            note=note or (refused.note if refused else None),
            certainty=verdict.certainty,
            withheld=verdict.withheld,
            timings_ms=clock.timings,
            tokens=tokens,
        )


def _closest(hits: Sequence[Hit]) -> tuple[Article, ...]:
    """The articles of the best hits, those near enough to be worth a look."""
    found = {h.article.id: h for h in reversed(hits) if h.score >= CLOSE * max(x.score for x in hits)}
    return tuple(h.article for h in sorted(found.values(), key=lambda h: -h.score)[:NEAREST])


class _Clock:
    """Milliseconds of each stage, and of the whole so far."""

    def __init__(self) -> None:
        self.begun = self.last = time.monotonic()
        self.timings: dict[str, int] = {"retrieve": 0, "evidence": 0, "first_token": 0, "total": 0}

    def stop(self, name: str) -> None:
        now = time.monotonic()
        self.timings[name] = round((now - self.last) * 1000)
        self.last = now

    def first_word(self) -> None:
        """Says, any number of times, that there is a word; the first time counts."""
        if not self.timings["first_token"]:
            self.timings["first_token"] = round((time.monotonic() - self.begun) * 1000)

    def total(self) -> None:
        self.timings["total"] = round((time.monotonic() - self.begun) * 1000)


def _harmless(scored: list[Evidence]) -> list[Evidence]:
    """Without the sentences that speak to whoever writes the answer."""
    return [e for e in scored if not addresses_the_model(e.quote)]


def _asked(asked: date | None, filters: Filters) -> date:
    """The day that a question's 'last week' counts from."""
    return asked or filters.as_of or datetime.now().astimezone().date()


def _wanted(understood: Understood, asked: date) -> Wanted:
    """Where to look first: about the days of the question's words, else about the day on which it is asked.

    Days that are no time of reporting ('the 2022 World Cup') say nothing about when the answer was reported.
    """
    near = (understood.since or date.min, understood.until or asked) if understood.publication else (asked, asked)
    return Wanted(near, understood.sources, understood.sections)


def _manifest(embedder: Embedder) -> dict[str, str]:
    return {
        "embedder": embedder.name,
        "digest": embedder.digest,
        "dimension": str(embedder.dimension),
        "chunking": f"{chunking.VERSION}:{embedder.max_tokens}",
    }


def open_reranker(name: str) -> Reranker | None:
    """The reranker of the settings; None for ``none``. Nothing is loaded yet."""
    if name == "none":
        return None
    if name == "embedded":
        from rag.models.rerank.reader import Reader

        return Reader()
    from rag.models.rerank.cross_encoder import CrossEncoderReader

    return CrossEncoderReader(name)


def open_nli(name: str) -> EntailmentModel | None:
    """The inference model of the settings; None for ``none``. Nothing is loaded yet."""
    if name == "none":
        return None
    from rag.models.rerank.nli import Entailment

    return Entailment(name)


def open_model(settings: Settings, progress: Progress | None = None) -> ChatModel | None:
    """The language model of the settings; None for ``none``. Nothing is loaded yet. Raises ``ModelError``."""
    if settings.llm == "none":  # spares the import
        return None
    from rag.models.llm.chat_model import open_llm

    key = settings.api_key

    def model_file() -> Path:
        from rag.models.llm.download import language_model_file

        return language_model_file(settings.llm.removeprefix("embedded/"), settings.cache, progress)

    return open_llm(
        settings.llm,
        model_file=model_file,
        threads=settings.threads,
        reproducible=settings.reproducible,
        api_base=settings.api_base,
        api_key=key.get_secret_value() if key else None,
    )


def _nothing_found(articles: int, filters: Filters) -> str:
    if not articles:
        return "the index holds no articles yet; add some with: rag add FOLDER"
    return "no article passes the chosen dates and sources" if filters != Filters() else "no article fits"
