"""The vectors of texts that are in force no more, compared one by one with a question's: they are few."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from rag.index.schema import Rows
from rag.protocols import Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

READ_AT_ONCE = 20_000  # vectors read at once


class PastVectors:
    """Read once for each revision of the index, at the first search as of a day: 1.5 KB a vector of 384 numbers."""

    def __init__(self, rows: Rows):
        self._rows = rows
        self._lock = threading.Lock()
        self._revision: str | None = None
        self._numbers: NDArray[np.int64] | None = None
        self._vectors: Vectors | None = None

    def nearest(
        self, vector: Vectors, most: int, revision: str | None, among: Collection[int]
    ) -> list[tuple[int, float]]:
        """(number, cosine similarity) of the nearest of these numbers, best first."""
        import numpy as np

        if not among:
            return []
        with self._lock:
            if self._numbers is None or revision is None or revision != self._revision:
                self._read(len(vector))
                self._revision = revision
            numbers, vectors = self._numbers, self._vectors
        if numbers is None or vectors is None or not len(numbers):
            return []
        scores = vectors @ vector
        scores[~np.isin(numbers, np.fromiter(among, dtype=np.int64, count=len(among)))] = -np.inf
        most = min(most, int(np.isfinite(scores).sum()))
        best = np.argpartition(-scores, max(most - 1, 0))[:most]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(int(numbers[i]), float(scores[i])) for i in best]

    def _read(self, dimension: int) -> None:
        import numpy as np

        numbers: list[int] = []
        parts: list[Vectors] = []
        last = 0
        while True:
            found = self._rows(
                "select chunk, vector from vectors where chunk < ? and length(vector) = ? order by chunk desc limit ?",
                (last, 4 * dimension, READ_AT_ONCE),
            )
            if not found:
                break
            numbers += [row[0] for row in found]
            last = numbers[-1]
            parts.append(np.frombuffer(b"".join(row[1] for row in found), dtype="<f4").reshape(-1, dimension))
        self._numbers = np.array(numbers, dtype=np.int64)
        self._vectors = np.concatenate(parts) if parts else np.zeros((0, dimension), dtype=np.float32)
