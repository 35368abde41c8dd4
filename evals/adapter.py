"""How the adapter is learnt (``evals/pointing.py`` says from what): needs torch, transformers and gguf.

A low-rank adapter (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022): beside each matrix W of
the model, which stays as it is in its few bits, stand two narrow ones, and what they add is learnt. The loss is that of
the next token, over the reply alone.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.types import Message

RANK, ALPHA = 8, 16.0
RATE = 1.2e-4
WARM = 20  # steps until the rate is reached; from there it falls to nothing
TOKENS = 8000  # of one step, about
LONGEST = 1100  # tokens of a lesson

STATEMENT = (
    "You turn a question and its answer into one short statement. Keep the words of the question where they fit. "
    "Use the exact words of the answer."
)
EXAMPLES = (
    ("Which country will host the next summit, the minister said this week?", "Kenya",
     "Kenya will host the next summit."),
    ("How many boats were damaged by the storm?", "40", "40 boats were damaged by the storm."),
    ("A well-known singer has cancelled her tour. Who is she?", "Ada Long", "Ada Long has cancelled her tour."),
    ("Why is the bridge closed to lorries?", "cracks in a pillar",
     "The bridge is closed to lorries because of cracks in a pillar."),
)  # fmt: skip

PLACES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip
"""The matrices that get an adapter, and how llama.cpp calls them."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the model is asked and what it should reply. Where ``short`` is given, a sentence that answers ``question``
    with it follows on the next line, if the model makes a good one."""

    messages: list[Message]
    reply: str
    question: str = ""
    short: str = ""


def statement(question: str, short: str) -> list[Message]:
    """The messages that ask for an answer as a sentence."""
    told: list[Message] = [{"role": "system", "content": STATEMENT}]
    for asked, answer, sentence in EXAMPLES:
        told.append({"role": "user", "content": f"Question: {asked}\nAnswer: {answer}"})
        told.append({"role": "assistant", "content": sentence})
    return [*told, {"role": "user", "content": f"Question: {question}\nAnswer: {short}"}]


def good(sentence: str, short: str) -> bool:
    """Whether a sentence says an answer, and nothing but one whole sentence stands there."""
    return short.lower() in sentence.lower() and "\n" not in sentence and sentence.rstrip()[-1:] in (*'.!”"',)


class Tuning:
    """A model that learns. Its file stays as it is."""

    def __init__(self, file: Path, device: str) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.device = device
        self.tokenizer: Any = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
        self.model: Any = AutoModelForCausalLM.from_pretrained(
            str(file.parent), gguf_file=file.name, dtype=torch.bfloat16
        )
        self.begin()

    def begin(self) -> None:
        """Puts the narrow matrices beside those of the model."""
        self.model.to(self.device).eval().requires_grad_(False)
        self.added: dict[str, Any] = {}
        self.sentences: dict[tuple[str, str], str | None] = {}  # of question and answer; None where it made no good one
        for n, layer in enumerate(self.model.model.layers):
            for place, name in PLACES.items():
                room, attribute = place.split(".")
                beside = _beside(getattr(getattr(layer, room), attribute))
                setattr(getattr(layer, room), attribute, beside)
                self.added[f"blk.{n}.{name}.weight"] = beside

    # -- what is learnt ------------------------------------------------------------------------------------------

    def prepared(self, lessons: Sequence[Lesson]) -> list[tuple[list[int], int]]:
        """Each lesson in tokens, and how many of them are not learnt: those that are asked."""
        self._state(lessons)
        out = []
        for lesson in lessons:
            asked = self._asked(lesson.messages)
            sentence = self.sentences.get((lesson.question, lesson.short))
            reply = f"{lesson.reply}\n{sentence}" if sentence else lesson.reply
            tokens = [*asked, *self._tokens(f"{reply}{self.tokenizer.eos_token}")]
            if len(tokens) <= LONGEST:
                out.append((tokens, len(asked)))
        return out

    def _state(self, lessons: Sequence[Lesson]) -> None:
        """Makes the sentences that these lessons need and no lessons before them did."""
        import torch

        wanted = sorted({(x.question, x.short) for x in lessons if x.short} - self.sentences.keys())
        wanted.sort(key=lambda pair: len(pair[0]))
        for at in range(0, len(wanted), 128):
            some = wanted[at : at + 128]
            asked = [self._asked(statement(*pair)) for pair in some]
            longest, fill = max(map(len, asked)), self.tokenizer.eos_token_id
            ids = torch.tensor([[fill] * (longest - len(a)) + a for a in asked], device=self.device)
            mask = torch.tensor([[0] * (longest - len(a)) + [1] * len(a) for a in asked], device=self.device)
            with torch.no_grad():
                replies = self.model.generate(
                    input_ids=ids, attention_mask=mask, do_sample=False, max_new_tokens=48, pad_token_id=fill
                )
            for (question, short), reply in zip(some, replies[:, longest:], strict=True):
                sentence = self.tokenizer.decode(reply, skip_special_tokens=True).strip()
                self.sentences[question, short] = sentence if good(sentence, short) else None
        made = sum(self.sentences[pair] is not None for pair in wanted)
        print(f"{made} of {len(wanted)} answers as sentences", file=sys.stderr, flush=True)

    def _asked(self, messages: Sequence[Message]) -> list[int]:
        told = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
        return self._tokens(f"{told}<|im_start|>assistant\n")

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens

    # -- how it is learnt ----------------------------------------------------------------------------------------

    def learn(self, epochs: Sequence[Sequence[tuple[list[int], int]]], draw: random.Random) -> None:
        """Reads the epochs one after the other; tells how it goes on standard error."""
        import torch

        weights = [w for beside in self.added.values() for w in (beside.a, beside.b)]
        optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.0, betas=(0.9, 0.98))
        read = [list(_batches(lessons)) for lessons in epochs]
        steps = [step for batches in read for step in draw.sample(batches, len(batches))]
        self.model.train()
        mean: float | None = None
        for n, step in enumerate(steps):
            for group in optimizer.param_groups:
                group["lr"] = RATE * min((n + 1) / WARM, 1 - n / len(steps))
            loss = self._loss(step)
            loss.backward()
            # In 16 bits a gradient overflows now and then: that step is left out.
            if torch.isfinite(torch.nn.utils.clip_grad_norm_(weights, 1.0)):
                optimizer.step()
                value = float(loss.detach())
                mean = value if mean is None else 0.97 * mean + 0.03 * value
            optimizer.zero_grad()
            if n % 25 == 24 or n == len(steps) - 1:
                print(f"{n + 1} of {len(steps)}: {mean or math.nan:.4f}", file=sys.stderr, flush=True)
        self.model.eval()

    def _loss(self, step: Sequence[tuple[list[int], int]]) -> Any:
        import torch

        longest = max(len(tokens) for tokens, _ in step)
        ids, mask = (torch.zeros(len(step), longest, dtype=torch.long) for _ in range(2))
        learnt = []
        for i, (tokens, asked) in enumerate(step):
            ids[i, : len(tokens)], mask[i, : len(tokens)] = torch.tensor(tokens), 1
            learnt += [(i, t - 1, tokens[t]) for t in range(asked, len(tokens))]
        rows, columns, wanted = torch.tensor(learnt, device=self.device).T
        states = self.model.model(
            input_ids=ids.to(self.device), attention_mask=mask.to(self.device), use_cache=False
        ).last_hidden_state
        return torch.nn.functional.cross_entropy(self.model.lm_head(states[rows, columns]).float(), wanted)

    def export(self, file: Path) -> None:
        """Writes what was learnt as llama.cpp reads it."""
        import gguf
        import numpy as np

        writer = gguf.GGUFWriter(str(file), "qwen2")
        writer.add_string("general.type", "adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", ALPHA)
        for name, beside in self.added.items():
            for side, weight in (("lora_a", beside.a), ("lora_b", beside.b)):
                writer.add_tensor(f"{name}.{side}", weight.detach().cpu().numpy().astype(np.float16))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


def _beside(matrix: Any) -> Any:
    import torch

    class Beside(torch.nn.Module):
        """A matrix and what is added to it; nothing to begin with."""

        def __init__(self) -> None:
            super().__init__()
            self.matrix = matrix
            where = matrix.weight.device
            self.a = torch.nn.Parameter(torch.empty(RANK, matrix.in_features, device=where))
            self.b = torch.nn.Parameter(torch.zeros(matrix.out_features, RANK, device=where))
            torch.nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

        def forward(self, x: Any) -> Any:
            dropped = torch.nn.functional.dropout(x, 0.05, self.training)
            added = (dropped @ self.a.to(x.dtype).T) @ self.b.to(x.dtype).T
            return self.matrix(x) + added * (ALPHA / RANK)

    return Beside()


def _batches(lessons: Sequence[tuple[list[int], int]]) -> Iterator[list[tuple[list[int], int]]]:
    """Lessons of about one length together, as many as make ``TOKENS`` with what fills them up."""
    step: list[tuple[list[int], int]] = []
    for lesson in sorted(lessons, key=lambda pair: len(pair[0])):
        if step and (len(step) + 1) * len(lesson[0]) > TOKENS:
            yield step
            step = []
        step.append(lesson)
    if step:
        yield step
