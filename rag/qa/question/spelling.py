"""A name of a question that no article has, and the name of the articles that is nearly spelled like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

from rag.text.tokens import tokens

CLOSE = 0.8
"""Similarity of two names (``difflib.SequenceMatcher.ratio``) from which on one may be a slip for the other."""

_CAPITALISED = re.compile(r"\b[A-Z][^\W\d_]{3,}\b")  # a shorter name has too many neighbours


def better_spelling(question: str, texts: Iterable[str]) -> tuple[str, str] | None:
    """(The names of ``question`` that no text has, the question with names that the texts have for them).

    None where every name stands somewhere, or one has no near neighbour.
    """
    known: Counter[str] = Counter()
    forms: set[str] = set()
    for text in texts:
        known.update(_CAPITALISED.findall(text))
        forms.update(tokens(text))
    strange = [
        word for word in _CAPITALISED.findall(question[:1].lower() + question[1:]) if not set(tokens(word)) <= forms
    ]
    if not strange:
        return None
    mended = question
    for word in strange:
        near = [n for n in get_close_matches(word, known, n=3, cutoff=CLOSE) if n[0] == word[0] or n[1:2] == word[1:2]]
        if not near:
            return None
        best = max(near, key=lambda n: known[n]) if len(near) > 1 and known[near[0]] == 1 else near[0]
        mended = re.sub(rf"\b{re.escape(word)}\b", best, mended)
    return ", ".join(strange), mended
