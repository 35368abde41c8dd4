"""The vectors of an index: one Chroma collection in a folder, cosine distance, our own vectors only."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, StoreError
from rag.index.chroma.collection import Metadata, VectorCollection
from rag.index.chroma.hnsw import damaged_files, mislabelled
from rag.index.chroma.newer import NewerVectors
from rag.protocols import Vectors

VECTORS_PER_BATCH = 2_000  # records to Chroma at once; its limit is 5,461
COLLECTION = "chunks"
LEAST_LOOKED_AT = 300
"""Vectors that the graph is asked for at least, which is how much of it a search looks at. Of the 50 nearest among
51,322 real ones 95% are found where it looks at 100, and 99% at 300, which takes a millisecond more: so an index that
is built again, or copied, finds nearly the same."""

_numbers = itertools.count()
SAYS_FULL = re.compile(r"is full|no space left|\(code: 13\)|os error 28", re.IGNORECASE)
SAYS_MACHINE = re.compile(
    r"\(code: (?:5|6|7|8|14)\)|os error (?:12|13|23|24|30)\b|too many open files|permission denied|read-?only",
    re.IGNORECASE,
)
"""Errors of SQLite (locked, no memory, read-only, cannot open) and the system about the machine, not the files."""


class Truncated(IndexDamaged):
    """Files of the graph are damaged, shorter than they must be, or gone; ``problems`` has a line for each."""

    def __init__(self, problems: Sequence[str]):
        super().__init__(f"index damaged: {problems[0]}; run: rag check --repair")
        self.problems = problems


class ChromaVectors(VectorCollection):
    """Opened at first use. Any thread may call it; only a process that holds the index's lock may write."""

    compared = 20_000  # 30 MB of 384 numbers each, and some 50 ms

    def __init__(self, folder: Path, newer: NewerVectors | None = None):
        """``newer`` is asked for what others commit while the graph is open."""
        self.folder = folder
        self._newer = newer
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        self._revision: str | None = None

    @property
    def there(self) -> bool:
        return self.folder.exists()

    def at(self, revision: str | None) -> bool:
        """Turns to ``revision``: a client never sees what other processes wrote after it was opened.

        True where nothing is open yet, so that the caller may compare what the folder holds with what it should.
        """
        with self._lock:
            if revision != self._revision or self._behind():
                self.close()
                self._revision = revision
                self._start(revision)
            return self._collection is None

    def follow(self, revision: str | None) -> bool:
        with self._lock:
            if self._newer and self._collection is not None and revision and self._newer.reach(revision):
                return False
            return self.at(revision)

    def _behind(self) -> bool:
        """Whether others have committed what the graph that is open here has not."""
        return self._newer is not None and self._newer.revision != self._revision

    def _start(self, revision: str | None) -> None:
        if self._newer:
            self._newer.start(revision)

    def mark(self, revision: str) -> None:
        """Marks what is open here as showing ``revision``, which this process has written itself."""
        with self._lock:
            self._revision = revision
            self._start(revision)

    def query(self, vector: Vectors, k: int, where: Any) -> list[tuple[str, float]]:
        """Also of what others have committed since the graph was opened.

        With a condition it is opened again: Chroma reads the conditions' rows as they are now, and fails on an id that
        the open graph has not.
        """
        wide = max(k, LEAST_LOOKED_AT)
        with self._lock:
            if where is not None and self._newer and self._behind():
                self.at(self._newer.revision)
            found = super().query(vector, wide, where)
            if self._newer is None or not self._behind():
                return found[:k]
            both = dict(found) | dict(self._newer.nearest(vector, k))
        return sorted(both.items(), key=lambda hit: -hit[1])[:k]

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    def drop(self) -> None:
        """Deletes the folder; the next use makes an empty one."""
        with self._lock:
            self.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def reopen(self) -> None:
        """Opens the files again, after a closer look at them than a search needs. Raises ``IndexDamaged``."""
        with self._lock:
            self.close()
            self._open(closer=True)

    def _open(self, *, closer: bool = False) -> Any:
        if self._collection is None:
            if lines := damaged_files(self.folder) or (mislabelled(self.folder) if closer else []):
                raise Truncated(lines)
            import chromadb
            from chromadb.config import Settings

            # All clients of a process that spell a folder the same way share one, also a stale or a broken one:
            # so each opening spells it differently.
            spelled = f"{self.folder}{'/.' * (next(_numbers) % 200)}"
            try:
                with _no_panic():
                    client = chromadb.PersistentClient(spelled, settings=Settings(anonymized_telemetry=False))
                    self._collection = client.get_or_create_collection(
                        COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                    )
                    self._client = client
            except Exception as error:  # chromadb raises its Rust errors as bare exceptions
                raise self.refusal("cannot be opened", error) from error
        return self._collection

    def _use(self, what: str, use: Callable[[Any], Any]) -> Any:
        """Uses the collection; what Chroma raises becomes ``IndexDamaged``, and ``StoreError`` on a full disk."""
        with self._lock:
            collection = self._open()
            try:
                with _no_panic():
                    return use(collection)
            except Exception as error:  # chromadb raises its Rust errors as bare exceptions
                raise self.refusal(what, error) from error

    def refusal(self, what: str, error: Exception) -> StoreError:
        """An error of Chroma's as ``IndexDamaged``, or as ``StoreError`` if it is the machine that fails."""
        if isinstance(error, StoreError):
            return error
        line = first_line(error)
        if SAYS_FULL.search(line):  # Chroma writes also where it is only read
            return StoreError(f"the vectors in {self.folder} {what}: the disk is full; free space, nothing is lost")
        table = self.folder / "chroma.sqlite3"
        if _few_files_left() or (SAYS_MACHINE.search(line) and (table.is_file() or not table.exists())):
            return StoreError(
                f"the vectors in {self.folder} {what} ({line}); check permissions, memory and the number of files that "
                "may be open (ulimit -n); nothing is lost"
            )
        return IndexDamaged(f"index damaged: the vectors in {self.folder} {what} ({line}); run: rag check --repair")

    def upsert(self, ids: Sequence[str], vectors: Vectors, metadata: Sequence[Metadata]) -> None:
        for i in range(0, len(ids), VECTORS_PER_BATCH):
            part = slice(i, i + VECTORS_PER_BATCH)
            given = {"ids": list(ids[part]), "embeddings": vectors[part], "metadatas": list(metadata[part])}
            self._use("cannot be written", lambda c, given=given: c.upsert(**given))  # type: ignore[misc]

    def delete(self, ids: Sequence[str]) -> None:
        for i in range(0, len(ids), VECTORS_PER_BATCH):
            part = list(ids[i : i + VECTORS_PER_BATCH])
            self._use("cannot be written", lambda c, part=part: c.delete(ids=part))  # type: ignore[misc]

    def batches(self) -> Iterator[tuple[list[str], Any]]:
        """All ids with their vectors, some thousand at a time.

        Raises whatever Chroma raises on broken files.
        """
        for offset in itertools.count(0, VECTORS_PER_BATCH):
            with self._lock, _no_panic():
                got = self._open().get(limit=VECTORS_PER_BATCH, offset=offset, include=["embeddings"])
            if not got["ids"]:
                return
            yield got["ids"], got["embeddings"]

    def found(self, ids: Sequence[str], k: int = 1) -> dict[str, float | None]:
        """For each id, how far (cosine distance) the search finds the nearest vector to its own; None for nothing.

        A search for more, ``k``, looks at more of the graph: at 100 vectors for up to 100, then at as many as asked.
        """
        out: dict[str, float | None] = dict.fromkeys(ids)
        with self._lock, _no_panic():
            collection = self._open()
            got = collection.get(ids=list(ids), include=["embeddings"])
            if got["ids"]:
                result = collection.query(query_embeddings=got["embeddings"], n_results=k, include=["distances"])
                distances = zip(got["ids"], result["distances"], strict=True)
                out |= {i: float(d[0]) if len(d) else None for i, d in distances}
        return out


def _few_files_left() -> bool:
    """Whether this process can hardly open more files; Chroma needs some, and does not always name what it lacks."""
    try:
        with ExitStack() as opened:
            for _ in range(12):
                opened.enter_context(open(os.devnull, "rb"))  # noqa: PTH123
    except OSError:
        return True
    return False


@contextmanager
def _no_panic() -> Iterator[None]:
    """Turns a panic of Chroma's Rust code on broken files, which ``except Exception`` lets pass, into an error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise RuntimeError(first_line(error)) from error


def first_line(error: BaseException) -> str:
    """The message of another library's error, short enough for a line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
