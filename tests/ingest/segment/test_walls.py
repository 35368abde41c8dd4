"""Lines that ask for consent, and what outlets put between paragraphs: no text of an article."""

from __future__ import annotations

import pytest

from rag.ingest.segment.boilerplate import role
from rag.ingest.segment.walls import asks_consent


@pytest.mark.parametrize(
    "line",
    [
        "Al pulsar «Aceptar» usted consiente el uso de cookies propias y de terceros.",
        "Wij plaatsen alleen functionele cookies op deze site.",
        "Noi e terze parti utilizziamo cookie per migliorare la pagina.",
        "Avec votre accord, nos partenaires et nous utilisons des traceurs.",
        "Käytämme evästeitä, jotta sivusto toimii.",
    ],
)
def test_a_line_that_asks_for_consent(line: str) -> None:
    assert asks_consent(line)


@pytest.mark.parametrize(
    "line",
    [
        "The bakery sells cookies that keep for a week, and we like them.",
        "The regulator fined the firm for setting cookies without the consent of its users.",
        "“You agree to cookies without reading,” said the judge.",
    ],
)
def test_a_sentence_about_cookies_is_text(line: str) -> None:
    assert not asks_consent(line)


@pytest.mark.parametrize(
    "line",
    [
        "Zie je een fout in dit bericht? Mail de redactie.",
        "Fehler gefunden? Schreiben Sie uns.",
        "¿Ha visto un error? Avísenos.",
        "Abonnieren Sie unseren Kanal und verpassen Sie nichts.",
        "朝のニュースレターに登録すると、毎朝届きます。",
    ],
)
def test_what_is_said_to_readers_is_no_text(line: str) -> None:
    assert role(line, len(line.split())) == "boilerplate"
