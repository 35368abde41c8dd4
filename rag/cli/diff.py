"""What changed from one version of an article to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from rag.text.sentences import sentence_spans
from rag.types import Article

_FIELDS = ("title", "published", "updated", "source", "section", "url", "authors", "language")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two versions: a field, or some sentences of the text."""

    what: str  # the field's name, or 'text'
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        return {"what": self.what, "removed": list(self.removed), "added": list(self.added)}


def differences(old: Article, new: Article) -> list[Difference]:
    """The differences: fields first, then the text from top to bottom."""
    return [*_fields(old, new), *_text(old, new)]


def _fields(old: Article, new: Article) -> Iterator[Difference]:
    for name in _FIELDS:
        was, now = _texts(getattr(old, name)), _texts(getattr(new, name))
        if was != now:
            yield Difference(name, was, now)


def _texts(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    if isinstance(value, tuple):
        return value
    return (value if isinstance(value, str) else value.isoformat(),)


def _text(old: Article, new: Article) -> Iterator[Difference]:
    was, now = _sentences(old), _sentences(new)
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal":
            yield Difference("text", tuple(was[i:j]), tuple(now[k:m]))


def _sentences(article: Article) -> list[str]:
    return [" ".join(article.body[a:b].split()) for a, b in sentence_spans(article.body, article.language)]
