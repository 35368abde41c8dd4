"""PDF files: what people read on their pages, in that order, article by article, each word with its page."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from rag.errors import ReadError, UsageError
from rag.ingest.formats.files import read
from rag.ingest.page import Page
from rag.ingest.papers import extraction, worker
from rag.ingest.papers.ocr import open_ocr
from rag.ingest.segment.segmenter import segment
from rag.types import ReportItem
from tests.support.pdfs import PdfPage, pdf_bytes, width_of
from tests.support.reading import articles, found, reason

FERRY = [
    "The ferry across the sound stops in May, after ninety years, the coun|cil said on Monday. A bridge takes its "
    "place and costs four million crowns, of which the town pays half.",
    "Nobody had asked the ninety people who work on the quay, their union said, and it will vote on a strike.",
    "The last boat leaves at noon. A well-known band plays on deck, and the mayor has promised to sail with it.",
]
RYE = [
    "Nine bakers met in the hall to talk about the price of rye, which has doubled since the autumn harvest failed.",
    "They will bake smaller loaves. Customers were told on Sunday, and few of them complained about it at the counter.",
]
DEPOT = [
    "Tram line nine gets a new depot beside the river, with room for thirty trams and a workshop under glass roofs.",
    "Work begins in June. Neighbours fear the noise at night, and the company promised walls of brick around it.",
]


def plain(paragraphs: list[str]) -> list[str]:
    return [" ".join(paragraph.replace("|", "").split()) for paragraph in paragraphs]


def single(**info: str) -> bytes:
    page = PdfPage()
    page.line(50, 80, "Ferry across the sound to close", 22, "F2")
    page.line(50, 104, "By Ida Lund", 9, "F2")
    page.line(50, 120, "3 May 2024", 9)
    page.column(50, 150, 300, FERRY, cut=True)
    return pdf_bytes([page], info)


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a.html", "a.docx", "a.xml"])
def test_one_article_in_one_column(tmp_path: Path, name: str) -> None:
    (article,) = articles(tmp_path / name, single(Title="Layout 1", Author="Bo Lee"))
    assert (article.title, article.authors) == ("Ferry across the sound to close", ("Ida Lund",))
    assert article.published == date(2024, 5, 3)
    assert article.body.split("\n\n") == plain(FERRY)
    assert article.places == ((0, "page 1"),)


def test_words_that_are_cut_are_joined_and_real_hyphens_kept(tmp_path: Path) -> None:
    page = PdfPage()
    text = [
        "The coun-|", "cil met a well-|", "known lead-|", "er of the north-|", "south line, a co-|",
        "operative of the Anglo-|",
        "Saxon kind, and an F-|", "16 flew over East-|", "and West Erle, which is East of the cooperative well."
    ]  # fmt: skip
    for number, line in enumerate(text):
        page.line(50, 100 + 12 * number, line.replace("|", ""))
    (article,) = articles(tmp_path / "2024-05-03 a.pdf", pdf_bytes([page]))
    assert article.body == (
        "The council met a well-known leader of the north-south line, a cooperative of the Anglo-Saxon kind, and an "
        "F-16 flew over East- and West Erle, which is East of the cooperative well."
    )


def test_properties_count_only_where_the_text_says_nothing(tmp_path: Path) -> None:
    page = PdfPage()
    page.column(50, 80, 300, FERRY)
    info = {"Title": "Ferry to close", "Author": "Ida Lund", "CreationDate": "D:20240305101500+01'00'"}
    (item,) = found(tmp_path / "a.pdf", pdf_bytes([page], info))
    assert isinstance(item, Page)
    assert (item.title, item.authors, item.published) == ("Ferry to close", ("Ida Lund",), date(2024, 3, 5))
    assert item.note == "its text names no day; by its properties it was created on 2024-03-05"
    (article,) = articles(tmp_path / "b.pdf", single(**info))
    assert (article.title, article.published) == ("Ferry across the sound to close", date(2024, 5, 3))


def newspaper(rows: bool = False) -> bytes:
    """Two pages: a story over two columns that goes on overleaf, one beside it, another under both; heads and numbers.
    ``rows``: written line by line across all columns, as some programs do."""
    one, two = PdfPage(), PdfPage()
    one.line(150, 70, "The Talbrook Post", 40, "F2")
    one.line(50, 90, "Friday, 3 May 2024", 8)
    one.line(280, 90, "No. 12,345", 8)
    one.line(500, 90, "£2.50", 8)
    one.line(50, 125, "Ferry across the sound to close", 22, "F2")
    one.line(50, 142, "By Ida Lund", 9, "F2")
    _, left = one.column(50, 156, 160, FERRY, bottom=200, cut=True)
    _, left = one.column(222, 142, 160, left, bottom=178, cut=True)
    one.line(222, 198, "Continued on page 2", 8)
    one.line(394, 125, "Bakers meet over rye", 15, "F2")
    one.column(394, 142, 155, RYE)
    one.picture(50, 262, 160, 80)
    one.line(50, 352, "The quay at noon. Photo: Per Moe", 7.5)
    one.line(222, 290, "New depot for trams", 18, "F2")
    one.column(222, 310, 160, DEPOT)
    two.line(50, 30, "2", 8)
    two.line(240, 30, "The Talbrook Post", 8)
    two.line(470, 30, "Friday, 3 May 2024", 8)
    two.line(50, 60, "Ferry", 18, "F2")
    two.line(50, 76, "Continued from page 1", 8)
    two.column(50, 92, 160, left, indent=0)
    two.line(300, 60, "Orchard sold to a school", 18, "F2")
    two.column(300, 80, 200, [f"{text} So the owner said." for text in RYE])
    if rows:
        for page in (one, two):
            page.parts.sort(key=lambda part: -float(part.split(" Tm")[0].split()[-1]) if " Tm" in part else 0)
    return pdf_bytes([one, two], {"CreationDate": "D:20240502"})


@pytest.mark.parametrize("rows", [False, True])
def test_a_page_of_a_newspaper(tmp_path: Path, rows: bool) -> None:
    ferry, rye, depot, orchard = articles(tmp_path / "paper.pdf", newspaper(rows))
    for article in (ferry, rye, depot, orchard):
        assert (article.source, article.published) == ("The Talbrook Post", date(2024, 5, 3))
    assert ferry.title == "Ferry across the sound to close" and ferry.authors == ("Ida Lund",)
    assert ferry.body.split("\n\n") == plain(FERRY)
    assert ferry.places[0] == (0, "page 1") and ferry.places[1][1] == "page 2" and len(ferry.places) == 2
    assert ferry.body[ferry.places[1][0] :].endswith("sail with it.")
    assert (rye.title, rye.body.split("\n\n")) == ("Bakers meet over rye", RYE)
    assert (depot.title, depot.body.split("\n\n")) == ("New depot for trams", DEPOT)
    assert (orchard.title, orchard.places) == ("Orchard sold to a school", ((0, "page 2"),))


def test_an_article_over_pages_without_heads_and_numbers(tmp_path: Path) -> None:
    pages = []
    left = [text for n in range(7) for text in (f"Part {n} begins. {FERRY[0]}".replace("|", ""), FERRY[1], FERRY[2])]
    every = list(left)
    for number in range(1, 4):
        page = PdfPage()
        page.line(60, 40, "Report of the harbour board", 8)
        page.line(500, 40, "April 2024", 8)
        page.line(290, 815, f"Page {number} of 3", 8)
        start = 90.0
        if number == 1:
            page.line(60, 90, "Ninety years of ferries", 24, "F2")
            start = 130
        _, left = page.column(60, start, 300, left, bottom=340)
        pages.append(page)
    assert not left
    (article,) = articles(tmp_path / "2024-04-09 a.pdf", pdf_bytes(pages))
    assert article.title == "Ninety years of ferries"
    assert article.body.split("\n\n") == every
    assert [name for _, name in article.places] == ["page 1", "page 2", "page 3"]
    assert "Part 0 begins" in article.body[: article.places[1][0]]


def test_a_page_that_lies_on_its_side_and_words_up_the_margin(tmp_path: Path) -> None:
    page = PdfPage(rotate=90)
    for number, line in enumerate(
        ("Ferry to close", "The ferry stops in May, after", "ninety years, the council said.")
    ):
        page.line(100 + 14 * number, 500, line, 10 if number else 20, "F1" if number else "F2", turned=True)
    page.line(20, 40, "Photo: Per Moe", 6)
    (article,) = articles(tmp_path / "2024-05-03 a.pdf", pdf_bytes([page]))
    assert article.title == "Ferry to close"
    assert article.body == "The ferry stops in May, after ninety years, the council said."


def test_a_large_first_letter_belongs_to_its_word(tmp_path: Path) -> None:
    page = PdfPage()
    page.line(50, 80, "Ferry across the sound to close", 22, "F2")
    page.line(50, 122, "T", 30, "F2")
    page.line(72, 110, "he ferry across the sound stops", 10)
    page.line(72, 122, "in May, after ninety years, and", 10)
    page.line(50, 134, "nobody knows who paid for the bridge.", 10)
    (article,) = articles(tmp_path / "2024-05-03 a.pdf", pdf_bytes([page]))
    assert article.body == (
        "The ferry across the sound stops in May, after ninety years, and nobody knows who paid for the bridge."
    )


def test_exports_of_press_databases_printed_to_pdf(tmp_path: Path) -> None:
    page = PdfPage()
    lines = [
        "HD Weir at Talbrook gives way", "BY By Ida Lund", "PD 4 November 2024", "SN Talbrook Post", "LP",
        "The weir gave way on Sunday night. Nobody was hurt.", "TD", "Forty cows were led over the bridge.",
        "AN Document TALPOS0020241104ekb400001", "HD Bakers meet in the hall", "PD 5 November 2024",
        "SN Talbrook Post", "LP", "Nine bakers met to talk about rye.", "AN Document TALPOS0020241105ekb500002",
    ]  # fmt: skip
    for number, line in enumerate(lines):
        page.line(50, 80 + 22 * number, line)
    one, two = articles(tmp_path / "a.pdf", pdf_bytes([page]))
    assert (one.title, one.authors, one.published) == ("Weir at Talbrook gives way", ("Ida Lund",), date(2024, 11, 4))
    assert two.title == "Bakers meet in the hall" and two.places == ((0, "page 1"),)


def scan(*texts: str) -> bytes:
    pages = [PdfPage() for _ in range(2)]
    for page in pages:
        page.picture(0, 0, 595, 842)
    for page, text in zip(pages, texts, strict=False):
        page.column(50, 80, 300, [text])
    return pdf_bytes(pages)


def test_a_scan_says_so_in_one_line(tmp_path: Path) -> None:
    assert reason(tmp_path / "a.pdf", scan()) == (
        "a scan: its pages are pictures without text; set RAG_OCR to a command that reads pictures of pages, or add "
        "its text"
    )
    (item,) = found(tmp_path / "2024-05-03 b.pdf", scan(" ".join(FERRY)))
    assert isinstance(item, Page) and item.note == "page 2: pictures without text"


def test_a_scan_is_read_by_what_the_setting_names(tmp_path: Path) -> None:
    program = (
        "import sys; p = sys.stdin.buffer.read(); assert p[1:4] == b'PNG'; "
        "print('Ferry to close\\n\\nThe ferry stops in May, af-\\nter ninety years.')"
    )
    path = tmp_path / "2024-05-03 a.pdf"
    path.write_bytes(scan())
    (page,) = read(path, None, open_ocr(f'{sys.executable} -c "{program}"'))
    assert isinstance(page, Page)
    (article,) = segment(page)
    assert article.title == "Ferry to close" and article.body.startswith("The ferry stops in May, after ninety years.")
    assert [name for _, name in article.places] == ["page 1", "page 2"]
    (item,) = read(path, None, open_ocr(f"{sys.executable} -c 'raise SystemExit(3)'"))
    assert isinstance(item, ReportItem) and "failed with status 3" in (item.reason or "")
    (page,) = read(path, None, open_ocr("tests.ingest.papers.test_pdf:as_ocr"))
    assert isinstance(page, Page) and "read by a function" in page.text


def as_ocr(picture: bytes) -> str:
    return f"Ferry to close\n\nThis was read by a function, from {len(picture)} bytes."


@pytest.mark.parametrize("setting", ["no-such-program -x", "no_such_module:read", "os:nothing", "'"])
def test_a_reader_of_scans_that_is_not_there(setting: str) -> None:
    with pytest.raises(UsageError, match="RAG_OCR"):
        open_ocr(setting)
    assert open_ocr("none") is None


def test_encrypted_files(tmp_path: Path) -> None:
    page = PdfPage()
    page.line(50, 80, "Ferry across the sound to close", 22, "F2")
    page.column(50, 104, 300, FERRY, cut=True)
    (article,) = articles(tmp_path / "2024-05-03 a.pdf", pdf_bytes([page], password=b""))  # anybody may open it
    assert article.title == "Ferry across the sound to close"
    told = "encrypted; open it with its password and print it to a new PDF"
    assert reason(tmp_path / "b.pdf", pdf_bytes([page], password=b"secret")) == told


def test_damaged_files(tmp_path: Path) -> None:
    whole = single()
    assert reason(tmp_path / "a.pdf", b"%PDF-1.4\n nothing") == "a PDF, but a damaged one; fetch it again"
    assert "no pdf document, though its name says so" in reason(tmp_path / "b.pdf", b"Ferry to close.\n" * 9)
    assert reason(tmp_path / "c.pdf", pdf_bytes([PdfPage()])) == "no text in it; if it shows some, add that as .txt"
    assert found(tmp_path / "d.pdf", b"junk\n" + whole)  # some servers put a line before it


def test_a_file_that_takes_too_long_or_crashes_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    own = worker.PdfWorker(seconds=3)
    monkeypatch.setattr(worker, "_PROGRAM", Path(__file__).with_name("slow_reader.py"))
    with pytest.raises(ReadError, match="longer than 3 s"):
        own.read(b"slow")
    with pytest.raises(ReadError, match="damaged"):
        own.read(b"crash")
    assert own.read(b"fine") == {"pages": []}
    own.close()


def test_a_file_that_needs_too_much_memory() -> None:
    own = worker.PdfWorker(memory=200 << 20)
    with pytest.raises(ReadError):
        own.read(single() + b" " * (300 << 20))
    own.close()


def test_bounds_of_pages_and_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdf_bytes([page for page in [PdfPage() for _ in range(5)] if page.column(50, 80, 300, FERRY)])
    monkeypatch.setattr(extraction, "MAX_PAGES", 2)
    monkeypatch.setattr(worker.WORKER, "read", extraction.read)
    (item,) = found(tmp_path / "2024-05-03 a.pdf", data)
    assert isinstance(item, Page) and item.note == "only the first 2 of 5 pages were read"
    monkeypatch.setattr(extraction, "MAX_FILE_CHARACTERS", 100)
    assert len(extraction.read(data)["pages"]) == 1


def test_the_picture_of_a_page() -> None:
    made = worker.WORKER.picture(single(), 0, 72)
    assert made.startswith(b"\x89PNG") and made == extraction.page_picture(single(), 0, 72)
    with pytest.raises(ReadError, match="page 8 cannot be drawn"):
        worker.WORKER.picture(single(), 7, 72)


PORTS = [
    ["Port", "2022", "2023"],
    ["Esbjerg", "4,112", "3,870"],
    ["Aarhus", "9,804", "10,213"],
    ["Odense", "", "2,055"],
]
MINISTERS = [["Minister", "Office", "Party"], ["Tove Aas", "Finance", "Labour"], ["Odd Vik", "Fisheries", "Centre"]]


def set_table(
    page: PdfPage, x: float, y: float, rows: list[list[str]], widths: tuple[float, ...], right: bool
) -> float:
    """A table without rules, its columns after the first set to the right or to the left; where its last row stands."""
    for row in rows:
        at = x
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            edge = at + width - width_of(cell, 9) if right and number else at
            if cell:
                page.line(edge, y, cell, 9)
            at += width
        y += 16
    return y - 16


@pytest.mark.parametrize(("rows", "right"), [(PORTS, True), (PORTS, False), (MINISTERS, False)])
def test_a_table_is_read_row_by_row(tmp_path: Path, rows: list[list[str]], right: bool) -> None:
    page = PdfPage()
    page.line(50, 80, "Ferry across the sound to close", 22, "F2")
    page.line(50, 104, "By Ida Lund", 9)
    page.line(50, 120, "3 May 2024", 9)
    end, _ = page.column(50, 150, 300, FERRY[:2])
    end = set_table(page, 60, end + 30, rows, (110.0, 70.0, 70.0), right)
    page.column(50, end + 30, 300, FERRY[2:])
    (article,) = articles(tmp_path / "a.pdf", pdf_bytes([page]))
    told = [" | ".join(row).replace("|  |", "| |") for row in rows]
    assert article.body.split("\n\n") == [*plain(FERRY[:2]), *told, *plain(FERRY[2:])]


def test_a_table_in_one_of_two_columns_with_a_cell_over_two_lines(tmp_path: Path) -> None:
    page = PdfPage()
    page.line(50, 80, "Ferry across the sound to close", 22, "F2")
    page.line(50, 120, "3 May 2024", 9)
    page.column(50, 150, 220, FERRY)
    end, _ = page.column(300, 150, 220, RYE[:1])
    end = set_table(page, 300, end + 22, [["Goods", "2022", "2023"]], (110.0, 50.0, 50.0), True)
    page.line(300, end + 16, "Loaves made of rye in the", 9)
    rows = [["old mill", "4,112", "3,870"], ["Loaves of wheat", "9,804", "10,213"], ["Rolls", "1,960", "2,055"]]
    end = set_table(page, 300, end + 27, rows, (110.0, 50.0, 50.0), True)
    page.column(300, end + 24, 220, RYE[1:])
    (article,) = articles(tmp_path / "a.pdf", pdf_bytes([page]))
    rows[0][0] = "Loaves made of rye in the old mill"
    told = [*plain(FERRY), *plain(RYE[:1]), "Goods | 2022 | 2023", *(" | ".join(row) for row in rows), *plain(RYE[1:])]
    assert article.body.split("\n\n") == told


def test_columns_of_short_lines_are_no_table(tmp_path: Path) -> None:
    page = PdfPage()
    page.line(50, 80, "Ferry across the sound to close", 22, "F2")
    for number, part in enumerate((FERRY, RYE, DEPOT, FERRY[:1])):
        page.column(50 + 125 * number, 120, 110, part)
    assert "|" not in "".join(article.body for article in articles(tmp_path / "a.pdf", pdf_bytes([page])))


def test_a_byline_over_a_day_ends_before_it(tmp_path: Path) -> None:
    page = PdfPage()
    page.line(50, 80, "Ferry across the sound to close", 22, "F2")
    page.line(50, 104, "By Ida Lund", 9)
    page.line(50, 115, "Published 3 May 2024", 9)
    page.column(50, 150, 300, FERRY)
    (article,) = articles(tmp_path / "a.pdf", pdf_bytes([page]))
    assert (article.authors, article.published) == (("Ida Lund",), date(2024, 5, 3))
