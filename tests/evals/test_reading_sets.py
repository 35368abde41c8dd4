"""Published questions on passages, read as the sets bring them, and the way back from a reader that was exported."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.records import holds
from evals.train import learning
from evals.train.learning import Example, model, together
from evals.train.reader import SHORT, Library, asked, export, not_told, prepared
from evals.train.reading_sets import load_reading, plain_text
from evals.train.shipped import weights_of
from rag.models.rerank.reader import open_tokenizer
from tests.support.fakes import FakeEmbedder
from tests.support.small_models import make_bert


def packed(folder: Path, name: str, text: str) -> None:
    with gzip.open(folder / name, "wt", encoding="utf-8") as file:
        file.write(text)


@pytest.fixture
def qamr(tmp_path: Path) -> Path:
    said = [
        ("Wiki1k:wikinews:7:2:0", "The island 's ferry -LRB- built in 1998 -RRB- was sold to Petra Venn ."),
        ("Wiki1k:wikinews:7:2:1", "`` The ferry leaks '' , she said ."),
        ("Wiki1k:wikinews:7:10:0", "The council met on Tuesday ; it was n't amused ."),
        ("Wiki1k:wikinews:9:1:0", "A boat sank off Oldhaven on Monday night and its crew swam ashore ."),
    ]
    asked_about = [
        # sentence, keywords, worker, ., ., question, the worker's words, those of two who checked it
        (said[0][0], "1", "5", "0", "2", "Who bought the ferry ?", "12 13", "8:13", "9:12 13"),
        (said[0][0], "1", "5", "1", "2", "When was the ferry 's hull built ?", "7", "8:7", "9:Invalid"),
        (said[0][0], "1", "5", "2", "2", "What ?", "2", "8:2", "9:2"),
        (said[2][0], "1", "5", "0", "2", "Which day did the council meet ?", "4", "8:4", "9:4"),
    ]
    packed(tmp_path, "wiki-sentences.tsv.gz", "".join("\t".join(row) + "\n" for row in said))
    packed(tmp_path, "dev.tsv.gz", "".join("\t".join(row) + "\n" for row in asked_about[:3]))
    packed(tmp_path, "test.tsv.gz", "".join("\t".join(row) + "\n" for row in asked_about[3:]))
    return tmp_path


def test_qamr_becomes_paragraphs_and_questions_that_those_who_checked_them_understood(qamr: Path) -> None:
    found = load_reading(qamr)
    assert found is not None and found.records is not None
    ferry, oldhaven = found.records()
    assert ferry["text"] == (
        "The island's ferry (built in 1998) was sold to Petra Venn. “The ferry leaks”, she said.\n\n"
        "The council met on Tuesday; it wasn't amused."
    )
    assert oldhaven["text"].startswith("A boat sank off Oldhaven")
    assert [(q.question, q.answers, q.facts) for q in found.questions] == [
        (
            "Who bought the ferry?",
            ("Petra Venn", "Venn"),
            ("The island's ferry (built in 1998) was sold to Petra Venn.",),
        ),
        ("Which day did the council meet?", ("Tuesday",), ("The council met on Tuesday; it wasn't amused.",)),
    ]


def test_time_sensitive_questions_know_the_paragraph_and_which_are_not_answered(tmp_path: Path) -> None:
    entry = {
        "index": "/wiki/Petra_Venn#P1",
        "link": "/wiki/Petra_Venn",
        "questions": [
            ["Who employed Petra Venn from 1998 to 2004?", [{"para": 2, "from": 0, "answer": "Northwake Lines"}]],
            ["Who employed Petra Venn from 2005 to 2006?", [{"para": 2, "from": 0, "answer": ""}]],
        ],
        "paras": ["Petra Venn", "Petra Venn is a captain .", "From 1998 she sailed for Northwake Lines , until 2004 ."],
    }  # fmt: skip
    harder = {"idx": "/wiki/Petra_Venn#P1#0", "question": "Who employed Petra Venn in early 2001?"}
    packed(tmp_path, "human_annotated_train.json.gz", json.dumps([entry]))
    packed(tmp_path, "human_train.hard.json.gz", json.dumps(harder) + "\n")
    found = load_reading(tmp_path)
    assert found is not None and found.records is not None
    [article] = found.records()
    assert (article["title"], article["text"].count("\n\n")) == ("Petra Venn", 1)
    told, said_otherwise, nowhere = found.questions
    assert told.facts == said_otherwise.facts == ("From 1998 she sailed for Northwake Lines, until 2004.",)
    assert said_otherwise.question == "Who employed Petra Venn in early 2001?"
    assert (nowhere.answerable, nowhere.answers) == (False, ())

    library = Library(found, FakeEmbedder().count, 60)
    [group] = not_told(found, library, random.Random(0))
    assert group.question == nowhere.question
    assert group.passages and not any(group.right)


def test_xquad_knows_the_sentence_that_answers(tmp_path: Path) -> None:
    context = "The ferry was built in 1998. In 1998 nobody lived there."
    answer = {"text": "1998", "answer_start": context.rindex("1998")}
    asked_about = {"id": "q", "question": "When was the island empty?", "answers": [answer]}
    data = {"data": [{"title": "The_island", "paragraphs": [{"context": context, "qas": [asked_about]}]}]}
    packed(tmp_path, "xquad.en.json.gz", json.dumps(data))
    found = load_reading(tmp_path)
    assert found is not None
    [question] = found.questions
    assert question.facts == ("In 1998 nobody lived there.",)


def test_other_folders_are_no_reading_set(tmp_path: Path) -> None:
    assert load_reading(tmp_path) is None


def test_only_the_sentence_that_answers_counts_though_others_hold_the_words(qamr: Path, bert: Path) -> None:
    packed(qamr, "test.tsv.gz", "")
    packed(qamr, "dev.tsv.gz", "\t".join((
        "Wiki1k:wikinews:7:2:0", "1", "5", "0", "2", "What did Petra Venn buy on Monday ?", "3", "8:3", "9:3"
    )) + "\n")  # fmt: skip
    found = load_reading(qamr)
    assert found is not None
    library = Library(found, FakeEmbedder().count, 60)
    for seed in range(8):
        [group] = asked(found, library, random.Random(seed), SHORT)
        [right] = [c for c, r in zip(group.passages, group.right, strict=True) if r]
        assert "Petra Venn" in right.text
        assert right.embedded_text == right.text, "a set without headlines shows none"
        example = prepared(group, open_tokenizer(bert))
        assert sum(holds(group.answers, s) for s in ("The ferry leaks", right.text)) == 2
        assert sum(example.held) == 1


@given(st.lists(st.sampled_from(["ferry", "'s", ",", ".", "(", ")", "``", "''", "n't", "1998", "A.", "$", "-LRB-"])))
def test_no_letter_of_a_text_is_lost_where_marks_are_put_to_their_words(tokens: list[str]) -> None:
    told = plain_text(" ".join(tokens))
    assert re.sub(r"\W", "", told) == "".join(re.sub(r"\W", "", t) for t in tokens if t != "-LRB-")
    assert "  " not in told and told == told.strip()


# -- steps, and the way back -------------------------------------------------------------------------------------------


def example(pairs: int, length: int) -> Example:
    return Example(((0,) * length,) * pairs, ((0,) * length,) * pairs, (True,) * pairs, (), (), ())


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 9)), max_size=150), st.integers(0, 9))
def test_every_example_is_in_one_step_and_no_step_is_too_large(sizes: list[tuple[int, int]], seed: int) -> None:
    examples = [example(pairs, length) for pairs, length in sizes]
    steps = together(examples, random.Random(seed))
    assert sorted(id(e) for step in steps for e in step) == sorted(map(id, examples))
    for step in steps:
        assert len(step) == 1 or sum(len(e.ids) for e in step) <= learning.PAIRS


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    return make_bert(tmp_path_factory.mktemp("bert"), "ferry", "captain", "sold", "petra", "venn", "bought")


def test_a_reader_goes_on_from_what_was_exported(qamr: Path, bert: Path, tmp_path: Path) -> None:
    import torch

    torch.manual_seed(3)
    found = load_reading(qamr)
    assert found is not None
    tokenizer = open_tokenizer(bert)
    groups = list(asked(found, Library(found, FakeEmbedder().count, 25), random.Random(1), SHORT))
    reader = model(bert)
    export(reader, tmp_path / "out", groups, tokenizer, {"base": "tiny"})
    again = model(bert)
    for parameter in again.parameters():
        torch.nn.init.normal_(parameter)
    layers = len(reader.bert.encoder.layer)
    again.load_state_dict(weights_of(tmp_path / "out" / "model.onnx", layers))
    examples = [prepared(group, tokenizer) for group in groups]
    before, after = (learning.check(one.eval(), examples) for one in (reader, again))
    assert after == pytest.approx(before, abs=0.05)
    for name, value in reader.state_dict().items():
        assert float((again.state_dict()[name] - value).abs().max()) < 0.02 * float(value.abs().max()) + 1e-6, name
    with pytest.raises(ValueError, match="no reader of"):
        weights_of(tmp_path / "out" / "model.onnx", layers + 1)
