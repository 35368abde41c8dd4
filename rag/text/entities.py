"""Names in a text."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"\b(?:[A-Z][\w'’.-]*[\w]|[A-Z])(?:\s+(?:(?:of|de|al|bin|van|von|der|la)\s+)?(?:[A-Z][\w'’.-]*[\w]|[A-Z]\b))*"
)


def names(text: str) -> list[str]:
    """Runs of capitalised words, which in English news are names; the first word of a sentence may be one too."""
    return [m.group() for m in _NAME.finditer(text)]


def question_names(question: str) -> list[str]:
    """:func:`names` of a question, whose first word has a capital anyway."""
    return names(question[:1].lower() + question[1:])
