"""The day of publication: what a page declares beside what it prints, and days in headings, tables and first words."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import day_in_name, segment
from rag.types import day

TEXT = "".join(
    f"<p>{text}</p>"
    for text in (
        "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a meeting.",
        "It has carried people, sheep and one piano across the water since 1934, and never once on a Sunday.",
        "A bridge will take its place. It cost 410 million crowns, and nobody has asked for the sheep.",
    )
)
H1 = "<h1>Ferry line to close</h1>"


def page(beside: str, head: str = "", above: str = "", behind: str = "", text: str = TEXT) -> Page:
    html = f"<html><head>{head}</head><body><article>{above}{H1}{beside}{text}</article>{behind}</body></html>"
    (found,) = read("a.html", html.encode())
    assert isinstance(found, Page), found
    return found


def declared(stamp: str) -> str:
    return f"<meta property='article:published_time' content='{stamp}'>"


def ld(*nodes: dict[str, Any]) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@graph': list(nodes)})}</script>"


@pytest.mark.parametrize(
    ("stamp", "printed", "published"),
    [
        ("2024-03-05T02:25:54Z", "<p class='meta'>March 4, 2024 | 9:25pm</p>", "2024-03-04 21:25:00-05:00"),
        ("2024-03-04T22:04:00Z", "<p>5. März 2024, 00:04 Uhr</p>", "2024-03-05 00:04:00+02:00"),
        ("2024-03-04T23:00:00Z", "<span class='date'>5. März 2024</span>", "2024-03-05"),
        ("2024-03-05T03:10:00Z", "<p>March 4, 2024</p>", "2024-03-04"),
        ("2024-03-04T21:00:00-05:00", "<time>5 March 2024 - 2:00</time>", "2024-03-05 02:00:00+00:00"),
        # not for the night: the other day is that of something else
        ("2024-03-05T18:10:00Z", "<p>March 4, 2024</p>", "2024-03-05 18:10:00+00:00"),
        ("2024-03-05T05:00:00Z", "<p>6 March 2024 at 01:10</p>", "2024-03-05 05:00:00+00:00"),
        ("2024-03-05T12:00:00Z", "<p>12 March 2024</p>", "2024-03-05 12:00:00+00:00"),
    ],
)
def test_the_day_of_the_outlet_is_that_of_its_own_clock(stamp: str, printed: str, published: str) -> None:
    assert str(page(printed, declared(stamp)).published) == published


@pytest.mark.parametrize("behind", ["<div class='comment-meta'>{}</div>", "<div class='related'><span>{}</span></div>"])
def test_the_day_of_a_comment_or_another_article_is_not_its_own(behind: str) -> None:
    far = behind.format("4 March 2024 at 21:25")
    assert str(page("", declared("2024-03-05T18:25:00Z"), behind=far).published) == "2024-03-05 18:25:00+00:00"
    assert page("", behind=far).published is None


@pytest.mark.parametrize("name", ["commenti", "reacties", "komentarze", "kommentarer", "yorumlar", "comentarios"])
def test_the_day_of_a_readers_comment_in_other_languages(name: str) -> None:
    reader = f"<section id='{name}'><b>gull</b> <time datetime='2024-03-06T08:00:00Z'>6 March 2024</time></section>"
    assert str(page("", declared("2024-03-05T18:25:00Z"), behind=reader).published) == "2024-03-05 18:25:00+00:00"


def test_an_earlier_day_at_the_headline_is_the_day_of_publication() -> None:
    again = declared("2024-03-15T14:32:06+01:00")
    assert day(page("<p><time>05.03.2024 - 13:30</time></p>", again).published) == date(2024, 3, 5)
    assert day(page("<p>Stand: 5.3.2024, 18:00 Uhr</p>", again).published) == date(2024, 3, 5)
    assert day(page("<h3>5 March 2024</h3>", again).published) == date(2024, 3, 15)  # of what it is about
    assert day(page("<p class='updated'>5 March 2024</p>", again).published) == date(2024, 3, 15)


def test_day_and_month_the_wrong_way_round_are_put_right_by_a_label() -> None:
    turned = declared("2023-01-11T12:43:42")
    assert page("<p>Erstellt am: 01.11.2023</p>", turned).published == date(2023, 11, 1)
    assert day(page("<p>11/01/2023</p>", turned).published) == date(2023, 1, 11)


def test_a_day_above_the_headline_goes_before_one_far_below() -> None:
    below = f"{TEXT}{TEXT}{TEXT}<section><h2>More</h2><span class='date'>16.02.2024</span></section>"
    assert page("", above="<span class='date'>2. November 2023</span>", behind=below).published == date(2023, 11, 2)


@pytest.mark.parametrize(
    "shown",
    [
        "<div><h5>Datum:  </h5>05.03.2024<br><h5>Autor:</h5> Ada Quist</div>",
        "<table><tr><th>Date:</th><td>5 March 2024</td></tr><tr><th>Pages</th><td>4</td></tr></table>",
        "<dl><dt>Fecha</dt><dd>5 de marzo de 2024</dd></dl>",
        "<h3>Datum: 5. März 2024</h3>",
        "<table><tr><td>05 | 03 | 2024 </td><td>Coast</td></tr></table>",
        "<div>Veröffentlichung: <a href='/'>05.03.2024</a><br>Länge: lang<br>Art: Bericht</div>",
    ],
)
def test_a_labelled_day_in_a_heading_or_table(shown: str) -> None:
    assert day(page(shown).published) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "opening",
    [
        "05.03.2024 „",
        "5 March 2024 - ",
        "5 de marzo de 2024 – ",
        "March 5, 2024 — ",
        "OSLO, March 5, 2024 /Newswire/ -- ",
        "2024-03-05: ",
        "Pressemitteilung vom 5. März 2024 | Sund – ",
    ],
)
@pytest.mark.parametrize("lead", ["", "<h3>What comes next</h3>"])
def test_a_day_that_begins_the_text(opening: str, lead: str) -> None:
    said = f"{lead}<p>{opening}The ferry has sailed well, and everybody who was on board has said so.“</p>{TEXT}"
    assert page("", text=said).published == date(2024, 3, 5)


@pytest.mark.parametrize(
    "opening", ["On 5 March 2024 the ferry sailed, ", "5 March 2024 was the day of the last ferry, "]
)
def test_a_sentence_with_a_day_is_no_stamp(opening: str) -> None:
    assert page("", text=f"<p>{opening}and all were on board, as everybody has said since.</p>{TEXT}").published is None


def test_the_day_of_a_picture_is_never_that_of_the_article() -> None:
    picture = {"@type": "ImageObject", "url": "https://wire.example/a.jpg", "datePublished": "2019-01-02"}
    article = {"@type": "NewsArticle", "headline": "Ferry line to close", "datePublished": "the fourth of the month"}
    found = page("", ld(picture, article))
    assert (found.published, found.note) == (None, "date not understood: 'the fourth of the month'")
    shown = (
        "<figure itemscope itemtype='https://schema.org/ImageObject'>"
        "<meta itemprop='datePublished' content='2019-01-02'></figure>"
    )
    assert page(shown).published is None
    assert page("", ld(picture, {"@type": "WebPage", "datePublished": "2024-03-05"})).published == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://a.example/2024/03/05/ferry.html", date(2024, 3, 5)),
        ("https://a.example/news/29-03-2024", date(2024, 3, 29)),
        ("https://a.example/news/2024-03-05-ferry", date(2024, 3, 5)),
        ("https://a.example/20240305/ferry", date(2024, 3, 5)),
        ("https://a.example/2024/03/05", date(2024, 3, 5)),
        ("https://a.example/05-03-2024", None),  # of May, or of March
        ("https://a.example/2024/03/5-ferries", None),
        ("https://a.example/a/20249999/x", None),
        ("https://a.example/20240305", date(2024, 3, 5)),
        ("https://a.example/ferry-120240305", None),
    ],
)
def test_days_in_addresses(address: str, found: date | None) -> None:
    assert day_in_name(address) == found


def test_a_moment_keeps_the_zone_that_both_days_tell() -> None:
    (found, shown) = "2024-03-05T02:25:54Z", "<p class='meta'>March 4, 2024 | 9:25pm</p>"
    when = page(shown, declared(found)).published
    assert isinstance(when, datetime)
    assert abs((when - datetime.fromisoformat(found)).total_seconds()) < 60


def test_a_label_that_ends_in_a_small_word_is_one() -> None:
    found = page("<p>Erschienen am:</p><h2>13.10.2021</h2>", declared("2021-10-15"))
    assert found.published == date(2021, 10, 13)


def test_the_day_of_a_teaser_under_the_headline_is_not_the_articles() -> None:
    teaser = "<div><h2><a href='/b'>Bus line to open in May</a></h2><p class='date'>18 January 2019</p></div>"
    assert page(teaser, declared("2019-10-01")).published == date(2019, 10, 1)


def test_a_day_before_the_end_of_its_row() -> None:
    above = "<div class='info'>24.01.2022 11:38<br>Filed under: <a href='/n'>News</a></div>"
    assert str(page("<p>By Jane Roe</p>", above=above).published) == "2022-01-24 11:38:00"


def test_a_day_in_brackets_opens_the_text_before_one_far_away() -> None:
    links = "".join(f"<li><a href='/{n}'>Coast {n}</a></li>" for n in range(9))
    far = f"<div><span>29.11.2022</span><a href='/x'>Bus line to open</a></div><ul>{links}</ul>"
    text = TEXT.replace("The last ferry", "(21 November 2022) The last ferry", 1)
    assert page("", above=far, text=text).published == date(2022, 11, 21)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Submitted by Ida Lund on Wed, 04/10/2024 - 07:30", "2024-04-10 07:30:00"),
        ("Submitted by Ida Lund on Sat, 10/05/2024 - 07:30", "2024-10-05 07:30:00"),  # the weekday says which is which
        ("Gespeichert von Ida Lund am Mi., 10.04.2024 - 07:30", "2024-04-10 07:30:00"),
        ("Soumis par Ida Lund le mer 10/04/2024 - 07:30", "2024-04-10 07:30:00"),
        ("Posted by Ida Lund on April 10, 2024", "2024-04-10"),
    ],
)
def test_a_line_that_is_signed_before_its_day(line: str, published: str) -> None:
    found = page(f"<div class='meta submitted'>{line}</div>")
    assert (str(found.published), found.authors) == (published, ("Ida Lund",))


@pytest.mark.parametrize(
    "lines",
    [
        ("Erstellt: 2. April 2024", "Veröffentlicht: 5. April 2024", "Zuletzt aktualisiert: 9. April 2024"),
        ("Created: 2 April 2024", "Last updated: 9 April 2024", "Published: 5 April 2024"),
        ("Published: 5 April 2024", "Created: 2 April 2024", "Updated: 9 April 2024"),
        ("Creado: 2 abril 2024 | Publicado: 5 abril 2024", "Actualizado: 9 abril 2024"),
    ],
)
def test_the_day_on_which_it_was_written_is_not_that_on_which_it_came_out(lines: tuple[str, ...]) -> None:
    found = page("<dl>" + "".join(f"<dd>{line}</dd>" for line in lines) + "</dl>")
    assert (day(found.published), day(found.updated)) == (date(2024, 4, 5), date(2024, 4, 9))


def test_the_day_on_which_it_was_written_is_one_where_no_other_is_given() -> None:
    assert page("<p>Erstellt: 2. April 2024</p>").published == date(2024, 4, 2)


CHANGED = "<p class='meta'>Last updated <time class='updated' datetime='2024-04-09'>9 April 2024</time></p>"


def test_of_a_page_that_prints_only_its_change_the_day_it_states_of_itself_is_published() -> None:
    stated = ld({"@type": "WebPage", "datePublished": "2018-06-01T08:00:00+00:00", "dateModified": "2024-04-09"})
    found = page(CHANGED, head=stated)
    assert (day(found.published), day(found.updated)) == (date(2018, 6, 1), date(2024, 4, 9))


def test_of_an_article_with_only_its_change_the_day_in_its_address_is_published() -> None:
    head = "<link rel='canonical' href='https://sund.example/2018/06/01/ferry-line'>"
    (article,) = segment(page(CHANGED, head=head))
    assert (article.published, article.updated) == (date(2018, 6, 1), date(2024, 4, 9))
    (later,) = segment(page(CHANGED, head=head.replace("2018", "2025")))  # a day behind the change is of something else
    assert later.published == date(2024, 4, 9)


@pytest.mark.parametrize(
    "change", ["<p>Updated: <span>15 March 2024</span></p>", "<b>Last updated</b><b>Mar 15, 2024</b>"]
)
def test_a_day_above_the_headline_is_that_of_publication_where_a_change_is_below(change: str) -> None:
    above, head = "<ul><li>Jane Roe</li><li><span>Mar 12, 2024</span></li></ul>", "<h1>Ferry line to close</h1>"
    text = "<p>The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday.</p>" * 3
    data = f"<html><head><title>Ferry line to close</title></head><body><main>{above}{head}<div>{change}</div>{text}"
    (found,) = read("a.html", data.encode())
    assert isinstance(found, Page)
    assert (found.published, found.updated) == (date(2024, 3, 12), date(2024, 3, 15))
