"""``make bench-growth``: what search, commits, start-up, memory and disk cost as an index grows, in a folder and on
servers of its own.

The articles are made up (:mod:`evals.bench.made_up`): lengths and word frequencies of real ones, vectors of a seeded
generator. An index is filled through the store, some thousand chunks a commit; then a new process opens it and measures
it. CPU time is that process's and the servers' together: unlike the wall's it says little about who else is busy. Files
that were just written are still in the machine's memory when they are read. Only on Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from rag import News
from rag.ops.servers import LocalChroma, LocalPostgres, local_servers

from ..runs.machine import machine
from .made_up import SeededEmbedder, filing_of, made_up_article, made_up_questions

SIZES = (10_000, 100_000)
KINDS = ("folder", "servers")
QUESTIONS = 100
COMMITS = 10
AT_ONCE = 4_000  # chunks a commit while an index is filled
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Site:
    """Where an index is: a folder, or a folder with servers that run."""

    kind: str
    folder: Path

    @property
    def places(self) -> dict[str, Any]:
        """The settings that say where the index is."""
        if self.kind == "folder":
            return {"index": self.folder / "index"}
        postgres, chroma = self._servers
        return {"index": postgres.url, "vectors": SecretStr(chroma.url)}

    def open(self) -> News:
        return News.open(embedder=SeededEmbedder(), llm="none", reranker="none", nli="none", **self.places)

    def settle(self) -> None:
        """What PostgreSQL does by itself within minutes of so many new rows."""
        if self.kind == "servers":
            self._servers[0].sql("vacuum analyze")

    def processes(self) -> list[int]:
        """Of the servers, those of PostgreSQL with the one for each connection."""
        if self.kind == "folder":
            return []
        postgres, chroma = self._servers
        first = int((postgres.folder / "data/postmaster.pid").read_text().split()[0])
        return [first, *_lasting_children(first), int((chroma.folder / "pid").read_text())]

    def disk(self) -> dict[str, float]:
        """MB of each part."""
        if self.kind == "folder":
            index = self.folder / "index"
            vectors = _size(index / "vectors")
            return {"SQLite": _size(index) - vectors, "Chroma": vectors}
        postgres, chroma = self._servers
        rows = int(postgres.sql("select pg_database_size('rag')"))
        return {"PostgreSQL": rows / 1e6, "Chroma": _size(chroma.folder / "data")}

    @property
    def _servers(self) -> tuple[LocalPostgres, LocalChroma]:
        return local_servers(self.folder)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of the same work done ``n`` times: wall milliseconds, and the mean of CPU milliseconds, here and in servers."""

    n: int
    p50: float
    p95: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Growth:
    """One index at one size."""

    kind: str
    articles: int
    chunks: int
    opening: tuple[float, float]  # from nothing open to the first search's hits: seconds by the wall, of CPU
    search: Cost  # by meaning and words, fused, without reading
    dense: tuple[float, float]  # of these searches, the part by meaning: p50 and p95 in milliseconds
    lexical: tuple[float, float]  # the part by words
    commit: Cost  # of one article
    after: float  # milliseconds of the first search after another process's commit, the median
    memory: float  # MB of the process that has searched, RSS
    server_memory: float  # MB of all processes of the servers, PSS: what they share counts once
    disk: dict[str, float]  # MB by part


def grown(
    site: Site, sizes: Sequence[int], tell: Callable[[str], None], questions: int = QUESTIONS, commits: int = COMMITS
) -> Iterator[Growth]:
    """Fills the index to each size, smallest first, and measures it there. The commits go into it too."""
    articles = commits_done = 0
    for size in sorted(sizes):
        begun = time.monotonic()
        with site.open() as news:
            articles = fill(news, articles, size)
        tell(f"{site.kind}: filled to {size} chunks in {time.monotonic() - begun:.0f} s")
        site.settle()
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:
            yield apart.submit(measured, site, articles, commits_done, questions, commits).result()
        commits_done += 2 * commits + 1


def fill(news: News, articles: int, size: int) -> int:
    """Stores made-up articles from the number ``articles`` on until there are ``size`` chunks; how many there are then,
    without what commits have brought."""
    with news.store.writing():
        there = news.store.count_chunks()
        while there < size:
            batch = []
            held = 0
            while held < min(AT_ONCE, size - there):
                article, chunks = made_up_article(articles)
                batch.append(filing_of(article, chunks))
                articles, held = articles + 1, held + len(chunks)
            texts = [chunk.embedded_text for filing in batch for chunk in filing.chunks]
            news.store.put(batch, news.embedder.embed(texts))
            there += held
    return articles


def measured(site: Site, articles: int, commits_done: int, questions: int, commits: int) -> Growth:
    """Opens an index of ``articles`` made-up articles and measures it; in a process of its own."""
    warm, *asked = made_up_questions(articles, questions + 1)
    _load_models()
    begun, before = time.perf_counter(), _cpu(site)
    news = site.open()
    first = news.search(warm, reading=False)
    opening = time.perf_counter() - begun, _cpu(site) - before
    assert first, "a question in words of an article finds something"
    dense, lexical = _timed(news.store, "dense"), _timed(news.store, "lexical")
    search = cost(site, asked, lambda text: news.search(text, reading=False, as_written=True))
    parts = _middle_and_high(dense), _middle_and_high(lexical)
    memory, server_memory = _status(os.getpid(), "VmRSS"), sum(map(_proportional, site.processes()))
    stored, chunks = news.size()
    new = (made_up_article(10**9 + n)[0] for n in range(commits_done, commits_done + 2 * commits + 1))
    news.put([next(new)])  # loads what adding needs, and Chroma's server puts the last of the filling into its graph
    commit = cost(site, list(islice(new, commits)), lambda article: news.put([article]))
    after = []
    with site.open() as other:
        for text, article in zip(asked, new, strict=False):
            other.put([article])
            begun = time.perf_counter()
            news.search(text, reading=False, as_written=True)
            after.append(1000 * (time.perf_counter() - begun))
    news.close()
    return Growth(
        site.kind, stored, chunks, opening, search, *parts, commit,
        statistics.median(after), memory, server_memory, site.disk(),
    )  # fmt: skip


def cost(site: Site, given: Sequence[Any], work: Callable[[Any], Any]) -> Cost:
    """``work`` is done for each of ``given``."""
    walls = []
    before = _cpu(site)
    for one in given:
        begun = time.perf_counter()
        work(one)
        walls.append(1000 * (time.perf_counter() - begun))
    cpu = 1000 * (_cpu(site) - before) / len(given)
    return Cost(len(walls), *_middle_and_high(walls), cpu)


def _timed(store: Any, name: str) -> list[float]:
    """Milliseconds of each call of a method of ``store`` from now on."""
    walls: list[float] = []
    work = getattr(store, name)

    def timed(*given: Any) -> Any:
        begun = time.perf_counter()
        try:
            return work(*given)
        finally:
            walls.append(1000 * (time.perf_counter() - begun))

    setattr(store, name, timed)
    return walls


def _middle_and_high(walls: Sequence[float]) -> tuple[float, float]:
    """p50 and p95."""
    return statistics.median(walls), sorted(walls)[int(0.95 * (len(walls) - 1) + 0.5)]


@contextmanager
def sites(kinds: Sequence[str], parent: Path | None = None) -> Iterator[list[Site]]:
    """Empty places for an index of each kind; servers run while they are there, and all is deleted in the end."""
    with tempfile.TemporaryDirectory(prefix="rag-growth-", dir=parent) as name:
        Path(name).chmod(0o755)  # PostgreSQL's own user goes through it
        found = [Site(kind, Path(name, kind)) for kind in kinds]
        started = [server for site in found if site.kind == "servers" for server in local_servers(site.folder)]
        try:
            for server in started:
                server.start()
            yield found
        finally:
            for server in started:
                server.stop()


def table(rows: Sequence[Growth]) -> str:
    """One line an index and size, in Markdown."""
    lines = [
        "| kind | chunks | search p50 / p95 / CPU ms | vectors p50 / p95 | words p50 / p95 | commit p50 / p95 / CPU ms "
        "| after another's commit ms | first hits s / CPU s | memory: process + servers MB | disk MB |",
        "|" + " --- |" * 10,
    ]
    for row in rows:
        disk = " + ".join(f"{name} {size:.0f}" for name, size in row.disk.items())
        parts = (f"{p50:.0f} / {p95:.0f}" for p50, p95 in (row.dense, row.lexical))
        memory = f"{row.memory:.0f} + {row.server_memory:.0f}"
        times = (
            _shown(row.search),
            *parts,
            _shown(row.commit),
            f"{row.after:.0f}",
            f"{row.opening[0]:.1f} / {row.opening[1]:.1f}",
        )
        cells = [row.kind, f"{row.chunks:,}", *times, memory, disk]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(cost: Cost) -> str:
    return f"{cost.p50:.0f} / {cost.p95:.0f} / {cost.cpu:.0f}"


def _load_models() -> None:
    """What a process has loaded anyway by the time it has read a question."""
    import rag.qa.pipeline  # noqa: F401


def _cpu(site: Site) -> float:
    """Seconds of this process and of the servers."""
    return time.process_time() + sum(_ticks(pid) for pid in site.processes()) / _TICK


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # user and system


def _lasting_children(pid: int) -> list[int]:
    """Without PostgreSQL's workers that clean up now and then: they come and go."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):  # gone meanwhile
            if b"autovacuum worker" not in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def _status(pid: int, name: str, file: str = "status") -> float:
    """MB of a line of kB."""
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / 1e6


def _proportional(pid: int) -> float:
    return _status(pid, "Pss", "smaps_rollup")


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def main(arguments: Sequence[str]) -> None:
    """Measures both kinds of index at some sizes and prints a table."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.growth", description=main.__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="chunks (default: 10000 100000)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="default: both")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help=f"default: {QUESTIONS}")
    parser.add_argument("--commits", type=int, default=COMMITS, help=f"of one article each (default: {COMMITS})")
    parser.add_argument("--folder", type=Path, help="where it all goes meanwhile (default: the system's)")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers do not stay
    about = machine()
    print(f"{about['cores']} cores, {about['cpu']}, niceness {os.nice(0)}, load {os.getloadavg()[0]:.1f}", flush=True)
    found: list[Growth] = []
    with sites(given.kinds, given.folder) as places:
        for site in places:
            for row in grown(
                site, given.sizes, lambda line: print(line, file=sys.stderr), given.questions, given.commits
            ):
                found.append(row)
                print(table([row]).splitlines()[-1], file=sys.stderr, flush=True)
    print(table(found))
    if given.json:
        rows = {"machine": about, "rows": [asdict(row) for row in found]}
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
