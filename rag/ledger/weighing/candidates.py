"""The values that a sentence may give a question: what the reader marks, and all that is of the kind asked for."""

from __future__ import annotations

from dataclasses import dataclass

from rag.ledger.following_values import ANY_DAY, best_words, fits_kind, states_asked, states_told
from rag.qa.retrieval.reranking import ReadSentence
from rag.text.answer_type import answer_type
from rag.text.entities import NAME_PATTERN
from rag.text.quantities import quantities
from rag.text.timex.expressions import printed_dates, timexes
from rag.text.tokens import content, tokens
from rag.types import Evidence

ValueSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value, ``quote[at[0]:at[1]]`` of a sentence; ``marked`` by the reader, ``alone`` as the only one of its kind
    there."""

    read: ReadSentence
    value: str
    at: ValueSpan
    marked: bool
    alone: bool

    @property
    def item(self) -> Evidence:
        return self.read.item


def value_candidates(question: str, read: ReadSentence) -> list[Candidate]:
    """What a sentence may say, the reader's word first."""
    quote = read.item.quote
    typed = spans_of_kind(question, quote)
    found: list[tuple[ValueSpan, bool]] = []
    if value := None if states_asked(question) else best_words(question, read.item):
        start = quote.find(value)
        found.append(((start, start + len(value)), True))
    found += [((a, b), False) for a, b in typed if not any(a < end and start < b for (start, end), _ in found)]
    return [Candidate(read, quote[a:b], (a, b), marked, len(typed) == 1) for (a, b), marked in found if a >= 0]


def spans_of_kind(question: str, quote: str) -> list[ValueSpan]:
    """All of a sentence that is of the kind asked for: its quantities, dates, names, or states ('open or closed')."""
    if states_asked(question):
        return states_told(question, quote)
    kind = answer_type(question)
    if kind == "amount":
        plain = (q for q in quantities(quote) if q.kind not in ("date", "ordinal", "clock"))
        return [(q.start, q.end) for q in plain if fits_kind(question, q)]
    if kind == "date":
        dates = [(t.start, t.end) for t in printed_dates(quote)]
        others = [(t.start, t.end) for t in timexes(quote, ANY_DAY)]
        return dates + [(a, b) for a, b in others if not any(x < b and a < y for x, y in dates)]
    if kind in ("person", "name", "place"):
        asked = set(tokens(question))
        named = [(m.span(), set(content(m[0]))) for m in NAME_PATTERN.finditer(quote) if not printed_dates(m[0])]
        return [at for at, own in named if own and not own <= asked]
    return []
