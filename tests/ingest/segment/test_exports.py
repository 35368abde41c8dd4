"""What press databases export as text comes out as its articles."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from rag.ingest.formats.files import read
from rag.ingest.page import Page
from rag.ingest.segment.exports import exported
from rag.types import ReportItem

FACTIVA = """HD  Weir at Talbrook gives way
BY  By Ida Lund and Per Moe
WC  41 words
PD  4 November 2024
SN  Talbrook Post
SC  TALPOS
LA  English
CY  (c) 2024 Talbrook Post Ltd

LP
The weir at Talbrook gave way on Sunday night. Nobody was hurt, the county said.

TD
Forty cows were led over the bridge before it was closed.
HD, they say, is the sign on its lamp.

NS  gdis : Disasters | gcat : Political/General News
RE  uk : United Kingdom
AN  Document TALPOS0020241104ekb400001

HD  Bakers meet in the hall
PD  5 November 2024
SN  Talbrook Post
LA  English

LP
Nine bakers met in the hall on Monday to talk about the price of rye.

AN  Document TALPOS0020241105ekb500002

Search Summary
Text  weir OR rye
"""
NEXIS = """                               1 of 2 DOCUMENTS


                                Talbrook Post

                           November 4, 2024 Monday
                                 Final Edition

Weir at Talbrook gives way

BYLINE: Ida Lund

SECTION: LOCAL; Pg. 3

LENGTH: 41 words

DATELINE: TALBROOK

The weir at Talbrook gave way on Sunday night. Nobody was hurt, the county said.

Forty cows were led over the bridge before it was closed.

LOAD-DATE: November 5, 2024

LANGUAGE: ENGLISH

                   Copyright 2024 Talbrook Post Holdings Ltd

                               2 of 2 DOCUMENTS

                                Talbrook Post

                           November 5, 2024 Tuesday

Bakers meet in the hall

LENGTH: 15 words

Nine bakers met in the hall on Monday to talk about the price of rye.

PUBLICATION-TYPE: Newspaper
"""


def pages(tmp_path: Path, text: str) -> list[Any]:
    (tmp_path / "export.txt").write_text(text, "utf-8")
    return list(read(tmp_path / "export.txt"))


def test_factivas_fields_are_read_by_their_codes(tmp_path: Path) -> None:
    weir, bakers = pages(tmp_path, FACTIVA)
    assert (weir.title, weir.source, weir.published) == (
        "Weir at Talbrook gives way",
        "Talbrook Post",
        date(2024, 11, 4),
    )
    assert (weir.authors, weir.language, weir.id) == (("Ida Lund", "Per Moe"), "en", "TALPOS0020241104ekb400001")
    assert weir.text.startswith("The weir at Talbrook gave way") and weir.text.endswith("the sign on its lamp.")
    assert bakers.text == "Nine bakers met in the hall on Monday to talk about the price of rye."


def test_the_documents_of_nexis_are_read_by_their_fields(tmp_path: Path) -> None:
    weir, bakers = pages(tmp_path, NEXIS)
    assert (weir.title, weir.source, weir.published) == (
        "Weir at Talbrook gives way",
        "Talbrook Post",
        date(2024, 11, 4),
    )
    assert (weir.authors, weir.section) == (("Ida Lund",), "Local")
    assert weir.text.endswith("before it was closed.") and weir.text.startswith("The weir")
    assert (bakers.title, bakers.published) == ("Bakers meet in the hall", date(2024, 11, 5))
    assert bakers.text == "Nine bakers met in the hall on Monday to talk about the price of rye."


PROQUEST = """Report Information from ProQuest
____________________________________________________________

Document 1 of 2

Weir at Talbrook gives way

Author: Lund, Ida; Moe, Per

Publication info: Talbrook Post; Talbrook [Talbrook]. 04 Nov 2024: A.1.

Abstract: None available.

Full text: The weir at Talbrook gave way on Sunday night.

Nobody was hurt, the county said.

Subject: Floods

Section: Local

Publication date: Nov 4, 2024

Language of publication: English

____________________________________________________________

Document 2 of 2

Bakers meet in the hall

Publication title: Talbrook Post

Full text: Nine bakers met in the hall on Monday to talk about the price of rye.

Publication date: Nov 5, 2024
"""


def test_the_labels_of_proquest_are_read(tmp_path: Path) -> None:
    weir, bakers = pages(tmp_path, PROQUEST)
    assert (weir.title, weir.source, weir.published) == (
        "Weir at Talbrook gives way",
        "Talbrook Post",
        date(2024, 11, 4),
    )
    assert (weir.authors, weir.section, weir.language) == (("Ida Lund", "Per Moe"), "Local", "en")
    assert weir.text == "The weir at Talbrook gave way on Sunday night.\n\nNobody was hurt, the county said."
    assert (bakers.title, bakers.source, bakers.published) == (
        "Bakers meet in the hall",
        "Talbrook Post",
        date(2024, 11, 5),
    )


def test_other_text_is_no_export() -> None:
    assert exported("HD is the sign on its lamp.\n\nNobody knows why.") == []
    assert exported("Page 1 of 2\n\nThe weir gave way.") == []


MOVABLE = """AUTHOR: Ida Lund
TITLE: Weir at Talbrook gives way
STATUS: Publish
ALLOW COMMENTS: 1
CONVERT BREAKS: __default__
PRIMARY CATEGORY: Local
CATEGORY: Rivers

DATE: 11/04/2024 01:05:00 PM
-----
BODY:
The weir at Talbrook gave way on Sunday night.
-----
EXTENDED BODY:
Nobody was hurt, the county said.
-----
EXCERPT:

-----
COMMENT:
AUTHOR: otter
DATE: 11/05/2024 07:00:00 AM
I heard it go.
-----
--------
AUTHOR: otter
TITLE: Bakers meet in the hall
STATUS: Draft
DATE: 11/05/2024 09:00:00 AM
-----
BODY:
<p>Nine bakers meet on Monday. Ask them about the price of rye.</p>
-----
--------
"""


def test_the_entries_of_movable_type_are_read_without_comments_and_drafts(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(MOVABLE, encoding="utf-8")
    weir, draft = list(read(path))
    assert isinstance(weir, Page) and isinstance(draft, ReportItem)
    assert (weir.title, weir.published, weir.section) == (
        "Weir at Talbrook gives way", datetime(2024, 11, 4, 13, 5), "Local",
    )  # fmt: skip
    assert weir.text == "The weir at Talbrook gave way on Sunday night.\n\nNobody was hurt, the county said."
    assert weir.authors == ("Ida Lund",)
    assert (draft.status, exported(MOVABLE)[1]["authors"]) == ("left_out", "")
