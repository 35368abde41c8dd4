"""Tables: an article a row, whatever program wrote them; a row that is none fails alone, under its line."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest

from rag.ingest.formats import table
from rag.ingest.formats.files import read, size
from rag.ingest.page import Page
from rag.types import ReportItem
from tests.support.growth import traced

TEXT = "The ferry will sail for the last time in May. It is 90 years old."


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def pages(path: Path) -> list[Page]:
    items = list(read(path))
    assert all(isinstance(i, Page) for i in items), items
    return [i for i in items if isinstance(i, Page)]


def failures(path: Path) -> list[tuple[str, str]]:
    """(what stands behind the path, the reason) of what failed."""
    found = [i for i in read(path) if isinstance(i, ReportItem)]
    assert all(i.status == "failed" and i.reason and "\n" not in i.reason for i in found)
    return [(i.source.removeprefix(str(path)), i.reason or "") for i in found]


def test_every_column_that_is_known(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        "Headline,Publish Date,lastmod,Outlet,Category,Link,Byline,Lang,Id,Content,clicks\n"
        f'" Ferry  line ",2024-05-07 10:15,2024-05-08T09:00Z,Wire,Local,https://a.example/1,'
        f'"By Jane Roe; John Doe and Ann Poe",en,a7,"{TEXT}\nIt is blue.",12\n',
    )
    (found,) = pages(path)
    assert found == Page(
        f"{path}#line 2", f"{TEXT}\nIt is blue.", True, "a7", "Ferry line", datetime(2024, 5, 7, 10, 15),
        datetime(2024, 5, 8, 9, tzinfo=UTC), "Wire", "Local", "https://a.example/1",
        ("Jane Roe", "John Doe", "Ann Poe"), "en",
    )  # fmt: skip


@pytest.mark.parametrize(
    "names", ["title,text", "TITLE;Body", "headline\tArticle", "text|title", "publishedAt,title,Full Text"]
)
def test_names_and_delimiters(tmp_path: Path, names: str) -> None:
    delimiter = next(c for c in ",;\t|" if c in names)
    columns = names.split(delimiter)
    row = [
        "2024-05-07" if "pub" in c else "Ferry line, again" if c.lower() in ("title", "headline") else TEXT
        for c in columns
    ]
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([columns, row])
    (found,) = pages(tmp_path / "a.csv")
    assert (found.title, found.text) == ("Ferry line, again", TEXT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Das Café schließt. „Nach 90 Jahren ist Schluss“, sagte der Wirt."
    (found,) = pages(write(tmp_path / "a.csv", f"title,text\r\nCafé,{text.replace(',', '')}\r\n".encode(encoding)))
    assert (found.title, found.text) == ("Café", text.replace(",", ""))


def test_one_stray_byte_spoils_no_other_letter(tmp_path: Path) -> None:
    raw = "title,text\nCafé,Der Wirt schließt.\n".encode() * 2 + b"Caf\xe9,It closes.\n"
    items = list(read(write(tmp_path / "a.csv", raw)))
    assert [i.title for i in items if isinstance(i, Page)][::2] == ["Café", "Café"]


def test_also_gzipped_and_with_tabs(tmp_path: Path) -> None:
    raw = f"title\ttext\nFerry, line; closes\t{TEXT}\n".encode()
    assert pages(write(tmp_path / "a.tsv", raw))[0].title == "Ferry, line; closes"
    assert pages(write(tmp_path / "a.tsv.gz", gzip.compress(raw)))[0].title == "Ferry, line; closes"


def test_what_excel_leaves_behind(tmp_path: Path) -> None:
    raw = f"sep=;\r\ntitle;text;;\r\n\0Ferry line;{TEXT};;\r\n;;;\r\n   ;;;\r\n\r\n;;;\r\n"
    (found,) = pages(write(tmp_path / "a.csv", raw))
    assert (found.origin, found.title) == (f"{tmp_path / 'a.csv'}#line 3", "Ferry line")


def test_a_line_is_the_one_an_editor_shows(tmp_path: Path) -> None:
    raw = f'title,text\n\nA,"one\n\ntwo"\n"B\nC",x\nD\n"E",{TEXT}\n'
    path = write(tmp_path / "a.csv", raw)
    assert [p.origin.rpartition("#")[2] for p in read(path) if isinstance(p, Page)] == ["line 3", "line 6", "line 9"]
    assert failures(path) == [
        ("#line 8", "line 8: has 1 cells, fewer than the header's 2; quote cells that hold the delimiter")
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A", "has 1 cells, fewer than the header's 3"),
        ("A,b,c,d", "has 4 cells, more than the header's 3"),
        (",b,c", "'title' is missing or empty"),
        ("A, ,c", "'text' is missing or empty"),
        (f"{'A' * 5000},b,c", "'title' has 5,000 characters"),
    ],
)
def test_a_bad_row_fails_alone(tmp_path: Path, row: str, reason: str) -> None:
    path = write(tmp_path / "a.csv", f"title,text,source\nA,b,c\n{row}\nA,b,c,\n")
    assert [type(i) for i in read(path)] == [Page, ReportItem, Page]
    ((where, told),) = failures(path)
    assert where == "#line 3"
    assert told.startswith("line 3: ") and reason in told


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "no text"),
        (b"title,text\n", "no rows under the header"),
        (b"name,value\n1,2\n", "no column for the title (title, headline, web_title, heading) and for the text (text"),
        (
            b"title,value\n1,2\n",
            "no column for the text (text, body, content, article); the first row names 'title', 'value'",
        ),
        (b"%PDF-1.7 title,text", "a PDF"),
        (bytes(range(1, 32)) * 40, "binary data"),
        (b"a\0\1\2\3" * 100, "binary data"),
    ],
)
def test_what_is_no_table_of_articles(tmp_path: Path, content: bytes, reason: str) -> None:
    ((where, told),) = failures(write(tmp_path / "a.csv", content))
    assert where == ""
    assert reason in told


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("settings.csv", "blog_title,custom_domain\nThe Senn Post,\n"),
        ("followed_blogs.csv", "blog_title,blog_url\nOrm Notes,https://orm.example/\n"),
        ("email_list.senn.csv", "email,active_subscription\na@senn.example,false\n"),
        ("export.csv", "id,email,name,note\n1,a@senn.example,Al,\n"),
    ],
)
def test_a_table_of_settings_or_of_readers_is_left_out(tmp_path: Path, name: str, content: str) -> None:
    (item,) = read(write(tmp_path / name, content))
    assert isinstance(item, ReportItem)
    assert item.status == "left_out"


def test_the_table_decides_whether_the_day_goes_first(tmp_path: Path) -> None:
    rows = [f"T,{TEXT},{when}" for when in ("07/05/2024", "08/05/2024", "25/04/2024")]
    found = pages(write(tmp_path / "a.csv", "\n".join(["title,text,date", *rows])))
    assert found[0].published == date(2024, 5, 7)
    rows[2] = rows[2].replace("25/04", "04/25")
    found = pages(write(tmp_path / "b.csv", "\n".join(["title,text,date", *rows])))
    assert found[0].published == date(2024, 7, 5)


def test_numbers_of_rows_are_no_ids(tmp_path: Path) -> None:
    found = pages(write(tmp_path / "a.csv", f"id,title,text\n7,A,{TEXT}\na7,B,{TEXT}\n"))
    assert [p.id for p in found] == [None, "a7"]


@pytest.mark.volume
def test_rows_are_streamed_and_long_cells_are_cells(tmp_path: Path) -> None:
    body = "A sentence of the text. " * 10_000  # more than the csv module allows by itself
    path = write(tmp_path / "a.csv.gz", gzip.compress(b"title,text\n" + f'T,"{body}"\n'.encode() * 50))
    before, items = csv.field_size_limit(), read(path)
    first, memory = traced(lambda: [type(item) for item in islice(items, 20)])
    assert memory < 10 << 20  # 8.8 of one row; the file has 12, and 20 rows that stayed would be 4.8 more
    assert first + [type(item) for item in items] == [Page] * 50
    assert csv.field_size_limit() == before


def test_a_row_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROW", 20_000)
    row = f"T,{TEXT}\n"
    open_quote = write(tmp_path / "a.csv", f"title,text\n{row}\n\n" + 'T,"never closed\n' + row * 500)
    assert failures(open_quote)[0][0] == "#line 5"  # where it begins, not the blank line before it
    assert "is a quote not closed?" in failures(open_quote)[0][1]
    assert isinstance(list(read(open_quote))[-1], Page)  # it goes on behind
    one_line = write(tmp_path / "b.csv", f"title,text\n{row}T,{'x' * 50_000}\n{row}")
    assert [type(i) for i in read(one_line)] == [Page, ReportItem, Page]


def test_a_table_of_something_else_is_given_up_soon(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "title,text\n" + "x\n" * 5000)
    found = failures(path)
    assert len(found) == 1001
    assert found[-1] == ("", "1,000 records in a row cannot be read; the rest of the file was skipped")


def test_rows_are_counted_for_the_progress_bar(tmp_path: Path) -> None:
    row = f'T,"{TEXT}\n{TEXT}"\n'
    assert size(write(tmp_path / "a.csv", "title,text\n" + row * 3)) == 3
    many = write(tmp_path / "b.csv", "title,text\n" + row * 20_000)
    assert 15_000 < size(many) < 25_000
    assert size(write(tmp_path / "c.csv.gz", gzip.compress(many.read_bytes()))) > 5000


BEFORE = ("Press review of the district;;;", "Made on;4 November 2024;;", ";;;", "")


@pytest.mark.parametrize("foot", ["Total: 2;;;", "Summe;;;2", "Total 2", "End of report;;;"])
@pytest.mark.parametrize("before", [0, 1, 3, 4])
def test_lines_before_the_header_and_totals_under_the_rows(before: int, foot: str, tmp_path: Path) -> None:
    rows = f"Day;Headline;Journalist;Text\n2024-11-04;Ferry sold;Ida Lund;{TEXT}\n2024-11-05;Total loss;;Sold for 2.\n"
    path = write(tmp_path / "a.csv", "".join(f"{line}\n" for line in BEFORE[:before]) + rows + foot + "\n")
    found = [i for i in read(path) if isinstance(i, Page)]
    assert [(i.title, i.authors) for i in found] == [("Ferry sold", ("Ida Lund",)), ("Total loss", ())]
    assert found[0].origin == f"{path}#line {before + 2}"
    (left,) = [i for i in read(path) if isinstance(i, ReportItem)]
    assert (left.source, left.status) == (f"{path}#line {before + 4}", "left_out")
    assert "a row of totals" in (left.reason or "")


def test_a_row_with_names_of_columns_is_no_header_where_those_under_it_are_otherwise(tmp_path: Path) -> None:
    ((where, told),) = failures(write(tmp_path / "a.csv", "kind,note\ntitle,text\nonly this one\n"))
    assert where == "" and "the first row names 'kind', 'note'" in told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_table_under_the_name_of_a_text(encoding: str, tmp_path: Path) -> None:
    rows = [
        "Headline\tStandfirst\tBody\tPublication Date\tOutlet",
        f'Ferry line\tIt ends\t"{TEXT}\nIt is blue."\t04/11/2024\tPost',
    ]
    path = tmp_path / "a.txt"
    path.write_bytes("\r\n".join([*rows, f"Weir gone\t\t{TEXT}\t25/11/2024\tPost"]).encode(encoding))
    one, two = pages(path)
    assert (one.title, one.text, one.published, one.source) == (
        "Ferry line",
        f"{TEXT}\nIt is blue.",
        date(2024, 11, 4),
        "Post",
    )
    assert (two.title, two.published) == ("Weir gone", date(2024, 11, 25))


def test_a_text_with_tabs_in_its_first_line_is_no_table(tmp_path: Path) -> None:
    for first in ("Home\tNews\tSport", "Title, text, and the day: what a page needs", "Headline\tBody"):
        path = tmp_path / "a.txt"
        path.write_text(f"{first}\n\nFerry line to close\n\n{TEXT} {TEXT}\n")
        (page,) = pages(path)
        assert not page.whole


def test_a_text_in_two_columns_and_states_that_are_numbers(tmp_path: Path) -> None:
    head = "id,title,introtext,fulltext,state,catid,publish_up,created_by_alias\n"
    rows = ("1,Ferry to close,<p>It sails until May.</p>,<p>It is 90 years old.</p>,1,8,2024-05-04 08:00:00,Ida Lund\n"
            "2,Bridge,<p>Nobody has paid for it yet.</p>,,0,8,2024-05-04 08:00:00,Ida Lund\n"
            "3,Sheep to swim,<p>Twelve sheep swam. None was lost.</p>,,1,8,2024-05-05 08:00:00,Bo Lee\n")  # fmt: skip
    first, other, last = list(read(write(tmp_path / "a.csv", head + rows)))
    assert isinstance(first, Page) and isinstance(last, Page)
    assert (first.text, first.authors) == ("It sails until May.\n\nIt is 90 years old.", ("Ida Lund",))
    assert (last.text, last.section, last.note) == ("Twelve sheep swam. None was lost.", None, None)
    assert isinstance(other, ReportItem) and other.status == "left_out"


def test_a_table_of_bitrix(tmp_path: Path) -> None:
    head = "ID,NAME,PREVIEW_TEXT,DETAIL_TEXT,ACTIVE,ACTIVE_FROM,IBLOCK_ID\n"
    row = "{},Ferry to close,,It sails until May. It is 90 years old.,{},04.05.2024 08:00:00,4\n"
    page, other = list(read(write(tmp_path / "a.csv", head + row.format(1, "Y") + row.format(2, "N"))))
    assert isinstance(page, Page) and (page.title, page.published) == ("Ferry to close", datetime(2024, 5, 4, 8))
    assert isinstance(other, ReportItem) and other.status == "left_out"
