"""Bundles of press databases, in each form that these give them, come apart into their articles."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rag.ingest.formats.files import read
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment
from rag.types import Article
from tests.support.pdfs import PdfPage, pdf_bytes

WEIR = [
    "The weir at Talbrook gave way on Sunday night. Nobody was hurt, the county said.",
    "Forty cows were led over the bridge before it was closed, and the road stays shut until Friday.",
]
RYE = ["Nine bakers met in the hall on Monday to talk about the price of rye.", "They will bake smaller loaves."]
UNI = [
    "User Name: = Ida Lund", "Date and Time: = 6 November 2024 10:15:00 GMT", "Job Number: = 23641", "Documents (2)",
    "1. Weir at Talbrook gives way", "Client/Matter: -None-", "Search Terms: weir or rye", "2. Bakers meet in the hall",
    "Client/Matter: -None-", "About LexisNexis | Privacy Policy | Terms & Conditions | Copyright © 2024 LexisNexis",
    "Weir at Talbrook gives way", "Talbrook Post (England)", "November 4, 2024 Monday", "Edition 1; National Edition",
    "Copyright 2024 Talbrook Post Holdings Ltd All Rights Reserved", "Section: LOCAL; Pg. 3", "Length: 41 words",
    "Byline: Ida Lund and Per Moe", "Highlight: Nobody was hurt.", "Body", *WEIR, "Graphic", "The weir, Per Moe",
    "Classification", "Language: ENGLISH", "Publication-Type: Newspaper", "Load-Date: November 5, 2024",
    "End of Document", "Bakers meet in the hall", "The Fenwray Chronicle", "November 5, 2024 Tuesday 8:04 PM GMT",
    "Copyright 2024 Fenwray Media All Rights Reserved", "Length: 25 words", "Body", *RYE, "Load-Date: November 6, 2024",
    "End of Document",
]  # fmt: skip
CLASSIC = [
    "1 of 2 DOCUMENTS", "Talbrook Post", "November 4, 2024 Monday", "Final Edition", "Weir at Talbrook gives way",
    "BYLINE: Ida Lund and Per Moe", "SECTION: LOCAL; Pg. 3", "LENGTH: 41 words", *WEIR, "LOAD-DATE: November 5, 2024",
    "LANGUAGE: ENGLISH", "Copyright 2024 Talbrook Post Holdings Ltd", "2 of 2 DOCUMENTS", "The Fenwray Chronicle",
    "November 5, 2024 Tuesday", "Bakers meet in the hall", "LENGTH: 25 words", *RYE, "LOAD-DATE: November 6, 2024",
]  # fmt: skip
FACTIVA = [
    "Local", "Weir at Talbrook gives way", "By Ida Lund and Per Moe", "41 words", "4 November 2024", "Talbrook Post",
    "TALPOS", "A3", "English", "Copyright 2024 Talbrook Post Ltd.", *WEIR, "Document TALPOS0020241104ekb400001",
    "Bakers meet in the hall", "25 words", "5 November 2024", "The Fenwray Chronicle", "FENCHR", "English",
    "(c) 2024 Fenwray Media", *RYE, "Document FENCHR0020241105ekb500002",
]  # fmt: skip
PROQUEST = [
    "Document 1 of 2", "Weir at Talbrook gives way", "Author: Lund, Ida; Moe, Per",
    "Publication info: Talbrook Post; Talbrook. 04 Nov 2024: A.1.", f"Full text: {WEIR[0]}", WEIR[1], "Subject: Floods",
    "Publication title: Talbrook Post", "First page: A.1", "Section: Local", "Publication date: Nov 4, 2024",
    "Language of publication: English", "Document 2 of 2", "Bakers meet in the hall", f"Full text: {RYE[0]}", RYE[1],
    "Publication title: The Fenwray Chronicle", "First page: 5", "Publication date: Nov 5, 2024",
]  # fmt: skip
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def text_file(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n\n".join(lines), "utf-8")


def html_file(path: Path, lines: Sequence[str]) -> None:
    marked = (line.replace("Full text:", "<b>Full text:</b>").replace("&", "&amp;") for line in lines)
    path.write_text(f"<html><body>{''.join(f'<div class=c{i % 9}><p>{x}</p></div>' for i, x in enumerate(marked))}")


def rtf_file(path: Path, lines: Sequence[str]) -> None:
    text = "\\par\n".join(line.replace("©", "\\'a9") for line in lines)
    path.write_text("{\\rtf1\\ansi " + text + "\\par}")


def docx_file(path: Path, lines: Sequence[str]) -> None:
    body = "".join(f"<w:p><w:r><w:t>{line.replace('&', '&amp;')}</w:t></w:r></w:p>" for line in lines)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')


def pdf_file(path: Path, lines: Sequence[str]) -> None:
    pages = [PdfPage()]
    y = 60.0
    for line in lines:
        if y > 760:
            pages.append(PdfPage())
            y = 60.0
        y, _ = pages[-1].column(50, y + 8, 500, [line])
    path.write_bytes(pdf_bytes(pages))


WRITERS: dict[str, Callable[[Path, Sequence[str]], None]] = {
    ".txt": text_file, ".html": html_file, ".rtf": rtf_file, ".docx": docx_file, ".pdf": pdf_file,
}  # fmt: skip
BUNDLES = {"nexis uni": UNI, "nexis": CLASSIC, "factiva": FACTIVA, "proquest": PROQUEST}


def articles(path: Path) -> list[Article]:
    items = list(read(path))
    assert all(isinstance(item, Page) for item in items), items
    return [article for item in items if isinstance(item, Page) for article in segment(item)]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_comes_apart_into_its_articles(tmp_path: Path, bundle: str, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    WRITERS[ending](path, BUNDLES[bundle])
    weir, rye = articles(path)
    assert (weir.title, weir.source, weir.section) == ("Weir at Talbrook gives way", "Talbrook Post", "Local")
    assert (weir.authors, weir.published, weir.language) in (
        (("Ida Lund", "Per Moe"), date(2024, 11, 4), "en"),
        (("Ida Lund", "Per Moe"), date(2024, 11, 4), None),
    )
    assert weir.body.split("\n\n") == WEIR
    assert (rye.title, rye.source, rye.authors) == ("Bakers meet in the hall", "The Fenwray Chronicle", ())
    assert rye.published in (date(2024, 11, 5), datetime(2024, 11, 5, 20, 4, tzinfo=UTC))
    assert rye.body.split("\n\n") == RYE
    assert bool(weir.places) == bool(rye.places) == (ending == ".pdf")


def test_factivas_tables_of_codes_in_html(tmp_path: Path) -> None:
    rows = [
        [("SE", "Local"), ("HD", "<span class='enHeadline'>Weir at Talbrook gives way</span>"), ("BY", "By Ida Lund"),
         ("PD", "4 November 2024"), ("SN", "Talbrook Post"), ("LP", f"<p>{WEIR[0]}</p>"), ("TD", f"<p>{WEIR[1]}</p>"),
         ("AN", "Document TALPOS0020241104ekb400001")],
        [("HD", "<span class='enHeadline'>Bakers meet in the hall</span>"), ("PD", "5 November 2024"),
         ("SN", "The Fenwray Chronicle"), ("LP", f"<p>{RYE[0]}</p>"), ("TD", f"<p>{RYE[1]}</p>")],
    ]  # fmt: skip
    tables = "".join(
        "<table>" + "".join(f"<tr><td class=index><b>{c}</b>&nbsp;</td><td>{v}</td></tr>" for c, v in t) + "</table>"
        for t in rows
    )
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{tables}</body></html>")
    weir, rye = articles(path)
    assert (weir.title, weir.authors, weir.section) == ("Weir at Talbrook gives way", ("Ida Lund",), "Local")
    assert (weir.body.split("\n\n"), rye.body.split("\n\n")) == (WEIR, RYE)
    assert weir.id == "TALPOS0020241104ekb400001" and rye.published == date(2024, 11, 5)


def test_a_page_that_mentions_nexis_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "2024-11-04 a.html"
    path.write_text(f"<html><body><h1>Archives go dear</h1><p>{WEIR[0]}</p><p>End of Document</p></body></html>")
    (article,) = articles(path)
    assert article.title == "Archives go dear"
