"""Multiple choice: what stands in the evidence and what the model prefers, as a probability for each choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import News
from rag.errors import LlmError, UsageError
from rag.qa.answer.choices import Chosen, checked_choices, weigh_choices
from rag.qa.answer.prompts import answer_messages, choice_messages
from rag.types import Article, Evidence, Message
from tests.conftest import Records
from tests.support.fakes import FakeLlm

FERRY = (
    "The council of Ashcombe voted to keep the Corwen ferry, with nine members for it and two thousand people watching."
)
QUESTION = "What did the council of Ashcombe decide?"
CHOICES = ("To sell the Corwen ferry", "To keep the Corwen ferry", "To build a tunnel")


def quote(text: str, score: float = 0.8, title: str = "News") -> Evidence:
    return Evidence(Article(text, title, text, published=date(2024, 9, 28)), 0, len(text), text, score)


class Biased(FakeLlm):
    """A model that likes the first letter, whatever stands there, and beside that one choice."""

    def __init__(self, bias: float = 5.0, likes: str = "") -> None:
        super().__init__([], can_score=True)
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
    chosen = weigh_choices(QUESTION, CHOICES, evidence, None, deadline=1)
    assert chosen.best == 1
    assert chosen.quote == evidence[1]


@pytest.mark.parametrize("said", ["2,000", "two thousand", "2000 people"])
def test_a_number_counts_in_any_spelling(said: str) -> None:
    assert weigh_choices("How many watched?", ("20", said, "300"), [quote(FERRY)], None, deadline=1).best == 1


@pytest.mark.parametrize("said", ["2,000", "2000", "2,000 residents"])
def test_the_spelling_of_a_number_changes_nothing(said: str) -> None:
    evidence = [quote("Two thousand people watched the ferry.")]
    spelt = weigh_choices("How many watched?", ("20", "two thousand", "300"), evidence, None, deadline=1).probabilities[
        1
    ]
    other = weigh_choices("How many watched?", ("20", said, "300"), evidence, None, deadline=1)
    assert other.best == 1
    if "residents" not in said:
        assert other.probabilities[1] == pytest.approx(spelt)


def test_what_all_choices_share_tells_of_none() -> None:
    evidence = [quote("In Corwen 30 were hurt.")]
    bare = weigh_choices("Where?", ("Corwen", "Fenwray"), evidence, None, deadline=1).probabilities[0]
    padded = weigh_choices(
        "Where?", ("30 hurt in Corwen", "30 hurt in Fenwray"), evidence, None, deadline=1
    ).probabilities[0]
    assert padded > 0.9
    assert padded <= bare


def test_a_headline_counts_less_than_a_sentence() -> None:
    said = weigh_choices("Who?", ("Quillon", "Dravendale"), [quote("Quillon won.")], None, deadline=1)
    headed = weigh_choices(
        "Who?", ("Quillon", "Dravendale"), [quote("She won.", title="Quillon wins")], None, deadline=1
    )
    assert 0.5 < headed.probabilities[0] < said.probabilities[0]


def test_the_orders_cancel_a_model_s_love_of_the_first_place() -> None:
    chosen = weigh_choices("Which?", ("alpha", "beta", "gamma"), [], Biased(likes="beta"), deadline=1)
    plain = weigh_choices("Which?", ("alpha", "beta", "gamma"), [], Biased(0.0, likes="beta"), deadline=1)
    assert chosen.best == plain.best == 1
    assert chosen.probabilities[0] == pytest.approx(chosen.probabilities[2])


def test_the_model_decides_between_what_the_evidence_says_of_both() -> None:
    evidence = [quote("The council spoke of the tunnel and of the ferry.")]
    for likes, best in (("tunnel", 1), ("ferry", 0)):
        chosen = weigh_choices(
            "What won?", ("the ferry", "the tunnel"), evidence, Biased(likes=f") the {likes}"), deadline=1
        )
        assert chosen.best == best


def test_a_model_that_fails_leaves_it_to_the_evidence() -> None:
    alone = weigh_choices(QUESTION, CHOICES, [quote(FERRY)], None, deadline=1)
    assert weigh_choices(QUESTION, CHOICES, [quote(FERRY)], Failing(), deadline=1) == alone


@pytest.mark.parametrize("told", [-math.inf, math.nan])
def test_a_letter_that_a_model_calls_impossible_leaves_numbers(told: float) -> None:
    class Certain(Biased):
        def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]:
            return [told] * len(options)

    chosen = weigh_choices("Which?", ("alpha", "beta"), [], Certain(), deadline=1)
    assert chosen.probabilities == pytest.approx((0.5, 0.5))


def test_a_model_that_cannot_score_is_not_asked() -> None:
    mute = Failing()
    mute.can_score = False
    alone = weigh_choices(QUESTION, CHOICES, [quote(FERRY)], None, deadline=1)
    assert weigh_choices(QUESTION, CHOICES, [quote(FERRY)], mute, deadline=1) == alone


def test_quotes_stand_in_the_prompt_as_in_the_one_for_an_answer() -> None:
    evidence = [quote(FERRY, title="Ferry stays"), quote("Rain fell.", title="Weather")]
    shown = choice_messages(QUESTION, CHOICES, evidence)[1]["content"]
    assert shown.startswith(answer_messages(QUESTION, evidence)[1]["content"])
    assert choice_messages(QUESTION, CHOICES, [])[1]["content"].startswith("Question: ")


def test_without_evidence_all_choices_are_as_likely() -> None:
    chosen = weigh_choices(QUESTION, ("a tunnel", "a bridge", "None of the above"), [], None, deadline=1)
    assert chosen.probabilities == pytest.approx([1 / 3] * 3)
    assert chosen.quote is None


@pytest.mark.parametrize(
    "words",
    ["None", "none of above.", "None of these", "None of the other answers", "Neither of them", "All of the above",
     "both the above", "Any of those options"],
)  # fmt: skip
def test_what_is_left_has_many_names(words: str) -> None:
    assert (
        weigh_choices(QUESTION, ("A balloon race", "A cattle market", words), [quote(FERRY)], None, deadline=1).best
        == 2
    )


@pytest.mark.parametrize("choice", ["All of the councillors resigned", "None of the ferries sailed"])
def test_a_choice_that_only_begins_so_is_like_any_other(choice: str) -> None:
    evidence = [quote(f"{choice}.")]
    chosen = weigh_choices("What happened?", ("A tunnel was built", choice), evidence, None, deadline=1)
    assert chosen.best == 1
    assert chosen.quote == evidence[0]


def test_none_of_the_above_is_right_where_nothing_speaks_for_the_others() -> None:
    choices = ("A balloon race", "A cattle market", "None of the above")
    assert weigh_choices(QUESTION, choices, [quote(FERRY)], None, deadline=1).best == 2
    assert weigh_choices(QUESTION, (*CHOICES[:2], "None of the above"), [quote(FERRY)], None, deadline=1).best == 1


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
        checked_choices(choices)


WORDS = st.text("abc 12.", min_size=1)
TEXTS = st.lists(WORDS.filter(str.strip), min_size=2, max_size=6, unique_by=lambda t: " ".join(t.split()))


@given(st.data(), TEXTS, st.lists(st.tuples(WORDS, st.floats(0, 1)), max_size=4))
def test_probabilities_sum_to_one_and_go_with_their_choices(
    data: st.DataObject, choices: list[str], said: list[tuple[str, float]]
) -> None:
    evidence = [quote(text, score) for text, score in said]
    probabilities = weigh_choices("What is a b?", choices, evidence, None, deadline=1).probabilities
    assert sum(probabilities) == pytest.approx(1)
    assert all(math.isfinite(p) and 0 <= p <= 1 for p in probabilities)
    order = data.draw(st.permutations(range(len(choices))))
    turned = weigh_choices("What is a b?", [choices[i] for i in order], evidence, None, deadline=1)
    assert turned.probabilities == pytest.approx([probabilities[i] for i in order])


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
