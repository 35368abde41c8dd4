"""XML by the names of its elements, exports of wikis, sitemaps, and mails."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.formats.files import read
from rag.ingest.wire.others import plain_wiki

TEXT = "The last ferry sails in May, the company said. A bridge takes its place."
CET = timezone(timedelta(hours=1))


def items(path: Path, content: str | bytes) -> list[Any]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, lambda origin, data: iter(())))


def test_records_of_any_xml_by_the_names_of_their_elements(tmp_path: Path) -> None:
    data = f"""<news><item id="7"><headline>Ferry to close</headline><pubDate>2024-03-05</pubDate><byline>By Ada Quist
    </byline><publisher>Northway Wire</publisher><link>https://wire.example/1</link><body><p>{TEXT}</p>
    <p>So it <b>is</b>.</p></body></item><item><title>Bridge opens</title><text>{TEXT}</text></item></news>"""
    one, other = items(tmp_path / "a.xml", data)
    assert (one.title, one.published, one.authors, one.source, one.url, one.id) == (
        "Ferry to close", date(2024, 3, 5), ("Ada Quist",), "Northway Wire", "https://wire.example/1", None,
    )  # fmt: skip
    assert one.text == f"{TEXT}\n\nSo it is."
    assert (other.title, other.text) == ("Bridge opens", TEXT)


def test_a_story_with_the_root_of_a_known_format_and_other_names(tmp_path: Path) -> None:
    data = f"""<?xml version="1.0" encoding="iso-8859-1"?>
    <newsitem itemid="2286" id="root" date="1996-08-20" xml:lang="en">
    <title>SUND: Ferry to close.</title><byline>Ada Quist</byline>
    <text><p>{TEXT}</p><p>A café too.</p></text></newsitem>"""
    (page,) = items(tmp_path / "a.xml", data.encode("latin-1"))
    assert (page.title, page.published, page.language, page.id) == (
        "SUND: Ferry to close.",
        date(1996, 8, 20),
        "en",
        None,
    )
    assert page.text == f"{TEXT}\n\nA café too."


def test_paragraphs_beside_the_headline_are_the_text(tmp_path: Path) -> None:
    head = "<title>Ferry to close</title><date>5 Mar 2024</date>"
    data = f"<doc>{head}<p>{TEXT}</p><p>So <i>it</i> is.</p><p>End.</p></doc>"
    (page,) = items(tmp_path / "a.xml", data)
    assert (page.title, page.published) == ("Ferry to close", date(2024, 3, 5))
    assert page.text == f"{TEXT}\n\nSo it is.\n\nEnd."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2</loc></url></urlset>",
         "a sitemap of 2 pages; to read the pages, save their addresses as a .urls file, one a line, and add that"),
        ("<sitemapindex><sitemap><loc>https://a.example/1</loc></sitemap></sitemapindex>",
         "a sitemap of 1 sitemap; to read the pages, save their addresses as a .urls file, one a line, and add that"),
        ("<mediawiki><page><title>Talk:x</title><ns>1</ns></page></mediawiki>",
         "an export of a wiki without an article"),
        ("<orders><order><number>7</number></order></orders>",
         "no feed, though its name says so; save the page that shows its articles as .html"),
    ],
)  # fmt: skip
def test_xml_without_articles_is_told(tmp_path: Path, data: str, reason: str) -> None:
    assert [item.reason for item in items(tmp_path / "a.xml", data)] == [reason]


def test_an_export_of_a_wiki(tmp_path: Path) -> None:
    page = (
        "<page><title>{}</title><ns>{}</ns>{}<revision><timestamp>2024-03-06T10:00:00Z</timestamp><text>{}</text>"
        "</revision></page>"
    )
    written = (
        "{{date|March 5, 2024}}\n[[File:a.jpg|thumb|A [[ferry]].]]\n'''The last''' [[Sund ferry|ferry]] sails in May."
        "&lt;ref name='x'&gt;A note.&lt;/ref&gt;\n\n* One [https://a.example link]\n\n== Sources ==\n* {{source|url=x}}"
    )
    data = "".join(
        (
            "<mediawiki><siteinfo><sitename>Coast Wiki</sitename></siteinfo>",
            page.format("Ferry to close", 0, "", written),
            page.format("Talk:Ferry to close", 1, "", "Chat."),
            page.format("Ferry", 0, "<redirect title='x'/>", "#REDIRECT [[Ferry to close]]"),
            "</mediawiki>",
        )
    )
    (found,) = items(tmp_path / "a.xml", data)
    assert (found.title, found.source, found.published) == ("Ferry to close", "Coast Wiki", date(2024, 3, 5))
    assert found.text == "The last ferry sails in May.\n\nOne link"
    assert plain_wiki("{{a|{{b}}}}x") == "x"


MAIL = f"""From: =?utf-8?q?K=C3=BCstenblatt?= <news@wire.example>
Subject: Fwd: =?utf-8?q?F=C3=A4hre?= to close
Date: Tue, 5 Mar 2024 10:15:00 +0100 (CET)

{TEXT}

--\x20
Unsubscribe: https://wire.example/u
"""


@pytest.mark.parametrize("name", ["a.eml", "a.txt"])
def test_a_mail_is_its_subject_sender_and_text(tmp_path: Path, name: str) -> None:
    (page,) = items(tmp_path / name, MAIL)
    assert (page.title, page.source, page.text) == ("Fähre to close", "Küstenblatt", TEXT)
    assert page.published == datetime(2024, 3, 5, 10, 15, tzinfo=CET)


def test_of_a_mail_in_two_forms_the_one_with_the_text(tmp_path: Path) -> None:
    head, _, _ = MAIL.partition("\n\n")
    data = (
        f'{head}\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n--b\n'
        "Content-Type: text/plain\n\n"
        "View it: https://wire.example/v\n\n--b\nContent-Type: text/html; charset=iso-8859-1\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n<p>{TEXT} A caf=E9.</p><p>A second paragraph.</p>\n--b--\n"
    )
    (page,) = items(tmp_path / "a.eml", data)
    assert page.text == f"{TEXT} A café.\n\nA second paragraph."
    (item,) = items(tmp_path / "b.eml", f"{head}\n\n")
    assert item.reason == "a mail without a text; save what it shows as .txt"


def test_a_text_that_names_its_subject_is_no_mail(tmp_path: Path) -> None:
    (page,) = items(tmp_path / "a.txt", f"Subject: ferries\n\n{TEXT}\n")
    assert page.text.startswith("Subject: ferries")


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ('---json\n{"title": "Ferry to close", "date": "2024-03-05"}\n---\n', TEXT),
        ("---\ntitle: Ferry to close\ndate: 2024-03-05\n---\n", f'import Map from "../map"\n\n{TEXT}\n\n{{: .lead}}'),
        ("---\ntitle: Ferry to close\ndate: 2024-03-05\n---\n", f"{{% include nav.html %}}\n{TEXT}\n\n{{{{< fig >}}}}"),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.mdx"])
def test_lines_for_programs_are_no_text(tmp_path: Path, name: str, front: str, body: str) -> None:
    (page,) = items(tmp_path / name, front + body)
    assert (page.title, page.published, page.text) == ("Ferry to close", date(2024, 3, 5), TEXT)


def test_a_text_inside_other_elements_and_no_links_to_other_articles(tmp_path: Path) -> None:
    item = """<article><ID>n{0}</ID><title>Ferry to close</title><publishTimeUnix>1714809600000</publishTimeUnix>
    <contents><image><title>The ferry</title></image><text><content><![CDATA[<p>{1}</p><p>So it is.</p>]]></content>
    </text></contents><recommendArticles><article><title>Sheep swim</title><url>https://wire.example/9</url></article>
    </recommendArticles><author>Ada Quist</author><sourceUrl>https://wire.example/{0}</sourceUrl></article>"""
    found = items(
        tmp_path / "a.xml", f"<articles><UUID>w1</UUID>{item.format(1, TEXT)}{item.format(2, TEXT)}</articles>"
    )
    assert [page.url for page in found] == ["https://wire.example/1", "https://wire.example/2"]
    assert (found[0].text, str(found[0].published)) == (f"{TEXT}\n\nSo it is.", "2024-05-04 08:00:00+00:00")


def test_the_categories_of_an_export_of_joomla(tmp_path: Path) -> None:
    data = f"""<j2xml version="21"><category><path>news/harbour</path><title>Harbour</title></category>
    <content><id>5</id><catid>news/harbour</catid><title>Ferry to close</title><introtext><![CDATA[<p>{TEXT}</p>]]>
    </introtext><fulltext><![CDATA[<p>So it is.</p>]]></fulltext><state>1</state><created_by>aq</created_by>
    <created_by_alias>Ada Quist</created_by_alias><publish_up>2024-05-04 08:00:00</publish_up></content></j2xml>"""
    (page,) = items(tmp_path / "a.xml", data)
    assert (page.section, page.authors, page.text) == ("Harbour", ("Ada Quist",), f"{TEXT}\n\nSo it is.")
