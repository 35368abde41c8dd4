"""Dates as programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.timex.machine import parse_machine_stamp


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Fri, 06 Dec 24 07:05:00 EST", "2024-12-06 07:05:00-05:00"),
        ("06 Dec 24 07:05 GMT", "2024-12-06 07:05:00+00:00"),
        ("3 Jan 99 11:00 UT", "1999-01-03 11:00:00+00:00"),
        ("Fri, 6 Dec 2024 7:05:00 MET", "2024-12-06 07:05:00+01:00"),
        ("Fri, 06 Dec 2024 07:05:00 Z", "2024-12-06 07:05:00+00:00"),
        ("026, 26 Mar 2023 22:43:38 +0000", "2023-03-26 22:43:38+00:00"),
        ("vie, 06 dic 2024 10:11:12 +0100", "2024-12-06 10:11:12+01:00"),
        ("ven., 06 déc. 2024 07:05:00 +0100", "2024-12-06 07:05:00+01:00"),
        ("пт, 06 дек. 2024 10:00:00 +0300", "2024-12-06 10:00:00+03:00"),
        ("pt, 6 grudnia 2024 10:00", "2024-12-06 10:00:00"),
        ("1733427600", "2024-12-05 19:40:00+00:00"),
        ("1733427600000", "2024-12-05 19:40:00+00:00"),
        ("2017-08-01 13:55:44.364419679 +0200 CEST", "2017-08-01 13:55:44+02:00"),
        ("2017-08-01 13:55:44.36 +0200 CEST m=+0.000011", "2017-08-01 13:55:44+02:00"),
        ("Thursday, 05 December 2024 - 18:20", "2024-12-05 18:20:00"),
        ("6 Dec 2024", "2024-12-06"),
        ("45632", "2024-12-06"),  # as spreadsheets keep days
        ("45632.75", "2024-12-06"),
    ],
)
def test_the_moment_that_a_program_means(text: str, moment: str) -> None:
    assert str(parse_machine_stamp(text)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "12", "2024", "20241", "99999", "0000000001", "9999999999",
        "6 Foo 2024", "no date", "31 Feb 24 07:05 GMT",
    ],
)  # fmt: skip
def test_what_names_no_moment(text: str) -> None:
    assert parse_machine_stamp(text) is None


@given(st.text(max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    parse_machine_stamp(text)
