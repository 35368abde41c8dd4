"""What is measured of citations: does a quote carry what it is cited for, and is every sentence cited?"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from ..records import holds
from .lines import MARK, Line, Score, groups, removed

SUPPORTED = 0.5
"""Share of a sentence's words that a quote must hold to support it, besides all its numbers and names."""

_NUMBER = re.compile(  # 'one' is more often a pronoun
    r"\d+(?:[.,]\d+)*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)"
    r"teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion)\b",
    re.I,
)
_CAPITAL = re.compile(r"(?<=[\s(“\"'‘])[A-Z][\w’'-]+")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")


def sentences(answer: str) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences of an answer, each without its marks and with the numbers that it cites.

    Found by sentencex on the text without marks, so that '... in 2026 [1].' is one sentence.
    """
    text, marks = "", []
    end = 0
    for match in MARK.finditer(answer):
        text += answer[end : match.start()]
        marks.append((len(text), int(match.group(1))))
        end = match.end()
    text += answer[end:]
    found = []
    spans = _spans(text)
    for i, (start, stop) in enumerate(spans):
        after = spans[i + 1][0] if i + 1 < len(spans) else len(text) + 1
        cited = tuple(n for at, n in marks if start < at < after)
        found.append((text[start:stop], cited))
    return found


@lru_cache(maxsize=4096)
def _spans(text: str) -> list[tuple[int, int]]:
    import sentencex

    spans = []
    for found in sentencex.get_sentence_boundaries("en", text):
        piece = text[found["start_index"] : found["end_index"]]
        start = found["start_index"] + len(piece) - len(piece.lstrip())
        stop = start + len(piece.strip())
        if _WORD.search(piece):
            spans.append((start, stop))
    return spans


def citation_good(line: Line, citation: Mapping[str, Any]) -> bool:
    """Whether a quote carries what it is cited for: it holds an accepted answer, or supports a sentence that cites it.

    It supports a sentence when it, with what a reader sees beside it (the headline, the outlet, the day of the
    article), holds all numbers and all names of it that the question did not bring, and half of its words
    (``SUPPORTED``). A measure of words, made here, and independent of the check that the product itself makes.
    """
    quote = citation["quote"]
    if not removed(line) and any(holds(group, quote) for group in groups(line)):
        return True
    citing = [text for text, cited in sentences(line["answer"]) if citation["n"] in cited]
    shown = " ".join((citation["title"], citation.get("source") or "", _day(citation.get("published")), quote))
    return any(supports(shown, text, line["question"]) for text in citing)


def _day(published: str | None) -> str:
    """The day of an ISO stamp as answers write it: '28 August 2024'; nothing where there is none."""
    if not published or len(published) < len("2024-08-28"):
        return ""
    on = date.fromisoformat(published[:10])
    return f"{on.day} {month_name[on.month]} {on.year}"


def supports(quote: str, sentence: str, question: str) -> bool:
    """See :func:`citation_good`."""
    held, asked = set(_words(quote)), set(_words(question))
    # The first word is capitalised anyway, so it says nothing.
    hard = [*_NUMBER.findall(sentence), *_CAPITAL.findall(sentence)]
    if any(not set(_words(term)) <= held | asked for term in hard):
        return False
    words = _words(sentence)
    return sum(word in held for word in words) >= SUPPORTED * len(words)


def _words(text: str) -> list[str]:
    """Words and numbers in lower case, without 's: SQuAD's normal form makes one word of '25-hour' and 'Toronto's'."""
    return _TOKEN.findall(_POSSESSIVE.sub("", text.lower()))


def citation_precision(line: Line) -> Score:
    """Citations that carry what they are cited for (:func:`citation_good`), of all citations.

    After Gao et al., "Enabling Large Language Models to Generate Text with Citations", EMNLP 2023, with words in
    place of an entailment model.
    """
    if not line["citations"]:
        return None
    return (float(sum(citation_good(line, c) for c in line["citations"])), float(len(line["citations"])))


def citation_recall(line: Line) -> Score:
    """Sentences that carry a citation, of all sentences of answers that are no refusals."""
    if line["refused"] or not line["answer"]:
        return None
    known = {c["n"] for c in line["citations"]}
    found = sentences(line["answer"])
    return (float(sum(bool(known & set(cited)) for _, cited in found)), float(len(found))) if found else None


def offsets_exact(line: Line) -> Score:
    """Citations whose quote is, character for character, ``body[start:end]`` of the article they name."""
    if not line["citations"]:
        return None
    return (float(sum(line["offsets_exact"])), float(len(line["citations"])))
