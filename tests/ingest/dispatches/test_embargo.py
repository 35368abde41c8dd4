"""Embargoes that are printed above a text: when they end, and what is done where nobody can tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag.ingest.dispatches.embargo import embargo_end, under_printed_embargo
from rag.ingest.page import LeftOut, Page
from tests.conftest import OpenNews


@pytest.mark.parametrize(
    ("stated", "end"),
    [
        ("FOR RELEASE AT 5:00 A.M. EST, JAN. 2, 2031", "2031-01-02T05:00:00-05:00"),
        ("10:00 GMT, 2 January 2031", "2031-01-02T10:00:00+00:00"),
        ("0001 GMT Thursday 2 January 2031", "2031-01-02T00:01:00+00:00"),
        ("00:01 (UK time) 2 Jan 2031", "2031-01-02T00:01:00"),
        ("noon on 2 January", "2031-01-02T12:00:00"),
        ("2. Januar 2031, 10 Uhr", "2031-01-02T10:00:00"),
        ("2.1.2031, 10.00 Uhr", "2031-01-02T10:00:00"),
        ("2 janvier 2031 à 10h00", "2031-01-02T10:00:00"),
        ("2 de enero de 2031 a las 10:00", "2031-01-02T10:00:00"),
        ("midnight 1 January 2031", "2031-01-02T00:00:00"),
        ("6 p.m. U.S. Eastern Time, Jan. 2, 2031", "2031-01-02T18:00:00-05:00"),
        ("00.01hrs Thursday 2 January 2031", "2031-01-02T00:01:00"),
        ("2 January 2031", "2031-01-02T00:00:00"),
        ("the minister speaks", None),
    ],
)
def test_when_an_embargo_ends(stated: str, end: str | None) -> None:
    found = embargo_end(stated, date(2030, 12, 28))
    assert (found.isoformat() if found else None) == end


TEXT = "The prize went to a chemist, the academy said.\n\nShe is 71 and works in Uppsala."


@pytest.mark.parametrize(
    "line",
    ["EMBARGOED UNTIL 10:00 GMT, 2 January 2031", "STRICTLY EMBARGOED: 10:00 2 January 2031",
     "Embargo: 2 January 2031, 10am", "Not for publication before 10 am, Thursday 2 January 2031",
     "Sperrfrist: 2. Januar 2031, 10 Uhr", "UNDER EMBARGO UNTIL 2 January 2031, 10:00"],
)  # fmt: skip
def test_an_embargo_above_a_text(line: str) -> None:
    page = under_printed_embargo(Page("a.txt", f"Prize goes to chemist\n\n{line}\n\n{TEXT}"))
    assert page.embargo and page.embargo.isoformat()[:16] == "2031-01-02T10:00"
    assert page.text.split("\n") == ["Prize goes to chemist", "", "", *TEXT.split("\n")]


def test_an_embargo_in_a_headline() -> None:
    page = under_printed_embargo(Page("a.eml", TEXT, title="EMBARGOED until 2 January 2031: Prize goes to chemist"))
    assert page.embargo and page.embargo.isoformat() == "2031-01-02T00:00:00"


@pytest.mark.parametrize(
    "line",
    ["Embargo on Russian oil until 2031", "Embargo lifted on oil", "FOR IMMEDIATE RELEASE",
     "Embargoed oil finds buyers",
     "The embargo ends on 2 January 2031, the minister told the house, and no day sooner than that."],
)  # fmt: skip
def test_news_of_embargoes_is_under_none(line: str) -> None:
    page = Page("a.txt", f"{line}\n\n{TEXT}")
    assert under_printed_embargo(page) is page


def test_a_line_that_forbids_to_publish_and_names_no_day_keeps_a_text_out(open_news: OpenNews, tmp_path: Path) -> None:
    with pytest.raises(LeftOut, match="whose end is not understood"):
        under_printed_embargo(Page("a.txt", f"NOT FOR RELEASE BEFORE 10 AM\n\n{TEXT}"))
    (tmp_path / "a.txt").write_text(
        f"EMBARGOED UNTIL 10:00 GMT, 2 January 2099\n\nPrize goes to chemist\n20 November 2024\n\n{TEXT}", "utf-8"
    )
    news = open_news()
    (item,) = news.add(tmp_path / "a.txt").items
    assert (item.status, item.title) == ("embargoed", None)
    assert not news.articles()
