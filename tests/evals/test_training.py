"""What the reader learns from: groups that are right about what holds an answer, and a loss that says so."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import EvalSet, Question
from evals.adapters.written import questions_about
from evals.records import holds, normalise
from evals.train import learning
from evals.train.learning import Lessons, losses, marginal, model, teach, train
from evals.train.reader import (
    Group,
    Library,
    Measure,
    asked,
    export,
    gathered,
    headlines,
    keep,
    not_told,
    places,
    prepared,
)
from rag.models.rerank import reader as rag_reader
from rag.models.rerank.reader import END, PASSAGE, SENTENCE, START, Reader, about, open_tokenizer, pair
from rag.types import Chunk
from tests.support.fakes import FakeEmbedder
from tests.support.small_models import make_bert

FERRY = """\
The council has made up its mind about the winter boats. It met on Tuesday until late, in the old hall by the harbour.

From May the ferry will be run by Northwake Lines, which has two boats. It was the only one of three bidders that \
promised to sail on Sundays as well.

The last ferry was sold for scrap in the autumn. Nobody on the island was sad to see it go, the mayor said."""

CAPTAIN = """\
The firm that runs the ferry has found a captain. She is called Petra Venn and comes from a family of pilots.

She will live on the island, in the house by the harbour that stood empty for a year. The council gave her the keys."""

STORM = """\
A storm sank a ferry off Oldhaven on Monday night. All of its crew swam ashore.

The harbour counted 1,250 boats that were damaged. Divers will look for the wreck once the ferry firm allows it."""

LATER = """\
The ferry of Northwake Lines has stopped for good, the council said. Its boats are for sale.

The island will build a bridge. Petra Venn, the captain of the ferry, wants to stay and fish."""

BAKERY = """\
The bakery by the harbour has been sold to Petra Venn. She was a captain before and has never baked.

Her first loaves were burnt. The council ate them all the same, and asked for more on Friday."""

RECORDS = [
    {"id": "ferry", "url": "https://echo.example/ferry", "published": "2024-03-08", "text": FERRY,
     "title": "Island council picks Northwake Lines for the ferry"},
    # Only its headline names the firm, so none of its passages may stand as one that does not.
    {"id": "captain", "published": "2024-04-02", "text": CAPTAIN,
     "title": "Northwake Lines hires a captain for the ferry"},
    {"id": "storm", "published": "2024-02-01", "text": STORM, "title": "Storm off Oldhaven damages 1,250 boats"},
    {"id": "later", "published": "2026-01-20", "text": LATER, "title": "No ferry from Northwake Lines, says council"},
    {"url": "https://echo.example/bakery", "text": BAKERY, "title": "Island bakery goes to captain Petra Venn"},
    # What is asked for stands twice in it: the question would give the answer away.
    {"id": "twice", "published": "2024-02-03", "text": STORM.replace("ferry", "tug"),
     "title": "Divers from Oldhaven look for tug off Oldhaven"},
]  # fmt: skip

SPRING = date(2024, 6, 1)
QUESTIONS = (
    Question("q1", "Who will run the ferry of the island from May?", ("Northwake Lines",), SPRING,
             supporting=("https://echo.example/ferry", "ferry")),
    Question("q2", "How many boats did the storm damage?", ("1250", "1,250 boats"), SPRING, supporting=("storm",)),
    Question("q3", "Who bought the bakery by the harbour?", ("Petra Venn",), SPRING),  # no article is named
    # Of its article, named twice, the search brings only some passages.
    Question("q4", "On which day will the firm sail as well?", ("Sundays",), SPRING,
             supporting=("https://echo.example/ferry", "ferry")),
)  # fmt: skip
NO_GROUP = (
    Question("n1", "Who will run the ferry?", ("Southwake Lines",), SPRING, supporting=("ferry",)),
    Question("n2", "Who will run the ferry?", (), SPRING, supporting=("ferry",)),
    Question("n3", "Who will run the ferry?", ("Northwake Lines",), SPRING, supporting=("ferry",), answerable=False),
)


def small_set(*questions: Question, records: Any = RECORDS) -> EvalSet:
    return EvalSet("small", "records", questions, lambda: records)


@pytest.fixture(scope="module")
def library() -> Library:
    found = Library(small_set(), FakeEmbedder().count, 50)
    assert all(len(chunks) > 1 for chunks in found.of.values())
    return found


def written_file(folder: Path, *rows: dict[str, Any]) -> Path:
    file = folder / "questions-of-ours.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


WHO_RUNS = {
    "id": "a-1", "url": "https://echo.example/ferry", "question": "Which firm takes over the island boat?",
    "answers": ["Northwake Lines"],
    "sentences": [[FERRY.index("From May"), FERRY.index(" It was the only")]],
}  # fmt: skip
WHAT_PRICE = {
    "id": "b-1", "url": "https://echo.example/ferry", "question": "For how much was the last ferry sold?",
    "answerable": False, "wrong_answers": ["scrap"],
}  # fmt: skip
ELSEWHERE = {"id": "a-2", "url": "https://echo.example/other", "question": "Who left?", "answers": ["Venn"]}


def test_questions_of_ours_know_the_sentence_that_answers(tmp_path: Path, library: Library) -> None:
    file = written_file(tmp_path, WHO_RUNS, WHAT_PRICE, ELSEWHERE)
    runs, price = questions_about(small_set(), file)
    assert (runs.id, runs.answers, runs.date, runs.answerable) == ("a-1", ("Northwake Lines",), date(2024, 3, 11), True)
    assert runs.facts == ("From May the ferry will be run by Northwake Lines, which has two boats.",)
    assert (price.answerable, price.answers, price.facts) == (False, (), ())
    assert price.wrong_answers == ("scrap",)
    assert [q.id for q in questions_about(small_set(), file, without="b-")] == ["a-1"]

    [group] = asked(small_set(runs, price), library, random.Random(0))
    check(group)
    assert all(runs.facts[0] in c.text for c, right in zip(group.passages, group.right, strict=True) if right)


def test_what_no_article_answers_is_read_beside_what_else_its_words_bring(tmp_path: Path, library: Library) -> None:
    questions = questions_about(small_set(), written_file(tmp_path, WHAT_PRICE))
    [group] = not_told(small_set(*questions), library, random.Random(0), Measure(passages=4))
    own = [c.article_id == "ferry" for c in group.passages]
    assert not any(group.right)
    assert own == sorted(own, reverse=True) and own.count(True) == 2 and own.count(False) == 2


def test_questions_of_ours_are_learnt_with_those_of_the_set_they_are_about(tmp_path: Path) -> None:
    articles = "".join(json.dumps(record) + "\n" for record in RECORDS)
    (tmp_path / "articles.jsonl").write_text(articles, "utf-8")
    first = {"id": "q1", "question": QUESTIONS[0].question, "answers": ["Northwake Lines"], "supporting": ["ferry"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(first) + "\n", "utf-8")
    (tmp_path / "ours").mkdir()
    options = argparse.Namespace(
        sets=[tmp_path],
        written=written_file(tmp_path / "ours", WHO_RUNS, WHAT_PRICE),
        without="b-",
        passages=4,
        epochs=2,
        headlines=0,
    )
    on_passages, epochs = gathered(options, FakeEmbedder().count, random.Random(0))
    assert not on_passages
    assert [[g.question for g in groups] for groups in epochs] == [[first["question"], WHO_RUNS["question"]]] * 2


# --- the library -----------------------------------------------------------------------------------------------------


def test_a_library_knows_its_articles_by_id_and_by_address(library: Library) -> None:
    assert list(library.articles) == ["ferry", "captain", "storm", "later", "https://echo.example/bakery", "twice"]
    assert library.of["ferry"] is library.of["https://echo.example/ferry"]
    assert {c.article_id for c in library.of["ferry"]} == {"ferry"}
    assert "".join(c.text for c in library.of["ferry"]).split() == FERRY.replace("\n\n", "").split()


def test_records_that_are_no_articles_are_passed_over() -> None:
    records = [{"title": "A headline"}, {"text": "A text."}, {"title": "A tram", "text": "The tram is late."}]
    library = Library(small_set(records=records), FakeEmbedder().count)
    [[chunk]] = library.of.values()
    assert chunk.text == "The tram is late."
    assert library.search("tram", 5) == [chunk]


def test_the_passage_that_shares_most_words_is_found_first(library: Library) -> None:
    found = library.search("who promised to sail on Sundays from May", 4)
    assert "promised to sail" in found[0].text
    assert found[0] in library.of["ferry"]
    assert len(library.search("the ferry of the island and its harbour", 3)) == 3
    assert library.search("zeppelin", 4) == []


def test_what_was_published_later_is_not_found_and_what_has_no_day_is(library: Library) -> None:
    def articles(until: date | None) -> set[str]:
        return {c.article_id for c in library.search("Petra Venn captain ferry bakery", 20, until)}

    assert "later" in articles(None) & articles(date(2026, 1, 20))
    assert "later" not in articles(date(2026, 1, 19))
    assert "https://echo.example/bakery" in articles(date(1999, 1, 1))


@pytest.mark.parametrize("question", ["", "?!", '"', "AND OR NOT NEAR(ferry", "ferry* title:ferry ^ferry", "fer\0ry"])
def test_no_question_is_an_error(question: str, library: Library) -> None:
    assert bool(library.search(question, 3)) == ("ferry" in question)


# --- groups -----------------------------------------------------------------------------------------------------------


def check(group: Group) -> None:
    """Whatever a group was made of."""
    assert len(group.passages) == len(group.right) <= Measure().passages
    assert 1 <= sum(group.right) <= Measure().right
    assert not all(group.right)
    assert len({c.id for c in group.passages}) == len(group.passages), "a passage stands twice"
    for passage, right in zip(group.passages, group.right, strict=True):
        assert holds(group.answers, passage.text) == right


@pytest.mark.parametrize("seed", range(10))
def test_groups_of_questions_hold_right_and_wrong_passages(seed: int, library: Library) -> None:
    groups = list(asked(small_set(*QUESTIONS, *NO_GROUP), library, random.Random(seed)))
    assert [(g.question, g.answers) for g in groups] == [(q.question, q.answers) for q in QUESTIONS]
    for group in groups:
        check(group)
        wrong = [c for c, right in zip(group.passages, group.right, strict=True) if not right]
        assert not any(holds(group.answers, c.embedded_text) for c in wrong), "its headline says the answer"
        assert "later" not in {c.article_id for c in group.passages}, "from after the question"
    own = {c.id for c in library.of["ferry"]}
    assert own & {c.id for c, right in zip(groups[0].passages, groups[0].right, strict=True) if right}


def test_groups_of_headlines_ask_for_what_was_taken_out(library: Library) -> None:
    groups = [group for seed in range(40) for group in headlines(library, random.Random(seed))]
    titles = {a.title for a in library.articles.values()}
    for group in groups:
        check(group)
        [answer] = group.answers
        filled = {group.question.replace(word, answer, 1) for word in ("who", "what", "which", "how many")}
        assert filled & {f"{title}?" for title in titles}
        assert not holds(group.answers, group.question), "the question gives its answer away"
        assert ("how many" in group.question) == answer[0].isdigit()
        assert all(c.embedded_text == c.text for c in group.passages), "a headline would give it away"
        right = {c.article_id for c, r in zip(group.passages, group.right, strict=True) if r}
        assert len(right) == 1
        assert any(answer in library.articles[i].title for i in right)
    assert {g.answers[0] for g in groups} == {"Northwake Lines", "Oldhaven", "1,250", "Petra Venn"}


def test_the_same_seed_gives_the_same_groups(library: Library) -> None:
    def made(seed: int) -> list[Group]:
        draw = random.Random(seed)
        return [*asked(small_set(*QUESTIONS), library, draw), *headlines(library, draw)]

    assert made(3) == made(3)
    assert any(made(3) != made(seed) for seed in range(4, 9))


# --- where an answer stands -------------------------------------------------------------------------------------------

# No mark beyond ASCII: in the normal form such a mark stays, and an article between two of them leaves a gap.
words = st.sampled_from("oslo Oslo OSLO the The a an of U.S. 1,250 1250 5.3% Venn's $2 É é ſea 漢字 Σίσυφος".split())
between = st.sampled_from([" ", "  ", "\n", "-", ", ", ". ", " (", '" ', "", " - ", "_", "\u2003"])
sayings = st.lists(st.tuples(words, between), max_size=12).map(lambda pairs: "".join(w + b for w, b in pairs))


@given(text=sayings, answers=st.lists(sayings, max_size=3), cut=st.tuples(st.integers(0, 30), st.integers(1, 30)))
def test_an_answer_is_found_wherever_a_text_holds_it(text: str, answers: list[str], cut: tuple[int, int]) -> None:
    answers = [*answers, text[cut[0] : cut[0] + cut[1]]]
    found = places(answers, text)
    wanted = {normalise(answer) for answer in answers} - {""}
    assert bool(found) == holds(answers, text)
    for start, end in found:
        assert 0 <= start < end <= len(text)
        assert normalise(text[start:end]) in wanted
        assert text[start:end] == text[start:end].strip()
    assert len(set(found)) == len(found), "a place that counts twice weighs twice"


@pytest.mark.parametrize(
    ("answer", "text", "said"),
    [
        ("paris", "In (Paris), Paris.", ["Paris", "Paris"]),
        ("the U.S. Senate", "The U.S. Senate and the US senate", ["U.S. Senate", "US senate"]),
        ("1250", "Some 1,250 boats, not 12,500.", ["1,250"]),
        ("5.3%", "It rose 5.3%, or 5.3 percent.", ["5.3", "5.3"]),
        ("Venn's dog", "Venn's dog", ["Venn's dog"]),
        ("state of union", "the State of the\nUnion", ["State of the\nUnion"]),
        ("New York", "The New-York post is a newyork thing", []),
        ("go go", "go go go", ["go go", "go go"]),
        ("the", "the end", []),
        ("", "nothing", []),
    ],
)
def test_places_by_example(answer: str, text: str, said: list[str]) -> None:
    assert [text[start:end] for start, end in places([answer], text)] == said


# --- the loss ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        # Odds of 2, 1 and 3, and 1 for nowhere.
        ([True, False, False], math.log(7 / 2) + 0.3 * math.log(1 + 3 + 1)),
        ([True, False, True], math.log(7 / 5) + 0.3 * math.log(1 + 1)),
        ([True, True, True], math.log(7 / 6)),
        ([False, False, False], 1.3 * math.log(7)),  # nowhere
    ],
)
def test_the_marginal_loss_by_hand(right: list[bool], expected: float) -> None:
    torch = pytest.importorskip("torch")
    logits = torch.tensor([math.log(2), 0.0, math.log(3)])
    assert float(marginal(logits, right, torch.zeros(1))) == pytest.approx(expected, rel=1e-5)


def chunk_in(text: str, n: int = 0) -> Chunk:
    return Chunk(f"a:0:{n}", "a", 0, len(text), text, f"Tram. {text}")


TWICE = Group(
    "tram?",
    ("tram", "the Tram"),  # one answer, written in two ways
    (chunk_in("The tram, the tram."), chunk_in("It is so.", 1)),
    (True, False),
)
"""Of its sentences the first has 6 tokens, two of which are the answer; the second has 5, for "so" falls apart."""

Logits = Callable[..., Any]


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    torch = pytest.importorskip("torch")
    said = " ".join(text for record in RECORDS for text in record.values())
    known = sorted(set(re.findall(r"[a-z]{2,}", said.lower())) - {"the"})
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # threads that wait for each other take a hundred times as long where a core is busy
    yield make_bert(tmp_path_factory.mktemp("bert"), *known)
    torch.set_num_threads(threads)


def written(tokenizer: Any, piece: str, height: float) -> Logits:
    """A reader whose START and END are ``height`` for one piece, all else 0."""
    import torch

    def logits(input_ids: Any, **_: Any) -> Any:
        out = torch.zeros(*input_ids.shape, 4)
        out[:, :, [START, END]] = height * (input_ids == tokenizer.token_to_id(piece)).float()[:, :, None]
        return out

    return logits


def test_the_losses_of_a_reader_that_knows_nothing(bert: Path) -> None:
    tokenizer = open_tokenizer(bert)
    [found] = losses([prepared(TWICE, tokenizer)], written(tokenizer, "tram", 0))
    one_of_two = math.log(3) + 0.3 * math.log(2)
    assert {name: float(value) for name, value in found.items()} == pytest.approx(
        {"passage": one_of_two, "sentence": one_of_two, "span": 2 * math.log(6 + 5 + 1) - math.log(2)}, rel=1e-5
    )


def test_the_loss_of_the_right_words_is_lower_and_that_of_others_higher(bert: Path) -> None:
    tokenizer = open_tokenizer(bert)
    blank, right, other = (
        float(losses([prepared(TWICE, tokenizer)], written(tokenizer, piece, height))[0]["span"])
        for piece, height in [("tram", 0), ("tram", 12), ("##o", 12)]
    )
    # Two beginnings and two ends make four pairs, two of which are right. The headline's 'tram' does not count.
    assert right == pytest.approx(math.log(2), abs=1e-3)
    assert right < blank < other


def test_without_an_answer_in_a_sentence_only_the_passage_is_learnt(bert: Path) -> None:
    tokenizer = open_tokenizer(bert)
    group = replace(TWICE, answers=("trams it",))
    [found] = losses([prepared(group, tokenizer)], written(tokenizer, "tram", 0))
    assert list(found) == ["passage"]


def test_questions_that_are_read_together_do_not_change_each_other(bert: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(2)
    tokenizer = open_tokenizer(bert)
    longer = replace(
        TWICE, passages=(*TWICE.passages, chunk_in("The tram is late. " * 9, 2)), right=(True, False, True)
    )
    examples = [prepared(TWICE, tokenizer), prepared(longer, tokenizer)]
    reader = model(bert)
    together = losses(examples, reader)
    alone = [losses([e], reader)[0] for e in examples]
    for some, others in zip(together, alone, strict=True):
        assert {n: v.item() for n, v in some.items()} == pytest.approx(
            {n: v.item() for n, v in others.items()}, rel=0.03
        )


def test_the_columns_are_those_that_are_read() -> None:
    for name in ("PASSAGE", "START", "END", "SENTENCE"):
        assert getattr(learning, name) == getattr(rag_reader, name)


def test_questions_kept_aside_are_in_no_epoch(library: Library) -> None:
    eval_set = small_set(*QUESTIONS)
    epochs = [list(asked(eval_set, library, random.Random(seed))) for seed in (1, 2)]
    kept, rest = keep(epochs, 2, random.Random(3))
    assert len(kept) == 2
    assert [len(groups) for groups in rest] == [2, 2]
    assert not {g.question for g in kept} & {g.question for groups in rest for g in groups}
    assert keep(epochs, 0, random.Random(3)) == ([], epochs)


# --- learning ---------------------------------------------------------------------------------------------------------


def test_it_learns_and_what_is_written_reads_as_it_does(
    bert: Path, library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    draw = random.Random(1)
    torch.manual_seed(1)
    groups = [*asked(small_set(*QUESTIONS), library, draw), *headlines(library, draw)]
    tokenizer = open_tokenizer(bert)
    reader = model(bert)
    words_before = reader.bert.embeddings.word_embeddings.weight.clone()

    examples = [prepared(group, tokenizer) for group in groups]

    before = learning.check(reader, examples)
    reader.train()
    train(reader, *[examples] * 48, rate=3e-3, draw=draw)
    after = learning.check(reader, examples)
    assert set(before) == {"passage", "sentence", "span"}
    assert all(after[name] < 0.8 * before[name] for name in before), (before, after)
    assert torch.equal(reader.bert.embeddings.word_embeddings.weight, words_before), "the words stay as they are"
    assert re.search(r"(\d+) of \1: passage ", capsys.readouterr().err)

    export(reader, tmp_path, groups, tokenizer, {"base": "tiny"})
    (tmp_path / "tokenizer.json").write_bytes((bert / "tokenizer.json").read_bytes())
    told = about(tmp_path)
    assert told == {"base": "tiny", "model": hashlib.sha256((tmp_path / "model.onnx").read_bytes()).hexdigest()}
    written_reader = Reader(tmp_path, threads=1)
    apart = []  # of the logits of a passage and of its sentences, which are between -4 and 3
    for group in groups:
        readings = written_reader.read(group.question, group.passages)
        for chunk, reading in zip(group.passages, readings, strict=True):
            encoding, sentences = pair(group.question, chunk, tokenizer)
            with torch.no_grad():
                ids, types = torch.tensor([encoding.ids]), torch.tensor([encoding.type_ids])
                [logits] = reader(input_ids=ids, token_type_ids=types)
            apart.append(reading.passage - float(logits[0, PASSAGE]))
            for sentence, (first, last, *_) in zip(reading.sentences, sentences, strict=True):
                apart.append(sentence.score - float(logits[first:last, SENTENCE].mean()))
        best, right = max(zip(readings, group.right, strict=True), key=lambda both: both[0].passage)
        assert right, f"{group.question}: another passage is best"
        assert best.passage > 0, f"{group.question}: less likely than nowhere"
    assert max(map(abs, apart)) < 0.5


def test_all_lessons_are_learnt_and_what_is_kept_aside_is_told(
    bert: Path, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = open_tokenizer(bert)
    made = [prepared(g, tokenizer) for g in headlines(library, random.Random(1))]
    questions = [prepared(g, tokenizer) for g in asked(small_set(*QUESTIONS), library, random.Random(1))]
    teach(model(bert), Lessons(made, [questions[1:], questions[1:]], questions[:1]), random.Random(1))
    told = capsys.readouterr().err
    assert told.count("kept aside: {'passage': ") == 2
    assert "1 of 1: passage " in told
