"""Which sentence of a new version of an article stands where a quoted one stood in the old version."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rag.text.sentences import sentence_spans
from rag.text.tokens import content, tokens

MIN_ALIKE_ELSEWHERE = 0.5
"""How alike a sentence must be to be the quoted one in other words, wherever in the article it stands."""
MIN_ALIKE_THERE = 0.2
"""The same where it stands between the sentences that stood around the quoted one."""
PLACE = 0.3
"""What standing there counts besides."""
MAX_COMPARED_SENTENCES = 60
"""New sentences that are compared with a quote; of longer articles those that share most words with it."""
_FOLDED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Counterpart:
    """``body[start:end]`` of the new version. ``verbatim``: in the same words; ``moved``: not at the same offsets."""

    start: int
    end: int
    verbatim: bool
    moved: bool


def folded(text: str) -> str:
    """A text with one form of white space, quotation marks and dashes."""
    return " ".join(text.translate(_FOLDED).split())


def counterpart(quote: str, start: int, old: str | None, new: str, language: str | None = None) -> Counterpart | None:
    """Where ``quote``, which stood at ``start`` of the body ``old``, stands in the body ``new``, in whatever words.

    None where it was taken out. ``old`` is None where the old body is not known.
    """
    if new.startswith(quote, start):
        return Counterpart(start, start + len(quote), True, False)
    if found := _verbatim(quote, start, new):
        return Counterpart(*found, True, True)
    spans = _spans(new, language)
    known = set(_folded_sentences(old, language)) if old else set()
    there = _there(quote, start, old, new, language)
    words = Counter(content(quote))
    best: tuple[float, int, int] | None = None
    for first, last in _windows(quote, spans, words, new, language):
        a, b = spans[first][0], spans[last][1]
        if all(folded(new[x:y]) in known for x, y in spans[first : last + 1]):
            continue  # what stood in the old version too, beside the quote
        placed = any(first <= i <= last for i in there)
        alike = likeness(quote, new[a:b])
        if alike < (MIN_ALIKE_THERE if placed else MIN_ALIKE_ELSEWHERE):
            continue
        score = alike + PLACE * placed
        if best is None or score > best[0] + 1e-9:
            best = score, a, b
    return Counterpart(best[1], best[2], False, best[1] != start) if best else None


def new_sentences(old: str | None, new: str, language: str | None = None) -> list[tuple[int, int]]:
    """The spans of the sentences of ``new`` that ``old`` did not have."""
    known = set(_folded_sentences(old, language)) if old else set()
    return [(a, b) for a, b in _spans(new, language) if folded(new[a:b]) not in known]


@lru_cache(maxsize=64)
def _spans(text: str, language: str | None) -> tuple[tuple[int, int], ...]:
    """The sentences of a text: many answers may stand on one article."""
    return tuple(sentence_spans(text, language))


@lru_cache(maxsize=64)
def _folded_sentences(text: str, language: str | None) -> tuple[str, ...]:
    return tuple(folded(text[a:b]) for a, b in _spans(text, language))


@lru_cache(maxsize=32)
def _steps(old: str, new: str, language: str | None) -> list[tuple[str, int, int, int, int]]:
    """What was done to the sentences of one version to make those of another."""
    before, after = _folded_sentences(old, language), _folded_sentences(new, language)
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(str(kind), i1, i2, j1, j2) for kind, i1, i2, j1, j2 in found]


def likeness(one: str, two: str) -> float:
    """How much two sentences have in common, 0..1: their words with a meaning, and the order of all."""
    a, b = Counter(content(one)), Counter(content(two))
    shared = 2 * (a & b).total() / max(1, a.total() + b.total())
    order = SequenceMatcher(None, tokens(one), tokens(two), autojunk=False).ratio()
    return 0.7 * shared + 0.3 * order


def _verbatim(quote: str, start: int, new: str) -> tuple[int, int] | None:
    """The same words elsewhere, whatever the white space and the marks; of several the nearest to where they stood."""
    words = [re.escape(word) for word in folded(quote).split()]
    if not words:
        return None
    marks = {"'": "['’‘]", '"': '["“”]', re.escape("-"): "[-–—]"}
    pattern = r"\s+".join(words)
    for mark, any_of in marks.items():
        pattern = pattern.replace(mark, any_of)
    found = [m.span() for m in re.finditer(pattern, new)]
    return min(found, key=lambda span: abs(span[0] - start), default=None)


def _there(quote: str, start: int, old: str | None, new: str, language: str | None) -> set[int]:
    """The sentences of the new version that stand in the place of those that were quoted."""
    if old is None or not old.startswith(quote, start):
        return set()
    were = _spans(old, language)
    quoted = {i for i, (a, b) in enumerate(were) if a < start + len(quote) and start < b}
    steps = _steps(old, new, language)
    return {
        j for kind, i1, i2, j1, j2 in steps if kind == "replace" and quoted & set(range(i1, i2)) for j in range(j1, j2)
    }


def _windows(
    quote: str, spans: Sequence[tuple[int, int]], words: Counter[str], new: str, language: str | None
) -> Iterator[tuple[int, int]]:
    """Runs of sentences that may say what a quote says: as many as it has, one fewer or one more."""
    shared = [(words & Counter(content(new[a:b]))).total() for a, b in spans]
    near = set(sorted(range(len(spans)), key=lambda i: -shared[i])[:MAX_COMPARED_SENTENCES])
    count = len(sentence_spans(quote, language)) or 1
    for size in range(max(1, count - 1), count + 2):
        for first in range(len(spans) - size + 1):
            if any(i in near for i in range(first, first + size)):
                yield first, first + size - 1
