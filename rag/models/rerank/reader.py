"""Question + passages -> how well each sentence answers it, and the words of it that do: one small trained model.

A BERT reads the question beside a passage under its headline and day, so that it knows who 'he' is from the sentences
around. It gives four numbers for every token; what they mean is set by ``evals/train/reader.py``, which made it:

- of the first token, how likely the passage is to hold the answer;
- of the tokens of a sentence, on their average, how likely that sentence is to hold it;
- of each token, how likely the answer begins there, or ends there.

All are logits: differences between sentences mean something, also between passages of one question.
"""

from __future__ import annotations

import hashlib
import json
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelError
from rag.models.opening import error_line
from rag.models.threads import Crew, open_session
from rag.protocols import Reading, Sentence
from rag.text.sentences import sentence_spans
from rag.types import Chunk

FOLDER = Path(__file__).with_name("reader_model")
"""The model that comes with the program: ``model.onnx``, ``tokenizer.json`` and ``about.json``."""

MAX_PAIR_TOKENS = 300  # tokens of question and passage together
QUESTION = 100  # of them, of the question; the rest of a longer one is not read
MAX_ANSWER_TOKENS = 10  # tokens of an answer
TOKEN_WIDTH = 20  # characters of a token, about the most

PASSAGE, START, END, SENTENCE = range(4)  # columns of what the graph gives for each token


def pair(question: str, chunk: Chunk, tokenizer: Any) -> tuple[Any, list[tuple[int, int, int, int]]]:
    """The encoding of question and passage, and its sentences: (first token, last + 1, start, end in the chunk).

    Sentences that were cut off at the end are left out.
    """
    asked = tokenizer.encode(question[: QUESTION * TOKEN_WIDTH], add_special_tokens=False)
    if len(asked.ids) > QUESTION:
        question = question[: asked.offsets[QUESTION - 1][1]]
    encoding = tokenizer.encode(question, chunk.embedded_text)
    before = len(chunk.embedded_text) - len(chunk.text)
    places = [
        (i, a - before, b - before)
        for i, (part, (a, b)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
        if part == 1 and a >= before and b > a
    ]
    read = len(chunk.text)  # how far; what is cut off begins with the next token of the passage
    for rest in encoding.overflowing[:1]:
        starts = [a for part, (a, b) in zip(rest.sequence_ids, rest.offsets, strict=True) if part == 1 and b > a]
        read = min(starts, default=before + read) - before
    found: list[tuple[int, int, int, int]] = []
    for start, end in sentence_spans(chunk.text):
        if end > read:
            break
        first = bisect_left(places, start, key=itemgetter(1))
        last = bisect_right(places, end, key=itemgetter(2))
        if last > first:
            found.append((places[first][0], places[last - 1][0] + 1, start, end))
    return encoding, found


def open_tokenizer(folder: Path) -> Any:
    """The tokenizer of a reader: of a pair that is too long the passage is cut: it is the longer one."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PAIR_TOKENS, strategy="longest_first")
    return tokenizer


class Reader:
    """The model in ``folder``. Safe to share between threads; loaded with the first question.

    Passages go through one by one, on as many threads as there are cores, so the scores of one do not depend on
    what else is read. Raises ``ModelError`` where the files are missing or damaged.
    """

    def __init__(self, folder: Path = FOLDER, threads: int | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._crew = Crew("read", threads)
        self.name = "embedded"

    def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
        """What the model makes of each passage, in their order."""
        session, tokenizer = self._open()
        pairs = [pair(question, chunk, tokenizer) for chunk in chunks]

        def work(i: int) -> Reading:
            encoding, sentences = pairs[i]
            ids, types = (np.array([row], dtype=np.int64) for row in (encoding.ids, encoding.type_ids))
            [logits] = session.run(None, {"input_ids": ids, "token_type_ids": types})
            return _reading(chunks[i], encoding, sentences, logits[0])

        try:
            return self._crew.each([len(encoding) for encoding, _ in pairs], work)
        except Exception as error:  # onnxruntime's errors share no base
            raise ModelError(f"the reader failed ({error_line(error)})") from error

    def _open(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                try:
                    model = (self._folder / "model.onnx").read_bytes()
                    if hashlib.sha256(model).hexdigest() != about(self._folder)["model"]:
                        raise ValueError("model.onnx is not the file that about.json names")
                    self._loaded = open_session(model, as_written=True), open_tokenizer(self._folder)
                except Exception as error:  # onnxruntime's and tokenizers' errors share no base
                    raise ModelError(
                        f"the reader in {self._folder} cannot be loaded ({error_line(error)}): reinstall rag-news"
                    ) from error
            return self._loaded


def _reading(chunk: Chunk, encoding: Any, sentences: Sequence[tuple[int, int, int, int]], logits: Any) -> Reading:
    before = len(chunk.embedded_text) - len(chunk.text) - chunk.start  # from the text that was read to the body
    found = []
    for first, last, start, end in sentences:
        part = logits[first:last]
        both = part[:, START][:, None] + part[:, END][None, :]
        both = np.where(np.triu(np.tri(last - first, k=MAX_ANSWER_TOKENS - 1)) > 0, both, -np.inf)
        begin, stop = np.unravel_index(int(both.argmax()), both.shape)
        found.append(
            Sentence(
                chunk.start + start,
                chunk.start + end,
                float(part[:, SENTENCE].mean()),
                (encoding.offsets[first + begin][0] - before, encoding.offsets[first + stop][1] - before),
                float(both[begin, stop]),
            )
        )
    return Reading(float(logits[0, PASSAGE]), tuple(found))


def about(folder: Path = FOLDER) -> dict[str, Any]:
    """What is written beside the model: what it was made from, with which figures."""
    return dict(json.loads((folder / "about.json").read_text("utf-8")))
