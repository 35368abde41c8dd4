"""The countries of the world, by their English names, and what is one in other languages."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.tokens import tokens

_ALSO = (
    "England, Scotland, Wales, Northern Ireland, Britain, Great Britain, Turkey, Burma, Ivory Coast, Holland, "
    "Palestine, Czech Republic, Macedonia, Swaziland, Congo, Tibet, East Timor, Korea, America, Bosnia, Trinidad"
)
"""Countries by names that babel does not have."""
_OTHERS = re.compile(r"\b(?:union|unknown|eurozone|pseudo|nations|outlying|antarctica)\b", re.I)


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, ...], ...]:
    """The forms of the words of each country's name."""
    from babel import Locale

    found = [name for code, name in Locale("en").territories.items() if len(code) == len("XX")]
    listed = [*(re.sub(r" \(.*| SAR China| - .*", "", name) for name in found if not _OTHERS.search(name)),
              *_ALSO.split(", ")]  # fmt: skip
    return tuple({tuple(tokens(name)): None for name in listed})


def is_territory(name: str) -> bool:
    """Whether a name is that of a country in one of the languages of many papers: 'Deutschland'."""
    return name.strip().casefold() in _territories()


@lru_cache(maxsize=1)
def _territories() -> frozenset[str]:
    from babel import Locale

    names = (name for code in ("en", "de", "fr", "es", "it", "pt", "nl") for name in Locale(code).territories.values())
    return frozenset(name.casefold() for name in names)
