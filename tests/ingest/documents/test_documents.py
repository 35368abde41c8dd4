"""Documents of office programs and books: their text in order, their properties where the text says nothing better."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.ingest.formats.files import find, read
from rag.ingest.page import Page
from rag.types import ReportItem
from tests.support.reading import articles, found, reason

ONE = "The ferry across the sound stops in May, after ninety years. A bridge takes its place."
TWO = "It costs four million, and the town pays half of it, the mayor said on Monday."
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def p(text: str, style: str = "", extra: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>' if style else f"<w:pPr>{extra}</w:pPr>"
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>'
)
NUMBERS = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>'
    '</w:lvl></w:abstractNum><w:num w:numId="2"><w:abstractNumId w:val="5"/></w:num></w:numbering>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dcterms:created>2024-03-05T10:00:00Z</dcterms:created>"
    "<dc:language>en-GB</dc:language></cp:coreProperties>"
)


def docx(body: str, title: str = "", author: str = "") -> bytes:
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            "word/styles.xml": STYLES,
            "word/numbering.xml": NUMBERS,
            "docProps/core.xml": CORE.format(title=title, author=author),
        }
    )


LIST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'
ORDER = (
    p("Ferry to close", "Titel") + p("By Jane Doe") + p("5 April 2024") + p(ONE) + p("What comes next?", "berschrift1")
    + p("Two steps are planned:") + p("The pier is taken down.", extra=LIST.format(2))
    + p("The bridge is opened.", extra=LIST.format(2)) + p("A kiosk", extra=LIST.format(9))
    + "<w:tbl><w:tr><w:tc>" + p("Year") + "</w:tc><w:tc>" + p("Riders") + "</w:tc></w:tr><w:tr><w:tc>" + p("2023")
    + "</w:tc><w:tc>" + p("41,000") + "</w:tc></w:tr></w:tbl>"
    + "<w:p><w:r><w:t>It costs four million, </w:t></w:r><w:del><w:r><w:delText>not </w:delText></w:r></w:del><w:ins>"
    "<w:r><w:t>and the town pays half of it, </w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
    "<w:hyperlink><w:r><w:t>the mayor said on Monday.</w:t><w:footnoteReference/></w:r></w:hyperlink></w:p>"
)  # fmt: skip


@pytest.mark.parametrize("name", ["a.docx", "a.doc", "a.txt", "a.zip"])
def test_a_document_of_word_in_its_order(tmp_path: Path, name: str) -> None:
    (article,) = articles(tmp_path / name, docx(ORDER, "Template", "Bo Lee"))
    assert (article.title, article.authors, article.published) == ("Ferry to close", ("Jane Doe",), date(2024, 4, 5))
    assert article.language == "en"
    assert article.body.split("\n\n") == [
        ONE, "What comes next?", "Two steps are planned:", "1. The pier is taken down.", "2. The bridge is opened.",
        "- A kiosk", "Year | Riders", "2023 | 41,000", TWO,
    ]  # fmt: skip


def test_properties_are_used_where_the_text_says_nothing(tmp_path: Path) -> None:
    (page,) = found(tmp_path / "a.docx", docx(p(ONE) + p(TWO), "Ferry to close", "Jane Doe"))
    assert isinstance(page, Page)
    assert (page.title, page.authors) == ("Ferry to close", ("Jane Doe",))
    assert page.published is not None and page.published.isoformat().startswith("2024-03-05")
    assert page.note == "its text names no day; by its properties it was created on 2024-03-05"
    (page,) = found(tmp_path / "2024-06-07 b.docx", docx(p(ONE) + p(TWO), "Microsoft Word - x.docx", "admin"))
    assert isinstance(page, Page) and page.authors == () and page.published is None and page.title is None
    (article,) = articles(tmp_path / "c.docx", docx(p("Bridge to open") + p(ONE) + p(TWO), "Old title"))
    assert article.title == "Bridge to open"


def test_several_articles_in_one_document(tmp_path: Path) -> None:
    body = "".join(
        p(title, "berschrift1") + p(f"{day} April 2024") + p(f"By {name}") + p(text) + p(f"{text[:40]} as planned.")
        for title, day, name, text in (
            ("Ferry to close", 5, "Jane Doe", ONE),
            ("Bridge over the sound to open early", 6, "Bo Lee", TWO),
        )
    )
    first, second = articles(tmp_path / "a.docx", docx(p("Press review") + body))
    assert (first.title, first.published, first.authors) == ("Ferry to close", date(2024, 4, 5), ("Jane Doe",))
    assert (second.published, second.authors) == (date(2024, 4, 6), ("Bo Lee",))
    bare = body.replace('<w:pStyle w:val="berschrift1"/>', "")
    assert [a.title for a in articles(tmp_path / "b.docx", docx(bare))] == [first.title, second.title]


ODT = """<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:style="s"
 xmlns:draw="d"><office:automatic-styles><style:style style:name="P1" style:parent-style-name="Title"/>
<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style>
</office:automatic-styles><office:body><office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>
<text:p text:style-name="P1">Ferry to close</text:p><text:p>By Jane Doe</text:p><text:p>5 April<text:s/>2024</text:p>
<text:p>The ferry across the sound stops<text:s/>in <text:span>May</text:span>, after ninety years.<text:note><text:p>x
</text:p></text:note> A bridge takes its place.</text:p><text:list text:style-name="L1"><text:list-item
><text:p>The pier
 is taken down.</text:p></text:list-item
><text:list-item><text:p>The bridge is opened.</text:p></text:list-item></text:list
><text:list><text:list-item><text:p>A kiosk</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>2023</text:p></table:table-cell><table:table-cell><text:p>41,000
</text:p></table:table-cell></table:table-row></table:table><text:h text:outline-level="2">Costs</text:h>
<text:p>It costs four million, and the town pays half of it, the mayor said on Monday.</text:p>
</office:text></office:body></office:document-content>"""


@pytest.mark.parametrize("name", ["a.odt", "a.docx", "a.zip"])
def test_a_document_of_libreoffice(tmp_path: Path, name: str) -> None:
    meta = (
        '<office:document-meta xmlns:office="o" xmlns:meta="m" xmlns:dc="d"><office:meta><dc:title>x</dc:title>'
        "<meta:creation-date>2024-03-05T10:00:00</meta:creation-date><dc:language>de-DE</dc:language></office:meta>"
        "</office:document-meta>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    (article,) = articles(tmp_path / name, packed({"mimetype": kind, "content.xml": ODT, "meta.xml": meta}))
    assert (article.title, article.authors, article.published) == ("Ferry to close", ("Jane Doe",), date(2024, 4, 5))
    assert article.language == "de"
    assert article.body.split("\n\n") == [
        ONE, "1. The pier is taken down.", "2. The bridge is opened.", "- A kiosk", "2023 | 41,000", "Costs", TWO,
    ]  # fmt: skip
    sealed = packed({"mimetype": kind, "content.xml": b"\x01", "META-INF/manifest.xml": "<m><encryption-data/></m>"})
    assert reason(tmp_path / "sealed.odt", sealed) == "encrypted; save it without a password"
    sheet = packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ODT})
    assert "a spreadsheet" in reason(tmp_path / "sheet.odt", sheet)


def epub(chapters: dict[str, str], extra: str = "", **parts: str) -> bytes:
    items = "".join(f'<item id="{n[:-6]}" href="{n}" media-type="application/xhtml+xml"/>' for n in chapters)
    spine = "".join(f'<itemref idref="{n[:-6]}"/>' for n in chapters)
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Northway Wire [Tue, 05 Mar 2024]</dc:title><dc:publisher>calibre</dc:publisher>"
        f"<dc:date>2024-03-05</dc:date><dc:language>en</dc:language></metadata><manifest>{items}{extra}</manifest><spine>{spine}</spine></package>"
    )
    box = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    pages = {
        f"OPS/{name}": '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="e"><head><title>x</title></head><body>{body}</body></html>'
        for name, body in chapters.items()
    }
    return packed(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": box, "OPS/book.opf": opf, **pages, **parts}
    )


def test_each_chapter_of_a_book_is_an_article(tmp_path: Path) -> None:
    data = epub(
        {
            "cover.xhtml": "<section epub:type='cover'><h1>Northway Wire</h1></section>",
            "a.xhtml": f"<h1>Ferry to close</h1><p>By Jane Doe</p><p>{ONE}</p><p>{TWO}&nbsp;</p>"
            "<p>This article was downloaded by <b>calibre</b> from <a href='https://wire.example/a'>wire.example</a></p>",
            "a2.xhtml": f"<p>{TWO.replace('four', 'five')}</p><aside epub:type='footnote'><p>{ONE}</p></aside>",
            "b.xhtml": f"<h2>Bridge to open</h2><p>6 April 2024</p><p>{ONE}</p><p>{TWO}</p>",
        }
    )
    first, second = articles(tmp_path / "a.epub", data)
    assert (first.title, first.authors, first.url) == ("Ferry to close", ("Jane Doe",), "https://wire.example/a")
    assert (first.source, first.published) == ("Northway Wire", date(2024, 3, 5))
    assert first.body.split("\n\n") == [ONE, TWO, TWO.replace("four", "five")]
    assert (second.title, second.published) == ("Bridge to open", date(2024, 4, 6))
    (only,) = found(tmp_path / "b.epub", epub({"a.xhtml": f"<p>{ONE} {TWO}</p>"}))
    assert isinstance(only, ReportItem) and (only.status, "no chapter with a headline" in (only.reason or "")) == (
        "failed",
        True,
    )
    whole = {"a.xhtml": f"<p>{ONE} {TWO}</p>", "b.xhtml": f"<h2>Bridge to open</h2><p>{ONE}</p><p>{TWO}</p>"}
    left = found(tmp_path / "d.epub", epub(whole))[-1]
    assert isinstance(left, ReportItem) and (left.status, left.reason) == ("left_out", "a part without a headline")
    sealed = {"META-INF/encryption.xml": '<x><CipherReference URI="OPS/a.xhtml"/></x>'}
    assert "protected" in reason(tmp_path / "c.epub", epub({"a.xhtml": "<h1>x</h1>"}, **sealed))


RTF = r"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fcharset204 Arial;}}
{\stylesheet{\s1\outlinelevel0 heading 1;}}{\info{\title Template}{\author Bo Lee}{\creatim\yr2024\mo3\dy5\hr9}}
{\header Northway Wire}{\pict\bin4 {{{{}\pard\s1 Ferry to close\par\pard By Jane Doe\par 5 April 2024\par
The ferry across the sound {\b stops}
 in {\field{\*\fldinst HYPERLINK "x"}{\fldrslt May}}, after
 ninety years.{\footnote x}
 A bridge takes its place.{\v secret}\par
{\listtext\'b7\tab}A kiosk\par {\listtext 2.\tab}Caf\'e9 \u8222?M\u246\'f6we\ldblquote\par {\f1 \'cc\'ee\'f1\'f2}\par
\trowd\intbl 2023\cell 41,000\cell\row\pard
It costs four million, and the town pays half of it, the mayor said on Monday.\par}"""


@pytest.mark.parametrize("name", ["a.rtf", "a.doc", "a.txt"])
def test_rich_text(tmp_path: Path, name: str) -> None:
    (article,) = articles(tmp_path / name, RTF.encode())
    assert (article.title, article.authors, article.published) == ("Ferry to close", ("Jane Doe",), date(2024, 4, 5))
    assert article.body.split("\n\n") == [ONE, "- A kiosk", "2. Café „Möwe“", "Мост", "2023 | 41,000", TWO]


def test_rich_text_that_is_none_or_too_deep(tmp_path: Path) -> None:
    assert "no rich text" in reason(tmp_path / "a.rtf", b"words") or "though its name" in reason(
        tmp_path / "a.rtf", b"words"
    )
    assert "nested deeper" in reason(tmp_path / "b.rtf", b"{\\rtf1 " + b"{" * 2000)
    assert "no text in it" in reason(tmp_path / "c.rtf", b"{\\rtf1 {\\pict 00}}")
    japanese = b"{\\rtf1\\ansicpg932 \\'83\\'65\\'83X\\'83g\\par}"
    (page,) = found(tmp_path / "d.rtf", japanese)
    assert isinstance(page, Page) and page.text == "テスト"


def test_bombs_and_strangers_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = docx("<w:p/>" * 10)
    entities = packed({"word/document.xml": '<!DOCTYPE w [<!ENTITY a "b">]><w:document xmlns:w="w">&a;</w:document>'})
    assert "XML that no such document needs" in reason(tmp_path / "a.docx", entities)
    monkeypatch.setattr("rag.ingest.documents.package.MAX_PART", 100)
    assert "is larger than" in reason(tmp_path / "b.docx", bomb)
    assert "a spreadsheet" in reason(tmp_path / "c.docx", packed({"xl/workbook.xml": "x"}))
    assert "an old Office document" in reason(tmp_path / "d.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "damaged" in reason(tmp_path / "e.docx", b"PK\x03\x04" + b"x" * 100)
    assert "though its name says so" in reason(tmp_path / "f.docx", b"words and words")


def test_they_are_found_in_folders_and_archives(tmp_path: Path) -> None:
    (tmp_path / "in.zip").write_bytes(packed({"a/b.docx": docx(ORDER), "c.rtf": RTF}))
    items = list(read(tmp_path / "in.zip"))
    assert [getattr(i, "title", None) for i in items] == ["Ferry to close", "Ferry to close"]
    for name in ("a.docx", "b.odt", "c.epub", "d.rtf", "e.doc", "f.docx.gz"):
        (tmp_path / name).write_bytes(b"x")
    assert len(list(find([tmp_path]))) == 7


CHUNKS = st.lists(
    st.sampled_from(
        ["{\\rtf1 ", "{", "}", "\\par ", "\\'83", "\\u-10 ", "\\u99999999 ", "\\uc3 ", "\\bin9 ", "\\f1 ", "{\\*\\x ",
         "a", "{\\info{\\title x}}", "\\cell ", "\\row ", "\\", "\n", "\xff"]
    ),
    max_size=30,
).map(lambda pieces: "".join(pieces).encode("latin-1"))  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHUNKS | st.binary(max_size=200), st.sampled_from(["a.rtf", "a.doc", "a.docx", "a.odt", "a.epub"]))
def test_no_bytes_raise(tmp_path: Path, content: bytes, name: str) -> None:
    assert found(tmp_path / name, content)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40), st.integers(0, 4000), st.sampled_from([0, 1, 2]))
def test_no_damage_raises(tmp_path: Path, content: bytes, at: int, which: int) -> None:
    whole = (docx(ORDER), packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ODT}),
             epub({"a.xhtml": f"<h1>Ferry</h1><p>{ONE} {TWO}</p>"}))[which]  # fmt: skip
    assert found(tmp_path / f"a.{('docx', 'odt', 'epub')[which]}", whole[:at] + content + whole[at + len(content) :])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="<>/wptbl:rs &;a\x00\xe9\"='", max_size=60))
def test_no_markup_raises(tmp_path: Path, content: str) -> None:
    assert found(tmp_path / "a.docx", docx(p(ONE) + content))
    assert found(
        tmp_path / "a.odt", packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
    )
    assert found(tmp_path / "a.epub", epub({"a.xhtml": content}))
