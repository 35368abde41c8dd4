"""Where the sentences of a text are: the one thing that chunks, evidence and verification share."""

from __future__ import annotations

import re

_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_DAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|[A-Z]{2,4}\b|\(")


def sentence_spans(text: str, language: str | None = None) -> list[tuple[int, int]]:
    """The (start, end) of each sentence of ``text``, in order, without white space at either end.

    Spans never overlap, never cross a blank line, and together hold every character that is not white space.
    """
    import sentencex  # a compiled extension; only what reads articles pays for it

    spans: list[tuple[int, int]] = []
    for block in re.finditer(r"(?:[^\n]|\n(?!\s*\n))+", text):
        base = block.start()
        for found in sentencex.get_sentence_boundaries((language or "en")[:2], block.group()):
            start, end = base + found["start_index"], base + found["end_index"]
            while start < end and text[start].isspace():
                start += 1
            while end > start and text[end - 1].isspace():
                end -= 1
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
