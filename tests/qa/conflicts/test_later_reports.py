"""Later reports of a matter: found, weighed, and held against an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from rag.qa.asked import Question
from rag.qa.attribution.claims import Verdict
from rag.qa.conflicts.later_reports import reports
from rag.qa.conflicts.resolution import stated
from rag.qa.pipeline import drafted
from rag.qa.question.request import request
from rag.qa.retrieval.reranking import Ranked
from rag.settings import Settings
from rag.types import Article, Evidence, Filters, Step, Understood
from tests.support.fakes import FakeLlm


def article(key: str, day: date, title: str, body: str, source: str = "The Echo") -> Article:
    return Article(key, title, body, published=day, source=source)


def sentences(*articles: tuple[Article, Sequence[float]]) -> list[Evidence]:
    """The sentences of articles with their scores, best first."""
    found = []
    for item, scores in articles:
        at = 0
        for text, score in zip(item.body.split("\n"), scores, strict=True):
            found.append(Evidence(item, at, at + len(text), text, score))
            at += len(text) + 1
    return sorted(found, key=lambda e: -e.score)


QUIT = article("quit", date(2024, 7, 12), "Corwen mayor quits", "The mayor of Corwen, Ann Marsh, resigned on Friday.")
VOTE = article(
    "vote", date(2024, 11, 6), "Judge wins Corwen mayor's race", "Ruth Okoro was elected mayor of Corwen on Tuesday."
)
FAIR = article("fair", date(2024, 12, 1), "Fair opens", "The winter fair opened in Corwen on Sunday.")
MAYOR = "Who is the mayor of Corwen?"
PILE = sentences((QUIT, [0.8]), (VOTE, [0.7]), (FAIR, [0.02]))


def asked(llm: FakeLlm, question: str, pile: Sequence[Evidence]) -> tuple[list[str], Verdict]:
    """The steps that are shown, and what passes."""
    stream = drafted(
        llm,
        Settings.load(llm="none"),
        Question(question, Understood(question), request(question), Filters(), date(2030, 1, 1)),
        Ranked((), tuple(pile), calibrated=True),
        pile[:2],
        list,
        lambda: None,
    )
    steps: list[str] = []
    while True:
        try:
            event = next(stream)
        except StopIteration as end:
            return steps, end.value[0]
        if isinstance(event, Step):
            steps.append(event.name)


def test_a_later_report_on_the_matter_is_found_and_no_other() -> None:
    found = reports(MAYOR, "Ann Marsh is the mayor.", "Ann Marsh", PILE[:1], PILE, time="now")
    assert [e.article.id for e in found.sentences] == ["vote"]


def test_a_quote_that_ends_the_claim_is_followed_by_a_draft_from_the_later_report() -> None:
    llm = FakeLlm([["Ann Marsh is the mayor of Corwen."], ["Ruth Okoro is the mayor of Corwen."]])
    steps, verdict = asked(llm, MAYOR, PILE)
    assert steps[-1] == "comparing"
    assert verdict.short == "Ruth Okoro"
    assert [q.article.id for q in verdict.claims[0].quotes] == ["vote"]
    assert "resigned" not in llm.asked[-1][1]["content"], "the second draft sees the later reports alone"


def test_where_no_second_draft_passes_nothing_that_is_over_is_told() -> None:
    llm = FakeLlm([["Ann Marsh is the mayor of Corwen."], ["The mayor of Corwen is Ann Marsh."]])
    verdict = asked(llm, MAYOR, PILE)[1]
    assert not verdict.claims and verdict.denied


PLAN = article("plan", date(2024, 4, 16), "Plant for Corwen", "The Kessel plant in Corwen will create 1,200 jobs.")
LESS = article(
    "less", date(2024, 10, 22), "Kessel plant is smaller", "The Kessel plant in Corwen opens with fewer jobs."
)
JOBS = "How many jobs will the Kessel plant in Corwen create?"


def test_a_later_report_that_gives_no_answer_is_named_after_it() -> None:
    llm = FakeLlm([["The Kessel plant will create 1,200 jobs."], ["There are 77 jobs."]])
    verdict = asked(llm, JOBS, sentences((PLAN, [0.8]), (LESS, [0.6])))[1]
    assert [c.text for c in verdict.claims] == [
        "As of 16 April 2024: The Kessel plant will create 1,200 jobs.",
        "Later (22 October 2024, The Echo): “The Kessel plant in Corwen opens with fewer jobs.”",
    ]


def test_what_happened_is_not_overturned_by_what_comes_after() -> None:
    question = "How many jobs did the Kessel plant in Corwen have?"
    past = article("past", date(2024, 4, 16), "Plant shuts", "The Kessel plant in Corwen had 1,200 jobs.")
    llm = FakeLlm([["The Kessel plant had 1,200 jobs."]])
    verdict = asked(llm, question, sentences((past, [0.8]), (LESS, [0.4])))[1]
    assert [c.text for c in verdict.claims] == ["The Kessel plant had 1,200 jobs."]
    assert len(llm.asked) == 1


def test_what_was_first_is_read_from_the_earliest_report() -> None:
    question = "How much was the bridge toll first going to be?"
    first = article("first", date(2024, 7, 23), "Toll", "Staff recommend a bridge toll of $4.50.")
    now = article("now", date(2024, 8, 28), "Toll cut", "The bridge toll will be $3.75.")
    llm = FakeLlm([["The bridge toll will be $3.75."], ["The bridge toll was to be $4.50."]])
    verdict = asked(llm, question, sentences((now, [0.8]), (first, [0.5])))[1]
    assert verdict.short == "$4.50"


@pytest.mark.parametrize(
    ("newer", "quoted"), [("Corwen baths opened again on Monday.", "newer"), ("Corwen has a new park.", "older")]
)
def test_a_question_for_yes_or_no_gets_the_newest_sentence_on_it(newer: str, quoted: str) -> None:
    older = article("older", date(2024, 5, 7), "Baths close", "Corwen baths will close, the council said.")
    pile = sentences((older, [0.6]), (article("newer", date(2024, 9, 2), "News", newer), [0.4]))
    verdict = stated("Are the Corwen baths open?", pile, 0.15)
    [claim] = verdict.claims
    assert claim.quotes[0].article.id == quoted
    assert claim.text.startswith("As of ") and claim.quotes[0].quote in claim.text


@pytest.mark.parametrize(("scores", "quoted"), [([0.5, 0.4], "bridge"), ([0.4, 0.45], "toll")])
def test_of_sentences_with_as_many_of_the_words_the_better_one_is_quoted(scores: list[float], quoted: str) -> None:
    body = "Corwen will get its bridge paid.\nThe toll may end early, the mayor said."
    older = article("older", date(2024, 5, 7), "Toll", "The bridge toll in Corwen will be $4.")
    pile = sentences((older, [0.6]), (article("newer", date(2024, 9, 2), "News", body), scores))
    verdict = stated("Did the bridge toll in Corwen rise?", sorted(pile, key=lambda e: -e.score), 0.15)
    assert quoted in verdict.claims[-1].quotes[0].quote
