"""What changed from one version of an article to the next."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, NamedTuple

from rag.text.sentences import sentence_spans
from rag.types import Article

_FIELDS = ("title", "published", "updated", "source", "section", "url", "authors", "language")


class Difference(NamedTuple):
    """One difference between two versions: a field, or some sentences of the text."""

    what: str  # the field's name, or 'text'
    removed: tuple[str, ...]
    added: tuple[str, ...]


def differences(old: Article, new: Article) -> list[Difference]:
    """The differences: fields first, then the text from top to bottom."""
    fields = [Difference(name, _texts(getattr(old, name)), _texts(getattr(new, name))) for name in _FIELDS]
    was, now = _sentences(old), _sentences(new)
    steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    text = [Difference("text", was[i:j], now[k:m]) for kind, i, j, k, m in steps if kind != "equal"]
    return [change for change in fields if change.removed != change.added] + text


def _texts(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    if isinstance(value, tuple):
        return value
    return (value if isinstance(value, str) else value.isoformat(),)


def _sentences(article: Article) -> tuple[str, ...]:
    spans = sentence_spans(article.body, article.language)
    return tuple(" ".join(article.body[a:b].split()) for a, b in spans)
