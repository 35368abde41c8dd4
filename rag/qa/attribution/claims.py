"""Draft + evidence -> the cited answer, or a refusal: a claim that no quote supports does not pass.

The model's own citation numbers are thrown away: small models get them wrong half of the time. Each sentence of the
draft is a claim; its quantities, dates and names, as far as the question did not bring them, must stand in the quote
that it is cited with, in whatever spelling and unit; the quote must state what the claim says, and not deny it, only
expect it or call it false; and the names that the question asks about must stand in the article of that quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.qa.attribution.objections.in_kind import other_fate
from rag.qa.attribution.short_answer import Span, read_phrase, short_phrase
from rag.qa.attribution.subjects import named_in
from rag.qa.attribution.support import Claim, Quotes
from rag.qa.full_sense import as_told, of_another_thing
from rag.qa.question.request import Time
from rag.text.answer_type import FACTUAL, answer_type, fits
from rag.text.sanitize import asks_address, plain_draft, without_addresses
from rag.text.sentences import sentence_spans
from rag.text.timex.names import MONTHS
from rag.text.tokens import content, tokens
from rag.types import Evidence

NOT_ABOUT = "no article is about"
MAX_CLAIMS = 3
MAX_SENTENCES = 8  # of a draft that are looked at
_REFUSES = re.compile(
    r"\bnot\s+found\b|\b(?:do(?:es)? not|don't|doesn't|did not|cannot|can't|is not|are not|isn't|no) (?:\w+ ){0,3}?"
    r"(?:contain|mention|specif|provid|state[ds]? in|say who|answer|information|given|available|determine)|"
    r"\b(?:unknown|unclear from|no evidence|"
    r"not (?:mentioned|provided|specified|stated|given|available|included|clear from))\b",
    re.I,
)
_MONTH_ENDS = re.compile(rf"\b({'|'.join(m for m in MONTHS if len(m) > 4 or m == 'may')})\.\s+(?=[A-Z])", re.I)
_DATELINE = re.compile(r"^[A-Z][A-Z .'’-]{2,40}(?:, [\w. ]{2,20})?(?: \([\w ]{2,20}\))? [—–-] ")
"""'STOCKHOLM, Oct. 10 —': where a report was written is no answer."""
_APPOSITION = re.compile(r"((?:\S+ ){0,3}\S+), (?:\S+ ){0,2}\S+$")
"""'Memphis, Tennessee': what follows the comma of so short an answer says the same more closely, and may be cut."""


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


def verify(
    question: str, draft: str, evidence: Sequence[Evidence], also: Sequence[Evidence] = (), *, time: Time
) -> Verdict:
    """Keeps the claims of ``draft`` that ``evidence`` carries, each with its quotes.

    ``also`` are sentences that carry nothing, but may say that what is claimed is over; ``time`` is that of the state
    asked about.
    """
    text = without_addresses(plain_draft(draft), " ".join(item.quote for item in evidence), asks_address(question))
    if not text:
        return Verdict((), None, "the model wrote nothing")
    # A month at the end is no abbreviation, though 'May.' may be taken for one.
    parts = _MONTH_ENDS.sub(r"\1.\n", text).split("\n")
    sentences = [part[start:end] for part in parts for start, end in sentence_spans(part)]
    if _REFUSES.search(sentences[0] if sentences else text):
        return Verdict((), None, "the model found no answer in the quotes")
    quotes = Quotes(question, evidence, also, time)
    if not quotes.relevant:
        return Verdict((), None, f"{NOT_ABOUT} {quotes.missing}")
    claims: list[Claim] = []
    reason = None
    for sentence in sentences[:MAX_SENTENCES]:
        if _REFUSES.search(sentence):
            continue
        if sentence.endswith("?"):
            reason = reason or "the draft asks and does not answer"
            continue
        claim, why = quotes.support(sentence)
        if claim is None and (shorter := _APPOSITION.match(sentence)):
            claim, _ = quotes.support(shorter[1])
        if claim and claims and not (set(content(claim.text)) & (quotes.asked | set(content(claims[0].text)))):
            claim, why = None, "the draft turns to something else"
        if claim:
            claims.append(claim)
            if len(claims) == MAX_CLAIMS:
                break
        else:
            reason = reason or why
    if not claims:
        return Verdict((), None, reason, denied=quotes.denied)
    return Verdict(tuple(claims), short_answer(question, claims[0]))


def quoted(question: str, scored: Sequence[Evidence], least: float = 0.5) -> Verdict:
    """The answer without a model: the sentence that bears on the question most, and another that nearly does.

    ``least`` is the score (``Evidence.score``) from which on a sentence is quoted.
    """
    best = [e for e in scored[:10] if not (other_fate(question, e.quote, e.quote) or of_another_thing(question, e))]
    quotes = Quotes(question, best)
    if not quotes.relevant:
        return Verdict((), None, f"{NOT_ABOUT} {quotes.missing}")
    fitting = [
        e
        for i, e in enumerate(best)
        if quotes.allowed[i]
        and e.score >= max(least, 0.9 * best[0].score)
        and fits(question, quotes.read[i].quote) is not False
    ]
    if not fitting:
        return Verdict((), None, "no sentence bears on the question closely enough")
    # A second sentence may add to the first, but not turn from what was asked about to its neighbour.
    named = [run for run in quotes.names if named_in(run, set(tokens(fitting[0].quote)))]
    also = [e for e in fitting[1:] if named and all(named_in(run, set(tokens(e.quote))) for run in named)]
    asked = asks_address(question)
    claims = tuple(Claim(as_told(e, asked), (e,), e.score) for e in [fitting[0], *also[:1]])
    return Verdict(claims, _short_of_quote(question, claims[0]))


def short_answer(question: str, claim: Claim) -> str | None:
    """The shortest phrase of a claim that answers: a date, an amount, a name, else the words that are new."""
    text, quotes, read = _parts(claim)
    return short_phrase(question, text, quotes, read)


def _short_of_quote(question: str, claim: Claim) -> str | None:
    text, quotes, read = _parts(claim)
    if read and (found := read_phrase(question, text, quotes, read)):
        return found
    return short_phrase(question, text, quotes) if answer_type(question) in FACTUAL else None


def _parts(claim: Claim) -> tuple[str, list[str], Span | None]:
    """Of a claim its text, the texts that it rests on, and where in it the words are that the reader takes for the
    answer."""
    text = _DATELINE.sub("", claim.text.strip(" “”")).strip()
    quotes = [f"{e.quote} {e.article.title} {e.article.body}" for e in claim.quotes]
    return text, quotes, next((read for e in claim.quotes if (read := _read_in(text, e))), None)


def _read_in(text: str, e: Evidence) -> Span | None:
    if not e.span or not e.start <= e.span[0] < e.span[1] <= e.end:
        return None
    words = e.article.body[slice(*e.span)]
    cut = e.quote.find(text)  # the claim is the quote, or all of it but a dateline: a word that it has twice is known
    at = e.span[0] - e.start - cut if cut >= 0 else text.find(words)
    return (at, at + len(words)) if at >= 0 and text.startswith(words, at) else None
