"""Draft + evidence -> the cited answer, or a refusal: a claim that no quote supports does not pass.

The model's own citation numbers are thrown away: small models get them wrong half of the time. Each sentence of the
draft is a claim; its numbers and names, as far as the question did not bring them, must stand in the quote
that it is cited with, and the names that the question asks about must stand in the article of that quote.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.sentences import passage, sentence_spans
from rag.terms import asks_for, content, fits, numbers, related, tokens, unify
from rag.types import Article, Evidence, day

MAX_CLAIMS = 3
MAX_NAME = 3  # words; a longer run of capitals is a title, not a person's whole name
MIN_COVERAGE = 0.5
"""Share of a claim's new words that a quote must hold where the claim brings no number and no name."""
MIN_BEARING = 0.25
"""Share of the question's words that a quote with its surroundings must hold to be about the question at all."""

_NUMBERED = re.compile(r"\s*[\[(【](?:quotes?\s*)?\d+(?:\s*[,;–-]\s*\d+)*[\])】]", re.I)
_LEAD = re.compile(r"^\s*(?:(?:short |final )?answer|response|a)\s*[:：]\s*", re.I)
_MARKUP = re.compile(r"[*_`#>]{1,3}")
_REFUSES = re.compile(
    r"\bnot\s+found\b|\b(?:do(?:es)? not|don't|doesn't|did not|cannot|can't|is not|are not|isn't|no) (?:\w+ ){0,3}?"
    r"(?:contain|mention|specif|provid|state[ds]? in|say who|answer|information|given|available|determine)|"
    r"\b(?:unknown|unclear from|not (?:mentioned|provided|specified|stated|given|available|included|clear from))\b|"
    r"\bno (?:information|mention|answer|evidence)\b",
    re.I,
)
_YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b", re.I)
_CAPITAL = re.compile(r"[A-Z]")
_WORD = re.compile(r"[\w$€£¥%][\w$€£¥%.,'’:-]*[\w%]|[\w$€£¥%]")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|"
    r"Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DATE_PHRASE = re.compile(
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?|{_MONTH},? \d{{4}})|\b(?:19|20)\d\d\b|"
    rf"\b{_MONTH}\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d{{1,2}}(?::\d\d)?\s?[ap]\.?m\.?|\b\d{{1,2}}:\d\d\b"
)
_AMOUNT_PHRASE = re.compile(
    r"[$€£¥]?\d[\d,.:]*\d?(?:\s?(?:%|percent|per cent|million|billion|trillion|thousand))*"
    r"(?:\s(?:dollars|euros|pounds|yen))?|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen|fifteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|half|a third|a quarter)(?: (?:hundred|thousand|million|billion|percent|per cent))?\b",
    re.I,
)
_NAME_PHRASE = re.compile(
    r"(?:[A-Z][\w'’.-]*\w|[A-Z])(?: (?:(?:of|the|de|al|bin|van|von|der|la|and|for) ){0,2}(?:[A-Z][\w'’.-]*\w|[A-Z]\b))*"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the draft, and the quotes that carry it (never empty)."""

    text: str
    quotes: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What passed; ``reason`` says why nothing did."""

    claims: tuple[Claim, ...]
    short: str | None
    reason: str | None = None


def clean(draft: str) -> str:
    """The draft as plain text: without the model's citation numbers, markup and 'Answer:'."""
    text = _LEAD.sub("", _MARKUP.sub("", _NUMBERED.sub("", draft)))
    text = re.sub(r"\b([A-Z])\. (?=[A-Z]\.)", r"\1.", " ".join(text.split()))  # "U. S.", as small models write it
    return re.sub(r"[\s,;]+(?=[.!?]?$)", "", text).strip(" \"'“”")


def verify(question: str, draft: str, evidence: Sequence[Evidence]) -> Verdict:
    """Keeps the claims of ``draft`` that ``evidence`` carries, each with its quotes."""
    text = clean(draft)
    if not text:
        return Verdict((), None, "the model wrote nothing")
    if _REFUSES.search(text):
        return Verdict((), None, "the model found no answer in the quotes")
    reader = _Reader(question, evidence)
    if not reader.relevant:
        return Verdict((), None, f"no article is about {reader.missing}")
    claims: list[Claim] = []
    reason = None
    for start, end in sentence_spans(text)[:MAX_CLAIMS]:
        quotes, why = reader.support(text[start:end])
        if quotes:
            claims.append(Claim(text[start:end], quotes))
        else:
            reason = reason or why
    if not claims:
        return Verdict((), None, reason)
    return Verdict(tuple(claims), short_answer(question, claims[0]))


QUOTED_SCORE = 0.5
"""How strongly a sentence must bear on a question (``Evidence.score``) to be quoted without a model's word."""


def quoted(question: str, scored: Sequence[Evidence]) -> Verdict:
    """The answer without a model: the sentence that bears on the question most, and another that nearly does."""
    best = list(scored[:10])
    reader = _Reader(question, best)
    if not reader.relevant:
        return Verdict((), None, f"no article is about {reader.missing}")
    fitting = [
        e
        for i, e in enumerate(best)
        if reader.allowed[i]
        and e.score >= max(QUOTED_SCORE, 0.9 * best[0].score)
        and fits(question, e.quote) is not False
    ]
    if not fitting:
        return Verdict((), None, "no sentence bears on the question closely enough")
    # A second sentence may add to the first, but not turn from what was asked about to its neighbour.
    named = [run for run in reader.names if _named(run, set(tokens(fitting[0].quote)))]
    also = [e for e in fitting[1:] if named and all(_named(run, set(tokens(e.quote))) for run in named)]
    claims = tuple(Claim(f"“{' '.join(e.quote.split())}”", (e,)) for e in [fitting[0], *also[:1]])
    return Verdict(claims, short_answer(question, claims[0]) if asks_for(question) else None)


class _Reader:
    """The evidence for one question, with the word sets that each claim is compared with."""

    def __init__(self, question: str, evidence: Sequence[Evidence]):
        self.question = question
        self.asked = set(content(question))
        self.asked_tokens = set(tokens(question))
        self.bags = [set(tokens(e.quote)) for e in evidence]
        self.told = [set(tokens(passage(e))) for e in evidence]
        self.around = [bag | _surroundings(e) for bag, e in zip(self.bags, evidence, strict=True)]
        frequency = Counter(t for bag in self.bags for t in bag)
        self.weight = {t: math.log(1 + len(evidence) / (1 + frequency[t])) + 0.1 for t in frequency}
        self.names = asked_names(question)
        articles = {e.article.id: _article_tokens(e.article) for e in evidence}
        self.missing = ""
        about: set[str] = set()
        for article_id, bag in articles.items():
            lacking = [" ".join(run).title() for run in self.names if not _named(run, bag)]
            if not lacking:
                about.add(article_id)
            elif not self.missing:
                self.missing = ", ".join(lacking)
        self.evidence = list(evidence)
        self.allowed = [e.article.id in about for e in evidence]
        self.relevant = any(self.allowed)

    def support(self, claim: str) -> tuple[tuple[Evidence, ...], str | None]:
        """The quote, or the two, that carry a claim; else why none does."""
        said = set(tokens(claim))
        new = {t for t in content(claim) if not _held(t, self.asked_tokens)} - self._same_names(claim)
        hard = {t for t in _hard(claim) if not _held(t, self.asked_tokens)}
        if not new and not _YES_NO.search(self.question):
            return (), "the draft only repeats the question"
        order = sorted(range(len(self.evidence)), key=lambda i: -self._fit(i, said, new, hard))
        for i in order:
            if not self.allowed[i]:
                continue
            if not self._holds(i, hard):
                continue
            if not hard and new and self._share(new, self.bags[i]) < MIN_COVERAGE:
                continue
            if self._share(self.asked, self.around[i]) < MIN_BEARING:
                continue
            return (self.evidence[i],), None
        return self._pair(order, hard), "no quote holds what the draft says"

    def _holds(self, i: int, hard: set[str]) -> bool:
        """Whether a quote holds all numbers of a claim, and itself or headline or the sentence before all its names."""
        return all(_held(t, self.bags[i]) or (not t[0].isdigit() and _held(t, self.told[i])) for t in hard)

    def _same_names(self, claim: str) -> set[str]:
        """The tokens of names that are what the question names, only longer: 'Hassan Nasrallah' for 'Nasrallah'."""
        asked = {t for run in self.names for t in run}
        same = [set(content(m.group())) for m in _NAME_PHRASE.finditer(unify(claim))]
        return {t for run in same if len(run) <= MAX_NAME and any(_held(t, asked) for t in run) for t in run}

    def _pair(self, order: Sequence[int], hard: set[str]) -> tuple[Evidence, ...]:
        """Two quotes that together hold a claim's numbers and names, each of them giving some."""
        usable = [i for i in order if self.allowed[i] and any(_held(t, self.bags[i]) for t in hard)]
        for n, i in enumerate(usable):
            rest = {t for t in hard if not _held(t, self.bags[i])}
            for j in usable[n + 1 :]:
                if all(_held(t, self.bags[j]) for t in rest) and self._share(self.asked, self.around[i]) >= MIN_BEARING:
                    return (self.evidence[i], self.evidence[j])
        return ()

    def _share(self, terms: set[str], bag: set[str]) -> float:
        total = sum(self.weight.get(t, 1.0) for t in terms)
        return sum(self.weight.get(t, 1.0) for t in terms if _held(t, bag)) / total if total else 1.0

    def _fit(self, i: int, said: set[str], new: set[str], hard: set[str]) -> float:
        bag = self.bags[i]
        return (
            2.0 * self._share(hard, bag) * bool(hard)
            + 1.0 * self._share(new, bag)
            + 1.0 * self._share(self.asked | said, bag)
            + 0.5 * self.evidence[i].score
        )


def _held(term: str, bag: set[str]) -> bool:
    if term in bag:
        return True
    return not term[0].isdigit() and any(related(term, other) for other in bag)


def _hard(claim: str) -> set[str]:
    """Numbers, and the tokens of capitalised words but the first word of the claim, which is capitalised anyway."""
    found = numbers(claim)
    claim = unify(claim)
    for match in _WORD.finditer(claim):
        if _CAPITAL.match(match.group()) and match.start() > 0:
            found |= set(content(match.group()))
    return found


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
    asked = set(tokens(question))
    text = claim.text

    def fresh(match: re.Match[str]) -> bool:
        return any(not _held(t, asked) for t in content(match.group()) or tokens(match.group()))

    patterns = {"date": _DATE_PHRASE, "amount": _AMOUNT_PHRASE, "name": _NAME_PHRASE}
    pattern = patterns.get(asks_for(question) or "")
    if pattern is not None:
        found = [m.group().strip(" .,") for m in pattern.finditer(text) if fresh(m)]
        found = [f for f in found if not f.endswith(("'s", "’s"))]  # whose it is, not what it is
        if found:
            return found[0]
    words = [m for m in _WORD.finditer(text) if any(not _held(t, asked) for t in content(m.group()))]
    if not words:
        return "Yes" if text.lower().startswith("yes") else "No" if text.lower().startswith("no") else None
    phrase = text[words[0].start() : words[-1].end()]
    return phrase if len(phrase) <= 120 else None
