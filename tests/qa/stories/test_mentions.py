"""Which sentences speak of a name: in full, in short, by a model number, by a pronoun."""

from __future__ import annotations

import pytest

from rag.qa.stories.mentions import Mentions
from rag.text.sentences import sentence_spans
from rag.types import Article


def spoken(name: str, body: str, title: str = "News") -> list[bool]:
    article = Article("a", title, body)
    return Mentions(name).sentences(article, sentence_spans(body))


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("Tess Marlow", "Tess Marlow runs the port. Marlow sold two cranes. The cranes are red.", [True, True, False]),
        ("tess marlow", "Tess Marlow runs the port. Marlow sold two cranes.", [True, True]),
        ("Tess Marlow", "Tess Marlow runs the port. She sold two cranes. It rained.", [True, True, False]),
        ("Airline A77", "The Airline A77 flew twice. The A77 is late. Airline staff waited.", [True, True, False]),
        ("Airbus", "Airbus sold ten jets. The Airbus A380 landed in Oslo.", [True, False]),
        ("China Eastern Airlines", "China Eastern Airlines bought jets. China Eastern paid cash.", [True, True]),
        ("United States Air Force", "The U.S. Air Force chose a tanker. The US Air Force paid.", [True, True]),
        ("Brandt Steel Works", "Brandt Steel Works (BSW) closed. BSW had 40 staff. Rain fell.", [True, True, False]),
        ("Kelda Harbour", "The harbour is full. Kelda is a town.", [False, False]),  # never by its name
    ],
)  # fmt: skip
def test_names(name: str, body: str, expected: list[bool]) -> None:
    assert spoken(name, body) == expected


def test_the_name_may_stand_in_the_headline_alone() -> None:
    assert spoken("Tess Marlow", "Marlow left the port on Friday.", "Tess Marlow quits") == [True]


def test_a_pronoun_counts_only_after_its_own_subject() -> None:
    body = "The crane was bought by a firm that Tess Marlow once led. It broke on Friday."
    assert spoken("Tess Marlow", body) == [True, False]
