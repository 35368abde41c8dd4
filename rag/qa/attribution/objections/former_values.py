"""Values that a text gives only as the earlier ones: 'cut to 850 from 1,200', 'had asked for £120', 'in March 2020'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.qa.attribution.clauses import clause_at
from rag.qa.attribution.objections.endings import new_names
from rag.text.quantities import Quantity, agree, comparable, quantities
from rag.text.tokens import among, content, tokens
from rag.types import Evidence, day

_OLD_BEFORE = re.compile(
    r"\b(?:from|instead of|rather than|not(?: the| an?| on| in| at)?|replac(?:es|ing|ed)|had been|used to be|"
    r"compared with|earlier|previous(?:ly)?|initial(?:ly)?|original(?:ly)?|first|once|formerly|the old|as against|"
    r"than the|correct(?:s|ed|ing) (?:a|an|the|its|an earlier)(?: earlier)? (?:figure|toll|number|count|date|total|"
    r"estimate)? ?of|mistakenly|wrongly|incorrectly|erroneously|had (?:said|put|given|reported|promised|planned|"
    r"expected|proposed|announced|asked|wanted|sought|estimated)(?: it)?(?: at)?)(?: (?:as many as|[\w-]+)){0,3} ?$",
    re.I,
)
_OLD_AFTER = re.compile(
    r"^[^;.]{0,70}?\b(?:has|have|had|was|were|is|are|been) "
    r"(?:now |since |just |been ){0,2}(?:lowered|raised|cut|reduced|increased|scaled (?:back|down)|trimmed|slashed|"
    r"changed|moved|pushed back|put back|put off|brought forward|revised|whittled)\b[^;.]{0,30}?\bto\b|"
    r"^[^,;.]{0,40}?,? ?\b(?:first |originally |initially |previously |earlier |once )(?:announced|planned|reported|"
    r"proposed|said|given|promised|agreed|thought|expected|feared|estimated|asked|approved|set|scheduled)\b|"
    r"^[\w ]{0,25} (?:was|were) (?:wrong|incorrect|too (?:high|low)|a mistake|an error)\b",
    re.I,
)
_MISREPORTED = re.compile(
    r"\b(?:[Ii]n (?:a|an|its|our|the|some) (?:\w+ )?(?:story|stories|report|article|item|dispatch|version|headline|"
    r"edition)s?\b[^.]*?\b(?:said|reported|gave|stated|put|wrote|called|listed|named)|"
    r"(?:earlier|previous) (?:version|story|report|article)s?\b[^.]*?\b(?:said|gave|reported|stated|put|misstated)|"
    r"(?:misstated|misreported|mistakenly|erroneously|incorrectly|wrongly)\b[^.]*?)(?![^.]*\b(?:in fact|it (?:is|was)|"
    r"the correct|there (?:are|were)|should (?:be|have)|, not|rather|but|instead)\b)[^.]*$"
)
ASKS_OLD = re.compile(
    r"\b(?:first|original\w*|initial\w*|before|previous\w*|earlier|formerly|used to|at the time|from|down|up|cuts?|"
    r"rais\w+|lower\w*|reduc\w+|increas\w+|rose|rise|fell|fall|chang\w+)\b",
    re.I,
)
"""A question or a claim with such a word is itself about a former value."""


def replaced(said: Quantity, quote: str, shown: Sequence[Quantity]) -> bool:
    """Whether ``quote`` gives the value ``said`` only as the one that another of its kind replaces."""
    mine = [
        q for q in shown if q.kind == said.kind and (agree(q, said) if said.day is not None else q.value == said.value)
    ]
    if mine and all(_MISREPORTED.search(quote[: q.start]) for q in mine):
        return True
    counts = {"number", "count"}
    others = [
        q
        for q in shown
        if q not in mine
        and (q.kind == "number" or ((q.kind == said.kind or {q.kind, said.kind} <= counts) and comparable(q, said)))
    ]
    if not mine or not others:
        return False
    return all(_old(q, quote) for q in mine) and not all(_old(q, quote) for q in others)


def repeats(question: str, claim: str, text: str) -> bool:
    """Whether a sentence speaks of the value that a claim gives: its name, its number, its new words."""
    named = new_names(question, claim)
    there = set(tokens(text))
    if named:
        return any(tokens(n)[-1:] and tokens(n)[-1] in there for n in named)
    values = [q for q in quantities(claim) if q.kind != "ordinal"]
    if values:
        return any(agree(q, v) for v in values for q in quantities(text))
    asked = set(content(question))
    return any(t in there for t in content(claim) if not among(t, asked))


def misreported(text: str) -> bool:
    """Whether a sentence recalls what an earlier report had wrong, and no more."""
    return bool(_MISREPORTED.search(text.rstrip(' .”"')))


def _old(q: Quantity, quote: str) -> bool:
    before = quote[max(0, q.start - 70) : q.start]
    clause = re.split(r"[;:—–]|, (?:and|but|while)\b| (?:but|while) ", before)[-1]
    return bool(_OLD_BEFORE.search(clause) or _OLD_AFTER.match(quote[q.end : q.end + 60]))


def tells_first(claim: str, quote: str) -> bool:
    """Whether ``quote`` itself gives the value of ``claim`` as the one that came first: 'had asked for £120'."""
    values = [q for q in quantities(claim) if q.kind != "ordinal"]
    mine = [q for q in quantities(quote) if any(agree(q, v) for v in values)]
    return any(_old(q, quote) for q in mine)


_BACKGROUND = re.compile(
    r"\b(?:last|previous(?:ly)?|earlier|ago|since|record|until|before|when|then|once|at the time|in the past)\b", re.I
)


def background(said: Sequence[Quantity], quote: Evidence, shown: Sequence[Quantity]) -> bool:
    """Whether a value is one that a quote recalls from a year or more before its article."""
    text, published = quote.quote, day(quote.article.published)
    if published is None or not _BACKGROUND.search(text):
        return False
    for q in shown:
        if q.day is not None or not any((q.kind, q.value) == (value.kind, value.value) for value in said):
            continue
        start, end = clause_at(text, q.start)
        years = [
            d.day.year
            for d in shown
            if d.day
            and d.day.year
            and (start <= d.start < end or _near(text, d, q))
            and not re.search(r"\b(?:since|until|than in|from|before) (?:\w+ )?$", text[: d.start])
        ]
        if years and max(years) < published.year - 1:
            return True
    return False


def _near(text: str, a: Quantity, b: Quantity) -> bool:
    first, second = sorted((a, b), key=lambda q: q.start)
    return "." not in text[first.end : second.start] and second.start - first.end < 100
