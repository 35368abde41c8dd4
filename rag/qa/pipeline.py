"""The way of a question to a checked answer, stage by stage. All that can refuse an answer is on this page.

There is no answer, but a refusal that says why, where

- the question is small talk, or takes more than one fact (``Pipeline._overview``);
- the search finds nothing, or no choice has a sentence that speaks for it (``_verdict``);
- the model's draft is carried by no quote or not likely enough, and no second draft is (``drafted``);
- a later report ends what the draft says, and no draft from that report passes (``renewed``);
- an inference model finds no claim to follow from its quotes (``_verdict``);
- there is no model, or it failed, and no sentence scores enough to be quoted (``_verdict``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from rag.errors import LlmError, ModelError, UsageError
from rag.protocols import Embedder, EntailmentModel, Llm, Reranker, Searchable, Usage
from rag.qa.answer import prompts
from rag.qa.answer.choices import checked_choices, weigh_choices
from rag.qa.answer.drafting import Drafter, cited, picked
from rag.qa.answer.missing import missing_in_words
from rag.qa.answer.overview import MAX_SHOWN, by_day, overview
from rag.qa.answer.refusal import closest_articles, nothing_found, refusal
from rag.qa.asked import Outcome, Question
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.entailment import entailed
from rag.qa.attribution.objections.former_values import repeats
from rag.qa.comparison.in_tables import most_in_table
from rag.qa.comparison.two_things import two_things
from rag.qa.conflicts.later_reports import Reports
from rag.qa.conflicts.resolution import as_likely, other_reports, settled, stated, without_ended
from rag.qa.conflicts.yes_or_no import yes_or_no
from rag.qa.forms import Reach, formed
from rag.qa.learnt.kind_model import learnt_kind
from rag.qa.limits import answerable, decided, newest, of_reported_days, usable, where_to_look
from rag.qa.listing.items import several_named
from rag.qa.live_entries import told_at
from rag.qa.newest.first_read import with_first_read
from rag.qa.question.request import Request, request, taken
from rag.qa.question.understand import understand
from rag.qa.refused import refused_with
from rag.qa.requests.given import claim_asked, gap_asked, lacks_article, not_open, of_the_open
from rag.qa.requests.kinds import TAKEN_AS
from rag.qa.requests.library import at_once
from rag.qa.requests.matter import matter
from rag.qa.requests.passages import between_outlets, of_reporting, passages_for, within_library
from rag.qa.retrieval.reasons import newest_first, reason_alone, reasons_first, told_alone
from rag.qa.retrieval.reranking import Ranked, ordered, read_sentences
from rag.qa.retrieval.retriever import retrieve
from rag.qa.retrieval.sentence_scoring import score_sentences, select
from rag.qa.stories.who_said import named_before, who_said
from rag.settings import Settings
from rag.telemetry import Clock, Work
from rag.text.answer_type import YES_NO
from rag.types import (
    Answer,
    Choice,
    Citation,
    Delta,
    Event,
    Evidence,
    Filters,
    Found,
    Hit,
    Message,
    Step,
    Understood,
    day,
)

log = logging.getLogger(__name__)

PROMPT_OF_EMBEDDED, PROMPT_OF_OTHERS = (160, 4), (450, 10)
"""Word pieces and quotes in a prompt: small models are thrown by much, and slow; others read all that may help."""

Pick = Callable[[Sequence[Evidence]], list[Evidence]]
"""Of sentences, best first, those that fit into a prompt."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What a question's way is given. Any number of threads may use one."""

    settings: Settings
    embedder: Embedder
    store: Searchable
    llm: Llm | None
    reranker: Reranker | None = None
    nli: EntailmentModel | None = None

    def warm(self) -> Future[None] | None:
        """Begins to load the language model; costs nothing the second time."""
        if self.llm is None:
            return None
        return self.llm.warm(prompts.prompt_prefix(may_decline=not (self.reranker is not None and self.llm.can_score)))

    def search(
        self,
        text: str,
        history: Sequence[Message],
        filters: Filters,
        asked: date | None,
        as_written: bool,
        reading: bool,
    ) -> list[Hit]:
        """The passages that fit a question best, best first; without ``reading`` in the search's own order."""
        question = self.understand(text, history, filters, asked, as_written)
        found = self.find(question)
        return list(self.rank(question, found).hits) if reading else found[: self.settings.hits]

    def stream(
        self,
        text: str,
        history: Sequence[Message],
        filters: Filters,
        asked: date | None,
        as_written: bool,
        choices: Sequence[str],
        work: Work,
        form: str = "",
    ) -> Iterator[Event]:
        """Steps, the evidence, the draft as it is written, and in the end the answer. Raises ``UsageError``."""
        text = " ".join(text.split())
        if not text:
            raise UsageError("the question is empty")
        choices = checked_choices(choices) if choices else ()
        self.warm()  # the model loads while the search runs
        clock = Clock()
        work.tell("asked", characters=len(text), turns=len(history), filtered=filters != Filters())
        question = self.understand(text, history, filters, asked, as_written, choices, form)
        if not (as_written or choices) and lacks_article(question, self.store.count()):
            yield Found((), ())
            outcome = not_open(question, self.find)
        elif question.request.way == "at once":
            yield Found((), ())
            outcome = at_once(question, self.as_of(filters))
        else:
            yield Step("searching", question.understood.told(text))
            way = self._fact if question.request.way == "fact" else self._overview
            outcome = yield from way(question, clock, work)
            outcome = with_first_read(outcome, filters)
        answer = self._answer(question, outcome, clock)
        work.tell(
            "answered",
            refused=answer.refused,
            citations=len(answer.citations),
            articles=len({hit.article.id for hit in answer.hits}),
            model=answer.model,
            timings_ms=answer.timings_ms,
            tokens=answer.tokens,
        )
        work.done = True
        yield answer

    def understand(
        self,
        text: str,
        history: Sequence[Message],
        filters: Filters,
        asked: date | None,
        as_written: bool,
        choices: Sequence[str] = (),
        form: str = "",
    ) -> Question:
        """A question made to stand alone, with the days, outlets and sections that it names and what it wants: by its
        words, or ``form``. Raises ``UsageError`` for a form that there is not."""
        asked = asked or filters.as_of or datetime.now().astimezone().date()
        understood = Understood(text)
        if not as_written:
            library = self.as_of(filters)
            outlets, sections = library.scopes()
            history = () if of_the_open(text, filters) else history
            read = partial(understand, text, history, outlets=outlets, sections=sections)
            understood = within_library(read, asked, library)
        learnt = None if as_written or form else partial(learnt_kind, embedder=self.embedder)
        wish = Request() if choices else request(understood.question, learnt)
        if wish.kind in ("fact", "count", "yes-no", "comparison", "latest") and not (as_written or choices or form):
            understood, wish = between_outlets(understood, wish, outlets)
        if form:
            wish = taken(wish, form)
        elif as_written:
            wish = replace(wish, kind="fact")
        if wish.kind == "check":
            understood = replace(understood, question=claim_asked(understood.question))
        elif wish.kind == "fact" and not (history or as_written or form):
            understood = replace(understood, question=gap_asked(understood.question))
        if wish.way == "overview":
            understood = of_reporting(wish.kind, understood)
            understood = replace(understood, notes=(*understood.notes, ("taken as", TAKEN_AS[wish.kind])))
        return Question(text, understood, wish, filters, asked, tuple(choices))

    def as_of(self, filters: Filters) -> Searchable:
        """The articles as they stood on the day of the filters."""
        return self.store.at(filters.as_of)

    # -- one fact ------------------------------------------------------------------------------------------------

    def _fact(self, question: Question, clock: Clock, work: Work) -> Generator[Event, None, Outcome]:
        """One sentence can answer: search, rank, choose the evidence, draft, check."""
        found = self.find(question)
        clock.stop("retrieve")
        yield _reading(found)
        ranked = self.rank(question, found)
        ranked = replace(ranked, sentences=reasons_first(question.query, ranked.sentences))
        pick = self.picker(question)
        near, (kept, decision) = ranked, self.sentences_that_answer(question, ranked)
        premise = question.request.kind == "check" or (question.request.kind == "reason" and self.llm is None)
        if decision is None and premise and (lack := missing_in_words(question, ranked.hits)):
            decision = Verdict((), None, lack)  # what no article has a word for is no claim of theirs
        ranked = replace(ranked, sentences=kept)
        evidence = pick(ranked.sentences)
        clock.stop("evidence")
        yield Found(tuple(evidence), ranked.hits)

        if decision is not None:
            outcome = Outcome(hits=ranked.hits, evidence=tuple(evidence), verdict=decision)
        else:
            outcome = yield from self._verdict(question, ranked, evidence, pick, clock, work)
        if not question.choices:
            outcome = replace(outcome, verdict=of_reported_days(question.understood, outcome.verdict))
        clock.total()
        if not outcome.verdict.claims:
            refused = refused_with(question, near, None if outcome.note else outcome.verdict.reason)
            outcome = replace(outcome, refused=refused, note=outcome.note or refused.note)
        if self.reranker is not None and ranked.hits and not ranked.calibrated:
            failed = f"made without the reranker {self.reranker.name}, which failed; rag doctor says why"
            outcome = replace(outcome, note=f"{outcome.note}; {failed}" if outcome.note else failed)
        return outcome

    def sentences_that_answer(self, question: Question, ranked: Ranked) -> tuple[tuple[Evidence, ...], Verdict | None]:
        """The sentences that may answer, and what needs no draft: which of two is more, or that none can answer."""
        if question.choices or not ranked.sentences:
            return ranked.sentences, None
        kept, why = answerable(question.query, question.asked, ranked.sentences)
        if why:
            return kept, Verdict((), None, why)
        pair = two_things(question.query)
        if pair is None:
            return kept, told_at(question.query, kept) or most_in_table(question.query, kept)

        def search(text: str) -> tuple[Evidence, ...]:
            other = replace(question, understood=replace(question.understood, question=text))
            scored = self.rank(other, self.find(other)).sentences
            return answerable(question.query, question.asked, scored)[0]

        return decided(pair, kept, search)

    def find(self, question: Question, about: str | None = None) -> list[Hit]:
        """The passages that a search for the question, or for ``about``, brings."""
        s = self.settings
        return retrieve(
            about or question.query,
            self.embedder,
            self.as_of(question.filters),
            filters=question.filters,
            candidates=s.candidates,
            limit=max(s.passages, s.hits) if self.reranker else s.hits,
            per_article=s.per_article,
            wanted=where_to_look(question),
        )

    def rank(self, question: Question, hits: Sequence[Hit]) -> Ranked:
        """The passages in the order of a closer look; in the search's own order where the reranker fails."""
        if self.reranker is not None and hits:
            try:
                readings = self.reranker.read(question.query, [h.chunk for h in hits])
            except ModelError as error:
                log.warning("%s; the search's own order stands", error)
            else:
                wanted = where_to_look(question)
                read = tuple(read_sentences(question.query, hits, readings, wanted, self.embedder))
                hits, scored = ordered(hits, readings, read, wanted)
                return Ranked(tuple(hits[: self.settings.hits]), usable(question.query, scored), True, read)
        hits = hits[: self.settings.hits]
        scored = score_sentences(question.query, hits, self.embedder)
        return Ranked(tuple(hits), usable(question.query, scored), calibrated=False)

    def picker(self, question: Question) -> Pick:
        """Chooses the sentences that the model is shown, as many as it reads well."""
        embedded = self.llm is not None and self.llm.can_score and not question.choices
        tokens, quotes = PROMPT_OF_EMBEDDED if embedded else PROMPT_OF_OTHERS
        return lambda sentences: select(
            sentences,
            self.embedder.count,
            max_tokens=self.settings.evidence_tokens or tokens,
            max_sentences=self.settings.evidence_sentences or quotes,
        )

    def _verdict(
        self, question: Question, ranked: Ranked, evidence: list[Evidence], pick: Pick, clock: Clock, work: Work
    ) -> Generator[Event, None, Outcome]:
        """What is answered, and by which quotes: a choice, a sentence, the model's draft, or quotes alone."""
        query, scores = question.query, ranked.min_scores
        outcome = Outcome(hits=ranked.hits, evidence=tuple(evidence))
        if not ranked.hits:
            note = nothing_found(self.as_of(question.filters).count(), question.filters)
            return replace(outcome, verdict=Verdict((), None, note), note=note)
        if question.choices:
            yield Step("checking")
            chosen = weigh_choices(query, question.choices, evidence, self.llm, deadline=self.settings.deadline)
            verdict = picked(question.choices[chosen.best], chosen.quote)
            return replace(outcome, verdict=verdict, odds=chosen.probabilities)
        by_words = self.llm is None or (self.llm.can_score and ranked.calibrated)
        decide = {"yes-no": yes_or_no, "check": yes_or_no, "who-says": who_said}.get(question.request.kind)
        if by_words and decide and (word := decide(query, ranked.sentences)):
            return replace(outcome, verdict=word)
        if self.llm is not None and by_words and YES_NO.match(query):
            yield Step("checking")
            return replace(outcome, verdict=stated(query, ranked.sentences, scores.quote, question.asked))
        if self.llm is not None:
            try:
                verdict, usage = yield from drafted(
                    self.llm, self.settings, question, ranked, evidence, pick, clock.first_word
                )
                if self.nli is not None:
                    verdict = entailed(verdict, self.nli)
                if by_words:
                    said = verdict if verdict.claims else reason_alone(query, ranked.sentences, scores.quote)
                    verdict = several_named(query, said or verdict, ranked.sentences)
                verdict = newest(query, verdict, ranked.sentences, question.request.time, question.asked)
                return replace(outcome, verdict=verdict, usage=usage)
            except (LlmError, ModelError) as error:
                work.tell("model failed", error=type(error).__name__)
                log.warning("%s", error.told)
                outcome = replace(outcome, note=f"{error}; these are the sentences that fit best")
        sentences = newest_first(query, ranked.sentences, question.request.time)
        alone = named_before(query, told_alone(query, sentences, scores.quote))
        verdict = several_named(query, alone, sentences)
        return replace(outcome, verdict=newest(query, verdict, ranked.sentences, question.request.time, question.asked))

    # -- more than one fact --------------------------------------------------------------------------------------

    def _overview(self, question: Question, clock: Clock, work: Work) -> Generator[Event, None, Outcome]:
        """What takes more than one fact: the sentences of the articles that say it, found by the topic alone."""
        about = matter(question.request.kind, question.understood)
        question, hits = passages_for(question, about, self.find, self.as_of(question.filters))
        clock.stop("retrieve")
        yield _reading(hits)
        scored = usable(question.query, score_sentences(about or question.query, hits, self.embedder))
        articles = {h.article.id: h.article for h in hits}.values()
        newest_of_all = sorted(articles, key=lambda a: day(a.published) or date.min, reverse=True)
        if len(newest_of_all) == 1:
            quotes = by_day(scored[:MAX_SHOWN])
        else:
            quotes = overview(question.request.kind, about, scored, newest_first=newest_of_all)
        clock.stop("evidence")
        yield Found(tuple(quotes), tuple(hits[: self.settings.hits]))
        clock.total()
        shown = Outcome(hits=tuple(hits), evidence=tuple(quotes))
        verdict = formed(question, about, hits, quotes, self.reach(question)) if quotes else None
        if verdict is not None and verdict.claims:
            return replace(shown, verdict=of_reported_days(question.understood, verdict))
        lacking = missing_in_words(question, hits) if hits else ""
        refused = refusal(question.query, quotes, question.filters, many=True, lacking=lacking)
        return replace(shown, refused=refused, note=refused.note)

    def reach(self, question: Question) -> Reach:
        """What the forms of a request are made with."""

        def rank(text: str) -> Ranked:
            other = replace(question, understood=replace(question.understood, question=text))
            return self.rank(other, self.find(other))

        return Reach(rank, self.embedder, self.as_of(question.filters))

    # -- in words ------------------------------------------------------------------------------------------------

    def _answer(self, question: Question, outcome: Outcome, clock: Clock) -> Answer:
        text, citations = cited(outcome.verdict)
        refused, usage = outcome.refused, outcome.usage
        quotes = refused.quotes if refused else ()
        is_talk = refused is not None and refused.cause == "talk"
        show_nearest = refused is not None and not citations and not is_talk and not quotes
        return Answer(
            question=question.text,
            text=text or (refused.text if refused else prompts.REFUSAL),
            short=outcome.verdict.short,
            refused=not citations,
            citations=citations,
            model=self.llm.name if self.llm else "none",
            as_of=question.filters.as_of,
            cause=refused.cause if refused else None,
            quotes=tuple(Citation(n, e.article, e.quote, e.start, e.end) for n, e in enumerate(quotes, 1)),
            suggestion=refused.suggestion if refused else None,
            nearest=closest_articles(outcome.hits) if show_nearest else (),
            hits=outcome.hits,
            evidence=outcome.evidence,
            note=outcome.note,
            certainty=outcome.verdict.certainty,
            withheld=outcome.verdict.withheld,
            understood=None if is_talk or (refused and refused.cause == "article") else question.understood,
            form=outcome.form or question.request.kind,
            choices=tuple(Choice(c, p) for c, p in zip(question.choices, outcome.odds, strict=False)),
            timings_ms=clock.timings,
            tokens={"prompt": usage.prompt_tokens or 0, "completion": usage.completion_tokens or 0} if usage else {},
        )


def drafted(
    llm: Llm,
    settings: Settings,
    question: Question,
    ranked: Ranked,
    evidence: Sequence[Evidence],
    pick: Pick,
    first_word: Callable[[], None],
) -> Generator[Step | Delta, None, tuple[Verdict, Usage | None]]:
    """Steps and the draft as it is written; in the end what passes of it, and what it cost. Raises ``LlmError``.

    What passes is held against later reports of the same matter (for a question after what was first, against earlier
    ones), but none from after the day of the question.
    """
    drafter = Drafter(llm, settings, question.query, question.request.time, ranked)
    draft, usage = yield from drafter.draft(evidence, first_word)
    yield Step("checking")
    verdict = drafter.first_verdict(draft, evidence, usage.inner if usage else None)
    others = other_reports(question.query, verdict, ranked.sentences, question.request.time, question.asked)
    if others.sentences:
        count = len({e.article.id for e in others.sentences})
        which = "earlier" if question.request.time == "first" else "later"
        yield Step("comparing", f"with {count} {which} {'report' if count == 1 else 'reports'}")
        verdict = renewed(drafter, question, verdict, others, pick)
    return verdict, usage


def renewed(drafter: Drafter, question: Question, verdict: Verdict, others: Reports, pick: Pick) -> Verdict:
    """The verdict as other reports of the matter leave it, of which one more draft is made, from them alone."""
    query, time_asked = question.query, question.request.time
    read = pick(as_likely(verdict, others))
    verdict = without_ended(query, verdict, others, time_asked)
    also = others.sentences if time_asked != "first" else ()
    second = drafter.redraft(read, also, may_decline=not drafter.weighs)
    if second and second.denied and not second.claims:
        # A small model says again what the quotes recall to take it back: it gets those that do not.
        kept = [e for e in read if not repeats(query, second.denied.text, e.quote)]
        if 0 < len(kept) < len(read):
            second = drafter.redraft(kept, also, may_decline=not drafter.weighs)
    return settled(query, verdict, second, others, time_asked)


def _reading(hits: Sequence[Hit]) -> Step:
    return Step("reading", f"{len(hits)} passages of {len({h.article.id for h in hits})} articles")
