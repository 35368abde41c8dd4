"""Which language a text is in where nothing declares it: by its commonest words, else by a model of 139 languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.text.reading.language import code_of_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LEAST_PROBABLE = 0.8
"""The probability from which on the model's language counts: of English news its languages are wrong below it."""
LEAST_BYTES = 100
"""Bytes of UTF-8 that a text has at least for the model: 100 Latin letters, 33 Chinese characters."""
_TWO_PIECES = 400  # characters of a text from which on its beginning and its middle must not disagree
_TWO_HALVES = 300  # the same of what the model reads
_CHARACTERS_OF_BEGINNING, _CHARACTERS_OF_MIDDLE = 1_500, 1_000  # which are read; the model reads the fewer
_WRITTEN_ALIKE = ({"hr", "bs", "sr"}, {"id", "ms"}, {"nb", "nn", "da"})
"""Languages between which the model wavers: whether it is one of them counts, and which it takes for likelier."""
_AS_DECLARED = {
    "no": "nb", "arz": "ar", "ary": "ar", "yue": "zh", "wuu": "zh", "hbo": "he", "grc": "el", "uzs": "uz",
    "gug": "gn", "sdh": "ku",
}  # fmt: skip
"""The model's names of kinds of a language, and what newspapers declare."""
_NO_LANGUAGE = "zxx"


@lru_cache(maxsize=64)
def detected_language(text: str) -> str | None:
    """The ISO 639 code of the language of an article's text ('hi', 'cs'), ``None`` where that is not sure: in a short
    text, a list of names, a text in two languages. The same text always gives the same code.

    The model is loaded once, by the first text whose words do not say: most of a second, and 75 MB.
    """
    begin, middle = _halves(text) if len(text) >= _TWO_PIECES else (text, "")
    pieces = (begin[:_CHARACTERS_OF_BEGINNING], middle[:_CHARACTERS_OF_MIDDLE])
    return _the_one(code_of_language(piece) or _by_model(piece[:_CHARACTERS_OF_MIDDLE]) for piece in pieces)


def _halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def _the_one(found: Iterable[str | None]) -> str | None:
    """What all say that say something."""
    said = set(found) - {None}
    return said.pop() if len(said) == 1 else None


def _by_model(text: str) -> str | None:
    parts = _halves(text) if len(text) >= _TWO_HALVES else (text,)
    return _the_one(_likeliest(part) for part in parts if len(part.encode("utf-8", "replace")) >= LEAST_BYTES)


def _likeliest(text: str) -> str | None:
    ranked: dict[str, float] = {}
    for label, probability in _model().rank(text):
        code = _AS_DECLARED.get(label, label)
        ranked[code] = ranked.get(code, 0.0) + probability
    best = max(ranked, key=lambda code: ranked[code])
    alike = next((codes for codes in _WRITTEN_ALIKE if best in codes), {best})
    sure = sum(ranked.get(code, 0.0) for code in alike) >= LEAST_PROBABLE
    return best if sure and best != _NO_LANGUAGE else None


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
