"""Makes the adapter of the embedded model: ``python -m evals.pointing SET... --out FILE``.

The model learns to answer as ``rag.prompt.pointing_messages`` asks it to: the number of the quote that answers, the
shortest answer in its words, and on the next line a sentence that says it; or that no quote answers. It learns from the
questions of evaluation sets, each beside the sentences that the reader finds best. A sentence that holds the words of
an answer is taken to give it. Nobody wrote the sentences that say an answer: the model itself makes them of question
and answer before it learns. Choosing among given answers is kept up beside, so that it is not forgotten.

``evals/adapter.py`` says how it is learnt; a graphics card is needed for that in practice.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evals.adapter import Lesson, Tuning
from evals.adapters import load_set
from evals.records import EvalSet, normalise
from evals.training import Pile, places
from rag.config import Settings
from rag.embed import open_embedder
from rag.odds import log_odds
from rag.prompt import NOT_FOUND, choice_messages, pointing_messages
from rag.rank import rank
from rag.reader import Reader
from rag.retrieve import Wanted
from rag.types import Embedder, Evidence, Hit

PASSAGES = 32  # that the reader reads for one question
SENTENCES = 40  # the best of them are shown
SURE = 60  # places up to which a sentence that holds the answer is shown on purpose
NEAR_COPY = 0.8  # share of words from which on one of two sentences is left out


@dataclass(frozen=True, slots=True)
class Asked:
    """A question beside the sentences found for it, best first; ``holding`` are the places of those with an answer."""

    question: str
    day: date | None
    answers: tuple[str, ...]
    choices: tuple[str, ...]
    right: int | None
    sentences: tuple[Evidence, ...]
    holding: frozenset[int]


def gather(eval_set: EvalSet, pile: Pile, reader: Reader, embedder: Embedder) -> Iterator[Asked]:
    """The questions of a set for which a word search finds anything."""
    for question in eval_set.questions:
        found = pile.search(question.question, PASSAGES, question.date)
        if not question.answers or not found:
            continue
        hits = [Hit(c, pile.articles[c.article_id], 0.0) for c in found]
        wanted = Wanted((question.date, question.date)) if question.date else Wanted()
        _, scored = rank(question.question, hits, reader.read(question.question, found), wanted, embedder)
        yield Asked(
            question.question,
            question.date,
            question.answers,
            question.choices,
            question.answer_index[0] if len(question.answer_index) == 1 else None,
            tuple(scored),
            frozenset(i for i, e in enumerate(scored) if places(question.answers, e.quote)),
        )


def lessons(asked: Asked, draw: random.Random) -> Iterator[Lesson]:
    """What is learnt from one question in one epoch: with the answer among the quotes, without it, and by choice."""
    best = range(min(SENTENCES, len(asked.sentences)))
    plain = [i for i in best if i not in asked.holding]
    sure = [i for i in sorted(asked.holding) if i < SURE]
    many, room = draw.randint(3, 12), draw.randint(120, 480)
    day = None if draw.random() < 0.15 else asked.day
    if sure:
        shown = _pick(asked, best, many, room, draw)
        yield from _pointing(asked, day, shown)
        if draw.random() < 0.5 or not asked.holding.intersection(shown):
            others = _pick(asked, plain, max(many - 1, 1), room, draw)
            others.insert(min(int(draw.expovariate(0.5)), len(others)), sure[0])
            yield from _pointing(asked, day, others)
        if draw.random() < 0.7:
            yield from _pointing(asked, day, _pick(asked, plain, many, room, draw))
    if asked.right is not None and draw.random() < 0.5:
        shown = _pick(asked, best, draw.randint(3, 8), room, draw)
        order = draw.sample(range(len(asked.choices)), len(asked.choices))
        # What stands for all the others comes last, as it does wherever people write such questions.
        order.sort(key=lambda i: asked.choices[i].lower().startswith(("all of", "none of")))
        letter = chr(65 + order.index(asked.right))
        quotes = [asked.sentences[i] for i in shown]
        yield Lesson(choice_messages(asked.question, [asked.choices[i] for i in order], quotes), letter)


def _pick(asked: Asked, among: Sequence[int], many: int, room: int, draw: random.Random) -> list[int]:
    """Some of the best sentences in about their order: the reader that ranks them knew these questions, and is less
    sure of others. ``room`` is in tokens."""

    def unsure(i: int) -> float:
        return -log_odds(asked.sentences[i].score, 1e-6) + draw.gauss(0, 0.7)

    chosen: list[int] = []
    bags: list[set[str]] = []
    for i in sorted(among, key=unsure):
        quote = asked.sentences[i].quote
        size = int(len(quote.split()) * 1.35) + 12  # its day and headline too
        bag = set(normalise(quote).split())
        if size > room or any(len(bag & other) > NEAR_COPY * max(len(bag), len(other), 1) for other in bags):
            continue
        room -= size
        chosen.append(i)
        bags.append(bag)
        if len(chosen) == many:
            break
    return chosen


def _pointing(asked: Asked, day: date | None, shown: Sequence[int]) -> Iterator[Lesson]:
    if not shown:
        return
    quotes = [asked.sentences[i] for i in shown]
    messages = pointing_messages(asked.question, day, quotes)
    holding = [n for n, i in enumerate(shown) if i in asked.holding]
    if not holding:
        yield Lesson(messages, NOT_FOUND)
        return
    n = max(holding, key=lambda n: quotes[n].score)
    quote = " ".join(quotes[n].quote.split())
    [(start, end), *_] = places(asked.answers, quote)
    short = quote[start:end].strip(" “”\"'‘’.,")
    yield Lesson(messages, f"[{n + 1}] {short}", asked.question, short)


def words(texts: Sequence[str]) -> list[int]:
    """About how many tokens: nothing here depends on it, and counting them takes as long as all the rest."""
    return [int(len(text.split()) * 1.35) + 1 for text in texts]


def main(open_tuning: Callable[[Path, str], Tuning] = Tuning) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.pointing", description=__doc__.split("\n\n")[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET", help="folders of question sets with articles")
    parser.add_argument("--model", type=Path, required=True, help="the embedded model's file (.gguf)")
    parser.add_argument("--out", type=Path, required=True, help="the adapter's file (.gguf)")
    parser.add_argument("--epochs", type=int, default=3, help="how often the questions are read")
    parser.add_argument("--device", default="cuda", help="where it is learnt; 'cpu' takes days")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()

    draw = random.Random(options.seed)
    settings = Settings.load()
    embedder = open_embedder(settings.embedder, settings.cache, None, settings.embed_precision)
    asked: list[Asked] = []
    for folder in options.sets:
        eval_set = load_set(folder)
        asked += gather(eval_set, Pile(eval_set, words), Reader(), embedder)
        print(f"{eval_set.name}: {len(asked)} questions", file=sys.stderr, flush=True)
    tuning = open_tuning(options.model, options.device)
    epochs = [[lesson for a in asked for lesson in lessons(a, draw)] for _ in range(options.epochs)]
    tuning.learn([tuning.prepared(some) for some in epochs], draw)
    tuning.export(options.out)


if __name__ == "__main__":
    main()
