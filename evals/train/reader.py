"""Makes the reader that comes with the program: ``python -m evals.train.reader SET... --out FOLDER``.

A MiniLM that was made for embedding learns to read a question beside a passage (``rag/models/rerank/reader.py``). It
learns from

1. headlines: of a name or a number in a headline that is also in the article, 'who', 'what' or 'how many' is
   asked, and the passages that hold it are told apart from others of the article and from what a word search brings;
2. the questions of evaluation sets of which an article is known to hold the answer's words;
3. with ``--written``, questions of ours about their articles (``evals/adapters/written.py``), a part of which the
   article that they seem to be about does not answer.

Of the first two nobody marked the place of an answer: every passage, sentence or run of words that holds the answer may
be the one. ``evals/train/learning.py`` says how that is learnt.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sqlite3
import string
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from rag.index.words import asked_words, fts5_match
from rag.ingest.chunker import chunks
from rag.ingest.formats.records import page
from rag.ingest.page import Wrong
from rag.models.embedding.embedder import default_folder
from rag.models.rerank.reader import about as read_about
from rag.models.rerank.reader import open_tokenizer, pair
from rag.types import Article, Chunk, day

from ..adapters import load_set
from ..adapters.written import questions_about
from ..records import EvalSet, holds, holds_normalised, normalise
from .learning import Example, Lessons, model, teach
from .reading_sets import load_reading
from .shipped import weights_of

BASE = "all-MiniLM-L6-v2"
NEAR, FAR = 20, 100  # ranks of a word search from which others are drawn
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
    facts: tuple[str, ...] = ()  # the sentences or paragraphs that answer; any that holds an answer where none is known


class Library:
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
            found = chunks(article, count, size)
            if article.title == article.id:  # a name in place of a headline
                found = [replace(c, embedded_text=c.text) for c in found]
            self.of[article.id] = found
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
        words = fts5_match(asked_words(question))
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


@dataclass(frozen=True, slots=True)
class Measure:
    """How many passages are read for one question: ``passages`` in all, ``right`` of them at most hold the answer."""

    passages: int = 16
    right: int = 3
    beside: int = 2  # of the others, from the articles that hold it


SHORT = Measure(passages=2, right=1, beside=1)
"""For questions on one passage, of which there are many."""

ON_PASSAGE = 60
"""Tokens of a passage that these are asked about."""

OF_HEADLINE = Measure(passages=4, right=1, beside=1)


def asked(eval_set: EvalSet, library: Library, draw: random.Random, measure: Measure = Measure()) -> Iterator[Group]:
    """A group for each question of a set whose answer some passage of its articles says."""
    for question in eval_set.questions:
        if not question.answerable or not question.answers:
            continue
        wanted = [normalise(a) for a in question.answers]
        own = list({c.id: c for url in question.supporting for c in library.of.get(url, ())}.values())
        ranked = library.search(question.question, FAR, question.date)
        place = {c.id: n for n, c in enumerate(ranked)}
        right = [c for c in own if holds_normalised(wanted, normalise(c.text)) and _tells(question.facts, c.text)]
        if not question.facts:
            right += [c for c in ranked[:NEAR] if holds_normalised(wanted, normalise(c.text))]
        right = list({c.id: c for c in sorted(right, key=lambda c: place.get(c.id, FAR))}.values())
        wrong = [c for c in ranked if not holds_normalised(wanted, normalise(c.embedded_text))]
        beside = [c for c in own if c.id not in place and not holds_normalised(wanted, normalise(c.embedded_text))]
        for group in _group(question.question, question.answers, right, wrong, beside, draw, measure):
            yield replace(group, facts=question.facts)


def not_told(eval_set: EvalSet, library: Library, draw: random.Random, measure: Measure = SHORT) -> Iterator[Group]:
    """A group for each question that the articles of a set are known not to answer: passages of those it is about.

    Where many passages are read, up to half of them are what else the words of the question bring.
    """
    for question in eval_set.questions:
        if question.answerable is not False:
            continue
        own = {c.id for url in question.supporting for c in library.of.get(url, ())}
        found = library.search(question.question, FAR, question.date)
        near = [c for c in found if c.id in own][: measure.passages]
        if near and measure != SHORT:
            others = [c for c in found[:NEAR] if c.id not in own]
            near = near[: measure.passages // 2] + draw.sample(others, min(len(others), measure.passages // 2))
        if near:
            yield Group(question.question, (), tuple(near), (False,) * len(near))


def _tells(facts: Sequence[str], text: str) -> bool:
    """Whether a text has one of the facts, or is a part of it; any text does where none is known."""
    return not facts or any(fact in text or text in fact for fact in facts)


def headlines(library: Library, draw: random.Random, measure: Measure = Measure()) -> Iterator[Group]:
    """A group for each headline from which a name or number can be asked. Passages stand without headlines there."""
    articles = list(library.articles.values())
    draw.shuffle(articles)
    for article in articles:
        body, title = normalise(article.body), BLANKS.sub(" ", article.title)
        places = [m for kind in (NAME, NUMBER) for m in kind.finditer(title)]
        places = [m for m in places if holds_normalised([normalise(m.group())], body)]
        if not places or not 5 <= len(title.split()) <= 25 or len(library.of[article.id]) < 2:
            continue
        gap = draw.choice(places)
        word = "how many" if gap.group()[0].isdigit() else draw.choice(("who", "what", "which"))
        question = f"{title[: gap.start()]}{word}{title[gap.end() :]}?"
        answers = (gap.group(),)
        if holds(answers, question):
            continue
        ranked = library.search(question, 40)
        own = library.of[article.id]
        right = [c for c in own if holds(answers, c.text)]
        wrong = [c for c in ranked if c.article_id != article.id and not holds(answers, c.text)]
        beside = [c for c in own if not holds(answers, c.text)]
        for group in _group(question, answers, right, wrong, beside, draw, measure):
            yield replace(group, passages=tuple(replace(c, embedded_text=c.text) for c in group.passages))


def _group(
    question: str,
    answers: tuple[str, ...],
    right: Sequence[Chunk],
    wrong: Sequence[Chunk],
    beside: Sequence[Chunk],
    draw: random.Random,
    measure: Measure,
) -> Iterator[Group]:
    if not right or not wrong:
        return
    some = list(right[: 2 * measure.right])
    draw.shuffle(some)
    some = some[: measure.right]
    near, far = list(wrong[:NEAR]), list(wrong[NEAR:])
    draw.shuffle(near)
    draw.shuffle(far)
    room = measure.passages - len(some)
    others = draw.sample(list(beside), min(draw.randint(0, measure.beside), len(beside), room))
    others += near[: max(room - len(others) - len(far[:1]), 1 if len(others) < room else 0)]
    others += far[: room - len(others)]
    yield Group(question, answers, (*some, *others), tuple([True] * len(some) + [False] * len(others)))


# -- in tokens -----------------------------------------------------------------------------------------------------


def prepared(group: Group, tokenizer: Any) -> Example:
    """The group in tokens, with the places where its answers stand."""
    pairs = [pair(group.question, c, tokenizer) for c in group.passages]
    sentences: list[tuple[int, int, int]] = []
    held: list[bool] = []
    spans: list[tuple[int, int, int]] = []
    for i, ((encoding, found), chunk, right) in enumerate(zip(pairs, group.passages, group.right, strict=True)):
        before = len(chunk.embedded_text) - len(chunk.text)
        for first, last, start, end in found:
            sentences.append((i, first, last))
            said = chunk.text[start:end]
            here = right and holds(group.answers, said) and _tells(group.facts, said)
            held.append(here)
            if here:
                spans += [
                    (i, *found_at)
                    for a, b in places(group.answers, chunk.text[start:end])
                    if (found_at := _tokens(encoding, first, last, before + start + a, before + start + b))
                ]
    return Example(
        tuple(tuple(encoding.ids) for encoding, _ in pairs),
        tuple(tuple(encoding.type_ids) for encoding, _ in pairs),
        group.right,
        tuple(sentences),
        tuple(held),
        tuple(spans),
    )


def places(answers: Iterable[str], text: str) -> list[tuple[int, int]]:
    """(start, end) of each place where ``text`` says an answer, in the sense of ``evals.records.holds``."""
    words = [(w, m.start(), m.end()) for m in WORD.finditer(text) for w in normalise(m.group()).split()]
    found = [
        (words[i][1], words[i + len(answer_words) - 1][2])
        for answer_words in (normalise(answer).split() for answer in answers)
        for i in range(len(words) - len(answer_words) + 1)
        if answer_words and all(words[i + n][0] == w for n, w in enumerate(answer_words))
    ]
    return list(dict.fromkeys(found))


def _tokens(encoding: Any, first: int, last: int, start: int, end: int) -> tuple[int, int] | None:
    """The first and the last token of some characters."""
    inside = [t for t in range(first, last) if encoding.offsets[t][0] < end and encoding.offsets[t][1] > start]
    return (inside[0], inside[-1]) if inside else None


def export(reader: Any, folder: Path, groups: Sequence[Group], tokenizer: Any, about: dict[str, Any]) -> None:
    """Writes ``model.onnx`` (8 bits) and ``about.json``."""
    import onnx
    import torch

    from rag.models.embedding.int8 import token_graph

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
    parser = argparse.ArgumentParser(prog="python -m evals.train.reader", description=__doc__.split("\n\n")[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET", help="folders of question sets")
    parser.add_argument("--out", type=Path, required=True, help="where the model's files go")
    parser.add_argument("--start", type=Path, help="the folder of a reader to go on from; default: a plain MiniLM")
    parser.add_argument("--headlines", type=int, default=500, help="questions made of headlines, to begin with")
    parser.add_argument("--written", type=Path, metavar="FILE", help="questions of ours about articles of the sets")
    parser.add_argument("--without", metavar="PREFIX", help="leave out those whose id starts so")
    parser.add_argument("--epochs", type=int, default=2, help="how often the questions on many articles are read")
    parser.add_argument("--passages", type=int, default=16, help="that are read for one of these")
    parser.add_argument("--kept", type=int, default=0, help="questions that are kept aside, to see whether it learns")
    parser.add_argument("--device", default="cpu", help="'cuda' learns on a graphics card")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    import torch

    draw = random.Random(options.seed)
    torch.manual_seed(options.seed)
    base = default_folder()
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    tokenizer = open_tokenizer(options.out)
    first, epochs = gathered(options, counter(base / "tokenizer.json"), draw)
    kept, epochs = keep(epochs, options.kept, draw)
    print(f"{len(first)} questions on passages, {len(epochs[0])} on articles", file=sys.stderr, flush=True)

    lessons = Lessons(
        [prepared(g, tokenizer) for g in first],
        [[prepared(g, tokenizer) for g in questions] for questions in epochs],
        [prepared(g, tokenizer) for g in kept],
    )
    reader = model(base)
    if options.start:
        file = options.start / "model.onnx"
        reader.load_state_dict(weights_of(file, len(reader.bert.encoder.layer)))
    teach(reader, lessons, draw, options.device, options.out / "first.pt")
    torch.save(reader.state_dict(), options.out / "weights.pt")
    about = {
        "base": BASE,
        **({"start": read_about(options.start)} if options.start else {}),
        "sets": [folder.name for folder in options.sets],
        "on_passages": len(first),
        "on_articles": len(epochs[0]),
        "epochs": options.epochs,
        "seed": options.seed,
    }
    some = draw.sample(epochs[0] or first, min(24, len(epochs[0] or first)))
    export(reader, options.out, some, tokenizer, about)


def counter(file: Path) -> Callable[[Sequence[str]], list[int]]:
    """How many tokens texts have."""
    from tokenizers import Tokenizer

    counting = Tokenizer.from_file(str(file))
    counting.no_padding()
    counting.no_truncation()
    return lambda texts: [len(e.ids) for e in counting.encode_batch(list(texts))]


def gathered(
    options: argparse.Namespace, count: Callable[[Sequence[str]], list[int]], draw: random.Random
) -> tuple[list[Group], list[list[Group]]]:
    """The questions that are read first, on passages and of headlines, and the epochs of those on articles."""
    many = Measure(passages=options.passages)
    first: list[Group] = []
    epochs: list[list[Group]] = [[] for _ in range(options.epochs)]
    for folder in options.sets:
        if reading := load_reading(folder):
            library = Library(reading, count, ON_PASSAGE)
            first += asked(reading, library, draw, SHORT)
            first += not_told(reading, library, draw)
        else:
            eval_set = load_set(folder)
            library = Library(eval_set, count)
            written = questions_about(eval_set, options.written, options.without) if options.written else ()
            of_ours = replace(eval_set, questions=tuple(written))
            for groups in epochs:  # with other passages each time
                groups.extend(asked(eval_set, library, draw, many))
                groups.extend(asked(of_ours, library, draw, many))
                groups.extend(not_told(of_ours, library, draw, many))
            first += islice(headlines(library, draw, OF_HEADLINE), options.headlines // len(options.sets))
        print(f"{folder.name}: {len(library.articles)} articles", file=sys.stderr, flush=True)
    return first, epochs


def keep(epochs: list[list[Group]], n: int, draw: random.Random) -> tuple[list[Group], list[list[Group]]]:
    """``n`` questions of the last set that are kept aside, and the epochs without them."""
    names = list(dict.fromkeys(g.question for g in epochs[0]))[-4 * n :] if n else []
    aside = set(draw.sample(names, min(n, len(names))))
    return [g for g in epochs[0] if g.question in aside], [
        [g for g in questions if g.question not in aside] for questions in epochs
    ]


if __name__ == "__main__":
    main()
