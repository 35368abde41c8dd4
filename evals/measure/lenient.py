"""A measure that forgives spelling: beside the strict one, never in its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += "seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBERS = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_POSSESSIVE = re.compile(r"(?<=\w)'s\b|(?<=s)'(?=\s|$)")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}(?!\w)")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}\b)")
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_PARTS = re.compile(r"\s*(?:[,;&]|\band\b|\bor\b)\s*", re.IGNORECASE)
_FILLERS = frozenset(("a", "an", "the"))


def lenient_words(text: str) -> list[str]:
    """The words of a text as the lenient measure compares them.

    Unicode's compatibility form (NFKC) in lower case, accents kept; quotes and apostrophes of any shape are one,
    possessive 's is dropped; 'U.S.' is 'us'; a hyphen parts words; number words up to ninety-nine are digits, '1,200'
    is '1200'; other punctuation and 'a', 'an', 'the' are dropped.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub("[’‘ʼ`´]", "'", text)
    text = _POSSESSIVE.sub("", text)
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    words = [word for word in _WORD.findall(_GROUPED.sub("", text)) if word not in _FILLERS]
    out: list[str] = []
    for word in words:
        value = _NUMBERS.get(word)
        if value is not None and 0 < value < 10 and out and out[-1] in _tens():
            out[-1] = str(int(out[-1]) + value)
        else:
            out.append(word if value is None else str(value))
    return out


def _tens() -> frozenset[str]:
    return frozenset(str(10 * n) for n in range(2, 10))


def holds_lenient(answers: Iterable[str], text: str) -> bool:
    """Whether ``text`` holds the words of any of ``answers`` in a row, in the form of :func:`lenient_words`; of an
    answer that is a list ('Norway, Sweden and Denmark') each of its parts, in any order."""
    said = f" {' '.join(lenient_words(text))} "

    def held(answer: str) -> bool:
        words = " ".join(lenient_words(answer))
        return bool(words) and f" {words} " in said

    def held_in_parts(answer: str) -> bool:
        parts = [part for part in _PARTS.split(_GROUPED.sub("", answer)) if lenient_words(part)]
        return len(parts) > 1 and all(map(held, parts))

    return any(held(answer) or held_in_parts(answer) for answer in answers)
