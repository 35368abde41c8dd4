"""What the adapter of the embedded model learns from, and that it learns and is written as it was learnt."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evals import adapter, pointing
from evals.adapter import Lesson, Tuning, good, statement
from evals.pointing import Asked, gather, lessons
from evals.training import Pile
from rag.prompt import CHOOSER, NOT_FOUND, POINTER
from rag.types import Article, Chunk, Evidence, Reading, Sentence
from tests.fakes import FakeEmbedder
from tests.test_training import NO_GROUP, QUESTIONS, SPRING, small_set

TEXTS = (
    "Northwake Lines will run the ferry.",
    "The ferry belongs to the island.",
    "A captain of Northwake Lines was hired.",
    "Two boats lie in the harbour.",
    "Two boats lie in the harbour now.",
)


def found(*texts: str) -> tuple[Evidence, ...]:
    """Sentences of one article each, best first."""
    return tuple(
        Evidence(Article(f"a{n}", f"News {n}", text, SPRING), 0, len(text), text, 0.9 - n / 10)
        for n, text in enumerate(texts)
    )


ASKED = Asked(
    "Who will run the ferry?",
    SPRING,
    ("Northwake Lines",),
    ("Southwake", "Northwake Lines", "None of them"),
    1,
    found(*TEXTS),
    frozenset({0, 2}),
)


def taught(asked: Asked = ASKED, seeds: int = 60) -> list[Lesson]:
    return [lesson for seed in range(seeds) for lesson in lessons(asked, random.Random(seed))]


def quotes(lesson: Lesson) -> list[str]:
    return [line for line in lesson.messages[1]["content"].splitlines() if line.startswith("[")]


def test_a_reply_points_at_the_best_quote_that_holds_the_answer_or_declines() -> None:
    some = [lesson for lesson in taught() if lesson.messages[0]["content"] == POINTER]
    replies = set()
    for lesson in some:
        shown = quotes(lesson)
        holding = [n for n, line in enumerate(shown, 1) if "Northwake Lines" in line]
        if not holding:
            assert (lesson.reply, lesson.short) == (NOT_FOUND, "")
        else:
            best = next((n for n in holding if TEXTS[0] in shown[n - 1]), holding[0])
            assert lesson.reply == f"[{best}] Northwake Lines"
            assert (lesson.question, lesson.short) == (ASKED.question, "Northwake Lines")
        replies.add(lesson.reply)
        assert not (any(TEXTS[3] in q for q in shown) and any(TEXTS[4] in q for q in shown)), "near copies"
    assert NOT_FOUND in replies
    assert len(replies) > 2, "the answer always stands in one place"


def test_the_day_is_told_mostly_and_choices_come_in_any_order_with_the_left_over_one_last() -> None:
    some = taught()
    told = {lesson.messages[1]["content"].split(":")[0] for lesson in some if lesson.messages[0]["content"] == POINTER}
    assert told == {"Question", "Question, asked 1 Jun 2024"}
    chosen = [lesson for lesson in some if lesson.messages[0]["content"] == CHOOSER]
    assert {lesson.reply for lesson in chosen} == {"A", "B"}
    for lesson in chosen:
        assert f"{lesson.reply}) Northwake Lines" in lesson.messages[1]["content"]
        assert "C) None of them" in lesson.messages[1]["content"]


def test_without_an_answer_in_any_sentence_nothing_is_said_of_it() -> None:
    blank = Asked("Who?", None, ("Ada",), (), None, found(*TEXTS), frozenset())
    assert taught(blank) == []


class FirstSentences:
    """Reads of each passage its first sentence."""

    def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
        return [
            Reading(0.0, (Sentence(c.start, c.start + c.text.index(".") + 1, 1.0, (c.start, c.start + 1), 1.0),))
            for c in chunks
        ]


def test_questions_are_gathered_with_sentences_of_what_a_word_search_finds() -> None:
    eval_set = small_set(*QUESTIONS, *NO_GROUP)
    pile = Pile(eval_set, FakeEmbedder().count, 50)
    some = list(gather(eval_set, pile, FirstSentences(), FakeEmbedder()))  # type: ignore[arg-type]
    assert [a.question for a in some] == [q.question for q in (*QUESTIONS, *NO_GROUP) if q.answers]
    first = some[0]
    assert first.day == SPRING
    assert all(e.article.published is None or e.article.published <= date(2024, 6, 1) for e in first.sentences)
    for i, sentence in enumerate(first.sentences):
        assert (i in first.holding) == ("Northwake Lines" in sentence.quote)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The ferry is run by Northwake Lines.", True),
        ("the ferry is run by northwake lines!", True),
        ("The ferry is run by Southwake.", False),
        ("Northwake Lines", False),
        ("Northwake Lines.\nIt is so.", False),
    ],
)
def test_only_a_whole_sentence_that_says_the_answer_is_learnt(sentence: str, expected: bool) -> None:
    assert good(sentence, "Northwake Lines") is expected


def test_a_statement_is_asked_for_by_examples() -> None:
    told = statement("Who runs it?", "Ada")
    assert told[-1] == {"role": "user", "content": "Question: Who runs it?\nAnswer: Ada"}
    assert [m["role"] for m in told[1:]] == ["user", "assistant"] * len(adapter.EXAMPLES) + ["user"]


class Letters:
    """A tokenizer of single characters."""

    eos_token, eos_token_id = "\x00", 0

    def __call__(self, text: str, **_: Any) -> dict[str, list[int]]:
        return {"input_ids": [min(ord(c), 127) for c in text]}

    def decode(self, ids: Any, **_: Any) -> str:
        return "".join(chr(int(i)) for i in ids if int(i))


@pytest.fixture
def tuning(monkeypatch: pytest.MonkeyPatch) -> Tuning:
    torch = pytest.importorskip("torch")
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(1)
    torch.set_num_threads(1)
    small = Tuning.__new__(Tuning)
    small.device, small.tokenizer = "cpu", Letters()
    small.model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=128, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=1, bos_token_id=0, eos_token_id=0, pad_token_id=0, initializer_range=0.3,
        )
    )  # fmt: skip
    small.begin()
    monkeypatch.setattr(adapter, "RATE", 0.02)
    monkeypatch.setattr(adapter, "WARM", 1)
    return small


def asked(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def test_it_learns_the_replies_alone_and_the_model_stays_as_it_was(
    tuning: Tuning, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    before = {n: p.clone() for n, p in tuning.model.named_parameters() if not n.endswith((".a", ".b"))}
    prepared = tuning.prepared([Lesson(asked("north?"), "up"), Lesson(asked("south?"), "down")])
    assert [tuning.tokenizer.decode(tokens[n:]) for tokens, n in prepared] == ["up", "down"]
    with torch.no_grad():
        first = float(tuning._loss(prepared))
    tuning.learn([prepared] * 60, random.Random(1))
    with torch.no_grad():
        assert float(tuning._loss(prepared)) < 0.5 * first
    assert all(torch.equal(before[n], p) for n, p in tuning.model.named_parameters() if n in before)
    assert "60 of 60: " in capsys.readouterr().err


def test_a_sentence_is_learnt_only_where_the_model_makes_a_good_one(
    tuning: Tuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def generate(input_ids: Any, **_: Any) -> Any:
        said = [ord(c) for c in "It is Ada."]
        return torch.cat([input_ids, torch.tensor([said] * len(input_ids))], dim=1)

    monkeypatch.setattr(tuning.model, "generate", generate)
    both = tuning.prepared([Lesson(asked("?"), "[1] Ada", "Who?", "Ada"), Lesson(asked("?"), "[1] Bo", "Who?", "Bo")])
    assert [tuning.tokenizer.decode(tokens[n:]) for tokens, n in both] == ["[1] Ada\nIt is Ada.", "[1] Bo"]


def test_what_is_too_long_is_left_out(tuning: Tuning) -> None:
    assert tuning.prepared([Lesson(asked("x" * adapter.LONGEST), "y")]) == []


def test_what_was_learnt_is_written_with_llama_cpps_names(
    tuning: Tuning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, Any] = {}

    class Writer:
        def __init__(self, file: str, kind: str) -> None:
            assert kind == "qwen2"

        def add_tensor(self, name: str, values: Any) -> None:
            written[name] = values

        def __getattr__(self, name: str) -> Any:
            return lambda *_: None

    monkeypatch.setitem(sys.modules, "gguf", SimpleNamespace(GGUFWriter=Writer))
    tuning.export(tmp_path / "adapter.gguf")
    assert len(written) == 2 * len(adapter.PLACES) * 2
    assert written["blk.1.ffn_down.weight.lora_a"].shape == (adapter.RANK, 48)
    assert written["blk.1.ffn_down.weight.lora_b"].shape == (32, adapter.RANK)
    assert all(str(values.dtype) == "float16" for values in written.values())


def test_one_command_goes_all_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Fake:
        def __init__(self, file: Path, device: str) -> None:
            assert (file.name, device) == ("model.gguf", "cuda")

        def prepared(self, some: Sequence[Lesson]) -> list[Lesson]:
            return list(some)

        def learn(self, epochs: Sequence[Sequence[Lesson]], draw: random.Random) -> None:
            seen.extend(epochs)

        def export(self, file: Path) -> None:
            file.write_text("learnt")

    monkeypatch.setattr(pointing, "Reader", FirstSentences)
    monkeypatch.setattr(pointing, "open_embedder", lambda *_: FakeEmbedder())
    monkeypatch.setattr(pointing, "load_set", lambda folder: small_set(*QUESTIONS))
    out = tmp_path / "adapter.gguf"
    monkeypatch.setattr(sys, "argv", ["pointing", "SET", "--model", "model.gguf", "--out", str(out), "--epochs", "2"])
    pointing.main(Fake)  # type: ignore[arg-type]
    assert out.read_text() == "learnt"
    assert len(seen) == 2 and all(seen)
