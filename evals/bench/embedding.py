"""``python -m evals.bench embedding``: how fast our embedder is beside sentence-transformers, and what that costs.

Both embed the same chunks in one process, block by block in turn, so that other load on the machine slows both. The
reference is ``SentenceTransformer(model).encode(chunks)`` as it comes: torch in 32 bits, all threads, its own batches.
The chunks are cut as ``rag add`` cuts them, from ``ARTICLES`` articles; of these, every n-th in the order of their
length is measured (the reference would take minutes for all). The same vectors then answer the questions whose answer
stands in one of the measured chunks: recall@5 with theirs, with ours, and how many of the ten nearest are the same.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rag import News
from rag.protocols import Embedder
from rag.types import Article, Chunk

from ..adapters import load_set
from ..records import EvalSet, holds_normalised, normalise
from ..runs.machine import machine

if TYPE_CHECKING:
    from rag.types import Precision

ROOT = Path(__file__).resolve().parents[2]
SETS = (ROOT / "../shared/data/realtimeqa-2025", ROOT / "evals/sets/corpus.jsonl")
"""Where the chunks and the questions come from: the first that is there. The second is ours."""

ARTICLES = 500
CHUNKS = 1200  # that are measured, at most
BLOCKS = 6  # in which they are, in turn
TOP, NEAREST = 5, 10


@dataclass(frozen=True, slots=True)
class Speed:
    """Chunks a second, the median of the blocks; ``ratio`` is the median of each block's own ratio."""

    ours: float
    theirs: float
    ratio: float
    lowest: float  # ratio of any block


@dataclass(frozen=True, slots=True)
class Loss:
    """What our vectors cost beside the reference's: cosines of chunks, and searches by vectors alone."""

    mean: float
    lowest: float
    questions: int
    theirs: float  # answer recall@TOP
    ours: float
    overlap: float  # share of the NEAREST chunks that are the same


def embedding(articles: int = ARTICLES, chunks: int = CHUNKS, precision: str = "auto") -> None:
    """Measures and prints."""
    from sentence_transformers import SentenceTransformer

    from rag.models.embedding.embedder import default_folder, open_embedder
    from rag.settings import Settings

    ours = open_embedder("all-MiniLM-L6-v2", Settings.load().cache, precision=cast("Precision", precision))
    eval_set = load_set(next(path for path in SETS if path.exists()))
    pool = drawn(eval_set, articles, random.Random(0))
    every = [chunk for article in pool for chunk in cut(article, ours)]
    measured = sample(every, chunks)
    mean = statistics.fmean(ours.count([chunk.embedded_text for chunk in measured]))
    about = machine()
    print(
        f"\nembedding: {len(measured)} of {len(every)} chunks ({mean:.0f} word pieces) of {len(pool)} articles of "
        f"{eval_set.name}\non {about['cores']} cores, {about['cpu']}, {about['platform']}"
    )
    reference = SentenceTransformer(str(default_folder()), device="cpu")
    for warm in (ours.embed, reference.encode):
        warm([chunk.embedded_text for chunk in measured[:8]])
    speed, vectors = race(ours.embed, reference.encode, [c.embedded_text for c in measured])
    asked, holding = answered(eval_set, measured)
    lost = loss(vectors, (ours.embed(asked), reference.encode(asked)), holding)
    points = 100 * (lost.ours - lost.theirs)
    for name, left, right in (
        ("", "ours", "sentence-transformers"),
        ("chunks a second", f"{speed.ours:.1f}", f"{speed.theirs:.1f}"),
        ("ratio, its lowest in a block", f"{speed.ratio:.2f}", f"{speed.lowest:.2f}"),
        ("cosine to theirs, lowest", f"{lost.mean:.4f}", f"{lost.lowest:.4f}"),
        (f"recall@{TOP}, {lost.questions} questions", f"{lost.ours:.3f}", f"{lost.theirs:.3f}"),
        ("difference in points", f"{points:+.1f}", ""),
        (f"of the {NEAREST} nearest the same", f"{lost.overlap:.3f}", ""),
    ):
        print(f"{name:32}{left:>10}{right:>24}")


def drawn(eval_set: EvalSet, n: int, rng: random.Random) -> list[Article]:
    """``n`` articles of a set: those that support questions, of questions drawn at random, to four fifths; others."""
    if eval_set.records is None:
        return _read(eval_set)[:n]
    found = {str(record.get("url") or i): _article(record, i) for i, record in enumerate(eval_set.records())}
    order = list(eval_set.questions)
    rng.shuffle(order)
    wanted = [url for question in order for url in question.supporting if url in found]
    others = list(found)
    rng.shuffle(others)
    chosen = list(dict.fromkeys(wanted))[: n * 4 // 5]
    return [found[url] for url in list(dict.fromkeys([*chosen, *others]))[:n]]


def _article(record: Any, number: int) -> Article:
    published = record.get("published")
    return Article(
        id=str(number),
        title=record["title"],
        body=record["text"],
        published=date.fromisoformat(published[:10]) if published else None,
        source=record.get("source"),
        language=record.get("language"),
    )


def _read(eval_set: EvalSet) -> list[Article]:
    """The articles in a set's files, as the program reads them."""
    with tempfile.TemporaryDirectory() as folder, News.open(folder, llm="none") as news:
        news.add(*eval_set.paths)
        return sorted(news.articles(bodies=True), key=lambda article: article.id)


def cut(article: Article, embedder: Embedder) -> list[Chunk]:
    from rag.ingest.chunker import chunks

    return chunks(article, embedder.count, embedder.max_tokens)


def sample(chunks: Sequence[Chunk], n: int) -> list[Chunk]:
    """About ``n`` of ``chunks``, of all lengths alike: every k-th in the order of their length, longest first."""
    ordered = sorted(chunks, key=lambda chunk: (-len(chunk.embedded_text), chunk.id))
    return ordered[:: max(1, -(-len(ordered) // n))]


def race(
    ours: Callable[[list[str]], Any], theirs: Callable[[list[str]], Any], texts: Sequence[str], blocks: int = BLOCKS
) -> tuple[Speed, tuple[Any, Any]]:
    """Both embed ``texts`` in turn, dealt out into ``blocks``; who begins changes. Their speed, and (ours, theirs)."""
    import numpy as np

    vectors: list[dict[int, Any]] = [{}, {}]
    rates: list[list[float]] = [[], []]
    for block in range(min(blocks, len(texts))):
        rows = list(range(block, len(texts), blocks))
        for side in (0, 1) if block % 2 else (1, 0):
            begun = time.perf_counter()
            made = (ours, theirs)[side]([texts[i] for i in rows])
            rates[side].append(len(rows) / (time.perf_counter() - begun))
            vectors[side].update(zip(rows, made, strict=True))
    ratios = [a / b for a, b in zip(*rates, strict=True)]
    speed = Speed(
        ours=statistics.median(rates[0]),
        theirs=statistics.median(rates[1]),
        ratio=statistics.median(ratios),
        lowest=min(ratios),
    )
    ordered = [np.stack([found[i] for i in range(len(texts))]) for found in vectors]
    return speed, (ordered[0], ordered[1])


def answered(eval_set: EvalSet, chunks: Sequence[Chunk]) -> tuple[list[str], list[set[int]]]:
    """The questions whose answer stands in any of ``chunks``, and the places of those that hold it."""
    texts = [normalise(chunk.text) for chunk in chunks]
    found: dict[str, set[int]] = {}
    for question in eval_set.questions:
        wanted = [normalise(answer) for answer in question.answers]
        if places := {i for i, text in enumerate(texts) if holds_normalised(wanted, text)}:
            found[question.question] = places
    return list(found), list(found.values())


def loss(vectors: tuple[Any, Any], asked: tuple[Any, Any], holding: Sequence[set[int]]) -> Loss:
    """``vectors`` are of chunks and ``asked`` of questions, each (ours, theirs), a unit vector a row.

    ``holding`` has for each question the rows of the chunks that hold its answer.
    """
    import numpy as np

    cosines = (vectors[0] * vectors[1]).sum(axis=1)
    nearest = [np.argsort(-(asked[side] @ vectors[side].T), axis=1, kind="stable") for side in (0, 1)]
    ours, theirs = (
        statistics.fmean(bool(set(row[:TOP].tolist()) & rows) for row, rows in zip(side, holding, strict=True))
        for side in nearest
    )
    same = [len({*a[:NEAREST].tolist()} & {*b[:NEAREST].tolist()}) for a, b in zip(*nearest, strict=True)]
    return Loss(
        mean=float(cosines.mean()),
        lowest=float(cosines.min()),
        questions=len(holding),
        theirs=theirs,
        ours=ours,
        overlap=statistics.fmean(same) / min(NEAREST, len(cosines)),
    )
