"""Questions on passages, as they are published, for the training of the reader; a set is known by its files.

- QAMR: questions of people about the words of a sentence of Wikinews or Wikipedia (Michael et al., "Crowdsourcing
  Question-Answer Meaning Representations", NAACL 2018).
- Time-Sensitive-QA: what was so from one year to another, on passages of Wikipedia; some that these do not answer
  (Chen et al., "A Dataset for Answering Time-Sensitive Questions", NeurIPS 2021).
- XQuAD: the English part of 1,190 questions of SQuAD (Artetxe et al., ACL 2020).

Each becomes a set of questions with articles whose ``facts`` are the sentence, or the paragraph, that answers.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from rag.text.sentences import sentence_spans

from ..records import ArticleRecord, EvalSet, Question

LONGEST = 10  # words of an answer: longer ones are half of the sentence
FEWEST = 4  # words of a question: of 'What is demand?' nobody knows what it is about

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": "“", "''": "”", "`": "‘", "--": "–"}
_TO_THE_LEFT = re.compile(r" +(?=[.,;:!?%)\]”]|n't\b|['’](?:s|m|re|ve|d|ll)\b|['’](?: |$))")
_TO_THE_RIGHT = re.compile(r"(?<=[(\[“‘$#]) +")
_INITIAL = re.compile(r"\b([A-Z])\. (?=[A-Z]\.)")
_MARKED = re.compile(r"\d+:([\d ]+)")


def load_reading(folder: Path) -> EvalSet | None:
    """The set in a folder; None where none of these is there."""
    for file, load in (
        ("wiki-sentences.tsv.gz", _qamr),
        ("human_annotated_train.json.gz", _time_sensitive),
        ("xquad.en.json.gz", _xquad),
    ):
        if (folder / file).is_file():
            records, questions = load(folder)
            return EvalSet(folder.name, "reading", tuple(questions), _always(records))
    return None


def plain_text(tokens: str) -> str:
    """Words and marks that stand apart as they are written: ``the ferry 's captain .`` -> ``the ferry's captain.``"""
    text = " ".join(_BRACKETS.get(token, token) for token in tokens.split())
    return _INITIAL.sub(r"\1.", _TO_THE_RIGHT.sub("", _TO_THE_LEFT.sub("", text)))


def _always(records: list[ArticleRecord]) -> Callable[[], list[ArticleRecord]]:
    return lambda: records


def _lines(file: Path) -> Iterator[list[str]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield line.rstrip("\n").split("\t")


def _json(file: Path) -> Any:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return json.load(stream)


# -- QAMR ----------------------------------------------------------------------------------------------------------


def _qamr(folder: Path) -> tuple[list[ArticleRecord], list[Question]]:
    tokens = {name: text.split() for name, text in _lines(folder / "wiki-sentences.tsv.gz")}

    def place(name: str) -> tuple[str, int, int]:  # article, paragraph, sentence
        article, paragraph, sentence = name.rsplit(":", 2)
        return article, int(paragraph), int(sentence)

    records: list[ArticleRecord] = []
    for article, names in groupby(sorted(tokens, key=place), key=lambda name: place(name)[0]):
        parts = [
            " ".join(plain_text(" ".join(tokens[name])) for name in paragraph)
            for _, paragraph in groupby(names, key=lambda name: place(name)[1])
        ]
        records.append({"id": article, "title": article, "text": "\n\n".join(parts)})
    questions = []
    for file in ("dev.tsv.gz", "test.tsv.gz"):
        for n, row in enumerate(_lines(folder / file)):
            name, asked, marked = row[0], plain_text(row[5]), [row[6], *_valid(row[7:9])]
            if len(marked) < 3 or len(asked.split()) < FEWEST or name not in tokens:
                continue
            answers = [plain_text(" ".join(tokens[name][int(t)] for t in some.split())) for some in marked]
            kept = tuple(dict.fromkeys(a for a in answers if a and len(a.split()) <= LONGEST))
            fact = plain_text(" ".join(tokens[name]))
            if kept:
                questions.append(
                    Question(f"{file}-{n}", asked, kept, supporting=(place(name)[0],), kind="qamr", facts=(fact,))
                )
    return records, questions


def _valid(answers: list[str]) -> list[str]:
    """What the two who checked a question answered; one who found it meaningless gave no words."""
    return [found[1] for answer in answers if (found := _MARKED.fullmatch(answer))]


# -- Time-Sensitive-QA ---------------------------------------------------------------------------------------------


def _time_sensitive(folder: Path) -> tuple[list[ArticleRecord], list[Question]]:
    harder = {
        row["idx"]: str(row["question"])
        for [line] in _lines(folder / "human_train.hard.json.gz")
        for row in (json.loads(line),)
    }
    texts: dict[str, list[str]] = {}
    questions: list[Question] = []
    for entry in _json(folder / "human_annotated_train.json.gz"):
        link, paragraphs = str(entry["link"]), [plain_text(paragraph) for paragraph in entry["paras"]]
        texts.setdefault(link, paragraphs[1:])  # the first is the headline
        for n, (easier, found) in enumerate(entry["questions"]):
            told = [one for one in found if one.get("answer")]
            answers = tuple(dict.fromkeys(plain_text(one["answer"]) for one in told))
            facts = tuple(dict.fromkeys(paragraphs[one["para"]] for one in told))
            for asked in dict.fromkeys((easier, harder.get(f"{entry['index']}#{n}", easier))):
                questions.append(
                    Question(
                        f"{entry['index']}#{n}-{len(questions)}",
                        str(asked),
                        answers,
                        supporting=(link,),
                        answerable=bool(answers),
                        kind="time-sensitive",
                        facts=facts,
                    )
                )
    return [
        {"id": link, "title": link.rsplit("/", 1)[-1].replace("_", " "), "text": "\n\n".join(parts)}
        for link, parts in texts.items()
    ], questions


# -- XQuAD ---------------------------------------------------------------------------------------------------------


def _xquad(folder: Path) -> tuple[list[ArticleRecord], list[Question]]:
    records: list[ArticleRecord] = []
    questions: list[Question] = []
    for article in _json(folder / "xquad.en.json.gz")["data"]:
        name = str(article["title"])
        contexts = [str(paragraph["context"]) for paragraph in article["paragraphs"]]
        records.append({"id": name, "title": name.replace("_", " "), "text": "\n\n".join(contexts)})
        for context, paragraph in zip(contexts, article["paragraphs"], strict=True):
            spans = sentence_spans(context)
            for one in paragraph["qas"]:
                answers = tuple(dict.fromkeys(str(a["text"]) for a in one["answers"]))
                starts = [int(a["answer_start"]) for a in one["answers"]]
                facts = tuple(context[a:b] for a, b in spans if any(a <= start < b for start in starts))
                questions.append(
                    Question(
                        str(one["id"]), str(one["question"]), answers, supporting=(name,), kind="xquad", facts=facts
                    )
                )
    return records, questions
