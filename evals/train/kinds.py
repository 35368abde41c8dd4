"""The weights of ``rag.qa.learnt.kind_model``: ``python -m evals.train.kinds --facts FILE... [--out FILE]``.

Learns from the requests of ``evals/sets`` that are not held apart and from questions after one fact: those of our own
sets, some of ours about real news, and of FILEs with a JSON object with ``question`` on each line, as RealTimeQA of
2022 has them. Prints how many of those held apart are taken rightly by the rules alone and with what was learnt, and
which questions of the FILEs of ``--tried`` are taken for more than the rules say. Two minutes on two cores.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from rag.models.factory import open_embedder
from rag.protocols import Embedder
from rag.qa.learnt.kind_model import KIND_WEIGHTS, VECTOR_WEIGHT, KindModel, learnt_kind, parts_of, words_and_marks
from rag.qa.learnt.stored import packed_weights
from rag.qa.requests.kinds import RequestKind, kind_of
from rag.settings import Settings

from ..adapters.rows import read_rows
from .ranking import read

SETS = Path(__file__).parents[1] / "sets"
KINDS_FILES = tuple(f"requests-kinds{n}.jsonl" for n in ("", "-2", "-3", "-4", "-5"))
HELD_FILES = KINDS_FILES[1:]  # of which no rule was written with those held apart
FACTS_FILES = ("corpus.jsonl", "reporter.jsonl", "reporter-2.jsonl")
QUESTIONS_FILE, CLAIMS_FILE = "news-questions.jsonl.gz", "news-claims.jsonl.gz"
"""Ours about real news: the second are claims and questions after yes or no, with the place of a sentence in the
article at ``url`` and as ``label`` what it says: 'yes', 'no', or 'open' where it only seems to tell."""
EVERY = 9  # every ninth of them is learnt from
SAME = {"count": "fact", "about": "about-us"}
INVERSE_PENALTY = 15.0
DECIMALS, DECIMALS_OF_VECTOR = 1, 2
LEAST_REQUESTS = 3  # requests that have a part, for it to be weighed
LEAST_COMMON = 12  # requests of ours that have a word, for it to be no matter of the news
FACT_ODDS = 0.5
"""Added to the score of one fact, which most questions are after: all kinds weigh the same when they are learnt."""


def learnt_as(kind: str) -> str:
    """The kind of the program that a kind of a set is; a count is a fact to all that comes after."""
    return SAME.get(kind, kind)


def examples(facts: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """All (request, kind) to learn from, none that was pasted in: those are known by their length."""
    for name in KINDS_FILES:
        yield from ((row["request"], row["kind"]) for row in _asked(name))
    yield from ((row["request"], row["kind"]) for row in _asked("requests.jsonl"))
    asked = read([*(SETS / name for name in FACTS_FILES), *facts])
    yield from ((row["question"], kind_of(row["question"])) for row in asked)
    yield from _about_news()


def _about_news() -> Iterator[tuple[str, RequestKind]]:
    """Some of the questions after one fact, of any kind that the rules say, and of the claims those that they know."""
    facts = [row.fields for row in read_rows(SETS / QUESTIONS_FILE)]
    answered = [str(fields["question"]) for fields in facts if fields.get("answerable", True)]
    claims = [str(row.fields["question"]) for row in read_rows(SETS / CLAIMS_FILE)]
    yield from ((text, kind_of(text)) for text in answered[::EVERY])
    yield from ((text, kind) for text in claims[::EVERY] if (kind := kind_of(text)) in ("yes-no", "check"))


def _asked(name: str) -> list[dict[str, Any]]:
    return [row for row in read([SETS / name]) if not row["held"] and row["kind"] != "pasted"]


def common_words(requests: Iterable[str]) -> frozenset[str]:
    """The words that many requests have."""
    counted = Counter(word for text in requests for word in set(words_and_marks(text)))
    return frozenset(word for word, n in counted.items() if n >= LEAST_COMMON)


def learn(given: Sequence[tuple[str, str]], common: frozenset[str], embedder: Embedder) -> KindModel:
    """A multinomial logistic regression, each kind weighing the same, over TF-IDF (sublinear, smoothed) and vectors."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [text for text, _ in given]
    words = TfidfVectorizer(analyzer=partial(parts_of, common=common), sublinear_tf=True, min_df=LEAST_REQUESTS)
    seen = words.fit_transform(texts)
    vectors = csr_matrix(VECTOR_WEIGHT * embedder.embed(texts))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=3_000, class_weight="balanced")
    model.fit(hstack([seen, vectors]), [learnt_as(kind) for _, kind in given])
    rarity, weights = words.idf_, model.coef_.T
    rounded = np.round(np.column_stack([rarity, weights[: len(rarity)]]), DECIMALS).tolist()
    kinds = tuple(map(str, model.classes_))
    bias = model.intercept_ + np.where(model.classes_ == "fact", FACT_ODDS, 0.0)
    return KindModel(
        embedder.digest,
        kinds,  # type: ignore[arg-type]
        common,
        {part: rounded[at] for part, at in sorted(words.vocabulary_.items())},
        np.round(weights[len(rarity) :].T, DECIMALS_OF_VECTOR).tolist(),
        np.round(bias, DECIMALS_OF_VECTOR).tolist(),
    )


def save(model: KindModel, file: Path) -> None:
    stored = asdict(model) | {"common": sorted(model.common)}
    file.write_bytes(packed_weights(stored))


def taken_rightly(name: str, embedder: Embedder, *, learnt: bool) -> tuple[int, int]:
    """Of the requests of a set that are held apart: how many are taken for what they are, and how many there are."""

    def taken(request: str) -> RequestKind:
        kind = kind_of(request)
        return learnt_kind(request, kind, embedder) if learnt else kind

    held = [row for row in read([SETS / name]) if row["held"]]
    same = [learnt_as(taken(row["request"])) == learnt_as(row["kind"]) for row in held]
    return sum(same), len(same)


def taken_otherwise(questions: Iterable[str], embedder: Embedder) -> Iterator[tuple[RequestKind, str]]:
    """Those of the questions that are taken for another kind than the rules say, and for which."""
    for question in questions:
        by_rules = kind_of(question)
        if (kind := learnt_kind(question, by_rules, embedder)) != by_rules:
            yield kind, question


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--facts", nargs="*", type=Path, default=[], help="more questions after one fact")
    parser.add_argument("--tried", nargs="*", type=Path, default=[], help="questions that nothing is learnt from")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "rag/qa/learnt" / KIND_WEIGHTS)
    given = parser.parse_args()
    embedder = open_embedder(Settings.load())
    learnt_from = list(examples(given.facts))
    print(Counter(learnt_as(kind) for _, kind in learnt_from))
    save(learn(learnt_from, common_words(text for text, _ in examples([])), embedder), given.out)
    for name in HELD_FILES:
        for learnt in (False, True):
            how = "with what was learnt" if learnt else "the rules alone"
            print(name, how, *taken_rightly(name, embedder, learnt=learnt))
    questions = [row["question"] for row in read(given.tried)]
    print(*taken_otherwise(questions, embedder), f"of {len(questions)}", sep="\n")


if __name__ == "__main__":
    main()
