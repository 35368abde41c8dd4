"""The few sentences that bear on a question are picked, with offsets, newest before oldest, within a budget."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rag.qa.retrieval.sentence_scoring import SENTENCE_WEIGHTS, score_sentences, select
from rag.text.sentences import passage
from rag.types import Article, Chunk, Hit
from tests.support.fakes import FakeEmbedder

OLD = Article("old", "Bridge to open on August 1", "The Narrows Bridge opens on August 1.", date(2024, 6, 1))
NEW = Article("new", "Bridge to open on September 16", "The Narrows Bridge opens on September 16.", date(2024, 8, 1))
OTHER = Article(
    "other",
    "Cat of the library",
    "The library has a cat. It is called Biscuit, and it sleeps on the returns desk. Nobody minds.",
    date(2024, 7, 1),
)


def hit(article: Article, score: float = 0.1) -> Hit:
    chunk = Chunk(f"{article.id}:0:0", article.id, 0, len(article.body), article.body, article.body)
    return Hit(chunk, article, score)


def scored(question: str, *articles: Article):  # type: ignore[no-untyped-def]
    return score_sentences(question, [hit(a) for a in articles], FakeEmbedder())


def test_offsets_are_exact() -> None:
    for e in scored("What is the cat called?", OLD, NEW, OTHER):
        assert e.article.body[e.start : e.end] == e.quote


def test_sentences_about_the_question_come_first() -> None:
    best = scored("What is the library's cat called?", OLD, NEW, OTHER)[:2]
    assert {e.article.id for e in best} == {"other"}
    assert any("Biscuit" in e.quote for e in best)


def test_of_two_equal_sentences_the_newer_is_first() -> None:
    assert [e.article.id for e in scored("When does the Narrows Bridge open?", OLD, NEW)] == ["new", "old"]
    assert [e.article.id for e in scored("When does the Narrows Bridge open?", NEW, OLD)] == ["new", "old"]


def test_scores_lie_between_0_and_1() -> None:
    assert abs(sum(SENTENCE_WEIGHTS.values()) - 1) < 1e-9
    assert all(0 <= e.score <= 1 for e in scored("When does the bridge open?", OLD, NEW, OTHER))


def test_nothing_found_gives_no_evidence() -> None:
    assert score_sentences("What?", [], FakeEmbedder()) == []


def test_near_copies_are_chosen_once() -> None:
    copy = Article("copy", NEW.title, NEW.body.replace("opens", "opens again"), NEW.published)
    chosen = select(
        scored("When does the Narrows Bridge open?", NEW, copy), FakeEmbedder().count, max_tokens=99, max_sentences=9
    )
    assert len(chosen) == 1


@given(st.integers(0, 60), st.integers(0, 5))
def test_the_budget_holds(max_tokens: int, max_sentences: int) -> None:
    embedder = FakeEmbedder()
    found = scored("When does the bridge open, and where is the cat?", OLD, NEW, OTHER)
    chosen = select(found, embedder.count, max_tokens=max_tokens, max_sentences=max_sentences)
    assert len(chosen) <= max_sentences
    assert sum(embedder.count([e.quote for e in chosen])) <= max_tokens


def test_a_passage_begins_with_the_sentence_before_the_quote() -> None:
    [_, second, _] = sorted(scored("What?", OTHER), key=lambda e: e.start)
    assert passage(second) == f"({OTHER.title}) The library has a cat. {second.quote}"


def test_the_first_sentence_is_a_passage_by_itself() -> None:
    first = min(scored("What?", OTHER), key=lambda e: e.start)
    assert passage(first) == f"({OTHER.title}) {first.quote}"
