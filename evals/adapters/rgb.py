"""RGB, English: does an answer hold against noise, refuse, put facts together, resist what is false?

Chen et al., "Benchmarking Large Language Models in Retrieval-Augmented Generation", AAAI 2024;
github.com/chen700564/RGB, folder ``data``.
"""

from __future__ import annotations

import math
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ..records import ArticleRecord, Question
from .rows import Filled, Groups, Loaded, Placed, Record, Row, Texts, article, find, read_rows

KNOWN_BY = "RGB (a folder with any of en.json, en_refine.json, en_int.json, en_fact.json)"

PASSAGES = 5
"""Passages a question, as in the paper."""
NOISE = (0.0, 0.2, 0.4, 0.6, 0.8)
"""Shares of passages without the answer, as in the paper."""


class _Instance(Record):
    """What the three files have in common."""

    id: Any
    query: Filled
    answer: Any


class _Noise(_Instance):
    positive: Texts
    negative: Texts


class _Integration(_Instance):
    positive: Groups
    negative: Texts


class _Counterfactual(_Instance):
    fakeanswer: Any
    positive_wrong: Texts
    negative: Texts


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
        rows = [(row, row.read(_Noise)) for row in read_rows(main)]
        for rate in NOISE:
            for row, one in rows:
                made.add(f"noise {rate}", row, one, *noisy(_filled(one.positive), _filled(one.negative), rate))
        for row, one in rows:
            made.add("rejection", row, one, (), _filled(one.negative)[:PASSAGES], answerable=False)
    if several := _find(path, "en_int.json"):
        for row in read_rows(several):
            several_of = row.read(_Integration)
            found = together([_filled(group) for group in several_of.positive])
            others = _filled(several_of.negative)[: max(0, PASSAGES - len(found))]
            made.add("integration", row, several_of, found, others)
    if false := _find(path, "en_fact.json"):
        for row in read_rows(false):
            false_one = row.read(_Counterfactual)
            planted = _filled(false_one.positive_wrong + false_one.negative)[:PASSAGES]
            wrong = _flat(_parts(row, "fakeanswer", false_one.fakeanswer))
            made.add("counterfactual", row, false_one, (), planted, wrong=wrong)
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
        self,
        kind: str,
        row: Row,
        one: _Instance,
        holding: Texts,
        others: Texts,
        *,
        answerable: bool = True,
        wrong: Texts = (),
    ) -> None:
        ids = [self._article(text) for text in holding + others]
        parts = _parts(row, "answer", one.answer) if answerable else ()
        question = Question(
            id=f"{kind.replace(' ', '')}/{_id(row, one.id)}",
            question=one.query,
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


def _filled(passages: Texts) -> Texts:
    return tuple(text for text in passages if text.strip())  # no article is empty


def _id(row: Row, found: Any) -> str:
    if type(found) is not int and not (isinstance(found, str) and found.strip()):
        raise row.wrong("'id' must be a number or text")
    return str(found)


def _parts(row: Row, name: str, found: Any) -> tuple[Texts, ...]:
    """The parts of an answer, each with its alternatives: an answer must name all parts (``checkanswer`` of RGB)."""
    parts = [part if isinstance(part, list) else [part] for part in (found if isinstance(found, list) else [found])]
    if not parts or not all(parts):
        raise row.wrong(f"'{name}' is empty")
    texts = tuple(tuple(str(w) if type(w) in (int, float) else w for w in part) for part in parts)
    if not all(isinstance(w, str) for part in texts for w in part):
        raise row.wrong(f"'{name}' must be a list of text")
    return texts


def _flat(parts: tuple[Texts, ...]) -> Texts:
    return tuple(dict.fromkeys(words for part in parts for words in part))
