"""What may happen to an index on servers: PostgreSQL killed or full while articles come in; many write and read."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from rag import News
from rag.errors import StoreError
from rag.ops.servers import LocalPostgres
from rag.types import Article
from tests.conftest import Records, Tally
from tests.support.fakes import FakeEmbedder
from tests.support.paths import ROOT
from tests.support.patience import PATIENCE
from tests.support.servers import given_a_port
from tests.support.soaking import SHARED, edition_of
from tests.system.test_kill import ARTICLES as MANY
from tests.system.test_kill import COMMAND, TRIES, assert_found, assert_whole, body

KILLS = int(os.environ.get("KILLS", "1"))
SECONDS = float(os.environ.get("SOAK", "3"))
WRITERS, READERS = 4, 8
SCRIPT = str(ROOT / "tests" / "support" / "soaking.py")


def opened(postgres: str, chroma: str) -> News:
    given: Any = {"embedder": FakeEmbedder(), "llm": "none", "reranker": "none"}
    return News.open(postgres, vectors=SecretStr(chroma), **given)


@pytest.mark.fault("server-kill")
def test_kill_9_of_postgresql_while_adding_loses_nothing(
    own_postgres: LocalPostgres, chroma_url: str, records: Records, tally: Tally
) -> None:
    count, killed, run, wanted = 200 if KILLS == 1 else MANY, 0, 0, max(KILLS // 20, 1)
    path = records("in.jsonl", *[{"id": f"a{n}", "title": f"Title {n}", "text": body(n)} for n in range(count)])
    while run < wanted or (not killed and run < wanted + TRIES):
        run += 1
        place = f"{own_postgres.url}?schema=run{run}"
        process = subprocess.Popen(
            [*COMMAND, "add", str(path), "--index", place, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "RAG_VECTORS": chroma_url},
        )  # fmt: skip
        assert process.stderr
        counted = 0
        while not counted:  # until it has told that some are stored
            said = process.stderr.readline()
            assert said, "it ended before it had stored anything"
            counted = max(map(int, re.findall(r"indexing: (\d+) of", said)), default=0)
        time.sleep(random.uniform(0, 0.3))
        alive = process.poll() is None
        own_postgres.kill()
        own_postgres.start()
        assert own_postgres.url in place, "it has another port now"
        with opened(place, chroma_url) as reader:
            ids = [a.id for a in reader.articles()]
            assert len(ids) >= counted, "more was reported than is there"
            assert all(reader.article(name).body == body(int(name[1:])) for name in ids[:3])
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        assert (json.loads(out)["added"], json.loads(out)["failed"]) == (count, 0)
        with opened(place, chroma_url) as news:
            assert len(assert_whole(news)) == count
            result = news.check()
            assert result.vectors == result.chunks
            for n in (0, count // 2, count - 1):
                assert_found(news, n)
        killed += alive
    assert killed, "not one run was met while it worked"
    tally("kills of PostgreSQL", killed)


@pytest.fixture
def small_postgres(_servers_folder: Path) -> Iterator[LocalPostgres]:
    """PostgreSQL on a file system of 120 MB, of which an empty one takes half."""
    folder = _servers_folder / "small"
    folder.mkdir(mode=0o755)
    command = ["mount", "-t", "tmpfs", "-o", "size=120m,mode=755", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small file system here")
    try:
        server = given_a_port(LocalPostgres(folder / "postgres", durable=False))
        server.start()
        yield server
        server.stop()
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.fault("disk")
def test_postgresql_on_a_full_disk_is_one_line_and_what_was_stored_stays(
    small_postgres: LocalPostgres, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.ingest.pipeline.STORE_PAUSES", (0.01,))
    url, filler = small_postgres.url, small_postgres.folder.parent / "filler"
    stored: list[str] = []
    with opened(url, chroma_url) as news:
        news.put([Article("first", "First", body(0))])
        with filler.open("wb") as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        with pytest.raises(StoreError) as told:
            for n in range(1, 1000):
                news.put([Article(f"a{n}", f"Title {n}", body(n) * 20)])
                stored.append(f"a{n}")
        assert "\n" not in str(told.value) and url.partition("@")[0].rpartition(":")[2] not in str(told.value)
    filler.unlink()
    small_postgres.start()  # where it has ended for want of room for its log
    with opened(url, chroma_url) as news:
        assert set(assert_whole(news)) == {"first", *stored}
        assert news.put([Article("last", "Last", body(2))]).added == 1
        assert news.check().ok


@pytest.mark.fault("server-writers")
def test_four_writers_and_eight_readers_lose_nothing_and_see_nothing_half(
    postgres_url: str, chroma_url: str, tmp_path: Path, tally: Tally
) -> None:
    opened(postgres_url, chroma_url).close()
    done = subprocess.run(
        [sys.executable, SCRIPT, str(tmp_path), str(SECONDS), str(WRITERS), str(READERS)],
        capture_output=True, text=True, check=False, timeout=SECONDS + 240,
        env={**os.environ, "RAG_INDEX": postgres_url, "RAG_VECTORS": chroma_url},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split() for file in sorted(tmp_path.glob("writer-*")) for line in file.read_text().splitlines()]
    removed = {line[1] for line in lines if line[0] == "removed"}
    put = [(name, edition) for what, name, edition in (line for line in lines if line[0] == "put")]
    newest = dict(put)  # of an article of one writer: the last one that it was told of
    with opened(postgres_url, chroma_url) as news:
        there = {a.id: a for a in news.articles(bodies=True)}
        assert set(there) == set(newest) - removed, "lost, or come back"
        wires = [a for a in there.values() if a.title.startswith("Wire ")]
        assert len({a.url for a in wires}) == len(wires) > 0, "stored twice"
        for name in set(there) - {a.id for a in wires} - {SHARED}:
            assert there[name].body == edition_of(name, newest[name]).body
        bodies = [there[SHARED].body, *(v.article.body for v in news.history(SHARED))]
        told = Counter(edition_of(SHARED, edition).body for name, edition in put if name == SHARED)
        assert Counter(bodies) == told, "an update was lost, or is there twice"
        result = news.check()
        assert result.ok and result.vectors == result.chunks, result
    tally("acknowledged", len(lines))
    tally("searches", sum(int(file.read_text()) for file in tmp_path.glob("reader-*")))
