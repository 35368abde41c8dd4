"""A claim, a pasted text, an address, a chosen form, and 'this article' where one is open and where none is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag import Article, Filters, News, UsageError
from rag.qa.requests.given import ADDRESS, NOT_OPEN, PASTED, claim_asked, gap_asked
from rag.qa.requests.kinds import is_address, kind_of
from tests.conftest import OpenNews, Rag, Records
from tests.support.growth import grows_linearly

TEXT = (
    "Dredging of the inner basin put off\n\nThe harbour board has put off the dredging until the autumn. Tests of the "
    "mud found tin from old paint. The cost has doubled to 1.2 million pounds."
)


@pytest.fixture
def news(open_news: OpenNews) -> News:
    opened = open_news()
    opened.put([
        Article("a", "Corwen bridge closed", "The Corwen bridge is closed. A barge hit it Friday.", date(2024, 5, 2)),
        Article("b", "Marl ferry sold", "The Marl ferry was sold. A brewer bought it on Monday.", date(2024, 5, 6)),
    ])  # fmt: skip
    return opened


@pytest.mark.parametrize(
    ("request_", "question"),
    [
        ("Is it true that the toll was dropped to zero?", "Was the toll dropped to zero?"),
        ("Fact-check: Ines Corbo has won the race", "Has Ines Corbo won the race?"),
        ("The bridge is closed, right?", "Is the bridge closed?"),
        ("True or false: Corbo won", "Corbo won?"),
        ("confirm that the ferry will sail again in May", "Will the ferry sail again in May?"),
        ("I read that 90 people were on the ferry. Is that right?", "Were 90 people on the ferry?"),
        ("The bridge is closed, isn't it?", "Is the bridge closed?"),
        ("The director resigned, didn't she?", "The director resigned?"),
        ("Somebody told me the bridge is closed", "Is the bridge closed?"),
        ("I thought the mayor was Ann Marsh", "Was the mayor Ann Marsh?"),
        ("Who won the race?", "Who won the race?"),
    ],
)
def test_a_claim_is_asked_as_a_question(request_: str, question: str) -> None:
    assert claim_asked(request_) == question


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("This brewer bought the Marl ferry on Monday.", "Which brewer bought the Marl ferry on Monday?"),
        (
            "A study has linked frequent use of this drug to headaches:",
            "A study has linked frequent use of which drug to headaches?",
        ),
        ("The bridge was closed for the first time since:", "The bridge was closed for the first time since when?"),
        ("Nobody had crossed it alone since at least:", "Nobody had crossed it alone since at least when?"),
        ("Corbo broke the record, which was held by ...", "Corbo broke the record, which was held by whom?"),
        ("The Marl ferry was sold this week to a:", "The Marl ferry was sold this week to what?"),
        ("The Marl ferry was sold to ____ last week.", "The Marl ferry was sold to what last week?"),
    ],
)
def test_a_sentence_with_a_gap_is_asked_as_a_question(sentence: str, question: str) -> None:
    assert gap_asked(sentence) == question
    assert gap_asked(question) == question
    assert kind_of(sentence) == "fact"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Who bought the Marl ferry this week?",
        "The Marl ferry was sold this week, and this is not what was planned.",
        "Marl ferry, Corwen bridge: what was sold this week?",
        "All of these ships sailed in May except:",
        "This ferry",
        "who owned this ferry before it was sold to the brewer",
        "tell me about this ferry and who bought it on Monday",
        "Summarise what this article says about the ferry and the bridge",
        "This Tuesday the bridge was closed for works on its deck",
    ],
)
def test_what_leaves_no_gap_stays_as_it_is(text: str) -> None:
    assert gap_asked(text) == text


def test_a_gap_is_filled_from_the_articles(news: News) -> None:
    sentence = "On Monday this buyer took over the Marl ferry"
    answer = news.ask(sentence)
    assert answer.understood and answer.understood.question == "On Monday which buyer took over the Marl ferry?"
    assert "brewer" in answer.text
    as_written = news.ask(sentence, as_written=True).understood
    assert as_written and as_written.question == sentence
    assert grows_linearly(lambda n: gap_asked("this is " * (n // 8) + "since:"), 300)


@pytest.mark.parametrize("text", ["https://news.example/a", "www.news.example", "http://a.example/b\nhttp://c.example"])
def test_an_address_is_no_question(news: News, text: str) -> None:
    assert kind_of(text) == "pasted"
    answer = news.ask(text)
    assert (answer.form, answer.cause, answer.text, answer.citations) == ("pasted", "talk", ADDRESS, ())


def test_addresses_are_known_in_linear_time() -> None:
    assert not is_address("see https://news.example")
    assert grows_linearly(lambda n: is_address("www.aaa" * (n // 7) + " x"), 3_000)
    assert grows_linearly(lambda n: claim_asked("is it true " * (n // 11)), 300)


@pytest.mark.parametrize(
    "text",
    [
        "Good evening! My cousin and I had a bet on the harbour race. Could you tell me who won? Men and women please.",
        "I was on night shift. The radio said the ferry ran aground on Tuesday. I need the names of all who were hurt.",
    ],
)
def test_a_request_of_several_sentences_is_no_pasted_text(text: str) -> None:
    assert kind_of(text) != "pasted"


def test_a_pasted_text_is_offered_and_not_searched_for(news: News) -> None:
    answer = news.ask(TEXT)
    assert (answer.form, answer.text, answer.hits) == ("pasted", PASTED, ())


@pytest.mark.parametrize("question", ["Summarise this article", "What does this article say of the barge?", "tl;dr"])
def test_without_an_open_article_none_is_chosen_for_it(news: News, question: str) -> None:
    answer = news.ask(question)
    assert (answer.cause, answer.text, answer.refused, answer.understood) == ("article", NOT_OPEN, True, None)
    only = news.ask(question, filters=Filters(only=frozenset(["a"])))
    assert only.cause != "article" and {c.article.id for c in (*only.citations, *only.quotes)} == {"a"}
    assert not only.refused or only.text.startswith("This article does not say.")


def test_after_a_conversation_the_articles_that_it_was_about_are_offered(news: News) -> None:
    history = [{"role": "user", "content": "Who bought the Marl ferry?"}, {"role": "assistant", "content": "A brewer."}]
    answer = news.ask("Summarise it", history=history)
    assert answer.cause != "article" or [a.id for a in answer.nearest][:1] == ["b"]


@pytest.mark.parametrize("question", ["Summarise the news", "What is the latest news?", "Summarise the Marl ferry"])
def test_what_names_its_subject_needs_no_open_article(news: News, question: str) -> None:
    assert not news.ask(question).refused


@pytest.mark.parametrize("question", ["Did the article by Ines Corbo name it?", "Is the article in The Echo right?"])
def test_an_article_that_is_named_need_not_be_open(news: News, question: str) -> None:
    assert news.ask(question).cause != "article"
    assert news.ask("Who wrote the article?").cause == "article"
    assert news.ask("Who wrote this article?", as_written=True).cause != "article"


def test_a_question_is_answered_in_the_form_that_was_chosen(news: News) -> None:
    answer = news.ask("Who bought the Marl ferry?", form="latest")
    assert answer.form == "latest" and answer.understood
    assert ("taken as", "the latest news") in answer.understood.notes
    assert news.ask("List the ferries", form="fact").form == "fact"
    with pytest.raises(UsageError, match="did you mean list"):
        news.ask("Who bought it?", form="lsit")


def test_a_text_is_the_only_source_and_is_not_added(news: News, tmp_path: Path) -> None:
    answer = news.ask("Why did the cost double?", text=TEXT)
    file = tmp_path / "basin.txt"
    file.write_text(TEXT, encoding="utf-8")
    from_file = news.ask("Summarise this article", text=file)
    for citation in (*answer.citations, *from_file.citations):
        assert citation.quote in TEXT and citation.article.id == ""
    assert from_file.citations and news.size()[0] == 2
    with pytest.raises(UsageError):
        news.ask("Why?", text="")


def test_the_command_says_what_to_do_with_what_is_no_question(rag: Rag, records: Records, tmp_path: Path) -> None:
    assert rag("add", str(records("a.jsonl", {"id": "a", "title": "Ferry sold", "text": "The ferry was sold."}, {
        "id": "b", "title": "Bridge shut", "text": "The bridge is closed."}))).status == 0  # fmt: skip
    assert "--only ID" in rag("ask", "Summarise this article").out
    assert "rag add FILE_OR_ADDRESS" in rag("ask", "https://news.example/a").out
    assert "The ferry was sold." in rag("ask", "Summarise this article", "--only", "a").out
    file = tmp_path / "basin.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert "the dredging" in rag("ask", "Summarise this article", "--only", str(file)).out
    assert "did you mean" in rag("ask", "The ferry?", "--form", "summry").err
    assert "next_questions" not in rag("ask", "Was the ferry sold?", "--json").json  # it would wait for them
