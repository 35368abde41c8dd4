"""Yes or no by the reader's verdict on sentences: given only where it is sure, and by the newest report."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.qa.conflicts.judged import SAID_FROM, judged, likelier
from rag.qa.requests.one_sentence import by_one_sentence
from rag.qa.retrieval.reranking import Ranked, ReadSentence
from rag.types import Article, Evidence

YES, NO, UNTOLD, TORN = (5.0, -5.0), (-5.0, 5.0), (-5.0, -5.0), (0.1, 0.0)


def read(quote: str, verdict: tuple[float, float] | None, score: float = 0.6, on: date | None = None) -> ReadSentence:
    on = on or date(2024, 7, 24)
    article = Article(f"{quote}{on}", "Pier", quote, published=on)
    return ReadSentence(Evidence(article, 0, len(quote), quote, score), {}, 0, 1.0, verdict)


def ranked(*sentences: ReadSentence) -> Ranked:
    best = sorted((s.item for s in sentences), key=lambda e: -e.score)
    return Ranked((), tuple(best), True, sentences)


@pytest.mark.parametrize(("verdict", "word"), [(YES, "Yes"), (NO, "No"), (UNTOLD, None), (TORN, None), (None, None)])
def test_a_word_is_given_where_the_reader_is_sure(verdict: tuple[float, float] | None, word: str | None) -> None:
    told = judged(ranked(read("The works at the pier ran past their sum by half.", verdict)))
    assert (told.short if told else None) == word
    if told:
        assert told.claims[0].text == (
            f"{word}, as of 24 July 2024: “The works at the pier ran past their sum by half.”"
        )


def test_the_newest_report_that_says_so_counts() -> None:
    first = read("The pier shuts.", NO, 0.9, date(2024, 7, 1))
    later = read("The pier has its gates open again.", YES, 0.4, date(2024, 7, 9))
    unsure = read("The pier may yet close.", TORN, 0.5, date(2024, 7, 20))
    told = judged(ranked(first, later, unsure))
    assert told is not None and (told.short, told.claims[0].quotes) == ("Yes", (later.item,))
    assert judged(ranked(first, later, read("The pier shuts for good.", NO, 0.4, date(2024, 7, 9)))) is None


def test_a_sentence_that_hardly_bears_on_it_decides_nothing() -> None:
    best, far = read("The pier is long.", UNTOLD, 0.9), read("The museum is open.", YES, 0.05)
    assert judged(ranked(best, far)) is None
    assert judged(ranked()) is None


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_a_share_is_one_of_three(yes: float, no: float) -> None:
    word, share = likelier((yes, no))
    assert share + 1e-9 >= 1 / 3 or max(yes, no) < 0
    assert 0 <= share <= 1
    assert word == ("Yes" if yes >= no else "No")
    assert share < SAID_FROM or max(yes, no) > 0


def test_what_words_decide_is_asked_first() -> None:
    sentences = ranked(read("Nobody was killed at the pier.", YES))
    for kind in ("yes-no", "check"):
        told = by_one_sentence(kind, "Did anyone die at the pier?", sentences)
        assert told is not None and told.short == "No"
    assert by_one_sentence("fact", "Did anyone die at the pier?", sentences) is None
