"""The reader of passages: true offsets whatever the text is, and the same reading in any company."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.ingest.chunker import chunks
from rag.models.embedding.int8 import token_graph
from rag.models.rerank.reader import (
    END,
    FOLDER,
    MAX_ANSWER_TOKENS,
    MAX_PAIR_TOKENS,
    PASSAGE,
    SENTENCE,
    START,
    Reader,
    open_tokenizer,
    pair,
)
from rag.models.threads import open_session
from rag.protocols import Reranker
from rag.text.sentences import sentence_spans
from rag.types import Article, Chunk
from tests.support.fakes import FakeEmbedder
from tests.support.small_models import TEXTS, make_bert

QUESTIONS = ["Which tram stops there?", "", "Wo ist die Straße?"]
STOPS = " ".join(f"Stop number {n} opened in {1900 + n}." for n in range(40))


def chunk_in(text: str, before: str = "", start: int = 0) -> Chunk:
    """A chunk with ``before`` as its headline, ``start`` characters into its article."""
    return Chunk("a:0:0", "a", start, start + len(text), text, before + text)


def tram_chunks() -> list[Chunk]:
    """Chunks of several sentences each, under headline and day; all but the first begin inside the body."""
    body = "\n\n".join(
        [STOPS, "Naïve Straße — „Café“, 東京, 🚋. 漢字。한국 tram!", "The mayor came. She left at 3 p.m."]
    )
    article = Article("a", "The tram is back in 漢字", body, published=date(2024, 9, 28))
    found = chunks(article, FakeEmbedder().count, 60)
    assert len(found) > 4
    return found


# --- the graph --------------------------------------------------------------------------------------------------------


class Original:
    """A tiny BERT in torch with a random layer on top; called, it gives the logits of an encoding."""

    def __init__(self, folder: Path) -> None:
        from transformers import BertModel

        loaded: Any = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self.bert = loaded.eval()
        draw = np.random.default_rng(7)
        self.weight = draw.normal(size=(32, 4)).astype(np.float32)
        self.bias = draw.normal(size=4).astype(np.float32)

    def __call__(self, encoding: Any) -> Any:
        import torch

        with torch.no_grad():
            found = self.bert(input_ids=torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids]))
        return found.last_hidden_state[0].numpy() @ self.weight + self.bias


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the BERT, its tokenizer, and the 8-bit graph of :class:`Original`."""
    pytest.importorskip("torch")
    from onnx import save

    folder = make_bert(tmp_path_factory.mktemp("reader"))
    original, tokenizer = Original(folder), open_tokenizer(folder)

    def read() -> None:
        for chunk in tram_chunks():
            original(pair(QUESTIONS[0], chunk, tokenizer)[0])

    save(token_graph(original.bert, original.weight, original.bias, read), str(folder / "model.onnx"))
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    (folder / "about.json").write_text(json.dumps({"model": digest}))
    return folder


@pytest.fixture(scope="module")
def original(folder: Path) -> Original:
    return Original(folder)


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Any:
    return open_tokenizer(folder)


@pytest.fixture(scope="module")
def uncut(folder: Path) -> Any:
    """The same tokenizer, which here cuts nothing."""
    whole = open_tokenizer(folder)
    whole.no_truncation()
    return whole


@pytest.fixture
def reader(folder: Path) -> Reader:
    return Reader(folder, threads=3)


def run(model: bytes, encoding: Any) -> Any:
    inputs = {"input_ids": [encoding.ids], "token_type_ids": [encoding.type_ids]}
    [[logits]] = open_session(model, as_written=True).run(
        None, {name: np.array(value, dtype=np.int64) for name, value in inputs.items()}
    )
    return logits


def apart(ours: Any, theirs: Any) -> float:
    """How far the logits of the same tokens are from each other, in units of how much the tokens differ.

    Of the four columns the worst: one that is nearly the same for all tokens hides nothing in the rest.
    """
    return float((((ours - theirs) ** 2).mean(axis=0) ** 0.5 / theirs.std(axis=0)).max())


NEAR = 0.15
"""8 bits cost up to 0.1 here, the mildest of the wrong weights below 0.26, logits of something else about 1.4."""


def test_its_graph_agrees_with_torch(original: Original, folder: Path, tokenizer: Any) -> None:
    model = (folder / "model.onnx").read_bytes()
    asked = [(question, chunk_in(text, "Tram. ")) for question in QUESTIONS for text in TEXTS]
    encodings = [pair(question, chunk, tokenizer)[0] for question, chunk in asked]
    assert max(len(e.ids) for e in encodings) == MAX_PAIR_TOKENS, "the last place has a vector as well"
    ours = np.concatenate([run(model, e) for e in encodings])
    theirs = np.concatenate([original(e) for e in encodings])
    assert apart(ours, theirs) < NEAR
    assert apart(ours[::-1], theirs) > 1, "something else is far away"


def test_a_wrong_weight_anywhere_in_its_graph_would_be_noticed(
    original: Original, folder: Path, tokenizer: Any
) -> None:
    import onnx
    from onnx import numpy_helper

    encoding, _ = pair(QUESTIONS[0], tram_chunks()[1], tokenizer)
    expected = original(encoding)
    model = onnx.load(str(folder / "model.onnx"))
    distances = []
    for weight in model.graph.initializer:
        value = numpy_helper.to_array(weight)
        if value.size == 1 or value.dtype == np.int64:
            continue  # a number of the graph's own
        kept = weight.SerializeToString()
        turned = np.roll(value, 1, axis=0 if value.shape[-1] == 1 else -1)  # each channel or word has another's
        weight.CopyFrom(numpy_helper.from_array(turned, weight.name))
        distances.append(apart(run(model.SerializeToString(), encoding), expected))
        weight.ParseFromString(kept)
    assert apart(run(model.SerializeToString(), encoding), expected) < NEAR, "all are as they were"
    assert len(distances) == 56
    # What the bias of the keys adds to attention is the same for every key, and softmax takes it out again.
    assert sum(distance < NEAR for distance in distances) == 2, "one in each layer"


# --- pairs ------------------------------------------------------------------------------------------------------------

texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("ab .!?\n\u2028\"'漢字한א👩‍👧é\u0301"),
    max_size=400,
) | st.lists(
    st.sampled_from(["tram", "x" * 120, "The tram is late. ", "\n\n", "漢字한" * 20, "... ", "U.S. ", "3 p.m. Friday"]),
    max_size=30,
).map(" ".join)


def tokens_in(encoding: Any, start: int, end: int) -> list[int]:
    """The tokens of the passage that have a character and lie inside ``start`` to ``end``."""
    return [
        i
        for i, (part, (a, b)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
        if part == 1 and start <= a < b <= end
    ]


@given(question=texts, text=texts, before=st.sampled_from(["", "Tram. ", "漢字 한: „é“? 28 September 2024. "]))
def test_a_pair_has_the_sentences_of_its_passage_that_were_read_to_their_end(
    question: str, text: str, before: str, tokenizer: Any, uncut: Any
) -> None:
    chunk = chunk_in(text, before)
    encoding, found = pair(question, chunk, tokenizer)
    assert len(encoding.ids) <= MAX_PAIR_TOKENS
    whole = uncut.encode("", chunk.embedded_text)
    had = {(start, end): (first, last) for first, last, start, end in found}
    assert len(had) == len(found)
    assert list(had) == sorted(had)
    after = 0
    for start, end in sentence_spans(text):
        here = tokens_in(encoding, len(before) + start, len(before) + end)
        wanted = tokens_in(whole, len(before) + start, len(before) + end)
        span = had.pop((start, end), None)
        if span is None:
            # Where the last token is followed by what is none, it cannot be told whether more was cut off.
            rest = text[encoding.offsets[here[-1]][1] - len(before) : end].strip() if here else ""
            cut = len(here) < len(wanted) or (rest and encoding.overflowing)
            assert cut or not wanted, "left out though all of it was read"
        else:
            # By characters: of a syllable that falls apart into tokens the last of them may be missing.
            assert {encoding.offsets[i] for i in here} == {whole.offsets[i] for i in wanted}, "cut off"
            assert span == (here[0], here[-1] + 1)
            assert after <= span[0] < span[1] <= len(encoding.ids)
            after = span[1]
    assert not had, "what is no sentence"


def test_a_sentence_that_was_cut_is_left_out_and_those_before_it_stay(tokenizer: Any) -> None:
    encoding, found = pair("Which?", chunk_in(STOPS, "Tram. "), tokenizer)
    assert len(encoding.ids) == MAX_PAIR_TOKENS
    spans = sentence_spans(STOPS)
    assert 5 < len(found) < len(spans)
    assert [span[2:] for span in found] == spans[: len(found)]
    assert encoding.offsets[found[-1][1] - 1][1] - len("Tram. ") == found[-1][3], "read up to its full stop"
    begun = encoding.offsets[len(encoding.ids) - 2][0] - len("Tram. ")
    assert spans[len(found)][0] <= begun < spans[len(found)][1], "the next was begun"


@pytest.mark.parametrize("question", ["?!" * 1000, "漢" * 400, "x" * 5000, "tram " * 500])
def test_a_question_of_any_length_leaves_room_for_the_passage(question: str, tokenizer: Any) -> None:
    encoding, found = pair(question, chunk_in("The tram is late. It rains."), tokenizer)
    assert [span[2:] for span in found] == [(0, 17), (18, 27)]
    assert len(encoding.ids) <= MAX_PAIR_TOKENS


@pytest.mark.parametrize("question", ["", "  ", "Which tram?"])
@pytest.mark.parametrize("text", ["", " \n\n ", "\u200b"])
def test_a_passage_without_a_word_has_no_sentence(question: str, text: str, tokenizer: Any) -> None:
    assert pair(question, chunk_in(text, "Tram. "), tokenizer)[1] == []


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_passage_reads_the_same_in_any_company(reader: Reader, folder: Path) -> None:
    shared: Reranker = reader
    given_chunks = tram_chunks()
    together = shared.read(QUESTIONS[0], given_chunks)
    assert [shared.read(QUESTIONS[0], [chunk]) for chunk in given_chunks] == [[reading] for reading in together]
    assert shared.read(QUESTIONS[0], given_chunks[::-1]) == together[::-1]
    assert Reader(folder, threads=1).read(QUESTIONS[0], given_chunks) == together
    assert shared.read(QUESTIONS[2], given_chunks) != together, "it does look at the question"


def test_threads_share_it(folder: Path, reader: Reader) -> None:
    given_chunks = tram_chunks()
    fresh = Reader(folder, threads=2)  # so that they race for loading it
    out: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda i=i: out.update({i: fresh.read(QUESTIONS[i % 3], given_chunks)}))
        for i in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = [reader.read(question, given_chunks) for question in QUESTIONS]
    assert all(out[i] == expected[i % 3] for i in range(6))


def test_offsets_are_those_of_the_article(reader: Reader) -> None:
    before = "The mayor spoke in 漢字 on Monday — „Straße“, 🚋. "
    body = f"{before}The tram is late. 漢字 é is here! It rains.\n\nNobody came."
    text = body[len(before) : body.index("\n\n")]
    sentences = ["The tram is late.", "漢字 é is here!", "It rains."]
    for headline in ("", "漢字 🚋: A tram. 28 September 2024. ", "The tram is late. "):
        [reading] = reader.read(QUESTIONS[0], [chunk_in(text, headline, len(before))])
        assert [body[s.start : s.end] for s in reading.sentences] == sentences
        for sentence in reading.sentences:
            assert sentence.span is not None
            assert sentence.start <= sentence.span[0] < sentence.span[1] <= sentence.end


@given(text=texts, question=texts, start=st.integers(0, 10_000))
def test_spans_lie_in_their_sentences(text: str, question: str, start: int, folder: Path) -> None:
    shared = _READERS.setdefault(folder, Reader(folder, threads=1))
    [reading] = shared.read(question, [chunk_in(text, "漢字 tram. ", start)])
    spans = {(start + a, start + b) for a, b in sentence_spans(text)}
    assert np.isfinite(reading.passage)
    for sentence in reading.sentences:
        assert (sentence.start, sentence.end) in spans
        assert np.isfinite([sentence.score, sentence.span_score]).all()
        assert sentence.span is not None
        assert sentence.start <= sentence.span[0] <= sentence.span[1] <= sentence.end


_READERS: dict[Path, Reader] = {}
"""One for all examples of the test above."""


class Written:
    """A session whose logits are written here: ``{word: (start, end)}``, the first token's 7 and a sentence's 0, 1, ...

    Each token's SENTENCE logit is its place, so that the average of a sentence is known.
    """

    def __init__(self, tokenizer: Any, words: dict[str, tuple[float, float]], fails_at: int = -1) -> None:
        self._vocabulary = {i: piece for piece, i in tokenizer.get_vocab().items()}
        self._words = words
        self._fails_at = fails_at
        self.calls = 0

    def run(self, wanted: Any, inputs: dict[str, Any]) -> Any:
        self.calls += 1
        if self.calls == self._fails_at:
            raise RuntimeError("out of memory")
        ids = inputs["input_ids"][0]
        logits = np.zeros((1, len(ids), 4), dtype=np.float32)
        for i, token in enumerate(ids):
            logits[0, i, START], logits[0, i, END] = self._words.get(self._vocabulary[token], (0, 0))
        logits[0, :, SENTENCE] = np.arange(len(ids))
        logits[0, 0, PASSAGE] = 7
        return [logits]


def written(reader: Reader, tokenizer: Any, monkeypatch: Any, fails_at: int = -1, **words: tuple[float, float]) -> Any:
    session = Written(tokenizer, words, fails_at)
    monkeypatch.setattr(reader, "_open", lambda: (session, tokenizer))
    return session


def test_what_the_numbers_mean(reader: Reader, tokenizer: Any, monkeypatch: Any) -> None:
    written(reader, tokenizer, monkeypatch, b=(3, 0), d=(0, 4), e=(9, 9))
    text = "A b c d! C d!"
    [reading] = reader.read("e?", [chunk_in(text, "e e e. ", start=100)])  # what is not of the text is no answer
    assert reading.passage == 7
    first, second = reading.sentences
    # [CLS] e ? [SEP] e e e . a b c d ! c d ! [SEP]: the sentences are tokens 8 to 12 and 13 to 15
    assert (first.score, second.score) == (10, 14)
    assert (first.span, first.span_score) == ((102, 107), 7), "b to d"
    assert second.span is not None
    assert (second.span[1], second.span_score) == (112, 4), "up to d"


def test_an_answer_never_ends_before_it_begins(reader: Reader, tokenizer: Any, monkeypatch: Any) -> None:
    written(reader, tokenizer, monkeypatch, b=(0, 5), d=(6, 0))
    [reading] = reader.read("", [chunk_in("a b c d.")])
    [sentence] = reading.sentences
    assert sentence.span is not None
    assert (sentence.span[0], sentence.span_score) == (6, 6), "from d on"


@pytest.mark.parametrize(("between", "expected"), [(MAX_ANSWER_TOKENS - 2, 11.0), (MAX_ANSWER_TOKENS - 1, 6.0)])
def test_an_answer_is_only_so_wide(
    between: int, expected: float, reader: Reader, tokenizer: Any, monkeypatch: Any
) -> None:
    written(reader, tokenizer, monkeypatch, b=(6, 0), d=(0, 5))
    [reading] = reader.read("", [chunk_in(f"a b {'c ' * between}d.")])
    assert [s.span_score for s in reading.sentences] == [expected]


def test_a_failure_is_raised_and_stops_the_rest(folder: Path, tokenizer: Any, monkeypatch: Any) -> None:
    reader = Reader(folder, threads=1)
    session = written(reader, tokenizer, monkeypatch, fails_at=2)
    with pytest.raises(ModelError, match="out of memory"):
        reader.read("", tram_chunks())
    assert session.calls == 2
    assert len(reader.read("", tram_chunks())) == len(tram_chunks()), "the next question is read all the same"


def test_nothing_to_read_gives_nothing(reader: Reader) -> None:
    assert reader.read("Which tram?", []) == []


# --- the files --------------------------------------------------------------------------------------------------------


FILES = ("model.onnx", "tokenizer.json", "about.json")


def damaged(name: str, data: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data((folder / name).read_bytes()))


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "model.onnx").unlink(),
        lambda folder: (folder / "tokenizer.json").unlink(),
        damaged("model.onnx", lambda data: data[: len(data) // 2]),
        damaged("model.onnx", lambda data: b""),
        damaged("model.onnx", lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:]),
        damaged("about.json", lambda data: b"{}"),
        damaged("model.onnx", lambda data: b"\n\n<html>\n"),
        damaged("tokenizer.json", lambda data: data[: len(data) // 2]),
        damaged("tokenizer.json", lambda data: b"{}"),
    ],
    ids=(
        "no-model no-tokenizer half-a-model empty-model one-bit no-digest other-model half-a-tokenizer other-tokenizer"
    ).split(),
)
def test_a_damaged_folder_is_told_in_one_line(damage: Callable[[Path], object], folder: Path, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    damage(tmp_path)
    reader = Reader(tmp_path)
    for _ in range(2):
        with pytest.raises(ModelError) as caught:
            reader.read("Which tram?", tram_chunks()[:1])
        assert len(str(caught.value).splitlines()) == 1
        assert str(tmp_path) in str(caught.value)
        assert len(str(caught.value)) < 400
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert reader.read("Which tram?", tram_chunks()[:1]), "files that are put right are read"


def test_a_folder_that_is_missing_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere cannot be loaded \(.+\): reinstall"):
        Reader(tmp_path / "nowhere").read("Which tram?", tram_chunks()[:1])


# --- the model that comes with the program ----------------------------------------------------------------------------

FERRY = """\
Ilsaholm has lost its link with the mainland for the second winter in a row. The council blames the weather.

From the first week of May the crossing will be run by Northwake Lines, a family firm that has two boats. Its tickets \
will cost nine crowns. The old ferry, the Margit, was sold for scrap in Oldhaven last autumn.

Schools on the island close early on Fridays. The bakery has been for sale since March."""


@pytest.mark.skipif(not (FOLDER / "model.onnx").is_file(), reason="the reader's model is not in this checkout")
@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How much will a ticket for the ferry cost?", "Its tickets will cost", "nine"),
        ("Which old ferry was sold for scrap?", "The old ferry", "Margit"),
        ("When do schools on the island close early?", "Schools on the island", "Fridays"),
    ],
)
def test_the_shipped_model_finds_what_answers(question: str, sentence: str, words: str) -> None:
    article = Article("a", "Island ferry sails again in May", FERRY, published=date(2024, 3, 8))
    readings = Reader().read(question, chunks(article, FakeEmbedder().count, 50))
    assert len(readings) > 1
    best = max((s for reading in readings for s in reading.sentences), key=lambda s: s.score)
    assert FERRY[best.start : best.end].startswith(sentence)
    assert best.span is not None
    assert words in FERRY[best.span[0] : best.span[1]]
