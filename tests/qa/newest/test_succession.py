"""Who followed the holder of an office, in whatever words; and what an old report of one is told with."""

from __future__ import annotations

from datetime import date

import pytest

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.newest.holders import lifted, newest_holder, office_asked
from rag.qa.newest.succession import dated_if_old, followed
from rag.types import Article, Evidence


def sentence(text: str, day: date = date(2023, 2, 6), before: str = "", score: float = 0.05) -> Evidence:
    body = f"{before}{text}"
    return Evidence(Article(text, "News", body, published=day), len(before), len(body), text, score)


@pytest.mark.parametrize(
    "text",
    [
        "Karl Finn took over from Ruth Amber on Monday.",
        "Karl Finn beat the incumbent, Ruth Amber, by 312 votes.",
        "Karl Finn, a baker, defeated Ruth Amber in the runoff.",
        "Karl Finn succeeds Ruth Amber, who goes to a bank.",
        "Ruth Amber was succeeded by Karl Finn on Monday.",
        "Ruth Amber handed over to Karl Finn on Monday.",
        "Amber lost the vote to Karl Finn.",
        "The town chose Karl Finn, by 80 votes to 61 for the holder of the post, Ruth Amber.",
        "Karl Finn was sworn in on Monday; he had defeated Ruth Amber in January.",
        "Amber's successor, Karl Finn, wants cheaper buses.",
        "After the retirement of Ruth Amber the town is now led by Karl Finn.",
        "Karl Finn sat in the chair as the successor of Ruth Amber.",
    ],
)
def test_the_one_who_followed(text: str) -> None:
    found = followed("Ruth Amber", sentence(text))
    assert found is not None and found.new == "Karl Finn"


@pytest.mark.parametrize(
    "text",
    [
        "Karl Finn met Ruth Amber on Monday.",
        "Karl Finn stood in for Ruth Amber at the fair.",
        "Ruth Amber beat Karl Finn by 312 votes.",
        "Karl Finn praised the mayor, Ruth Amber.",
    ],
)
def test_nobody_followed(text: str) -> None:
    found = followed("Ruth Amber", sentence(text))
    assert found is None or found.new != "Karl Finn"


def test_he_is_the_one_of_the_sentence_before() -> None:
    item = sentence("He beat the incumbent, Ruth Amber.", before="Karl Finn was sworn in at Osterly on Monday. ")
    found = followed("Ruth Amber", item)
    assert found is not None and found.new == "Karl Finn" and found.named is not None


OLD = sentence("The mayor of Osterly, Ruth Amber, opened the pool.", date(2018, 6, 11))
NEW = sentence("He defeated Ruth Amber.", date(2023, 2, 6), "Karl Finn was sworn in as head of the town of Osterly. ")
NEWEST = sentence("Osterly chose Ida Moss, who beat Karl Finn.", date(2024, 5, 6))
ANSWERED = Verdict((Claim("The mayor of Osterly is Ruth Amber.", (OLD,)),), "Ruth Amber")
WHO = "Who is the mayor of Osterly?"


def test_the_newer_holder_is_told_and_the_older_one_with_the_day() -> None:
    verdict = newest_holder(WHO, ANSWERED, [OLD, NEW], "now")
    assert verdict is not None and verdict.short == "Karl Finn"
    assert [e.start for e in verdict.claims[0].quotes] == [0, NEW.start]
    assert verdict.claims[1].text == "Earlier reports gave Ruth Amber (11 June 2018)."


def test_several_holders_follow_each_other() -> None:
    verdict = newest_holder(WHO, ANSWERED, [OLD, NEW, NEWEST], "now")
    assert verdict is not None and verdict.short == "Ida Moss"


def test_one_that_was_taken_back_is_followed_too() -> None:
    denied = Verdict((), None, "a later report ends that", denied=ANSWERED.claims[0])
    verdict = newest_holder(WHO, denied, [OLD, NEW], "now")
    assert verdict is not None and verdict.short == "Karl Finn"


def test_a_surname_alone_is_made_whole_by_its_quote() -> None:
    short = Verdict((Claim("Mayor Amber.", (OLD,)),), "Amber")
    verdict = newest_holder(WHO, short, [OLD, NEW], "now")
    assert verdict is not None and verdict.short == "Karl Finn"


def test_the_report_that_takes_it_back_may_say_who_followed() -> None:
    sold = sentence("Max Orban has sold the Dell Star to Petra Lisk.")
    denied = Verdict((), None, "a report says that", denied=Claim("Max Orban owns the Dell Star.", (sold,)))
    verdict = newest_holder("Who owns the Dell Star?", denied, [sold], "now")
    assert verdict is not None and verdict.short == "Petra Lisk" and len(verdict.claims) == 1


def test_who_it_was_stays() -> None:
    assert newest_holder("Who was the mayor of Osterly?", ANSWERED, [OLD, NEW], "then") is None
    elsewhere = sentence("Karl Finn defeated Ruth Amber in Kelda.", date(2023, 2, 6))
    assert newest_holder(WHO, ANSWERED, [OLD, elsewhere], "now") is None


def test_an_old_report_is_told_with_its_day() -> None:
    text = dated_if_old(WHO, ANSWERED, date(2024, 1, 1), "now").claims[0].text
    assert text == "As of 11 June 2018: The mayor of Osterly is Ruth Amber."
    assert dated_if_old(WHO, ANSWERED, date(2018, 9, 1), "now") == ANSWERED
    assert dated_if_old("Who opened the pool?", ANSWERED, date(2024, 1, 1), "then") == ANSWERED


def test_a_sentence_that_names_the_holder_bears_on_the_question_whatever_its_age() -> None:
    fair = sentence("The fair of Osterly opened on Sunday.", date(2024, 1, 7), score=0.2)
    best, second, last = lifted(WHO, [fair, OLD, NEW])
    assert best == OLD or best.quote == OLD.quote
    assert best.score > second.score > last.score
    assert lifted("When did the fair open?", [fair, OLD]) == (fair, OLD)


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("Who is the mayor of Osterly?", "mayor"),
        ("Who was the chief executive of Lumen Rail in 2020?", "chief executive"),
        ("Who's the current coach of Aldery Rovers?", "coach"),
        ("Who won the Osterly regatta?", None),
        ("Where is the mayor of Osterly?", None),
    ],
)
def test_the_office_asked_about(question: str, role: str | None) -> None:
    office = office_asked(question)
    assert (office and office.role) == role
    if office:
        assert "2020" not in office.of


@pytest.mark.parametrize(
    "text",
    [
        "Karl Finn was sworn in as head of the town of Osterly.",
        "The mayor of Osterly, Karl Finn, opened the fair.",
        "Karl Finn, mayor of Osterly, opened the fair.",
        "Karl Finn was elected mayor of Osterly on Sunday.",
    ],
)
def test_a_later_article_that_states_another_holder_is_told(text: str) -> None:
    verdict = newest_holder(WHO, ANSWERED, [OLD, sentence(text)], "now")
    assert verdict is not None and verdict.short == "Karl Finn"


def test_the_office_may_stand_in_the_headline() -> None:
    body = "The council said on Monday that Ida Moss, a teacher, takes over in May."
    item = Evidence(Article("h", "Osterly has a new mayor", body, published=date(2024, 3, 4)), 0, len(body), body, 0.1)
    verdict = newest_holder(WHO, ANSWERED, [OLD, item], "now")
    assert verdict is not None and verdict.short == "Ida Moss"


@pytest.mark.parametrize(
    "text",
    [
        "The deputy mayor of Osterly, Karl Finn, opened the fair.",
        "The former mayor of Osterly, Karl Finn, opened the fair.",
        "Karl Finn won the Osterly race, and the mayor cheered.",
        "Karl Finn, a candidate for mayor of Osterly, spoke.",
        "The mayor of Osterly, Ruth Amber, opened the fair.",
        "The mayor of Kelda, Karl Finn, opened the fair.",
    ],
)
def test_no_other_holder_is_stated(text: str) -> None:
    assert newest_holder(WHO, ANSWERED, [OLD, sentence(text)], "now") is None
