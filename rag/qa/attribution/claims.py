"""Draft + evidence -> the cited answer, or a refusal: a claim that no quote supports does not pass.

The model's own citation numbers are thrown away: small models get them wrong half of the time. Each sentence of the
draft is a claim; its quantities, dates and names, as far as the question did not bring them, must stand in the quote
that it is cited with, in whatever spelling and unit; the quote must state what the claim says, and not deny it, only
expect it or call it false; and the names that the question asks about must stand in the article of that quote.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.qa.attribution.clauses import PLACED, of_another
from rag.qa.attribution.dates import days, states
from rag.qa.attribution.factuality import PAST, conflict
from rag.qa.attribution.objections.against import against
from rag.qa.attribution.objections.endings import over
from rag.qa.attribution.roles import undone
from rag.qa.attribution.short_answer import short_phrase
from rag.qa.attribution.synonyms import groups, means_some
from rag.qa.conflicts.values import later
from rag.qa.question.request import request
from rag.text.answer_type import FACTUAL, YES_NO, answer_type, fits
from rag.text.quantities import Quantity, agree, carries, quantities
from rag.text.sanitize import asks_address, plain, shown, without_addresses
from rag.text.sentences import passage, sentence_spans
from rag.text.timex.names import MONTHS, WEEKDAYS
from rag.text.tokens import content, related, tokens, unify
from rag.types import Article, Evidence, day

MAX_CLAIMS = 3
LEAD = 300  # characters of an article that say what all of it is about
MAX_SENTENCES = 8  # of a draft that are looked at
MAX_NAME = 3  # words; a longer run of capitals is a title, not a person's whole name
MAX_FRAGMENT = 4  # words; a claim that short is no sentence, and its first capital tells a name
MIN_COVERAGE = 0.5
"""Share of a claim's new words that a quote must hold where the claim brings no number and no name."""
MIN_BEARING = 0.25
"""Share of the question's words that a quote with its surroundings must hold to be about the question at all."""
BEARS = 0.5
"""Share of the best quote's score (``Evidence.score``) that a quote must have: what an article has put beside the
answer is no answer. Of 62 claims on questions of 2025, 60 cite a quote of .6 and more of it, one of the others
was right."""

_REFUSES = re.compile(
    r"\bnot\s+found\b|\b(?:do(?:es)? not|don't|doesn't|did not|cannot|can't|is not|are not|isn't|no) (?:\w+ ){0,3}?"
    r"(?:contain|mention|specif|provid|state[ds]? in|say who|answer|information|given|available|determine)|"
    r"\b(?:unknown|unclear from|not (?:mentioned|provided|specified|stated|given|available|included|clear from))\b|"
    r"\bno (?:information|mention|answer|evidence)\b",
    re.I,
)
_MONTH_ENDS = re.compile(rf"\b({'|'.join(m for m in MONTHS if len(m) > 4 or m == 'may')})\.\s+(?=[A-Z])", re.I)
_APPOSITION = re.compile(r"((?:\S+ ){0,3}\S+), (?:\S+ ){0,2}\S+$")
"""'Memphis, Tennessee': what follows the comma of so short an answer says the same more closely, and may be cut."""
_LIMITS = frozenset(
    "but only unless if until except without not never no though although while after before since despite".split()
)
_CUT = re.compile(r"(\s*[;:()–—]\s*|,\s+(?:and\s+)?|\s+-\s+|\s+and\s+)")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_ONE_OF = re.compile(r"one of\b", re.I)
_ANSWERS_YES = re.compile(r"^(?:yes|no),? ", re.I)
_ASKS_NAME = re.compile(r"\b(?:where|which|who|whom|whose|what (?:country|city|town|place|state))\b", re.I)
_CAPITAL = re.compile(r"[A-Z]")
_DAYS = frozenset(content(" ".join((*MONTHS, *WEEKDAYS))))
_WORD = re.compile(r"[\w$€£¥%][\w$€£¥%.,'’:-]*[\w%]|[\w$€£¥%]")
_NAME_PHRASE = re.compile(
    r"(?:[A-Z][\w'’.-]*\w|[A-Z])(?: (?:(?:of|the|de|al|bin|van|von|der|la|and|for) ){0,2}(?:[A-Z][\w'’.-]*\w|[A-Z]\b))*"
)


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What passed; ``reason`` says why nothing did.

    ``certainty`` is how likely it is right, 0..1, where that is known; ``withheld`` is what was not likely enough, and
    ``denied`` what quotes hold in words and take back in what they say.
    """

    claims: tuple[Claim, ...]
    short: str | None
    reason: str | None = None
    certainty: float | None = None
    withheld: str | None = None
    denied: Claim | None = None

    @property
    def carried(self) -> float:
        """How well the first claim is carried, 0..1; 0 where none passed."""
        return self.claims[0].carried if self.claims else 0.0


def verify(question: str, draft: str, evidence: Sequence[Evidence], also: Sequence[Evidence] = ()) -> Verdict:
    """Keeps the claims of ``draft`` that ``evidence`` carries, each with its quotes.

    ``also`` are sentences that carry nothing, but may say that what is claimed is over.
    """
    text = without_addresses(plain(draft), " ".join(item.quote for item in evidence), asks_address(question))
    if not text:
        return Verdict((), None, "the model wrote nothing")
    # A month at the end is no abbreviation, though 'May.' may be taken for one.
    parts = _MONTH_ENDS.sub(r"\1.\n", text).split("\n")
    sentences = [part[start:end] for part in parts for start, end in sentence_spans(part)]
    if _REFUSES.search(sentences[0] if sentences else text):
        return Verdict((), None, "the model found no answer in the quotes")
    reader = _Reader(question, evidence, also)
    if not reader.relevant:
        return Verdict((), None, f"no article is about {reader.missing}")
    claims: list[Claim] = []
    reason = None
    for sentence in sentences[:MAX_SENTENCES]:
        claim: Claim | None = None
        why: str | None = "the draft asks and does not answer"
        if _REFUSES.search(sentence):
            why = None
        elif not sentence.endswith("?"):
            claim, why = reader.support(sentence)
            if claim is None and (shorter := _APPOSITION.match(sentence)):
                claim, _ = reader.support(shorter[1])
        if claim and claims and not (set(content(claim.text)) & (reader.asked | set(content(claims[0].text)))):
            claim, why = None, "the draft turns to something else"
        if claim:
            claims.append(claim)
            if len(claims) == MAX_CLAIMS:
                break
        else:
            reason = reason or why
    if not claims:
        return Verdict((), None, reason, denied=reader.denied)
    return Verdict(tuple(claims), short_answer(question, claims[0]))


def quoted(question: str, scored: Sequence[Evidence], least: float = 0.5) -> Verdict:
    """The answer without a model: the sentence that bears on the question most, and another that nearly does.

    ``least`` is the score (``Evidence.score``) from which on a sentence is quoted.
    """
    best = list(scored[:10])
    reader = _Reader(question, best)
    if not reader.relevant:
        return Verdict((), None, f"no article is about {reader.missing}")
    fitting = [
        e
        for i, e in enumerate(best)
        if reader.allowed[i] and e.score >= max(least, 0.9 * best[0].score) and fits(question, e.quote) is not False
    ]
    if not fitting:
        return Verdict((), None, "no sentence bears on the question closely enough")
    # A second sentence may add to the first, but not turn from what was asked about to its neighbour.
    named = [run for run in reader.names if _named(run, set(tokens(fitting[0].quote)))]
    also = [e for e in fitting[1:] if named and all(_named(run, set(tokens(e.quote))) for run in named)]
    asked = asks_address(question)
    claims = tuple(Claim(f"“{shown(e.quote, asked)}”", (e,), e.score) for e in [fitting[0], *also[:1]])
    return Verdict(claims, short_answer(question, claims[0]) if answer_type(question) in FACTUAL else None)


class _Reader:
    """The evidence for one question, with what each claim is compared with."""

    def __init__(self, question: str, evidence: Sequence[Evidence], also: Sequence[Evidence] = ()):
        self.question = question
        self.also = also
        self.asked = set(content(question))
        self.asked_tokens = set(tokens(question))
        self.asked_quantities = quantities(question)
        self.evidence = list(evidence)
        self.bags = [set(tokens(without_asides(question, e))) for e in evidence]
        self.told = [set(tokens(passage(e))) for e in evidence]
        self.around = [bag | _surroundings(e) for bag, e in zip(self.bags, evidence, strict=True)]
        self.shown = [quantities(e.quote) for e in evidence]
        self.days = [days(e.quote, q, day(e.article.published)) for e, q in zip(evidence, self.shown, strict=True)]
        frequency = Counter(t for bag in self.bags for t in bag)
        self.weight = {t: math.log(1 + len(evidence) / (1 + frequency[t])) + 0.1 for t in frequency}
        self.absent = min(1.0, math.log(1 + len(evidence) / 2) + 0.1)  # the weight of a word that no quote has
        self.names = asked_names(question)
        self.time = request(question).time
        self.denied: Claim | None = None
        articles = {e.article.id: _article_tokens(e.article) for e in evidence}
        about, self.missing = _about(question, self.names, articles)
        self.allowed = [e.article.id in about for e in evidence]
        self.relevant = any(self.allowed)
        self.least = BEARS * max((e.score for e, may in zip(evidence, self.allowed, strict=True) if may), default=0.0)

    def support(self, claim: str) -> tuple[Claim | None, str | None]:
        """The claim with the quote, or the two, that carry it; else why none does."""
        said = set(tokens(claim))
        new = self._new(claim) - self._same_names(claim)
        found = quantities(claim)
        amounts = [q for q in found if not (self._brought(q) or _ONE_OF.match(claim, q.start))]
        hard = {t for t in _hard(claim, found) if not _held(t, self.asked_tokens)}
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
            if not self._bears(i) or (spread and self._bared(i, claim)):
                continue
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
        return {t for t in content(_ANSWERS_YES.sub("", text)) if not _held(t, self.asked_tokens)}

    def _bears(self, i: int) -> bool:
        """Whether a quote is about the question: as its score says, and the words that stand around it."""
        return self.evidence[i].score >= self.least and self._meant(self.asked, self.around[i]) >= MIN_BEARING

    def _bared(self, i: int, claim: str) -> bool:
        """Whether a claim names an address that the quote has not."""
        return without_addresses(claim, self.evidence[i].quote, asks_address(self.question)) != claim

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
        out = "".join(
            (pieces[2 * n - 1] if n and out_n else "") + pieces[2 * n]
            for out_n, n in enumerate(n for n, keep in enumerate(kept) if keep)
        ).strip(" ,;:(–—-")
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
            return states(self.days[i], said.day)
        if said.kind == "ordinal":
            return all(t in self.bags[i] for t in tokens(said.text)) or any(carries(q, said) for q in self.shown[i])
        return any(carries(q, said) for q in self.shown[i])

    def _against(self, i: int, claim: str, amounts: Sequence[Quantity]) -> str | None:
        """Why a quote that holds all words of a claim does not say it."""
        quote = self.evidence[i].quote
        if why := conflict(self.question, claim, quote):
            return why
        about = (self.asked | set(content(claim))) - {t for q in amounts for t in tokens(q.text)}
        if any(of_another(about, q, quote, self.shown[i]) for q in amounts):
            return "the quote says it of something else"
        if undone(self.question, claim, quote, _held):
            return "the quote does not say who did it"
        if other := self._elsewhere(i) or self._moved(i, claim):
            return f"the quote says it of {other}"
        if self._of_the_whole(i):
            return "the quote says it of something wider"
        if self._unsaid(i, claim):
            return "the article does not speak of that"
        return against(self.question, claim, self.evidence[i], amounts, self.shown[i], self.time)

    def _of_the_whole(self, i: int) -> bool:
        """Whether a number is asked for, and a quote has some of the names asked about and, with its surroundings
        and the lead of its article, not the others: 'Iraq has 45 million people', asked about a region of it."""
        if answer_type(self.question) != "amount" or len(self.names) < 2:
            return False
        quote = set(tokens(self.evidence[i].quote))
        joined = [
            [run for run in group if not set(run) <= _SOFT and not all(t.isdigit() for t in run)]
            for group in _joined(self.question, self.names)
        ]
        groups_asked = [group for group in joined if group]
        here = [group for group in groups_asked if any(_named(run, quote) for run in group)]
        article = self.evidence[i].article
        near = self.told[i] | set(tokens(f"{article.title} {article.source or ''} {article.body[:LEAD]}"))
        return bool(here) and any(not any(_named(run, near) for run in group) for group in groups_asked)

    def _unsaid(self, i: int, claim: str) -> bool:
        """Whether all of what a claim has from the question, names aside, stands nowhere in the quote's article, in
        whatever words: 'was suspended for 18 years' of an article that knows of no suspension."""
        named = {t for run in self.names for t in run}
        said = content(claim) if _VERB_OF.search(claim) or len(claim.split()) > MAX_FRAGMENT else content(self.question)
        borne = {
            t for t in said if _held(t, self.asked_tokens) and t not in named and t not in LIGHT and not t.isdigit()
        }
        if not borne:
            return False
        article = self.evidence[i].article
        there = _article_tokens(article)
        meant = groups(there)
        missing = {t for t in borne if not (_held(t, there) or means_some(t, meant) or _alike(t, there))}
        verbs = {
            t
            for word in re.findall(r"[^\W\d_]+", claim)
            if _VERBAL.search(word) or word.lower() in PAST
            for t in content(word)
        }
        return bool(missing & verbs) if len(borne) == 1 else missing == borne

    def _since_over(self, i: int, claim: str) -> str | None:
        """Why a claim that a quote carries no longer holds, by another quote of that day or later."""
        cited = self.evidence[i].article
        for j, other in enumerate((*self.evidence, *self.also)):
            if j == i or (j < len(self.evidence) and not self.allowed[j]) or later(cited, other.article):
                continue
            if why := over(self.question, claim, other.quote, self.time):
                return why
        return None

    def _elsewhere(self, i: int) -> str | None:
        """Another place that a quote speaks of: it is asked about something 'in Iraq', and the quote, its headline and
        the sentence before have nothing of Iraq, but something 'in Syria'."""
        for asked in PLACED.finditer(self.question):
            if any(_held(t, self.told[i]) for t in content(asked[2])):
                continue
            for said in PLACED.finditer(self.evidence[i].quote):
                name = content(said[2])
                told = any(_held(t, self.asked_tokens) or t in _DAYS for t in name)
                if name and not told and said[1].lower() == asked[1].lower():
                    return said[2]
        return None

    def _moved(self, i: int, claim: str) -> str | None:
        """Another place that claim and quote speak of: they leave out a name that is asked about, 'the Iraq mission',
        and have 'in Syria' in its stead."""
        quote = set(tokens(self.evidence[i].quote))
        said = set(tokens(claim))
        if _ASKS_NAME.search(self.question) or all(
            _named(run, said) or _named(run, quote) for run in self.names if not set(run) <= _SOFT
        ):
            return None
        for place in PLACED.finditer(claim):
            name = content(place[2])
            told = any(_held(t, self.asked_tokens) or t in _DAYS or t.isdigit() for t in name)
            if name and not told and all(_held(t, quote) for t in name):
                return place[2]
        return None

    def _holds(self, i: int, hard: set[str]) -> bool:
        """Whether a quote holds all numbers of a claim, and itself or headline or the sentence before all its names."""
        return all(_held(t, self.bags[i]) or (not t[0].isdigit() and _held(t, self.told[i])) for t in hard)

    def _same_names(self, claim: str) -> set[str]:
        """The tokens of names that are what the question names, only longer: 'Hassan Nasrallah' for 'Nasrallah'.

        'Mary Shaw' is not 'Robert Shaw': a name is another one where both have a first name and these differ.
        """
        found: set[str] = set()
        for m in _NAME_PHRASE.finditer(unify(claim)):
            run = content(m.group())
            for asked in self.names:
                shared = [t for t in run if _held(t, set(asked))]
                if shared and len(run) <= MAX_NAME and (len(asked) == len(shared) or len(shared) == len(run)):
                    found |= set(run)
        return found

    def _pair(self, order: Sequence[int], claim: str, hard: set[str], amounts: Sequence[Quantity]) -> tuple[int, ...]:
        """Two quotes that together hold a claim's numbers and names, each of them giving some."""

        def lacks(i: int) -> set[object]:
            return {t for t in hard if not _held(t, self.bags[i])} | {q for q in amounts if not self._carries(i, q)}

        whole = len(hard) + len(amounts)
        missing = {i: lacks(i) for i in order}
        usable = [i for i in order if len(missing[i]) < whole]
        for n, i in enumerate(usable):
            for j in usable[n + 1 :]:
                if missing[i] & missing[j] or not (self._bears(i) and self._bears(j)):
                    continue
                if not (self._against(i, claim, ()) or self._against(j, claim, ())):
                    return (i, j)
        return ()

    def _share(self, terms: set[str], bag: set[str]) -> float:
        total = sum(self.weight.get(t, self.absent) for t in terms)
        return sum(self.weight.get(t, self.absent) for t in terms if _held(t, bag)) / total if total else 1.0

    def _meant(self, terms: set[str], bag: set[str]) -> float:
        """:meth:`_share`, with words that say the same counting as much."""
        meant = groups(bag)
        there = bag | {t for t in terms if means_some(t, meant)}
        return self._share(terms, there)

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


_VERB_OF = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|[a-z]{2,}(?:ed|s))\b")
_VERBAL = re.compile(r"(?:ed|ing)$")
LIGHT = frozenset(
    content(
        "people person man woman thing place country city town company year month week day time kind type way name "
        "part number "
        "want wanted ask asked plan planned try tried seek sought expect expected think thought believe decide need "
        "latest newest current currently first last new many much get got take took do did done make made go going "
        "come came have "
        "give gave happen happened say said call called know known use used become became look today yet still end "
        "percent"
    )
)
"""Words of a question that an article need not hold."""


def _alike(term: str, bag: set[str]) -> bool:
    """Whether a text has another form of a word: the first five letters are the same."""
    return len(term) >= 5 and any(other[:5] == term[:5] for other in bag)


_IRREGULAR = {
    form: country
    for country, people in {
        "Spain": "Spanish Spaniard", "France": "French", "Netherlands": "Dutch", "Greece": "Greek", "Ireland": "Irish",
        "Wales": "Welsh", "Scotland": "Scottish Scots", "Denmark": "Danish", "Turkey": "Turkish", "Poland": "Polish",
        "Sweden": "Swedish", "Finland": "Finnish", "Switzerland": "Swiss", "Philippines": "Filipino",
        "Thailand": "Thai",
        "Iceland": "Icelandic", "England": "English", "Norway": "Norwegian", "Portugal": "Portuguese",
        "Czechia": "Czech",
    }.items()
    for form in people.split()
}  # fmt: skip


@lru_cache(maxsize=1)
def _peoples() -> dict[str, str]:
    return {tokens(people)[0]: tokens(country)[0] for people, country in _IRREGULAR.items()}


def _held(term: str, bag: set[str]) -> bool:
    if term in bag:
        return True
    if term[0].isdigit():
        return False
    peoples = _peoples()
    return any(
        related(term, other) or peoples.get(other) == term or peoples.get(term) in (other, peoples.get(other, ""))
        for other in bag
    )


def _hard(claim: str, found: Sequence[Quantity]) -> set[str]:
    """The tokens of capitalised words but the first of a sentence, which is capitalised anyway, and the digits that are
    part of no quantity ('F-16')."""
    bare = list(claim)
    for q in found:
        bare[q.start : q.end] = " " * (q.end - q.start)
    left = "".join(bare)
    hard = {t for m in re.finditer(r"\d[\d,.:]*", left) for t in tokens(m.group()) if t[0].isdigit()}
    left = unify(left)
    for match in _WORD.finditer(left):
        named = match.start() > 0 or (len(claim.split()) <= MAX_FRAGMENT and bool(found))
        if _CAPITAL.match(match.group()) and named and match.group().lower() not in _TITLES:
            hard |= set(content(match.group()))
    return hard


_TITLES = frozenset("president minister prime senator sen rep mr mrs ms dr sir former chief mayor governor".split())


def asked_names(question: str) -> list[list[str]]:
    """The names and years that a question is about, each as its tokens: [['hassan', 'nasrallah'], ['2024']].

    Runs of capitalised words but for the question's first; none where everything is capitalised (a headline).
    """
    question = unify(question).strip()
    words = list(_WORD.finditer(question))
    capital = [m for m in words if _CAPITAL.match(m.group())]
    if len(words) > 3 and len(capital) > 0.7 * len(words):
        capital = []
    found: list[list[str]] = []
    end = -1
    for match in words:
        word = match.group()
        year = re.fullmatch(r"(?:19|20)\d\d", word)
        if year or (match in capital and match.start() > 0):
            parts = content(word)
            if found and not year and question[end : match.start()] == " ":
                found[-1] += parts
            else:
                found.append(parts)
            end = match.end()
    return [run for run in found if run]


_SOFT = frozenset(
    content(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August "
        "September "
        "October November December Earth World President Ms Mr Mrs Dr Christmas Easter"
    )
) | {"may"}
"""Names that an article on the matter need not hold."""


def _about(question: str, names: Sequence[list[str]], articles: Mapping[str, set[str]]) -> tuple[set[str], str]:
    """(ids of the articles that a question can be about, the names that no article holds).

    An article must hold every name of the question that tells, or one of those that 'and' joins; where none holds all
    though each stands somewhere, those that hold most of them. A question of several sentences may name in one what
    an article leaves out: half of its names is enough then.
    """
    groups = [[run for run in group if not set(run) <= _SOFT] for group in _joined(question, names)]
    groups = [group for group in groups if group]
    several = len(re.findall(r"[.!?]\s+[A-Z]", question)) > 0
    held = {
        key: {i for i, g in enumerate(groups) if any(_named(run, bag) for run in g)} for key, bag in articles.items()
    }
    anywhere = set().union(*held.values()) if held else set()
    absent = [g for i, g in enumerate(groups) if i not in anywhere]
    if absent and (not several or 2 * len(absent) > len(groups)):
        return set(), ", ".join(_printed(question, run) for g in absent for run in g)
    most = max((len(found) for found in held.values()), default=0)
    return {key for key, found in held.items() if len(found) == most}, ""


def without_asides(question: str, item: Evidence, left: str = " ") -> str:
    """A quote without what it says in brackets and has nothing to do with the question: no place for an answer."""
    asked = set(tokens(question))

    def kept(aside: re.Match[str]) -> str:
        start, end = item.start + aside.start(), item.start + aside.end()
        answers = item.span is not None and item.span[0] < end and start < item.span[1]
        bears = any(_held(t, asked) for t in content(aside[0]))
        return aside[0] if answers or bears or len(aside[0].split()) < MAX_FRAGMENT else left

    return _ASIDE.sub(kept, item.quote)


def about_ids(question: str, articles: Sequence[Article]) -> set[str]:
    """The ids of those articles that ``question`` can be about: they hold the names that it asks of."""
    return _about(question, asked_names(question), {a.id: _article_tokens(a) for a in articles})[0]


def about_names(question: str, articles: Sequence[Article]) -> str:
    """The names of ``question`` that none of ``articles`` holds, as it writes them; '' where each stands somewhere."""
    return _about(question, asked_names(question), {a.id: _article_tokens(a) for a in articles})[1]


def _joined(question: str, names: Sequence[list[str]]) -> list[list[list[str]]]:
    """The names of a question, those together that 'and' or 'or' joins directly: 'the UK and Ireland'."""
    groups: list[list[list[str]]] = []
    flat = tokens(question)
    at = 0
    for run in names:
        try:
            start = flat.index(run[0], at)
        except ValueError:
            start = at
        between = flat[at:start]
        if groups and at and 1 <= len(between) <= 2 and between[0] in ("and", "or") and set(between[1:]) <= {"the"}:
            groups[-1].append(run)
        else:
            groups.append([run])
        at = start + len(run)
    return groups


def _printed(question: str, run: Sequence[str]) -> str:
    """A name as the question writes it."""
    words = [m.group() for m in _WORD.finditer(question) if set(content(m.group())) & set(run) and m.group()[:1] > ""]
    printed = " ".join(dict.fromkeys(w for w in words if w[:1].isupper() or w[:1].isdigit()))
    return re.sub(r"['’]s$", "", printed) or " ".join(run).title()


_GENERIC = frozenset(
    content("new north south east west united saint lake mount university president minister mr mrs dr city county")
)


def _named(run: Sequence[str], bag: set[str]) -> bool:
    """Whether a text names what ``run`` names: half of its words that tell one name from another stand there."""
    telling = [t for t in run if t not in _GENERIC] or list(run)
    return 2 * sum(_held(t, bag) for t in telling) >= len(telling)


def _surroundings(item: Evidence) -> set[str]:
    """Tokens of the headline, the day and the text up to 300 characters before and after a quote."""
    article = item.article
    near = article.body[max(0, item.start - 300) : item.end + 300]
    return set(tokens(f"{article.title} {near}")) | _date_tokens(article)


def _article_tokens(article: Article) -> set[str]:
    return set(tokens(f"{article.title} {article.body} {article.source or ''} {article.section or ''}")) | _date_tokens(
        article
    )


def _date_tokens(article: Article) -> set[str]:
    published = day(article.published)
    return set(tokens(f"{published:%A %d %B %Y}")) | {str(published.day)} if published else set()


def short_answer(question: str, claim: Claim) -> str | None:
    """The shortest phrase of a claim that answers: a date, an amount, a name, else the words that are new."""
    quotes = [f"{e.quote} {e.article.title} {e.article.body}" for e in claim.quotes]
    return short_phrase(question, claim.text.strip(" “”"), quotes)
