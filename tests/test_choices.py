"""Multiple choice: what stands in the evidence and what the model prefers, as a probability for each choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import News
from rag.choices import Chosen, checked, choose
from rag.errors import LlmError, UsageError
from rag.types import Article, Evidence, Message
from tests.conftest import Records

FERRY = (
    "The council of Ashcombe voted to keep the Corwen ferry, with nine members for it and two thousand people watching."
)
QUESTION = "What did the council of Ashcombe decide?"
CHOICES = ("To sell the Corwen ferry", "To keep the Corwen ferry", "To build a tunnel")


def quote(text: str, score: float = 0.8, title: str = "News") -> Evidence:
    return Evidence(Article(text, title, text, published=date(2024, 9, 28)), 0, len(text), text, score)


class Biased:
    """A model that likes the first letter, whatever stands there, and beside that one choice."""

    can_score = True

    def __init__(self, bias: float = 5.0, likes: str = "") -> None:
        self.bias, self.likes = bias, likes

    def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]:
        lines = messages[1]["content"].splitlines()
        shown = [next(line for line in lines if line.startswith(f"{o}) ")) for o in options]
        return [
            self.bias * (i == 0) + 2.0 * bool(self.likes and self.likes in line) - 3.0 for i, line in enumerate(shown)
        ]


class Failing(Biased):
    def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]:
        raise LlmError("it is down")


def test_the_choice_that_stands_in_the_evidence_is_likeliest_and_comes_with_its_sentence() -> None:
    evidence = [quote("Rain fell on Fenwray all day."), quote(FERRY)]
    chosen = choose(QUESTION, CHOICES, evidence, None, deadline=1)
    assert chosen.best == 1
    assert chosen.quote == evidence[1]


@pytest.mark.parametrize("said", ["2,000", "two thousand", "2000 people"])
def test_a_number_counts_in_any_spelling(said: str) -> None:
    assert choose("How many watched?", ("20", said, "300"), [quote(FERRY)], None, deadline=1).best == 1


def test_the_orders_cancel_a_model_s_love_of_the_first_place() -> None:
    chosen = choose("Which?", ("alpha", "beta", "gamma"), [], Biased(likes="beta"), deadline=1)
    plain = choose("Which?", ("alpha", "beta", "gamma"), [], Biased(0.0, likes="beta"), deadline=1)
    assert chosen.best == plain.best == 1
    assert chosen.probabilities[0] == pytest.approx(chosen.probabilities[2])


def test_the_model_decides_between_what_the_evidence_says_of_both() -> None:
    evidence = [quote("The council spoke of the tunnel and of the ferry.")]
    for likes, best in (("tunnel", 1), ("ferry", 0)):
        chosen = choose("What won?", ("the ferry", "the tunnel"), evidence, Biased(likes=f") the {likes}"), deadline=1)
        assert chosen.best == best


def test_a_model_that_fails_leaves_it_to_the_evidence() -> None:
    alone = choose(QUESTION, CHOICES, [quote(FERRY)], None, deadline=1)
    assert choose(QUESTION, CHOICES, [quote(FERRY)], Failing(), deadline=1) == alone


def test_none_of_the_above_is_right_where_nothing_speaks_for_the_others() -> None:
    choices = ("A balloon race", "A cattle market", "None of the above")
    assert choose(QUESTION, choices, [quote(FERRY)], None, deadline=1).best == 2
    assert choose(QUESTION, (*CHOICES[:2], "None of the above"), [quote(FERRY)], None, deadline=1).best == 1


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ((), "0 choices"),
        (("one",), "1 choices"),
        (tuple(map(str, range(27))), "27 choices"),
        (("one", "  "), "choice 2 is empty"),
        (("One  way", "one way"), "the same: one way"),
        ("yes", "not one text"),
    ],
)
def test_bad_choices_are_told_in_one_line(choices: Sequence[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        checked(choices)


texts = st.lists(
    st.text("abc 12", min_size=1).filter(str.strip), min_size=2, max_size=6, unique_by=lambda t: " ".join(t.split())
)


@given(texts, st.lists(st.text("abc 12.", min_size=1), max_size=4), st.randoms())
def test_probabilities_sum_to_one_and_go_with_their_choices(choices: list[str], said: list[str], order: object) -> None:
    evidence = [quote(text, 1 / (n + 1)) for n, text in enumerate(said)]
    chosen = choose("What is a b?", choices, evidence, None, deadline=1)
    assert sum(chosen.probabilities) == pytest.approx(1)
    assert all(0 <= p <= 1 for p in chosen.probabilities)
    turned = choose("What is a b?", choices[::-1], evidence, None, deadline=1)
    assert turned.probabilities[::-1] == pytest.approx(chosen.probabilities)


def test_the_best_of_equals_is_the_first() -> None:
    assert Chosen((0.4, 0.4, 0.2), None).best == 0


def test_news_answers_multiple_choice(news: News, records: Records, tmp_path: Path) -> None:
    records("in/a.jsonl", {"title": "Ferry stays", "text": FERRY})
    news.add(tmp_path / "in")
    answer = news.ask(QUESTION, choices=CHOICES)
    assert answer.short == "To keep the Corwen ferry"
    assert answer.text == "To keep the Corwen ferry [1]."
    assert answer.citations[0].quote == FERRY
    assert [c["text"] for c in answer.record()["choices"]] == list(CHOICES)
    assert max(answer.choices, key=lambda c: c.probability).text == CHOICES[1]
    nowhere = news.ask("Who won?", choices=("Quillon", "Dravendale"))
    assert nowhere.refused
    assert len(nowhere.choices) == 2
    with pytest.raises(UsageError, match="2 and 26"):
        news.ask(QUESTION, choices=["only"])
