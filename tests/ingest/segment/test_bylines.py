"""Names in bylines: one parser for lines of text, pages and records."""

from __future__ import annotations

import pytest

from rag.ingest.segment.bylines import Byline, byline, names_in, names_joined, people


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


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Words by Jane Roe · Photographs by Per Moe", ["Jane Roe"]),
        ("Photographs by Per Moe; words by Jane Roe", ["Jane Roe"]),
        ("Von Ida Lund, Bo Wirth und Jo Ek (Text) sowie Per Moe (Fotos)", ["Ida Lund", "Bo Wirth", "Jo Ek"]),
        ("Par Ida Lund (texte) et Per Moe (photos)", ["Ida Lund"]),
        ("Text und Fotos: Ida Lund", ["Ida Lund"]),
        ("Texto: Ana Ruiz / Fotos: Luis Gil Mora", ["Ana Ruiz"]),
        ("Propos recueillis par Yann Le Goff et Ida Lund", ["Yann Le Goff", "Ida Lund"]),
        ("Das Gespräch führte Ida Lund", ["Ida Lund"]),
        ("Intervista a cura di Anna Rossi", ["Anna Rossi"]),
        ("As told to Jane Roe", ["Jane Roe"]),
        ("Submitted by Jane Roe on Mon, 11/04/2024 - 09:12", ["Jane Roe"]),
        ("Soumis par Ida Lund le lun 04/11/2024 - 09:12", ["Ida Lund"]),
    ],
)
def test_those_who_wrote_are_the_authors(line: str, names: list[str]) -> None:
    assert byline(line) == Byline(tuple(names))
    assert people([line]) == tuple(names)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("desk@wire.example (Jane Roe)", ["Jane Roe"]),
        ("Jane Roe <roe@wire.example>, Bo Lee <lee@wire.example>", ["Jane Roe", "Bo Lee"]),
        ("Jane Roe | Northway Wire", ["Jane Roe"]),
        ("Jane Roe - Alles Neue", ["Jane Roe"]),
        ("Jane Roe | Bo Lee", ["Jane Roe", "Bo Lee"]),
        ("Jane Roe, Staff Writer", ["Jane Roe"]),
        ("Roe, Jane; van der Lee, Bo", ["Jane Roe", "Bo van der Lee"]),
        ("Jane Roe, Bo Lee; Ida Lund", ["Jane Roe", "Bo Lee", "Ida Lund"]),
        ("Ruby Lee", ["Ruby Lee"]),
        ("desk@wire.example", ["desk@wire.example"]),
    ],
)
def test_names_in_a_column_of_authors(line: str, names: list[str]) -> None:
    assert names_in(line, "Alles Neue") == names


@pytest.mark.parametrize(
    "label",
    ["Haber", "Muhabir", "Haber-Foto", "Dziennikarka", "Opracowanie", "Piše", "Szerző", "Zpravodaj", "Reporterin",
     "Toimittaja", "Verslaggever", "Periodista", "Giornalista", "Repórter", "Penulis", "Συντάκτης", "Корреспондент"],
)  # fmt: skip
def test_a_label_before_a_name_in_many_languages(label: str) -> None:
    assert byline(f"{label}: Ida Şahin") == Byline(("Ida Şahin",))
    assert people([f"{label}: Ida Şahin"]) == ("Ida Şahin",)


@pytest.mark.parametrize("line", ["Haber: Köprü yine kapandı", "Reporter: Thanks", "Writer: I never said so"])
def test_what_a_label_says_that_is_no_name(line: str) -> None:
    assert byline(line) is None


@pytest.mark.parametrize(
    "label", ["Napsal", "Napisała", "Pisze", "Írta", "Penulis", "Autorin", "Tác giả", "de", "Автор"]
)
def test_a_word_that_signs_without_a_colon(label: str) -> None:
    assert byline(f"{label} Ida Şahin") == Byline(("Ida Şahin",))


@pytest.mark.parametrize("line", ["De Gouden Eeuw", "de la Comisión Europea", "Autorin von drei Büchern", "de Velm"])
def test_words_that_sign_nothing(line: str) -> None:
    assert byline(line) is None
