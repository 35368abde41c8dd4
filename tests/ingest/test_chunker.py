"""Chunks: whole sentences with true offsets, never longer than the embedder reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.chunker import chunk_prefix, chunks
from rag.types import Article, Chunk
from tests.support.fakes import FakeEmbedder

count = FakeEmbedder().count


def cut(body: str, max_tokens: int = 30, title: str = "A title", **fields: object) -> list[Chunk]:
    return chunks(Article("id", title, body, **fields), count, max_tokens)  # type: ignore[arg-type]


def test_the_embedder_sees_headline_and_day_and_the_quote_does_not() -> None:
    [chunk] = cut("It rained.", 60, "Rain in Oslo", published=datetime(2024, 9, 28, 20, 0))
    assert chunk.text == "It rained."
    assert chunk.embedded_text == "Rain in Oslo. 28 September 2024. It rained."


def test_a_long_headline_is_shortened_and_the_day_stays() -> None:
    [chunk] = cut("It rained.", 60, "Rain " * 40, published=date(2024, 9, 28))
    assert chunk.embedded_text.startswith("Rain Rain")
    assert chunk.embedded_text.endswith(". 28 September 2024. It rained.")
    assert count([chunk.embedded_text])[0] < 25


@pytest.mark.parametrize(
    ("title", "expected"), [("Is it so?", "Is it so? "), ("Yes.", "Yes. "), ("No", "No. "), ("", ". ")]
)
def test_a_headline_ends_in_one_mark(title: str, expected: str) -> None:
    assert chunk_prefix(Article("", title, "")) == expected


def test_sentences_stay_whole_where_they_fit() -> None:
    body = " ".join(f"Sentence number {n} says little." for n in range(20))
    found = cut(body)
    assert len(found) > 3
    assert all(c.text.startswith("Sentence") and c.text.endswith("little.") for c in found)


def test_no_text_gives_no_chunk() -> None:
    assert cut("") == cut(" \n\n ") == []


def test_what_a_vector_carries_is_in_the_chunk_ids() -> None:
    def ids(title: str = "A title", **fields: object) -> list[str]:
        return [c.id for c in cut("One. Two.", 30, title, **fields)]

    assert ids() == ids() == ids(url="https://a.example", section="World")
    others = [ids(title="Other"), ids(source="A paper"), ids(published=date(2024, 1, 1))]
    assert len({tuple(i) for i in [ids(), *others]}) == 4


def test_ids_name_their_article_even_where_it_has_colons() -> None:
    [chunk] = chunks(Article("urn:x:'1'", "T", "Text."), count, 30)
    assert chunk.id.rsplit(":", 2)[0] == "urn:x:'1'"


awkward = st.text(
    st.characters() | st.sampled_from("ab .!?\n\t\0\u2028\u3000\"'漢字אב👩‍👧\ud800"), max_size=400
) | st.lists(st.sampled_from(["word", "x" * 300, "A sentence. ", "\n\n", "漢" * 50, "... ", "U.S. "]), max_size=40).map(
    " ".join
)


@given(body=awkward, title=awkward, max_tokens=st.integers(12, 60))
def test_chunks_are_slices_in_order_that_cover_the_text_and_fit_the_embedder(
    body: str, title: str, max_tokens: int
) -> None:
    last = 0
    for n, chunk in enumerate(cut(body, max_tokens, title)):
        assert chunk.text == body[chunk.start : chunk.end]
        assert last <= chunk.start < chunk.end
        assert not body[last : chunk.start].strip(), "text between two chunks"
        assert count([chunk.embedded_text])[0] <= max_tokens
        assert chunk.embedded_text.endswith(chunk.text)
        assert chunk.id.endswith(f":{n}")
        last = chunk.end
    assert not body[last:].strip(), "text after the last chunk"


def test_a_tokenizer_whose_counts_do_not_add_up_still_gives_chunks_that_fit() -> None:
    def more(texts: Sequence[str]) -> list[int]:  # one more for every ten characters of the whole
        return [n + len(t) // 10 for n, t in zip(count(texts), texts, strict=True)]

    body = "A few words here. " * 50
    found = chunks(Article("id", "T", body), more, 40)
    assert max(more([c.embedded_text for c in found])) <= 40
    assert " ".join(c.text for c in found) == body.strip()


@pytest.mark.timeout(60)
def test_one_endless_sentence_is_cut_at_spaces_in_linear_time() -> None:
    found = cut("word " * 40_000, 60)
    assert {c.text.replace("word", "").strip() for c in found} == {""}
