"""The graph at work: texts that were read stay as keys and values, and the next text goes on from what they share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.llm.embedded import CONTEXT
from rag.models.threads import adds_in_16_bits, open_session

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

TILE = 128
"""Tokens of a prompt read between two chances to stop: .6 s on two cores. 64 reads a tenth slower, 256 no faster."""

SLOTS = 3  # texts kept, each 57 KB a token with the default model
SHARED = 16  # tokens at the beginning that make it worth going on from a text, and losing its rest

LONGEST = 3  # tokens whose last occurrence says what may come next
FIRST_GUESS, MOST_GUESSED = 4, 12  # tokens guessed at once


@dataclass(eq=False)
class Slot:
    """A text that was read: its tokens, and the room for its keys and values, bound to the graph."""

    binding: Any
    tokens: list[int] = field(default_factory=list)
    written: int = 0  # tokens of the last reply that were read in turn
    inner: Floats | None = None  # the sum of their inner states, shape (hidden,)


class Decoder:
    """One model in ``folder``, as ``convert.py`` writes it. Not for several threads at once."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.about: dict[str, Any] = json.loads((folder / "about.json").read_text("utf-8"))
        graph = "narrow.onnx" if adds_in_16_bits() else "wide.onnx"
        self._session = open_session(str(folder / graph), unoptimized=True, threads=threads)
        self._table = np.load(folder / "embeddings.npy", mmap_mode="r")
        self.hidden: int = self._table.shape[1]
        self._scales = np.load(folder / "scales.npy")
        self._slots: list[Slot] = []  # the one that was used last comes last
        self.room = CONTEXT

    def slot(self, tokens: Sequence[int], *, reuse: bool) -> Slot:
        """The room to read ``tokens`` into, with as many of them as can be kept from before in it; never all."""
        shared = {id(slot): _shared(slot.tokens, tokens) for slot in self._slots}
        best = max(self._slots, key=lambda slot: shared[id(slot)], default=None)
        if best is None or shared[id(best)] < SHARED or not reuse:
            best = self._slots[0] if len(self._slots) == SLOTS else self._new()
        else:
            del best.tokens[shared[id(best)] :]
        if not reuse or shared.get(id(best), 0) < SHARED:
            best.tokens.clear()
        if best in self._slots:
            self._slots.remove(best)
        self._slots.append(best)
        return best

    def _new(self) -> Slot:
        import onnxruntime

        binding = self._session.io_binding()
        for name in ("logits", "inner"):
            binding.bind_output(name, "cpu")
        shape = [1, self.about["kv_heads"], CONTEXT, self.about["head"]]
        for i in range(self.about["layers"]):
            for part in "kv":  # pages that nothing was written to take no memory
                value = onnxruntime.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, "cpu")
                binding.bind_ortvalue_input(f"past_{part}{i}", value)
                binding.bind_ortvalue_output(f"present_{part}{i}", value)
        return Slot(binding)

    def read(self, slot: Slot, tokens: Sequence[int], rows: Sequence[int]) -> Floats:
        """Put ``tokens`` behind those of ``slot``; the logits after those of them that ``rows`` names."""
        return self._run(slot, tokens, rows)[0]

    def _run(self, slot: Slot, tokens: Sequence[int], rows: Sequence[int]) -> tuple[Floats, Floats]:
        """The logits, and the inner state of each of ``tokens``."""
        place, total = len(slot.tokens), len(slot.tokens) + len(tokens)
        picked = np.asarray(tokens)
        embeddings = self._table[picked] * self._scales[picked]
        inputs = {
            "embeddings": embeddings.astype(np.float32, copy=False),
            "rows": np.asarray(rows, np.int64),
            "last": np.array([total - 1], np.int32),
            "total": np.array(total, np.int32),
        }
        for name, value in inputs.items():
            slot.binding.bind_cpu_input(name, value)
        for name in ("logits", "inner"):
            slot.binding.bind_output(name, "cpu")  # once more: their number differs from run to run
        self._session.run_with_iobinding(slot.binding)
        slot.tokens[place:] = tokens
        logits, inner = (value.numpy() for value in slot.binding.get_outputs()[:2])
        return logits, inner

    def prompt(self, slot: Slot, tokens: Sequence[int], stopped: Callable[[int], bool]) -> Floats | None:
        """Read what ``slot`` does not have of ``tokens``; the logits of what comes next, shape (vocabulary,).

        ``stopped`` is called with the number of tokens read after every :data:`TILE`; None as soon as it says True.
        """
        logits: Floats | None = None
        while (done := len(slot.tokens)) < len(tokens):
            part = tokens[done : done + TILE]
            last = done + len(part) == len(tokens)
            logits = self.read(slot, part, [len(part) - 1] if last else [])
            if stopped(len(slot.tokens)):
                return None
        assert logits is not None
        row: Floats = logits[0]
        return row

    def greedy(self, slot: Slot, logits: Floats, *, guess: bool) -> Iterator[int]:
        """The likeliest token after those of ``slot``, and so on, without an end or until the room is full.

        An answer copies its quotes, so what came after the last tokens where they stood before is read together with
        them: some tokens more in one run cost little. What the model would not have written itself is thrown away
        (prompt lookup decoding), so guessing changes the time and not the words.
        """
        size = FIRST_GUESS
        chosen = int(logits.argmax())
        slot.written, slot.inner = 0, np.zeros(self.hidden, np.float32)
        while len(slot.tokens) < self.room:
            yield chosen
            guessed = guesses([*slot.tokens, chosen], size)[: self.room - len(slot.tokens) - 1] if guess else []
            before = len(slot.tokens)
            scores, inner = self._run(slot, [chosen, *guessed], range(len(guessed) + 1))
            after = scores.argmax(axis=1)
            slot.inner, slot.written = slot.inner + inner[0], slot.written + 1
            right = 0
            while right < len(guessed) and guessed[right] == after[right]:
                right += 1
                yield guessed[right - 1]
                slot.inner, slot.written = slot.inner + inner[right], slot.written + 1  # not of the end, if it was that
            del slot.tokens[before + 1 + right :]
            chosen = int(after[right])
            if guessed:
                size = min(2 * size, MOST_GUESSED) if right == len(guessed) else FIRST_GUESS


def guesses(tokens: Sequence[int], most: int) -> list[int]:
    """What followed the last :data:`LONGEST` tokens, or fewer, where they stood before; empty if they are new."""
    text = np.asarray(tokens)
    for length in range(min(LONGEST, len(text) - 1), 0, -1):
        windows = np.lib.stride_tricks.sliding_window_view(text[:-1], length)
        places = np.flatnonzero((windows == text[-length:]).all(axis=1))
        if places.size:
            start = int(places[-1]) + length
            return [int(token) for token in text[start : start + most]]
    return []


def _shared(kept: Sequence[int], tokens: Sequence[int]) -> int:
    """How many tokens both begin with; of all of ``tokens`` one fewer, for the last one's logits are not kept."""
    most = min(len(kept), len(tokens) - 1)
    return next((i for i in range(most) if kept[i] != tokens[i]), most)
