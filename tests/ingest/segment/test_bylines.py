"""Names in bylines: one parser for lines of text, pages and records."""

from __future__ import annotations

import pytest

from rag.ingest.segment.bylines import Byline, byline, names_joined, people


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Por José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Por Inés Vidal y de los Ríos", ["Inés Vidal y de los Ríos"]),
        ("Por João Costa e Silva", ["João Costa e Silva"]),
        ("Por Elena Pons y Serra y Luis Gil Mora", ["Elena Pons y Serra", "Luis Gil Mora"]),
        ("Por Ana Ruiz y Luis Gil", ["Ana Ruiz", "Luis Gil"]),
        ("Di Anna Rossi e Luca Bianchi", ["Anna Rossi", "Luca Bianchi"]),
        ("Von Ida Lund und Bo Wirth", ["Ida Lund", "Bo Wirth"]),
        ("By Jane Roe & John Doe", ["Jane Roe", "John Doe"]),
        ("By Jane and Bob", ["Jane", "Bob"]),
        ("Door onze redacteuren Sjoerd Veer en Fleur ten Brink", ["Sjoerd Veer", "Fleur ten Brink"]),
        ("De notre envoyé spécial à Corran, Yann Le Goff", ["Yann Le Goff"]),
        ("Dalla nostra inviata Chiara Neri", ["Chiara Neri"]),
        ("By Jane Roe, with additional reporting by Bo Lee", ["Jane Roe", "Bo Lee"]),
    ],
)
def test_a_word_for_and_joins_two_people_or_two_names_of_one(line: str, names: list[str]) -> None:
    assert byline(line) == Byline(tuple(names))
    assert people([line]) == tuple(names)


def test_an_agency_before_and_is_no_part_of_a_name() -> None:
    assert people(["EFE y Ana Ruiz"]) == ("Ana Ruiz",)
    assert people(["Redacción y Ana Ruiz Mora"]) == ("Ana Ruiz Mora",)


def test_in_records_only_full_names_are_set_apart() -> None:
    assert names_joined("Centre for Arts and Crafts") == ["Centre for Arts and Crafts"]
    assert names_joined("Ida Lund og Bo Ek") == ["Ida Lund", "Bo Ek"]
    assert names_joined("Rosa Rovira i Mas") == ["Rosa Rovira i Mas"]


@pytest.mark.parametrize(
    ("line", "name"),
    [("김서연 기자", "김서연"), ("作者：佟丽娟", "佟丽娟"), ("Jane Roe Posted May 5, 2024", "Jane Roe")],
)
def test_what_is_around_a_name_is_no_part_of_it(line: str, name: str) -> None:
    assert people([line]) == (name,)
