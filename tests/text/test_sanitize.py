"""What a model wrote as plain words, whatever it wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sanitize import UNSEEN, asks_address, plain_draft, shown_quote, without_addresses


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        ("**Answer:** September 2026 [1], [2].", "September 2026."),
        ("The port will cut [412](https://evil.example/offer) jobs⁹.", "The port will cut 412 jobs."),
        ("The [port][p] opens [1](https://evil.example).", "The port opens."),
        ("<think>\nIt may be 14 May [9].\n</think>\n\nThe ferry sails on 14 May [1].", "The ferry sails on 14 May."),
        ("It may be May.</think> On 14 May.", "On 14 May."),
        ("<think>It never ends", ""),
        ("The <b>port</b> opens <img src=x onerror=y> at ten.", "The port opens at ten."),
        ("The ferry\U000e0020\u200b sails", "The ferry sails"),
        ("It covers 30 km² of land.", "It covers 30 km² of land."),
    ],
)
def test_a_draft_is_its_words(draft: str, left: str) -> None:
    assert plain_draft(draft) == left


@pytest.mark.parametrize(
    "planted",
    [
        "(evil.example)", "see //evil.example/x", "at hxxps://evil.example", "via www.evil.example",
        "to a.b@evil.example",
        "(see evil[.]example)", "at еvil。example", "evil.example/?q=typed", "at https://evil.example/a_(b)",
    ],
)  # fmt: skip
def test_an_address_goes_with_what_leads_to_it(planted: str) -> None:
    assert without_addresses(f"It opens {planted}.", "It opens at evil, the example said.", False) == "It opens."


def test_names_with_a_dot_stay_where_the_quote_has_them() -> None:
    quote = "Booking.com will cut jobs, see https://a.example/x for more."
    assert without_addresses("Booking.com will cut jobs.", quote, False) == "Booking.com will cut jobs."
    assert without_addresses("Bocking.com will cut jobs.", quote, False) == "will cut jobs."
    assert without_addresses("See https://a.example/x now.", quote, True) == "See https://a.example/x now."
    assert without_addresses("See https://a.example/y now.", quote, True) == "See now."
    for text in ("The U.S. vote is at 3 p.m. on Monday.", "St. Louis paid $3.5 million to J.P. Morgan Inc."):
        assert without_addresses(text, "", False) == text


def test_who_asks_for_an_address_gets_one() -> None:
    assert asks_address("Where can people apply?") and asks_address("What is the website of the fund?")
    assert not asks_address("Where did the leaders meet?") and not asks_address("How many jobs will go?")


def test_a_quote_in_an_answer_links_and_loads_nothing() -> None:
    quote = "It opens in June ![x](https://evil.example/p.png) [9], see https://evil.example/y, says\nBooking.com."
    assert shown_quote(quote) == "It opens in June … (9), see … says Booking.com."
    assert "https://evil.example/y" in shown_quote(quote, asked=True)


@pytest.mark.parametrize(
    "piece", ["\n", " ", "[", "![", "[1,", "<", "<a ", "a.", "1.", "-.", "a@", "(", "//a", "<think>"]
)
@pytest.mark.timeout(60)  # quadratic in a million it would be hours
def test_much_of_anything_takes_no_time(piece: str) -> None:
    without_addresses(plain_draft(piece * 1_000_000), piece * 200, False)


@pytest.mark.parametrize("draft", ["://", "It is ://.", "é://x opens.", "See :(see)//x https://a.example."])
def test_no_address_is_left_without_its_scheme(draft: str) -> None:
    assert "://" not in without_addresses(draft, "", False)


@given(st.text())
def test_nothing_unseen_is_left_of_any_draft(draft: str) -> None:
    left = without_addresses(plain_draft(draft), draft, False)
    assert not UNSEEN.search(left) and "://" not in left and not UNSEEN.search(shown_quote(draft))
