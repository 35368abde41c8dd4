"""Where the sentences of a text are: the one thing that chunks, evidence and verification share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.types import Evidence

_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_LONE = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|[A-Z]{2,4}\b|\(")

_BLOCK = re.compile(r"(?:[^\n]|\n(?![^\S\n]*\n))+")
MAX_BLOCK_LENGTH = 20_000
"""Characters of a block: sentencex takes time that grows with the square of the quotation marks in one."""


def sentence_spans(text: str, language: str | None = None) -> list[tuple[int, int]]:
    """The (start, end) of each sentence of ``text``, in order, without white space at either end.

    Spans never overlap, never cross a blank line, and together hold every character that is not white space.
    """
    import sentencex  # a compiled extension; only what reads articles pays for it

    code = language.lower()[:2] if language and language[:2].isascii() and language[:2].isalpha() else "en"
    seen = _LONE.sub("\ufffd", text)  # what no encoding can hold, sentencex refuses
    spans: list[tuple[int, int]] = []
    for base, stop in _blocks(seen):
        for found in sentencex.get_sentence_boundaries(code, seen[base:stop]):
            shown = text[base + found["start_index"] : base + found["end_index"]].rstrip()
            end = base + found["start_index"] + len(shown)
            start = end - len(shown.lstrip())
            if start == end:
                continue
            # sentencex ends a sentence within "Iraq-U.S." and after "3 p.m." where the day or the zone follows
            if (
                spans
                and spans[-1][0] >= base
                and (
                    (spans[-1][1] == start and text[start - 1] == ".")
                    or (_CLOCK.search(text[max(0, start - 7) : spans[-1][1]]) and _DAY.match(text, start))
                )
            ):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return spans


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """What stands between blank lines; a block that is too long is cut at a space."""
    for block in _BLOCK.finditer(text):
        start, end = block.span()
        while end - start > MAX_BLOCK_LENGTH:
            stop = start + MAX_BLOCK_LENGTH
            cut = text.rfind(". ", start, stop) + 1 or text.rfind(" ", start + 1, stop)
            stop = cut if cut > start else stop
            yield start, stop
            start = stop
        yield start, end


def passage(item: Evidence) -> str:
    """A quote under its headline and after the sentence before it, which often says who 'he' is."""
    body = item.article.body
    before = sentence_spans(body[: item.start], item.article.language)
    start = before[-1][0] if before else item.start
    return f"({item.article.title}) {body[start : item.end]}"
