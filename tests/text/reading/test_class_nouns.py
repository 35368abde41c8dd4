"""'The vessel' is the ferry of the sentence before, where the article has one ferry."""

import pytest

from rag.text.reading.class_nouns import others, referents


def meant(title: str, body: str, sentence: str) -> list[str]:
    start = body.index(sentence)
    return [r.meant for r in referents(title, body, start, start + len(sentence))]


@pytest.mark.parametrize(
    ("body", "sentence", "name"),
    [
        ("The ferry Kittiwake was sold on Monday.\n\nThe vessel was built in 1998.", "The vessel was", "Kittiwake"),
        ("The Aldous Tower was finished on Monday. The building has 38 floors.", "The building", "Aldous Tower"),
        (
            "A fire broke out at a carpet factory in Wick.\n\nThe factory, owned by the Moss family, is old.",
            "The factory, owned by the Moss family",
            "carpet factory Wick",
        ),
        ("Penrose Clocks moves to Holm.\n\nThe company employs 640 people.", "The company", "Penrose Clocks"),
        ("The Harbour Act passed on Monday.\n\nThe law forbids nets.", "The law", "Harbour Act"),
        ("The Grand hotel in Wick shut.\n\nThe hotel has 90 rooms.", "The hotel", "Grand Wick"),
    ],
)
def test_one_thing_of_the_class_is_meant(body: str, sentence: str, name: str) -> None:
    assert meant("News", body, sentence) == [name]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("The freighter Auk and the trawler Tern collided.\n\nThe ship is 96 metres long.", "The ship is 96"),
        ("The ferry Auk was sold.\n\nThe price of coal rose.", "The price of coal"),
        ("It rained.\n\nThe ship is 96 metres long.", "The ship is 96"),
        ("The ferry Auk was sold.\n\nThe ship Tern is 96 metres long.", "The ship Tern"),
    ],
)
def test_where_several_or_none_could_be_meant_nothing_is(body: str, sentence: str) -> None:
    assert meant("News", body, sentence) == []


def test_the_others_of_the_class_are_known() -> None:
    body = "The freighter Auk and the trawler Tern collided.\n\nThe freighter is 96 metres long."
    start = body.index("The freighter is")
    assert meant("News", body, "The freighter is") == ["Auk"]
    assert others("News", body, start, len(body)) == ("Tern",)
