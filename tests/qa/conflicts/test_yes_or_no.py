"""Yes or no in a word, only where a sentence decides it."""

from __future__ import annotations

from datetime import date

import pytest

from rag.qa.conflicts.yes_or_no import yes_or_no
from rag.types import Article, Evidence

FIRE = "Marl Ridge fire is out"


def evidence(*quotes: str, title: str = FIRE, on: date = date(2024, 7, 24)) -> list[Evidence]:
    body = " ".join(quotes)
    article = Article(title + str(on), title, body, published=on)
    return [
        Evidence(article, (at := body.index(quote)), at + len(quote), quote, 0.5 - n / 20)
        for n, quote in enumerate(quotes)
    ]


@pytest.mark.parametrize(
    ("question", "quotes", "title", "word"),
    [
        ("Did anyone die in the Marl Ridge fire?", ("The fire burned 900 acres.", "Nobody was killed."), FIRE, "No"),
        ("Did the Corbo pilots strike?", ("Pilots of Corbo called off a strike on Friday.",), "Corbo", "No"),
        ("Will Ines Hale face charges?", ("Hale will face no charge.",), "Hale fined", "No"),
        ("Did Ines Hale win the Marl Prize?", ("The writer Ines Hale won the Marl Prize on Monday.",), "Prize", "Yes"),
        ("Did Ines Hale keep the prize?", ("Hale has been asked to send back the prize.",), "Hale", None),
        ("Did Ines Hale keep the prize?", ("Hale has given back the prize.",), "Ines Hale", "No"),
        (
            "Was the Corbo deal cancelled?",
            ("It pays less than the cancelled deal with Corbo.",),
            "Corbo",
            None,
        ),
        ("Did the Corbo pilots walk out before May?", ("Pilots of Corbo called off a strike.",), "Corbo", "No"),
        ("Did the Corbo pilots walk out before May?", ("Pilots of Corbo walked out on Friday.",), "Corbo", None),
        ("Ines Hale resigned?", ("Hale said she had offered to go and that they had refused.",), "Ines Hale", "No"),
        ("Did Ines Hale keep the prize money?", ("Ines Hale has lost her title.",), "Ines Hale", None),
        ("Did rain start the Marl Ridge fire?", ("Police no longer think that rain started it.",), FIRE, "No"),
        # A word that the sentence must have too.
        ("Is Ines Hale still missing?", ("Ines Hale is still missing.",), "Ines Hale", "Yes"),
        ("Is Ines Hale still missing?", ("Ines Hale was missing for two days.",), "Ines Hale", None),
        ("Were all the sailors of the Corbo rescued?", ("Ten sailors of the Corbo were rescued.",), "Corbo", None),
        ("Has Ines Hale sung at the gala before?", ("Ines Hale has sung at the gala before, in 2022.",), "Gala", "Yes"),
        ("Was Ines Hale the first to win twice?", ("Ines Hale was the second to win twice.",), "Ines Hale", None),
        # Left open: a claim, a plan, somebody else, background, an office, a comparison.
        ("Did Ines Hale take the money?", ("Ines Hale denied that she took the money.",), "Hale", None),
        ("Did the Corbo plant open?", ("The Corbo plant is due to open in May.",), "Corbo", None),
        ("Did Ines Hale resign?", ("Tom Berg of the council resigned on Monday.",), "Ines Hale fined", None),
        ("Did the Corbo pilots get a raise?", ("The pilots of Corbo have not had a raise since 2021.",), "Corbo", None),
        ("Is Ines Hale the mayor of Marl?", ("Ines Hale was elected mayor of Marl.",), "Marl", None),
        ("Did more people die in the Marl Ridge fire than before?", ("Nobody was killed.",), FIRE, None),
        ("Was anyone hurt in the Marl Ridge fire?", ('"Nobody was hurt," said a child.',), FIRE, None),
        ("Who died in the Marl Ridge fire?", ("Nobody was killed.",), FIRE, None),
    ],
)
def test_the_word_and_what_leaves_it_open(question: str, quotes: tuple[str, ...], title: str, word: str | None) -> None:
    verdict = yes_or_no(question, evidence(*quotes, title=title))
    assert (verdict.short if verdict else None) == word
    if verdict and word:
        assert verdict.claims[0].text.startswith(f"{word}, as of 24 July 2024: “")


def test_a_newer_report_of_the_same_leaves_an_older_word_unsaid() -> None:
    first = evidence("Nobody was killed.", on=date(2024, 7, 20))
    later = evidence("A firefighter died in the Marl Ridge fire.", on=date(2024, 7, 25))
    told = yes_or_no("Did anyone die in the Marl Ridge fire?", [*first, *later])
    assert told is not None and (told.short, told.claims[0].quotes) == ("Yes", (later[0],))
    unsure = evidence("Officials fear that a firefighter died in the Marl Ridge fire.", on=date(2024, 7, 25))
    assert yes_or_no("Did anyone die in the Marl Ridge fire?", [*first, *unsure]) is None


def test_an_article_that_says_both_decides_nothing() -> None:
    both = evidence("Nobody was killed in Marl.", "Two people died in the Marl Ridge fire on Monday.")
    assert yes_or_no("Did anyone die in the Marl Ridge fire?", both) is None
