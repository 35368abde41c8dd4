"""Pages of entries: those that begin with a clock are a live blog, documents of a database are articles each."""

from __future__ import annotations

from datetime import date

import pytest

from rag.ingest.html.page import read
from rag.ingest.page import Page

ENTRIES = (
    (
        "14:20",
        "Quay closed",
        "The harbour master has closed the north quay after two ropes broke in the swell of the ferry.",
    ),
    (
        "12:05",
        "Cars moved",
        "Sixty cars are being moved from the low road, and their owners can fetch them at the school.",
    ),
    (
        "09:40",
        "Storm warning",
        "The weather service expects gusts of a hundred and ten kilometres an hour before the evening.",
    ),
)


def pages(body: str) -> list[Page]:
    found = list(read("a.html", f"<!doctype html><html lang='en'><body>{body}</body></html>".encode()))
    assert all(isinstance(page, Page) for page in found), found
    return [page for page in found if isinstance(page, Page)]


def entries(linked: bool = False) -> str:
    heads = (f"<a href='/news/{clock}'>{head}</a>" if linked else head for clock, head, _ in ENTRIES)
    return "".join(
        f"<div class='box'><p class='when'><time datetime='2024-05-07T{clock}'>{clock}</time></p><h3>{head}</h3>"
        f"<div class='words'><p>{text}</p></div></div>"
        for head, (clock, _, text) in zip(heads, ENTRIES, strict=True)
    )


def test_entries_that_each_begin_with_a_clock_are_a_live_blog_without_its_name() -> None:
    [page] = pages(f"<article><h1>Storm over Senn: the day in full</h1>{entries()}</article>")
    for clock, head, text in ENTRIES:
        assert f"{clock} – {head}" in page.text and text in page.text


def test_clocks_in_lines_of_their_own_begin_entries_too() -> None:
    rows = "".join(
        f"<div class='row'><b class='at'>{clock}</b><div><p>{text}</p></div></div>" for clock, _, text in ENTRIES
    )
    [page] = pages(f"<article><h1>Storm over Senn: the day in full</h1>{rows}</article>")
    for clock, _, text in ENTRIES:
        assert f"{clock} – {text}" in page.text


@pytest.mark.parametrize(
    "row", ["<h2>+++ {} Uhr: {} +++</h2><p>{}</p>", "<p><b>*** Freitag, 3. Mai, {} Uhr: {} ***</b></p><p>{}</p>"]
)
def test_a_ticker_begins_its_entries_with_clocks_in_headlines(row: str) -> None:
    rows = "".join(row.format(clock.replace(":", "."), head, text) for clock, head, text in ENTRIES)
    [page] = pages(f"<article><h1>Storm over Senn: the day in full</h1><div>{rows}</div></article>")
    day = "Freitag, 3. Mai: " if "Freitag" in row else ""
    assert page.text == "\n\n".join(f"{clock} – {day}{head}\n\n{text}" for clock, head, text in ENTRIES)


def test_who_wrote_an_entry_is_no_line_of_it() -> None:
    signed = entries().replace("<p>The", "<p class='contributor'><b>Ida Moe</b><b>Reporter in Velm</b></p><p>The")
    [page] = pages(f"<article><h1>Storm over Senn: the day in full</h1>{signed}</article>")
    assert "14:20" in page.text and "Reporter" not in page.text


def test_teasers_with_clocks_are_no_live_blog() -> None:
    story = "<p>The council of Senn will meet again on Friday, its chair said, since the budget lacks a page.</p>" * 3
    [page] = pages(f"<article><h1>Council to meet again</h1>{story}{entries(linked=True)}</article>")
    assert "14:20 –" not in page.text


def document(title: str, day: str, outlet: str, text: str) -> str:
    told = "".join(
        f"<p>{text} This is what its {nth} page says of it, and nobody there has denied it.</p>"
        for nth in ("first", "next", "last")
    )
    return (
        f"<article><header><div class='sourceName'>{outlet}</div><span class='docDay'>{day}</span>"
        f"<div class='docHeadline'><p>{title}</p></div></header><section>{told}</section></article>"
    )


def test_documents_with_named_headlines_are_articles_with_their_own_outlets_and_days() -> None:
    first = document(
        "Baths stay warm", "6 mai 2024, p. B4", "Le Courrier", "The baths of Senn stay warm until the autumn."
    )
    other = document(
        "Clock stopped", "2 mars 2024 - p. 1, 2", "La Gazette", "The clock of Senn has stopped at ten past four."
    )
    found = pages(f"<div id='documents'>{first}{other}</div>")
    told = [(page.title, page.published, page.source) for page in found]
    assert told == [
        ("Baths stay warm", date(2024, 5, 6), "Le Courrier"),
        ("Clock stopped", date(2024, 3, 2), "La Gazette"),
    ]
    assert "clock" not in found[0].text and "baths" not in found[1].text


def test_a_rights_line_and_a_stamp_above_the_text_are_none_of_it() -> None:
    text = "".join(f"<p>{text}</p>" for _, _, text in ENTRIES)
    deck = (
        "<p class='deck'>The storm that came over the harbour of Senn on Tuesday has closed the quay and a school.</p>"
    )
    above = f"<p>Pubblicato il 7 maggio 2024</p><p>© Riproduzione riservata</p>{deck}"
    for order in (f"{above}{text}", f"{deck}<p>Publié le 7 mai 2024, modifié le 8 mai 2024</p>{text}"):
        [page] = pages(f"<article><h1>Storm over Senn</h1>{order}</article>")
        assert page.published == date(2024, 5, 7)
        assert "maggio" not in page.text and "mai" not in page.text and "Riproduzione" not in page.text


def test_a_day_of_creation_gives_way_to_one_of_publication_in_any_order() -> None:
    times = (
        "<dd><time datetime='2024-05-09' itemprop='dateModified'>Última actualización: 09 Mayo 2024</time></dd>"
        "<dd><time datetime='2024-05-02' itemprop='dateCreated'>Creado: 02 Mayo 2024</time></dd>"
        "<dd><time datetime='2024-05-04' itemprop='datePublished'>Publicado: 04 Mayo 2024</time></dd>"
    )
    text = "".join(f"<p>{text}</p>" for _, _, text in ENTRIES)
    [page] = pages(f"<article><h1>Storm over Senn</h1><dl>{times}</dl>{text}</article>")
    assert (page.published, page.updated) == (date(2024, 5, 4), date(2024, 5, 9))


def test_a_byline_in_a_box_of_facts_names_all_writers_without_their_posts() -> None:
    text = "".join(f"<p>{text}</p>" for _, _, text in ENTRIES)
    line = "<p class='info-author'>di <a href='/a'>Ada Neri</a>, inviata a Senn e <a href='/b'>Ugo Riva</a></p>"
    [page] = pages(f"<article><h1>Storm over Senn</h1>{line}{text}</article>")
    assert page.authors == ("Ada Neri", "Ugo Riva")
    line = "<p class='author-desc'>Por Alba Nieto, enviada especial a Senn</p>"
    [page] = pages(f"<article><h1>Storm over Senn</h1>{line}{text}</article>")
    assert page.authors == ("Alba Nieto",)


@pytest.mark.parametrize(
    ("clocks", "row"),
    [
        (("下午2:20", "下午12:05", "上午9:40"), "<li><b>{}</b><p>{}</p></li>"),
        (("2:20 μ.μ.", "12:05 μ.μ.", "9:40 π.μ."), "<div><strong class='at'>{}</strong><p>{}</p></div>"),
        (
            ("kl. 14.20", "kl. 12.05", "kl. 09.40"),
            "<div class='row'><b>{}</b> <i>Ida Moe</i><div><p>{}</p></div></div>",
        ),
        (("14:20", "12:05", "09:40"), "<div class='row'><b>{}</b> | by Ida Moe<div><p>{}</p></div></div>"),
    ],
)
def test_clocks_with_halves_of_the_day_or_a_writers_name_begin_entries(clocks: tuple[str, ...], row: str) -> None:
    rows = "".join(row.format(clock, text) for clock, (_, _, text) in zip(clocks, ENTRIES, strict=True))
    [page] = pages(f"<article><h1>Storm over Senn: the day in full</h1><div>{rows}</div></article>")
    for clock, _, text in ENTRIES:
        assert f"{clock} – {text}" in page.text
    assert "Moe" not in page.text


def test_headings_of_days_stay_between_entries_and_have_no_clock() -> None:
    one, *others = [f"<div class='row'><b>{c}</b><div><p>{text}</p></div></div>" for c, _, text in ENTRIES]
    heads = ("<h3>Sonntag, 5. Mai</h3>", "<h3>Samstag, 4. Mai</h3>")
    [page] = pages(f"<main><h1>Liveblog: Storm over Senn</h1>{heads[0]}{one}{heads[1]}{''.join(others)}</main>")
    texts = [text for _, _, text in ENTRIES]
    assert page.text.split("\n\n") == [
        "Sonntag, 5. Mai", f"14:20 – {texts[0]}", "Samstag, 4. Mai", f"12:05 – {texts[1]}", f"09:40 – {texts[2]}",
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["14:20 Feuerwehr Senn", "9:40 bus to Velm", "14:20 Ida Moe"])
def test_what_the_markup_does_not_set_apart_behind_a_clock_is_no_writer(line: str) -> None:
    from lxml import html as lxml_html

    from rag.ingest.html.blocks import blocks
    from rag.ingest.html.live.clocks import clock_of

    [block] = blocks(lxml_html.document_fromstring(f"<html><body><p>{line}</p></body></html>"))
    assert clock_of(block) is None


@pytest.mark.parametrize(
    ("line", "day"),
    [("Saturday, 14 March", True), ("sábado, 14 de marzo de 2026", True), ("3月14日", False), ("14. března", True),
     ("March brings rain", False), ("14", False), ("Lørdag den 14. marts", True)],
)  # fmt: skip
def test_what_names_a_day_and_nothing_else(line: str, day: bool) -> None:
    from rag.ingest.html.live.clocks import is_day

    assert is_day(line) is day
