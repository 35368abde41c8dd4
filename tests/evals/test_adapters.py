"""Evaluation sets: each published form is known by its files and brought to the same questions and articles."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.adapters import load_set
from evals.adapters.rgb import noisy, together
from evals.adapters.rows import as_date
from evals.records import EvalSet, Question, holds, normalise
from rag.errors import UsageError
from tests.support.paths import ROOT

REALTIMEQA = ROOT.parent / "shared" / "data" / "realtimeqa-2025"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """``write("a/b.jsonl.gz", {...}, {...})`` writes a value a line under the test's folder."""

    def write_(name: str, *values: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write_


def refusal(path: Path, **options: Any) -> str:
    """The one line with which a set is refused."""
    with pytest.raises(UsageError) as caught:
        load_set(path, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def by_id(found: EvalSet) -> dict[str, Question]:
    return {question.id: question for question in found.questions}


def titles(found: EvalSet) -> list[str]:
    assert found.records
    return [record["title"] for record in found.records()]


FERRY = {"id": "f1", "question": "Who runs the Ostby ferry?", "answers": ["Lund Lines"]}
ARTICLE = {"title": "Ferry passes to Lund Lines", "text": "Lund Lines took over the Ostby ferry on Monday."}


# Question records


def test_a_question_record_keeps_every_field(write: Write) -> None:
    said = [{"role": "user", "content": "Is there a ferry?"}, {"role": "assistant", "content": "Yes [1]."}]
    record = FERRY | {
        "date": "2024-05-02", "as_of": "2024-05-01", "choices": ["Lund Lines", "Vik"], "answer_index": [0],
        "supporting_urls": ["https://a.example/1"], "supporting": ["b.html#Ferry", "https://a.example/1"],
        "kind": "single", "history": said, "only": ["x"], "facts": ["took over"], "parts": [["Lund"], ["Lines"]],
        "wrong_answers": ["Vik"], "unknown": {"is": "passed over"},
    }  # fmt: skip
    found = load_set(write("ferry.jsonl", record))
    assert (found.name, found.format, found.records, found.paths, found.notes) == ("ferry", "records", None, (), ())
    assert found.questions == (
        Question(
            id="f1", question="Who runs the Ostby ferry?", answers=("Lund Lines",), date=date(2024, 5, 2),
            choices=("Lund Lines", "Vik"), answer_index=(0,), supporting=("https://a.example/1", "b.html#Ferry"),
            answerable=True, kind="single", history=tuple(said), as_of=date(2024, 5, 1), only=frozenset({"x"}),
            facts=("took over",), parts=(("Lund",), ("Lines",)), wrong_answers=("Vik",),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, True),
        ({"answers": []}, False),
        ({"answerable": False}, False),
        ({"answerable": None}, None),
        ({"answer_in_corpus": True, "supporting_urls": ["u"]}, True),
        ({"answer_in_corpus": True, "supporting_urls": []}, None),
        ({"answer_in_corpus": True, "answerable": False}, False),
    ],
)
def test_whether_a_record_is_answerable(write: Write, extra: dict[str, Any], expected: bool | None) -> None:
    assert load_set(write("q.jsonl", FERRY | extra), all_questions=True).questions[0].answerable is expected


def test_questions_nobody_can_say_are_answerable_are_left_out_and_counted(write: Write) -> None:
    path = write("q.jsonl", FERRY, FERRY | {"id": "f2", "answerable": None}, FERRY | {"id": "f3", "answerable": False})
    found = load_set(path)
    assert list(by_id(found)) == ["f1", "f3"]
    assert found.notes == (
        "1 of 3 questions left out: no article of the set is known to hold their answer (--all asks them too)",
    )
    everything = load_set(path, all_questions=True)
    assert list(by_id(everything)) == ["f1", "f2", "f3"]
    assert everything.notes == ()


@pytest.mark.parametrize("name", ["questions.jsonl", "questions.jsonl.gz", "ferry.jsonl", "ferry.jsonl.gz"])
@pytest.mark.parametrize("articles", ["articles.jsonl", "articles.jsonl.gz"])
def test_a_folder_holds_questions_and_articles(write: Write, name: str, articles: str) -> None:
    folder = write(f"set/{name}", FERRY).parent
    write(
        f"set/{articles}", {"views": 3, **ARTICLE, "id": "a", "url": "", "authors": None}, {"title": "T", "body": "B"}
    )
    found = load_set(folder)
    assert found.name == ("set" if name.startswith("questions") else "ferry")
    assert found.paths == ()
    assert found.records
    for _ in range(2):  # each call starts again
        records = list(found.records())
        assert records == [{"id": "a", **ARTICLE}, {"title": "T", "text": "B"}]
        assert list(records[0]) == ["id", "title", "text"]


def test_articles_in_a_folder_are_paths(write: Write) -> None:
    folder = write("set/articles/a.txt", "x").parent
    found = load_set(write("set/q.jsonl", FERRY))
    assert (found.records, found.paths) == (None, (folder,))


def test_the_callers_articles_replace_those_of_the_set(write: Write) -> None:
    write("set/articles.jsonl", ARTICLE)
    other = write("other.jsonl", ARTICLE)
    found = load_set(write("set/questions.jsonl", FERRY), articles=[str(other)])
    assert (found.records, found.paths) == (None, (other,))
    assert "gone: no such file" in refusal(other.parent / "set", articles=["gone"])


@pytest.mark.parametrize("name", ["q.set.json", "set.json"])
def test_a_side_file_says_where_the_articles_are(write: Write, tmp_path: Path, name: str) -> None:
    write("news/a.txt", "x")
    write("sets/articles.jsonl", ARTICLE)
    write(f"sets/{name}", '{\n  "articles": ["../news"],\n  "as_of_question_date": true,\n  "name": "ours"\n}')
    found = load_set(write("sets/q.jsonl", FERRY))
    assert (found.name, found.as_of_question_date, found.records) == ("ours", True, None)
    assert found.paths == (tmp_path / "news",)


def test_a_side_file_may_name_one_file_of_records(write: Write) -> None:
    write("news.jsonl", ARTICLE)
    write("sets/q.set.json", {"articles": ["../news.jsonl"]})
    found = load_set(write("sets/q.jsonl", FERRY))
    assert titles(found) == [ARTICLE["title"]]
    assert not found.as_of_question_date


@pytest.mark.parametrize(
    ("side", "said"),
    [
        ({"article": []}, "unknown key 'article'; known are articles, as_of_question_date, name"),
        ({"articles": ["gone"]}, "articles 'gone' are not there"),
        ({"articles": "news"}, "'articles' must be a list"),
        ({"as_of_question_date": 1}, "must be true or false"),
        ([], "must hold one object"),
    ],
)
def test_a_wrong_side_file_is_refused(write: Write, side: Any, said: str) -> None:
    write("q.set.json", side)
    line = refusal(write("q.jsonl", FERRY))
    assert said in line
    assert "q.set.json" in line


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("{'id': 1}", "line 3: not valid JSON"),
        ('{"id": "f2"} {}', "line 3: not valid JSON"),
        ("[" * 100_000, "line 3: not JSON that can be read"),
        ("7" * 5000, "line 3: not JSON that can be read"),
        ([FERRY], "line 3: not an object"),
        ({"id": "f2", "answers": []}, "line 3: field 'question' is missing"),
        ({"id": "f2", "question": "Why?"}, "line 3: field 'answers' is missing"),
        (FERRY | {"id": 7}, "line 3: 'id' must be text"),
        (FERRY | {"question": " "}, "line 3: 'question' is empty"),
        (FERRY | {"answers": "x"}, "line 3: 'answers' must be a list"),
        (FERRY | {"answers": [1]}, "line 3: 'answers' must be a list of text"),
        (FERRY | {"answers": [], "answerable": True}, "line 3: answerable, but 'answers' is empty"),
        (FERRY | {"date": "2024/05/02"}, "line 3: 'date' must be a day"),
        (FERRY | {"as_of": "2024-02-30"}, "line 3: 'as_of' must be a day"),
        (FERRY | {"kind": False}, "line 3: 'kind' must be text"),
        (FERRY | {"choices": ["a"], "answer_index": [1]}, "line 3: 'answer_index' must be"),
        (FERRY | {"choices": ["a"], "answer_index": [False]}, "line 3: 'answer_index' must be"),
        (FERRY | {"parts": ["a"]}, "line 3: 'parts' must be a list of lists"),
        (FERRY | {"history": ["a"]}, "line 3: 'history' must be a list of objects"),
        (FERRY | {"history": [{"role": "judge", "content": "a"}]}, "line 3, history 1: 'role' must be"),
        (FERRY, "line 3: question id 'f1' is that of "),
    ],
)
def test_a_wrong_record_is_refused_with_its_line(write: Write, second: Any, said: str) -> None:
    path = write("q.jsonl", FERRY, "", second)
    line = refusal(path)
    assert line.startswith(str(path))
    assert said in line
    if "that of" in said:
        assert f"{path}, line 1" in line


def test_what_is_no_set_is_refused(write: Write, tmp_path: Path) -> None:
    assert "no such file or folder" in refusal(tmp_path / "gone")
    line = refusal(write("notes/readme.txt", "x").parent)
    assert all(form in line for form in ("question records", "RealTimeQA", "MultiHop-RAG", "RGB"))
    assert "not a known evaluation set" in refusal(write("some.json", {}))
    assert "holds no questions" in refusal(write("empty.jsonl"))
    write("two/a.jsonl", FERRY)
    assert "(a.jsonl, b.jsonl); give one of them" in refusal(write("two/b.jsonl", FERRY).parent)


def test_files_that_cannot_be_read_are_refused(write: Write, tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(json.dumps(FERRY, ensure_ascii=False).encode() + b"\xe9")
    assert "not UTF-8" in refusal(tmp_path / "latin.jsonl")
    whole = write("q.jsonl.gz", FERRY)
    whole.write_bytes(whole.read_bytes()[:-12])
    assert "cannot be read" in refusal(whole)
    whole.write_bytes(b"plain text")
    assert "cannot be read" in refusal(whole)
    os.mkfifo(tmp_path / "pipe")
    assert "cannot be read" in refusal(tmp_path / "pipe")


def test_a_byte_order_mark_is_passed_over(write: Write) -> None:
    path = write("q.jsonl", FERRY)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load_set(path).questions) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
OURS = "id question answers date choices answer_index supporting answerable history only parts facts".split()
PUBLISHED = {
    "q.jsonl": OURS,
    "q.set.json": ["articles", "name", "as_of_question_date"],
    "20230106_qa.jsonl": "question_id question_date question_sentence choices answer".split(),
    "20230106_gcs.jsonl": ["question_id", "search_result"],
    "MultiHopRAG.json": "query answer question_type evidence_list".split(),
    "corpus.json": "title body url published_at author".split(),
    "en.json": "id query answer positive negative".split(),
    "en_int.json": "id query answer positive negative".split(),
    "en_fact.json": "id query answer fakeanswer positive_wrong negative".split(),
}
VALID: dict[str, dict[str, Any]] = {
    "q.jsonl": FERRY,
    "q.set.json": {},
    "20230106_qa.jsonl": {"question_id": "a", "question_sentence": "b?", "choices": ["x"], "answer": ["0"]},
    "20230106_gcs.jsonl": {"question_id": "a", "search_result": [{"url": "http://[", "title": "x", "text": "x"}]},
    "MultiHopRAG.json": {"query": "a?", "answer": "b", "question_type": "c", "evidence_list": []},
    "corpus.json": {"title": "a", "body": "b"},
    "en.json": {"id": 1, "query": "a?", "answer": ["b"], "positive": ["\ud800"], "negative": []},
    "en_int.json": {"id": 1, "query": "a?", "answer": ["b"], "positive": [["c"]], "negative": []},
    "en_fact.json": {"id": 1, "query": "a?", "answer": "b", "fakeanswer": "c", "positive_wrong": [], "negative": []},
}
BESIDE = {
    "q.set.json": "q.jsonl",
    "20230106_gcs.jsonl": "20230106_qa.jsonl",
    "corpus.json": "MultiHopRAG.json",
}


@pytest.mark.parametrize("name", PUBLISHED)
@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_a_set_or_refused(write: Write, name: str, data: st.DataObject) -> None:
    fields = st.fixed_dictionaries({}, optional=dict.fromkeys(PUBLISHED[name], json_values))
    second = VALID[name] | {"id": "2", "question_id": "2"}
    lines = [
        line | data.draw(fields) if data.draw(st.booleans()) else data.draw(json_values)
        for line in (VALID[name], second)
    ]
    write(name, *lines)
    asked = BESIDE.get(name, name)
    if asked != name:
        write(asked, VALID[asked])
    try:
        found = load_set(write("x", "").parent / asked, all_questions=True)
    except UsageError as error:
        assert "\n" not in str(error)
    else:
        assert found.questions
        assert len(by_id(found)) == len(found.questions)
        for record in found.records() if found.records else ():
            assert record["title"]
            assert record["text"]


@pytest.mark.parametrize("name", VALID)
def test_the_valid_lines_of_the_property_are_sets(write: Write, name: str) -> None:
    write(name, VALID[name])
    asked = BESIDE.get(name, name)
    assert load_set(write(asked, VALID[asked]), all_questions=True).questions


# RealTimeQA


def quiz(name: str, choices: list[str], *answer: str, **extra: Any) -> dict[str, Any]:
    return {
        "question_id": name, "question_date": "2023/01/05", "question_source": "X", "question_url": "u",
        "question_sentence": f"What of {name}?", "choices": choices, "answer": list(answer), "evidence": "",
    } | extra  # fmt: skip


def result(url: str, title: str, text: str | None, day: str | None = "2023/01/04") -> dict[str, Any]:
    return {"url": url, "title": title, "text": text, "authors": [], "publish_date": day}


def search(name: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"question_id": name, "search_time": "2023/01/06/17:55", "search_result": results}


NOTA = "None of the above"


@pytest.fixture
def weeks(write: Write) -> Path:
    """Two weeks: the second in a sub-folder, as .gz, and about an article that the first found empty."""
    write(
        "past/20230106_qa.jsonl",
        quiz("20230106_0", ["Elk", "Moose", "Owl", "Fox"], "1"),
        quiz("20230106_1", ["A quay", "Pier"], "0", "1"),
    )
    write(
        "past/20230106_qa_nota.jsonl",
        quiz("20230106_0_nota", ["Elk", "Owl", "Fox", NOTA], "3"),
        quiz("20230106_1_nota", ["A quay", NOTA], "0"),
    )
    first = [
        result("https://www.daily.example/1", "The moose!", "It swam ashore."),
        result("https://m.daily.example:80/2", "Owls", "Owls heard a moosehead.", "None"),
        result("https://late.example/3", "Late", ""),
        result("https://daily.example/4", "", "No headline, a moose."),
    ]
    second = [result("https://late.example/3", "Late", None), result("https://rope.example", "Moose", "A rope.", "")]
    third = [
        result("https://late.example/3", "Late", "A rope, a pier.", "2023/1/9"),
        result("https://www.daily.example/1", "Another headline", "Another text."),
    ]
    write("past/20230106_gcs.jsonl", search("20230106_0", first), search("20230106_1", second))
    write("past/more/20230113_qa.jsonl.gz", quiz("20230113_0", ["Rope", "Net"], "0", question_date="2023-01-13"))
    write("past/more/20230113_gcs.jsonl.gz", search("20230113_0", third))
    for unread in ("20230106_dpr", "20230106_qa_public", "20230106_qa_gen_public", "20230106-20230113_qa"):
        write(f"past/{unread}.jsonl", "not JSON")
    return write("past/readme.md", "x").parent


def test_realtimeqa_pools_the_articles_of_all_weeks(weeks: Path) -> None:
    found = load_set(weeks)
    assert (found.format, found.name, found.paths, found.as_of_question_date) == ("realtimeqa", "past", (), False)
    assert found.records
    assert list(found.records()) == [
        {"url": "https://www.daily.example/1", "title": "The moose!", "text": "It swam ashore.",
         "published": "2023-01-04", "source": "daily.example"},
        {"url": "https://m.daily.example:80/2", "title": "Owls", "text": "Owls heard a moosehead.",
         "source": "m.daily.example"},
        {"url": "https://rope.example", "title": "Moose", "text": "A rope.", "source": "rope.example"},
        {"url": "https://late.example/3", "title": "Late", "text": "A rope, a pier.",
         "published": "2023-01-09", "source": "late.example"},
    ]  # fmt: skip
    assert list(next(iter(found.records()))) == ["url", "title", "text", "published", "source"]


def test_realtimeqa_questions_are_supported_by_their_own_results_alone(weeks: Path) -> None:
    found = by_id(load_set(weeks))
    assert found["20230106_0"] == Question(
        id="20230106_0", question="What of 20230106_0?", answers=("Moose",), date=date(2023, 1, 5),
        choices=("Elk", "Moose", "Owl", "Fox"), answer_index=(1,), answerable=True, kind="qa",
        supporting=("https://www.daily.example/1",),
    )  # fmt: skip
    assert found["20230106_1"].answers == ("A quay", "Pier")
    assert found["20230106_1"].supporting == ("https://late.example/3",)
    assert found["20230113_0"].date == date(2023, 1, 13)
    assert found["20230113_0"].supporting == ("https://late.example/3",)


def test_realtimeqa_nota_takes_the_answer_of_its_twin(weeks: Path) -> None:
    found = by_id(load_set(weeks))
    absent, present = found["20230106_0_nota"], found["20230106_1_nota"]
    assert (absent.kind, absent.answer_index, absent.answers) == ("nota", (3,), ("Moose",))
    assert absent.supporting == ("https://www.daily.example/1",)
    assert (present.answers, present.supporting) == (("A quay",), ("https://late.example/3",))


def test_realtimeqa_without_a_known_article_is_left_out_with_its_twin(write: Write) -> None:
    write("20230106_qa_nota.jsonl", quiz("20230106_0_nota", ["Elk", NOTA], "1"), quiz("20230106_9_nota", [NOTA], "0"))
    path = write("20230106_qa.jsonl", quiz("20230106_0", ["Moose"], "0"))
    assert load_set(path.parent).questions == ()
    found = load_set(path, all_questions=True)  # one file stands for its week
    assert found.records is None
    assert {name: (q.answerable, q.answers) for name, q in by_id(found).items()} == {
        "20230106_0": (None, ("Moose",)), "20230106_0_nota": (None, ("Moose",)), "20230106_9_nota": (None, ()),
    }  # fmt: skip


@pytest.mark.parametrize("derived", [False, True])
def test_repeats_in_realtimeqa_are_asked_once_and_an_id_used_again_is_made_distinct(
    write: Write, derived: bool
) -> None:
    if derived:
        first, other = ({**FERRY, "answer_in_corpus": True, "question": text} for text in ("One?", "Two?"))
        path = write("questions.jsonl", first, other, first, other)
        ids = ["f1", "f1#2"]
    else:
        first = quiz("20230106_0", ["Elk"], "0")
        write("20230113_qa.jsonl", first | {"question_sentence": "Another?"})
        path = write("20230106_qa.jsonl", first, first).parent
        ids = ["20230106_0", "20230106_0#2"]
    found = load_set(path, all_questions=True)
    assert list(by_id(found)) == ids
    assert found.notes[0].startswith(f"{ids[0]} names 2 questions; the one of ")
    assert found.notes[1] == f"listed again, word for word, and asked once: {2 if derived else 1}"


@pytest.mark.parametrize("answer", [[], ["4"], ["-1"], ["one"]])
def test_a_realtimeqa_answer_must_be_one_of_the_choices(write: Write, answer: list[str]) -> None:
    path = write("20230106_qa.jsonl", quiz("20230106_0", ["Elk", "Owl"], *answer))
    assert f"{path}, line 1: 'answer' must list places in 'choices'" in refusal(path)


def test_a_broken_search_result_is_refused_with_its_line(write: Write) -> None:
    write("20230106_qa.jsonl", quiz("20230106_0", ["Elk"], "0"))
    path = write("20230106_gcs.jsonl", {"question_id": "20230106_0"}, {"search_result": []})
    assert f"{path}, line 2: field 'question_id' is missing" in refusal(path.parent)


# MultiHop-RAG

HOPS: list[dict[str, Any]] = [
    {"query": "Which port did both name?", "answer": "Ostby", "question_type": "inference_query", "evidence_list": [
        {"url": "https://a.example", "fact": "Ostby was named.", "title": "A"},
        {"url": "https://b.example", "fact": "Again Ostby.", "title": "B"},
        {"url": "https://a.example", "fact": "Ostby won.", "title": "A"}]},
    {"query": "Who sank it?", "answer": "Insufficient information.", "question_type": "null_query",
     "evidence_list": []},
]  # fmt: skip
PORTS = [
    {"title": "A", "author": "Ida Moe", "source": "Daily", "published_at": "2023-09-28T12:00:00+00:00",
     "category": "business", "url": "https://a.example", "body": "Ostby was named. Ostby won."},
    {"title": "B", "author": None, "url": "https://b.example", "body": "Again Ostby."},
    {"title": "C", "body": " "},
]  # fmt: skip


@pytest.mark.parametrize("end", ["", ".gz"])
def test_multihop_rag(write: Write, end: str) -> None:
    write(f"corpus.json{end}", PORTS)
    path = write(f"MultiHopRAG.json{end}", HOPS)
    for asked in (path, path.parent):
        found = load_set(asked)
        assert (found.format, found.notes) == ("multihop-rag", ())
        assert found.questions == (
            Question(
                id="multihop-0001", question="Which port did both name?", answers=("Ostby",), kind="inference_query",
                supporting=("https://a.example", "https://b.example"), answerable=True,
                facts=("Ostby was named.", "Again Ostby.", "Ostby won."),
            ),
            Question(id="multihop-0002", question="Who sank it?", kind="null_query", answerable=False),
        )  # fmt: skip
        assert found.records
        assert list(found.records()) == [
            {"url": "https://a.example", "title": "A", "text": "Ostby was named. Ostby won.",
             "published": "2023-09-28T12:00:00+00:00", "source": "Daily", "section": "business",
             "authors": ["Ida Moe"]},
            {"url": "https://b.example", "title": "B", "text": "Again Ostby."},
        ]  # fmt: skip


def test_multihop_rag_without_its_articles_says_so(write: Write) -> None:
    found = load_set(write("MultiHopRAG.json", HOPS))
    assert found.records is None
    assert found.notes == ("no corpus.json beside MultiHopRAG.json: the set brings no articles",)


def test_a_broken_list_is_refused_with_its_line_or_item(write: Write) -> None:
    path = write("MultiHopRAG.json", "[", '{"query": "a"},', "{oops}]")
    assert f"{path}, line 3: not valid JSON" in refusal(path)
    write("MultiHopRAG.json", [HOPS[0], {k: v for k, v in HOPS[0].items() if k != "query"}])
    assert f"{path}, item 2: field 'query' is missing" in refusal(path)
    write("MultiHopRAG.json", [HOPS[0] | {"evidence_list": [{"url": "u"}]}])
    assert f"{path}, item 1, evidence_list 1: field 'fact' is missing" in refusal(path)


# RGB

EN = {"id": 17, "query": "When does it open?", "answer": [["May 2", "2 May"]],
      "positive": ["p1", "p2", "p3", "p4", "p5", "p6"], "negative": ["n1", "n2", "n3", "n4", "n5", "n6"]}  # fmt: skip
INT = {"id": 3, "query": "Who and when?", "answer": ["Ida", ["May 2", "2 May"]], "negative": ["n1", "n2", "n3"],
       "positive": [["a1", "a2"], ["b1"]]}  # fmt: skip
FACT = {"id": 0, "query": "Who won?", "answer": "Ida", "fakeanswer": "Ole", "positive": ["Ida won."],
        "positive_wrong": ["Ole won.", " "], "negative": ["n1", "n2", "n3", "n4", "n5"]}  # fmt: skip


def passages(found: EvalSet, name: str) -> tuple[set[str], set[str]]:
    """Texts of the passages that support a question, and of all that it is asked about."""
    assert found.records
    text = {record["id"]: record["text"] for record in found.records()}
    question = by_id(found)[name]
    assert question.only is not None
    return {text[i] for i in question.supporting}, {text[i] for i in question.only}


def test_rgb_asks_each_instance_once_a_kind(write: Write) -> None:
    write("en.json", EN, EN | {"id": 18})
    write("en_int.json", INT)
    found = load_set(write("en_fact.json.gz", FACT).parent)
    assert (found.format, found.notes, found.paths) == ("rgb", (), ())
    assert Counter(question.kind for question in found.questions) == {
        "noise 0.0": 2, "noise 0.2": 2, "noise 0.4": 2, "noise 0.6": 2, "noise 0.8": 2, "rejection": 2,
        "integration": 1, "counterfactual": 1,
    }  # fmt: skip
    assert {q.kind: len(q.supporting) for q in found.questions} == {
        "noise 0.0": 5, "noise 0.2": 4, "noise 0.4": 3, "noise 0.6": 2, "noise 0.8": 1, "rejection": 0,
        "integration": 3, "counterfactual": 0,
    }  # fmt: skip
    assert {len(q.only or ()) for q in found.questions} == {5}
    assert {"noise0.2/17", "noise0.2/18", "rejection/17", "integration/3", "counterfactual/0"} <= set(by_id(found))
    assert set(titles(found)) == {"Passage"}


def test_rgb_noise_and_rejection(write: Write) -> None:
    found = load_set(write("en.json", EN))
    assert passages(found, "noise0.6/17") == ({"p1", "p2"}, {"p1", "p2", "n1", "n2", "n3"})
    assert by_id(found)["noise0.6/17"].answers == ("May 2", "2 May")
    assert by_id(found)["noise0.6/17"].parts == ()
    refused = by_id(found)["rejection/17"]
    assert passages(found, "rejection/17") == (set(), {"n1", "n2", "n3", "n4", "n5"})
    assert (refused.answerable, refused.answers, refused.parts) == (False, (), ())


def test_rgb_integration_takes_a_passage_a_part_first(write: Write) -> None:
    found = load_set(write("en_int.json", INT))
    assert passages(found, "integration/3") == ({"a1", "a2", "b1"}, {"a1", "a2", "b1", "n1", "n2"})
    question = by_id(found)["integration/3"]
    assert (question.parts, question.answers) == ((("Ida",), ("May 2", "2 May")), ("Ida", "May 2", "2 May"))
    assert together([("a1", "a2", "a3"), ("b1",), ("c1", "c2")]) == ("a1", "b1", "c1", "a2", "c2")
    assert together([(f"{n}", "x") for n in range(6)]) == ("0", "1", "2", "3", "4", "5")
    assert together([]) == ()


def test_rgb_counterfactual_plants_what_is_false(write: Write) -> None:
    found = load_set(write("en_fact.json", FACT))
    question = by_id(found)["counterfactual/0"]
    assert (question.answers, question.wrong_answers, question.supporting) == (("Ida",), ("Ole",), ())
    assert passages(found, "counterfactual/0")[1] == {"Ole won.", "n1", "n2", "n3", "n4"}


@pytest.mark.parametrize(
    ("positive", "negative", "rate", "expected"),
    [
        (6, 6, 0.6, (2, 3)),
        (6, 1, 0.6, (4, 1)),  # short of noise: the rest are passages with the answer
        (1, 6, 0.2, (1, 4)),  # short of those: noise
        (1, 1, 0.4, (1, 1)),
        (6, 0, 0.8, (5, 0)),
        (0, 6, 0.0, (0, 5)),
        (6, 6, 0.3, (3, 2)),  # a share of a passage is a passage of noise
    ],
)
def test_rgb_fills_up_where_one_kind_runs_short(
    positive: int, negative: int, rate: float, expected: tuple[int, int]
) -> None:
    found = noisy(tuple(f"p{n}" for n in range(positive)), tuple(f"n{n}" for n in range(negative)), rate)
    assert (len(found[0]), len(found[1])) == expected


def test_rgb_asks_the_corrected_file_and_says_so(write: Write) -> None:
    path = write("en.json", EN)
    write("en_refine.json", [EN | {"query": "When will it open?"}])
    found = load_set(path.parent)
    assert {question.question for question in found.questions} == {"When will it open?"}
    assert found.notes == ("en_refine.json is asked instead of en.json, which it corrects",)
    alone = load_set(path)
    assert {question.question for question in alone.questions} == {"When does it open?"}
    assert alone.notes == ()


def test_a_wrong_rgb_line_is_refused(write: Write) -> None:
    path = write("en.json", EN, "{oops", EN | {"id": 18})
    assert f"{path}, line 2: not valid JSON" in refusal(path)
    write("en.json", EN, EN | {"id": 18, "answer": []})
    assert f"{path}, line 2: 'answer' is empty" in refusal(path)
    write("en.json", EN, EN)
    line = refusal(path)
    assert f"{path}, line 2: question id 'noise0.0/17' is that of {path}, line 1 too" in line


# The answer's words, and the sets at hand


@given(st.text(), st.text(), st.text())
def test_holds_finds_an_answer_between_other_words(before: str, answer: str, after: str) -> None:
    assert holds([answer], f"{before} {answer} {after}") is bool(normalise(answer))


@given(st.text())
def test_the_normal_form_has_no_other_normal_form_of_case_or_space(text: str) -> None:
    assert normalise(f"  {text}\n") == normalise(text)
    assert re.search(r"  |^ | $|\b(a|an|the)\b", normalise(text)) is None


def test_holds_wants_whole_words() -> None:
    assert holds(["the U.S."], "In the US, today")
    assert not holds(["moose"], "A moosehead")
    assert not holds(["the", "..."], "the end ...")


def test_a_day_is_read_or_it_is_none() -> None:
    assert as_date("2023/1/9") == as_date("2023-01-09") == date(2023, 1, 9)
    assert [as_date(text) for text in ("", "None", "2023/13/01", "0000-01-01", "2023-01-09T10:00")] == [None] * 5


@pytest.mark.skipif(not REALTIMEQA.is_dir(), reason="the shared RealTimeQA data of 2025 is not beside this checkout")
def test_the_shared_realtimeqa_set() -> None:
    found = load_set(REALTIMEQA)
    assert len(found.questions) == 383
    assert len(load_set(REALTIMEQA, all_questions=True).questions) == 830
    assert len(titles(found)) == 5386


def test_the_set_about_the_sample_corpus() -> None:
    found = load_set(ROOT / "evals" / "sets" / "corpus.jsonl")
    assert len(found.questions) == 356
    assert found.paths == (ROOT / "corpus",)
    for question in found.questions:
        for place in question.supporting:
            assert (ROOT / "corpus" / place.split("#")[0]).is_file(), f"{question.id} names {place}"
