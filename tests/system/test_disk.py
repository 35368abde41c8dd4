"""Disks that are full or that nothing may be written to: one clear line, and what was stored is still there."""

from __future__ import annotations

import os
import resource
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag import News
from rag.errors import IndexDamaged, StoreError
from rag.index.chroma import server as on_server
from rag.index.chroma.server import ServerVectors
from rag.ops.servers import LocalChroma
from tests.conftest import OpenNews, Records, Tally
from tests.support.servers import given_a_port
from tests.system.test_kill import COMMAND, assert_whole, body

pytestmark = [
    pytest.mark.fault("disk"),
    pytest.mark.skipif(sys.platform != "linux", reason="limits a file system as Linux does"),
]

MIB = 1 << 20
EVERY = int(os.environ.get("EVERY_LIMIT", "2"))  # of the numbers of open files; nightly each


def run(*args: str, most: int | None = None, handles: int | None = None) -> subprocess.CompletedProcess[str]:
    """The command ``rag``; with ``most`` no file of it may grow beyond so many bytes, ``handles`` may be open."""

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        if handles is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))

    return subprocess.run([*COMMAND, *args], capture_output=True, text=True, check=False, preexec_fn=limit)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1].rpartition("\r")[2]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small file system here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_and_what_was_stored_answers_when_there_is_room_again(
    small_disk: Path, records: Records, open_news: OpenNews, tally: Tally
) -> None:
    index = str(small_disk / "index")
    first = records("a.jsonl", *[{"id": f"a{n}", "title": f"T {n}", "text": body(n)} for n in range(60)])
    more = records("b.jsonl", *[{"id": f"a{n}", "title": f"T {n}", "text": body(n)} for n in range(60, 500)])
    assert run("add", str(first), "--index", index).returncode == 0
    assert "full" in one_line(run("add", str(more), "--index", index))
    filler = small_disk / "filler"  # what the writer gave back is taken by others
    with pytest.raises(OSError, match="No space left"), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    for words in (("ask", "What happened in town7?"), ("check",), ("remove", "a1"), ("add", str(first))):
        line = one_line(run(*words, "--index", index))
        assert "full" in line or "No space left" in line, line
        assert "damaged" not in line, line
    tally("commands on a full disk", 5)
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    with open_news(small_disk / "index") as news:
        assert {f"a{n}" for n in range(60)} <= set(assert_whole(news))
        assert news.article("a7").body == body(7)
    assert run("add", str(more), "--index", index).returncode == 0
    with open_news(small_disk / "index") as news:
        assert len(assert_whole(news)) == 500


@pytest.mark.parametrize("most", [1 * MIB, 2 * MIB, 4 * MIB])
def test_a_file_that_may_not_grow_is_told_and_nothing_is_half(
    most: int, records: Records, open_news: OpenNews, tmp_path: Path, tally: Tally
) -> None:
    index = str(tmp_path / "index")
    path = records("b.jsonl", *[{"id": f"a{n}", "title": f"T {n}", "text": body(n)} for n in range(2000)])
    line = one_line(run("add", str(path), "--index", index, most=most))
    assert line.startswith("rag: "), line
    tally("writes cut off", 1)
    with open_news() as news:
        ids = assert_whole(news)
        assert all(news.article(i).body == body(int(i[1:])) for i in ids[:5])


def test_no_room_for_uploads_or_ratings_is_told(small_disk: Path, open_news: OpenNews) -> None:
    from rag.chat.kept.uploads import keep_all

    news: News = open_news()
    given = [news.settings.index / "news.sqlite"] * 2
    for n, size in enumerate((1 * MIB, 8 * MIB)):
        given[n] = news.settings.index / f"{n}.txt"
        given[n].write_bytes(b"x" * size)
    with pytest.raises(OSError, match="No space left"):
        keep_all(given, small_disk / "uploads")
    assert list((small_disk / "uploads").iterdir()) == []


def test_few_open_files_and_no_room_for_the_output_are_told(
    records: Records, tmp_path: Path, open_news: OpenNews
) -> None:
    index = str(tmp_path / "index")
    path = records("a.jsonl", *[{"id": f"a{n}", "title": f"T {n}", "text": body(n)} for n in range(20)])
    assert run("add", str(path), "--index", index).returncode == 0
    refused = 0
    for words, limits in (
        (("ask", "What happened in town7?"), (6, 10, 14, 20)),
        (("add", str(path)), (8, 12, 15)),
        (("check",), (6, 13, 16)),
        (("check", "--repair"), (10, 14, 20)),
    ):
        for handles in limits[::EVERY]:
            done = run(*words, "--index", index, handles=handles)
            if done.returncode:
                refused += 1
                line = one_line(done)
                assert "oo many open files" in line or "unable to open" in line or "ulimit -n" in line, (handles, line)
                assert "unexpected" not in line and "damaged" not in line, (handles, line)
    assert refused
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "list", "--index", index], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "No space left" in done.stderr and "unexpected" not in done.stderr
    with open_news() as news:
        assert len(assert_whole(news)) == 20


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_no_file_takes_the_place_of_a_closed_stream(
    records: Records, tmp_path: Path, open_news: OpenNews, closed: str
) -> None:
    """The index would get what libraries print."""
    index = str(tmp_path / "index")
    path = records("a.jsonl", *[{"id": f"a{n}", "title": f"T {n}", "text": body(n)} for n in range(20)])
    words = shlex.join([*COMMAND, "add", str(path), "--index", index])
    done = subprocess.run(f"{words} {closed}", shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "unexpected" not in done.stderr, done.stderr
    assert done.stdout.endswith("20 added, 0 updated, 0 unchanged, 0 duplicate, 0 failed\n") or "1>&-" in closed
    with open_news() as news:
        assert len(assert_whole(news)) == 20


def test_a_full_disk_of_chromas_server_is_told_and_what_was_stored_is_there_after_a_start(
    small_disk: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma's server may hang after it has failed to write, until it is started again: that is told too."""
    server = given_a_port(LocalChroma(small_disk / "chroma"))
    server.start()
    try:
        vectors = ServerVectors(server.url, "chunks")
        given = np.eye(64, dtype=np.float32)
        names = [f"a{n}" for n in range(64)]
        vectors.upsert(names, given, [{"article": name} for name in names])
        filler = small_disk / "filler"
        with pytest.raises(OSError, match="No space left"), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        with pytest.raises(StoreError, match="is full; free space there and start it again") as told:
            vectors.upsert(["more"], given[:1], [{"article": "more"}])
        assert not isinstance(told.value, IndexDamaged)
        with monkeypatch.context() as patched:
            patched.setattr(on_server, "ANSWER_WITHIN", 3)
            for name in ("chunks", "another"):
                with pytest.raises(
                    StoreError, match=r"Chroma's server at 127.0.0.1:\d+ (is full|gives no answer)"
                ) as told:
                    ServerVectors(server.url, name).delete(names[:2])
                assert not isinstance(told.value, IndexDamaged)
        tally("uses of a server on a full disk", 3)
        filler.unlink()
        server.stop()
        server.start()
        vectors.upsert(["more"], given[:1], [{"article": "more"}])
        vectors.delete(names[:2])
        assert vectors.count() == 63
        assert vectors.query(given[7], 1, None)[0][0] == "a7"
        vectors.close()
    finally:
        server.stop()
