"""Answers that were kept: what the ledger holds, who sees it, and what is left when articles go."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import News
from rag.errors import UsageError
from rag.ledger.book import Ledger, ledger_folder
from rag.types import Answer, Article, Citation
from tests.conftest import OpenNews

pytestmark = pytest.mark.both_kinds

TEXT = "The bridge at Fenwray was closed on Friday. Heavy rain had moved two of its piers, the mayor said."
BRIDGE = Article("bridge", "Bridge closed", TEXT, source="The Post")


def given(article: Article = BRIDGE, quote: str = "The bridge at Fenwray was closed on Friday.") -> Answer:
    start = article.body.index(quote)
    cited = Citation(1, article, quote, start, start + len(quote))
    return Answer("When was the bridge closed?", "It was closed on Friday [1].", "Friday", False, (cited,), "none")


def test_a_kept_answer_comes_back_as_it_was_given(news: News) -> None:
    news.put([BRIDGE])
    kept = news.keep(given())
    [found] = news.answers()
    assert found == news.kept_answer(kept.id)
    assert found.record() == kept.record()
    assert (found.question, found.value, found.text) == ("When was the bridge closed?", "Friday", given().text)
    [cited] = found.citations
    assert news.article(cited.article.id).body[cited.start : cited.end] == cited.quote
    assert (found.state, found.since, found.now) == ("stands", None, None)


def test_nothing_is_kept_of_a_refusal_or_of_an_article_that_is_not_stored(news: News) -> None:
    with pytest.raises(UsageError, match="not in the index"):
        news.keep(given())
    with pytest.raises(UsageError, match="no source"):
        news.keep(Answer("Who?", "The articles do not say.", None, True, (), "none"))
    assert not news.ledger.there
    assert news.answers() == []


def test_each_reader_sees_and_forgets_what_is_hers(news: News) -> None:
    news.put([BRIDGE])
    kept = news.keep(given(), owner="ann")
    assert news.answers() == news.answers(owner="bob") == []
    assert news.forget_answers(kept.id, owner="bob") == 0
    assert [a.id for a in news.answers(owner="ann")] == [kept.id]
    assert news.forget_answers(kept.id, owner="ann") == 1
    assert news.answers(owner="ann") == []


def test_an_answer_whose_article_is_gone_is_withdrawn(news: News) -> None:
    news.put([BRIDGE])
    news.keep(given())
    news.remove("bridge")
    [found] = news.answers()
    assert found.state == "withdrawn"
    assert found.since is not None


def test_a_text_of_its_own_is_asked_beside_the_ledger(open_news: OpenNews) -> None:
    """The articles of such a text are in an index of their own, where nothing is that kept answers stand on."""
    with open_news() as news:
        news.put([BRIDGE])
        news.keep(given())
        news.ask("What was decided on the ferry?", text="Ferry stays\n\n" + "The council voted to keep the ferry. " * 9)
        assert [a.state for a in news.answers()] == ["stands"]


def test_the_ledger_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    ledger = Ledger(ledger_folder(tmp_path / "index"))
    ledger.looked_at({"a": "1"})
    ledger.rows("pragma user_version = 99")
    ledger.close()
    with pytest.raises(Exception, match="newer version"):
        ledger.entries()
