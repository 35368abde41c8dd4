"""The errors that a user can meet. Each message says what happened, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable


class RagError(Exception):
    """Base of all errors meant for a user's eyes: ``str(error)`` is one line."""

    exit_status = 1

    @property
    def told(self) -> str:
        """The line as a log may have it."""
        return str(self)


class UsageError(RagError):
    """Wrong arguments or settings."""

    exit_status = 2


class ReadError(RagError):
    """A file or record could not be read."""


class StoreError(RagError):
    """The index cannot be used, or there is none."""


class IndexMismatch(StoreError):
    """The index was made with another embedder, other chunking or another schema; ``rag rebuild`` helps."""


class Unreachable(StoreError):
    """A server of the index cannot be reached, or the connection was cut: the same may work in a moment."""


class IndexLocked(StoreError):
    """Another process is writing to the index."""


class IndexDamaged(StoreError):
    """Files of the index are missing or broken; ``rag check --repair`` or ``rag rebuild`` helps."""


class ModelError(RagError):
    """A model file is missing or wrong, or a model cannot be loaded."""


class LlmError(RagError):
    """The language model failed.

    ``words`` are the provider's: they may repeat a question or an article, so no log has them.
    """

    def __init__(self, line: str, words: str = "") -> None:
        super().__init__(f"{line}: {words}" if words else line)
        self._line = line

    @property
    def told(self) -> str:
        return self._line


class LlmTimeout(LlmError):
    """The language model took longer than it may."""


def closest(word: str, known: Iterable[str], likeness: float = 0.8) -> str | None:
    """The known word that ``word`` is a misspelling of, if it looks like one; ``likeness`` as difflib has it, 0..1."""
    from difflib import get_close_matches

    by_lower = {k.lower(): k for k in known}
    found = get_close_matches(word.lower(), by_lower, 1, likeness)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'; did you mean info?', for the end of a line, or nothing where no known word comes near."""
    near = closest(word, known, 0.6)
    return f"; did you mean {near}?" if near else ""
