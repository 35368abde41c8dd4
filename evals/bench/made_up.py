"""News of any size that nobody wrote: articles as long as real ones, of words as common as real ones, and vectors of a
seeded generator.

Lengths and word frequencies are those of the 5,386 articles (8.6 million words) of RealTimeQA 2025. The vectors are
random directions: no two are near, as real ones are, which is the hardest case for a graph of neighbours. Nothing here
says how well a search finds, only how fast.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from rag.types import Article, Chunk

if TYPE_CHECKING:
    from rag.protocols import Filing, Vectors

DIMENSION = 384
WORDS_MU, WORDS_SIGMA = 6.87, 0.97  # of the logarithm of an article's words
SHORTEST, LONGEST = 60, 8_000  # words of an article
PASSAGE = 167  # words, the mean of 51,325 real passages
HEADLINE = 10  # words, the mean
SENTENCE = 20  # words
SUBJECT, REPEATED = 25, 0.12  # words that an article comes back to, and their share in it
BANDS = 127  # keys that near copies are found by
OUTLETS, DAYS = 40, 900
ASKED = 8  # words of a question

_RANKS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
_SHARES = (5.6e-2, 2.4e-2, 8.4e-3, 3.1e-3, 9.0e-4, 3.7e-4, 1.3e-4, 3.9e-5, 6.8e-6, 9.3e-7, 1.2e-7, 1.5e-8)
"""How large a share of all words the word of each rank is; between them straight lines in logarithms."""
_SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnpqrstvwxz" for vowel in "aeiou"]


class SeededEmbedder:
    """The same vector of unit length for the same text, whatever it says."""

    name = "seeded"
    digest = "0" * 64
    dimension = DIMENSION
    max_tokens = 254

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) * 4 // 3 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        out = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            out[row] = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION)
        out /= np.linalg.norm(out, axis=1, keepdims=True)
        return out


def made_up_article(number: int) -> tuple[Article, list[Chunk]]:
    """The article of a number, always the same one, and its chunks."""
    import numpy as np

    rng = np.random.default_rng(number)
    length = int(np.clip(rng.lognormal(WORDS_MU, WORDS_SIGMA), SHORTEST, LONGEST))
    words = _drawn(rng, HEADLINE + length)
    subject = np.concatenate([[w for w in _drawn(rng, 8 * SUBJECT) if w >= len(_SYLLABLES)][:SUBJECT], [1_000]])
    again = rng.random(len(words)) < REPEATED
    words[again] = rng.choice(subject, int(again.sum()))
    said = [_word(int(word)) for word in words]
    title = " ".join(said[:HEADLINE]).capitalize()
    name = f"m{number}"
    body, spans = "", []
    for part in np.array_split(np.arange(HEADLINE, len(said)), max(1, round(length / PASSAGE))):
        start = len(body) + (2 if body else 0)
        body += ("\n\n" if body else "") + _sentences([said[i] for i in part])
        spans.append((start, len(body)))
    article = Article(
        name, title, body, source=f"Outlet {number % OUTLETS}", url=f"https://made-up.example/{number}",
        published=date(2024, 1, 1) + timedelta(days=number % DAYS), language="en",
    )  # fmt: skip
    chunks = [
        Chunk(f"{name}:00000000:{n}", name, start, end, body[start:end], f"{title}. {body[start:end]}")
        for n, (start, end) in enumerate(spans)
    ]
    return article, chunks


def filing_of(article: Article, chunks: Sequence[Chunk]) -> Filing:
    """What the store takes. No article is like another one, so the keys of near copies are drawn."""
    from rag.ingest.identity import body_digest, digest
    from rag.protocols import Filing

    rng = random.Random(article.id)
    bands = [rng.getrandbits(64) - (1 << 63) for _ in range(BANDS)]
    return Filing(article, chunks, digest(article), body_digest(article), bands)


def made_up_questions(articles: int, count: int) -> Iterator[str]:
    """``count`` questions, each of ``ASKED`` words of one passage of the first ``articles``, without the 100 commonest
    words, as a search leaves those out of a real question."""
    rng = random.Random(articles)
    for _ in range(count):
        chunks = made_up_article(rng.randrange(articles))[1]
        words = rng.choice(chunks).text.lower().replace(".", "").split()
        rare = [word for word in dict.fromkeys(words) if len(word) > 2]
        yield " ".join(rng.sample(rare, min(ASKED, len(rare))))


def _sentences(words: Sequence[str]) -> str:
    parts = [words[i : i + SENTENCE] for i in range(0, len(words), SENTENCE)]
    return " ".join(f"{' '.join(part).capitalize()}." for part in parts)


def _drawn(rng: Any, count: int) -> Any:
    """Ranks of words from 0 on, drawn by their shares."""
    return _cumulated().searchsorted(rng.random(count))


@cache
def _cumulated() -> Any:
    import numpy as np

    ranks = np.arange(1, _RANKS[-1] + 1)
    shares = np.exp(np.interp(np.log(ranks), np.log(_RANKS), np.log(_SHARES)))
    found = np.cumsum(shares)
    return found / found[-1]


@cache
def _word(rank: int) -> str:
    """A word of one syllable for the 100 commonest, of two for the next 10,000, of three for the others."""
    base = len(_SYLLABLES)
    if rank < base:
        return _SYLLABLES[rank]
    rank -= base
    first = _SYLLABLES[rank % base] + _SYLLABLES[rank // base % base]
    return first if rank < base * base else first + _SYLLABLES[rank // base**2 % base]
