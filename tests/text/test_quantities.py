"""What a text counts and measures, whatever the spelling and the unit."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.quantities import Quantity, agree, carries, comparable, quantities
from rag.text.timex.calendar import Day
from tests.support.growth import grows_linearly


def one(text: str) -> Quantity:
    found = quantities(text)
    assert len(found) == 1, [q.text for q in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("2,500,000 people", "count", 2_500_000, ""),
        ("2.5 million people", "count", 2_500_000, ""),
        ("some 2.5mn", "number", 2_500_000, ""),
        ("half a million homes", "count", 500_000, ""),
        ("a dozen eggs", "count", 12, ""),
        ("two hundred and fifty sheep", "count", 250, ""),
        ("twenty-five boats", "count", 25, ""),
        ("two and a half years", "duration", 2.5, "year"),
        ("a 25-year-old", "duration", 25, "year"),
        ("a 50-foot wave", "length", 50, "foot"),
        ("a 16-pound turkey", "weight", 16, "pound"),
        ("$1.2bn", "money", 1.2e9, "USD"),
        ("5 billion dollars", "money", 5e9, "USD"),
        ("A$300", "money", 300, "AUD"),
        ("5 million Canadian dollars", "money", 5e6, "CAD"),
        ("30 Hong Kong dollars", "money", 30, "HKD"),
        ("11 million Swedish kronor", "money", 11e6, "SEK"),
        ("4.2 million Czech crowns", "money", 4.2e6, "crown"),
        ("three crowns", "count", 3, ""),
        ("7.5m Swiss francs", "money", 7.5e6, "CHF"),
        ("1,500 South Korean won", "money", 1500, "KRW"),
        ("300 Egyptian pounds", "money", 300, "GBP"),
        ("Rs 500 crore", "money", 5e9, "INR"),
        ("CHF 2 million", "money", 2e6, "CHF"),
        ("€30m", "money", 30e6, "EUR"),
        ("50 cents", "money", 0.5, "USD"),
        ("7 per cent", "percent", 7, "%"),
        ("one in five adults", "percent", 20, "%"),
        ("3 percentage points", "points", 3, "point"),
        ("25 basis points", "points", 0.25, "point"),
        ("40 degrees Celsius", "temperature", 40, "C"),
        ("104°F", "temperature", 104, "F"),
        ("30 miles per hour", "speed", 30, "mph"),
        ("26 square km", "area", 26, "square km"),
        ("six more weeks", "duration", 6, "week"),
        ("the 80th birthday", "ordinal", 80, ""),
        ("the twenty-first", "ordinal", 21, ""),
        ("they won 3-2", "score", 3, ""),
        ("at 3:30 p.m. sharp", "clock", 930, ""),
    ],
)
def test_a_quantity_is_read(text: str, kind: str, value: float, unit: str) -> None:
    found = one(text)
    assert (str(found.kind), found.unit) == (kind, unit)
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("28 September 2024", Day(2024, 9, 28)),
        ("Sept. 28, 2024", Day(2024, 9, 28)),
        ("in September 2026", Day(2026, 9)),
        ("on Friday", Day(weekday=4)),
        ("Friday, 27 September", Day(None, 9, 27, 4)),
        ("by 2026", Day(2026)),
        ("2024-09-28", Day(2024, 9, 28)),
    ],
)
def test_a_date_is_read(text: str, day: Day) -> None:
    assert one(text).day == day


@pytest.mark.parametrize("text", ["COVID-19", "F-16", "747s", "5G", "no one", "the one that got away", "may be", "won"])
def test_what_is_no_quantity(text: str) -> None:
    assert not quantities(text)


@pytest.mark.parametrize(("text", "high"), [("3-5 days", 5), ("between 3 and 5 miles", 5), ("10 to 15 people", 15)])
def test_a_range_has_two_ends(text: str, high: float) -> None:
    assert one(text).high == high


def test_a_rise_is_no_range() -> None:
    assert [q.value for q in quantities("from 7% to 38%")] == [7, 38]


@pytest.mark.parametrize(
    ("text", "approx"),
    [("about 30", "about"), ("more than 30", "over"), ("nearly 30", "under"), ("30 or so", "about"), ("30", "")],
)
def test_how_exact_a_number_is(text: str, approx: str) -> None:
    assert one(text).approx == approx


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2.5 million people", "2,500,000 people"),
        ("30 miles", "48 km"),
        ("300 miles", "480 km"),
        ("100F", "38 degrees Celsius"),
        ("100 acres", "40 hectares"),
        ("10 kg", "22 lb"),
        ("5%", "5 per cent"),
        ("about 500 guests", "512 guests"),
        ("two weeks", "14 days"),
        ("one in five", "20%"),
        ("30 pounds", "£30"),
        ("September 2026", "2026"),
        ("12 killed", "12 people dead"),
    ],
)
def test_the_same_in_other_words(a: str, b: str) -> None:
    assert agree(one(a), one(b))
    assert agree(one(b), one(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("30 miles", "30 killed"),
        ("5%", "5 people"),
        ("$5", "€5"),
        ("3%", "3 percentage points"),
        ("12 killed", "12 injured"),
        ("40 goats", "40 sheep"),
        ("30 miles", "30 km per hour"),
        ("2026", "2,026 people"),
    ],
)
def test_what_cannot_be_compared(a: str, b: str) -> None:
    assert not comparable(one(a), one(b))
    assert not agree(one(a), one(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("12 killed", "15 killed"),
        ("30 miles", "60 km"),
        ("3%", "3.5%"),
        ("September 2026", "September 2025"),
        ("2-1", "3-1"),
    ],
)
def test_what_can_be_compared_and_differs(a: str, b: str) -> None:
    assert comparable(one(a), one(b))
    assert not agree(one(a), one(b))


def test_a_rounded_number_does_not_carry_an_exact_one() -> None:
    assert carries(one("2,512,345 people"), one("2.5 million people"))
    assert not carries(one("2.5 million people"), one("2,512,345 people"))
    assert not carries(one("about 500"), one("512"))


def test_what_is_counted_may_have_another_name_where_a_claim_is_carried() -> None:
    assert carries(one("12 residents"), one("12 people"))
    assert not carries(one("12 killed"), one("12 hurt"))


@given(st.text(st.sampled_from("0123456789 ,.-–$€%½°:aandtwohalfmillionMayFri½٣"), max_size=60) | st.text())
def test_offsets_are_exact_and_nothing_raises(text: str) -> None:
    found = quantities(text)
    assert all(text[q.start : q.end] == q.text and q.text for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for a, b in pairwise(found):
        assert agree(a, a) or a.value != a.value or a.value in (float("inf"), float("-inf"))
        assert not agree(a, b) or comparable(a, b)
        carries(a, b)


@pytest.mark.parametrize("piece", ["1 ", "1,000-", "half a million ", "May 1 ", "over ", "twenty ", "a "])
def test_time_grows_with_length(piece: str) -> None:
    assert grows_linearly(lambda n: quantities(piece * n), 1_000)
