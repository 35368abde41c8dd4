"""How the reader learns (``evals/train/reader.py`` says from what): needs torch and transformers, and nothing else.

It runs wherever those are, so that what was prepared on one machine can be learnt on another that has a fast card.

The loss is the negative logarithm of the shares of all right places together (marginal likelihood over spans: Clark
and Gardner, "Simple and Effective Multi-Paragraph Reading Comprehension", ACL 2018), among all of the passages of a
question and one for 'nowhere', so that the logits express certainty as well as order.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAIRS = 48  # of question and passage, of one step; fewer where the next question has many
WINDOW = 96  # questions that are put in order of their length, so that a step has little padding
PASSAGE, START, END, SENTENCE = range(
    4
)  # columns of what the model gives for each token, as rag/models/rerank/reader.py reads them


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its passages in tokens.

    ``ids`` and ``types`` are those of each pair of question and passage, ``right`` says which passages hold an answer.
    ``sentences`` are (passage, first token, last + 1), ``held`` says which of them hold one, ``spans`` are (passage,
    first token, last token) of its places.
    """

    ids: tuple[tuple[int, ...], ...]
    types: tuple[tuple[int, ...], ...]
    right: tuple[bool, ...]
    sentences: tuple[tuple[int, int, int], ...]
    held: tuple[bool, ...]
    spans: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is read: the many questions on passages and of headlines once, then those of the sets, epoch by epoch."""

    first: list[Example]
    epochs: list[list[Example]]
    kept: list[Example]  # not learnt from


def model(folder: Path) -> Any:
    """A BERT with four outputs for each token."""
    import torch
    from transformers import BertModel

    class Reading(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel.from_pretrained(
                folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
            )
            self.head = torch.nn.Linear(self.bert.config.hidden_size, 4)
            for parameter in self.bert.embeddings.parameters():
                parameter.requires_grad = False  # a thousand questions know few of the words

        def forward(self, **inputs: Any) -> Any:
            return self.head(self.bert(**inputs).last_hidden_state)

    return Reading()


def losses(examples: Sequence[Example], reader: Any, device: str = "cpu") -> list[dict[str, Any]]:
    """Of each question the three losses: of its passages, their sentences, and the answer's first and last words."""
    import torch

    pairs = [(ids, types) for e in examples for ids, types in zip(e.ids, e.types, strict=True)]
    longest = max(len(ids) for ids, _ in pairs)
    ids, types, mask = (torch.zeros(len(pairs), longest, dtype=torch.long) for _ in range(3))
    for i, (some, kinds) in enumerate(pairs):
        n = len(some)
        ids[i, :n], types[i, :n], mask[i, :n] = torch.tensor(some), torch.tensor(kinds), 1
    with torch.autocast(device, torch.bfloat16):
        logits = reader(input_ids=ids.to(device), token_type_ids=types.to(device), attention_mask=mask.to(device))
    logits, done, found = logits.float(), 0, []
    for e in examples:
        found.append(_losses(e, logits[done : done + len(e.ids)]))
        done += len(e.ids)
    return found


def _losses(e: Example, logits: Any) -> dict[str, Any]:
    import torch

    device = logits.device
    nowhere = torch.zeros(1, device=device)
    given = {"passage": marginal(logits[:, 0, PASSAGE], e.right, nowhere)}
    if not any(e.held):
        return given
    read = [(p, t, s) for s, (p, first, last) in enumerate(e.sentences) for t in range(first, last)]
    rows, columns, sentence = torch.tensor(read, device=device).T
    sums = torch.zeros(len(e.sentences), device=device).index_add(0, sentence, logits[rows, columns, SENTENCE])
    lengths = torch.tensor([last - first for _, first, last in e.sentences], device=device)
    given["sentence"] = marginal(sums / lengths, e.held, nowhere)
    if e.spans:
        everything = [torch.cat([logits[rows, columns, side], nowhere]).logsumexp(0) for side in (START, END)]
        where, first, last = torch.tensor(e.spans, device=device).T
        each = logits[where, first, START] + logits[where, last, END]
        given["span"] = everything[0] + everything[1] - each.logsumexp(0)
    return given


def marginal(logits: Any, right: Sequence[bool], nowhere: Any) -> Any:
    """How surprising it is that one of the right ones is right, or none; and, less, that without them none is."""
    import torch

    chosen = torch.tensor(right, device=logits.device)
    least = logits[chosen].logsumexp(0) if any(right) else nowhere.sum()
    surprise = torch.cat([logits, nowhere]).logsumexp(0) - least
    return surprise + 0.3 * torch.cat([logits[~chosen], nowhere]).logsumexp(0)


def train(reader: Any, *epochs: Sequence[Example], rate: float, draw: random.Random, device: str = "cpu") -> None:
    """Reads each epoch in an order of its own: AdamW with a warm start and a linear end.

    It tells how it goes on standard error.
    """
    import torch

    weights = [p for p in reader.parameters() if p.requires_grad]
    steps = [step for examples in epochs for step in together(examples, draw)]
    if not steps:
        return
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (0.06 * len(steps) + 1), max(len(steps) - s, 0) / (0.94 * len(steps)))
    )
    seen: dict[str, list[Any]] = {}
    begun = time.monotonic()
    for n, examples in enumerate(steps, 1):
        found = losses(examples, reader, device)
        for parts in found:
            for name, value in parts.items():
                seen.setdefault(name, []).append(value.detach())
        loss: Any = sum(sum(parts.values()) for parts in found) / len(found)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        if n % 50 == 10 or n == len(steps):
            shown = ", ".join(f"{name} {float(sum(v[-200:])) / len(v[-200:]):.3f}" for name, v in seen.items())
            left = (time.monotonic() - begun) / n * (len(steps) - n) / 60
            print(f"{n} of {len(steps)}: {shown}; {left:.0f} min left", file=sys.stderr, flush=True)


def together(examples: Sequence[Example], draw: random.Random) -> list[list[Example]]:
    """Examples in an order of chance, some for each step, of about the same length."""
    order = draw.sample(list(examples), len(examples))
    steps: list[list[Example]] = []
    for start in range(0, len(order), WINDOW):
        some = sorted(order[start : start + WINDOW], key=lambda e: max(len(ids) for ids in e.ids))
        found: list[list[Example]] = []
        room = 0
        for e in some:
            if len(e.ids) > room:
                found.append([])
                room = PAIRS
            found[-1].append(e)
            room -= len(e.ids)
        steps += draw.sample(found, len(found))
    return steps


def teach(reader: Any, lessons: Lessons, draw: random.Random, device: str = "cpu", halfway: Path | None = None) -> None:
    """All lessons. The reader is on the CPU again afterwards.

    ``halfway`` is a file that keeps what was learnt first; where it is there already, that is not learnt again.
    """
    import torch

    reader.to(device).train()
    if halfway and halfway.exists():
        reader.load_state_dict(torch.load(halfway, map_location=device))
    else:
        train(reader, lessons.first, rate=1e-4, draw=draw, device=device)
        if halfway:
            torch.save(reader.state_dict(), halfway)
    if lessons.kept:
        print(f"kept aside: {check(reader, lessons.kept, device)}", file=sys.stderr, flush=True)
    train(reader, *lessons.epochs, rate=6e-5, draw=draw, device=device)
    if lessons.kept:
        print(f"kept aside: {check(reader, lessons.kept, device)}", file=sys.stderr, flush=True)
    reader.to("cpu")


def check(reader: Any, examples: Sequence[Example], device: str = "cpu") -> dict[str, float]:
    """The mean losses of questions that were not learnt from."""
    import torch

    with torch.no_grad():
        found = [parts for e in examples for parts in losses([e], reader, device)]
    names = dict.fromkeys(name for parts in found for name in parts)
    of = {name: [float(parts[name]) for parts in found if name in parts] for name in names}
    return {name: round(sum(values) / len(values), 3) for name, values in of.items()}
