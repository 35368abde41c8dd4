"""What a browser printed as text is read without the edges of its sheets."""

from __future__ import annotations

import pytest

from rag.ingest.formats.exports.printout import printed_page

TITLE = "Ferry to close in May"
ONE = "The last ferry on the Sund will sail on May 30, the company said after a meeting that took all of"
TWO = "the morning. A bridge takes its place."
CHROME = "18.01.26, 10:22        {title} | Sund Post\n\n{title}\n\n{one}\n\nhttps://sund.example/ferry    1/2\n\n"
CHROME += "\f18.01.26, 10:22        {title} | Sund Post\n\n{two}\n\nhttps://sund.example/ferry    2/2\n"
FIREFOX = "{title}      https://sund.example/ferry\n\n{title}\n\n{one}\n\n1 sur 2     18/01/2026 10:22\n\n"
FIREFOX += "{title}      https://sund.example/ferry\n\n{two}\n\n2 sur 2     18/01/2026 10:22\n"
AMERICAN = (
    "1/18/2026, 10:22 AM        {title} - Sund Post\n\n{title}\n\n{one}\n{two}\n\nfile:///C:/a.html    Page 1 of 1\n"
)


@pytest.mark.parametrize(
    ("sheets", "url", "source"),
    [
        (CHROME, "https://sund.example/ferry", "Sund Post"),
        (FIREFOX, None, None),
        (AMERICAN, None, "Sund Post"),
    ],
)
def test_the_edges_of_sheets_are_no_text(sheets: str, url: str | None, source: str | None) -> None:
    found = printed_page(sheets.format(title=TITLE, one=ONE, two=TWO))
    assert found is not None
    assert found.text == f"{TITLE}\n\n{ONE}\n{TWO}"
    assert (found.url, found.source) == (url, source)


def test_a_title_that_only_the_edge_has_stays() -> None:
    found = printed_page(f"18.01.26, 10:22     {TITLE}\n\n{ONE}\n{TWO}\n\nhttps://sund.example/ferry    1/1\n")
    assert found is not None and found.text == f"{TITLE}\n\n{ONE}\n{TWO}"


@pytest.mark.parametrize("text", [f"{TITLE}\n\n18.01.26, 10:22\n\n{ONE}", f"{TITLE}\n\n{ONE}\n\nPage 1 of 2\n", "1/2"])
def test_other_texts_are_no_print(text: str) -> None:
    assert printed_page(text) is None
