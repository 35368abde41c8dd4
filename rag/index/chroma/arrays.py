"""Vectors as bytes, as a database keeps them, and as rows of an array."""

from __future__ import annotations

from collections.abc import Sequence

from rag.protocols import Vectors


def packed(vectors: Vectors) -> list[bytes]:
    """Each row as 32-bit floats, lowest byte first."""
    return [row.tobytes() for row in vectors.astype("<f4")]


def unpacked_vectors(blobs: Sequence[bytes]) -> Vectors:
    """The rows again, shape (len(blobs), dimension); the blobs must be of one length."""
    import numpy as np

    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1).astype(np.float32)


def cosines(vectors: Vectors, vector: Vectors) -> Vectors:
    """The cosine similarity of each row to ``vector``, shape (rows,); 0 to a row of zeros."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
    found: Vectors = vectors @ vector / np.maximum(lengths, np.finfo(np.float32).tiny)
    return found


def nearest_of(names: Sequence[str], vectors: Vectors, vector: Vectors, k: int) -> list[tuple[str, float]]:
    """(name, cosine similarity) of the ``k`` rows that come nearest, best first; ``names`` are theirs."""
    import numpy as np

    scores = cosines(vectors, vector)
    return [(names[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")[:k]]


def stacked(rows: Sequence[Vectors]) -> Vectors:
    """Vectors one below the other, shape (len(rows), dimension)."""
    import numpy as np

    return np.stack(rows)
