"""A followed question asked again: whether what came in changes its value, and what it stands on from now on.

Only a sentence of an article that came in or changed can change a value. The search decides first, without a language
model: the sentences of these articles are held against the one that the value stands on. Only where one of them bears
on the question as an answer would, the question is asked as any reader's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.ledger.following import Stand, StandingQuestion
from rag.ledger.following_matter import (
    Old,
    about_the_matter,
    answers_itself,
    is_possible,
    of_its_kind,
    plan_ended,
    speaks_of,
    taken_back,
)
from rag.ledger.following_values import best_words, marked_words, says_the_same, standing_value, stands_in
from rag.ledger.weighing.decision import (
    CHANGE_FROM,
    FIRST_FROM,
    FOUND_FROM,
    is_doubtful,
    weighed_changes,
    weighed_values,
)
from rag.ledger.weighing.views import Before
from rag.protocols import Store
from rag.qa.article_days import later
from rag.qa.asked import Question
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.facets import corrects, mends
from rag.qa.conflicts.values import value_change
from rag.qa.newest.growing import newest_count
from rag.qa.newest.holders import newest_holder
from rag.qa.question.request import request
from rag.qa.retrieval.reranking import Ranked, ReadSentence
from rag.text.answer_type import FACTUAL, answer_type
from rag.text.sentences import sentence_spans
from rag.types import Answer, AnswerState, Article, Change, Evidence, Filters, day

if TYPE_CHECKING:
    from rag.qa.pipeline import Pipeline

log = logging.getLogger(__name__)

Ask = Callable[[str, Filters, date | None], Answer]
MAX_HELD_AGAINST = 60
"""Sentences, best first, that are held against the one that a value stands on."""
MIN_SHARE = 0.3
"""Of the score of that sentence, which one must have for the question to be asked again."""
SURE_SCORE, SURE_SHARE = 0.6, 0.75
"""Score of a sentence, and its share of that of the old one, from which on what it says needs no second opinion."""


@dataclass(frozen=True, slots=True)
class _New:
    """Another value, and the sentence of an article that gives it."""

    item: Evidence
    value: str
    claim: str
    sure: bool  # found by holding sentence against sentence
    told_apart: bool = False  # by another outlet at about the same time


def first_stand(question: str, answer: Answer, store: Store, pipeline: Pipeline, today: date | None) -> Stand:
    """What an answer stands on, or where it leaves it open, the likeliest value of what a search brings; nothing where
    the articles do not say. Raises ``UsageError`` for what cannot be followed."""
    if answer.form in ("talk", "about", "pasted") or answer.cause in ("talk", "article", "kind"):
        raise UsageError("only a question about the news can be followed")
    if request(question).way != "fact":
        raise UsageError("only a question that one fact answers can be followed: ask when, who, how many, where ...")
    new = _first_value(question, answer)
    if new is None:
        asked = pipeline.understand(question, (), Filters(), today, as_written=False)
        ranked = pipeline.rank(asked, pipeline.find(asked))
        likely = weighed_values(question, ranked.read)[:1]
        new = next((_New(w.item, w.value, w.item.quote, sure=False) for w in likely if w.odds >= FIRST_FROM), None)
    return Stand() if new is None else _stand(new, store)


def _first_value(question: str, answer: Answer) -> _New | None:
    """What is answered and where it stands: in the cited sentence, or where that is not likely in the next best one."""
    least = SURE_SCORE
    if answer.citations and (value := standing_value(question, answer)):
        least = LEAST_FIRST
        cited = answer.citations[0]
        found = [e for e in answer.evidence if (e.article.id, e.start) == (cited.article.id, cited.start)]
        item = found[0] if found else Evidence(cited.article, cited.start, cited.end, cited.quote, 0.5)
        short = value.strip() != cited.quote.strip()
        if answer_type(question) not in FACTUAL or not short or answers_itself(question, item, value):
            return _New(item, value, answer.text.split(" [1]")[0], sure=False)
        if answer.short and answer.short != value and answers_itself(question, item, answer.short):
            return _New(item, answer.short, item.quote, sure=False)
    for e in answer.evidence:
        words = best_words(question, e)
        if answer_type(question) in FACTUAL and e.score >= least and words and answers_itself(question, e, words):
            return _New(e, words, e.quote, sure=False)
    return None


LEAST_FIRST = 0.4
"""Score of a sentence beside the cited one from which on it may give a question its first value."""


def _stand(new: _New, store: Store) -> Stand:
    a = new.item.article
    return Stand(
        value=new.value,
        claim=new.claim,
        quote=new.item.quote,
        article_id=a.id,
        digest=store.shelf.digest(a.id) or "",
        source=a.source,
        published=day(a.updated or a.published),
        start=new.item.start,
        end=new.item.end,
        score=new.item.score,
        story=a.story,
    )


class AskingAgain:
    """One round of asking: over these articles, on a day that counts as today."""

    def __init__(self, pipeline: Pipeline, store: Store, ask: Ask, today: date | None):
        self.pipeline = pipeline
        self.store = store
        self.ask = ask
        self.today = today
        self._read: dict[tuple[str, frozenset[str]], tuple[Question, Ranked]] = {}

    def again(self, f: StandingQuestion, about: Mapping[str, str]) -> tuple[Stand, Change | None]:
        """The stand of a question after the articles ``about`` came, changed or (digest '') went, and what changed."""
        fresh = frozenset(i for i, digest in about.items() if digest)
        stand = f.stand
        if stand.value is None:
            return self._from_nothing(f, fresh)
        own = self.store.articles([stand.article_id]).get(stand.article_id)
        if own is None:
            return self._without_article(f)
        if self.store.shelf.digest(own.id) != stand.digest:
            return self._changed_article(f, own, fresh)
        return self._from_others(f, stand, own, set(fresh) - {own.id})

    # -- the four ways -------------------------------------------------------------------------------------------

    def _from_nothing(self, f: StandingQuestion, fresh: Collection[str]) -> tuple[Stand, Change | None]:
        """The articles did not say so far."""
        found = weighed_values(f.understood, self.readings(f.understood, frozenset(fresh)))
        new = self._ruled_from_nothing(f, fresh)
        if new is not None and is_doubtful(found, f.understood, new.item, new.value):
            new = None
        if new is None and found and found[0].odds >= FOUND_FROM:
            new = _New(found[0].item, found[0].value, found[0].item.quote, sure=True)
        if new is None:
            return f.stand, None
        return _stand(new, self.store), self._change(f, "", new, "superseded")

    def _ruled_from_nothing(self, f: StandingQuestion, fresh: Collection[str]) -> _New | None:
        new = self._asked(f, fresh) if self._bearing(f, fresh) else None
        if new is None:
            return None
        old = Old(f.understood, new.value, new.claim, new.item)
        if not (about_the_matter(old, new.item) and speaks_of(old, new.item)):
            return None
        if is_possible(old, new.item, new.value) or not of_its_kind(old, new.item, new.value):
            return None
        return new

    def _without_article(self, f: StandingQuestion) -> tuple[Stand, Change | None]:
        """The article that the value stood on is gone."""
        value = f.stand.value or ""
        new = self._asked(f, None)
        if new is not None and self._same(f, f.stand, new):
            return _stand(new, self.store), None
        if new is not None:
            return _stand(new, self.store), self._change(f, value, new, "withdrawn")
        return Stand(), self._withdrawn(f, self.today or date.today())

    def _changed_article(
        self, f: StandingQuestion, own: Article, fresh: Collection[str]
    ) -> tuple[Stand, Change | None]:
        """There is a new version of the article that the value stands on."""
        stand = f.stand
        digest = self.store.shelf.digest(own.id) or ""
        moved = _moved(own, stand.quote)
        if moved is not None:
            kept = replace(stand, digest=digest, start=moved[0], end=moved[1])
            return self._from_others(f, kept, own, fresh)
        new = self._asked(f, frozenset((own.id,)), alone=True)
        held = self._still_held(f, own)
        if new is not None and not self._same(f, stand, new) and (held is None or mends(new.item) or own.correction):
            return _stand(new, self.store), self._change(f, stand.value or "", new, "corrected")
        cited = Evidence(own, stand.start, stand.end, stand.quote, stand.score)
        before = Before(Old(f.understood, stand.value or "", stand.claim, cited), None, stand.published)
        likely = weighed_changes(f.understood, self.readings(f.understood, frozenset((own.id,))), before)
        mended = bool(likely) and (held is None or mends(likely[0].item) or bool(own.correction))
        if mended and likely[0].odds >= CHANGE_FROM and self._is_new(likely[0].item):
            new = _New(likely[0].item, likely[0].value, likely[0].item.quote, sure=True)
            return _stand(new, self.store), self._change(f, stand.value or "", new, "corrected")
        if held is not None:
            claim = stand.claim
            kept = _stand(_New(held, stand.value or "", claim, sure=False), self.store)
            return self._from_others(f, replace(kept, published=stand.published), own, set(fresh) - {own.id})
        if new is not None:
            return replace(_stand(new, self.store), value=stand.value), None
        other = self._asked(f, None)
        if other is None or other.item.article.id == own.id:
            return Stand(), self._withdrawn(f, day(own.updated or own.published) or self.today or date.today())
        if self._same(f, stand, other):
            return _stand(other, self.store), None
        return _stand(other, self.store), self._change(f, stand.value or "", other, "withdrawn")

    def _from_others(
        self, f: StandingQuestion, stand: Stand, own: Article, fresh: Collection[str]
    ) -> tuple[Stand, Change | None]:
        """The article that the value stands on still says so; others came in."""
        scored, least = self._scored(f, frozenset(fresh) | {own.id})
        same = (e for e in scored if e.article.id == own.id and e.start == stand.start)
        quote = own.body[stand.start : stand.end]
        cited = next(same, None) or Evidence(own, stand.start, stand.end, quote, stand.score)
        old = Old(f.understood, stand.value or "", stand.claim, cited)
        near = [e for e in scored if e.article.id in fresh and self._is_new(e) and about_the_matter(old, e)]
        there = [e for e in near if speaks_of(old, e)]
        log.debug("asked about %s: %s", sorted(fresh), f.understood)
        for e in scored[:6]:
            log.debug("  %s %.2f %s %r", "*" if e in there else " ", e.score, e.article.id, e.quote[:110])
        readings = self.readings(f.understood, frozenset(fresh) | {own.id})
        read = next((r for r in readings if (r.item.article.id, r.item.start) == (own.id, stand.start)), None)
        theirs = [r for r in readings if r.item.article.id in fresh]
        likely = weighed_changes(f.understood, theirs, Before(old, read, stand.published))
        for new in self._candidates(f, old, near, there, least) if near else ():
            log.debug("  -> %s %s %r", new.sure, new.value, new.item.quote[:80])
            if not of_its_kind(old, new.item, new.value):
                continue
            if not new.sure:  # asked as any reader's, it must be answered so
                answered = self._asked(f, fresh)
                if answered is None or not says_the_same(f.understood, answered.value, new.value):
                    continue
            if not is_doubtful(likely, f.understood, new.item, new.value):
                return self._taken(f, stand, cited, new)
        for w in likely[:1]:
            if w.odds >= CHANGE_FROM and self._is_new(w.item):
                return self._taken(f, stand, cited, _New(w.item, w.value, w.item.quote, sure=True))
        return stand, None

    def _candidates(
        self, f: StandingQuestion, old: Old, near: Sequence[Evidence], there: Sequence[Evidence], least: float
    ) -> Iterator[_New]:
        """Other values, the surest first: ``near`` are sentences about the same names, ``there`` those of them that
        speak of what is asked."""
        yield from (_New(e, words, e.quote, sure=True) for e in there if (words := plan_ended(old, e)))
        yield from self._counted_on(f, old, near)
        saying = self._saying(f, old, there)
        for new in (*self._compared(f, old, there), *self._marked(f, old, there, least)):
            if new.item.score > saying.get(new.item.article.id, 0.0):
                yield new

    def _saying(self, f: StandingQuestion, old: Old, there: Sequence[Evidence]) -> dict[str, float]:
        """The articles that say the old value as well, with the best score of a sentence that does."""
        found: dict[str, float] = {}
        for e in there:
            said = (f.stand.published, day(e.article.published))
            words = marked_words(e)
            if words and says_the_same(f.understood, old.value, words, said) and not taken_back(e.quote, words):
                found[e.article.id] = max(found.get(e.article.id, 0.0), e.score)
        return found

    def _is_new(self, e: Evidence) -> bool:
        """Whether no earlier version of its article had a sentence."""
        return not any(e.quote in v.article.body for v in self.store.shelf.versions(e.article.id))

    def _marked(self, f: StandingQuestion, old: Old, there: Sequence[Evidence], least: float) -> Iterator[_New]:
        """What the reader marks in a sentence."""
        floor, sure = max(least, MIN_SHARE * old.cited.score), max(SURE_SCORE, SURE_SHARE * old.cited.score)
        for e in there:
            words = best_words(f.understood, e)
            said = (f.stand.published, day(e.article.published))
            if e.score < floor or words is None or says_the_same(f.understood, old.value, words, said):
                continue
            again = stands_in(f.understood, old.value, e.quote, said) and not taken_back(e.quote, old.value)
            if not again and not stands_in(f.understood, words, old.cited.quote, (said[1], said[0])):
                yield _New(e, words, e.quote, sure=e.score >= sure)

    def _taken(self, f: StandingQuestion, stand: Stand, cited: Evidence, new: _New) -> tuple[Stand, Change | None]:
        """Whether another value replaces the one that stands, or is only told beside it."""
        ours, theirs = cited.article, new.item.article
        was, since = stand.published, day(theirs.updated or theirs.published)
        mended = corrects(theirs.title) or mends(new.item)
        if was and since and since < was and not mended:
            return stand, None  # an older article that came late
        is_later = later(theirs, ours)
        same_outlet = (ours.source or "") == (theirs.source or "")
        surely_later = is_later and (same_outlet or (new.sure and not new.told_apart))
        if mended or surely_later or (was and since and since > was):
            kind: AnswerState = "corrected" if mended else "superseded"
            return _stand(new, self.store), self._change(f, stand.value or "", new, kind)
        if same_outlet or not new.sure:
            return stand, None
        return stand, self._change(f, stand.value or "", new, "contested")

    # -- where another value comes from --------------------------------------------------------------------------

    def _counted_on(self, f: StandingQuestion, old: Old, near: Sequence[Evidence]) -> Iterator[_New]:
        """Who followed in an office, and what a count has risen to."""
        question, wish = f.understood, request(f.understood)
        verdict = Verdict((Claim(old.claim, (old.cited,)),), old.value)
        scored = [old.cited, *near[:MAX_HELD_AGAINST]]
        found = newest_holder(question, verdict, scored, wish.time)
        if found is None and wish.time != "first":
            found = newest_count(question, verdict, scored)
        if found is None or not found.short or not found.claims:
            return
        fresh = {e.article.id for e in near}
        for item in reversed(found.claims[0].quotes):
            new = _New(item, found.short, found.claims[0].text, sure=True)
            if item.article.id in fresh and not self._same(f, f.stand, new):
                yield new

    def _compared(self, f: StandingQuestion, old: Old, there: Sequence[Evidence]) -> Iterator[_New]:
        """Another value in a sentence that is held against the one that stands."""
        change = value_change(f.understood, old.claim, old.value, old.cited, there[:MAX_HELD_AGAINST])
        if change is not None and change.kind != "older":
            new = _New(change.other, change.other_value, change.other.quote, True, told_apart=change.kind == "outlets")
            if not self._same(f, f.stand, new):
                yield new

    def _asked(self, f: StandingQuestion, fresh: Collection[str] | None, *, alone: bool = False) -> _New | None:
        """The answer of today, where it stands on one of these articles (None: on any); ``alone`` asks of them only."""
        scope = Filters(only=frozenset(fresh)) if alone and fresh is not None else Filters()
        new = _first_value(f.understood, self.ask(f.understood, scope, self.today))
        return new if new and (fresh is None or new.item.article.id in fresh) else None

    def _scored(self, f: StandingQuestion, only: frozenset[str]) -> tuple[list[Evidence], float]:
        """The sentences of these articles that may answer, best first, and the score from which one is quoted."""
        if not only:
            return [], 1.0
        asked, ranked = self._ranked(f.understood, only)
        return list(self.pipeline.sentences_that_answer(asked, ranked)[0]), ranked.min_scores.quote

    def readings(self, question: str, only: frozenset[str]) -> list[ReadSentence]:
        """The sentences of these articles as the reranker read them, but for those that speak to a model; none without
        a reranker."""
        ranked = self._ranked(question, only)[1] if only else None
        usable = {e.quote for e in ranked.sentences} if ranked else set()
        return [r for r in ranked.read if r.item.quote in usable] if ranked else []

    def _ranked(self, question: str, only: frozenset[str]) -> tuple[Question, Ranked]:
        if (question, only) not in self._read:
            asked = self.pipeline.understand(question, (), Filters(only=only), self.today, as_written=False)
            self._read[question, only] = asked, self.pipeline.rank(asked, self.pipeline.find(asked))
        return self._read[question, only]

    def _bearing(self, f: StandingQuestion, fresh: Collection[str]) -> bool:
        scored, least = self._scored(f, frozenset(fresh))
        return bool(scored) and scored[0].score >= least

    def _still_held(self, f: StandingQuestion, own: Article) -> Evidence | None:
        """A sentence of the new version that gives the value in other words, but for what says that it was wrong."""
        scored, _ = self._scored(f, frozenset((own.id,)))
        said = (f.stand.published, day(own.published))
        by_score = {(e.start, e.end): e for e in scored}
        spans = sentence_spans(own.body, own.language)
        rest = [Evidence(own, a, b, own.body[a:b], 0.0) for a, b in spans if (a, b) not in by_score]
        for e in (*scored, *rest):
            if not corrects(e.quote) and stands_in(f.understood, f.stand.value or "", e.quote, said):
                return e
        return None

    # ------------------------------------------------------------------------------------------------------------

    def _same(self, f: StandingQuestion, stand: Stand, new: _New) -> bool:
        said = (stand.published, day(new.item.article.published))
        question, value = f.understood, stand.value or ""
        if says_the_same(question, value, new.value, said):
            return True
        if new.sure:
            return False
        back = (said[1], said[0])
        return stands_in(question, value, new.item.quote, said) or stands_in(question, new.value, stand.quote, back)

    def _change(self, f: StandingQuestion, old: str, new: _New, kind: AnswerState) -> Change | None:
        """The change as it is told, with the earliest print of its report; None where it was told before."""
        first, quote = self._first_print(new.item)
        change = Change(
            day=day(first.updated or first.published) or self.today or date.today(),
            old=old,
            new=new.value,
            old_quote=f.stand.quote,
            new_quote=quote,
            article_id=first.id,
            source=first.source,
            kind=kind,
        )
        return None if told_before(f, change) else change

    def _first_print(self, item: Evidence) -> tuple[Article, str]:
        a = item.article
        prints = [c.article for c in self.store.copies(a.story or a.id) if c.article.id != a.id]
        earlier = [p for p in prints if later(a, p) is True]
        for found in self.store.articles([p.id for p in earlier]).values():
            if item.quote in found.body:
                return found, item.quote
        return a, item.quote

    def _withdrawn(self, f: StandingQuestion, when: date) -> Change | None:
        s = f.stand
        return Change(when, s.value or "", "", s.quote, "", s.article_id, s.source, "withdrawn")


def told_before(f: StandingQuestion, change: Change) -> bool:
    """Whether a value was told already: one that is contested once, another that comes back twice."""
    told = [c for c in f.shown.changes if c.new and says_the_same(f.understood, c.new, change.new, (c.day, change.day))]
    if change.kind == "contested":
        return bool(told)
    back = f.first is not None and says_the_same(f.understood, f.first, change.new, (None, change.day))
    return len(told) + back > 1 or (bool(told) and told[-1].kind == "contested")


def _moved(article: Article, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in another version, as a whole sentence."""
    for start, end in sentence_spans(article.body, article.language):
        if " ".join(article.body[start:end].split()) == " ".join(quote.split()):
            return start, end
    return None
