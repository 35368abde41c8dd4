"""A model in 8 bits behind the interface of the embedded engine: messages in, chunks out, by callback."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.llm.embedded import OnChunk
from rag.models.llm.int8.decoder import Decoder, Slot
from rag.models.llm.int8.rotation import Rotation
from rag.models.threads import trim_memory
from rag.types import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Int8Server:
    """The :class:`rag.models.llm.embedded.Server` of a folder that ``convert.py`` wrote."""

    def __init__(self, folder: Path, threads: int) -> None:
        from jinja2.sandbox import ImmutableSandboxedEnvironment
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        trim_memory()  # 40 MB of the file's text, 100 MB of the weights before they were put in order
        self._decoder = Decoder(folder, threads)
        trim_memory()
        self._rotation = Rotation(self._decoder.hidden)
        about = self._decoder.about
        self._ends = frozenset(about["ends"])
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        self._template = environment.from_string(about["template"])

    def reply(self, messages: Sequence[Message], max_tokens: int, reuse: bool, on_chunk: OnChunk) -> None:
        """Write the likeliest reply, piece by piece; ``on_chunk`` stops it by returning True."""
        tokens = self._tokens(messages)
        opened = self._read(tokens, reuse, on_chunk)
        if opened is None:
            return
        slot, cached, logits = opened
        from tokenizers.decoders import DecodeStream

        pieces, written, finish = DecodeStream(skip_special_tokens=False), 0, "length"
        for token in itertools.islice(self._decoder.greedy(slot, logits, guess=True), max_tokens):
            if token in self._ends:
                finish = "stop"
                break
            written += 1
            if on_chunk(_chunk(pieces.step(self._tokenizer, token))):
                return
        on_chunk(_chunk(None, finish))
        usage = {"prompt_tokens": len(tokens), "completion_tokens": written, "total_tokens": len(tokens) + written}
        told = {"usage": {**usage, "prompt_tokens_details": {"cached_tokens": cached}}, "inner": self._inner(slot)}
        on_chunk({"choices": [], **told})

    def score(self, messages: Sequence[Message], options: Sequence[str], reuse: bool, on_chunk: OnChunk) -> None:
        """For each option the log-probability that it is the whole reply, in a chunk ``{"scores": [...]}``."""
        tokens = self._tokens(messages)
        replies = [self._tokenizer.encode(option, add_special_tokens=False).ids for option in options]
        opened = self._read(tokens, reuse, on_chunk, max(map(len, replies), default=0))
        if opened is None:
            return
        slot, _, logits = opened
        scores = []
        for words in replies:
            after = logits[None]
            if words:
                after = np.vstack([after, self._decoder.read(slot, words, range(len(words)))])
            del slot.tokens[len(tokens) :]
            chances = after - _log_sum(after)
            each = [float(chances[i, word]) for i, word in enumerate(words)]
            scores.append(sum(each) + float(_log_sum(chances[-1:, sorted(self._ends)])[0, 0]))
            if on_chunk(_chunk(None)):
                return
        on_chunk({"scores": scores})

    def close(self) -> None:
        """Nothing runs beyond a call."""

    def _inner(self, slot: Slot) -> tuple[float, ...] | None:
        """The mean of the model's inner state over the last reply, in its own channels."""
        if slot.inner is None or not slot.written:
            return None
        mean = slot.inner[None] / np.float32(slot.written)
        return tuple(map(float, self._rotation.back(mean)[0]))

    def _tokens(self, messages: Sequence[Message]) -> list[int]:
        text = self._template.render(messages=[dict(message) for message in messages], add_generation_prompt=True)
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _read(
        self, tokens: Sequence[int], reuse: bool, on_chunk: OnChunk, reply: int = 1
    ) -> tuple[Slot, int, Floats] | None:
        """The text with the prompt in it, how much of it was there before, and what comes next; None if stopped, or
        if no ``reply`` of so many tokens has room behind it."""
        if len(tokens) + reply > self._decoder.room:
            sizes = {"n_prompt_tokens": len(tokens) + reply, "n_ctx": self._decoder.room}
            on_chunk({"error": {"type": "exceed_context_size_error", **sizes}})
            return None
        slot = self._decoder.slot(tokens, reuse=reuse)
        cached = len(slot.tokens)
        logits = self._decoder.prompt(slot, tokens, lambda _: on_chunk(_chunk(None)))
        return None if logits is None else (slot, cached, logits)


def _chunk(text: str | None, finish: str | None = None) -> dict[str, Any]:
    """In the protocol of OpenAI; without a text it is only a chance to stop."""
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


def _log_sum(logits: Floats) -> Floats:
    """log(sum(exp)) of each row, shape (rows, 1)."""
    top = logits.max(axis=1, keepdims=True)
    total: Floats = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    return total
