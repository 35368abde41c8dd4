"""Reports from after the one that an answer stands on, of the same matter: what may have replaced the answer.

News goes on: the article that says it best is often not the last one. An article bears on the same matter where it
holds what the question names and half of its other words, and where one of its sentences bears on the question nearly
as strongly as the cited one, or speaks of the very value that was answered.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.qa.article_days import later, ordinal
from rag.qa.attribution.objections.endings import INSTALLED, new_names, over, overturned
from rag.qa.attribution.objections.former_values import misreported
from rag.qa.attribution.subjects import LIGHT, about_ids, asked_names
from rag.qa.conflicts.facets import corrects, mends, misplaced
from rag.qa.question.request import Time, without_first
from rag.text.answer_type import answer_type, fits
from rag.text.quantities import Quantity, agree, fate, quantities
from rag.text.reading.wordings import WHY_IN_OTHER_WORDS
from rag.text.sentences import passage
from rag.text.tokens import among, content, tokens
from rag.types import Article, Evidence, day

MIN_BEARING_OF_REPORT = 0.35
"""Share of the cited quote's score that the best sentence of another article must have to bear on the same matter."""
STRONG = 0.8
"""The same for a question of what happened: a fact of the past changes only where a later report is about just that."""
COVERED = 0.5
"""Share of the question's words, names aside and as far as the cited article holds them, that another one must hold."""


@dataclass(frozen=True, slots=True)
class Reports:
    """The sentences of other articles on the same matter, those first that say most about the answer.

    ``decisive``: one of them takes the answer back, corrects it, or speaks of its very value. ``near`` are those that
    speak of what is asked about by themselves.
    """

    sentences: tuple[Evidence, ...] = ()
    decisive: bool = False
    near: tuple[Evidence, ...] = ()


def reports(
    question: str,
    claim: str,
    short: str | None,
    cited: Sequence[Evidence],
    scored: Sequence[Evidence],
    *,
    time: Time,
    before: bool = False,
    failed: bool = False,
    asked: date | None = None,
) -> Reports:
    """Those from after the newest of ``cited`` (with ``before``: from before the oldest), as far as they bear on the
    same matter.

    ``claim`` is what was answered, ``short`` its shortest form, ``scored`` are all sentences with their scores;
    ``failed`` tells that the claim did not pass, so that any other report is welcome. Nothing from after
    the day on which it is ``asked`` counts: it is not meant.
    """
    if not cited:
        return Reports()
    base = (min if before else max)(cited, key=lambda e: ordinal(e.article))
    last = asked or date.max
    found = [e for e in scored if _apart(e.article, base.article, before) and ordinal(e.article) <= last.toordinal()]
    if not found:
        return Reports()
    about = about_ids(question, [e.article for e in (*found, *cited)])
    words = _Words(without_first(question), base.article)
    value = _Value(question, claim, short)
    top = max(e.score for e in cited)
    kept: dict[str, list[Evidence]] = {}
    for article in {e.article.id: e.article for e in found}.values():
        corrected = corrects(article.title) and words.names(article, 0.5)
        named = (article.id in about and words.names(article)) or corrected
        if named and (failed or words.share(f"{article.title} {article.body}") >= COVERED):
            kept[article.id] = [e for e in found if e.article.id == article.id]
    ranked: list[tuple[float, Evidence]] = []
    decisive = False
    least = STRONG if time == "then" and not failed else MIN_BEARING_OF_REPORT
    for sentences in kept.values():
        weights = [_weight(question, claim, value, e, time) for e in sentences]
        touches = any(decides for _, decides in weights)
        # A sentence that hardly seems to answer may speak of what is asked about by itself.
        speaks = time != "then" and any(
            e.score >= 0.5 * MIN_BEARING_OF_REPORT * top and words.near(e) for e in sentences
        )
        if touches or speaks or max(e.score for e in sentences) >= least * top:
            decisive = decisive or touches
            ranked += [(e.score + extra, e) for e, (extra, _) in zip(sentences, weights, strict=True)]
    if before and ranked:
        # Of what came before, the first that says anything of the kind.
        kinds = [e for _, e in ranked if fits(question, e.quote) is not False] or [e for _, e in ranked]
        first = min(kinds, key=lambda e: ordinal(e.article)).article
        ranked = [(s, e) for s, e in ranked if e.article.id == first.id]
    ranked.sort(key=lambda pair: -pair[0])
    found = [e for _, e in ranked]
    return Reports(tuple(found), decisive, tuple(e for e in found if words.near(e)))


def _weight(question: str, claim: str, value: _Value, e: Evidence, time: Time) -> tuple[float, bool]:
    """What a sentence of a later report counts beyond its score, and whether it decides."""
    text, mended = e.quote, mends(e)
    stands = value.stands_in(text)
    recalls = stands and mended and misreported(text)
    mentions = stands and not recalls
    back = over(question, claim, text, time) is not None or any(overturned(n, text) for n in value.names)
    other = fits(question, text) is True and value.another_in(text)
    who = bool(value.names) and other and bool(INSTALLED.search(text))
    why = bool(CAUSAL.match(question)) and bool(CAUSE.search(text))
    lead = e.article.body[: e.start].strip() == ""
    extra = -0.3 if recalls else 0.0
    extra += 0.2 * mentions + 0.3 * back + 0.15 * mended + 0.12 * other + 0.35 * who + 0.2 * why + 0.08 * lead
    return extra, back or (mended and (mentions or other)) or (mentions and bool(value.names) and time != "then")


CAUSAL = re.compile(
    r"(?:why|how come|how (?:did|was|were|does|do|is)|what (?:caused|led|made|prompted|drove|triggered|was the "
    rf"(?:cause|reason))|for (?:what|which) reasons?)\b|{WHY_IN_OTHER_WORDS}",
    re.I,
)
CAUSE = re.compile(
    r"\b(?:because|caus\w+|blam\w+|due to|owing to|thanks to|led to|sparked|trigger\w+|result of|reason\w*|"
    r"found that|set off|started by|brought down|after|since|so that)\b",
    re.I,
)


class _Value:
    """What was answered: its names, its numbers."""

    def __init__(self, question: str, claim: str, short: str | None):
        named = new_names(question, short or "") or new_names(question, claim)
        self.names = [n for n in named if answer_type(question) != "amount" and not quantities(n)]
        self.quantities = [q for q in quantities(short or claim) if q.kind != "ordinal"]

    def stands_in(self, text: str) -> bool:
        there = set(tokens(text))
        named = any(tokens(n)[-1:] and tokens(n)[-1] in there for n in self.names)
        return named or any(agree(q, v) for v in self.quantities for q in quantities(text))

    def another_in(self, text: str) -> bool:
        """Whether a text has another value of the same kind."""
        if not self.quantities:
            return bool(self.names)
        kinds = {_counted_alike(q) for q in self.quantities}
        return any(
            _counted_alike(q) in kinds and not any(agree(q, v) for v in self.quantities) for q in quantities(text)
        )


def _counted_alike(q: Quantity) -> str:
    return "number" if q.kind == "count" else q.kind


class _Words:
    """How many of a question's words, names aside, other articles share with the one that is cited."""

    def __init__(self, question: str, base: Article):
        self._question, self._kind = question, answer_type(question)
        self._named = {t for run in asked_names(question) for t in run}
        words = re.findall(r"[^\W\d_]+", question)
        asked = {t: fate(word) if word.lower() != "toll" else None for word in words for t in content(word)}
        known = _bag_of(f"{base.title} {base.body}")
        other = {t: f for t, f in asked.items() if t not in self._named | _SAYING}
        self._asked = {t: f for t, f in other.items() if among(t, known) or f in known}
        # Where the cited article says it in words of its own, a name alone does not bring a sentence near.
        self._asked_near = self._asked or other

    def names(self, article: Article, least: float = 1.0) -> bool:
        """Whether an article has every word of the question's names, or that share of them."""
        bag = _bag_of(f"{article.title} {article.body}")
        return sum(among(t, bag) for t in self._named) >= least * len(self._named)

    def share(self, text: str) -> float:
        """How many of those words a text has, 0..1."""
        return _share(self._asked, _bag_of(text))

    def near(self, e: Evidence) -> bool:
        """Whether a sentence, with its headline and the sentence before, has the names and half of those words.

        Of the words some are in the sentence itself, or an amount or a day is that is asked for: 'roads leading south'
        before it are no leader.
        """
        if self._named and misplaced(e.quote, self._named, self._named):
            return False
        bag = _bag_of(passage(e))
        if not all(among(t, bag) for t in self._named) or _share(self._asked_near, bag) < COVERED:
            return False
        own = _bag_of(e.quote)
        valued = self._kind in ("amount", "date") and fits(self._question, e.quote) is True
        return not self._asked_near or valued or _share(self._asked_near, own) > 0


def _share(asked: Mapping[str, str | None], bag: Collection[str]) -> float:
    held = sum(among(t, bag) or kind in bag for t, kind in asked.items())
    return held / len(asked) if asked else 1.0


@lru_cache(maxsize=256)
def _bag_of(text: str) -> frozenset[str]:
    """The words of a text, and what they say of those who are counted."""
    fates = {f for word in re.findall(r"[^\W\d_]+", text) if word.lower() != "toll" and (f := fate(word))}
    return frozenset({*tokens(text), *fates, *(["dead"] if _DEATHS.search(text) else [])})


_DEATHS = re.compile(r"\b(?:bodies|death toll)\b", re.I)
_SAYING = LIGHT | frozenset(content("say report announce tell state happen people person number"))


def _apart(article: Article, base: Article, before: bool) -> bool:
    """Whether an article is from after (before) another one; a correction counts as later on the same day."""
    if article.id == base.id:
        return False
    if before:
        return later(base, article) is True
    told = later(article, base)
    same_day = day(article.published) == day(base.published)
    return told is True or (told is not False and same_day and corrects(article.title) and not corrects(base.title))
