"""Words, numbers and names of two texts are compared in one form."""

from hypothesis import given
from hypothesis import strategies as st

from rag.text.tokens import content, related, tokens


def test_one_number_has_one_form() -> None:
    assert {"2500", "9", "1960"} <= set(tokens("some 2,500 troops, nine of them in 1960"))


def test_names_of_a_country_have_one_form() -> None:
    assert tokens("U.S.") == tokens("US") == tokens("United States")
    assert tokens("Britain") == tokens("the UK")[1:]


def test_us_is_not_the_united_states() -> None:
    assert tokens("they told us") != tokens("they told US")


def test_months_possessives_and_plurals() -> None:
    assert tokens("Sept.") == tokens("September")
    assert tokens("Nasrallah's airstrikes") == tokens("Nasrallah airstrike")


def test_a_name_of_letters_joined_by_an_ampersand_is_one_word() -> None:
    assert tokens("AT&T's bill") == ["at&t", "bill"]
    assert tokens("Lilo & Stitch") == tokens("Lilo Stitch")
    assert tokens("Smith&Wesson") == tokens("Smith Wesson")


def test_content_leaves_stopwords_out() -> None:
    assert content("When does the mission in Syria end?") == tokens("mission Syria end")


def test_demonyms_are_related_and_strangers_are_not() -> None:
    assert related("iraq", "iraqi")
    assert related("syria", "syrian")
    assert not related("iraq", "iran")
    assert not related("march", "mark")
    assert not related("star", "starlin")
    for country, people in (("Italy", "Italian"), ("China", "Chinese"), ("Russia", "Russians"), ("Japan", "Japanese")):
        assert related(tokens(country)[0], tokens(people)[0]), (country, people)


@given(st.text())
def test_any_text_has_tokens(text: str) -> None:
    assert all(tokens(text))
    assert set(content(text)) <= set(tokens(text))


def test_a_state_after_its_town_has_one_form() -> None:
    assert tokens("EL PASO, TX - Two men") == tokens("El Paso, Texas: two men")
    assert tokens("in Waco, Tex., on") == tokens("in Waco, Texas, on")
    assert tokens("Augusta, ME") == tokens("Augusta, Maine")


def test_words_that_look_like_a_state_stay_words() -> None:
    assert "oklahoma" not in tokens("Yes, OK, he said.")
    assert "indiana" not in tokens("FIRE IN PARIS, IN PICTURES")
    assert "maine" not in tokens("They told Ann, me and him.")
