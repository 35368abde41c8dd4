"""What other processes have committed since a graph was opened, so that it need not be opened again for each commit.

A Chroma client never sees what others write after it was opened, and opening it anew reads the whole graph: seconds for
a million vectors. But the vectors are stored with the text too. So each commit notes the numbers of its chunks, and a
search compares those of the commits since one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.index.chroma.arrays import nearest_of, unpacked_vectors
from rag.index.schema import Rows, Writable
from rag.protocols import Vectors

COMMITS_TABLE = (
    "create table {}commits (number integer primary key, revision text not null, before text not null, "
    "first integer, last integer)"
)
"""The last commits that changed chunks: each one's revision, the one before it, and its new chunks' numbers."""
COMMITS_KEPT = 2_000
FEW = 4_096
"""Vectors that are compared one by one however small the index is: some milliseconds."""
PART = 20  # and up to one in so many of a larger one, since opening its graph costs the more
_KNOWN = "select 1 from sqlite_master where name = 'commits'"
_SINCE = (
    "select revision, before, first, last from commits "
    "where number >= (select max(number) from commits where before = ?) order by number"
)
_NEW = (
    "select chunks.id, vectors.vector from chunks join vectors on vectors.chunk = chunks.number "
    "where chunks.number between ? and ? and length(vectors.vector) = ?"
)


def note_commit(db: Writable, before: str, revision: str, numbers: Sequence[int]) -> None:
    """Notes a commit that has nothing new but chunks of these numbers. One that is not noted makes readers open the
    graph again; so does whatever an earlier program commits, which notes nothing."""
    first, last = (min(numbers), max(numbers)) if numbers else (None, None)
    values = (revision, before, first, last)
    db.execute("insert into commits (revision, before, first, last) values (?, ?, ?, ?)", values)
    db.execute("delete from commits where number <= (select max(number) from commits) - ?", (COMMITS_KEPT,))


class NewerVectors:
    """The vectors of the commits since. What of them is gone again stays; a search drops what no chunk has."""

    def __init__(self, rows: Rows, dimension: int):
        self._rows = rows
        self._size = 4 * dimension  # bytes
        self.revision: str | None = None
        self._passed: set[str] = set()
        self._ids: list[str] = []
        self._vectors: list[Vectors] = []

    def start(self, revision: str | None) -> None:
        """Begins again at the revision of a graph that was opened."""
        self.revision, self._passed, self._ids, self._vectors = revision, set(), [], []

    def reach(self, revision: str) -> bool:
        """Goes on to ``revision``. False where not each commit on the way is known, or there are too many vectors."""
        if revision == self.revision or revision in self._passed:  # another thread was faster
            return True
        if self.revision is None or not self._rows(_KNOWN, ()):
            return False
        commits = self._rows(_SINCE, (self.revision,))
        at = self.revision
        for name, before, *_ in commits:
            if before != at:
                return False
            at = name
        names = {name for name, *_ in commits}
        if revision not in names:
            return False
        ranges = [(first, last) for *_, first, last in commits if first is not None]
        [(highest,)] = self._rows("select max(number) from chunks", ())
        new = sum(last - first + 1 for first, last in ranges)
        if len(self._ids) + new > max(FEW, (highest or 0) // PART):
            return False
        for first, last in ranges:
            self._read(self._rows(_NEW, (first, last, self._size)))
        self.revision = at
        self._passed |= names
        return True

    def _read(self, rows: Sequence[tuple[str, bytes]]) -> None:
        if rows:
            self._ids += [name for name, _ in rows]
            self._vectors.append(unpacked_vectors([blob for _, blob in rows]))

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """(id, cosine similarity) of the ``k`` nearest, best first."""
        import numpy as np

        if not self._ids:
            return []
        if len(self._vectors) > 1:
            self._vectors = [np.concatenate(self._vectors)]
        return nearest_of(self._ids, self._vectors[0], vector, k)
