"""The state of kept answers as articles come, change and go, over a real index with a fake embedder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import pytest

from rag import News
from rag.ledger.book import LEDGER_FILE, Fares, KeptEntry, Ledger
from rag.ledger.faring import own_article
from rag.protocols import Reading, Sentence, Store
from rag.text.sentences import sentence_spans
from rag.types import Answer, Article, Chunk, Citation, KeptAnswer, Withdrawn
from tests.conftest import OpenNews

pytestmark = pytest.mark.both_kinds

SANK = "The Marl ferry sank off Kelda on Friday. Nine people were killed when the Marl ferry sank, the coastguard said."
FERRY = Article("ferry", "Marl ferry sinks off Kelda", SANK, date(2024, 9, 28), source="The Post")
QUESTION = "How many people were killed when the Marl ferry sank?"
QUOTE = "Nine people were killed when the Marl ferry sank, the coastguard said."


def given(article: Article = FERRY, quote: str = QUOTE, as_of: date | None = None) -> Answer:
    start = article.body.index(quote)
    cited = Citation(1, article, quote, start, start + len(quote))
    return Answer(QUESTION, f"{quote} [1]", "Nine", False, (cited,), "none", as_of=as_of)


def told(name: str, count: str, day: date, source: str = "The Post") -> Article:
    body = f"The search off Kelda goes on. {count} people were killed when the Marl ferry sank, the coastguard said."
    return Article(name, f"Marl ferry: {name}", body, day, source=source)


def state(news: News) -> tuple[str, date | None, str | None]:
    [answer] = news.answers()
    return answer.state, answer.since, answer.now.value if answer.now else None


@pytest.fixture
def kept(news: News) -> News:
    news.put([FERRY])
    news.keep(given())
    return news


LATER = date(2024, 10, 7)


def test_its_own_article_is_corrected_and_corrected_back(kept: News) -> None:
    updated = date(2024, 9, 30)
    kept.put([replace(FERRY, body=SANK.replace("Nine", "Eleven"), updated=updated)])
    [answer] = kept.answers()
    assert (answer.state, answer.since, answer.cited) == ("corrected", updated, 1)
    assert answer.now is not None and answer.was is not None
    assert (answer.now.value, answer.now.published) == ("Eleven", updated)
    body = kept.article("ferry").body
    assert body[answer.now.start : answer.now.end] == answer.now.quote == QUOTE.replace("Nine", "Eleven")
    assert answer.was.quote == QUOTE  # as it was given
    kept.put([replace(FERRY, updated=date(2024, 10, 1))])
    assert state(kept) == ("stands", None, None)


def test_the_day_is_that_of_the_version_that_changed_it(kept: News) -> None:
    for day, more in ((30, ""), (29, " The search goes on.")):
        body = SANK.replace("Nine", "Eleven") + more
        kept.put([replace(FERRY, body=body, updated=date(2024, 9, day) if day == 30 else date(2024, 10, 4))])
    assert state(kept)[:2] == ("corrected", date(2024, 9, 30))


def test_a_newer_article_says_otherwise_until_it_goes(kept: News) -> None:
    kept.put([told("later", "Fourteen", LATER)])
    assert state(kept) == ("superseded", LATER, "fourteen")
    kept.remove("later")
    assert state(kept) == ("stands", None, None)


def test_a_newer_article_is_corrected_to_what_was_answered(kept: News) -> None:
    kept.put([told("later", "Fourteen", LATER)])
    kept.put([told("later", "Nine", LATER)])
    assert state(kept) == ("stands", None, None)


def test_another_outlet_differs_at_the_same_time(kept: News) -> None:
    kept.put([told("other", "Twelve", date(2024, 9, 28), source="The Echo")])
    assert state(kept) == ("contested", date(2024, 9, 28), "twelve")
    kept.put([told("later", "Nine", LATER)])  # what came later agrees with the answer
    assert state(kept)[0] == "stands"


def test_what_says_the_same_or_speaks_of_something_else_changes_nothing(kept: News) -> None:
    other = "Fourteen people were killed when the Oldmouth tram crashed, the coastguard said."
    hurt = "Fourteen people were hurt when the Marl ferry sank, the coastguard said."
    kept.put([
        told("same", "Nine", LATER),
        told("same-elsewhere", "9", date(2024, 9, 28), source="The Echo"),
        Article("tram", "Tram crash in Oldmouth", other, LATER, source="The Post"),
        Article("hurt", "Marl ferry: the injured", hurt, LATER, source="The Post"),
    ])  # fmt: skip
    assert state(kept) == ("stands", None, None)


def test_the_worst_state_counts(kept: News) -> None:
    kept.put([told("later", "Fourteen", LATER)])
    kept.put([replace(FERRY, body=SANK.replace("Nine", "Eleven"), updated=date(2024, 9, 30))])
    assert state(kept)[0] == "corrected"
    kept.put([replace(FERRY, updated=date(2024, 10, 1))])
    assert state(kept) == ("superseded", LATER, "fourteen")


def test_a_provider_kills_the_article_and_brings_it_back(kept: News) -> None:
    from datetime import UTC, datetime

    with kept.store.writing():
        kept.store.withdraw(Withdrawn("ferry", "killed", datetime(2024, 10, 2, tzinfo=UTC)))
    [answer] = kept.answers()
    assert (answer.state, answer.since, answer.value) == ("withdrawn", date(2024, 10, 2), "Nine")
    with kept.store.writing():
        kept.store.waiting.unbury("ferry")
    kept.put([FERRY])
    assert state(kept)[0] == "stands"


@pytest.mark.folder_only
@pytest.mark.parametrize("killed", [False, True])
def test_of_a_removed_article_nothing_is_left_in_the_ledger(kept: News, killed: bool) -> None:
    from datetime import UTC, datetime

    kept.put([told("later", "Fourteen", LATER)])
    if killed:
        with kept.store.writing():
            kept.store.withdraw(Withdrawn("ferry", "killed", datetime(2024, 10, 2, tzinfo=UTC)))
        assert state(kept)[0] == "withdrawn"
    kept.remove("ferry", "later")
    [answer] = kept.answers()
    assert (answer.question, answer.state, answer.value, answer.text) == (QUESTION, "withdrawn", None, "")
    assert answer.citations == () and answer.now is None
    folder = kept.ledger.folder
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    for words in ("coastguard", "Marl ferry sinks", "Nine people", "Fourteen", "The Post"):
        assert words.encode() not in written, words
    assert (folder / LEDGER_FILE).exists()


@pytest.mark.folder_only
def test_of_a_removed_article_that_only_contradicted_nothing_is_left(kept: News) -> None:
    kept.put([told("later", "Fourteen", LATER)])
    kept.remove("later")
    written = b"".join(path.read_bytes() for path in kept.ledger.folder.iterdir())
    assert b"Fourteen" not in written and b"Nine" in written


def test_an_answer_as_of_a_day_is_compared_with_what_is_there_now(news: News) -> None:
    news.put([FERRY])
    news.put([replace(FERRY, body=SANK.replace("Nine", "Eleven"), updated=date(2024, 9, 30))])
    then = news.article("ferry", as_of="2024-09-28")
    kept = news.keep(given(then, as_of=date(2024, 9, 28)))
    assert (kept.state, kept.now and kept.now.value) == ("corrected", "Eleven")
    news.put([told("later", "Fourteen", LATER)])
    again = news.keep(given(news.article("ferry", as_of="2024-09-28"), as_of=date(2024, 9, 28)))
    assert again.state == "corrected"


def test_an_answer_of_an_earlier_day_is_compared_with_reports_since(news: News) -> None:
    news.put([FERRY, told("later", "Fourteen", LATER)])
    kept = news.keep(given(as_of=date(2024, 9, 28)))
    assert (kept.state, kept.since) == ("superseded", LATER)


def test_doing_it_twice_changes_nothing(open_news: OpenNews) -> None:
    with open_news() as news:
        news.put([FERRY])
        news.keep(given())
        news.put([told("later", "Fourteen", LATER)])
        before = news.answers()
        news.ledger.rows("delete from looked")  # as if whoever looked had been killed before it was written down
        news.settle()
        assert news.answers() == before


def test_only_answers_that_are_near_are_read(kept: News, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    entries = Ledger.entries_of

    def counted(self: Ledger, numbers: Collection[int]) -> list[KeptEntry]:
        read.extend(numbers)
        return entries(self, numbers)

    monkeypatch.setattr(Ledger, "entries_of", counted)
    kept.put([Article("far", "Budget", "A zebra jumped quietly.", LATER)])
    assert read == []


def test_questions_get_new_vectors_with_another_embedder(kept: News) -> None:
    kept.ledger.set_vectors({1: b"\0" * 12})  # of one with three dimensions
    kept.put([told("later", "Fourteen", LATER)])
    assert state(kept)[0] == "superseded"


def test_a_fault_over_one_answer_keeps_no_other_from_being_looked_at(
    kept: News, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept.keep(given())
    own = own_article.own_fares

    def broken(answer: KeptAnswer, store: Store, today: date) -> Fares | None:
        if answer.id == "2":
            raise ZeroDivisionError
        return own(answer, store, today)

    monkeypatch.setattr("rag.ledger.faring.own_article.own_fares", broken)
    kept.put([replace(FERRY, body=SANK.replace("Nine", "Eleven"), updated=date(2024, 9, 30))])
    assert [a.state for a in kept.answers()] == ["stands", "corrected"]
    assert "kept answer 2 was not compared" in caplog.text


class MarkingReader:
    """A reranker that is sure of every sentence with some words, and marks them."""

    name = "marking"

    def __init__(self, words: str) -> None:
        self.words = words

    def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
        return [self._one(chunk) for chunk in chunks]

    def _one(self, chunk: Chunk) -> Reading:
        at = chunk.text.find(self.words)
        if at < 0:
            return Reading(-3.0, ())
        spans = sentence_spans(chunk.text)
        start, end = next(s for s in spans if s[0] <= at < s[1])
        place = (chunk.start + at, chunk.start + at + len(self.words))
        return Reading(5.0, (Sentence(chunk.start + start, chunk.start + end, 3.0, place, 18.0),))


@pytest.mark.parametrize(
    ("words", "sentence", "found"),
    [
        ("14", "The Marl ferry took 14 people down with it when it sank off Kelda.", "superseded"),
        ("nine", "The Marl ferry took nine people down with it when it sank off Kelda.", "stands"),
        ("14", "The Oldmouth tram killed 14 people.", "stands"),  # it does not name the ferry
        ("40", "The Marl ferry, which sank off Kelda, was 40 metres long.", "stands"),  # of another kind
    ],
)
def test_the_reranker_finds_another_value_in_other_words(
    open_news: OpenNews, words: str, sentence: str, found: str
) -> None:
    with open_news() as news:
        news.reranker = MarkingReader(words)
        news.put([FERRY])
        news.keep(given())
        news.put([Article("later", "What the divers saw", f"Divers went down. {sentence}", LATER, source="The Post")])
        assert state(news)[0] == found
