"""The published sets, whole: from files of their form to the figures they are known for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals import load_set
from tests.conftest import RunEval
from tests.support.fakes import FakeLlm

FERRY = "The council of Ostby sold its ferry to Lund Lines on Monday."
BRIDGE = "A bridge to the island will be built by Vik and Sons, the Harbour Post reports."


def rows(path: Path, *values: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path.parent


def test_multihop_rag(tmp_path: Path, run_eval: RunEval) -> None:
    def article(n: int, body: str) -> dict[str, Any]:
        return {
            "title": f"News {n}", "author": None, "source": "Harbour Post", "published_at": "2023-11-02T09:00:00+00:00",
            "category": "business", "url": f"https://post.example/{n}", "body": body,
        }  # fmt: skip

    def query(text: str, answer: str, kind: str, *facts: tuple[int, str]) -> dict[str, Any]:
        evidence = [{"url": f"https://post.example/{n}", "fact": fact, "title": f"News {n}"} for n, fact in facts]
        return {"query": text, "answer": answer, "question_type": kind, "evidence_list": evidence}

    folder = tmp_path / "multihop"
    folder.mkdir()
    (folder / "corpus.json").write_text(json.dumps([article(1, FERRY), article(2, BRIDGE), article(3, "Rain fell.")]))
    (folder / "MultiHopRAG.json").write_text(
        json.dumps(
            [
                query("Who bought the Ostby ferry?", "Lund Lines", "inference_query", (1, FERRY), (2, BRIDGE)),
                query("Did Vik buy the ferry to the island?", "No", "comparison_query", (1, FERRY)),
                query("Who won the regatta?", "Insufficient information.", "null_query"),
            ]
        )
    )
    llm = FakeLlm([["The council sold the Ostby ferry to Lund Lines."], ["NOT FOUND"]])
    done = run_eval(load_set(folder), llm=llm)
    found = {name: figure for name, figure in done.summary["metrics"].items() if name.startswith("multihop")}
    assert {name: figure["n"] for name, figure in found.items()} == {
        "multihop_hits@4": 2, "multihop_hits@10": 2, "multihop_map@10": 2, "multihop_mrr@10": 2,
        "multihop_accuracy": 3, "multihop_strict": 3,
    }  # fmt: skip
    assert found["multihop_hits@4"]["value"] == 1.0
    # The null query is refused, rightly; the second one, refused too, is wrong.
    assert found["multihop_strict"]["value"] == found["multihop_accuracy"]["value"] == pytest.approx(2 / 3)
    assert done.summary["kinds"]["null_query"]["metrics"]["refused_unanswerable"]["value"] == 1.0
    assert done.lines[0]["retrieved"][0]["published"] == "2023-11-02"


def test_rgb(tmp_path: Path, run_eval: RunEval) -> None:
    noise = [f"Nobody knows who owns boat {n} of the harbour." for n in range(6)]
    rows(
        tmp_path / "rgb" / "en.json",
        {
            "id": 0,
            "query": "Who bought the Ostby ferry?",
            "answer": [["Lund Lines"]],
            "positive": [FERRY],
            "negative": noise,
        },
    )
    folder = rows(
        tmp_path / "rgb" / "en_fact.json",
        {
            "id": 0, "query": "Who bought the Ostby ferry?", "answer": "Lund Lines", "fakeanswer": "Vik and Sons",
            "positive": [FERRY], "positive_wrong": [FERRY.replace("Lund Lines", "Vik and Sons")], "negative": noise,
        },
    )  # fmt: skip
    says = FakeLlm(
        [
            *(["The council of Ostby sold the ferry to Lund Lines."] for _ in range(5)),
            ["NOT FOUND"],
            ["The council of Ostby sold the ferry to Vik and Sons."],
        ]
    )
    done = run_eval(load_set(folder), llm=says)
    kinds = {name: part["metrics"] for name, part in done.summary["kinds"].items()}
    assert [kinds[f"noise {rate}"]["rgb_accuracy"]["value"] for rate in (0.0, 0.2, 0.4, 0.6, 0.8)] == [1.0] * 5
    assert kinds["rejection"]["rgb_accuracy"]["value"] == kinds["rejection"]["refused_unanswerable"]["value"] == 1.0
    assert kinds["counterfactual"]["rgb_accuracy"]["value"] == 0.0
    assert kinds["counterfactual"]["rgb_misled"]["value"] == 1.0
    # Each question saw its own five passages and no others.
    by_kind = {line["kind"]: {hit["text"] for hit in line["retrieved"]} for line in done.lines}
    assert by_kind["noise 0.8"] == {FERRY, *noise[:4]} and by_kind["rejection"] == set(noise[:5])
    assert all(FERRY not in texts for kind, texts in by_kind.items() if kind in ("rejection", "counterfactual"))


def test_realtimeqa(tmp_path: Path, run_eval: RunEval) -> None:
    def quiz(name: str, choices: list[str], answer: str) -> dict[str, Any]:
        return {
            "question_id": name, "question_date": "2023/01/06", "question_sentence": "Who bought the Ostby ferry?",
            "choices": choices, "answer": [answer],
        }  # fmt: skip

    rows(tmp_path / "past" / "20230106_qa.jsonl", quiz("20230106_0", ["Vik and Sons", "Lund Lines"], "1"))
    nota = quiz("20230106_0_nota", ["Vik and Sons", "None of the above"], "1")
    rows(tmp_path / "past" / "20230106_qa_nota.jsonl", nota)
    brought = [
        {"url": "https://post.example/1", "title": "Ferry sold", "text": FERRY, "publish_date": "2023/01/03"},
        {"url": "https://post.example/2", "title": "Ferry races", "text": BRIDGE, "publish_date": "2023/01/09"},
    ]
    folder = rows(tmp_path / "past" / "20230106_gcs.jsonl", {"question_id": "20230106_0", "search_result": brought})
    done = run_eval(
        load_set(folder),
        llm=FakeLlm([["The council of Ostby sold the ferry to Lund Lines."]]),
        as_of_question_date=True,
    )
    asked, none = done.lines
    assert asked["prediction_choice"] == 1 and asked["answer_index"] == [1]
    assert none["prediction_choice"] == 1  # what was answered is none of the above
    assert done.summary["kinds"]["qa"]["metrics"]["choice_accuracy"]["value"] == 1.0
    assert {hit["url"] for hit in asked["retrieved"]} == {"https://post.example/1"}  # the other came later
    assert done.summary["metrics"]["article_recall@1"]["value"] == 1.0
