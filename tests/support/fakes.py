"""Fakes at the two boundaries of the system: the embedder and the language model. Deterministic, and fast."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from rag import News
from rag.index.base import RowsAndVectors
from rag.protocols import Usage, Vectors
from rag.types import Article, Chunk, Message

_PIECE = re.compile(r"\w{1,6}|[^\w\s]")  # a long word is several pieces, as it is to a real tokenizer
_WORD = re.compile(r"\w+")


class FakeEmbedder:
    """Hashed bags of words: texts that share words are near. ``embedded`` remembers every text it was given."""

    def __init__(self, name: str = "fake", *, dimension: int = 64, max_tokens: int = 60) -> None:
        self.name = name
        self.digest = f"{zlib.crc32(name.encode()):08x}" * 8
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.embedded: list[str] = []

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(_PIECE.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        out[:, 0] = 0.1  # so that a text without a word has a direction too
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                out[row, 1 + zlib.crc32(word.encode()) % (self.dimension - 1)] += 1
        out /= np.linalg.norm(out, axis=1, keepdims=True)
        return out


class FakeReply(Iterator[str]):
    """One reply of :class:`FakeLlm`: a list of pieces, the last of which may be an exception to raise."""

    def __init__(self, pieces: Sequence[str | Exception], ahead: Sequence[int]) -> None:
        self._pieces = iter(pieces)
        self._ahead = ahead
        self.usage: Usage | None = None
        self.closed = False

    def turns(self) -> Iterator[int]:
        yield from self._ahead

    def __next__(self) -> str:
        try:
            piece = next(self._pieces)
        except StopIteration:
            self.usage = Usage("stop", 100, 10)
            raise
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeLlm:
    """Answers from a queue of scripts (the last one for ever) and remembers what it was asked."""

    scripts: list[Sequence[str | Exception]]
    name: str = "scripted"
    ahead: Sequence[int] = ()
    asked: list[list[Message]] = field(default_factory=list)
    replies: list[FakeReply] = field(default_factory=list)
    warmed: int = 0
    closed: bool = False
    can_score: bool = False
    support: float = 5.0  # how much likelier 'yes' than 'no' it finds every check

    def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]:
        assert deadline > 0
        self.asked.append(list(messages))
        assert list(options) == ["yes", "no"]
        return [0.0, -self.support]

    def stream(self, messages: Sequence[Message], *, max_tokens: int, deadline: float) -> FakeReply:
        self.asked.append(list(messages))
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        self.replies.append(FakeReply(script, self.ahead))
        return self.replies[-1]

    def warm(self, prefix: Sequence[Message]) -> Future[None]:
        self.warmed += 1
        loaded: Future[None] = Future()
        loaded.set_result(None)
        return loaded

    def close(self) -> None:
        self.closed = True


def chunk_of(article: Article, start: int, end: int, n: int = 0) -> Chunk:
    text = article.body[start:end]
    return Chunk(f"{article.id}:0:{n}", article.id, start, end, text, f"{article.title}. {text}")


def on_disk(news: News) -> RowsAndVectors:
    """The store of an index, for tests that look inside."""
    assert isinstance(news.store, RowsAndVectors)
    return news.store
