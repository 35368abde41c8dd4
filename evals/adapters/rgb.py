"""RGB, English: does an answer hold against noise, refuse, put facts together, resist what is false?

Chen et al., "Benchmarking Large Language Models in Retrieval-Augmented Generation", AAAI 2024;
github.com/chen700564/RGB, folder ``data``.
"""

from __future__ import annotations

import math
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

from ..records import ArticleRecord, Question
from .rows import Loaded, Placed, Row, article, find, read_rows

KNOWN_BY = "RGB (a folder with any of en.json, en_refine.json, en_int.json, en_fact.json)"

PASSAGES = 5
"""Passages a question, as in the paper."""
NOISE = (0.0, 0.2, 0.4, 0.6, 0.8)
"""Shares of passages without the answer, as in the paper."""

Texts = tuple[str, ...]


def load(path: Path) -> Loaded | None:
    """The files of a folder, or one of them, each instance expanded into a question a kind; None without any.

    A question is asked about its own passages alone. They are taken in the order of the file, where RGB draws them,
    so a run can be repeated; every distinct passage becomes an article.
    """
    made = _Expansion()
    main = _find(path, "en_refine.json")
    if main and path.is_dir() and find(path, "en.json"):
        made.notes.append("en_refine.json is asked instead of en.json, which it corrects")
    main = main or _find(path, "en.json")
    if main:
        rows = [(row, _passages(row, "positive"), _passages(row, "negative")) for row in read_rows(main)]
        for rate in NOISE:
            for row, positive, negative in rows:
                made.add(f"noise {rate}", row, *noisy(positive, negative, rate))
        for row, _, negative in rows:
            made.add("rejection", row, (), negative[:PASSAGES], answerable=False)
    if several := _find(path, "en_int.json"):
        for row in read_rows(several):
            found = together([tuple(p for p in group if p.strip()) for group in row.groups("positive")])
            made.add("integration", row, found, _passages(row, "negative")[: max(0, PASSAGES - len(found))])
    if false := _find(path, "en_fact.json"):
        for row in read_rows(false):
            planted = _passages(row, "positive_wrong") + _passages(row, "negative")
            made.add("counterfactual", row, (), planted[:PASSAGES], wrong=_flat(_parts(row, "fakeanswer")))
    if not (main or several or false):
        return None
    return Loaded("rgb", "rgb", made.questions, lambda: list(made.records.values()), notes=made.notes)


def noisy(positive: Texts, negative: Texts, rate: float) -> tuple[Texts, Texts]:
    """The passages with the answer and those without; where one kind runs short the other fills up."""
    noise = math.ceil(PASSAGES * rate)
    if noise > len(negative):
        noise = len(negative)
    elif PASSAGES - noise > len(positive):
        noise = PASSAGES - len(positive)
    return positive[: PASSAGES - noise], negative[:noise]


def together(groups: list[Texts]) -> Texts:
    """One passage for each part of the answer, however many those are, then further ones in turn."""
    turns = [[p for p in turn if p is not None] for turn in zip_longest(*groups)]
    first = len(turns[0]) if turns else 0
    return tuple(passage for turn in turns for passage in turn)[: max(PASSAGES, first)]


class _Expansion:
    def __init__(self) -> None:
        self.questions: list[Placed] = []
        self.records: dict[str, ArticleRecord] = {}
        self.notes: list[str] = []

    def add(
        self, kind: str, row: Row, holding: Texts, others: Texts, *, answerable: bool = True, wrong: Texts = ()
    ) -> None:
        ids = [self._article(text) for text in holding + others]
        parts = _parts(row, "answer") if answerable else ()
        question = Question(
            id=f"{kind.replace(' ', '')}/{_id(row)}",
            question=row.text("query"),
            answers=_flat(parts),
            supporting=tuple(dict.fromkeys(ids[: len(holding)])),
            answerable=answerable,
            kind=kind,
            only=frozenset(ids),
            parts=parts if len(parts) > 1 else (),
            wrong_answers=wrong,
        )
        self.questions.append((row.place, question))

    def _article(self, text: str) -> str:
        name = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        self.records.setdefault(name, article(id=name, title="Passage", text=text))
        return name


def _find(path: Path, name: str) -> Path | None:
    if path.is_file():
        return path if path.name.removesuffix(".gz") == name else None
    return find(path, name)


def _passages(row: Row, name: str) -> Texts:
    return tuple(text for text in row.texts(name) if text.strip())  # no article is empty


def _id(row: Row) -> str:
    found = row.value("id")
    return str(found) if type(found) is int else row.text("id")


def _parts(row: Row, name: str) -> tuple[Texts, ...]:
    """The parts of an answer, each with its alternatives: all parts must be said (``checkanswer`` of RGB)."""
    found = row.value(name)
    parts = [part if isinstance(part, list) else [part] for part in (found if isinstance(found, list) else [found])]
    if not parts or not all(parts):
        raise row.wrong(f"'{name}' is empty")
    return tuple(row.all_text(name, [str(w) if type(w) in (int, float) else w for w in part]) for part in parts)


def _flat(parts: tuple[Texts, ...]) -> Texts:
    return tuple(dict.fromkeys(words for part in parts for words in part))
