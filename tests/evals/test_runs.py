"""Runs of an evaluation, whole, over fakes: what is asked, written, resumed, summed up and compared."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from evals import EvalSet, Question, compare
from evals.measure.judge import Judge
from evals.runs.folder import alone
from evals.runs.index import BUILT, corpus_digest, open_index
from evals.runs.run import Run, again, choose
from rag import News, Settings
from rag.errors import LlmError, UsageError
from rag.index.store import open_store
from rag.news import manifest
from rag.types import Answer, Citation, Filters, Hit, Message
from tests.conftest import RunEval
from tests.support.fakes import FakeEmbedder, FakeLlm
from tests.support.paths import ROOT
from tests.support.patience import until
from tests.support.towns import knowing, town_articles, town_questions, towns

TRIES = 10  # of a run that must be met while it works


class RandomSearch(News):
    """A broken retriever: whatever is asked, it brings chunks at random."""

    def search(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters = Filters(),  # noqa: B008
        asked: date | str | None = None,
        as_written: bool = False,
        reading: bool = True,
    ) -> list[Hit]:
        hits = super().search("harbour boats master storm", filters=filters)
        return random.Random(question).sample(hits, min(2, len(hits)))


class Liar(News):
    """A model that lies with a straight face: wrong numbers, with quotes that do not carry them."""

    def ask(self, question: str, **options: Any) -> Answer:
        honest = super().ask(question, **options)
        marks = "".join(f" [{c.n}]" for c in honest.citations)
        return replace(honest, text=f"It has ninety boats{marks}.", short="ninety", refused=False)


class Misciter(News):
    """Right answers, each cited with a sentence of another article."""

    def ask(self, question: str, **options: Any) -> Answer:
        honest = super().ask(question, **options)
        if honest.refused:
            return honest
        wrong = self.article("a7" if honest.citations[0].article.id != "a7" else "a6")
        quote = wrong.body[: wrong.body.index(".") + 1]
        return replace(honest, citations=(Citation(1, wrong, quote, 0, len(quote)),))


def values(run: Run, *names: str) -> list[float | None]:
    metrics = run.summary["metrics"]
    return [metrics[name]["value"] if name in metrics else None for name in names]


# -- what a run writes ---------------------------------------------------------------------------------------------


def test_a_run_asks_writes_and_sums_up(run_eval: RunEval) -> None:
    done = run_eval(towns(), evidence_removed=4)
    assert {f.name for f in done.folder.glob("[!.]*")} == {"run.json", "results.jsonl", "summary.json", "report.html"}
    assert len(done.lines) == done.summary["n"] == 13
    assert values(done, "answer_recall@20", "article_recall@20") == [1.0, 1.0]
    assert done.summary["metrics"]["contains_answer"]["n"] == 8
    assert done.summary["metrics"]["refused_evidence_removed"]["n"] == 4
    assert done.summary["metrics"]["refused_unanswerable"]["n"] == 5  # one of the set's own
    assert set(done.summary["kinds"]) == {"even", "odd", "none"}
    for figure in done.summary["metrics"].values():
        assert figure["low"] <= figure["value"] <= figure["high"]
    about = json.loads((done.folder / "run.json").read_text())
    assert about["finished"] and about["versions"]["chromadb"] and about["machine"]["cpu"]
    assert about["index"]["articles"] == 8 and about["index"]["seconds"] > 0 and about["index"]["bytes"] > 0
    first = done.lines[0]
    assert first["supporting_articles"] == [
        {"article_id": "a0", "title": "Harbour of Ashcombe", "source": "Post", "published": "2024-09-01"}
    ]
    assert len(first["offsets_exact"]) == len(first["citations"])
    assert done.report.read_text().startswith("<!doctype html>")


def test_evidence_is_removed_wherever_the_answers_words_stand(run_eval: RunEval) -> None:
    again = Question(
        "again", "How many boats has the harbour of Ashcombe?", ("Eleven boats", "Corwen"), answerable=True
    )
    done = run_eval(EvalSet("towns", "records", (again,), records=town_articles), evidence_removed=1)
    asked, removed = done.lines
    assert (removed["id"], removed["variant"], removed["answerable"]) == (
        "again#evidence-removed",
        "evidence removed",
        False,
    )
    assert {hit["article_id"] for hit in asked["retrieved"]} >= {"a0", "a2"}
    assert {hit["article_id"] for hit in removed["retrieved"]} == {"a1", "a3", "a4", "a5", "a6", "a7"}
    assert removed["removed_articles"] == 2


def test_as_of_the_questions_day_nothing_later_is_found(run_eval: RunEval, tmp_path: Path) -> None:
    early = Question("early", "How many boats has the harbour of Solvei?", ("eighteen",), as_of=date(2024, 9, 1))
    done = run_eval(towns(early), as_of_question_date=True, retrieval_only=True)
    for i, found in enumerate(done.lines[:8]):
        assert {hit["article_id"] for hit in found["retrieved"]} <= {f"a{n}" for n in range(i + 1)}
    assert values(done, "answer_recall@20") == [8 / 9]  # the ninth asks too early
    free = run_eval(towns(early), out=tmp_path / "free", retrieval_only=True)
    assert len(free.lines[0]["retrieved"]) == 8
    assert {hit["article_id"] for hit in free.lines[-1]["retrieved"]} == {"a0"}  # its own day always holds


def test_a_question_may_bring_the_only_articles_and_a_history(run_eval: RunEval) -> None:
    only = Question("only", "How many boats?", ("eleven",), only=frozenset(["a0", "a5"]))
    history = ({"role": "user", "content": "Tell me about the harbour of Tidewell."},)
    follow = Question("follow", "How many boats has it?", ("fifteen",), history=history)
    done = run_eval(EvalSet("towns", "records", (only, follow), records=town_articles), retrieval_only=True)
    assert {hit["article_id"] for hit in done.lines[0]["retrieved"]} == {"a0", "a5"}
    assert done.lines[1]["retrieved"][0]["article_id"] == "a4"


def test_the_search_alone_has_no_figures_of_answers(run_eval: RunEval) -> None:
    done = run_eval(towns(), retrieval_only=True)
    assert not {"contains_answer", "f1", "refused_answerable", "total_ms_p50", "evidence_recall"} & set(
        done.summary["metrics"]
    )
    assert done.lines[0]["answer"] is None and done.lines[0]["refused"] is None


# -- what the figures show -----------------------------------------------------------------------------------------


def test_a_broken_retriever_shows_as_what_it_is(run_eval: RunEval, tmp_path: Path) -> None:
    whole = run_eval(towns(), retrieval_only=True)
    broken = run_eval(towns(), news=RandomSearch, retrieval_only=True, out=tmp_path / "broken")
    assert values(whole, "answer_recall@20") == [1.0]
    assert cast(float, values(broken, "answer_recall@20")[0]) < 0.7
    assert broken.summary["failures"]["not retrieved"] >= 3
    change = compare(whole.folder, broken.folder).change("answer_recall@10")
    assert change.verdict == "worse"


def test_a_lying_model_shows_as_what_it_is(run_eval: RunEval) -> None:
    done = run_eval(towns(), news=Liar, evidence_removed=2)
    assert values(done, "contains_answer", "refused_unanswerable", "refused_evidence_removed") == [0.0, 0.0, 0.0]
    assert done.summary["failures"]["retrieved but not read"] == 8
    assert done.summary["failures"]["answered unanswerable"] == 3


def test_wrong_citations_show_as_what_they_are(run_eval: RunEval, tmp_path: Path) -> None:
    honest = run_eval(towns(), llm=knowing(), out=tmp_path / "honest")
    assert values(honest, "contains_answer", "citation_precision", "citation_recall") == [1.0, 1.0, 1.0]
    assert sum(honest.summary["failures"].values()) == 0
    done = run_eval(towns(), llm=knowing(), news=Misciter)
    assert values(done, "contains_answer", "citation_precision") == [1.0, 0.0]
    assert done.summary["failures"]["wrong citation"] == 8


def test_a_model_that_writes_lies_is_stopped_by_the_checks_and_shows_as_refusing(run_eval: RunEval) -> None:
    done = run_eval(towns(), llm=FakeLlm([["The harbour has ninety boats."]]))
    assert values(done, "contains_answer", "refused_answerable") == [0.0, 1.0]
    assert done.summary["failures"]["refused wrongly"] == 8
    assert values(done, "prompt_tokens", "completion_tokens") == [100.0, 10.0]


def test_a_failing_model_is_told(run_eval: RunEval, tmp_path: Path) -> None:
    done = run_eval(towns(), llm=FakeLlm([[LlmError("the model is not there")]]))
    assert values(done, "model_failed") == [1.0]
    fine = run_eval(towns(), llm=FakeLlm([["The harbour of Fenwray has twelve boats."]]), out=tmp_path / "fine")
    assert values(fine, "model_failed") == [0.0]


# -- going on ------------------------------------------------------------------------------------------------------


def untimed(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k not in ("timings_ms", "peak_memory_mb")} for line in lines]


def test_a_run_goes_on_where_it_was_cut_off(run_eval: RunEval, tmp_path: Path) -> None:
    whole = run_eval(towns(), evidence_removed=3)
    results = whole.folder / "results.jsonl"
    text = results.read_bytes()
    cut = text[: text.index(b"\n", len(text) // 2) + 40]  # in the middle of a line
    results.write_bytes(cut)
    told: list[str] = []
    again = run_eval(towns(), evidence_removed=3, tell=told.append)
    assert untimed(again.lines) == untimed(whole.lines)
    assert told and "going on" in told[0]
    once_more = run_eval(towns(), evidence_removed=3)  # all is done: nothing is asked again
    assert once_more.lines == again.lines


def test_a_folder_holds_one_run_only(run_eval: RunEval, tmp_path: Path) -> None:
    run_eval(towns(), limit=3)
    with pytest.raises(UsageError, match=r"holds another run \(.*seed was 0, now 1"):
        run_eval(towns(), limit=3, seed=1)
    with pytest.raises(UsageError, match="the questions differ"):
        run_eval(EvalSet("towns", "records", towns().questions[3:], records=town_articles), limit=3)
    with pytest.raises(UsageError, match="the articles differ"):
        run_eval(replace(towns(), records=lambda: town_articles()[1:]), limit=3)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty and holds no run"):
        run_eval(towns(), out=tmp_path / "other")


def test_two_processes_do_not_write_one_run(run_eval: RunEval, tmp_path: Path) -> None:
    with alone(tmp_path / "run"), pytest.raises(UsageError, match="another process is writing the run"):
        run_eval(towns(), limit=3)
    assert run_eval(towns(), limit=3).summary["n"] == 3


def test_a_run_that_goes_on_can_be_looked_at(run_eval: RunEval) -> None:
    done = run_eval(towns(), limit=4, retrieval_only=True)
    with (done.folder / "results.jsonl").open("a") as results:
        results.write('{"id": "half')
    with alone(done.folder):  # by the process that asks
        assert again(done.folder).summary["n"] == 4
    assert (done.folder / "results.jsonl").read_text().endswith('{"id": "half')


def test_kill_9_half_way_loses_nothing_and_changes_nothing(tmp_path: Path) -> None:
    """A real process, killed at some line, started again: as many lines, and the same as of an unbroken run."""
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "articles.jsonl").write_text("".join(json.dumps(a) + "\n" for a in town_articles()))
    asked = [
        {"id": f"{n}-{q.id}", "question": q.question, "answers": list(q.answers)}
        for n in range(8)
        for q in town_questions()
    ]
    (folder / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in asked))

    def command(out: str) -> list[str]:
        script = str(ROOT / "tests" / "support" / "rag_over_fakes.py")
        return [sys.executable, script, "eval", "run", str(folder), "--limit", "40", "--out", str(tmp_path / out)]

    environment = os.environ | {"RAG_CACHE": str(tmp_path / "cache")}
    subprocess.run(command("whole"), env=environment, check=True, capture_output=True, timeout=120)
    results = tmp_path / "cut" / "results.jsonl"

    def killed() -> int:
        """The lines that a run had written when it was killed: from 15 to all."""
        shutil.rmtree(results.parent, ignore_errors=True)
        with subprocess.Popen(
            command("cut"), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as running:
            until(lambda: running.poll() is not None or (results.exists() and results.read_bytes().count(b"\n") >= 15))
            running.send_signal(signal.SIGKILL)
        return results.read_bytes().count(b"\n")

    # It may have ended before it could be killed, where this process had to wait for a processor.
    assert any(15 <= killed() < 40 for _ in range(TRIES)), "each ended before it could be killed"
    subprocess.run(command("cut"), env=environment, check=True, capture_output=True, timeout=120)
    whole, cut = (
        [json.loads(text) for text in (tmp_path / name / "results.jsonl").read_text().splitlines()]
        for name in ("whole", "cut")
    )
    assert len(cut) == 40 and untimed(cut) == untimed(whole)
    figures = [json.loads((tmp_path / name / "summary.json").read_text())["metrics"] for name in ("whole", "cut")]
    costs = re.compile("_ms_|memory|index_")
    same = [{k: v for k, v in f.items() if not costs.search(k)} for f in figures]
    assert same[0] == same[1]


# -- what is asked -------------------------------------------------------------------------------------------------


def test_a_draw_is_the_same_for_the_same_seed_and_in_the_sets_order() -> None:
    ids = [[t.id for t in choose(towns(), limit=5, seed=seed, evidence_removed=2)] for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]
    assert all(len(found) == 7 and found[:5] == sorted(found[:5]) for found in ids)
    assert all(i.removesuffix("#evidence-removed") in found[:5] for found in ids for i in found[5:])
    assert [t.id for t in choose(towns(), kinds=["odd"])] == ["q1", "q3", "q5", "q7"]
    with pytest.raises(UsageError, match="no questions of kind 'odds'; it has: even, odd, none"):
        choose(towns(), kinds=["odds"])


def test_an_index_is_made_once_for_a_corpus(run_eval: RunEval, tmp_path: Path) -> None:
    run_eval(towns(), retrieval_only=True)
    [folder] = (tmp_path / "cache" / "evals").iterdir()
    before = (folder / BUILT).stat().st_mtime_ns
    embedder = FakeEmbedder()

    def open_news(where: Path, *, settings: Settings, create: bool, progress: object = None) -> News:
        return News(settings, embedder, open_store(where, manifest(embedder), create=create), None)

    settings = Settings.load(cache=tmp_path / "cache", llm="none")
    news, info = open_index(towns(), corpus_digest(towns()), settings, open_news=open_news)
    news.close()
    assert embedder.embedded == [] and info.articles == 8
    assert (folder / BUILT).stat().st_mtime_ns == before
    (folder / BUILT).unlink()  # as if it had been cut off before the end
    news, info = open_index(towns(), corpus_digest(towns()), settings, open_news=open_news)
    news.close()
    assert embedder.embedded == [] and info.articles == 8 and info.seconds is None
    other = EvalSet("towns", "records", towns().questions, records=lambda: town_articles()[1:])
    news, info = open_index(other, corpus_digest(other), settings, open_news=open_news)
    news.close()
    assert info.articles == 7 and len(list((tmp_path / "cache" / "evals").iterdir())) == 2


def test_a_set_without_articles_is_asked_against_the_index_that_is_there(run_eval: RunEval, tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text("".join(json.dumps(a) + "\n" for a in town_articles()))
    embedder = FakeEmbedder()
    store = open_store(tmp_path / "mine", manifest(embedder), create=True)
    with News(Settings.load(llm="none"), embedder, store, None) as news:
        news.add(source)
    done = run_eval(EvalSet("mine", "records", towns().questions), index=tmp_path / "mine", retrieval_only=True)
    assert values(done, "answer_recall@20") == [1.0]


# -- the judge -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "correct"), [("CORRECT", True), ("Incorrect.", False), ("It is correct", True), ("maybe", None)]
)
def test_a_judge_gives_its_opinion(reply: str, correct: bool | None) -> None:
    model = FakeLlm([[reply]], name="judge")
    question = Question("q", "How many boats?", ("eleven",), date=date(2024, 9, 1))
    answer = Answer("How many boats?", "It has 11 [1].", "11", False, (), "m")
    assert Judge(cast(Any, model), 5).mark(question, answer) == {"model": "judge", "correct": correct, "reply": reply}
    [[_, asked]] = model.asked
    assert "- eleven" in asked["content"] and "It has 11." in asked["content"] and "[1]" not in asked["content"]


def test_a_failing_judge_and_a_refusal() -> None:
    question = Question("q", "How many boats?", ("eleven",))
    answer = Answer("How many boats?", "It has 11.", "11", False, (), "m")
    failing = FakeLlm([[LlmError("no key")]], name="judge")
    assert Judge(cast(Any, failing), 5).mark(question, answer) == {"model": "judge", "correct": None, "reply": "no key"}
    refused = Answer("How many boats?", "The articles do not say.", None, True, (), "m")
    assert Judge(cast(Any, failing), 5).mark(question, refused)["correct"] is False
    assert len(failing.asked) == 1


def test_the_judges_opinion_enters_no_other_figure(
    run_eval: RunEval, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run_eval(towns())
    monkeypatch.setattr("evals.measure.judge.open_model", lambda settings: FakeLlm([["CORRECT"]], name=settings.llm))
    judged = run_eval(towns(), judge="some/judge", out=tmp_path / "judged")
    assert plain.summary["judge"] is None
    assert judged.summary["judge"]["model"] == "some/judge" and judged.summary["judge"]["correct"]["n"] == 8
    names = [n for n in plain.summary["metrics"] if not re.search("_ms_|memory|index_", n)]
    assert values(plain, *names) == values(judged, *names)
    with pytest.raises(UsageError, match="has to be a language model"):
        monkeypatch.undo()
        Judge.open("none", Settings.load())
