"""Replies that point at a quote: what is read from them, and what is told of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.pointer import parse, pointed
from rag.types import Article, Evidence

BODY = (
    "The ferry to Fenwray will sail again from 14 May, the council said. It has two boats.",
    "The ferry to Corwen sails on Sundays. Petra Venn is its captain.",
)


def evidence() -> list[Evidence]:
    found = []
    for n, body in enumerate(BODY):
        article = Article(f"a{n}", f"Ferry news {n}", body, date(2024, 3, 1), source="Echo")
        start = 0
        for sentence in body.split(". "):
            end = start + len(sentence) + (not sentence.endswith("."))
            found.append(Evidence(article, start, end, body[start:end], 0.5))
            start = end + 1
    return found


@pytest.mark.parametrize(
    ("reply", "quote", "short", "sentence"),
    [
        ("[1] 14 May\nThe ferry sails from 14 May.", 0, "14 May", "The ferry sails from 14 May."),
        (" [4] Petra Venn", 3, "Petra Venn", ""),
        ("[2] two.\n\nThe ferry has two boats.", 1, "two", "The ferry has two boats."),
        ("[9] 14 May\nIt is so.", None, "14 May", "It is so."),
        ("[0] 14 May", None, "14 May", ""),
    ],
)
def test_the_parts_of_a_reply(reply: str, quote: int | None, short: str, sentence: str) -> None:
    said = parse(reply, evidence())
    assert said is not None
    assert (said.short, said.sentence) == (short, sentence)
    assert said.quote == (None if quote is None else evidence()[quote])


@pytest.mark.parametrize("reply", ["", "NOT FOUND", "14 May", "[x] 14 May", "[1]", "[1] ", "[1]\n14 May", "[1] **"])
def test_other_replies_have_no_parts_and_are_refused(reply: str) -> None:
    assert parse(reply, evidence()) is None
    verdict = pointed("When will the ferry sail?", reply, evidence())
    assert not verdict.claims and verdict.reason


@given(st.text(alphabet="[]0123 \naZé.“”*", max_size=30))
def test_no_reply_is_an_error(reply: str) -> None:
    pointed("When will the ferry sail?", reply, evidence())


def test_the_sentence_is_told_with_its_quote_and_the_short_answer_beside() -> None:
    verdict = pointed(
        "When will the ferry to Fenwray sail again?",
        "[1] 14 May\nThe ferry to Fenwray will sail again from 14 May.",
        evidence(),
    )
    [claim] = verdict.claims
    assert (claim.text, verdict.short) == ("The ferry to Fenwray will sail again from 14 May.", "14 May")
    assert claim.quotes == (evidence()[0],)


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayor of Fenwray will sail to Oldport on 14 May.",  # says what no quote says
        "The ferry sails soon.",  # leaves out the answer
        "",
    ],
)
def test_where_the_sentence_is_not_carried_the_short_answer_is_told(sentence: str) -> None:
    verdict = pointed("When will the ferry to Fenwray sail again?", f"[1] 14 May\n{sentence}", evidence())
    assert [claim.text for claim in verdict.claims] == ["14 May"]


def test_a_wrong_number_is_mended_and_a_made_up_answer_refused() -> None:
    question = "Who is the captain of the ferry to Corwen?"
    [claim] = pointed(question, "[1] Petra Venn\nPetra Venn is the captain.", evidence()).claims
    assert claim.quotes == (evidence()[3],)
    verdict = pointed(question, "[4] Ada Long\nAda Long is the captain.", evidence())
    assert not verdict.claims and verdict.reason == "no quote holds what the draft says"
