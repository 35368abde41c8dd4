"""What a sentence says together with what it leaves to the lines above it: which ship 'the ship' is, what the columns
of a table's row are, what an interviewer had asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.text.entities import question_names
from rag.text.reading.class_nouns import MAX_CHARACTERS, Referent, of_class, others, referents
from rag.text.reading.tables import Row, row_at
from rag.text.sanitize import shown_quote
from rag.text.sentences import sentence_spans
from rag.text.tokens import content
from rag.types import Article, Evidence

MAX_REPLY_LENGTH = 240
"""Characters of an interview's answer that are quoted as one."""
MAX_ASKED_LENGTH = 300
"""Characters of an interviewer's question that are read."""
MAX_QUIZ_LENGTH = 600
"""Characters above a line in which the question that it may answer is looked for."""
PASSED_ON = 0.95
"""Share of the score of an interviewer's question that its answer has at least."""

_ASKS = re.compile(r"\?[”\"’')\]]*$")
_OF_KIND = re.compile(r"\b[Ww](?:hich|hat) (?:[a-z-]+ ){0,2}((?:[A-Z][\w’'&-]* )+)(?=[a-z])")
"""'Which Ivy League school': a name that tells the kind of what is asked for."""
_CHOICE = re.compile(r"[ \t]*\(?[A-Ha-h][.)][ \t]+\S")
_NEXT_CHOICE = re.compile(r"[^\n]*\n\s*\(?[B-Hb-h][.)][ \t]+\S")
_ASKED_FOR = re.compile(r"\b(?:ask(?:s|ed|ing)?|questions?|questioned|wonder(?:s|ed)?|inquir\w+)\b", re.I)


def row_of(item: Evidence) -> Row | None:
    """The row of a table that a sentence is."""
    return row_at(item.article.body, item.start, item.end)


def meant_nouns(article: Article, start: int, end: int) -> tuple[Referent, ...]:
    """What the class nouns of a sentence mean."""
    return referents(article.title, article.body, start, end)


def of_another_thing(question: str, item: Evidence) -> bool:
    """Whether a sentence says it of another thing of the same class: 'the freighter', asked about the trawler Magda."""
    article = item.article
    if len(article.body) > MAX_CHARACTERS:
        return False
    here = set(content(item.quote))
    kind = {t for found in _OF_KIND.finditer(question) for t in content(found[1])}
    asked = {t for name in question_names(question) for t in content(name)} - here - kind
    if not asked:
        return False
    if any(asked & set(content(name)) for name in others(article.title, article.body, item.start, item.end)):
        return True
    things = [set(content(name)) for name in of_class(question, article.title, article.body)]
    mine = [words for words in things if asked & words]
    return bool(mine) and any(words <= here and not any(words & own for own in mine) for words in things)


def question_before(article: Article, start: int) -> str:
    """The interviewer's question that the paragraph beginning at ``start`` answers; '' where there is none."""
    body = article.body
    before = body[:start]
    if before and not before.endswith("\n"):
        return ""
    above = before.rstrip()
    if not _ASKS.search(above[-6:]):
        return ""
    last = above[max(above.rfind("\n"), len(above) - MAX_ASKED_LENGTH) + 1 :]
    spans = sentence_spans(last, article.language)
    return last[spans[-1][0] : spans[-1][1]] if spans else ""


def left_out(article: Article, start: int, end: int) -> str:
    """The words that a sentence leaves to the lines above it."""
    names = [r.meant for r in meant_nouns(article, start, end)]
    row = row_at(article.body, start, end)
    return " ".join(filter(None, (*names, question_before(article, start), *(row.header if row else ()))))


def row_worded(item: Evidence) -> Evidence:
    """A table's row with its words for a quote; any other sentence as it is."""
    row = row_of(item)
    return replace(item, quote=row.in_words()) if row and row.header else item


def in_full(item: Evidence) -> str:
    """A sentence with what it leaves out, for the comparison of words; a table's row in words."""
    row = row_of(item)
    if row is not None:
        return row.in_words()
    more = left_out(item.article, item.start, item.end)
    return f"{item.quote} ({more})" if more else item.quote


def as_told(item: Evidence, asked_address: bool = False) -> str:
    """A sentence as it is shown in an answer: in quotation marks, or a table's row in words."""
    row = row_of(item)
    return row.in_words() if row and row.header else f"“{shown_quote(item.quote, asked_address)}”"


def answering(question: str, scored: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentences that can answer at all, best first: no question, no header of a table, and no choice of a quiz.

    What an interviewer's question scores goes to its answer, whose first sentences are quoted as one.
    """
    kept: dict[tuple[str, int], Evidence] = {}
    for e in scored:
        row = row_of(e)
        if (row is not None and row.names_columns) or is_quiz_choice(e.article.body, e.start):
            continue
        if _ASKS.search(e.quote) and not _ASKED_FOR.search(question):
            if answer := _answer_to(e):
                old = kept.get((e.article.id, answer.start))
                kept[(e.article.id, answer.start)] = max((answer, old or answer), key=lambda x: x.score)
            continue
        old = kept.get((e.article.id, e.start))
        if old is None:
            kept[(e.article.id, e.start)] = e
        elif e.score > old.score:
            kept[(e.article.id, e.start)] = replace(old, score=e.score)
    return tuple(sorted(kept.values(), key=lambda e: -e.score))


def is_quiz_choice(body: str, at: int) -> bool:
    """Whether the line that holds a place of a text is one of several under a question, to choose from: 'B. Indiana'
    after 'A. Arkansas'. One of them may be right, and the text does not say which."""
    start = body.rfind("\n", 0, at) + 1
    if not _CHOICE.match(body, start):
        return False
    above = [line for line in body[max(0, start - MAX_QUIZ_LENGTH) : start].split("\n") if line.strip()]
    lines = len(above)
    while above and _CHOICE.match(above[-1]):
        above.pop()
    several = len(above) < lines or bool(_NEXT_CHOICE.match(body, start))  # 'A. ...' alone is an interview's answer
    return several and bool(above) and bool(_ASKS.search(above[-1].rstrip()))


def _answer_to(question: Evidence) -> Evidence | None:
    """The first sentences of the paragraph after a question that ends one."""
    body, end = question.article.body, question.end
    gap = re.match(r"[ \t]*\n\s*", body[end:])
    if not gap:
        return None
    start = end + gap.end()
    if is_quiz_choice(body, start):
        return None
    stop = body.find("\n", start)
    paragraph = body[start : stop if stop >= 0 else len(body)]
    spans = sentence_spans(paragraph, question.article.language)
    fitting = [b for _, b in spans if b <= MAX_REPLY_LENGTH] or [b for _, b in spans[:1]]
    if not fitting or _ASKS.search(paragraph[: fitting[-1]]):
        return None
    last = start + fitting[min(1, len(fitting) - 1)]
    return Evidence(question.article, start, last, body[start:last], PASSED_ON * question.score)
