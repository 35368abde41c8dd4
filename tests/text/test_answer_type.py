"""What kind of thing a question asks for, and whether a sentence holds it."""

import pytest

from rag.text.answer_type import AnswerType, answer_type, fits


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When does it end?", "date"),
        ("In what year was the bridge built?", "date"),
        ("What time does the ferry sail?", "date"),
        ("How many troops are there?", "amount"),
        ("What was the death toll?", "amount"),
        ("What percentage voted for it?", "amount"),
        ("How old is the mayor?", "amount"),
        ("Who won?", "person"),
        ("By whom was it built?", "person"),
        ("Which player scored?", "person"),
        ("Where did it sink?", "place"),
        ("In which city was the summit?", "place"),
        ("Which company makes it?", "name"),
        ("Why did he resign?", "reason"),
        ("What caused the fire?", "reason"),
        ("Why is it unclear how many died?", "reason"),
        ("Did the ferry sail?", "yes_no"),
        ("And is it open?", "yes_no"),
        ("What is it called?", None),
        ("The ferry", None),
    ],
)
def test_what_a_question_asks_for(question: str, kind: AnswerType | None) -> None:
    assert answer_type(question) == kind


def test_a_sentence_fits_what_is_asked_for() -> None:
    assert fits("When does it end?", "It ends in September 2026.")
    assert fits("When does it end?", "It goes on.") is False
    assert fits("What was the death toll?", "Nine people died.")
    assert fits("What was the death toll?", "The rescue goes on.") is False
    assert fits("Who won the race?", "The race was won by Jonas Ekwall.")
    assert fits("Why?", "Because.") is None
    assert fits("Did it sail?", "It sailed on Monday.") is None
