"""Whether a claim names a country where it is asked which country, and no country where it is asked which state.

A draft fills the question's place with whatever name the quote has: 'Paris', asked which country, or 'the UK', asked in
which state a pumpkin grew.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.qa.attribution.subjects import held
from rag.text.entities import names
from rag.text.lexicon import US_STATES
from rag.text.reading.countries import countries
from rag.text.tokens import content, tokens

_COUNTRY_ASKED = re.compile(
    r"\b(?:which|what) (?:(?!of\b|group\b)\w+ ){0,2}(?:country|countries|nations?)\b"
    r"(?! (?:music|club|singer|star|house|code)\b)",
    re.I,
)
_STATE_ASKED = re.compile(r"\b(?:which|what) (?:(?:other|\w+ern|US|U\.S\.|American) )?states?(?=[ ?,’'])", re.I)
_NO_STATE = re.compile(r"\bwhat state (?:of|is|was|are|were)\b", re.I)


def _has(text: str, listed: tuple[tuple[str, ...], ...], asked: set[str]) -> bool:
    """Whether a text names one of those ``listed`` that was not ``asked`` about; a people stands for its country."""
    there = set(tokens(text))
    return any(all(held(t, there) for t in words) and not all(held(t, asked) for t in words) for words in listed)


@lru_cache(maxsize=1)
def _states() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tokens(state)) for state in US_STATES)


def not_such_a_place(question: str, claim: str) -> bool:
    """Whether it is asked which country, and ``claim`` brings names but none of a country; or which state, and it
    brings a country and no state."""
    asked = set(tokens(question))
    if _COUNTRY_ASKED.search(question):
        brings = any(not all(held(t, asked) for t in content(name)) for name in names(claim) if content(name))
        return brings and not _has(claim, countries(), asked)
    if _STATE_ASKED.search(question) and not _NO_STATE.search(question):
        no_state = tuple(words for words in countries() if words not in _states())
        return _has(claim, no_state, asked) and not _has(claim, _states(), asked)
    return False
