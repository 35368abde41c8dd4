"""What a page declares about its article, and which of several declarations is believed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rag.ingest.html.metadata import without_site
from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.ingest.segment.bylines import people
from rag.types import ReportItem

PARAGRAPHS = "".join(
    f"<p>{text}</p>"
    for text in (
        "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a meeting.",
        "It has carried people, sheep and one piano across the water since 1934, and never once on a Sunday.",
        "A bridge will take its place. It cost 410 million crowns, and nobody has asked for the sheep.",
    )
)
H1 = "<h1>Ferry line to close</h1>"


def page(
    head: str = "", body: str = H1, url: str | None = None, root: str = "<html>", foot: str = "", behind: str = ""
) -> Page:
    article = f"<article>{body}{PARAGRAPHS}{behind}</article>"
    data = f"<!doctype html>{root}<head>{head}</head><body>{article}{foot}</body></html>"
    (found,) = read("a.html", data.encode(), url=url)
    assert isinstance(found, Page), found
    return found


def ld(**fields: Any) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


def meta(name: str, content: str) -> str:
    return f"<meta property='{name}' content=\"{content}\">"


SITE = meta("og:site_name", "Northway Wire")

# --- title --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Ferry line to close | Northway Wire</title>" + SITE, "", "Ferry line to close"),
        ("<title>Northway Wire - Ferry line to close</title>" + SITE, "", "Ferry line to close"),
        (meta("og:title", "Ferry line to close"), "<h1>Northway Wire</h1>", "Ferry line to close"),
        (meta("og:title", "Northway Wire") + meta("og:site_name", "Northway Wire"), H1, "Ferry line to close"),
        (meta("og:title", "Opinion | Ferry line to close"), H1, "Ferry line to close"),
        (meta("og:title", "Sund ferry: what to know as the line closes"), "<h1>Sund ferry line about to close</h1>",
         "Sund ferry line about to close"),
        (meta("og:title", "Ferry line to close in the spr..."), "<h1>Ferry line to close in the spring</h1>",
         "Ferry line to close in the spring"),
        (ld(headline="Ferry line to close &amp; bridge to open"), "", "Ferry line to close & bridge to open"),
        (meta("og:title", "Ferry line to close"), "<h1>Most read on the coast</h1>", "Ferry line to close"),
        ("<title>Ferry line to close - Wire</title><link rel='canonical' href='https://www.wire.example/a'>", "",
         "Ferry line to close"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline(head: str, body: str, title: str) -> None:
    assert page(head, body).title == title


@pytest.mark.parametrize(
    ("title", "url", "outlet"),
    [
        ("Ferry line to close - TVN", "https://tvn.example/a/1", "TVN"),
        ("Ferry line to close : TVN", "https://www.tvn.co.uk/a/1", "TVN"),
        ("Ferry line to close - now", "https://tvn.example/a/1", "tvn.example"),
    ],
)
def test_an_outlet_of_three_letters(title: str, url: str, outlet: str) -> None:
    assert page(f"<title>{title}</title>", "<h1>Ferry line to close</h1>", url=url).source == outlet


def test_a_part_of_a_headline_is_not_taken_for_the_outlet() -> None:
    assert without_site("Ferry to close - again", "Northway Wire") == "Ferry to close - again"
    assert without_site("Ferry to close - War", "Warsaw Times") == "Ferry to close - War"
    assert without_site("Ferry to close: a wire", "Wire") == "Ferry to close: a wire"


# --- dates --------------------------------------------------------------------------------------------------------


def test_json_ld_goes_before_meta_and_meta_before_what_is_printed() -> None:
    printed = H1 + "<time datetime='2024-05-05'>5 May</time>"
    assert page(body=printed).published == date(2024, 5, 5)
    told = meta("article:published_time", "2024-05-06T10:15+02:00")
    assert page(told, printed).published == datetime.fromisoformat("2024-05-06T10:15+02:00")
    assert page(told + ld(datePublished="2024-05-07T08:00:00Z"), printed).published == datetime(
        2024, 5, 7, 8, tzinfo=UTC
    )


def test_a_time_told_for_the_same_day_is_taken_with_it() -> None:
    head = ld(datePublished="2024-05-07") + meta("article:published_time", "2024-05-07T10:15:00+02:00")
    assert page(head).published == datetime.fromisoformat("2024-05-07T10:15:00+02:00")
    other = ld(datePublished="2024-05-07") + meta("article:published_time", "2024-05-08T10:15:00+02:00")
    assert page(other).published == date(2024, 5, 7)


@pytest.mark.parametrize("wrong", ["2199-01-01T00:00:00Z", "1899-12-31", "0001-01-01T00:00:00", "soon", "", "1"])
def test_a_date_that_cannot_be_believed_gives_way_to_the_next(wrong: str) -> None:
    told = meta("article:published_time", "2024-05-06") + meta("article:modified_time", "2024-05-08")
    found = page(ld(datePublished=wrong, dateModified=wrong) + told)
    assert (found.published, found.updated) == (date(2024, 5, 6), date(2024, 5, 8))
    alone = page(ld(datePublished=wrong, dateModified=wrong))
    assert (alone.published, alone.updated) == (None, None)


def test_updated_is_told_only_where_it_says_something() -> None:
    assert page(ld(datePublished="2024-05-07T10:00:00Z", dateModified="2024-05-07T10:00:00Z")).updated is None
    assert page(ld(datePublished="2024-05-07T10:00:00Z", dateModified="2024-05-06T10:00:00Z")).updated is None
    assert page(ld(datePublished="2024-05-07", dateModified="2024-05-09")).updated == date(2024, 5, 9)


@pytest.mark.parametrize(
    ("printed", "when"),
    [
        ("<p>Tuesday, May 7, 2024 - 7:02 AM</p>", datetime(2024, 5, 7, 7, 2)),
        ("<div>By Jane Roe | 7 May 2024 | 10:15</div>", datetime(2024, 5, 7, 10, 15)),
        ("<span>Published: 7 May 2024</span>", date(2024, 5, 7)),
        (
            "<span itemprop='datePublished' content='2024-05-07T10:15:00Z'>Tuesday</span>",
            datetime(2024, 5, 7, 10, 15, tzinfo=UTC),
        ),
        ("<div>기사입력 :[ 2024-05-07 15:24 ]</div>", datetime(2024, 5, 7, 15, 24)),
    ],
)
def test_a_printed_stamp(printed: str, when: object) -> None:
    assert page(body=H1 + printed).published == when


def test_a_date_of_another_article_is_not_this_ones() -> None:
    other = "<div class='related-stories'><time datetime='2020-01-01'>1 January</time></div>"
    assert page(body=H1 + other).published is None
    assert page(body=H1 + other + "<time datetime='2024-05-07T10:00Z'>7 May</time>").published == datetime(
        2024, 5, 7, 10, tzinfo=UTC
    )


def test_a_meta_element_with_a_name_of_its_own() -> None:
    assert page(meta("wire-publish-date", "2024/05/07")).published == date(2024, 5, 7)


def test_the_day_that_the_text_lets_guess_is_the_last_witness() -> None:
    noted = "<div class='post-date'>Northway, the 7th of May 2024, on a Tuesday, by the sea</div>"
    assert page(body=H1 + noted).published == date(2024, 5, 7)


# --- address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "address", "url"),
    [
        ("<link rel='canonical' href='https://wire.example/ferry'>", None, "https://wire.example/ferry"),
        ("<link rel='canonical' href='/ferry'>", "https://wire.example/x?y=1", "https://wire.example/ferry"),
        ("<link rel='canonical' href='//wire.example/ferry'>", None, "https://wire.example/ferry"),
        (
            "<base href='https://cdn.example/d/'><link rel='canonical' href='ferry'>",
            "https://wire.example/x",
            "https://cdn.example/d/ferry",
        ),
        (
            "<link rel='canonical' href='https://wire.example/'>",
            "https://wire.example/ferry",
            "https://wire.example/ferry",
        ),
        (
            "<link rel='canonical' href='https://other.example'>",
            "https://wire.example/ferry",
            "https://wire.example/ferry",
        ),
        (
            "<link rel='canonical' href='https://wire.example/en/'>",
            "https://wire.example/ferry",
            "https://wire.example/ferry",
        ),
        (
            "<link rel='canonical' href='https://wire.example/index.html'>" + meta("og:url", "https://wire.example/f"),
            None,
            "https://wire.example/f",
        ),
        ("<link rel='canonical' href='javascript:alert(1)'>", None, None),
        ("<link rel='canonical' href='/ferry'>", None, None),
        ("<link rel='Canonical' href='https://wire.example/'>" + ld(url="/ferry"), None, "https://wire.example/ferry"),
        ("", "https://wire.example/ferry", "https://wire.example/ferry"),
        ("", "file:///home/ferry.html", None),
        ("<link rel='canonical' href='http://['>", None, None),
    ],
)
def test_the_address(head: str, address: str | None, url: str | None) -> None:
    assert page(head, url=address).url == url


# --- outlet, section, language --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (meta("og:site_name", "Northway Wire"), "Northway Wire"),
        (meta("og:site_name", "Northway Wire | News from the north"), "Northway Wire"),
        (meta("og:site_name", "https://wire.example") + ld(publisher={"name": "Northway Wire"}), "Northway Wire"),
        (
            ld(publisher={"@id": "https://wire.example/#org"}) + meta("application-name", "Northway Wire"),
            "Northway Wire",
        ),
        ("<title>Ferry line to close | Northway Wire</title>", "Northway Wire"),
        ("<link rel='canonical' href='https://www.wire.example/ferry'>", "wire.example"),
        ("", None),
    ],
)
def test_the_outlet(head: str, source: str | None) -> None:
    assert page(head).source == source


@pytest.mark.parametrize(
    "marked",
    [
        "<div itemscope itemtype='http://schema.org/NewsArticle'><meta itemprop='mainEntityOfPage' content='{url}'>"
        "<span itemprop='image' itemscope itemtype='http://schema.org/ImageObject'><i itemprop='url'>x.jpg</i></span>"
        "<span itemprop='publisher' itemscope itemtype='http://schema.org/Organization'><meta itemprop='name' "
        "content='Northway Wire'></span><meta itemprop='articleSection' content='Sea'>{text}</div>",
        "<div itemscope itemtype='https://schema.org/BlogPosting'><meta itemscope itemprop='mainEntityOfPage' "
        "itemid='{url}'><b itemprop='articleSection'>Sea</b><b itemprop='publisher'>Northway Wire</b>{text}</div>",
        "<div vocab='http://schema.org/' typeof='Article'><link property='url' href='{url}'><p property='publisher' "
        "typeof='Organization'><b property='schema:name'>Northway Wire</b></p><i property='articleSection'>Sea</i>"
        "{text}</div>",
    ],
)
def test_what_microdata_and_rdfa_say_of_the_article(marked: str) -> None:
    url = "https://wire.example/ferry"
    data = f"<html><body>{marked.format(url=url, text=H1 + PARAGRAPHS)}</body></html>"
    (found,) = read("a.html", data.encode())
    assert isinstance(found, Page) and (found.url, found.source, found.section) == (url, "Northway Wire", "Sea")


def test_what_microdata_says_of_another_article_does_not_count() -> None:
    teaser = "<div itemscope itemtype='http://schema.org/NewsArticle'><a itemprop='url' href='https://wire.example/{}'>x</a></div>"
    assert page(foot=teaser.format("one") + teaser.format("two")).url is None


def test_an_author_given_by_the_address_of_a_page_of_theirs_is_named_as_the_page_prints() -> None:
    profile = meta("article:author", "https://wire.example/autores/maria-jose-nunez/")
    assert page(profile, f"{H1}<p class='x'><a href='/z'>María José Núñez</a></p>").authors == ("María José Núñez",)
    assert page(profile).authors == ()


@pytest.mark.parametrize(
    ("head", "section"),
    [
        (ld(articleSection=["Local", "Sea"]), "Local"),
        (meta("article:section", "Sea &amp; Coast"), "Sea & Coast"),
        (ld(articleSection="") + meta("article:section", "Sea"), "Sea"),
        (meta("article:section", "post"), None),
        (meta("article:section", "News - News"), "News"),
    ],
)
def test_the_section(head: str, section: str | None) -> None:
    assert page(head).section == section


def test_the_section_of_a_breadcrumb() -> None:
    crumbs = "<div class='breadcrumbs'><a href='/'>Home</a> <a href='/sea'>Sea</a> <a href='/sea/x'>x</a></div>"
    assert page(body=crumbs + H1).section == "Sea"


@pytest.mark.parametrize(
    ("body", "behind"),
    [
        (f"{H1}<dl><dd class='category-name'>Category: <a href='/sea'>Sea</a></dd></dl>", ""),
        (f"{H1}<p class='category-name'>Category: Sea</p>", ""),
        (f"<a class='gh-article-tag' href='/tag/sea'>Sea</a>{H1}", ""),
        (H1, "<footer><span class='cat-links'>Filed under <a rel='category tag'>Sea</a>, <a>Isles</a></span></footer>"),
        (f"{H1}<a itemprop='genre' href='/sea'>Sea</a>", ""),
        (f"<div itemscope itemtype='http://x.example/Article'>{H1}", "<a itemprop='articleSection' href='/'>Sea</a>"),
    ],
)  # fmt: skip
def test_the_section_that_a_page_prints(body: str, behind: str) -> None:
    assert page(body=body, behind=behind).section == "Sea"


def test_the_section_of_another_article_or_of_a_menu_is_not_its_own() -> None:
    menu = "<nav><a rel='category tag' href='/sea'>Sea</a></nav>"
    teaser = "<article><h2>Tide tables</h2><a rel='category tag' href='/sea'>Sea</a></article>"
    assert page(body=menu + H1, foot=f"{teaser}<aside><a rel='category tag'>Sea</a></aside>").section is None


@pytest.mark.parametrize(
    ("language", "signed"),
    [
        ("af", "Deur Tove Berg"),
        ("sw", "Na Tove Berg"),
        ("sw", "Imeandikwa na Tove Berg"),
        ("sq", "Nga Tove Berg | 5 maj 2024"),
        ("cy", "Gan Tove Berg"),
        ("is", "Eftir Tove Berg"),
        ("ms", "Oleh: Tove Berg"),
        ("ca", "Per Tove Berg"),
        ("ro", "De Tove Berg"),
    ],
)
def test_a_line_that_signs_in_the_language_of_the_page(language: str, signed: str) -> None:
    found = page(root=f"<html lang='{language}'>", body=f"{H1}<div class='x'>{signed}</div>")
    assert found.authors == ("Tove Berg",)
    assert "Tove Berg" not in found.text


def test_what_signs_in_one_language_is_a_name_or_a_place_in_another() -> None:
    assert page(root="<html lang='pt'>", body=f"{H1}<div class='x'>Na Rua Nova</div>").authors == ()
    assert page(root="<html lang='en'>", body=f"{H1}<div class='byline'>Per Olof Sund</div>").authors == (
        "Per Olof Sund",
    )


def test_the_language() -> None:
    assert page(root="<html lang='de-CH'>").language == "de"
    assert page(root="<html xml:lang='de'>").language == "de"
    assert page(meta("og:locale", "fr_FR")).language == "fr"
    assert page(ld(inLanguage="pt-BR")).language == "pt"
    assert page().language is None, "its words tell once it is an article"


# --- authors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (["By Jane Roe"], ("Jane Roe",)),
        (["By JANE ROE and John Doe"], ("JANE ROE", "John Doe")),
        (["Jane Roe, Staff Writer"], ("Jane Roe",)),
        (["Jane Roe | Political Editor"], ("Jane Roe",)),
        (["Written by: Jane Roe"], ("Jane Roe",)),
        (["Von Jana Rot und Max Muster"], ("Jana Rot", "Max Muster")),
        (["Jane Roe", "jane roe", None, ""], ("Jane Roe",)),
        (["https://facebook.com/jane.roe"], ()),
        (["Jane Roe (Northway)", "@janeroe"], ("Jane Roe",)),
        (["By Jane Roe May 7, 2024 10:15"], ("Jane Roe",)),
        (["Jane Roe jane@wire.example"], ("Jane Roe",)),
        (["Northway Wire"], ()),
        (["Northway Wire Staff"], ()),
        (["Reuters"], ()),
        (["Reuters, Washington"], ()),
        (["Northway Wire, Talbrook, Deutschland"], ()),
        (["Northway Wire, Jane Roe"], ("Jane Roe",)),
        (["Talbrook Medien GmbH & Co. KG"], ()),
        (["Editrice Talbrook S.r.l."], ()),
        (["Lokalredaktion"], ()),
        (["admin"], ()),
        (["Jane Roe. Northway Wire"], ("Jane Roe",)),
        (["Jane Roe, Futurist"], ("Jane Roe",)),
        (["Troy L. Smith"], ("Troy L. Smith",)),
        (["Mother Dearest"], ("Mother Dearest",)),
        (["Regan"], ("Regan",)),
        (["张三"], ("张三",)),
        (["记者 林小雨"], ("林小雨",)),
    ],
)
def test_names_of_persons(told: list[str | None], names: tuple[str, ...]) -> None:
    assert people(told, ["Northway Wire"]) == names


def test_authors_by_the_first_witness_that_names_persons() -> None:
    organisation = ld(author={"@type": "Organization", "name": "Sund Gazette"})
    assert page(organisation + meta("author", "Jane Roe")).authors == ("Jane Roe",)
    assert page(ld(author=[{"name": "Jane Roe"}, {"name": "John Doe"}])).authors == ("Jane Roe", "John Doe")
    assert page(ld(author="https://wire.example/jane") + meta("author", "By Jane Roe, John Doe")).authors == (
        "Jane Roe",
        "John Doe",
    )
    assert page(body=H1 + "<a rel='author' href='/jane'>Jane Roe</a> <a rel='author'>John Doe</a>").authors == (
        "Jane Roe",
        "John Doe",
    )
    assert page(body=H1 + "<p class='byline'>By Jane Roe, Staff Writer</p>").authors == ("Jane Roe",)


# --- JSON-LD --------------------------------------------------------------------------------------------------------


def test_the_json_ld_of_another_article_does_not_count() -> None:
    other = ld(
        headline="Bus line to open", datePublished="2020-01-01", author={"name": "X Y"}, keywords="a", description="b"
    )
    assert page(other + ld(headline="Ferry line to close", datePublished="2024-05-07")).published == date(2024, 5, 7)


@pytest.mark.parametrize(
    "script",
    [
        "<![CDATA[%s]]>",
        "<!-- %s -->",
        "%s;",
        '{"@graph": [%s]}',
        '[{"@type": "WebSite"}, %s]',
        '{"@type": "WebPage", "mainEntity": %s}',
    ],
)
def test_forms_of_json_ld(script: str) -> None:
    node = '{"@type": ["https://schema.org/NewsArticle"], "headline": "Ferry\nline", "datePublished": "2024-05-07"}'
    assert page(f"<script type='application/ld+json'>{script % node}</script>").published == date(2024, 5, 7)


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "[" * 50_000,
        '{"@type": 7}',
        '{"@type": "NewsArticle", "author": [[]], "headline": {}, "datePublished": {"a": []}}',
        "null",
    ],
)
def test_broken_json_ld_is_passed_over(value: str) -> None:
    found = page(f"<script type='application/ld+json'>{value}</script>" + meta("og:title", "Ferry line to close"))
    assert found.title == "Ferry line to close"


@pytest.mark.parametrize(
    ("shown", "published", "updated"),
    [
        (
            "<time itemprop='dateModified' datetime='2023-11-29T19:20:00+01:00'>27/11/2023 01:57 | "
            "Actualizado a 29/11/2023 19:20</time>",
            "2023-11-27 01:57:00",
            "2023-11-29 19:20:00+01:00",
        ),
        (
            "<p>Updated <time datetime='2023-11-29T19:20:00Z'>29 Nov</time></p>"
            "<p>Published <time datetime='2023-11-27T01:57:00Z'>27 Nov</time></p>",
            "2023-11-27 01:57:00+00:00",
            "2023-11-29 19:20:00+00:00",
        ),
        (
            "<time class='date-modified' datetime='2023-11-29'>then</time> <time datetime='2023-11-27'>before</time>",
            "2023-11-27",
            "2023-11-29",
        ),
        (
            "<span class='posted-on'><time class='updated' datetime='2023-11-29'>29 November 2023</time>"
            "<time class='entry-date published' datetime='2023-11-27'>27 November 2023</time></span>",
            "2023-11-27",
            "2023-11-29",
        ),
        (
            "<p><span>Aktualisiert am</span> <time datetime='2023-11-29'>29.11.2023</time></p>"
            "<p><span>Veröffentlicht am</span> <time datetime='2023-11-27'>27.11.2023</time></p>",
            "2023-11-27",
            "2023-11-29",
        ),
        ("<p>Updated 29 November 2023</p><p>Published 27 November 2023</p>", "2023-11-27", "2023-11-29"),
        (
            "<div><b>Ida Lund</b>, <span>27. listopadu 2023</span>, aktualizováno 29. listopadu</div>",
            "2023-11-27",
            "2023-11-29",
        ),
        ("<p>27. November 2023</p><p>Aktualisiert am 2. Januar</p>", "2023-11-27", "2024-01-02"),
        (
            "<details><summary>Mon 27 Nov 2023</summary>Last modified on Wed 29 Nov 2023</details>",
            "2023-11-27",
            "2023-11-29",
        ),
        (
            "<div><span>Published</span><span>27 Nov 2023</span><span>Updated</span><span>29 Nov 2023</span></div>",
            "2023-11-27",
            "2023-11-29",
        ),
        (
            "<div><span>27. listopadu 2023</span>, <span>aktualizováno 29. listopadu 2023</span> <b>Ida Lund</b></div>",
            "2023-11-27",
            "2023-11-29",
        ),
        ("<p>27 November 2023</p><p>Updated by the desk</p>", "2023-11-27", None),
        ("<p>27 November 2023</p><p>29 November 2023</p>", "2023-11-27", None),
    ],
)
def test_a_time_of_a_change_is_no_day_of_publication(shown: str, published: str, updated: str | None) -> None:
    found = page(body=H1 + shown)
    assert (str(found.published), found.updated and str(found.updated)) == (published, updated)


@pytest.mark.parametrize("opening", ["27.1.2022 - ", "Press release of 27 January 2022 | ", "27. Januar 2022 – "])
def test_a_day_that_opens_the_text(opening: str) -> None:
    assert page(body=f"{H1}<p>{opening}The ferry stops in May, as everybody knows.</p>").published == date(2022, 1, 27)
    assert page(body=f"{H1}<p>On 27 January 2022 the ferry stopped, as everybody knows.</p>").published is None


def test_a_day_that_cannot_be_read_is_told() -> None:
    assert page(body=f"{H1}<time>last night</time>").note == "date not understood: 'last night'"
    assert page(head=meta("article:published_time", "the fourth")).note == "date not understood: 'the fourth'"


def test_a_declared_day_that_is_the_printed_change_is_not_the_day_of_publication() -> None:
    printed = "<p class='meta'>27 November 2023, updated 29 November 2023</p>"
    found = page(head=ld(headline="Ferry line to close", datePublished="2023-11-29T10:00:00Z"), body=H1 + printed)
    assert found.published == date(2023, 11, 27)


@pytest.mark.parametrize(
    "byline",
    [
        "<div class='byline'><span class='byline__name'>By <span class='author'>JANE ROE, PER MOE and IDA LUND</span>"
        "</span> <a href='mailto:jroe@wire.example'>Email the author</a> <span>NOV. 5, 2023</span></div>",
        "<div class='byline'>Jane Roe, Per Moe and Ida Lund <a href='mailto:j@wire.example'>Email the author</a></div>",
        "<div class='byline'>Jane Roe, Per Moe and Ida Lund Follow on Threads</div>",
    ],
)
def test_what_stands_beside_names_is_no_name(byline: str) -> None:
    assert [name.title() for name in page(body=H1 + byline).authors] == ["Jane Roe", "Per Moe", "Ida Lund"]


@pytest.mark.parametrize(
    "head",
    [ld(headline="Ferry line to close", isAccessibleForFree=False), meta("article:content_tier", "locked")],
)
def test_a_stub_is_told(head: str) -> None:
    assert page(head=head).note == "for subscribers: only its beginning can be read"
    assert page(head=ld(headline="Ferry line to close", isAccessibleForFree=True)).note is None


@pytest.mark.parametrize(
    "wall",
    [
        "<h3>Continue reading with a Northway subscription</h3><p>Already a subscriber? <a href='/i'>Log in</a></p>",
        "<p>Get unlimited access for 1 crown a week. Cancel anytime.</p>",
        "<p>Thank you for your patience while we verify access. If you are in Reader mode please exit first.</p>",
        "<p>Dieser Artikel ist nur für Abonnenten lesbar. Jetzt testen, monatlich kündbar.</p>",
        "<p>La suite est réservée aux abonnés. Déjà abonné ?</p>",
        "<p>You have reached your limit of free articles. Subscribe to read on.</p>",
    ],
)
def test_what_a_wall_says_is_no_news(wall: str) -> None:
    found = page(behind=wall)
    assert (found.text, found.note) == (page().text, "for subscribers: only its beginning can be read")


@pytest.mark.parametrize("line", ["Sign in", "Log in to comment", "Already a subscriber? Log in", "Cancel anytime."])
def test_a_line_about_accounts_is_no_wall(line: str) -> None:
    found = page(behind=f"<p>{line}</p>")
    assert (found.text, found.note) == (page().text, None)


@pytest.mark.parametrize(
    "news",
    [
        "Subscribers of the ferry pay 12 crowns a month, and already a member of the crew has asked for more.",
        "Create a free account on the website of the town to book a vaccination, the health office said.",
        "Unlimited access to the pools costs 9 crowns a month; members may cancel anytime.",
        "To continue reading in the dark, the pupils of the island lit candles, their teacher said.",
        "You have reached your limit, the referee told the coach of the rowers on Monday.",
        "Already a subscriber since 1961, Piet Aal was given a free copy by the mayor.",
        "Das Monatsabo der Bäder kostet 9 Kronen und ist jederzeit kündbar.",
        "Abonnez-vous aux alertes de crue de la mairie, conseille le maire.",
        "Register to vote by 9 December at the town hall or at any post office in the county.",
    ],
)
def test_news_about_subscriptions_is_news(news: str) -> None:
    found = page(body=f"{H1}<p>The ferry stops in May, as everybody on the island knows.</p><p>{news}</p>")
    assert news in found.text and found.note is None


def test_a_draft_in_an_export_of_medium_is_told() -> None:
    footer = "<footer>%s<p>Exported from <a href='https://medium.com'>Medium</a> on November 28, 2026.</p></footer>"
    text = "<p>The weir at Talbrook gave way on Sunday night, and the low meadows were under water.</p>" * 2
    page = f"<html><body><article><h1>Weir gone</h1>{text}{footer}</article></body></html>"
    [draft] = read("draft.html", (page % "").encode())
    assert isinstance(draft, ReportItem) and draft.reason == "a draft in an export of Medium; add it when it is out"
    by = "By <a class='p-author h-card'>Ida Lund</a> on <time class='dt-published' datetime='2024-11-04'>4 Nov</time>"
    [out] = read("out.html", (page % by).replace("<article>", "<article class='h-entry'>").encode())
    assert isinstance(out, Page) and out.authors == ("Ida Lund",)


@pytest.mark.parametrize(
    ("above", "authors"),
    [
        ("<p>By Ida Lund</p>", ("Ida Lund",)),
        ("<div>4 November 2024 | By Ida Lund and Per Moe</div>", ("Ida Lund", "Per Moe")),
        ("<p>Posted on November 4, 2024 by Ida Lund 3 comments</p>", ("Ida Lund",)),
        ("<p>By the sea it was quiet.</p>", ()),
        ("<div>Van onze correspondent Ida Lund</div>", ("Ida Lund",)),
        ("<div>Skrevet af: Ida Lund</div>", ("Ida Lund",)),
        ("<div>Tekst: Ida Lund</div>", ("Ida Lund",)),
        ("<div>بقلم: ليلى منصور</div>", ("ليلى منصور",)),
        ("<div>경제부 박지원 기자</div>", ("박지원",)),
        ("<div>박지원 기자</div>", ("박지원",)),
        ("<div>経済部　田中花子</div>", ("田中花子",)),
        ("<p>Tekst en foto's bleven weg.</p>", ()),
    ],
)
def test_a_line_under_the_headline_may_be_the_byline(above: str, authors: tuple[str, ...]) -> None:
    lines = (
        "The weir at Talbrook gave way on Sunday night, and the low meadows were under water by the morning.",
        "Nobody was hurt, the county said. Forty cows were led over the bridge before it was closed to all.",
    )
    text = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<html><body><article><h1>Weir at Talbrook gives way</h1>{above}{text}</article></body></html>"
    [found] = read("a.html", page.encode())
    assert isinstance(found, Page) and found.authors == authors


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Pressemitteilung vom 20.01.2022", date(2022, 1, 20)),
        ("Medienmitteilung vom 25. Januar 2022", date(2022, 1, 25)),
        ("Veröffentlichung: 04.02.2022", date(2022, 2, 4)),
        ("Communiqué de presse du 20 janvier 2022", date(2022, 1, 20)),
        ("Comunicato stampa del 20 gennaio 2022", date(2022, 1, 20)),
    ],
)
def test_a_press_release_says_its_day(line: str, expected: date) -> None:
    text = (
        "The weir at Brackwater held through the night, the river board told residents on Tuesday morning.",
        "Workers will look at its gates next week, and the road beside it stays closed until they are done.",
    )
    shown = "".join(f"<p>{t}</p>" for t in (line, *text))
    [found] = read("a.html", f"<html><body><article><h1>Weir holds</h1>{shown}</article></body></html>".encode())
    assert isinstance(found, Page) and found.published == expected
    assert line not in found.text


def test_names_that_json_ld_refers_to() -> None:
    graph = [
        {
            "@type": "NewsArticle",
            "headline": "Ferry line to close",
            "author": {"@id": "#ada"},
            "publisher": {"@id": "#nw"},
        },
        {"@type": "Person", "@id": "#ada", "name": "Ada Quist"},
        {"@type": "Organization", "@id": "#nw", "name": "Northway Wire"},
    ]
    found = page(f"<script type='application/ld+json'>{json.dumps({'@graph': graph})}</script>")
    assert (found.authors, found.source) == (("Ada Quist",), "Northway Wire")


def test_a_headline_in_a_script_without_spaces_goes_without_the_outlet() -> None:
    assert page("<title>渡轮停航通知_海岸网</title>", "<h1>渡轮停航通知</h1>").title == "渡轮停航通知"


@pytest.mark.parametrize("bar", ["｜", " ｜ ", "|", "_", " | "])
def test_the_outlet_behind_a_bar_without_spaces(bar: str) -> None:
    found = page(f"<title>渡し船が五月に廃止へ{bar}海辺新報</title>", "<h1>渡し船が五月に廃止へ</h1>")
    assert (found.title, found.source) == ("渡し船が五月に廃止へ", "海辺新報")
    named = page(f"<title>渡し船が五月に廃止へ{bar}海辺新報</title>", "", foot="<a href='/'>海辺新報</a>")
    assert (named.title, named.source) == ("渡し船が五月に廃止へ", "海辺新報")


@pytest.mark.parametrize(
    "shown",
    [
        "<dl><dt>Datum</dt><dd>05.03.2024</dd><dt>Autor</dt><dd>Jane Roe</dd></dl>",
        "<table><tr><th>Author</th><td>Jane Roe</td></tr><tr><th>Date</th><td>5 March 2024</td></tr></table>",
        "<p>Autorin: Jane Roe</p><p>5 March 2024</p>",
    ],
)
def test_an_author_behind_a_label(shown: str) -> None:
    found = page(body=H1 + shown)
    assert (found.authors, found.published) == (("Jane Roe",), date(2024, 3, 5))
    assert "Roe" not in found.text


@pytest.mark.parametrize("word", ["przez", "od", "från", "от", "Av", "από", "bởi"])
def test_a_byline_of_a_theme_in_another_language(word: str) -> None:
    name = "<span class='author vcard'><a class='url fn n' href='/a'>Zofia Lis</a></span>"
    line = f"<span class='byline'> {word} {name}</span>"
    assert page(body=H1 + line).authors == ("Zofia Lis",)


def test_a_moment_in_the_title_of_an_abbreviation() -> None:
    posted = (
        "<div class='post-footer'>a las <abbr class='published' title='2024-02-16T19:03:00+01:00'>19:03</abbr></div>"
    )
    marked = posted.replace("class='published'", "itemprop='datePublished'")
    day = "<h2 class='date-header'>16 de febrero de 2024</h2>"
    for shown in (posted, marked, day + posted):
        assert str(page(body=H1 + shown).published) == "2024-02-16 19:03:00+01:00"


def test_a_day_in_seconds() -> None:
    assert page(head=meta("article:published_time", "1709619300")).published == datetime(2024, 3, 5, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "beside", "headline", "source"),
    [
        ("Tarn Gazette | 03/04/2001 | Weir gives way", "<img src='/LOGO.gif' alt='Tarn Gazette'>",
         "Weir gives way", "Tarn Gazette"),
        ("Weir gives way | 4 March 2001 | Tarn Gazette", "<a href='/'>Tarn Gazette</a>",
         "Weir gives way", "Tarn Gazette"),
        ("Weir gives way - L'Écho du Tarn", "<a rel='start home' href='https://tarn.example'>L'Écho du Tarn</a>",
         "Weir gives way", "L'Écho du Tarn"),
        ("Weir gives way – Głos Tarnu", "<p class='site-title'><a href='https://tarn.example/'>Głos Tarnu</a></p>",
         "Weir gives way", "Głos Tarnu"),
        ("Tarn Notes: Weir gives way, and nobody in the town knows yet why", "<h1><a href='/'>Tarn Notes</a></h1>",
         "Weir gives way, and nobody in the town knows yet why", "Tarn Notes"),
        ("Tarn Notes: Weir gives way", "<h1><a href='https://tarn.example/'>Tarn Notes</a></h1><h3>Weir gives way</h3>",
         "Weir gives way", "Tarn Notes"),
        ("Weir gives way - Half the town is wet", "<a href='/'>Home</a>",
         "Weir gives way - Half the town is wet", None),
    ],
)  # fmt: skip
def test_a_title_with_its_outlet_and_day(title: str, beside: str, headline: str, source: str | None) -> None:
    found = page(f"<title>{title}</title>", "", foot=beside)
    assert (found.title, found.source) == (headline, source)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("<span class='author'>Zofia Kos-Mazur</span>", ("Zofia Kos-Mazur",)),
        ("<p class='autor'>Inés Cañas</p>", ("Inés Cañas",)),
        ("<span class='kirjoittaja'>Aino Vuori</span>", ("Aino Vuori",)),
        ("<div class='autorenzeile'>Von Ida von der Au und Jan-Ole Süß (mit Material der APA)</div>",
         ("Ida von der Au", "Jan-Ole Süß")),
        ("<p>Door onze redacteuren <b>Sjoerd van 't Veer</b> en <b>Fleur ten Brink</b></p>",
         ("Sjoerd van 't Veer", "Fleur ten Brink")),
        ("<p><span>By Tad Kowal</span> <span>Posted October 24, 2025 at 4:40 PM</span></p>", ("Tad Kowal",)),
        ("<p class='article__author'>Par Maïwenn Le Goff</p>", ("Maïwenn Le Goff",)),
        ("<div>Jan de Vries, 3 uur geleden</div>", ("Jan de Vries",)),
        ("<div>New York, 4 November 2024</div>", ()),
        ("<address><a href='/r'>Jane Roe</a>, correspondante à Lyon</address>", ("Jane Roe",)),
        ("<address>Jane Roe <span>Home affairs correspondent</span></address>", ("Jane Roe",)),
        ("<div data-testid='byline-block'><div>Jane Roe</div><div>City reporter</div></div>", ("Jane Roe",)),
        ("<div aria-label='Author'><span>Jane Roe</span><span>Berlin</span></div>", ("Jane Roe",)),
        ("<p class='by'>森下千夏<time datetime='2025-02-04'>2025年2月4日</time></p>", ("森下千夏",)),
        ("<div id='artikel-autor'>Jane Roe</div>", ("Jane Roe",)),
        ("<div class='ArticleAuthors__wrap'><a>Jane Roe</a><a>Bo Lee</a></div>", ("Jane Roe", "Bo Lee")),
        ("<div class='author'><span>Written By</span> <a>Jane Roe</a></div>", ("Jane Roe",)),
        ("<footer><address>Jane Roe House, Mill Lane</address></footer>", ()),
        ("<div aria-label='Share by email'>Facebook Messenger</div>", ()),
        ("<div data-testid='related-authors'>Jane Roe</div>", ()),
        (f"<p>{'The boat is old. ' * 9}</p><address>Talbrook House, Mill Lane</address>", ()),
        ("<div class='author-bio'>Jane Roe</div>", ()),
        ("<div class='byline'><b class='byline__name'>Jane Roe</b><b class='byline__location'>New Orm</b></div>",
         ("Jane Roe",)),
        ("<div class='firma'><strong>Jane Roe</strong><span class='lugar'>Ciudad Velm</span></div>", ("Jane Roe",)),
        ("<div class='node__submitted'>Von <span>Jane Roe</span> am <time datetime='2024-05-02'>2. Mai</time></div>",
         ("Jane Roe",)),
        ("<div class='node__submitted'>Soumis par <b>Jane Roe</b> le <time datetime='2024-05-02'>jeu</time></div>",
         ("Jane Roe",)),
        ("<div class='node__submitted'>Dodane przez <b>Jane Roe</b> dnia <time datetime='2024-05-02'>2</time></div>",
         ("Jane Roe",)),
        ("<main><ul><li><span class='user-name'>Jane Roe</span></li></ul></main>", ("Jane Roe",)),
        ("<div class='menu'><span class='user-name'>Jane Roe</span></div>", ()),
        ("<div class='photo-author'>Jane Roe</div>", ()),
        ("<div class='author'>More stories</div>", ()),
    ],
)  # fmt: skip
def test_the_name_of_an_element_says_that_it_holds_the_author(line: str, authors: tuple[str, ...]) -> None:
    text = "<p>The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday.</p>" * 3
    data = f"<html><head><title>Ferry</title></head><body><h1>Ferry line to close</h1>{line}{text}</body></html>"
    (found,) = read("a.html", data.encode())
    assert isinstance(found, Page) and found.authors == authors


def test_an_archive_is_no_outlet() -> None:
    head = "<title>Sheep on runway | Northmoor Post</title><meta property='og:site_name' content='archive.ph'>"
    text = "<p>The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday.</p>" * 3
    data = f"<html><head>{head}</head><body><h1>Sheep on runway</h1>{text}</body></html>"
    (found,) = read("a.html", data.encode())
    assert isinstance(found, Page) and found.source == "Northmoor Post"


def test_who_submitted_it_and_when_also_above_readers_comments() -> None:
    said = "<footer><div class='node__submitted'>Submitted by <span>Jane Roe</span> on <span>{}</span></div></footer>"
    reader = (
        "<div class='comment'><h3><a href='#c1'>Who pays for all of this</a></h3><div class='submitted'>Submitted by "
        "<span>gull</span> on <span>Wed, 03/06/2024 - 10:00</span></div><p>Not me.</p></div>"
    )
    found = page(body=H1 + said.format("Tue, 03/05/2024 - 09:12"), behind=reader)
    assert (found.published, found.authors) == (datetime(2024, 3, 5, 9, 12), ("Jane Roe",))


@pytest.mark.parametrize(
    "line",
    ["<div class='credit'><div>Penulis <a href='/p'>Sari Dewi</a></div><div>Editor Bayu Adi</div></div>",
     "<div>de Sari Dewi</div>", "<p>Napsala Sari Dewi</p>", "<p class='info'>Írta Sari Dewi</p>"],
)  # fmt: skip
def test_a_label_without_a_colon_before_a_name(line: str) -> None:
    assert page(body=H1 + line).authors == ("Sari Dewi",)
