"""A follow-up is made to stand alone; a question that stands alone is left as it is."""

from rag.understand import standalone

EARLIER = [
    {"role": "user", "content": "When does the mission in Syria end?"},
    {"role": "assistant", "content": "In September 2026."},
]


def test_without_a_history_nothing_changes() -> None:
    assert standalone("And in Iraq?", []) == "And in Iraq?"


def test_what_goes_on_takes_the_question_before_along() -> None:
    assert standalone("And in Iraq?", EARLIER) == "When does the mission in Syria end? And in Iraq?"


def test_what_points_back_takes_the_question_before_along() -> None:
    assert standalone("How many troops are there?", EARLIER).startswith("When does the mission in Syria end?")


def test_a_question_of_its_own_stands() -> None:
    question = "Who won the Lake Verrin Marathon in 2024?"
    assert standalone(question, EARLIER) == question
