"""Which language a question is in; names and single words tell nothing."""

import pytest

from rag.text.reading.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Läden wurden in der Stadt geschlossen?", "German"),
        ("Wer hat die Wahl in Corwen gewonnen?", "German"),
        ("Combien de maisons sont inondées à Corwen ?", "French"),
        ("¿Cuántas casas se quemaron en Corwen?", "Spanish"),
        ("Chi ha vinto la gara di Corwen?", "Italian"),
        ("Quem ganhou as eleições em Corwen?", "Portuguese"),
        ("Wie won de verkiezing in Corwen?", "Dutch"),
        ("Kto jest burmistrzem miasta Corwen?", "Polish"),
        ("Кто мэр города Корвен?", "Cyrillic"),
        ("科尔文的市长是谁", "Chinese or Japanese"),
        ("Who was the Bürgermeister of Corwen in 1950?", "English"),
        ("Did the man die in the war?", "English"),
        ("Luis da Corva beat Jan van der Berg in Brazil’s runoff. Luis da Corva was also president in:", None),
        ("Ana de la Torre, Luis de la Vega y Marta del Río", None),
        ("Chi ha battuto Luis da Corva nella gara di Corwen?", "Italian"),
        ("Corwen bridge toll", None),
        ("", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language
