"""Eight harbours, an article and a question each: a small set of an evaluation."""

from __future__ import annotations

from datetime import date
from typing import Any

from evals import EvalSet, Question
from tests.support.fakes import FakeLlm

TOWNS = ["Ashcombe", "Fenwray", "Corwen", "Oldmouth", "Tidewell", "Renwick", "Brannock", "Solvei"]
NUMBERS = ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"]


def town_articles() -> list[dict[str, Any]]:
    """An article a town, each saying how many boats its harbour has, on eight days running."""
    return [
        {
            "id": f"a{i}",
            "url": f"https://echo.example/{town.lower()}",
            "title": f"Harbour of {town}",
            "text": f"The harbour of {town} has {number} boats, the master said. Another was sunk in a storm.",
            "published": f"2024-09-0{i + 1}",
            "source": "Echo" if i % 2 else "Post",
        }
        for i, (town, number) in enumerate(zip(TOWNS, NUMBERS, strict=True))
    ]


def town_questions() -> list[Question]:
    return [
        Question(
            id=f"q{i}",
            question=f"How many boats has the harbour of {town}?",
            answers=(number,),
            date=date(2024, 9, i + 1),
            supporting=(f"http://www.echo.example/{town.lower()}/",),
            kind="even" if i % 2 == 0 else "odd",
        )
        for i, (town, number) in enumerate(zip(TOWNS, NUMBERS, strict=True))
    ]


def towns(*more: Question) -> EvalSet:
    questions = (*town_questions(), Question("u1", "Who is mayor of Ashcombe?", answerable=False, kind="none"), *more)
    return EvalSet("towns", "records", questions, records=town_articles)


def knowing() -> FakeLlm:
    """A model that knows all the answers, asked in the order of the set."""
    says = [f"The harbour of {town} has {number} boats." for town, number in zip(TOWNS, NUMBERS, strict=True)]
    return FakeLlm([*([text] for text in says), ["NOT FOUND"]])
