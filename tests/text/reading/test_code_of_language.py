"""The language of an article that states none: told where its commonest words make it sure, else not."""

from __future__ import annotations

import pytest

from rag.text.reading.language import code_of_language

TEXTS = {
    "en": "The weir at Talbrook gave way on Sunday night, and the meadows were under water by the morning. It was old.",
    "de": "Das Wehr in Talbrook ist in der Nacht auf Sonntag gebrochen, und die Wiesen standen am Morgen unter Wasser.",
    "fr": "Le barrage de la rivière a cédé dans la nuit de dimanche, et les prés étaient sous l'eau au matin.",
    "es": "La presa del río se rompió en la noche del domingo y los prados estaban bajo el agua por la mañana.",
    "pl": "Zapora na rzece pękła w nocy z soboty na niedzielę i łąki były rano pod wodą. Nie jest to nowa budowla.",
    "ca": "La presa del riu es va trencar en la nit de diumenge i els prats eren sota l'aigua al matí. Va ser la que "
    "els pagesos havien fet amb les mans.",
    "ja": "堰は日曜日の夜に壊れ、朝までに牧場が水の下になりました。",
    "zh": "周日夜里堤坝决口，到早上牧场已被水淹没，没有人受伤。",
    "el": "Το φράγμα έσπασε τη νύχτα της Κυριακής και τα λιβάδια ήταν κάτω από το νερό.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_language_by_its_commonest_words(code: str) -> None:
    assert code_of_language(" ".join(6 * [TEXTS[code]])) == code


@pytest.mark.parametrize("code", TEXTS)
def test_a_short_text_is_of_no_other_language(code: str) -> None:
    """Its few common words may be those of two: it is told only where one is far ahead."""
    assert code_of_language(TEXTS[code]) in (code, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Weir gone",
        "Плотина прорвалась в ночь на воскресенье, и луга к утру были под водой.",  # or Bulgarian, for all that is sure
        "Anna Rossi 3, Ida Lund 2, Bo Lee 1, Per Moe 0",
        "The weir is gone. Das Wehr ist weg und die Wiesen sind unter dem Wasser. And the meadows are under the water.",
    ],
)
def test_what_is_not_sure_is_not_told(text: str) -> None:
    assert code_of_language(text) is None
