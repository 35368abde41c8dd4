"""Runs of words: what a text has word for word in common with another."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHINGLE = 3  # words

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


def words(text: str) -> list[str]:
    """The words of a text, without their case; a Chinese, Japanese or Korean character is one."""
    return _WORD.findall(text.lower())


def shingles(found: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of ``SHINGLE`` words."""
    return {tuple(found[i : i + SHINGLE]) for i in range(len(found) - SHINGLE + 1)}
