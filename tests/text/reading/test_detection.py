"""The language of a text that nothing declares: by its words or a model, and none where that is not sure."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rag.text.reading.detection import LEAST_BYTES, detected_language
from tests.support.languages import CLOSED_BRIDGE


@pytest.mark.parametrize("code", CLOSED_BRIDGE)
def test_a_language_by_three_sentences(code: str) -> None:
    assert detected_language(CLOSED_BRIDGE[code]) == code


@pytest.mark.parametrize("code", ["cs", "de", "en", "hi", "ja"])
def test_a_long_text(code: str) -> None:
    assert detected_language("\n\n".join(8 * [CLOSED_BRIDGE[code]])) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bridge closed",
        "पुल बंद",
        "Most uzavřen do března",
        "12 3 45 67.5 2 1 0-0 12 4 55 " * 20,
        "https://bridge.example/a?id=1 " * 10,
        "Ronson, Massi, Kole, Mbari, Sand, Neuss, Millar, Pickard, Sacker, Fodor, Ricer, Stone, Walk, Trip, Mag, Shaw "
        * 3,
    ],
)
def test_what_is_too_short_or_no_language(text: str) -> None:
    assert detected_language(text) is None


@pytest.mark.parametrize("times", [1, 5])
@pytest.mark.parametrize(("one", "other"), [("nl", "cs"), ("hi", "en"), ("en", "fr"), ("ru", "tr")])
def test_a_text_in_two_languages_is_of_none(one: str, other: str, times: int) -> None:
    halves = (" ".join(times * [CLOSED_BRIDGE[code]]) for code in (one, other))
    assert detected_language("\n\n".join(halves)) is None


def test_a_quote_in_another_language_leaves_the_text_its_own() -> None:
    quoted = f"{CLOSED_BRIDGE['de']} „Keep off the bridge“, sagte sie. {CLOSED_BRIDGE['de']}"
    assert detected_language(" ".join(3 * [quoted])) == "de"


def test_what_the_model_calls_otherwise_than_newspapers_do() -> None:
    assert detected_language(CLOSED_BRIDGE["nb"]) == "nb"  # 'no' to the model


def test_lone_surrogates_and_other_odd_text() -> None:
    odd = "\ud83d" + CLOSED_BRIDGE["cs"] + "\udc00\x00"
    assert detected_language(odd) == "cs"
    assert detected_language("\ud83d" * LEAST_BYTES) is None


def test_the_model_is_not_loaded_for_what_common_words_tell() -> None:
    code = (
        "import sys; from rag.text.reading.detection import detected_language; "
        f"assert detected_language({CLOSED_BRIDGE['en'] * 4!r}) == 'en'; assert 'py3langid' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
