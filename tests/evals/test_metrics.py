"""What is measured of one question: each metric by hand, and what it must never do."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.measure.citations import citation_good, sentences
from evals.measure.lenient import holds_lenient
from evals.measure.metrics import FAILURES, METRICS, failure, first_with_answer, map_choice, token_f1
from evals.records import holds, normalise

GOOD = "The ferry to Ashcombe stops on 4 May, the council said."


def hit(text: str, article: str = "a1") -> dict[str, Any]:
    return {"article_id": article, "url": None, "chunk_id": f"{article}:0", "text": text, "score": 1.0}


def cite(quote: str, n: int = 1, title: str = "Ferry") -> dict[str, Any]:
    return {"n": n, "article_id": "a1", "title": title, "quote": quote, "start": 0, "end": len(quote)}


def line(**fields: Any) -> dict[str, Any]:
    """A right, well cited answer, but for what a test changes."""
    made: dict[str, Any] = {
        "id": "q",
        "question": "When does the ferry to Ashcombe stop?",
        "answers": ["4 May"],
        "answerable": True,
        "answer": "The ferry stops on 4 May [1].",
        "short_answer": "4 May",
        "refused": False,
        "citations": [cite(GOOD)],
        "offsets_exact": [True],
        "retrieved": [hit("Nothing here."), hit(GOOD)],
        "evidence": GOOD,
        "prediction_choice": None,
        "timings_ms": {"retrieve": 5, "evidence": 2, "first_token": 900, "total": 2000},
        "tokens": {"prompt": 300, "completion": 12},
        "variant": "asked",
        "format": "records",
        "kind": "",
        "choices": [],
        "answer_index": [],
        "facts": [],
        "parts": [],
        "wrong_answers": [],
        "supporting_articles": [],
    }
    return made | fields


REFUSED: dict[str, Any] = {
    "refused": True, "answer": "The articles do not say.", "short_answer": None, "citations": [], "offsets_exact": [],
}  # fmt: skip


def value(name: str, **fields: Any) -> float | None:
    score = METRICS[name](line(**fields))
    return None if score is None else score[0] / score[1]


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "text", "held"),
    [
        ("Kash Patel", "It was Kash Patel, they said.", True),
        ("the Post", "A post was found.", True),  # articles and case do not count
        ("$2,500", "some 2500 of them", True),  # nor does punctuation
        ("Oman", "a woman spoke", False),  # whole words only
        ("80th", "He turned 80.", False),
        ("Kash Patel", "Patel said so", False),
        ("6", "on 16 May", False),
        ("", "anything", False),
        ("the", "the", False),  # nothing is left of it
    ],
)
def test_an_answer_is_held_by_whole_words_in_a_row(answer: str, text: str, held: bool) -> None:
    assert holds([answer], text) is held


@given(st.text())
def test_the_normal_form_is_one(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once or "ı" in once or "̇" in once  # Turkish letters change when lowered again
    assert once == " ".join(once.split())


@given(st.text(), st.text(), st.text())
def test_what_is_in_a_text_is_held_by_it(before: str, answer: str, after: str) -> None:
    assert holds([answer], f"{before} {answer} {after}") or not normalise(answer) or '"' in "".join((before, after))


def test_f1_is_that_of_the_bags_of_words() -> None:
    assert token_f1("4 may 2024", "4 may") == pytest.approx(2 * (2 / 3) * 1 / (2 / 3 + 1))
    assert token_f1("no no", "no") == pytest.approx(2 / 3)  # a word counts as often as it stands there
    assert token_f1("", "x") == 0.0


# -- answers -------------------------------------------------------------------------------------------------------


def test_a_right_answer() -> None:
    names = ("contains_answer", "exact_match", "f1", "evidence_recall", "citation_precision", "citation_recall")
    assert {value(name) for name in names} == {1.0}
    assert value("refused_answerable") == 0.0
    assert failure(line()) is None


def test_a_citation_mark_is_no_part_of_the_answer() -> None:
    assert value("contains_answer", answers=["1"]) == 0.0
    assert value("exact_match", answers=["The ferry stops on 4 May."], short_answer=None) == 1.0


def test_a_refusal_is_never_right_whatever_its_words() -> None:
    refused = {**REFUSED, "answers": ["articles do not say"]}
    assert value("contains_answer", **refused) == value("exact_match", **refused) == value("f1", **refused) == 0.0
    assert value("refused_answerable", **refused) == 1.0


def test_all_parts_of_an_answer_must_be_said() -> None:
    parts = [["4 May", "May 4"], ["Ashcombe"]]
    assert value("contains_answer", parts=parts) == 0.0
    assert value("contains_answer", parts=parts, answer="On May 4, from Ashcombe [1].") == 1.0
    assert first_with_answer(line(parts=parts, retrieved=[hit("4 May"), hit("x"), hit("Ashcombe")])) == 3
    assert first_with_answer(line(parts=parts, retrieved=[hit("4 May")])) is None


def test_figures_of_answers_are_told_of_answerable_questions_only() -> None:
    for fields in ({"answerable": False, "answers": []}, {"answerable": None}, {"variant": "evidence removed"}):
        for name in ("contains_answer", "f1", "refused_answerable", "answer_recall@5", "evidence_recall"):
            assert value(name, **fields) is None
    assert value("contains_answer", answer=None, refused=None, short_answer=None) is None  # the search alone


@pytest.mark.parametrize(
    ("short", "answer", "expected"),
    [
        ("Kenya", "It was Kenya [1].", 0),
        (None, "South Sudan, the statement said [1].", 2),  # not Sudan, which it holds too
        (None, "Both Kenya and Chad [1].", None),  # two choices: none
        ("the Republic of Chad", "The Republic of Chad [1].", 3),
        (None, "Nobody knows [1].", None),
        ("Kenyan", "A Kenyan [1].", None),
    ],
)
def test_the_choice_that_an_answer_means(short: str | None, answer: str, expected: int | None) -> None:
    assert map_choice(["Kenya", "Sudan", "South Sudan", "Chad"], short, answer) == expected


def test_the_nearest_choice_by_f1_where_none_is_held() -> None:
    assert map_choice(["a drop of ten percent", "a rise of two percent"], "a rise of 2 percent", "") == 1
    nota = ["Kenya", "South Sudan", "None of the above"]
    assert [map_choice(nota, said, "") for said in ("Kenya", "Chad", "none")] == [0, 2, 2]
    assert value("choice_accuracy", choices=["a", "b"], answer_index=[1], prediction_choice=1) == 1.0
    assert value("choice_accuracy", choices=["a", "b"], answer_index=[1], prediction_choice=None) == 0.0
    assert value("choice_accuracy") is None


# -- search --------------------------------------------------------------------------------------------------------


def test_recall_by_the_answers_words_and_by_the_article() -> None:
    assert (value("answer_recall@1"), value("answer_recall@3")) == (0.0, 1.0)
    gold = {"supporting_articles": [{"article_id": "b"}, {"article_id": "c"}]}
    hits = {"retrieved": [hit("x", "a"), hit("x", "a"), hit("x", "b"), hit("x", "d")]}
    assert value("article_recall@1") is None
    assert value("article_recall@1", **gold, **hits) == 0.0 and value("article_recall@3", **gold, **hits) == 1.0
    # Articles, not chunks, are ranked: b stands second. One of two found: 1/log2(3) over 1 + 1/log2(3).
    assert value("mrr@10", **gold, **hits) == 0.5
    assert value("ndcg@10", **gold, **hits) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)), abs=1e-6)
    assert value("mrr@10", **gold, retrieved=[]) == 0.0


def test_multihop_rags_own_figures() -> None:
    facts = {"facts": ["The deal was signed.", "Nine were for it."], "format": "multihop-rag"}
    hits = {"retrieved": [hit("x"), hit("The deal\nwas signed. So."), hit("x"), hit("x"), hit("Nine were for  it.")]}
    assert value("multihop_hits@4", **facts, **hits) == value("multihop_hits@10", **facts, **hits) == 1.0
    assert value("multihop_mrr@10", **facts, **hits) == 0.5
    assert value("multihop_map@10", **facts, **hits) == pytest.approx((1 / 2 + 1 / 5) / 2)
    twice = {"retrieved": [hit("The deal was signed.")] * 3}
    assert value("multihop_map@10", **facts, **twice) == pytest.approx(1 / 2)  # met again it counts no more
    late = {"retrieved": [hit("x")] * 10 + [hit("The deal was signed.")]}
    assert value("multihop_hits@10", **facts, **late) == value("multihop_mrr@10", **facts, **late) == 0.0
    assert value("multihop_hits@4") is None


def test_multihop_rags_accuracy_and_the_strict_one() -> None:
    yes = {"format": "multihop-rag", "answers": ["Yes"]}
    assert value("multihop_accuracy", **yes, answer="Yes [1].") == 0.0  # as published: 'yes.' is not 'yes'
    assert value("multihop_accuracy", **yes, answer="yes and no [1]") == 1.0
    assert value("multihop_strict", **yes, answer="Yes [1].") == 1.0
    assert value("multihop_strict", **yes, answer="No, though yes was said [1].") == 0.0
    null = {"format": "multihop-rag", "answers": [], "answerable": False}
    assert value("multihop_accuracy", **null, **REFUSED) == value("multihop_strict", **null, **REFUSED) == 1.0
    assert value("multihop_strict", **null) == 0.0


def test_rgbs_own_accuracy_and_who_is_misled() -> None:
    rgb = {"format": "rgb", "answers": ["Tampa"], "wrong_answers": ["Glendale"]}
    assert value("rgb_accuracy", **rgb, answer="In Tampas [1].") == 1.0  # as published: also within a word
    assert value("rgb_misled", **rgb, answer="In Glendale [1].") == 1.0
    assert value("rgb_misled", **rgb, answer="In Tampa, not Glendale [1].") == 0.0
    assert value("rgb_misled", **rgb, **REFUSED) == 0.0
    assert value("rgb_accuracy", **(rgb | {"answerable": False}), **REFUSED) == 1.0
    planted = line(
        **rgb, answerable=None, answer="In Glendale [1]."
    )  # no article holds the truth: no figure of answers speaks of it
    assert failure(planted) is None and METRICS["contains_answer"](planted) is None


# -- citations -----------------------------------------------------------------------------------------------------


def test_the_sentences_of_an_answer_with_what_each_cites() -> None:
    text = "It ends on Sept. 4 [1][2]. Nobody was hurt. “He left,” she said [3]."
    assert sentences(text) == [
        ("It ends on Sept. 4.", (1, 2)),
        ("Nobody was hurt.", ()),
        ("“He left,” she said.", (3,)),
    ]
    assert sentences("It ends. [1] So it was. [2]") == [("It ends.", (1,)), ("So it was.", (2,))]
    assert sentences("") == sentences("[1]") == []


def test_the_day_and_the_outlet_beside_a_quote_carry_when_and_where_it_was_told() -> None:
    told = line(answer="Later (5 June 2024, Marsh Post): “Ferries stop in May.” [1]", answers=("July",))
    quoted = cite("Ferries stop in May.") | {"published": "2024-06-05T08:00:00+00:00", "source": "Marsh Post"}
    assert citation_good(told, quoted)
    assert not citation_good(told, quoted | {"published": "2024-06-07"})
    assert not citation_good(told, quoted | {"source": "Dune Post"})
    assert not citation_good(told, quoted | {"published": None})


def test_a_quote_is_good_if_it_holds_the_answer_or_supports_the_sentence() -> None:
    assert citation_good(line(), cite("It stops on 4 May."))
    other = line(answers=["in spring"])
    assert citation_good(other, cite(GOOD))  # the sentence is carried, right or not
    assert not citation_good(other, cite("The ferry stops on 5 May."))  # another number
    assert not citation_good(other, cite(GOOD, n=2))  # no sentence cites it
    assert not citation_good(other, cite("May 4 was wet. He ate.", title="Rain"))  # the numbers, not the words
    hours = line(answers=["25 hours"], answer="She spoke for 25 hours in Toronto [1].", question="How long?")
    assert citation_good(hours, cite("She spoke to Toronto’s council, a 25-hour speech.", title="Speech"))
    names = line(answers=["nobody"], answer="The deal was signed by Ann Poe [1].", question="Who signed?")
    assert citation_good(names, cite("She signed the deal.", title="Ann Poe signs"))
    assert not citation_good(names, cite("He signed the deal.", title="Bo Roe signs"))


def test_precision_and_recall_of_citations() -> None:
    two = {"answer": "The ferry stops for good [1][2]. Boats are sold.", "citations": [cite(GOOD), cite("No.", 2)]}
    assert METRICS["citation_precision"](line(**two)) == (1.0, 2.0)
    assert METRICS["citation_recall"](line(**two)) == (1.0, 2.0)
    assert METRICS["citation_recall"](line(answer="It stops [7].")) == (0.0, 1.0)  # a number that names no quote
    assert METRICS["citation_precision"](line(**REFUSED)) is METRICS["citation_recall"](line(**REFUSED)) is None
    assert METRICS["offsets_exact"](line(offsets_exact=[False])) == (0.0, 1.0)


# -- refusals and failures -----------------------------------------------------------------------------------------


def test_refusals_of_each_sort_of_question() -> None:
    own = {"answerable": False, "answers": []}
    removed = {"answerable": False, "variant": "evidence removed"}
    assert value("refused_unanswerable", **own) == 0.0 and value("refused_unanswerable", **own, **REFUSED) == 1.0
    assert value("refused_evidence_removed", **removed, **REFUSED) == 1.0
    assert value("refused_unanswerable", **removed, **REFUSED) == 1.0
    assert value("refused_evidence_removed", **own) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"retrieved": [hit("x")], "answer": "On 5 May [1]."}, "not retrieved"),
        ({"retrieved": [hit("x")], **REFUSED}, "not retrieved"),
        ({"answer": "On 5 May [1]."}, "retrieved but not read"),
        (REFUSED, "refused wrongly"),
        ({"answerable": False, "answers": []}, "answered unanswerable"),
        ({"answerable": False, "variant": "evidence removed"}, "answered unanswerable"),
        ({"answerable": False, "answers": [], **REFUSED}, None),
        ({"citations": [cite("Bread costs 9 crowns.")]}, "wrong citation"),
        ({"citations": [], "offsets_exact": []}, "wrong citation"),
        ({"offsets_exact": [False]}, "wrong citation"),
        ({"answerable": None, **REFUSED}, None),
        ({"answer": None, "refused": None, "citations": [], "retrieved": [hit("x")]}, "not retrieved"),
        ({"answer": None, "refused": None, "citations": []}, None),
    ],
)
def test_each_wrong_answer_has_the_class_of_what_failed(fields: dict[str, Any], expected: str | None) -> None:
    assert failure(line(**fields)) == expected
    assert expected is None or expected in FAILURES


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Mayor's office", "It was the mayor’s office."),
        ("three weeks", "The repair takes 3 weeks."),
        ("25", "Twenty-five people were hurt."),
        ("US", "The U.S. left the talks."),
        ("U.S.", "The US left the talks."),
        ("two year", "A two-year sentence."),
        ("1200", "About 1,200 came."),
        ("Norway, Sweden and Denmark", "Denmark, Norway and Sweden signed."),
        ("Smith & Sons", "The firm of Smith and Sons."),
    ],
)
def test_the_lenient_measure_forgives_spelling(answer: str, text: str) -> None:
    assert holds_lenient([answer], text)
    assert METRICS["contains_answer_lenient"](line(answers=[answer], answer=text)) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Norway, Sweden and Denmark", "Norway and Sweden signed."),
        ("25", "Twenty people and five dogs."),
        ("three weeks", "The repair takes 13 weeks."),
        ("us", "Nobody told them."),
        ("", "Anything."),
    ],
)
def test_the_lenient_measure_forgives_nothing_else(answer: str, text: str) -> None:
    assert not holds_lenient([answer], text)


def test_what_is_right_is_right_leniently() -> None:
    for answer, text in (("2026", "It ends in 2026 [1]."), ("the Sund", "On the Sund [1].")):
        told = line(answers=[answer], answer=text)
        assert METRICS["contains_answer"](told) == METRICS["contains_answer_lenient"](told) == (1.0, 1.0)
