"""Notes of Logseq, Dataview, Org mode and Evernote: properties inside the text, and the page that a note is of."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from rag.ingest.formats.files import read
from rag.ingest.page import Page
from rag.types import ReportItem

FIRST = "The weir at Senn has held through the night, the river board said on Tuesday."
LAST = "Its gates are looked at next week, and the road beside it stays closed."


def items(tmp_path: Path, name: str, text: str) -> list[object]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return list(read(path))


def page(tmp_path: Path, name: str, text: str) -> Page:
    [found] = items(tmp_path, name, text)
    assert isinstance(found, Page), found
    return found


LINK = "link:: https://sund.example/weir"
LOGSEQ = f"""title:: Weir holds
writer:: [[Jo Berg]]
published:: [[May 7th, 2024]]
{LINK}

- {FIRST}
  id:: 65f0
\t- {LAST}
"""
BLOCKS = f"- # Weir holds\n  writer:: Jo Berg\n  published:: 2024-05-07\n  {LINK}\n- {FIRST}\n- {LAST}\n"
LINES = f"# Weir holds\n\n**Writer**:: Jo Berg\n**Published**:: 2024-05-07\n{LINK}\n\n{FIRST}\n\n{LAST}\n"
INSIDE = f"# Weir holds\n\n[writer:: [[Jo Berg]]] [published:: 2024-05-07] [{LINK}]\n\n{FIRST}\n\n{LAST}\n"


@pytest.mark.parametrize("text", [LOGSEQ, BLOCKS, LINES, INSIDE])
def test_properties_inside_a_note_are_fields_and_no_text(text: str, tmp_path: Path) -> None:
    found = page(tmp_path, "a.md", text)
    assert (found.title, found.published, found.authors) == ("Weir holds", date(2024, 5, 7), ("Jo Berg",))
    assert (found.url, found.text) == ("https://sund.example/weir", f"{FIRST}\n\n{LAST}")


def test_a_scope_of_code_is_no_property(tmp_path: Path) -> None:
    text = f"# Weir holds\n\nThe gauge calls std::date, and so::does the gate.\n\n{FIRST}\n"
    assert page(tmp_path, "a.md", text).text == f"The gauge calls std::date, and so::does the gate.\n\n{FIRST}"


@pytest.mark.parametrize(
    "line",
    [
        "[Read Original](https://sund.example/weir)",
        "*Source: <https://sund.example/weir>*",
        "Quelle: [Sund Post](https://sund.example/weir)",
    ],
)
@pytest.mark.parametrize("foot", [False, True])
def test_a_line_of_a_note_names_its_page(line: str, foot: bool, tmp_path: Path) -> None:
    parts = [FIRST, LAST, line] if foot else [line, FIRST, LAST]
    found = page(tmp_path, "a.md", "# Weir holds\n\n" + "\n\n".join(parts))
    assert (found.url, found.text) == ("https://sund.example/weir", f"{FIRST}\n\n{LAST}")


ORG = """#+TITLE: Weir holds
#+AUTHOR: Jo Berg
#+DATE: <2024-05-07 Tue 10:30>
#+SOURCE: https://sund.example/weir
:PROPERTIES:
:CREATED: [2025-01-02 Thu]
:END:

The *weir* at /Senn/ has held, says [[https://board.example][the river board]].[fn:1] The path a/b/c is shut.

** The gates :water:
#+begin_quote
Nobody opened them.
#+end_quote
# ask again
[fn:1] On the telephone.
"""


def test_an_article_in_org_mode(tmp_path: Path) -> None:
    found = page(tmp_path, "a.org", ORG)
    assert (found.title, found.authors, found.url) == ("Weir holds", ("Jo Berg",), "https://sund.example/weir")
    assert found.published == datetime(2024, 5, 7, 10, 30)
    text = "The weir at Senn has held, says the river board. The path a/b/c is shut."
    assert found.text == f"{text}\n\nThe gates\n\nNobody opened them."


@pytest.mark.parametrize(
    "heading", ["** COMMENT Ask again", "** Sources   :noexport:", "* Old text :river:ARCHIVE:", "*** COMMENT"]
)
def test_what_org_mode_leaves_out_is_no_text(heading: str, tmp_path: Path) -> None:
    hidden = f"{heading}\nCall the smith.\n*{heading}\nnever\n"
    found = page(tmp_path, "a.org", f"#+TITLE: Weir holds\n\n{FIRST}\n\n{hidden}* Behind it\n\n{LAST}\n")
    assert found.text == f"{FIRST}\n\nBehind it\n\n{LAST}"


def test_a_heading_on_a_comment_is_text(tmp_path: Path) -> None:
    found = page(tmp_path, "a.org", f"#+TITLE: Weir holds\n\n{FIRST}\n\n* Comment of the board\n\n{LAST}\n")
    assert found.text == f"{FIRST}\n\nComment of the board\n\n{LAST}"


def test_headings_with_properties_are_articles_of_an_org_file(tmp_path: Path) -> None:
    text = "".join(
        f"* TODO {title} :pool:\n:PROPERTIES:\n:URL: https://sund.example/{day}\n:PUBLISHED: [2024-05-0{day}"
        f" Tue]\n:END:\n{line}\n"
        for title, day, line in (("Weir holds", 7, FIRST), ("Road shut", 8, LAST))
    )
    found = items(tmp_path, "a.org", f"#+STARTUP: overview\n{text}")
    told = [(p.title, p.published, p.url, p.text) for p in found if isinstance(p, Page)]
    assert told == [
        ("Weir holds", date(2024, 5, 7), "https://sund.example/7", FIRST),
        ("Road shut", date(2024, 5, 8), "https://sund.example/8", LAST),
    ]


def test_a_list_of_links_in_org_mode_is_no_article(tmp_path: Path) -> None:
    listed = "* Water\n- [[https://sund.example/7][Weir holds]]\n- [[https://sund.example/8][Road shut]]\n"
    [found] = items(tmp_path, "a.org", f"#+TITLE: To read\n\n{listed}")
    assert isinstance(found, ReportItem) and "a list of 2 links" in str(found.reason)


def test_a_draft_in_org_mode_is_left_out(tmp_path: Path) -> None:
    [found] = items(tmp_path, "a.org", f"#+TITLE: Weir sold?\n#+HUGO_DRAFT: true\n\n{FIRST}\n")
    assert isinstance(found, ReportItem) and found.status == "left_out"


def clip(title: str, inner: str, address: str = "") -> str:
    source = f"<source-url>{address}</source-url>" if address else ""
    return (
        f"<note><title>{title}</title><created>20250102T080000Z</created><note-attributes><author>me@post.example</author>"
        f"{source}</note-attributes><content><![CDATA[<?xml version='1.0'?><!DOCTYPE en-note SYSTEM 'x.dtd'>"
        f"<en-note><div>{inner}</div></en-note>]]></content><resource><data>AAAA</data></resource></note>"
    )


def test_clips_of_evernote_are_the_pages_that_they_are_of(tmp_path: Path) -> None:
    texts = f"<div>{FIRST}</div><div><br/></div><div>{LAST}</div>"
    first = clip("Weir holds", f"<div>By Jo Berg, 7 May 2024</div>{texts}", "https://sund.example/weir")
    other = clip("Road shut", texts)
    notes = f"<?xml version='1.0'?><!DOCTYPE en-export SYSTEM 'y.dtd'><en-export>{first}{other}</en-export>"
    clipped, own = items(tmp_path, "a.enex", notes)
    assert isinstance(clipped, Page) and isinstance(own, Page)
    assert (clipped.title, clipped.published, clipped.url) == (
        "Weir holds",
        date(2024, 5, 7),
        "https://sund.example/weir",
    )
    assert clipped.authors == ("Jo Berg",) and clipped.text == f"{FIRST}\n\n{LAST}" and clipped.note is None
    assert (own.title, own.published, own.authors) == ("Road shut", None, ())
    assert own.note == "the day of filing (2025-01-02) is not used as that of publication"


@pytest.mark.parametrize(
    "text", ["", "<en-export></en-export>", "no markup", "<!DOCTYPE x [<!ENTITY a 'b'>]><en-export/>"]
)
def test_an_export_without_notes_is_one_clear_line(text: str, tmp_path: Path) -> None:
    [found] = items(tmp_path, "a.enex", text)
    assert isinstance(found, ReportItem) and found.status == "failed" and found.reason
