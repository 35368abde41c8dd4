"""What pages print above, between and around the lines of an article, and old ones without any markup for it."""

from __future__ import annotations

from datetime import date

from rag.ingest.html.page import read
from rag.ingest.page import Page

ONE = "The weir at Talbrook gave way on Sunday night, and the low meadows were under water by the morning."
TWO = "Nobody was hurt, the county said. Forty cows were led over the bridge before it was closed to all."
THREE = "The repair will take until June, and it will cost the county more than the weir once did."
FOUR = "The miller, whose family has held the right to the water since 1711, has asked for a council of all owners."


def page(body: str, head: str = "<title>Weir at Talbrook gone</title>", root: str = "<html lang='en'>") -> Page:
    (found,) = read("a.html", f"{root}<head>{head}</head><body>{body}</body></html>".encode())
    assert isinstance(found, Page), found
    return found


def test_how_a_word_is_spoken_is_no_part_of_the_line() -> None:
    def ruby(word: str, spoken: str) -> str:
        return f"<ruby>{word}<rp>(</rp><rt>{spoken}</rt><rp>)</rp></ruby>"

    first = f"{ruby('堰', 'せき')}は{ruby('日曜日', 'にちようび')}の夜に壊れ、朝までに牧場が水の下になりました。"
    second = f"けがをした人はいませんでした。{ruby('修理', 'しゅうり')}は六月まで続く{ruby('予定', 'よてい')}です。"
    body = f"<article><h1>{ruby('堰', 'せき')}が壊れる</h1><p>{first}</p><p>{second}</p></article>"
    found = page(body, "<title>堰が壊れる</title>", "<html lang='ja'>")
    assert found.title == "堰が壊れる"
    assert found.text == (
        "堰は日曜日の夜に壊れ、朝までに牧場が水の下になりました。\n\n"
        "けがをした人はいませんでした。修理は六月まで続く予定です。"
    )


def test_what_somebody_paid_for_is_no_part_of_the_article() -> None:
    for label in ("Sponsored content", "ANZEIGE", "Contenido patrocinado", "Реклама"):
        box = f"<div class='x1'><p>{label}</p><p>These boots give back half of what they cost. Try them!</p></div>"
        found = page(
            f"<main><h1>Weir at Talbrook gone</h1><div><p>{ONE}</p>{box}<p>{TWO}</p><p>{THREE}</p></div></main>"
        )
        assert found.text.split("\n\n") == [ONE, TWO, THREE]


def test_a_label_above_the_whole_text_takes_nothing() -> None:
    found = page(f"<main><h1>Weir at Talbrook gone</h1><div><p>Advertisement</p><p>{ONE}</p><p>{TWO}</p></div></main>")
    assert ONE in found.text and TWO in found.text


def test_a_time_that_says_updated_is_that_of_the_change() -> None:
    times = (
        "<time class='published-date' datetime='2025-05-18'>18.mai.2025</time> "
        "<time class='published-date updated' datetime='2025-05-20'>Atualizado: 20.mai.2025</time>"
    )
    found = page(f"<article><h1>Weir at Talbrook gone</h1><div>{times}</div><p>{ONE}</p><p>{TWO}</p></article>")
    assert (found.published, found.updated) == (date(2025, 5, 18), date(2025, 5, 20))


BANNER = "<img src='banner.gif' alt='The Talbrook Bugle'>"
OLD = (
    f"<table><tr><td>{BANNER}</td></tr><tr><td><a href='a.htm'>Home</a></td><td><font size='1'>May 15, 2003</font><br>"
    "<font size='5'><b>Weir gone in one night</b></font><br><font size='2'><b>By IDA LUND</b></font><br><br>"
    f"<font size='3'>{ONE}<br><br>{TWO}<br><br>{THREE}<br><br>{FOUR}<br><br>"
    "Work begins on the last day of May.</font><br><br>"
    "<font size='1'><a href='p.htm'>Printer-friendly version</a></font></td></tr></table>"
    "<font size='1'>Copyright 2003 The Talbrook Bugle.</font>"
)


def test_an_old_page_whose_title_names_the_site_has_its_headline_in_large_letters() -> None:
    for title in ("The Talbrook Bugle: Local news", "Untitled Document"):
        found = page(OLD, f"<title>{title}</title>", "<html>")
        assert (found.title, found.authors) == ("Weir gone in one night", ("Ida Lund",))
        assert found.text.split("\n\n") == [ONE, TWO, THREE, FOUR, "Work begins on the last day of May."]
    assert page(OLD, "<title>Meadows flooded</title>", "<html>").title == "Meadows flooded"
