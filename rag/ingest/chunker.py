"""Article -> chunks on sentence borders, with character offsets into the body."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from rag.text.sentences import sentence_spans
from rag.types import Article, Chunk, day

CHUNKING_VERSION = 1
"""Changes whenever the same article would be cut differently; part of the index's manifest."""

MAX_TOKEN_WIDTH = 16  # characters that a word piece has at most, on the average of a text
MAX_PREFIX = 48  # word pieces: a headline longer than this would crowd out the text after it


def chunk_prefix(article: Article, title: str | None = None) -> str:
    """What precedes a chunk's text for the embedder: headline and day, so that vectors know both."""
    published = day(article.published)
    dated = f"{published.day} {published:%B %Y}. " if published else ""
    title = article.title if title is None else title
    return f"{title if title.endswith(('.', '?', '!')) else f'{title}.'} {dated}"


def chunks(article: Article, count: Callable[[Sequence[str]], list[int]], max_tokens: int) -> list[Chunk]:
    """Cuts an article into runs of whole sentences, each with its prefix at most ``max_tokens`` word pieces.

    ``count`` gives the word pieces of texts. A sentence that is too long by itself is cut at a space.
    Chunks do not overlap: the sentence is the unit of evidence, and each is scored on its own later.
    """
    body = article.body
    before, title = chunk_prefix(article), article.title
    [length] = count([before])
    longest = min(MAX_PREFIX, max_tokens // 4)
    while length > longest and title:
        title = title[: max(len(title) * longest // length - 1, 0)].rsplit(" ", 1)[0]
        before = chunk_prefix(article, title)
        [length] = count([before])
    if length > max_tokens // 2:
        before, length = "", 0
    room = max_tokens - length

    spans = sentence_spans(body, article.language)
    sizes = count([body[start:end] for start, end in spans]) if spans else []
    # Everything that a vector carries: an article that changes in any of it gets new vectors, never altered ones.
    shaping = f"{before}\x1f{body}\x1f{article.source}\x1f{article.published}"
    version = hashlib.sha256(shaping.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    while True:
        pieces: list[tuple[int, int, int]] = []
        for (start, end), size in zip(spans, sizes, strict=True):
            pieces += [(start, end, size)] if size <= room else _cut(body, start, end, count, room)
        runs: list[list[int]] = []  # [start, end, word pieces]
        for start, end, size in pieces:
            if runs and runs[-1][2] + size <= room:
                runs[-1][1], runs[-1][2] = end, runs[-1][2] + size
            else:
                runs.append([start, end, size])
        found = [
            Chunk(f"{article.id}:{version}:{n}", article.id, start, end, body[start:end], before + body[start:end])
            for n, (start, end, _) in enumerate(runs)
        ]
        # Word pieces of a whole are not always the sum of its parts' (sentencepiece models): look, then tighten.
        excess = max(count([c.embedded_text for c in found]), default=0) - max_tokens
        if excess <= 0 or room == 1:
            return found
        room = max(room - excess, 1)


def _cut(
    body: str, start: int, end: int, count: Callable[[Sequence[str]], list[int]], room: int
) -> list[tuple[int, int, int]]:
    """Cuts one over-long sentence into pieces that fit, at spaces where there are any."""
    pieces: list[tuple[int, int, int]] = []
    while start < end:
        stop = min(end, start + room * MAX_TOKEN_WIDTH)  # never counts all that is left for each piece cut from it
        if stop < end:
            stop = _space(body, start, stop)
        [size] = count([body[start:stop]])
        while size > room and stop - start > 1:
            stop = _space(body, start, start + max(1, min((stop - start) * room // size, stop - start - 1)))
            [size] = count([body[start:stop]])
        pieces.append((start, stop, size))
        start = stop
        while start < end and body[start].isspace():
            start += 1
    return pieces


def _space(body: str, start: int, stop: int) -> int:
    """The last space in ``body[start:stop]`` that leaves something before it, else ``stop``."""
    found = max(body.rfind(" ", start + 1, stop + 1), body.rfind("\n", start + 1, stop + 1))
    return found if found > start else stop
