"""What a sentence leaves to the lines above it, and which sentences can answer at all."""

from __future__ import annotations

from datetime import date

from rag.qa.answer.in_context import in_context
from rag.qa.attribution.claims import quoted, verify
from rag.qa.full_sense import answering, in_full, is_quiz_choice, of_another_thing
from rag.qa.limits import usable
from rag.text.sentences import sentence_spans
from rag.types import Article, Evidence

TALK = Article(
    "talk",
    "Talk with the mayor",
    "Karl Finn spoke with the Echo.\n\nEcho: Will you run again?\n\nNo. One term was my promise. I keep it.\n\n"
    "When does the night bus start?\n\nOn the first of June 2025.",
    published=date(2024, 2, 7),
)
SUMS = Article(
    "sums",
    "Hospital wing",
    "The sums of the Kelda hospital wing:\n\nWard | Beds | Cost (million euros)\n\nSurgery | 64 | 9.8\n\nBirths | 22 "
    "| 2.4",
    published=date(2024, 5, 15),
)
SHIPS = Article(
    "ships",
    "Two ships collide",
    "The freighter Auk and the trawler Tern collided off Wick.\n\nThe freighter is 96 metres long.",
    published=date(2024, 9, 25),
)


def sentences(article: Article) -> list[Evidence]:
    body = article.body
    return [Evidence(article, a, b, body[a:b], 0.5) for a, b in sentence_spans(body)]


def test_an_interviewers_question_is_no_answer_and_what_follows_it_is() -> None:
    quotes = [e.quote for e in answering("Will the mayor run again?", sentences(TALK))]
    assert not any(q.endswith("?") for q in quotes)
    assert "No. One term was my promise." in quotes
    start = next(e for e in answering("When does the bus start?", sentences(TALK)) if "June" in e.quote)
    assert "night bus" in in_full(start)
    assert in_context(start).startswith("[When does the night bus start?] On the first")


def test_a_question_is_the_answer_where_it_is_asked_what_was_asked() -> None:
    kept = [e.quote for e in answering("What did the Echo ask the mayor?", sentences(TALK))]
    assert "Echo: Will you run again?" in kept


def test_a_tables_header_is_no_answer_and_a_row_brings_it() -> None:
    kept = answering("How much does the surgery ward cost?", sentences(SUMS))
    assert not any(e.quote.startswith("Ward") for e in kept)
    surgery = [e for e in kept if e.quote.startswith("Surgery")]
    assert in_full(surgery[0]) == "Surgery: Beds 64; Cost 9.8 million euros"
    assert quoted("How much does the surgery cost?", surgery).claims[0].text == in_full(surgery[0])
    claim = "The surgery ward costs 9.8 million euros."
    assert verify("How much does the surgery ward cost?", claim, surgery, time="now").claims
    wrong = "The surgery ward costs 64 million euros."
    assert not verify("How much does the surgery ward cost?", wrong, surgery, time="now").claims


def test_a_class_noun_is_checked_as_what_it_means() -> None:
    long = [e for e in sentences(SHIPS) if "96" in e.quote]
    assert "Auk" in in_full(long[0]) and in_context(long[0]).startswith("The freighter [Auk] is")
    assert verify("How long is the Auk?", "The Auk is 96 metres long.", long, time="now").claims
    assert not verify("How long is the Tern?", "The Tern is 96 metres long.", long, time="now").claims
    assert of_another_thing("How long is the Tern?", long[0]) and not of_another_thing("How long is it?", long[0])


def test_a_name_that_tells_the_kind_of_thing_asked_for_is_no_other_thing() -> None:
    body = "The school Marsh College drops its fees.\n\nIt is the third Dune League school to do so."
    [first, *_] = sentences(Article("fees", "Fees", body, published=date(2024, 9, 25)))
    assert not of_another_thing("Which Dune League school drops its fees?", first)


def test_of_a_tables_rows_only_the_one_that_is_named_can_answer() -> None:
    kept = usable("How much does the surgery cost?", sentences(SUMS))
    assert [e.quote for e in kept if "|" in e.quote] == ["Surgery | 64 | 9.8"]
    both = usable("Which ward is the most expensive?", sentences(SUMS))
    assert len([e for e in both if "|" in e.quote]) == 2


QUIZ = Article(
    "quiz",
    "Five things",
    "Good morning.\n\nWhich state raises the most turkeys?\n\nA. Arkansas\n\nB. Indiana\n\nC. Minnesota\n\n"
    "Take the quiz to see.\n\nThe council wants two things:\n\nA. A new bridge.\n\nB. No toll.",
    published=date(2022, 11, 23),
)


def test_a_choice_of_a_quiz_is_no_answer() -> None:
    kept = [e.quote for e in answering("Which state raises the most turkeys?", sentences(QUIZ))]
    assert not any("Arkansas" in quote or "Indiana" in quote or "Minnesota" in quote for quote in kept)
    assert any("No toll" in quote for quote in kept)  # a list under no question
    assert any("Take the quiz" in quote for quote in kept)


def test_an_answer_in_an_interview_is_no_choice() -> None:
    talk = Article(
        "qa", "Talk", "Q. Will you run again?\n\nA. No. One term was my promise.\n\nQ. Why?\n\nA. I keep it."
    )
    assert not is_quiz_choice(talk.body, talk.body.index("A. No"))
    assert not is_quiz_choice(talk.body, talk.body.index("A. I keep"))
