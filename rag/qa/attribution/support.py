"""Whether a quote carries a claim: its words, numbers, days and names, and what speaks against it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.qa.article_days import later
from rag.qa.attribution.clauses import PLACED, of_another
from rag.qa.attribution.dates import quote_days, states
from rag.qa.attribution.factuality import PAST, conflict
from rag.qa.attribution.objections.against import against
from rag.qa.attribution.objections.bound_days import borne, bound_times
from rag.qa.attribution.objections.endings import over
from rag.qa.attribution.objections.unspoken import unspoken
from rag.qa.attribution.roles import undone
from rag.qa.attribution.subjects import (
    CALENDAR_WORDS,
    LIGHT,
    MAX_FRAGMENT,
    SOFT_NAMES,
    alike,
    article_tokens,
    asked_names,
    has_part_of,
    held,
    ids_about,
    joined_names,
    meant_in,
    named_in,
    named_terms,
    offered,
    surrounding_tokens,
    without_asides,
)
from rag.qa.full_sense import left_out, of_another_thing, row_worded
from rag.qa.question.request import Time
from rag.text.answer_type import YES_NO, answer_type, fits
from rag.text.entities import names
from rag.text.quantities import Quantity, agree, carries, quantities
from rag.text.reading.offices import office_told
from rag.text.sanitize import asks_address, without_addresses
from rag.text.sentences import passage
from rag.text.synonyms import groups, means_some
from rag.text.tokens import content, tokens, unify
from rag.types import Evidence, day

LEAD = 300  # characters of an article that say what all of it is about
MAX_NAME = 3  # words; a longer run of capitals is a title, not a person's whole name
MIN_COVERAGE = 0.5
"""Share of a claim's new words that a quote must hold where the claim brings no number and no name."""
MIN_BEARING = 0.25
"""Share of the question's words that a quote with its surroundings must hold to be about the question at all."""
BEARS = 0.3
"""Share of the best quote's score (``Evidence.score``) that a quote must have: what an article has put beside the
answer is no answer. Of 738 drafts .3 passes seven right ones and three wrong ones more than .5 does, and lets no
attack through that .5 stops (docs/experiments.md)."""

_NAMED = r"(?:[A-Z][\w.’'-]* ?)+"
_MAIN_VERB = re.compile(
    rf"(?:[Ww]hen|[Ww]here|[Ww]hy|[Ww]hom?|(?:[Ww]hich|[Ww]hat)\b[^?,]{{0,40}}?)\s+did\s+{_NAMED}(?P<verb>[a-z]{{3,}})\b"
)
"""'Why did Israel apologise': what somebody who is named is asked to have done."""
_SAID_ANYHOW = frozenset("do say mean happen go come get take make put raise lower cut increase reduce change".split())
"""Verbs for which news has too many words: a price is 'put up', a rate 'goes to 4%'."""
_TURNS_OF_LIFE = frozenset(content("resign retire marry divorce arrest acquit convict jail"))
_LIMITS = frozenset(
    "but only unless if until except without not never no though although while after before since despite".split()
)
_CUT = re.compile(r"(\s*[;:()–—]\s*|,\s+(?:and\s+)?|\s+-\s+|\s+and\s+)")
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_ONE_OF = re.compile(r"one of\b", re.I)
_ANSWERS_YES = re.compile(r"^(?:yes|no),? ", re.I)
_ASKS_NAME = re.compile(r"\b(?:where|which|who|whom|whose|what (?:country|city|town|place|state))\b", re.I)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the draft, and the quotes that carry it (never empty).

    ``carried`` is how well they do, 0..1: shares of the claim's and of the question's words that they hold, weighted by
    how rare these are, and how strongly they bear on the question. It orders claims and has no unit; a threshold on it
    is for calibration to find.
    """

    text: str
    quotes: tuple[Evidence, ...]
    carried: float = 1.0


class Quotes:
    """The evidence for one question, with what each claim is compared with."""

    def __init__(self, question: str, evidence: Sequence[Evidence], also: Sequence[Evidence] = (), time: Time = "then"):
        self.question = question
        self.also = also
        self.asked = set(content(question))
        self.offered = offered(question)
        self.asked_tokens = set(tokens(question)) - self.offered
        self.asked_quantities = quantities(question)
        self.evidence = list(evidence)
        self.read = [row_worded(e) for e in evidence]
        more = [set(tokens(left_out(e.article, e.start, e.end))) for e in evidence]
        self.bags = [set(tokens(without_asides(question, e))) for e in self.read]
        self.told = [set(tokens(_told_near(e))) | words for e, words in zip(self.read, more, strict=True)]
        self.around = [b | m | surrounding_tokens(e) for b, m, e in zip(self.bags, more, evidence, strict=True)]
        self.shown = [quantities(e.quote) for e in self.read]
        frequency = Counter(t for bag in self.bags for t in bag)
        self.weight = {t: math.log(1 + len(evidence) / (1 + frequency[t])) + 0.1 for t in frequency}
        self.absent = min(1.0, math.log(1 + len(evidence) / 2) + 0.1)  # the weight of a word that no quote has
        self.names = asked_names(question)
        self.time = time
        self.denied: Claim | None = None
        about, self.missing = ids_about(question, [e.article for e in evidence])
        times = bound_times(question, None)
        self.allowed = [e.article.id in about and all(borne(time, e) for time in times) for e in evidence]
        self.relevant = any(self.allowed)
        if not self.relevant and times:
            self.missing = self.missing or times[0].words
        self.least = BEARS * max((e.score for e, may in zip(evidence, self.allowed, strict=True) if may), default=0.0)

    def support(self, claim: str) -> tuple[Claim | None, str | None]:
        """The claim with the quote, or the two, that carry it; else why none does."""
        said = set(tokens(claim))
        new = self._new(claim) - self._same_names(claim)
        found = quantities(claim)
        amounts = [q for q in found if not (self._brought(q) or _ONE_OF.match(claim, q.start))]
        hard = {t for t in named_terms(claim, found) if not held(t, self.asked_tokens)}
        if 2 * len(_FOREIGN.findall(claim)) > len(claim) and not any(_FOREIGN.search(e.quote) for e in self.evidence):
            return None, "the draft is in a language that no quote is in"
        if not new and not YES_NO.search(self.question):
            return None, "the draft only repeats the question"
        numbers = {t for q in amounts for t in tokens(q.text)}
        order = sorted(range(len(self.evidence)), key=lambda i: -self._fit(i, said, new, hard | numbers))
        order = [i for i in order if self.allowed[i]]
        why = None
        spread = "." in claim[:-1]
        for i in order:
            if not (self._holds(i, hard) and all(self._carries(i, q) for q in amounts)):
                continue
            if not (hard or amounts) and new and self._meant(new, self.bags[i]) < MIN_COVERAGE:
                continue
            if not self._bears(i):
                continue
            if spread and without_addresses(claim, self.evidence[i].quote, asks_address(self.question)) != claim:
                continue  # it names an address that the quote has not
            if why_not := self._against(i, claim, amounts):
                why, self.denied = why or why_not, self.denied or Claim(claim, (self.evidence[i],), 0.0)
                continue
            if ended := self._since_over(i, claim):
                self.denied = self.denied or Claim(claim, (self.evidence[i],), 0.0)
                return None, ended
            return Claim(self._trimmed(claim, i, numbers), (self.evidence[i],), self._carried(new, i)), None
        pair = self._pair(order, claim, hard, amounts)
        if pair:
            grade = 0.85 * max(self._carried(new, i) for i in pair)
            return Claim(claim, tuple(self.evidence[i] for i in pair), grade), None
        return None, why or "no quote holds what the draft says"

    def _new(self, text: str) -> set[str]:
        """What a text says beyond the question."""
        return {t for t in content(_ANSWERS_YES.sub("", text)) if not held(t, self.asked_tokens)}

    def _bears(self, i: int) -> bool:
        """Whether a quote is about the question: as its score says, and the words that stand around it."""
        return self.evidence[i].score >= self.least and self._meant(self.asked, self.around[i]) >= MIN_BEARING

    def _trimmed(self, claim: str, i: int, numbers: set[str]) -> str:
        """The claim without clauses at its end, its beginning or in brackets that the quote says nothing of."""
        pieces = _CUT.split(claim)
        if len(pieces) == 1:
            return claim
        bag = self.told[i] | self.asked_tokens | numbers
        kept = []
        for piece in pieces[::2]:
            new = self._new(piece) - numbers
            limits = piece.split()[:1] and piece.split()[0].lower() in _LIMITS  # to cut it would say more
            year = piece.strip(" .").isdigit()
            kept.append(not new or limits or year or self._share(new, bag) >= MIN_COVERAGE)
        if all(kept) or not any(kept):
            return claim
        joints = ["", *pieces[1::2]]
        left = [(joint, piece) for joint, piece, keep in zip(joints, pieces[::2], kept, strict=True) if keep]
        out = "".join(part for pair in left for part in pair).removeprefix(left[0][0]).strip(" ,;:(–—-")
        if not self._new(out) or fits(self.question, out) is False:
            return claim
        return out[:1].upper() + out[1:] + ("" if out.endswith((".", "!")) else ".")

    def _brought(self, said: Quantity) -> bool:
        """Whether the question itself brings a quantity."""
        return any(q.kind == said.kind and agree(q, said) for q in self.asked_quantities) or (
            said.kind in ("number", "count") and all(t in self.asked_tokens for t in tokens(said.text))
        )

    def _carries(self, i: int, said: Quantity) -> bool:
        """Whether a quote holds a quantity, or a date in its words and what its article's day makes of them."""
        if said.day is not None:
            item = self.read[i]
            return states(quote_days(item.quote, self.shown[i], day(item.article.published)), said.day)
        spelt = said.kind == "ordinal" and all(t in self.bags[i] for t in tokens(said.text))
        return spelt or any(carries(q, said) for q in self.shown[i])

    def _against(self, i: int, claim: str, amounts: Sequence[Quantity]) -> str | None:
        """Why a quote that holds all words of a claim does not say it."""
        quote = self.read[i].quote
        if why := conflict(self.question, claim, quote):
            return why
        about = (self.asked | set(content(claim))) - {t for q in amounts for t in tokens(q.text)}
        if any(of_another(about, q, quote, self.shown[i]) for q in amounts):
            return "the quote says it of something else"
        if of_another_thing(self.question, self.evidence[i]):
            return "the quote says it of another one"
        if undone(self.question, claim, quote):
            return "the quote does not say who did it"
        if other := self._elsewhere(i) or self._moved(i, claim):
            return f"the quote says it of {other}"
        if self._of_the_whole(i):
            return "the quote says it of something wider"
        article = self.evidence[i].article
        if self._unsaid(i, claim) or self._never_did(i) or unspoken(self.question, f"{article.title} {article.body}"):
            return "the article does not speak of that"
        return against(self.question, claim, self.read[i], amounts, self.shown[i], self.time)

    def _of_the_whole(self, i: int) -> bool:
        """Whether a number is asked for, and a quote has some of the names asked about and, with its surroundings
        and the lead of its article, not the others: 'Iraq has 45 million people', asked about a region of it."""
        if answer_type(self.question) != "amount" or len(self.names) < 2:
            return False
        quote = set(tokens(self.evidence[i].quote))
        joined = joined_names(self.question, self.names)
        no_years = [[run for run in group if not all(t.isdigit() for t in run)] for group in joined]
        groups_asked = [group for group in no_years if group]
        here = [group for group in groups_asked if any(named_in(run, quote) for run in group)]
        article = self.evidence[i].article
        near = self.told[i] | set(tokens(f"{article.title} {article.source or ''} {article.body[:LEAD]}"))
        return bool(here) and any(not any(named_in(run, near) for run in group) for group in groups_asked)

    def _unsaid(self, i: int, claim: str) -> bool:
        """Whether all of what a claim has from the question, names aside, stands nowhere in the quote's article, in
        whatever words: 'was suspended for 18 years' of an article that knows of no suspension. A turn of somebody's
        life must stand there in any case: 'resigned as leader', of one who was killed."""
        named = {t for run in self.names for t in run}
        said = content(claim) if _VERB_OF.search(claim) or len(claim.split()) > MAX_FRAGMENT else content(self.question)
        borne = {
            t for t in said if held(t, self.asked_tokens) and t not in named and t not in LIGHT and not t.isdigit()
        }
        if not borne:
            return False
        article = self.evidence[i].article
        missing = _missing(borne, article_tokens(article), f"{article.title} {article.body}")
        words = re.findall(r"[^\W\d_]+", claim)
        verbs = set(content(" ".join(w for w in words if _VERBAL.search(w) or w.lower() in PAST)))
        return bool(missing & (verbs if len(borne) == 1 else _TURNS_OF_LIFE)) or (len(borne) > 1 and missing == borne)

    def _never_did(self, i: int) -> bool:
        """Whether it is asked when, why, where or whom somebody did something, and the quote's article has no word for
        that: 'Why did Israel apologise', of an article that knows of no apology."""
        main = _MAIN_VERB.match(self.question)
        if not main or main["verb"].lower() in _SAID_ANYHOW:
            return False
        article = self.evidence[i].article
        text = f"{article.title} {article.body}"
        past = (PAST[word] for word in re.findall(r"[a-z]+", text.lower()) if word in PAST)
        there = article_tokens(article) | set(content(" ".join(past)))
        return bool(_missing(content(PAST.get(main["verb"].lower(), main["verb"])), there, text))

    def _since_over(self, i: int, claim: str) -> str | None:
        """Why a claim that a quote carries no longer holds, by another quote of that day or later."""
        cited = self.evidence[i].article
        others = [e for j, e in enumerate(self.evidence) if j != i and self.allowed[j]]
        as_late = [e.quote for e in (*others, *self.also) if not later(cited, e.article)]
        return next(filter(None, (over(self.question, claim, quote, self.time) for quote in as_late)), None)

    def _strange_places(self, text: str) -> Iterator[re.Match[str]]:
        """The places of a text that are neither asked about nor times."""
        for place in PLACED.finditer(text):
            name = content(place[2])
            if name and not any(held(t, self.asked_tokens) or t in CALENDAR_WORDS or t.isdigit() for t in name):
                yield place

    def _elsewhere(self, i: int) -> str | None:
        """Another place that a quote speaks of: it is asked about something 'in Iraq', and the quote, its headline and
        the sentence before have nothing of Iraq, but something 'in Syria'."""
        places = PLACED.finditer(self.question)
        here = self.told[i]
        missing = {
            m[1].lower() for m in places if not any(held(t, here) or has_part_of(t, here) for t in content(m[2]))
        }
        strange = self._strange_places(self.evidence[i].quote)
        return next((place[2] for place in strange if place[1].lower() in missing), None)

    def _moved(self, i: int, claim: str) -> str | None:
        """Another place that claim and quote speak of: they leave out a name that is asked about, 'the Iraq mission',
        and have 'in Syria' in its stead."""
        quote = set(tokens(self.evidence[i].quote))
        said = set(tokens(claim))
        if _ASKS_NAME.search(self.question) or all(
            named_in(run, said) or named_in(run, quote) for run in self.names if not set(run) <= SOFT_NAMES
        ):
            return None
        strange = self._strange_places(claim)
        return next((place[2] for place in strange if all(held(t, quote) for t in content(place[2]))), None)

    def _holds(self, i: int, hard: set[str]) -> bool:
        """Whether a quote holds all numbers of a claim, and itself or headline or the sentence before all its names."""
        return all(held(t, self.bags[i]) or (not t[0].isdigit() and held(t, self.told[i])) for t in hard)

    def _same_names(self, claim: str) -> set[str]:
        """The tokens of names that are what the question names, only longer: 'Hassan Nasrallah' for 'Nasrallah'.

        'Mary Shaw' is not 'Robert Shaw': a name is another one where both have a first name and these differ.
        """
        found: set[str] = set()
        for run in map(content, names(unify(claim))):
            for asked in self.names:
                shared = [t for t in run if held(t, set(asked))]
                if shared and len(run) <= MAX_NAME and (len(asked) == len(shared) or len(shared) == len(run)):
                    found |= set(run)
        return found - self.offered

    def _pair(self, order: Sequence[int], claim: str, hard: set[str], amounts: Sequence[Quantity]) -> tuple[int, ...]:
        """Two quotes that together hold a claim's numbers and names, each of them giving some."""

        def lacks(i: int) -> set[object]:
            return {t for t in hard if not held(t, self.bags[i])} | {q for q in amounts if not self._carries(i, q)}

        whole = len(hard) + len(amounts)
        missing = {i: lacks(i) for i in order}
        usable = [i for i in order if len(missing[i]) < whole]
        for n, i in enumerate(usable):
            for j in usable[n + 1 :]:
                if missing[i] & missing[j] or not (self._bears(i) and self._bears(j)):
                    continue
                if self._differ(i, amounts) or self._differ(j, amounts):
                    continue
                if not (self._against(i, claim, ()) or self._against(j, claim, ())):
                    return (i, j)
        return ()

    def _differ(self, i: int, amounts: Sequence[Quantity]) -> bool:
        """Whether a quote that lacks an amount gives another one of its kind: '$2.4 million' and '$2.3 million' of two
        quotes are no one sum."""
        return any(
            shown.unit and shown.unit == said.unit
            for said in amounts
            if not self._carries(i, said)
            for shown in self.shown[i]
        )

    def _share(self, terms: set[str], bag: set[str]) -> float:
        total = sum(self.weight.get(t, self.absent) for t in terms)
        return sum(self.weight.get(t, self.absent) for t in terms if held(t, bag)) / total if total else 1.0

    def _meant(self, terms: set[str], bag: set[str]) -> float:
        """:meth:`_share`, with words that say the same counting as much."""
        there = groups(bag)
        return self._share(terms, bag | {t for t in terms if means_some(t, there)})

    def _carried(self, new: set[str], i: int) -> float:
        grade = 0.4 * self._share(new, self.bags[i]) + 0.25 * self._share(self.asked, self.around[i])
        return min(max(grade + 0.35 * self.evidence[i].score, 0.0), 1.0)

    def _fit(self, i: int, said: set[str], new: set[str], hard: set[str]) -> float:
        bag = self.bags[i]
        return (
            2.0 * self._share(hard, bag) * bool(hard)
            + 1.0 * self._share(new, bag)
            + 1.0 * self._share(self.asked | said, bag)
            + 0.5 * self.evidence[i].score
        )


_ROUNDUP = re.compile(
    r"^(?:[^,;:]{2,40}[,;] ){2,}[^,;:]{2,40}: |\b(?:things to know|daily briefing|news from around|short list)\b", re.I
)
"""A headline that lists the matters of a roundup: 'Brazil, Seoul, grain deal: Daily Briefing'."""


def _told_near(item: Evidence) -> str:
    """A quote under its headline and after the sentence before it; without a headline that lists other matters, whose
    names are nobody's here."""
    told = passage(item)
    return told.removeprefix(f"({item.article.title}) ") if _ROUNDUP.search(item.article.title) else told


def _missing(terms: Iterable[str], there: set[str], text: str) -> set[str]:
    """Those of ``terms`` that a text, whose tokens are ``there``, does not have in whatever words."""
    return {t for t in terms if not (held(t, there) or meant_in(t, there) or alike(t, there) or office_told(t, text))}


_VERB_OF = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|[a-z]{2,}(?:ed|s))\b")
_VERBAL = re.compile(r"(?:ed|ing)$")
