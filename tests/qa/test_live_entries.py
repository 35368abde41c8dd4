"""Questions that name a time of day: the entry of a live blog at that time answers."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from rag.qa.limits import answerable
from rag.qa.live_entries import live_entries, told_at
from rag.qa.question.clock import asked_clock
from rag.qa.question.request import request
from rag.text.sentences import sentence_spans
from rag.types import Article, Evidence

BODY = """The council of Kelda meets about the harbour wall.

15:40 – Wall approved

The council of Kelda approved the harbour wall by 19 votes to 7.

14:20 – Engineers report

Engineer Mira Sand told the council that the wall would take two winters. She named no price.

7 May 2024, 09:05 – The doors are open."""
LIVE = Article("live", "Kelda harbour wall: live", BODY, published=datetime(2024, 5, 8, 9, 0))
PLAIN = Article("plain", "Kelda ferry", "A ferry ran aground off Kelda at 4.30 pm. Nobody was hurt.", date(2024, 5, 9))
ASKED = date(2024, 5, 20)


def scored(*articles: Article) -> list[Evidence]:
    return [
        Evidence(a, start, end, a.body[start:end], 0.6 - n / 100)
        for a in articles
        for n, (start, end) in enumerate(sentence_spans(a.body))
    ]


@pytest.mark.parametrize(
    ("question", "clock"),
    [
        ("What happened at 14:30?", time(14, 30)),
        ("What did she say at 2.30 pm?", time(14, 30)),
        ("What happened around 4 p.m.?", time(16)),
        ("What happened at noon?", time(12)),
        ("Was geschah um 9 Uhr?", time(9)),
        ("Que s'est-il passé à 17h05 ?", time(17, 5)),
        ("Who was elected at 14?", None),
        ("Was inflation at 2.5 percent?", None),
        ("Did the share close at 14.50 euros?", None),
        ("Who ran the marathon in 2:14:30?", None),
    ],
)
def test_the_clock_of_a_question(question: str, clock: time | None) -> None:
    assert asked_clock(question) == clock


def test_entries_have_text_time_and_day() -> None:
    found = live_entries(LIVE)
    assert [(e.day, e.clock) for e in found] == [
        (date(2024, 5, 8), time(15, 40)),
        (date(2024, 5, 8), time(14, 20)),
        (date(2024, 5, 7), time(9, 5)),
    ]
    assert BODY[found[2].start : found[2].end] == "The doors are open."
    assert live_entries(PLAIN) == []


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        (
            "What happened in the council of Kelda at 2.20 pm?",
            ["Engineer Mira Sand told the council that the wall would take two winters.", "She named no price."],
        ),
        ("What happened in Kelda at 3.45 pm?", ["The council of Kelda approved the harbour wall by 19 votes to 7."]),
        ("What happened in Kelda on 7 May at 9:05?", ["The doors are open."]),
    ],
)
def test_what_happened_at_a_time_is_told_by_its_entry(question: str, quotes: list[str]) -> None:
    assert request(question).kind == "fact"
    kept, why = answerable(question, ASKED, scored(PLAIN, LIVE))
    verdict = told_at(question, kept)
    assert why is None and verdict is not None
    assert [claim.quotes[0].quote for claim in verdict.claims] == quotes


def test_another_question_of_a_time_is_answered_from_its_entry() -> None:
    question = "How long will the wall take, as told at 14:20?"
    kept, _ = answerable(question, ASKED, scored(PLAIN, LIVE))
    assert kept[0].quote == "Engineer Mira Sand told the council that the wall would take two winters."
    assert kept[0].score == pytest.approx(max(e.score for e in scored(PLAIN, LIVE))) and told_at(question, kept) is None


def test_a_sentence_may_name_the_time_itself() -> None:
    kept, _ = answerable("What happened off Kelda at 16:30?", ASKED, scored(PLAIN, LIVE))
    assert [e.quote for e in kept] == ["A ferry ran aground off Kelda at 4.30 pm."]


def test_no_report_of_a_time_is_no_answer() -> None:
    kept, why = answerable("What happened in Kelda on 6 May at 14:20?", ASKED, scored(PLAIN, LIVE))
    assert not kept and why == "no report that was found is of “at 14:20”"


def test_without_a_live_blog_a_time_changes_nothing() -> None:
    found = scored(PLAIN)
    assert answerable("Who was aboard the ferry at 9:00?", ASKED, found)[0] == tuple(found)
