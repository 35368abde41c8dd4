"""What an index asks of its vectors, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from rag.protocols import Vectors

Metadata = dict[str, str | int]


class VectorCollection(Protocol):
    """One Chroma collection, cosine distance, our own vectors only. Any thread may call it.

    Raises ``IndexDamaged`` where the vectors themselves are at fault, ``StoreError`` where the machine, the server or
    the way to it is.
    """

    @property
    def there(self) -> bool:
        """Whether anything was ever written."""

    def at(self, revision: str | None) -> bool:
        """Turns to what was written up to ``revision``. True where nothing is open yet, so that the caller may compare
        what is there with what should be."""

    def mark(self, revision: str) -> None:
        """Marks what is open here as showing ``revision``, which this process has written itself."""

    def close(self) -> None: ...
    def drop(self) -> None:
        """Deletes all vectors; the next use makes an empty collection."""

    def reopen(self) -> None:
        """Opens it again, after a closer look than a search needs."""

    def count(self) -> int: ...
    def readable(self, chunk_id: str) -> bool:
        """Whether the vector of one chunk can be read."""

    def upsert(self, ids: Sequence[str], vectors: Vectors, metadata: Sequence[Metadata]) -> None: ...
    def delete(self, ids: Sequence[str]) -> None: ...
    def query(self, vector: Vectors, k: int, where: Any) -> list[tuple[str, float]]:
        """(id, cosine similarity) of the ``k`` nearest that pass ``where`` (Chroma's filter language), best first."""

    def batches(self) -> Iterator[tuple[list[str], Any]]:
        """All ids with their vectors, some thousand at a time."""

    def found(self, ids: Sequence[str], k: int = 1) -> dict[str, float | None]:
        """For each id, how far (cosine distance) the search finds the nearest vector to its own; None for nothing."""

    def only_damage(self, error: Exception) -> None:
        """Raises ``StoreError`` for an error that says nothing about the vectors themselves, such as a full disk."""
