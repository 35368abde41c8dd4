"""What two texts have in common: words, numbers and names, brought to one form before they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.text.lexicon import CJK_AND_HANGUL, NUMBER_WORDS, ORDINALS, STOPWORDS, US_STATES

_MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july",
    "aug": "august", "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip
# One form for names that the same article writes in two ways. Case tells "US" from "us".
_ALIASES = {
    "Unitedstates": r"U\.\s?S\.(?:\s?A\.)?(?!\w)|US\b|[Uu][Ss][Aa]\b|United States\b(?: of America)?|Americans?\b",
    "Unitedkingdom": r"U\.\s?K\.(?!\w)|UK\b|(?:Great )?Britain\b|United Kingdom\b|British\b",
    "Europeanunion": r"E\.\s?U\.(?!\w)|EU\b|European Union\b",
    "Unitednations": r"U\.\s?N\.(?!\w)|UN\b|United Nations\b",
    "percent": r"percent\b|per cent\b",
}
_ALIAS = re.compile(r"\b(?=[ABEGUpu])(?:" + "|".join(f"(?P<{form}>{p})" for form, p in _ALIASES.items()) + ")")
_STATES = {short: state for state, shorts in US_STATES.items() for short in shorts.split()}
# After the name of a town alone: 'EL PASO, TX -', 'in Waco, Tex., on', for 'ME' and 'Miss.' are words too.
_STATE = re.compile(
    r"(?P<town>\b(?!(?:Yes|No|Well|So|And|But|Oh)\b)[A-Z][\w’'.-]*, )(?:(?P<post>"
    + "|".join(s for s in _STATES if s.isupper() and s.isalpha())
    + r")(?![\w’'])(?! [A-Z]{2})|(?P<press>"
    + "|".join(re.escape(s) for s in _STATES if not (s.isupper() and s.isalpha()))
    + r")\.)"
)
# "AT&T" and "S&P" are one word each: their letters alone are too common to tell anything.
_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)*|[^\W\d_]{1,3}(?:&[^\W\d_]{1,3})+(?![^\W_])(?:['’]s)?|[^\W\d_]+(?:['’][^\W\d_]+)?|%|[$€£¥]"
)
CACHED = 20_000
"""Characters of a text, an article's at most, whose tokens are kept: the stages of one question ask for the same."""
_CJK = re.compile(rf"[{CJK_AND_HANGUL}]")


def unify(text: str) -> str:
    """The text with one spelling for what has several: 'U.S.', 'US' and 'United States' are 'Unitedstates', and a state
    after its town is written out."""
    text = _STATE.sub(lambda found: found["town"] + _STATES[found["post"] or found["press"]], text)
    return _ALIAS.sub(lambda found: "%" if found.lastgroup == "percent" else f" {found.lastgroup} ", text)


def tokens(text: str) -> list[str]:
    """Comparable forms of the words and numbers of ``text``, in order: no case, accents, possessives or plurals.

    '2,500' is '2500', 'nine' is '9', 'Sept.' is 'september'; Chinese and Japanese give one token a character.
    """
    return list(_tokens(text) if len(text) <= CACHED else _tokens.__wrapped__(text))


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    found = _TOKEN.findall(unify(text))
    if not _CJK.search(text):
        return tuple(map(_form, found))
    return tuple(form for token in found for form in (token if _CJK.search(token) else (_form(token),)))


def unaccented(text: str) -> str:
    """A text in small letters, none of them with an accent."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


@lru_cache(maxsize=200_000)
def _form(token: str) -> str:
    if token[0].isdigit():
        return token.replace(",", "").rstrip(".:")
    plain = re.sub(r"['’]s?$", "", unaccented(token)).replace("'", "").replace("’", "")
    if (value := NUMBER_WORDS.get(plain, ORDINALS.get(plain))) is not None:
        return str(value)
    stem: str = _stemmer()(_MONTHS.get(plain, plain))
    return stem


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]  # the package has no types
    import Stemmer

    return Stemmer.Stemmer("english").stemWord


@lru_cache(maxsize=1)
def _stems_of_stopwords() -> frozenset[str]:
    return frozenset(_form(word) for word in STOPWORDS)


def content(text: str) -> list[str]:
    """The tokens that carry meaning: no stopwords."""
    stop = _stems_of_stopwords()
    return [t for t in tokens(text) if t not in stop]


_DEMONYM = frozenset("i n an ian ean ish ese es er s".split())  # "es": what stemming leaves of "ese"


def related(a: str, b: str) -> bool:
    """Whether two tokens are forms of one name: 'iraq' and 'iraqi', 'syria' and 'syrian', 'itali' and 'italian'."""
    if a == b:
        return True
    if a[:3] != b[:3]:
        return False
    short, long_ = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) < 4:
        return False
    bases = (short, short[:-1]) if short[-1] in "aeiouy" else (short,)
    return len(long_) > len(short) and any(long_.startswith(b) and long_[len(b) :] in _DEMONYM for b in bases)


def among(term: str, terms: Iterable[str]) -> bool:
    """Whether a token stands among others, in any form of its name."""
    return any(related(term, other) for other in terms)


_PLACED = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|%|[$€£¥]")


def placed(text: str) -> list[tuple[str, int, int]]:
    """(form, start, end) of each word and number of ``text``; forms as :func:`tokens`, but 'U.S.' is not unified."""
    return [(_form(m.group()), m.start(), m.end()) for m in _PLACED.finditer(text)]


SHINGLE = 3  # words
_WORD = re.compile(rf"[{CJK_AND_HANGUL}]|[^\W{CJK_AND_HANGUL}]+")


def word_forms(text: str) -> list[str]:
    """The words of a text, without their case; a Chinese, Japanese or Korean character is one."""
    return _WORD.findall(text.lower())


def shingles(found: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of ``SHINGLE`` words."""
    return {tuple(found[i : i + SHINGLE]) for i in range(len(found) - SHINGLE + 1)}
