"""``kill -9`` of a writer loses nothing that it had reported, and nobody is in the way of the next one."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rag import News
from rag.types import Filters
from tests.conftest import OpenNews, Records, Tally
from tests.support.paths import ROOT
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.fault("kill")

COMMAND = [sys.executable, str(ROOT / "tests" / "support" / "rag_over_fakes.py")]
KILLS = int(os.environ.get("KILLS", "4"))  # of add; as many of the other commands together
TRIES = 10  # runs that may end before they can be killed, where this process has to wait for a processor
ARTICLES = 600


def body(n: int) -> str:
    """Some five chunks, so that a batch holds some twenty articles."""
    return " ".join(f"Part {k} of report{n} says what happened in town{n} on that day and why." for k in range(14))


def start(*args: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


def kill_while_it_works(process: subprocess.Popen[str], what: str, within: float) -> list[int]:
    """Kills at a random moment after the first word of progress, if any; returns all that was counted until then."""
    assert process.stderr
    said = [process.stderr.readline()]
    moment = random.uniform(0, within)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    _, rest = process.communicate()
    return [int(m) for m in re.findall(rf"{what}: (\d+) of", "".join([*said, rest]))]


def assert_whole(news: News) -> list[str]:
    """Every article has all its words and vectors; returns the ids."""
    result = news.check()
    assert result.ok, result.problems
    assert result.vectors >= result.chunks
    return [a.id for a in news.articles()]


def assert_found(news: News, n: int) -> None:
    assert {i.split(":")[0] for i, _ in news.store.lexical(f"report{n}", 50, Filters())} == {f"a{n}"}
    assert f"a{n}" in {h.article.id for h in news.search(f"Part 1 of report{n} says what happened in town{n}")}


def test_kill_9_of_add_at_random_moments(open_news: OpenNews, records: Records, tmp_path: Path, tally: Tally) -> None:
    path = records("in.jsonl", *[{"id": f"a{n}", "title": f"Title {n}", "text": body(n)} for n in range(ARTICLES)])
    index = str(tmp_path / "index")
    before = -1
    killed = runs = 0
    while runs < KILLS or (not killed and runs < KILLS + TRIES):
        runs += 1
        process = start("add", str(path), "--index", index)
        counted = kill_while_it_works(process, "indexing", within=0.5)
        killed += process.returncode == -signal.SIGKILL
        with open_news() as reader:  # at once: no lock is left over, nothing has to be mended first
            ids = assert_whole(reader)
            assert len(ids) >= max(counted, default=0), "more was reported than is there"
            assert len(ids) >= before, "what an earlier run had stored is gone"
            assert ids == [] or set(ids) == {f"a{n}" for n in range(len(ids))}
            for n in {0, len(ids) // 2, len(ids) - 1} if ids else ():
                assert_found(reader, n)
                assert reader.article(f"a{n}").body == body(n)
            before = len(ids)
        if before == ARTICLES:  # a run that has nothing to do cannot be met while it works
            shutil.rmtree(index)
            before = -1
    assert killed, "not one run was met while it worked"
    tally("kills", killed)

    done = start("add", str(path), "--index", index, "--json")
    out, err = done.communicate()
    report = json.loads(out)
    assert (done.returncode, report["added"] + report["unchanged"], report["failed"]) == (0, ARTICLES, 0), err
    assert report["unchanged"] == max(before, 0)
    with open_news() as news:
        assert len(assert_whole(news)) == ARTICLES
        result = news.check()
        assert result.vectors == result.chunks, "the next writer sweeps what a killed one left"


def test_kill_9_of_an_update_leaves_each_article_old_or_new(
    open_news: OpenNews, records: Records, tmp_path: Path, tally: Tally
) -> None:
    count, killed = 200, 0

    def write(edition: str) -> Path:
        texts = [f"This is the {edition} edition. {body(n)}" for n in range(count)]
        return records("in.jsonl", *[{"id": f"a{n}", "title": "T", "text": t} for n, t in enumerate(texts)])

    with open_news() as news:
        assert news.add(write("first")).added == count
    for edition in [f"number{n}" for n in range(max(KILLS // 4, 2))]:
        process = start("add", str(write(edition)), "--index", str(tmp_path / "index"))
        kill_while_it_works(process, "indexing", within=0.4)
        killed += process.returncode == -signal.SIGKILL
        with open_news() as news:
            assert len(assert_whole(news)) == count
            bodies = {a.id: news.article(a.id).body for a in news.articles()}
            for n in range(0, count, 37):
                hits = news.store.lexical(f"report{n}", 50, Filters())
                text = "".join(c.text for c in news.store.chunks([i for i, _ in hits]).values())
                stands = re.findall(r"(\w+) edition", text)
                assert stands == [bodies[f"a{n}"].split()[3]], "words of one edition with the text of another"
    tally("kills", killed)
    assert start("add", str(write("last")), "--index", str(tmp_path / "index")).communicate()
    with open_news() as news:
        assert all("last edition" in news.article(a.id).body for a in news.articles())
        result = news.check()
        assert (result.ok, result.vectors) == (True, result.chunks)


def test_kill_9_of_a_removal_takes_all_that_was_named_or_nothing(
    open_news: OpenNews, records: Records, tmp_path: Path, tally: Tally
) -> None:
    index, count, killed = tmp_path / "index", 300, 0
    path = records("in.jsonl", *[{"id": f"a{n}", "title": "T", "text": body(n)} for n in range(count)])
    named = [f"a{n}" for n in range(0, count, 2)]
    left = {f"a{n}" for n in range(1, count, 2)}
    for _ in range(max(KILLS // 4, 4)):
        with open_news() as news:
            news.add(path)
        process = start("remove", *named, "--index", str(index))
        try:  # it starts for some 0.4 s, and removes for some 0.2 s
            process.wait(random.uniform(0.3, 0.9))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        killed += process.returncode == -signal.SIGKILL
        with open_news() as news:
            there = set(assert_whole(news))
            assert there == left or (there == left | set(named) and not out)
            assert_found(news, 1)
            if there == left:
                assert {i.split(":")[0] for i, _ in news.store.lexical("report0", 50, Filters())} == set()
    tally("kills", killed)


def test_kill_9_of_a_repair_leaves_what_the_next_one_mends(
    open_news: OpenNews, records: Records, tmp_path: Path, tally: Tally
) -> None:
    index, count, killed = tmp_path / "index", 400, 0
    with open_news() as news:
        news.add(records("in.jsonl", *[{"id": f"a{n}", "title": "T", "text": body(n)} for n in range(count)]))
    for _ in range(max(KILLS // 4, 2)):
        shutil.rmtree(index / "vectors")
        process = start("check", "--repair", "--index", str(index))
        kill_while_it_works(process, "repairing", within=0.6)
        killed += process.returncode == -signal.SIGKILL
        with open_news() as news:
            assert len(news.articles()) == count
    tally("kills", killed)
    out, err = start("check", "--repair", "--index", str(index)).communicate()
    assert out.endswith("ok\n"), out + err
    with open_news() as news:
        assert len(assert_whole(news)) == count
        for n in (0, count - 1):
            assert_found(news, n)


def test_kill_9_of_a_rebuild_loses_nothing(open_news: OpenNews, records: Records, tmp_path: Path, tally: Tally) -> None:
    index = tmp_path / "index"
    with open_news() as news:
        news.add(records("in.jsonl", *[{"id": f"a{n}", "title": "T", "text": body(n)} for n in range(200)]))
    killed, stands = 0, {"RAG_EMBEDDER": "fake"}
    for n in range(max(KILLS // 4, 2)):
        wanted = {"RAG_EMBEDDER": f"other-{n}"}
        process = start("rebuild", "--index", str(index), **wanted)
        kill_while_it_works(process, "indexing", within=0.5)
        killed += process.returncode == -signal.SIGKILL
        if process.returncode == 0:
            stands = wanted
        out, err = start("check", "--index", str(index), **stands).communicate()
        if stands != wanted and "made with" in err:  # killed after the new index had taken its place
            stands = wanted
            out, err = start("check", "--index", str(index), **stands).communicate()
        assert out.endswith("ok\n"), out + err
        assert "200 articles" in out
    tally("kills", killed)
    out, err = start("rebuild", "--index", str(index), RAG_EMBEDDER="last").communicate()
    assert out == "rebuilt with 200 articles\n", err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "index"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_ctrl_c_stops_with_one_line_and_what_was_reported_is_stored(
    open_news: OpenNews, records: Records, tmp_path: Path
) -> None:
    path = records("in.jsonl", *[{"id": f"a{n}", "title": "T", "text": body(n)} for n in range(3_000)])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # where the tests run in the background, it is
    try:  # ignored, and what a process ignores, its children ignore
        process = start("add", str(path), "--index", str(tmp_path / "index"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stderr
    said = [process.stderr.readline()]
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=PATIENCE)  # it does not go on to the end of the 3,000 articles
    assert process.returncode == 130
    assert out == ""
    *progress, last = [*said, *rest.splitlines()]
    assert last.startswith("rag: stopped; everything reported as stored is safe")
    assert "Traceback" not in rest
    counted = [int(m) for m in re.findall(r"indexing: (\d+) of", "".join(progress))]
    assert len(open_news().articles()) >= max(counted)
