"""The command: what it prints where, its exit status, and that no traceback reaches anyone."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag import News
from rag.cli.output import print_answer, progress_bar, shortened
from rag.types import Answer, Article, Citation
from tests.conftest import OpenNews, Rag, Records
from tests.support.fakes import FakeEmbedder, on_disk
from tests.support.paths import ROOT

RAIN = "Heavy rain had moved two piers of the bridge. The mayor closed it on Friday."
VOTE = "The council voted to keep the ferry. Nine members were for it."


@pytest.fixture
def stocked(rag: Rag, open_news: OpenNews) -> Rag:
    with open_news() as news:
        news.put(
            [
                Article("bridge", "Bridge closed", RAIN, published=date(2024, 9, 28), source="The Post"),
                Article("ferry", "Ferry stays", VOTE, published=date(2024, 10, 7), source="The Echo"),
            ]
        )
    return rag


# -- results ------------------------------------------------------------------------------------------------------


def test_add_tells_what_became_of_everything(rag: Rag, records: Records) -> None:
    path = records("a.jsonl", {"title": "Bridge", "text": RAIN, "id": "x"}, {"title": "No text"})
    done = rag("add", str(path))
    assert done.status == 1
    assert done.out == f"added: Bridge  (x, {path}#line 1)\n1 added, 0 updated, 0 unchanged, 0 duplicate, 1 failed\n"
    assert f"failed: {path}#line 2: line 2: 'text' is missing" in done.err
    assert "indexing: 2 of 2" in done.err


def test_add_json_is_the_report_and_nothing_else(rag: Rag, records: Records, tmp_path: Path) -> None:
    done = rag("add", str(records("a.jsonl", {"title": "Bridge", "text": RAIN})), str(tmp_path / "nowhere"), "--json")
    assert done.status == 1
    assert list(done.json) == ["added", "updated", "unchanged", "duplicate", "failed", "items"]
    assert [list(item) for item in done.json["items"]] == [["source", "status", "article_id", "title", "reason"]] * 2
    assert done.json["items"][1] == {
        "source": str(tmp_path / "nowhere"), "status": "failed", "article_id": None, "title": None,
        "reason": done.json["items"][1]["reason"],
    }  # fmt: skip


def test_what_is_no_news_is_told_and_is_no_failure(rag: Rag, records: Records) -> None:
    draft = {"title": "Budget", "text": VOTE, "status": "draft", "slug": "budget"}
    path = records("a.jsonl", {"title": "Bridge", "text": RAIN, "id": "x"}, draft)
    done = rag("add", str(path))
    assert done.status == 0
    assert done.out.splitlines()[-1] == "1 added, 0 updated, 0 unchanged, 0 duplicate, 0 failed, 1 left out"
    assert f"left out: {path}#line 2: line 2: its status is 'draft'" in done.err
    assert rag("add", str(path), "--json").json["left_out"] == 1


def test_what_could_not_be_read_of_an_article_is_told(rag: Rag, records: Records) -> None:
    days = ["the day after", "some day", "soon", "in autumn", "never"]
    dated = [{"title": f"Bridge {n}", "text": f"{RAIN} {day}", "date": day} for n, day in enumerate(days)]
    path = records("a.jsonl", *dated, {"title": "Ferry", "text": VOTE, "excerpt": VOTE, "publish_zone": "2024-10-07"})
    done = rag("add", str(path))
    assert done.status == 0
    notes = [line for line in done.err.splitlines() if line.startswith("note: ")]
    assert notes[0] == f"note: {path}#line 1: date not understood: 'the day after'"
    assert notes[3] == "note: 2 more like the last one (--json lists them)"
    assert len(notes) in (4, 5)


def test_what_is_passed_over_in_a_folder_is_counted_by_kind(rag: Rag, records: Records, tmp_path: Path) -> None:
    folder = records("in/a.jsonl", {"title": "Bridge", "text": RAIN}).parent
    for name in ("1.pptx", "2.pptx", "3.PPTX", "4.pptx", "minutes.xlsx", "README", ".git/a.pptx", ".hidden.pptx"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    done = rag("add", str(folder))
    assert (done.status, done.out.splitlines()[1:]) == (
        0,
        [
            "1 added, 0 updated, 0 unchanged, 0 duplicate, 0 failed",
            "skipped: 4 .pptx, 1 without extension, 1 .xlsx",
        ],
    )
    assert "skipped: 4 .pptx (1.pptx, 2.pptx, 3.PPTX, ...), 1 without extension (README), 1 .xlsx (minutes.xlsx): " in (
        done.err
    )
    assert "unsupported types (supported: .txt .text .ansi " in done.err
    again = rag("add", str(folder), "--json")
    assert (again.status, again.json["unchanged"], again.json["failed"], len(again.json["items"])) == (0, 1, 0, 1)
    assert [Path(p).name for p in again.json["passed_over"]] == [
        "1.pptx", "2.pptx", "3.PPTX", "4.pptx", "README", "minutes.xlsx",
    ]  # fmt: skip


def test_the_bar_says_what_it_counts(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as show:
        show("indexing", 50, 50)
        show("embedding again", 5, 5)
    assert capsys.readouterr().err == "indexing: 50 of 50 files and records\nembedding again: 5 of 5\n"


def test_bytes_are_told_in_megabytes(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as show:
        show("fetching the model", 671_088_640, 1_117_320_768)
    assert capsys.readouterr().err == "fetching the model: 671 of 1117 MB\n"


def test_add_again_is_quiet_and_done(rag: Rag, records: Records) -> None:
    path = str(records("a.jsonl", {"title": "Bridge", "text": RAIN}))
    assert rag("add", path).status == 0
    again = rag("add", path)
    assert (again.status, again.out) == (0, "0 added, 0 updated, 1 unchanged, 0 duplicate, 0 failed\n")


def test_a_failed_source_is_named_with_its_reason(rag: Rag, tmp_path: Path) -> None:
    done = rag("add", str(tmp_path / "nowhere"))
    assert done.status == 1
    assert f"failed: {tmp_path / 'nowhere'}: no such file or folder" in done.err


def test_ask_prints_the_answer_with_its_sources(stocked: Rag) -> None:
    done = stocked("ask", "Why", "was", "the", "bridge", "closed?")
    assert done.status == 0
    assert "[1] Bridge closed (The Post, 2024-09-28) bridge" in done.out
    assert done.err == ""


def test_ask_json_is_the_object_of_the_contract(stocked: Rag) -> None:
    done = stocked("ask", "Why was the bridge closed?", "--as-of", "2024-10-01", "--json")
    found = done.json
    assert (done.status, done.err) == (0, "")
    assert set(found) >= {
        "question", "answer", "short_answer", "refused", "citations", "as_of", "newest_evidence", "model", "timings_ms",
    }  # fmt: skip
    assert set(found["timings_ms"]) == {"retrieve", "evidence", "first_token", "total"}
    assert (found["as_of"], found["model"], found["refused"]) == ("2024-10-01", "none", False)
    for c in found["citations"]:
        assert set(c) == {"n", "article_id", "title", "source", "url", "published", "quote", "start", "end"}
        body = stocked("show", c["article_id"], "--json").json["body"]
        assert body[c["start"] : c["end"]] == c["quote"]


@pytest.mark.parametrize("question", ["bridge \udcff", "東京 🌉", "-- why the bridge?"])
def test_any_question_can_be_asked_and_printed(stocked: Rag, question: str) -> None:
    done = stocked("ask", "--json", "--", question)
    assert done.status == 0
    done.out.encode()


def test_list_is_newest_first_and_filters(stocked: Rag) -> None:
    done = stocked("list", "--json")
    assert [a["id"] for a in done.json] == ["ferry", "bridge"]
    assert set(done.json[0]) == {
        "id", "url", "title", "published", "updated", "source", "section", "authors", "language",
    }  # fmt: skip
    assert [a["id"] for a in stocked("list", "--source", "the post", "--json").json] == ["bridge"]
    assert [a["id"] for a in stocked("list", "--since", "2024-10-07", "--json").json] == ["ferry"]
    assert stocked("list", "--until", "2024-09-28").out.split()[:2] == ["bridge", "2024-09-28"]


def test_list_stops_at_a_limit_and_says_how_many_are_left(stocked: Rag) -> None:
    done = stocked("list", "--limit", "1")
    assert (done.out.split()[0], len(done.out.splitlines())) == ("ferry", 1)
    assert done.err == "and 1 more; leave out --limit to see all\n"
    assert [a["id"] for a in stocked("list", "--limit", "1", "--json").json] == ["ferry"]
    both = stocked("list", "--limit", "5")
    assert (len(both.out.splitlines()), both.err) == (2, "")
    assert stocked("list", "--limit", "0").status == 2


def test_show_json_is_a_record_that_add_takes_as_unchanged(stocked: Rag, tmp_path: Path) -> None:
    shown = stocked("show", "bridge", "--json")
    assert shown.json["body"] == shown.json["text"] == RAIN
    (tmp_path / "shown.jsonl").write_text(shown.out)
    assert stocked("add", str(tmp_path / "shown.jsonl"), "--json").json["unchanged"] == 1


def test_show_prints_the_body(stocked: Rag) -> None:
    assert stocked("show", "bridge").out == f"Bridge closed\nThe Post | published 2024-09-28\n\n{RAIN}\n"


def test_remove_by_id_outlet_and_day(stocked: Rag) -> None:
    assert stocked("remove", "--before", "2024-01-01").out == "removed 0\n"
    assert stocked("remove", "--source", "the echo").out == "removed 1\n"
    assert stocked("remove", "bridge").out == "removed 1\n"
    assert stocked("list", "--json").json == []


def test_check_json_tells_problems_and_repair_mends_them(stocked: Rag, open_news: OpenNews) -> None:
    whole = {"ok": True, "problems": [], "articles": 2, "chunks": 2, "vectors": 2}
    assert stocked("check", "--json").json == whole
    with open_news() as news, news.store.writing():
        on_disk(news)._all_vectors.delete(on_disk(news)._chunk_ids(["ferry"]))
    broken = stocked("check", "--json")
    assert (broken.status, broken.json["ok"], broken.json["vectors"]) == (1, False, 1)
    assert broken.json["problems"][0].startswith("vectors: 1 missing, the first is ferry:")
    assert "to repair it: rag check --repair" in stocked("check").out
    mended = stocked("check", "--repair", "--json")
    assert (mended.status, mended.json) == (0, whole)


def test_search_prints_passages_without_a_model(stocked: Rag) -> None:
    found = stocked("search", "ferry", "--limit", "1", "--json").json
    [hit] = found["hits"]
    assert (found["question"], hit["article_id"], hit["source"]) == ("ferry", "ferry", "The Echo")
    body = stocked("show", "ferry", "--json").json["body"]
    assert body[hit["start"] : hit["end"]] == hit["text"]
    assert hit["text"].split(".")[0] in stocked("search", "ferry").out
    assert stocked("search", "ferry", "--until", "1999-01-01").out == "no article fits\n"
    assert stocked("search", "ferry", "--fast", "--json").json["hits"]


def test_a_long_passage_is_cut_around_the_words_of_the_question(
    rag: Rag, open_news: OpenNews, embedder: FakeEmbedder
) -> None:
    embedder.max_tokens = 400
    before, after = ("Nothing of the kind was told. " * 8, "Others had seen it all before. " * 8)
    with open_news() as news:
        news.put([Article("long", "Ferry", f"{before}The ferries were on strike for a week. {after}")])
        text = news.search("ferry strike")[0].chunk.text
    assert len(text) > 450
    shown = rag("search", "ferry strike").out.splitlines()[1]
    assert len(shown) < 320
    assert "The ferries were on strike for a week." in shown
    assert (shown.startswith("   … "), shown.endswith(" …")) == (True, True)
    assert " ".join(text.split()) in rag("search", "ferry strike", "--full").out
    assert rag("search", "ferry strike", "--json").json["hits"][0]["text"] == text


@pytest.mark.parametrize(
    ("text", "question", "room", "shown", "marked"),
    [
        ("The ferry sank.", "ferry", 100, "The ferry sank.", ["ferry"]),
        ("one two three four five six ferry seven", "Where is the ferry?", 15, "… six ferry seven", ["ferry"]),
        ("ferry two three four five six seven", "ferry", 15, "ferry two three …", ["ferry"]),
        ("ferry a a a a a a a a a a strikes of ferries a a a", "ferry strike", 22, "… a strikes of ferries a …",
         ["strikes", "ferries"]),
        ("nothing of it is in here", "ferry", 12, "nothing of …", []),
        ("x" * 50, "ferry", 10, "xxxxxxxxxx …", []),
        ("", "ferry", 10, "", []),
    ],
)  # fmt: skip
def test_where_a_passage_is_cut(text: str, question: str, room: int, shown: str, marked: list[str]) -> None:
    found, spans = shortened(text, question, room)
    assert (found, [found[a:b] for a, b in spans]) == (shown, marked)


def test_on_a_terminal_the_words_are_bold_and_a_passage_cannot_write_to_it(
    stocked: Rag, open_news: OpenNews, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_news() as news:
        news.put([Article("evil", "Ferry", "The ferry \x1b[2Jis [bold]gone[/bold].")])
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    out = stocked("search", "the ferry").out
    assert "keep the \x1b[1mferry\x1b[0m" in out
    assert "The \x1b[1mferry\x1b[0m [2Jis [bold]gone[/bold]." in out


def cite(n: int, article: Article, quote: str) -> Citation:
    start = article.body.index(quote)
    return Citation(n, article, quote, start, start + len(quote))


def test_a_refusal_shows_what_the_articles_say_and_how_it_may_be_spelled(capsys: pytest.CaptureFixture[str]) -> None:
    bridge = Article("bridge", "Bridge closed", RAIN, published=date(2024, 9, 28), source="The Post")
    refusal = Answer(
        "Who closed the brigde?", "No article is about a brigde.\nThe articles say:", None, True, (), "none",
        cause="spelling", quotes=(cite(1, bridge, "The mayor closed it on Friday."),), nearest=(bridge,),
        suggestion="Who closed the bridge?", note="the model was slow",
    )  # fmt: skip
    print_answer(refusal)
    assert capsys.readouterr().out == (
        "No article is about a brigde.\nThe articles say:\n(the model was slow)\n"
        "\n[1] Bridge closed (The Post, 2024-09-28) bridge\n    The mayor closed it on Friday.\n"
        "\nDid you mean: Who closed the bridge?\n"
    )
    print_answer(replace(refusal, quotes=(), suggestion=None))
    assert capsys.readouterr().out.endswith("\nNearest articles:\n  2024-09-28  Bridge closed (bridge)\n")


def test_the_wheel_names_the_stage(stocked: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    stages: list[str] = []

    @contextmanager
    def spinner(text: str) -> Iterator[Callable[[str], None]]:
        stages.append(text)
        yield stages.append

    monkeypatch.setattr("rag.cli.ask.spinner", spinner)
    stocked("ask", "Why was the bridge closed?")
    assert stages[0] == "Why was the bridge closed?"
    assert stages[1].startswith("searching") and stages[2].startswith("reading ")


def test_rebuild_tells_how_many(stocked: Rag) -> None:
    assert stocked("rebuild").out == "rebuilt with 2 articles\n"


# -- where the index is ------------------------------------------------------------------------------------------------


def test_another_index_that_can_be_seen_is_named(stocked: Rag, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("rag.settings.user_data_path", lambda name: tmp_path / "data")
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    command = ["list", "--index", "gone"]
    assert stocked(*command).err == f"rag: no index at {tmp_path}/desk/gone; make one with: rag add FOLDER --index " + (
        f"{tmp_path}/desk/gone\n"
    )
    (tmp_path / "desk/.rag").mkdir()
    (tmp_path / "index").rename(tmp_path / "desk/.rag/index")
    for words in (command, ["rebuild", "--index", "gone"], ["ask", "why", "--index", "gone"]):
        done = stocked(*words)
        assert (done.status, done.out) == (1, "")
        assert done.err.startswith(
            f"rag: no index at {tmp_path}/desk/gone; there is one at .rag/index: --index .rag/index; or make one"
        )
    assert len(stocked("list", "--index", ".rag/index", "--json").json) == 2
    monkeypatch.delenv("RAG_INDEX")
    assert len(stocked("list", "--json").json) == 2


def test_a_new_index_is_named_once(rag: Rag, records: Records, tmp_path: Path) -> None:
    path = str(records("a.jsonl", {"title": "Bridge", "text": RAIN}))
    assert f"new index: {tmp_path}/index\n" in rag("add", path).err
    assert "new index" not in rag("add", path).err


def test_a_variable_that_nobody_reads_is_told_of_unless_errors_alone_are_asked_for(
    records: Records, tmp_path: Path
) -> None:
    command = [
        str(ROOT / "tests/support/rag_over_fakes.py"),
        "add",
        str(records("a.jsonl", {"title": "B", "text": RAIN})),
    ]
    here = {"RAG_COLLECTION_OF_MINE": "x", "RAG_INDEX": str(tmp_path / "index")}
    told = "RAG_COLLECTION_OF_MINE (in the environment) is no setting of this program"
    assert python(*command, **here).stderr.count(told) == 1
    assert told not in python(*command, **here, RAG_LOG="error").stderr


def test_chat_ends_with_the_status_of_the_server(rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.chat.server.main", lambda: 1)
    assert rag("chat").status == 1


# -- mistakes and failures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "status", "told"),
    [
        ([], 2, "Usage: "),
        (["nonsense"], 2, "No such command"),
        (["add"], 2, "Missing argument"),
        (["ask"], 2, "Missing argument"),
        (["ask", ""], 2, "the question is empty"),
        (["ask", "why", "--as-of", "yesterday"], 2, "'yesterday' is not a day; write it like 2024-09-28"),
        (["ask", "why", "--as-of", "2024-02-30"], 2, "is not a day"),
        (["ask", "why", "--since", "2024-02-02", "--until", "2024-02-01"], 2, "no day lies between"),
        (["ask", "why", "--source", "Nobody"], 2, "no article is from 'Nobody'; the index has: The Echo, The Post"),
        (["list", "--source", "Nobody"], 2, "no article is from 'Nobody'"),
        (["ask", "why", "--section", "Nothing"], 2, "no article is in the section 'Nothing'; the index has: "),
        (["show", "nope"], 2, "no article nope"),
        (["remove"], 2, "nothing to remove"),
        (["remove", "--source", ""], 2, "no article is from ''"),
        (["remove", "--source", "Nobody"], 2, "no article is from 'Nobody'"),
        (["remove", "bridge", "nope"], 2, "no article nope; nothing was removed"),
        (["add", "x", "--index", "/dev/null"], 1, "/dev/null is a file"),
        (["ask", "why", "--index", "/dev/null/x"], 1, "no index at /dev/null/x"),
        (["add", "x", "--index", "/proc/x"], 1, "cannot write the index /proc/x"),
        (["list", "--index", "/nowhere"], 1, "make one with: rag add FOLDER --index /nowhere"),
        (["check", "--index", "/nowhere"], 1, "no index at /nowhere"),
        (["rebuild", "--index", "/nowhere"], 1, "no index at /nowhere"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_2_and_a_failure_1_and_neither_prints_a_result(
    stocked: Rag, command: list[str], status: int, told: str
) -> None:
    for form in (command, [*command, "--json"] if command and command[0] not in ("remove", "rebuild") else command):
        done = stocked(*form)
        assert (done.status, done.out) == (status, "")
        assert told in done.err
    assert len(stocked("list", "--json").json) == 2


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("RAG_DEADLINE", "abc", "RAG_DEADLINE"), ("RAG_HITS", "0", "RAG_HITS"), ("RAG_LOG", "loud", "RAG_LOG")],
)
def test_a_wrong_setting_is_2(stocked: Rag, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(name, value)
    done = stocked("list", "--json")
    assert (done.status, done.out) == (2, "")
    assert told in done.err
    assert done.err.count("\n") == 1


def test_another_embedder_is_1_with_the_way_out(stocked: Rag, embedder: FakeEmbedder) -> None:
    embedder.name, embedder.digest = "other", "f" * 64
    done = stocked("ask", "why", "--json")
    assert (done.status, done.out) == (1, "")
    assert "made with embedder fake " in done.err
    assert "this program uses embedder other " in done.err
    assert "rag rebuild --index" in done.err


@pytest.mark.fault("writers")
def test_a_locked_index_is_1_and_names_the_holder(stocked: Rag, open_news: OpenNews, records: Records) -> None:
    path = str(records("a.jsonl", {"title": "Bridge", "text": RAIN}))
    with open_news().store.writing():
        done = stocked("add", path, "--json")
        assert (done.status, done.out) == (1, "")
        assert f"is being written by process {os.getpid()} (" in done.err
        assert stocked("ask", "why the bridge").status == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("line 1\nline 2"), BrokenPipeError()])
def test_what_nobody_foresaw_is_one_line(stocked: Rag, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(News, "articles", fails)
    if isinstance(error, BrokenPipeError):  # typer ends such a run itself
        error.errno = 32
    done = stocked("list")
    status, told = {
        KeyboardInterrupt: (130, "rag: stopped; everything reported as stored is safe"),
        RuntimeError: (1, "rag: unexpected RuntimeError: line 1 line 2; RAG_LOG=debug shows where\n"),
        BrokenPipeError: (1, ""),
    }[type(error)]
    assert done.status == status
    assert done.err.startswith(told)
    assert done.err.count("\n") <= 1


@pytest.mark.parametrize("command", ["", "add", "ask", "list", "show", "remove", "check", "rebuild", "models", "chat"])
def test_help_teaches(rag: Rag, command: str) -> None:
    done = rag(*command.split(), "--help")
    assert (done.status, done.err) == (0, "")
    assert "Usage: " in done.out
    for name in {"add": ("PATH", ".jsonl", "Example: rag add"), "ask": ("--as-of", "Example: rag ask")}.get(
        command, ()
    ):
        assert name in done.out


# -- other processes ----------------------------------------------------------------------------------------------


def python(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *args],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        env={**os.environ, **environment},
    )


HEAVY = ("torch", "transformers", "sentence_transformers", "litellm", "gradio", "xllamacpp", "trafilatura")


def loaded(*args: str, **environment: str) -> set[str]:
    """The top-level packages that a run of the command has imported."""
    code = (
        "import sys, atexit; atexit.register(lambda: print('\\n' + ' '.join(sys.modules), file=sys.stderr)); "
        "from rag.cli.commands import main; main()"
    )
    done = python("-c", code, *args, **environment)
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stderr.splitlines()[-1].split()}


def test_help_imports_nothing_that_takes_time() -> None:
    assert loaded("--help").isdisjoint({*HEAVY, "numpy", "chromadb", "onnxruntime", "pydantic", "rich"})
    assert loaded("ask", "--help").isdisjoint({*HEAVY, "numpy", "chromadb", "onnxruntime", "rich"})


def test_the_real_command_asks_without_torch_or_litellm(records: Records, tmp_path: Path) -> None:
    """``python -m rag`` with the real embedder: add, then ask with no model."""
    here = {"RAG_INDEX": str(tmp_path / "index"), "RAG_LLM": "none"}
    added = python(
        "-m", "rag", "add", str(records("a.jsonl", {"title": "Bridge closed", "text": RAIN})), "--json", **here
    )
    assert (added.returncode, json.loads(added.stdout)["added"]) == (0, 1), added.stderr
    assert loaded("ask", "Why was the bridge closed?", **here).isdisjoint(HEAVY)


def as_anybody() -> None:
    """Gives up what lets root write anywhere; for others there is nothing to give up."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.fault("disk")
@pytest.mark.skipif(sys.platform != "linux", reason="takes the rights of root away as Linux does")
def test_a_folder_that_may_not_be_written_is_one_line(records: Records, tmp_path: Path) -> None:
    path, index = str(records("a.jsonl", {"title": "Bridge", "text": RAIN})), tmp_path / "shelf/index"
    command = [sys.executable, str(ROOT / "tests/support/rag_over_fakes.py")]
    subprocess.run([*command, "add", path, "--index", str(index)], check=True, capture_output=True)
    folders = [f for f in (index.parent, *index.parent.rglob("*")) if f.is_dir()]
    files = [f for f in index.rglob("*") if f.is_file()]
    try:
        for place in (*folders, *files):
            place.chmod(0o555)
        for words, where in ((["add", path], index), (["add", path], tmp_path / "shelf/new"), (["ask", "why"], index)):
            done = subprocess.run(
                [*command, *words, "--index", str(where)], capture_output=True, text=True, check=False,
                preexec_fn=as_anybody,
            )  # fmt: skip
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.startswith(
                f"rag: the index {where}" if where == index else "rag: cannot write the index"
            )
            assert "permission" in done.stderr or "may be written" in done.stderr
            assert done.stderr.count("\n") == 1
    finally:
        for place in (*folders, *files):
            place.chmod(0o755)


def test_a_wire_item_under_an_embargo_is_kept_unseen(rag: Rag, tmp_path: Path) -> None:
    item = tmp_path / "item.xml"
    item.write_text(
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:weir:lock" version="1"><itemMeta>'
        '<itemClass qcode="ninat:text"/><embargoed>2099-01-01T00:00:00Z</embargoed></itemMeta><contentMeta>'
        "<headline>Lock to close</headline></contentMeta><contentSet><inlineXML><html><body>"
        "<p>The Corwen lock will close for 60 days, the board said.</p>"
        "</body></html></inlineXML></contentSet></newsItem>",
        encoding="utf-8",
    )
    done = rag("add", str(item))
    assert done.status == 0 and done.out.splitlines()[-1].endswith("0 failed, 1 embargoed")
    waiting = rag("list", "--embargoed").out
    assert waiting.startswith("urn:weir:lock") and str(item) in waiting
    told = done.out + done.err + waiting + rag("list").out + rag("ask", "How long will the Corwen lock close?").out
    assert "60" not in told and "Lock to close" not in told and "board" not in told
    item.write_text(item.read_text("utf-8").replace("2099-01-01T00:00:00Z", "the vote is over").replace("lock", "weir"))
    done = rag("add", str(item))
    assert done.status == 1 and "an embargo whose end is not understood ('the vote is over')" in done.err
