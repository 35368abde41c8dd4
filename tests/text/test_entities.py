"""Names are found whole, and where they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.entities import names, question_names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the St. Petersburg mayor resigned", ["St. Petersburg"]),
        ("the Bank of England's rate", ["Bank of England"]),
        ("a ball for J. R. Smith of Ohio", ["J. R. Smith of Ohio"]),
        ("a ball for J.R. Smith", ["J.R. Smith"]),
        ("the commander, Ali Karki, was killed", ["Ali Karki"]),
        ("said Ursula von der Leyen in Kyiv", ["Ursula von der Leyen", "Kyiv"]),
        ("asked van der Bellen", ["van der Bellen"]),
        ("met Abdel Fattah al-Sisi and Mohammed bin Salman", ["Abdel Fattah al-Sisi", "Mohammed bin Salman"]),
        (
            "near Coeur d'Alene, Ann l’Estrange met Bashar al-Assad",
            ["Coeur d'Alene", "Ann l’Estrange", "Bashar al-Assad"],
        ),
        ("in Hayat ar-Rahman's house", ["Hayat ar-Rahman"]),
        ("in the U.S. and Britain", ["U.S.", "Britain"]),
        ("for the U.S. Supreme Court", ["U.S. Supreme Court"]),
        ("at Stratford-upon-Avon", ["Stratford-upon-Avon"]),
        ("near Jean-Luc Picard’s house", ["Jean-Luc Picard"]),
        ("told NATO on TUESDAY", ["NATO", "TUESDAY"]),
        ("at McDonald's, O'Brien ate", ["McDonald", "O'Brien"]),
        ("Martin Luther King Jr. spoke", ["Martin Luther King Jr."]),
        ("The Bank of England met. In May it rose. He left", ["Bank of England", "May"]),
        ("Ferries stopped", ["Ferries"]),
        ("It is in The Hague", ["The Hague"]),
        ("bought from AT&T and Marks & Spencer", ["AT&T", "Marks & Spencer"]),
        ("Biden left. Trump came", ["Biden", "Trump"]),
        ("by Élodie Çelik", ["Élodie Çelik"]),
        ("an iPhone for us", []),
        ("", []),
    ],
)
def test_names_are_runs_of_capitals(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_the_first_word_of_a_question_is_no_name() -> None:
    assert question_names("Ferries to Erle Bay: how many sail?") == ["Erle Bay"]


@given(st.text(alphabet="ABab St.J'’s-& \n", max_size=60))
def test_names_are_parts_of_the_text_in_its_order(text: str) -> None:
    at = 0
    for name in names(text):
        assert name
        at = text.index(name, at) + len(name)
