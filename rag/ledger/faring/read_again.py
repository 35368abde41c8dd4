"""What the reranker finds in another article as the answer to a kept question: the same value, or another of its kind.

It marks the words that answer. Where it is as sure of a sentence as of few, and the sentence with what stands before it
names all that is asked about, the value that it marks is held against the one that was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.protocols import Reranker, Sentence
from rag.qa.attribution.dates import quote_days
from rag.qa.attribution.factuality import unsure
from rag.qa.attribution.objections.former_values import background, replaced
from rag.qa.attribution.subjects import asked_names
from rag.qa.conflicts.facets import same_day
from rag.text.entities import names, without_title
from rag.text.quantities import Quantity, agree, comparable, in_base_units, quantities
from rag.text.sentences import passage, sentence_spans
from rag.text.tokens import among, content, tokens
from rag.types import Chunk, Evidence, day

MIN_PASSAGE = 3.3
"""A logit of the embedded reranker: of 57 questions over days of news, what sentences on another matter stay below."""
MIN_MARKED = 9.0
"""The same for the words that it marks (two logits, added)."""
MIN_NEAR = 3.0
"""What a sentence that gives another value in nearly the same words must reach."""
MAX_RATIO_MARKED = 20.0
"""Times that one of two values of one thing may be the other."""
MAX_READ_SENTENCES = 6
"""Sentences of an article that are read for one question."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The value that a sentence gives as the answer; ``same`` as the one that was answered or another."""

    evidence: Evidence
    value: str
    same: bool


def marked(
    question: str, value: str, cited: Evidence, sentences: Sequence[Evidence], reader: Reranker
) -> Marked | None:
    """The value that the surest of some sentences gives of what is asked, if one is sure enough."""
    wanted = _kinds(value, cited)
    near = [e for e in sentences if names_asked(question, e) and (not wanted or _of_kinds(e, wanted))]
    asked = set(content(question))
    near = sorted(near, key=lambda e: -len(asked & set(content(passage(e)))))[:MAX_READ_SENTENCES]
    if not near:
        return None
    read = reader.read(question, [passage_chunk(e) for e in near])
    found = [
        (r.passage, told)
        for e, r in zip(near, read, strict=True)
        if r.passage >= MIN_PASSAGE and (told := _marked_in(e, r.sentences, value, cited))
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def bears_enough(question: str, item: Evidence, reader: Reranker, least: float) -> bool:
    """Whether the reranker finds that a sentence bears on a question."""
    [found] = reader.read(question, [passage_chunk(item)])
    return found.passage >= least


def names_asked(question: str, e: Evidence) -> bool:
    """Whether a sentence, with its headline and the sentence before, has of each name asked about a word."""
    there = set(tokens(passage(e)))
    return all(any(among(t, there) for t in run) for run in asked_names(question))


def passage_chunk(e: Evidence) -> Chunk:
    """A sentence and the one before it, under their headline."""
    body = e.article.body
    before = sentence_spans(body[: e.start], e.article.language)
    start = before[-1][0] if before else e.start
    text = body[start : e.end]
    return Chunk("", e.article.id, start, e.end, text, f"{e.article.title} ({day(e.article.published)})\n{text}")


def _kinds(value: str, cited: Evidence) -> list[Quantity]:
    """The quantities of a value, as the quote prints them: '2,300' is '2,300 acres' there."""
    bare = [q for q in quantities(value) if q.kind != "ordinal"]
    shown = quantities(cited.quote)
    return [next((s for s in shown if s.text.startswith(q.text) and agree(s, q)), q) for q in bare]


def _of_kinds(e: Evidence, wanted: Sequence[Quantity]) -> bool:
    return any(_of_kind(q, w) for q in quantities(e.quote) for w in wanted)


def _of_kind(q: Quantity, w: Quantity) -> bool:
    counts = {"number", "count"}
    smaller, larger = sorted((abs(in_base_units(q)), abs(in_base_units(w))))
    if q.day is None and smaller > 0 and larger > MAX_RATIO_MARKED * smaller:
        return False
    if {q.kind, w.kind} <= counts:
        is_year = q.kind == "number" and 1900 < q.value < 2100 and len(q.text) == 4
        return not is_year
    return q.kind == w.kind and comparable(q, w)


def _marked_in(e: Evidence, read: Sequence[Sentence], value: str, cited: Evidence) -> Marked | None:
    own = next((s for s in read if s.start == e.start and s.span and s.span_score >= MIN_MARKED), None)
    if own is None or own.span is None:
        return None
    start, end = own.span[0] - e.start, own.span[1] - e.start
    wanted, shown = _kinds(value, cited), quantities(e.quote)
    if wanted:
        fitting = [q for q in shown if _of_kind(q, wanted[0])]
        inside = [q for q in fitting if q.start < end and start < q.end] or (fitting if len(fitting) == 1 else [])
        if not inside:
            return None
        q = inside[0]
        doubted = unsure(e.quote, (q.start, q.end)) in ("not", "denied", "false")
        if doubted or replaced(q, e.quote, shown) or background([q], e, shown):
            return None
        return Marked(e, q.text, _agrees(q, wanted[0], e, cited))
    words = e.quote[start:end].strip(' ,.;:“”"')
    mine, theirs = _name_tokens(value), _name_tokens(words)
    if not mine or not theirs or unsure(e.quote, (start, end)) in ("not", "denied", "false"):
        return None
    return Marked(e, words, bool(mine & theirs))


def _agrees(q: Quantity, w: Quantity, e: Evidence, cited: Evidence) -> bool:
    if q.day is None or w.day is None:
        return agree(q, w) or (q.value == w.value and q.kind != w.kind)
    theirs = quote_days(q.text, [q], day(e.article.published)) or [q.day]
    ours = quote_days(w.text, [w], day(cited.article.published)) or [w.day]
    return any(same_day(a, b) is not False for a in ours for b in theirs)


def _name_tokens(text: str) -> set[str]:
    return {t for name in names(f"x {text}") if not quantities(name) for t in content(without_title(name))}
