"""Writers and readers of one index on servers, a process each, for some seconds; of a parent that imports once for all.

python tests/support/soaking.py FOLDER SECONDS WRITERS READERS    # the index is that of RAG_INDEX and RAG_VECTORS

``FOLDER/writer-N`` gets a line for all that was acknowledged to a writer: ``put ID EDITION`` or ``removed ID``;
``FOLDER/reader-N`` how often that one searched. A file each: what several processes write to one pipe may come out
interleaved. What a process finds wrong goes to its standard error, and the status is 1.
"""

from __future__ import annotations

import os
import random
import re
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import chromadb  # noqa: F401  # a child that imported it itself would take a second more
import pg8000.dbapi  # noqa: F401
import sqlalchemy  # noqa: F401

import rag.qa.pipeline  # noqa: F401
from rag import News
from rag.types import Article, Filters
from tests.support.fakes import FakeEmbedder

SHARED = "shared"  # the article that all writers update
REMOVED = 4  # of every so many articles of a writer it removes one again
WIRE = 6  # of every so many articles of a writer one comes to all of them
LEAST = 8  # rounds of each writer and reader, however short the time is
PAUSE_S = 0.03  # between two things that a reader or a writer does

_OWN = re.compile(r"w\d+n(\d+)")


def edition_of(name: str, edition: str) -> Article:
    """An article each of whose sentences names its edition: half of one would show."""
    told = " ".join(f"Part {n} of {name} says what was told in edition{edition}." for n in range(9))
    return Article(name, f"Of {name}", told)


def wire_copy(n: int) -> Article:
    """What every writer reads at the same address: stored once."""
    return Article("", f"Wire {n}", edition_of(f"wire{n}", "1").body, url=f"https://wire.example/{n}")


def opened() -> News:
    return News.open(embedder=FakeEmbedder(), llm="none", reranker="none", create=True)


def write(folder: Path, number: int, until: float) -> None:
    with opened() as news, (folder / f"writer-{number}").open("w", buffering=1) as told:

        def put(article: Article, edition: str) -> None:
            [item] = news.put([article]).items
            assert item.status in ("added", "updated", "unchanged"), item
            told.write(f"put {item.article_id} {edition}\n")

        n = 0
        while n < LEAST or time.time() < until:
            name = f"w{number}n{n}"
            put(edition_of(name, "1"), "1")
            if n % 3 == 0:
                put(edition_of(name, "2"), "2")
            if n % REMOVED == REMOVED - 1:
                assert news.remove(name) == 1
                told.write(f"removed {name}\n")
            if n % WIRE == 0:
                put(wire_copy(n // WIRE), "1")
            put(edition_of(SHARED, f"{number}x{n}"), f"{number}x{n}")
            n += 1
            time.sleep(random.uniform(0, PAUSE_S))


def read(folder: Path, number: int, until: float) -> None:
    with opened() as news:
        searches = 0
        while searches < LEAST or time.time() < until:
            stored = _acknowledged(folder / f"writer-{number % 4}")
            _assert_whole(news, SHARED)
            searches += 1
            if stored:
                _assert_whole(news, stored[-1])
                found = {i.split(":")[0] for i, _ in news.store.lexical(stored[-1], 20, Filters())}
                assert found == {stored[-1]}, f"{stored[-1]} was acknowledged, and {found} is found"
            time.sleep(random.uniform(0, PAUSE_S))
        (folder / f"reader-{number}").write_text(f"{searches}\n", "ascii")


def _acknowledged(file: Path) -> list[str]:
    """The articles of a writer's own that stay and were acknowledged to it."""
    try:
        whole, _, _ = file.read_text("ascii").rpartition("\n")
    except FileNotFoundError:
        return []
    names = [line.split()[1] for line in whole.splitlines() if line.startswith("put w")]
    return [name for name in names if (own := _OWN.fullmatch(name)) and int(own[1]) % REMOVED != REMOVED - 1]


def _assert_whole(news: News, name: str) -> None:
    """All that a search finds of an article is of one edition, as its text has it."""
    hits = [hit for hit in news.search(f"What says part 3 of {name}?") if hit.article.id == name]
    editions = {word for hit in hits for word in hit.chunk.text.split() if word.startswith("edition")}
    assert len(editions) <= 1, f"half of {name}: {editions}"
    for hit in hits:
        assert hit.chunk.text == hit.article.body[hit.chunk.start : hit.chunk.end], name


def main(folder: Path, seconds: float, writers: int, readers: int) -> int:
    until = time.time() + seconds
    work: list[tuple[Callable[..., Any], int]] = [(write, n) for n in range(writers)]
    work += [(read, n) for n in range(readers)]
    children = []
    for do, number in work:
        if not (child := os.fork()):
            try:
                do(folder, number, until)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    return int(any(os.waitpid(child, 0)[1] for child in children))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
