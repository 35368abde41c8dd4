"""What a reader asks who has one article open: about it, or plainly about something else."""

from __future__ import annotations

from datetime import date

import pytest

from rag import Article, Filters, News, UsageError
from tests.conftest import OpenNews

PHONES = Article(
    "phones",
    "Marl schools to lock up phones",
    "Students in Marl put their phones into pouches from January. The board decided it in a 5-2 vote. Tom Berg and Ida "
    "Sorel voted no. The pouches cost the district $38,500.",
    date(2024, 11, 15),
    source="The Echo",
)
OTHERS = [
    Article("nobel", "Ines Corbo wins the Marl Prize", "Ines Corbo won the Marl Prize for a novel.", date(2024, 10, 1)),
    Article("ferry", "Ferry Solva aground", "The ferry Solva ran aground in fog.", date(2024, 6, 1)),
]


@pytest.fixture
def library(open_news: OpenNews) -> News:
    opened = open_news()
    opened.put([PHONES, *OTHERS])
    return opened


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [
        ("And who won the Marl Prize?", False),  # Marl is in the open article: not plainly another matter
        ("Who is Ines Corbo?", True),
        ("Why did the ferry Solva run aground?", True),
        ("what do the outlets say about the ferry", True),
        ("Who voted no?", False),
        ("How much do the pouches cost?", False),
        ("Summarise this article", False),
        ("Why?", False),
        ("Who wrote it?", False),
        ("What is the weather like?", False),  # no article speaks of it
        ("What does Zelda Quist say?", False),
        ("thanks", False),
    ],
)
def test_what_is_plainly_about_something_else(library: News, question: str, elsewhere: bool) -> None:
    assert library.is_elsewhere(question, "phones") is elsewhere


def test_what_the_scope_shuts_out_is_not_elsewhere(library: News) -> None:
    assert not library.is_elsewhere("Who is Ines Corbo?", "phones", filters=Filters(sources=("The Echo",)))
    with pytest.raises(UsageError, match="no article"):
        library.is_elsewhere("Who is Ines Corbo?", "gone")
