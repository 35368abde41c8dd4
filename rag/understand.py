"""Question + history -> a question that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Message

_POINTS_BACK = re.compile(
    r"\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there|then|the same|the other|"
    r"one|ones|so)\b",
    re.I,
)
_GOES_ON = re.compile(r"^\s*(?:and|but|or|what about|how about|why|who else|where else|since when|until when)\b", re.I)
_NAME = re.compile(r"(?<=\s)[A-Z]")


def standalone(question: str, history: Sequence[Message]) -> str:
    """The question with the one before it in front, if it leans on what was said; else the question as it is.

    A question leans on the conversation when it points back ('he', 'there'), goes on ('And in Iraq?'), or is a few
    words without a name.
    """
    earlier = [m["content"] for m in history if m["role"] == "user" and m["content"].strip()]
    if not earlier:
        return question
    short = len(question.split()) <= 4 and not _NAME.search(question)
    if not (_GOES_ON.search(question) or _POINTS_BACK.search(question) or short):
        return question
    return f"{earlier[-1].strip()} {question.strip()}"
