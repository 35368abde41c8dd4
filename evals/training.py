"""Makes the reader that comes with the program: ``python -m evals.training SET... --out FOLDER``.

A MiniLM that was made for embedding learns to read a question beside a passage (``rag/reader.py``). It learns from

1. headlines: of a name or a number in a headline that also stands in the article, 'who', 'what' or 'how many' is
   asked, and the passages that hold it are told from others of the article and from what a word search brings;
2. the questions of evaluation sets of which an article is known to hold the answer's words.

Nobody marked where an answer stands. Every passage, sentence or run of words that says the answer may be the one, so
the loss is the negative logarithm of all their shares together (marginal likelihood over spans: Clark and Gardner,
"Simple and Effective Multi-Paragraph Reading Comprehension", ACL 2018), among all of the passages of a question and
one that stands for 'nowhere', which makes the logits speak of certainty as well as of order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
import sqlite3
import string
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from evals.adapters import load_set
from evals.records import EvalSet, holds, holds_normalised, normalise
from rag import sql
from rag.chunk import chunks
from rag.embed import default_folder
from rag.read.records import Wrong, page
from rag.reader import END, PASSAGE, SENTENCE, START, open_tokenizer, pair
from rag.types import Article, Chunk, day

BASE = "all-MiniLM-L6-v2"
PASSAGES = 9  # that are read for one question
RIGHT = 3  # of them that hold the answer, at most
NEAR, FAR = 20, 100  # ranks of a word search from which others are drawn
TOGETHER = 4  # questions of one step
MARKS = re.escape(string.punctuation)
WORD = re.compile(rf"[^\s{MARKS}](?:\S*[^\s{MARKS}])?")  # without the marks around it
BLANKS = re.compile(r"\s+")
NAME = re.compile(r"(?<!^)(?<![.:!?] )\b[A-Z][\w’'-]+(?: (?:of |the )?[A-Z][\w’'-]+)*")
NUMBER = re.compile(r"(?<![\w$€£.,-])\d[\d,.]*\d(?![\w.,-])")


@dataclass(frozen=True, slots=True)
class Group:
    """A question with passages, of which those in ``right`` hold an answer."""

    question: str
    answers: tuple[str, ...]
    passages: tuple[Chunk, ...]
    right: tuple[bool, ...]


class Pile:
    """The articles of a set in passages, found by their words."""

    def __init__(self, eval_set: EvalSet, count: Callable[[Sequence[str]], list[int]], size: int = 256) -> None:
        assert eval_set.records is not None
        self.articles: dict[str, Article] = {}
        self.of: dict[str, list[Chunk]] = {}
        self._rows: list[Chunk] = []
        self._db = sqlite3.connect(":memory:")
        self._db.execute("create virtual table words using fts5(title, text, tokenize='porter unicode61')")
        for record in eval_set.records():
            try:
                read = page("", record)
            except Wrong:
                continue
            article = Article(
                id=str(read.id or read.url or len(self.articles)),
                title=read.title or "",
                body=read.text,
                published=read.published,
                source=read.source,
                url=read.url,
            )
            self.articles[article.id] = article
            self.of[article.id] = found = chunks(article, count, size)
            if article.url:
                self.of.setdefault(article.url, found)
            for chunk in found:
                self._rows.append(chunk)
                self._db.execute(
                    "insert into words(rowid, title, text) values (?, ?, ?)",
                    (len(self._rows), article.title, chunk.text),
                )

    def search(self, question: str, k: int, until: date | None = None) -> list[Chunk]:
        """The passages that share most with a question, none published after ``until``."""
        words = sql.match(question)
        if not words:
            return []
        rows = self._db.execute(
            "select rowid from words where words match ? order by bm25(words, 2.0, 1.0) limit ?",
            (words, 2 * k),
        )
        found = (self._rows[n - 1] for (n,) in rows)
        return [c for c in found if not self._later(c, until)][:k]

    def _later(self, chunk: Chunk, until: date | None) -> bool:
        published = day(self.articles[chunk.article_id].published)
        return bool(until and published and published > until)


def asked(eval_set: EvalSet, pile: Pile, draw: random.Random) -> Iterator[Group]:
    """A group for each question of a set whose answer some passage of its articles says."""
    for question in eval_set.questions:
        if not question.answerable or not question.answers:
            continue
        wanted = [normalise(a) for a in question.answers]
        own = list({c.id: c for url in question.supporting for c in pile.of.get(url, ())}.values())
        ranked = pile.search(question.question, FAR, question.date)
        place = {c.id: n for n, c in enumerate(ranked)}
        right = [c for c in own if holds_normalised(wanted, normalise(c.text))]
        right += [c for c in ranked[:NEAR] if holds_normalised(wanted, normalise(c.text))]
        right = list({c.id: c for c in sorted(right, key=lambda c: place.get(c.id, FAR))}.values())
        wrong = [c for c in ranked if not holds_normalised(wanted, normalise(c.embedded_text))]
        beside = [c for c in own if c.id not in place and not holds_normalised(wanted, normalise(c.embedded_text))]
        yield from _group(question.question, question.answers, right, wrong, beside, draw)


def headlines(pile: Pile, draw: random.Random) -> Iterator[Group]:
    """A group for each headline from which a name or number can be asked. Passages stand without headlines there."""
    articles = list(pile.articles.values())
    draw.shuffle(articles)
    for article in articles:
        body, title = normalise(article.body), BLANKS.sub(" ", article.title)
        places = [m for kind in (NAME, NUMBER) for m in kind.finditer(title)]
        places = [m for m in places if holds_normalised([normalise(m.group())], body)]
        if not places or not 5 <= len(title.split()) <= 25 or len(pile.of[article.id]) < 2:
            continue
        gap = draw.choice(places)
        word = "how many" if gap.group()[0].isdigit() else draw.choice(("who", "what", "which"))
        question = f"{title[: gap.start()]}{word}{title[gap.end() :]}?"
        answers = (gap.group(),)
        if holds(answers, question):
            continue
        ranked = pile.search(question, 40)
        own = pile.of[article.id]
        right = [c for c in own if holds(answers, c.text)]
        wrong = [c for c in ranked if c.article_id != article.id and not holds(answers, c.text)]
        beside = [c for c in own if not holds(answers, c.text)]
        for group in _group(question, answers, right, wrong, beside, draw):
            yield replace(group, passages=tuple(replace(c, embedded_text=c.text) for c in group.passages))


def _group(
    question: str,
    answers: tuple[str, ...],
    right: Sequence[Chunk],
    wrong: Sequence[Chunk],
    beside: Sequence[Chunk],
    draw: random.Random,
) -> Iterator[Group]:
    if not right or not wrong:
        return
    some = list(right[: 2 * RIGHT])
    draw.shuffle(some)
    some = some[:RIGHT]
    near, far = list(wrong[:NEAR]), list(wrong[NEAR:])
    draw.shuffle(near)
    draw.shuffle(far)
    others = draw.sample(list(beside), min(2, len(beside)))
    others += near[: PASSAGES - len(some) - len(others) - 1]
    others += far[: PASSAGES - len(some) - len(others)]
    yield Group(question, answers, (*some, *others), tuple([True] * len(some) + [False] * len(others)))


# -- learning ------------------------------------------------------------------------------------------------------


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


def loss(group: Group, reader: Any, tokenizer: Any) -> dict[str, Any]:
    """The three losses of one question: of its passages, their sentences, and the answer's first and last words."""
    import torch

    pairs = [pair(group.question, c, tokenizer) for c in group.passages]
    longest = max(len(encoding.ids) for encoding, _ in pairs)
    ids, types, mask = (torch.zeros(len(pairs), longest, dtype=torch.long) for _ in range(3))
    for i, (encoding, _) in enumerate(pairs):
        n = len(encoding.ids)
        ids[i, :n], types[i, :n], mask[i, :n] = torch.tensor(encoding.ids), torch.tensor(encoding.type_ids), 1
    with torch.autocast("cpu", torch.bfloat16):
        logits = reader(input_ids=ids, token_type_ids=types, attention_mask=mask)
    logits = logits.float()

    sentences, held, spans, read = [], [], [], []
    for i, ((encoding, found), chunk, right) in enumerate(zip(pairs, group.passages, group.right, strict=True)):
        before = len(chunk.embedded_text) - len(chunk.text)
        for first, last, start, end in found:
            sentences.append(logits[i, first:last, SENTENCE].mean())
            here = right and holds(group.answers, chunk.text[start:end])
            held.append(here)
            read += [(i, t) for t in range(first, last)]
            if here:
                spans += [
                    (i, *found_at)
                    for a, b in places(group.answers, chunk.text[start:end])
                    if (found_at := _tokens(encoding, first, last, before + start + a, before + start + b))
                ]
    nowhere = torch.zeros(1)
    given = {"passage": _marginal(logits[:, 0, PASSAGE], list(group.right), nowhere)}
    if any(held):
        given["sentence"] = _marginal(torch.stack(sentences), held, nowhere)
    if spans:
        rows, columns = torch.tensor([i for i, _ in read]), torch.tensor([t for _, t in read])
        everything = [torch.cat([logits[rows, columns, side], nowhere]).logsumexp(0) for side in (START, END)]
        each = torch.stack([logits[i, a, START] + logits[i, b, END] for i, a, b in spans])
        given["span"] = everything[0] + everything[1] - each.logsumexp(0)
    return given


def _marginal(logits: Any, right: Sequence[bool], nowhere: Any) -> Any:
    """How surprising it is that one of the right ones is right; and, less, that without them none is."""
    import torch

    chosen = torch.tensor(right)
    surprise = torch.cat([logits, nowhere]).logsumexp(0) - logits[chosen].logsumexp(0)
    return surprise + 0.3 * torch.cat([logits[~chosen], nowhere]).logsumexp(0)


def places(answers: Iterable[str], text: str) -> list[tuple[int, int]]:
    """(start, end) of each place where ``text`` says an answer, in the sense of ``evals.records.holds``."""
    words = [(w, m.start(), m.end()) for m in WORD.finditer(text) for w in normalise(m.group()).split()]
    found = [
        (words[i][1], words[i + len(said) - 1][2])
        for said in (normalise(answer).split() for answer in answers)
        for i in range(len(words) - len(said) + 1)
        if said and all(words[i + n][0] == w for n, w in enumerate(said))
    ]
    return list(dict.fromkeys(found))


def _tokens(encoding: Any, first: int, last: int, start: int, end: int) -> tuple[int, int] | None:
    """The first and the last token of some characters."""
    inside = [t for t in range(first, last) if encoding.offsets[t][0] < end and encoding.offsets[t][1] > start]
    return (inside[0], inside[-1]) if inside else None


def train(
    reader: Any, groups: Sequence[Group], tokenizer: Any, *, rate: float, epochs: float, draw: random.Random
) -> None:
    """AdamW with a warm start and a linear end; tells how it goes on standard error."""
    import torch

    weights = [p for p in reader.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
    order = [g for _ in range(math.ceil(epochs)) for g in draw.sample(list(groups), len(groups))]
    order = order[: round(epochs * len(groups))]
    steps = max(len(order) // TOGETHER, 1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (0.06 * steps + 1), max(steps - s, 0) / (0.94 * steps))
    )
    seen: dict[str, list[float]] = {}
    begun = time.monotonic()
    for step in range(steps):
        for group in order[step * TOGETHER : (step + 1) * TOGETHER]:
            parts = loss(group, reader, tokenizer)
            for name, value in parts.items():
                seen.setdefault(name, []).append(float(value.detach()))
            (sum(parts.values()) / TOGETHER).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        if step % 10 == 9 or step == steps - 1:
            told = ", ".join(f"{name} {sum(v[-200:]) / len(v[-200:]):.3f}" for name, v in seen.items())
            left = (time.monotonic() - begun) / (step + 1) * (steps - step - 1) / 60
            print(f"{step + 1} of {steps}: {told}; {left:.0f} min left", file=sys.stderr, flush=True)


def export(reader: Any, folder: Path, groups: Sequence[Group], tokenizer: Any, about: dict[str, Any]) -> None:
    """Writes ``model.onnx`` (8 bits) and ``about.json``."""
    import onnx
    import torch

    from rag.embed_int8 import token_graph

    reader.eval()

    @torch.no_grad()
    def read() -> None:
        for group in groups:
            for chunk in group.passages:
                encoding, _ = pair(group.question, chunk, tokenizer)
                reader(input_ids=torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids]))

    weight, bias = reader.head.weight.detach().numpy().T.copy(), reader.head.bias.detach().numpy()
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(token_graph(reader.bert, weight, bias, read), str(folder / "model.onnx"))
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    (folder / "about.json").write_text(json.dumps({"model": digest, **about}, indent=1) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.training", description=__doc__.split("\n\n")[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET", help="folders of question sets with articles")
    parser.add_argument("--out", type=Path, required=True, help="where the model's files go")
    parser.add_argument("--headlines", type=int, default=500, help="questions made of headlines, to begin with")
    parser.add_argument("--epochs", type=float, default=2.0, help="how often the questions of the sets are read")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    import torch
    from tokenizers import Tokenizer

    draw = random.Random(options.seed)
    torch.manual_seed(options.seed)
    base = default_folder()
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    tokenizer = open_tokenizer(options.out)
    counting = Tokenizer.from_file(str(base / "tokenizer.json"))
    counting.no_padding()
    counting.no_truncation()

    def count(texts: Sequence[str]) -> list[int]:
        return [len(e.ids) for e in counting.encode_batch(list(texts))]

    questions: list[Group] = []
    made: list[Group] = []
    for folder in options.sets:
        eval_set = load_set(folder)
        pile = Pile(eval_set, count)
        questions += asked(eval_set, pile, draw)
        made += islice(headlines(pile, draw), options.headlines // len(options.sets))
        print(f"{eval_set.name}: {len(pile.articles)} articles", file=sys.stderr)
    draw.shuffle(made)
    print(f"{len(made)} headlines, {len(questions)} questions", file=sys.stderr, flush=True)

    reader = model(base)
    reader.train()
    train(reader, made, tokenizer, rate=1e-4, epochs=1, draw=draw)
    train(reader, questions, tokenizer, rate=6e-5, epochs=options.epochs, draw=draw)
    torch.save(reader.state_dict(), options.out / "weights.pt")
    about = {
        "base": BASE,
        "sets": [folder.name for folder in options.sets],
        "headlines": len(made),
        "questions": len(questions),
        "epochs": options.epochs,
        "seed": options.seed,
    }
    export(reader, options.out, draw.sample(questions, min(24, len(questions))), tokenizer, about)


if __name__ == "__main__":
    main()
