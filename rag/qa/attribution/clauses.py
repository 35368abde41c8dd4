"""Which clause of a sentence holds a value, and whether that clause is about what was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.text.lexicon import STOPWORDS
from rag.text.quantities import Quantity, agree, comparable, quantities
from rag.text.tokens import among, placed

_SPLIT = re.compile(
    r"[;:—–]|,(?!\d{3})|\s-\s|\b(?:and|but|while|whereas|although|though|compared (?:with|to)|against|versus|"
    r"after|before)\b",
    re.I,
)

NAME_RUN = r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*"
"""Words with a capital, where what stands before them tells that they name something."""
PLACED = re.compile(rf"\b([Ii]n|[Aa]t|[Nn]ear|[Ff]rom) (?:the )?(?:[a-z]+(?:ing|ern) |nearby |central )?({NAME_RUN})")
"""'in Northern Iraq': the preposition, and the name after it."""


def clauses(sentence: str) -> list[tuple[int, int]]:
    """(start, end) of the pieces between commas, 'and', 'while' and the like; together they cover the sentence."""
    cuts = [0, *(m.start() for m in _SPLIT.finditer(sentence)), len(sentence)]
    return [(a, b) for a, b in pairwise(cuts) if b > a]


def clause_at(sentence: str, at: int) -> tuple[int, int]:
    """(start, end) of that piece of :func:`clauses` which holds the character at ``at``."""
    return next(span for span in clauses(sentence) if span[0] <= at < span[1])


def places(text: str) -> list[str]:
    """The names after 'in', 'near' and the like, but no times."""
    return [m[2] for m in PLACED.finditer(text) if not quantities(m[2])]


def without(found: Sequence[Quantity], text: str) -> str:
    """``text`` with blanks in the place of some of its quantities."""
    for q in found:
        text = f"{text[: q.start]}{' ' * (q.end - q.start)}{text[q.end :]}"
    return text


def of_another(about: set[str], said: Quantity, sentence: str, shown: Sequence[Quantity]) -> bool:
    """Whether ``sentence`` gives the value ``said`` of something else than ``about`` (forms of question and claim).

    True only where another clause of the same build is the one about it: it gives another value of the same kind and
    holds all words of ``about`` that the clause with ``said`` holds, and one more that names (a name, or the subject of
    the same verb), while the clause with ``said`` has a subject of its own.
    """
    if re.search(r"\brespectively\b", sentence, re.I):
        return False
    pieces = [_Piece(sentence, span, shown, about) for span in clauses(sentence)]
    holding = [p for p in pieces if any(agree(q, said) for q in p.values)]

    def is_told(own: _Piece, rival: _Piece) -> bool:
        """Whether the clause ``rival`` is the one about it, and ``own`` is not."""
        if not own.about < rival.about or not any(comparable(q, said) and not agree(q, said) for q in rival.values):
            return False
        named = own.strangers and (rival.about - own.about) & rival.names
        return bool(
            named or (own.first and own.first not in about and rival.first in about and own.words & rival.words)
        )

    return bool(holding) and all(any(is_told(own, rival) for rival in pieces) for own in holding)


class _Piece:
    """A clause: its values, its words, those of them that are asked about, its names, and the names not asked about."""

    def __init__(self, sentence: str, span: tuple[int, int], shown: Sequence[Quantity], about: set[str]):
        start, end = span
        self.values = [q for q in shown if start <= q.start < end]
        left = without(self.values, sentence)[start:end]
        words = [
            (form, left[a:b])
            for form, a, b in placed(left)
            if left[a:b].lower() not in STOPWORDS and not _CONNECTIVE.fullmatch(left[a:b])
        ]
        self.words = {form for form, _ in words}
        self.names = {form for form, word in words if word[0].isupper()}
        self.about = {form for form in self.words if among(form, about)}
        self.strangers = self.names - self.about
        self.first = words[0][0] if words else ""


_CONNECTIVE = re.compile(r"and|but|while|whereas|although|though|after|before|compared|against|versus", re.I)
