"""Which passages a search by words ranks in a large index: a limit on work that leaves what comes first as it is."""

from __future__ import annotations

import random

import pytest

from rag import News
from rag.index.words import widening
from rag.types import Article, Filters

pytestmark = pytest.mark.both_kinds


def bounded(patch: pytest.MonkeyPatch, most: int, counted: int = 10_000) -> None:
    """From now on an index of any size is a large one."""
    patch.setattr("rag.index.words.ALL_RANKED", 0)
    patch.setattr("rag.index.words.MOST_RANKED", most)
    patch.setattr("rag.index.words.MOST_COUNTED", counted)


def ranked(news: News, question: str, k: int, filters: Filters = Filters()) -> list[tuple[str, float]]:  # noqa: B008
    return [(i.split(":")[0], score) for i, score in news.store.lexical(question, k, filters)]


def test_more_passages_are_ranked_step_by_step() -> None:
    passages = [10, 5_000, 8_000, 900_000, 2_000_000]  # that have each word of a question
    assert [*widening(passages)] == [1, 3, 4, 5]
    assert [*widening(passages[3:])] == [1, 2], "one word at least, and the last time all of them"
    assert [*widening([10])] == [1]


@pytest.fixture
def pile(news: News) -> News:
    """Words from rare to common: ``w0`` is in one of sixty articles, ``w1`` in two, ..., ``w9`` in fifty-five."""
    rng = random.Random(5)
    bodies = [["said"] for _ in range(60)]
    for n in range(10):
        for body in rng.sample(bodies, 1 + n * 6):
            body.extend([f"w{n}"] * rng.randint(1, 3))
    news.put([Article(f"a{n}", f"Title {n}", " ".join(body) + ".") for n, body in enumerate(bodies)])
    return news


@pytest.mark.parametrize("words", [(0, 1, 2), (0, 3, 8, 9), (1, 2, 9), (4, 9)])
def test_passages_with_the_rarest_words_are_ranked_by_all_words(
    pile: News, words: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scores are those of a search that ranks every passage with any of the words."""
    question = " ".join(f"w{n}" for n in reversed(words))
    whole = dict(ranked(pile, question, 100))
    bounded(monkeypatch, 1 + words[0] * 6)
    found = ranked(pile, question, 1)
    rarest = {i.split(":")[0] for i, _ in pile.store.lexical(f"w{words[0]}", 100, Filters())}
    assert found[0][0] in rarest
    assert found[0][1] == pytest.approx(max(whole[name] for name in rarest), rel=1e-6)


def test_all_with_any_of_the_words_are_found_where_so_many_are_wanted(
    pile: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "w0 w3 w9"
    whole = ranked(pile, question, 100)
    bounded(monkeypatch, 2)
    assert dict(ranked(pile, question, 100)) == pytest.approx(dict(whole), rel=1e-6)


def test_a_question_of_common_words_alone_finds_the_best_of_the_rarest(
    pile: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounded(monkeypatch, 2, counted=4)
    rarest = {name for name, _ in ranked(pile, "w6", 100)}
    found = [name for name, _ in ranked(pile, "w9 w8 w6", len(rarest))]
    assert {*found} == rarest


def test_a_word_that_no_article_has_hides_nothing(pile: News, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded(monkeypatch, 2)
    assert ranked(pile, "nowhere", 5) == []
    assert [name for name, _ in ranked(pile, "nowhere w0", 1)] == [name for name, _ in ranked(pile, "w0", 1)]


def test_a_filter_that_few_passages_pass_lets_more_words_choose(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded(monkeypatch, 2)
    bodies = ["rare and usual words", *["usual words were said"] * 5, *["words, words, words"] * 30]
    news.put([Article(f"a{n}", f"Title {n}", body, source=f"Post {n % 3}") for n, body in enumerate(bodies)])
    found = [name for name, _ in ranked(news, "rare usual words", 40, Filters(sources=("Post 0",)))]
    assert found[:2] == ["a0", "a3"] and len(found) == 12


@pytest.mark.folder_only
def test_in_a_large_index_words_are_counted_among_the_newest_and_rare_ones_among_all(
    pile: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [f"w{n}" for n in range(10)]
    whole = dict(pile.store._database.words._counted(words, 60))  # type: ignore[attr-defined]
    assert [whole[word] for word in words] == [1 + n * 6 for n in range(10)]
    monkeypatch.setattr("rag.index.words.NEWEST_COUNTED", 30)
    monkeypatch.setattr("rag.index.words.COUNTED_ENOUGH", 8)
    about = dict(pile.store._database.words._counted(words, 60))  # type: ignore[attr-defined]
    assert [about[word] for word in ("w0", "w1")] == [1, 7]  # too few among the newest
    assert all(abs(about[word] - whole[word]) <= 14 for word in words)  # half of them are counted, twice
    assert any(about[word] != whole[word] for word in words)
    found = [name.split(":")[0] for name, _ in pile.store.lexical("w0", 5, Filters())]
    bounded(monkeypatch, 1)
    assert [name.split(":")[0] for name, _ in pile.store.lexical("w0 w9", 1, Filters())] == found
