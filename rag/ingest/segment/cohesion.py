"""Whether two texts are about the same things, by the words they share. No model, no statistics of a collection."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.lexicon import CJK, STOPWORDS

_STOP = STOPWORDS | frozenset(
    """may one see two way get let use yet per via der die das und den dem des ein mit von auf ist als les une
    est que qui sur par los las del con por una among another every like made make must need since time upon
    want well within without year years people week month monday tuesday wednesday thursday friday saturday
    sunday first last three still eine einen einer eines nicht auch sich wird werden wurde haben sind oder
    aber nach noch mehr über unter durch dans pour avec sont plus cette elle leur mais para como pero sobre
    entre""".split()
)
_CJK = re.compile(rf"[{CJK}]+")


@lru_cache(maxsize=256)
def content_words(text: str) -> frozenset[str]:
    """Words that carry meaning, cut to six letters so that 'minister' meets 'ministers'; of Chinese, pairs of signs."""
    words = {w[:6] for w in re.findall(r"[^\W_]{3,}", text.casefold()) if w not in _STOP and not _CJK.search(w)}
    words |= {w.casefold() for w in re.findall(r"\b[A-Z]{2,3}\b|\b\d{2,}\b", text)}
    for run in _CJK.findall(text):
        words |= {run[i : i + 2] for i in range(len(run) - 1)}
    return frozenset(words)


def overlap(headline: str, text: str) -> float:
    """The part of the headline's content words that the text has, 0..1."""
    wanted = content_words(headline)
    return len(wanted & content_words(text)) / len(wanted) if wanted else 0.0
