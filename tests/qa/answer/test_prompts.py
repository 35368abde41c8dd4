"""What the model is shown, and what each prompt must never do."""

from datetime import date

from rag.qa.answer import prompts
from rag.types import Article, Evidence

ARTICLE = Article("a", "Bridge opens", "It opens on September 16.\nA fair is held.", date(2024, 8, 1), source="Ledger")
EVIDENCE = [Evidence(ARTICLE, 0, 25, ARTICLE.body[:25], 0.9), Evidence(ARTICLE, 26, 41, ARTICLE.body[26:], 0.5)]


def test_every_conversation_begins_with_the_prefix_that_is_read_once() -> None:
    messages = prompts.answer_messages("When?", EVIDENCE)
    assert messages[: len(prompts.prompt_prefix())] == prompts.prompt_prefix()


def test_days_that_a_quote_leaves_to_its_article_stand_in_it() -> None:
    article = Article("b", "Bridge", "It opens on Friday.", date(2024, 8, 1))
    item = Evidence(article, 0, len(article.body), article.body, 0.9)
    assert "It opens on Friday [2 Aug 2024]." in prompts.answer_messages("When?", [item])[1]["content"]


def test_quotes_are_numbered_and_the_headline_stands_once() -> None:
    text = prompts.answer_messages("When?", EVIDENCE)[1]["content"]
    assert "[1] (1 Aug 2024, Bridge opens) It opens" in text
    assert "[2] (1 Aug 2024) A fair" in text


def test_a_quote_is_one_line() -> None:
    broken = Evidence(ARTICLE, 0, len(ARTICLE.body), ARTICLE.body, 0.5)
    text = prompts.answer_messages("When?", [broken])[1]["content"]
    assert "September 16 [2024]. A fair" in text


def test_the_refusal_is_never_shown_to_the_model() -> None:
    for messages in (
        prompts.answer_messages("When?", EVIDENCE),
        prompts.check_messages("When?", "Then.", ["It opens."]),
    ):
        assert all(prompts.REFUSAL not in m["content"] for m in messages)


def test_a_check_holds_question_answer_and_quotes() -> None:
    text = prompts.check_messages("When does it open?", "On the 16th.", ["It opens on September 16."])[1]["content"]
    assert "When does it open?" in text and "On the 16th." in text and "It opens on September 16." in text
