"""The weights of ``rag.qa.learnt.kind_model``: ``python -m evals.train.kinds --facts FILE... [--out FILE]``.

Learns from the requests of ``evals/sets`` that are not held apart and from questions after one fact: those of our own
sets, and of FILEs with a JSON object with ``question`` on each line, as RealTimeQA of 2022 has them. Prints how many of
those held apart are taken rightly by the rules alone and with what was learnt. A minute on two cores.
"""

from __future__ import annotations

import gzip
import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rag.models.factory import open_embedder
from rag.protocols import Embedder
from rag.qa.learnt.kind_model import KIND_WEIGHTS, VECTOR_WEIGHT, KindModel, learnt_kind, runs_of_words
from rag.qa.requests.kinds import RequestKind, kind_of
from rag.settings import Settings

from .ranking import read

SETS = Path(__file__).parents[1] / "sets"
KINDS_FILES = ("requests-kinds.jsonl", "requests-kinds-2.jsonl")
FACTS_FILES = ("corpus.jsonl", "reporter.jsonl", "reporter-2.jsonl")
SAME = {"count": "fact", "about": "about-us"}
INVERSE_PENALTY = 10.0
DECIMALS = 2
LEAST_REQUESTS = 2  # requests that have a run of words, for it to be weighed


def learnt_as(kind: str) -> str:
    """The kind of the program that a kind of a set is; a count is a fact to all that comes after."""
    return SAME.get(kind, kind)


def examples(facts: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """All (request, kind) to learn from."""
    for name in KINDS_FILES:
        yield from ((row["request"], row["kind"]) for row in read([SETS / name]) if not row["held"])
    yield from ((row["request"], row["kind"]) for row in read([SETS / "requests.jsonl"]) if not row.get("held"))
    asked = read([*(SETS / name for name in FACTS_FILES), *facts])
    yield from ((row["question"], kind_of(row["question"])) for row in asked)


def learn(given: Sequence[tuple[str, str]], embedder: Embedder) -> KindModel:
    """A multinomial logistic regression, each kind weighing the same, over TF-IDF (sublinear, smoothed) and vectors."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [text for text, _ in given]
    words = TfidfVectorizer(analyzer=runs_of_words, sublinear_tf=True, min_df=LEAST_REQUESTS)
    seen = words.fit_transform(texts)
    vectors = csr_matrix(VECTOR_WEIGHT * embedder.embed(texts))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=3_000, class_weight="balanced")
    model.fit(hstack([seen, vectors]), [learnt_as(kind) for _, kind in given])
    rarity, weights = words.idf_, model.coef_.T
    rounded = np.round(np.column_stack([rarity, weights[: len(rarity)]]), DECIMALS).tolist()
    return KindModel(
        embedder.digest,
        tuple(map(str, model.classes_)),  # type: ignore[arg-type]
        {run: rounded[at] for run, at in sorted(words.vocabulary_.items())},
        np.round(weights[len(rarity) :].T, DECIMALS).tolist(),
        np.round(model.intercept_, DECIMALS).tolist(),
    )


def save(model: KindModel, file: Path) -> None:
    file.write_bytes(gzip.compress(json.dumps(asdict(model), ensure_ascii=False).encode(), mtime=0))


def taken_rightly(embedder: Embedder, *, learnt: bool) -> tuple[int, int]:
    """Of the requests held apart those of the second file, which no rule was written with: how many are taken for what
    they are, and how many there are."""

    def taken(request: str) -> RequestKind:
        kind = kind_of(request)
        return (learnt_kind(request, embedder) if learnt and kind == "fact" else None) or kind

    held = [row for row in read([SETS / KINDS_FILES[1]]) if row["held"]]
    same = [learnt_as(taken(row["request"])) == learnt_as(row["kind"]) for row in held]
    return sum(same), len(same)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--facts", nargs="*", type=Path, default=[], help="more questions after one fact")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "rag/qa/learnt" / KIND_WEIGHTS)
    given = parser.parse_args()
    embedder = open_embedder(Settings.load())
    learnt_from = list(examples(given.facts))
    print(Counter(learnt_as(kind) for _, kind in learnt_from))
    save(learn(learnt_from, embedder), given.out)
    for learnt in (False, True):
        print("with what was learnt" if learnt else "the rules alone", *taken_rightly(embedder, learnt=learnt))


if __name__ == "__main__":
    main()
