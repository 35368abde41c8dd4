"""Whether two texts are about the same things, by the words they share. No model, no statistics of a collection."""

from __future__ import annotations

import re
from functools import lru_cache

_STOP = frozenset(
    """the and for was are but not you all any can had her has him his how its may new now old one our out see
    two way who did get let say she too use off yet nor per via der die das und den dem des ein mit von
    auf ist als les une est que qui sur par los las del con por una about after again against also among
    another been before being between both could does doing down during each every from have having here
    into just like made make many more most much must need only other over said same says should since
    some such than that their them then there these they this those through time under until upon very
    want well were what when where which while will with within without would year years your people
    according week month monday tuesday wednesday thursday friday saturday sunday first last three still
    eine einen einer eines nicht auch sich wird werden wurde haben sind oder aber nach noch mehr über
    unter durch dans pour avec sont plus cette elle leur mais para como pero sobre entre""".split()
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


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


def cohesion(before: str, after: str) -> float:
    """The part of the later text's content words that the earlier text has, 0..1."""
    return overlap(after, before)
