"""Where sentences end, with offsets that hold whatever the text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import sentence_spans


def sentences(text: str, language: str | None = None) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def test_abbreviations_times_and_initials_end_no_sentence() -> None:
    text = "Dr. Smith met the U.S. envoy at 3 p.m. Friday. They talked about the Iraq-U.S. pact."
    assert sentences(text) == [
        "Dr. Smith met the U.S. envoy at 3 p.m. Friday.",
        "They talked about the Iraq-U.S. pact.",
    ]


def test_a_blank_line_ends_a_sentence_and_a_single_line_break_does_not() -> None:
    assert sentences("A headline without a stop\n \nHe went\nhome.") == ["A headline without a stop", "He went\nhome."]


@pytest.mark.parametrize("language", [None, "", "en", "EN", "de-DE", "xx", "english", "日本", "\ud800"])
def test_any_language_code_is_taken(language: str | None) -> None:
    assert sentences("One. Two.", language) == ["One.", "Two."]


def test_scripts_without_capitals_and_emoji_keep_their_offsets() -> None:
    assert sentences("👩‍👩‍👧 came home. שלום עולם. 日本。中国。") == [
        "👩‍👩‍👧 came home.",
        "שלום עולם.",
        "日本。",
        "中国。",
    ]


@given(st.text(st.characters() | st.sampled_from(".!?\n \u2028\0\ud800\"'"), max_size=200))
def test_spans_are_in_order_and_hold_all_that_is_not_white_space(text: str) -> None:
    spans = sentence_spans(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


@pytest.mark.parametrize("text", ['?!"' * 60_000, "word " * 200_000, "\n \n" * 60_000, "x" * 500_000])
@pytest.mark.timeout(60)  # some 0.5 s; the square would take minutes
def test_time_grows_with_the_length_and_not_with_its_square(text: str) -> None:
    sentence_spans(text)
