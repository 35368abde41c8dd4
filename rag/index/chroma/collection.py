"""What an index asks of its vectors, wherever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from rag.errors import IndexDamaged, StoreError
from rag.protocols import Vectors

Metadata = dict[str, str | int]


class VectorCollection(Protocol):
    """One Chroma collection, cosine distance, our own vectors only. Any thread may call it.

    Raises ``IndexDamaged`` where the vectors themselves are at fault, ``StoreError`` where the machine, the server or
    the way to it is.
    """

    compared: int
    """Up to how many vectors that pass a filter are compared one by one; 0 where they do not lie beside the text."""

    @property
    def there(self) -> bool:
        """Whether anything was ever written."""

    def at(self, revision: str | None) -> bool:
        """Turns to what was written up to ``revision``. True where nothing is open yet, so that the caller may compare
        what is there with what should be."""

    def follow(self, revision: str | None) -> bool:
        """The same for one who only searches: what is open may stay so where all that was committed since is known."""
        return self.at(revision)

    def mark(self, revision: str) -> None:
        """Marks what is open here as showing ``revision``, which this process has written itself."""

    def close(self) -> None: ...
    def drop(self) -> None:
        """Deletes all vectors; the next use makes an empty collection."""

    def reopen(self) -> None:
        """Opens it again, after a closer look than a search needs."""

    def upsert(self, ids: Sequence[str], vectors: Vectors, metadata: Sequence[Metadata]) -> None: ...
    def delete(self, ids: Sequence[str]) -> None: ...
    def batches(self) -> Iterator[tuple[list[str], Any]]:
        """All ids with their vectors, some thousand at a time."""

    def found(self, ids: Sequence[str], k: int = 1) -> dict[str, float | None]:
        """For each id, how far (cosine distance) the search finds the nearest vector to its own; None for nothing."""

    def refusal(self, what: str, error: Exception) -> StoreError:
        """An error of Chroma's as ``IndexDamaged``, or as ``StoreError`` if it is the machine or the server that
        fails."""

    def _use(self, what: str, use: Callable[[Any], Any]) -> Any:
        """Uses the collection; raises the :meth:`refusal` of what Chroma raises, with ``what`` in it."""

    # -- the same wherever they are ------------------------------------------------------------------------------

    def only_damage(self, error: Exception) -> None:
        """Raises ``StoreError`` for an error that says nothing about the vectors themselves, such as a full disk."""
        refusal = self.refusal("cannot be read", error)
        if not isinstance(refusal, IndexDamaged):
            raise refusal from error

    def count(self) -> int:
        return int(self._use("cannot be read", lambda c: c.count()))

    def readable(self, chunk_id: str) -> bool:
        """Whether the vector of one chunk can be read: not so where the graph has lost it."""
        try:
            return bool(self._use("cannot be read", lambda c: c.get(ids=[chunk_id], include=["embeddings"])["ids"]))
        except IndexDamaged:
            return False

    def query(self, vector: Vectors, k: int, where: Any) -> list[tuple[str, float]]:
        """(id, cosine similarity) of the ``k`` nearest that pass ``where`` (Chroma's filter language), best first."""
        result = self._use(
            "cannot be searched",
            lambda c: c.query(query_embeddings=vector.reshape(1, -1), n_results=k, where=where, include=["distances"]),
        )
        return [(i, 1.0 - float(d)) for i, d in zip(result["ids"][0], result["distances"][0], strict=True)]
